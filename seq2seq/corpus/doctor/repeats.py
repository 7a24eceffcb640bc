"""Pairs that stand there twice, sentences with many translations, and test sentences that were trained on."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator

from seq2seq.corpus.doctor.finding import Hit, Split, clip, visible
from seq2seq.corpus.doctor.marks import ending

MANY = 8
"""So many different translations of one sentence are a sign of boilerplate or of shifted lines. Only 707 of the 169,197
pairs of Tatoeba's German, whose translators add what others could say too, have a sentence with as many."""


def duplicates(split: Split) -> Iterator[Hit]:
    """A pair that has stood there before, but for white space around it."""
    first: dict[tuple[str, str], int] = {}
    for number, source, target in split.pairs():
        if (pair := (source.strip(), target.strip())) != ("", ""):
            before = first.setdefault(pair, number)
            if before != number:
                yield Hit(number, f"as line {before:,}", twins=((split.name, before),))


def many_targets(split: Split) -> Iterator[Hit]:
    """The lines of a source sentence with `MANY` different targets or more, and of such a target sentence."""
    for side in (0, 1):
        lines: dict[str, dict[str, int]] = defaultdict(dict)
        for number, *pair in split.pairs():
            if all(text.strip() for text in pair):
                lines[pair[side].strip()].setdefault(pair[1 - side].strip(), number)
        for others in lines.values():
            if len(others) >= MANY:
                what = f"{len(others)} {'targets of this source' if side == 0 else 'sources of this target'}"
                yield from (Hit(number, what, side) for number in others.values())


def overlap(split: Split) -> Iterator[Hit]:
    """Pairs with a sentence of either side that an earlier split has too."""
    yield from _overlap(split, str.strip)


def near_overlap(split: Split) -> Iterator[Hit]:
    """Pairs with a sentence of either side that an earlier split has too, but for what `folded` takes off.

    Those that agree in every character are left to `overlap`.
    """
    exact = {hit.line for hit in overlap(split)}
    yield from (hit for hit in _overlap(split, folded) if hit.line not in exact)


def _overlap(split: Split, key: Callable[[str], str]) -> Iterator[Hit]:
    for side in (0, 1) if split.earlier else ():
        own: dict[str, list[int]] = defaultdict(list)
        for number, *pair in split.pairs():
            own[key(pair[side])].append(number)
        own.pop("", None)
        for earlier in split.earlier:
            twins: dict[str, list[tuple[str, int]]] = defaultdict(list)
            texts: dict[str, str] = {}
            for number, *pair in earlier.pairs():
                if (found := key(pair[side])) in own:
                    twins[found].append((earlier.name, number))
                    texts.setdefault(found, pair[side])
            for text, there in twins.items():
                detail = f"{earlier.name}, line {there[0][1]:,}{_more(there)}: {clip(visible(texts[text]))}"
                yield from (Hit(number, detail, side, tuple(there)) for number in own[text])


def _more(there: list[tuple[str, int]]) -> str:
    return f" and {len(there) - 1:,} more" if len(there) > 1 else ""


def folded(text: str) -> str:
    """A sentence without case, accents, punctuation and spaces; only whether it asks is kept."""
    asks = "?" if ending(text) == "?" else ""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    bare = re.sub(r"[\W_]+", "", text.casefold())
    return bare and bare + asks
