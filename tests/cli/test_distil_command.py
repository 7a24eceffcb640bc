"""`seq2seq distil`: teachers, their translations, a student; each stage once, whatever comes in between."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import seq2seq

from seq2seq import Translator, load_config
from seq2seq.translate import parts
from seq2seq.translate.parts import translations_in_parts

TEACHER = "tiny-de-en"
"""A run that ends its translations."""
TURNED = ["--data.source", "en", "--data.target", "de"]


@pytest.fixture
def recipe(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A recipe of two short epochs, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parts, "PART", 25)
    data = {"folder": str(corpus), "source": "de", "target": "en", "batch_tokens": 300}
    content = {"data": data, "subwords": {"vocab_size": 320}, "model": {"embedding_size": 16, "hidden_size": 16},
               "search": {"beam": 2, "max_length_ratio": 1.0}, "logging": {"sentences": 0},
               "trainer": {"max_epochs": 2, "enable_progress_bar": False}}  # fmt: skip
    Path("mine.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return "mine.yaml"


def lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def test_the_student_learns_from_the_text_and_from_its_translations(
    recipe: str, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seq2seq(monkeypatch, "distil", recipe, "--from", TEACHER, "--run", "made") == 0
    said = capsys.readouterr()
    sources, targets = (lines(f"{corpus}/train.{language}") for language in ("de", "en"))
    best = [one[0] for one in Translator.load(TEACHER).translate_all(sources, beam=2)]
    whole = [(source, one.text) for source, one in zip(sources, best, strict=True) if one.finished and one.text]
    assert len(whole) > 50
    found = list(zip(lines("made/corpus/train.de"), lines("made/corpus/train.en"), strict=True))
    assert found == [*zip(sources, targets, strict=True), *whole]
    for name in ("val.de", "test.en", "val.align"):
        assert Path("made/corpus", name).read_bytes() == (corpus / name).read_bytes()
    assert json.loads(said.out) == json.loads(Path("made/student/metrics.json").read_text())
    assert load_config("made/student/config.yaml").trainer["max_epochs"] == 1  # half as many, of twice the pairs
    assert "60 of 60 training sentences translated" in said.err
    assert sorted(path.name for path in Path("made").iterdir()) == ["corpus", "student"]


def test_two_seeds_are_teachers_and_nothing_is_done_twice(
    recipe: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["distil", recipe, "--training.seed", "5", "--run", "made"]

    def interrupted(*arguments: Any) -> Iterator[list[str]]:
        yield next(translations_in_parts(*arguments))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("seq2seq.train.distillation.translations_in_parts", interrupted)
        assert seq2seq(monkeypatch, *call) == 130
    seeds = [load_config(f"made/teacher-{number}/config.yaml").training.seed for number in (1, 2)]
    assert seeds == [5, 6] and not Path("made/corpus").exists()
    trained = {path: path.stat().st_mtime_ns for path in Path("made").glob("teacher-*/model.safetensors")}
    (kept,) = Path("made").glob(".translated/*/*.json")
    kept.write_text(json.dumps(["done before"] * 25))
    damaged = kept.with_name("25.json")
    damaged.write_text('["of another work"]')
    assert seq2seq(monkeypatch, *call) == 0
    assert lines("made/corpus/train.en")[60:85] == ["done before"] * 25
    assert {path: path.stat().st_mtime_ns for path in trained} == trained and len(trained) == 2
    first = capsys.readouterr().out
    assert seq2seq(monkeypatch, *call) == 0
    assert capsys.readouterr().out == first
    weights = Path("made/teacher-1/model.safetensors").read_bytes()
    for more in (["--trainer.max_epochs", "3"], ["--teachers", "3"]):
        assert seq2seq(monkeypatch, *call, *more) == 2
        assert "made/corpus: was made by teachers as they were, and made/teacher-" in capsys.readouterr().err
    assert Path("made/teacher-1/model.safetensors").read_bytes() == weights and not Path("made/teacher-3").exists()
    assert load_config("made/student/config.yaml").training.seed == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--teachers", "2", "--from", TEACHER], "--teachers says how many to train, and --from gives trained ones"),
        (["--teachers", "0"], "--teachers is 0, it must be 1 or more"),
        (["--from", "away"], "away: no such folder, and no run of that name ships"),
        (["--from", TEACHER, *TURNED], "tiny-de-en: translates de to en, not en to de"),
        (
            ["--alignment.guide", "links", "--alignment.guided_attention", "1"],
            "alignment.guide is a file, whose links are not those of translations",
        ),
        (["--run", "full"], "full: holds notes, which is no part of a distillation; choose another --run"),
        (
            ["--trainer.devices", "2", "--trainer.accelerator", "cpu"],
            "distil is for one process: say --trainer.devices 1",
        ),
        (["--run", "mine.yaml"], "mine.yaml: is a file, not a folder"),
    ],
)
def test_faults_are_one_line_and_leave_nothing(
    recipe: str, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    Path("full").mkdir()
    Path("full/notes").touch()
    assert seq2seq(monkeypatch, "distil", recipe, *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and message in line
    assert sorted(path.name for path in Path().iterdir()) == ["full", "mine.yaml"]


def test_a_corpus_of_other_teachers_is_not_taken(
    recipe: str, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["distil", recipe, "--from", TEACHER, "--run", "made"]
    assert seq2seq(monkeypatch, *call) == 0
    capsys.readouterr()
    assert seq2seq(monkeypatch, *call, "--search.beam", "1") == 2
    assert "made/corpus: is not of these teachers, this text and this search" in capsys.readouterr().err


def test_teachers_that_end_no_translation_give_no_student(
    recipe: str, trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("seq2seq.train.distillation.translations_in_parts", lambda *_: iter([[""] * 60]))
    assert seq2seq(monkeypatch, "distil", recipe, "--from", trained, "--run", "made") == 2
    assert f"error: {trained}: no translation is whole; are the teachers trained" in capsys.readouterr().err
    assert not Path("made/corpus").exists() and not Path("made/student").exists()
