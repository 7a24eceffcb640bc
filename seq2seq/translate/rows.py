"""A row of attention that somebody gives in place of the model's: checked, and spread from words over their pieces."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seq2seq.alignment.map import checked_weights
from seq2seq.alignment.merging import words_of
from seq2seq.alignment.schema import rounded
from seq2seq.alignment.sides import Side
from seq2seq.errors import InputError

Row = NDArray[np.float32]
"""Weights of one step: [heads, units of the source]."""


def checked_row(weights: ArrayLike, heads: int, units: int, what: str) -> Row:
    """The given weights, `[units]` for all heads or `[heads, units]`, as a row of each head, unchanged.

    Raises InputError where the shape is another, a weight is negative or not finite, or a sum is off 1 by over 1e-3.
    """
    try:
        given = np.asarray(weights, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"the row is not made of numbers; give {units} of them, one for each {what}") from None
    if given.shape not in ((units,), (heads, units)):
        ways = f"{units} weights" if heads == 1 else f"{units} weights, or {heads} times {units}"
        shape = " x ".join(map(str, given.shape)) or "a single number"
        raise InputError(
            f"the row has the shape {shape}; give {ways}: one for each {what}, and the end of the sentence"
        )
    given = np.broadcast_to(given, (heads, units))
    try:
        return checked_weights(given[:, None], 1, units)[:, 0]
    except ValueError as error:
        raise InputError(f"the row cannot be used: {error}") from None


def word_row(row: Row, source: Side) -> Row:
    """The weights of the source's words and its end of sentence: the sums over their pieces."""
    return (row.astype(np.float64) @ words_of(source)[2]).astype(np.float32)


def spread(words: Row, own: Row, source: Side) -> Row:
    """The weights of words as weights of pieces: the pieces of a word share its weight in proportion to the model's
    `own` row, or evenly where that has nothing on the word.

    The pieces of a word whose weight is the model's keep theirs, to the last bit.
    """
    share = words_of(source)[2]  # pieces words
    parts = own.astype(np.float64)[:, :, None] * share  # heads pieces words
    sums = parts.sum(1, keepdims=True)
    even = share / share.sum(0)
    parts = np.where(sums > 0, parts, 0) / np.where(sums > 0, sums, 1) + np.where(sums > 0, 0, even)
    kept = (words == word_row(own, source))[:, None]  # heads 1 words
    scaled = np.where(kept, own.astype(np.float64)[:, :, None] * share, words.astype(np.float64)[:, None] * parts)
    return scaled.sum(2).astype(np.float32)


def rounded_row(row: Row) -> list[list[float]]:
    """As the weights of maps are rounded for JSON: [heads][units]."""
    return [head[0] for head in rounded(row[:, None])]
