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
from processes import environment, small_disk

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


def contents(folder: Path) -> dict[str, tuple[object, ...]]:
    """Each path with its permissions; of a file its content, and when it was last written."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode, *((path.read_bytes(), path.lstat().st_mtime_ns) if path.is_file() else ()),
        )
        for path in folder.rglob("*")
    }  # fmt: skip


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


def damaged(name: str) -> Callable[[Path, Path, Path], object]:
    """A bit is another in the middle of a file of the run."""
    return lambda run, *_: (run / name).write_bytes(flipped((run / name).read_bytes()))


def of_another(name: str) -> Callable[[Path, Path, Path], object]:
    """A file of the run is that of another run."""
    return lambda run, _, other: shutil.copy(other / name, run / name)


def without_word(name: str) -> Callable[[Path, Path, Path], object]:
    """A file of the corpus has lost a line."""
    return lambda _, corpus, __: (corpus / name).write_bytes((corpus / name).read_bytes().partition(b"\n")[2])


Settings = dict[str, dict[str, Any]]


@pytest.mark.parametrize(
    ("fault", "changes", "message"),
    [
        (damaged("config.yaml"), {}, r"run"),
        (
            lambda run, *_: (run / "config.yaml").write_bytes(b"data: ["),
            {},
            r"run/config\.yaml, line 1: not valid YAML",
        ),
        (lambda run, *_: (run / "run.json").write_bytes(b"{"), {}, r"run/run\.json: damaged; copy the run anew"),
        (damaged("subwords.model"), {}, r"run/subwords\.model: damaged or of another run"),
        (of_another("subwords.model"), {}, r"run/subwords\.model: damaged or of another run"),
        (
            of_another("checkpoints/last.ckpt"),
            {},
            r"last\.ckpt: of another run, whose .* was .*; put back its own",
        ),
        (of_another("metrics.json"), {"trainer": {"max_epochs": 2}}, r"run/metrics\.json: damaged or of another run"),
        (without_word("train.de"), {}, r"corpus/train\.de: is not what .*run was trained with"),
        (without_word("val.align"), {}, r"corpus/val\.align: is not what .*run was trained with"),
        (
            lambda _, corpus, __: (corpus / "val.de").unlink(),
            {},
            r"corpus/val\.de: is not there, and .*run was trained",
        ),
        (lambda *_: None, {"training": {"seed": 3}}, r"was trained with training\.seed: 1, not 3"),
        (lambda *_: None, {"data": {"source": "en", "target": "de"}}, r"was trained with data\.source: de, not en"),
        (lambda *_: None, {"data": {"folder": "nowhere"}}, r"^nowhere/train\.de: is not there"),
        (
            lambda *_: None,
            {"trainer": {"max_epochs": 3, "accumulate_grad_batches": 0}},
            r"accumulate_grad_batches is 0",
        ),
        (lambda *_: None, {"trainer": {"max_time": {"days": 10**12}}}, r"trainer\.max_time is too long"),
        (lambda *_: None, {"trainer": {"max_epochs": 3, "profiler": "nothing"}}, r"^trainer: .*profiler"),
        (lambda *_: None, {"trainer": {"max_epochs": 3, "num_nodes": -1}}, r"^trainer: .*num_nodes"),
        (lambda *_: None, {"data": {"bleu_tokenize": "ja-mecab"}}, r"was trained with data\.bleu_tokenize: 13a"),
    ],
)
def test_what_is_refused_leaves_run_and_corpus_as_they_were(
    fault: Callable[[Path, Path, Path], object], changes: Settings, message: str,
    trained: Path, sister_seed: Path, corpus: Path, tmp_path: Path,
) -> None:  # fmt: skip
    """25, over all that can be wrong: byte for byte, with permissions and times."""
    run, own = shutil.copytree(trained, tmp_path / "run"), shutil.copytree(corpus, tmp_path / "corpus")
    fault(run, own, sister_seed)
    before = contents(tmp_path)
    config = tiny_config(own, max_epochs=3).changed(**changes)
    with pytest.raises(InputError, match=message) as caught:
        silent_train(config, run)
    assert "\n" not in str(caught.value) and contents(tmp_path) == before


@pytest.fixture(scope="module")
def sister_seed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that differs from `trained` in the seed, and in the vocabulary's size by little."""
    run = tmp_path_factory.mktemp("runs") / "sister"
    changes = {"training": {"seed": 2}, "subwords": {"vocab_size": 310}}
    silent_train(
        tiny_config(corpus, max_epochs=1, limit_train_batches=2).changed(logging={"sentences": 0}, **changes), run
    )
    return run


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trainer": {"accelerator": "tpu"}}, r"^trainer: "),
        ({"trainer": {"strategy": "nothing"}}, r"^trainer: "),
        ({"training": {"seed": 9}}, r"was trained with training\.seed: 1, not 9"),
    ],
)
def test_settings_are_refused_before_word_links_are_looked_for(
    changes: Settings, message: str, aligned: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It takes minutes to find them in a large corpus."""
    run = shutil.copytree(aligned, tmp_path / "run")
    monkeypatch.setattr("seq2seq.train.gold.hmm_links", None)
    config = tiny_config(corpus, max_epochs=9).changed(alignment={"aligner": True, "guide": "hmm"})
    with pytest.raises(InputError, match=message):
        silent_train(config.changed(**changes), run)


def test_a_folder_that_cannot_be_written_is_refused_before_word_links_are_looked_for(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("seq2seq.train.gold.hmm_links", None)
    config = tiny_config(corpus).changed(alignment={"aligner": True, "guide": "hmm"})
    with small_disk(tmp_path / "disk", "ro,size=64k") as disk, pytest.raises(InputError, match="read-only file system"):
        silent_train(config, disk / "run")


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
