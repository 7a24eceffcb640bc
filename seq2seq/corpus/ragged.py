"""Rows of unlike lengths in one array: sentences as ids, or as the bytes of their text."""

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike, NDArray

VALUES, STARTS = ".values", ".starts"
"""How the names of the two files end."""


class Ragged:
    """`values` has all rows one after another, `starts` where each begins and, as its last number, where all end.

    Both are in memory or, where they come from files (`open`), mapped: the system keeps of them what it has room for.
    """

    def __init__(self, values: NDArray, starts: NDArray[np.int64]) -> None:
        self.values, self.starts = values, starts

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]]) -> "Ragged":
        """The rows in memory, as 32-bit integers."""
        values, starts = array("i"), array("q", [0])
        for row in rows:
            values.extend(row)
            starts.append(len(values))
        return cls(np.array(values, np.int32), np.array(starts, np.int64))

    @classmethod
    def open(cls, path: Path, dtype: DTypeLike) -> "Ragged":
        """The rows that `appending` has written."""
        return cls(_mapped(path, VALUES, dtype), _mapped(path, STARTS, np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray:
        row = range(len(self))[row]
        return self.values[self.starts[row] : self.starts[row + 1]]

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Of each row."""
        return np.diff(self.starts).astype(np.int32)


@contextmanager
def appending(path: Path, dtype: DTypeLike) -> Iterator[Callable[[Sequence[int] | bytes], None]]:
    """Write `PATH.values` and `PATH.starts`: what is yielded appends a row; bytes are values of 8 bits."""
    end = 0
    with open(_file(path, VALUES), "wb") as values, open(_file(path, STARTS), "wb") as starts:
        starts.write(end.to_bytes(8, sys.byteorder))

        def append(row: Sequence[int] | bytes) -> None:
            nonlocal end
            values.write(row if isinstance(row, bytes) else np.asarray(row, dtype).tobytes())
            end += len(row)
            starts.write(end.to_bytes(8, sys.byteorder))

        yield append


def _file(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _mapped(path: Path, end: str, dtype: DTypeLike) -> NDArray:
    file = _file(path, end)
    if not file.stat().st_size:  # which cannot be mapped
        return np.empty(0, dtype)
    return np.memmap(file, dtype, "r")
