"""Checkpoints to resume from: whole at any moment, and one more at Ctrl-C."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins.io.torch_io import TorchCheckpointIO
from pytorch_lightning import Callback, LightningModule, Trainer

from seq2seq.text import atomic_write


class Stopped(Exception):
    """Ctrl-C during training: a checkpoint has been written, and the same command goes on from it."""


class AtomicCheckpoints(TorchCheckpointIO):
    """Checkpoints that appear under their name only when they are whole, so that a kill at any moment leaves one."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | os.PathLike[str], storage_options: Any = None
    ) -> None:
        """Write beside the name, then rename."""
        with atomic_write(path) as stream:
            torch.save(checkpoint, stream)


class LastCheckpoint(Callback):
    """Writes `last.ckpt` every few minutes, after each epoch, and at Ctrl-C after the update that is under way."""

    def __init__(self, path: Path, minutes: float) -> None:
        self.path, self.seconds, self.since, self.interrupted = path, 60 * minutes, time.monotonic(), False

    def on_fit_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Take over Ctrl-C; a second one ends at once."""
        self.previous = signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: Any) -> None:
        self.interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """Save where it is time."""
        if self.interrupted or time.monotonic() - self.since > self.seconds:
            self._save(trainer)
        if self.interrupted:
            raise Stopped

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Save; the validation of the epoch is done."""
        self._save(trainer)

    def _save(self, trainer: Trainer) -> None:
        trainer.save_checkpoint(self.path)
        self.since = time.monotonic()

    def teardown(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Give Ctrl-C back."""
        signal.signal(signal.SIGINT, self.previous)
