"""Verbs with their streams closed, full or in another encoding, and outputs that cannot be written: one line each."""

import os
from pathlib import Path

import pytest
from conftest import sentences, tiny_config
from processes import assert_one_line, full_node, shell, small_disk

from seq2seq.cli.main import VERBS

SOURCE = sentences()[62][0]
UMLAUTS = "Über äöü — 한국어"


def commands(trained: Path, corpus: Path) -> dict[str, list[object]]:
    """A call of each verb that prints."""
    pair = ["--source", corpus / "test.de"]
    return {
        "translate": ["translate", trained, "--input", corpus / "test.de"],
        "align": ["align", trained, *pair, "--target", corpus / "test.en"],
        "evaluate": ["evaluate", trained, *pair, "--reference", corpus / "test.en", "--beam", 1],
        "explain": ["explain"],
        "demo": ["demo", trained, "--output", "map.png"],
        "help": ["--help"],
        "version": ["--version"],
    }


@pytest.mark.parametrize("verb", [*VERBS, None])
def test_help_to_a_full_output_fails(verb: str | None, tmp_path: Path) -> None:
    """5: status 0, and the help was nowhere."""
    full = full_node(tmp_path)
    assert_one_line(shell(f'"$@" > {full}', *([verb] if verb else []), "--help"), "standard output: no space left")


@pytest.mark.parametrize("name", ["translate", "align", "explain", "version"])
@pytest.mark.parametrize("how", ["full", "closed"])
def test_an_output_that_takes_nothing_is_one_line(
    name: str, how: str, trained: Path, corpus: Path, tmp_path: Path
) -> None:
    """9: `AttributeError: 'NoneType' object has no attribute 'isatty'`, or status 0 and nothing printed."""
    redirection = ">&-" if how == "closed" else f"> {full_node(tmp_path)}"
    done = shell(f'"$@" {redirection}', *commands(trained, corpus)[name], cwd=tmp_path)
    assert_one_line(done, "standard output: ", "bad file descriptor" if how == "closed" else "no space left on device")


def test_a_closed_input_is_one_line(trained: Path) -> None:
    assert_one_line(shell('"$@" <&-', "translate", trained), "standard input: cannot be read")


def test_closed_messages_do_not_go_to_the_output(trained: Path) -> None:
    """Python prints what was meant for a closed stderr on stdout."""
    done = shell('"$@" 2>&-', "translate", "nowhere")
    assert (done.returncode, done.stdout) == (2, b"")
    done = shell('echo "Qqqq Xxxx Zzzz." | "$@" 2>&-', "translate", trained)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1


def test_full_messages_do_not_end_the_work(trained: Path, tmp_path: Path) -> None:
    done = shell(f'echo "Qqqq Xxxx Zzzz." | "$@" 2> {full_node(tmp_path)}', "translate", trained)
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("target", ["", "folder", "nofolder/file/x"])
def test_an_output_that_is_no_file_is_one_line(target: str, trained: Path, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "nofolder").mkdir()
    (tmp_path / "nofolder" / "file").touch()
    pair = ["--source", corpus / "test.de", "--target", corpus / "test.en"]
    for call in (
        ["translate", trained, "--input", corpus / "test.de"],
        ["align", trained, *pair],
        ["explain", "--format", "html"],
    ):
        assert_one_line(shell('"$@"', *call, "--output", target, cwd=tmp_path))
    if not target:
        draw = ["draw", trained, SOURCE, "--output", ""]
        text = ["prepare", "text", "--source-file", "a", "--target-file", "b", "--source-lang", "de"]
        for call in (
            draw,
            [*text, "--target-lang", "en", "--out", ""],
            ["train", "tiny-de-en", "--run", ""],
            ["bakeoff", "tiny-de-en", "--page", ""],
        ):
            assert_one_line(shell('"$@"', *call, cwd=tmp_path), "the name is empty")
    if target == "folder":  # said before the training, not after
        data = ["--data.folder", corpus, "--data.source", "de", "--data.target", "en"]
        assert_one_line(shell('"$@"', "bakeoff", "own", *data, "--page", target, cwd=tmp_path), "folder: is a folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "nofolder"]


def test_output_is_utf_8_whatever_the_locale_says(tmp_path: Path, corpus: Path, trained: Path) -> None:
    """28: UnicodeEncodeError with `PYTHONIOENCODING=latin-1`, and bytes that were no UTF-8."""
    plain = shell('"$@"', "explain", "--language", "ko")
    assert plain.returncode == 0 and "한" not in plain.stderr.decode() and len(plain.stdout.decode()) > 100
    for changes in ({"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii:replace"}, {"LC_ALL": "C"}):
        assert shell('"$@"', "explain", "--language", "ko", **changes).stdout == plain.stdout
    done = shell('"$@"', "translate", UMLAUTS, PYTHONIOENCODING="ascii")
    assert_one_line(done, UMLAUTS)


def test_a_training_on_a_small_disk_is_one_line_and_goes_on_with_room(corpus: Path, tmp_path: Path) -> None:
    config = tiny_config(corpus)
    config.save(tmp_path / "c.yaml")
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        call = ["train", tmp_path / "c.yaml", "--run", disk / "run", "--logging.sentences", 0]
        (disk / "ballast").write_bytes(bytes(850_000))
        assert_one_line(shell('"$@"', *call), str(disk), "no space left on device")
        (disk / "ballast").unlink()
        done = shell('"$@"', *call)
        assert done.returncode == 0 and os.path.exists(disk / "run" / "metrics.json"), done.stderr.decode()


def test_a_training_on_a_disk_that_cannot_be_written_is_one_line(corpus: Path, tmp_path: Path) -> None:
    tiny_config(corpus).save(tmp_path / "c.yaml")
    with small_disk(tmp_path / "disk", "ro,size=64k") as disk:
        done = shell('"$@"', "train", tmp_path / "c.yaml", "--run", disk / "run")
        assert_one_line(done, "run: read-only file system")
