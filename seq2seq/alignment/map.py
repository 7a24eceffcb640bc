"""`AlignmentMap`: who attends to whom. Everything that shows or measures attention takes this one type.

Imports numpy only; the figure is drawn by `seq2seq.show.figures`, which is imported when it is asked for.
"""

import json
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.links import Link
from seq2seq.errors import InputError
from seq2seq.text.words import Span, word_spans

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from matplotlib.figure import Figure

    from seq2seq.alignment.links import GoldLinks

END = "</s>"
VERSION = 1
ROW_TOLERANCE = 1e-3
"""How far the sum of a row may be from 1; weights computed in bf16 are off by some 1e-4."""

NOTHING_LEFT = 1e-6
"""A row with less mass than this says nothing about where it looks."""

AGREEMENT = 0.4
"""Least geometric mean of the two weights of a link that both directions agree on."""

Weights = NDArray[np.float32]
LinkMethod = Literal["argmax", "threshold", "mutual"]


@dataclass(frozen=True)
class Side:
    """One sentence of a pair and its units: subword pieces as SentencePiece writes them (`▁` marks a space), or words.

    `spans[i]` is where `pieces[i]` stands in `text`, the *original* text before any normalisation, in characters
    (Unicode code points); it may be empty, as for a lone `▁` or the first bytes of a character spelt in bytes. The end
    of the sentence, where present, is the last piece, `</s>` with the empty span at the end of the text. The words of a
    `tokenised` text are what stands between white space; of any other, punctuation is set apart (`text.word_spans`).
    Raises ValueError when pieces and spans differ in number or a span lies outside the text.
    """

    text: str
    pieces: tuple[str, ...]
    spans: tuple[Span, ...]
    tokenised: bool = False

    def __post_init__(self) -> None:
        if len(self.pieces) != len(self.spans):
            raise ValueError(f"{len(self.pieces)} pieces but {len(self.spans)} spans")
        for piece, (start, end) in zip(self.pieces, self.spans, strict=True):
            if not 0 <= start <= end <= len(self.text):
                raise ValueError(
                    f"piece '{piece}' has the span ({start}, {end}) in a text of {len(self.text)} characters"
                )

    def __len__(self) -> int:
        return len(self.pieces)

    @property
    def has_end(self) -> bool:
        """Is the last unit the end of the sentence? (A `</s>` that somebody wrote in the text has a longer span.)"""
        end = len(self.text)
        return bool(self.pieces) and self.pieces[-1] == END and self.spans[-1] == (end, end)

    def words(self) -> "Side":
        """The words of the text, without an end of sentence."""
        spans = tuple(word_spans(self.text, self.tokenised))
        return Side(self.text, tuple(self.text[start:end] for start, end in spans), spans, self.tokenised)

    def without_end(self) -> "Side":
        """The same units, but for the end of sentence."""
        return replace(self, pieces=self.pieces[:-1], spans=self.spans[:-1]) if self.has_end else self

    @property
    def labels(self) -> tuple[str, ...]:
        """The pieces as they can be shown anywhere: white space as a space, controls and surrogates as U+FFFD."""
        return tuple("".join(map(_printable, piece)) for piece in self.pieces)


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    # Bidirectional overrides are controls too: one of them in a label would turn the rest of a terminal's line around.
    controls = unicodedata.category(character) in ("Cc", "Cs") or "\u202a" <= character <= "\u202e"
    return "\ufffd" if controls or "\u2066" <= character <= "\u2069" else character


