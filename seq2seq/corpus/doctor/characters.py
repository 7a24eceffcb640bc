"""Characters that nobody sees, and that make one text differ from another of the same look."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from seq2seq.corpus.doctor.finding import code_point
from seq2seq.text.files import ODD_BREAKS

BREAKS = re.compile(f"[{''.join(map(re.escape, ODD_BREAKS.keys() - {chr(0)}))}]")
CONTROL = re.compile("[\x01-\x08\x09\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
"""Controls that are no line break; the tab is one, as a sentence has no columns."""

JOINERS, MARKS = "\u200c\u200d", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVISIBLE = re.compile(f"[\u00ad\u034f\u180e\u200b{JOINERS}{MARKS}\u2060-\u2064\ufeff]")
NO_BREAK_SPACES = re.compile("[\u00a0\u2007\u202f]")


def nul(line: str) -> str:
    """A NUL byte, with which C programs end a text."""
    return code_point("\0") if "\0" in line else ""


def line_break(line: str) -> str:
    """A character inside the line that some programs take for its end (`text.files.ODD_BREAKS`)."""
    return _named(BREAKS.findall(line))


def control(line: str) -> str:
    """A control character, the tab included."""
    return _named(CONTROL.findall(line))


def invisible(line: str) -> str:
    """Characters without width. Those that a script needs are none: joiners within words of a script that joins and in
    emoji, marks of direction in a line with right-to-left letters."""
    return _named(line[at] for at in invisible_at(line))


def invisible_at(line: str) -> list[int]:
    """Where the characters are that `invisible` means."""
    if line.isascii():
        return []
    return [found.start() for found in INVISIBLE.finditer(line) if not _needed(line, found.start())]


def _needed(line: str, at: int) -> bool:
    if line[at] in JOINERS:
        return 0 < at < len(line) - 1 and _joins(line[at - 1]) and _joins(line[at + 1])
    if re.match(f"[{MARKS}]", line[at]):
        return any(c.isalpha() and unicodedata.bidirectional(c) in ("R", "AL") for c in line)
    return False


@lru_cache(maxsize=8192)
def _joins(character: str) -> bool:
    """Is it of a script whose letters a joiner shapes, or a part of an emoji?"""
    if unicodedata.category(character) in ("So", "Sk") or character == "\ufe0f":
        return True
    script = unicodedata.name(character, "").split(" ")[0]
    return unicodedata.category(character)[0] in "LM" and script not in ("LATIN", "GREEK", "CYRILLIC", "CJK", "HANGUL",
        "HIRAGANA", "KATAKANA", "COMBINING")  # fmt: skip


def no_break_space(line: str) -> str:
    """A space at which no line is broken: another character to a model than the space it looks like."""
    return _named(NO_BREAK_SPACES.findall(line))


def normal_form(line: str) -> str:
    """A line that is not in the normal form NFC, in which an accented letter is one character."""
    if unicodedata.is_normalized("NFC", line):
        return ""
    composed = unicodedata.normalize("NFC", line)
    at = next((i for i, (a, b) in enumerate(zip(line, composed, strict=False)) if a != b), len(composed))
    there = " ".join(map(code_point, line[at : at + 2]))
    return f"{there} for {code_point(composed[at])}" if at < len(composed) else there


def _named(found: Iterable[str]) -> str:
    """The code points, each once."""
    return " ".join(map(code_point, dict.fromkeys(found)))
