"""Two files of different lengths: where the lines first part, as a guess."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq.corpus.doctor.finding import Hit, Split
from seq2seq.corpus.doctor.marks import ending

WORD = re.compile(r"[^\W\d_]{3,}|\d+")
STEM = 4
"""Letters from the beginning of a word by which names and related words are known again: `Musik`, `music`."""

STEPS = (-3, -2, -1, 1, 2, 3)
"""By how many lines the files may have moved against each other; that by which their ends differ is tried too."""

EVIDENCE = 25.0
"""How much lower the sum of the costs must be for moved lines than for the lines as they stand, until it is believed.
What comes of it is measured in docs/doctor.md."""

MARGIN = 50
"""Lines above the guessed place that are not taken for pairs, as it may be that far off."""


def line_counts(split: Split) -> Iterator[Hit]:
    """The files have different numbers of lines; the hit is the line where they seem to part."""
    counts = [len(lines) for lines in split.sides]
    if counts[0] != counts[1]:
        place = parting(*split.sides)
        yield Hit(
            place,
            f"{counts[0]:,} lines to {counts[1]:,}; they seem to part near here: a guess from lengths, final marks, "
            "numbers and like words",
        )


def parting(source: Sequence[str], target: Sequence[str]) -> int:
    """The first line, from 1 on, from which line i of one side seems not to translate line i of the other.

    Each pair has a cost (`_Costs`). From the first line on, the costs of the lines as they stand are compared with
    those of the target moved by a few lines: the place is the last one before the moved lines become cheaper, by
    `EVIDENCE` in sum. Where no move becomes so much cheaper it is the best place for the one that makes the ends meet.
    """
    costs = _Costs(source, target)
    difference = len(target) - len(source)
    first = len(source) + 1
    for step in (*STEPS, difference):
        gains = np.concatenate([[0.0], np.cumsum(costs.moved(step) - costs.moved(0))])
        best = np.maximum.accumulate(gains)
        if (found := np.flatnonzero(best - gains > EVIDENCE)).size:
            first = min(first, int(gains[: found[0]].argmax()) + 1)
        elif step == difference:
            first = min(first, int(gains.argmax()) + 1)
    return first


class _Costs:
    """How little each pair looks like a translation: what is looked at is taken from each line once.

    The cost of a pair: the distance of the ratio of lengths from the usual one, 1 where it is 2 or more; 1 if the final
    marks differ; less 1/2 for each word that begins alike or number that both sides have, 2 of them at most.
    """

    def __init__(self, source: Sequence[str], target: Sequence[str]) -> None:
        self.lengths = [np.log([len(line) + 2.0 for line in lines]) for lines in (source, target)]
        self.lengths[1] += np.median(self.lengths[0]) - np.median(self.lengths[1])
        self.marks = [np.array([ord(ending(line) or " ") for line in lines]) for lines in (source, target)]
        self.words = [[_stems(line) for line in lines] for lines in (source, target)]

    def moved(self, step: int) -> NDArray[np.float64]:
        """The costs of source line i and target line i + step, for each i that both files have; 1 where the target
        has no such line."""
        count = min(len(words) for words in self.words)
        low, high = max(0, -step), min(count, len(self.words[1]) - step)
        costs = np.ones(count)
        if low < high:
            here, there = slice(low, high), slice(low + step, high + step)
            costs[here] = np.minimum(np.abs(self.lengths[0][here] - self.lengths[1][there]) / np.log(2), 1)
            costs[here] += self.marks[0][here] != self.marks[1][there]
            both = zip(self.words[0][here], self.words[1][there], strict=True)
            costs[here] -= [min(len(first & second), 2) / 2 for first, second in both]
        return costs


def _stems(line: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in WORD.findall(line.casefold()))
