"""The tiny German-English corpus: what ships is what the grammar makes, and the links say what they should."""

import importlib
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from seq2seq.text import read_lines, split_words

DATA = Path(__file__).resolve().parents[2] / "data"
CORPUS = DATA / "tiny-de-en"
SIZES = {"train": 13_000, "val": 500, "test": 500}
NO_PUNCTUATION = str.maketrans(".,?!", "    ")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    if str(DATA / "grammars") not in sys.path:
        sys.path.insert(0, str(DATA / "grammars"))
    return importlib.import_module("generate_tiny_de_en")


@pytest.fixture(scope="module")
def grammar(generator: ModuleType) -> ModuleType:
    return importlib.import_module("de_en_grammar")


@pytest.fixture(scope="module")
def lexicon(generator: ModuleType) -> ModuleType:
    return importlib.import_module("de_en_lexicon")


def test_the_generator_writes_what_ships(tmp_path: Path) -> None:
    """In a process of its own, where nothing checks the types of a million calls."""
    subprocess.run([sys.executable, DATA / "grammars" / "generate_tiny_de_en.py", "--out", tmp_path], check=True)
    names = sorted(path.name for path in CORPUS.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (tmp_path / name).read_bytes() == (CORPUS / name).read_bytes(), name


@pytest.mark.parametrize("language", ["de", "en"])
def test_sizes_and_no_sentence_twice(language: str) -> None:
    lines = {split: read_lines(CORPUS / f"{split}.{language}") for split in SIZES}
    assert {split: len(of) for split, of in lines.items()} == SIZES
    assert len({line for of in lines.values() for line in of}) == sum(SIZES.values())


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_word_of_val_or_test_is_new(language: str) -> None:
    words = {
        split: set((CORPUS / f"{split}.{language}").read_text("utf-8").lower().translate(NO_PUNCTUATION).split())
        for split in SIZES
    }
    assert words["val"] | words["test"] <= words["train"]


@pytest.mark.parametrize("split", ["val", "test"])
def test_every_word_is_linked(split: str) -> None:
    links = read_lines(CORPUS / f"{split}.align")
    german, english = (read_lines(CORPUS / f"{split}.{language}") for language in ("de", "en"))
    for left, right, line in zip(german, english, links, strict=True):
        pairs = [tuple(map(int, link.split("-"))) for link in line.split()]
        assert {i for i, _ in pairs} == set(range(len(split_words(left)))), left
        assert {j for _, j in pairs} == set(range(len(split_words(right)))), right


def test_a_german_sentence_has_one_translation(generator: ModuleType) -> None:
    rng = random.Random(5)
    translations: dict[str, set[str]] = {}
    for _ in range(3_000):
        german, english = generator.sentence(rng).texts()
        translations.setdefault(german, set()).add(english)
    assert [sides for sides in translations.values() if len(sides) > 1] == []


def expect(generator: ModuleType, clause: object, german: str, english: str, links: str, order: str = "second") -> None:
    """The clause as a sentence, and its links as `ruft=calls`, in the order of the German words."""
    sentence = generator.join(clause.say(order, question=order == "first"), generator.STOP)  # type: ignore[attr-defined]
    pair = generator.Pair(sentence.german, sentence.english)
    assert pair.texts() == (german, english)
    words = [split_words(side) for side in pair.texts()]
    linked = (map(int, link.split("-")) for link in pair.links().split())
    assert " ".join(f"{words[0][i]}={words[1][j]}" for i, j in linked) == links


def test_separable_verb(generator: ModuleType, grammar: ModuleType, lexicon: ModuleType) -> None:
    (call,) = generator.ENGLISH_VERBS["call"]
    mother = grammar.noun_phrase(lexicon.NOUNS["Mutter"], "accusative", grammar.PRONOUNS["he"].possessive)
    clause = grammar.Clause(grammar.pronoun("he"), call, "present", (mother,), often=grammar.fixed("oft=often"))
    expect(
        generator,
        clause,
        "Er ruft oft seine Mutter an.",
        "He often calls his mother.",
        "Er=He ruft=calls oft=often seine=his Mutter=mother an=calls .=.",
    )
    expect(
        generator,
        clause,
        "Er oft seine Mutter anruft.",
        "He often calls his mother.",
        "Er=He oft=often seine=his Mutter=mother anruft=calls .=.",
        order="last",
    )


def test_perfect_and_fronted_time(generator: ModuleType, grammar: ModuleType, lexicon: ModuleType) -> None:
    (read,) = generator.ENGLISH_VERBS["read"]
    book = grammar.noun_phrase(lexicon.NOUNS["Buch"], "accusative", grammar.A, "gut")
    yesterday = grammar.fixed("gestern=yesterday")
    subject = grammar.noun_phrase(lexicon.NOUNS["Student"], "nominative", grammar.THE)
    expect(
        generator,
        grammar.Clause(subject, read, "perfect", (book,), time=yesterday, fronted=True),
        "Gestern hat der Student ein gutes Buch gelesen.",
        "Yesterday the student read a good book.",
        "Gestern=Yesterday hat=read der=the Student=student ein=a gutes=good Buch=book gelesen=read .=.",
    )


def test_verb_at_the_end_after_a_comma(generator: ModuleType, grammar: ModuleType, lexicon: ModuleType) -> None:
    (work,) = generator.ENGLISH_VERBS["work"]
    thinks = grammar.Clause(grammar.pronoun("she"), lexicon.OTHERS["glauben"], "present")
    works = grammar.Clause(grammar.pronoun("they"), work, "will")
    sentence = grammar.join(thinks.say(), grammar.fixed(", dass=that"), works.say("last"), grammar.STOP)
    pair = generator.Pair(sentence.german, sentence.english)
    assert pair.texts() == ("Sie glaubt, dass sie arbeiten werden.", "She thinks that they will work.")
    assert pair.links() == "0-0 1-1 2-2 3-2 4-3 5-5 6-4 7-6"


def test_compound_and_kein(generator: ModuleType, grammar: ModuleType, lexicon: ModuleType) -> None:
    (find,) = generator.ENGLISH_VERBS["find"]
    key = grammar.noun_phrase(lexicon.NOUNS["Hausschlüssel"], "accusative", grammar.NOT_A)
    expect(
        generator,
        grammar.Clause(grammar.pronoun("we"), find, "perfect", (key,), negated=True),
        "Wir haben keinen Hausschlüssel gefunden.",
        "We did not find a house key.",
        "Wir=We haben=did haben=find keinen=not keinen=a Hausschlüssel=house Hausschlüssel=key gefunden=find .=.",
    )
    key = grammar.noun_phrase(lexicon.NOUNS["Hausschlüssel"], "accusative", grammar.THE)
    expect(
        generator,
        grammar.Clause(grammar.pronoun("I"), find, "can", (key,), negated=True),
        "Ich kann den Hausschlüssel nicht finden.",
        "I cannot find the house key.",
        "Ich=I kann=cannot den=the Hausschlüssel=house Hausschlüssel=key nicht=cannot finden=find .=.",
    )


@pytest.mark.parametrize(
    ("noun", "case", "determiner", "adjective", "plural", "german"),
    [
        ("Student", "dative", "THE", "jung", False, "dem jungen Studenten"),
        ("Apfel", "dative", "BARE", "frisch", True, "frischen Äpfeln"),
        ("Milch", "dative", "BARE", "kalt", False, "kalter Milch"),
        ("Wasser", "nominative", "BARE", "kalt", False, "kaltes Wasser"),
        ("Auto", "accusative", "A", "teuer", False, "ein teures Auto"),
        ("Kind", "accusative", "THE", "klein", True, "die kleinen Kinder"),
        ("Nachbar", "accusative", "A", "alt", False, "einen alten Nachbarn"),
    ],
)
def test_declension(
    grammar: ModuleType,
    lexicon: ModuleType,
    noun: str,
    case: str,
    determiner: str,
    adjective: str,
    plural: bool,
    german: str,
) -> None:
    phrase = grammar.noun_phrase(lexicon.NOUNS[noun], case, getattr(grammar, determiner), adjective, plural)
    assert " ".join(word.text for word in phrase.german) == german
