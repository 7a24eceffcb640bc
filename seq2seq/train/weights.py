"""The weights to translate with: their moving average, and those of the best validations."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytorch_lightning.utilities import rank_zero_only
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.weights import save_weights

Tensors = tuple[Tensor, ...] | list[Tensor]


def moving_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """Exponential moving average of all weights, with a decay that grows to `decay`, so that it forgets the start.

    As `multi_avg_fn` of an `AveragedModel`.
    """

    def update(averages: Tensors, weights: Tensors, updates: Tensor | int) -> None:
        share = min(decay, (1 + int(updates)) / (10 + int(updates)))
        get_ema_multi_avg_fn(share)(averages, weights, updates)

    return update


class KeptWeights:
    """The weights of the best validation so far, `model.safetensors`, and with `many` those of so many of the best,
    `model-UPDATE.safetensors`. Of several processes only the first writes."""

    def __init__(self, run: Path, many: int) -> None:
        self.run, self.many = run, many
        self.best_score = -math.inf
        self.kept: list[tuple[float, str]] = []

    def offer(self, model: Seq2Seq, score: float, update: int) -> None:
        """Keep the weights of a validation if it is among the best, in place of the worst of those that are kept;
        not where the score is no number."""
        if math.isnan(score):
            return
        if score > self.best_score:
            self.best_score = score
            self.save(model, "model.safetensors")
        new = score, f"model-{update}.safetensors"
        ranked = sorted([*self.kept, new], reverse=True)
        self.kept = ranked[: self.many]
        if new in self.kept:
            self.save(model, new[1])
        for _, name in ranked[self.many :]:
            (self.run / name).unlink(missing_ok=True)

    def ensure(self, model: Seq2Seq) -> None:
        """Keep these weights where there was no validation to choose by."""
        if self.best_score == -math.inf:
            self.save(model, "model.safetensors")

    @rank_zero_only
    def save(self, model: Seq2Seq, name: str) -> None:
        """Write the weights into the run's folder."""
        save_weights(model, self.run / name)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to hold."""
        return {"best_score": self.best_score, "kept": self.kept}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's."""
        self.best_score, self.kept = state["best_score"], [(score, name) for score, name in state["kept"]]
