"""The tiny corpora: what ships is what the grammars write, and the links say what they should."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from grammars.engine import SPLITS
from seq2seq.text.files import read_lines
from seq2seq.text.words import split_words

DATA = Path(__file__).resolve().parents[2] / "data"
CORPORA = ("de-en", "ko-en")
SIDES = [(corpus, language) for corpus in CORPORA for language in corpus.split("-")]
NO_PUNCTUATION = str.maketrans(".,?!", "    ")


def sentences(corpus: str, split: str, side: str) -> list[str]:
    return read_lines(DATA / f"tiny-{corpus}" / f"{split}.{side}")


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_grammar_writes_what_ships(corpus: str, tmp_path: Path) -> None:
    """In a process of its own, where nothing checks the types of a million calls."""
    subprocess.run([sys.executable, DATA / "grammars" / "generate.py", corpus, "--out", tmp_path], check=True)
    shipped = sorted((DATA / f"tiny-{corpus}").iterdir())
    assert [path.name for path in shipped] == sorted(path.name for path in tmp_path.iterdir())
    assert len(shipped) == 9
    for path in shipped:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(("corpus", "language"), SIDES)
def test_sizes_and_no_sentence_twice(corpus: str, language: str) -> None:
    lines = {split: sentences(corpus, split, language) for split in SPLITS}
    assert {split: len(of) for split, of in lines.items()} == {"train": 13_000, "val": 500, "test": 500}
    assert len({line for of in lines.values() for line in of}) == 14_000


@pytest.mark.parametrize(("corpus", "language"), SIDES)
def test_no_word_of_val_or_test_is_new(corpus: str, language: str) -> None:
    words = {
        split: set(" ".join(sentences(corpus, split, language)).lower().translate(NO_PUNCTUATION).split())
        for split in SPLITS
    }
    assert words["val"] | words["test"] <= words["train"]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("corpus", CORPORA)
def test_every_word_is_linked_and_every_link_has_two_words(corpus: str, split: str) -> None:
    left, right = (sentences(corpus, split, language) for language in corpus.split("-"))
    for source, target, line in zip(left, right, sentences(corpus, split, "align"), strict=True):
        links = [tuple(map(int, link.split("-"))) for link in line.split()]
        assert links == sorted(set(links))
        assert {i for i, _ in links} == set(range(len(split_words(source)))), source
        assert {j for _, j in links} == set(range(len(split_words(target)))), target


@pytest.mark.parametrize("corpus", CORPORA)
def test_a_sentence_has_one_translation_and_the_other_way_round(corpus: str) -> None:
    grammar = import_module(f"grammars.{corpus.replace('-', '_')}.sentences")
    draw, there, back = grammar.Choices(5), dict[str, str](), dict[str, str]()
    for _ in range(3_000):
        source, target = grammar.sentence(draw).texts()
        assert there.setdefault(source, target) == target
        assert back.setdefault(target, source) == source


def test_a_wrong_corpus_is_answered_in_one_line(tmp_path: Path) -> None:
    generator = DATA / "grammars" / "generate.py"
    command: list[str | Path] = [sys.executable, generator, "de-fr", "--out", tmp_path / "corpus"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("error: argument corpus: invalid choice: 'de-fr'")
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "corpus").exists()
