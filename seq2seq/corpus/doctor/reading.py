"""Files as they stand: nothing is refused that the doctor is to tell of."""

import codecs
from pathlib import Path

from seq2seq.corpus.doctor.counts import MARGIN, parting
from seq2seq.corpus.doctor.finding import Split
from seq2seq.corpus.splits import EMPTY
from seq2seq.corpus.unpack import read_bytes
from seq2seq.errors import InputError

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Byte order marks of UTF-16 (and UTF-32)."""


def read_split(name: str, paths: tuple[str, str], earlier: tuple[Split, ...] = ()) -> Split:
    """Two files, plain or `.gz`, `.xz` or `.zst`, as lines; only a line feed ends a line.

    Raises InputError as `unpack.read_bytes` does, and where a file is empty or is UTF-16.
    """
    (source, bad_source), (target, bad_target) = map(_read, paths)
    paired = None
    if len(source) != len(target):
        paired = max(parting(source, target) - 1 - MARGIN, 0)
    return Split(name, paths, source, target, (bad_source, bad_target), paired, earlier)


def _read(path: str) -> tuple[list[str], dict[int, str]]:
    content = read_bytes(Path(path))
    if content.startswith(WIDE):
        raise InputError(f"{path}: is UTF-16; make it UTF-8 (iconv -f UTF-16 -t UTF-8), then ask again")
    if not content:
        raise InputError(f"{path}: empty; {EMPTY}")
    lines, broken = [], {}
    for number, raw in enumerate(content.removeprefix(codecs.BOM_UTF8).removesuffix(b"\n").split(b"\n"), 1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.decode("utf-8", errors="replace")
            broken[number] = f"byte {error.start + 1} (0x{raw[error.start]:02x}) is no UTF-8"
        lines.append(line.removesuffix("\r"))
    return lines, broken
