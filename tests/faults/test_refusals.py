"""What is refused leaves the folder of a run as it was, and says in one line which file or setting is at fault."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from conftest import tiny_config
from observed import silent_train
from processes import environment

from seq2seq.errors import InputError
from seq2seq.train.folder import lock
from seq2seq.train.run import train
from seq2seq.translate.scores import bleu_metric

HOLD = """
import sys
from pathlib import Path
from seq2seq.train.folder import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_epochs": 1}, r"trainer.max_epochs is 1, but .*last\.ckpt is of epoch 2;"),
        ({"max_steps": 3}, r"trainer.max_steps is 3, but .*last\.ckpt is of update 20;"),
        ({"max_epochs": 0}, r"trainer.max_epochs is 0, which leaves nothing to train"),
        ({"max_epochs": 3, "limit_train_batches": 0}, r"trainer.limit_train_batches is 0"),
        ({"max_epochs": 3, "limit_val_batches": 0}, r"limit_val_batches is 0, which leaves training.patience nothing"),
        ({"max_epochs": 3, "limit_val_batches": 0.001}, r"^trainer: .*limit_val_batches"),
        ({"max_epochs": 3, "val_check_interval": 1000}, r"^trainer: .*val_check_interval"),
        ({"max_epochs": 3, "accelerator": "tpu"}, r"^trainer: "),
        ({"max_epochs": 3, "strategy": "nothing"}, r"^trainer: "),
    ],
)
def test_a_refused_setting_leaves_a_finished_run_alone(
    changes: dict[str, Any], message: str, trained: Path, corpus: Path, tmp_path: Path
) -> None:
    """25 and 27: a traceback, `metrics.json` deleted, `config.yaml` rewritten."""
    run = shutil.copytree(trained, tmp_path / "run")
    before = contents(run)
    with pytest.raises(InputError, match=message) as caught:
        silent_train(tiny_config(corpus, **changes).changed(training={"patience": 2}), run)
    assert "\n" not in str(caught.value) and contents(run) == before


def test_a_refused_setting_makes_no_folder(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^trainer: .*val_check_interval"):
        silent_train(tiny_config(corpus, val_check_interval=1000), tmp_path / "new" / "run")
    assert list(tmp_path.iterdir()) == []


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, flipped, lambda _: b"", lambda _: b"{}", lambda _: bytes(1000)])
@pytest.mark.parametrize("name", ["checkpoints/last.ckpt", "metrics.json"])
def test_a_damaged_file_is_named_and_its_removal_is_the_way_out(
    name: str, damage: Callable[[bytes], bytes], trained: Path, corpus: Path, tmp_path: Path
) -> None:
    """10: tracebacks; a flipped bit in a checkpoint was trained on in silence."""
    run = shutil.copytree(trained, tmp_path / "run")
    (run / name).write_bytes(damage((trained / name).read_bytes()))
    if name == "metrics.json" and damage is flipped:
        (run / name).write_bytes(b"\xff" + (trained / name).read_bytes())
    before = contents(run)
    config = tiny_config(corpus, max_epochs=2 if name == "metrics.json" else 3)
    with pytest.raises(InputError, match=rf"run/{name}: damaged.*; remove it, and the same command") as caught:
        silent_train(config, run)
    assert "\n" not in str(caught.value) and contents(run) == before


def test_metrics_come_back_when_they_are_removed(trained: Path, corpus: Path, tmp_path: Path) -> None:
    run = shutil.copytree(trained, tmp_path / "run")
    (run / "metrics.json").unlink()
    found, known = silent_train(tiny_config(corpus), run), json.loads((trained / "metrics.json").read_bytes())
    assert found["val"]["bleu"] == known["val"]["bleu"] and found["epochs"] == 2


def test_a_second_training_of_a_folder_is_refused(corpus: Path, tmp_path: Path) -> None:
    """4 and 26: both wrote, and one deleted what the other was writing."""
    run = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run)],
        env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as first:  # fmt: skip
        assert first.stdout is not None and first.stdout.readline() == b"held\n"
        (run / ".model-35.safetensors.a1b2c3d4.part").touch()
        before = contents(run)
        with pytest.raises(InputError, match=rf"run: is in use by process {first.pid} on .*, since .*; wait") as caught:
            train(tiny_config(corpus), run)
        assert "\n" not in str(caught.value) and contents(run) == before
        first.kill()
    with lock(run):  # it has gone with the process
        assert f"process {os.getpid()} " in (run / ".lock").read_text()
    assert not (run / ".lock").exists()


def test_a_lock_leaves_nothing(tmp_path: Path) -> None:
    with lock(tmp_path / "new" / "run"):
        assert [path.name for path in (tmp_path / "new" / "run").iterdir()] == [".lock"]
    assert list(tmp_path.iterdir()) == []


def test_a_tokenisation_that_cannot_be_downloaded_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """29: without a network a traceback."""

    def no_network(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    monkeypatch.setattr("sacrebleu.tokenizers.tokenizer_spm.SACREBLEU_DIR", str(tmp_path))
    with pytest.raises(
        InputError, match=r"'spm' of BLEU: its model cannot be downloaded \(.*no route to host"
    ) as caught:
        bleu_metric("spm", False)
    assert "\n" not in str(caught.value)
