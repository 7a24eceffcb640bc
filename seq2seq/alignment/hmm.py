"""Word links of a corpus from its pairs alone: a hidden Markov model in each direction, trained to agree.

The teacher of guided attention (`alignment.guide: hmm`). In one direction each word of one side, the *made* one, is a
translation of a word of the other, the *given* one, or of none; where the next one comes from depends on how far it is
from the last (Vogel et al. 1996). `t(made | given)` is a table over the words that occur together, learned by
expectation maximisation from IBM Model 1 on (Brown et al. 1993). Both directions count a link only as far as the other
believes in it too: the product of their posteriors (Liang et al. 2006). Dimensions: `batch`, `given`, `made`, in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2seq.alignment.links import Link

Words = Sequence[str]

ITERATIONS = 5
"""Of Model 1 and then of the hidden Markov model."""

LONGEST_JUMP = 12
"""Jumps of this length and more share one probability."""

NO_LINK = 0.2
"""Chance that a word is a translation of none."""

THRESHOLD = 0.4
"""Least geometric mean of the two posteriors of a link."""

CELLS = 400_000
"""Most cells (given words x made words, padding included) that are computed at once."""

MOST_PAIRS = 200_000
"""So many pairs are learned from: the tables of 20,000 pairs of the Hansards take about 100 MB."""

CHUNK = 50_000
"""Pairs whose links are found at once."""

TINY = 1e-30


def hmm_links(pairs: Sequence[tuple[Words, Words]]) -> Iterator[set[Link]]:
    """The links (source word, target word) of each pair of a corpus, learned from these pairs alone.

    Words are compared without case. A pair with a side that has no words has no links. Of more than `MOST_PAIRS` pairs
    every Nth is learned from, and a word that none of these has is not linked; so what is held in memory does not grow
    with the corpus.
    """
    tables = _Tables(pairs[:: -(-len(pairs) // MOST_PAIRS) or 1])
    forward, backward = tables.directions()
    for markov in (False, True):
        for _ in range(ITERATIONS):
            for block in tables.blocks:
                _count(forward, backward, block, markov)
            forward.maximise()
            backward.maximise()
    for start in range(0, len(pairs), CHUNK):
        yield from _links(tables, forward, backward, pairs[start : start + CHUNK])


def _links(
    tables: "_Tables", forward: "_Direction", backward: "_Direction", pairs: Sequence[tuple[Words, Words]]
) -> list[set[Link]]:
    """Those of each pair, by what has been learned."""
    links: list[set[Link]] = [set() for _ in pairs]
    for block in tables.read(pairs):
        there, back = _posteriors(forward, backward, block, markov=True)
        agreed = (there.links * back.links.transpose(1, 2)).sqrt() >= THRESHOLD  # batch src tgt
        for row, source, target in agreed.nonzero().tolist():
            links[block.pairs[row]].add((source, target))
    return links


@dataclass(frozen=True)
class _Block:
    """Pairs of like lengths, padded."""

    pairs: list[int]
    """Where they stand in the corpus."""
    source: Int[Tensor, "batch src"]
    """Word numbers, -1 at padding."""
    target: Int[Tensor, "batch tgt"]
    entries: Int[Tensor, "batch src tgt"]
    """Where the two words of a cell stand in the tables of `_Direction`; 0 at padding."""


class _Tables:
    """Words as numbers, and the entries of the tables: words that occur together in one of the pairs to learn from.

    `blocks` are these pairs.
    """

    def __init__(self, pairs: Sequence[tuple[Words, Words]]) -> None:
        self.numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for pair in pairs:
            for numbers, words in zip(self.numbers, pair, strict=True):
                for word in words:
                    numbers.setdefault(word.lower(), len(numbers))
        self.source_words, self.target_words = (max(len(numbers), 1) for numbers in self.numbers)
        padded = list(self._padded(pairs))
        known = [np.array([-1]), *(np.unique(self._cells(source, target)) for _, source, target in padded)]
        self.known = np.unique(np.concatenate(known))  # its first is that of padding
        self.entry_source = torch.from_numpy((self.known.clip(0) // self.target_words).astype(np.int32))
        self.entry_target = torch.from_numpy((self.known.clip(0) % self.target_words).astype(np.int32))
        self.blocks = [self._block(*block) for block in padded]

    def directions(self) -> "tuple[_Direction, _Direction]":
        """Target made from source, and source made from target, knowing nothing yet."""
        return (
            _Direction(self.entry_source, self.entry_target, self.source_words, self.target_words),
            _Direction(self.entry_target, self.entry_source, self.target_words, self.source_words),
        )

    def read(self, pairs: Sequence[tuple[Words, Words]]) -> "Iterator[_Block]":
        """The blocks of any pairs; positions are those among them."""
        return (self._block(*block) for block in self._padded(pairs))

    def _padded(self, pairs: Sequence[tuple[Words, Words]]) -> Iterator[tuple[list[int], np.ndarray, np.ndarray]]:
        """Positions of pairs of like lengths, and the numbers of their words, -1 at padding; a word that is not known
        has the number after all others."""
        source, target = (
            [[numbers.get(word.lower(), len(numbers)) for word in pair[side]] for pair in pairs]
            for side, numbers in enumerate(self.numbers)
        )
        return ((block, _pad(source, block), _pad(target, block)) for block in _blocks(source, target))

    def _block(self, pairs: list[int], source: np.ndarray, target: np.ndarray) -> "_Block":
        cells = self._cells(source, target)
        entries = np.searchsorted(self.known, cells).clip(max=len(self.known) - 1)
        entries[self.known[entries] != cells] = 0
        return _Block(
            pairs, torch.from_numpy(source), torch.from_numpy(target), torch.from_numpy(entries.astype(np.int32))
        )

    def _cells(self, source: np.ndarray, target: np.ndarray) -> np.ndarray:
        """A number for each pair of words, `[batch, src, tgt]`; -1 at padding, and for a word that is not known."""
        cells = source[:, :, None].astype(np.int64) * self.target_words + target[:, None, :]
        unknown = [
            (numbers < 0) | (numbers >= count)
            for numbers, count in ((source, self.source_words), (target, self.target_words))
        ]
        return np.where(unknown[0][:, :, None] | unknown[1][:, None, :], -1, cells)


def _blocks(source: Sequence[Sequence[int]], target: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Positions of pairs with words on both sides, in order of length, in blocks of at most `CELLS` cells."""
    block: list[int] = []
    widest = (0, 0)
    order = sorted(range(len(source)), key=lambda i: (len(source[i]), len(target[i])))
    for i in order:
        if not source[i] or not target[i]:
            continue
        width = max(widest[0], len(source[i])), max(widest[1], len(target[i]))
        if block and width[0] * width[1] * (len(block) + 1) > CELLS:
            yield block
            block, width = [], (len(source[i]), len(target[i]))
        block.append(i)
        widest = width
    if block:
        yield block


