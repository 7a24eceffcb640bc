"""What the scripts share: help that teaches, several runs at once, and a run that is not there."""

import json
import os
import shutil
from pathlib import Path

import pytest
from commands import SCRIPTS, SOURCE, Script, assert_fault

from seq2seq.translate.ensemble import load_runs


@pytest.mark.parametrize(
    "name", sorted(path.name for path in SCRIPTS.glob("*.py") if os.access(path, os.X_OK) and path.name != "warm.py")
)
def test_help_is_there(script: Script, name: str) -> None:
    result = script(name, "--help")
    assert result.status in (0, None) and "usage" in result.out.lower()


@pytest.mark.parametrize("verb", ["translate", "draw", "align", "explain"])
def test_help_teaches_by_an_example_and_fits_two_screens(script: Script, verb: str) -> None:
    lines = script(f"{verb}.py", "--help").out.splitlines()
    assert lines[lines.index("") + 1].strip().startswith(("seq2seq ", "echo ")) and len(lines) <= 50


def test_the_scripts_take_several_runs(
    script: Script, trained: Path, sister: Path, stranger: Path, corpus: Path
) -> None:
    expected = load_runs([trained, sister]).translate(SOURCE)
    shown = script("translate.py", trained, sister, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    data = json.loads(shown.out)
    assert (data["text"], data["score"]) == (expected.text, pytest.approx(expected.score))
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en", "--gold", corpus / "test.align")
    both = json.loads(script("evaluate.py", trained, sister, *files).out)
    swapped = json.loads(script("evaluate.py", sister, trained, *files).out)
    alone = json.loads(script("evaluate.py", trained, *files).out)
    assert both | {"seconds": 0} == swapped | {"seconds": 0}
    assert both["attention"]["entropy"] != alone["attention"]["entropy"]
    for arguments in (("translate.py", trained, stranger), ("evaluate.py", trained, stranger, *files)):
        assert_fault(script(*arguments), f"{stranger} and {trained} cannot translate together")
    assert_fault(script("evaluate.py", trained, sister, *files, "--probe-attention"), "give one run")


def test_a_run_that_is_not_there_is_named(script: Script, trained: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(trained, tmp_path / "copy")
    (copy / "model.safetensors").unlink()
    assert_fault(script("translate.py", trained, copy), "copy/model.safetensors: no such file")
