"""Hypotheses of a search that has ended: ranked, and read off along the back-pointers of its steps."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True)
class Hypothesis:
    """One translation of one sentence."""

    tokens: list[int]
    """Token ids, without the start token; the end token is the last one if `finished`."""
    log_prob: float
    """The sum of the tokens' log-probabilities (natural logarithm)."""
    score: float
    """`log_prob / len(tokens) ** length_penalty`; higher is better."""
    weights: Float[Tensor, "heads tgt src"]
    """The attention row with which each token was produced; on the CPU, as wide as the batch's longest source."""
    finished: bool
    """False if the length limit cut it off before it produced the end token."""


@dataclass(frozen=True)
class Step:
    """What one step leaves for the way back; `previous` is the size of the beam before the step."""

    rows: Int[Tensor, " sentences"]
    """As `_rows` gives them."""
    choices: Int[Tensor, "batch beam"]
    weights: Float[Tensor, "batch heads previous src"]


@dataclass(frozen=True)
class Ending:
    """A hypothesis that ended or was cut off, before its tokens are read off; `choice` is its last one.

    It was cut off at the length limit, or because enough others of its sentence had ended."""

    sentence: int
    choice: int
    log_prob: float
    length: int
    finished: bool

    def score(self, alpha: float) -> float:
        """As search ranks by."""
        return self.log_prob / math.pow(self.length, alpha)


def rank(endings: list[Ending], max_lengths: Int[Tensor, " batch"], nbest: int, alpha: float) -> list[list[Ending]]:
    """The `nbest` best endings of each sentence, best first; none where the limit is 0."""
    found: list[list[Ending]] = [[] for _ in max_lengths]
    for ending in endings:
        found[ending.sentence].append(ending)
    for sentence, limit in enumerate(max_lengths.tolist()):
        if limit > 0 and not found[sentence]:
            raise ArithmeticError(f"no token is possible in any hypothesis of sentence {sentence}")
        found[sentence].sort(key=lambda ending: (not ending.finished, -ending.score(alpha)))
    return [ranked[:nbest] for ranked in found]


def read_off(ranked: list[list[Ending]], steps: list[Step], vocab: int, alpha: float) -> list[list[Hypothesis]]:
    """Hypotheses of the endings, and an empty one where a sentence has none."""
    if not steps:
        return [[Hypothesis([], 0.0, 0.0, torch.zeros(0, 0, 0), finished=False)] for _ in ranked]
    tokens, weights = _trace([ending for endings in ranked for ending in endings], steps, vocab)
    empty = Hypothesis([], 0.0, 0.0, weights.new_zeros(weights.shape[1], 0, weights.shape[3]), finished=False)
    traced = zip(tokens.tolist(), weights, strict=True)

    def hypothesis(ending: Ending) -> Hypothesis:
        ids, rows = next(traced)
        rows = rows[:, : ending.length].clone()  # a view would keep the whole batch's weights alive
        return Hypothesis(ids[: ending.length], ending.log_prob, ending.score(alpha), rows, ending.finished)

    return [[hypothesis(ending) for ending in endings] or [empty] for endings in ranked]


def _trace(
    endings: list[Ending], steps: list[Step], vocab: int
) -> tuple[Int[Tensor, "endings tgt"], Float[Tensor, "endings heads tgt src"]]:
    """Tokens and attention rows of all endings at once, back from the last step; on the CPU, junk after each length."""
    device = steps[0].choices.device
    sentences = torch.tensor([ending.sentence for ending in endings], device=device)
    lengths = torch.tensor([ending.length for ending in endings], device=device)
    last = torch.tensor([ending.choice for ending in endings], device=device)
    slots = torch.zeros_like(last)  # of the beam after the step; any will do until an ending's own last step
    choices, weights = [], []
    for length, step in reversed(list(enumerate(steps, start=1))):
        rows = step.rows[sentences]
        choice = torch.where(lengths == length, last, step.choices[rows, slots])
        slots = choice // vocab
        choices.append(choice)
        weights.append(step.weights[rows, :, slots])  # endings heads src
    tokens = torch.stack(choices[::-1], dim=1) % vocab
    return tokens.cpu(), torch.stack(weights[::-1], dim=2).float().cpu()
