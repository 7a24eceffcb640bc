"""Word vectors in the text format of word2vec, GloVe and fastText: a word and its values a line, spaces between them.

A first line with the number of words and their size may stand above. torchtext reads such files too, but keeps all of
a file in memory, writes a copy of it to disk, and says of a fault neither the line nor the file.
"""

import math
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from seq2seq.errors import InputError
from seq2seq.text.bounded import open_regular

MAX_BYTES = 1 << 44
"""Longest file."""
FORMAT = "give word vectors as text, a word and its values on each line"


def read_vectors(path: Path, words: Collection[str], size: int) -> dict[str, NDArray[np.float32]]:
    """The vectors [size] of those of the words that the file has; of a word that stands there twice the first.

    Only the values of these words are read. Words with spaces in them, and those that are not UTF-8, are passed over.
    Raises InputError for a file that is missing or empty, for vectors of another size, and, naming the line, for one
    with more or fewer values than the others, and for values that are no finite numbers.
    """
    found: dict[str, NDArray[np.float32]] = {}
    number = 0
    with open_regular(path, MAX_BYTES, FORMAT) as stream:
        for number, raw in enumerate(tqdm(stream, str(path), unit=" words", disable=None, leave=False), 1):
            fields = raw.split()
            if number == 1:
                _check_size(fields, path, size)
                if _is_header(fields):
                    continue
            if len(fields) != size + 1 and not _has_spaces(fields, size):
                raise InputError(f"{path}, line {number:,}: has {max(len(fields) - 1, 0):,} values, not {size:,}")
            word = fields[0].decode("utf-8", "replace") if len(fields) == size + 1 else ""
            if word in words and word not in found:
                found[word] = np.array(list(_values(fields[1:], f"{path}, line {number:,}")), np.float32)
    if not number:
        raise InputError(f"{path}: empty; {FORMAT}")
    return found


def _is_header(fields: list[bytes]) -> bool:
    return len(fields) == 2 and all(field.isdigit() for field in fields)


def _check_size(fields: list[bytes], path: Path, size: int) -> None:
    """Raise InputError where the first line tells of vectors of another size, or of none."""
    own = int(fields[1][:9]) if _is_header(fields) else len(fields) - 1
    if own < 2 or not (_is_header(fields) or _is_number(fields[-1])):
        raise InputError(f"{path}, line 1: has no word with its values; {FORMAT}")
    if own != size:
        raise InputError(
            f"{path}: has vectors of {own:,} values, and model.embedding_size is {size:,}; set it to {own}, or give "
            "other vectors"
        )


def _has_spaces(fields: list[bytes], size: int) -> bool:
    """Is the word of a line with too many fields one with spaces in it, as GloVe has some?"""
    return len(fields) > size + 1 and not any(_is_number(field) for field in fields[1:-size])


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _values(fields: list[bytes], where: str) -> Iterator[float]:
    """The values of a line, finite in 32 bits."""
    for field in fields:
        value = float(field) if _is_number(field) else math.nan
        if not abs(value) <= float(np.finfo(np.float32).max):
            shown = field.decode("utf-8", "replace")[:40]
            raise InputError(f"{where}: {shown!r} is no finite number; correct or remove the line")
        yield value
