"""Text as SentencePiece can take it: it writes a space as U+2581, so a U+2581 of the text itself must be another one.

U+2581 goes in as U+FDD0, a code point for a program's own use. A U+FDD0 or U+FDD1 of the text, which hardly any has,
goes in with U+FDD1 before it: so every text comes back as itself.
"""

import re
from itertools import accumulate

SPACE_MARK = "\u2581"
STAND_IN, ESCAPE = "\ufdd0", "\ufdd1"

_IN_TEXT = re.compile(f"[{SPACE_MARK}{STAND_IN}{ESCAPE}]")
_MASKED = re.compile(f"{ESCAPE}([{STAND_IN}{ESCAPE}])|{STAND_IN}")


def mask(text: str) -> str:
    """The text for SentencePiece."""
    return _IN_TEXT.sub(lambda found: STAND_IN if found[0] == SPACE_MARK else ESCAPE + found[0], text)


def unmask(text: str) -> str:
    """The text that `mask` was given."""
    return _MASKED.sub(lambda found: found[1] or SPACE_MARK, text)


def places(masked: str) -> list[int] | None:
    """For each position in a masked text, and its end, how many characters of the text itself end before it; None where
    the two are the same, as in nearly every text."""
    if ESCAPE not in masked:
        return None
    escapes = {found.start() for found in _MASKED.finditer(masked) if found[1]}
    return [0, *accumulate(int(position not in escapes) for position in range(len(masked)))]
