"""Several runs as one translator: at each step of the search they agree on the next piece.

All must have the same subwords, or they would speak of different pieces; everything else about them may differ. Runs
that differ in their seed alone do have the same subwords, because these are trained deterministically.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2seq.alignment.map import AlignmentMap
from seq2seq.errors import InputError
from seq2seq.translate.search import Hypothesis, SearchState, StepFunction, search
from seq2seq.translate.translator import BATCH_TOKENS, Translator


@dataclass(frozen=True)
class EnsembleState:
    """The states of the members, in their order."""

    members: tuple[SearchState, ...]

    def select_sentences(self, sentences: Int[Tensor, " kept"]) -> "EnsembleState":
        """Each member's, as `SearchState` has it."""
        return EnsembleState(tuple(member.select_sentences(sentences) for member in self.members))

    def select_hypotheses(self, origins: Int[Tensor, "batch beam"]) -> "EnsembleState":
        """Each member's, as `SearchState` has it."""
        return EnsembleState(tuple(member.select_hypotheses(origins) for member in self.members))


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
        if len({own.shape[1] for own in weights}) > 1:
            weights = tuple(own.mean(1, keepdim=True) for own in weights)
        return mean_probability(torch.stack(log_probs)), torch.stack(weights).mean(0), EnsembleState(states)

    return step


def mean_probability(log_probs: Float[Tensor, "members *shape"]) -> Float[Tensor, "*shape"]:
    """The logarithm of the members' mean probability.

    The largest is set apart before the exponential: nothing underflows, and equal members give exactly what each gives.
    """
    largest = log_probs.amax(0).clamp(min=torch.finfo(log_probs.dtype).min)  # -inf less -inf is no number
    return (log_probs - largest).exp().mean(0).log() + largest


class Ensemble(Translator):
    """A translator that asks all its members; maps are means of theirs (`ensemble_step` says how).

    The settings of search and scores are the first member's. Its `model` too is that of the first: what looks inside a
    model, such as `probe` and `explain`, is for a single run.
    """

    def __init__(self, members: Sequence[Translator]) -> None:
        super().__init__(members[0].model, members[0].vocabulary, members[0].config)
        self.members = members

    @property
    def has_aligner(self) -> bool:
        """Have all members an aligner?"""
        return all(member.has_aligner for member in self.members)

    @property
    def heads(self) -> int:
        """The members' number of heads; 1 where they differ."""
        heads = {member.heads for member in self.members}
        return heads.pop() if len(heads) == 1 else 1

    def align_all(self, pairs: Sequence[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS) -> list[AlignmentMap]:
        """As `Translator.align_all`, the mean of the members' maps."""
        maps = [member.align_all(pairs, batch_tokens=batch_tokens) for member in self.members]
        return [mean_map(of_pair) for of_pair in zip(*maps, strict=True)]

    def align_both_ways(
        self, pairs: Sequence[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS
    ) -> list[tuple[AlignmentMap, AlignmentMap]]:
        """As `Translator.align_both_ways`, the means of the members' maps of each direction."""
        maps = [member.align_both_ways(pairs, batch_tokens=batch_tokens) for member in self.members]
        return [
            (mean_map([there for there, _ in of_pair]), mean_map([back for _, back in of_pair]))
            for of_pair in zip(*maps, strict=True)
        ]

    def _search(self, source: Int[Tensor, "batch src"], **options: Any) -> list[list[Hypothesis]]:
        models = [member.model.eval() for member in self.members]
        state = EnsembleState(tuple(model.start(source) for model in models))
        return search(ensemble_step([model.step for model in models]), state, batch_size=len(source), **options)


def mean_map(maps: Sequence[AlignmentMap]) -> AlignmentMap:
    """The mean of maps of one and the same pair; over their heads first where the numbers of heads differ."""
    if len({one.heads for one in maps}) > 1:
        maps = [one.mean() for one in maps]
    return AlignmentMap(maps[0].source, maps[0].target, np.mean([one.weights for one in maps], axis=0))


def load_runs(runs: Sequence[str | Path], device: str | None = None, precision: str = "fp32") -> Translator:
    """The translator of one run's folder (`Translator.load`), or the ensemble of several.

    Raises InputError as `Translator.load` does, and for a run that does not fit the first.
    """
    members = [Translator.load(run, device, precision) for run in runs]
    for run, member in zip(runs, members, strict=True):
        check_alike(members[0], member, f"{run} and {runs[0]} cannot translate together")
    return members[0] if len(members) == 1 else Ensemble(members)


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
