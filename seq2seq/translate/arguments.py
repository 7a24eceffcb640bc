"""What public methods are handed, checked: a wrong argument is named where it comes in, not deep inside a library."""

import operator
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seq2seq.text.unicode import check_unicode

Pair = tuple[str, str]


def check_text(name: str, text: object) -> str:
    """The text; TypeError where it is no string, InputError where it is no Unicode (a lone half of a surrogate)."""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a string, not {_kind(text)}")
    return check_unicode(text, name)


def check_texts(name: str, texts: object) -> list[str]:
    """The sentences as a list; TypeError where they are a single string or no sentences, InputError as `check_text`."""
    return [check_text(f"{name}[{index}]", text) for index, text in enumerate(_items(name, texts, "strings"))]


def check_pairs(name: str, pairs: object) -> list[Pair]:
    """The pairs (source, target) as a list; TypeError where one is no pair of strings, InputError as `check_text`."""
    found = []
    for index, pair in enumerate(_items(name, pairs, "pairs (source, target)")):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"{name}[{index}] must be a pair (source, target), not {_kind(pair)}")
        source, target = (check_text(f"{name}[{index}][{side}]", text) for side, text in enumerate(pair))
        found.append((source, target))
    return found


def check_integer(name: str, value: Any) -> int:
    """The number; TypeError, which begins with the name, where it is no integer."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {_kind(value)}") from None


def check_count(name: str, value: Any) -> int:
    """The number; TypeError where it is no integer, ValueError where it is below 1. Messages begin with the name."""
    count = check_integer(name, value)
    if count < 1:
        raise ValueError(f"{name} is {count}, it must be 1 or more")
    return count


def check_path(name: str, value: object, what: str) -> Path:
    """The path; TypeError where it is none, which says `what` it must be."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be {what}, not {_kind(value)}")
    return Path(value)


def _items(name: str, values: object, what: str) -> Iterable[object]:
    if isinstance(values, str):
        raise TypeError(f"{name} must be a list of {what}, not a single string")
    if isinstance(values, bytes) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list of {what}, not {_kind(values)}")
    return values


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else type(value).__name__
