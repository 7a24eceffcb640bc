"""Whole runs: what a folder holds, killed and resumed ones, Ctrl-C, and what is refused."""

import contextlib
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import sentences, tiny_config, write_corpus
from pytorch_lightning import Callback, Trainer
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import seq2seq.run
from seq2seq.config import Config
from seq2seq.errors import InputError
from seq2seq.run import train

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

    def _maybe_kill(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            raise Killed

    def on_train_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("train_start", trainer)

    def on_train_batch_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("batch_start", trainer)

    def on_train_batch_end(self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        metrics = trainer.callback_metrics
        self.updates.append(
            (trainer.global_step, trainer.current_epoch, metrics["train/nll"].item(), batch.target.sum().item())
        )
        self._maybe_kill("batch_end", trainer)

    def on_validation_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("validation_start", trainer)

    def on_validation_batch_end(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("validation_batch_end", trainer)

    def on_validation_end(self, trainer: Trainer, *_: Any) -> None:
        metrics = trainer.callback_metrics
        self.validations.append((trainer.global_step, metrics["val/nll"].item(), metrics["val/chrf"].item()))
        self._maybe_kill("validation_end", trainer)

    def on_train_epoch_end(self, trainer: Trainer, *_: Any) -> None:
        self.epochs.append((trainer.current_epoch, trainer.global_step))
        self._maybe_kill("epoch_end", trainer)

    def on_train_end(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("train_end", trainer)


class Late(Observer):
    """An observer that Lightning calls after all others, checkpoints included."""


Observe = Callable[[Observer], None]


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> Observe:
    """Puts an observer before the callbacks of the next runs, or, a `Late` one, behind them."""
    build = seq2seq.run.build_trainer

    def install(observer: Observer) -> None:
        def build_observed(*arguments: Any) -> Trainer:
            trainer = build(*arguments)
            trainer.callbacks.insert(len(trainer.callbacks) if isinstance(observer, Late) else 0, observer)
            return trainer

        monkeypatch.setattr(seq2seq.run, "build_trainer", build_observed)

    return install


def silent_train(config: Config, run: Path) -> dict[str, Any]:
    with contextlib.redirect_stderr(io.StringIO()):
        return train(config, run)


def plain(config: Config) -> Config:
    """Without pictures, which take most of the time of a tiny run."""
    config.logging.sentences = 0
    return config


def scalars(run: Path, tag: str) -> list[tuple[int, float]]:
    events = EventAccumulator(str(run))
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars(tag)]


def check_same_course(observers: list[Observer], whole: Observer) -> None:
    """Were the same updates, validations and epochs gone through, bit for bit, but for what was repeated?"""
    for name in ("updates", "validations", "epochs"):
        seen = [item for observer in observers for item in getattr(observer, name)]
        assert sorted(set(seen)) == getattr(whole, name), name


def check_same_weights(one: Path, other: Path) -> None:
    weights, expected = load_file(one / "model.safetensors"), load_file(other / "model.safetensors")
    assert weights.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(weights[name], tensor), name


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Observer]:
    """An uninterrupted run of two epochs, observed."""
    run, observer = tmp_path_factory.mktemp("runs") / "whole", Observer()
    with pytest.MonkeyPatch.context() as patch:
        build = seq2seq.run.build_trainer

        def build_observed(*arguments: Any) -> Trainer:
            trainer = build(*arguments)
            trainer.callbacks.insert(0, observer)
            return trainer

        patch.setattr(seq2seq.run, "build_trainer", build_observed)
        silent_train(plain(tiny_config(corpus)), run)
    return run, observer


def kill_and_resume(
    config: Config, run: Path, moments: list[tuple[type[Observer], str, int]], observe: Observe
) -> list[Observer]:
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


def test_an_uninterrupted_run_goes_through_each_batch_once(whole: tuple[Path, Observer]) -> None:
    observer = whole[1]
    steps = [step for step, *_ in observer.updates]
    half = len(steps) // 2
    assert steps == list(range(1, 2 * half + 1)) and half > 5
    assert [epoch for _, epoch, *_ in observer.updates] == [0] * half + [1] * half
    assert [step for step, *_ in observer.validations] == [half, 2 * half]
    assert observer.epochs == [(0, half), (1, 2 * half)]
    assert [(s, pytest.approx(nll)) for s, _, nll, _ in observer.updates] == scalars(whole[0], "train/nll")


HALF = 10
MOMENTS = [
    (Observer, "train_start", 0),
    (Observer, "batch_start", 0),
    (Late, "batch_end", 1),
    (Late, "batch_end", 4),
    (Observer, "batch_end", 4),
    (Observer, "batch_start", 4),
    (Late, "batch_end", HALF - 1),
    (Observer, "batch_end", HALF),
    (Late, "batch_end", HALF),
    (Observer, "validation_start", HALF),
    (Observer, "validation_batch_end", HALF),
    (Observer, "validation_end", HALF),
    (Late, "validation_end", HALF),
    (Observer, "epoch_end", HALF),
    (Late, "epoch_end", HALF),
    (Observer, "batch_start", HALF),
    (Late, "batch_end", HALF + 1),
    (Late, "batch_end", HALF + 6),
    (Late, "batch_end", 2 * HALF),
    (Observer, "validation_batch_end", 2 * HALF),
    (Late, "epoch_end", 2 * HALF),
    (Observer, "train_end", 2 * HALF),
]


@pytest.mark.parametrize("minutes", [0.00001, NEVER], ids=["every-update", "every-epoch"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment[0].__name__}-{moment[1]}-{moment[2]}")
def test_a_killed_run_goes_on_as_if_nothing_had_been(
    moment: tuple[type[Observer], str, int],
    minutes: float,
    corpus: Path,
    tmp_path: Path,
    whole: tuple[Path, Observer],
    observe: Observe,
) -> None:
    config = plain(tiny_config(corpus))
    config.training.checkpoint_minutes = minutes
    observers = kill_and_resume(config, tmp_path / "run", [moment], observe)
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])
