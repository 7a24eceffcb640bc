"""Help that can be read and followed: lines that fit, names that say what is wanted, examples that work."""

import json
import shlex
from pathlib import Path

import pytest
from commands import seq2seq

from seq2seq.cli import evaluate, train
from seq2seq.cli.command import Parser
from seq2seq.cli.main import VERBS
from seq2seq.errors import InputError


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("verb", VERBS)
def test_what_a_verb_does_fits_the_terminal(
    verb: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    seq2seq(monkeypatch, verb, "--help")
    first = capsys.readouterr().out.partition("\n\n")[0]
    assert first and max(map(len, first.splitlines())) < width


@pytest.mark.parametrize("arguments", [["evaluate"], ["demo"], ["prepare", "text"], ["prepare", "tiny-de-en"]])
def test_a_value_is_called_by_its_kind(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seq2seq(monkeypatch, *arguments, "--help")
    options = [line.split()[:2] for line in capsys.readouterr().out.splitlines() if line.startswith("  --")]
    values = {name: value for name, value in options if value.isupper()}
    assert values and set(values.values()) <= {"FILE", "FOLDER", "N", "NAME", "LANG", "COLUMN"}, values


def test_the_example_of_evaluate_works_after_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare, score = (shlex.split(line)[1:] for line in evaluate.EXAMPLE.strip().splitlines())
    assert seq2seq(monkeypatch, *prepare) == 0
    for name in ("test.de", "test.en"):
        path = Path("data/tiny-de-en", name)
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:4]), encoding="utf-8")
    capsys.readouterr()
    assert seq2seq(monkeypatch, *score) == 0
    assert json.loads(capsys.readouterr().out)["sentences"] == 4


def test_the_recipes_of_the_examples_of_train_are_found_from_any_folder() -> None:
    from seq2seq import shipped

    recipes = [shlex.split(line)[2] for line in train.EXAMPLE.strip().splitlines()]
    assert len(recipes) == 3 and all(shipped.recipe(name) for name in recipes)


@pytest.mark.parametrize(("corpus", "kept"), [("text", False), ("tatoeba", True), ("multi30k", True)])
def test_only_what_is_downloaded_is_kept(
    corpus: str, kept: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seq2seq(monkeypatch, "prepare", corpus, "--help")
    assert ("downloads" in capsys.readouterr().out) == kept


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["prepare", "txt"], "text"),
        (["prepare", "tiny-de"], "tiny-de-en"),
        (["translate", "x", "--format", "json"], "jsonl"),
    ],
)
def test_a_wrong_choice_names_the_nearest(
    arguments: list[str], meant: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seq2seq(monkeypatch, *arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: argument") and f"; did you mean {meant}?; `seq2seq" in err and err.count("\n") == 1


def test_a_choice_that_is_like_none_is_not_guessed() -> None:
    parser = Parser(prog="x")
    parser.add_argument("--beam", type=int, choices=(1, 2))
    with pytest.raises(InputError, match=r"invalid choice: 7 \(choose from 1, 2\); `x --help`"):
        parser.parse_args(["--beam", "7"])
