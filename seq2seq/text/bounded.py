"""Files that are read whole, with a bound: not a pipe that never ends, not a terabyte of nothing."""

import hashlib
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from seq2seq.errors import InputError


def open_regular(path: Path, most: int, way_out: str) -> BinaryIO:
    """Open a regular file of at most `most` bytes; links are followed.

    Raises InputError, which ends with `way_out`, for anything else: a missing file, a folder, a pipe, a device, a file
    that is longer. Never waits: a pipe that nobody writes into is refused too.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; {way_out}") from None
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or 'cannot be read').lower()}; {way_out}") from None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= most:
        return open(descriptor, "rb")
    os.close(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path}: not a regular file; {way_out}")
    raise InputError(f"{path}: has {status.st_size:,} bytes, {most:,} is the most; {way_out}")


def read_bounded(path: Path, most: int, way_out: str) -> bytes:
    """The content of a file; InputError as `open_regular` has it."""
    with open_regular(path, most, way_out) as stream:
        return stream.read(most)


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path, most: int, way_out: str) -> str:
    """The SHA-256 of a file, read in pieces; InputError as `open_regular` has it."""
    with open_regular(path, most, way_out) as stream:
        return hashlib.file_digest(cast(io.BufferedReader, stream), "sha256").hexdigest()
