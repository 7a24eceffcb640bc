"""Korean and English grammar for the tiny corpus: noun phrases, verbs and clauses, built on both sides at once."""

from dataclasses import dataclass

from grammars import english
from grammars.engine import NOTHING, Pair, Phrase, Word, Words, aligned, same, words
from grammars.ko_en import lexicon as lex
from grammars.ko_en.hangul import attach, inflect

# --- Noun phrases --------------------------------------------------------------------------------------------------


def thing(
    noun: lex.Noun,
    particle: str,
    before: str = "",
    which: str = "",
    how: lex.Adjective | None = None,
    new: bool = False,
) -> Phrase:
    """A noun with its particle.

    `before` is an English preposition, `which` 이, 그 or an owner's pronoun (`he` for 그의), `how` an adjective; `new`
    takes the indefinite article.
    """
    determiner, adjective = NOTHING, NOTHING
    if which:
        determiner = same(*lex.DETERMINERS[which], "which")
    elif noun.kind == "the":
        determiner = same("", english.article(how.english if how else noun.english) if new else "the", "noun")
    if how:
        adjective = same(how.attribute, how.english, "how")
    name = noun.plural if noun.kind == "plural" and not which else noun.english
    return same("", before, "noun") + determiner + adjective + same(attach(noun.korean, particle), name, "noun")


def counted(noun: lex.Noun, number: str, floating: bool = False) -> Phrase:
    """사과 세 개를, or 사과가 세 개 with a floating number; 커피 두 잔을 is two cups of coffee."""
    one, many = (noun.measure, noun.measures) if noun.measure else (noun.english, noun.plural)
    count, unit = (english.article(one), one) if number == "한" else (lex.NUMBERS[number], many)
    name, counter = (attach(noun.korean, "이"), noun.counter) if floating else (noun.korean, attach(noun.counter, "을"))
    source = words(name, "noun") + words(number, "number") + words(counter, "number", "measure")
    what = words(f"{unit} of", "measure") + words(noun.english, "noun") if noun.measure else words(unit, "noun")
    return Phrase(source, words(count, "number") + what)


def person(who: lex.Person, particle: str, before: str = "", subject: bool = False) -> Phrase:
    """A person with a particle; `before` is an English preposition."""
    name = who.objective if who.objective and not subject else who.english
    korean = attach(who.korean, particle)
    said = same(korean, name, "noun")
    if who.owner:
        (mine, friend), (my, *rest) = korean.split(), name.split()
        said = same(mine, my, "owner") + same(friend, " ".join(rest), "noun")
    said = same("", before, "noun") + said
    return Phrase(said.source, said.target, who.agreement)


def a_role(who: lex.Person, particle: str = "") -> Phrase:
    """학생, a student: what someone is."""
    role = who.english.removeprefix("the ")
    return same(attach(who.korean, particle), f"{english.article(role)} {role}")


def place(name: str, particle: str) -> Phrase:
    """At a place (에서, and 에 where one is), or to it (`goal`): 학교에 is `to school`, 집에 is `home`."""
    if particle == "goal":
        return same(f"{name}에", lex.PLACES[name]["to"])
    return same(name + particle, lex.PLACES[name]["at"])


def spot(row: dict[str, str]) -> Phrase:
    """책상 위에: on the desk."""
    where = same(f"{row['relation']}에", row["english"], "where")
    ground = same(row["ground"], f"the {lex.NOUNS[row['ground']].english}", "ground")
    return Phrase(ground.source + where.source, where.target + ground.target)


def hour(number: str, half: str) -> Phrase:
    """여덟 시에, or 아침 여덟 시에: at eight in the morning."""
    source = words(number, "number") + words("시에", "number", "at")
    time = Phrase(source, words("at", "at") + words(lex.NUMBERS[number], "number"))
    return around(same(half, f"in the {lex.HOURS[half]['english']}", "half"), time) if half else time


def around(outer: Phrase, inner: Phrase) -> Phrase:
    """`outer` first in Korean and last in English."""
    return Phrase(outer.source + inner.source, inner.target + outer.target)


# --- Verbs ---------------------------------------------------------------------------------------------------------

