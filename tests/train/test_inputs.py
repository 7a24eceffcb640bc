"""A run that goes on knows its corpus again by what is in it: under another name it is the same, changed it is not."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import tiny_config
from observed import check_same_weights, plain, silent_train

from seq2seq.config.settings import Config
from seq2seq.errors import InputError


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def longer(folder: Path | str) -> Config:
    """Of one epoch more than `trained`."""
    return plain(tiny_config(Path("x"), max_epochs=3)).changed(data={"folder": str(folder)})


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return shutil.copytree(trained, tmp_path / "run")


@pytest.fixture
def own(corpus: Path, tmp_path: Path) -> Path:
    """A copy of the corpus."""
    return shutil.copytree(corpus, tmp_path / "own")


def test_the_same_corpus_under_another_name_is_gone_on_with(
    run: Path, own: Path, corpus: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """24: another spelling of the same folder was refused."""
    expected = shutil.copytree(trained, tmp_path / "expected")
    silent_train(longer(corpus), expected)
    monkeypatch.chdir(own.parent)
    assert silent_train(longer(f".{os.sep}own{os.sep}"), run)["epochs"] == 3
    check_same_weights(run, expected)
    assert silent_train(longer(own), run)["epochs"] == 3  # finished


def more(path: Path) -> None:
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])


def fewer(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def other(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"0", b"1").replace(b"e", b"f"))


@pytest.mark.parametrize("change", [more, fewer, other])
@pytest.mark.parametrize("names", [("train.de", "train.en"), ("val.en",), ("test.de",), ("val.align",)])
def test_a_corpus_that_has_changed_is_refused(
    change: Callable[[Path], None], names: tuple[str, ...], run: Path, own: Path
) -> None:
    """24: one that had grown or shrunk was taken in silence."""
    before = contents(run)
    for name in names:
        change(own / name)
    for config in (longer(own), longer(own).changed(trainer={"max_epochs": 2})):  # to go on, and finished
        with pytest.raises(InputError, match=rf"own/{names[0]}: is not what .*run was trained with.*another --run$"):
            silent_train(config, run)
    assert contents(run) == before


def test_files_that_have_come_or_gone_are_named(run: Path, own: Path) -> None:
    (own / "test.align").unlink()
    with pytest.raises(InputError, match=r"own/test\.align: is not there, and .*run was trained with it; put it back"):
        silent_train(longer(own), run)
    assert silent_train(longer(own).changed(trainer={"max_epochs": 2}), run)["epochs"] == 2  # it was finished before
    manifest = json.loads((run / "run.json").read_bytes())
    manifest["corpus"] = {name: digest for name, digest in manifest["corpus"].items() if "val.align" not in name}
    (run / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"own/val\.align: was not there when .*run began; take it away, or take"):
        silent_train(longer(own), run)


def test_the_opposite_direction_is_another_run(run: Path, own: Path) -> None:
    with pytest.raises(InputError, match=r"was trained with data\.source: de, not en; take another --run"):
        silent_train(longer(own).changed(data={"source": "en", "target": "de"}), run)


def test_a_guide_is_known_by_what_is_in_it(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = own / "train.align"
    guide.write_text("0-0 1-1 2-2\n" * 60)
    config = plain(tiny_config(own, max_epochs=1, limit_train_batches=1))

    def guided(by: object, epochs: int) -> Config:
        return config.changed(alignment={"aligner": True, "guide": str(by)}, trainer={"max_epochs": epochs})

    silent_train(guided(guide, 1), tmp_path / "run")
    monkeypatch.chdir(own)
    assert silent_train(guided("train.align", 2), tmp_path / "run")["epochs"] == 2
    with pytest.raises(InputError, match=r"was trained with alignment\.guide: train\.align, not hmm; take another"):
        silent_train(guided("hmm", 3), tmp_path / "run")
    guide.write_text("0-0 1-1\n" * 60)
    with pytest.raises(InputError, match=r"^train\.align: is not what .*run was trained with"):
        silent_train(guided("train.align", 3), tmp_path / "run")
    guide.unlink()
    with pytest.raises(InputError, match=r"^train\.align: is not there, and .*run was trained with it"):
        silent_train(guided("train.align", 3), tmp_path / "run")


def test_a_run_of_an_earlier_version_goes_on_with_a_line(
    run: Path, own: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no digests of its corpus: the folder has to be the same, and is known from then on."""
    from seq2seq.train.run import train

    manifest = json.loads((run / "run.json").read_bytes())
    digests = manifest.pop("corpus")
    (run / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"was trained with data\.folder: .*corpus, not .*own; take another --run"):
        train(longer(own), run)
    train(longer(f"{corpus}{os.sep}.." + os.sep + corpus.name), run)
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    warnings = [line for line in warnings if "vocab_size" not in line]
    assert len(warnings) == 1 and "begun by an earlier version; whether" in warnings[0]
    assert json.loads((run / "run.json").read_bytes())["corpus"] == digests
