"""The built-in example as a page: every step with its reason, every number with where it comes from."""

import numpy as np

from seq2seq.explain.blocks import Block, Bullets, Heading, Lines, Page, Paragraph, matrix, table
from seq2seq.explain.digits import added, number, numbers, products, subscript, vector
from seq2seq.explain.example import ADDITIVE_KEY, ADDITIVE_QUERY, ADDITIVE_VECTOR, GENERAL, STEP, TARGET, Example
from seq2seq.explain.example_lines import (
    CONTEXT,
    EXPONENTIAL,
    WEIGHT,
    context_lines,
    matrix_lines,
    quotients,
    score_lines,
    softmax_table,
    times,
    words,
)
from seq2seq.explain.texts import Texts
from seq2seq.explain.worked import WorkedAttention

FOLLOWED = 3
"""The source position whose score is worked out where one has to do: `gekauft`."""


def example_page(example: Example, language: str) -> Page:
    """The page of the example in a language of `texts.LANGUAGES`."""
    texts = Texts(language)
    steps = (
        _question(texts),
        _query_keys_values(example.dot, texts),
        _scores(example.dot, texts),
        _scaling(example.scaled_dot, texts),
        _mask(example.dot, texts),
        _softmax(example, texts),
        _context(example.dot, texts),
        _heads(example, texts),
        _self_attention(example.self_attention, texts),
        _general(example.general, texts),
        _additive(example, texts),
        _program(texts),
    )
    return Page(language, tuple(block for step in steps for block in step))


def _question(texts: Texts) -> list[Block]:
    return [
        Heading(1, texts("example.title")),
        Paragraph(texts("example.intro")),
        Heading(2, texts("example.question")),
        Paragraph(texts("example.sentence")),
        Paragraph(texts("example.halves")),
        Bullets((texts("example.encoder"), texts("example.decoder"))),
        Paragraph(texts("example.vectors")),
    ]


def _query_keys_values(worked: WorkedAttention, texts: Texts) -> list[Block]:
    names = ["q", *(f"k{subscript(j)}\u00a0=\u00a0v{subscript(j)}" for j in range(1, 6))]
    rows = [
        [name, word, *numbers(state, 1)]
        for name, word, state in zip(
            names, [TARGET[STEP], *words(texts)], [worked.query[0, STEP], *worked.keys[0]], strict=True
        )
    ]
    return [
        Heading(2, texts("example.1")),
        Paragraph(texts("example.search")),
        Bullets((texts("example.query"), texts("example.keys"), texts("example.values"))),
        Paragraph(texts("example.cross")),
        Paragraph(texts("example.table")),
        table(["", texts("word"), "1", "2", "3", "4"], rows, labels=2),
        Paragraph(texts("example.padding")),
    ]


def _scores(worked: WorkedAttention, texts: Texts) -> list[Block]:
    return [
        Heading(2, texts("example.2")),
        Paragraph(texts("example.dot")),
        score_lines(worked, 0, STEP, texts, padding=True),
        Paragraph(texts("example.scores")),
        Paragraph(texts("example.matrix")),
        matrix(["Q", "1", "2", "3", "4"], TARGET, worked.query[0], 1),
        Paragraph(texts("example.product")),
        matrix(["Q Kᵀ", *words(texts)], TARGET, worked.scores[0], 2),
        Paragraph(texts("example.row")),
    ]


def _scaling(worked: WorkedAttention, texts: Texts) -> list[Block]:
    plain = worked.terms[0, STEP].sum(-1)
    rows = [
        [word, number(score, 2), number(scaled, 3)]
        for word, score, scaled in zip(words(texts), plain, worked.scores[0, STEP], strict=True)
    ]
    return [
        Heading(2, texts("example.3")),
        Paragraph(texts("example.scaling")),
        table([texts("word"), "s", f"s ÷ {number(worked.divisor, 0)}"], rows),
        Paragraph(texts("example.unscaled")),
    ]


def _mask(worked: WorkedAttention, texts: Texts) -> list[Block]:
    rows = [
        [word, number(score, 2), texts("is.real" if real else "is.padding"), number(score, 2) if real else "−∞"]
        for word, score, real in zip(words(texts), worked.scores[0, STEP], worked.mask, strict=True)
    ]
    return [
        Heading(2, texts("example.4")),
        Paragraph(texts("example.mask")),
        table([texts("word"), "s", texts("real"), texts("masked")], rows),
    ]


def _softmax(example: Example, texts: Texts) -> list[Block]:
    worked, without = example.dot, example.without_mask
    total, more = (number(w.exponentials()[0, STEP].sum(), EXPONENTIAL) for w in (worked, without))
    padding = number(without.weights[0, STEP, -1], WEIGHT)
    return [
        Heading(2, texts("example.5")),
        Paragraph(texts("example.softmax")),
        Lines(
            (
                "wⱼ = exp(sⱼ) ÷ (exp(s₁) + exp(s₂) + exp(s₃) + exp(s₄) + exp(s₅))",
                "",
                *quotients(worked, texts),
            )
        ),
        softmax_table(worked, 0, STEP, texts),
        Lines((f"{added(worked.weights[0, STEP], WEIGHT)} = {number(worked.weights[0, STEP].sum(), WEIGHT)}",)),
        Paragraph(texts("example.weights")),
        Paragraph(texts("example.exp")),
        Paragraph(texts("example.without")),
        Lines((f"1 ÷ ({total} + 1) = 1 ÷ {more} = {padding}",)),
        Paragraph(texts("example.flatter", weights=", ".join(numbers(example.scaled_dot.weights[0, STEP], WEIGHT)))),
        Paragraph(texts("example.map")),
        matrix(["", *words(texts)], TARGET, worked.weights[0], WEIGHT),
    ]


