"""A corpus in any form gives the same files, and its columns, languages and encoding are found."""

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from corpora import lines
from forms import FORMS, jsonl, tmx, tsv, write_form
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.corpus.own import prepare_file, prepare_text
from seq2seq.errors import InputError
from seq2seq.text.files import ODD_BREAKS, read_lines
from seq2seq.text.visible import is_blank, strip
from seq2seq.text.writing import write_lines

PAIRS = list(zip(lines("tiny-de-en", "train", "de", 120), lines("tiny-de-en", "train", "en", 120), strict=True))
PAIRS += [('„Ja“, sagte er; "nein".', "<Yes> & 'no', he; said.")]
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cn", "Cc"], exclude_characters="\ufeff\u2028\u2029\ufffe\uffff")
)
ROWS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8)


def made(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def two_files(folder: Path, source: bytes, target: bytes, names: tuple[str, str] = ("a", "b")) -> tuple[Path, Path]:
    paths = folder / names[0], folder / names[1]
    for path, content in zip(paths, (source, target), strict=True):
        path.write_bytes(content)
    return paths


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What two plain files give."""
    folder = tmp_path_factory.mktemp("plain")
    for side in (0, 1):
        write_lines(folder / "ab"[side], (pair[side] for pair in PAIRS))
    prepare_text(folder / "a", folder / "b", "de", "en", folder / "out", val=10, test=10)
    return made(folder / "out")


# One corpus in all forms


@pytest.mark.parametrize("name", FORMS)
def test_one_corpus_in_every_form_gives_the_same_files(tmp_path: Path, expected: dict[str, bytes], name: str) -> None:
    prepare_file(write_form(tmp_path, name, PAIRS), "de", "en", tmp_path / "out", val=10, test=10)
    assert made(tmp_path / "out") == expected and len(expected) == 6


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        ("", lambda text: text.encode()),
        (".gz", lambda text: gzip.compress(text.encode())),
        (".xz", lambda text: lzma.compress(text.encode())),
        (".zst", lambda text: zstandard.compress(text.encode())),
        ("", lambda text: text.encode("utf-16")),
        ("", lambda text: text.encode("utf-16-be")),
        ("", lambda text: text.replace("\n", "\r\n").encode("utf-8-sig")),
    ],
)
def test_two_files_in_every_packing_and_encoding_give_the_same_files(
    tmp_path: Path, expected: dict[str, bytes], suffix: str, pack: Callable[[str], bytes]
) -> None:
    texts = ["".join(f"{pair[side]}\n" for pair in PAIRS) for side in (0, 1)]
    paths = two_files(tmp_path, pack(texts[0]), pack(texts[1]), (f"a{suffix}", f"b{suffix}"))
    prepare_text(*paths, "de", "en", tmp_path / "out", val=10, test=10)
    assert made(tmp_path / "out") == expected


# Too little text to guess an encoding from is left out.
@given(ROWS, st.sampled_from([name for name in FORMS if name not in ("western.tsv", "bare.tsv")]))
def test_what_is_written_in_a_form_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], name: str
) -> None:
    folder = tmp_path_factory.mktemp("form")
    # Neither blank nor the same, and half of the letters Latin on both sides: else they may be taken for swapped.
    rows = [("ä" * (1 + len(source)) + source, "y" * (1 + len(target)) + target) for source, target in rows]
    prepare_file(write_form(folder, name, rows), "de", "en", folder / "out", val=0, test=0)
    read = list(zip(*(read_lines(folder / f"out/train.{side}") for side in ("de", "en")), strict=True))
    assert read == list(dict.fromkeys((strip(source), strip(target)) for source, target in rows))


@given(
    st.binary(max_size=200), st.sampled_from([".tsv", ".csv", ".jsonl", ".tmx", ".zip", ".parquet", ".tsv.gz", ".xz"])
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    (folder / f"f{suffix}").write_bytes(content)
    try:
        prepare_file(folder / f"f{suffix}", "de", "en", folder / "out", val=0, test=0)
    except InputError as error:
        assert "\n" not in str(error) and not (folder / "out").exists()
    else:
        assert all(not is_blank(line) for line in read_lines(folder / "out/train.de"))


@given(st.sampled_from([*FORMS]), st.data())
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = write_form(folder, name, PAIRS[-5:])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        prepare_file(path, "de", "en", folder / "out", val=0, test=0)
    except InputError as error:
        assert "\n" not in str(error) and not (folder / "out").exists()


# Columns


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("f.tsv", "x\tja\tyes\nx\tnein\tno\n", ("2", "3")),
        ("f.tsv", "ja\tyes\nnein\tno\n", (None, None)),
        ("f.tsv", "EN\tDE\nyes\tja\nno\tnein\n", (None, None)),
        ("f.tsv", "source\ttarget\nja\tyes\nnein\tno\n", (None, None)),
        ("f.tsv", "tgt\tsrc\tnote\nyes\tja\tx\nno\tnein\tx\n", (None, None)),
        ("f.tsv", "Deutsch\tEnglisch\nja\tyes\nnein\tno\n", ("deutsch", "Englisch")),
        ("f.tsv", "de\ten\nja\tyes\nnein\tno\n", ("1", "2")),
        ("f.csv", "Text (DE),Text (EN)\r\nja,yes\r\nnein,no\r\n", ("Text (DE)", "Text (EN)")),
        ("f.csv", "ja;yes\nnein;no\n", ("1", "2")),
        ("f.jsonl", '{"a": {"b": "ja"}, "c.d": "yes"}\n\n{"a": {"b": "nein"}, "c.d": "no"}\n', ("a.b", "c.d")),
        ("f.jsonl", '{"source": "ja", "target": "yes"}\n{"source": "nein", "target": "no"}', (None, None)),
    ],
)
def test_columns_are_found_by_number_and_name(
    tmp_path: Path, name: str, content: str, columns: tuple[str | None, str | None]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    report = prepare_file(tmp_path / name, "de", "en", tmp_path / "out", *columns, val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ["ja", "nein"]
    assert read_lines(tmp_path / "out/train.en") == ["yes", "no"]
    assert ("its first line is a pair" in report) == (name == "f.tsv" and content.startswith("ja\t"))


def test_a_line_break_inside_a_field_becomes_a_space_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b'de,en\r\n"Ja,\r\n""gut"".","Yes,\ngood."\r\n\r\nnein,no\r\n,blank\r\n')
    report = prepare_file(tmp_path / "f.csv", "de", "en", tmp_path / "out", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ['Ja, "gut".', "nein"]
    assert read_lines(tmp_path / "out/train.en") == ["Yes, good.", "no"]
    assert f"pairs with a line break in a side, now a space: 1 (first: {tmp_path}/f.csv, line 2)" in report
    assert f"pairs dropped, blank on a side: 2 (first: {tmp_path}/f.csv, line 5)" in report


@pytest.mark.parametrize("character", ODD_BREAKS)
def test_an_odd_break_in_json_makes_no_line(tmp_path: Path, character: str) -> None:
    (tmp_path / "f.jsonl").write_bytes(jsonl([(f"a{character}b", "x")]))
    prepare_file(tmp_path / "f.jsonl", "de", "en", tmp_path / "out", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ["a b"]


# TMX


def test_a_memory_gives_variants_and_text_without_codes(tmp_path: Path) -> None:
    (tmp_path / "f.tmx").write_text(
        """<tmx version="1.4"><header/><body>
        <tu><tuv xml:lang="DE_ch"><seg>Gruezi</seg></tuv><tuv xml:lang="de"><seg>Guten <hi>Tag</hi>,
           Welt</seg></tuv><tuv lang="en"><seg>Good<ph x="1">&lt;br/&gt;</ph> day<it>x</it></seg></tuv></tu>
        <tu><tuv xml:lang="de"><seg>allein</seg></tuv><tuv xml:lang="fr"><seg>seul</seg></tuv></tu>
        <tu><tuv xml:lang="den"><seg>falsch</seg></tuv><tuv xml:lang="en-GB"><seg>wrong</seg></tuv></tu>
        </body></tmx>""",
        encoding="utf-8",
    )
    report = prepare_file(tmp_path / "f.tmx", "de", "en", tmp_path / "out", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ["Guten Tag, Welt"]
    assert read_lines(tmp_path / "out/train.en") == ["Good day"]
    assert "pairs dropped, blank on a side: 2 (first:" in report


def test_encoding_decides_against_the_declaration(tmp_path: Path) -> None:
    text = tmx([("für", "for")]).decode("utf-16")
    (tmp_path / "f.tmx").write_bytes(text.encode("cp1252"))
    prepare_file(tmp_path / "f.tmx", "de", "en", tmp_path / "out", encoding="cp1252", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ["für"]


BOMB = '<!DOCTYPE tmx [<!ENTITY a "aaaa">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/hostname">'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE])
def test_entities_are_refused(tmp_path: Path, declared: str) -> None:
    unit = '<tu><tuv xml:lang="de"><seg>&a;</seg></tuv><tuv xml:lang="en"><seg>x</seg></tuv></tu>'
    (tmp_path / "f.tmx").write_text(f"{declared}]><tmx><body>{unit}</body></tmx>", encoding="utf-8")
    with pytest.raises(InputError, match=r"f.tmx: declares entities or reads other files"):
        prepare_file(tmp_path / "f.tmx", "de", "en", tmp_path / "out")


# Encodings


def test_a_guess_is_said_and_encoding_decides(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.tsv"
    text = "".join(f"{a}\t{b}\n" for a, b in zip(lines("tiny-ko-en", "train", "ko", 99),
                                               lines("tiny-ko-en", "train", "en", 99), strict=True))  # fmt: skip
    path.write_bytes(text.encode("cp949"))
    for number, encoding in enumerate((None, "cp949", "euc_kr")):
        prepare_file(path, "ko", "en", tmp_path / f"{number}", encoding=encoding)
        said = f"{path}: not UTF-8, read as cp949; --encoding decides\n" if encoding is None else ""
        assert capfd.readouterr().err == said
    assert made(tmp_path / "0") == made(tmp_path / "1") == made(tmp_path / "2")
    for encoding, message in (("utf-8", "line 1: byte 1 of the line .* is not utf-8"), ("klingon", "not known"),
                              ("rot13", "not known")):  # fmt: skip
        with pytest.raises(InputError, match=message):
            prepare_file(path, "ko", "en", tmp_path / "out", encoding=encoding)


def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = tsv(PAIRS).replace(b"\xc3", b"", 1)
    (tmp_path / "f.tsv").write_bytes(content)
    with pytest.raises(InputError, match=r"f.tsv, line \d+: byte \d+ .* not valid UTF-8, though most of the file is"):
        prepare_file(tmp_path / "f.tsv", "de", "en", tmp_path / "out")


# Small corpora, several frames, pipes


def test_a_small_corpus_is_prepared_with_val(tmp_path: Path) -> None:
    (tmp_path / "f.tsv").write_bytes(tsv(PAIRS[:5]))
    prepare_file(tmp_path / "f.tsv", "de", "en", tmp_path / "out")
    assert [len(read_lines(tmp_path / f"out/{split}.de")) for split in ("train", "val")] == [4, 1]


def test_several_frames_are_one_file(tmp_path: Path, expected: dict[str, bytes]) -> None:
    content = tsv(PAIRS)
    for suffix, pack in ((".gz", gzip.compress), (".xz", lzma.compress), (".zst", zstandard.compress)):
        (tmp_path / f"f.tsv{suffix}").write_bytes(pack(content[:500]) + pack(content[500:]))
        prepare_file(tmp_path / f"f.tsv{suffix}", "de", "en", tmp_path / f"out{suffix}", val=10, test=10)
        assert made(tmp_path / f"out{suffix}") == expected


def test_a_stream_that_is_no_regular_file_is_read(tmp_path: Path) -> None:
    import os
    import threading

    paths = two_files(tmp_path, b"ja\nnein\n", b"yes\nno\n")
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(b"ja\nnein\n"))
    writer.start()
    prepare_text(tmp_path / "pipe", paths[1], "de", "en", tmp_path / "out", val=0, test=0)
    writer.join()
    assert read_lines(tmp_path / "out/train.de") == ["ja", "nein"]
