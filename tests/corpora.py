"""Corpora in the layout of their publishers, made of a few sentences of the tiny ones."""

import gzip
import zipfile
from pathlib import Path

from seq2seq.text.words import split_words

DATA = Path(__file__).resolve().parents[1] / "data"
SPLITS = (("train", 300), ("val", 12), ("test", 12))


def lines(name: str, split: str, language: str, count: int) -> list[str]:
    """The first lines of a tiny corpus."""
    return (DATA / name / f"{split}.{language}").read_text(encoding="utf-8").splitlines()[:count]


def multi30k(folder: Path) -> None:
    """Multi30k task 1, raw and tokenised, in English, German and French, the last of which is German here."""
    for split, count in SPLITS:
        published = "test_2016_flickr" if split == "test" else split
        for language in ("en", "de", "fr"):
            text = "\n".join(lines("tiny-de-en", split, "en" if language == "en" else "de", count)) + "\n"
            for name, packed in (("raw/{}.{}.gz", True), ("tok/{}.lc.norm.tok.{}", False)):
                path = folder / "data" / "task1" / name.format(published, language)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())


def tatoeba(folder: Path, languages: tuple[str, ...]) -> None:
    """The archives of ManyThings.org for these languages; every one of them has Korean sentences here."""
    folder.mkdir(parents=True)
    pairs = zip(lines("tiny-ko-en", "train", "en", 300), lines("tiny-ko-en", "train", "ko", 300), strict=True)
    text = "".join(f"{english}\t{other}\tCC-BY 2.0\n" for english, other in pairs)
    for language in languages:
        with zipfile.ZipFile(folder / f"{language}-eng.zip", "w") as archive:
            archive.writestr(f"{language}.txt", text)


def hansards(folder: Path) -> None:
    """The training text packed, and gold sentences with their links; all of it tokenised."""
    folder.mkdir(parents=True)
    for language, own in (("en", "en"), ("fr", "de")):
        train, gold = (
            "".join(f"{' '.join(split_words(line))}\n" for line in lines("tiny-de-en", split, own, count))
            for split, count in (("train", 300), ("test", 12))
        )
        (folder / f"train.{language}.gz").write_bytes(gzip.compress(train.encode()))
        (folder / f"gold-dev.{language}").write_text(gold, encoding="utf-8")
    links = [
        " ".join("-".join(reversed(link.split("-"))) for link in line.split())
        for line in lines("tiny-de-en", "test", "align", 12)
    ]
    (folder / "gold-dev.align").write_text("\n".join(links) + "\n", encoding="utf-8")
