"""A cleaned copy of a corpus, and the list of what was changed in it. The files that were given stay as they are."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from seq2seq.corpus.doctor import CHECKS, characters, damage
from seq2seq.corpus.doctor.finding import Check, Split, visible
from seq2seq.corpus.unpack import unpacked_path
from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_folder, write_lines

CHANGES = "changes.tsv"
COLUMNS = ("split", "line", "change", "reason", "source", "target", "new source", "new target")
ALWAYS_DROPPED = ("invalid-utf8", "blank")
"""Why a pair of val or test is dropped: they are to be as they were, but for what cannot be used."""


class Change(NamedTuple):
    """A pair that is not as it was: edited, or dropped."""

    split: str
    line: int
    reason: str
    old: tuple[str, str]
    new: tuple[str, str] | None
    """None where the pair was dropped."""


class Cleaned(NamedTuple):
    """What is left of a corpus: for each split its pairs, and the changes in the order of the lines."""

    pairs: dict[str, list[tuple[str, str]]]
    changes: list[Change]


def _without_html(line: str) -> str:
    while damage.html(line):  # entities of entities, such as &amp;lt;
        line = damage.without_html(line)
    return line


def _visible_only(line: str) -> str:
    gone = set(characters.invisible_at(line))
    return "".join(character for at, character in enumerate(line) if at not in gone) if gone else line


def _of_control(found: re.Match[str]) -> str:
    """A tab is a space; what Windows has in the place of a control character (an apostrophe at U+0092) is that."""
    if found[0] == "\t":
        return " "
    return damage.WINDOWS.get(ord(found[0]), "")


EDITS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("html", _without_html),
    ("mojibake", lambda line: damage.restored(line) if damage.mojibake(line) else line),
    ("normal-form", lambda line: unicodedata.normalize("NFC", line)),
    ("nul", lambda line: line.replace("\0", "")),
    ("line-break", lambda line: characters.BREAKS.sub(" ", line)),
    ("control", lambda line: characters.CONTROL.sub(_of_control, line)),
    ("invisible", _visible_only),
    ("no-break-space", lambda line: characters.NO_BREAK_SPACES.sub(" ", line)),
)
"""What is done to a line, in this order, each named as the check that finds it."""

ROUNDS = 5
"""How often at most: an edit can bring to light what an earlier one is for."""


def edited(line: str) -> tuple[str, list[str]]:
    """The line without what the checks of single characters find, and the names of those that found something.

    A line that is changed loses surplus spaces too; every other line stays as it is.
    """
    reasons: list[str] = []
    for _ in range(ROUNDS):
        before = line
        for name, edit in EDITS:
            if (changed := edit(line)) != line:
                line = changed
                reasons.append(name)
        if line == before:
            break
    return (re.sub(" {2,}", " ", line).strip() if reasons else line), reasons


def clean(splits: Sequence[Split]) -> Cleaned:
    """The corpus without what is surely wrong: lines edited first, then pairs dropped.

    Of val and test only what cannot be used is dropped; a sentence that they share with an earlier split is taken from
    that one. Raises InputError where two files have different numbers of lines.
    """
    now: list[Split] = []
    changes: dict[tuple[str, int], Change] = {}
    for split in splits:
        if split.paired is not None:
            raise InputError(
                f"{split.paths[0]} has {len(split.source):,} lines and {split.paths[1]} {len(split.target):,}; "
                "fix that by hand, then --fix cleans the rest"
            )
        now.append(_edit(split, tuple(now), changes))
    dropped = _dropped(now)
    for (name, line), reason in dropped.items():
        split = next(split for split in splits if split.name == name)
        changes[name, line] = Change(name, line, reason, _pair(split, line), None)
    kept = {
        split.name: [_pair(split, n) for n in range(1, len(split.source) + 1) if (split.name, n) not in dropped]
        for split in now
    }
    if empty := next((name for name, pairs in kept.items() if not pairs), None):
        raise InputError(f"no pair of {empty} is left when it is cleaned; nothing is written")
    order = [split.name for split in splits]
    return Cleaned(kept, sorted(changes.values(), key=lambda change: (order.index(change.split), change.line)))


def _edit(split: Split, earlier: tuple[Split, ...], changes: dict[tuple[str, int], Change]) -> Split:
    """The split with its lines edited; each pair with an edited line is added to the changes."""
    sides = [[edited(line) for line in lines] for lines in split.sides]
    for number, ((source, why), (target, also)) in enumerate(zip(*sides, strict=True), 1):
        if why or also:
            reason = ", ".join(dict.fromkeys([*why, *also]))
            changes[split.name, number] = Change(split.name, number, reason, _pair(split, number), (source, target))
    lines = [[line for line, _ in side] for side in sides]
    return replace(split, source=lines[0], target=lines[1], earlier=earlier)


def _dropped(splits: list[Split]) -> dict[tuple[str, int], str]:
    """The lines to drop, each with the name of the check that says so."""
    dropped: dict[tuple[str, int], str] = {}
    for split in splits:
        for number, source, target in split.pairs():
            if damage.LOST in source + target:
                dropped[split.name, number] = "mojibake"
        for check in CHECKS:
            if check.fix == "drop":
                _drop(split, check, dropped)
    return dropped


def _drop(split: Split, check: Check, dropped: dict[tuple[str, int], str]) -> None:
    for hit in check.find(split):
        if check.name.endswith("overlap"):
            lines = list(hit.twins)
        elif split.name == "train" or check.name in ALWAYS_DROPPED:
            lines = [(split.name, hit.line)]
        else:
            continue
        for line in lines:
            dropped.setdefault(line, check.name)


def _pair(split: Split, line: int) -> tuple[str, str]:
    return split.source[line - 1], split.target[line - 1]


def destinations(splits: Sequence[Split], out: str | Path) -> list[tuple[Path, Path]]:
    """Where the cleaned files of each split go: into the folder `out`, under their own names, unpacked.

    Raises InputError where two files have one name, and where the folder has any of the files that were given.
    """
    names = [unpacked_path(Path(path)).name for split in splits for path in split.paths]
    if twice := next((name for name in [*names, CHANGES] if [*names, CHANGES].count(name) > 1), None):
        raise InputError(f"two files would be {Path(out) / twice}; give the corpus files different names")
    given = {Path(path).resolve() for split in splits for path in split.paths}
    paths = [Path(out) / name for name in names]
    if inside := next((path for path in paths if path.resolve() in given), None):
        raise InputError(f"{inside} is a file of the corpus, which stays as it is; give another folder to --fix")
    return list(zip(paths[::2], paths[1::2], strict=True))


def write_cleaned(cleaned: Cleaned, splits: Sequence[Split], out: str | Path) -> Path:
    """Write the files and `changes.tsv` into the folder `out`; returns the path of the latter.

    Raises InputError as `destinations` does, and where the folder cannot be written.
    """
    places = destinations(splits, out)
    with atomic_folder(out) as made:
        for split, own in zip(splits, places, strict=True):
            for side, path in enumerate(own):
                write_lines(made / path.name, (pair[side] for pair in cleaned.pairs[split.name]))
        write_lines(made / CHANGES, ["\t".join(COLUMNS), *map(_row, cleaned.changes)])
    return Path(out) / CHANGES


def _row(change: Change) -> str:
    kind = "dropped" if change.new is None else "edited"
    cells = [change.split, str(change.line), kind, change.reason, *change.old, *(change.new or ("", ""))]
    return "\t".join(map(visible, cells))
