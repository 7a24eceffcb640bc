"""The load script tells right answers from others, and how a server ends that is stopped while it is busy."""

from pathlib import Path

import pytest
from commands import Script
from conftest import sentences


def test_every_answer_is_compared_and_the_server_is_stopped_under_load(
    trained: Path, tmp_path: Path, script: Script
) -> None:
    (tmp_path / "source").write_text("\n".join(source for source, _ in sentences()[:20]) + "\n", encoding="utf-8")
    found = script("load.py", trained, "--source", tmp_path / "source", "--clients", 4, "--requests", 60)
    assert found.status == 0, found.err
    rows = found.out.splitlines()
    assert [row.split(";")[0].split()[-2:] for row in rows[:3]] == [["6", "right"], ["60", "right"], ["6", "right"]]
    assert rows[3].startswith("throughput of 4 clients: ") and "status 422" in rows[4] and "exit status 143" in rows[5]


def test_a_wrong_answer_is_told(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import load

    with load.server(str(trained)) as (_, address):
        measured = load.ask_all(address, ["Der Hund", ""], {"Der Hund": "never this", "": ""}, 2)
    assert measured.outcomes == {"wrong": 1, "right": 1}
