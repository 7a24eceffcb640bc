"""German and English grammar for the tiny corpus: noun phrases and clauses, said in both languages at once.

Word order is where the two differ, and it is all in `german_clause`, `middle_field` and `english_clause`.
"""

from dataclasses import dataclass, replace
from functools import cache

from de_en_lexicon import ADJECTIVES, GROUPS, Noun, Verb
from grammar import Word, word

# --- Phrases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phrase:
    """The same thing in both languages; `who` is what agreement and pronouns need to know of it."""

    german: tuple[Word, ...] = ()
    english: tuple[Word, ...] = ()
    who: str = "it"  # a key of PRONOUNS
    age: str = "any"  # child, adult, any
    definite: bool = False
    light: bool = False  # a pronoun: stands before everything else in the German middle field
    negative: bool = False  # `kein`, so that the clause needs no `nicht`

    def named(self, role: str) -> "Phrase":
        """The phrase with all its meanings under a role, so that two noun phrases of a sentence stay apart."""
        german, english = (tuple(_under(role, item) for item in side) for side in (self.german, self.english))
        return replace(self, german=german, english=english)


@cache
def _under(role: str, item: Word) -> Word:
    return word(item.text, *(f"{role}.{part}" for part in item.meaning))


@cache
def fixed(text: str) -> Phrase:
    """A phrase without grammar: `fixed("im=in the | Garten=garden")`; what stands around one `=` is linked."""
    german: list[Word] = []
    english: list[Word] = []
    for number, part in enumerate(text.split(" | ")):
        left, right = part.split("=")
        german += [word(item, str(number)) for item in left.split()]
        english += [word(item, str(number)) for item in right.split()]
    return Phrase(tuple(german), tuple(english))


def join(*phrases: Phrase) -> Phrase:
    """The phrases one after the other, the same way in both languages."""
    parts = [phrase.named(str(number)) for number, phrase in enumerate(phrases)]
    return Phrase(sum((part.german for part in parts), ()), sum((part.english for part in parts), ()))


STOP, QUESTION, COMMA = fixed(".=."), fixed("?=?"), fixed(",=,")


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

DEFINITE = {
    "nominative": {"m": "der", "f": "die", "n": "das", "p": "die"},
    "accusative": {"m": "den", "f": "die", "n": "das", "p": "die"},
    "dative": {"m": "dem", "f": "der", "n": "dem", "p": "den"},
}
EIN_ENDINGS = {
    "nominative": {"m": "", "f": "e", "n": "", "p": "e"},
    "accusative": {"m": "en", "f": "e", "n": "", "p": "e"},
    "dative": {"m": "em", "f": "er", "n": "em", "p": "en"},
}
ADJECTIVE_ENDINGS = {
    "definite": {
        "nominative": {"m": "e", "f": "e", "n": "e", "p": "en"},
        "accusative": {"m": "en", "f": "e", "n": "e", "p": "en"},
        "dative": {"m": "en", "f": "en", "n": "en", "p": "en"},
    },
    "mixed": {
        "nominative": {"m": "er", "f": "e", "n": "es", "p": "en"},
        "accusative": {"m": "en", "f": "e", "n": "es", "p": "en"},
        "dative": {"m": "en", "f": "en", "n": "en", "p": "en"},
    },
    "strong": {
        "nominative": {"m": "er", "f": "e", "n": "es", "p": "e"},
        "accusative": {"m": "en", "f": "e", "n": "es", "p": "e"},
        "dative": {"m": "em", "f": "er", "n": "em", "p": "en"},
    },
}


def decline(noun: Noun, case: str, gender: str) -> str:
    """The German noun in a case; `gender` is `p` for the plural."""
    if gender == "p":
        return noun.plural + ("n" if case == "dative" and noun.plural[-1] not in "ns" else "")
    return noun.plural if noun.weak and case != "nominative" else noun.german


