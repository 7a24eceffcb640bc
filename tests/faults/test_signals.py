"""SIGTERM, SIGHUP and a second Ctrl-C, sent to real processes: exit statuses, what is said, and what is on the disk."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from conftest import tiny_config
from observed import NEVER, Observe, Observer, check_same_weights, plain, silent_train
from processes import SEQ2SEQ, environment
from pytorch_lightning import Trainer

from seq2seq.train import interruption
from seq2seq.train.checkpoints import AtomicCheckpoints
from seq2seq.train.run import train


class Signalling(Observer):
    """Sends signals to this process at its moment."""

    numbers: tuple[signal.Signals, ...] = (signal.SIGTERM,)

    def at_moment(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            for number in self.numbers:
                os.kill(os.getpid(), number)


class HangingUp(Signalling):
    numbers = (signal.SIGHUP,)


@pytest.mark.parametrize(("kind", "status"), [(Signalling, 143), (HangingUp, 129)])
def test_a_training_that_is_told_to_end_writes_a_checkpoint(
    kind: type[Signalling], status: int, corpus: Path, tmp_path: Path, observe: Observe,
    whole: tuple[Path, Observer], capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """1: SIGTERM ended with status 0, in silence, without a checkpoint."""
    config, handlers = plain(tiny_config(corpus)), [signal.getsignal(number) for number in interruption.SIGNALS]
    observe(kind("batch_start", 3))
    with pytest.raises(SystemExit) as ended:
        train(config.changed(training={"checkpoint_minutes": NEVER}), tmp_path / "run")
    assert ended.value.code == status
    assert "stopped; the same command goes on after update 4\n" in capfd.readouterr().err
    assert [signal.getsignal(number) for number in interruption.SIGNALS] == handlers
    observe(Observer())
    silent_train(config, tmp_path / "run")
    check_same_weights(tmp_path / "run", whole[0])


class Slow(Signalling):
    """A validation that takes longer than a cluster waits."""

    def at_moment(self, hook: str, trainer: Trainer) -> None:
        super().at_moment(hook, trainer)
        if self.moment == (hook, trainer.global_step):
            time.sleep(60)


def test_a_long_validation_does_not_delay_the_end(
    corpus: Path, tmp_path: Path, observe: Observe, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster kills 30 seconds after SIGTERM: the run ends before, with the checkpoint that there is."""
    monkeypatch.setattr(interruption, "GRACE", 0.2)
    observe(Slow("validation_start", 10))
    started = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        train(plain(tiny_config(corpus)), tmp_path / "run")
    assert ended.value.code == 143 and time.monotonic() - started < 60
    assert "the same command goes on after update 9\n" in capfd.readouterr().err


def test_a_second_ctrl_c_in_a_checkpoint_leaves_it_whole(
    corpus: Path, tmp_path: Path, observe: Observe, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """2: `RuntimeError: unexpected pos`, a traceback from a callback."""
    save = torch.save

    def interrupted_save(what: object, stream: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        save(what, stream)

    monkeypatch.setattr("seq2seq.train.checkpoints.torch.save", interrupted_save)
    with pytest.raises(KeyboardInterrupt):
        train(plain(tiny_config(corpus)), tmp_path / "run")
    assert "the same command goes on after update 1\n" in capfd.readouterr().err
    (last,) = (tmp_path / "run" / "checkpoints").iterdir()
    assert AtomicCheckpoints().load_checkpoint(last, weights_only=True)["global_step"] == 1


def start(trained: Path, output: Path) -> "subprocess.Popen[bytes]":
    """A translation that waits for its second line."""
    process = subprocess.Popen(
        [*SEQ2SEQ, "translate", str(trained), "--output", str(output)],
        env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"Der Hund sieht den Ball.\n")
    process.stdin.flush()
    until = time.monotonic() + 60
    while not any(output.parent.glob(f".{output.name}.*")) and time.monotonic() < until:
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_translation_that_is_told_to_end_leaves_nothing_half_written(
    number: signal.Signals, trained: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"old\n")
    with start(trained, tmp_path / "out") as process:
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number and b"Traceback" not in err, err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out", b"old\n")]


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    """`nohup` is there to let a night's run go on."""
    code = "from seq2seq.cli.command import run; import os, signal; run(lambda: os.kill(os.getpid(), signal.SIGHUP))"
    for prefix, status in ((["nohup"], 0), ([], 129)):
        done = subprocess.run([*prefix, sys.executable, "-c", code], env=environment(), capture_output=True)
        assert done.returncode == status, done.stderr
