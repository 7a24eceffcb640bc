"""Files of sentences: every fault is found where it stands, and what is written appears whole."""

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import InputError
from seq2seq.text.files import ODD_BREAKS, decode_line, open_input, read_lines, read_parallel, read_stream
from seq2seq.text.writing import atomic_folder, atomic_write, write_lines

LINE = st.text(st.characters(exclude_characters="\n\ufeff" + "".join(ODD_BREAKS), exclude_categories=["Cs"]))


def write(path: Path, content: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(content)
    return path


# Lines


@given(LINE, st.sampled_from(["", "\n", "\r\n"]))
def test_a_line_comes_back_without_its_end(line: str, end: str) -> None:
    assert decode_line((line + end).encode(), "f", 7) == line


def test_a_byte_order_mark_goes_from_the_first_line_only() -> None:
    assert decode_line("\ufeffHallo\n".encode(), "f", 1) == "Hallo"
    assert decode_line("\ufeffHallo\n".encode(), "f", 2) == "\ufeffHallo"


@pytest.mark.parametrize("character", ODD_BREAKS)
def test_an_odd_break_is_refused_with_its_place(character: str) -> None:
    """OpenNMT-py#1966: the line counts of two files differed although `wc -l` agreed."""
    with pytest.raises(InputError, match=r"f, line 3: .* at character 3; remove it") as caught:
        decode_line(f"ab{character}cd\n".encode(), "f", 3)
    assert ODD_BREAKS[character] in str(caught.value)


def test_every_character_that_str_splitlines_breaks_at_is_known() -> None:
    breaks = {chr(code) for code in range(0x110000) if len(f"a{chr(code)}b".splitlines()) > 1}
    assert breaks - {"\n"} <= set(ODD_BREAKS)


def test_invalid_utf8_is_refused_with_its_byte() -> None:
    with pytest.raises(InputError, match=r"f, line 2: byte 4 of the line \(0xfc\) is not valid UTF-8"):
        decode_line("für\n".encode("latin-1").replace(b"f", b"abf"), "f", 2)


def test_a_stream_numbers_its_lines_and_arrives_line_by_line() -> None:
    lines = read_stream(io.BytesIO(b"one\ntwo\nth\0ree\n"), "stdin")
    assert [next(lines), next(lines)] == ["one", "two"]
    with pytest.raises(InputError, match="stdin, line 3: a NUL byte"):
        next(lines)


@given(st.lists(LINE))
def test_lines_survive_writing_and_reading(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("lines") / "f"
    write_lines(path, lines)
    assert read_lines(path) == lines


@pytest.mark.parametrize("content", [b"a\nb", b"a\nb\n", b"a\r\nb\r\n"])
def test_the_last_line_needs_no_end(tmp_path: Path, content: bytes) -> None:
    assert read_lines(write(tmp_path / "f", content)) == ["a", "b"]


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"/f: no such file"):
        open_input(tmp_path / "f")
    with pytest.raises(InputError, match="is a directory"):
        open_input(tmp_path)


# Pairs


def test_pairs_are_read_line_by_line(tmp_path: Path) -> None:
    source, target = write(tmp_path / "de", b"ja\nnein\n"), write(tmp_path / "en", b"yes\r\nno")
    assert read_parallel(source, target) == [("ja", "yes"), ("nein", "no")]


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("a\nb\nc\n", "x\ny\n", "/de has 3 lines and .*/en has 2; a corpus needs line i"),
        ("a\n\nb\n", "x\ny\n", "; .*/de has a blank line at 2$"),
        ("a\n", "x\n \n", "; .*/en has a blank line at 2$"),
        ("a\nb\n", "x\n \t\u00a0\n", "/en, line 2: blank; remove the line from both files"),
        ("\nb\n", "x\ny\n", "/de, line 1: blank"),
        ("\n", "\n", "/de, line 1: blank"),
        ("", "", "are empty; a corpus needs at least one pair"),
        ("a\nb\u2028c\n", "x\ny\n", r"/de, line 2: a line separator \(U\+2028\)"),
    ],
)
def test_a_faulty_pair_of_files_is_refused(tmp_path: Path, source: str, target: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_parallel(write(tmp_path / "de", source.encode()), write(tmp_path / "en", target.encode()))
    assert "\n" not in str(caught.value)


# Writing


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "f", b"old")

    def interrupted() -> None:
        with atomic_write(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_written_file_makes_its_folders_and_has_usual_permissions(tmp_path: Path) -> None:
    path, usual = tmp_path / "a" / "b" / "f", write(tmp_path / "usual", b"")
    write_lines(path, ["ä"])
    assert path.read_bytes() == "ä\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_a_folder_that_cannot_be_written_to_is_an_input_error(tmp_path: Path) -> None:
    blocked = write(tmp_path / "file", b"")
    with pytest.raises(InputError, match="file/f: "), atomic_write(blocked / "f"):
        pass


def test_a_folder_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    def make(interrupted: bool) -> None:
        with atomic_folder(tmp_path / "new" / "f") as made:
            write(made / "one", b"1")
            if interrupted:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(True)
    assert not list(tmp_path.iterdir())
    make(False)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["new", "new/f", "new/f/one"]


def test_a_folder_that_is_there_keeps_its_other_files(tmp_path: Path) -> None:
    write(tmp_path / "one", b"old")
    write(tmp_path / "mine", b"mine")
    with atomic_folder(tmp_path) as made:
        write(made / "one", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"new", "mine": b"mine"}


def test_two_processes_that_make_the_same_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "f") as first, atomic_folder(tmp_path / "f") as second:
        for made in (first, second):
            write(made / "one", b"1")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["f", "f/one"]


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path: Path) -> None:
    blocked = write(tmp_path / "file", b"")
    for path in (blocked, blocked / "f"):
        with pytest.raises(InputError, match=f"{path}: "), atomic_folder(path):
            pass
    assert list(tmp_path.iterdir()) == [blocked]
