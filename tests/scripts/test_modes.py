"""What README and docs/ call by name can be started: `scripts/x.py` answered "permission denied"."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file())
MODULES = {
    "asgi.py",
    "comparison.py",
    "damages.py",
    "endurance.py",
    "kills.py",
    "measure.py",
    "outputs.py",
    "peers.py",
    "programs.py",
    "quality.py",
    "readers.py",
    "rows.py",
}
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile", *(ROOT / "configs").glob("*.yaml")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_and_says_by_what(path: Path) -> None:
    """And a module that the scripts import is not."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert os.access(path, os.X_OK) == (first in ("#!/usr/bin/env python", "#!/usr/bin/env bash"))
    assert os.access(path, os.X_OK) == (path.name not in MODULES)


def test_every_script_that_is_called_by_name_is_there_and_executable() -> None:
    called = {
        name
        for page in PAGES
        for name in re.findall(r"(?<![\w/.-])scripts/[\w-]+\.(?:py|sh)", page.read_text(encoding="utf-8"))
    }
    assert called >= {"scripts/benchmark.py", "scripts/check_wheel.sh", "scripts/ship.py"}
    assert [name for name in sorted(called) if not os.access(ROOT / name, os.X_OK)] == []


def test_ci_is_executable() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
