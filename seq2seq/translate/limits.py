"""How much of memory and time one sentence may take: what is longer is refused, and the others are translated.

A search holds the attention weights of all its steps: 4 bytes for each head, hypothesis, source piece and step. As many
steps are allowed as `search.max_length_ratio` says, so the memory grows with the square of the length, and so does the
time. `search.max_pieces` and `search.max_memory` of the configuration are the limits, and can be raised.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seq2seq.config.sections import SearchConfig

BYTES = 4
"""Of a number."""
SCORES = 3
"""So many numbers for each hypothesis and piece of the vocabulary: scores, their sums and what ranks them."""
SPARE = 10
"""Target pieces that are allowed beyond what the length of the source allows, or beyond a prefix."""


class Needs(NamedTuple):
    """What the search for one sentence depends on: the arguments of `search_memory` and `refusal`."""

    pieces: int
    """Of the source."""
    settings: SearchConfig
    beam: int
    heads: int
    vocabulary: int
    """Pieces of the target's vocabulary."""
    prefix: int = 0
    """Pieces that the translation begins with, at most."""


def length_limit(pieces: int, settings: SearchConfig, prefix: int = 0) -> int:
    """Most target pieces for a source of so many, the end of the sentence included; none for a blank line. After a
    prefix of so many pieces there is room for ten more at least."""
    return max(int(settings.max_length_ratio * pieces), prefix) + SPARE if pieces else 0


def search_memory(pieces: int, settings: SearchConfig, beam: int, heads: int, vocabulary: int, prefix: int = 0) -> int:
    """Bytes that the search for one sentence of so many source pieces takes at most, after a prefix of so many."""
    return BYTES * beam * (heads * (pieces + 1) * length_limit(pieces, settings, prefix) + SCORES * vocabulary)


def refusal(pieces: int, settings: SearchConfig, beam: int, heads: int, vocabulary: int, prefix: int = 0) -> str | None:
    """Why a sentence of so many pieces is not translated, with a prefix of so many; None where it is."""
    if message := too_long(pieces, settings) or too_long(prefix, settings, "its prefix"):
        return message
    if prefix and not pieces:
        return "it is blank, and its prefix is not; there is nothing to translate"
    needed = search_memory(pieces, settings, beam, heads, vocabulary, prefix) >> 20
    if needed <= settings.max_memory:
        return None
    return (
        f"its {pieces:,} pieces need up to {needed:,} MiB at beam {beam:,}, and search.max_memory is "
        f"{settings.max_memory:,}; split it, lower the beam, or raise the limit"
    )


def too_long(pieces: int, settings: SearchConfig, what: str = "it") -> str | None:
    """Why a sentence of so many pieces is not read; None where it is."""
    if pieces <= settings.max_pieces:
        return None
    return (
        f"{what} has {pieces:,} pieces, and search.max_pieces is {settings.max_pieces:,}; split it, or raise the limit"
    )


def fitting(batch: Sequence[int], memory: Sequence[int], most: int) -> Iterator[list[int]]:
    """A batch in parts that each take at most `most` bytes, or hold one sentence. memory: of each sentence, in bytes;
    in a part each takes as much as the largest."""
    part: list[int] = []
    for position in batch:
        largest = max((memory[one] for one in part), default=memory[position])
        if part and max(largest, memory[position]) * (len(part) + 1) > most:
            yield part
            part = []
        part.append(position)
    if part:
        yield part
