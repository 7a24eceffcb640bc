"""The model that ships: weights in half the bytes, with their own scores."""

import json
from pathlib import Path

import pytest
import torch
from commands import Script
from safetensors.torch import load_file
from ship import ship

from seq2seq import Translator
from seq2seq.errors import InputError
from seq2seq.text.files import read_parallel
from seq2seq.translate.evaluation import evaluate


def test_what_ships_is_the_run_rounded_and_scored_again(trained: Path, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "shipped"
    metrics = ship(trained, out)
    assert sorted(path.name for path in out.iterdir()) == [
        "config.yaml", "metrics.json", "model.safetensors", "run.json", "subwords.model"]  # fmt: skip
    before, after = load_file(trained / "model.safetensors"), load_file(out / "model.safetensors")
    assert before.keys() == after.keys()
    assert all(torch.equal(after[name], before[name].to(torch.bfloat16)) for name in before)
    assert metrics == json.loads((out / "metrics.json").read_bytes())
    own = json.loads((trained / "metrics.json").read_bytes())
    assert metrics.keys() == own.keys() and metrics["minutes"] == own["minutes"]
    pairs = read_parallel(corpus / "test.de", corpus / "test.en")
    again = evaluate(Translator.load(out, "cpu"), pairs)
    assert metrics["test"]["chrf"] == pytest.approx(again["chrf"])


def test_the_same_run_ships_as_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        ship(trained, tmp_path / name)
    for name in ("config.yaml", "model.safetensors", "run.json", "subwords.model"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_run_that_is_not_finished_does_not_ship(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match=r"run: no metrics.json in it; train the run to its end first"):
        ship(tmp_path / "run", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_script_says_what_is_wrong_in_one_line(script: Script, tmp_path: Path) -> None:
    result = script("ship.py", tmp_path)
    assert result.status == 2 and result.err.count("\n") == 1
