#!/usr/bin/env python
"""Write the pages of the Python interface, made from the docstrings by pdoc: scripts/build_docs.py build/api

A warning is an error: a name that does not resolve must not become a gap in the pages.
"""

import argparse
import pkgutil
import sys
import warnings
from pathlib import Path

import pdoc

import seq2seq


def main() -> None:
    """Parse arguments and write a page for each module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder to write")
    folder = parser.parse_args().folder
    warnings.simplefilter("error", UserWarning)
    # A type in the signatures of pydantic's dataclasses that only a type checker can import.
    warnings.filterwarnings("ignore", ".*PydanticDataclass", UserWarning)
    for name in seq2seq.__all__:
        setattr(seq2seq, name, getattr(seq2seq, name))  # imported when first used, and pdoc looks only at what is there
    # Named one by one: `seq2seq.__all__` lists names, and pdoc would leave out the modules, which are not in it.
    modules = [found.name for found in pkgutil.iter_modules(seq2seq.__path__, "seq2seq.")]
    modules.remove("seq2seq.__main__")
    pdoc.render.configure(docformat="markdown", show_source=False)
    pdoc.pdoc("seq2seq", *modules, output_directory=folder)
    print(f"written: {folder / 'index.html'}", file=sys.stderr)


if __name__ == "__main__":
    main()
