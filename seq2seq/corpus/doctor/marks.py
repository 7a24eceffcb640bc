"""Numbers and final punctuation that differ between the sides, and whether a side is tokenised."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from seq2seq.corpus.doctor.finding import SIDES, Hit, Split

NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:'’]\d+)*")
ASKS = "?？؟\u037e⁇⁈"
ENDS = f".!。！．｡।॥۔…‥{ASKS}"
GREEK = re.compile("[α-ωά-ώ];$")
CLOSING = "\"'»«”“’‘)]}›‹」』）】 "
GLUED = re.compile(r"[^\W\d_]{2}(?:[,?!](?= |$)|\.$)")
"""A full stop within a line may be that of an abbreviation, which tokenisers leave: `Mr.`"""

APART = re.compile(r"(?<=[^\W_]) [.,](?= |$)")
"""A full stop or a comma alone: French sets `?` and `!` apart in running text too."""

MINORITY = 0.2
"""A side where at least this share of the lines is of the other kind is mixed, and neither kind is the odd one."""


def numbers(split: Split) -> Iterator[Hit]:
    """Numbers of two digits or more that only one side has; single digits where both sides have digits.

    A single digit may be a word on the other side. Separators inside a number do not count: 1,000 is 1.000 and
    1 000, 10:30 is 10.30.
    """
    for number, *pair in split.pairs():
        if not any(map(_has_digit, pair)) or not all(text.strip() for text in pair):
            continue
        found = [Counter(_digits(match[0]) for match in NUMBER.finditer(text)) for text in pair]
        if found[0] == found[1]:
            continue
        both = all(found)
        only = [[n for n in (a - b).elements() if both or len(n) > 1] for a, b in (found, found[::-1])]
        if any(only) and not _in_words(found):
            yield Hit(number, " to ".join(" ".join(side) or "none" for side in only))


def _in_words(found: list[Counter[str]]) -> bool:
    """Does only one side have numbers, and those below 100? The other may have them as words: `twenty`."""
    return not all(found) and all(len(number) <= 2 for side in found for number in side)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _digits(number: str) -> str:
    number = re.sub(r"(?<=\d)[.,]00?$", "", number)  # 2.00 euros are 2 euros
    return "".join(str(unicodedata.digit(c)) for c in number if c.isdigit())


def punctuation(split: Split) -> Iterator[Hit]:
    """One side asks and the other does not; or one has no final mark, where most lines of both sides have."""
    endings = [(n, ending(s), ending(t)) for n, s, t in split.pairs() if s.strip() and t.strip()]
    usual = [2 * sum(bool(kinds[side]) for _, *kinds in endings) > len(endings) for side in (0, 1)]
    for number, source, target in endings:
        asks = (source == "?") != (target == "?") and bool(source and target)
        bare = bool(source) != bool(target) and all(usual)
        if asks or bare:
            yield Hit(number, f"ends with {source or 'no mark'} to {target or 'no mark'}")


def ending(text: str) -> str:
    """How a sentence ends: `?`, `.` for any other mark, or `""`; closing quotes and brackets do not count."""
    text = text.rstrip().rstrip(CLOSING)
    last = text[-1:]
    if last and (last in ASKS or GREEK.search(text)):
        return "?"
    return "." if last and last in ENDS else ""


def tokenised(split: Split) -> Iterator[Hit]:
    """Lines that are tokenised on a side that is not, and the other way round; and sides that differ in it."""
    states = []
    for side, lines in enumerate(split.sides):
        kinds = list(map(is_tokenised, lines))
        if (share := share_of(kinds)) is None:
            continue
        states.append(share)
        if MINORITY < share < 1 - MINORITY:
            yield Hit(0, f"{share:.0%} of the lines of the {SIDES[side]} are tokenised")
            continue
        odd = share < 0.5
        yield from (
            Hit(number, "tokenised" if odd else "not tokenised", side)
            for number, kind in enumerate(kinds, 1)
            if kind is odd and number not in split.broken[side]
        )
    if len(states) == 2 and min(states) < MINORITY and max(states) > 1 - MINORITY:
        yield Hit(0, f"only the {SIDES[states.index(max(states))]} is tokenised")


def share_of(kinds: list[bool | None]) -> float | None:
    """The share of the lines that are tokenised among those that show it; None where none does."""
    shown = [kind for kind in kinds if kind is not None]
    return sum(shown) / len(shown) if shown else None


def is_tokenised(line: str) -> bool | None:
    """Are full stops and commas set apart by spaces? None where there is none, or some are and some are not."""
    apart = APART.search(line) is not None
    glued = GLUED.search(line) is not None
    return apart if apart != glued else None
