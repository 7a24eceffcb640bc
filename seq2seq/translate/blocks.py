"""Large files in blocks of lines that are worked on one by one, in any order and on any machine that sees the files.

What comes of a block is kept on disk, whole or not at all, so that work which was interrupted goes on.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from seq2seq.errors import InputError
from seq2seq.text.files import decode_line, open_input
from seq2seq.text.writing import atomic_write

LINES = 1_024
"""Lines in a block, where nothing speaks for another number."""


@dataclass(frozen=True)
class Slice:
    """Lines that follow one another in a file."""

    path: str
    start: int
    """The byte that the first line begins at."""
    first: int
    """The number of the first line, from 0."""
    count: int
    digest: str
    """SHA-256 of the bytes."""

    def lines(self) -> list[str]:
        """The lines, read from the file; InputError where it is not, or no longer, the one that was cut."""
        with open_input(self.path) as stream:
            stream.seek(self.start)
            raw = list(islice(stream, self.count))
        if hashlib.sha256(b"".join(raw)).hexdigest() != self.digest:
            raise InputError(
                f"{self.path}: has changed since the work began, or is another file on another machine; start again"
            )
        return [decode_line(line, self.path, number) for number, line in enumerate(raw, self.first + 1)]


Block = tuple[Slice, ...]
"""The lines of one file, or of several that belong together line for line."""


@dataclass(frozen=True)
class Answer:
    """What comes of a block: its part of each file that is written, and what is to be told of it (JSON)."""

    texts: tuple[str, ...]
    told: Any


class Job(Protocol):
    """Work on blocks, which can be pickled."""

    def digest(self) -> str:
        """By which work that was interrupted is known again, but for the lines: everything that changes an answer."""

    def start(self) -> Callable[[Block], Answer]:
        """Load what is needed; what gives the answer of a block."""


def cut(path: str | Path, size: int) -> Iterator[Slice]:
    """The slices of a file, in their order, of `size` lines each, but for the last; all lines are checked.

    Raises InputError as `text.files.decode_line` does, and for a file that cannot be read.
    """
    place, start, first = os.path.abspath(path), 0, 0
    with open_input(path) as stream:
        while raw := list(islice(stream, size)):
            for number, line in enumerate(raw, first + 1):
                decode_line(line, str(path), number)
            whole = b"".join(raw)
            yield Slice(place, start, first, len(raw), hashlib.sha256(whole).hexdigest())
            start, first = start + len(whole), first + len(raw)


def count_lines(slices: Sequence[Slice]) -> int:
    """How many lines a file has that was cut."""
    return sum(one.count for one in slices)


def digest_of(job: Job, blocks: Sequence[Block]) -> str:
    """By which work is known again: how the blocks are worked on, and what is in them."""
    found = hashlib.sha256(job.digest().encode())
    for block in blocks:
        found.update(" ".join(f"{one.count} {one.digest}" for one in block).encode())
    return found.hexdigest()[:16]


def part_of(folder: Path, number: int) -> Path:
    """The file in which the answer of a block is kept."""
    return folder / f"{number:08}"


def keep(path: Path, answer: Answer) -> None:
    """Write an answer, after its digest."""
    content = json.dumps([answer.texts, answer.told]).encode()
    with atomic_write(path) as stream:
        stream.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def kept(path: Path) -> Answer | None:
    """The answer in a file; None where it is not there, or damaged."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    texts, told = json.loads(content)
    return Answer(tuple(texts), told)
