"""One step of a session: where the translation stands, what the model makes of it, and the same steps played again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq.corpus.subwords import START
from seq2seq.errors import InputError
from seq2seq.translate.engine import Engine, ModelEngine, finite_numbers
from seq2seq.translate.rows import Row


@dataclass(frozen=True)
class Place:
    """Where a translation stands: all that the step which scores the next piece depends on."""

    token: int
    """The piece before, or the start symbol."""
    state: Any
    """The engine's state before `token`."""
    total: Tensor
    """The log-probability of all pieces so far, a single number, summed up as search does."""
    row: Tensor | None = None
    """The weights to use in place of the model's, [1, heads, 1, source pieces]."""


class Scores(NamedTuple):
    """What a step gives."""

    log_probs: Tensor
    """Of the next piece: [vocab]."""
    weights: Tensor
    """That were used: [1, heads, 1, source pieces]."""
    model_weights: Tensor
    """The model's own, of the same shape."""
    state: Any


class Candidate(NamedTuple):
    """A piece that the translation can go on with."""

    id: int
    piece: str
    """As sides show it: `▁` marks a space; `</s>` ends the sentence."""
    log_prob: float
    """In nats."""

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(self.log_prob)

    def to_dict(self) -> dict[str, Any]:
        """JSON types."""
        return self._asdict() | {"probability": self.probability}


class NextWord(NamedTuple):
    """A word that the translation can go on with."""

    text: str
    """What its pieces spell; `</s>` for the end of the sentence."""
    ids: tuple[int, ...]
    """Its pieces."""
    log_prob: float
    """Of its pieces, in nats. That the word ends after them is not counted."""

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(self.log_prob)

    def to_dict(self) -> dict[str, Any]:
        """JSON types."""
        return self._asdict() | {"probability": self.probability}


class Taken(NamedTuple):
    """A piece of the translation, where it was taken, and with which weights."""

    place: Place
    id: int
    log_prob: float
    weights: Row


@torch.inference_mode()
def set_out(engine: Engine, source: Sequence[int]) -> Place:
    """Before the first piece of the translation of these ids."""
    ids = torch.tensor([list(source)], device=engine.device)
    return Place(START, engine.start(ids), torch.zeros((), device=engine.device))


@torch.inference_mode()
def score(engine: Engine, place: Place) -> Scores:
    """The step from there, as search takes it; InputError where the model computes no numbers."""
    tokens = torch.tensor([[place.token]], device=engine.device)
    with torch.autocast(engine.device.type, enabled=False), finite_numbers():
        log_probs, own, state = engine.step(tokens, place.state)
        weights = own
        if place.row is not None:
            log_probs, weights, state = model_engine(engine).step_with(tokens, place.state, place.row)
        if log_probs.isnan().any():
            raise ArithmeticError("a log-probability of the next piece is NaN")
    return Scores(log_probs[0, 0], weights, own, state)


class Replayed:
    """The step function of one search for one sentence that uses given rows at its first steps, where they are given.

    At these steps the search has one hypothesis.
    """

    def __init__(self, engine: Engine, rows: Sequence[Tensor | None]) -> None:
        self.engine, self.rows = engine, iter(rows)

    def __call__(self, tokens: Tensor, state: Any, /) -> tuple[Tensor, Tensor, Any]:
        """As `StepFunction` has it."""
        row = next(self.rows, None)
        if row is None:
            return self.engine.step(tokens, state)
        return model_engine(self.engine).step_with(tokens, state, row)


def model_engine(engine: Engine) -> ModelEngine:
    """The engine of one model; InputError for that of several."""
    if not isinstance(engine, ModelEngine):
        raise InputError("several models translate here, each with attention of its own; replace a row with one run")
    return engine