@dataclass(frozen=True, eq=False)
class AlignmentMap:
    """Attention weights of one sentence pair, float32 `[heads, target, source]`, read-only; each row sums to 1.

    Raises ValueError when the shape does not fit the two sides, a weight is negative or not finite, or the sum of a row
    is off by more than 1e-3. A side may be empty (a blank line): the map then has rows without columns, or none.
    """

    source: Side
    target: Side
    weights: NDArray[np.floating[Any]]

    def __post_init__(self) -> None:
        weights = np.array(self.weights, dtype=np.float32)
        if weights.ndim != 3 or weights.shape[0] < 1 or weights.shape[1:] != (len(self.target), len(self.source)):
            raise ValueError(
                f"weights of shape {list(weights.shape)}, but {len(self.target)} target and {len(self.source)} source "
                "pieces need [heads, target, source]"
            )
        if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0):
            raise ValueError("weights must be finite and not negative")
        worst = np.abs(weights.sum(-1, dtype=np.float64) - 1).max() if weights.size else 0.0
        if worst > ROW_TOLERANCE:
            raise ValueError(f"each row of weights must sum to 1; one is off by {worst:.4g}")
        weights.setflags(write=False)
        object.__setattr__(self, "weights", weights)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlignmentMap):
            return NotImplemented
        sides = self.source == other.source and self.target == other.target
        return sides and np.array_equal(self.weights, other.weights)

    __hash__ = None  # type: ignore[assignment]

    @property
    def heads(self) -> int:
        """The number of attention heads."""
        return int(self.weights.shape[0])

    def mean(self) -> "AlignmentMap":
        """The map with one head: the mean over heads."""
        return AlignmentMap(self.source, self.target, self.weights.mean(0, keepdims=True))

    def head(self, index: int) -> "AlignmentMap":
        """The map of one head alone; raises IndexError when there is no such head."""
        return AlignmentMap(self.source, self.target, self.weights[index][None])

    def one_step_later(self) -> "AlignmentMap":
        """The map whose row for each target unit is that of the unit behind it; the last one keeps its own.

        With `context_feed: input` the decoder has read a word when it attends for the next one, and that row may say
        more about the word than its own, which was made before it (Chen et al. 2020). Ask it of pieces.
        """
        return AlignmentMap(
            self.source, self.target, np.concatenate([self.weights[:, 1:], self.weights[:, -1:]], axis=1)
        )

    def words(self, keep_end: bool = False) -> "AlignmentMap":
        """The map over words: weights summed over the pieces of a source word, averaged over those of a target word.

        Words are those of `Side.words` in the original texts. A piece belongs to the words that its span overlaps; one
        that crosses a limit is shared in proportion to the characters in each. A piece that overlaps no word (a lone
        `▁`) belongs to the word at or after its place, else to the last; in the average over a target word it counts
        only where the word has no other piece. A target word without any piece gets a uniform row.

        The end of the sentence: `keep_end=True` keeps `</s>` as the last word of both sides. Otherwise, after merging,
        the target's end row and the source's end column go, and each row is divided by what is left of it; a row with
        nothing left (less than 1e-6: it looked at the end alone) becomes uniform, for it prefers no word.
        """
        source, _, source_share = _to_words(self.source)
        target, touching, target_share = _to_words(self.target)
        summed = self.weights.astype(np.float64) @ source_share
        # Rows sum to 1, so dividing by the sum of a merged row is what makes the sum over target pieces their average.
        weights = _normalise(np.where(touching.sum(0) > 0, touching, target_share).T @ summed)
        merged = AlignmentMap(source, target, weights)
        return merged if keep_end else merged.without_end()

    def without_end(self) -> "AlignmentMap":
        """The map without the target's end row and the source's end column, by the rule that `words` tells of."""
        source, target = self.source.without_end(), self.target.without_end()
        return AlignmentMap(source, target, _normalise(self.weights[:, : len(target), : len(source)]))

    def links(self, method: LinkMethod = "argmax", threshold: float | None = None) -> set[Link]:
        """Links (source, target) over the units of this map, by the mean over heads; ask it of `words()`.

        `argmax`: each target unit with the source unit of its largest weight (the first of equals). `mutual`: those of
        them that are also the largest of their source unit's column. `threshold`: every weight of at least `threshold`.
        Lighter links than `threshold` are left out under every method (default 0, for `threshold` 0.25). The end of
        the sentence is never linked: a target word that looks at it most has, under `argmax`, no link. So
        `words(keep_end=True).links()` may leave words unlinked; `words().links()` links each to some word.
        """
        if method not in ("argmax", "threshold", "mutual"):
            raise ValueError(f"unknown method '{method}'; choose one of argmax, threshold, mutual")
        least = threshold if threshold is not None else 0.25 if method == "threshold" else 0.0
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

    def to_dict(self) -> dict[str, Any]:
        """The map as JSON types, schema version 1:

            {"version": 1,
             "source": {"text": str, "pieces": [str, ...], "spans": [[start, end], ...], "tokenised": bool},
             "target": the same,
             "weights": [head][target piece][source piece]}

        Spans count Unicode code points (not UTF-16 units: in JavaScript index `Array.from(text)`). Weights have five
        significant digits, which keeps the sums of rows however long they are; those below 1e-7 are 0.
        """
        return {
            "version": VERSION,
            "source": _side_to_dict(self.source),
            "target": _side_to_dict(self.target),
            "weights": _round(self.weights).tolist(),
        }

    def to_json(self) -> str:
        """`to_dict` as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: object) -> "AlignmentMap":
        """The map of a `to_dict`; raises InputError for another version or anything malformed."""
        if not isinstance(data, dict) or "version" not in data:
            raise InputError("not an alignment map: a JSON object with a 'version' is needed")
        if data["version"] != VERSION:
            raise InputError(f"alignment map of version {data['version']!r}; this program reads version {VERSION}")
        try:
            source, target = _side_from_dict(data["source"]), _side_from_dict(data["target"])
            weights = np.asarray(data["weights"])
            if weights.size == 0:
                weights = np.zeros((len(data["weights"]), len(target), len(source)))
            if weights.dtype.kind not in "iuf":
                raise ValueError("weights must be numbers")
            return cls(source, target, weights.astype(np.float32))
        except KeyError as error:
            raise InputError(f"malformed alignment map: {error.args[0]!r} is missing") from None
        except (TypeError, ValueError) as error:
            raise InputError(f"malformed alignment map: {error}") from None

    @classmethod
    def from_json(cls, text: str) -> "AlignmentMap":
        """The map of a `to_json`; raises InputError for anything else."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise InputError(f"malformed alignment map: {error}") from None
        return cls.from_dict(data)

    def heatmap(
        self,
        path: str | Path | None = None,
        *,
        title: str | None = None,
        gold: "Collection[Link] | GoldLinks | None" = None,
        heads: Literal["mean", "each"] = "mean",
        metadata: "Mapping[str, str] | None" = None,
    ) -> "Figure":
        """Draw the map (see `seq2seq.show.figures.heatmap`), and save it with `metadata` where a path is given."""
        from seq2seq.show import figures

        figure = figures.heatmap(self, title=title, gold=gold, heads=heads)
        if path is not None:
            figures.save_figure(figure, path, metadata or {})
        return figure


