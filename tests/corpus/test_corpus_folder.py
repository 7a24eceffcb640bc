"""The folder of a corpus: what is written can be read again, files of other corpora are safe, nothing is half made."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.corpus import folder as module
from seq2seq.corpus.own import prepare_text
from seq2seq.errors import InputError
from seq2seq.text.files import ODD_BREAKS, read_parallel
from seq2seq.text.visible import strip
from seq2seq.text.writing import write_lines


def aligned(folder: Path, source: str, target: str) -> tuple[Path, Path]:
    """Two files, `a` and `b`."""
    paths = folder / "a", folder / "b"
    for path, text in zip(paths, (source, target), strict=True):
        path.write_bytes(text.encode())
    return paths


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    """Whatever the text, the corpus can be read again, and holds each pair that has text on both sides once."""
    folder = tmp_path_factory.mktemp("text")
    odd = str.maketrans(dict.fromkeys([*ODD_BREAKS, "\n", "\t"], " "))  # lines with tabs would be a table
    pairs = [(source.translate(odd), target.translate(odd)) for source, target in pairs]
    paths = aligned(folder, *("".join(f"{line}\n" for line in side) for side in zip(*pairs, strict=True)))
    stripped = [(strip(source), strip(target)) for source, target in pairs]
    whole = [pair for pair in stripped if all(pair)]
    kept = set(whole)
    try:
        prepare_text(*paths, "xx", "yy", folder / "out", val=0, test=0)
    except InputError:
        assert sum(source == target for source, target in whole) >= 0.9 * len(whole)  # also where there is none
    else:
        written = read_parallel(folder / "out/train.xx", folder / "out/train.yy")
        assert set(written) == kept
        assert len(written) == len(kept)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("a\nb\n", "x\n", "/a has 2 lines and .*/b has 1"),
        ("", "", "are empty"),
        ("a\n", "x\0y\n", "/b, line 1: a NUL byte inside"),
        ("a\u2028b\n", "x\n", r"/a, line 1: a line separator \(U\+2028\)"),
    ],
)
def test_faulty_files_are_refused(tmp_path: Path, source: str, target: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        prepare_text(*aligned(tmp_path, source, target), "xx", "yy", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("source", "target"), [("xx", "xx"), ("", "yy"), ("../x", "yy"), ("xx", "align")])
def test_an_impossible_language_is_refused(tmp_path: Path, source: str, target: str) -> None:
    with pytest.raises(InputError, match="language"):
        prepare_text(*aligned(tmp_path, "a\n", "x\n"), source, target, tmp_path / "out")


def test_the_same_files_are_replaced_and_others_are_safe(tmp_path: Path) -> None:
    paths = aligned(tmp_path, "".join(f"a{i}\n" for i in range(40)), "".join(f"x{i}\n" for i in range(40)))
    out = tmp_path / "out"
    for val in (3, 4):
        prepare_text(*paths, "xx", "yy", out, val=val)
        assert len((out / "val.xx").read_text().splitlines()) == val
    before = {path: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError, match=r"/out: holds val.xx, which is no part of this corpus; remove it"):
        prepare_text(*paths, "xx", "yy", out, val=0)
    (out / "notes.md").write_text("mine")
    with pytest.raises(InputError, match=r"/out: holds notes.md"):
        prepare_text(*paths, "xx", "yy", out, val=3)
    (out / "notes.md").unlink()
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "out"]


def test_an_interrupt_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, lines: Iterable[str]) -> None:
        if path.suffix == ".yy":
            raise KeyboardInterrupt
        write_lines(path, lines)

    monkeypatch.setattr(module, "write_lines", write)
    with pytest.raises(KeyboardInterrupt):
        prepare_text(*aligned(tmp_path, "a\n", "x\n"), "xx", "yy", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    paths = aligned(tmp_path, "a\n", "x\n")
    with pytest.raises(InputError, match="/a: is a file; --out needs a folder"):
        prepare_text(*paths, "xx", "yy", paths[0])
    with pytest.raises(InputError, match=r"/a/out: (not a directory|file exists)"):
        prepare_text(*paths, "xx", "yy", paths[0] / "out")
