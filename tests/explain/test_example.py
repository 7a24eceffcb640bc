"""The built-in example: its numbers against loops over single numbers, and its pages as a reader with a calculator."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

import seq2seq.model.attention
from seq2seq.explain import example as vectors
from seq2seq.explain.blocks import Heading, Lines, Page, Table
from seq2seq.explain.digits import number
from seq2seq.explain.example import Example, worked_example
from seq2seq.explain.example_page import example_page
from seq2seq.explain.render import render
from seq2seq.explain.texts import LANGUAGES
from seq2seq.explain.worked import MismatchError, WorkedAttention, work_out
from seq2seq.model.attention import Attention, DotScore, Memory

DOCS = {"en": "docs/attention.md", "ko": "docs/attention.ko.md"}

Vector = list[float]
Row = tuple[Vector, Vector, Vector]
"""Scores, weights and context of one query."""


@pytest.fixture(scope="module")
def example() -> Example:
    return worked_example()


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, example: Example) -> Page:
    return example_page(example, request.param)


# The same by hand


def inner(left: Vector, right: Vector) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def by_hand(name: str, query: Vector, keys: list[Vector], mask: list[bool]) -> Row:
    """One query over keys that are the values too, as the papers write it."""

    def score(key: Vector) -> float:
        if name == "general":
            return inner(query, [inner(row, key) for row in vectors.GENERAL])
        if name == "additive":
            rows = zip(vectors.ADDITIVE_QUERY, vectors.ADDITIVE_KEY, strict=True)
            return inner(vectors.ADDITIVE_VECTOR, [math.tanh(inner(w, query) + inner(u, key)) for w, u in rows])
        return inner(query, key) / (math.sqrt(len(query)) if name == "scaled_dot" else 1)

    scores = [score(key) for key in keys]
    exponentials = [math.exp(s) if real else 0.0 for s, real in zip(scores, mask, strict=True)]
    weights = [e / sum(exponentials) for e in exponentials]
    return scores, weights, [inner(weights, list(column)) for column in zip(*keys, strict=True)]


def expected(variant: str) -> list[list[Row]]:
    """The rows of each head of a variant of the example."""
    mask = [True] * 5 if variant == "without_mask" else vectors.MASK
    queries = vectors.STATES[:4] if variant == "self_attention" else vectors.QUERIES
    name = variant if variant in ("scaled_dot", "general", "additive") else "dot"
    heads = [slice(0, 2), slice(2, 4)] if variant == "two_heads" else [slice(0, 4)]
    return [
        [by_hand(name, query[part], [state[part] for state in vectors.STATES], mask) for query in queries]
        for part in heads
    ]


def shown_as(row: Vector, digits: int) -> tuple[str, ...]:
    return tuple(number(value, digits) for value in row)


VARIANTS = ["dot", "without_mask", "scaled_dot", "two_heads", "self_attention", "general", "additive"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_numbers_are_those_worked_out_by_hand(example: Example, variant: str) -> None:
    worked: WorkedAttention = getattr(example, variant)
    heads = expected(variant)
    assert worked.scores.shape == (len(heads), len(heads[0]), 5)
    for head, rows in enumerate(heads):
        for t, (scores, weights, context) in enumerate(rows):
            np.testing.assert_allclose(worked.scores[head, t], scores, atol=1e-12)
            np.testing.assert_allclose(worked.weights[head, t], weights, atol=1e-12)
            np.testing.assert_allclose(worked.head_context[head, t], context, atol=1e-12)
    side_by_side = [[c for rows in heads for c in rows[t][2]] for t in range(len(heads[0]))]
    np.testing.assert_allclose(worked.context, side_by_side, atol=1e-12)
    assert set(worked.to_dict()["weights"][0][0]) == set(worked.weights[0, 0])


def test_the_tables_show_them_to_the_last_digit(page: Page) -> None:
    tables = [block for block in page.blocks if isinstance(block, Table)]
    rows = {row for block in tables for row in block.rows}
    columns = {column for block in tables for column in zip(*block.rows, strict=True)}
    for variant, digits in (("dot", 3), ("self_attention", 3)):
        assert all(any(row[1:] == shown_as(weights, digits) for row in rows) for _, weights, _ in expected(variant)[0])
    assert all(any(row[1:] == shown_as(scores, 2) for row in rows) for scores, _, _ in expected("dot")[0])
    for variant in ("dot", "scaled_dot", "general", "additive"):
        assert shown_as(expected(variant)[0][1][1], 3) in columns
    for head in expected("two_heads"):
        assert shown_as(head[1][1], 3) in columns
        assert (*shown_as(head[1][0][:4], 2), "−∞") in columns
    assert shown_as(expected("scaled_dot")[0][1][0], 3) in columns


def test_the_lines_show_scores_and_contexts_to_the_last_digit(page: Page) -> None:
    lines = [line for block in page.blocks if isinstance(block, Lines) for line in block.lines]
    for variant in ("dot", "two_heads"):
        context = [c for rows in expected(variant) for c in rows[1][2]]
        assert f"c = ({', '.join(shown_as(context, 2))})" in lines
    for variant, digits in (("general", 3), ("additive", 2)):
        assert any(line.endswith(f" = {number(expected(variant)[0][1][0][3], digits)}") for line in lines)
    for scores in (expected("dot")[0][1][0], expected("self_attention")[0][1][0][:4]):
        assert all(any(line.endswith(f" = {number(score, 2)}") for line in lines) for score in scores)


# The reader with a calculator


def value(side: str) -> float | None:
    """What a pocket calculator says to one side of an equation; None to one with letters in it."""
    if not side or re.search(r"[^\d\s.+−×÷()]", re.sub(r"\b(exp|tanh)\(", "(", side)):
        return None
    return float(eval(side.replace("−", "-").replace("×", "*").replace("÷", "/"), {"exp": math.exp, "tanh": math.tanh}))


def equations(page: Page) -> list[list[str]]:
    """The sides of each equation that a calculator can work out; lines that begin with `=` go on from the one above."""
    found: list[list[str]] = []
    for block in page.blocks:
        for line in block.lines if isinstance(block, Lines) and not block.language else ():
            sides = [side.strip() for side in line.split(" = ")]
            if line.startswith("   = "):
                found[-1] += sides[1:]
            else:
                found.append(sides)
    return [
        sides for sides in ([side for side in sides if value(side) is not None] for sides in found) if len(sides) > 1
    ]


def test_a_pocket_calculator_agrees_with_every_line(page: Page) -> None:
    """Each side, rounded to the digits of the last one, is the last one."""
    checked = equations(page)
    assert len(checked) > 50
    for *sides, last in checked:
        for side in sides:
            half = 0.5 * 10.0 ** -len(last.partition(".")[2])
            assert abs(value(side) - value(last)) <= half + 1e-9, f"{side} = {last}"


def test_a_pocket_calculator_agrees_with_every_softmax(page: Page) -> None:
    """exp of the score shown is the exponential shown; divided by the sum of those it is the weight shown."""
    tables = [block for block in page.blocks if isinstance(block, Table) and "exp(s)" in block.header]
    assert len(tables) == 3
    for block in tables:
        scores, exponentials, weights = list(zip(*block.rows, strict=True))[2:]
        total = sum(map(float, exponentials))
        for score, exponential, weight in zip(scores, exponentials, weights, strict=True):
            power = 0.0 if score == "−∞" else math.exp(float(score.replace("−", "-")))
            assert number(power, 4) == exponential and number(float(exponential) / total, 3) == weight


def test_the_weights_shown_add_up_to_1(example: Example) -> None:
    shown = [weights for name in VARIANTS for weights in getattr(example, name).weights[:, 1]]
    shown += [*example.dot.weights[0], *example.self_attention.weights[0]]
    assert all(sum(round(1000 * weight) for weight in row) == 1000 for row in shown)


def test_what_the_text_says_of_the_numbers(example: Example) -> None:
    """gekauft first and hat second, padding above Anna and Brot, one look for each head, hat at gekauft."""
    row, heads = example.dot.weights[0, 1], example.two_heads.weights[:, 1]
    assert list(np.argsort(-row)[:2]) == [3, 1] and row[3] > 0.5 and 0.3 < row[1] < 1 / 3
    assert example.dot.scores[0, 1, 0] < 0 and example.dot.scores[0, 1, 2] < 0
    assert list(example.dot.weights[0].argmax(-1)) == [0, 3, 2]
    assert list(heads.argmax(-1)) == [3, 1] and heads[0, 3] > 0.5 and heads[1, 1] - heads[1, 3] < 0.05
    assert example.self_attention.weights[0, 1].argmax() == 3
    assert all(getattr(example, name).weights[0, 1].argmax() == 3 for name in ("scaled_dot", "general", "additive"))
    assert example.scaled_dot.weights[0, 1].max() < row.max()
    scores = example.self_attention.scores[0]
    assert scores[1, 3] == pytest.approx(scores[3, 1]) and example.self_attention.weights[0, 3, 1] != pytest.approx(
        row[3]
    )


# A wrong library is found out


def test_a_wrong_score_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = DotScore.forward
    monkeypatch.setattr(DotScore, "forward", lambda self, query, keys: right(self, query, keys) + 1e-9)
    with pytest.raises(MismatchError, match="scores"):
        worked_example()


def test_a_mask_that_is_forgotten_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seq2seq.model.attention, "masked_softmax", lambda scores, mask: scores.softmax(-1))
    with pytest.raises(MismatchError, match="weights"):
        worked_example()


def test_a_softmax_over_the_wrong_axis_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seq2seq.model.attention, "masked_softmax", lambda scores, mask: scores.softmax(-2))
    with pytest.raises(MismatchError, match="weights"):
        worked_example()


def test_a_context_of_the_wrong_values_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seq2seq.model.attention, "attention_context", lambda weights, values: weights @ values.flip(2))
    with pytest.raises(MismatchError, match="context"):
        worked_example()


def test_heads_side_by_side_in_the_wrong_order_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Attention.forward

    def swapped(self: Attention, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        context, weights = right(self, query, memory)
        return context.roll(2, -1) if self.heads == 2 else context, weights

    monkeypatch.setattr(Attention, "forward", swapped)
    with pytest.raises(MismatchError, match="context"):
        worked_example()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("score", ["dot", "scaled_dot", "general", "additive"])
def test_any_attention_is_worked_out_and_nan_is_not(score: str, dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    attention = Attention(12, score, heads=3, projections=True).to(dtype)
    query, states = torch.randn(5, 12, dtype=dtype), torch.randn(7, 12, dtype=dtype)
    mask = torch.arange(7) < 4
    worked = work_out(attention, query, states, mask)
    context, weights = attention(query[None], attention.remember(states[None], mask[None]))
    assert np.array_equal(worked.weights, weights[0].detach().double().numpy())
    assert np.array_equal(worked.context, context[0].detach().double().numpy())
    np.testing.assert_allclose(worked.terms.sum(-1) / worked.divisor, worked.scores, atol=1e-5)
    assert np.array_equal(worked.row(2).weights[:, 0], worked.weights[:, 2])
    states[1, 3] = math.nan
    with pytest.raises(MismatchError):
        work_out(attention, query, states, mask)


# The documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_documents_are_what_the_command_writes(example: Example, language: str) -> None:
    """After a change: `scripts/explain.py --format markdown --language LANGUAGE --output docs/attention...`"""
    path = Path(__file__).parents[2] / DOCS[language]
    assert path.read_text(encoding="utf-8") == render(example_page(example, language), "markdown")


def test_both_languages_show_the_same_numbers_in_the_same_steps(example: Example) -> None:
    pages = [example_page(example, language) for language in LANGUAGES]
    assert len({tuple(type(block) for block in page.blocks) for page in pages}) == 1
    assert len({tuple(block.level for block in page.blocks if isinstance(block, Heading)) for page in pages}) == 1
    assert equations(pages[0]) == equations(pages[1])
