"""Korean and English grammar for the tiny corpus: noun phrases, verb forms and clauses, built on both sides at once.

A tag such as `main.object` names a part of the meaning; the words of both sides that carry a tag in common are linked.
"""

from dataclasses import dataclass

from grammar import Pair, Word, word
from hangul import attach, inflect
from ko_en_lexicon import (
    HALVES,
    NOUNS,
    NUMBERS,
    OWNERS,
    PLACES,
    RELATIONS,
    Adjective,
    Noun,
    Person,
    Verb,
    article,
    finite,
    participle,
    with_s,
)

Words = tuple[Word, ...]


@dataclass(frozen=True)
class Phrase:
    """The same part of a sentence in both languages."""

    ko: Words = ()
    en: Words = ()

    def __add__(self, other: "Phrase") -> "Phrase":
        return Phrase(self.ko + other.ko, self.en + other.en)


NOTHING = Phrase()


def words(text: str, *meaning: str) -> Words:
    """Words with the same meaning; none for an empty text."""
    return tuple(word(part, *meaning) for part in text.split())


def same(ko: str, en: str, *meaning: str) -> Phrase:
    """`same("공원에서", "in the park", "place")`: all words of one side are linked to all of the other."""
    return Phrase(words(ko, *meaning), words(en, *meaning))


def aligned(text: str, tag: str) -> Phrase:
    """`aligned("다음=next 주에=week", "time")`: words side by side, `_` for a space in English."""
    pairs = [item.split("=") for item in text.split()]
    return sum((same(ko, en.replace("_", " "), f"{tag}.{i}") for i, (ko, en) in enumerate(pairs)), NOTHING)


# ----------------------------------------------------------------------------------------------------- noun phrases


def thing(
    noun: Noun,
    particle: str,
    tag: str,
    before: str = "",
    which: str = "",
    how: Adjective | None = None,
    new: bool = False,
) -> Phrase:
    """A noun with its particle.

    `before` is an English preposition, `which` 이, 그 or an owner's pronoun (`he` for 그의), `how` an adjective; `new`
    takes the indefinite article.
    """
    determiner, adjective = NOTHING, NOTHING
    if which:
        determiner = same(*{"이": ("이", "this"), "그": ("그", "that")}.get(which, OWNERS.get(which)), f"{tag}.which")
    elif noun.kind == "the":
        determiner = same("", article(how.en if how else noun.en) if new else "the", tag)
    if how:
        adjective = same(how.attribute, how.en, f"{tag}.how")
    en = with_s(noun.en) if noun.kind == "many" and not which else noun.en
    return same("", before, tag) + determiner + adjective + same(attach(noun.ko, particle), en, tag)


def counted(noun: Noun, number: str, tag: str, floating: bool = False) -> Phrase:
    """사과 세 개를, or 사과가 세 개 with a floating number; 커피 두 잔을 is two cups of coffee."""
    amount, measure = f"{tag}.number", f"{tag}.measure"
    unit = noun.measure or noun.en
    name, counter = (attach(noun.ko, "이"), noun.counter) if floating else (noun.ko, attach(noun.counter, "을"))
    ko = (word(name, tag), word(number, amount), word(counter, amount, *([measure] if noun.measure else [])))
    count = word(article(unit) if number == "한" else NUMBERS[number], amount)
    unit = unit if number == "한" else with_s(unit)
    return Phrase(
        ko, (count, *(words(f"{unit} of", measure) + words(noun.en, tag) if noun.measure else words(unit, tag)))
    )


def person(who: Person, particle: str, tag: str, before: str = "", subject: bool = False) -> Phrase:
    """A person with a particle; `before` is an English preposition."""
    ko, en = attach(who.ko, particle).split(), (who.objective if who.objective and not subject else who.en).split()
    if not who.owner:
        return same(" ".join(ko), f"{before} {' '.join(en)}", tag)
    return same("", before, tag) + same(ko[0], en[0], f"{tag}.owner") + same(ko[1], " ".join(en[1:]), tag)


def place(name: str, particle: str, tag: str) -> Phrase:
    """At a place (에서, and 에 where one is), or to it (`goal`): 학교에 is `to school`, 집에 is `home`."""
    if particle != "goal":
        return same(name + particle, PLACES[name], tag)
    return same(f"{name}에", "home" if name == "집" else f"to {PLACES[name].split(maxsplit=1)[1]}", tag)


def spot(name: str, tag: str) -> Phrase:
    """책상 위에: on the desk."""
    ground, relation = name.split()
    where, what = (
        same(f"{relation}에", RELATIONS[relation], f"{tag}.where"),
        same(ground, f"the {NOUNS[ground].en}", tag),
    )
    return Phrase(what.ko + where.ko, where.en + what.en)


def hour(number: str, half: str, tag: str) -> Phrase:
    """여덟 시에, or 아침 여덟 시에: at eight in the morning."""
    ko = next(key for key, value in NUMBERS.items() if value == number)
    time = Phrase(
        (word(ko, f"{tag}.number"), word("시에", f"{tag}.number", tag)),
        (word("at", tag), word(number, f"{tag}.number")),
    )
    part = same(half, f"in the {HALVES[half]}", f"{tag}.half") if half else NOTHING
    return Phrase(part.ko + time.ko, time.en + part.en)


# ----------------------------------------------------------------------------------------------------------- verbs


