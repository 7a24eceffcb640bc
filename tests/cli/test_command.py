"""How a script ends: its exit status, and one line on stderr instead of a traceback."""

import subprocess
import sys

import pytest

from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError


def fail(error: BaseException) -> None:
    """Raise it."""
    raise error


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (None, 0, ""),
        (InputError("data/train.de, line 3: blank"), 2, "error: data/train.de, line 3: blank\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_status_and_message(
    error: BaseException | None, status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(lambda: fail(error) if error else None)
    assert caught.value.code == status
    assert capsys.readouterr() == ("", message)


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: fail(ZeroDivisionError()))


def test_a_wrong_option_is_one_line() -> None:
    parser = Parser(prog="train.py")
    parser.add_argument("--beam", type=int)
    with pytest.raises(InputError, match=r"^argument --beam: invalid int value: 'x'; `train.py --help` lists"):
        parser.parse_args(["--beam", "x"])


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_that_leaves_is_no_error(lines: int) -> None:
    code = f"from seq2seq.cli.command import run; run(lambda: [print('x' * 99) for _ in range({lines})])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
