"""An audit without advisories is no clean bill: it says that it was skipped."""

import json
import subprocess
from typing import Any

import pytest
from audit import advisories

SOUND: dict[str, Any] = {"name": "one", "version": "1.0", "vulns": []}
WEAK = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"]}]}
SKIPPED = {"name": "three", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("", "pip-audit: skipped, for PyPI cannot be reached"),
        (json.dumps({"dependencies": [SKIPPED]}), "pip-audit: skipped, for what is reached in place of PyPI has no"),
        (json.dumps({"dependencies": [SOUND, SKIPPED]}), "pip-audit: no advisory, of 1 of 2 packages"),
        (
            json.dumps({"dependencies": [SOUND, WEAK]}),
            "pip-audit found 1 advisories, of 2 of 2 packages\ntwo 2.0: PYSEC-1, mended in 2.1, 3.0",
        ),
    ],
)
def test_what_is_said_of_advisories(printed: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(*_: object, **__: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess([], 1, printed, "")

    monkeypatch.setattr(subprocess, "run", ran)
    assert advisories().startswith(said)
