"""`seq2seq film` as a user meets it: a page, whole or not at all, what was left out, and bad input in one line."""

from pathlib import Path

import pytest
from commands import seq2seq
from recordings import record, write_records

PAIR = ("Das Haus ist alt.", "The house is old.")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    for seed, name in enumerate(("one", "two")):
        write_records(folder / name, [record(n, step, PAIR, seed=seed) for n in (1, 2) for step in range(0, 100, 10)])
    write_records(folder / "scalars", [])
    (folder / "corpus").mkdir()
    return folder


def test_a_film_is_written_and_said_to_be(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "new" / "film.html"
    assert seq2seq(monkeypatch, "film", runs / "one", runs / "two", "--output", page) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"written: {page}, {page.stat().st_size / 1e6:.1f} MB, one, two\n")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and "Content-Security-Policy" in text


def test_what_is_left_out_is_said(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "film.html"
    arguments = ["film", runs / "one", "--output", page, "--sentences", 2, 2]
    assert seq2seq(monkeypatch, *arguments) == 0
    whole = page.stat().st_size
    capsys.readouterr()
    assert seq2seq(monkeypatch, *arguments, "--max-size", (whole - 2000) / 1e6) == 0
    assert page.stat().st_size <= whole - 2000
    note, written = capsys.readouterr().err.splitlines()
    assert note.startswith("note: one: ") and " of 10 steps, spread evenly, have room in 0." in note
    assert written.startswith("written: ")


def test_film_faults_in_one_line_and_nothing_is_written(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "film.html"
    page.write_text("before")
    faults: list[tuple[list[object], str]] = [
        ([runs / "none"], "none: no such folder; name the folder of a run"),
        ([runs / "one" / "x"], "x: no such folder"),
        ([runs / "corpus"], "corpus: no TensorBoard events in it"),
        ([runs / "one", runs / "scalars"], "scalars: no recorded maps in its events; train it anew"),
        ([runs / "one", "--sentences", "3"], "one: no maps of sentence 3 are recorded; there are those of 1, 2"),
        ([runs / "one", "--sentences", "x"], "--sentences: invalid int value: 'x'"),
        ([runs / "one", "--max-size", "0"], "--max-size is 0, it must be above 0"),
        ([runs / "one", "--max-size", "nan"], "--max-size is nan, it must be above 0"),
        ([runs / "one", "--max-size", "0.001"], "no more than 2 steps of each run, the most is 0.001"),
        (["tiny-de-en"], "tiny-de-en: the run that ships has no recorded maps; `seq2seq train tiny-de-en` trains one"),
    ]
    for arguments, message in faults:
        assert seq2seq(monkeypatch, "film", *arguments, "--output", page) == 2
        out, err = capsys.readouterr()
        assert err.startswith("error: ") and message in err and err.count("\n") == 1 and out == "", err
    assert page.read_text() == "before" and list(tmp_path.iterdir()) == [page]


def test_the_events_of_a_run_are_not_written_over(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = next((runs / "one").glob("*tfevents*"))
    before = events.read_bytes()
    assert seq2seq(monkeypatch, "film", runs / "one", "--output", events) == 2
    assert "is the same file as" in capsys.readouterr().err and events.read_bytes() == before
    assert seq2seq(monkeypatch, "film", runs / "one", "--output", runs / "one") == 2
    assert "is a directory" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["cut", "flipped", "noise", "empty", "folder"])
def test_damaged_events_never_end_in_a_traceback(
    damage: str, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can be read is shown, and where nothing can be, one line says so."""
    run = tmp_path / "run"
    run.mkdir()
    events = next((runs / "one").glob("*tfevents*"))
    content = events.read_bytes()
    path = run / events.name
    if damage == "folder":
        path.mkdir()
    else:
        flipped = bytearray(content)
        flipped[len(content) // 2] ^= 0xFF
        path.write_bytes({"cut": content[:-777], "flipped": bytes(flipped), "noise": bytes(range(256)) * 99,
                          "empty": b""}[damage])  # fmt: skip
    status = seq2seq(monkeypatch, "film", run, "--output", tmp_path / "film.html")
    err = capsys.readouterr().err
    assert "Traceback" not in err and err.count("\n") == 1, err
    assert (tmp_path / "film.html").exists() == (status == 0)
    assert status == 0 if damage == "cut" else status in (0, 2)
    assert status == 2 if damage in ("noise", "empty", "folder") else True
