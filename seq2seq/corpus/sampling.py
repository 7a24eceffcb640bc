"""Segmentations drawn at random, for subword regularisation.

SentencePiece samples too, but from generators that it seeds differently in each process (0.2.3, whatever the seed), so
that a run that was killed could not go on as it would have. Here the generator is Python's. Pieces do not cross spaces,
so a sentence is drawn word by word, and what a word can be drawn from is computed once.
"""

import math
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from itertools import accumulate
from typing import Protocol, runtime_checkable

UNKNOWN_PENALTY = 10.0
"""How far a character that is no piece, and is written in bytes, lies below the worst piece; SentencePiece's value."""

Edge = tuple[int, tuple[int, ...]]
"""A piece in a word: where it starts, and its ids (several where it is written in bytes)."""

Merge = tuple[float, int, int, str]
"""A proposal to join two neighbours: its cost, where they are, and what they become."""


class Pieces:
    """The pieces that text can be cut into: their ids and scores, and the ids of the bytes."""

    def __init__(self, ids: Mapping[str, int], scores: Mapping[str, float], byte_ids: Sequence[int]) -> None:
        self.ids, self.scores, self.byte_ids = ids, scores, byte_ids
        self.longest = max(map(len, ids), default=1)
        self.unknown_score = min(scores.values(), default=0.0) - UNKNOWN_PENALTY

    def spell(self, symbol: str) -> tuple[int, ...]:
        """The id of a piece, or those of its bytes."""
        return (self.ids[symbol],) if symbol in self.ids else tuple(self.byte_ids[byte] for byte in symbol.encode())


@runtime_checkable
class Sampler(Protocol):
    """Draws the ids of a word."""

    def draw(self, word: str, generator: random.Random) -> list[int]:
        """The ids of a segmentation of the word, which is not empty."""
        ...


class UnigramSampler:
    """Draws a segmentation with a probability proportional to exp(alpha · the sum of its scores).

    Kudo 2018, eq. 8, with l = ∞: weights of all beginnings of the word forward, then pieces from its end backward.
    """

    def __init__(self, pieces: Pieces, alpha: float) -> None:
        self.pieces, self.alpha = pieces, alpha
        self._lattice = lru_cache(maxsize=1 << 17)(self._build)

    def draw(self, word: str, generator: random.Random) -> list[int]:
        """The ids of a segmentation of the word."""
        lattice, end, drawn = self._lattice(word), len(word), []
        while end:
            cumulative, edges = lattice[end]
            end, ids = edges[bisect(cumulative, generator.random() * cumulative[-1], 0, len(edges) - 1)]
            drawn.append(ids)
        return [piece for ids in reversed(drawn) for piece in ids]

    def _build(self, word: str) -> list[tuple[list[float], list[Edge]]]:
        """For each position, the pieces that end there, with their weights summed up."""
        lattice: list[tuple[list[float], list[Edge]]] = [([], [])]
        totals = [0.0]  # logarithms of the summed weights of all segmentations up to a position
        for end in range(1, len(word) + 1):
            edges: list[Edge] = []
            logs: list[float] = []
            for start in range(max(0, end - self.pieces.longest), end):
                piece = word[start:end]
                if piece in self.pieces.ids or start == end - 1:
                    score = self.pieces.scores.get(piece, self.pieces.unknown_score)
                    edges.append((start, self.pieces.spell(piece)))
                    logs.append(totals[start] + self.alpha * score)
            largest = max(logs)
            cumulative = list(accumulate(math.exp(log - largest) for log in logs))
            totals.append(largest + math.log(cumulative[-1]))
            lattice.append((cumulative, edges))
        return lattice


class BpeSampler:
    """Merges pairs, the best first, each with a chance of `dropout` to be left out (Provilkov et al. 2020)."""

    def __init__(self, pieces: Pieces, dropout: float) -> None:
        self.pieces, self.dropout = pieces, dropout

    def draw(self, word: str, generator: random.Random) -> list[int]:
        """The ids of a segmentation of the word."""
        symbols, end = list(word), len(word)
        before, after = list(range(-1, end - 1)), list(range(1, end + 1))
        agenda: list[Merge] = []
        for left in range(end - 1):
            self._propose(agenda, symbols, left, left + 1)
        while agenda:
            _, left, right, piece = heappop(agenda)
            outdated = not symbols[left] or not symbols[right] or symbols[left] + symbols[right] != piece
            if outdated or generator.random() < self.dropout:
                continue
            symbols[left], symbols[right] = piece, ""
            after[left] = after[right]
            if after[left] < end:
                before[after[left]] = left
                self._propose(agenda, symbols, left, after[left])
            if before[left] >= 0:
                self._propose(agenda, symbols, before[left], left)
        return [piece for symbol in symbols if symbol for piece in self.pieces.spell(symbol)]

    def _propose(self, agenda: list[Merge], symbols: list[str], left: int, right: int) -> None:
        piece = symbols[left] + symbols[right]
        if piece in self.pieces.ids:
            heappush(agenda, (-self.pieces.scores[piece], left, right, piece))
