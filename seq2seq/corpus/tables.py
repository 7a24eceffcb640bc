"""Tables of sentence pairs: TSV, CSV, JSON lines and Parquet. Libraries parse; what is here finds the two columns."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from seq2seq.corpus.formats import note
from seq2seq.corpus.unpack import LEAST, RATIO
from seq2seq.errors import InputError

Row = tuple[int, str, str]
"""The number of a pair's line (in Parquet and TMX its own number, from 1 on), its source and its target."""
DELIMITERS = ",;\t"
"""Between the fields of a CSV file; spreadsheets of many countries write semicolons."""
USUAL = (("source", "src"), ("target", "tgt", "trg"))
"""What the columns of a table are called if not by their languages."""


QUOTED = re.compile('(^|\t)"([^"\t]|"")*""([^"\t]|"")*"(\t|\r?$)')
"""A field in quotes with a doubled one inside, as CSV has it."""


class Wanted(NamedTuple):
    """What is to be found in a table: two languages, and the columns where the user names them."""

    languages: tuple[str, str]
    columns: tuple[str | None, str | None] = (None, None)

    def names(self, side: int) -> tuple[str, ...]:
        """What a header may call the column of a side, in lower case."""
        return (self.languages[side].lower(), *USUAL[side])


def read_tsv(text: str, name: str, wanted: Wanted, notes: list[str]) -> Iterator[Row]:
    """Pairs of lines with tabs between the fields. Quotes are text."""
    lines = text.removesuffix("\n").split("\n")
    quoted = [number for number, line in enumerate(lines, 1) if QUOTED.search(line)]
    note(notes, quoted, "lines with quotes as in CSV, kept; if they are not text, name the file *.csv", name)
    return _pairs(((n, line.removesuffix("\r").split("\t")) for n, line in enumerate(lines, 1)), name, wanted, notes)


def read_csv(text: str, name: str, wanted: Wanted, notes: list[str]) -> Iterator[Row]:
    """Pairs of a CSV file as spreadsheets write it (RFC 4180), with commas, semicolons or tabs between the fields."""
    return _pairs(_records(text, name, _delimiter(text, name)), name, wanted, notes)


def read_jsonl(text: str, name: str, wanted: Wanted) -> Iterator[Row]:
    """Pairs of a file with a JSON object on each line."""
    if text.lstrip().startswith("["):
        raise InputError(f"{name}: a JSON array; write one object a line, as `jq -c '.[]'` does")
    return _fields(_objects(text, name), name, wanted, "line")