SPEAKERS = ("I", "we")
"""Of themselves they say 싶어요, of others 싶어 해요."""


def korean_verb(verb: lex.Verb, plan: lex.Plan, who: str) -> Words:
    """The verb and its auxiliaries, which end the clause; the last word also means `will`, or a conjunction."""
    *before, last = verb.korean.split()
    if plan.mood == "plain":
        roles = ["verb", "do", "be", *["not"] * verb.negative]
        said = words(" ".join(before), *roles)
    else:
        row = lex.AUXILIARIES[plan.mood]
        said, roles = words(" ".join([*before, *inflect(last, row["form"])]), "verb"), row["meaning"].split()
        between, last = ("", "싶") if plan.mood == "want" and who in SPEAKERS else (row["between"], row["stem"])
        said += words(between, *(["to"] if plan.mood == "like" else roles))
    first, *second = inflect(last, plan.ending)
    if second:
        return said + words(first, *roles) + words(second[0], "will", "ending")
    return said + words(first, *roles, "will", "ending")


# --- Clauses -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clause:
    """A subject and a verb, with what stands between them in Korean, and after them, in the opposite order, in English.

    `adverb` is the one exception: it stands before the verb in English too.
    """

    subject: Phrase
    verb: lex.Verb
    plan: lex.Plan
    arguments: tuple[Phrase, ...] = ()
    adverb: Phrase = NOTHING

    def say(self, question: bool = False) -> Phrase:
        """Both sides."""
        who, adverb, subject = self.subject.who, self.adverb.named("adverb"), self.subject.named("subject")
        arguments = [phrase.named(f"argument{number}") for number, phrase in enumerate(self.arguments)]
        source = sum(arguments, subject + adverb).source + korean_verb(self.verb, self.plan, who)
        verbs = english.verb_phrase(self.verb, self.plan.manner, who, question)
        return Phrase(source, english.clause(subject, verbs, reversed(arguments), adverb, question))


def asked(korean: str) -> Phrase:
    """무엇을, 어디에: an argument that the question word of `ask` stands for."""
    return Phrase(words(korean, "^asked"))


def ask(word: str, clause: Clause) -> Pair:
    """A question with a question word, which stands first in English; the clause holds it in Korean."""
    return finish(Phrase((), words(word, "asked")) + clause.say(question=True), "?")


def combine(first: Clause | Phrase, second: Clause, conjunction: str) -> Phrase:
    """Two clauses; in Korean the first carries the conjunction."""
    first = (first.say() if isinstance(first, Clause) else first).named("first")
    main, joint, comma = second.say().named("main"), words(conjunction, "first.ending"), words(",", "first.ending")
    target = {
        "because": main.target + joint + first.target,
        "but": first.target + comma + joint + main.target,
        "and": first.target + joint + main.target,
    }
    return Phrase(first.source + main.source, target.get(conjunction, joint + first.target + comma + main.target))


def finish(phrase: Phrase, mark: str = ".") -> Pair:
    """The sentence with its final mark."""
    end = aligned(f"{mark}={mark}").named("mark")
    return Pair(phrase.source + end.source, phrase.target + end.target)


def shared(phrase: Phrase) -> Phrase:
    """A subject of two clauses that are combined, so that a pronoun for it has its links."""
    return Phrase(phrase.named("^^subject").source, phrase.named("^^subject").target, phrase.who)


def again(pronoun: str) -> Phrase:
    """English repeats a shared subject as a pronoun; Korean does not."""
    return Phrase((), words(pronoun, "^^subject.noun"), pronoun)


def be_so(subject: Phrase, noun: str, role: Phrase, question: bool = False) -> Pair:
    """The role before its last word, and with that word 예요 or 이에요: 제 친구예요, 학생이에요."""
    subject, role = subject.named("subject"), role.named("role")
    ending = "이에요" if attach(noun, "이") == f"{noun}이" else "예요"
    last = Word(role.source[-1].text + ending, role.source[-1].meaning | {"verb"})
    verb = words(english.be(subject.who, "present"), "verb")
    target = verb + subject.target + role.target if question else subject.target + verb + role.target
    return finish(Phrase((*subject.source, *role.source[:-1], last), target), "?" if question else ".")