def noun_phrase(noun: Noun, case: str, determiner: Determiner, adjective: str = "", plural: bool = False) -> Phrase:
    """`noun_phrase(BOOK, "accusative", A, "rot")`: ein rotes Buch, a red book."""
    gender = "p" if plural else noun.gender
    german, english = [], []
    if determiner is THE:
        german.append(word(DEFINITE[case][gender], "article"))
    elif determiner.german:
        ending = EIN_ENDINGS[case][gender] if determiner.kind == "mixed" else ""
        meanings = ("article", "negation") if determiner.german == "kein" else ("article",)
        german.append(word(determiner.german + ending, *meanings))
    if adjective:
        stem, translation = ADJECTIVES[adjective]
        german.append(word(stem + ADJECTIVE_ENDINGS[determiner.kind][case][gender], "adjective"))
        english.append(word(translation, "adjective"))
    german.append(word(decline(noun, case, gender), "noun"))
    counted = noun.english_plural if gender == "p" else noun.english
    english += [word(part, "noun") for part in counted.split("_")]
    if determiner.english:
        article = determiner.english
        if article == "a":
            many = gender == "p" or GROUPS[noun.group].mass
            article = "any" if many else "an" if english[0].text[0] in "aeiou" else "a"
        meanings = ("article", "negation") if determiner is NO else ("article",)
        english.insert(0, word(article, *meanings))
    return Phrase(
        tuple(german),
        tuple(english),
        who="they" if gender == "p" else {"m": "he", "f": "she", "n": "it"}[gender],
        age=GROUPS[noun.group].age,
        definite=determiner.english not in ("", "a", "no") and determiner.kind != "strong",
        negative=determiner is NOT_A,
    )


CONTRACTIONS = {"in dem": "im", "in das": "ins", "zu dem": "zum", "zu der": "zur", "an dem": "am", "von dem": "vom"}


def prepositional(german: str, english: str, phrase: Phrase) -> Phrase:
    """A preposition before a noun phrase, contracted with its article where German does so."""
    words = [word(german, "preposition"), *phrase.german]
    contracted = CONTRACTIONS.get(f"{german} {phrase.german[0].text}")
    if contracted:
        words[:2] = [word(contracted, "preposition", *phrase.german[0].meaning)]
    translation = (word(part, "preposition") for part in english.split())
    return replace(phrase, german=tuple(words), english=(*translation, *phrase.english))


@dataclass(frozen=True)
class Pronoun:
    """`forms` counts the columns of the verb tables; `sie` as an object is left out, being `her` and `them`."""

    forms: int
    german: str
    accusative: str
    dative: str
    english: str
    object: str
    possessive: Determiner | None


PRONOUNS = {
    "I": Pronoun(0, "ich", "mich", "mir", "I", "me", Determiner("mixed", "mein", "my")),
    "you": Pronoun(1, "du", "dich", "dir", "you", "you", Determiner("mixed", "dein", "your")),
    "he": Pronoun(2, "er", "ihn", "ihm", "he", "him", Determiner("mixed", "sein", "his")),
    "she": Pronoun(2, "sie", "", "ihr", "she", "her", Determiner("mixed", "ihr", "her")),
    "it": Pronoun(2, "es", "", "", "it", "it", None),
    "we": Pronoun(3, "wir", "uns", "uns", "we", "us", Determiner("mixed", "unser", "our")),
    "they": Pronoun(3, "sie", "", "ihnen", "they", "them", Determiner("mixed", "ihr", "their")),
}


def pronoun(who: str, case: str = "nominative") -> Phrase:
    """`pronoun("he", "dative")`: ihm, him."""
    entry = PRONOUNS[who]
    if case == "nominative":
        german, english = entry.german, entry.english
    else:
        german, english = entry.dative if case == "dative" else entry.accusative, entry.object
    return Phrase((word(german, "pronoun"),), (word(english, "pronoun"),), who, definite=True, light=True)


