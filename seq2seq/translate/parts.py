"""Many sentences translated in parts, each of which is kept on disk: after an interruption the work goes on."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from seq2seq.text.visible import is_blank
from seq2seq.text.writing import atomic_write
from seq2seq.translate.translator import Translator

PART = 1_000
"""Sentences in a part."""


def translations_in_parts(translator: Translator, lines: Sequence[str], beam: int, kept: Path) -> Iterator[list[str]]:
    """The translations of the first part, of the second and so on: of each line one, empty where none is whole.

    A part that is in the folder `kept` is read from there, any other is kept there.
    """
    for start in range(0, len(lines), PART):
        path, part = kept / f"{start}.json", lines[start : start + PART]
        if (before := _kept(path, len(part))) is not None:
            yield before
            continue
        best = [one[0] for one in translator.translate_all(part, beam=beam)]
        texts = [" ".join(one.text.split()) if one.finished and not is_blank(one.text) else "" for one in best]
        with atomic_write(path) as stream:
            stream.write(json.dumps(texts, ensure_ascii=False).encode())
        yield texts


def _kept(path: Path, count: int) -> list[str] | None:
    """The translations in a file; None where it is not there, or damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(found, list) and len(found) == count and all(isinstance(text, str) for text in found)
    return found if whole else None


def work_digest(what: Sequence[str], lines: Sequence[str]) -> str:
    """By which work that was interrupted is known again: how the lines are translated, and the lines."""
    return hashlib.sha256("\n".join([*what, *lines]).encode()).hexdigest()[:16]
