"""How a script ends: its exit status, and one line on stderr instead of a traceback."""

import subprocess
import sys

import pytest
from processes import environment, heed_ctrl_c

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


def ended(code: str) -> "subprocess.CompletedProcess":
    """What a process of this code, with the names it needs, has come to."""
    head = "import atexit, os, signal, time\nfrom seq2seq.cli import command\nfrom seq2seq.cli.command import run\n"
    press = "def press(): os.kill(os.getpid(), signal.SIGINT)\n"
    return subprocess.run(
        [sys.executable, "-c", head + press + code], env=environment(), capture_output=True, timeout=50,
        preexec_fn=heed_ctrl_c,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "status"), [("run(lambda: atexit.register(press))", 0),
                         ("def main():\n atexit.register(press)\n press()\nrun(main)", 130)])  # fmt: skip
def test_ctrl_c_while_python_ends_is_no_traceback(code: str, status: int) -> None:
    """2: `Exception ignored in ...`, a traceback and a KeyboardInterrupt."""
    done = ended(code)
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")


@pytest.mark.parametrize("again", ["press()", "time.sleep(60)"])
def test_a_second_ctrl_c_ends_what_the_first_did_not(again: str) -> None:
    """And without a second one, what has swallowed the first ends after a while."""
    main = f"def main():\n try: press()\n except KeyboardInterrupt: pass\n {again}\n print('still here')\n"
    done = ended(f"command.PATIENCE = 0.2\n{main}run(main)")
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_message_is_one_line_whatever_it_quotes() -> None:
    assert str(InputError("a\nb\x1b[2J\u2028c\td: no such file")) == r"a\nb\x1b[2J\u2028c\td: no such file"


def test_help_begins_with_what_it_does_and_an_example() -> None:
    parser = Parser(prog="seq2seq align", description="Link words.", example="seq2seq align RUN\nseq2seq align A B")
    parser.add_argument("run", help="folder of a run")
    assert parser.format_help().startswith(
        "Link words.\n\n    seq2seq align RUN\n    seq2seq align A B\n\nusage: seq2seq align"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--beem=2", "text"], r"^--beem is no option; did you mean --beam\?; `seq2seq prepare --help` lists"),
        (["text", "--vall=2"], r"^--vall is no option; did you mean --val\?"),
        (["--colour", "text"], r"^--colour is no option; `seq2seq prepare --help` lists the options$"),
        (["--bea=2", "text"], r"^--bea is no option; did you mean --beam\?"),
        (["text", "more"], r"^'more' is one argument too many"),
    ],
)
def test_an_unknown_option_names_the_nearest(arguments: list[str], message: str) -> None:
    parser = Parser(prog="seq2seq prepare")
    parser.add_argument("--beam")
    parser.add_subparsers().add_parser("text", help="two files").add_argument("--val")
    with pytest.raises(InputError, match=message):
        parser.parse_args(arguments)