def ago(german: str, english: str, weeks: bool) -> Phrase:
    """`ago("zwei", "two", weeks=False)`: vor zwei Tagen, two days ago."""
    unit, translation = ("Wochen", "weeks") if weeks else ("Tagen", "days")
    return Phrase(
        (word("vor", "ago"), word(german, "number"), word(unit, "unit")),
        (word(english, "number"), word(translation, "unit"), word("ago", "ago")),
    )


# --- Clauses -------------------------------------------------------------------------------------------------------


HELPERS = {
    "haben": ("habe", "hast", "hat", "haben"),
    "sein": ("bin", "bist", "ist", "sind"),
    "will": ("werde", "wirst", "wird", "werden"),
    "can": ("kann", "kannst", "kann", "können"),
    "must": ("muss", "musst", "muss", "müssen"),
    "should": ("sollte", "solltest", "sollte", "sollten"),
    "want": ("will", "willst", "will", "wollen"),
    "would": ("möchte", "möchtest", "möchte", "möchten"),
}
MODALS = ("can", "must", "should", "want", "would")


@dataclass(frozen=True)
class Clause:
    """What a clause says. `tense` is present, past (war, hatte), perfect, or a helper: will, can, must, ..."""

    subject: Phrase
    verb: Verb
    tense: str
    objects: tuple[Phrase, ...] = ()  # in the order of both languages: dative, accusative
    complement: Phrase | None = None  # a direction or a predicate: last before the German verb
    place: Phrase | None = None
    time: Phrase | None = None
    often: Phrase | None = None
    negated: bool = False
    fronted: bool = False  # the time stands first, in both languages

    def say(self, german: str = "second", question: bool = False) -> Phrase:
        """Both sides; `german` says where its finite verb stands: second, first or last."""
        named = self.with_roles()
        return Phrase(tuple(german_clause(named, german)), tuple(english_clause(named, question)))

    def with_roles(self) -> "Clause":
        """The clause with the meanings of each part under the part's name, so that no two of them are mixed up."""
        parts = {name: getattr(self, name) for name in ("subject", "complement", "place", "time", "often")}
        objects = tuple(phrase.named(f"object{number}") for number, phrase in enumerate(self.objects))
        if self.negated:
            objects = tuple(_share_negation(phrase) if phrase.negative else phrase for phrase in objects)
        return replace(self, objects=objects, **{name: part.named(name) for name, part in parts.items() if part})


def _share_negation(phrase: Phrase) -> Phrase:
    """Let `kein` also mean the `not` of the clause, which has no role."""
    words = tuple(
        word(item.text, *item.meaning, "negation") if any(part.endswith(".negation") for part in item.meaning) else item
        for item in phrase.german
    )
    return replace(phrase, german=words)


def german_clause(clause: Clause, order: str) -> list[Word]:
    """German word order: the verb's parts embrace the middle field, or stand together at the end."""
    finite, rest = german_verbs(clause)
    middle = middle_field(clause)
    subject = list(clause.subject.german)
    if order == "last":
        if clause.tense in ("present", "past"):
            prefix = "".join(item.text for item in rest)
            return subject + middle + [Word(prefix + finite.text, finite.meaning)]
        return subject + middle + rest + [finite]
    if order == "first":
        return [finite, *subject, *middle, *rest]
    if clause.fronted and clause.time:
        return [*clause.time.german, finite, *subject, *middle, *rest]
    return [*subject, finite, *middle, *rest]


def german_verbs(clause: Clause) -> tuple[Word, list[Word]]:
    """The finite verb, and what stands at the end of a main clause: prefix, participle or infinitive."""
    verb, forms = clause.verb, PRONOUNS[clause.subject.who].forms
    if clause.tense in ("present", "past"):
        finite = word((verb.past if clause.tense == "past" else verb.present)[forms], "finite", "verb")
        return finite, [word(verb.prefix, "verb")] if verb.prefix else []
    if clause.tense == "perfect":
        return word(HELPERS[verb.helper][forms], "finite", "verb"), [word(verb.participle, "verb")]
    return word(HELPERS[clause.tense][forms], "finite"), [word(verb.prefix + verb.infinitive, "verb")]


