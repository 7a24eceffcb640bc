"""What clients get, as the OpenAPI description tells it. Answers are made elsewhere; docs/schema.md has the maps."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Span = tuple[int, int]
Weights = list[list[list[float]]]


class Fault(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="One line.")


class Health(BaseModel):
    """The server lives."""

    status: Literal["ok"]
    waiting: int = Field(description="Sentences that wait for the model.")


class Version(BaseModel):
    """Of the program, and of its JSON."""

    version: str
    schema_version: int = Field(description="Of maps and translations: docs/schema.md.")


class RunAnswer(BaseModel):
    """A run that is served."""

    name: str
    source: str = Field(description="Code of the language that it reads.")
    target: str = Field(description="Code of the language that it writes.")
    heads: int
    aligner: bool
    beam: int = Field(description="Its own, where a request has none.")
    max_pieces: int = Field(description="Of the longest sentence that is translated.")
    description: str
    examples: list[str] = Field(description="A few sentences of its corpus, where that is there.")


class Side(BaseModel):
    """A sentence with its pieces (or words), where these stand in the text, and where its words stand."""

    text: str
    pieces: list[str]
    spans: list[Span]
    words: list[Span]


class Map(BaseModel):
    """An alignment map, schema version 2."""

    version: Literal[2]
    kind: Literal["decoder", "aligner", "self-attention", "attribution"]
    units: Literal["pieces", "words"]
    source: Side
    target: Side
    weights: Weights = Field(description="[head][target unit][source unit]")
    word_weights: Weights | None = Field(None, description="[head][target word][source word], end of sentence last.")


class NamedMap(BaseModel):
    """A map as the viewer is given it."""

    name: str
    map: Map
    entropy: float | None
    aer: float | None


class View(BaseModel):
    """Maps of one sentence pair."""

    version: Literal[2]
    maps: list[NamedMap]


class Text(BaseModel):
    """A translation without its map."""

    text: str
    score: float = Field(description="Log-probability in nats divided by length ** length_penalty.")
    log_prob: float
    finished: bool
    refused: str | None = Field(description="Why the sentence was not translated, where it was not.")


class Translation(Text):
    """A translation, schema version 2."""

    version: Literal[2]
    source: str
    covered: float
    unknown_share: float
    alignment: Map
    diagnostics: dict[str, Any]


class TranslateAnswer(BaseModel):
    """Translations of each sentence, best first."""

    run: str
    translations: list[list[Translation | Text]]


class Aligned(BaseModel):
    """The words of a pair, linked."""

    links: list[tuple[int, int]] = Field(description="[source word, target word], from 0.")
    pharaoh: str = Field(description="The same as `i-j i-j`.")
    view: View | None


class AlignAnswer(BaseModel):
    """What the aligner says of each pair, or the decoder's attention where there is none."""

    run: str
    pairs: list[Aligned]


class Candidate(BaseModel):
    """A piece that the translation can go on with."""

    id: int
    piece: str
    log_prob: float = Field(description="In nats.")
    probability: float


class Completion(BaseModel):
    """A translation that begins with what the steps have made."""

    text: str
    pieces: list[str]
    score: float
    log_prob: float
    finished: bool


class Place(BaseModel):
    """What there was to choose from before a piece, and with which attention."""

    piece: str | None = Field(description="The one that was taken; none at the end of what there is.")
    log_prob: float | None = Field(description="Its own, in nats.")
    candidates: list[Candidate] = Field(description="The best first.")
    word_weights: list[list[float]] = Field(description="[head][source word], the end of sentence last.")
    model_word_weights: list[list[float]] = Field(description="The model's own, where others were put in their place.")
    replaced: bool


class SessionAnswer(BaseModel):
    """A translation as far as the steps have made it."""

    run: str
    text: str
    finished: bool
    log_prob: float = Field(description="Of all pieces, in nats.")
    limit: int = Field(description="Pieces after which search would cut it off.")
    given: int = Field(description="Pieces that the steps have made; the others are of the completion.")
    completions: list[Completion]
    view: View
    next: Place | None = Field(description="What can be taken next; nothing where the translation is finished.")
    trace: list[Place] | None = Field(description="Each piece, where it was asked for.")


class Branch(BaseModel):
    """A hypothesis: that of its parent, and one piece more."""

    parent: int | None
    length: int
    id: int
    piece: str
    piece_log_prob: float
    log_prob: float
    score: float
    fate: Literal["kept", "ended", "cut", "dropped"]
    rank: int | None = Field(description="Among the translations, from 0.")


class Leaf(BaseModel):
    """A translation of a tree."""

    text: str
    score: float
    log_prob: float
    finished: bool


class BeamTree(BaseModel):
    """A search: every hypothesis of every step, and what became of it."""

    version: Literal[2]
    beam: int
    length_penalty: float
    branches: list[Branch]
    translations: list[Leaf]


class TreeAnswer(BaseModel):
    """The search for a sentence."""

    run: str
    tree: BeamTree


class Mark(BaseModel):
    """A part of a text, and what it is: plain, code or strong."""

    text: str
    mark: Literal["", "code", "strong"]


class ExplainAnswer(BaseModel):
    """A step of a translation, worked out."""

    run: str
    step: int
    steps: int
    blocks: list[dict[str, Any]] = Field(description="Headings, paragraphs, lists, lines and tables, to be read.")
    numbers: dict[str, Any] | None


class LibreLanguage(BaseModel):
    """A language that can be read, and into which it can be translated."""

    code: str
    name: str
    targets: list[str]


class Detected(BaseModel):
    """What is taken for the language of the source: the only one there is, nothing was detected."""

    language: str
    confidence: float


class LibreAnswer(BaseModel):
    """A translation in the shape of LibreTranslate; lists where `q` was one."""

    translatedText: str | list[str]
    alternatives: list[str] | list[list[str]] | None = None
    detectedLanguage: Detected | list[Detected] | None = None
