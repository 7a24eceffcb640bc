"""Greedy and beam search over a step function; knows no model.

Each step adds one token to all hypotheses of all sentences, and keeps back-pointers and attention weights. At the
end the chosen hypotheses are read off along the back-pointers: nothing is copied while the search runs.

A *choice* is one number, `origin * vocab + token`: hypothesis `origin` of the step before goes on with `token`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2seq.translate.choices import best_choices
from seq2seq.translate.forcing import Forced
from seq2seq.translate.hypotheses import Ending, Hypothesis, Step, rank, read_off

GROUP = 8
"""The batch has a multiple of so many rows, or 1, 2 or 4; finished sentences leave it when enough of them can leave
together. The kernels of bf16 are compiled once for each number of rows, and states are copied less often."""


State = TypeVar("State", bound="SearchState")


@runtime_checkable
class SearchState(Protocol):
    """What the step function has to remember of each hypothesis. Methods return a new state."""

    def select_sentences(self: State, sentences: Int[Tensor, " kept"], /) -> State:
        """The state of these rows of the batch alone, at last of none: finished sentences leave."""
        ...

    def select_hypotheses(
        self: State, origins: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"], /
    ) -> State:
        """The state in which hypothesis j of sentence i goes on from what was hypothesis `origins[i, j]`; the beam may
        change its size, and is 1 before the first step. What the next step says of one that is not `alive` does not
        matter, so long as it is a number."""
        ...


@runtime_checkable
class StepFunction(Protocol[State]):
    """One step of a model: reads the last token of each hypothesis and scores the next."""

    def __call__(
        self, tokens: Int[Tensor, "batch beam"], state: State, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], State]:
        """Log-probabilities (natural) of the next token, attention weights, and the state after `tokens`.

        The log-probabilities must be a fresh tensor: search writes into it.
        """
        ...


@dataclass(frozen=True)
class _Live:
    """The hypotheses that go on, best first; an empty slot has log-probability -inf. Rows: sentences still searched."""

    sentences: Int[Tensor, " batch"]
    """Which sentence of the caller's batch each row is."""
    limits: Int[Tensor, " batch"]
    finished: Int[Tensor, " batch"]
    """How many hypotheses of the sentence have ended so far."""
    best: Float[Tensor, " batch"]
    """The highest log-probability of one that has ended; -inf before the first."""
    choices: Int[Tensor, "batch beam"]
    log_probs: Float[Tensor, "batch beam"]

    def select_sentences(self, kept: Int[Tensor, " kept"]) -> "_Live":
        parts = (self.sentences, self.limits, self.finished, self.best, self.choices, self.log_probs)
        return _Live(*(part[kept] for part in parts))


@runtime_checkable
class Watcher(Protocol):
    """Is told of each step of a search. Nothing is computed for it where there is none."""

    def scored(self, log_probs: Float[Tensor, "batch beam vocab"], totals: Float[Tensor, "batch beam"]) -> None:
        """Log-probabilities of the next tokens, -inf for those that are not possible, and of the hypotheses so far.
        Search writes into the first afterwards."""
        ...

    def chosen(
        self,
        choices: Int[Tensor, "batch beam"],
        totals: Float[Tensor, "batch beam"],
        ended: list[Ending],
        cut: list[Ending],
    ) -> None:
        """The hypotheses after the step, -inf for an empty slot; those that ended with it; and those that are cut off
        now, which are among the first."""
        ...


