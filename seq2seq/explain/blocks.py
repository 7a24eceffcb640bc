"""What a page is made of. Text has two marks, as in Markdown: `code` and **strong**."""

from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.explain.digits import number
from seq2seq.explain.worked import Array

BAR = "█"

BACKTICK = "\ue000"
"""Stands for a backtick inside `code`; a code point of private use that no sentence has any business with."""

BAR_WIDTH = 10
"""Characters of the bar of weight 1."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the page), 2 (a step) or 3."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """Lines that keep their spaces: equations, or a program where `language` names one."""

    lines: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first `labels` columns are words, the others numbers. A header of empty cells is none."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1


Block = Heading | Paragraph | Bullets | Lines | Table


@dataclass(frozen=True)
class Page:
    """A page in one language (`en` or `ko`); the first block is its heading."""

    language: str
    blocks: tuple[Block, ...]


def code(text: str) -> str:
    """Any text, a user's too, as `code` within a text."""
    return f"`{text.replace('`', BACKTICK)}`"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], labels: int = 1) -> Table:
    """A `Table` of any sequences."""
    return Table(tuple(header), tuple(map(tuple, rows)), labels)


def matrix(header: Sequence[str], names: Sequence[str], rows: Array, digits: int) -> Table:
    """A table of numbers, `rows` [names, columns]; `header` names the first column and each column of numbers."""
    cells = [[name, *(number(value, digits) for value in row)] for name, row in zip(names, rows, strict=True)]
    return table(header, cells)


def bar(weight: float) -> str:
    """A weight as a bar."""
    return BAR * round(weight * BAR_WIDTH)
