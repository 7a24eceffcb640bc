"""Attention with all its stages kept: computed by the library's own functions, and once more in float64 by numpy."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from seq2seq.model.attention import AdditiveScore, Attention, DotScore, GeneralScore, ScaledDotScore, attention_context

Array = np.ndarray[Any, np.dtype[Any]]

SCORE_NAMES = {DotScore: "dot", ScaledDotScore: "scaled_dot", GeneralScore: "general", AdditiveScore: "additive"}

TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-6}
"""How far the library's number may be from the one of the check, as a share of 1 + the largest sum of a score's terms
without their signs: what rounding can add up to in that type."""


class MismatchError(ArithmeticError):
    """The library's attention and the independent computation of the same differ: one of them is wrong."""


@dataclass(frozen=True)
class WorkedAttention:
    """The attention of `tgt` queries over `src` keys, stage by stage.

    A score is the sum of `left * right` over the last axis, divided by `divisor`. For `dot` and `scaled_dot` that is
    query and key; for `general` query and `W k`; for `additive` `v` and `tanh(W q + U k)`.
    """

    score: str
    """`dot`, `scaled_dot`, `general` or `additive`."""
    learned: Mapping[str, Array]
    """What the attention has learned, by the names of its parameters."""
    query: Float64[Array, "heads tgt dim"]
    keys: Float64[Array, "heads src dim"]
    values: Float64[Array, "heads src dim"]
    mask: Bool[Array, " src"]
    """True where there is a real token."""
    left: Float64[Array, "heads tgt src dim"]
    right: Float64[Array, "heads tgt src dim"]
    divisor: float
    scores: Float64[Array, "heads tgt src"]
    """Before the mask."""
    weights: Float64[Array, "heads tgt src"]
    head_context: Float64[Array, "heads tgt dim"]
    """The weighted sum of the values, of each head."""
    context: Float64[Array, "tgt size"]
    """The heads' contexts side by side, projected where the attention has projections."""

    @property
    def terms(self) -> Float64[Array, "heads tgt src dim"]:
        """The products that each score is the sum of, before the division."""
        return self.left * self.right

    def exponentials(self, subtract: float = 0.0) -> Float64[Array, "heads tgt src"]:
        """`exp(score - subtract)`, and 0 where the mask is False: what the softmax divides by its sum."""
        return np.where(self.mask, np.exp(self.scores - subtract), 0.0)

    def row(self, index: int) -> "WorkedAttention":
        """The same with one query alone, and without what only others need."""
        per_query = {"query", "left", "right", "scores", "weights", "head_context"}
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        rows = {name: parts[name][:, index : index + 1] for name in per_query}
        return WorkedAttention(**{**parts, **rows, "context": self.context[index : index + 1]})

    def to_dict(self) -> dict[str, Any]:
        """JSON types, every number at full precision; lists are nested as the fields say."""
        return {
            "score": self.score,
            "learned": {name: matrix.tolist() for name, matrix in self.learned.items()},
            "query": self.query.tolist(),
            "keys": self.keys.tolist(),
            "values": self.values.tolist(),
            "mask": self.mask.tolist(),
            "terms": self.terms.tolist(),
            "divisor": self.divisor,
            "scores": self.scores.tolist(),
            "weights": self.weights.tolist(),
            "head_context": self.head_context.tolist(),
            "context": self.context.tolist(),
        }


