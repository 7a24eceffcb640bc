"""Runs that were killed, and go on as if nothing had been."""

from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import tiny_config
from observed import (
    HALF,
    NEVER,
    Killed,
    Late,
    Moment,
    Observe,
    Observer,
    check_same_course,
    check_same_weights,
    kill_and_resume,
    plain,
    scalars,
    silent_train,
)

from seq2seq.config.settings import Config
from seq2seq.train.run import train
from seq2seq.translate.translator import Translator


def test_an_uninterrupted_run_goes_through_each_batch_once(whole: tuple[Path, Observer]) -> None:
    observer = whole[1]
    steps = [step for step, *_ in observer.updates]
    half = len(steps) // 2
    assert steps == list(range(1, 2 * half + 1)) and half > 5
    assert [epoch for _, epoch, *_ in observer.updates] == [0] * half + [1] * half
    assert [step for step, *_ in observer.validations] == [half, 2 * half]
    assert observer.epochs == [(0, half), (1, 2 * half)]
    assert [(s, pytest.approx(nll)) for s, _, nll, _ in observer.updates] == scalars(whole[0], "train/nll")


MOMENTS = [
    (Observer, "train_start", 0),
    (Late, "batch_end", 1),
    (Late, "batch_end", 4),
    (Late, "batch_end", HALF),
    (Observer, "validation_batch_end", HALF),
    (Late, "validation_end", HALF),
    (Observer, "epoch_end", HALF),
    (Late, "epoch_end", HALF),
    (Late, "batch_end", HALF + 1),
    (Late, "batch_end", 2 * HALF),
    (Observer, "validation_batch_end", 2 * HALF),
    (Late, "epoch_end", 2 * HALF),
    (Observer, "train_end", 2 * HALF),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment[0].__name__}-{moment[1]}-{moment[2]}")
def test_a_killed_run_goes_on_as_if_nothing_had_been(
    moment: Moment, corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe
) -> None:
    """Lightning's own ways: a checkpoint of the last update before a validation goes on after the validation, and one
    that is made in `on_train_batch_end` of a callback misses what the module does in its own."""
    observers = kill_and_resume(plain(tiny_config(corpus)), tmp_path / "run", [moment], observe)
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


@pytest.mark.parametrize("step", [HALF, HALF + 4])
def test_with_few_checkpoints_a_killed_run_repeats_what_is_lost(
    step: int, corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe
) -> None:
    config = plain(tiny_config(corpus)).changed(training={"checkpoint_minutes": NEVER})
    observers = kill_and_resume(config, tmp_path / "run", [(Late, "batch_end", step)], observe)
    assert observers[1].updates[0][0] == 1 + (step - 1) // HALF * HALF
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


def test_killed_again_and_again(corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe) -> None:
    """A run that was resumed makes checkpoints that are as good as those of one that was not."""
    moments: list[Moment] = [
        (Observer, "batch_end", 3),
        (Late, "batch_end", 3),
        (Late, "batch_end", HALF),
        (Observer, "validation_end", HALF),
        (Late, "epoch_end", HALF),
        (Late, "batch_end", HALF + 1),
        (Observer, "epoch_end", 2 * HALF),
    ]
    observers = kill_and_resume(plain(tiny_config(corpus)), tmp_path / "run", moments, observe)
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


