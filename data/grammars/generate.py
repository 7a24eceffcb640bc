#!/usr/bin/env python3
"""Write a tiny corpus with gold word links that ships with the project: data/grammars/generate.py de-en"""

import sys
from importlib import import_module
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(DATA), str(DATA.parent)]

from grammars.engine import write_corpus  # noqa: E402
from seq2seq.cli.command import Parser, run  # noqa: E402

SEED = 1


def main() -> None:
    """Parse the arguments and write the corpus."""
    parser = Parser(description="Write a tiny corpus with gold word links.")
    parser.add_argument("corpus", choices=["de-en", "ko-en"], help="the languages")
    parser.add_argument("--out", type=Path, help="folder to write to (default: data/tiny-CORPUS)")
    arguments = parser.parse_args()
    grammar = import_module(f"grammars.{arguments.corpus.replace('-', '_')}.sentences")
    draw, folder = grammar.Choices(SEED), arguments.out or DATA / f"tiny-{arguments.corpus}"
    write_corpus(folder, arguments.corpus.split("-"), lambda: grammar.sentence(draw))


if __name__ == "__main__":
    run(main)
