"""German and English grammar for the tiny corpus: noun phrases and clauses, said in both languages at once.

Word order is where the two differ: it is in `Clause.in_german`, `Clause.middle_field` and `Clause.in_english`.
"""

from dataclasses import dataclass, replace

from grammars import english
from grammars.de_en.lexicon import ADJECTIVES, ENDINGS, HELPERS, PRONOUNS, Noun, Verb
from grammars.engine import NOTHING, Draw, Phrase, Word, Words, aligned, words

STOP, QUESTION, COMMA = aligned(".=."), aligned("?=?"), aligned(",=,")

# --- Noun phrases --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Determiner:
    """`kind` decides the adjective's ending: definite, mixed (ein, kein, mein) or strong (a number, nothing)."""

    kind: str
    german: str
    english: str


THE = Determiner("definite", "", "the")
A = Determiner("mixed", "ein", "a")
NO = Determiner("mixed", "kein", "no")
NOT_A = Determiner("mixed", "kein", "a")
BARE = Determiner("strong", "", "")


def owned_by(who: str) -> Determiner:
    """`owned_by("he")`: sein, his."""
    return Determiner("mixed", PRONOUNS[who]["german_possessive"], PRONOUNS[who]["possessive"])


def decline(noun: Noun, case: str, gender: str) -> str:
    """The German noun in a case; `gender` is `p` for the plural."""
    if gender == "p":
        return noun.plural + ("n" if case == "dative" and noun.plural[-1] not in "ns" else "")
    return noun.plural if noun.weak and case != "nominative" else noun.german


def german_article(determiner: Determiner, case: str, gender: str) -> Words:
    """`dem`, `einen`, `keine`, `drei`; `kein` also means the `not` of its clause, or the `no` of its own phrase."""
    if determiner is THE:
        return words(ENDINGS["the", case, gender], "article")
    ending = ENDINGS["ein", case, gender] if determiner.kind == "mixed" else ""
    return words(determiner.german and determiner.german + ending, "article", *["^not"] * (determiner.german == "kein"))


def noun_phrase(noun: Noun, case: str, determiner: Determiner, adjective: str = "", plural: bool = False) -> Phrase:
    """`noun_phrase(BOOK, "accusative", A, "rot")`: ein rotes Buch, a red book."""
    gender = "p" if plural else noun.gender
    german = words(decline(noun, case, gender), "noun")
    counted = words(noun.english_plural if gender == "p" else noun.english, "noun")
    if adjective:
        entry = ADJECTIVES[adjective]
        german = words(entry["stem"] + ENDINGS[determiner.kind, case, gender], "adjective") + german
        counted = words(entry["english"], "adjective") + counted
    article = determiner.english
    if article == "a":
        article = "any" if gender == "p" or noun.kind.mass else english.article(counted[0].text)
    return Phrase(
        german_article(determiner, case, gender) + german,
        words(article, "article", *["^not"] * (determiner is NO)) + counted,
        who={"m": "he", "f": "she", "n": "it", "p": "they"}[gender],
        age=noun.kind.age,
        definite=determiner.english not in ("", "a", "no") and determiner.kind != "strong",
        negative=determiner is NOT_A,
    )


CONTRACTIONS = {"in dem": "im", "in das": "ins", "zu dem": "zum", "zu der": "zur", "an dem": "am", "von dem": "vom"}


def prepositional(german: str, translation: str, phrase: Phrase) -> Phrase:
    """A preposition before a noun phrase, contracted with its article where German does so."""
    first, *rest = phrase.source
    source = (*words(german, "preposition"), *phrase.source)
    if contracted := CONTRACTIONS.get(f"{german} {first.text}"):
        source = (Word(contracted, first.meaning | {"preposition"}), *rest)
    return replace(phrase, source=source, target=words(translation, "preposition") + phrase.target)


def pronoun(who: str, case: str = "nominative") -> Phrase:
    """`pronoun("he", "dative")`: ihm, him."""
    entry, nominative = PRONOUNS[who], case == "nominative"
    german, translation = entry["german" if nominative else case], entry["english" if nominative else "object"]
    return Phrase(words(german, "noun"), words(translation, "noun"), who, definite=True, light=True)


def one_of_us(draw: Draw, choices: str) -> Phrase:
    """A pronoun as subject: one of `choices`, in English."""
    return pronoun(draw.pick(choices))


def ago(number: dict[str, str], weeks: bool) -> Phrase:
    """`vor zwei Tagen`: two days ago."""
    unit = aligned("Wochen=weeks" if weeks else "Tagen=days").named("unit")
    count, before = aligned(f"{number['german']}={number['english']}").named("number"), aligned("vor=ago").named("ago")
    return Phrase((before + count + unit).source, (count + unit + before).target)


def predicate(*adjectives: str) -> Phrase:
    """`predicate("müde")`, `predicate("sehr", "müde")`: tired, very tired."""
    english_of = {"sehr": "very"} | {name: row["english"] for name, row in ADJECTIVES.items()}
    return aligned(" | ".join(f"{name}={english_of[name]}" for name in adjectives))


# --- Clauses -------------------------------------------------------------------------------------------------------

ENGLISH_TENSES = {"present": ("present", ""), "past": ("past", ""), "perfect": ("past", ""), "will": ("future", "")}


@dataclass(frozen=True)
class Clause:
    """What a clause says. `tense` is present, past (war, hatte), perfect, or a helper: will, can, must, ..."""

    subject: Phrase
    verb: Verb
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
        verb, person = self.verb, int(PRONOUNS[self.subject.who]["person"])
        if self.tense in ("present", "past"):
            form = (verb.preterite if self.tense == "past" else verb.present)[person]
            return Word(form, frozenset(("verb", "be", "do"))), words(verb.prefix, "verb")
        if self.tense == "perfect":
            helper = HELPERS[verb.helper][person]
            return Word(helper, frozenset(("verb", "do"))), words(verb.participle, "verb")
        helper = HELPERS[self.tense][person]
        return Word(helper, frozenset(("mood", "will", "do"))), words(verb.prefix + verb.infinitive, "verb", "to")

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