def read_parquet(content: bytes, name: str, wanted: Wanted) -> Iterator[Row]:
    """Pairs of a Parquet file; its columns may be structures (`translation` with `de` and `en`). Needs pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise InputError(f"{name}: Parquet is read by pyarrow; pip install 'seq2seq[parquet]'") from None

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        number = size = 0
        for batch in pyarrow.parquet.ParquetFile(io.BytesIO(content)).iter_batches(batch_size=256):
            size += batch.nbytes
            if size > max(LEAST, RATIO * len(content)):
                raise InputError(f"{name}: {len(content):,} bytes that unpack to more than {size:,} are no sentences")
            for row in batch.to_pylist():
                number += 1
                yield number, row

    try:
        yield from _fields(rows(), name, wanted, "row")
    except InputError:
        raise
    except (pyarrow.ArrowException, LookupError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{name}: damaged Parquet file ({reason}); delete it and fetch it again") from None


def _delimiter(text: str, name: str) -> str:
    """The one that cuts the first hundred records into the most fields, in each the same number."""
    best = (1, "")
    for delimiter in DELIMITERS:
        try:
            counts = {len(record) for _, record in islice(_records(text, name, delimiter), 100) if record}
        except InputError:
            continue
        if len(counts) == 1:
            best = max(best, (counts.pop(), delimiter), key=lambda found: found[0])
    if not best[1]:
        list(_records(text, name, ","))  # says what is wrong with the quotes, if they are wrong
        raise InputError(
            f"{name}: its lines have no equal number of fields, two or more, between commas, semicolons or tabs; write "
            'fields with such a character in "quotes"'
        )
    return best[1]


def _records(text: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f'{name}, line {number:,}: {error}; a field is in "quotes", with each quote inside it doubled'
            ) from None


def _pairs(records: Iterator[tuple[int, list[str]]], name: str, wanted: Wanted, notes: list[str]) -> Iterator[Row]:
    number, first = next(records, (1, []))
    source, target, header = _columns(first, name, wanted)
    if not header:
        yield number, first[source], first[target]
        if wanted.columns == (None, None):
            notes.append(f"{name} has no header with {' and '.join(wanted.languages)}: its first line is a pair")
    for number, record in records:
        if not any(record):
            yield number, "", ""
        elif len(record) != len(first):
            raise InputError(
                f"{name}, line {number:,}: {len(record)} fields, where line 1 has {len(first)}; a tab or comma in a "
                "sentence, or a field too few?"
            )
        else:
            yield number, record[source], record[target]


def _columns(first: list[str], name: str, wanted: Wanted) -> tuple[int, int, bool]:
    """The positions of source and target, and whether the first record is a header."""
    cells = [cell.strip().lower() for cell in first]
    if len(cells) < 2:
        raise InputError(f"{name}, line 1: a single field; a table of pairs has two or more")
    found: list[int] = []
    header = False
    for side, column in enumerate(wanted.columns):
        usual = [cells.index(known) for known in wanted.names(side) if known in cells]
        if column is None:
            header |= bool(usual)
            found += usual[:1]
        elif column.strip().lower() in cells:
            header = True
            found.append(cells.index(column.strip().lower()))
        elif re.fullmatch("[0-9]{1,5}", column) and 0 < int(column) <= len(cells):
            header |= int(column) - 1 in usual
            found.append(int(column) - 1)
        else:
            raise InputError(f"{name}: no column {column!r}; its first line has {_listed(first)}")
    if wanted.columns == (None, None) and not found and len(cells) == 2:
        found = [0, 1]
    if len(set(found)) < 2:
        raise InputError(
            f"{name}: which columns? Its first line has {_listed(first)}; say so with --source-column and "
            "--target-column, by number or name"
        )
    return found[0], found[1], header


def _listed(cells: Sequence[str]) -> str:
    shown = [cell if len(cell) <= 20 else f"{cell[:19]}…" for cell in cells[:8]]
    return ", ".join(f"{number} {cell!r}" for number, cell in enumerate(shown, 1)) + ", …" * (len(cells) > 8)


def _objects(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else error
            raise InputError(f"{name}, line {number:,}: no JSON ({reason}); a line is one object") from None
        if not isinstance(found, dict):
            raise InputError(f'{name}, line {number:,}: no JSON object; a line is such as {{"de": …, "en": …}}')
        yield number, found


def _fields(rows: Iterator[tuple[int, dict[str, Any]]], name: str, wanted: Wanted, unit: str) -> Iterator[Row]:
    paths: tuple[str, str] | None = None
    for number, row in rows:
        paths = paths or _paths(row, name, wanted)
        sides = []
        for path in paths:
            found, value = _value(row, path)
            if not found or not isinstance(value, str | None):
                what = f"{path!r} is no text" if found else f"no {path!r}; it has {_keys(row)}"
                raise InputError(f"{name}, {unit} {number:,}: {what}")
            sides.append(value or "")
        yield number, sides[0], sides[1]


def _paths(row: dict[str, Any], name: str, wanted: Wanted) -> tuple[str, str]:
    """Where the sides are: the user's paths, or what the first object has."""
    paths = []
    for side, column in enumerate(wanted.columns):
        language = wanted.languages[side]
        usual = [column] if column else [f"translation.{language}", language, *USUAL[side]]
        paths += [path for path in usual if _value(row, path)[0]][:1]
    if len(paths) < 2 or paths[0] == paths[1]:
        raise InputError(
            f"{name}: the first object has {_keys(row)}; say where the sides are with "
            "--source-column and --target-column, such as translation.de"
        )
    return paths[0], paths[1]


def _keys(row: dict[str, Any]) -> str:
    return ", ".join(map(repr, list(row)[:8])) or "nothing"


def _value(row: dict[str, Any], path: str) -> tuple[bool, Any]:
    """Is there such a key or dotted path, and what is there?"""
    if path in row:
        return True, row[path]
    inner: Any = row
    for key in path.split("."):
        if not isinstance(inner, dict) or key not in inner:
            return False, None
        inner = inner[key]
    return True, inner
