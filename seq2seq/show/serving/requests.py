"""What clients send. Unknown fields are refused, so that a misspelt one does not go unnoticed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=20_000, examples=["Ich kenne die Frau."])]
Run = Annotated[str | None, Field(max_length=1000, description="One of `/api/runs`; without it, the first of them.")]
Beam = Annotated[
    int | None,
    Field(ge=1, le=1000, description="Hypotheses kept at each step; 1 is greedy. Without it, the run's.", examples=[5]),
]


class Body(BaseModel):
    """Fields of a JSON object; others are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class TranslateRequest(Body):
    """Sentences to translate."""

    sentences: Text | list[Text] = Field(description="One sentence, or several.")
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

    pairs: list[Pair]
    run: Run = None
    maps: bool = Field(True, description="With the maps of each pair, as the viewer shows them.")


class TreeRequest(Body):
    """A sentence whose search is to be seen."""

    sentence: Text
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
