"""`seq2seq backtranslate`: pairs out of text of one language, whole or not at all, and gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest
from commands import seq2seq
from conftest import sentences

from seq2seq import Translator
from seq2seq.translate import parts

RUN = "tiny-de-en"
"""A run that ends its translations."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with sentences of the language that the run translates from: to it they are targets."""
    monkeypatch.chdir(tmp_path)
    lines = [source for source, _ in sentences()[:5]]
    (tmp_path / "mono").write_text("\n".join([*lines, "", lines[0], f"{sentences()[61][0].upper()}!"]) + "\n")
    monkeypatch.setattr(parts, "PART", 2)
    return tmp_path


def made(folder: str) -> tuple[list[str], list[str]]:
    source, target = (Path(folder, f"train.{language}").read_text().splitlines() for language in ("en", "de"))
    return source, target


def test_translations_become_sources_and_sentences_that_are_held_out_nothing(
    place: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["backtranslate", RUN, "--input", "mono", "--corpus", corpus, "--output", "back"]
    assert seq2seq(monkeypatch, *call, "--tag", "<BT>") == 0
    said = capsys.readouterr().out
    best = [one[0] for one in Translator.load(RUN).translate_all([source for source, _ in sentences()[:5]])]
    assert all(one.finished for one in best)
    expected = [(f"<BT> {one.text}", one.alignment.source.text) for one in best]
    assert list(zip(*made("back"), strict=True)) == expected
    assert f"back: {len(expected)} pairs, en translated from de\n" in said
    assert "left out, blank: 1\n" in said and "left out, repeated: 1\n" in said
    assert f"left out, in val or test of {corpus}: 1\n" in said


def test_what_was_interrupted_goes_on_and_leaves_nothing_else(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["backtranslate", RUN, "--input", "mono", "--output"]
    assert seq2seq(monkeypatch, *call, "whole") == 0
    translate_all, calls = Translator.translate_all, []

    def interrupted(self: Translator, lines: list[str], **options: object) -> object:
        calls.append(len(lines))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return translate_all(self, lines, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Translator, "translate_all", interrupted)
    assert seq2seq(monkeypatch, *call, "back") == 130
    assert [path for path in Path("back").iterdir() if not path.name.startswith(".")] == []
    assert seq2seq(monkeypatch, *call, "back") == 0
    assert calls == [2, 2, 2, 2] and made("back") == made("whole")  # 6 sentences; the first two were done
    assert sorted(path.name for path in Path("back").iterdir()) == ["train.de", "train.en"]
    assert sorted(path.name for path in place.iterdir()) == ["back", "mono", "whole"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--input", "away"], "away: no such file"),
        (["--input", "empty"], "empty: has no sentence to translate"),
        (["--input", "mono", "--tag", "two words"], "--tag 'two words': must be one word"),
        (["--input", "mono", "--corpus", "away"], "away"),
        (["--input", "mono", "--beam", "0"], "--beam is 0"),
    ],
)
def test_faults_are_one_line(
    place: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    Path("empty").touch()
    assert seq2seq(monkeypatch, "backtranslate", RUN, *arguments, "--output", "back") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and message in line and not Path("back").exists()


def test_a_run_that_ends_no_translation_gives_no_corpus(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    translate_all = Translator.translate_all

    def cut(self: Translator, lines: list[str], **options: object) -> list[list[object]]:
        return [[replace(one[0], finished=False)] for one in translate_all(self, lines, **options)]  # type: ignore[arg-type]

    monkeypatch.setattr(Translator, "translate_all", cut)
    assert seq2seq(monkeypatch, "backtranslate", RUN, "--input", "mono", "--output", "back") == 2
    assert "error: back: no sentence has a whole translation" in capsys.readouterr().err
    assert [path.name for path in place.iterdir()] == ["mono"]


def test_a_folder_of_something_else_is_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("back").mkdir()
    Path("back/val.en").write_text("mine\n")
    assert seq2seq(monkeypatch, "backtranslate", RUN, "--input", "mono", "--output", "back") == 2
    assert "back: holds val.en, which is no part of this corpus" in capsys.readouterr().err
