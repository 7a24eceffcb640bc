"""A step of a translation as a page: the same steps as the example, of vectors too long to be shown whole."""

import math
from collections.abc import Sequence

import numpy as np

from seq2seq.alignment.sides import Side, printable
from seq2seq.explain.blocks import Block, Heading, Lines, Page, Paragraph, Table, bar, code, table
from seq2seq.explain.digits import added, factor, largest, number, rest, rounded, subscript
from seq2seq.explain.texts import Texts
from seq2seq.explain.translation import ExplainedStep
from seq2seq.explain.worked import Array, WorkedAttention

SHOWN = 3
"""Numbers of a vector, or terms of a sum, that are shown."""

FACTOR, TERM, EXPONENTIAL, WEIGHT, PERCENT = 3, 3, 4, 4, 2
"""Digits shown after the point."""

FORMULAS = {
    "dot": "s = q · k",
    "scaled_dot": "s = (q · k) ÷ √d",
    "general": "s = q · (W k)",
    "additive": "s = a · tanh(W q + U k)",
}


def translation_page(explained: ExplainedStep, run: str, language: str) -> Page:
    """The page of a step of a translation by the run of this name, in a language of `texts.LANGUAGES`."""
    texts = Texts(language)
    steps = (
        _opening(explained, run, texts),
        _query_keys_values(explained, texts),
        _scores(explained, texts),
        _scaling_and_mask(explained, texts),
        _softmax(explained, texts),
        _context(explained, texts),
        _next(explained, texts),
    )
    return Page(language, tuple(block for step in steps for block in step))


def _source(explained: ExplainedStep) -> list[str]:
    return [code(label) for label in explained.translation.alignment.source.labels]


def _target(explained: ExplainedStep) -> list[str]:
    return [code(label) for label in explained.translation.alignment.target.labels]


def _whole(side: Side) -> str:
    """A text on one line, without what would upset a terminal."""
    return code(printable(side.text))


def _opening(explained: ExplainedStep, run: str, texts: Texts) -> list[Block]:
    translation, model = explained.translation, explained.model
    target, step = _target(explained), explained.step
    piece = target[step - 1]
    marked = [f"**[{step}]** {label}" if place == step else label for place, label in enumerate(target, 1)]
    rows = [
        [texts("step.source"), _whole(translation.alignment.source)],
        [texts("step.translation"), _whole(translation.alignment.target)],
        [texts("step.pieces"), " ".join(marked)],
    ]
    return [
        Heading(1, texts("step.title", piece=piece)),
        Paragraph(texts("step.intro", run=code(run), step=step, steps=len(target), piece=piece)),
        table(["", ""], rows, labels=2),
        *([] if translation.finished else [Paragraph(texts("step.unfinished"))]),
        Paragraph(
            texts(
                "step.model",
                cell=model.cell.upper(),
                layers=model.decoder_layers,
                size=model.hidden_size,
                attention=model.attention,
                heads=model.heads,
                projections=str(model.projections).lower(),
                feed=model.context_feed,
            )
        ),
        Paragraph(texts("step.digits", size=model.hidden_size, count=SHOWN)),
    ]


def _head_name(texts: Texts, head: int) -> str:
    return texts("head", head=head + 1)


def _each_head(explained: ExplainedStep, texts: Texts, blocks: Sequence[Sequence[Block]]) -> list[Block]:
    """The blocks of each head, under its name where there are several."""
    several = len(blocks) > 1
    return [
        block
        for head, own in enumerate(blocks)
        for block in ([Heading(3, _head_name(texts, head)), *own] if several else own)
    ]


def _largest_numbers(values: Array) -> str:
    return ", ".join(f"{place + 1}:\u00a0{number(values[place], FACTOR)}" for place in largest(values, SHOWN))


def _query_keys_values(explained: ExplainedStep, texts: Texts) -> list[Block]:
    model, attention = explained.model, explained.attention
    previous = _target(explained)[explained.step - 2] if explained.step > 1 else texts("step.start")
    dim = attention.query.shape[-1]
    heads = texts("step.heads", heads=model.heads, size=model.hidden_size, dim=dim)
    return [
        Heading(2, texts("example.1")),
        Paragraph(texts(f"step.query.{model.context_feed}", previous=previous)),
        Paragraph(texts("step.keys")),
        *([Paragraph(texts("step.selfattention"))] if model.self_attention else []),
        *([Paragraph(texts("step.projections"))] if model.projections else []),
        *([Paragraph(heads)] if model.heads > 1 else []),
        *_each_head(explained, texts, [[_vectors(explained, head, texts)] for head in range(model.heads)]),
    ]


def _vectors(explained: ExplainedStep, head: int, texts: Texts) -> Table:
    """Query and keys of a head, and the values where they are not the keys."""
    attention = explained.attention
    same = np.array_equal(attention.keys, attention.values)
    key_name = "k\u00a0=\u00a0v" if same else "k"
    rows = [["q", _target(explained)[explained.step - 1], _largest_numbers(attention.query[head, 0])]]
    for place, (piece, key, value) in enumerate(
        zip(_source(explained), attention.keys[head], attention.values[head], strict=True), 1
    ):
        rows.append([key_name.replace("k", f"k{subscript(place)}").replace("v", f"v{subscript(place)}"), piece])
        rows[-1].append(_largest_numbers(key))
        if not same:
            rows.append([f"v{subscript(place)}", piece, _largest_numbers(value)])
    return table(["", texts("piece"), texts("step.largest")], rows, labels=3)