@torch.inference_mode()
def search(
    step: StepFunction[State],
    state: State,
    *,
    batch_size: int,
    start: int,
    end: int,
    max_lengths: Int[Tensor, " batch"],
    beam: int = 1,
    nbest: int = 1,
    length_penalty: float = 1.0,
    prune: float = 0.0,
    forbidden: Sequence[int] = (),
    prefixes: Sequence[Sequence[int]] = (),
    watcher: Watcher | None = None,
) -> list[list[Hypothesis]]:
    """The `nbest` best hypotheses of each sentence, best first, in the order of the batch. `beam=1` is greedy search.

    - **Score**: `log_prob / length ** length_penalty`, the end token counted; 0 means no normalisation, 1 the mean (the
      normalisation of Jean et al. 2015; Wu et al. 2016, eq. 14, has (5 + length) / 6 in place of the length).
    - **Beam**: at each step the continuations of all live hypotheses of a sentence are ranked by log-probability. One
      that ends and is among the best `beam` is finished; the best `beam` of the others go on.
    - **Stop**: a sentence is done once `beam` of its hypotheses have finished, or at its length limit (as in fairseq).
      Its result does not depend on the other sentences of the batch, which it leaves soon (`GROUP`).
    - **Pruning**: with `prune` above 0 a hypothesis does not go on whose log-probability is by more than so many nats
      below the best of its sentence, which may have ended (Freitag & Al-Onaizan 2017, relative threshold pruning). So a
      sentence may have fewer than `nbest` hypotheses, and be done sooner.
    - **Limit**: `max_lengths` counts tokens, the end token included, and lies on the device of the state. Hypotheses
      cut off there rank after all finished ones; with a limit of 0 the one hypothesis is empty.

    `forbidden` tokens are never produced. A sentence has fewer than `nbest` hypotheses only if the beam held fewer.

    **Prefixes**: where they are given, one for each sentence, every hypothesis begins with the tokens of its sentence's
    prefix; they count in its log-probability and its length, and have rows of weights as others have. A `watcher` is
    told of each step.

    Raises ValueError for arguments that do not fit each other, and ArithmeticError if the step function returns NaN or
    leaves a sentence without any possible token.
    """
    _check(batch_size, max_lengths, beam, nbest, prefixes)
    forced = Forced(prefixes, forbidden, max_lengths.device)
    steps, endings, vocab = _walk(step, state, batch_size, start, end, max_lengths, beam, prune, forced, watcher)
    return read_off(rank(endings, max_lengths, nbest, length_penalty), steps, vocab, length_penalty)


