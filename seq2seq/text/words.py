"""The words of a sentence, and where they are in it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

from seq2seq.text.visible import INVISIBLE, is_blank

Span = tuple[int, int]
"""A half-open range of character positions, `text[start:end]`."""

_CHUNK = re.compile(r"\S+")
PLAIN = re.compile(
    "[\t\n\r -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u0606-\u060f\u061b\u061d-\u064a\u0660-\u066f"
    "\u0671-\u06d5\u2010-\u2027\u202f-\u205e\u20a0-\u20cf"
    "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua4cf\uac00-\ud7a3\uff01-\uff9d]*"
)
"""Texts in which each character is a grapheme cluster of its own and none but white space is invisible. Not all such
texts: enough that most need no look at clusters, which takes longer."""
_APART = regex.compile(rf"[\p{{P}}\p{{S}}{INVISIBLE}]")
"""What a chunk has at least one of if it is not just one word."""
_CLUSTER = regex.compile(rf"[{INVISIBLE}]*+(?=(.))\X[{INVISIBLE}]*+", regex.DOTALL)
"""A grapheme cluster with the invisible characters around it; its group is its first visible character."""


def word_spans(text: str, tokenised: bool = False) -> list[Span]:
    """Where the words of a text are: whitespace words, with punctuation set apart.

    The rule: split at white space; then each punctuation or symbol (Unicode categories P and S) at the start or the end
    of such a chunk is a word of its own. Those inside stay: `don't`, `3.5` and `U-Bahn` are one word. With
    `tokenised=True` the words are the chunks between white space. A blank text (`text.visible.is_blank`) has no words.

    Words are made of grapheme clusters (Unicode Standard Annex 29): a letter with its accents, an emoji of several code
    points. An invisible character goes with the cluster before it in its chunk, or else the one after it; a chunk
    of invisible characters alone is no word, unless the text is tokenised.
    """
    plain = PLAIN.fullmatch(text) is not None
    if not plain and is_blank(text):
        return []
    spans: list[Span] = []
    for chunk in _CHUNK.finditer(text):
        start, end = chunk.span()
        if tokenised:
            spans.append((start, end))
            continue
        if not plain:
            whole = _APART.search(text, start, end) is None
            spans += [(start, end)] if whole else _spans_of_clusters(text, start, end)
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


def _spans_of_clusters(text: str, start: int, end: int) -> list[Span]:
    """The words of the chunk `text[start:end]`, cluster by cluster."""
    clusters = [(found.span(), _is_punctuation(found[1])) for found in _CLUSTER.finditer(text, start, end)]
    left, right = 0, len(clusters)
    while left < right and clusters[left][1]:
        left += 1
    while right > left and clusters[right - 1][1]:
        right -= 1
    spans = [span for span, _ in clusters]
    middle = [(spans[left][0], spans[right - 1][1])] if left < right else []
    return spans[:left] + middle + spans[right:]


@lru_cache(maxsize=65_536)
def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
