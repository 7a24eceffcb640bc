"""Losses and gradients that are not finite, losses that explode, and batches that the memory has no room for."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import tiny_config
from observed import HALF, NEVER, Observe, Observer, plain, silent_train
from pytorch_lightning import Trainer
from safetensors.torch import load_file

import seq2seq.train.module
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import Batch
from seq2seq.errors import InputError
from seq2seq.train.losses import update_losses
from seq2seq.train.run import train


class Watch(Observer):
    """Keeps the weights, and the optimiser's count of updates, after each update."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[torch.Tensor] = []
        self.averages: list[torch.Tensor] = []

    def on_train_batch_end(self, trainer: Trainer, module: Any, *_: Any) -> None:
        self.weights.append(module.model.output_bias.detach().clone())
        self.averages.append(module.evaluated.output_bias.detach().clone())


def poison(monkeypatch: pytest.MonkeyPatch, updates: set[int], gradient_only: bool = False) -> None:
    """Make the loss of these updates (from 1), or its gradient alone, no number."""
    calls = [0]

    def poisoned(model: Any, batch: Batch, config: Config) -> Any:
        calls[0] += 1
        loss, parts = update_losses(model, batch, config)
        if calls[0] not in updates:
            return loss, parts
        if gradient_only:  # the root of nothing has the value 0 and an endless slope
            return loss + (model.output_bias.sum() * 0).abs().sqrt(), parts
        return loss * float("nan"), {name: part * float("nan") for name, part in parts.items()}

    monkeypatch.setattr(seq2seq.train.module, "update_losses", poisoned)


@pytest.mark.parametrize("gradient_only", [False, True], ids=["loss", "gradient"])
def test_an_update_that_is_not_finite_is_left_out_and_counted(
    gradient_only: bool, corpus: Path, tmp_path: Path, observe: Observe, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    watch = Watch()
    observe(watch)
    poison(monkeypatch, {3, 4, 12}, gradient_only)
    train(plain(tiny_config(corpus)), tmp_path / "run")
    for values in (watch.weights, watch.averages):
        same = [torch.equal(one, other) for one, other in pairwise(values)]
        assert [number + 2 for number, is_same in enumerate(same) if is_same] == [3, 4, 12]
    lines = [line for line in capsys.readouterr().err.splitlines() if "left out" in line]
    fault = "gradient" if gradient_only else "loss"
    assert lines[0].startswith(f"warning: update 3: the {fault} is not finite; left out (learning rate 0.0")
    assert lines[-1] == "warning: 3 updates were left out; their loss or gradient was not finite"
    assert all(weight.isfinite().all() for weight in load_file(tmp_path / "run" / "model.safetensors").values())


def test_a_training_that_stays_so_ends_in_one_line_with_a_sound_checkpoint(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, set(range(HALF + 3, 99)))
    run = tmp_path / "run"
    message = (
        rf"training has diverged: the loss of update {HALF + 7} is not finite.* the 4 before it \(learning rate "
        r"0\.00\d+, longest pair \d+ and \d+ pieces\).*lower training\.learning_rate"
    )
    with pytest.raises(InputError, match=message):
        silent_train(plain(tiny_config(corpus)), run)
    state = torch.load(run / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
    kept = load_file(run / "model.safetensors")
    assert all(weight.isfinite().all() for weights in (state, kept) for weight in weights.values())


def test_the_count_goes_on_where_a_run_is_resumed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    poison(monkeypatch, {2, HALF + 2})
    train(plain(tiny_config(corpus, max_epochs=1)).changed(training={"decay": "none"}), tmp_path / "run")
    train(plain(tiny_config(corpus, max_epochs=2)).changed(training={"decay": "none"}), tmp_path / "run")
    assert "warning: 2 updates were left out" in capsys.readouterr().err


def test_a_loss_that_has_exploded_is_warned_of_once(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exploded(model: Any, batch: Batch, config: Config) -> Any:
        loss, parts = update_losses(model, batch, config)
        return loss, parts | {"nll": parts["nll"] + 20_000}

    monkeypatch.setattr(seq2seq.train.module, "update_losses", exploded)
    train(plain(tiny_config(corpus, max_epochs=1)), tmp_path / "run")
    warnings = [line for line in capsys.readouterr().err.splitlines() if "has exploded" in line]
    assert len(warnings) == 1 and warnings[0].startswith("warning: update 1: the loss has exploded, to 20,00")


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory."), RuntimeError(
    "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory: you tried ...")],
    ids=lambda error: type(error).__name__)  # fmt: skip
def test_a_batch_without_room_is_computed_in_parts_with_the_same_gradient(
    error: Exception, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without dropout, which is drawn anew in parts; batches of more than three pairs are too large."""
    short = tiny_config(corpus, max_epochs=1, limit_train_batches=3)
    config = plain(short).changed(model={"dropout": 0.0, "embedding_dropout": 0.0})
    silent_train(config, tmp_path / "whole")

    def small_memory(model: Any, batch: Batch, config: Config) -> Any:
        if len(batch.source) > 3:
            raise error
        return update_losses(model, batch, config)

    monkeypatch.setattr(seq2seq.train.module, "update_losses", small_memory)
    train(config, tmp_path / "run")
    whole, parts = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "run"))
    for name in whole:
        assert torch.allclose(whole[name], parts[name], atol=1e-4), name
    said = capsys.readouterr().err
    assert "warning: update 1: out of memory with " in said and "computed in 2 parts" in said


def test_a_pair_without_room_is_named(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(model: Any, batch: Batch, config: Config) -> Any:
        raise MemoryError

    monkeypatch.setattr(seq2seq.train.module, "update_losses", no_memory)
    message = r"out of memory in update 1, with \d+ pairs of up to \d+ and \d+ pieces; lower data\.max_length"
    with pytest.raises(InputError, match=message):
        silent_train(plain(tiny_config(corpus)), tmp_path / "run")
    message = r"out of memory in update 1, with \d+ pairs of up to \d+ and \d+ pieces; lower data\.batch_tokens"
    with pytest.raises(InputError, match=message):
        silent_train(plain(tiny_config(corpus, accumulate_grad_batches=2)), tmp_path / "other")


def test_other_errors_are_no_lack_of_memory(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(model: Any, batch: Batch, config: Config) -> Any:
        raise RuntimeError("another fault")

    monkeypatch.setattr(seq2seq.train.module, "update_losses", broken)
    with pytest.raises(RuntimeError, match="another fault"):
        silent_train(plain(tiny_config(corpus)).changed(training={"checkpoint_minutes": NEVER}), tmp_path / "run")