def _pad(sentences: Sequence[Sequence[int]], block: Sequence[int]) -> np.ndarray:
    rows = np.full((len(block), max(len(sentences[i]) for i in block)), -1, dtype=np.int32)
    for row, i in zip(rows, block, strict=True):
        row[: len(sentences[i])] = sentences[i]
    return rows


class _Direction:
    """What one direction has learned: probabilities, and the counts that the next ones are made of."""

    def __init__(self, given: Tensor, made: Tensor, given_words: int, made_words: int) -> None:
        self.given, self.given_words = given, given_words
        self.translation = torch.full(made.shape, 1 / made_words)
        self.unlinked = torch.full((made_words,), 1 / made_words)
        self.jumps = torch.ones(2 * LONGEST_JUMP + 1)
        self.counts = [torch.zeros_like(part) for part in (self.translation, self.unlinked, self.jumps)]

    def maximise(self) -> None:
        """Make probabilities of the counts, and start counting anew."""
        translation, unlinked, jumps = self.counts
        translation[0] = 0.0
        totals = torch.zeros(self.given_words).index_add_(0, self.given, translation)
        self.translation = translation / totals[self.given].clamp(min=TINY)
        self.unlinked = (unlinked + 0.01) / (unlinked + 0.01).sum()
        if jumps.sum():
            self.jumps = jumps + 0.5
        self.counts = [torch.zeros_like(part) for part in self.counts]

    def posteriors(self, given: Tensor, made: Tensor, entries: Tensor, markov: bool) -> "Posteriors":
        """Of all cells of a block; `entries` is `[batch, given, made]`."""
        emissions = self.translation[entries]
        least = self.unlinked.min()[None]  # of a word that is not known, and at padding
        unlinked = torch.cat([self.unlinked, least])[made]
        if not markov:
            return independent_posteriors(emissions, unlinked, given >= 0)
        return markov_posteriors(emissions, unlinked, given >= 0, made >= 0, self.jumps)

    def count(self, made: Tensor, entries: Tensor, agreed: Tensor, own: "Posteriors") -> None:
        """Add the agreed links of a block, and what this direction alone knows of unlinked words and jumps."""
        real = entries > 0
        self.counts[0].index_add_(0, entries[real], agreed[real])
        self.counts[1].index_add_(0, made[made >= 0], own.unlinked[made >= 0])
        self.counts[2] += own.jumps


def _posteriors(
    forward: _Direction, backward: _Direction, block: _Block, markov: bool
) -> "tuple[Posteriors, Posteriors]":
    return (
        forward.posteriors(block.source, block.target, block.entries, markov),
        backward.posteriors(block.target, block.source, block.entries.transpose(1, 2), markov),
    )


def _count(forward: _Direction, backward: _Direction, block: _Block, markov: bool) -> None:
    there, back = _posteriors(forward, backward, block, markov)
    agreed = there.links * back.links.transpose(1, 2)
    forward.count(block.target, block.entries, agreed, there)
    backward.count(block.source, block.entries.transpose(1, 2), agreed.transpose(1, 2), back)


