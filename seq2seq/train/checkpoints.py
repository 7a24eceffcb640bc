"""Checkpoints to resume from: whole at any moment, and one more at Ctrl-C."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins.io.torch_io import TorchCheckpointIO
from pytorch_lightning import LightningModule, Trainer
from pytorch_lightning.callbacks import Checkpoint, EarlyStopping

from seq2seq.text.writing import atomic_write


class Stopped(Exception):
    """Ctrl-C during training; its argument is the update after which the same command goes on."""


class AtomicCheckpoints(TorchCheckpointIO):
    """Checkpoints that appear under their name only when they are whole, so that a kill at any moment leaves one."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | os.PathLike[str], storage_options: Any = None
    ) -> None:
        """Write beside the name, then rename."""
        with atomic_write(path) as stream:
            torch.save(checkpoint, stream)


class LastCheckpoint(Checkpoint):
    """Writes `last.ckpt` every few minutes, after each epoch, and at Ctrl-C after the update that is under way.

    A `Checkpoint` for Lightning, so that it comes after the callbacks whose state goes into it. Never between an update
    and the validation that follows it, nor amid accumulated gradients: Lightning would go on behind the validation, or
    without the gradients.
    """

    def __init__(self, path: Path, minutes: float) -> None:
        self.path, self.seconds, self.since, self.interrupted = path, 60 * minutes, time.monotonic(), False
        self.saved = 0
        self.previous: Any = None

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Take over Ctrl-C; a second one ends at once."""
        self.saved = trainer.global_step
        self.previous = signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: Any) -> None:
        if self.interrupted:
            raise Stopped(self.saved)
        self.interrupted = True
        print("\nstopping after this update; Ctrl-C again stops at once", file=sys.stderr)

    def on_train_batch_end(
        self, trainer: Trainer, module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Save where it is time, by the clock and the Ctrl-C of the first process: all of them have to take part."""
        wanted = self.interrupted or time.monotonic() - self.since > self.seconds or _is_last_update(trainer)
        wanted, self.interrupted = trainer.strategy.broadcast((wanted, self.interrupted))
        accumulates = (batch_idx + 1) % trainer.accumulate_grad_batches
        if wanted and not accumulates and not _validation_follows(trainer):
            self._save(trainer)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Save; the validation of the epoch is done. An epoch that is cut short is not over: it can be gone on with."""
        if trainer.is_last_batch:
            self._save(trainer)

    def on_validation_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Save after the last update's, amid an epoch: nothing comes after it, and the end may be moved."""
        if _is_last_update(trainer) and not trainer.is_last_batch and not trainer.sanity_checking:
            self._save(trainer)

    def _save(self, trainer: Trainer) -> None:
        trainer.save_checkpoint(self.path)
        self.saved, self.since = trainer.global_step, time.monotonic()
        if self.interrupted:
            raise Stopped(self.saved)

    def on_exception(self, trainer: Trainer, module: LightningModule, exception: BaseException) -> None:
        """Give Ctrl-C back."""
        self.teardown(trainer, module, "fit")

    def teardown(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Give Ctrl-C back."""
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)


def _is_last_update(trainer: Trainer) -> bool:
    return trainer.global_step == trainer.max_steps


def _validation_follows(trainer: Trainer) -> bool:
    """Whether Lightning validates, or ends the epoch, after the update that has just been made."""
    loop, every = trainer.fit_loop, trainer.val_check_batch
    batches = 1 + (loop.total_batch_idx if trainer.check_val_every_n_epoch is None else loop.batch_idx)
    return trainer.is_last_batch or (isinstance(every, int) and batches % every == 0)


class Patience(EarlyStopping):
    """Early stopping whose patience may change when a run is resumed, and that stays stopped when it may not go on."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take a checkpoint's count of validations without a better score, but not its patience."""
        super().load_state_dict(state_dict | {"patience": self.patience})

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Stop where the run that is resumed had stopped."""
        trainer.should_stop = trainer.should_stop or self.wait_count >= self.patience
