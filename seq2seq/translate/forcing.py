"""Tokens that the hypotheses of a search are made to begin with."""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor


class Forced:
    """What the hypotheses of each sentence begin with, as a table of tokens: -1 where they are free."""

    def __init__(self, prefixes: Sequence[Sequence[int]], device: torch.device) -> None:
        lengths = [len(prefix) for prefix in prefixes]
        self.shortest, self.longest = min(lengths, default=0), max(lengths, default=0)
        rows = [[*prefix, *[-1] * (self.longest - len(prefix))] for prefix in prefixes]
        self.tokens = torch.tensor(rows, dtype=torch.long, device=device)  # sentences longest

    def width(self, time: int, beam: int) -> int:
        """How many hypotheses are worth keeping after step `time`, from 0: one while no sentence is free."""
        return 1 if time < self.shortest else beam

    def hold(
        self, log_probs: Float[Tensor, "batch beam vocab"], sentences: Int[Tensor, " batch"], time: int
    ) -> Float[Tensor, "batch beam vocab"]:
        """The log-probabilities of step `time`, with -inf for all but the token that a sentence has to take; writes
        into `log_probs`."""
        if time >= self.longest:
            return log_probs
        wanted = self.tokens[sentences, time][:, None, None]  # batch 1 1
        tokens = torch.arange(log_probs.shape[2], device=log_probs.device)
        return log_probs.masked_fill_((wanted >= 0) & (tokens != wanted), -math.inf)
