"""What is no corpus is refused in a line that says what to do, and nothing is written."""

import builtins
import gzip
import lzma
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from corpora import lines
from forms import flat, moses, parquet, tmx, tsv, write_form

from seq2seq.corpus.own import prepare_file, prepare_text
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines

PAIRS = list(zip(lines("tiny-de-en", "train", "de", 120), lines("tiny-de-en", "train", "en", 120), strict=True))
PAIRS += [('„Ja“, sagte er; "nein".', "<Yes> & 'no', he; said.")]


def two_files(folder: Path, source: bytes, target: bytes, names: tuple[str, str] = ("a", "b")) -> tuple[Path, Path]:
    paths = folder / names[0], folder / names[1]
    for path, content in zip(paths, (source, target), strict=True):
        path.write_bytes(content)
    return paths


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("f.tsv", b"", "f.tsv: empty; a corpus needs at least one pair"),
        ("f.tsv", b"a\n", "line 1: a single field"),
        ("f.tsv", b"a\tb\tc\n", "which columns\\? Its first line has 1 'a', 2 'b', 3 'c'; say so with --source-column"),
        ("f.tsv", b"de\ten\na\tb\tc\n", "line 2: 3 fields, where line 1 has 2"),
        ("f.tsv", b"de\ten\n\t\n", "no line has text on both sides"),
        ("f.tsv", flat(PAIRS), r"is JSON, not TSV; name it \*.jsonl"),
        ("f.csv", tmx(PAIRS), r"is XML, not CSV; name it \*.tmx"),
        ("f.jsonl", tsv(PAIRS), r"is TSV, not JSON; name it \*.tsv"),
        ("f.csv", b'de,en\na,"b\n', 'line 2: unexpected end of data; a field is in "quotes"'),
        ("f.csv", b"de,en\na,b,c\n", "no equal number of fields"),
        ("f.jsonl", b'[{"de": "a", "en": "b"}]', "a JSON array; write one object a line"),
        ("f.jsonl", b'{"de": "a", "en": "b"}\n{"de": "a"}\n', "line 2: no 'en'; it has 'de'"),
        ("f.jsonl", b'{"de": "a", "en": "b"}\n{"de": 1, "en": "b"}\n', "line 2: 'de' is no text"),
        ("f.jsonl", b'{"de": "a", "en": "b"}\n[1]\n', "line 2: no JSON object"),
        ("f.jsonl", b'{"de": "a", "en": "b"}\n{"de": ' + b"[" * 99_999 + b"\n", "line 2: no JSON"),
        ("f.jsonl", b'{"de": "a", "en": "b"}\n{"de": ' + b"9" * 9_999 + b"}\n", "line 2: no JSON"),
        ("f.jsonl", b'{"de": "\\ud800", "en": "b"}\n', "line 1: half a character"),
        ("f.jsonl", b'{"x": "a", "en": "b"}\n', "the first object has 'x', 'en'; say where the sides are"),
        ("f.tmx", b"<html>", "no TMX inside"),
        ("f.tmx", b"<tmx><body><tu></body></tmx>", r"not well-formed XML after unit 0"),
        ("f.tmx", b"<tmx>" + b"<a>" * 200, "100 deep"),
        ("f.tmx", tmx(PAIRS).decode("utf-16").replace("de-AT", "fr").replace("UTF-16", "UTF-8").encode(),
         "no unit in de; it has en-US, fr; name two of them"),
        ("f.zip", moses(PAIRS)[:99], "damaged zip file"),
        ("f.zip", moses(PAIRS)[:-4] + b"\xe8\x00\x00\x00", "damaged zip file"),
        ("f.parquet", b"PAR1....PAR1", "damaged Parquet file"),
        ("f.parquet", parquet([("heute", "today")]).replace(b"heute", b"heut\xff"), "damaged Parquet file"),
        ("f.tsv", gzip.compress(tsv(PAIRS)), "packed by gzip; name it f.tsv.gz"),
        ("f.tsv.gz", tsv(PAIRS), "damaged gzip file"),
        ("f.tsv.xz", lzma.compress(tsv(PAIRS))[:-20], "damaged xz file"),
        ("f.tsv.zst", tsv(PAIRS), "damaged zstd file"),
        ("f.txt", b"a\tb\n", "--file takes .tsv, .csv, .*; give two files of sentences"),
        ("f.xlsx", b"PK", "save the sheet as CSV"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        prepare_file(tmp_path / name, "de", "en", tmp_path / "out")
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "pack"), [("f.tsv.gz", gzip.compress), ("f.tsv.xz", lzma.compress), ("f.tsv.zst", zstandard.compress)]
)
def test_a_bomb_is_refused(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / name).write_bytes(pack(bytes(100 << 20)))
    with pytest.raises(InputError, match="bytes that unpack to more than 67,108,864 are no text"):
        prepare_file(tmp_path / name, "de", "en", tmp_path / "out")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.de", bytes(100 << 20))
        archive.writestr("x.en", "x")
    with pytest.raises(InputError, match=r"f.zip, x.de: .* bytes that unpack to more than"):
        prepare_file(tmp_path / "f.zip", "de", "en", tmp_path / "out")


