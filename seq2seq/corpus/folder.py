"""The folder of a corpus, `train|val|test.LANG`: what is left out of it, how it is written and described."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from seq2seq.corpus.formats import note
from seq2seq.corpus.splits import EMPTY, SPLITS, Pair, names_of_test_sets
from seq2seq.errors import InputError
from seq2seq.text.visible import is_blank
from seq2seq.text.words import split_words
from seq2seq.text.writing import atomic_folder, write_lines

STORE = "store"
"""The folder, inside that of a corpus, of what is made of its training text (`corpus.store`)."""
LINKS = "align"
"""The suffix of gold word links beside the sentences."""


@dataclass
class Corpus:
    """Pairs in their splits, an absent split being empty; `notes` say what was left out or changed, one line each."""

    languages: tuple[str, str]
    splits: dict[str, list[Pair]]
    notes: list[str]
    tokenised: bool = False


def language_pair(source: str, target: str) -> tuple[str, str]:
    """The two languages; InputError where one cannot be the suffix of a file, or both are the same."""
    for language in (source, target):
        if not re.fullmatch("[A-Za-z0-9_-]+", language):
            raise InputError(f"language {language!r}: it becomes the suffix of a file; use letters, digits, - and _")
        if language == LINKS:
            raise InputError(f"language {language!r}: files of that suffix hold word links; choose another name")
    if source == target:
        raise InputError(f"both languages are {source}; a corpus needs two")
    return source, target


def drop_blank(pairs: list[Pair], name: str, notes: list[str], numbers: Sequence[int] | None = None) -> list[Pair]:
    """The pairs that have text on both sides, InputError where there is none; `name` is the file of the lines, and
    `numbers` are the lines, by default all of them."""
    blank = [any(map(is_blank, pair)) for pair in pairs]
    if all(blank):
        raise InputError(f"{name}: no line has text on both sides; {EMPTY}")
    where = list(compress(numbers or range(1, len(pairs) + 1), blank))
    note(notes, where, "pairs dropped, blank on a side", name)
    return [pair for pair, empty in zip(pairs, blank, strict=True) if not empty]


def drop_duplicates(pairs: list[Pair], notes: list[str]) -> list[Pair]:
    """Each pair once, where it first stood."""
    distinct = list(dict.fromkeys(pairs))
    if len(distinct) < len(pairs):
        notes.append(f"pairs dropped, exact duplicates: {len(pairs) - len(distinct):,}")
    return distinct


def check_out(out: str | Path, languages: Sequence[str], splits: Iterable[str] = SPLITS, option: str = "--out") -> None:
    """Raise InputError when the folder holds anything that is not a file of this corpus.

    A file of another corpus or of an earlier split would be taken for a part of this one. `option` names the folder.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; {option} needs a folder")
    names = {STORE} | {f"{split}.{language}" for split in splits for language in languages}
    other = sorted(path.name for path in out.iterdir() if path.name not in names) if out.exists() else []
    if other:
        raise InputError(
            f"{out}: holds {other[0]}, which is no part of this corpus; remove it or give another {option}"
        )


def write_corpus(corpus: Corpus, out: str | Path, examine: bool = True) -> str:
    """Write `SPLIT.LANG` into the folder, a new one in one step, and return the report.

    With `examine` the report says too what the quick checks of the corpus doctor find in the training text. Files of
    the same names are replaced, and what was made of a training text before (`STORE`) is removed. Raises InputError as
    `check_out` does, and when the folder cannot be written.
    """
    from seq2seq.corpus.doctor import cheap_notes  # numpy, pydantic and ftfy, which help does not wait for

    check_out(out, corpus.languages, corpus.splits)
    with atomic_folder(out) as made:
        for split, pairs in corpus.splits.items():
            for side, language in enumerate(corpus.languages):
                write_lines(made / f"{split}.{language}", (pair[side] for pair in pairs))
    shutil.rmtree(Path(out, STORE), ignore_errors=True)
    where = str(Path(out) / f"train.{corpus.languages[0]}")
    odd = cheap_notes(corpus.splits["train"], where) if examine else []
    if odd:
        corpus.notes += [*odd, "seq2seq doctor tells more of these"]
    return describe(corpus, Path(out))


def copy_held_out(folder: str | Path, languages: Sequence[str], out: Path) -> None:
    """Copy the validation set and all test sets of a prepared corpus, with their gold links, as they are."""
    for split in ("val", *names_of_test_sets(Path(folder), languages)):
        for end in (*languages, LINKS):
            if (path := Path(folder, f"{split}.{end}")).is_file():
                shutil.copyfile(path, out / path.name)


def describe(corpus: Corpus, out: Path) -> str:
    """The report: pairs, words and words a sentence for each split, and what was left out. Words as in `word_spans`."""
    head = ["split", "pairs"]
    for language in corpus.languages:
        head += [f"words {language}", "a sentence"]
    rows = [head]
    for split, pairs in corpus.splits.items():
        row = [split, f"{len(pairs):,}"]
        for side in (0, 1):
            words = sum(len(split_words(pair[side], corpus.tokenised)) for pair in pairs)
            row += [f"{words:,}", f"{words / len(pairs):.1f}"]
        rows.append(row)
    width = max(len(row[0]) for row in rows) + 1
    table = [row[0].ljust(width) + "".join(cell.rjust(12) for cell in row[1:]) for row in rows]
    return "\n".join([f"{out}: {' and '.join(corpus.languages)}", *table, *(corpus.notes or ["nothing dropped"])])
