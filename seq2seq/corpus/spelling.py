"""How much of a sentence its subwords hardly know: what they have to spell in bytes or in single letters.

A model translates words that it cannot know fluently and wrongly. That they are strange shows in how they are cut: a
script that was not in the training text is written in bytes, a name of rare letters letter by letter.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from seq2seq.alignment.sides import Side
from seq2seq.text.words import Span

ROW = 3
"""So many single letters and bytes in a row, within a word, count as spelt; fewer are found in many a known word."""

MUCH = 0.3
"""The share of a sentence above which its translation is not to be trusted. Of 3,014 German and English sentences of
Multi30k that the vocabulary of 4,000 pieces was not trained on, none has as much, and of the 1,000 test sentences of
tiny-de-en none; Korean and Russian have 0.9 and more."""

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")


def unknown_share(side: Side, letters_count: bool = True) -> float:
    """The share, from 0 to 1, of the characters of a text, white space aside, that its pieces spell out.

    Spelt out is a character that is written in bytes; and, where `letters_count`, a letter that is a piece of its own,
    if at least three such characters stand in a row in a word. So `I` and `a` are not, nor is the last letter of a word
    that is cut into larger pieces. Han, Hangul and kana are never counted as letters: there one character says as much
    as a piece elsewhere.
    """
    spelt = 0
    row: list[bool] = []  # of neighbours: which are in bytes
    end = -1
    for (start, stop), in_bytes in _single(side, letters_count):
        if start != end:
            spelt += _count(row)
            row = []
        row.append(in_bytes)
        end = stop
    spelt += _count(row)
    visible = sum(not character.isspace() for character in side.text)
    return spelt / visible if visible else 0.0


def is_of_letters(pieces: Iterable[str]) -> bool:
    """Has a vocabulary, without its bytes and special pieces, more single letters than longer pieces with a letter?

    Its model has learned to read letter by letter, so that letters say nothing.
    """
    bare = [piece.replace("\u2581", "") for piece in pieces]
    single = sum(len(piece) == 1 and _is_letter(piece) for piece in bare)
    return single > sum(len(piece) > 1 and any(map(_is_letter, piece)) for piece in bare)


def _single(side: Side, letters_count: bool) -> Iterator[tuple[Span, bool]]:
    """The characters that are in bytes (True) or are letters that are pieces of their own (False)."""
    for piece, (start, end) in zip(side.pieces, side.spans, strict=True):
        if end - start != 1:  # the first bytes of a character are empty, the last one has its span
            continue
        if _BYTE.fullmatch(piece):
            yield (start, end), True
        elif letters_count and _is_letter(side.text[start]):
            yield (start, end), False


def _count(row: list[bool]) -> int:
    """How many characters of a row are spelt out."""
    return len(row) if len(row) >= ROW else sum(row)


def _is_letter(character: str) -> bool:
    return character.isalpha() and unicodedata.east_asian_width(character) not in "WFH"
