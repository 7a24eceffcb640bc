"""`translate` as a user meets it: streams, formats, n-best, and bad input in one line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import SCRIPTS, SOURCE, Script, assert_fault
from corpora import lines
from processes import heed_ctrl_c

from seq2seq.alignment.links import format_pharaoh, parse_pharaoh
from seq2seq.text.words import split_words
from seq2seq.translate.translator import Translator


def test_one_line_out_for_each_line_in(script: Script, trained: Path, tmp_path: Path) -> None:
    sources = f"{SOURCE}\n\n{SOURCE}\n".encode()
    out = script("translate.py", trained, stdin=sources).out.split("\n")
    assert len(out) == 4 and out[0] == out[2] != "" and out[1] == out[3] == ""
    (tmp_path / "in.de").write_bytes(sources)
    result = script("translate.py", trained, "--input", tmp_path / "in.de", "--output", tmp_path / "out.en")
    assert (
        result.status == 0 and (tmp_path / "out.en").read_text(encoding="utf-8").split("\n") == out and result.out == ""
    )


def test_the_formats(script: Script, trained: Path) -> None:
    stdin = f"{SOURCE}\n".encode()
    data = [
        json.loads(line)
        for line in script("translate.py", trained, "--format", "jsonl", "--nbest", 2, stdin=stdin).out.splitlines()
    ]
    assert len(data) == 2 and data[0]["source"] == SOURCE and data[0]["version"] == data[0]["alignment"]["version"] == 2
    coverage = data[0]["diagnostics"]["coverage"]
    assert len(coverage) == len(split_words(SOURCE)) and 0 < sum(coverage) <= len(split_words(data[0]["text"])) + 1e-4
    links = parse_pharaoh(script("translate.py", trained, "--format", "pharaoh", stdin=stdin).out.strip()).sure
    assert {target for _, target in links} == set(range(len(links)))
    shown = script("translate.py", trained, "--show-alignment", stdin=stdin).out
    assert shown.splitlines()[0] == data[0]["text"] and f"1 {SOURCE.split()[0]}" in shown


@pytest.mark.parametrize("form", ["text", "jsonl", "pharaoh", "moses"])
def test_a_translation_that_covers_little_is_told_of_in_every_format(form: str, script: Script) -> None:
    """20 sentences on one line: 18 words, and not a word about it."""
    joined = " ".join(lines("tiny-de-en", "test", "de", 20))
    result = script("translate.py", "tiny-de-en", "--beam", 1, "--format", form, stdin=f"{joined}\n".encode())
    assert result.err.startswith("warning: line 1: its translation covers ") and result.err.count("\n") == 1
    assert result.status == 0 and result.out.count("\n") == 1


def test_a_pipe_is_answered_as_it_fills(trained: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "translate.py"), str(trained), "--beam", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin and process.stdout
        for _ in range(2):
            process.stdin.write(f"{SOURCE}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline().endswith(b"\n")  # would hang if it waited for more
        process.stdin.close()
        assert process.wait() == 0


def test_ctrl_c_while_it_waits_for_a_line(trained: Path) -> None:
    """Python aborted at its end, with a core dump, because a thread still waited in `sys.stdin`."""
    command = [sys.executable, str(SCRIPTS / "translate.py"), str(trained), "--beam", "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, preexec_fn=heed_ctrl_c, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(f"{SOURCE}\n".encode())
        process.stdin.flush()
        assert process.stdout.readline().endswith(b"\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130 and b"Traceback" not in process.stderr.read()


def test_translate_faults(script: Script, trained: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out.en"
    kept.write_text("old\n", encoding="utf-8")
    for raw, parts in (
        (b"gut\nschlecht \xff\n", ("line 2", "byte 10", "UTF-8")),
        (b"gut\nein\0Wort\n", ("line 2", "NUL")),
        ("gut\nein\u2028Wort\n".encode(), ("line 2", "U+2028")),
    ):
        (tmp_path / "in.de").write_bytes(raw)
        result = script("translate.py", trained, "--input", tmp_path / "in.de", "--output", kept)
        assert_fault(result, "in.de", *parts)
        assert kept.read_text(encoding="utf-8") == "old\n" and sorted(os.listdir(tmp_path)) == ["in.de", "out.en"]
    assert_fault(script("translate.py", trained, "--input", tmp_path / "none.de"), "none.de", "no such file")
    assert_fault(script("translate.py", tmp_path / "norun"), "norun", "no such folder")
    assert_fault(script("translate.py", tmp_path), "not the folder of a run")
    assert_fault(script("translate.py", trained, "--nbest", 9, "--beam", 3), "--nbest is 9", "raise the beam")
    assert_fault(script("translate.py", trained, "--beam", 0), "beam")
    assert_fault(script("translate.py", trained, "--batch-size", 0), "--batch-size is 0")
    assert_fault(script("translate.py", trained, "--format", "xml"), "xml")
    for form in ("jsonl", "pharaoh", "moses"):
        drawn = script("translate.py", trained, "--format", form, "--show-alignment")
        assert_fault(drawn, "--show-alignment", f"leave out --format {form}")


@pytest.mark.parametrize("form", ["text", "jsonl", "pharaoh", "moses"])
@pytest.mark.parametrize("beam", [[], ["--beam", 7]])
def test_n_best_has_as_many_lines_for_every_line_in(
    script: Script, trained: Path, form: str, beam: list[object]
) -> None:
    """The run's beam is 3: without --beam it is raised to what is asked for."""
    stdin = f"{SOURCE}\n\n{SOURCE}\n".encode()
    lines = script("translate.py", trained, "--nbest", 5, "--format", form, *beam, stdin=stdin).out.split("\n")
    assert (len(lines) == 16 and lines[:5] == lines[10:15]) or form == "moses"
    best = Translator.load(trained).translate_all([SOURCE], beam=7 if beam else None, nbest=5)[0]
    expected = {
        "text": [one.text for one in best] + [""] * 5,
        "pharaoh": [format_pharaoh(one.alignment.words().links()) for one in best] + [""] * 5,
        "moses": [f"0 ||| {one.text} ||| {one.score:.6f}" for one in best] + ["1 |||  ||| 0.000000"] * 5,
    }
    if form == "jsonl":
        assert [json.loads(line)["text"] for line in lines[:10]] == expected["text"]
    else:
        assert lines[:10] == expected[form]
    if form == "moses":
        assert [line.split(" ||| ")[0] for line in lines[:-1]] == ["0"] * 5 + ["1"] * 5 + ["2"] * 5


def test_a_line_that_the_model_cannot_know_is_warned_of(script: Script, trained: Path) -> None:
    """The tiny run has seen no Cyrillic; six such lines are named three times, then counted."""
    known = script("translate.py", trained, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    assert "spelt" not in known.err and json.loads(known.out)["unknown_share"] == 0
    result = script("translate.py", trained, "--format", "jsonl", stdin="\n".join([SOURCE, *["Привет"] * 6]).encode())
    warnings = [line for line in result.err.splitlines() if "spelt" in line]
    assert [line.split(":")[1] for line in warnings[:3]] == [" line 2", " line 3", " line 4"]
    assert "100% of it is spelt in bytes or single letters" in warnings[0]
    assert warnings[3:] == ["warning: 3 more lines are spelt in bytes or single letters"] and result.status == 0
    assert [json.loads(line)["unknown_share"] for line in result.out.splitlines()] == [0, 1, 1, 1, 1, 1, 1]


def test_a_line_break_that_the_model_spells_in_bytes_stays_in_its_line() -> None:
    from seq2seq.cli.translate import one_line

    assert one_line("a\nb\u2028c") == "a b c"
