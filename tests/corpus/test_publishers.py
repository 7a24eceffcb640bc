"""Corpora from their published form to `SPLIT.LANG`: what is kept, what is counted, what is refused."""

import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from seq2seq.corpus import publishers
from seq2seq.corpus.download import NotThere
from seq2seq.corpus.publishers import prepare_multi30k, prepare_shipped, prepare_tatoeba
from seq2seq.errors import InputError
from seq2seq.text.files import read_parallel

ROOT = Path(__file__).resolve().parents[2]
CAPTIONS = {"de": "Ein Hund, {}.", "en": "A dog, {}.", "fr": "Un chien, {}."}
TATOEBA = [("Go.", "Va !"), ("Run!", "Cours !"), ("Run!", "Courez !")] + [(f"No {i}.", f"Nº {i}.") for i in range(37)]


def packed(content: bytes) -> bytes:
    """As gzip, without the time: two processes that run the tests must name them alike."""
    return gzip.compress(content, mtime=0)


@pytest.fixture
def multi30k(tmp_path: Path) -> Path:
    """A small folder laid out as the repository multi30k/dataset."""
    folder = tmp_path / "multi30k"
    for split, size in (("train", 30), ("val", 4), ("test_2016_flickr", 3)):
        for language, caption in CAPTIONS.items():
            text = "".join(f"{caption.format(f'{split} {i}')}\n" for i in range(size))
            raw = folder / "data/task1/raw" / f"{split}.{language}.gz"
            tok = folder / "data/task1/tok" / f"{split}.lc.norm.tok.{language}"
            for path, content in ((raw, packed(text.encode())), (tok, text.lower().encode())):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    return folder


def archive(folder: Path, lines: list[str], member: str = "fra.txt") -> Path:
    """A Tatoeba archive."""
    path = folder / "fra-eng.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_about.txt", "about")
        file.writestr(member, "".join(f"{line}\n" for line in lines))
    return path


# Multi30k


@pytest.mark.parametrize("pair", publishers.MULTI30K_PAIRS)
@pytest.mark.parametrize("text", ["raw", "tok"])
def test_multi30k_keeps_its_splits(multi30k: Path, tmp_path: Path, pair: str, text: str) -> None:
    source, target = pair.split("-")
    out = tmp_path / "out"
    report = prepare_multi30k(pair, out, str(multi30k), text)  # type: ignore[arg-type]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{split}.{language}" for split in ("train", "val", "test") for language in (source, target)
    )
    pairs = read_parallel(out / f"test.{source}", out / f"test.{target}")
    expected = tuple(CAPTIONS[language].format("test_2016_flickr 2") for language in (source, target))
    assert pairs[2] == (expected if text == "raw" else tuple(side.lower() for side in expected))
    assert report.splitlines()[2].split() == ["train", "30", "180" if text == "raw" else "120"] + (
        ["6.0", "180", "6.0"] if text == "raw" else ["4.0", "120", "4.0"]
    )
    assert report.splitlines()[-3:] == [f"{name}: the source has none" for name in publishers.MULTI30K_TESTS]


def test_multi30k_has_the_further_test_sets_of_its_source(multi30k: Path, tmp_path: Path) -> None:
    raw = multi30k / "data/task1/raw"
    for name in ("test_2017_flickr", "test_2018_flickr"):
        for language in ("de", "en"):
            (raw / f"{name}.{language}.gz").write_bytes(packed(f"{name} {language}\n".encode() * 3))
    (raw / "test_2018_flickr.en.gz").unlink()
    for _ in range(2):  # prepared again, the folder holds nothing else
        report = prepare_multi30k("de-en", tmp_path / "out", str(multi30k))
    assert (tmp_path / "out/test_2017_flickr.de").read_text(encoding="utf-8") == "test_2017_flickr de\n" * 3
    assert not list((tmp_path / "out").glob("test_2018*"))
    assert report.splitlines()[-2:] == [f"{name}: the source has none" for name in publishers.MULTI30K_TESTS[1:]]
    (raw / "test_2017_flickr.en.gz").write_bytes(packed(b"one\n"))
    with pytest.raises(InputError, match=r"test_2017_flickr.de.gz has 3 lines and .* has 1"):
        prepare_multi30k("de-en", tmp_path / "out", str(multi30k))


