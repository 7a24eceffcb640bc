"""Several corpora as one: training pairs of all, validation and test sets of the first alone.

For a model that learns from many pairs of other languages, or of other origin, beside the few of its own (Zoph et al.
2016; Kocmi & Bojar 2018), and for translations made by another run (Sennrich et al. 2016).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from seq2seq.config.languages import find_languages
from seq2seq.corpus.folder import Corpus, check_out, write_corpus
from seq2seq.corpus.splits import Pair, names_of_test_sets
from seq2seq.errors import InputError
from seq2seq.text.files import read_parallel


class Part(NamedTuple):
    """A corpus of the mixture, and how many times each of its training pairs stands in it."""

    folder: str
    weight: int


def part_of(text: str) -> Part:
    """`FOLDER` or `FOLDER:WEIGHT`; InputError for a weight of 0."""
    found = re.fullmatch(r"(.+):(\d+)", text)
    if found is None:
        return Part(text, 1)
    if int(found[2]) < 1:
        raise InputError(f"{text}: a weight is how many times each pair stands in the mixture; give 1 or more")
    return Part(found[1], int(found[2]))


def prepare_mix(
    corpora: Sequence[str], out: str | Path, source_lang: str | None = None, target_lang: str | None = None
) -> str:
    """Write the mixture of corpora in prepared folders, `FOLDER:WEIGHT` each; returns the report.

    The first is the main one: its languages name the files, and its validation and test sets are those of the mixture.
    Of the others the training pairs are taken; their source may be of any language, their target is of the main one's.
    A pair of theirs with a sentence of the main corpus's validation or test sets is left out and counted
    (`held_out_key`). Raises InputError for a folder that is no corpus, or of other languages.
    """
    main, *others = (part_of(text) for text in corpora)
    source, target, _ = find_languages(main.folder, source_lang, target_lang)
    languages = source, target
    held_out = read_held_out(main.folder, languages)
    check_out(out, languages, ["train", *held_out])
    _refuse_own_folder([main, *others], Path(out))
    splits = {"train": read_pairs(main.folder, "train", languages) * main.weight} | held_out
    keys = keys_of(held_out)
    notes = [f"{main.folder}: {len(splits['train']) // main.weight:,} pairs, {times(main.weight)}"]
    for part in others:
        own, _, _ = find_languages(part.folder, None, target)
        pairs = read_pairs(part.folder, "train", (own, target))
        free = [pair for pair in pairs if not is_held_out(pair, keys)]
        splits["train"] += free * part.weight
        notes += [
            f"{part.folder}: {len(free):,} pairs ({own} and {target}), {times(part.weight)}",
            f"{part.folder}: pairs dropped, a side in val or test of {main.folder}: {len(pairs) - len(free):,}",
        ]
    # Not examined: each corpus was when it was prepared, and a mixture of languages has two scripts by intention.
    return write_corpus(Corpus(languages, splits, notes), out, examine=False)


def times(weight: int) -> str:
    """A weight in words."""
    return "once" if weight == 1 else f"{weight:,} times each"


def read_pairs(folder: str | Path, split: str, languages: Sequence[str]) -> list[Pair]:
    """The pairs of one split of a prepared corpus; InputError as `read_parallel`."""
    source, target = (Path(folder, f"{split}.{language}") for language in languages)
    return read_parallel(source, target)


def held_out_key(sentence: str) -> str:
    """What two sentences share that differ in case, spaces and punctuation alone.

    The doctor's `overlap` goes further, so that a person sees what is nearly the same: accents and signs that change a
    sentence are nothing to it. Here a pair would be lost by it, so they count.
    """
    return "".join(character for character in sentence.casefold() if character.isalnum()) or sentence


def read_held_out(folder: str | Path, languages: tuple[str, str]) -> dict[str, list[Pair]]:
    """The pairs of the validation set and of each test set of a prepared corpus, by their names."""
    names = ["val", *names_of_test_sets(Path(folder), languages)]
    return {name: read_pairs(folder, name, languages) for name in names}


def keys_of(splits: Mapping[str, Sequence[Pair]]) -> tuple[set[str], set[str]]:
    """The keys (`held_out_key`) of all sources and of all targets."""
    sources, targets = ({held_out_key(pair[side]) for pairs in splits.values() for pair in pairs} for side in (0, 1))
    return sources, targets


def is_held_out(pair: Pair, keys: tuple[set[str], set[str]]) -> bool:
    """Is the source, or the target, of a pair one that is kept for validation or test?"""
    return held_out_key(pair[0]) in keys[0] or held_out_key(pair[1]) in keys[1]


def _refuse_own_folder(parts: Sequence[Part], out: Path) -> None:
    """Raise InputError where the mixture would replace one of its corpora."""
    for part in parts:
        if out.exists() and out.samefile(part.folder):
            raise InputError(f"{out}: is one of the corpora to mix; give another --out")
