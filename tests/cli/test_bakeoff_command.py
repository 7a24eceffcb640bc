"""`bakeoff` as a user meets it: its runs, its page, and bad input in one line."""

import os
import shlex
from pathlib import Path

from commands import SOURCE, Script, assert_fault
from conftest import tiny_config


def test_bakeoff_makes_runs_and_a_page(script: Script, corpus: Path, tmp_path: Path) -> None:
    tiny_config(corpus, max_epochs=1).save(tmp_path / "tiny.yaml")
    options = ("--config", tmp_path / "tiny.yaml", "--runs", tmp_path / "runs", "--vary", "cell")
    assert_fault(script("bakeoff.py", *options, "--lines", 9), "--lines has 9", "val.de has lines 1 to 8")
    assert_fault(script("bakeoff.py", *options, "--vary", "colour"), "--vary has 'colour'")
    assert_fault(script("bakeoff.py", *options, "--lines", "first"), "first")
    assert_fault(script("bakeoff.py", *options, "--model.cel", "gru"), "did you mean --model.cell?")
    assert not (tmp_path / "runs").exists()
    baked = script("bakeoff.py", *options, "--lines", 2, 1, "--page", tmp_path / "docs" / "page.md")
    assert baked.status == 0 and baked.out == ""
    assert sorted(os.listdir(tmp_path / "docs")) == ["page-1.png", "page-2.png", "page.md"]
    page = (tmp_path / "docs" / "page.md").read_text(encoding="utf-8")
    assert "val`" in page and shlex.join(["--vary", "cell"]) in page and "| cell-gru |" in page
    assert sorted(os.listdir(tmp_path / "runs")) == ["base", "cell-gru"]
    assert script("translate.py", tmp_path / "runs" / "cell-gru", stdin=f"{SOURCE}\n".encode()).out.strip()
