#!/usr/bin/env python
"""Run docs/tour.ipynb and keep what its cells answer, of maps the pictures alone: scripts/tour.py docs/tour.ipynb

The viewer would make the file twenty times as large, and no page that shows a notebook lets it run.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from seq2seq.text.writing import atomic_write

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 600
"""Most that a cell may take."""


def main() -> None:
    """Parse arguments, run the notebook in an empty folder, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path, help="notebook to run, and to write anew")
    path = parser.parse_args().notebook
    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(path, Path(folder))
    with atomic_write(path) as stream:
        stream.write(f"{nbformat.writes(still(notebook))}\n".encode())


def executed(path: Path, folder: Path) -> Any:
    """The notebook with what its cells answer in this folder, with this checkout's `seq2seq`.

    Raises nbclient's CellExecutionError where a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
    bin_folder = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return client.execute(env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": bin_folder, "OMP_NUM_THREADS": "1"})


def still(notebook: Any) -> Any:
    """The notebook without the viewer: text and pictures; and without what differs at each run for no reason."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/html", None)
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


if __name__ == "__main__":
    main()
