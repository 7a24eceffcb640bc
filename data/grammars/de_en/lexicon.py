"""The words of the tiny German-English corpus, read from the tables beside this file.

Each German word has one English translation, and no other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from grammars.english import EnglishVerb
from grammars.tables import read_table

Row = TypeVar("Row")


def table(name: str, row: type[Row]) -> list[Row]:
    """The rows of `name.tsv`."""
    return read_table(Path(__file__).parent / f"{name}.tsv", row)


@dataclass(frozen=True)
class Adjective:
    """`german` is the form after `ist`, `stem` what an ending is added to: teuer, teur-."""

    german: str
    stem: str
    english: str


@dataclass(frozen=True)
class Group:
    """Nouns that go with the same determiners (a, the, own, number, bare, kein) and adjectives; `age` is for people."""

    name: str
    determiners: tuple[str, ...]
    adjectives: tuple[str, ...]
    mass: bool
    age: str


@dataclass(frozen=True)
class Noun:
    """Gender `m`, `f`, `n`, or `p` for nouns that have no singular; an empty plural where none is used.

    `verbs` are those, named by their English, that the noun can be the object of; one named twice comes twice as often.
    A `weak` noun is declined like Student, with -n or -en in all cases but the nominative.
    """

    german: str
    gender: str
    plural: str
    english: str
    english_plural: str
    group: str
    verbs: tuple[str, ...]
    weak: bool

    @property
    def kind(self) -> Group:
        """Its group."""
        return GROUPS[self.group]


@dataclass(frozen=True, kw_only=True)
class Verb(EnglishVerb):
    """`present` and `preterite` hold the forms for ich, du, er, wir; only sein and haben have a preterite here.

    `frame` is what the verb needs beside its subject, `choices` which nouns or directions that can be, `places` what
    may be added; verbs of the frame `state` are no actions, and only come where a pattern names them. Of the `flags`, `new` and `same` are verbs of habit, with a new object each time or with the same;
    `trait` verbs can be denied of somebody in general; `happens` verbs cannot be planned; `short` verbs are for today
    and yesterday, `instant` verbs not for tomorrow, `morning` verbs for the morning, `rare` verbs not for every day;
    `known` verbs take a thing that has been named; `adult` verbs need an adult subject; `nobody` verbs take no pronoun
    as their object.
    """

    prefix: str
    infinitive: str
    present: tuple[str, ...]
    helper: str
    participle: str
    preterite: tuple[str, ...]
    frame: str
    choices: tuple[str, ...]
    flags: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its English, in one word, which is what the tables and the patterns call it."""
        return self.base.replace(" ", "_")


@dataclass(frozen=True)
class Helper:
    """The forms of an auxiliary or a modal."""

    name: str
    ich: str
    du: str
    er: str
    wir: str

    def form(self, person: int) -> str:
        """The form for the `person` of a pronoun."""
        return (self.ich, self.du, self.er, self.wir)[person]


@dataclass(frozen=True)
class Ending:
    """The article, or the ending of an article or an adjective, in a case, for each gender and the plural."""

    after: str
    case: str
    m: str
    f: str
    n: str
    p: str


@dataclass(frozen=True)
class Pronoun:
    """`person` counts the forms of a verb; `sie` as an object is left out, being `her` and `them`."""

    english: str
    object: str
    possessive: str
    german: str
    accusative: str
    dative: str
    german_possessive: str
    person: int


@dataclass(frozen=True)
class Number:
    """`uses` say what is counted with it: things (number), hours, years (age)."""

    german: str
    english: str
    digits: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Expression:
    """A phrase without grammar, as `aligned` of the engine reads it; of a time, `name` is what it is part of."""

    use: str
    name: str
    text: str


@dataclass(frozen=True)
class Relation:
    """A preposition, and the things that others are in, on or under."""

    german: str
    english: str
    nouns: tuple[str, ...]


@dataclass(frozen=True)
class Room:
    """A place, and what there is."""

    place: str
    nouns: tuple[str, ...]


@dataclass(frozen=True)
class Aim:
    """Where one goes, how, and the verbs for what one does there."""

    direction: str
    move: str
    verbs: str


@dataclass(frozen=True)
class Bargain:
    """Buying or selling, or not, because or although a thing is so."""

    verb: str
    negated: bool
    conjunction: str
    adjectives: tuple[str, ...]


@dataclass(frozen=True)
class WordList:
    """Words, or names of verbs, that a pattern chooses from."""

    name: str
    words: tuple[str, ...]


ADJECTIVES = {row.german: row for row in table("adjectives", Adjective)}
GROUPS = {row.name: row for row in table("groups", Group)}
NOUNS = {row.german: row for row in table("nouns", Noun)}
VERBS = table("verbs", Verb)
ACTIONS = {verb.name: verb for verb in VERBS if verb.frame != "state"}
STATES = {verb.prefix + verb.infinitive: verb for verb in VERBS if verb.frame == "state"}
OBJECTS = {
    name: [noun for noun in NOUNS.values() for verb in noun.verbs if verb == name]
    for name in sorted({verb for noun in NOUNS.values() for verb in noun.verbs})
}
"""The nouns that each verb takes."""
HELPERS = {row.name: row for row in table("helpers", Helper)}
ENDINGS = {(row.after, row.case, gender): getattr(row, gender) for row in table("endings", Ending) for gender in "mfnp"}
PRONOUNS = {row.english: row for row in table("pronouns", Pronoun)}
NUMBERS = {use: [row for row in table("numbers", Number) if use in row.uses] for use in ("number", "hour", "age")}
EXPRESSIONS = table("expressions", Expression)
TIMES = {use: [row for row in EXPRESSIONS if row.use == use] for use in ("past", "future", "habit")}
OFTEN = [row.text for row in EXPRESSIONS if row.use == "often"]
PLACES = {row.name: row.text for row in EXPRESSIONS if row.use == "place"}
DIRECTIONS = {row.name: row.text for row in EXPRESSIONS if row.use == "direction"}
RELATIONS = table("relations", Relation)
ROOMS = table("rooms", Room)
LISTS: dict[str, list[tuple[str, ...]]] = {}
for row in table("lists", WordList):
    LISTS.setdefault(row.name, []).append(row.words)
AIMS = table("aims", Aim)
BARGAINS = table("bargains", Bargain)
