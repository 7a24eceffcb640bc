"""Reads the tables of words: tab-separated text with a header line that names the columns."""

from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from seq2seq.errors import InputError
from seq2seq.text import read_lines

Row = TypeVar("Row")


def read_table(path: Path, row: type[Row]) -> list[Row]:
    """The lines of a table in their order, each as a `row`, a dataclass whose fields are the columns.

    A cell of `-` is empty. A field that is a tuple takes the words of its cell, one that is a bool is true for `yes`, and
    one with a default may have no column. Blank lines and lines that start with `#` are left out.
    Raises InputError for a column that is unknown or missing, and for a line with more or fewer cells than the header.
    """
    header, *lines = ((number, line) for number, line in enumerate(read_lines(path), 1) if line and line[0] != "#")
    columns, types = header[1].split("\t"), get_type_hints(row)
    needed = {field.name for field in fields(row) if field.default is MISSING}  # type: ignore[arg-type]
    if wrong := (set(columns) - set(types)) | (needed - set(columns)):
        raise InputError(f"{path}, line {header[0]}: the columns are {', '.join(types)}; check {', '.join(sorted(wrong))}")
    found = []
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise InputError(f"{path}, line {number}: {len(cells)} cells, but the header names {len(columns)} columns")
        found.append(row(**{name: _value(cell, types[name]) for name, cell in zip(columns, cells, strict=True)}))
    return found


def _value(cell: str, kind: Any) -> Any:
    text = "" if cell == "-" else cell
    if kind is bool:
        return text == "yes"
    return tuple(text.split()) if get_origin(kind) is tuple else kind(text)