def agreed_links(forward: AlignmentMap, backward: AlignmentMap, threshold: float = AGREEMENT) -> set[Link]:
    """Links (source, target) that both directions believe in, over the units of two maps; ask it of words.

    `forward` has a row for each target unit, `backward` a row for each source unit of the same pair. Linked is every
    cell where the geometric mean of the two weights (of the means over heads) is at least `threshold`: so a word may
    have several links, and a word of many gets one from each of them. The end of the sentence is never linked.
    """
    there, back = forward.weights.mean(0), backward.weights.mean(0)  # target source, source target
    targets, sources = len(forward.target.without_end()), len(forward.source.without_end())
    agreed = np.sqrt(there * back.T)[:targets, :sources] >= threshold
    return {(int(i), int(j)) for j, i in np.argwhere(agreed)}


def piece_links(source: Side, target: Side, links: "Collection[Link]") -> NDArray[np.bool_]:
    """Links of words as links of their pieces, `[target, source]`: every piece of one with every piece of the other.

    A piece that overlaps no word has no link, and the end of the sentence has none. Raises IndexError when a link lies
    outside the words.
    """
    source_words, source_pieces, _ = _to_words(source)
    target_words, target_pieces, _ = _to_words(target)
    linked = np.zeros((len(target_words), len(source_words)))
    for i, j in links:
        linked[j, i] = 1.0
    return target_pieces @ linked @ source_pieces.T > 0