def _scores(explained: ExplainedStep, texts: Texts) -> list[Block]:
    score = explained.attention.score
    factors = texts(f"step.factors.{score.removeprefix('scaled_')}")
    return [
        Heading(2, texts("example.2")),
        Paragraph(texts("step.scores", formula=code(FORMULAS[score]), factors=factors, count=SHOWN)),
        *_each_head(
            explained, texts, [[_score_lines(explained, head, texts)] for head in range(explained.model.heads)]
        ),
    ]


def _sum_lines(left: Array, right: Array, total: float, digits: int, texts: Texts) -> list[str]:
    """A sum of products: its terms of greatest influence with their places, and the rest."""
    terms = left * right
    places = largest(terms, SHOWN)
    shown = [terms[place] for place in places]
    factors = " + ".join(
        f"{place + 1}: {factor(left[place], digits)} × {factor(right[place], FACTOR)}" for place in places
    )
    if len(terms) == len(places):
        return [factors, f"{added(shown, TERM)} = {number(total, TERM)}"]
    remaining = rest(total, shown, TERM)
    line = f"{added([*shown, remaining], TERM)} ({texts('step.rest')}) = {number(total, TERM)}"
    return [f"{factors} + …", line]


def _score_lines(explained: ExplainedStep, head: int, texts: Texts) -> Lines:
    attention, lines = explained.attention, list[str]()
    for place, piece in enumerate(explained.translation.alignment.source.labels):
        left, right = attention.left[head, 0, place], attention.right[head, 0, place]
        score = attention.scores[head, 0, place]
        factors, total = _sum_lines(left, right, score * attention.divisor, FACTOR, texts)
        name = f"s{subscript(place + 1)}"
        lines += [f"{name if attention.divisor == 1 else f'√d {name}'}    {piece}", f"   = {factors}", f"   = {total}"]
        if attention.divisor != 1:
            quotient = f"{factor(score * attention.divisor, TERM)} ÷ {number(attention.divisor, TERM)}"
            lines.append(f"{name} = {quotient} = {number(score, TERM)}")
    return Lines(tuple(lines))


def _scaling_and_mask(explained: ExplainedStep, texts: Texts) -> list[Block]:
    attention = explained.attention
    dim = attention.query.shape[-1]
    scaling = (
        texts("step.unscaled", attention=attention.score)
        if attention.divisor == 1
        else texts("step.scaled", dim=dim, root=number(math.sqrt(dim), TERM))
    )
    return [
        Heading(2, texts("example.3")),
        Paragraph(scaling),
        Heading(2, texts("example.4")),
        Paragraph(texts("step.mask", pieces=len(attention.mask))),
    ]


def _softmax(explained: ExplainedStep, texts: Texts) -> list[Block]:
    return [
        Heading(2, texts("example.5")),
        Paragraph(texts("step.softmax")),
        *_each_head(
            explained, texts, [_softmax_blocks(explained, head, texts) for head in range(explained.model.heads)]
        ),
        Paragraph(texts("step.row", step=explained.step)),
    ]


def _softmax_blocks(explained: ExplainedStep, head: int, texts: Texts) -> list[Block]:
    attention = explained.attention
    scores, weights = attention.scores[head, 0], attention.weights[head, 0]
    highest = float(scores.max())
    exponentials = attention.exponentials(highest)[head, 0]
    rows = [
        [str(place), piece, bar(weight), number(score, TERM), number(exponential, EXPONENTIAL), number(weight, WEIGHT)]
        for place, (piece, score, exponential, weight) in enumerate(
            zip(_source(explained), scores, exponentials, weights, strict=True), 1
        )
    ]
    shown = sum(rounded(weight, WEIGHT) for weight in weights)
    sums = {"total": number(exponentials.sum(), EXPONENTIAL), "sum": number(shown, WEIGHT)}
    header = ["j", texts("piece"), "", "s", f"exp(s − {factor(highest, TERM)})", "w"]
    return [table(header, rows, labels=3), Paragraph(texts("step.sum", **sums))]


def _context(explained: ExplainedStep, texts: Texts) -> list[Block]:
    model, attention = explained.model, explained.attention
    joined = texts("step.concatenated", size=model.hidden_size)
    projected = texts("step.projected", largest=_largest_numbers(attention.context[0]))
    return [
        Heading(2, texts("example.6")),
        Paragraph(texts("step.context", count=SHOWN)),
        *_each_head(explained, texts, [[_context_lines(attention, head, texts)] for head in range(model.heads)]),
        *([Paragraph(joined)] if model.heads > 1 else []),
        *([Paragraph(projected)] if model.projections else []),
    ]


def _context_lines(attention: WorkedAttention, head: int, texts: Texts) -> Lines:
    lines = list[str]()
    for place in largest(attention.head_context[head, 0], SHOWN):
        total = float(attention.head_context[head, 0, place])
        weights, column = attention.weights[head, 0], attention.values[head, :, place]
        factors, summed = _sum_lines(weights, column, total, WEIGHT, texts)
        lines += [f"c{subscript(place + 1)} = {factors}", f"   = {summed}"]
    return Lines(tuple(lines))


def _next(explained: ExplainedStep, texts: Texts) -> list[Block]:
    rows = [
        [
            code(piece.piece),
            f"← {texts('step.chosen')}" if piece.chosen else "",
            f"{number(100 * piece.with_context, PERCENT)} %",
            f"{number(100 * piece.without_context, PERCENT)} %",
        ]
        for piece in explained.next_pieces
    ]
    header = [texts("piece"), "", texts("step.with"), texts("step.withoutcontext")]
    return [
        Heading(2, texts("step.7")),
        Paragraph(texts("step.next")),
        table(header, rows, labels=2),
    ]
