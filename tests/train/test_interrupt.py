"""Ctrl-C and SIGKILL: where a run stops, what it says, and that it can go on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import tiny_config
from observed import (
    HALF,
    NEVER,
    Observe,
    Observer,
    check_same_course,
    check_same_weights,
    plain,
    scalars,
    silent_train,
)
from pytorch_lightning import Trainer

from seq2seq.train.run import train

ROOT = Path(__file__).parents[2]

KILL = """
import os, runpy, sys
from pytorch_lightning import Callback
import seq2seq.train.run

signal, step, sys.argv = int(sys.argv[1]), int(sys.argv[2]), ["scripts/train.py", *sys.argv[3:]]

class Kill(Callback):
    def on_train_batch_end(self, trainer, *_):
        if trainer.global_step == step:
            os.kill(os.getpid(), signal)

build = seq2seq.train.run.build_trainer

def build_killed(*arguments):
    trainer = build(*arguments)
    trainer.callbacks.append(Kill())
    return trainer

seq2seq.train.run.build_trainer = build_killed
runpy.run_path("scripts/train.py", run_name="__main__")
"""


def test_ctrl_c_and_sigkill(corpus: Path, tmp_path: Path, whole: tuple[Path, Observer]) -> None:
    """Real processes: Ctrl-C, SIGKILL, and on to the end; no update is missing in TensorBoard, none there twice."""
    run, path = tmp_path / "run", tmp_path / "config.yaml"
    plain(tiny_config(corpus)).save(path)

    def start(kill: signal.Signals, step: int) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", KILL, str(int(kill)), str(step), "--config", str(path), "--run", str(run)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    interrupted = start(signal.SIGINT, 4)
    assert (interrupted.returncode, interrupted.stdout) == (130, "")
    assert "the same command goes on after update 5" in interrupted.stderr and "Traceback" not in interrupted.stderr
    killed = start(signal.SIGKILL, HALF + 3)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    silent_train(plain(tiny_config(corpus)), run)
    for tag in ("train/nll", "train/gradient_norm", "train/learning_rate", "val/nll", "val/chrf"):
        assert scalars(run, tag) == [(s, pytest.approx(v, rel=1e-6)) for s, v in scalars(whole[0], tag)], tag


class Interrupting(Observer):
    """Presses Ctrl-C at its moment, once or twice."""

    times = 1

    def at_moment(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)


class InterruptingTwice(Interrupting):
    times = 2


@pytest.mark.parametrize(
    ("kind", "hook", "step", "saved"),
    [
        (Interrupting, "batch_start", 3, 4),
        (Interrupting, "validation_start", HALF, HALF),
        (Interrupting, "validation_start", 2 * HALF, 2 * HALF),
        (InterruptingTwice, "validation_start", HALF, 0),
    ],
)
def test_ctrl_c(
    kind: type[Interrupting], hook: str, step: int, saved: int, corpus: Path, tmp_path: Path, observe: Observe,
    whole: tuple[Path, Observer], capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It ends after the update and the validation that are under way, with a checkpoint; pressed twice, at once."""
    config = plain(tiny_config(corpus)).changed(training={"checkpoint_minutes": NEVER})
    handler = signal.getsignal(signal.SIGINT)
    observer, rest = kind(hook, step), Observer()
    observe(observer)
    with pytest.raises(KeyboardInterrupt):
        train(config, tmp_path / "run")
    assert signal.getsignal(signal.SIGINT) is handler
    output = capfd.readouterr()
    assert f"goes on after update {saved}\n" in output.err and output.out == ""
    assert not (tmp_path / "run" / "metrics.json").exists()
    observe(rest)
    silent_train(config, tmp_path / "run")
    assert [step for step, *_ in rest.updates] == list(range(saved + 1, 2 * HALF + 1))
    check_same_course([observer, rest], whole[1])
    check_same_weights(tmp_path / "run", whole[0])
