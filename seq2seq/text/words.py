"""The words of a sentence, and where they are in it."""

import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]
"""A half-open range of character positions, `text[start:end]`."""


def word_spans(text: str, tokenised: bool = False) -> list[Span]:
    """Where the words of a text are: whitespace words, with punctuation set apart.

    The rule: split at white space; then each punctuation or symbol character (Unicode categories P and S) at the start
    or the end of such a chunk is a word of its own. Those inside stay: `don't`, `3.5` and `U-Bahn` are one word. With
    `tokenised=True` the words are the chunks between white space.
    """
    spans: list[Span] = []
    for start, end in _chunks(text):
        if tokenised:
            spans.append((start, end))
            continue
        left, right = start, end
        while left < right and _is_punctuation(text[left]):
            left += 1
        while right > left and _is_punctuation(text[right - 1]):
            right -= 1
        spans += [(i, i + 1) for i in range(start, left)]
        spans += [(left, right)] if left < right else []
        spans += [(i, i + 1) for i in range(right, end)]
    return spans


def split_words(text: str, tokenised: bool = False) -> list[str]:
    """The words of a text by the rule of `word_spans`; gold alignments count these."""
    return [text[start:end] for start, end in word_spans(text, tokenised)]


def _chunks(text: str) -> Iterator[Span]:
    start = None
    for position, character in enumerate(text + " "):
        if character.isspace():
            if start is not None:
                yield start, position
            start = None
        elif start is None:
            start = position


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
