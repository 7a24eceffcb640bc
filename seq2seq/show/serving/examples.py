"""A few sentences to try a run with, out of its own corpus."""

from pathlib import Path

from seq2seq import shipped
from seq2seq.config.sections import DataConfig

COUNT, LETTERS = 4, (20, 70)
"""Sentences, and the length that they may have."""


def examples(data: DataConfig) -> list[str]:
    """Sentences of the validation set, where the corpus is on this disk or ships with the package; else none."""
    name, folder = f"val.{data.source}", Path(data.folder)
    content = b""
    if (folder / name).is_file():
        with (folder / name).open("rb") as file:
            content = file.read(1 << 16)
    elif folder.name in shipped.CORPORA:
        content = shipped.corpus_files(folder.name).get(name, b"")
    lines = content.decode(errors="replace").splitlines()[:-1]
    return [line for line in lines if LETTERS[0] <= len(line) <= LETTERS[1]][:COUNT]
