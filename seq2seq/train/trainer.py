"""Lightning's Trainer as this package uses it."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning import Callback, Trainer

from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.checkpoints import AtomicCheckpoints, LastCheckpoint, Patience
from seq2seq.train.folder import last_checkpoint
from seq2seq.train.interruption import Interruption
from seq2seq.train.progress import Bar, ResumeLine, progress_callback
from seq2seq.train.tensorboard import TensorBoardCallback

DEFAULTS: dict[str, Any] = {"max_epochs": 20, "max_steps": -1, "accumulate_grad_batches": 1, "gradient_clip_val": 1.0,
                            "num_sanity_val_steps": 0}  # fmt: skip
"""Arguments of the Trainer where the configuration does not say; TensorBoard's table of runs shows them of each run."""


def refusal(error: Exception) -> InputError:
    """What Lightning says of settings that it does not take, in one line."""
    return error if isinstance(error, InputError) else InputError(f"trainer: {' '.join(str(error).split())}")


def trainer_settings(config: Config) -> dict[str, Any]:
    """The arguments of the Trainer: `trainer` of the configuration has the last word.

    Raises InputError for a decay that needs an end where there is none, for settings that leave nothing to train, and
    for patience without a validation.
    """
    settings = DEFAULTS | config.trainer
    for name in ("max_epochs", "max_steps", "limit_train_batches"):
        if settings.get(name) == 0:
            raise InputError(f"trainer.{name} is 0, which leaves nothing to train; it must be above 0")
    if config.training.patience and settings.get("limit_val_batches") == 0:
        raise InputError(
            "trainer.limit_val_batches is 0, which leaves training.patience nothing to judge by; set "
            "--training.patience 0, or allow validations"
        )
    if config.training.decay == "cosine" and settings["max_epochs"] == settings["max_steps"] == -1:
        raise InputError("training.decay is cosine, which needs an end: set trainer.max_epochs, or another decay")
    return settings


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
        callbacks.append(Patience(f"val/{config.training.monitor}", patience=config.training.patience, mode=mode))
    if settings.get("enable_progress_bar", True) and not settings.get("barebones"):
        callbacks.append(progress_callback())
    try:
        with quiet():
            return Trainer(
                **settings | {"enable_progress_bar": isinstance(callbacks[-1], Bar)},
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
