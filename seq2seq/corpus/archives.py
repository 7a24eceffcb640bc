"""Zip archives of sentence pairs: Tatoeba's, and those in Moses format that OPUS gives out."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seq2seq.corpus.encodings import decode
from seq2seq.corpus.formats import lines_of, repaired
from seq2seq.corpus.splits import EMPTY, Pair
from seq2seq.corpus.unpack import read_bytes, read_member
from seq2seq.errors import InputError
from seq2seq.text.files import pair_lines
from seq2seq.text.visible import is_blank, strip

_DAMAGES = (
    *(zipfile.BadZipFile, EOFError, LookupError, OSError, RuntimeError, ValueError),
    *(lzma.LZMAError, struct.error, zlib.error),
)
"""What `zipfile` raises for one damage or another."""


def read_archive(path: Path, member: str, notes: list[str]) -> list[Pair]:
    """The pairs of a Tatoeba archive: `English<TAB>other`, and perhaps more fields, on each line of `member`."""
    with _opened(path) as archive:
        if member not in archive.namelist():
            raise InputError(f"{path}: no {member} inside; it needs an archive from manythings.org/anki")
        content = read_member(archive, member, str(path))
    pairs = []
    for number, line in enumerate(repaired(content, f"{path}, {member}", notes), 1):
        fields = line.split("\t")
        if len(fields) < 2 and not is_blank(line):
            raise InputError(f"{path}, {member}, line {number}: no tab; a line is English<TAB>other language")
        english, other = fields[:2] if len(fields) > 1 else ("", "")
        pairs.append((strip(english), strip(other)))
    return pairs


def read_moses(path: Path, languages: tuple[str, str], encoding: str | None = None) -> list[Pair]:
    """The pairs of a zip archive with two files of the same name, `NAME.de` and `NAME.en` for these languages.

    Raises InputError when there are none or several such pairs, and when the archive or a file is damaged.
    """
    with _opened(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        ends = tuple(f".{language}" for language in languages)
        stems = [
            n.removesuffix(ends[0]) for n in names if n.endswith(ends[0]) and n.removesuffix(ends[0]) + ends[1] in names
        ]
        if len(stems) != 1:
            present = ", ".join(map(repr, names[:8])) or "nothing"
            what = "several pairs of files" if stems else "no two files"
            raise InputError(
                f"{path}: {what} *{ends[0]} and *{ends[1]} inside; it has {present}; unpack it, and "
                "give the files that you want"
            )
        members = [f"{stems[0]}{end}" for end in ends]
        contents = [read_member(archive, member, str(path)) for member in members]
    places = [f"{path}, {member}" for member in members]
    texts = [decode(content, place, encoding) for content, place in zip(contents, places, strict=True)]
    sides = [lines_of(text, place) for text, place in zip(texts, places, strict=True)]
    return pair_lines(sides, places, EMPTY)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    content = read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except InputError:
        raise
    except _DAMAGES as error:
        raise InputError(f"{path}: damaged zip file ({error}); delete it and fetch it again") from None