@pytest.mark.parametrize("members", [["x.de"], ["x.de", "y.en"], ["x.de", "x.en", "y.de", "y.en"], []])
def test_an_archive_needs_one_pair_of_files(tmp_path: Path, members: list[str]) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        for member in members:
            archive.writestr(member, "a\n")
    with pytest.raises(InputError, match=r"(several pairs of|no two) files \*.de and \*.en inside"):
        prepare_file(tmp_path / "f.zip", "de", "en", tmp_path / "out")


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = write_form(tmp_path, "my.parquet", PAIRS), builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "pyarrow")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"read by pyarrow; pip install 'seq2seq\[parquet\]'"):
        prepare_file(path, "de", "en", tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tsv(PAIRS), r"/a: is TSV, not one sentence a line; .* name it \*.tsv and give it alone, with --file"),
        (tmx(PAIRS).decode("utf-16").encode(), r"/a: is XML, .* name it \*.tmx"),
        (flat(PAIRS), r"/a: is JSON, .* name it \*.jsonl"),
        (b'[\n {"de": "a"},\n {"de": "b"}\n]\n', "/a: is JSON"),
        (b'"ja","yes"\n"nein; ""nie""","no"\n', r"/a: is CSV, .* name it \*.csv"),
    ],
)
def test_a_table_is_no_file_of_sentences(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        prepare_text(*two_files(tmp_path, content, b"x\n"), "de", "en", tmp_path / "out")


def test_a_table_by_its_name_is_no_file_of_sentences(tmp_path: Path) -> None:
    paths = two_files(tmp_path, b"a\n", b"b\n", ("f.csv", "b"))
    with pytest.raises(InputError, match=r"f.csv: .csv has both sides; give it alone, as --file .*/f.csv"):
        prepare_text(*paths, "de", "en", tmp_path / "out")


def test_a_device_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a\n")
    with pytest.raises(InputError, match=r"/dev/zero: a device, not a file"):
        prepare_text("/dev/zero", tmp_path / "a", "de", "en", tmp_path / "out")


def test_quotes_of_csv_in_a_tsv_are_text_and_are_told(tmp_path: Path) -> None:
    (tmp_path / "f.tsv").write_text('de\ten\n"Ja", sagte er.\tx\n"er sagte ""ja"""\ty\n', encoding="utf-8")
    report = prepare_file(tmp_path / "f.tsv", "de", "en", tmp_path / "out", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == ['"Ja", sagte er.', '"er sagte ""ja"""']
    assert f"name the file *.csv: 1 (first: {tmp_path}/f.tsv, line 3)" in report


def test_text_with_quotes_tabs_and_brackets_is_text(tmp_path: Path) -> None:
    source = '"Ja", sagte er.\n[lacht] So?\na\tb\n{x}\n"Nein, nie."\n<b>fett</b>\n'
    paths = two_files(tmp_path, source.encode(), "".join(f"x{i}\n" for i in range(6)).encode())
    prepare_text(*paths, "de", "en", tmp_path / "out", val=0, test=0)
    assert read_lines(tmp_path / "out/train.de") == source.splitlines()


def test_one_side_twice_is_refused(tmp_path: Path) -> None:
    text = "".join(f"{source}\n" for source, _ in PAIRS).encode()
    paths = two_files(tmp_path, text, text)
    (tmp_path / "link").symlink_to(paths[0])
    with pytest.raises(InputError, match=r"/a and .*/link are the same file"):
        prepare_text(paths[0], tmp_path / "link", "de", "en", tmp_path / "out")
    with pytest.raises(InputError, match=r"121 of 121 pairs have the same text on both sides; give another file"):
        prepare_text(*paths, "de", "en", tmp_path / "out")
    (tmp_path / "f.tsv").write_bytes(tsv([(source, source) for source, _ in PAIRS]))
    with pytest.raises(InputError, match=r"f.tsv: 121 of 121 pairs"):
        prepare_file(tmp_path / "f.tsv", "de", "en", tmp_path / "out")


@pytest.mark.parametrize(("source_lang", "target_lang"), [("ko", "en"), ("kor-KR", "xx"), ("xx", "en_US")])
def test_swapped_sides_are_refused(tmp_path: Path, source_lang: str, target_lang: str) -> None:
    korean = "".join(f"{line}\n" for line in lines("tiny-ko-en", "train", "ko", 50)).encode()
    english = "".join(f"{line}\n" for line in lines("tiny-ko-en", "train", "en", 50)).encode()
    with pytest.raises(InputError, match=r"the sides are swapped: the .* side has hardly a letter of (Latin|Hangul), "):
        prepare_text(*two_files(tmp_path, english, korean), source_lang, target_lang, tmp_path / "out")
    prepare_text(*two_files(tmp_path, korean, english), source_lang, target_lang, tmp_path / "out")


@pytest.mark.parametrize(("source_lang", "target_lang"), [("de", "fr"), ("xx", "yy"), ("ja", "zh")])
def test_languages_of_one_script_or_unknown_ones_tell_nothing(
    tmp_path: Path, source_lang: str, target_lang: str
) -> None:
    sides = ["".join(f"{pair[side]}\n" for pair in PAIRS).encode() for side in (0, 1)]
    prepare_text(*two_files(tmp_path, sides[0], sides[1]), source_lang, target_lang, tmp_path / "out")
    assert (tmp_path / "out" / f"train.{source_lang}").is_file()
