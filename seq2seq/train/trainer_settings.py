"""The arguments of Lightning's Trainer that a configuration asks for, and what Lightning takes and stumbles over."""

import re
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

from seq2seq.config.settings import Config
from seq2seq.errors import InputError

DEFAULTS: dict[str, Any] = {"max_epochs": 20, "max_steps": -1, "accumulate_grad_batches": 1, "gradient_clip_val": 1.0,
                            "num_sanity_val_steps": 0}  # fmt: skip
"""Arguments of the Trainer where the configuration does not say; TensorBoard's table of runs shows them of each run."""

NOT_ZERO = {
    **dict.fromkeys(("max_epochs", "max_steps", "limit_train_batches", "max_time"), ", which leaves nothing to train"),
    **dict.fromkeys(("val_check_interval", "check_val_every_n_epoch"), ""),
}
"""Arguments that must not be 0, and why."""
LEAST = {"accumulate_grad_batches": 1, "check_val_every_n_epoch": 1, "gradient_clip_val": 0}
"""Arguments that must not be below a bound."""
COPIES = ("spawn", "fork", "notebook")
"""Ends of the names of strategies that train in copies of this process, from which no weights come back."""


def trainer_settings(config: Config) -> dict[str, Any]:
    """The arguments of the Trainer: `trainer` of the configuration has the last word.

    Raises InputError for a decay that needs an end where there is none, for settings that leave nothing to train, for
    patience without a validation, and for what Lightning would take and stumble over.
    """
    settings = DEFAULTS | config.trainer
    _refuse_bounds(settings)
    if config.training.patience and settings.get("limit_val_batches") == 0:
        raise InputError(
            "trainer.limit_val_batches is 0, which leaves training.patience nothing to judge by; set "
            "--training.patience 0, or allow validations"
        )
    if config.training.decay == "cosine" and settings["max_epochs"] == settings["max_steps"] == -1:
        raise InputError("training.decay is cosine, which needs an end: set trainer.max_epochs, or another decay")
    if str(settings.get("strategy")).endswith(COPIES):
        raise InputError(f"trainer.strategy is {settings['strategy']}, whose processes give nothing back; use ddp")
    if settings.get("deterministic") not in (None, True, False, "warn"):
        raise InputError(f"trainer.deterministic is {settings['deterministic']}, it must be true, false or warn")
    if settings.get("profiler") == "xla" and find_spec("torch_xla") is None:
        raise InputError("trainer.profiler is xla, which needs torch_xla and a TPU; take another one")
    return settings


def _refuse_bounds(settings: dict[str, Any]) -> None:
    """Raise InputError for a setting that is 0 and must not be, or below the least that it may be."""
    for name, why in NOT_ZERO.items():
        value = duration(settings.get(name)) if name == "max_time" else settings.get(name)
        if value in (0, timedelta()):
            raise InputError(f"trainer.{name} is 0{why}; it must be above 0")
    for name, least in LEAST.items():
        value = settings.get(name)
        if isinstance(value, int | float) and not value >= least:  # no number is not
            raise InputError(f"trainer.{name} is {value}, it must be {least} or more")


def duration(value: Any) -> timedelta | None:
    """The time that `trainer.max_time` is; None where it is none, or Lightning has to say what is wrong with it.

    Raises InputError for one that is too long.
    """
    parts = ("days", "hours", "minutes", "seconds")
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(:\d{1,9}){3}", value):
        value = dict(zip(parts, map(int, value.split(":")), strict=True))
    try:
        return timedelta(**value) if isinstance(value, dict) else None
    except TypeError:
        return None
    except OverflowError:
        raise InputError("trainer.max_time is too long; leave it out for a training without a limit") from None
