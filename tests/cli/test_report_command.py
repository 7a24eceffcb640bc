"""`report` as a user meets it: a page, warnings as `translate` gives them, and bad input in one line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import seq2seq
from corpora import lines

RUN = "tiny-de-en"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with test.de, test.en and test.align of three lines."""
    monkeypatch.chdir(tmp_path)
    for suffix in ("de", "en", "align"):
        text = "\n".join(lines(RUN, "test", suffix, 3)) + "\n"
        (tmp_path / f"test.{suffix}").write_text(text, encoding="utf-8")
    return tmp_path


def report(monkeypatch: pytest.MonkeyPatch, line: str) -> Any:
    return seq2seq(monkeypatch, "report", *line.split())


def data_of(page: Path) -> Any:
    """What the page holds."""
    found = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_run_is_reported_with_all_that_is_given(
    files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    line = f"{RUN} --source test.de --reference test.en --gold test.align --beam 1 --lowercase --output out/a.html"
    assert report(monkeypatch, line) == 0
    assert capfd.readouterr() == ("", "")
    data = data_of(files / "out" / "a.html")
    assert data["command"] == f"seq2seq report {line}" and data["files"]["gold"] == "test.align"
    assert data["sources"] == lines(RUN, "test", "de", 3) and data["references"] == [lines(RUN, "test", "en", 3)]
    (run,) = data["runs"]
    assert run["decoding"].startswith("beam 1,") and "case:lc" in run["scores"]["bleu_signature"]
    assert [one["name"] for one in data["measures"]][:4] == ["bleu", "chrf", "aer", "aligner_aer"]


def test_two_runs_are_told_apart_in_page_and_warnings(
    files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], sister: Path
) -> None:
    (files / "test.de").write_text("Ich kenne die Frau.\n나는 그 여자를 안다.\n", encoding="utf-8")
    assert report(monkeypatch, f"{RUN} {sister} --source test.de --output b.html") == 0
    err = capfd.readouterr().err
    for name in (RUN, sister):
        assert f"warning: {name}: line 2: " in err and "spelt in bytes or single letters" in err
    data = data_of(files / "b.html")
    assert [run["name"] for run in data["runs"]] == [RUN, str(sister)] and data["references"] == []


def test_the_same_command_writes_the_same_page(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    for _ in range(2):
        assert report(monkeypatch, f"{RUN} --source test.de --reference test.en --output c.html") == 0
        pages.append((files / "c.html").read_bytes())
    assert pages[0] == pages[1]


def test_a_line_beyond_the_limits_is_refused_and_the_others_are_there(
    files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (files / "long.de").write_text("Ich kenne die Frau.\n" + "x " * 3000 + "\n", encoding="utf-8")
    assert report(monkeypatch, f"{RUN} --source long.de --output d.html") == 3
    assert capfd.readouterr().err.startswith("refused: line 2: ")
    assert data_of(files / "d.html")["runs"][0]["translations"] == ["I know the woman.", ""]


FAULTS = {
    f"{RUN} {RUN} {RUN} --source test.de --output x.html": "3 runs are too many to stand side by side",
    f"{RUN} --source test.de --gold test.align --output x.html": "--gold links are of source and reference",
    f"{RUN} --source none.de --output x.html": "none.de: no such file",
    f"{RUN} --source empty --output x.html": "empty is empty; there is nothing to do",
    f"{RUN} --source test.de --reference short.en --output x.html": "test.de has 3 lines and short.en has 1",
    f"{RUN} --source test.de --reference test.en --gold short.en --output x.html": "short.en, line 1:",
    f"{RUN} --source test.de --reference test.en --gold far --output x.html": "far, line 3: link 0-99 lies outside",
    f"{RUN} --source test.de --reference test.en --tokenize 14b --output x.html": "BLEU has no tokenisation '14b'",
    f"{RUN} --source long.de --reference test.en --output x.html": "long.de, line 2: the source has",
    f"{RUN} --source test.de --beam 0 --output x.html": "--beam is 0",
    f"{RUN} --source test.de --output test.de": "is the same file as test.de",
    f"{RUN} --source test.de": "--output",
    "none --source test.de --output x.html": "none: no such folder",
}


@pytest.mark.parametrize("line", FAULTS)
def test_faults_are_one_line_and_nothing_is_written(
    line: str, files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in (
        ("empty", ""),
        ("short.en", "one\n"),
        ("far", "0-0\n0-0\n0-99\n"),
        ("long.de", f"a\n{'x ' * 3000}\nb\n"),
    ):
        (files / name).write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in files.iterdir()}
    assert report(monkeypatch, line) == 2
    out, err = capfd.readouterr()
    assert out == "" and err.startswith("error: ") and FAULTS[line] in err and err.count("\n") == 1, err
    assert {path: path.read_bytes() for path in files.iterdir()} == before


def test_a_page_that_cannot_be_written_is_not_there(
    files: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (files / "folder").mkdir()
    assert report(monkeypatch, f"{RUN} --source test.de --output folder") == 2
    assert "error: folder: is a directory" in capfd.readouterr().err and list((files / "folder").iterdir()) == []
