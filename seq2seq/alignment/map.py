"""`AlignmentMap`: who attends to whom. Everything that shows or measures attention takes this one type.

Imports numpy only: it draws nothing (`seq2seq.show`), and writes no JSON (`seq2seq.alignment.schema`).
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.links import Link
from seq2seq.alignment.merging import merge, normalise
from seq2seq.alignment.sides import Side, shortened

ROW_TOLERANCE = 1e-3
"""How far the sum of a row may be from 1; weights computed in bf16 are off by some 1e-4."""

AGREEMENT = 0.4
"""Least geometric mean of the two weights of a link that both directions agree on."""

Kind = Literal["decoder", "aligner", "self-attention", "attribution"]
"""What the weights are: the decoder's attention, what the aligner says of two known sentences, a sentence's attention
to itself, or how much each source word counts for a target word by a method other than attention."""

Units = Literal["pieces", "words"]
LinkMethod = Literal["argmax", "threshold", "mutual"]


@dataclass(frozen=True, eq=False)
class AlignmentMap:
    """Attention weights of one sentence pair, float32 `[heads, target, source]`, read-only; each row sums to 1. As the
    last value of a notebook's cell a map shows itself.

    `units` says what rows and columns stand for: the pieces of the model, or words, to which `words()` merges pieces;
    what is asked of the wrong ones says so in a ValueError. A side may be empty (a blank line): the map then has rows
    without columns, or none.

    Raises ValueError when the shape does not fit the two sides, a weight is negative or not finite, the sum of a row is
    off by more than 1e-3, the units are said to be words and are not, or the kind is unknown, and TypeError for sides
    that are none.
    """

    source: Side
    target: Side
    weights: NDArray[np.floating[Any]]
    kind: Kind = "decoder"
    units: Units = "pieces"

    def __post_init__(self) -> None:
        for name in ("source", "target"):
            if not isinstance(getattr(self, name), Side):
                raise TypeError(f"{name} must be a Side, not {type(getattr(self, name)).__name__}")
        _choose("kind", self.kind, get_args(Kind))
        _choose("units", self.units, get_args(Units))
        if self.units == "words" and not (self.source.is_words and self.target.is_words):
            raise ValueError("the units of a map of words must be the words of both sides; pieces.words() makes it")
        weights = checked_weights(self.weights, len(self.target), len(self.source))
        weights.setflags(write=False)
        object.__setattr__(self, "weights", weights)

    def __repr__(self) -> str:
        heads = "1 head" if self.heads == 1 else f"{self.heads} heads"
        sizes = f"{len(self.target)} target by {len(self.source)} source {self.units}"
        return (
            f"AlignmentMap({self.kind}, {heads}, {sizes}, {shortened(self.source.text)!r} to "
            f"{shortened(self.target.text)!r})"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlignmentMap):
            return NotImplemented
        same = all(getattr(self, name) == getattr(other, name) for name in ("source", "target", "kind", "units"))
        return same and np.array_equal(self.weights, other.weights)

    __hash__ = None  # type: ignore[assignment]

    @property
    def heads(self) -> int:
        """The number of attention heads."""
        return int(self.weights.shape[0])

    def mean(self) -> "AlignmentMap":
        """The map with one head: the mean over heads."""
        return replace(self, weights=self.weights.mean(0, keepdims=True))

    def head(self, index: int) -> "AlignmentMap":
        """The map of one head alone; raises IndexError when there is no such head."""
        return replace(self, weights=self.weights[index][None])

    def one_step_later(self) -> "AlignmentMap":
        """The map whose row for each target piece is that of the piece after it; the last one keeps its own.

        With `context_feed: input` the decoder has read a word when it attends for the next one, and that row may say
        more about the word than its own, which was made before it (Chen et al. 2020). Raises ValueError for a map of
        words.
        """
        self.require("pieces", "one step later")
        return replace(self, weights=np.concatenate([self.weights[:, 1:], self.weights[:, -1:]], axis=1))

    def words(self, keep_end: bool = False) -> "AlignmentMap":
        """The map over words: weights summed over the pieces of a source word, averaged over those of a target word.

        Words are the `word_spans` of both sides, in the original texts. A piece belongs to the words that its span
        overlaps; one that crosses a limit is shared in proportion to the characters in each. A piece that overlaps no
        word (a lone `▁`) belongs to the word at or after its place, else to the last; in the average over a target word
        it counts only where the word has no other piece. A target word without any piece gets a uniform row.

        The end of the sentence: `keep_end=True` keeps `</s>` as the last word of both sides. Otherwise, after merging,
        the target's end row and the source's end column are left out, and each row is divided by what is left of it; a
        row with nothing left (less than 1e-6: it looked at the end alone) becomes uniform, for it prefers no word.
        """
        merged = AlignmentMap(*merge(self.source, self.target, self.weights), self.kind, "words")
        return merged if keep_end else merged.without_end()

    def without_end(self) -> "AlignmentMap":
        """The map without the target's end row and the source's end column, by the rule that `words` tells of."""
        source, target = self.source.without_end(), self.target.without_end()
        weights = normalise(self.weights[:, : len(target), : len(source)])
        return replace(self, source=source, target=target, weights=weights)

    def links(self, method: LinkMethod = "argmax", threshold: float | None = None) -> set[Link]:
        """Links (source word, target word) of a map of words, by the mean over heads.

        `argmax`: each target word with the source word of its largest weight (the first of equals). `mutual`: those of
        them that are also the largest of their source word's column. `threshold`: every weight of at least `threshold`.
        Lighter links than `threshold` are left out under every method (default 0, for `threshold` 0.25). The end of
        the sentence is never linked: a target word that looks at it most has, under `argmax`, no link. So
        `words(keep_end=True).links()` may leave words unlinked; `words().links()` links each to some word.

        Raises ValueError for a map of pieces, an unknown method, or a threshold that is not from 0 to 1.
        """
        self.require("words", "links")
        _choose("method", method, get_args(LinkMethod))
        least = threshold if threshold is not None else 0.25 if method == "threshold" else 0.0
        check_share("threshold", least)
        weights = self.weights.mean(0)
        if not weights.size:
            return set()
        chosen = weights >= least
        if method != "threshold":
            chosen &= np.arange(len(self.source)) == weights.argmax(1)[:, None]
        if method == "mutual":
            chosen &= np.arange(len(self.target))[:, None] == weights.argmax(0)
        targets, sources = len(self.target.without_end()), len(self.source.without_end())
        return {(int(i), int(j)) for j, i in np.argwhere(chosen[:targets, :sources])}

    def require(self, units: Units, what: str) -> None:
        """Raise ValueError, saying what is asked, unless the map is of these units."""
        if self.units != units:
            way_out = "; give alignment.words()" if units == "words" else "; give the map before words()"
            raise ValueError(f"{what}: a map of {units} is needed, and this is one of {self.units}{way_out}")


def agreed_links(forward: AlignmentMap, backward: AlignmentMap, threshold: float = AGREEMENT) -> set[Link]:
    """Links (source word, target word) that both directions believe in.

    `forward` has a row for each target word, `backward` a row for each source word of the same pair. Linked is every
    cell where the geometric mean of the two weights (of the means over heads) is at least `threshold`: so a word may
    have several links, and a word of many gets one from each of them. The end of the sentence is never linked.

    Raises ValueError as `confidence`, and for a threshold that is not from 0 to 1.
    """
    for one in (forward, backward):
        one.require("words", "agreed links")
    check_share("threshold", threshold)
    return {(int(i), int(j)) for j, i in np.argwhere(confidence(forward, backward) >= threshold)}


def confidence(forward: AlignmentMap, backward: AlignmentMap | None) -> NDArray[np.float32]:
    """How sure each link of two words is, from 0 to 1, `[target, source]`, without the ends of sentence.

    The geometric mean of the weights that the two directions give it (Liang et al. 2006 have the product), of the means
    over heads; without `backward` the one weight. Raises ValueError for maps of pieces or of two different pairs.
    """
    forward.require("words", "confidence")
    targets, sources = len(forward.target.without_end()), len(forward.source.without_end())
    there = forward.weights.mean(0)[:targets, :sources]
    if backward is None:
        return there
    backward.require("words", "confidence")
    if (forward.source, forward.target) != (backward.target, backward.source):
        raise ValueError("confidence: the backward map must have the forward map's source as target, and vice versa")
    return np.sqrt(there * backward.weights.mean(0).T[:targets, :sources])


def checked_weights(weights: object, targets: int, sources: int) -> NDArray[np.float32]:
    """A float32 copy of the weights `[heads, targets, sources]`; ValueError where they are not what a map holds."""
    copy = np.array(weights, dtype=np.float32)
    if copy.ndim != 3 or copy.shape[0] < 1 or copy.shape[1:] != (targets, sources):
        raise ValueError(
            f"weights of shape {list(copy.shape)}, but {targets} target and {sources} source units need "
            "[heads, target, source]"
        )
    if copy.size and not (np.isfinite(copy).all() and copy.min() >= 0):
        raise ValueError("weights must be finite and not negative")
    worst = np.abs(copy.sum(-1, dtype=np.float64) - 1).max() if copy.size else 0.0
    if worst > ROW_TOLERANCE:
        raise ValueError(f"each row of weights must sum to 1; one is off by {worst:.4g}")
    return copy


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless the value lies from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value}, it must be from 0 to 1")


def _choose(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"unknown {name} {value!r}; choose one of {', '.join(choices)}")
