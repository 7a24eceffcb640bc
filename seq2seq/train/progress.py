"""What a training says on stderr: single lines and, on a terminal, a bar."""

import sys
from pathlib import Path
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.callbacks import TQDMProgressBar
from pytorch_lightning.utilities import rank_zero_only


@rank_zero_only
def say(message: str) -> None:
    """A line on stderr, from the first of several processes only."""
    print(message, file=sys.stderr, flush=True)


class ResumeLine(Callback):
    """Says that a run goes on, and from where."""

    def __init__(self, run: Path) -> None:
        self.run = run

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Nothing is said of a training that starts."""
        if trainer.global_step:
            say(f"{self.run}: going on after update {trainer.global_step:,}, in epoch {trainer.current_epoch + 1:,}")


class Bar(TQDMProgressBar):
    """Lightning's bar, with epochs that count from one, and complete in the epoch that is resumed too."""

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """In an epoch that is resumed Lightning does not call `on_train_epoch_start`."""
        super().on_train_start(trainer, module)
        bar = self.train_progress_bar
        bar.total = self.total_train_batches
        bar.initial = bar.n = trainer.fit_loop.batch_idx + 1  # what was done before does not count into its speed
        self._name_epoch(trainer)

    def on_train_epoch_start(self, trainer: Trainer, *_: Any) -> None:
        """An epoch by its number, from one."""
        super().on_train_epoch_start(trainer)
        self._name_epoch(trainer)

    def _name_epoch(self, trainer: Trainer) -> None:
        self.train_progress_bar.set_description(f"Epoch {trainer.current_epoch + 1}")

    def on_validation_batch_start(self, trainer: Trainer, *arguments: Any, **options: Any) -> None:
        """There is one validation set, so it needs no number."""
        super().on_validation_batch_start(trainer, *arguments, **options)
        self.val_progress_bar.set_description(self.validation_description)


class ValidationLines(Callback):
    """One line a validation: for a log file, in which a bar would leave hundreds."""

    def on_validation_end(self, trainer: Trainer, module: Any) -> None:
        """Where the training stands."""
        if trainer.sanity_checking:
            return
        found = {name: float(value) for name, value in trainer.callback_metrics.items()}
        loss = f"loss {found['train/loss']:.3f}, " if "train/loss" in found else ""  # none at the start of a resume
        say(
            f"update {trainer.global_step:,}, epoch {trainer.current_epoch + 1:,}: {loss}"
            f"val nll {found['val/nll']:.3f}, bleu {found['val/bleu']:.1f}, chrf {found['val/chrf']:.1f}, "
            f"{module.stopwatch.elapsed() / 60:.1f} minutes"
        )


def progress_callback() -> Callback:
    """A bar where stderr is a terminal, else lines."""
    return Bar(refresh_rate=10) if sys.stderr.isatty() else ValidationLines()
