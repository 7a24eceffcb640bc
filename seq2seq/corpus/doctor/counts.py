"""Two files of different lengths: where the lines first part, as a guess."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq.corpus.doctor.finding import Hit, Split
from seq2seq.corpus.doctor.marks import NUMBER, ending

NAME = re.compile(r"(?<=\S )[A-Z]\w+|\b[A-Z]{2,}\b")
"""A capitalised word within a line, which a translation often keeps."""

WINDOW = 200
CLEAR = 0.15
"""How much cheaper the pairs above the place must be, of the cost of chance pairs, for a guess to be made."""


def line_counts(split: Split) -> Iterator[Hit]:
    """The files have different numbers of lines; the hit is the line where they seem to part."""
    counts = [len(lines) for lines in split.sides]
    if counts[0] != counts[1]:
        place = parting(*split.sides)
        where = "no clear place where they part" if place is None else (
            f"they seem to part near line {place:,}: a guess from lengths, marks, numbers and names")  # fmt: skip
        yield Hit(place or 0, f"{counts[0]:,} lines to {counts[1]:,}; {where}")


def parting(source: Sequence[str], target: Sequence[str]) -> int | None:
    """The first line, from 1 on, from which line i of one side seems not to translate line i of the other.

    Each pair has a cost (`pair_costs`). The place is the one at which the sum of how much cheaper the pairs above it
    are than the mean of good pairs and chance pairs is largest. None where good pairs cannot be told from chance ones.
    """
    shorter = min(len(source), len(target))
    if not shorter:
        return 1
    costs = pair_costs(source[:shorter], target[:shorter])
    half = max(shorter // 2, 1)
    chance = float(pair_costs(source[:shorter], [*target[half:shorter], *target[:half]]).mean())
    width = min(WINDOW, shorter)
    ends = pair_costs(source[-width:], target[-width:])
    good = min(float(costs[:width].mean()), float(ends.mean()))
    if chance - good < CLEAR * chance:
        return None
    gains = np.concatenate([[0.0], np.cumsum((good + chance) / 2 - costs)])
    return int(gains.argmax()) + 1


def pair_costs(source: Sequence[str], target: Sequence[str]) -> NDArray[np.float64]:
    """How little each pair looks like a translation, from 0 to 4: a point for each of lengths, marks, numbers, names.

    Lengths: the distance of their ratio from the median one, a point where it is 2 or more. Marks: whether one side
    asks and the other does not. Numbers and names: the share that only one side has.
    """
    sizes = [np.array([len(line) + 1.0 for line in lines]) for lines in (source, target)]
    ratios = np.log(sizes[1] / sizes[0])
    costs = np.minimum(np.abs(ratios - np.median(ratios)) / np.log(2), 1)
    for i, (first, second) in enumerate(zip(source, target, strict=True)):
        costs[i] += ending(first) != ending(second)
        costs[i] += _differ(_numbers(first), _numbers(second))
        costs[i] += _differ(set(NAME.findall(first)), set(NAME.findall(second)))
    return costs


def _numbers(text: str) -> set[str]:
    return {re.sub(r"\D", "", found[0]) for found in NUMBER.finditer(text)}


def _differ(first: set[str], second: set[str]) -> float:
    """The share of what both sides have that only one of them has; 0 where neither has any."""
    return len(first ^ second) / len(first | second) if first or second else 0.0