@pytest.mark.parametrize(
    ("trainer", "moments"),
    [
        ({"val_check_interval": 4}, [(Late, "batch_end", 4), (Late, "batch_end", 5), (Observer, "validation_end", 8)]),
        ({"val_check_interval": 0.5}, [(Late, "validation_end", 5), (Late, "batch_end", 2 * HALF)]),
        (
            {"val_check_interval": 7, "check_val_every_n_epoch": None},
            [(Late, "batch_end", 7), (Late, "batch_end", HALF), (Late, "batch_end", 14)],
        ),
        (
            {"check_val_every_n_epoch": 2},
            [(Late, "batch_end", HALF), (Late, "epoch_end", HALF), (Late, "batch_end", 12)],
        ),
        ({"accumulate_grad_batches": 4}, [(Late, "batch_end", 2), (Observer, "batch_start", 4)]),
        (
            {"max_steps": 13, "max_epochs": 9},
            [(Late, "batch_end", HALF), (Late, "batch_end", 12), (Late, "epoch_end", 13)],
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_killed_under_other_arguments_of_the_trainer(
    trainer: dict[str, Any], moments: list[Moment], corpus: Path, tmp_path: Path, observe: Observe
) -> None:
    config, unbroken = plain(tiny_config(corpus, **trainer)), Observer()
    observe(unbroken)
    silent_train(config, tmp_path / "whole")
    observers = kill_and_resume(config, tmp_path / "run", moments, observe)
    check_same_course(observers, unbroken)
    check_same_weights(tmp_path / "run", tmp_path / "whole")


@pytest.mark.parametrize("interval", [1.0, 3])
def test_a_run_with_an_end_goes_on_when_the_end_is_moved(
    interval: float, corpus: Path, tmp_path: Path, observe: Observe
) -> None:
    """From three updates to thirteen to two epochs; killed in between, it is not taken for finished.

    Where a validation followed the last update, nothing was saved after either, and the run began anew.
    """

    def config(**trainer: int) -> Config:
        settings = plain(tiny_config(corpus, val_check_interval=interval, **trainer))
        return settings.changed(training={"decay": "none"})  # the cosine knows the end

    unbroken, observers = Observer(), [Observer() for _ in range(3)]
    observe(unbroken)
    expected = silent_train(config(max_epochs=2), tmp_path / "whole")
    observe(observers[0])
    first = silent_train(config(max_steps=3), tmp_path / "run")
    assert [step for step, *_ in observers[0].updates] == [1, 2, 3] and first["val"]["sentences"] == 8
    observe(observers[1])
    silent_train(config(max_steps=13), tmp_path / "run")
    killer = Late("batch_end", 17)
    observe(killer)
    with pytest.raises(Killed):
        silent_train(config(max_epochs=2), tmp_path / "run")
    observe(observers[2])
    metrics = silent_train(config(max_epochs=2), tmp_path / "run")
    updates = [update for observer in [*observers[:2], killer, observers[2]] for update in observer.updates]
    assert updates == unbroken.updates
    assert metrics["val"]["chrf"] == expected["val"]["chrf"] and metrics["epochs"] == 2
    check_same_weights(tmp_path / "run", tmp_path / "whole")


def test_early_stopping_counts_on(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """BLEU stays 0: the first epoch is the best, and two more without a better one are the end."""
    config = plain(tiny_config(corpus, max_epochs=9)).changed(training={"learning_rate": 1e-9, "patience": 2})
    moments: list[Moment] = [
        (Late, "epoch_end", HALF),
        (Late, "batch_end", 2 * HALF),
        (Late, "epoch_end", 2 * HALF),
        (Observer, "train_end", 3 * HALF),
    ]
    observers = kill_and_resume(config, tmp_path / "run", moments, observe)
    assert [epoch for observer in observers for epoch in observer.epochs] == [(0, HALF), (1, 2 * HALF), (2, 3 * HALF)]
    assert observers[-1].updates == []
    observe(observers[-1])
    assert silent_train(config.changed(training={"patience": 3}), tmp_path / "run")["epochs"] == 4
    assert observers[-1].epochs == [(3, 4 * HALF)]


@pytest.mark.parametrize("killed", [False, True])
def test_the_weights_of_the_best_validations_are_kept(
    corpus: Path, tmp_path: Path, observe: Observe, killed: bool
) -> None:
    config = plain(tiny_config(corpus, max_epochs=4)).changed(training={"monitor": "nll", "keep": 2})
    run = tmp_path / "run"
    kills: list[Moment] = [(Late, "epoch_end", HALF), (Late, "epoch_end", 20)] if killed else []
    validations = {
        v[0]: v[1] for observer in kill_and_resume(config, run, kills, observe) for v in observer.validations
    }
    best, second = sorted(validations, key=lambda step: validations[step])[:2]
    assert {path.name for path in run.glob("model-*")} == {f"model-{step}.safetensors" for step in (best, second)}
    assert (run / "model.safetensors").read_bytes() == (run / f"model-{best}.safetensors").read_bytes()
    members = [Translator.load(run / f"model-{step}.safetensors", "cpu") for step in (best, second)]
    weights = [member.model.output_bias for member in members]
    assert not torch.equal(*weights)


def test_a_resume_says_that_it_is_one_and_from_where(
    corpus: Path, tmp_path: Path, observe: Observe, capsys: pytest.CaptureFixture[str]
) -> None:
    config = plain(tiny_config(corpus))
    for observer, said in ((Late("batch_end", 4), None), (Late("batch_end", HALF + 3), "4, in epoch 1"),
                           (Late("epoch_end", 2 * HALF), f"{HALF + 3}, in epoch 2")):  # fmt: skip
        observe(observer)
        with pytest.raises(Killed):
            train(config, tmp_path / "run")
        lines = [line for line in capsys.readouterr().err.splitlines() if "going on" in line]
        assert lines == ([] if said is None else [f"{tmp_path / 'run'}: going on after update {said}"])
