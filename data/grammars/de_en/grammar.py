"""German and English grammar for the tiny corpus: noun phrases and clauses, said in both languages at once.

Word order is where the two differ: it is in `Clause.in_german`, `Clause.middle_field` and `Clause.in_english`.
"""

from dataclasses import dataclass, replace

from grammars import english
from grammars.de_en import lexicon as lex
from grammars.engine import NOTHING, Phrase, Word, Words, aligned, join, words

# --- Noun phrases --------------------------------------------------------------------------------------------------


def decline(noun: lex.Noun, case: str, gender: str) -> str:
    """The German noun in a case; `gender` is `p` for the plural."""
    if gender == "p":
        return noun.plural + ("n" if case == "dative" and noun.plural[-1] not in "ns" else "")
    return noun.plural if noun.weak and case != "nominative" else noun.german


def noun_phrase(noun: lex.Noun, case: str, determiner: str, adjective: str = "", plural: bool = False) -> Phrase:
    """`noun_phrase(BOOK, "accusative", "a", "rot")`: ein rotes Buch, a red book.

    `determiner` is a name of the table; `kein` also means the `not` of its clause.
    """
    gender = "p" if plural else noun.gender
    kind, article, translation = lex.DETERMINERS[determiner]
    german, counted = decline(noun, case, gender), noun.english_plural if gender == "p" else noun.english
    source, target = words(german, "noun"), words(counted, "noun")
    if adjective:
        row = lex.ADJECTIVES[adjective]
        source = words(row["stem"] + lex.ENDINGS[kind, case, gender], "adjective") + source
        target = words(row["english"], "adjective") + target
    if kind != "strong":
        article += lex.ENDINGS["the" if kind == "definite" else "ein", case, gender]
    if translation == "a":
        translation = "any" if gender == "p" or noun.kind.mass else english.article(target[0].text)
    negation = ["^not"] if determiner in ("kein", "no") else []
    return Phrase(
        words(article, "article", *negation) + source,
        words(translation, "article", *(negation if determiner == "no" else [])) + target,
        who={"m": "he", "f": "she", "n": "it", "p": "they"}[gender],
        age=noun.kind.age,
        definite=kind != "strong" and determiner not in ("a", "kein", "no"),
        negative=determiner == "kein",
    )


CONTRACTIONS = {"in dem": "im", "in das": "ins", "zu dem": "zum", "zu der": "zur", "an dem": "am", "von dem": "vom"}


def prepositional(german: str, translation: str, phrase: Phrase) -> Phrase:
    """A preposition before a noun phrase, contracted with its article where German does so."""
    first, *rest = phrase.source
    source = (*words(german, "preposition"), *phrase.source)
    if contracted := CONTRACTIONS.get(f"{german} {first.text}"):
        source = (Word(contracted, first.meaning | {"preposition"}), *rest)
    return replace(phrase, source=source, target=words(translation, "preposition") + phrase.target)


def pronoun(who: str, case: str = "german") -> Phrase:
    """`pronoun("he", "dative")`: ihm, him; without a case the nominative."""
    row = lex.PRONOUNS[who]
    translation = row["english" if case == "german" else "object"]
    return Phrase(words(row[case], "noun"), words(translation, "noun"), who, definite=True, light=True)


def ago(number: dict[str, str], weeks: bool) -> Phrase:
    """`vor zwei Tagen`: two days ago."""
    unit = "Wochen=weeks" if weeks else "Tagen=days"
    said = aligned(f"vor=ago | {number['german']}={number['english']} | {unit}")
    return replace(said, target=(*said.target[1:], said.target[0]))


def predicate(*adjectives: str) -> Phrase:
    """`predicate("müde")`, `predicate("sehr", "müde")`: tired, very tired."""
    english_of = {"sehr": "very"} | {name: row["english"] for name, row in lex.ADJECTIVES.items()}
    return join(*(f"{name}={english_of[name]}" for name in adjectives))


# --- Clauses -------------------------------------------------------------------------------------------------------

ENGLISH_TENSES = {"present": ("present", ""), "past": ("past", ""), "perfect": ("past", ""), "will": ("future", "")}


