"""Files of sentence pairs as people have them: plain text and gzip, and Tatoeba's archives.

Surrounding white space goes, the rest of the text stays as it is.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from seq2seq.corpus.splits import Pair
from seq2seq.errors import InputError
from seq2seq.text.files import ODD_BREAKS, decode_line, open_input, read_stream
from seq2seq.text.visible import is_blank, strip

ODD_BREAK = re.compile(b"|".join(re.escape(character.encode()) for character in ODD_BREAKS))


@contextmanager
def _open_text(path: Path) -> Iterator[BinaryIO]:
    with open_input(path) as stream:
        if path.suffix != ".gz":
            yield stream
            return
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield cast(BinaryIO, unpacked)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path}: damaged gzip file ({error}); delete it and fetch it again") from None


def read_side(path: Path, notes: list[str] | None = None) -> list[str]:
    """The lines of a file, plain or `.gz`, without surrounding white space.

    With `notes`, an odd line break inside a line becomes a space and is noted; without, it raises InputError.
    """
    with _open_text(path) as stream:
        lines = read_stream(stream, str(path)) if notes is None else _repaired(stream, str(path), notes)
        return [strip(line) for line in lines]


def _repaired(stream: Iterable[bytes], name: str, notes: list[str]) -> Iterator[str]:
    repaired = []
    for number, raw in enumerate(stream, 1):
        line, count = ODD_BREAK.subn(b" ", raw.removesuffix(b"\n").removesuffix(b"\r"))
        repaired += [number] * bool(count)
        yield decode_line(line, name, number)
    note(notes, repaired, "lines with an odd line break, now a space", name)


def read_archive(path: Path, member: str, notes: list[str]) -> list[Pair]:
    """The pairs of a Tatoeba archive: `English<TAB>other`, and perhaps more fields, on each line of `member`."""
    with open_input(path) as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                content = archive.read(member)
        except KeyError:
            raise InputError(f"{path}: no {member} inside; it needs an archive from manythings.org/anki") from None
        except (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError) as error:
            raise InputError(f"{path}: damaged zip file ({error}); delete it and fetch it again") from None
    pairs = []
    for number, line in enumerate(_repaired(io.BytesIO(content), f"{path}, {member}", notes), 1):
        fields = line.split("\t")
        if len(fields) < 2 and not is_blank(line):
            raise InputError(f"{path}, {member}, line {number}: no tab; a line is English<TAB>other language")
        english, other = fields[:2] if len(fields) > 1 else ("", "")
        pairs.append((strip(english), strip(other)))
    return pairs


def note(notes: list[str], numbers: list[int], what: str, name: str) -> None:
    """Add a line that says what happened to these lines (from 1 on) of a file; none where it happened to none."""
    if numbers:
        notes.append(f"{what}: {len(numbers):,} (first: {name}, line {numbers[0]:,})")