def middle_field(clause: Clause) -> list[Word]:
    """Pronouns, time, dative, accusative and place, `nicht`, direction; a new thing comes after the place."""
    light = [phrase for phrase in clause.objects if phrase.light]
    heavy = [phrase for phrase in clause.objects if not phrase.light]
    negation = Phrase((word("nicht", "negation"),))
    silent = not clause.negated or any(phrase.negative for phrase in clause.objects)
    new = heavy[-1:] if heavy and not heavy[-1].definite else []
    late = [*heavy[: len(heavy) - len(new)], clause.place, *new]
    time = None if clause.fronted else clause.time
    parts = [*light, time, clause.often, *late, None if silent else negation, clause.complement]
    return [item for phrase in parts if phrase for item in phrase.german]


def english_clause(clause: Clause, question: bool) -> list[Word]:
    """English word order: subject, helper, `not`, `often`, verb, objects, direction, place, time."""
    helpers, verbs = english_verbs(clause, question)
    if clause.negated and helpers[0].text == "can":
        negated = [word("cannot", "finite", "negation")]
    else:
        negated = helpers + ([word("not", "negation")] if clause.negated else [])
    subject = list(clause.subject.english)
    start = [*negated[:1], *subject, *negated[1:]] if question else [*subject, *negated]
    if clause.fronted and clause.time:
        start = [*clause.time.english, *start]
    late = [*clause.objects, clause.complement, clause.place, None if clause.fronted else clause.time]
    end = [item for phrase in late if phrase for item in phrase.english]
    return [*start, *(clause.often.english if clause.often else ()), *verbs, *end]


def english_verbs(clause: Clause, question: bool) -> tuple[list[Word], list[Word]]:
    """The helper that `not` follows and that a question puts first, and the words of the verb itself."""
    base, third, past = clause.verb.english
    singular = clause.subject.who in ("he", "she", "it")
    tense = clause.tense
    if base == "be" and tense in ("present", "past"):
        return [word(be(clause.subject.who, tense), "finite", "verb")], []
    infinitive = [word(part, "verb") for part in base.split("_")]
    if tense in ("will", "can", "must", "should"):
        return [word(tense, "finite")], infinitive
    if tense == "would":
        return [word("would", "finite")], [word("like", "finite"), word("to", "verb"), *infinitive]
    needs_do = clause.negated or question
    do = "did" if tense in ("perfect", "past") else "does" if singular else "do"
    helpers = [word(do, "finite")] if needs_do else []
    if tense == "want":
        wants = "wants" if singular and not needs_do else "want"
        return helpers, [word(wants, "finite"), word("to", "verb"), *infinitive]
    if needs_do:
        return helpers, infinitive
    form = past if tense in ("perfect", "past") else third if singular else base
    return [], [word(part, "verb") for part in form.split("_")]


def be(who: str, tense: str) -> str:
    """The form of `be` in the present or the past."""
    if tense == "past":
        return "was" if who in ("I", "he", "she", "it") else "were"
    return "am" if who == "I" else "is" if who in ("he", "she", "it") else "are"


def purpose(clause: Clause) -> Phrase:
    """`, um das Buch zu lesen`: to read the book. The subject is that of the main clause."""
    verb = clause.verb
    if verb.prefix:
        infinitive = [word(f"{verb.prefix}zu{verb.infinitive}", "to", "verb")]
    else:
        infinitive = [word("zu", "to"), word(verb.infinitive, "verb")]
    named = clause.with_roles()
    english = [word("to", "to"), *(word(part, "verb") for part in verb.english[0].split("_"))]
    end = [item for phrase in (*named.objects, named.complement) if phrase for item in phrase.english]
    german = (word(",", "to"), word("um", "to"), *middle_field(named), *infinitive)
    return Phrase(german, (*english, *end))