@torch.inference_mode()
def work_out(
    attention: Attention,
    query: Float[Tensor, "tgt size"],
    states: Float[Tensor, "src size"],
    mask: Bool[Tensor, " src"],
    answer: tuple[Float[Tensor, "tgt size"], Float[Tensor, "heads tgt src"]] | None = None,
) -> WorkedAttention:
    """Ask `attention` and keep every stage. `answer` is its context and weights where it has been asked before.

    Raises MismatchError where the library's numbers are not those that the formulas give in float64.
    """
    memory = attention.remember(states[None], mask[None])
    queries = _split(attention.query_projection(query), attention.heads)
    if answer is None:
        contexts, all_weights = attention(query[None], memory)
        answer = contexts[0], all_weights[0]
    context, weights = answer
    library = {
        "query": queries,
        "keys": _split(attention.key_projection(states), attention.heads),
        "values": memory.values[0],
        "scores": attention.score(queries[None], memory.keys)[0],
        "weights": weights,
        "head_context": attention_context(weights[None], memory.values)[0],
        "context": context,
    }
    found = {name: _array(tensor) for name, tensor in library.items()}
    learned = {name: _array(parameter) for name, parameter in attention.named_parameters()}
    name = SCORE_NAMES[type(attention.score)]
    expected = recompute(name, attention.heads, learned, _array(query), _array(states), mask.cpu().numpy())
    magnitude = 1 + float(np.abs(expected["left"] * expected["right"]).sum(-1).max())
    for stage, numbers in found.items():
        _agree(stage, numbers, expected[stage], TOLERANCE[query.dtype] * magnitude)
    divisor, factors = _divisor(name, expected["query"]), {part: expected[part] for part in ("left", "right")}
    mask_array = mask.cpu().numpy()
    return WorkedAttention(score=name, learned=learned, mask=mask_array, divisor=divisor, **factors, **found)


def recompute(
    score: str,
    heads: int,
    learned: Mapping[str, Array],
    query: Float64[Array, "tgt size"],
    states: Float64[Array, "src size"],
    mask: Bool[Array, " src"],
) -> dict[str, Array]:
    """The same stages from the formulas of the papers alone, without a function of the library, in float64."""

    def project(part: str, vectors: Array) -> Array:
        matrix = learned.get(f"{part}_projection.weight")
        return vectors if matrix is None else vectors @ matrix.T

    def split(vectors: Array) -> Array:
        return vectors.reshape(len(vectors), heads, -1).swapaxes(0, 1)

    queries, keys, values = (
        split(project(part, vectors)) for part, vectors in (("query", query), ("key", states), ("value", states))
    )
    left, right = _factors(score, learned, queries, keys)
    scores = (left * right).sum(-1) / _divisor(score, queries)
    highest = np.where(mask, scores, -np.inf).max(-1, keepdims=True)
    exponentials = np.where(mask, np.exp(np.where(mask, scores, highest) - highest), 0.0)
    weights = exponentials / exponentials.sum(-1, keepdims=True)
    head_context = np.einsum("hts,hsd->htd", weights, values)
    context = project("context", head_context.swapaxes(0, 1).reshape(len(query), -1))
    return {
        "query": queries,
        "keys": keys,
        "values": values,
        "left": left,
        "right": right,
        "scores": scores,
        "weights": weights,
        "head_context": head_context,
        "context": context,
    }


def _factors(score: str, learned: Mapping[str, Array], queries: Array, keys: Array) -> tuple[Array, Array]:
    """The two factors of a score's terms, both [heads, tgt, src, dim]."""
    left, right = queries[:, :, None], keys[:, None]  # heads tgt 1 dim, heads 1 src dim
    if score == "general":
        right = np.einsum("hij,hsj->hsi", learned["score.weight"], keys)[:, None]
    if score == "additive":
        asked = np.einsum("hij,htj->hti", learned["score.query_weight"], queries)[:, :, None]
        right = np.tanh(asked + np.einsum("hij,hsj->hsi", learned["score.key_weight"], keys)[:, None])
        left = learned["score.vector"][:, None, None]
    shape = np.broadcast_shapes((*queries.shape[:2], 1, 1), left.shape, right.shape)
    return np.broadcast_to(left, shape).copy(), np.broadcast_to(right, shape).copy()


def _divisor(score: str, queries: Array) -> float:
    return math.sqrt(queries.shape[-1]) if score == "scaled_dot" else 1.0


def _split(vectors: Float[Tensor, "time size"], heads: int) -> Float[Tensor, "heads time dim"]:
    return vectors.unflatten(-1, (heads, -1)).transpose(0, 1)


def _array(tensor: Tensor) -> Array:
    return np.asarray(tensor.detach().cpu().double().numpy())


def _agree(stage: str, found: Array, expected: Array, tolerance: float) -> None:
    differences = np.abs(found - expected) if found.shape == expected.shape else np.full(1, np.inf)
    if not differences.max() <= tolerance:  # NaN is no agreement
        raise MismatchError(
            f"{stage} of the attention: the library and the recomputation in float64 differ by up to "
            f"{differences.max():.3g}; at most {tolerance:.1g} is rounding"
        )
