"""Files of sentences, one a line, plain or packed. Surrounding white space goes, the rest of the text stays."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from seq2seq.corpus.encodings import decode
from seq2seq.corpus.unpack import read_bytes
from seq2seq.text.files import ODD_BREAKS, check_line, decode_line
from seq2seq.text.visible import strip

ODD_BREAK = re.compile(b"|".join(re.escape(character.encode()) for character in ODD_BREAKS))


def read_side(path: Path, notes: list[str]) -> list[str]:
    """The lines of a published file: UTF-8, an odd line break inside a line becoming a space, which is noted."""
    return [strip(line) for line in repaired(read_bytes(path), str(path), notes)]


def read_text(path: Path, encoding: str | None = None) -> str:
    """The text of a file, unpacked and decoded (`unpack.read_bytes`, `encodings.decode`)."""
    return decode(read_bytes(path), str(path), encoding)


def lines_of(text: str, name: str) -> list[str]:
    """The lines of a text without surrounding white space; InputError for an odd line break inside one."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return [strip(check_line(line.removesuffix("\r"), name, number)) for number, line in enumerate(lines, 1)]


def repaired(content: bytes, name: str, notes: list[str]) -> Iterator[str]:
    """The lines of UTF-8 bytes, an odd line break inside a line becoming a space, which is noted."""
    found = []
    for number, raw in enumerate(io.BytesIO(content), 1):
        line, count = ODD_BREAK.subn(b" ", raw.removesuffix(b"\n").removesuffix(b"\r"))
        found += [number] * bool(count)
        yield decode_line(line, name, number)
    note(notes, found, "lines with an odd line break, now a space", name)


def note(notes: list[str], numbers: list[int], what: str, name: str) -> None:
    """Add a line that says what happened to these lines (from 1 on) of a file; none where it happened to none."""
    if numbers:
        notes.append(f"{what}: {len(numbers):,} (first: {name}, line {numbers[0]:,})")
