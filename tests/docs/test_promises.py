"""Each promise of docs/security.md stands with its tests, and these are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_promise_names_tests_that_are_there() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if row[0] != "Promise"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(promises) > 20
    for promise, tested in promises:
        named = re.findall(r"`([^`]+)`", tested)
        assert promise.endswith(".") and named, promise
        for name in named:
            target = re.fullmatch(r"make (\w+)", name)
            assert f"\n{target[1]}:" in makefile if target else (ROOT / name).is_file(), name
