"""`--shards`: the same bytes as without, gone on with after an interruption. All but one test have blocks worked on in
this process in place of Ray, which is not there in `make test`."""

import fcntl
import json
import os
import pickle
import shlex
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shards as measurement
from commands import seq2seq
from conftest import sentences

from seq2seq.translate import blocks, ray_engine

RUN = "tiny-de-en"
Rows = list[dict[str, Any]]
LINES = [*(source for source, _ in sentences()[:5]), "", "Hund " * 30, *(source for source, _ in sentences()[5:9])]


class Here:
    """In place of Ray: one worker in this process, which is given the blocks from the last to the first."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.before: Callable[[dict[str, Any], str], object] = lambda row, folder: None

    def __call__(self, rows: Rows, given: Any, workers: int, address: str | None) -> Iterator[dict[str, Any]]:
        worker = ray_engine.Worker(*pickle.loads(pickle.dumps(given)))
        for row in json.loads(json.dumps(rows[::-1])):
            self.before(row, given[1])
            yield worker(row)
            self.numbers.append(row["number"])


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Here:
    """Blocks of four lines; the current folder has files `de` and `en`, line for line."""
    engine = Here()
    monkeypatch.setattr(ray_engine, "rows_done", engine)
    monkeypatch.setattr(ray_engine, "check_ray", lambda: None)
    monkeypatch.setattr(blocks, "LINES", 4)
    monkeypatch.chdir(tmp_path)
    Path("de").write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    Path("en").write_text("".join(f"{line[::-1]}\n" for line in LINES), encoding="utf-8")
    return engine


def left() -> set[str]:
    return {path.name for path in Path().iterdir()}


TRANSLATE = f"translate {RUN} --input de --output out --beam 1 --batch-size 2"


@pytest.mark.parametrize(
    "command",
    [
        TRANSLATE,
        f"{TRANSLATE} --max-pieces 20 --format moses",
        f"{TRANSLATE.replace('beam 1', 'beam 2')} --nbest 2 --format jsonl --precision int8",
        f"{TRANSLATE} --prefix begun --open-prefix",
        f"align {RUN} --source de --target en --output out --scores sure --max-pieces 60",
    ],
)
def test_the_output_is_that_of_the_command_without_shards(
    here: Here, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("begun").write_text("".join(f"{'The' * (number % 2)}\n" for number in range(len(LINES))), encoding="utf-8")
    names = ("out", "sure") if "sure" in command else ("out",)
    status = seq2seq(monkeypatch, *shlex.split(command))
    plain = [Path(name).read_bytes() for name in names]
    said = capsys.readouterr()
    assert status == (3 if "refused: line " in said.err else 0) and (status == 3 or "--max-pieces" not in command)
    for name in names:
        Path(name).unlink()
    before = left()
    assert seq2seq(monkeypatch, *shlex.split(command), "--shards", 2) == status
    assert [Path(name).read_bytes() for name in names] == plain and here.numbers == [2, 1, 0]
    assert capsys.readouterr() == said and left() == before | set(names)


def test_what_was_interrupted_goes_on_and_what_is_damaged_is_done_again(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [*shlex.split(TRANSLATE), "--shards", 2]
    assert seq2seq(monkeypatch, *shlex.split(TRANSLATE.replace(" out", " plain"))) == 0

    def interrupt(row: dict[str, Any], folder: str) -> None:
        if row["number"] == 0:
            raise KeyboardInterrupt

    here.before = interrupt
    assert seq2seq(monkeypatch, *call) == 130 and left() == {"de", "en", "plain", ".out.shards"}
    (damaged,) = Path(".out.shards").glob("*/*2")
    damaged.write_bytes(damaged.read_bytes()[:-3] + b'."]')
    here.before, here.numbers = (lambda row, folder: None), []
    assert seq2seq(monkeypatch, *call) == 0
    assert here.numbers == [2, 0] and left() == {"de", "en", "plain", "out"}
    assert Path("out").read_bytes() == Path("plain").read_bytes()


@pytest.mark.parametrize("change", ["beam", "lines"])
def test_what_was_kept_of_other_work_is_not_taken(here: Here, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(row: dict[str, Any], folder: str) -> None:
        if row["number"] == 0:
            raise KeyboardInterrupt

    here.before = interrupt
    assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2) == 130
    here.before, here.numbers = (lambda row, folder: None), []
    other = TRANSLATE.replace("beam 1", "beam 2") if change == "beam" else TRANSLATE
    if change == "lines":
        Path("de").write_text("".join(f"{line}\n" for line in LINES[::-1]), encoding="utf-8")
    assert seq2seq(monkeypatch, *shlex.split(other), "--shards", 2) == 0
    assert here.numbers == [2, 1, 0] and left() == {"de", "en", "out"}


def test_an_empty_file_needs_no_worker(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("de").write_bytes(b"")
    assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2) == 0
    assert Path("out").read_bytes() == b"" and here.numbers == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (f"{TRANSLATE} --shards 0", "--shards is 0, it must be 1 or more"),
        (f"{TRANSLATE} --ray auto", "--ray says which engine works on shards; say how many with --shards N"),
        (f"translate {RUN} --output out --shards 2", "--shards works on files; give --input FILE"),
        (f"translate {RUN} --input de --shards 2", "--shards works on files; give --output FILE"),
        (f"{TRANSLATE} --shards 2 --show-alignment", "--show-alignment does not go with --shards"),
        (f"{TRANSLATE.replace('input de', 'input fifo')} --shards 2", "fifo: is no regular file, and --shards needs"),
        (f"{TRANSLATE.replace(' out', ' fifo')} --shards 2", "and --shards needs one for --output"),
        (f"{TRANSLATE.replace('input de', 'input damaged')} --shards 2", "damaged, line 6: byte 4 of the line (0xff)"),
        (f"{TRANSLATE} --shards 2 --prefix short", "de, line 2: short has only 1 lines; give each line a prefix"),
        (f"align {RUN} --source de --target en --shards 2", "--shards works on files; give --output FILE"),
        (f"align {RUN} --source de --target en --output out --gold en --shards 2", "--gold does not go with --shards"),
        (f"align {RUN} --source de --target short --output out --shards 2", "de has 11 lines and short has 1"),
        (f"align {RUN} --source de --target en --output out --by x --shards 2", "unknown reading 'x'"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_in_one_line(
    here: Here, command: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo("fifo")
    Path("short").write_bytes(b"The\n")
    Path("damaged").write_bytes(b"Hund\n" * 5 + b"Hun\xff\n")
    before = left()
    assert seq2seq(monkeypatch, *shlex.split(command)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and message in line and left() == before


def test_faults_in_a_worker_are_one_line(
    here: Here, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(message: str) -> None:
        assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("error: ") and message in line and not Path("out").exists()

    def ended_eight_workers(row: dict[str, Any], folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        Path(folder, f"{row['number']:08}.begun").write_bytes(b"." * 8)

    here.before = ended_eight_workers
    fails("de, lines 9 to 11: 8 workers have ended over them; is there memory for so many?")
    here.before = lambda row, folder: Path("de").write_text("Hund\n" * 11)
    fails("de: has changed since the work began")


def test_two_processes_do_not_write_one_file(
    here: Here, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".out.shards").mkdir()
    descriptor = os.open(".out.shards", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2) == 2
    finally:
        os.close(descriptor)
    assert "error: out: another process is writing it" in capsys.readouterr().err and here.numbers == []


def test_without_ray_the_way_to_install_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ray_engine, "find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    Path("de").write_text("Hund\n")
    assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2) == 2
    assert "which is not installed; pip install 'seq2seq[ray]'" in capsys.readouterr().err and left() == {"de"}


def test_an_engine_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ray_engine, "check_ray", lambda: None)
    monkeypatch.chdir(tmp_path)
    Path("de").write_text("Hund\n")
    with socket.socket() as bound:  # to a port at which nothing listens
        bound.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{bound.getsockname()[1]}"
        for address, message in ((nobody, "no engine of Ray answers"), ("here", "must be HOST:PORT")):
            assert seq2seq(monkeypatch, *shlex.split(TRANSLATE), "--shards", 2, "--ray", address) == 2
            (line,) = capsys.readouterr().err.splitlines()
            assert line.startswith(f"error: --ray {address}: {message}") and left() == {"de"}


@pytest.mark.long
def test_ray_does_the_lines_of_killed_workers_again(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    options = SimpleNamespace(run=RUN, lines=6_000, workers=2, beam="1", kills=2, folder=tmp_path)
    assert measurement.measure(options) == 0
