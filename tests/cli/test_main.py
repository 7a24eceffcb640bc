"""The command `seq2seq`: its overview, its verbs, and what it does not import before it knows what is asked."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from commands import seq2seq
from processes import assert_one_line, environment, shell

from seq2seq.cli.main import VERBS

HEAVY = ("torch", "pytorch_lightning", "torchtext", "matplotlib", "tensorboard")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_the_overview_has_an_example_and_a_line_for_each_verb(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seq2seq(monkeypatch, *arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "| seq2seq translate tiny-de-en --show-alignment" in lines[2] and len(lines) < 25
    assert [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")] == list(VERBS)
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_a_module_and_its_help_an_example(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert find_spec(f"seq2seq.cli.{verb}") is not None
    assert seq2seq(monkeypatch, verb, "--help") in (0, None)
    out = capsys.readouterr().out
    before, usage, _ = out.partition(f"usage: seq2seq {verb}")
    assert usage and (f"    seq2seq {verb}" in before or f"| seq2seq {verb}" in before)
    assert len(out.splitlines()) < 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trian"], "error: trian is no verb of seq2seq; did you mean train?; `seq2seq --help` lists the verbs\n"),
        (["--vresion"], "error: --vresion is no option of seq2seq; `seq2seq --help` lists the verbs\n"),
        (["colour"], "error: colour is no verb of seq2seq; `seq2seq --help` lists the verbs\n"),
        (["translate", "--beem", "2", "run"], "error: --beem is no option; did you mean --beam?; `seq2seq translate "
         "--help` lists the options\n"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_one_line(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seq2seq(monkeypatch, *arguments) == 2
    assert capsys.readouterr() == ("", message)


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert seq2seq(monkeypatch, "--version") == 0
    name, number = capsys.readouterr().out.split()
    assert name == "seq2seq" and number.count(".") == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["train", "--help"],
        ["train", "--help", "trainer"],
        ["bakeoff", "--help"],
        ["train", "tiny-de-en", "--modle.heads", "2"],
        ["train", "tiny-de-en", "--trainer.max_epoch", "3"],
        ["train", "tiny-de-en", "--rum", "runs/x"],
        ["train", "tiny-de-en", "--model.heads", "3"],
        ["train", "tiny-de"],
        ["trian"],
    ],
)
def test_help_and_a_typo_do_not_wait_for_what_training_needs(arguments: list[str], tmp_path: Path) -> None:
    """Each import of these takes seconds."""
    code = (
        "import sys; from seq2seq.cli.main import main\n"
        f"try: main()\nfinally: print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == (0 if "--help" in arguments else 2) and done.stderr.endswith("[]\n"), done.stderr
    assert "Traceback" not in done.stderr


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "seq2seq", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "usage: seq2seq VERB" in done.stdout


def test_an_argument_that_is_no_unicode_is_one_line() -> None:
    """9: a page, a figure or a message could not quote the name of its file."""
    done = shell('"$@" a$(printf "\\377").png', "draw", "tiny-de-en", "Ja.", "--output")
    assert_one_line(done, "error: a\\udcff.png: the argument is not valid Unicode at character 2")
