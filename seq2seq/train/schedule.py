"""The learning rate over the updates of a training."""

import math
from collections.abc import Callable


def learning_rate_schedule(decay: str, warmup: int, total: int | float) -> Callable[[int], float]:
    """The factor of the peak learning rate at each update (0-based): a linear warm-up, then the decay."""

    def factor(update: int) -> float:
        if update < warmup:
            return (update + 1) / warmup
        if decay == "none":
            return 1.0
        if decay == "inverse_sqrt":
            return math.sqrt(max(warmup, 1) / (update + 1))
        progress = min(1.0, (update - warmup) / max(1, total - warmup))
        return 0.5 * (1 + math.cos(math.pi * progress))

    return factor
