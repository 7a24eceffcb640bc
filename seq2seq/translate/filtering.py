"""A corpus without the training pairs that a run does not take for translations of each other."""

from collections.abc import Sequence
from itertools import compress
from pathlib import Path

import numpy as np

from seq2seq.config.languages import find_languages
from seq2seq.corpus.folder import LINKS, Corpus, check_out, copy_held_out, describe
from seq2seq.corpus.mixing import read_held_out, read_pairs
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines
from seq2seq.text.writing import atomic_folder, write_lines
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import scored_links

SAMPLE = 1_000
"""Pairs of sentences that do not belong together, by which the least confidence is found."""
CHANCE = 95
"""So many of 100 such pairs are to be below it; with 99 a tenth of the good pairs of docs/corpora.md goes too."""
CHUNK = 10_000
"""Pairs that are read at once."""

Pairs = Sequence[tuple[str, str]]


def filter_corpus(folder: str, run: str, out: str | Path, least: float | None = None) -> str:
    """Write a prepared corpus without the training pairs of which the run is less sure than `least`; the report.

    Validation and test sets stay as they are, and gold links go with their pairs. Without `least` it is
    `least_confidence`. The run may translate in either direction. Raises InputError for a folder that is no corpus of
    the run's two languages, where nothing would be left, and where `out` cannot be written or holds something else.
    """
    if least is not None and not 0 <= least <= 1:
        raise InputError(f"--least is {least}, it must be from 0 to 1")
    translator = Translator.load(run)
    data = translator.config.data
    found = find_languages(folder, None, None)[:2]
    if set(found) != {data.source, data.target}:
        raise InputError(f"{folder}: is of {' and '.join(found)}, and {run} knows {data.source} and {data.target}")
    languages = data.source, data.target
    splits = {"train": read_pairs(folder, "train", languages)} | read_held_out(folder, languages)
    check_out(out, (*languages, LINKS), splits)
    if Path(out).exists() and Path(out).samefile(folder):
        raise InputError(f"{out}: is the corpus itself; give another --out")
    least = least_confidence(translator, splits["train"]) if least is None else least
    kept = [confidence >= least for confidence in confidences(translator, splits["train"])]
    if not any(kept):
        raise InputError(f"{folder}: {run} is of no training pair as sure as {least:.2f}; give a lower --least")
    splits["train"] = list(compress(splits["train"], kept))
    with atomic_folder(out) as made:
        for side, language in enumerate(languages):
            write_lines(made / f"train.{language}", (pair[side] for pair in splits["train"]))
        if (links := Path(folder, f"train.{LINKS}")).is_file():
            write_lines(made / links.name, compress(read_lines(links), kept))
        copy_held_out(folder, languages, made)
    note = f"training pairs dropped, {run} less sure of them than {least:.2f}: {len(kept) - sum(kept):,}"
    return describe(Corpus(languages, splits, [note], data.tokenised), Path(out))


def confidences(translator: Translator, pairs: Pairs) -> list[float]:
    """How sure the run is of each pair, from 0 to 1; 0 for one that is longer than the run's limits."""
    found: list[float] = []
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        short = [pair if translator.pair_refusal(*pair) is None else ("", "") for pair in chunk]
        found += [one.confidence for one in scored_links(translator, short)]
    return found


def least_confidence(translator: Translator, pairs: Pairs) -> float:
    """The confidence that `CHANCE` of 100 pairs do not have whose sentences do not belong together: each source of some
    pairs, evenly spread, with the target of another that is far away.

    Raises InputError where all pairs have one target.
    """
    distinct = list(dict.fromkeys(pairs))
    chosen = distinct[:: max(1, len(distinct) // SAMPLE)]
    half = len(chosen) // 2
    others = [target for _, target in [*chosen[half:], *chosen[:half]]]
    wrong = [(source, other) for (source, target), other in zip(chosen, others, strict=True) if other != target]
    if not wrong:
        raise InputError("the training pairs are too few to tell wrong ones from; say --least")
    return float(np.percentile(confidences(translator, wrong), CHANCE))
