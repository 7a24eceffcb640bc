"""Text that was damaged on its way: bytes that are no UTF-8, letters read in the wrong encoding, HTML left in it."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from ftfy import fix_encoding
from ftfy.badness import is_bad

from seq2seq.corpus.doctor.finding import Hit, Split, visible

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
TAG = re.compile(r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|span|strong|sub|sup|td|tr|u|ul)(?:\s[^<>]*)?/?>", re.I)
WINDOWS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
"""What Windows has in the places of the control characters U+0080 to U+009F: a dash, quotes, an ellipsis."""

LOST = "\ufffd"
"""What a program writes for a character that it could not read."""


def invalid_utf8(split: Split) -> Iterator[Hit]:
    """Lines that are no UTF-8."""
    for side, broken in enumerate(split.broken):
        yield from (Hit(number, detail, side) for number, detail in broken.items())


def mojibake(line: str) -> str:
    """Letters that were written in UTF-8 and read in another encoding, so far as ftfy is sure of it; and U+FFFD.

    ftfy (Speer 2019) looks for sequences of characters that such a mistake makes and that no language has.
    """
    if line.isascii():
        return ""
    if LOST in line:
        return "U+FFFD: a character is lost"
    if not is_bad(line) or (repaired := restored(line)) == line:
        return ""
    start = next(i for i, (a, b) in enumerate(zip(line, f"{repaired}\0", strict=False)) if a != b)
    return f"{line[start : start + 3].strip()} for {visible(repaired[start : start + 1])}"


def restored(line: str) -> str:
    """The line with its letters read in the right encoding, where ftfy is sure of it.

    Not where all that it would do is to read control characters as Windows does: those are left to `characters`.
    """
    repaired = fix_encoding(line)
    return line if repaired == line.translate(WINDOWS) else repaired


def html(line: str) -> str:
    """Entities such as `&amp;` and `&#39;`, and tags such as `<br>`."""
    found = [match[0] for match in ENTITY.finditer(line) if _known(match[0])] if "&" in line else []
    if "<" in line:
        found += [match[0] for match in TAG.finditer(line)]
    return " ".join(dict.fromkeys(found))


def without_html(line: str) -> str:
    """The line with entities as the characters that they stand for, and without tags."""
    return ENTITY.sub(lambda match: unescape(match[0]) if _known(match[0]) else match[0], TAG.sub(" ", line))


def _known(entity: str) -> bool:
    return entity.startswith("&#") or entity[1:] in html5
