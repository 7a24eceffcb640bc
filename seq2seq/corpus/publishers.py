"""Parallel corpora, from where they are published to `train|val|test.LANG`: plain text, one sentence a line.

Surrounding white space goes, the rest of the text stays as it is. Every pair that is left out is counted in the report
that each `prepare_...` function returns. Imports nothing heavy.
"""

import re
from itertools import permutations
from pathlib import Path
from typing import Literal

from seq2seq.corpus.archives import read_archive
from seq2seq.corpus.download import NotThere, locate
from seq2seq.corpus.folder import (
    LINKS,
    Corpus,
    check_out,
    describe,
    drop_blank,
    drop_duplicates,
    language_pair,
    write_corpus,
)
from seq2seq.corpus.formats import read_side
from seq2seq.corpus.splits import EMPTY, HARD, OWN_SPLITS, SPLITS, Pair, split_hard, split_pairs
from seq2seq.errors import InputError
from seq2seq.shipped import write_corpus_files
from seq2seq.text.files import pair_lines, read_parallel

MULTI30K_URL = "https://raw.githubusercontent.com/multi30k/dataset/master"
MULTI30K_PAIRS = tuple("-".join(pair) for pair in permutations(("de", "en", "fr"), 2))
MULTI30K_SPLITS = {"train": "train", "val": "val", "test": "test_2016_flickr"}
MULTI30K_TESTS = ("test_2017_flickr", "test_2017_mscoco", "test_2018_flickr")
"""Further test sets, of whose files no digest is known here; `test_2017_mscoco` is also called ambiguous COCO."""
MULTI30K_NAMES = {"raw": "data/task1/raw/{}.{}.gz", "tok": "data/task1/tok/{}.lc.norm.tok.{}"}
MULTI30K_SHA256 = {
    "test_2016_flickr.de.gz": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
    "test_2016_flickr.en.gz": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
    "test_2016_flickr.fr.gz": "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90",
    "train.de.gz": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
    "train.en.gz": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
    "train.fr.gz": "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c",
    "val.de.gz": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
    "val.en.gz": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
    "val.fr.gz": "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9",
    "test_2016_flickr.lc.norm.tok.de": "c6a33d39d48f9f510de147651316cd9d918e09ad0219df734a2f16b6baccacc4",
    "test_2016_flickr.lc.norm.tok.en": "5b7f32627cf99eced828311b955dae9800bb52bc8b91cf8b6526829e605b29d2",
    "test_2016_flickr.lc.norm.tok.fr": "1463bd5960f9bfe098ec3cd752d3df0c49c84dc646fb518964a29232658cd836",
    "train.lc.norm.tok.de": "cb5a23529b65ec2061f1dc446192a9c37382b63cc75f81a0be59d34894b3a505",
    "train.lc.norm.tok.en": "08925f8e0572bcd5a006702fc5fe20e2d77c6917d4eebd576fc20de6693c2119",
    "train.lc.norm.tok.fr": "8fa41bb718412bcb7c5dfa58603842810a01543eae86a51279f9886b901266e1",
    "val.lc.norm.tok.de": "97232bd273eceb7207f689527386a97e4be2616b18ada47576bdaf96c8ae1f00",
    "val.lc.norm.tok.en": "46573ce391ae227f1c72f873392436a20ef18e0a6d518098cfbd70b77c8572ec",
    "val.lc.norm.tok.fr": "b303e301aa21fe7822a846b2b3fb2d5a1121ec807cd5b1d006fb7b2b5507168a",
}
TATOEBA_URL = "https://www.manythings.org/anki"


def prepare_multi30k(
    pair: str, out: str | Path, source: str = MULTI30K_URL, text: Literal["raw", "tok"] = "raw", test_hard: int = 0
) -> str:
    """Write Multi30k task 1 (Elliott et al. 2016) in its own splits, test_2016_flickr as `test`, and under their names
    those of `MULTI30K_TESTS` that the source has (Elliott et al. 2017, Barrault et al. 2018); returns the report. What
    `split_hard` is asked for leaves the training text.

    `pair` is such as `de-en`; `text` is `raw` (as written) or `tok` (lower-cased, normalised, tokenised). `source` is a
    folder or URL laid out as the repository multi30k/dataset; what comes from the default one is checked by SHA-256.
    Raises InputError when anything is missing, damaged or not aligned.
    """
    if pair not in MULTI30K_PAIRS:
        raise InputError(f"--pair {pair}: there are {', '.join(MULTI30K_PAIRS)}")
    languages = language_pair(*pair.split("-"))
    check_out(out, languages, (*MULTI30K_SPLITS, *MULTI30K_TESTS, HARD))
    notes: list[str] = []
    splits = {}
    for split, published in (MULTI30K_SPLITS | {name: name for name in MULTI30K_TESTS}).items():
        names = [MULTI30K_NAMES[text].format(published, language) for language in languages]
        try:
            splits[split] = _multi30k_split(source, names, _downloads(out), notes)
        except NotThere:
            if split in MULTI30K_SPLITS:
                raise
            notes.append(f"{split}: the source has none")
    tokenised = text == "tok"
    splits = split_hard(splits, test_hard, notes, tokenised=tokenised)
    return write_corpus(Corpus(languages, splits, notes, tokenised), out)


def _multi30k_split(source: str, names: list[str], downloads: Path, notes: list[str]) -> list[Pair]:
    known = MULTI30K_SHA256 if source == MULTI30K_URL else {}
    paths = [locate(source, name, downloads, known.get(Path(name).name)) for name in names]
    return drop_blank(pair_lines([read_side(path, notes) for path in paths], paths, EMPTY), str(paths[0]), notes)


def prepare_tatoeba(
    lang: str,
    out: str | Path,
    source: str = TATOEBA_URL,
    val: int | None = None,
    test: int | None = None,
    seed: int = 1,
    test_hard: int = 0,
) -> str:
    """Write the sentence pairs of ManyThings.org's `LANG-eng.zip`, split by `split_pairs` and, with LANG as the source,
    `split_hard`; returns the report.

    `lang` is the code in the archive's name, such as `fra`; the files are `SPLIT.eng` and `SPLIT.fra`. `source` is a
    folder or URL that has the archive. Raises InputError when it is missing, damaged or not of that form.
    """
    if not re.fullmatch("[a-z]{3}", lang):
        raise InputError(f"--lang {lang}: give the three letters of the archive's name, such as fra of fra-eng.zip")
    languages = language_pair("eng", lang)
    check_out(out, languages, OWN_SPLITS)
    path = locate(source, f"{lang}-eng.zip", _downloads(out))
    notes: list[str] = []
    pairs = drop_duplicates(drop_blank(read_archive(path, f"{lang}.txt", notes), f"{lang}.txt", notes), notes)
    splits = split_hard(split_pairs(pairs, val, test, seed, notes), test_hard, notes, source=1)
    return write_corpus(Corpus(languages, splits, notes), out)


def prepare_shipped(name: str, out: str | Path) -> str:
    """Write a corpus that ships with the package, `tiny-de-en` or `tiny-ko-en`, with its gold word links in
    `SPLIT.align`; returns the report. Raises InputError when the folder holds something else or cannot be written."""
    languages = language_pair(*name.split("-")[1:])
    check_out(out, (*languages, LINKS))
    write_corpus_files(name, Path(out))
    splits = {split: read_parallel(*(Path(out) / f"{split}.{side}" for side in languages)) for split in SPLITS}
    return describe(Corpus(languages, splits, [f"gold word links in SPLIT.{LINKS}"]), Path(out))


def _downloads(out: str | Path) -> Path:
    return Path(out).parent / "downloads"