def test_an_odd_break_in_a_published_corpus_becomes_a_space(multi30k: Path, tmp_path: Path) -> None:
    path = multi30k / "data/task1/raw/val.de.gz"
    path.write_bytes(packed("\ufeff a\u2028b\n\nc \u00a0\r\nd\x85\n".encode()))
    report = prepare_multi30k("de-en", tmp_path / "out", str(multi30k))
    assert (tmp_path / "out/val.de").read_text(encoding="utf-8") == "a b\nc\nd\n"
    assert f"lines with an odd line break, now a space: 2 (first: {path}, line 1)" in report
    assert f"pairs dropped, blank on a side: 1 (first: {path}, line 2)" in report


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("raw/val.de.gz", None, "val.de.gz: no such file; --source needs a folder"),
        ("raw/val.de.gz", b"not gzip", "val.de.gz: damaged gzip file .*; delete it and fetch it again"),
        ("raw/val.de.gz", packed(b"a\n" * 4)[:-9], "val.de.gz: damaged gzip file"),
        ("raw/val.de.gz", packed(b"a\n" * 5), r"val.de.gz has 5 lines and .*val.en.gz has 4"),
        ("raw/val.de.gz", packed(b"a\n\xfc\n"), r"val.de.gz, line 2: .* not valid UTF-8"),
        ("raw/val.de.gz", packed(b"\n" * 4), r"val.de.gz: no line has text on both sides"),
    ],
)
def test_a_faulty_source_writes_nothing(
    multi30k: Path, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = multi30k / "data/task1" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        prepare_multi30k("de-en", tmp_path / "out", str(multi30k))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["multi30k"]


def test_every_published_file_has_its_checksum() -> None:
    names = {
        Path(form.format(split, language)).name
        for form in publishers.MULTI30K_NAMES.values()
        for split in publishers.MULTI30K_SPLITS.values()
        for language in CAPTIONS
    }
    assert names == set(publishers.MULTI30K_SHA256)


def test_only_the_public_address_is_checked(multi30k: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests: list[str | None] = []

    def locate(source: str, name: str, downloads: Path, sha256: str | None) -> Path:
        assert downloads == tmp_path / "downloads"
        if not (multi30k / name).exists():
            raise NotThere(name)
        digests.append(sha256)
        return multi30k / name

    monkeypatch.setattr(publishers, "locate", locate)
    prepare_multi30k("en-de", tmp_path / "out", text="tok")
    assert digests[1] == publishers.MULTI30K_SHA256["train.lc.norm.tok.de"]
    assert len(set(digests)) == 6
    prepare_multi30k("en-de", tmp_path / "out", "https://example.org")
    assert digests[6:] == [None] * 6


@pytest.mark.parametrize("pair", ["de", "de-de", "de-cs", "de-en-fr", ""])
def test_a_pair_that_is_not_there_is_refused(tmp_path: Path, pair: str) -> None:
    with pytest.raises(InputError, match=f"--pair {pair}: there are de-en"):
        prepare_multi30k(pair, tmp_path / "out")


# Tatoeba


@pytest.mark.parametrize("attribution", ["", "\tCC-BY 2.0 (France) Attribution: tatoeba.org #1"])
def test_tatoeba_is_split_by_english_sentence(tmp_path: Path, attribution: str) -> None:
    archive(tmp_path, [f"{english}\t{other}{attribution}" for english, other in TATOEBA])
    out = tmp_path / "out"
    prepare_tatoeba("fra", out, str(tmp_path), val=8, test=8)
    splits = {name: read_parallel(out / f"{name}.eng", out / f"{name}.fra") for name in ("train", "val", "test")}
    assert {name: len(pairs) for name, pairs in splits.items()} == {"train": 24, "val": 8, "test": 8}
    assert sorted(pair for pairs in splits.values() for pair in pairs) == sorted(TATOEBA)
    assert sum("Run!" in dict(pairs) for pairs in splits.values()) == 1


def test_duplicates_and_blank_sides_are_counted(tmp_path: Path) -> None:
    archive(tmp_path, ["a\tx", "b\t ", "a\tx", "", "a \tx", "b\ty"])
    report = prepare_tatoeba("fra", tmp_path / "out", str(tmp_path))
    splits = [
        read_parallel(*(tmp_path / f"out/{split}.{side}" for side in ("eng", "fra"))) for split in ("train", "val")
    ]
    assert sorted(splits[0] + splits[1]) == [("a", "x"), ("b", "y")]
    assert report.splitlines()[-2:] == [
        "pairs dropped, blank on a side: 2 (first: fra.txt, line 2)",
        "pairs dropped, exact duplicates: 2",
    ]


@pytest.mark.parametrize("lang", ["fr", "French", "eng", "../", "fra-eng"])
def test_a_wrong_language_is_refused(tmp_path: Path, lang: str) -> None:
    with pytest.raises(InputError, match=r"--lang|both languages are eng"):
        prepare_tatoeba(lang, tmp_path / "out")


def test_a_faulty_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, ["a\tx", "no tab"])
    with pytest.raises(InputError, match=r"fra-eng.zip, fra.txt, line 2: no tab"):
        prepare_tatoeba("fra", tmp_path / "out", str(tmp_path))
    archive(tmp_path, ["a\tx"], member="deu.txt")
    with pytest.raises(InputError, match=r"fra-eng.zip: no fra.txt inside"):
        prepare_tatoeba("fra", tmp_path / "out", str(tmp_path))
    content = bytearray(archive(tmp_path, [f"a{i}\tx{i}" for i in range(99)]).read_bytes())
    content[150] ^= 255
    for damaged in (content, content[:200], b""):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"fra-eng.zip: damaged zip file .*; delete it and fetch it again"):
            prepare_tatoeba("fra", tmp_path / "out", str(tmp_path))
    assert not (tmp_path / "out").exists()


# The corpora that ship


def test_a_corpus_that_ships_comes_with_its_links(tmp_path: Path) -> None:
    report = prepare_shipped("tiny-ko-en", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"{split}.{suffix}" for split in ("train", "val", "test") for suffix in ("ko", "en", "align")
    )
    assert report.splitlines()[2].split()[:2] == ["train", "13,000"]
    assert report.splitlines()[-1] == "gold word links in SPLIT.align"
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(InputError, match="/out: holds mine, which is no part of this corpus"):
        prepare_shipped("tiny-ko-en", tmp_path / "out")


def test_the_script(multi30k: Path, tmp_path: Path) -> None:
    def script(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "scripts/prepare_data.py"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )

    done = script("multi30k", "--pair", "de-en", "--source", str(multi30k), "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("out: de and en\nsplit ")
    failed = script("tatoeba", "--lang", "fra", "--source", ".", "--out", "other")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == (
        "error: fra-eng.zip: no such file; --source needs a folder (or a URL) that has fra-eng.zip\n"
    )
    wrong = script("text", "--val", "many", "--out", "other")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: argument --val: invalid int value: 'many'")
    assert script("--help").returncode == 0
