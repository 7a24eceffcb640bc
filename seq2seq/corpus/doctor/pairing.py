"""Pairs that can hardly be translations of each other: blank on a side, copied, or far too long or short."""

import re
from collections.abc import Iterator
from statistics import median

from seq2seq.corpus.doctor.finding import SIDES, Hit, Split
from seq2seq.text.visible import is_blank

COPIED_WORDS = 3
"""A copied line with fewer words is often right: `Hotel`, `Tom Jackson`, `OK!`."""

OUTLIER = 3.0
"""How many times longer or shorter, than is usual for the corpus, a target is that cannot be right."""

SMALL = 12
"""Characters that both sides are taken to be longer than they are, as the lengths of short sentences say little."""

WORD = re.compile(r"[^\W\d_]+")


def blank(split: Split) -> Iterator[Hit]:
    """Lines without anything to see, on a side or on both."""
    for number, *pair in split.pairs():
        bare = [side for side, text in enumerate(pair) if is_blank(text)]
        if bare:
            yield Hit(number, "both sides" if len(bare) == 2 else f"{SIDES[bare[0]]} blank",
                      bare[0] if len(bare) == 1 else None)  # fmt: skip


def copied(split: Split) -> Iterator[Hit]:
    """Source and target are the same, but for case, in `COPIED_WORDS` words or more."""
    for number, source, target in split.pairs():
        if source.strip().casefold() == target.strip().casefold() and len(WORD.findall(source)) >= COPIED_WORDS:
            yield Hit(number, "source = target")


def length_ratio(split: Split) -> Iterator[Hit]:
    """Pairs whose lengths in characters differ `OUTLIER` times more than those of the corpus do."""
    lengths = [(n, len(s.strip()), len(t.strip())) for n, s, t in split.pairs() if not (is_blank(s) or is_blank(t))]
    if not lengths:
        return
    usual = median((target + SMALL) / (source + SMALL) for _, source, target in lengths)
    for number, source, target in lengths:
        ratio = (target + SMALL) / (source + SMALL) / usual
        if not 1 / OUTLIER < ratio < OUTLIER:
            yield Hit(number, f"{source:,} characters to {target:,}")
