#!/usr/bin/env python3
"""Write the tiny corpora with gold word links that ship with the project: data/grammars/generate.py de-en ko-en"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(DATA), str(DATA.parent)]

from grammars.engine import write_corpus  # noqa: E402

SEED = 1


def main() -> None:
    """Parse the arguments and write the corpora."""
    parser = argparse.ArgumentParser(description="Write a tiny corpus with gold word links.")
    parser.add_argument("corpus", choices=["de-en", "ko-en"], help="the languages")
    parser.add_argument("--out", type=Path, help="folder to write to (default: data/tiny-CORPUS)")
    arguments = parser.parse_args()
    source, target = arguments.corpus.split("-")
    grammar = import_module(f"grammars.{source}_{target}.sentences")
    draw = grammar.Choices(SEED)
    write_corpus(arguments.out or DATA / f"tiny-{arguments.corpus}", (source, target), lambda: grammar.sentence(draw))


if __name__ == "__main__":
    main()
