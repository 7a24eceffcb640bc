"""Several runs as one translator: at each step of the search they agree on the next piece.

All must have the same subwords, or they would speak of different pieces; everything else about them may differ. Runs
that differ in their seed alone do have the same subwords, because these are trained deterministically.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2seq.alignment.map import AlignmentMap
from seq2seq.errors import InputError
from seq2seq.model.aligner import Alignment
from seq2seq.translate.engine import Engine, References
from seq2seq.translate.search import SearchState, StepFunction
from seq2seq.translate.translator import Translator


@dataclass(frozen=True)
class EnsembleState:
    """The states of the members, in their order."""

    members: tuple[SearchState, ...]

    def select_sentences(self, sentences: Int[Tensor, " kept"]) -> "EnsembleState":
        """Each member's, as `SearchState` has it."""
        return EnsembleState(tuple(member.select_sentences(sentences) for member in self.members))

    def select_hypotheses(
        self, origins: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"]
    ) -> "EnsembleState":
        """Each member's, as `SearchState` has it."""
        return EnsembleState(tuple(member.select_hypotheses(origins, alive) for member in self.members))


def ensemble_step(steps: Sequence[StepFunction[Any]]) -> StepFunction[EnsembleState]:
    """The step function of an ensemble from those of its members.

    The probability of the next piece is the mean of the members' probabilities, and the attention weights are the mean
    of theirs (as in fairseq, Ott et al. 2019). So both sum to 1 as they are; the mean of log-probabilities, the other
    usual choice, would have to be normalised anew. Where the members' numbers of heads differ, each is first averaged
    over its heads. Heads of two models have no common order: what an ensemble's map says is its mean over heads.
    """

    def step(
        tokens: Int[Tensor, "batch beam"], state: EnsembleState, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], EnsembleState]:
        log_probs, weights, states = zip(
            *(member(tokens, own) for member, own in zip(steps, state.members, strict=True)), strict=True
        )
        return mean_probability(torch.stack(log_probs)), mean_weights(weights), EnsembleState(states)

    return step


def mean_probability(log_probs: Float[Tensor, "members *shape"]) -> Float[Tensor, "*shape"]:
    """The logarithm of the members' mean probability.

    The largest is set apart before the exponential: nothing underflows, and equal members give exactly what each gives.
    """
    largest = log_probs.amax(0).clamp(min=torch.finfo(log_probs.dtype).min)  # -inf less -inf is no number
    return (log_probs - largest).exp().mean(0).log() + largest


class EnsembleEngine:
    """Several engines that act as one: `ensemble_step` says how. All lie on the same device."""

    def __init__(self, members: Sequence[Engine]) -> None:
        self.members = tuple(members)
        self._step = ensemble_step([member.step for member in self.members])

    @property
    def heads(self) -> int:
        """The members' number of heads; 1 where they differ."""
        heads = {member.heads for member in self.members}
        return heads.pop() if len(heads) == 1 else 1

    @property
    def has_aligner(self) -> bool:
        """Have all members an aligner?"""
        return all(member.has_aligner for member in self.members)

    @property
    def device(self) -> torch.device:
        """That of the members."""
        return self.members[0].device

    def start(self, source: Int[Tensor, "batch src"]) -> EnsembleState:
        """The states of all members."""
        return EnsembleState(tuple(member.start(source) for member in self.members))

    def step(
        self, tokens: Int[Tensor, "batch beam"], state: EnsembleState, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], EnsembleState]:
        """A step of all members."""
        return self._step(tokens, state)

    def align(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        """The mean of the members' attention."""
        return mean_weights([member.align(source, target) for member in self.members])

    def align_both_ways(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]) -> Alignment:
        """The mean of the weights of the members' aligners, in both directions."""
        return mean_alignment([member.align_both_ways(source, target) for member in self.members])

    def read(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"], aligner: bool) -> References:
        """The means of the members' probabilities and weights."""
        found = [member.read(source, target, aligner) for member in self.members]
        alignments = [one.alignment for one in found if one.alignment is not None]
        self_weights = [one.self_weights for one in found if one.self_weights is not None]
        return References(
            mean_probability(torch.stack([one.log_probs for one in found])),
            mean_weights([one.weights for one in found]),
            mean_alignment(alignments) if alignments else None,
            mean_weights(self_weights) if len(self_weights) == len(found) else None,
        )


def mean_alignment(found: Sequence[Alignment]) -> Alignment:
    """The mean of the weights of several aligners, in both directions."""
    return Alignment(
        mean_probability(torch.stack([one.to_source for one in found])),
        mean_probability(torch.stack([one.to_target for one in found])),
    )


def mean_weights(weights: Sequence[Float[Tensor, "batch _ beam src"]]) -> Float[Tensor, "batch heads beam src"]:
    """The mean of attention weights, each averaged over its heads first where their numbers differ."""
    if len({own.shape[1] for own in weights}) > 1:
        weights = [own.mean(1, keepdim=True) for own in weights]
    return torch.stack(list(weights)).mean(0)


def mean_map(maps: Sequence[AlignmentMap]) -> AlignmentMap:
    """The mean of maps of one and the same pair; over their heads first where the numbers of heads differ."""
    if len({one.heads for one in maps}) > 1:
        maps = [one.mean() for one in maps]
    return replace(maps[0], weights=np.mean([one.weights for one in maps], axis=0))


def load_runs(runs: Sequence[str | Path], device: str | None = None, precision: str = "fp32") -> Translator:
    """The translator of one run's folder (`Translator.load`), or of several that translate as one (`EnsembleEngine`).

    The settings of search and scores are those of the first. Raises InputError as `Translator.load` does, and for a run
    that does not fit the first; ValueError for no run, and TypeError for a single name that is not in a list.
    """
    if isinstance(runs, str | Path):
        raise TypeError(f"runs must be a list of folders, not one of them: [{str(runs)!r}]")
    if not runs:
        raise ValueError("runs is empty: give the folder of one run at least")
    members = [Translator.load(run, device, precision) for run in runs]
    for run, member in zip(runs, members, strict=True):
        check_alike(members[0], member, f"{run} and {runs[0]} cannot translate together")
    if len(members) == 1:
        return members[0]
    return Translator(EnsembleEngine([m.engine for m in members]), members[0].vocabulary, members[0].config)


def check_alike(first: Translator, other: Translator, message: str) -> None:
    """Raise InputError, with this beginning, unless both read and write the same pieces of the same languages."""
    data, others = first.config.data, other.config.data
    if (data.source, data.target) != (others.source, others.target):
        raise InputError(
            f"{message}: one translates from {others.source} to {others.target}, the other from {data.source} to "
            f"{data.target}"
        )
    if data.tokenised != others.tokenised:
        raise InputError(f"{message}: only one is of tokenised text (data.tokenised), so they count other words")
    for side in ("source", "target"):
        if getattr(first.vocabulary, side).model != getattr(other.vocabulary, side).model:
            raise InputError(
                f"{message}: their subwords of the {side} differ; train both on the same corpus with the same settings "
                "of subwords, and different --training.seed"
            )