@lru_cache(maxsize=4096)  # validation after validation, and in both directions, it is asked of the same sentences
def _to_words(side: Side) -> tuple[Side, NDArray[np.float64], NDArray[np.float64]]:
    """The words of a side (and its end), with two matrices [pieces, words]: which part of a piece belongs to a word.

    The first leaves out pieces that overlap no word; in the second each piece's row sums to 1 (unless no word exists).
    """
    words = side.words()
    spans = words.spans
    pieces = np.array(side.spans, dtype=np.int64).reshape(-1, 2)
    limits = np.array(spans, dtype=np.int64).reshape(-1, 2)
    overlap = np.minimum(pieces[:, 1:], limits[:, 1]) - np.maximum(pieces[:, :1], limits[:, 0])
    overlap = np.maximum(overlap, 0).astype(np.float64)
    if side.has_end:
        words = replace(words, pieces=(*words.pieces, END), spans=(*words.spans, side.spans[-1]))
        overlap = np.pad(overlap, ((0, 0), (0, 1)))
        overlap[-1, -1] = 1.0
    total = overlap.sum(1, keepdims=True)
    touching = np.divide(overlap, total, out=np.zeros_like(overlap), where=total > 0)
    share = touching.copy()
    blank = np.flatnonzero(total == 0)
    if len(words):
        following = np.searchsorted(limits[:, 1], pieces[blank, 0], side="right")
        share[blank, np.clip(following, 0, max(len(spans) - 1, 0))] = 1.0
    touching.setflags(write=False)
    share.setflags(write=False)
    return words, touching, share


def _normalise(weights: NDArray[np.floating[Any]]) -> Weights:
    """Rows divided by their sums; a row with nothing in it becomes uniform."""
    sums = weights.sum(-1, keepdims=True, dtype=np.float64)
    uniform = np.full(weights.shape, 1 / max(weights.shape[-1], 1))
    np.divide(weights, sums, out=uniform, where=sums >= NOTHING_LEFT)
    return uniform.astype(np.float32)


def _round(weights: Weights) -> NDArray[np.float64]:
    """Five significant digits, 0 below 1e-7."""
    exact = np.where(weights < 1e-7, 0, weights).astype(np.float64)
    scale = 10.0 ** (4 - np.floor(np.log10(np.where(exact > 0, exact, 1))))
    return np.asarray(np.rint(exact * scale) / scale)


def _side_to_dict(side: Side) -> dict[str, Any]:
    return {
        "text": side.text,
        "pieces": list(side.pieces),
        "spans": [list(span) for span in side.spans],
        "tokenised": side.tokenised,
    }


def _side_from_dict(data: dict[str, Any]) -> Side:
    pieces = tuple(data["pieces"])
    spans = tuple((start, end) for start, end in data["spans"])
    if not isinstance(data["text"], str) or not all(isinstance(piece, str) for piece in pieces):
        raise ValueError("text and pieces must be strings")
    if not all(type(position) is int for span in spans for position in span):
        raise ValueError("spans must be pairs of integers")
    tokenised = data.get("tokenised", False)  # maps of earlier versions do not say
    if not isinstance(tokenised, bool):
        raise ValueError("tokenised must be true or false")
    return Side(data["text"], pieces, spans, tokenised)
