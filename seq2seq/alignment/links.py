"""Word links: the Pharaoh format, symmetrisation of two directions, and the alignment error rate.

A link is `(source_index, target_index)`, 0-based, over the words of `text.words.word_spans`. Pure functions on sets.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from seq2seq.errors import InputError
from seq2seq.text.files import read_lines

Link = tuple[int, int]
"""(source index, target index), 0-based."""

Symmetrisation = Literal["intersection", "union", "grow-diag", "grow-diag-final", "grow-diag-final-and"]
SYMMETRISATIONS: tuple[str, ...] = get_args(Symmetrisation)

_PHARAOH = re.compile(r"(\d{1,9})([-p])(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class GoldLinks:
    """Gold links of one sentence pair: `sure` ones, and `possible` ones, which contain the sure (Och & Ney 2003)."""

    sure: frozenset[Link]
    possible: frozenset[Link]

    def __post_init__(self) -> None:
        if not self.sure <= self.possible:
            raise ValueError("every sure link must be a possible one too")

    def transposed(self) -> "GoldLinks":
        """The same links with the roles of source and target swapped."""
        return GoldLinks(frozenset(transpose(self.sure)), frozenset(transpose(self.possible)))


def parse_pharaoh(line: str, name: str = "<links>", number: int = 1) -> GoldLinks:
    """The links of one line, `i-j` sure and `ipj` possible; `name` and `number` (1-based) are for the message.

    Raises InputError, naming file and line, for anything else.
    """
    sure, possible = set(), set()
    for token in line.split():
        match = _PHARAOH.fullmatch(token)
        if match is None:
            shown = token if len(token) <= 40 else f"{token[:40]}..."
            raise InputError(
                f"{name}, line {number}: '{shown}' is no link; write i-j, or ipj for a possible one, counting from 0"
            )
        link = (int(match[1]), int(match[3]))
        possible.add(link)
        if match[2] == "-":
            sure.add(link)
    return GoldLinks(frozenset(sure), frozenset(possible))


def format_pharaoh(links: Collection[Link] | GoldLinks) -> str:
    """One line in the Pharaoh format, links in order; of a `GoldLinks`, those that are only possible as `ipj`."""
    if isinstance(links, GoldLinks):
        return " ".join(f"{i}{'-' if (i, j) in links.sure else 'p'}{j}" for i, j in sorted(links.possible))
    return " ".join(f"{i}-{j}" for i, j in sorted(links))


def read_gold(path: str | Path) -> list[GoldLinks]:
    """The gold links of a file, one sentence pair a line; a blank line is a pair without links.

    Raises InputError when the file cannot be read or a line is malformed.
    """
    return [parse_pharaoh(line, str(path), number) for number, line in enumerate(read_lines(path), 1)]


def read_gold_of(path: str | Path, word_counts: Sequence[tuple[int, int]]) -> list[GoldLinks]:
    """The gold links of sentence pairs with so many words on each side (`text.words.word_counts`).

    Raises InputError as `read_gold` does, when there are more or fewer lines than pairs, and when a link lies outside
    the words of its pair.
    """
    gold = read_gold(path)
    if len(gold) != len(word_counts):
        raise InputError(f"{path} has {len(gold):,} lines, but there are {len(word_counts):,} sentence pairs")
    for number, (links, counts) in enumerate(zip(gold, word_counts, strict=True), 1):
        check_gold(links, counts, str(path), number)
    return gold


def check_gold(links: GoldLinks, word_counts: tuple[int, int], name: str, number: int) -> None:
    """Raise InputError, naming file and line, when a link lies outside a pair of so many source and target words."""
    sources, targets = word_counts
    for source, target in sorted(links.possible):
        if source >= sources or target >= targets:
            raise InputError(
                f"{name}, line {number}: link {source}-{target} lies outside the pair, which has {sources} source and "
                f"{targets} target words; links count from 0, punctuation apart unless the text is tokenised"
            )


def transpose(links: Iterable[Link]) -> set[Link]:
    """The same links with the roles of source and target swapped: turns a backward model's links to forward ones."""
    return {(j, i) for i, j in links}


