"""27: arguments that Lightning's Trainer takes and stumbles over: each was a traceback, or nothing was trained."""

from pathlib import Path
from typing import Any

import pytest
from conftest import tiny_config
from observed import plain, silent_train

from seq2seq.config.reading import read_config
from seq2seq.errors import InputError
from seq2seq.train.trainer import check_trainer
from seq2seq.train.trainer_settings import trainer_settings

NOTHING = "is 0, which leaves nothing to train; it must be above 0"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_epochs": 0}, f"trainer.max_epochs {NOTHING}"),
        ({"max_steps": 0}, f"trainer.max_steps {NOTHING}"),
        ({"limit_train_batches": 0.0}, f"trainer.limit_train_batches {NOTHING}"),
        ({"max_time": {}}, f"trainer.max_time {NOTHING}"),
        ({"max_time": {"seconds": 0}}, f"trainer.max_time {NOTHING}"),
        ({"max_time": "00:00:00:00"}, f"trainer.max_time {NOTHING}"),
        ({"max_time": {"days": 10**11}}, "trainer.max_time is too long; leave it out for a training without a limit"),
        ({"max_time": "999999999:23:59:60"}, "trainer.max_time is too long; leave it out"),
        ({"val_check_interval": 0}, "trainer.val_check_interval is 0; it must be above 0"),
        ({"val_check_interval": 0.0}, "trainer.val_check_interval is 0; it must be above 0"),
        ({"check_val_every_n_epoch": 0}, "trainer.check_val_every_n_epoch is 0; it must be above 0"),
        ({"check_val_every_n_epoch": -1}, "trainer.check_val_every_n_epoch is -1, it must be 1 or more"),
        ({"accumulate_grad_batches": 0}, "trainer.accumulate_grad_batches is 0, it must be 1 or more"),
        ({"accumulate_grad_batches": -1}, "trainer.accumulate_grad_batches is -1, it must be 1 or more"),
        ({"gradient_clip_val": -0.5}, "trainer.gradient_clip_val is -0.5, it must be 0 or more"),
        ({"gradient_clip_val": float("nan")}, "trainer.gradient_clip_val is nan, it must be 0 or more"),
        ({"strategy": "ddp_spawn"}, "trainer.strategy is ddp_spawn, whose processes give nothing back; use ddp"),
        ({"strategy": "ddp_notebook"}, "trainer.strategy is ddp_notebook, whose processes give nothing back"),
        ({"deterministic": "nonsense"}, "trainer.deterministic is nonsense, it must be true, false or warn"),
        ({"profiler": "xla"}, "trainer.profiler is xla, which needs torch_xla and a TPU; take another one"),
        ({"max_epochs": -1}, "training.decay is cosine, which needs an end: set trainer.max_epochs"),
    ],
)
def test_what_cannot_be_is_said_before_lightning_is_asked(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        trainer_settings(tiny_config(Path("x"), **settings))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "settings",
    [
        {"max_time": {"minutes": 2}}, {"max_time": "00:12:00:00"}, {"max_time": None}, {"gradient_clip_val": None},
        {"gradient_clip_val": 0}, {"gradient_clip_val": float("inf")}, {"check_val_every_n_epoch": None},
        {"val_check_interval": 0.5}, {"deterministic": "warn"}, {"deterministic": True}, {"strategy": "ddp"},
        {"profiler": "simple"}, {"accelerator": "cpu", "devices": 2},
    ],
)  # fmt: skip
def test_what_can_be_is_taken(settings: dict[str, Any], tmp_path: Path) -> None:
    config = tiny_config(Path("x"), **settings)
    assert trainer_settings(config).items() >= settings.items()
    check_trainer(config, tmp_path)


def test_a_crowd_of_processes_is_not_started(tmp_path: Path) -> None:
    """A thousand copies of the program were."""
    with pytest.raises(InputError, match=r"^trainer\.devices is 1,000, and this machine has \d+ cores"):
        check_trainer(tiny_config(Path("x"), accelerator="cpu", devices=1000), tmp_path)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--trainer.max_time=2", "trainer.max_time is 2, it must be text or null or a mapping"),
        ("--trainer.strategy=[ddp]", "trainer.strategy is a list, it must be text"),
        ("--trainer.barebones=true", "trainer.barebones belongs to the program: a training without checkpoints"),
    ],
)
def test_a_value_of_a_wrong_kind_is_told_by_its_option(option: str, message: str, tmp_path: Path) -> None:
    tiny_config(Path("x")).save(tmp_path / "c.yaml")
    with pytest.raises(InputError) as caught:
        read_config(tmp_path / "c.yaml", [option], check_trainer=True)
    assert str(caught.value).startswith(f"command line: {message}")


def test_patience_waits_for_a_validation(corpus: Path, tmp_path: Path) -> None:
    """`max_steps` amid the first epoch: a RuntimeError, for there was no score yet."""
    config = plain(tiny_config(corpus, max_epochs=-1, max_steps=2)).changed(training={"patience": 1})
    assert silent_train(config, tmp_path / "run")["epochs"] == 1
