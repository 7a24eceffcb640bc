"""From bytes to text: UTF-8, and what else a file of sentences may be written in."""

import codecs
import sys

from charset_normalizer import from_bytes

from seq2seq.errors import InputError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""
GUESSED = [*(f"cp{number}" for number in range(1250, 1259)), "cp874", "cp932", "cp949", "big5", "gb18030", "koi8_r"]
"""Encodings that are guessed: the Windows code pages, and KOI8-R. cp1252 is preferred where it reads the same."""
SAMPLE = 1 << 20
"""As many bytes are looked at for a guess."""


def decode(content: bytes, name: str, encoding: str | None = None) -> str:
    """The text of a file, without a byte order mark.

    `encoding` decides. Without one a byte order mark does, then UTF-16 shows itself by its zero bytes, then UTF-8 is
    tried; what is left is guessed. Whatever is not UTF-8 is said on stderr. Raises InputError for bytes that the
    encoding does not have, for UTF-8 with a few damaged bytes, and where there is nothing to guess.
    """
    if encoding is not None:
        return _decode(content, name, encoding).removeprefix("\ufeff")
    found = next((known for mark, known in MARKS.items() if content.startswith(mark)), None) or _without_mark(content)
    try:
        if found is None:
            return content.decode()
    except UnicodeDecodeError as error:
        found = _guess(content, name, error)
    if found != "utf-8":
        print(f"{name}: not UTF-8, read as {found}; --encoding decides", file=sys.stderr)
    return _decode(content, name, found or "utf-8").removeprefix("\ufeff")


def _decode(content: bytes, name: str, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise InputError(f"--encoding {encoding}: not known; give one such as utf-8, utf-16 or cp1252") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}, {_place(content, error)} is not {encoding}; say with --encoding what it is"
        ) from None
    except (UnicodeError, ValueError):
        raise InputError(f"{name}: not {encoding}; say with --encoding what it is") from None


def _without_mark(content: bytes) -> str | None:
    """UTF-16 without a byte order mark: zero bytes stand in the same half of each character, line breaks among them."""
    sample = content[:SAMPLE]
    if len(content) % 2 or sample.count(0) * 50 < len(sample):
        return None
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if min(high, low) * 20 > max(high, low):
        return None
    found = "utf-16-be" if high > low else "utf-16-le"
    return found if "\n" in sample.decode(found, "replace") else None


def _guess(content: bytes, name: str, error: UnicodeDecodeError) -> str:
    text = content[:SAMPLE].decode(errors="replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) > 2 * broken:
        raise InputError(
            f"{name}, {_place(content, error)} is not valid UTF-8, though most of the file is; fix it there"
        )
    whole_lines = content[: content.rfind(b"\n", 0, SAMPLE) + 1] or content[:SAMPLE]
    best = from_bytes(whole_lines, cp_isolation=GUESSED).best()
    if best is None:
        raise InputError(f"{name}, {_place(content, error)} is not UTF-8; say with --encoding what it is")
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def _place(content: bytes, error: UnicodeDecodeError) -> str:
    line, before = content.count(b"\n", 0, error.start) + 1, content.rfind(b"\n", 0, error.start)
    return f"line {line:,}: byte {error.start - before} of the line (0x{content[error.start]:02x})"
