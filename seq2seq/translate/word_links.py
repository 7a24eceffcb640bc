"""Word links of given sentence pairs, by forced decoding with one run, or with two that translate in both directions.

A run with an aligner has both directions in itself. One without has its decoder's attention: a single direction, to
which a run of the opposite direction can add the other.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from seq2seq.alignment.links import Link, Symmetrisation, symmetrise, transpose
from seq2seq.alignment.map import AGREEMENT, AlignmentMap, agreed_links, check_share, confidence
from seq2seq.errors import InputError
from seq2seq.translate.arguments import check_pairs
from seq2seq.translate.attribution import ATTRIBUTIONS, attribute
from seq2seq.translate.ensemble import mean_map
from seq2seq.translate.translator import Translator

Method = Literal["agreement", "forward", "backward"] | Symmetrisation
METHODS: tuple[str, ...] = ("agreement", "forward", "backward", *get_args(Symmetrisation))
"""`agreement`: `alignment.agreed_links`. `forward`: each target word's best source word, `backward`: each source word's
best target word. The others join these two (`links.symmetrise`)."""

BEST = "grow-diag"
"""The method with the lowest alignment error rate where both directions are there (docs/alignment.md)."""

READINGS = ("aligner", "attention", "later-attention", *ATTRIBUTIONS)
"""What is read: the aligner's maps, the decoder's attention, its attention one step later
(`AlignmentMap.one_step_later`), or what the source counts for the target (`attribution.attribute`)."""

Pairs = Sequence[tuple[str, str]]
Directions = tuple[AlignmentMap, AlignmentMap | None]
"""Maps over words: of the target over the source and, where there is one, of the source over the target."""


def word_links(
    translator: Translator,
    pairs: Pairs,
    reverse: Translator | None = None,
    *,
    method: str | None = None,
    threshold: float = AGREEMENT,
    by: str | None = None,
) -> list[set[Link]]:
    """The links (source word, target word) of each pair; words are those of `text.word_spans`.

    `reverse` translates the other way; two runs with aligners are averaged. `method` is one of METHODS, by default
    BEST, or `forward` where nothing gives the backward direction; `threshold` is for `agreement`. `by` is one of
    READINGS, by default `aligner` where there is one. Swapping the languages, and with them the two runs, transposes
    the result. A pair with a blank side has no links. Raises InputError for an unknown method or reading, for one that
    needs what is not there, and for a reverse run of other languages, and ValueError for a threshold that is not from 0
    to 1.
    """
    return [set(one.links) for one in scored_links(translator, pairs, reverse, method, threshold, by)]


class ScoredLinks(NamedTuple):
    """The links of a pair, and how sure they are."""

    links: dict[Link, float]
    """Each with its confidence (`alignment.map.confidence`), from 0 to 1."""
    confidence: float
    """Of the pair: the mean, over the words of both sides, of the surest link that each could have; 0 where a side is
    blank. Near that of sentences that do not belong together, the pair is no translation."""


def scored_links(
    translator: Translator,
    pairs: Pairs,
    reverse: Translator | None = None,
    method: str | None = None,
    threshold: float = AGREEMENT,
    by: str | None = None,
) -> list[ScoredLinks]:
    """As `word_links`, with confidences."""
    check_share("threshold", threshold)
    pairs = check_pairs("pairs", pairs)
    check_choice("method", method, METHODS)
    check_choice("reading", by, READINGS)
    runs = [translator] if reverse is None else [translator, reverse]
    if reverse is not None:
        check_opposite(translator, reverse)
    if by is None:
        by = "aligner" if all(run.has_aligner for run in runs) else "attention"
    maps = directions(translator, pairs, reverse, by)
    if method is None:
        method = "forward" if any(backward is None for _, backward in maps) else BEST
    return [_scored(forward, backward, join(forward, backward, method, threshold)) for forward, backward in maps]


def _scored(forward: AlignmentMap, backward: AlignmentMap | None, links: set[Link]) -> ScoredLinks:
    sure = confidence(forward, backward)
    best = np.concatenate([sure.max(0), sure.max(1)]) if sure.size else np.zeros(1)
    return ScoredLinks({(i, j): float(sure[j, i]) for i, j in sorted(links)}, float(best.mean()))


def check_choice(what: str, chosen: str | None, choices: tuple[str, ...]) -> None:
    """Raise InputError unless the choice is one of those, or left open."""
    if chosen is not None and chosen not in choices:
        raise InputError(f"unknown {what} '{chosen}'; choose one of {', '.join(choices)}")


def check_opposite(translator: Translator, reverse: Translator) -> None:
    """Raise InputError unless one run translates from what the other translates into."""
    data, other = translator.config.data, reverse.config.data
    if (data.source, data.target) != (other.target, other.source):
        raise InputError(
            f"the run translates from {data.source} to {data.target}, so the reverse run must translate from "
            f"{data.target} to {data.source}, not from {other.source} to {other.target}"
        )
    if data.tokenised != other.tokenised:
        raise InputError("one run is of tokenised text (data.tokenised) and the other is not: they count other words")


def directions(translator: Translator, pairs: Pairs, reverse: Translator | None, by: str) -> list[Directions]:
    """The maps of each pair over words, as one run or two tell them."""
    own = directions_of(translator, pairs, by)
    if reverse is None:
        return own
    others = directions_of(reverse, [(target, source) for source, target in pairs], by)
    return [
        (_mean(forward, other_backward), _mean(other_forward, backward))
        for (forward, backward), (other_forward, other_backward) in zip(own, others, strict=True)
    ]


def directions_of(translator: Translator, pairs: Pairs, by: str) -> list[Directions]:
    """The maps of one run alone.

    An aligner says of a word without a translation that it looks at the end of the sentence, so the end stays in its
    maps. A decoder rests on the end without a meaning, so the end is left out, and each row is what remains.
    """
    if by in ATTRIBUTIONS:
        return [(one.map().words(), None) for one in attribute(translator, pairs, by)]
    if by == "aligner":
        return [
            (forward.words(keep_end=True), backward.words(keep_end=True))
            for forward, backward in translator.align_both_ways(pairs)
        ]
    maps = translator.align_all(pairs)
    return [((pieces.one_step_later() if by == "later-attention" else pieces).words(), None) for pieces in maps]


def join(
    forward: AlignmentMap, backward: AlignmentMap | None, method: str = BEST, threshold: float = AGREEMENT
) -> set[Link]:
    """The links of one pair from its maps over words, of both directions."""
    if method == "forward":
        return forward.links()
    if backward is None:
        raise InputError(
            f"'{method}' needs both directions: give a run of the opposite direction with --reverse, or train with "
            "--alignment.aligner true"
        )
    if method == "agreement":
        return agreed_links(forward, backward, threshold)
    there, back = forward.links(), transpose(backward.links())
    return back if method == "backward" else symmetrise(there, back, method)  # type: ignore[arg-type]


def _mean(one: AlignmentMap, other: AlignmentMap | None) -> AlignmentMap:
    """Of two maps of one direction, or the one that is there."""
    return one if other is None else mean_map([one, other])
