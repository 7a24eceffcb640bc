"""The words of a sentence, and where they are in it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Span = tuple[int, int]
"""A half-open range of character positions, `text[start:end]`."""

_CHUNK = re.compile(r"\S+")


def word_spans(text: str, tokenised: bool = False) -> list[Span]:
    """Where the words of a text are: whitespace words, with punctuation set apart.

    The rule: split at white space; then each punctuation or symbol character (Unicode categories P and S) at the start
    or the end of such a chunk is a word of its own. Those inside stay: `don't`, `3.5` and `U-Bahn` are one word. With
    `tokenised=True` the words are the chunks between white space.
    """
    spans: list[Span] = []
    for chunk in _CHUNK.finditer(text):
        start, end = chunk.span()
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


def word_counts(pairs: Iterable[tuple[str, str]], tokenised: bool = False) -> list[tuple[int, int]]:
    """How many words the source and the target of each pair have; links of the pair count these."""
    return [(len(word_spans(source, tokenised)), len(word_spans(target, tokenised))) for source, target in pairs]


@lru_cache(maxsize=65_536)
def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
