"""`seq2seq demo`: of a run, and of the model that ships."""

import json
import shutil
from pathlib import Path

import pytest
from commands import seq2seq

from seq2seq import shipped


def said(arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit status of `seq2seq demo`, and what it printed: on stderr, where it failed."""
    capsys.readouterr()
    status = seq2seq(monkeypatch, "demo", *arguments)
    out, err = capsys.readouterr()
    assert isinstance(status, int)
    return status, err if status else out


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_model_that_ships_is_shown_in_an_empty_folder(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out = said(["--sentences", "1"], capsys, monkeypatch)
    files = shipped.corpus_files("tiny-de-en")
    sources = files["test.de"].decode().splitlines()
    translations = files["test.en"].decode().splitlines()
    shown = out.splitlines()
    assert status == 0 and translations[sources.index(shown[1])] == shown[2]
    assert [path.as_posix() for path in Path().rglob("*")] == ["demo", "demo/alignment-1.png"]
    assert "500 test sentences: BLEU 9" in out
    assert "board" not in out and shown[-1].endswith("seq2seq translate tiny-de-en --show-alignment")


def test_a_trained_run_comes_before_the_model_that_ships(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shipped.run("tiny-de-en")
    assert folder is not None
    shutil.copytree(folder, "runs/tiny-de-en")
    status, out = said(["--sentences", "2"], capsys, monkeypatch)
    assert status == 0 and Path("runs/tiny-de-en/alignment-2.png").is_file() and not Path("demo").exists()
    assert out.splitlines()[-2].endswith("seq2seq board runs")
    assert out.splitlines()[-1].endswith("seq2seq translate runs/tiny-de-en --show-alignment")


def test_a_run_with_links_shows_the_sentences_whose_words_cross_most(
    here: Path, trained: Path, corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = shutil.copytree(corpus, here / "own")
    links = ["0-0 1-1 2-2"] * 8
    links[5], links[3] = "0-2 1p1 2-0", "0-1 1-0"
    (own / "test.align").write_text("".join(f"{line}\n" for line in links))
    run_folder = shutil.copytree(trained, here / "run")
    config = run_folder / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(corpus), str(own)), encoding="utf-8")
    out = said([str(run_folder), "--sentences", "2", "--out", "maps"], capsys, monkeypatch)[1]
    sources = (own / "test.de").read_text(encoding="utf-8").splitlines()
    assert out.index(sources[5]) < out.index(sources[3])
    assert sorted(path.name for path in Path("maps").iterdir()) == ["alignment-1.png", "alignment-2.png"]
    (own / "test.align").unlink()
    (run_folder / "metrics.json").unlink()
    out = said([str(run_folder), "--sentences", "1", "--out", "maps"], capsys, monkeypatch)[1]
    assert out.splitlines()[1] == sources[0] and "BLEU" not in out


def test_the_scores_are_those_of_the_run(
    here: Path, trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = said([str(trained), "--sentences", "1", "--out", "maps"], capsys, monkeypatch)[1]
    bleu = json.loads((trained / "metrics.json").read_bytes())["test"]["bleu"]
    assert f"8 test sentences: BLEU {bleu:.1f}, " in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sentences", "0"], "--sentences is 0, it must be 1 or more"),
        (["runs/none"], "runs/none: no such folder"),
        (["--out", ""], "argument --out: the name is empty"),
    ],
)
def test_faults(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    status, err = said(arguments, capsys, monkeypatch)
    assert status == 2 and message in err and err.count("\n") == 1
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("run/metrics.json", b'{"test": {}}', "run/metrics.json: damaged; remove it"),
        ("run/metrics.json", b"\xff", "run/metrics.json: damaged; remove it"),
        ("own/test.align", b"0-0\n", "own/test.align has 1 lines, but own/test.de has 8; make them fit"),
        ("own/test.align", b"0=0\n" * 8, "the gold links, line 1: '0=0' is no link"),
    ],
)
def test_a_damaged_file_is_one_line(
    here: Path, trained: Path, corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    name: str, content: bytes, message: str,
) -> None:  # fmt: skip
    """10, of the verb that shows a run: tracebacks."""
    shutil.copytree(corpus, here / "own")
    config = shutil.copytree(trained, here / "run") / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(corpus), "own"), encoding="utf-8")
    (here / name).write_bytes(content)
    status, err = said(["run", "--sentences", "1", "--out", "maps"], capsys, monkeypatch)
    assert status == 2 and f"error: {message}" in err and "Traceback" not in err
