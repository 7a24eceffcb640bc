"""Attention: query, keys, values and a mask to a context and the weights. Imports nothing of the package.

    weights = softmax(score(query, keys))        context = weights @ values

In cross-attention the decoder's hidden states are the queries, and the encoder's hidden states are the keys and the
values; in self-attention all three come from the same states. The functions compute; the modules hold what is learned.
Dimensions: `batch`, `heads`, `tgt` (queries), `src` (keys), `dim` (of a query and a key, in one head).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


def masked_softmax(
    scores: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"]
) -> Float[Tensor, "batch heads tgt src"]:
    """Softmax over the keys that the mask allows (True: a real token); the others get exactly 0.

    Computed in float32 or wider. A row without any real key has no sensible answer and comes out uniform, not NaN.
    """
    scores = scores if scores.dtype == torch.float64 else scores.float()
    scores = scores.masked_fill(~mask[:, None, None, :], torch.finfo(scores.dtype).min)
    return scores.softmax(dim=-1)


def attention_weights(
    score: "Score",
    query: Float[Tensor, "batch heads tgt dim"],
    keys: Float[Tensor, "batch heads src dim"],
    mask: Bool[Tensor, "batch src"],
) -> Float[Tensor, "batch heads tgt src"]:
    """How much each query attends to each key: `softmax(score(query, keys))` (Bahdanau et al. 2015, eq. 6)."""
    return masked_softmax(score(query, score.prepare(keys)), mask)


def attention_context(
    weights: Float[Tensor, "batch heads tgt src"], values: Float[Tensor, "batch heads src dim"]
) -> Float[Tensor, "batch heads tgt dim"]:
    """The weighted sum of the values, `weights @ values` (Bahdanau et al. 2015, eq. 5)."""
    return weights.to(values.dtype) @ values


def per_head(
    states: Float[Tensor, "batch heads time dim"], weight: Float[Tensor, "heads dim dim"]
) -> Float[Tensor, "batch heads time dim"]:
    """`W x` of each state, with the matrix of its head.

    As `states @ weight.transpose(-2, -1)`, which would copy the matrices once for each sentence of the batch.
    """
    rows = states.transpose(0, 1).flatten(1, 2)  # heads batch*time dim
    products = rows @ weight.transpose(-2, -1)
    return products.unflatten(1, (len(states), states.shape[2])).transpose(0, 1)


class Score(nn.Module):
    """Similarity of queries and keys. `prepare` does once per sentence what concerns the keys alone."""

    def prepare(self, keys: Float[Tensor, "batch heads src dim"]) -> Float[Tensor, "batch heads src dim"]:
        """The keys as `forward` wants them."""
        return keys

    def forward(
        self, query: Float[Tensor, "batch heads tgt dim"], keys: Float[Tensor, "batch heads src dim"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        """The scores of each query and each prepared key."""
        raise NotImplementedError


class DotScore(Score):
    """`q . k` (Luong et al. 2015, eq. 8, dot): nothing learned."""

    def forward(
        self, query: Float[Tensor, "batch heads tgt dim"], keys: Float[Tensor, "batch heads src dim"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        return query @ keys.transpose(-2, -1)


class ScaledDotScore(DotScore):
    """`q . k / sqrt(dim)` (Vaswani et al. 2017, eq. 1): nothing learned."""

    def forward(
        self, query: Float[Tensor, "batch heads tgt dim"], keys: Float[Tensor, "batch heads src dim"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        return super().forward(query / math.sqrt(query.shape[-1]), keys)


class GeneralScore(DotScore):
    """`q . W k` (Luong et al. 2015, eq. 8, general), one matrix `W` for each head."""

    def __init__(self, heads: int, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(heads, dim, dim))
        for matrix in self.weight.data:
            nn.init.xavier_uniform_(matrix)

    def prepare(self, keys: Float[Tensor, "batch heads src dim"]) -> Float[Tensor, "batch heads src dim"]:
        return per_head(keys, self.weight)


class AdditiveScore(Score):
    """`v . tanh(W q + U k)` (Bahdanau et al. 2015, appendix A.1.2), one `v`, `W` and `U` for each head."""

    def __init__(self, heads: int, dim: int) -> None:
        super().__init__()
        self.query_weight = nn.Parameter(torch.empty(heads, dim, dim))
        self.key_weight = nn.Parameter(torch.empty(heads, dim, dim))
        vector = torch.empty(heads, dim)
        if not vector.is_meta:  # there is nothing to draw, and torch would load its compiler, which takes a second
            vector.uniform_(-1, 1).div_(math.sqrt(dim))
        self.vector = nn.Parameter(vector)
        for matrix in (*self.query_weight.data, *self.key_weight.data):
            nn.init.xavier_uniform_(matrix)

    def prepare(self, keys: Float[Tensor, "batch heads src dim"]) -> Float[Tensor, "batch heads src dim"]:
        return per_head(keys, self.key_weight)

    def forward(
        self, query: Float[Tensor, "batch heads tgt dim"], keys: Float[Tensor, "batch heads src dim"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        query = per_head(query, self.query_weight)
        hidden = torch.tanh(query[:, :, :, None, :] + keys[:, :, None, :, :])  # batch heads tgt src dim
        return torch.einsum("bhtsd,hd->bhts", hidden, self.vector.to(hidden.dtype))


def build_score(name: str, heads: int, dim: int) -> Score:
    """The score of a configuration: `dot`, `scaled_dot`, `general` or `additive`; KeyError for another."""
    scores: dict[str, Callable[[], Score]] = {
        "dot": DotScore,
        "scaled_dot": ScaledDotScore,
        "general": lambda: GeneralScore(heads, dim),
        "additive": lambda: AdditiveScore(heads, dim),
    }
    return scores[name]()


@dataclass(frozen=True)
class Memory:
    """What a sentence offers to attention, computed once: prepared keys, values, and mask (True: a real token)."""

    keys: Float[Tensor, "batch heads src dim"]
    values: Float[Tensor, "batch heads src dim"]
    mask: Bool[Tensor, "batch src"]

    def select(self, sentences: Int[Tensor, " kept"]) -> "Memory":
        """These sentences of the batch, in this order."""
        return Memory(self.keys[sentences], self.values[sentences], self.mask[sentences])


class Attention(nn.Module):
    """One or many heads of attention over states of one width.

    With one head and no projections the keys and the values *are* the states, and with `dot` nothing is learned:
    softmax(Q K^T) V. With `heads` each head has its share of the dimensions, and the contexts are concatenated. With
    `projections` query, keys, values and context pass through learned matrices (Vaswani et al. 2017, section 3.2.2).
    """

    def __init__(self, size: int, score: str = "dot", heads: int = 1, projections: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.score = build_score(score, heads, size // heads)
        self.query_projection, self.key_projection, self.value_projection, self.context_projection = (
            nn.Linear(size, size, bias=False) if projections else nn.Identity() for _ in range(4)
        )

    def remember(self, states: Float[Tensor, "batch src size"], mask: Bool[Tensor, "batch src"]) -> Memory:
        """Make keys and values of the states, once for a whole sentence."""
        keys = self.score.prepare(self._split(self.key_projection(states)))
        return Memory(keys, self._split(self.value_projection(states)), mask)

    def forward(
        self, query: Float[Tensor, "batch tgt size"], memory: Memory
    ) -> tuple[Float[Tensor, "batch tgt size"], Float[Tensor, "batch heads tgt src"]]:
        """The context of each query, and the weights that it is made with."""
        weights = self.weights(query, memory)
        return self.context(weights, memory), weights

    def weights(self, query: Float[Tensor, "batch tgt size"], memory: Memory) -> Float[Tensor, "batch heads tgt src"]:
        """How much each query attends to each key, in each head."""
        return masked_softmax(self.score(self._split(self.query_projection(query)), memory.keys), memory.mask)

    def context(self, weights: Float[Tensor, "batch heads tgt src"], memory: Memory) -> Float[Tensor, "batch tgt size"]:
        """The values under these weights, the heads joined."""
        context = attention_context(weights, memory.values)  # batch heads tgt dim
        return self.context_projection(context.transpose(1, 2).flatten(2))

    def _split(self, states: Float[Tensor, "batch time size"]) -> Float[Tensor, "batch heads time dim"]:
        return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)
