"""How many subwords the characters of a corpus need at least, and how many would do."""

from collections.abc import Iterator

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.doctor.finding import Hit, Split

FIXED = 256 + 4
"""Pieces of any SentencePiece model here: the bytes, and the four special ones."""

USUAL = SubwordsConfig().vocab_size
ROOM = 4
"""A vocabulary has room for words where it is this many times as large as what the characters need."""


def least_vocabulary(split: Split) -> int:
    """The smallest `subwords.vocab_size` that SentencePiece takes for both sides in one vocabulary.

    The bytes, the special pieces, and a piece for each character, the space among them.
    """
    return FIXED + len(set(" ".join(" ".join(lines) for lines in split.sides)) | {" "})


def fitting_vocabulary(split: Split) -> int:
    """A `subwords.vocab_size` to begin with: 1,000 for every 10,000 pairs, of 1,000 to 8,000, in steps that double.

    More where the characters alone need so many. The recipes have 1,200 for 13,000 pairs, 4,000 for 29,000 and more.
    """
    size = 1000
    while size < 8_000 and (size * 10 < len(split.source) or size < ROOM * (least_vocabulary(split) - FIXED)):
        size *= 2
    return max(size, least_vocabulary(split))


def vocabulary(split: Split) -> Iterator[Hit]:
    """The corpus has so many different characters that the usual vocabulary has no place for all of them."""
    least = least_vocabulary(split)
    if split.name == "train" and least > USUAL:
        yield Hit(0, f"subwords.vocab_size is {USUAL:,} by default and must be {least:,} or more; "
                     f"{fitting_vocabulary(split):,} will do")  # fmt: skip
