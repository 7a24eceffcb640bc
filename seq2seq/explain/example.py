"""The built-in example: a sentence of four words with vectors of four numbers, small enough to follow on paper.

The sentence is real, the vectors are made up: one digit after the point, so that every dot product is exact.
"""

from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from seq2seq.explain.worked import WorkedAttention, work_out
from seq2seq.model.attention import AdditiveScore, Attention, GeneralScore

SOURCE = ("Anna", "hat", "Brot", "gekauft")
TARGET = ("Anna", "bought", "bread")
STEP = 1
"""The target word that is followed term by term: `bought`."""

STATES = [
    [0.1, 0.5, -0.4, 0.4],
    [0.5, -0.1, 0.9, 0.3],
    [-0.5, 0.6, 0.1, -0.2],
    [0.7, -0.8, 0.8, 0.4],
    [0.0, 0.0, 0.0, 0.0],
]
"""The encoder's hidden state of each word, and of one position of padding."""

QUERIES = [[-0.1, 0.7, -0.4, 0.7], [0.7, -0.7, 0.8, 0.6], [-0.7, 0.8, 0.3, -0.4]]
"""The decoder's hidden state before each target word."""

MASK = [True, True, True, True, False]

GENERAL = [[1.0, 0.0, 0.0, 0.5], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.0], [0.0, -0.5, 0.0, 1.0]]
"""`W` of the general score."""

ADDITIVE_QUERY = [[1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.0, -1.0]]
ADDITIVE_KEY = [[0.5, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.5, 0.0, 0.0, 0.5]]
ADDITIVE_VECTOR = [1.0, -1.0, 2.0, 0.5]
"""`W`, `U` and `v` of the additive score."""


@dataclass(frozen=True)
class Example:
    """The attention of the example in every variant; all rows are the target words, those of `self_attention` the
    source words."""

    dot: WorkedAttention
    without_mask: WorkedAttention
    scaled_dot: WorkedAttention
    two_heads: WorkedAttention
    self_attention: WorkedAttention
    general: WorkedAttention
    additive: WorkedAttention

    def to_dict(self) -> dict[str, Any]:
        """JSON types: the words, and each variant as `WorkedAttention.to_dict`."""
        variants = {field.name: getattr(self, field.name).to_dict() for field in fields(self)}
        return {"version": 1, "source": list(SOURCE), "target": list(TARGET), "step": STEP + 1, **variants}


def worked_example() -> Example:
    """Compute the example with the library's attention, in float64; MismatchError where the check disagrees."""
    states, queries, mask = _float64(STATES), _float64(QUERIES), torch.tensor(MASK)

    def worked(score: str = "dot", heads: int = 1) -> WorkedAttention:
        return work_out(_attention(score, heads), queries, states, mask)

    return Example(
        dot=worked(),
        without_mask=work_out(_attention("dot", 1), queries, states, torch.ones_like(mask)),
        scaled_dot=worked("scaled_dot"),
        two_heads=worked("dot", 2),
        self_attention=work_out(_attention("dot", 1), states[mask], states, mask),
        general=worked("general"),
        additive=worked("additive"),
    )


def _attention(score: str, heads: int) -> Attention:
    """The library's attention in float64, with the example's matrices where the score has any."""
    attention = Attention(len(STATES[0]), score, heads)
    if isinstance(attention.score, GeneralScore):
        attention.score.weight.data = _float64([GENERAL])
    if isinstance(attention.score, AdditiveScore):
        attention.score.query_weight.data = _float64([ADDITIVE_QUERY])
        attention.score.key_weight.data = _float64([ADDITIVE_KEY])
        attention.score.vector.data = _float64([ADDITIVE_VECTOR])
    return attention


def _float64(numbers: list[Any]) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64)
