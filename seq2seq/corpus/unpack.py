"""Files that may be packed, `.gz`, `.xz` or `.zst`, and members of zip archives: whole, and never without a bound."""

import gzip
import io
import lzma
import os
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

import zstandard

from seq2seq.errors import InputError
from seq2seq.text.files import open_input

LEAST, RATIO = 64 << 20, 200
"""A packed file may hold 64 MiB, or 200 times its own size where that is more: text is packed 3 to 20 times smaller,
and what is packed a thousand times smaller is there to fill a memory."""
WINDOW = 1 << 27
"""Most bytes that unpacking zstd may look back to, the limit of its own command."""
PACKED = {".gz": ("gzip", b"\x1f\x8b"), ".xz": ("xz", b"\xfd7zXZ\0"), ".zst": ("zstd", b"\x28\xb5\x2f\xfd")}
"""For each suffix the name of the packing and the bytes that it begins with."""

_DAMAGES = (EOFError, OSError, lzma.LZMAError, zlib.error, zstandard.ZstdError)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpacked_path(path: Path) -> Path:
    """The path without the suffix of a packing: `a.tsv` of `a.tsv` and of `a.tsv.gz`."""
    return path.with_suffix("") if path.suffix.lower() in PACKED else path


def unpacked_suffix(path: Path) -> str:
    """The suffix of what is in a file, in lower case: `.tsv` of `a.tsv` and of `a.TSV.gz`."""
    return unpacked_path(path).suffix.lower()


def read_bytes(path: Path) -> bytes:
    """What is in a file, unpacked where its name ends in `.gz`, `.xz` or `.zst`.

    Raises InputError when the file cannot be read, is damaged, is packed and not so named, or unpacks to more than
    `RATIO` times its size.
    """
    with open_input(path) as stream:
        if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            raise InputError(f"{path}: a device, not a file; give a file, or a pipe")
        suffix = path.suffix.lower()
        if suffix not in PACKED:
            try:
                content = stream.read()
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error})") from None
            for suffix, (packing, beginning) in PACKED.items():
                if content.startswith(beginning):
                    raise InputError(f"{path}: packed by {packing}; name it {path.name}{suffix}")
            return content
        try:
            packed = stream.read()
            return bounded(_unpacking(io.BytesIO(packed), suffix), len(packed), str(path))
        except _DAMAGES as error:
            raise InputError(
                f"{path}: damaged {PACKED[suffix][0]} file ({error}); delete it and fetch it again"
            ) from None


def bounded(stream: _Readable, packed: int, name: str) -> bytes:
    """All of a stream that unpacks `packed` bytes; InputError as soon as it is beyond the bound."""
    limit, chunks, total = max(LEAST, RATIO * packed), [], 0
    while chunk := stream.read(1 << 20):
        total += len(chunk)
        if total > limit:
            raise InputError(
                f"{name}: {packed:,} bytes that unpack to more than {limit:,} are no text of sentences; unpack it "
                "yourself if that is wrong"
            )
        chunks.append(chunk)
    return b"".join(chunks)


def read_member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """A file of a zip archive; KeyError where there is none, InputError beyond the bound."""
    with archive.open(member) as stream:
        return bounded(stream, archive.getinfo(member).compress_size, f"{name}, {member}")


def _unpacking(stream: io.BytesIO, suffix: str) -> _Readable:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    if suffix == ".xz":
        return lzma.LZMAFile(stream)
    return zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(stream, read_across_frames=True)
