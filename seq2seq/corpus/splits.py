"""Train, val and test with no sentence in common."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from seq2seq.errors import InputError

Pair = tuple[str, str]
SPLITS = ("train", "val", "test")
EMPTY = "a corpus needs at least one pair"
"""What is said of a corpus that has none."""


def names_of_test_sets(folder: Path, languages: Sequence[str]) -> list[str]:
    """`test`, and each `test...` besides, of which the folder of a corpus has a file `NAME.LANGUAGE`; in order."""
    found = {path.name.removesuffix(f".{end}") for end in languages for path in folder.glob(f"test*.{end}")}
    return sorted(found)


def split_pairs(
    pairs: list[Pair], val: int | None, test: int | None, seed: int, notes: list[str]
) -> dict[str, list[Pair]]:
    """Draw `test` pairs, then `val` pairs, the rest is `train`; no sentence of either side is in two splits.

    A sentence of the first language goes into one split with all its translations; where one of these is already in a
    split drawn before, that pair is dropped and counted. The draw is by a hash of seed and sentence: the same on every
    machine, and a grown corpus keeps most of its split. `None` asks for 1,000 pairs, or 5 % of a smaller corpus; as
    training needs a validation set, for one pair of val at least, where there is a second one. Raises InputError when
    the corpus is too small.
    """
    sizes = {"test": test, "val": val}
    asked = {name: min(1000, len(pairs) // 20) if size is None else size for name, size in sizes.items()}
    if min(asked.values()) < 0:
        raise InputError(f"--val {asked['val']} and --test {asked['test']} must not be below 0")
    if val is None and len(pairs) < 20:
        asked["val"] = 1
    splits = _split(pairs, asked, seed)
    if splits is None and val is None and len(pairs) < 20:
        asked["val"] = 0
        splits = _split(pairs, asked, seed)
    if splits is None:
        raise InputError(
            f"{len(pairs):,} pairs are too few for --val {asked['val']} and --test {asked['test']} "
            "with no sentence in two splits; ask for fewer"
        )
    dropped = len(pairs) - sum(map(len, splits.values()))
    if dropped:
        notes.append(f"pairs dropped, one side in another split: {dropped:,}")
    return {name: splits[name] for name in SPLITS if splits[name]}


def _split(pairs: list[Pair], asked: dict[str, int], seed: int) -> dict[str, list[Pair]] | None:
    """The splits in the order in which they are drawn, `train` the rest; None where there are too few pairs."""
    groups: dict[str, list[str]] = {}
    for first, second in pairs:
        groups.setdefault(first, []).append(second)
    queue = sorted(groups, key=lambda sentence: hashlib.sha256(f"{seed} {sentence}".encode()).digest())
    splits: dict[str, list[Pair]] = {}
    taken: set[str] = set()
    for name, size in asked.items():
        splits[name] = _draw(queue, groups, size, taken)
        drawn = {first for first, _ in splits[name]}
        taken |= {second for _, second in splits[name]}
        queue = [sentence for sentence in queue if sentence not in drawn]
    rest = set(queue)
    splits["train"] = [pair for pair in pairs if pair[0] in rest and pair[1] not in taken]
    whole = splits["train"] and all(len(splits[name]) == size for name, size in asked.items())
    return splits if whole else None


def _draw(queue: list[str], groups: dict[str, list[str]], size: int, taken: set[str]) -> list[Pair]:
    """The first of the queue that make exactly `size` pairs; a sentence with too many translations is passed over."""
    chosen: list[Pair] = []
    for first in queue:
        if len(chosen) == size:
            break
        free = [(first, second) for second in groups[first] if second not in taken]
        if len(chosen) + len(free) <= size:
            chosen += free
    return chosen
