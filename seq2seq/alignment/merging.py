"""From pieces to words: which part of each piece belongs to which word, and the weights of words."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.links import Link
from seq2seq.alignment.sides import Side

NOTHING_LEFT = 1e-6
"""A row with less mass than this says nothing about where it looks."""

Weights = NDArray[np.float32]


def merge(source: Side, target: Side, weights: Weights) -> tuple[Side, Side, Weights]:
    """The words of both sides, their ends of sentence kept, and the weights over them, `[heads, target, source]`.

    Weights are summed over the pieces of a source word, and averaged over those of a target word.
    """
    source_words, _, source_share = words_of(source)
    target_words, touching, target_share = words_of(target)
    summed = weights.astype(np.float64) @ source_share
    # Rows sum to 1, so dividing by the sum of a merged row is what makes the sum over target pieces their average.
    merged = normalise(np.where(touching.sum(0) > 0, touching, target_share).T @ summed)
    return source_words, target_words, merged


def normalise(weights: NDArray[np.floating[Any]]) -> Weights:
    """Rows divided by their sums; a row with nothing in it becomes uniform."""
    sums = weights.sum(-1, keepdims=True, dtype=np.float64)
    uniform = np.full(weights.shape, 1 / max(weights.shape[-1], 1))
    np.divide(weights, sums, out=uniform, where=sums >= NOTHING_LEFT)
    return uniform.astype(np.float32)


def piece_links(source: Side, target: Side, links: Collection[Link]) -> NDArray[np.bool_]:
    """Links of words as links of their pieces, `[target, source]`: every piece of one with every piece of the other.

    A piece that overlaps no word has no link, and the end of the sentence has none. Raises IndexError when a link lies
    outside the words.
    """
    source_words, source_pieces, _ = words_of(source)
    target_words, target_pieces, _ = words_of(target)
    linked = np.zeros((len(target_words), len(source_words)))
    for i, j in links:
        linked[j, i] = 1.0
    return target_pieces @ linked @ source_pieces.T > 0


CACHED = 200
"""Units of the longest side whose words are remembered: its two matrices have some 300 kB."""


def words_of(side: Side) -> tuple[Side, NDArray[np.float64], NDArray[np.float64]]:
    """The words of a side (and its end), with two matrices [pieces, words]: which part of a piece belongs to a word.

    The first leaves out pieces that overlap no word; in the second each piece's row sums to 1 (unless no word exists).
    """
    return _remembered(side) if len(side) <= CACHED else _words_of(side)


@lru_cache(maxsize=4096)  # validation after validation, and in both directions, it is asked of the same sentences
def _remembered(side: Side) -> tuple[Side, NDArray[np.float64], NDArray[np.float64]]:
    return _words_of(side)


def _words_of(side: Side) -> tuple[Side, NDArray[np.float64], NDArray[np.float64]]:
    words = side.words()
    pieces = np.array(side.spans, dtype=np.int64).reshape(-1, 2)
    limits = np.array(words.spans, dtype=np.int64).reshape(-1, 2)
    overlap = np.minimum(pieces[:, 1:], limits[:, 1]) - np.maximum(pieces[:, :1], limits[:, 0])
    overlap = np.maximum(overlap, 0).astype(np.float64)
    if side.has_end:
        words = words.with_end()
        overlap = np.pad(overlap, ((0, 0), (0, 1)))
        overlap[-1, -1] = 1.0
    total = overlap.sum(1, keepdims=True)
    touching = np.divide(overlap, total, out=np.zeros_like(overlap), where=total > 0)
    share = touching.copy()
    blank = np.flatnonzero(total == 0)
    if len(words):
        following = np.searchsorted(limits[:, 1], pieces[blank, 0], side="right")
        share[blank, np.clip(following, 0, max(len(limits) - 1, 0))] = 1.0
    touching.setflags(write=False)
    share.setflags(write=False)
    return words, touching, share
