"""The version of the format of a run's folder, in its `run.json`: what may be in the folder, and what it means."""

import json
from importlib.metadata import version
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_write

FORMAT = 1
"""Grows with each change after which this package would misread an older folder, or an older package a new one."""

FILE = "run.json"


def write_format(run: Path) -> None:
    """Write `run.json`: the format, and the version of the package that made the run."""
    with atomic_write(run / FILE) as stream:
        stream.write(json.dumps({"format": FORMAT, "seq2seq": version("seq2seq")}, indent=2).encode() + b"\n")


def check_format(run: Path) -> None:
    """Raise InputError for a run of a newer format than this package knows, and for a `run.json` that is damaged.

    A folder without one is older than the file, and is read.
    """
    path = run / FILE
    if not path.is_file():
        return
    try:
        found = json.loads(path.read_bytes())
        number, maker = int(found["format"]), found.get("seq2seq", "a later version")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f'{path}: damaged; write {{"format": {FORMAT}}} into it if the run is of this version'
        ) from None
    if number > FORMAT:
        raise InputError(
            f"{run}: has the run format {number}, made by seq2seq {maker}; this is seq2seq {version('seq2seq')}, which "
            f"reads up to format {FORMAT}: install a newer one"
        )
