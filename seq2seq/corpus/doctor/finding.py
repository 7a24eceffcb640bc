"""What the doctor's checks are made of: pairs in, hits out, and a finding for each check that hit."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SIDES = ("source", "target")
EXAMPLES = 3
"""Examples in a finding."""

LONGEST = 160
"""Characters of a line that an example shows."""


@dataclass
class Split:
    """Two aligned files as they stand, line by line, and what the doctor must know beside them."""

    name: str
    """`train`, `val` or `test`."""
    paths: tuple[str, str]
    source: list[str]
    """Line ends (`\\n`, `\\r\\n`) removed; bytes that are no UTF-8 read as U+FFFD."""
    target: list[str]
    broken: tuple[dict[int, str], dict[int, str]] = field(default_factory=lambda: ({}, {}))
    """For each side: the lines, from 1 on, that are no UTF-8, each with what is wrong."""
    paired: int | None = None
    """How many lines from the top can be taken for pairs; all, where it is None."""
    earlier: tuple["Split", ...] = ()
    """The splits that no sentence of this one may be in: train for val, train and val for test."""

    @property
    def sides(self) -> tuple[list[str], list[str]]:
        """The lines of both files."""
        return self.source, self.target

    def pairs(self) -> Iterator[tuple[int, str, str]]:
        """Each pair with its line number, from 1 on; the lines that are no UTF-8 are left out."""
        both = zip(self.source[: self.paired], self.target, strict=False)
        for number, (source, target) in enumerate(both, 1):
            if number not in self.broken[0] and number not in self.broken[1]:
                yield number, source, target


class Hit(NamedTuple):
    """One line at which a check found something."""

    line: int
    """From 1 on."""
    detail: str = ""
    """What is there, in a few words."""
    side: int | None = None
    """0 for the source, 1 for the target, None for the pair."""
    twins: tuple[tuple[str, int], ...] = ()
    """The lines that it repeats: the name of the split and the number of each."""


@dataclass(frozen=True)
class Check:
    """A check: its name, what it finds, what to do about it, and the function that finds it."""

    name: str
    what: str
    """The heading of its finding: what the lines have."""
    advice: str
    find: Callable[[Split], Iterable[Hit]]
    fix: Literal["edit", "drop", "leave"] = "leave"
    """What a cleaned copy does with the lines."""
    fatal: bool = False
    """Does `seq2seq prepare text` refuse a corpus that has it?"""
    cheap: bool = False
    """Quick and sure enough to be run by every `seq2seq prepare`?"""


class Example(NamedTuple):
    """A line as a person can see it: what is invisible is written as its code point."""

    line: int
    detail: str
    source: str
    target: str


@dataclass(frozen=True)
class Finding:
    """What one check found in one split."""

    check: Check
    split: str
    lines: list[int]
    """The lines, from 1 on, each once, in order; empty for a finding about the whole file."""
    of_sides: tuple[int, int]
    """How many of the hits are on the source side and on the target side; both 0 where the pair is meant."""
    detail: str
    """What is found of the whole file, where there is no line to name."""
    examples: tuple[Example, ...]

    @property
    def more(self) -> str:
        """What is to be said beside the count: which side, where it is one alone, and what holds of the whole file."""
        source, target = self.of_sides
        sides = f"{source:,} source, {target:,} target" if source or target else ""
        return "; ".join(part for part in (sides, self.detail) if part)

    @property
    def count(self) -> int:
        """How many lines; 1 for a finding about the whole file."""
        return len(self.lines) or 1


def finding(check: Check, split: Split, hits: Iterable[Hit]) -> Finding | None:
    """The finding of these hits; None where there is none. A hit of line 0 is about the whole file."""
    hits = sorted(hits, key=lambda hit: (hit.line, hit.side or 0))
    if not hits:
        return None
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.line, hit)
    lines = [line for line in first if line]
    shown = [_example(first[line], split) for line in lines[:EXAMPLES]]
    whole = "; ".join(hit.detail for hit in hits if not hit.line)
    return Finding(check, split.name, lines, _of_sides(hits), whole, tuple(shown))


def _of_sides(hits: list[Hit]) -> tuple[int, int]:
    source, target = (len({hit.line for hit in hits if hit.line and hit.side == side}) for side in (0, 1))
    return source, target


def _example(hit: Hit, split: Split) -> Example:
    source, target = (clip(visible(lines[hit.line - 1])) if hit.line <= len(lines) else "" for lines in split.sides)
    return Example(hit.line, hit.detail, source, target)


def visible(text: str) -> str:
    """The text with what cannot be seen (controls, separators but the space, format characters) as `<U+200B>`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<{code_point(character)}>"
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
        or (unicodedata.category(character) == "Zs" and character != " ")
        else character
        for character in text
    )


def code_point(character: str) -> str:
    """Such as `U+200B`."""
    return f"U+{ord(character):04X}"


def clip(text: str) -> str:
    """The first `LONGEST` characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def each_side(find: Callable[[str], str]) -> Callable[[Split], Iterator[Hit]]:
    """A check of lines by themselves: `find` says what a line has, `""` for nothing."""

    def check(split: Split) -> Iterator[Hit]:
        for side, lines in enumerate(split.sides):
            for number, line in enumerate(lines, 1):
                if (detail := find(line)) and number not in split.broken[side]:
                    yield Hit(number, detail, side)

    return check