def symmetrise(forward: AbstractSet[Link], backward: AbstractSet[Link], method: Symmetrisation) -> set[Link]:
    """Join the links of two directions, both given as (source, target).

    `grow-diag` starts from the intersection and adds, again and again, those links of the union that touch one already
    there (also across a corner) and whose source or target word has no link yet (Koehn, Och & Marcu 2003). `-final`
    then adds the links of the union with a word that has none, `-final-and` those where both words have none.

    Unlike Moses, whose result depends on which direction comes first, candidates of both directions are taken in one
    order, from the start of the sentence pair to its end, by i + j. Links of equal i + j share no word, so which of
    them comes first changes nothing, and swapping the roles of the two directions transposes the result. Raises
    ValueError for an unknown method.
    """
    if method not in SYMMETRISATIONS:
        raise ValueError(f"unknown symmetrisation '{method}'; choose one of {', '.join(SYMMETRISATIONS)}")
    union = set(forward) | set(backward)
    links = set(forward) & set(backward)
    if method == "intersection":
        return links
    if method == "union":
        return union
    _grow_diag(links, union)
    if method != "grow-diag":
        _add_unlinked(links, union - links, both=method == "grow-diag-final-and")
    return links


def _grow_diag(links: set[Link], union: set[Link]) -> None:
    """Extend `links` in place by neighbours within `union` until nothing can be added."""
    while True:
        beside = {(i + di, j + dj) for i, j in links for di in (-1, 0, 1) for dj in (-1, 0, 1)}
        if not _add_unlinked(links, (beside & union) - links, both=False):
            return


def _add_unlinked(links: set[Link], candidates: set[Link], both: bool) -> bool:
    """Add in place each candidate of which a word (`both`: both words) has no link yet; was anything added?"""
    sources, targets = {i for i, _ in links}, {j for _, j in links}
    before = len(links)
    for i, j in sorted(candidates, key=sum):
        free = (i not in sources, j not in targets)
        if all(free) if both else any(free):
            links.add((i, j))
            sources.add(i)
            targets.add(j)
    return len(links) > before


@dataclass(frozen=True)
class AlignmentScores:
    """Alignment error rate, precision and recall over a corpus, each in percent."""

    aer: float
    precision: float
    recall: float


def alignment_scores(hypotheses: Sequence[AbstractSet[Link]], gold: Sequence[GoldLinks]) -> AlignmentScores:
    """Score links A against sure S and possible P links, summed over the corpus (Och & Ney 2003).

    AER = 1 - (|A∩S| + |A∩P|) / (|A| + |S|), precision = |A∩P| / |A|, recall = |A∩S| / |S|. Where a denominator is 0
    nothing is wrong and nothing is missed: AER 0, precision and recall 100. Raises InputError when the counts differ.
    """
    if len(hypotheses) != len(gold):
        raise InputError(f"{len(hypotheses):,} sentence pairs with links, but {len(gold):,} with gold links")
    links = sum(len(hypothesis) for hypothesis in hypotheses)
    sure = sum(len(reference.sure) for reference in gold)
    hit_sure = sum(len(hypothesis & reference.sure) for hypothesis, reference in zip(hypotheses, gold, strict=True))
    hit_possible = sum(
        len(hypothesis & reference.possible) for hypothesis, reference in zip(hypotheses, gold, strict=True)
    )
    return AlignmentScores(
        aer=100.0 - _percent(hit_sure + hit_possible, links + sure),
        precision=_percent(hit_possible, links),
        recall=_percent(hit_sure, sure),
    )


def alignment_error_rate(hypotheses: Sequence[AbstractSet[Link]], gold: Sequence[GoldLinks]) -> float:
    """The AER of `alignment_scores`, in percent."""
    return alignment_scores(hypotheses, gold).aer


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0
