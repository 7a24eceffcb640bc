"""The best continuations of hypotheses, found faster than by a plain top-k."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

BLOCK = 64
"""Choices in a block of `best_choices`."""


def best_choices(
    log_probs: Float[Tensor, "batch beam vocab"], totals: Float[Tensor, "batch beam"], count: int
) -> tuple[Float[Tensor, "batch count"], Int[Tensor, "batch count"]]:
    """The `count` best of all continuations, best first: their log-probabilities and their choices.

    The same as `log_probs.add_(totals[:, :, None]).flatten(1).topk(count)`, writing into `log_probs` too, and about
    twice as fast on a CPU: the best choices lie in the blocks with the best maxima, and a maximum costs much less than
    a selection.
    """
    sums = log_probs.add_(totals[:, :, None]).flatten(1)  # batch beam*vocab
    blocks = sums.shape[1] // BLOCK
    if blocks <= count:
        return sums.topk(count)
    maxima = sums[:, : blocks * BLOCK].unflatten(1, (blocks, BLOCK)).amax(2)
    starts = maxima.topk(count).indices * BLOCK  # batch count
    places = torch.arange(sums.shape[1], device=sums.device)
    choices = (starts[:, :, None] + places[:BLOCK]).flatten(1)
    rest = places[blocks * BLOCK :].expand(len(sums), -1)  # looked at in any case
    choices = torch.cat([choices, rest], dim=1)
    values, order = sums.gather(1, choices).topk(count)
    return values, choices.gather(1, order)
