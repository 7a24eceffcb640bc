"""Examine a parallel corpus before anything is trained on it: what is wrong, in which lines, and what to do."""

import sys
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name, refuse_one_file
from seq2seq.text.writing import atomic_write

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.corpus.doctor.finding import Split

EXAMPLE = """
seq2seq doctor my.de my.en
seq2seq doctor data/mine/train.de data/mine/train.en --test data/mine/test.de data/mine/test.en --html found.html
seq2seq doctor my.de my.en --fix cleaned
"""
EPILOG = """Exit status: 0 when the corpus can be used, whatever was found; 1 when `seq2seq prepare` would refuse it and
no cleaned copy was made; 2 for a file that cannot be read or written."""


def main() -> None:
    """Parse arguments, examine the corpus, print and write the report; exit with 1 where it cannot be used."""
    parser = Parser(description=__doc__, example=EXAMPLE, epilog=EPILOG)
    parser.add_argument("source", metavar="SRC", help="file of sentences, one a line, plain or .gz, .xz, .zst")
    parser.add_argument("target", metavar="TGT", help="file of their translations, line for line")
    for split in ("val", "test"):
        parser.add_argument(f"--{split}", nargs=2, metavar=("SRC", "TGT"), help=f"the same of {split}: no sentence of "
                            "it should be in the files before")  # fmt: skip
    parser.add_argument(
        "--json", metavar="FILE", type=a_name, help="write the report as JSON, with the number of every line"
    )
    parser.add_argument("--html", metavar="FILE", type=a_name, help="write the report as a page that works offline")
    parser.add_argument("--fix", metavar="OUT", type=a_name, help="write a cleaned copy of the files into this folder, "
                        "with the list of what was changed, changes.tsv; the files given stay as they are")  # fmt: skip
    if not doctor(parser.parse_args()):
        sys.exit(1)


def doctor(arguments: "Namespace") -> bool:
    """Examine the corpus and write what is asked for; False where it cannot be used and no cleaned copy was made."""
    from seq2seq.corpus.doctor.page import as_page
    from seq2seq.corpus.doctor.reading import read_split
    from seq2seq.corpus.doctor.report import as_json, as_text, report

    splits: list[Split] = []
    given = {"train": (arguments.source, arguments.target), "val": arguments.val, "test": arguments.test}
    for output in (arguments.json, arguments.html):
        refuse_one_file(output, *(path for paths in given.values() for path in paths or ()))
    for name, paths in given.items():
        if paths:
            splits.append(read_split(name, tuple(paths), tuple(splits)))
    found = report(splits)
    print(as_text(found, colour=sys.stdout.isatty()))
    for path, written in ((arguments.json, as_json), (arguments.html, as_page)):
        if path is not None:
            with atomic_write(path) as stream:
                stream.write(written(found).encode())
    if arguments.fix is not None:
        print(f"\n{fix(splits, arguments.fix)}")
    return found.usable or arguments.fix is not None


def fix(splits: "list[Split]", out: str) -> str:
    """Write the cleaned copy; returns what was changed, in a line."""
    from seq2seq.corpus.doctor.fix import clean, destinations, write_cleaned

    destinations(splits, out)
    cleaned = clean(splits)
    changes = write_cleaned(cleaned, splits, out)
    dropped = sum(change.new is None for change in cleaned.changes)
    left = sum(map(len, cleaned.pairs.values()))
    return (
        f"{out}: a cleaned copy of {left:,} pairs; {len(cleaned.changes) - dropped:,} edited, {dropped:,} dropped, "
        f"listed in {changes}"
    )
