"""Pairs written in each form in which `prepare_file` takes them."""

import csv
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow
import pyarrow.parquet
import zstandard

Pairs = Sequence[tuple[str, str]]


def tsv(pairs: Pairs) -> bytes:
    """With a header and a column more."""
    return "".join(
        f"{line}\n" for line in ["id\tde\ten", *(f"{i}\t{a}\t{b}" for i, (a, b) in enumerate(pairs))]
    ).encode()


def csv_file(pairs: Pairs, delimiter: str = ",") -> bytes:
    """As a spreadsheet writes it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([("de", "en"), *pairs])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def jsonl(pairs: Pairs) -> bytes:
    """As the corpora of OPUS are on hubs of data sets."""
    return "".join(json.dumps({"id": "1", "translation": {"en": b, "de": a}}) + "\n" for a, b in pairs).encode()


def flat(pairs: Pairs) -> bytes:
    """JSON lines with keys that are named by the languages."""
    return "".join(json.dumps({"de": a, "en": b}, ensure_ascii=False) + "\n" for a, b in pairs).encode()


def tmx(pairs: Pairs) -> bytes:
    """With variants of a language, inline tags and a document type, as translators' programs write it."""
    units = "".join(
        f'<tu tuid="{i}"><note>n</note>\n  <tuv xml:lang="en-US"><seg><bpt i="1">&lt;b&gt;</bpt>{escape(b)}<ept i="1"/>'
        f'</seg></tuv>\n  <tuv xml:lang="de-AT"><seg><hi>{escape(a)}</hi></seg></tuv></tu>\n'
        for i, (a, b) in enumerate(pairs)
    )
    head = '<?xml version="1.0" encoding="UTF-16"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4"><header/>'
    return f"{head}<body>\n{units}</body></tmx>\n".encode("utf-16")


def moses(pairs: Pairs) -> bytes:
    """As OPUS packs it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("README"), "about")
        for side, language in enumerate(("de", "en")):
            text = "".join(f"{pair[side]}\n" for pair in pairs)
            archive.writestr(zipfile.ZipInfo(f"Books.de-en.{language}"), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def parquet(pairs: Pairs) -> bytes:
    """With one column of structures."""
    written = io.BytesIO()
    rows = {"translation": [{"de": a, "en": b} for a, b in pairs]}
    pyarrow.parquet.write_table(pyarrow.table(rows), written, compression="none")
    return written.getvalue()


FORMS: dict[str, Callable[[Pairs], bytes]] = {
    "my.tsv": tsv,
    "my.csv": csv_file,
    "semicolons.csv": lambda pairs: csv_file(pairs, ";"),
    "my.jsonl": jsonl,
    "flat.json": flat,
    "my.tmx": tmx,
    "de-en.txt.zip": moses,
    "my.parquet": parquet,
    "my.tsv.gz": lambda pairs: gzip.compress(tsv(pairs)),
    "my.csv.xz": lambda pairs: lzma.compress(csv_file(pairs)),
    "my.jsonl.zst": lambda pairs: zstandard.compress(jsonl(pairs)),
    "MY.TMX.GZ": lambda pairs: gzip.compress(tmx(pairs)),
    "utf16.tsv": lambda pairs: tsv(pairs).decode().encode("utf-16"),
    "bare.tsv": lambda pairs: tsv(pairs).decode().encode("utf-16-le"),
    "western.tsv": lambda pairs: tsv(pairs).decode().encode("cp1252"),
}
"""For each name of a file the bytes in it."""


def write_form(folder: Path, name: str, pairs: Pairs) -> Path:
    """The file of these pairs."""
    path = folder / name
    path.write_bytes(FORMS[name](pairs))
    return path
