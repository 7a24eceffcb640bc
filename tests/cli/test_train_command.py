"""`train` as a user meets it: scores as JSON, and bad input in one line with nothing written."""

import json
from pathlib import Path

from commands import Result, Script, assert_fault
from conftest import sentences, tiny_config, write_corpus


def test_train_faults_write_nothing(script: Script, corpus: Path, tmp_path: Path) -> None:
    pairs = sentences()
    config = tmp_path / "c.yaml"

    def train(*arguments: object) -> Result:
        return script("train.py", "--config", config, "--run", tmp_path / "run", *arguments)

    tiny_config(corpus).save(config)
    assert_fault(train("--model.hiden_size", "16"), "hiden_size")
    assert_fault(train("--model.hidden_size", "big"), "model.hidden_size", "big")
    assert_fault(train("--model.heads", "3"), "heads is 3")
    assert_fault(train("--data.folder", tmp_path / "nowhere"), "nowhere: no such folder", "seq2seq prepare")
    for train_lines, parts in (
        ("ein\nzwei\n\ndrei\n", ("train.de has 4 lines", "train.en has 2", "blank line at 3")),
        ("ein\n\n", ("train.de, line 2", "blank")),
        ("ein\nzwei\0\n", ("train.de, line 2", "NUL")),
    ):
        broken = write_corpus(tmp_path / "broken", val=pairs[:4])
        (broken / "train.de").write_text(train_lines, encoding="utf-8")
        (broken / "train.en").write_text("one\ntwo\n", encoding="utf-8")
        assert_fault(train("--data.folder", broken), *parts)
    for side in ("de", "en"):
        (broken / f"train.{side}").write_text("", encoding="utf-8")
    assert_fault(train("--data.folder", broken), "empty")
    config.write_text("data:\n  fold: x\n", encoding="utf-8")
    assert_fault(train(), "c.yaml, line 2", "data.fold", "did you mean folder?")
    assert not (tmp_path / "run").exists()


def test_train_prints_the_scores_as_json(script: Script, trained: Path, tmp_path: Path) -> None:
    result = script("train.py", "--config", trained / "config.yaml", "--run", trained)
    assert json.loads(result.out) == json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert "is finished" in result.err
