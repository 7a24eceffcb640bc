"""Training pairs that a run does not take for translations of each other (`word_links.ScoredLinks.confidence`)."""

from collections.abc import Sequence

import numpy as np

from seq2seq.errors import InputError
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import scored_links

SAMPLE = 1_000
"""Pairs of sentences that do not belong together, of which the least confidence is learned."""
CHANCE = 95
"""So many of 100 such pairs are to be below it; with 99 a tenth of the good pairs of docs/corpora.md goes too."""
CHUNK = 10_000
"""Pairs that are read at once."""

Pairs = Sequence[tuple[str, str]]


def confidences(translator: Translator, pairs: Pairs) -> list[float]:
    """How sure the run is of each pair, from 0 to 1."""
    return [
        one.confidence
        for start in range(0, len(pairs), CHUNK)
        for one in scored_links(translator, pairs[start : start + CHUNK])
    ]


def least_confidence(translator: Translator, pairs: Pairs) -> float:
    """The confidence that `CHANCE` of 100 pairs do not have whose sentences do not belong together: each source of some
    pairs, evenly spread, with the target of another that is far away.

    Raises InputError for fewer than two pairs.
    """
    if len(pairs) < 2:
        raise InputError("a corpus of one pair has no other to compare with; say --least")
    chosen = pairs[:: -(-len(pairs) // SAMPLE)]
    chosen = pairs[:2] if len(chosen) < 2 else chosen
    half = len(chosen) // 2
    others = [target for _, target in [*chosen[half:], *chosen[:half]]]
    wrong = [(source, target) for (source, _), target in zip(chosen, others, strict=True)]
    return float(np.percentile(confidences(translator, wrong), CHANCE))
