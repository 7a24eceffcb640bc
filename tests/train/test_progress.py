"""What a training says: lines in a log file, a bar on a terminal."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import tiny_config
from observed import HALF, Killed, Late, Observe, Observer, plain
from pytorch_lightning import Trainer

from seq2seq.config.settings import Config
from seq2seq.train.run import train


def talking(corpus: Path, **trainer: object) -> Config:
    return plain(tiny_config(corpus, enable_progress_bar=True, **trainer))


def test_a_log_file_has_one_line_a_validation(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(talking(corpus, val_check_interval=HALF // 2), tmp_path / "run")
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("update ")]
    pattern = r"update (\d+), epoch (\d): loss [\d.]+, val nll [\d.]+, bleu [\d.]+, chrf [\d.]+, [\d.]+ minutes"
    places = [match.groups() for line in lines if (match := re.fullmatch(pattern, line))]
    assert places == [("5", "1"), ("10", "1"), ("15", "2"), ("20", "2")]
    assert "\r" not in captured.err and "it/s" not in captured.err and captured.out == ""
    assert f"seq2seq board {tmp_path / 'run'}" in captured.err


class BarObserver(Observer):
    """What the bar shows after each update."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, int, int]] = []

    def on_train_epoch_end(self, trainer: Trainer, *arguments: Any) -> None:
        super().on_train_epoch_end(trainer, *arguments)
        bar = trainer.progress_bar_callback.train_progress_bar  # type: ignore[union-attr]
        self.shown.append((bar.desc.strip(": "), bar.n, bar.total))


class LateBarObserver(BarObserver, Late):
    """After the bar has moved."""


def test_the_bar_counts_epochs_from_one_and_is_whole_after_a_resume(
    corpus: Path, tmp_path: Path, observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    config = talking(corpus)
    observe(Late("batch_end", 4))
    with pytest.raises(Killed):
        train(config, tmp_path / "run")
    observer = LateBarObserver()
    observe(observer)
    train(config, tmp_path / "run")
    assert observer.shown == [("Epoch 1", HALF, HALF), ("Epoch 2", HALF, HALF)]


def test_a_training_without_a_bar_says_nothing_of_its_validations(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(plain(tiny_config(corpus, max_epochs=1)), tmp_path / "run")
    assert "update " not in capsys.readouterr().err
