"""The command and the scripts run in this process, and what their tests share."""

import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import sentences

from seq2seq.cli.main import main

SCRIPTS = Path(__file__).parents[1] / "scripts"
SOURCE = sentences()[62][0]


def seq2seq(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int | str | None:
    """The exit status of `seq2seq` in this process."""
    monkeypatch.setattr(sys, "argv", ["seq2seq", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


class Result:
    """What a script did: exit status, standard output, standard error."""

    def __init__(self, status: object, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Script = Callable[..., Result]


def script_runner(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Script:
    """Runs a script by its name, with arguments and standard input."""

    def run(name: str, *arguments: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        reader, writer = os.pipe()
        os.write(writer, stdin)
        os.close(writer)
        with os.fdopen(reader, "r") as stream, pytest.raises(SystemExit) as ended:
            monkeypatch.setattr(sys, "stdin", stream)
            runpy.run_path(str(SCRIPTS / name), run_name="__main__")
        out, err = capfd.readouterr()
        return Result(ended.value.code, out, err)

    return run


def assert_fault(result: Result, *parts: str) -> None:
    """Status 2, one line of error that has these parts, and no traceback."""
    lines = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert result.status == 2 and len(lines) == 1 and "Traceback" not in result.err, result.err
    for part in parts:
        assert part in lines[0], (part, lines)
