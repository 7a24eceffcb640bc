"""Train, val and test with no sentence in common."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from seq2seq.corpus.novelty import novelty
from seq2seq.errors import InputError

Pair = tuple[str, str]
SPLITS = ("train", "val", "test")
HARD = "test_hard"
"""The split of the pairs that are least like the training text, where it is asked for."""
OWN_SPLITS = (*SPLITS, HARD)
"""The splits of a corpus that is split here."""
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
    queue = sorted(groups, key=lambda sentence: _hash(sentence, seed))
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


def split_hard(
    splits: dict[str, list[Pair]], count: int, notes: list[str], source: int = 0, tokenised: bool = False
) -> dict[str, list[Pair]]:
    """The splits, and as `test_hard` the `count` training pairs whose source is least like those of the others.

    How little alike is the `novelty` of the source, of several translations of one first sentence the mean; of equal
    ones the draw is by a hash. The least alike come first. As in `split_pairs`, a first sentence goes with all of its
    translations, and a training pair with a sentence of the new split is dropped and counted. source: the side of a
    pair that is the source. Raises InputError where the training text is too small.
    """
    if count < 0:
        raise InputError(f"--test-hard {count}: must not be below 0")
    if not count:
        return splits
    train = splits["train"]
    held_out = [pair for name, pairs in splits.items() if name != "train" for pair in pairs]
    firsts, taken = ({pair[side] for pair in held_out} for side in (0, 1))
    groups: dict[str, list[str]] = {}
    for first, second in train:
        groups.setdefault(first, []).append(second)
    queue = [first for first in _least_alike_first(train, source, tokenised) if first not in firsts]
    hard = _draw(queue, groups, count, taken)
    firsts, seconds = ({pair[side] for pair in hard} for side in (0, 1))
    rest = [pair for pair in train if pair[0] not in firsts and pair[1] not in seconds]
    if len(hard) < count or not rest:
        raise InputError(f"{len(train):,} training pairs are too few for --test-hard {count}; ask for fewer")
    if dropped := len(train) - len(rest) - len(hard):
        notes.append(f"pairs dropped, one side in {HARD}: {dropped:,}")
    return {**splits, "train": rest, HARD: hard}


def _least_alike_first(pairs: list[Pair], source: int, tokenised: bool) -> list[str]:
    """The first sentences, in the order of the novelty of their sources."""
    sources = list(dict.fromkeys(pair[source] for pair in pairs))
    alone = dict(zip(sources, novelty(sources, tokenised), strict=True))
    found: dict[str, list[float]] = {}
    for pair in pairs:
        found.setdefault(pair[0], []).append(alone[pair[source]])
    return sorted(found, key=lambda first: (-fmean(found[first]), _hash(first)))


def _hash(sentence: str, seed: object = "") -> bytes:
    return hashlib.sha256(f"{seed} {sentence}".encode()).digest()


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
