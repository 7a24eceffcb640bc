"""Verbs with their streams closed, full or in another encoding, and outputs that cannot be written: one line each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import tiny_config
from outputs import PLACES, STREAMS, tried_outputs
from processes import assert_one_line, environment, full_node, shell, small_disk
from warm import Warm

from seq2seq.cli.main import VERBS

UMLAUTS = "Über äöü — 한국어"


@pytest.mark.parametrize("verb", [*VERBS, None])
def test_help_to_a_full_output_fails(verb: str | None, warm: Warm, tmp_path: Path) -> None:
    """5: status 0, and the help was nowhere."""
    done = warm.run([*([verb] if verb else []), "--help"], streams={"stdout": full_node(tmp_path)})
    assert_one_line(done, "standard output: no space left")


@pytest.mark.parametrize("how", ["full", "closed"])
def test_an_output_that_takes_nothing_is_one_line(how: str, trained: Path, warm: Warm, tmp_path: Path) -> None:
    """9: `AttributeError: 'NoneType' object has no attribute 'isatty'`, or status 0 and nothing printed."""
    (tmp_path / "lines").write_text("Der Hund sieht den Ball.\n" * 9)
    for call in (["translate", trained, "--input", tmp_path / "lines"], ["explain"], ["--version"]):
        done = warm.run(call, streams={"stdout": None if how == "closed" else full_node(tmp_path)})
        said = "bad file descriptor" if how == "closed" else "no space left on device"
        assert_one_line(done, f"standard output: {said}")
        (tmp_path / "full").unlink(missing_ok=True)


def test_bad_input_is_one_line_on_an_output_that_takes_nothing_too(warm: Warm, tmp_path: Path) -> None:
    """What it had printed before failed again at the end: `Exception ignored`, and status 120."""
    for name in ("a", "b"):
        (tmp_path / name).write_text("Ja.\n")
    call = ["doctor", tmp_path / "a", tmp_path / "b", "--json", tmp_path]
    assert_one_line(warm.run(call, streams={"stdout": full_node(tmp_path)}), "is a directory")


def test_a_process_without_streams_is_one_line() -> None:
    """As Python itself finds them, which `warm` does not go through."""
    for redirection, said in ((">&-", "standard output: bad file descriptor"), ("<&-", "nowhere: no such folder")):
        done = shell(f'"$@" {redirection}', *(["--version"] if ">" in redirection else ["translate", "nowhere"]))
        assert_one_line(done, said)
    done = shell('"$@" 2>&-', "translate", "nowhere")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_closed_input_is_one_line(trained: Path, warm: Warm) -> None:
    assert_one_line(warm.run(["translate", trained], streams={"stdin": None}), "standard input: cannot be read")


@pytest.mark.parametrize("how", ["full", "closed"])
def test_messages_that_cannot_be_written_do_not_end_the_work(
    how: str, trained: Path, warm: Warm, tmp_path: Path
) -> None:
    """Python prints what was meant for a closed stderr on stdout."""
    (tmp_path / "lines").write_text("Qqqq Xxxx Zzzz.\n")
    streams = {"stdin": tmp_path / "lines", "stderr": None if how == "closed" else full_node(tmp_path)}
    done = warm.run(["translate", trained], streams=streams)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1


def test_every_verb_that_writes_refuses_what_it_cannot_write(warm: Warm, tmp_path: Path) -> None:
    """9: tracebacks in 22 of 40. The short form of `make faults`, which has all places and streams."""
    full_node(tmp_path)  # skipped where devices and disks cannot be made
    with small_disk(tmp_path / "disk", "size=64k"):
        pass
    places = ["no name", "a folder", "below a file", "a link to itself", "a full disk", "a device that is full"]
    assert {*places} <= {*PLACES}
    verbs = ["translate", "draw", "prepare", "doctor --json", "train"]
    found, faults = tried_outputs(tmp_path / "tried", places, ["output full", "all closed"], verbs, warm)
    assert faults == [] and found["calls"] == 40 and found["refused"] > 30
    assert {*STREAMS} > {"output full", "all closed"}


def test_a_page_that_is_a_folder_is_told_of_before_the_training(corpus: Path, warm: Warm, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    data = ["--data.folder", corpus, "--data.source", "de", "--data.target", "en"]
    done = warm.run(["bakeoff", "own", *data, "--page", "folder"], cwd=tmp_path)
    assert_one_line(done, "folder: is a folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    "changes", [{"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii:replace"}, {"LC_ALL": "C"}]
)
def test_output_is_utf_8_whatever_the_locale_says(changes: dict[str, str]) -> None:
    """28: UnicodeEncodeError with `PYTHONIOENCODING=latin-1`, and bytes that were no UTF-8."""
    code = f"""
from seq2seq.cli.command import run
from seq2seq.errors import InputError
def main():
    print({UMLAUTS!r})
    raise InputError({UMLAUTS!r})
run(main)
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment(**changes), capture_output=True)
    assert done.stdout.decode() == f"{UMLAUTS}\n"
    assert_one_line(done, UMLAUTS)


def test_a_training_on_a_small_disk_is_one_line_and_goes_on_with_room(corpus: Path, warm: Warm, tmp_path: Path) -> None:
    tiny_config(corpus, max_epochs=1).save(tmp_path / "c.yaml")
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        call = ["train", tmp_path / "c.yaml", "--run", disk / "run", "--logging.sentences", 0]
        (disk / "ballast").write_bytes(bytes(850_000))
        assert_one_line(warm.run(call), str(disk), "no space left on device")
        (disk / "ballast").unlink()
        done = warm.run(call)
        assert done.returncode == 0 and os.path.exists(disk / "run" / "metrics.json"), done.stderr.decode()


def test_a_training_on_a_disk_that_cannot_be_written_is_one_line(corpus: Path, warm: Warm, tmp_path: Path) -> None:
    tiny_config(corpus).save(tmp_path / "c.yaml")
    with small_disk(tmp_path / "disk", "ro,size=64k") as disk:
        done = warm.run(["train", tmp_path / "c.yaml", "--run", disk / "run"])
        assert_one_line(done, "run: read-only file system")
