"""`seq2seq doctor --fix`: a copy in which only doubts are left, the list of what was changed, the input untouched."""

import contextlib
import csv
import gzip
import json
import lzma
import sys
from pathlib import Path

import pytest
from corpora import lines
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import FAULTS, Corpus, Fault
from test_doctor import FILES, examined, written

from seq2seq.cli.main import main
from seq2seq.corpus.doctor import CHECKS
from seq2seq.corpus.doctor.fix import CHANGES, clean, edited, write_cleaned
from seq2seq.corpus.doctor.page import as_page
from seq2seq.corpus.doctor.reading import read_split
from seq2seq.corpus.doctor.report import as_json, as_text, report
from seq2seq.errors import InputError

FIXES = {check.name: check.fix for check in CHECKS}


@pytest.fixture
def corpus() -> Corpus:
    train, test = ([lines("tiny-de-en", split, language, count) for language in ("de", "en")]
                   for split, count in (("train", 2000), ("test", 200)))  # fmt: skip
    return Corpus(*train, *test)


def changes(folder: Path) -> list[dict[str, str]]:
    with (folder / CHANGES).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if FIXES[f.check] != "leave"], ids=lambda f: f"{f.check} {f.name}".strip()
)
def test_a_fault_is_gone_from_the_copy_and_every_other_line_is_there(
    fault: Fault, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = fault.plant(corpus)
    arguments = written(corpus, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    status, told = examined([*arguments, "--fix", str(tmp_path / "out")], monkeypatch, tmp_path)
    assert status == 0 and told["findings"]
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before
    (change,) = changes(tmp_path / "out")
    overlap = fault.check in ("overlap", "near-overlap")
    assert change["reason"] == fault.check and change["split"] == "train"
    assert overlap or [int(change["line"])] == named
    at = int(change["line"]) - 1
    for name in FILES:
        old, new = before[name].split(b"\n"), (tmp_path / "out" / name).read_bytes().split(b"\n")
        if name.startswith("my"):
            assert old[:at] == new[:at] and old[at + 1 :] == new[at + (change["change"] == "edited") :]
        else:
            assert old == new
    cleaned = [str(tmp_path / "out" / name) for name in FILES]
    status, told = examined([*cleaned[:2], "--test", *cleaned[2:]], monkeypatch, tmp_path)
    assert (status, told["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Sie sagt &amp;lt;ja&amp;gt;.", "Sie sagt <ja>."),
        ("Schöne Grüße", "Schöne Grüße"),
        ("Scho\u0308ne\u00a0Gru\u0308ße", "Schöne Grüße"),
        ("SchÃ¶ne GrÃ¼ÃŸe", "Schöne Grüße"),
        ("don\x92t \x84ja\x93", "don’t „ja“"),
        ("a\0b\u2028c\td\x07", "ab c d"),
        ("\ufeffHallo \u200b Welt", "Hallo Welt"),
        ("zwei  Leerzeichen bleiben ", "zwei  Leerzeichen bleiben "),
        ("&nbsp;Hallo<br>Welt", "Hallo Welt"),
        ("A & B; 1 < 2 &c.", "A & B; 1 < 2 &c."),
        ("می‌خواهم 👨‍👩‍👧 ❤️", "می‌خواهم 👨‍👩‍👧 ❤️"),
        ("क्‍ष", "क्‍ष"),
    ],
)
def test_lines_as_they_are_edited(line: str, expected: str) -> None:
    assert edited(line)[0] == expected
    assert edited(expected) == (expected, [])


@given(
    st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("&;#<br>aü\u200b\u200d\x85\x92Ã¼â€™\u0308\xa0")))
)
@settings(max_examples=100)
def test_an_edited_line_has_nothing_more_to_edit(line: str) -> None:
    once, _ = edited(line)
    assert edited(once) == (once, [])


@given(st.binary(max_size=60), st.binary(max_size=60))
@settings(max_examples=100)
def test_whatever_the_bytes_the_doctor_has_a_report(
    tmp_path_factory: pytest.TempPathFactory, source: bytes, target: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name, content in (("a", source), ("b", target)):
        (folder / name).write_bytes(content)
    try:
        split = read_split("train", (str(folder / "a"), str(folder / "b")))
    except InputError:
        return
    found = report([split])
    assert json.loads(as_json(found))["format"] == 1
    as_text(found).encode()
    as_page(found).encode()
    with contextlib.suppress(InputError):
        write_cleaned(clean([split]), [split], folder / "out")


def test_a_test_set_keeps_its_lines_and_the_training_text_loses_all_that_it_shares(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in (5, 6, 7):  # three translations of one sentence that is tested
        corpus.source[at] = corpus.test_source[3]
    corpus.test_source[10], corpus.test_target[10] = corpus.test_source[9], corpus.test_target[9]
    examined([*written(corpus, tmp_path), "--fix", str(tmp_path / "out")], monkeypatch, tmp_path)
    assert [(change["line"], change["change"]) for change in changes(tmp_path / "out")] == [
        ("6", "dropped"), ("7", "dropped"), ("8", "dropped")]  # fmt: skip
    assert (tmp_path / "out" / "test.de").read_bytes() == (tmp_path / "test.de").read_bytes()


def refusal(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["seq2seq", "doctor", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    err = capsys.readouterr().err
    assert ended.value.code == 2 and err.startswith("error: ") and err.count("\n") == 1
    return err


def test_what_cannot_be_cleaned_or_written_is_refused(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target, *_ = written(corpus, tmp_path)
    before = (tmp_path / "my.de").read_bytes()
    err = refusal([source, target, "--fix", str(tmp_path)], monkeypatch, capsys)
    assert "stays as it is" in err and (tmp_path / "my.de").read_bytes() == before
    out = str(tmp_path / "out")
    assert "different names" in refusal([source, source, "--fix", out], monkeypatch, capsys)
    (tmp_path / "my.en").write_text("one line\n", encoding="utf-8")
    assert "2,000 lines" in refusal([source, target, "--fix", out], monkeypatch, capsys)
    (tmp_path / "my.en").write_text("\n" * 2000, encoding="utf-8")
    assert "no pair of train is left" in refusal([source, target, "--fix", out], monkeypatch, capsys)
    (tmp_path / "my.en").write_bytes("x\n".encode("utf-16"))
    assert "UTF-16" in refusal([source, target], monkeypatch, capsys)
    (tmp_path / "my.en").write_bytes(b"")
    assert "my.en: empty" in refusal([source, target], monkeypatch, capsys)
    (tmp_path / "my.gz").write_bytes(gzip.compress(before)[:-50])
    assert "my.gz" in refusal([source, str(tmp_path / "my.gz")], monkeypatch, capsys)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(65 << 20)))
    assert "unpack to more than" in refusal([source, str(tmp_path / "bomb.gz")], monkeypatch, capsys)
    assert not (tmp_path / "out").exists()


def test_packed_files_are_read_and_the_copy_is_plain(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.target[7] = ""
    written(corpus, tmp_path)
    packings = ((".gz", gzip.compress), (".xz", lzma.compress))
    paths = [str(tmp_path / f"{name}{suffix}") for name, (suffix, _) in zip(FILES, packings, strict=False)]
    for path, name, (_, compress) in zip(paths, FILES, packings, strict=False):
        Path(path).write_bytes(compress((tmp_path / name).read_bytes()))
    _, told = examined([*paths, "--fix", str(tmp_path / "out")], monkeypatch, tmp_path)
    assert told["findings"][0]["lines"] == [8]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["changes.tsv", "my.de", "my.en"]
    assert (tmp_path / "out" / "my.de").read_bytes().count(b"\n") == 1999
