"""The words of the tiny Korean-English corpus, read from the tables beside this file, and which make sense together.

Verbs and adjectives are given by their stem, the dictionary form without 다.
"""

from dataclasses import dataclass
from pathlib import Path

from grammars.english import EnglishVerb, Manner
from grammars.tables import Tables

TABLES = Tables(Path(__file__).parent)


@dataclass(frozen=True)
class Noun:
    """A thing; `kind` is how it stands alone: `the` (the door), `plural` (books) or `mass` (milk).

    Flags: `owned`, it may be somebody's; `pointed`, one points at it (이 책); `moved`, one says where it is; `single`,
    one is busy with one at a time; `ten`, one has up to ten; `described` and `compared`, one says how it is.
    """

    korean: str
    english: str
    plural: str
    kind: str
    counter: str
    measure: str
    measures: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Adjective:
    """`korean` is the stem, empty where it is no predicate; `verbs` are those by which such a thing may be meant."""

    korean: str
    attribute: str
    english: str
    comparative: str
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]

    @property
    def verb(self) -> "Verb":
        """To be so."""
        return Verb(name=self.korean, korean=self.korean, base=f"be {self.english}")


@dataclass(frozen=True)
class Person:
    """`pronoun` is what the person is called in a second clause; a role such as 의사 is both he and she, and has none.

    `owner` is the pronoun of 제, 그의 or 그녀의 in front of the noun.
    """

    kind: str
    korean: str
    english: str
    objective: str
    pronoun: str
    owner: str

    @property
    def agreement(self) -> str:
        """The pronoun that the verb agrees with."""
        return self.pronoun or "he"


@dataclass(frozen=True, kw_only=True)
class Verb(EnglishVerb):
    """`korean` is a stem, perhaps with words in front (배가 고프), and also the `name` of a verb that has none.

    Flags: `brief`, not said of a whole week; `like` and `must`, what one likes to do and has to do.
    """

    name: str
    korean: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A verb with the objects, places and tools that make sense with it; `use` and `case` say which patterns take it.

    Flags: `daily`, also done as a habit; `hour`, happens at an hour; `meal` and `morning`, at some hours only; `with`,
    done together with others; `own`, the object may belong to someone; `people`, the object is a person; `which`, the
    object takes a determiner; `there`, the place is always said.
    """

    use: str
    case: str
    verb: str
    objects: tuple[str, ...]
    places: tuple[str, ...]
    flags: tuple[str, ...]
    tools: tuple[str, ...]

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags

    def can_be(self, mood: str) -> bool:
        """Whether one likes to do it, must do it, does not do it, or is doing it for a while."""
        verb = VERBS[self.verb]
        if "morning" in self:
            return mood in ("plain", "must")
        if mood in ("like", "must"):
            return mood in verb.flags
        return bool(verb.progressive) if mood == "progressive" else (mood, self.verb) != ("not", "자")


@dataclass(frozen=True)
class Plan:
    """What is said of an event: its mood (`plain`, `not`, `want` ...) and the Korean ending, a tense or a conjunction.

    `english` is the tense of the English verb where the ending does not give it.
    """

    mood: str = "plain"
    ending: str = "present"
    english: str = ""

    @property
    def manner(self) -> Manner:
        """The tense and mood of the English verb."""
        name = self.english or self.ending
        tense = name if name == "future" else "past" if "past" in name else "present"
        mood = {"plain": "", "not": "", "cannot": "can"}.get(self.mood, self.mood)
        return Manner(tense, mood, negated=self.mood in ("not", "cannot"))

    @property
    def habit(self) -> bool:
        """Whether it is, or is not, done again and again."""
        return self.manner.tense == "present" and self.ending != "please" and self.mood in ("plain", "not", "like")


NOUNS = {row.korean: row for row in TABLES.read("nouns", Noun)}
ADJECTIVES = TABLES.read("adjectives", Adjective)
QUALITIES = {row.korean: row for row in ADJECTIVES if row.korean}
VERBS = {row.name or row.korean: row for row in TABLES.read("verbs", Verb)}
PEOPLE = TABLES.read("people", Person)
FRAMES = TABLES.read("frames", Frame)
EXPRESSIONS = TABLES.expressions()
LISTS = TABLES.lists()
PLACES = {row["korean"]: row for row in TABLES.rows("places")}
SPOTS = TABLES.rows("spots")
HOURS = {row["half"]: row for row in TABLES.rows("hours")}
HALVES = [half for half, row in HOURS.items() if row["english"]]
NUMBERS = {row["korean"]: row["english"] for row in TABLES.rows("numbers")}
HEADS = {row["korean"]: row["english"] for row in TABLES.rows("heads")}
ENDINGS = {row["name"]: row for row in TABLES.rows("endings")}
"""The form of the stem before an ending, what closes its last syllable, and what follows, with `_` for a space."""
DETERMINERS = {row["name"]: (row["korean"], row["english"]) for row in TABLES.rows("determiners")}
AUXILIARIES = {row["mood"]: row for row in TABLES.rows("auxiliaries")}
"""The ending of the verb before an auxiliary, the word between them, the stem of the auxiliary, and what it means."""
RELATIVE = TABLES.rows("relative")
"""What is done to a thing before, the thing, and what is done to it then."""
CONTRASTS = TABLES.rows("contrasts")
PLANS = {row["name"]: Plan(row["mood"], row["ending"]) for row in TABLES.rows("plans")}
PLAN_SHARES = {PLANS[row["name"]]: int(row["share"]) for row in TABLES.rows("plans")}
TABLES.refer(
    ("adjectives", "nouns", NOUNS),
    ("contrasts", "nouns", NOUNS),
    ("spots", "nouns", NOUNS),
    ("relative", "nouns", NOUNS),
    ("frames", "objects", NOUNS),
    ("frames", "tools", NOUNS),
    ("frames", "places", PLACES),
)


def people(kind: str) -> list[Person]:
    """The people of a kind: pronoun, name, role, group, kin or who."""
    return [row for row in PEOPLE if row.kind == kind]


def frames(use: str, case: str = "") -> list[Frame]:
    """The frames that a pattern takes."""
    return [row for row in FRAMES if row.use == use and case in ("", row.case)]


def cases(use: str) -> list[str]:
    """The cases of a pattern, in their order."""
    return list(dict.fromkeys(row.case for row in FRAMES if row.use == use))


def fitting(noun: str, verb: str) -> list[Adjective]:
    """Adjectives for a noun: a price matters to those who buy it, boredom to those who read or watch it."""
    return [row for row in ADJECTIVES if noun in row.nouns and (not row.verbs or verb in row.verbs)]
