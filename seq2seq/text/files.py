"""Files of one sentence a line, checked before anything is trained on them.

Imports nothing heavy: reading a corpus needs no torch.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from seq2seq.errors import InputError
from seq2seq.text.visible import is_blank

# Characters that some tools take for a line break and others do not: a file with one of them inside a line has two
# different line counts, and its pairs shift against each other in silence.
ODD_BREAKS = {
    "\0": "a NUL byte",
    "\r": "a carriage return",
    "\v": "a vertical tab",
    "\f": "a form feed",
    "\x1c": "a file separator (U+001C)",
    "\x1d": "a group separator (U+001D)",
    "\x1e": "a record separator (U+001E)",
    "\x85": "a next-line character (U+0085)",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
}
_ODD_BREAK = re.compile(f"[{''.join(ODD_BREAKS)}]")


def decode_line(raw: bytes, name: str, number: int) -> str:
    """One line of UTF-8 without its line end (`\\n` or `\\r\\n`); `name` and `number` (1-based) are for the message.

    Raises InputError for invalid UTF-8 and for a character that other tools take for a line break.
    """
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}, line {number}: byte {error.start + 1} of the line (0x{raw[error.start]:02x}) is not valid UTF-8; "
            "convert the file to UTF-8"
        ) from None
    line = line.removesuffix("\n").removesuffix("\r")
    return check_line(line.removeprefix("\ufeff") if number == 1 else line, name, number)


def check_line(line: str, name: str, number: int) -> str:
    """The line; InputError where it has a character that other tools take for a line break."""
    if found := _ODD_BREAK.search(line):
        raise InputError(
            f"{name}, line {number}: {ODD_BREAKS[found[0]]} inside the line, at character {found.start() + 1}; remove "
            "it, or make it a line break in both files"
        )
    return line


def read_stream(stream: BinaryIO, name: str) -> Iterator[str]:
    """The lines of an open binary stream as they arrive, checked; raises InputError as `decode_line` does, and where
    reading fails."""
    number = 0
    try:
        for number, raw in enumerate(stream, 1):
            yield decode_line(raw, name, number)
    except OSError as error:
        place = f"{name}, line {number + 1}" if number else name
        raise InputError(f"{place}: cannot be read: {(error.strerror or 'unknown error').lower()}") from None


def read_lines(path: str | Path) -> list[str]:
    """All lines of a UTF-8 file, without line ends.

    Raises InputError when the file cannot be read, is not UTF-8, or has a NUL or an odd line break inside a line.
    """
    with open_input(path) as stream:
        return list(read_stream(stream, str(path)))


def read_words(path: str | Path) -> frozenset[str]:
    """The words of a list, one a line, case folded; blank lines are left out.

    Raises InputError for a line of several words and for a file without any.
    """
    found = set()
    for number, line in enumerate(read_lines(path), 1):
        words = line.split()
        if len(words) > 1:
            raise InputError(f"{path}, line {number}: {len(words)} words; write one a line")
        found |= {word.casefold() for word in words}
    if not found:
        raise InputError(f"{path}: no words in it; write one a line")
    return frozenset(found)


def open_input(path: str | Path) -> BinaryIO:
    """Open a file for reading bytes; an InputError instead of an OSError."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None


def read_parallel(source_path: str | Path, target_path: str | Path) -> list[tuple[str, str]]:
    """The pairs of two aligned files, one sentence a line; InputError as `stream_parallel`."""
    return list(stream_parallel(source_path, target_path))


def stream_parallel(source_path: str | Path, target_path: str | Path) -> Iterator[tuple[str, str]]:
    """The pairs of two aligned files, one sentence a line, as they are read.

    Raises InputError, at the end, when the files differ in length (naming both counts, and the first blank line of
    either), when a file is empty, or when one side of a pair is blank.
    """
    paths, counts, blank = (source_path, target_path), [0, 0], [0, 0]
    with open_input(source_path) as source, open_input(target_path) as target:
        for pair in zip_longest(read_stream(source, str(source_path)), read_stream(target, str(target_path))):
            for side, line in enumerate(pair):
                if line is not None:
                    counts[side] += 1
                    blank[side] = blank[side] or counts[side] * is_blank(line)
            if None not in pair:
                yield pair
    if counts[0] != counts[1]:
        found = "".join(f"; {path} has a blank line at {line}" for path, line in zip(paths, blank, strict=True) if line)
        raise InputError(
            f"{source_path} has {counts[0]:,} lines and {target_path} has {counts[1]:,}; a corpus needs line i of one "
            f"to translate line i of the other{found}"
        )
    if not counts[0]:
        raise InputError(f"{source_path} and {target_path} are empty; a corpus needs at least one pair")
    if any(blank):
        line, path = min((line, side) for side, line in enumerate(blank) if line)
        raise InputError(f"{paths[path]}, line {line}: blank; remove the line from both files")


def read_sides(source_path: str | Path, target_path: str | Path) -> list[tuple[str, str]]:
    """The pairs of two files to be translated, scored or aligned; blank lines are allowed.

    Raises InputError when the files differ in length or are empty.
    """
    sides = read_lines(source_path), read_lines(target_path)
    return pair_lines(sides, (source_path, target_path), "there is nothing to do")


def pair_lines(sides: Sequence[list[str]], paths: Sequence[str | Path], if_empty: str) -> list[tuple[str, str]]:
    """Line i of one side with line i of the other; blank lines are allowed.

    Raises InputError, naming the paths, when the sides differ in length or are empty (and then says `if_empty`).
    """
    check_counts([len(side) for side in sides], paths, if_empty)
    return list(zip(sides[0], sides[1], strict=True))


def check_counts(counts: Sequence[int], paths: Sequence[str | Path], if_empty: str) -> None:
    """Raise InputError, as `pair_lines` does, where two sides have not as many lines, or none."""
    if counts[0] != counts[1]:
        raise InputError(
            f"{paths[0]} has {counts[0]:,} lines and {paths[1]} has {counts[1]:,}; line i of one must "
            "translate line i of the other"
        )
    if not counts[0]:
        raise InputError(f"{paths[0]} and {paths[1]} are empty; {if_empty}")
