"""Every verb that translates warns of sentences that the model hardly knows, in the same words."""

import json
from pathlib import Path

import pytest
from commands import seq2seq
from conftest import sentences

KNOWN, UNKNOWN = sentences()[62][0], "Привет"
WORDS = "100% of it is spelt in bytes or single letters: the model hardly knows these words, and its "


@pytest.mark.parametrize(
    ("verb", "more", "guess"),
    [("draw", [], "translation"), ("draw", ["--translation", "Hello"], "alignment"), ("explain", [], "translation")],
)
def test_of_one_sentence(
    verb: str, more: list[str], guess: str, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    output = ["--output", tmp_path / "map.svg"]
    assert seq2seq(monkeypatch, verb, trained, UNKNOWN, *more, *output) == 0
    assert f"warning: the sentence: {WORDS}{guess} is a guess\n" in capsys.readouterr().err
    assert seq2seq(monkeypatch, verb, trained, KNOWN, *more, *output) == 0
    assert "spelt" not in capsys.readouterr().err


def test_evaluate_says_how_many_lines(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "en").write_text("Hello\n" * 6, encoding="utf-8")
    for name, lines in (("strange", [UNKNOWN, KNOWN, "", UNKNOWN, UNKNOWN, UNKNOWN]), ("known", [KNOWN] * 6)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        files = ("--source", tmp_path / name, "--reference", tmp_path / "en")
        assert seq2seq(monkeypatch, "evaluate", trained, *files) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)["sentences"] == 6
        found = [line for line in err.splitlines() if "spelt" in line]
        assert [line.partition(" are spelt")[0] for line in found] == (
            ["warning: 4 of 6 lines"] if name == "strange" else []
        )
