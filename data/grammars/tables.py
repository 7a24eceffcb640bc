"""Reads the tables of a grammar: tab-separated text with a header line that names the columns."""

from collections.abc import Callable, Collection
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, get_origin, get_type_hints

from seq2seq.errors import InputError
from seq2seq.text.files import read_lines

Record = TypeVar("Record")


@dataclass(frozen=True)
class Expression:
    """A phrase without grammar, as `aligned` of the engine reads it; `name` is by which the grammar knows it."""

    use: str
    name: str
    share: int
    text: str


@dataclass(frozen=True)
class Tables:
    """The tables in a folder. In all of them a cell of `-` is empty, and the order of the lines counts."""

    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """The lines of `name.tsv` by column. Raises InputError for a line with more or fewer cells than the header."""
        path = self.folder / f"{name}.tsv"
        header, *lines = (line.split("\t") for line in read_lines(path))
        for number, cells in enumerate(lines, 2):
            if len(cells) != len(header):
                raise InputError(
                    f"{path}, line {number}: {len(cells)} cells, but the header names {len(header)} columns"
                )
        return [{key: "" if cell == "-" else cell for key, cell in zip(header, line, strict=True)} for line in lines]

    def read(self, name: str, record: type[Record]) -> list[Record]:
        """The lines as records of a dataclass, whose fields are the columns; one with a default may have no column.

        A tuple takes the words of a cell, a bool is true for `yes`. Raises InputError for a column too many or too few,
        and for a cell that is not the number it should be.
        """
        types, rows = get_type_hints(record), self.rows(name)
        needed = {field.name for field in fields(record) if field.default is MISSING}  # type: ignore[arg-type]
        if wrong := (set(rows[0]) - set(types)) | (needed - set(rows[0])):
            raise InputError(f"{self.folder / name}.tsv, line 1: missing or unknown column {', '.join(sorted(wrong))}")
        found = []
        for number, row in enumerate(rows, 2):
            try:
                found.append(record(**{column: _value(cell, types[column]) for column, cell in row.items()}))
            except ValueError:
                raise InputError(f"{self.folder / name}.tsv, line {number}: a number was expected in {row}") from None
        return found

    def refer(self, *references: tuple[str, str, Collection[str]]) -> None:
        """Each reference is a table, a column of it, and the words known there; InputError for any other word."""
        for name, column, known in references:
            for number, row in enumerate(self.rows(name), 2):
                for word in row[column].split():
                    if word not in known:
                        raise InputError(
                            f"{self.folder / name}.tsv, line {number}: {word} in {column} is in no other table"
                        )

    def lists(self) -> dict[str, list[str]]:
        """The words of `lists.tsv` by their name, one text for each line."""
        found: dict[str, list[str]] = {}
        for row in self.rows("lists"):
            found.setdefault(row["name"], []).append(row["words"])
        return found

    def patterns(self, *modules: ModuleType) -> dict[Callable[..., Any], int]:
        """The functions that draw a sentence, by the names in `patterns.tsv`, each with its share of the corpus."""
        known = {name: value for module in modules for name, value in vars(module).items()}
        return {known[row["pattern"]]: int(row["share"]) for row in self.rows("patterns")}

    def expressions(self) -> dict[str, list[Expression]]:
        """Times, places and the like by their use, each as often as its share says."""
        found: dict[str, list[Expression]] = {}
        for item in self.read("expressions", Expression):
            found.setdefault(item.use, []).extend([item] * item.share)
        return found


def _value(text: str, kind: Any) -> Any:
    if kind is bool:
        return text == "yes"
    return tuple(text.split()) if get_origin(kind) is tuple else kind(text)
