"""A file is not read and replaced by one command, by whatever name it is given."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import sentences, write_corpus
from processes import assert_one_line
from warm import Warm

from seq2seq.corpus.own import prepare_text
from seq2seq.errors import InputError

NAMES: dict[str, Callable[[Path, Path], object]] = {
    "the same": lambda name, file: None,
    "a link": lambda name, file: name.symlink_to(file),
    "a second name": lambda name, file: name.hardlink_to(file),
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    pairs, found = sentences()[:3], {name: tmp_path / name for name in ("a.de", "a.en", "a.align", "a.svg")}
    for name, lines in (("a.de", [s for s, _ in pairs]), ("a.en", [t for _, t in pairs]), ("a.align", ["0-0"] * 3)):
        found[name].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    found["a.svg"].write_text("Hund\n", encoding="utf-8")
    return found


def assert_refused(warm: Warm, files: dict[str, Path], *arguments: object, stdin: str | Path = "/dev/null") -> None:
    before = {path: path.read_bytes() for path in files.values()}
    done = warm.run(arguments, streams={"stdin": stdin})
    assert_one_line(done, "is the same file as", "give another file to write")
    assert {path: path.read_bytes() for path in files.values()} == before and done.stdout == b""


@pytest.mark.parametrize("kind", NAMES)
def test_translate(warm: Warm, files: dict[str, Path], tmp_path: Path, kind: str) -> None:
    output = files["a.de"] if kind == "the same" else tmp_path / "other"
    NAMES[kind](output, files["a.de"])
    assert_refused(warm, files, "translate", "tiny-de-en", "--input", files["a.de"], "--output", output)


def test_translate_from_a_file_as_standard_input(warm: Warm, files: dict[str, Path]) -> None:
    assert_refused(warm, files, "translate", "tiny-de-en", "--output", files["a.de"], stdin=files["a.de"])


def test_a_file_of_another_name_is_replaced(warm: Warm, files: dict[str, Path]) -> None:
    done = warm.run(["translate", "tiny-de-en", "--input", files["a.de"], "--output", files["a.en"]])
    assert (done.returncode, done.stderr) == (0, b"") and len(files["a.en"].read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("name", ["a.de", "a.en", "a.align"])
def test_align(warm: Warm, files: dict[str, Path], name: str) -> None:
    sides = ["--source", files["a.de"], "--target", files["a.en"], "--gold", files["a.align"]]
    assert_refused(warm, files, "align", "tiny-de-en", *sides, "--output", files[name])


def test_draw(warm: Warm, files: dict[str, Path]) -> None:
    assert_refused(warm, files, "draw", "tiny-de-en", "--source", files["a.svg"], "--output", files["a.svg"])


@pytest.mark.parametrize("option", ["--json", "--html"])
@pytest.mark.parametrize("name", ["a.en", "a.svg"])
def test_doctor(warm: Warm, files: dict[str, Path], option: str, name: str) -> None:
    test = ["--test", files["a.svg"], files["a.align"]]
    assert_refused(warm, files, "doctor", files["a.de"], files["a.en"], *test, option, files[name])


@pytest.mark.parametrize("linked", [False, True])
def test_prepare(tmp_path: Path, linked: bool) -> None:
    """The folder may hold an earlier split, but not the whole corpus that it is made of."""
    out = write_corpus(tmp_path / "out", train=sentences())
    for language in ("de", "en"):
        (tmp_path / f"my.{language}").symlink_to(out / f"train.{language}")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    source, target = (tmp_path / f"my.{name}" if linked else out / f"train.{name}" for name in ("de", "en"))
    with pytest.raises(InputError, match=r"would be replaced by train.de of the corpus; give another folder to --out"):
        prepare_text(source, target, "de", "en", out, val=8, test=8)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
