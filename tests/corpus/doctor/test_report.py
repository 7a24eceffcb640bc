"""The doctor's report: in the terminal, as a page that needs nothing from anywhere, and in what `prepare` says."""

import html
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from corpora import lines
from test_cleaned_copy import corpus  # noqa: F401
from test_doctor import examined, written

from seq2seq.corpus.doctor import examine
from seq2seq.corpus.doctor.finding import Split
from seq2seq.corpus.doctor.pieces import least_vocabulary
from seq2seq.corpus.own import prepare_text

ATTACK = "<script>alert('x')</script> <img src=http://x> & \u202egnp &amp; ok."


class Tags(HTMLParser):
    """The tags of a page, and the attributes that fetch something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "data", "action", "style")]


def test_the_page_shows_text_as_text_and_fetches_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = request.getfixturevalue("corpus")
    own.source[20] = ATTACK
    examined([*written(own, tmp_path), "--html", str(tmp_path / "page.html")], monkeypatch, tmp_path)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Tags()
    page.feed(text)
    assert "script" not in page.tags and "img" not in page.tags and "link" not in page.tags
    assert page.fetched and all(re.fullmatch(r"#f\d+", value) for value in page.fetched)
    assert "url(" not in text and "@import" not in text and "\u202e" not in text
    assert html.escape(ATTACK.replace("\u202e", "<U+202E>")) in text
    assert all(f'id="{value[1:]}"' in text for value in page.fetched)


def test_the_terminal_has_a_table_then_examples_and_no_control_characters(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = request.getfixturevalue("corpus")
    for at in (30, 40, 50, 60):
        own.target[at] = f"\x1b[31m{own.target[at]}"
    examined(written(own, tmp_path), monkeypatch, tmp_path)
    out = capsys.readouterr().out
    assert "control  train      4  31, 41, 51, 61\n" in out
    assert out.count("<U+001B>[31m") == 3 and "\x1b" not in out
    assert "control: control characters, tabs among them, train (0 source, 4 target)" in out


def test_nothing_is_said_of_lines_that_a_language_writes_so() -> None:
    """Joiners and marks of direction where scripts need them, accents, quotes and question marks of other scripts."""
    pairs = [
        ("می‌خواهم بروم؟", "Do I want to go?"),
        ("שלום\u200f!", "Hello!"),
        ("これは何ですか？", "What is this?"),
        ("你好，世界。", "Hello, world."),
        ("Πού είναι;", "Where is it?"),
        ("¿Qué hora es?", "What time is it?"),
        ("« L’été »", '"Summer"'),
        ("O’Brien’s naïve café – 5 €", "O’Brien’s naïve café: 5 €"),
        ("Il a payé 1.000,50 € à 10 h 30.", "He paid €1,000.50 at 10:30 h."),
    ]
    for pair in pairs:
        names = [found.check.name for found in examine([Split("train", ("a", "b"), *([side] for side in pair))])]
        assert names in ([], ["numbers"]) and (names == []) is ("h 30" not in pair[0]), pair


def test_the_least_vocabulary_is_what_sentencepiece_takes() -> None:
    from seq2seq.config.sections import SubwordsConfig
    from seq2seq.corpus.subwords import Subwords
    from seq2seq.errors import InputError

    sides = [lines("tiny-ko-en", "train", language, 300) for language in ("ko", "en")]
    least = least_vocabulary(Split("train", ("a", "b"), *sides))
    sentences = [*sides[0], *sides[1]]
    assert len(Subwords.train(sentences, SubwordsConfig(vocab_size=least, model_type="bpe"))) == least
    with pytest.raises(InputError, match=f"set it to {least} or more"):
        Subwords.train(sentences, SubwordsConfig(vocab_size=least - 1))


def test_prepare_notes_what_the_quick_checks_find(tmp_path: Path) -> None:
    sides = [lines("tiny-de-en", "train", language, 300) for language in ("de", "en")]
    for run, odd in enumerate(("", " &quot;", "Ã¼ber")):
        sides[0][3] = f"Er{odd} singt heute."
        for name, side in zip("ab", sides, strict=True):
            (tmp_path / name).write_text("".join(f"{line}\n" for line in side), encoding="utf-8")
        out = tmp_path / str(run)
        report = prepare_text(tmp_path / "a", tmp_path / "b", "de", "en", out, val=10, test=10)
        train = (out / "train.de").read_text(encoding="utf-8").splitlines()
        at = train.index(sides[0][3]) + 1
        assert ("seq2seq doctor tells more" in report) is bool(odd)
        assert not odd or f": 1 (first: {out / 'train.de'}, line {at})" in report
        assert odd or report.endswith("nothing dropped")


def test_help_begins_with_an_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from seq2seq.cli.main import main

    monkeypatch.setattr(sys, "argv", ["seq2seq", "doctor", "--help"])
    with pytest.raises(SystemExit):
        main()
    out = capsys.readouterr().out
    assert out.index("seq2seq doctor my.de my.en") < out.index("usage:") and "Exit status" in out
