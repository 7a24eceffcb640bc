"""The words of the tiny German-English corpus, read from the tables beside this file.

Each German word has one English translation, and no other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from grammars.english import EnglishVerb
from grammars.tables import Tables

TABLES = Tables(Path(__file__).parent)


class Determiner(NamedTuple):
    """`kind` decides the adjective's ending: definite, mixed (ein, kein, mein) or strong (a number, nothing)."""

    kind: str
    german: str
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

    @property
    def known(self) -> list[str]:
        """The determiners of a thing that one has heard of: the, own."""
        return [determiner for determiner in self.kind.determiners if determiner in ("the", "own")]


@dataclass(frozen=True, kw_only=True)
class Verb(EnglishVerb):
    """`present` and `preterite` hold the forms for ich, du, er, wir; only sein and haben have a preterite here.

    `frame` is what the verb needs beside its subject, `choices` which nouns or directions that can be, `places` what
    may be added. Verbs of the frame `state` are no actions, and only come where a pattern names them. Of the `flags`,
    `new` and `same` are verbs of habit, with a new object each time or with the same; `trait` verbs can be denied of
    somebody in general; `happens` verbs cannot be planned; `short` verbs are for today and yesterday, `instant` verbs
    not for tomorrow, `morning` verbs for the morning, `rare` verbs not for every day; `known` verbs take a thing that
    has been named; `adult` verbs need an adult subject, `one` verbs a single one (not all of them wear one coat);
    `nobody` verbs take no pronoun as their object; `daily` verbs are not denied; `unwilled` verbs take no modal; the
    habit of a `placed` verb needs a place.
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


ADJECTIVES = {row["german"]: row for row in TABLES.rows("adjectives")}
"""By the form after `ist`; the `stem` is what an ending is added to: teuer, teur-."""
GROUPS = {row.name: row for row in TABLES.read("groups", Group)}
NOUNS = {row.german: row for row in TABLES.read("nouns", Noun)}
VERBS = TABLES.read("verbs", Verb)
ACTIONS = {verb.name: verb for verb in VERBS if verb.frame != "state"}
STATES = {verb.prefix + verb.infinitive: verb for verb in VERBS if verb.frame == "state"}
OBJECTS = {
    name: [noun for noun in NOUNS.values() for verb in noun.verbs if verb == name]
    for name in {verb for noun in NOUNS.values() for verb in noun.verbs}
}
"""The nouns that each verb takes."""
HELPERS = {row["name"]: [row[person] for person in ("ich", "du", "er", "wir")] for row in TABLES.rows("helpers")}
ENDINGS = {(row["after"], row["case"], gender): row[gender] for row in TABLES.rows("endings") for gender in "mfnp"}
"""The definite article, or the ending of an article or an adjective, in a case, for each gender and the plural (p)."""
PRONOUNS = {row["english"]: row for row in TABLES.rows("pronouns")}
"""`person` counts the forms of a verb; `sie` as an object is left out, being `her` and `them`."""
NUMBERS = {use: [n for n in TABLES.rows("numbers") if use in n["uses"].split()] for use in ("number", "hour", "age")}
DETERMINERS = {
    row["name"]: Determiner(row["kind"], row["german"], row["english"]) for row in TABLES.rows("determiners")
}
DETERMINERS |= {row["german"]: Determiner("strong", row["german"], row["english"]) for row in NUMBERS["number"]}
"""By the names of the table: `the`, `a`, `kein` (not a), of an owner's pronoun (`I`: mein, my), and by the number."""
EXPRESSIONS = TABLES.expressions()
OFTEN = [row.text for row in EXPRESSIONS["often"]]
PLACES = {row.name: row.text for row in EXPRESSIONS["place"]}
DIRECTIONS = {row.name: row.text for row in EXPRESSIONS["direction"]}
RELATIONS = TABLES.rows("relations")
ROOMS = TABLES.rows("rooms")
AIMS = TABLES.rows("aims")
BARGAINS = TABLES.rows("bargains")
LISTS = TABLES.lists()

USED = {*ACTIONS, "person", "travel", "wait", "have", "need"}
"""What a noun may be the object of, or one of: people, vehicles, what one waits for."""
TABLES.refer(
    ("groups", "determiners", {*DETERMINERS, "own", "number"}),
    ("groups", "adjectives", ADJECTIVES),
    ("nouns", "group", GROUPS),
    ("nouns", "verbs", USED),
    ("verbs", "places", {*PLACES, "clock", "with"}),
    ("verbs", "helper", HELPERS),
    ("relations", "nouns", NOUNS),
    ("rooms", "nouns", NOUNS),
    ("aims", "verbs", ACTIONS),
    ("bargains", "adjectives", ADJECTIVES),
)
