"""Checkpoints to resume from: whole at any moment, checked before they are gone on from."""

import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins.io.torch_io import TorchCheckpointIO
from pytorch_lightning import LightningModule, Trainer
from pytorch_lightning.callbacks import Checkpoint, EarlyStopping

from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_write
from seq2seq.train.interruption import Interruption


class AtomicCheckpoints(TorchCheckpointIO):
    """Checkpoints that appear under their name only when they are whole, so that a kill at any moment leaves one."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | os.PathLike[str], storage_options: Any = None
    ) -> None:
        """Write beside the name, then rename. Raises InputError where the disk is full."""
        with atomic_write(path) as stream:
            try:
                torch.save(checkpoint, stream)
            except RuntimeError as error:  # with which torch hides the disk's
                cause = error.__cause__ or error.__context__
                raise (cause if isinstance(cause, OSError) else error) from None


def check_checkpoint(path: Path, settings: Mapping[str, Any], run: Mapping[str, Any]) -> None:
    """Raise InputError where a checkpoint is damaged, of another run, or beyond the end that the Trainer has.

    settings: the Trainer's; run: what makes the run this one and no other (`folder.identity`), which checkpoints of an
    earlier version do not have."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise zipfile.BadZipFile(f"{damaged} has another checksum")
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        update, epoch = found["global_step"], found["loops"]["fit_loop"]["epoch_progress"]["current"]["ready"]
        if not {"kept", "seconds"} <= found["seq2seq"].keys():
            raise KeyError("seq2seq")
        others = [
            f"{name} was {value}"
            for part, known in found.get("run", {}).items()
            for name, value in known.items()
            if run[part].get(name) != value
        ]
    except Exception as error:  # whatever a damaged file makes of it
        what = " ".join(str(error).split())[:100]
        raise InputError(
            f"{path}: damaged ({type(error).__name__}: {what}); remove it, and the same command starts this run anew"
        ) from None
    if others:
        raise InputError(f"{path}: of another run, whose {others[0]}; put back its own, or remove it to start anew")
    for name, unit, done in (("max_epochs", "epoch", epoch), ("max_steps", "update", update)):
        if settings[name] not in (None, -1) and settings[name] < done:
            raise InputError(
                f"trainer.{name} is {settings[name]}, but {path} is of {unit} {done:,}; go on from there with a "
                "higher one, or take another --run"
            )


class LastCheckpoint(Checkpoint):
    """Writes `last.ckpt` every few minutes, after each epoch, and at a signal after the update that is under way.

    A `Checkpoint` for Lightning, so that it comes after the callbacks whose state goes into it. Never between an update
    and the validation that follows it, nor while gradients are being accumulated: Lightning would go on after the
    validation, or without the gradients.
    """

    def __init__(self, path: Path, minutes: float, interruption: Interruption) -> None:
        self.path, self.seconds, self.since = path, 60 * minutes, time.monotonic()
        self.interruption = interruption

    def on_train_batch_end(
        self, trainer: Trainer, module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Save where it is time, by the clock and the signals of the first process: all of them have to take part."""
        stop = self.interruption
        wanted = bool(stop.number) or time.monotonic() - self.since > self.seconds or _is_last_update(trainer)
        wanted, stop.number = trainer.strategy.broadcast((wanted, stop.number))
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
        stop = self.interruption
        stop.saving = True
        try:
            trainer.save_checkpoint(self.path)
            stop.saved, self.since = trainer.global_step, time.monotonic()
        finally:
            stop.saving = False
        if stop.number:
            stop.end()


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