def _context(worked: WorkedAttention, texts: Texts) -> list[Block]:
    return [
        Heading(2, texts("example.6")),
        Paragraph(texts("example.context")),
        context_lines(worked, 0, STEP),
        Lines((f"c = {vector(worked.context[STEP], CONTEXT)}",)),
        Paragraph(texts("example.near")),
        Paragraph(texts("example.all")),
        Lines(("softmax(Q Kᵀ) V",)),
        Paragraph(texts("example.use")),
    ]


def _heads(example: Example, texts: Texts) -> list[Block]:
    worked = example.two_heads
    blocks: list[Block] = [Heading(2, texts("example.7")), Paragraph(texts("example.heads"))]
    for head in range(2):
        query = vector(worked.query[head, STEP], 1)
        blocks += [
            Heading(3, texts("head", head=head + 1)),
            Paragraph(texts("example.headquery", query=query)),
            score_lines(worked, head, STEP, texts),
            softmax_table(worked, head, STEP, texts),
            context_lines(worked, head, STEP, first=2 * head + 1),
        ]
    first, second = numbers(worked.scores[:, STEP, FOLLOWED], 2)
    total = number(example.dot.scores[0, STEP, FOLLOWED], 2)
    return [
        *blocks,
        Paragraph(texts("example.concatenate")),
        Lines((f"c = {vector(worked.context[STEP], CONTEXT)}",)),
        Paragraph(texts("example.twolooks", first=first, second=second, total=total)),
    ]


def _self_attention(worked: WorkedAttention, texts: Texts) -> list[Block]:
    rows = [
        [texts(f"compare.{name}"), texts(f"compare.{cross}"), texts(f"compare.{own}")]
        for name, cross, own in (
            ("query", "decoder", "encoder"),
            ("keys", "encoder", "encoder"),
            ("size", "crosssize", "selfsize"),
            ("row", "crossrow", "selfrow"),
        )
    ]
    return [
        Heading(2, texts("example.8")),
        Paragraph(texts("example.self")),
        table(["", texts("compare.cross"), texts("compare.self")], rows, labels=3),
        Paragraph(texts("example.selfscores")),
        score_lines(worked, 0, 1, texts),
        Paragraph(texts("example.selfweights")),
        matrix(["", *words(texts)], words(texts, real=True), worked.weights[0], WEIGHT),
        Paragraph(texts("example.selfend")),
    ]


def _general(worked: WorkedAttention, texts: Texts) -> list[Block]:
    weight = np.array(GENERAL)
    left, right = worked.left[0, STEP, FOLLOWED], worked.right[0, STEP, FOLLOWED]
    return [
        Heading(2, texts("example.9")),
        Paragraph(texts("example.others")),
        Heading(3, texts("example.general")),
        Paragraph(texts("example.generaltext")),
        Lines(tuple(matrix_lines("W", weight))),
        Paragraph(texts("example.workedfor")),
        Lines(
            (
                *times("W k₄", weight, worked.keys[0, FOLLOWED], 2),
                "s₄ = q · (W k₄)",
                f"   = {products(left, right, (1, 2))}",
                f"   = {added(left * right, 3)} = {number(worked.scores[0, STEP, FOLLOWED], 3)}",
            )
        ),
    ]


def _additive(example: Example, texts: Texts) -> list[Block]:
    worked = example.additive
    asked, offered = np.array(ADDITIVE_QUERY), np.array(ADDITIVE_KEY)
    query, key = worked.query[0, STEP], worked.keys[0, FOLLOWED]
    left, right = worked.left[0, STEP, FOLLOWED], worked.right[0, STEP, FOLLOWED]
    summed = [
        f"tanh({added((a, b), 2)}) = tanh({number(a + b, 2)}) = {number(pressed, WEIGHT)}"
        for a, b, pressed in zip(asked @ query, offered @ key, right, strict=True)
    ]
    names = ("dot", "scaled_dot", "general", "additive")
    columns = np.stack([getattr(example, name).weights[0, STEP] for name in names], axis=1)  # src scores
    return [
        Heading(3, texts("example.additive")),
        Paragraph(texts("example.additivetext")),
        Lines(
            (
                *matrix_lines("W", asked),
                "",
                *matrix_lines("U", offered),
                "",
                f"a = {vector(ADDITIVE_VECTOR, 1)}",
            )
        ),
        Paragraph(texts("example.workedfor")),
        Lines(
            (
                *times("W q", asked, query, 2),
                *times("U k₄", offered, key, 2),
                *summed,
                "s₄ = a · tanh(W q + U k₄)",
                f"   = {products(left, right, (1, WEIGHT))}",
                f"   = {added(left * right, WEIGHT)} = {number(worked.scores[0, STEP, FOLLOWED], 2)}",
            )
        ),
        Paragraph(texts("example.compared")),
        matrix([texts("word"), *names], words(texts), columns, WEIGHT),
        Paragraph(texts("example.agree")),
    ]


def _program(texts: Texts) -> list[Block]:
    cross, own = texts("example.commentcross"), texts("example.commentself")
    return [
        Heading(2, texts("example.program")),
        Paragraph(texts("example.code")),
        Lines(
            (
                'attention = Attention(4, score="dot", heads=1)',
                "memory = attention.remember(states, mask)",
                f"context, weights = attention(queries, memory)  # {cross}",
                f"context, weights = attention(states, memory)  # {own}",
            ),
            "python",
        ),
        Paragraph(texts("example.own")),
        Lines(('seq2seq explain tiny-de-en "Er ruft am Sonntag seine Mutter an."',), "sh"),
    ]
