"""A corpus of one's own, two files or one with both sides, to `train|val|test.LANG`: what is no corpus is refused.

Whatever form a corpus comes in, the files made of it are the same. Every pair that is left out is counted in the report
that each `prepare_...` function returns. Imports nothing heavy.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from seq2seq.corpus.archives import read_moses
from seq2seq.corpus.encodings import decode
from seq2seq.corpus.folder import Corpus, check_out, drop_blank, drop_duplicates, language_pair, write_corpus
from seq2seq.corpus.formats import lines_of, note, read_text
from seq2seq.corpus.plausible import check_sides, kind_of
from seq2seq.corpus.splits import EMPTY, OWN_SPLITS, Pair, split_hard, split_pairs
from seq2seq.corpus.tables import Row, Wanted, read_csv, read_jsonl, read_parquet, read_tsv
from seq2seq.corpus.tmx import read_tmx
from seq2seq.corpus.unpack import read_bytes, unpacked_suffix
from seq2seq.errors import InputError
from seq2seq.text.files import ODD_BREAKS, pair_lines
from seq2seq.text.visible import strip

FORM_OF = {".tsv": "TSV", ".csv": "CSV", ".jsonl": "JSON", ".ndjson": "JSON", ".json": "JSON"}
"""What the suffix of a table says that it is."""
FORMS = (*FORM_OF, ".tmx", ".zip", ".parquet")
"""The suffixes of files with both sides; before `.gz`, `.xz` or `.zst` too."""
NAMED = {"XML": ".tmx", "JSON": ".jsonl", "TSV": ".tsv", "CSV": ".csv"}
"""The suffix under which to give what `kind_of` finds."""
OTHER_KINDS = {"TSV": {"XML", "JSON"}, "CSV": {"XML", "JSON"}, "JSON": {"XML", "TSV", "CSV"}}
"""What the content of a table must not look like: a TSV of quoted text looks like CSV, and may."""
BREAKS = re.compile("\r\n|[\n" + "".join(ODD_BREAKS) + "]")


def prepare_text(
    source_file: str | Path,
    target_file: str | Path,
    source_lang: str,
    target_lang: str,
    out: str | Path,
    val: int | None = None,
    test: int | None = None,
    seed: int = 1,
    encoding: str | None = None,
    test_hard: int = 0,
) -> str:
    """Write two aligned files, plain or `.gz`, `.xz` or `.zst`, split by `split_pairs` and `split_hard`; returns the
    report.

    `encoding` is that of the files; without it UTF-8, or what `encodings.decode` finds. Raises InputError when the
    files differ in length, are one and the same, would be replaced by what is written, hold something else than
    sentences, or have a NUL or an odd line break in a line.
    """
    languages = language_pair(source_lang, target_lang)
    check_out(out, languages, OWN_SPLITS)
    paths = [Path(source_file), Path(target_file)]
    if all(path.exists() for path in paths) and os.path.samefile(*paths):
        raise InputError(f"{paths[0]} and {paths[1]} are the same file; give the translations as the other one")
    _refuse_overwriting(paths, languages, Path(out))
    notes: list[str] = []
    sides = [_read_side(path, encoding) for path in paths]
    pairs = drop_blank(pair_lines(sides, paths, EMPTY), str(paths[0]), notes)
    return _write(pairs, languages, f"{paths[0]} and {paths[1]}", notes, out, (val, test, seed, test_hard))


def prepare_file(
    file: str | Path,
    source_lang: str,
    target_lang: str,
    out: str | Path,
    source_column: str | None = None,
    target_column: str | None = None,
    encoding: str | None = None,
    val: int | None = None,
    test: int | None = None,
    seed: int = 1,
    test_hard: int = 0,
) -> str:
    """Write one file that has both sides, split by `split_pairs` and `split_hard`; returns the report.

    Its suffix says what it is: `.tsv`, `.csv`, `.jsonl`, `.tmx`, `.zip` (Moses format) or `.parquet`, before `.gz`,
    `.xz` or `.zst` too. Columns are numbers from 1 on, names of a header, or keys and dotted paths of JSON and Parquet;
    without them those named by the languages are taken, or the two that there are. Line breaks in a field become
    spaces. Raises InputError when the content is not what the suffix says, is damaged, or has no two such columns.
    """
    languages = language_pair(source_lang, target_lang)
    check_out(out, languages, OWN_SPLITS)
    path, notes = Path(file), list[str]()
    rows = _rows(path, Wanted(languages, (source_column, target_column)), encoding, notes)
    numbers, pairs = _one_line_each(rows, str(path), notes)
    if not pairs:
        raise InputError(f"{path}: empty; {EMPTY}")
    pairs = drop_blank(pairs, str(path), notes, numbers)
    return _write(pairs, languages, str(path), notes, out, (val, test, seed, test_hard))


def _write(
    pairs: list[Pair],
    languages: tuple[str, str],
    name: str,
    notes: list[str],
    out: str | Path,
    wanted: tuple[int | None, int | None, int, int],
) -> str:
    check_sides(pairs, languages, name)
    pairs = drop_duplicates(pairs, notes)
    val, test, seed, hard = wanted
    splits = split_hard(split_pairs(pairs, val, test, seed, notes), hard, notes)
    return write_corpus(Corpus(languages, splits, notes), out)


def _refuse_overwriting(paths: Iterable[Path], languages: tuple[str, str], out: Path) -> None:
    written = [out / f"{split}.{language}" for split in OWN_SPLITS for language in languages]
    for path in paths:
        for place in written:
            if path.exists() and place.exists() and os.path.samefile(path, place):
                raise InputError(
                    f"{path}: would be replaced by {place.name} of the corpus; give another folder to --out"
                )


def _read_side(path: Path, encoding: str | None) -> list[str]:
    """The sentences of a file; InputError where it is a table or the like."""
    suffix = unpacked_suffix(path)
    if suffix in FORMS:
        raise InputError(f"{path}: {suffix} has both sides; give it alone, as --file {path}")
    text = read_text(path, encoding)
    if kind := kind_of(text):
        raise InputError(
            f"{path}: is {kind}, not one sentence a line; where it has both sides, name it *{NAMED[kind]} and give it "
            "alone, with --file"
        )
    return lines_of(text, str(path))


def _rows(path: Path, wanted: Wanted, encoding: str | None, notes: list[str]) -> Iterable[Row]:
    """The pairs of a file with their numbers, by the reader that its suffix asks for."""
    suffix, name = unpacked_suffix(path), str(path)
    if suffix not in FORMS:
        way = "save the sheet as CSV" if suffix in (".xlsx", ".xls", ".ods") else (
            "give two files of sentences with --source-file and --target-file"
        )  # fmt: skip
        raise InputError(f"{path}: --file takes {', '.join(FORMS)}, and each with .gz, .xz or .zst; {way}")
    if suffix not in FORM_OF and wanted.columns != (None, None) and suffix != ".parquet":
        raise InputError(f"{path}: {suffix} has no columns; leave out --source-column and --target-column")
    if suffix == ".zip":
        return ((number, *pair) for number, pair in enumerate(read_moses(path, wanted.languages, encoding), 1))
    content = read_bytes(path)
    if not content:
        return ()
    if suffix == ".parquet":
        return read_parquet(content, name, wanted)
    if suffix == ".tmx":
        return _memory(content, name, wanted.languages, encoding)
    return _table(content, suffix, name, wanted, encoding, notes)


def _memory(content: bytes, name: str, languages: tuple[str, str], encoding: str | None) -> Iterable[Row]:
    if b"<tmx" not in content[: 1 << 16].replace(b"\0", b"").lower():
        raise InputError(f"{name}: no TMX inside; name the file by what it is")
    if encoding is not None:  # it decides, not the XML declaration
        content = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(content, name, encoding)).encode()
    return read_tmx(content, name, languages)


def _table(
    content: bytes, suffix: str, name: str, wanted: Wanted, encoding: str | None, notes: list[str]
) -> Iterable[Row]:
    text = decode(content, name, encoding)
    form, kind = FORM_OF[suffix], kind_of(text)
    if kind in OTHER_KINDS[form]:
        raise InputError(f"{name}: is {kind}, not {form}; name it *{NAMED[kind]}")
    if form == "JSON":
        return read_jsonl(text, name, wanted)
    return (read_tsv if form == "TSV" else read_csv)(text, name, wanted, notes)


def _one_line_each(rows: Iterable[Row], name: str, notes: list[str]) -> tuple[list[int], list[Pair]]:
    """The pairs and their numbers; a line break inside a side becomes a space, which is noted."""
    numbers: list[int] = []
    pairs: list[Pair] = []
    broken: list[int] = []
    for number, *sides in rows:
        source, target = (strip(BREAKS.sub(" ", side)) for side in sides)
        if any(BREAKS.search(strip(side)) for side in sides):
            broken.append(number)
        try:
            f"{source}{target}".encode()
        except UnicodeEncodeError:
            raise InputError(f"{name}, line {number:,}: half a character (a lone surrogate); fix it there") from None
        numbers.append(number)
        pairs.append((source, target))
    note(notes, broken, "pairs with a line break in a side, now a space", name)
    return numbers, pairs
