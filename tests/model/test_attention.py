"""Attention by hand-worked numbers, by loops over single numbers, and by its laws."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seq2seq.model.attention import (
    AdditiveScore,
    Attention,
    DotScore,
    GeneralScore,
    Memory,
    ScaledDotScore,
    Score,
    attention_context,
    attention_weights,
    build_score,
    masked_softmax,
)

BATCH, HEADS, TGT, SRC, DIM = 2, 3, 5, 7, 11  # a prime for each, so that swapped axes do not fit
SCORES = ["dot", "scaled_dot", "general", "additive"]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def one_head(*rows: tuple[float, ...]) -> Tensor:
    """Vectors as batch heads time dim, of one sentence and one head."""
    return torch.tensor(rows, dtype=torch.float64)[None, None]


def real(*lengths: int, width: int = SRC) -> Tensor:
    """The mask of sentences of these lengths."""
    return torch.arange(width) < torch.tensor(lengths)[:, None]


def inner(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def apply(matrix: list[list[float]], vector: list[float]) -> list[float]:
    return [inner(row, vector) for row in matrix]


def loop_score(name: str, score: Score, head: int, query: list[float], key: list[float]) -> float:
    """The score of one query and one key of one head, as the papers write it, number by number."""
    if isinstance(score, GeneralScore):
        return inner(query, apply(score.weight[head].tolist(), key))
    if isinstance(score, AdditiveScore):
        asked = apply(score.query_weight[head].tolist(), query)
        offered = apply(score.key_weight[head].tolist(), key)
        summed = [math.tanh(a + b) for a, b in zip(asked, offered, strict=True)]
        return inner(score.vector[head].tolist(), summed)
    return inner(query, key) / (math.sqrt(len(query)) if name == "scaled_dot" else 1)


def loop_attention(scores: list[float], values: list[list[float]]) -> tuple[list[float], list[float]]:
    """Weights and context of one query."""
    exponentials = [math.exp(score) for score in scores]
    weights = [exponential / sum(exponentials) for exponential in exponentials]
    return weights, [inner(weights, list(column)) for column in zip(*values, strict=True)]


# Numbers worked out by hand


def test_dot_attention_by_hand() -> None:
    """Scores 1, 0 and 1: the weights are e, 1 and e out of 2e + 1; the values are the keys."""
    states = one_head((1, 0), (0, 1), (1, 1))
    weights = attention_weights(DotScore(), one_head((1, 0)), states, real(3, width=3))
    total = 2 * math.e + 1
    assert weights.flatten().tolist() == pytest.approx([math.e / total, 1 / total, math.e / total])
    context = attention_context(weights, states)
    assert context.flatten().tolist() == pytest.approx([2 * math.e / total, (1 + math.e) / total])


def test_dot_attention_by_hand_through_the_module() -> None:
    """Two queries over two keys and a padded one: scores ln 3 and 0, then 0 and ln 4."""
    attention = Attention(2)
    assert not list(attention.parameters())
    states = torch.tensor([[[math.log(3), 0], [0, math.log(4)], [99.0, 99.0]]])
    query = torch.eye(2)[None]
    context, weights = attention(query, attention.remember(states, real(2, width=3)))
    assert torch.allclose(weights[0, 0], torch.tensor([[0.75, 0.25, 0], [0.2, 0.8, 0]]))
    expected = [[0.75 * math.log(3), 0.25 * math.log(4)], [0.2 * math.log(3), 0.8 * math.log(4)]]
    assert torch.allclose(context[0], torch.tensor(expected))


def test_scaled_dot_by_hand() -> None:
    """Four dimensions: the score 1*2 + 3*4 + 0 + 2*1 = 16 is halved."""
    score = ScaledDotScore()(one_head((1, 3, 0, 2)), one_head((2, 4, 9, 1)))
    assert score.item() == pytest.approx(8)


def test_general_by_hand() -> None:
    """q = (1, 2), W k = (1*5 + 2*6, 3*5 + 4*6) = (17, 39): 17 + 78. With W transposed it would be 107."""
    score = GeneralScore(1, 2)
    score.weight.data = one_head((1, 2), (3, 4))[0]
    assert score(one_head((1, 2)), score.prepare(one_head((5, 6)))).item() == pytest.approx(95)


def test_additive_by_hand() -> None:
    score = AdditiveScore(1, 2).double()
    score.query_weight.data = one_head((1, 2), (0, 1))[0]
    score.key_weight.data = one_head((0, 1), (1, 0))[0]
    score.vector.data = torch.tensor([[2.0, -3.0]]).double()
    found = score(one_head((0.1, 0.2)), score.prepare(one_head((0.3, 0.4))))
    assert found.item() == pytest.approx(2 * math.tanh(0.5 + 0.4) - 3 * math.tanh(0.2 + 0.3))


# Each score and the whole module against loops


@pytest.mark.parametrize("name", SCORES)
def test_score_against_loops(name: str) -> None:
    score = build_score(name, HEADS, DIM).double()
    query, keys = torch.randn(BATCH, HEADS, TGT, DIM).double(), torch.randn(BATCH, HEADS, SRC, DIM).double()
    found = score(query, score.prepare(keys)).tolist()
    for b, h, t, s in product(range(BATCH), range(HEADS), range(TGT), range(SRC)):
        expected = loop_score(name, score, h, query[b, h, t].tolist(), keys[b, h, s].tolist())
        assert found[b][h][t][s] == pytest.approx(expected)


@pytest.mark.parametrize("projections", [False, True])
@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("name", SCORES)
def test_attention_head_by_head_against_loops(name: str, heads: int, projections: bool) -> None:
    """Head h has the dimensions from h * size / heads on; the contexts stand side by side."""
    dim, lengths = 5, (7, 2)
    size = dim * heads
    attention = Attention(size, name, heads, projections).double()
    query, states = torch.randn(BATCH, TGT, size).double(), torch.randn(BATCH, SRC, size).double()
    context, weights = attention(query, attention.remember(states, real(*lengths)))
    assert weights.shape == (BATCH, heads, TGT, SRC)

    def project(part: str, vectors: Tensor) -> list[list[float]]:
        layer = getattr(attention, f"{part}_projection")
        rows = vectors.tolist()
        return [apply(layer.weight.tolist(), row) for row in rows] if projections else rows

    for b, length in enumerate(lengths):
        queries, keys = project("query", query[b]), project("key", states[b, :length])
        values = project("value", states[b, :length])
        for t in range(TGT):
            contexts: list[float] = []
            for h in range(heads):
                part = slice(h * dim, (h + 1) * dim)
                scores = [loop_score(name, attention.score, h, queries[t][part], key[part]) for key in keys]
                row, mixed = loop_attention(scores, [value[part] for value in values])
                assert weights[b, h, t].tolist() == pytest.approx(row + [0.0] * (SRC - length))
                contexts += mixed
            assert context[b, t].tolist() == pytest.approx(
                project("context", torch.tensor([contexts], dtype=torch.float64))[0]
            )


def test_no_projections_no_parameters() -> None:
    counts = {name: sum(p.numel() for p in Attention(15, name, 3).parameters()) for name in SCORES}
    assert counts == {"dot": 0, "scaled_dot": 0, "general": 3 * 25, "additive": 3 * (25 + 25 + 5)}
    assert sum(p.numel() for p in Attention(15, projections=True).parameters()) == 4 * 15 * 15


def test_unknown_score() -> None:
    with pytest.raises(KeyError, match="cosine"):
        build_score("cosine", HEADS, DIM)


@pytest.mark.parametrize("name", SCORES)
def test_functions_and_module_agree(name: str) -> None:
    """`attention_weights` and `attention_context`, which anyone can call, are what the module computes."""
    attention = Attention(DIM, name)
    query, states, mask = torch.randn(BATCH, TGT, DIM), torch.randn(BATCH, SRC, DIM), real(3, 7)
    context, weights = attention(query, attention.remember(states, mask))
    again = attention_weights(attention.score, query[:, None], states[:, None], mask)
    assert torch.equal(again, weights)
    assert torch.equal(attention_context(again, states[:, None])[:, 0], context)


# Laws


@given(st.integers(0, 999), st.integers(1, SRC), st.integers(1, SRC), st.sampled_from([1e-3, 1.0, 1e2, 1e30]))
@settings(max_examples=30)
def test_masked_softmax_laws(seed: int, first: int, second: int, scale: float) -> None:
    """Rows sum to 1, padding gets exactly 0, and the real keys get what a softmax over them alone gives."""
    scores = torch.randn(BATCH, HEADS, TGT, SRC, generator=torch.Generator().manual_seed(seed)) * scale
    weights = masked_softmax(scores, real(first, second))
    assert torch.allclose(weights.sum(-1), torch.ones(BATCH, HEADS, TGT))
    for sentence, length in enumerate((first, second)):
        assert torch.all(weights[sentence, :, :, length:] == 0)
        assert torch.allclose(weights[sentence, :, :, :length], scores[sentence, :, :, :length].softmax(-1))


def test_masked_softmax_takes_a_hole_in_the_middle() -> None:
    weights = masked_softmax(torch.zeros(1, 1, 1, 5), torch.tensor([[True, False, True, False, False]]))
    assert weights.flatten().tolist() == [0.5, 0, 0.5, 0, 0]


def test_a_row_without_keys_is_uniform_and_leaves_the_others_alone() -> None:
    scores = torch.randn(BATCH, HEADS, TGT, SRC, requires_grad=True)
    weights = masked_softmax(scores, real(0, 4))
    assert torch.allclose(weights[0], torch.full((HEADS, TGT, SRC), 1 / SRC))
    assert torch.allclose(weights[1, :, :, :4], scores[1, :, :, :4].softmax(-1))
    weights.square().sum().backward()
    assert scores.grad is not None and scores.grad.isfinite().all() and scores.grad[1, :, :, :4].any()
    assert not scores.grad[0].any()


@pytest.mark.parametrize(
    ("given_dtype", "dtype"),
    [(torch.bfloat16, torch.float32), (torch.float16, torch.float32), (torch.float64, torch.float64)],
)
def test_masked_softmax_in_float32_or_wider(given_dtype: torch.dtype, dtype: torch.dtype) -> None:
    weights = masked_softmax(torch.randn(BATCH, HEADS, TGT, SRC).to(given_dtype), real(3, 7))
    assert weights.dtype == dtype
    assert (weights.sum(-1) - 1).abs().max() < 1e-6
    assert not weights[0, :, :, 3:].any()


@pytest.mark.parametrize("mask", [real(3, 7).long(), real(3, 7).float(), real(3, 7, 5), real(3, 7)[:, :-1]])
def test_mask_of_a_wrong_type_or_shape_is_refused(mask: Tensor) -> None:
    """A mask of numbers would be a wrong one silently: `~1` is -2, and it is true."""
    with pytest.raises(Exception, match="Type-check error"):
        masked_softmax(torch.randn(BATCH, HEADS, TGT, SRC), mask)


@pytest.mark.parametrize("name", SCORES)
@given(st.integers(0, 999), st.integers(1, 5), st.sampled_from([1.0, 1e4]))
@settings(max_examples=5)
def test_more_padding_changes_nothing(name: str, seed: int, extra: int, junk: float) -> None:
    torch.manual_seed(seed)
    attention = Attention(15, name, 3, projections=True).double()
    query, states = torch.randn(BATCH, TGT, 15).double(), torch.randn(BATCH, SRC, 15).double()
    context, weights = attention(query, attention.remember(states, real(4, 7)))
    wider = torch.cat([states, torch.randn(BATCH, extra, 15).double() * junk], dim=1)
    wider[0, 4:] = junk
    context_again, weights_again = attention(query, attention.remember(wider, real(4, 7, width=SRC + extra)))
    assert torch.allclose(context_again, context)
    assert torch.allclose(weights_again[..., :SRC], weights)
    assert not weights_again[..., SRC:].any()


@pytest.mark.parametrize("name", SCORES)
def test_batch_size_changes_nothing(name: str) -> None:
    attention = Attention(15, name, 3, projections=True).double()
    query, states = torch.randn(BATCH, TGT, 15).double(), torch.randn(BATCH, SRC, 15).double()
    memory = attention.remember(states, real(4, 7))
    context, weights = attention(query, memory)
    for sentence, length in enumerate((4, 7)):
        alone = attention.remember(states[[sentence], :length], real(length, width=length))
        context_alone, weights_alone = attention(query[[sentence]], alone)
        assert torch.allclose(context_alone[0], context[sentence])
        assert torch.allclose(weights_alone[0], weights[sentence, :, :, :length])


@pytest.mark.parametrize("name", SCORES)
@given(st.permutations(range(SRC)))
@settings(max_examples=5)
def test_permuted_keys_permute_the_weights(name: str, order: list[int]) -> None:
    """Attention knows no order: the same context, and the weights go along with their keys."""
    torch.manual_seed(2)
    attention = Attention(15, name, 3).double()
    query, states, mask = torch.randn(BATCH, TGT, 15).double(), torch.randn(BATCH, SRC, 15).double(), real(4, 7)
    context, weights = attention(query, attention.remember(states, mask))
    context_again, weights_again = attention(query, attention.remember(states[:, order], mask[:, order]))
    assert torch.allclose(weights_again, weights[..., order])
    assert torch.allclose(context_again, context)


def test_memory_select() -> None:
    """Sentences in another order, twice, or none at all."""
    memory = Memory(torch.randn(3, 1, SRC, DIM), torch.randn(3, 1, SRC, DIM), real(2, 5, 7))
    chosen = memory.select(torch.tensor([2, 0, 0]))
    for part in ("keys", "values", "mask"):
        assert torch.equal(getattr(chosen, part), torch.stack([getattr(memory, part)[n] for n in (2, 0, 0)]))
    assert len(memory.select(torch.tensor([], dtype=torch.long)).mask) == 0


def test_score_of_the_base_class_is_not_there() -> None:
    with pytest.raises(NotImplementedError):
        Score()(torch.randn(BATCH, HEADS, TGT, DIM), torch.randn(BATCH, HEADS, SRC, DIM))