@dataclass(frozen=True)
class Clause:
    """What a clause says. `tense` is present, past (war, hatte), perfect, or a helper: will, can, must, ..."""

    subject: Phrase
    verb: lex.Verb
    tense: str
    objects: tuple[Phrase, ...] = ()  # in the order of both languages: dative, accusative
    complement: Phrase = NOTHING  # a direction or a predicate: last before the German verb
    place: Phrase = NOTHING
    time: Phrase = NOTHING
    often: Phrase = NOTHING
    negated: bool = False
    fronted: bool = False  # the time stands first, in both languages

    def say(self, order: str = "second") -> Phrase:
        """Both sides; `order` says where the finite German verb stands: second, first, last, or first in a question."""
        named = self.with_roles()
        return Phrase(named.in_german(order), named.in_english(question=order == "question"))

    def asked(self) -> "Clause":
        """The clause as one asks it: whether somebody often does it, rather than whether he always or rarely does."""
        extreme = self.often and self.often.source[0].text in ("nie", "selten", "immer")
        return replace(self, often=aligned("oft=often")) if extreme else self

    def with_roles(self) -> "Clause":
        """The clause with the meanings of each part under the part's name, so that no two of them are mixed up."""
        parts = {name: getattr(self, name).named(name) for name in ("subject", "complement", "place", "time", "often")}
        objects = tuple(phrase.named(f"object{number}") for number, phrase in enumerate(self.objects))
        return replace(self, objects=objects, **parts)

    def in_german(self, order: str) -> Words:
        """German word order: the verb's parts embrace the middle field, or stand together at the end."""
        (finite, rest), middle, subject = self.german_verbs(), self.middle_field(), self.subject.source
        if order == "last":
            if self.tense in ("present", "past"):
                return (*subject, *middle, Word(self.verb.prefix + finite.text, finite.meaning))
            return (*subject, *middle, *rest, finite)
        if order != "second":
            return (finite, *subject, *middle, *rest)
        if self.fronted and self.time:
            return (*self.time.source, finite, *subject, *middle, *rest)
        return (*subject, finite, *middle, *rest)

    def german_verbs(self) -> tuple[Word, Words]:
        """The finite verb, and what stands at the end of a main clause: prefix, participle or infinitive."""
        verb, person = self.verb, int(lex.PRONOUNS[self.subject.who]["person"])
        if self.tense in ("present", "past"):
            form = (verb.preterite if self.tense == "past" else verb.present)[person]
            return Word(form, frozenset(("verb", "be", "do"))), words(verb.prefix, "verb")
        if self.tense == "perfect":
            return Word(lex.HELPERS[verb.helper][person], frozenset(("verb", "do"))), words(verb.participle, "verb")
        helper = Word(lex.HELPERS[self.tense][person], frozenset(("mood", "will", "do")))
        return helper, words(verb.prefix + verb.infinitive, "verb", "to")

    def middle_field(self) -> Words:
        """Pronouns, time, dative, accusative and place, `nicht`, direction; a new thing comes after the place."""
        light = [phrase for phrase in self.objects if phrase.light]
        heavy = [phrase for phrase in self.objects if not phrase.light]
        new = [heavy.pop()] if heavy and not heavy[-1].definite else []
        silent = not self.negated or any(phrase.negative for phrase in self.objects)
        negation = NOTHING if silent else Phrase(words("nicht", "not"))
        time = NOTHING if self.fronted else self.time
        parts = [*light, time, self.often, *heavy, self.place, *new, negation, self.complement]
        return sum((phrase.source for phrase in parts), ())

    def in_english(self, question: bool) -> Words:
        """English word order: objects, direction, place and time come after the verb."""
        manner = english.Manner(*ENGLISH_TENSES.get(self.tense, ("present", self.tense)), self.negated)
        verbs = english.verb_phrase(self.verb, manner, self.subject.who, question)
        after = [*self.objects, self.complement, self.place, NOTHING if self.fronted else self.time]
        said = english.clause(self.subject, verbs, after, self.often, question)
        return self.time.target + said if self.fronted else said


def purpose(clause: Clause) -> Phrase:
    """`, um das Buch zu lesen`: to read the book. The subject is that of the main clause."""
    verb, named = clause.verb, clause.with_roles()
    infinitive = words("zu", "to") + words(verb.infinitive, "verb")
    if verb.prefix:
        infinitive = words(f"{verb.prefix}zu{verb.infinitive}", "to", "verb")
    german = words(", um", "to") + named.middle_field() + infinitive
    end = sum((phrase.target for phrase in (*named.objects, named.complement)), ())
    return Phrase(german, words("to", "to") + words(verb.base, "verb") + end)


def after_comma(phrase: Phrase) -> Phrase:
    """The phrase after a German comma, which has the links of the phrase's first word."""
    return replace(phrase, source=(replace(phrase.source[0], text=","), *phrase.source))


def state(someone: Phrase, adjective: str, tense: str) -> Clause:
    """Somebody is, or was, this."""
    return Clause(someone, lex.STATES["sein"], tense, complement=predicate(adjective))


def have(someone: Phrase, noun: str, time: Phrase = NOTHING) -> Clause:
    """Somebody has time, or money."""
    what = noun_phrase(lex.NOUNS[noun], "accusative", "bare")
    return Clause(someone, lex.STATES["haben"], "present", (what,), time=time)


# --- Sentences -----------------------------------------------------------------------------------------------------


def tell(clause: Clause, *more: Phrase | str) -> Phrase:
    """The clause as a statement, with `more` after it."""
    return join(clause.say(), *more, ".=.")


def ask(*parts: Clause | Phrase | str) -> Phrase:
    """The clause as a question, with what stands before it and after it: `ask("wo=where", clause)`."""
    return join(*(part.asked().say("question") if isinstance(part, Clause) else part for part in parts), "?=?")


def after(main: Clause, conjunction: str, clause: Clause) -> Phrase:
    """The main clause, and after it the other: `after(stays, ", weil=because", is_ill)`."""
    return tell(main, conjunction, clause.say("last"))


def ahead(conjunction: str, clause: Clause, main: Clause) -> Phrase:
    """The main clause after the other: `ahead("wenn=if", rains, stays)`."""
    return join(conjunction, clause.say("last"), ",=,", main.say("first"), ".=.")
