"""The German-English grammar: word order, forms, and the links that follow from them."""

import pytest

from grammars.de_en.grammar import Clause, noun_phrase, pronoun, purpose
from grammars.de_en.lexicon import ACTIONS, NOUNS, STATES
from grammars.engine import Pair, Phrase, aligned, join
from seq2seq.text.words import split_words


def told(*phrases: Phrase | str) -> Pair:
    sentence = join(*phrases, ".=.")
    return Pair(sentence.source, sentence.target)


def linked(pair: Pair) -> str:
    """The links as `ruft=calls`, in the order of the German words."""
    german, english = (split_words(side) for side in pair.texts())
    links = (map(int, link.split("-")) for link in pair.links().split())
    return " ".join(f"{german[i]}={english[j]}" for i, j in links)


@pytest.mark.parametrize(
    ("order", "german", "english", "links"),
    [
        (
            "second",
            "Er ruft oft seine Mutter an.",
            "He often calls his mother.",
            "Er=He ruft=calls oft=often seine=his Mutter=mother an=calls .=.",
        ),
        (
            "first",
            "Ruft er oft seine Mutter an.",
            "He often calls his mother.",
            "Ruft=calls er=He oft=often seine=his Mutter=mother an=calls .=.",
        ),
        (
            "question",
            "Ruft er oft seine Mutter an.",
            "Does he often call his mother.",
            "Ruft=Does Ruft=call er=he oft=often seine=his Mutter=mother an=call .=.",
        ),
        (
            "last",
            "Er oft seine Mutter anruft.",
            "He often calls his mother.",
            "Er=He oft=often seine=his Mutter=mother anruft=calls .=.",
        ),
    ],
)
def test_separable_verb(order: str, german: str, english: str, links: str) -> None:
    mother = noun_phrase(NOUNS["Mutter"], "accusative", "he")
    clause = Clause(pronoun("he"), ACTIONS["call"], "present", (mother,), often=aligned("oft=often"))
    pair = told(clause.say(order))
    assert pair.texts() == (german, english)
    assert linked(pair) == links


def test_perfect_and_fronted_time() -> None:
    book = noun_phrase(NOUNS["Buch"], "accusative", "a", "gut")
    student, yesterday = noun_phrase(NOUNS["Student"], "nominative", "the"), aligned("gestern=yesterday")
    pair = told(Clause(student, ACTIONS["read"], "perfect", (book,), time=yesterday, fronted=True).say())
    assert pair.texts() == (
        "Gestern hat der Student ein gutes Buch gelesen.",
        "Yesterday the student read a good book.",
    )
    links = "Gestern=Yesterday hat=read der=the Student=student ein=a gutes=good Buch=book gelesen=read .=."
    assert linked(pair) == links


def test_verb_at_the_end_after_a_comma() -> None:
    thinks = Clause(pronoun("she"), STATES["glauben"], "present")
    works = Clause(pronoun("they"), ACTIONS["work"], "will")
    pair = told(thinks.say(), ", dass=that", works.say("last"))
    assert pair.texts() == ("Sie glaubt, dass sie arbeiten werden.", "She thinks that they will work.")
    assert pair.links() == "0-0 1-1 2-2 3-2 4-3 5-5 6-4 7-6"


@pytest.mark.parametrize(
    ("who", "tense", "determiner", "german", "english", "links"),
    [
        (
            "we",
            "perfect",
            "kein",
            "Wir haben keinen Hausschlüssel gefunden.",
            "We did not find a house key.",
            "Wir=We haben=did haben=find keinen=not keinen=a Hausschlüssel=house Hausschlüssel=key gefunden=find .=.",
        ),
        (
            "I",
            "can",
            "the",
            "Ich kann den Hausschlüssel nicht finden.",
            "I cannot find the house key.",
            "Ich=I kann=cannot den=the Hausschlüssel=house Hausschlüssel=key nicht=cannot finden=find .=.",
        ),
        (
            "she",
            "want",
            "the",
            "Sie will den Hausschlüssel nicht finden.",
            "She does not want to find the house key.",
            "Sie=She will=does will=want den=the Hausschlüssel=house Hausschlüssel=key nicht=not "
            "finden=to finden=find .=.",
        ),
    ],
)
def test_compound_and_negation(who: str, tense: str, determiner: str, german: str, english: str, links: str) -> None:
    key = noun_phrase(NOUNS["Hausschlüssel"], "accusative", determiner)
    pair = told(Clause(pronoun(who), ACTIONS["find"], tense, (key,), negated=True).say())
    assert pair.texts() == (german, english)
    assert linked(pair) == links


def test_purpose_puts_zu_inside_a_separable_verb() -> None:
    mother = noun_phrase(NOUNS["Mutter"], "accusative", "I")
    goes = Clause(pronoun("I"), ACTIONS["go"], "perfect", complement=aligned("nach Hause=home"))
    pair = told(goes.say(), purpose(Clause(pronoun("I"), ACTIONS["call"], "will", (mother,))))
    german = "Ich bin nach Hause gegangen, um meine Mutter anzurufen."
    assert pair.texts() == (german, "I went home to call my mother.")


@pytest.mark.parametrize(
    ("noun", "case", "determiner", "adjective", "plural", "german"),
    [
        ("Student", "dative", "the", "jung", False, "dem jungen Studenten"),
        ("Apfel", "dative", "bare", "frisch", True, "frischen Äpfeln"),
        ("Milch", "dative", "bare", "kalt", False, "kalter Milch"),
        ("Wasser", "nominative", "bare", "kalt", False, "kaltes Wasser"),
        ("Auto", "accusative", "a", "teuer", False, "ein teures Auto"),
        ("Kind", "accusative", "the", "klein", True, "die kleinen Kinder"),
        ("Nachbar", "accusative", "a", "alt", False, "einen alten Nachbarn"),
    ],
)
def test_declension(noun: str, case: str, determiner: str, adjective: str, plural: bool, german: str) -> None:
    phrase = noun_phrase(NOUNS[noun], case, determiner, adjective, plural)
    assert " ".join(word.text for word in phrase.source) == german