@dataclass(frozen=True)
class Posteriors:
    """What a direction believes of the pairs of a block, having seen both sides whole."""

    links: Float[Tensor, "batch given made"]
    """Chance that the made word is a translation of the given one; 0 at padding."""
    unlinked: Float[Tensor, "batch made"]
    """Chance that it is a translation of none."""
    jumps: Float[Tensor, " lengths"]
    """Expected number of jumps of each length, from -LONGEST_JUMP to LONGEST_JUMP, over the block."""


def independent_posteriors(
    emissions: Float[Tensor, "batch given made"],
    unlinked: Float[Tensor, "batch made"],
    given: Bool[Tensor, "batch given"],
) -> Posteriors:
    """Each made word comes from any given word alike (Brown et al. 1993, Model 1); no jumps are counted."""
    links = emissions * ((1 - NO_LINK) / given.sum(1))[:, None, None]
    total = links.sum(1) + NO_LINK * unlinked + TINY
    return Posteriors(links / total[:, None], NO_LINK * unlinked / total, torch.zeros(2 * LONGEST_JUMP + 1))


def markov_posteriors(
    emissions: Float[Tensor, "batch given made"],
    unlinked: Float[Tensor, "batch made"],
    given: Bool[Tensor, "batch given"],
    made: Bool[Tensor, "batch made"],
    jumps: Float[Tensor, " lengths"],
) -> Posteriors:
    """The forward-backward algorithm over where each made word comes from (Vogel et al. 1996).

    `emissions` is t(made | given), `unlinked` the probability of a made word that has no link, `jumps` unnormalised
    probabilities of the distance from one given word to the next. The first jump is from before the first word. An
    unlinked word remembers the given word before it (Och & Ney 2003, section 2.1.2).
    """
    count = emissions.shape[1]
    places = torch.arange(count)
    lengths = (places - places[:, None]).clamp(-LONGEST_JUMP, LONGEST_JUMP) + LONGEST_JUMP  # from to
    first = (places + 1).clamp(max=LONGEST_JUMP) + LONGEST_JUMP
    jump = (1 - NO_LINK) * _normalise(jumps[lengths] * given[:, None, :])  # batch from to
    linked = (1 - NO_LINK) * _normalise(jumps[first] * given)  # batch given: linked to it, and still to be emitted
    resting = NO_LINK * _normalise(given.float())  # the same, but the word has no link
    alphas: list[Tensor] = []
    scales: list[Tensor] = []
    for j in range(emissions.shape[2]):
        if j:
            before = alphas[-1][0] + alphas[-1][1]
            linked, resting = torch.bmm(before[:, None], jump)[:, 0], NO_LINK * before
        linked, resting = linked * emissions[:, :, j], resting * unlinked[:, j : j + 1]
        scale = (linked + resting).sum(1, keepdim=True).clamp(min=TINY)
        alpha = torch.stack([linked, resting]) / scale
        alphas.append(torch.where(made[:, j : j + 1], alpha, alphas[-1]) if j else alpha)
        scales.append(scale)
    return _backward(emissions, unlinked, made, jump, (lengths, first), alphas, scales)


def _backward(
    emissions: Tensor,
    unlinked: Tensor,
    made: Tensor,
    jump: Tensor,
    lengths: tuple[Tensor, Tensor],
    alphas: list[Tensor],
    scales: list[Tensor],
) -> Posteriors:
    """The second half of forward-backward: `beta` is what follows a made word, given where that word came from."""
    beta = torch.ones_like(emissions[:, :, 0])
    links, resting = torch.zeros_like(emissions), torch.zeros_like(unlinked)
    moves = torch.zeros_like(jump)
    for j in reversed(range(emissions.shape[2])):
        joint = alphas[j] * beta  # linked or resting, batch given
        total = joint.sum((0, 2)).clamp(min=TINY)[:, None]
        links[:, :, j], resting[:, j] = joint[0] / total, joint[1].sum(1) / total[:, 0]
        if j:
            here = made[:, j : j + 1]
            emitted = emissions[:, :, j] * beta / scales[j]
            moves += (alphas[j - 1].sum(0) * (here / total))[:, :, None] * emitted[:, None, :]
            rest = NO_LINK * unlinked[:, j : j + 1] * beta / scales[j]
            beta = torch.where(here, torch.bmm(jump, emitted[:, :, None])[:, :, 0] + rest, beta)
    jumps = torch.zeros(2 * LONGEST_JUMP + 1)
    jumps.index_add_(0, lengths[0].flatten(), (moves * jump).sum(0).flatten())
    jumps.index_add_(0, lengths[1], links[:, :, 0].sum(0))
    return Posteriors(links * made[:, None, :], resting * made, jumps)


def _normalise(weights: Tensor) -> Tensor:
    return weights / weights.sum(-1, keepdim=True).clamp(min=TINY)
