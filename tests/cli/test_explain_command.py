"""`explain` as a user meets it: every format, the map's own numbers, and bad input in one line."""

import json
import os
from pathlib import Path

import pytest
from commands import SOURCE, Script, assert_fault


def test_explain_writes_the_example_in_every_format(script: Script, tmp_path: Path) -> None:
    shown = script("explain.py")
    assert shown.status == 0 and "= 0.49 + 0.56 + 0.64 + 0.24 = 1.93" in shown.out and shown.err == ""
    numbers = json.loads(script("explain.py", "--format", "json").out)
    assert numbers["dot"]["weights"][0][1] == pytest.approx([0.059, 0.318, 0.038, 0.585, 0], abs=5e-4)
    path = tmp_path / "new" / "page.html"
    result = script("explain.py", "--format", "html", "--language", "ko", "--output", path)
    assert result.status == 0 and result.out == "" and os.listdir(path.parent) == ["page.html"]
    assert '<html lang="ko">' in path.read_text(encoding="utf-8")
    assert script("explain.py", "--format", "markdown").out.startswith("# Attention")


def test_explain_shows_the_row_of_the_alignment_map(script: Script, trained: Path) -> None:
    """The same sentence through both scripts; the map has five significant digits."""
    translated = script("translate.py", trained, "--format", "jsonl", stdin=f"{SOURCE}\n".encode())
    rows = json.loads(translated.out)["alignment"]["weights"][0]
    explained = json.loads(script("explain.py", trained, SOURCE, "--step", 2, "--format", "json").out)
    assert explained["attention"]["weights"][0][0] == pytest.approx(rows[1], rel=1e-4, abs=1e-7)
    shown = script("explain.py", trained, SOURCE, "--beam", 1).out
    assert SOURCE in shown and str(trained) in shown


def test_explain_faults(script: Script, trained: Path, tmp_path: Path) -> None:
    kept = tmp_path / "page.html"
    kept.write_text("old\n", encoding="utf-8")
    for arguments, parts in (
        ((trained, SOURCE, "--step", 0), ("--step is 0", "from 1 to")),
        ((trained, SOURCE, "--step", 999), ("--step is 999", "from 1 to")),
        ((trained, SOURCE, "--step", "two"), ("--step", "two")),
        ((trained, "  "), ("blank",)),
        ((trained, "a \udcff b"), ("not valid Unicode at character 3",)),
        ((trained,), ("give a sentence",)),
        ((trained, SOURCE, "--beam", 0), ("--beam is 0",)),
        ((trained, SOURCE, "--score", "general"), ("--score",)),
        ((trained, SOURCE, "--format", "pdf"), ("pdf",)),
        ((trained, SOURCE, "--language", "de"), ("de", "ko")),
        ((tmp_path, SOURCE), ("not the folder of a run",)),
        ((tmp_path / "none", SOURCE), ("no such folder",)),
        (("--step", 1), ("--step", "need a run")),
    ):
        assert_fault(script("explain.py", *arguments, "--output", kept), *parts)
    assert kept.read_text(encoding="utf-8") == "old\n" and os.listdir(tmp_path) == ["page.html"]
    assert_fault(script("explain.py", "--output", kept / "below"), "page.html")
