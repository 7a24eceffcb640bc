"""The lines and tables of the example's page: each computation term by term."""

from seq2seq.explain.blocks import Lines, Table, bar, table
from seq2seq.explain.digits import added, number, products, subscript
from seq2seq.explain.example import STEP
from seq2seq.explain.texts import Texts
from seq2seq.explain.worked import Array, WorkedAttention

EXPONENTIAL, WEIGHT, CONTEXT = 4, 3, 2
"""Digits shown after the point."""


def words(texts: Texts, real: bool = False) -> list[str]:
    """The source words, with what they mean, and the padding unless only `real` ones are wanted."""
    return [texts(f"gloss.{position}") for position in range(4 if real else 5)]


def score_lines(worked: WorkedAttention, head: int, row: int, texts: Texts, padding: bool = False) -> Lines:
    """The scores of a query, term by term, three lines for each key; of the padding's too where `padding` says so."""
    lines = []
    for position, word in enumerate(words(texts, real=not padding)):
        left, right = worked.left[head, row, position], worked.right[head, row, position]
        name = f"s{subscript(position + 1)}"
        lines += [
            f"{name} = q · k{subscript(position + 1)}    {word}",
            f"   = {products(left, right, (1, 1))}",
            f"   = {added(left * right, 2)} = {number(worked.scores[head, row, position], 2)}",
        ]
    return Lines(tuple(lines))


def quotients(worked: WorkedAttention, texts: Texts) -> list[str]:
    """The sum of the exponentials, and each divided by it."""
    exponentials = worked.exponentials()[0, STEP]
    total = number(exponentials.sum(), EXPONENTIAL)
    return [
        f"{texts('sum')} = {added(exponentials, EXPONENTIAL)} = {total}",
        *(
            f"w{subscript(place)} = {number(exponential, EXPONENTIAL)} ÷ {total} = {number(weight, WEIGHT)}"
            for place, (exponential, weight) in enumerate(zip(exponentials, worked.weights[0, STEP], strict=True), 1)
        ),
    ]


def softmax_table(worked: WorkedAttention, head: int, row: int, texts: Texts) -> Table:
    """The softmax of a query: score, exponential and weight of each source position."""
    scores, weights = worked.scores[head, row], worked.weights[head, row]
    columns = zip(words(texts), worked.mask, scores, worked.exponentials()[head, row], weights, strict=True)
    rows = [
        [word, bar(weight), number(score, 2) if real else "−∞", number(power, EXPONENTIAL), number(weight, WEIGHT)]
        for word, real, score, power, weight in columns
    ]
    return table([texts("word"), "", "s", "exp(s)", "w"], rows, labels=2)


def context_lines(worked: WorkedAttention, head: int, row: int, first: int = 1) -> Lines:
    """The context of a query, term by term, two lines for each of its numbers, the first of them called `first`."""
    weights, lines = worked.weights[head, row, worked.mask], []
    columns = worked.values[head, worked.mask].T
    for place, (column, total) in enumerate(zip(columns, worked.head_context[head, row], strict=True), first):
        lines += [
            f"c{subscript(place)} = {products(weights, column, (WEIGHT, 1))}",
            f"   = {added(weights * column, WEIGHT)} = {number(total, CONTEXT)}",
        ]
    return Lines(tuple(lines))


def matrix_lines(name: str, rows: Array) -> list[str]:
    """A matrix, row under row."""
    widest = max(len(number(value, 1)) for value in rows.flat)
    return [
        f"{name if place == 0 else ' ' * len(name)} {'=' if place == 0 else ' '} "
        f"[{'  '.join(number(value, 1).rjust(widest) for value in row)}]"
        for place, row in enumerate(rows)
    ]


def times(name: str, rows: Array, column: Array, digits: int) -> list[str]:
    """A matrix times a vector, one line a row."""
    return [
        f"({name}){subscript(place)} = {products(row, column, (1, 1))} = {number(row @ column, digits)}"
        for place, row in enumerate(rows, 1)
    ]
