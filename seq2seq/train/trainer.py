"""Lightning's Trainer as this package uses it."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning import Callback, Trainer
from pytorch_lightning.accelerators import CPUAccelerator

from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.checkpoints import AtomicCheckpoints, LastCheckpoint, Patience
from seq2seq.train.folder import last_checkpoint
from seq2seq.train.interruption import Interruption
from seq2seq.train.progress import Bar, ResumeLine, progress_callback
from seq2seq.train.tensorboard import TensorBoardCallback
from seq2seq.train.trainer_settings import trainer_settings

MANY = 8
"""So many processes on the CPU are a try, also where there are fewer cores."""


def refusal(error: Exception) -> InputError:
    """What Lightning says of settings that it does not take, in one line."""
    return error if isinstance(error, InputError) else InputError(f"trainer: {' '.join(str(error).split())}")


def build_trainer(
    config: Config, run: Path, board: TensorBoardCallback, interruption: Interruption | None = None
) -> Trainer:
    """Lightning's Trainer with our callbacks. Raises InputError for a setting of it that Lightning refuses."""
    settings, interruption = trainer_settings(config), interruption or Interruption()
    callbacks: list[Callback] = [
        interruption,
        ResumeLine(run),
        board,
        LastCheckpoint(last_checkpoint(run), config.training.checkpoint_minutes, interruption),
    ]
    if config.training.patience:
        mode = "max" if config.training.monitor == "bleu" else "min"
        monitor, patience = f"val/{config.training.monitor}", config.training.patience
        callbacks.append(Patience(monitor, patience=patience, mode=mode, check_on_train_epoch_end=False))
    if settings.get("enable_progress_bar", True):
        callbacks.append(progress_callback())
    return new_trainer(config, run, callbacks)


def check_trainer(config: Config, run: Path) -> None:
    """Raise InputError as `build_trainer` does, before there is anything to train."""
    new_trainer(config, run, [])


def new_trainer(config: Config, run: Path, callbacks: list[Callback]) -> Trainer:
    """Lightning's Trainer with these callbacks; InputError where it refuses a setting, or would start a crowd."""
    try:
        with quiet():
            trainer = Trainer(
                **trainer_settings(config)
                | {"enable_progress_bar": any(isinstance(callback, Bar) for callback in callbacks)},
                precision="bf16-mixed" if uses_bf16(config.training.precision) else "32-true",
                logger=False,
                callbacks=callbacks,
                plugins=[AtomicCheckpoints()],
                enable_model_summary=False,
                reload_dataloaders_every_n_epochs=1,
                use_distributed_sampler=False,
                default_root_dir=run,
            )
    except (MisconfigurationException, TypeError, ValueError, RuntimeError, ImportError) as error:
        raise refusal(error) from None
    cores = os.cpu_count() or 1
    if isinstance(trainer.accelerator, CPUAccelerator) and trainer.num_devices > max(MANY, cores):
        raise InputError(f"trainer.devices is {trainer.num_devices:,}, and this machine has {cores} cores")
    return trainer


def uses_bf16(precision: str) -> bool:
    """Whether to multiply in bf16: as said, or, for `auto`, where the hardware has it."""
    if precision != "auto":
        return precision == "bf16"
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16"))


@contextmanager
def quiet() -> Iterator[None]:
    """Within the block, Lightning's advertising is silent, and its advice on data loaders, which ours follow in another
    way."""
    loggers = [logging.getLogger(name) for name in ("pytorch_lightning", "lightning.pytorch", "lightning_fabric")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(pytorch_lightning|lightning_fabric|torch\.)")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
