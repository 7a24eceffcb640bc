"""What an update does, and a whole training with less than everything."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import sentences, tiny_config, write_corpus
from observed import HALF, Observe, Observer, plain, silent_train
from pytorch_lightning import Trainer
from safetensors.torch import load_file

from seq2seq.train.run import prepare


def test_dropout_is_on_from_the_first_update(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """Without an average it is the trained model itself that draws the first maps, and it stayed in evaluation."""
    modes: list[bool] = []

    class Modes(Observer):
        def on_train_batch_start(self, trainer: Trainer, module: Any, *_: Any) -> None:
            modes.append(all(part.training for part in module.model.modules()))

    config = tiny_config(corpus).changed(training={"averaging": 0.0})
    observe(Modes())
    silent_train(config, tmp_path / "run")
    assert modes == [True] * 2 * HALF


def test_few_compiled_kernels_are_kept() -> None:
    """The library's own number, 1,024, made the memory of a training grow with each new shape of a batch."""
    assert 0 < int(os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"]) <= 256


def test_long_pairs_and_a_lowered_vocabulary_are_told_of(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = plain(tiny_config(corpus)).changed(subwords={"vocab_size": 9000}).changed(data={"max_length": 14})
    prepare(config, tmp_path / "run")
    lines = capsys.readouterr().err.splitlines()
    assert "training pairs (" in lines[0] and "longer than 14 pieces left out), 8 validation pairs" in lines[0]
    assert lines[1].startswith("warning: subwords.vocab_size 9,000 is more than the corpus has to give; lowered to ")
    assert not (tmp_path / "run").exists()


def test_two_readings_without_dropout_train_as_one(corpus: Path, tmp_path: Path) -> None:
    """They agree in everything, and each pair counts as before; with dropout they do not."""
    weights = {}
    for dropout in (0.0, 0.5):
        for consistency in (0.0, 5.0):
            config = plain(tiny_config(corpus, max_epochs=1)).changed(training={"consistency": consistency})
            config = config.changed(model={"dropout": dropout, "embedding_dropout": 0.0})
            silent_train(config, run := tmp_path / f"{dropout}-{consistency}")
            weights[dropout, consistency] = load_file(run / "model.safetensors")
    for name in weights[0.0, 0.0]:
        assert torch.allclose(weights[0.0, 5.0][name], weights[0.0, 0.0][name], atol=1e-3), name
    name = "decoder.readout.weight"
    assert not torch.allclose(weights[0.5, 5.0][name], weights[0.5, 0.0][name], atol=1e-2)


def test_a_corpus_without_test_files_and_a_trainer_that_never_validates(tmp_path: Path) -> None:
    pairs = sentences()
    folder = write_corpus(tmp_path / "corpus", train=pairs[:60], val=pairs[60:68])
    config = plain(tiny_config(folder, max_epochs=1, limit_val_batches=0, num_sanity_val_steps=1))
    metrics = silent_train(config, tmp_path / "run")
    assert "test" not in metrics and metrics["val"]["sentences"] == 8
