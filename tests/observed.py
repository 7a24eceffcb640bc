"""Runs that are watched, and killed at a chosen moment: what the tests of resuming and of Ctrl-C share."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from pytorch_lightning import Callback, Trainer
from pytorch_lightning.callbacks import Checkpoint
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import seq2seq.train.run
from seq2seq.config.settings import Config
from seq2seq.train.run import train
from seq2seq.train.trainer import build_trainer

HALF = 10
"""Updates in an epoch of `tiny_config`."""

NEVER = 1e6
"""Minutes between two checkpoints so that only those at the end of an epoch are left."""


class Killed(BaseException):
    """As sudden as SIGKILL, but only the run dies of it, not the test."""


class Observer(Callback):
    """Writes down every update, validation and epoch that is gone through, and kills the run at a chosen moment."""

    def __init__(self, hook: str = "", step: int = 0) -> None:
        self.moment = hook, step
        self.updates: list[tuple[int, int, float, float]] = []
        self.validations: list[tuple[int, float, float]] = []
        self.epochs: list[tuple[int, int]] = []

    def at_moment(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            raise Killed

    def on_train_start(self, trainer: Trainer, *_: Any) -> None:
        self.at_moment("train_start", trainer)

    def on_train_batch_start(self, trainer: Trainer, *_: Any) -> None:
        self.at_moment("batch_start", trainer)

    def on_train_batch_end(self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        metrics = trainer.callback_metrics
        self.updates.append(
            (trainer.global_step, trainer.current_epoch, metrics["train/nll"].item(), batch.target.sum().item())
        )
        self.at_moment("batch_end", trainer)

    def on_validation_start(self, trainer: Trainer, *_: Any) -> None:
        self.at_moment("validation_start", trainer)

    def on_validation_batch_end(self, trainer: Trainer, *_: Any) -> None:
        self.at_moment("validation_batch_end", trainer)

    def on_validation_end(self, trainer: Trainer, *_: Any) -> None:
        metrics = trainer.callback_metrics
        self.validations.append((trainer.global_step, metrics["val/nll"].item(), metrics["val/chrf"].item()))
        self.at_moment("validation_end", trainer)

    def on_train_epoch_end(self, trainer: Trainer, *_: Any) -> None:
        self.epochs.append((trainer.current_epoch, trainer.global_step))
        self.at_moment("epoch_end", trainer)

    def on_train_end(self, trainer: Trainer, *_: Any) -> None:
        self.at_moment("train_end", trainer)


class Late(Observer, Checkpoint):
    """An observer that Lightning calls after all others: checkpoints come last, and last among them the last added."""


Observe = Callable[[Observer], None]
Moment = tuple[type[Observer], str, int]


def install(observer: Observer, patch: pytest.MonkeyPatch) -> None:
    """Put an observer before the callbacks of the next runs, or, a `Late` one, after them."""

    def build_observed(*arguments: Any) -> Trainer:
        trainer = build_trainer(*arguments)
        callbacks: list[Callback] = trainer.callbacks  # type: ignore[attr-defined]
        callbacks.insert(len(callbacks) if isinstance(observer, Late) else 0, observer)
        return trainer

    patch.setattr(seq2seq.train.run, "build_trainer", build_observed)


def silent_train(config: Config, run: Path) -> dict[str, Any]:
    """The metrics of a run, trained in silence."""
    with contextlib.redirect_stderr(io.StringIO()):
        metrics = train(config, run)
    assert metrics is not None
    return metrics


def plain(config: Config) -> Config:
    """Without pictures, which take most of the time of a tiny run."""
    return config.changed(logging={"sentences": 0})


def scalars(run: Path, tag: str) -> list[tuple[int, float]]:
    """The points of a curve: update and value."""
    events = EventAccumulator(str(run))
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars(tag)]


def check_same_course(observers: list[Observer], whole: Observer) -> None:
    """Were the same updates, validations and epochs gone through, bit for bit, but for what was repeated?"""
    for name in ("updates", "validations", "epochs"):
        seen = [item for observer in observers for item in getattr(observer, name)]
        assert set(seen) == set(getattr(whole, name)), name


def check_same_weights(one: Path, other: Path) -> None:
    """Are the weights to translate with the same, bit for bit?"""
    weights, expected = load_file(one / "model.safetensors"), load_file(other / "model.safetensors")
    assert weights.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(weights[name], tensor), name


def kill_and_resume(config: Config, run: Path, moments: list[Moment], observe: Observe) -> list[Observer]:
    """Kill a run at each moment in turn, then let it end."""
    observers = [kind(hook, step) for kind, hook, step in moments]
    for observer in observers:
        observe(observer)
        with pytest.raises(Killed):
            silent_train(config, run)
    last = Observer()
    observe(last)
    silent_train(config, run)
    return [*observers, last]