@dataclass(frozen=True)
class Plan:
    """What is said of an event: its mood (`plain`, `not`, `want` ...) and the Korean ending, a tense or a conjunction.

    `english` is the tense of the English verb where the ending does not give it.
    """

    mood: str = "plain"
    ending: str = "present"
    english: str = ""

    @property
    def tense(self) -> str:
        name = self.english or self.ending
        return name if name == "future" else "past" if "past" in name else "present"

    @property
    def habit(self) -> bool:
        return self.tense == "present" and self.ending != "please" and self.mood in ("plain", "not", "like")


SPEAKERS = ("I", "we")
"""Of themselves they say 싶어요, of others 싶어 해요."""


def korean_verb(verb: Verb, plan: Plan, agreement: str, tag: str) -> Words:
    """The verb and its auxiliaries, which end the clause."""
    *before, stem = verb.ko.split()
    want = ("싶", []) if agreement in SPEAKERS else ("하", [("싶어", "mood")])
    form, then, last = {
        "plain": ("", [], stem),
        "not": ("not", [], "않"),
        "want": ("and", want[1], want[0]),
        "can": ("can", [("수", "mood")], "있"),
        "cannot": ("can", [("수", "mood")], "없"),
        "progressive": ("and", [], "있"),
        "must": ("must", [], "하"),
        "like": ("that", [("것을", "to")], "좋아하"),
    }[plan.mood]
    main = [(text, "verb") for text in before] + [(text, "verb") for text in (inflect(stem, form) if form else [])]
    last_tag = {"plain": "verb", "not": "not"}.get(plan.mood, "mood")
    first, *second = inflect(last, plan.ending)
    parts = [word(text, f"{tag}.{name}") for text, name in main + then]
    if second:
        return (*parts, word(first, f"{tag}.{last_tag}"), word(second[0], f"{tag}.ending"))
    return (*parts, word(first, f"{tag}.{last_tag}", f"{tag}.ending"))


def english_verb(verb: Verb, plan: Plan, agreement: str, tag: str, question: bool = False) -> tuple[Words, Words]:
    """The auxiliaries, of which a question puts the first before the subject, and the rest."""
    base, main, mood = verb.en.split()[0], f"{tag}.verb", f"{tag}.mood"
    after = words(" ".join(verb.en.split()[1:]), main)
    if plan.mood in ("can", "cannot", "must"):
        return words(plan.mood, mood), words(base, main) + after
    head, past, head_tag, rest = base, verb.past, main, after
    if plan.mood in ("want", "like"):
        head, past, head_tag = plan.mood, f"{plan.mood}ed", mood
        rest = words("to", mood if plan.mood == "want" else f"{tag}.to") + words(base, main) + after
    elif plan.mood == "progressive":
        head, head_tag, rest = "be", mood, words(participle(base), main) + after
    help_tag = f"{tag}.not" if plan.mood == "not" else head_tag
    no = words("not" if plan.mood == "not" or verb.negative else "", help_tag)
    if plan.tense == "future":
        return words("will", f"{tag}.ending") + no, words(head, head_tag) + rest
    if head == "be":
        return words(finite("be", "", plan.tense, agreement), help_tag) + no, rest
    if no or question:
        return words(finite("do", "did", plan.tense, agreement), help_tag) + no, words(head, head_tag) + rest
    return (), words(finite(head, past, plan.tense, agreement), head_tag) + rest


# --------------------------------------------------------------------------------------------------------- clauses


@dataclass(frozen=True)
class Event:
    """A verb with what stands before it in Korean, and after it, in the opposite order, in English.

    `adverb` is the one exception: it stands before the verb in English too.
    """

    verb: Verb
    arguments: tuple[Phrase, ...] = ()
    adverb: Phrase = NOTHING

    def predicate(self, plan: Plan, agreement: str, tag: str, question: bool = False) -> tuple[Words, Words, Words]:
        """The Korean, the English auxiliaries, the rest of the English."""
        aux, rest = english_verb(self.verb, plan, agreement, tag, question)
        ko = sum(self.arguments, self.adverb).ko + korean_verb(self.verb, plan, agreement, tag)
        return ko, aux, self.adverb.en + rest + sum(reversed(self.arguments), NOTHING).en


def clause(
    subject: Phrase, agreement: str, event: Event, plan: Plan, tag: str = "main", question: bool = False
) -> Phrase:
    ko, aux, rest = event.predicate(plan, agreement, tag, question)
    ahead = 1 if question else 0
    return Phrase(subject.ko + ko, aux[:ahead] + subject.en + aux[ahead:] + rest)


def ask(asked: str, subject: Phrase, agreement: str, event: Event, plan: Plan) -> Phrase:
    """A question with a question word, which stands first in English; the event holds it in Korean, tagged `asked`."""
    return Phrase((), words(asked, "asked")) + clause(subject, agreement, event, plan, question=True)


def combine(first: Phrase, second: Phrase, conjunction: str) -> Phrase:
    """Two clauses, tagged `first` and `main`; in Korean the first carries the conjunction."""
    joint, comma = words(conjunction, "first.ending"), words(",", "first.ending")
    en = {
        "if": joint + first.en + comma + second.en,
        "when": joint + first.en + comma + second.en,
        "because": second.en + joint + first.en,
        "but": first.en + comma + joint + second.en,
        "and": first.en + joint + second.en,
    }
    return Phrase(first.ko + second.ko, en[conjunction])


def finish(phrase: Phrase, mark: str = ".") -> Pair:
    return Pair((*phrase.ko, word(mark, "mark")), (*phrase.en, word(mark, "mark")))
