"""What ships is found by name: from a checkout, and from an installed package that has nothing else beside it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq import shipped
from seq2seq.errors import InputError
from seq2seq.shipped import CORPORA, copy_recipes, corpus_files, pack_corpus, recipe, run, unpack_corpus

ROOT = Path(__file__).resolve().parents[2]
FILES = {f"{split}.{kind}" for split in ("train", "val", "test") for kind in ("de", "en", "align")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel has it, and beside it a folder `configs` and a folder `data` of someone else."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "seq2seq", site / "seq2seq", ignore=shutil.ignore_patterns("__pycache__"))
    copy_recipes(site / "seq2seq/shipped/configs")
    for name in CORPORA:
        pack_corpus(ROOT / "data" / name, site / f"seq2seq/shipped/data/{name}.tar.xz")
    (site / "configs").mkdir()
    (site / "configs" / "strange.yaml").write_text("mine: 1\n")
    (site / "data" / "tiny-de-en").mkdir(parents=True)
    (site / "data" / "tiny-de-en" / "test.de").write_text("mine\n")
    return site


def installed(site: Path, folder: Path, code: str) -> str:
    """What Python code prints that runs in a folder with the package of `site`."""
    command = [sys.executable, "-c", f"from seq2seq.shipped import *; {code}"]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_recipes_are_found_by_name() -> None:
    assert recipe("tiny-de-en") == ROOT / "configs/tiny-de-en.yaml"
    assert recipe("nothing") is None


def test_an_installed_package_has_its_own_recipes(site: Path, tmp_path: Path) -> None:
    code = "print(*(recipe(name) for name in ('tiny-de-en', 'strange')))"
    assert installed(site, tmp_path, code).split() == [f"{site}/seq2seq/shipped/configs/tiny-de-en.yaml", "None"]


def test_the_trained_model_is_small_and_says_what_it_is_worth() -> None:
    folder = run("tiny-de-en")
    assert folder is not None and run("nothing") is None
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.yaml", "metrics.json", "model.safetensors", "run.json", "subwords.model"]  # fmt: skip
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000
    assert json.loads((folder / "metrics.json").read_bytes())["test"]["bleu"] > 95


@pytest.mark.parametrize("name", CORPORA)
def test_an_installed_package_has_the_corpora_byte_for_byte(site: Path, tmp_path: Path, name: str) -> None:
    assert installed(site, tmp_path, f"print(unpack_corpus('data/{name}'))") == "True\n"
    made = {path.name: path.read_bytes() for path in (tmp_path / "data" / name).iterdir()}
    assert made == {path.name: path.read_bytes() for path in (ROOT / "data" / name).iterdir()} == corpus_files(name)
    assert installed(site, tmp_path, f"print(unpack_corpus('data/{name}'))") == "False\n"


def test_the_same_files_are_packed_into_the_same_bytes(tmp_path: Path) -> None:
    for name, time in (("one", 0), ("two", 1_000_000_000)):
        (tmp_path / name).mkdir()
        for file in ("b", "a") if time else ("a", "b"):
            (tmp_path / name / file).write_text(f"content of {file}\n")
            os.utime(tmp_path / name / file, (time, time))
            (tmp_path / name / file).chmod(0o600 if time else 0o644)
        pack_corpus(tmp_path / name, tmp_path / f"{name}.tar.xz")
    assert (tmp_path / "one.tar.xz").read_bytes() == (tmp_path / "two.tar.xz").read_bytes()


def test_a_recipes_corpus_is_made_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert unpack_corpus("data/tiny-de-en")
    assert capsys.readouterr() == ("", "data/tiny-de-en: made from the corpus that ships with seq2seq\n")
    assert {path.name for path in Path("data/tiny-de-en").iterdir()} == FILES


def test_nothing_is_made_for_any_other_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/tiny-ko-en").mkdir(parents=True)
    for folder in ("data/tiny-fr-en", "tiny-de-en", "data/tiny-ko-en", "data/tiny-de-en/more", "data", ""):
        assert not unpack_corpus(folder)
    assert [path.as_posix() for path in Path().rglob("*")] == ["data", "data/tiny-ko-en"]


def test_an_interrupt_leaves_no_half_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting(dict[str, bytes]):
        def items(self) -> None:  # type: ignore[override]
            (next((tmp_path / "data").iterdir()) / "made" / "test.de").write_bytes(b"half")
            raise KeyboardInterrupt

    monkeypatch.setattr(shipped, "corpus_files", lambda name: Interrupting())
    with pytest.raises(KeyboardInterrupt):
        unpack_corpus(str(tmp_path / "data/tiny-de-en"))
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(InputError, match="data/tiny-de-en: "):
        unpack_corpus(str(tmp_path / "data/tiny-de-en"))


def test_a_corpus_that_does_not_ship_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        corpus_files("nothing")
