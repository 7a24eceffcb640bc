"""What a search has found, as text."""

from dataclasses import dataclass, replace

import numpy as np

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side, shortened


@dataclass(frozen=True)
class Translation:
    """A hypothesis as text. As the last value of a notebook's cell it shows its map."""

    text: str
    score: float
    """Log-probability (nats) divided by length ** length_penalty; the higher the better."""
    log_prob: float
    """Log-probability (nats) of the pieces and the end of sentence."""
    finished: bool
    """False where the length limit came before the end of sentence; of a blank sentence nothing is cut off."""
    alignment: AlignmentMap
    """Weights of every step, the last one's the end of sentence, over the source pieces and their end of sentence."""
    ids: tuple[int, ...]
    """The tokens that search found: the pieces and, where finished, the end of sentence; none for a blank one."""
    refused: str | None = None
    """Why the sentence was not translated, where it is beyond the limits (`limits`): text and map are empty then."""

    def __repr__(self) -> str:
        if self.refused is not None:
            return f"Translation(refused: {self.refused})"
        cut = "" if self.finished else ", cut off"
        return f"Translation({shortened(self.text)!r}, score {self.score:.3f}{cut})"


class NBest(list[Translation]):
    """The best translations of one sentence, best first: a list that, as the last value of a notebook's cell, shows
    them with their maps."""


def refused(text: str, message: str, heads: int) -> Translation:
    """What stands in place of a translation of a sentence beyond the limits."""
    nothing = Side("", (), (), ())
    weights = np.zeros((heads, 0, 0), np.float32)
    alignment = AlignmentMap(replace(nothing, text=text), nothing, weights)
    return Translation("", 0.0, 0.0, False, alignment, (), message)
