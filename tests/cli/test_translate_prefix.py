"""`translate --prefix`: a line of how the translation begins for each line in, and files that do not go together."""

import json
from pathlib import Path

import pytest
from commands import SOURCE, Script, assert_fault

from seq2seq.translate.translator import Translator

LINES = [SOURCE, "", SOURCE, "Wasser"]
PREFIXES = ["The dog", "", "", "A m"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Options for four lines and their prefixes."""
    return ["--input", write(tmp_path / "in.de", LINES), "--prefix", write(tmp_path / "begun.en", PREFIXES)]


def write(path: Path, lines: list[str]) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("is_open", [False, True])
def test_each_line_begins_with_its_prefix(script: Script, trained: Path, files: list[str], is_open: bool) -> None:
    options = ["--open-prefix"] if is_open else []
    expected = Translator.load(trained).translate_all(LINES, nbest=2, prefixes=PREFIXES, open_prefixes=is_open)
    result = script("translate.py", trained, *files, "--nbest", 2, *options)
    texts = [one.text for best in expected for one in (best * 2)[:2]]
    assert result.status == 0 and result.out.split("\n") == [*texts, ""]
    assert all(text.startswith(prefix) for text, prefix in zip(texts[::2], PREFIXES, strict=True))
    rows = script("translate.py", trained, *files, "--format", "jsonl", "--batch-size", 1, *options).out.splitlines()
    for row, best in zip(map(json.loads, rows), expected, strict=True):
        assert row["text"] == best[0].text
        assert len(row["alignment"]["weights"][0]) == len(row["alignment"]["target"]["pieces"])  # of the prefix too


def test_several_runs_take_prefixes_and_standard_input_too(
    script: Script, trained: Path, sister: Path, files: list[str]
) -> None:
    stdin = Path(files[1]).read_bytes()
    lines = script("translate.py", trained, sister, *files[2:], "--beam", 1, stdin=stdin).out.split("\n")
    assert len(lines) == 5 and all(line.startswith(prefix) for line, prefix in zip(lines, PREFIXES, strict=False))


def test_blank_prefixes_change_nothing(script: Script, trained: Path, tmp_path: Path, files: list[str]) -> None:
    blank = write(tmp_path / "blank", [""] * len(LINES))
    plain = script("translate.py", trained, *files[:2], "--format", "jsonl").out
    assert script("translate.py", trained, *files[:2], "--format", "jsonl", "--prefix", blank).out == plain


def test_files_of_different_lengths(script: Script, trained: Path, tmp_path: Path, files: list[str]) -> None:
    output, kept = ["--output", str(tmp_path / "out")], tmp_path / "out"
    kept.write_text("old\n", encoding="utf-8")
    few, many = write(tmp_path / "few", PREFIXES[:2]), write(tmp_path / "many", PREFIXES * 2)
    result = script("translate.py", trained, *files[:2], "--prefix", few, *output)
    assert_fault(result, "in.de, line 3: ", "few has only 2 lines", "give each line a prefix, be it an empty one")
    result = script("translate.py", trained, *files[:2], "--prefix", many, *output)
    assert_fault(result, "many, line 5: ", "in.de has only 4 lines", "give a prefix for each line, and no more")
    result = script("translate.py", trained, "--prefix", many, *output, stdin=b"Wasser\n")
    assert_fault(result, "many, line 2: standard input has only 1 lines")
    assert kept.read_text(encoding="utf-8") == "old\n"


def test_prefixes_that_cannot_be_read(script: Script, trained: Path, tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "latin").write_bytes(b"The\nMann\xe9\n")
    (tmp_path / "odd").write_bytes("The\nA\u2028man\n".encode())
    for name, part in (("latin", "line 2: byte 5"), ("odd", "line 2: a line separator"), ("none", "no such file")):
        result = script("translate.py", trained, *files[:2], "--prefix", tmp_path / name, "--output", tmp_path / "out")
        assert_fault(result, name, part)
        assert not (tmp_path / "out").exists()
    assert_fault(script("translate.py", trained, *files, "--output", files[3]), "is the same file as")
    assert_fault(script("translate.py", trained, *files[:2], "--open-prefix"), "give them with --prefix FILE")
    assert Path(files[3]).read_text(encoding="utf-8").split("\n")[:-1] == PREFIXES


def test_a_line_whose_prefix_cannot_be_used_is_refused(script: Script, trained: Path, tmp_path: Path) -> None:
    prefixes = write(tmp_path / "begun.en", ["The", "The", "x " * 3000])
    result = script("translate.py", trained, "--prefix", prefixes, stdin=f"\nWasser\n{SOURCE}\n".encode())
    lines = result.out.split("\n")
    assert result.status == 3 and lines[0] == lines[2] == "" and lines[1].startswith("The") and len(lines) == 4
    assert "refused: line 1: it is blank, and its prefix is not" in result.err
    assert "refused: line 3: its prefix has " in result.err