def _walk(
    step: StepFunction[State],
    state: State,
    batch_size: int,
    start: int,
    end: int,
    max_lengths: Int[Tensor, " batch"],
    beam: int,
    prune: float,
    forced: Forced,
    watcher: Watcher | None,
) -> tuple[list[Step], list[Ending], int]:
    """All steps of a search, the hypotheses that ended or were cut off, and the size of the vocabulary."""
    steps: list[Step] = []
    endings: list[Ending] = []
    sentences = (max_lengths > 0).nonzero()[:, 0]
    live = _set_out(sentences, max_lengths, start)
    tokens, rows = live.choices, _rows(sentences, batch_size)
    if len(sentences) < batch_size:
        state = state.select_sentences(sentences)
    vocab = 0
    while len(live.sentences):
        log_probs, weights, state = step(tokens, state)
        vocab = log_probs.shape[2]
        log_probs = forced.hold(log_probs, live.sentences, len(steps))
        if watcher is not None:
            watcher.scored(log_probs, live.log_probs)
        live, ended = _advance(live, log_probs, forced.width(len(steps), beam), end, len(steps) + 1)
        steps.append(Step(rows, live.choices, weights))
        if prune:
            live = _prune(live, prune)
        stays, kept, cut = _leave(live, beam, len(steps))
        if watcher is not None:
            watcher.chosen(live.choices, live.log_probs, ended, cut)
        live = stays
        endings += ended + cut
        if kept is not None:
            live, state = live.select_sentences(kept), state.select_sentences(kept)
            rows = _rows(live.sentences, batch_size)
        tokens = live.choices % vocab
        if beam > 1:
            state = state.select_hypotheses(live.choices // vocab, live.log_probs != -math.inf)
    return steps, endings, vocab


def best_choice(log_probs: Float[Tensor, " vocab"], total: Float[Tensor, ""], end: int) -> int:
    """The token with which greedy search goes on after a hypothesis of this log-probability; writes into nothing."""
    zero = torch.zeros(1, dtype=torch.long, device=total.device)
    live = _set_out(zero, zero, 0)
    live, ended = _advance(replace(live, log_probs=total[None, None]), log_probs.clone()[None, None], 1, end, 1)
    return end if ended else int(live.choices[0, 0])


def _check(batch_size: int, max_lengths: Tensor, beam: int, nbest: int, prefixes: Sequence[Sequence[int]]) -> None:
    if max_lengths.shape != (batch_size,):
        raise ValueError(f"max_lengths has the shape {tuple(max_lengths.shape)} for a batch of {batch_size} sentences")
    if not 1 <= nbest <= beam:
        raise ValueError(f"nbest must lie between 1 and the beam size: nbest is {nbest}, beam is {beam}")
    if prefixes and len(prefixes) != batch_size:
        raise ValueError(f"{len(prefixes)} prefixes for a batch of {batch_size} sentences")


def _set_out(sentences: Int[Tensor, " batch"], max_lengths: Int[Tensor, " sentences"], start: int) -> _Live:
    """One hypothesis for each sentence, with nothing in it but the start token."""
    choices = torch.full((len(sentences), 1), start, device=sentences.device)
    log_probs = torch.zeros(choices.shape, device=sentences.device)
    best = torch.full((len(sentences),), -math.inf, device=sentences.device)
    return _Live(sentences, max_lengths[sentences], torch.zeros_like(sentences), best, choices, log_probs)


def _rows(sentences: Int[Tensor, " batch"], batch_size: int) -> Int[Tensor, " sentences"]:
    """The row of each sentence of the caller's batch, -1 for those that have left."""
    rows = torch.full((batch_size,), -1, device=sentences.device)
    rows[sentences] = torch.arange(len(sentences), device=sentences.device)
    return rows


def _advance(
    live: _Live, log_probs: Float[Tensor, "batch previous vocab"], beam: int, end: int, length: int
) -> tuple[_Live, list[Ending]]:
    """The hypotheses after one more token, `length` in all, and those that ended with it."""
    previous, vocab = log_probs.shape[1:]
    ends = log_probs[:, :, end] + live.log_probs  # batch previous
    log_probs[:, :, end] = -math.inf
    count = min(beam, previous * vocab)
    values, choices = best_choices(log_probs, live.log_probs, count)
    best, places = torch.cat([values, ends], dim=1).topk(count)  # places from `count` on are ends
    ended = (places >= count) & (best != -math.inf)
    origins = (places - count).clamp(min=0)
    endings = _endings(ended, replace(live, choices=origins * vocab + end, log_probs=best), length, finished=True)
    highest = best.masked_fill(~ended, -math.inf).amax(1).maximum(live.best)
    finished = live.finished + ended.sum(1)
    return replace(live, finished=finished, best=highest, choices=choices, log_probs=values), endings


def _prune(live: _Live, prune: float) -> _Live:
    """Empty slots in place of the hypotheses that are hopeless; NaN stays, to be found."""
    floor = torch.maximum(live.best, live.log_probs[:, 0]) - prune
    return replace(live, log_probs=live.log_probs.masked_fill(live.log_probs < floor[:, None], -math.inf))


def _leave(live: _Live, beam: int, length: int) -> tuple[_Live, Int[Tensor, " kept"] | None, list[Ending]]:
    """After `length` tokens: the hypotheses, without those of sentences that are done; the rows that stay in the batch,
    None for all; and the hypotheses that are cut off."""
    stays = (live.finished < beam) & (live.limits > length) & (live.log_probs[:, 0] > -math.inf)
    count = int(stays.sum())
    if count == len(stays):
        return live, None, []
    alive = live.log_probs != -math.inf  # batch beam; NaN too, for _endings to find
    cut = _endings(alive & ~stays[:, None], live, length, finished=False)
    live = replace(live, log_probs=live.log_probs.masked_fill(~stays[:, None], -math.inf))
    group = min(GROUP, 1 << max(count - 1, 0).bit_length())
    rows = math.ceil(count / group) * group
    return live, None if rows >= len(stays) else (~stays).int().argsort(stable=True)[:rows], cut


def _endings(ended: Bool[Tensor, "batch beam"], found: _Live, length: int, finished: bool) -> list[Ending]:
    """One ending for each True. NaN ranks above every number, so that it is sure to come by here."""
    row, slot = ended.nonzero(as_tuple=True)
    if not len(row):
        return []
    parts = (found.sentences[row], found.choices[row, slot], found.log_probs[row, slot])
    columns = zip(*(part.tolist() for part in parts), strict=True)
    endings = [Ending(sentence, choice, total, length, finished) for sentence, choice, total in columns]
    for ending in endings:
        if math.isnan(ending.log_prob):
            raise ArithmeticError(f"log-probability of token {length} of sentence {ending.sentence} is NaN")
    return endings
