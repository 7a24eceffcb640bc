"""What clients send. Unknown fields are refused, so that a misspelt one does not go unnoticed."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")
Items = Annotated[list[Item], Field(fail_fast=True)]
"""A list of which the first fault is told: half a million of them take seconds, and a gigabyte."""

Text = Annotated[str, Field(max_length=20_000, examples=["Ich kenne die Frau."])]
Run = Annotated[str | None, Field(max_length=1000, description="One of `/api/runs`; without it, the first of them.")]
Beam = Annotated[
    int | None,
    Field(ge=1, le=1000, description="Hypotheses kept at each step; 1 is greedy. Without it, the run's."),
]


class Body(BaseModel):
    """Fields of a JSON object; others are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class TranslateRequest(Body):
    """Sentences to translate."""

    sentences: Text | Items[Text] = Field(description="One sentence, or several.")
    run: Run = None
    beam: Beam = None
    nbest: int = Field(1, ge=1, le=1000, description="Translations of each sentence, best first.")
    maps: bool = Field(True, description="With their alignment maps and diagnostics; without, with the texts alone.")


class Pair(Body):
    """A sentence and its translation."""

    source: Text
    target: Text = Field(examples=["I know the woman."])


class AlignRequest(Body):
    """Sentence pairs whose words are to be linked."""

    pairs: Items[Pair]
    run: Run = None
    maps: bool = Field(True, description="With the maps of each pair, as the viewer shows them.")


class Accept(Body):
    """Take the piece that greedy search would take."""

    do: Literal["accept"]


class Take(Body):
    """Take this piece, as it is written (`▁` for a space, `</s>` for the end), or by its id."""

    do: Literal["take"]
    piece: Annotated[str, Field(max_length=1000, examples=["▁I"])] | Annotated[int, Field(ge=0)]


class Force(Body):
    """Go on with this text, spelt in pieces."""

    do: Literal["force"]
    text: Text = Field(examples=["know"])
    join: bool = Field(False, description="Right where the translation ends; otherwise as a new word.")


class Attend(Body):
    """Replace the attention of the next piece; its context is made of this."""

    do: Literal["attend"]
    weights: Items[float] | Items[Items[float]] = Field(
        description="For all heads, or a list for each: a weight for each unit of the source and, last, its end of "
        "sentence. They sum to 1."
    )
    units: Literal["words", "pieces"] = "words"


Step = Annotated[Accept | Take | Force | Attend, Field(discriminator="do")]


class SessionRequest(Body):
    """A translation made step by step. The server keeps nothing: each request has all steps from the beginning, and to
    step back is to send one less."""

    sentence: Text
    steps: Items[Step] = Field(default=[], examples=[[{"do": "accept"}, {"do": "force", "text": "know"}]])
    complete: bool = Field(False, description="Translate the rest too, and go on to its end.")
    nbest: int = Field(0, ge=0, le=1000, description="Completions that are told, best first.")
    all_maps: bool = Field(False, description="With every map that there is of the pair, not the attention alone.")
    trace: bool = Field(False, description="With what there was to choose from at each piece.")
    candidates: int = Field(10, ge=1, le=100, description="How many are told, at each place.")
    run: Run = None
    beam: Beam = None


class TreeRequest(Body):
    """A sentence whose search is to be seen, from where some steps have led."""

    sentence: Text
    steps: Items[Step] = []
    run: Run = None
    beam: Beam = None


class ExplainRequest(Body):
    """A step of a translation to be worked out in numbers."""

    sentence: Text
    step: int | None = Field(None, ge=1, description="Which piece, from 1; without it, the one whose weights are the "
                             "most spread out.")  # fmt: skip
    run: Run = None
    beam: Beam = None
    language: Literal["en", "ko"] = Field("en", description="Of the words around the numbers.")
    numbers: bool = Field(False, description="With every number at full precision, vectors and matrices included.")
