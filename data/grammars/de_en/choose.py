"""Who does what, when and where: draws clauses for the tiny German-English corpus that make sense.

The tables of the lexicon say what goes together: what can be eaten, who goes to work.
"""

from collections.abc import Sequence
from dataclasses import replace

from grammars.de_en import lexicon as lex
from grammars.de_en.grammar import Clause, ago, noun_phrase, prepositional, pronoun
from grammars.engine import NOTHING, Draw, Phrase, aligned, join

MODALS = ("can", "must", "should", "want", "would")

UNFIT_TIMES = {"short": ("week", "weekday"), "instant": ("tomorrow",), "morning": ("week", "weekday", "evening")}
"""Nobody has breakfast in the evening, or closes a door next week."""


def fits(verb: lex.Verb, actor: Phrase, tense: str, negated: bool = False) -> bool:
    """Whether the actor can do this, or not do this, in this tense."""
    if "adult" in verb.flags and actor.age == "child":
        return False
    if "one" in verb.flags and actor.who in ("we", "they"):
        return False
    if "unwilled" in verb.flags and tense in MODALS:
        return False
    if negated and (tense == "present" or "daily" in verb.flags):
        return "trait" in verb.flags
    if tense == "present":
        return "new" in verb.flags or "same" in verb.flags
    return tense == "perfect" or "happens" not in verb.flags


def fitting(verbs: str, actor: Phrase, tense: str) -> list[str]:
    """Those of the verbs that the actor can do in this tense."""
    return [name for name in verbs.split() if fits(lex.ACTIONS[name], actor, tense)]


def is_new(clause: Clause) -> bool:
    """Whether its object may be something that nobody has heard of before."""
    return clause.tense in ("perfect", "will", "want") and not clause.negated


def determiners(clause: Clause) -> list[str]:
    """What the object may start with: habits repeat the same thing or take a new one, negations say `kein`."""
    habit, new = clause.tense == "present", "new" in clause.verb.flags
    if "known" in clause.verb.flags or (habit and not new):
        return ["the", "own"]
    if clause.negated:
        return ["keine"] if habit else ["kein", "the", "own"]
    if habit:
        return ["a", "bare"]
    kinds = ["a", "the", "bare"] if clause.verb.name == "buy" else ["a", "the", "bare", "own"]
    return [*kinds, "number"] if clause.tense in ("perfect", "will") else kinds


class Choices(Draw):
    """Chance that knows the lexicon."""

    def noun(self, names: str | Sequence[str]) -> lex.Noun:
        """One of these nouns."""
        return lex.NOUNS[self.pick(names)]

    def modified(
        self,
        noun: lex.Noun,
        case: str,
        kinds: Sequence[str],
        owner: str,
        negative: str = "kein",
        adjectives: float = 0.4,
    ) -> Phrase:
        """A noun with one of the determiners, for `own` the possessive of `owner`, and now and then an adjective."""
        group = noun.kind
        unfit = [] if owner in lex.DETERMINERS else ["own"]
        unfit += [] if noun.plural or group.mass else ["number", "bare"]
        kind = self.pick([kind for kind in kinds if kind not in unfit] or kinds)
        number = self.pick(lex.NUMBERS["number"])["german"]
        own = owner if owner in lex.DETERMINERS else "I"
        determiner = {"own": own, "number": number, "kein": negative, "keine": negative}.get(kind, kind)
        many = bool(noun.plural) and ("number" in group.determiners or noun.group in ("friend", "close"))
        plural = kind == "number" or (kind in ("bare", "keine") and not group.mass)
        plural = plural or (kind in ("the", "own") and many and self.chance(0.25))
        adjectives = min(adjectives, 0.1) if determiner == negative else adjectives
        adjective = self.pick(group.adjectives) if group.adjectives and self.chance(adjectives) else ""
        return noun_phrase(noun, case, determiner, adjective, plural)

    def person(self, case: str, owner: str = "", new: bool = False, age: str = "any") -> Phrase:
        """Somebody, unknown so far where `new`; relatives belong to `owner` of this `age`, or to me, to you, to us."""
        noun = self.pick([n for n in lex.OBJECTS["person"] if age != "child" or n.german not in ("Chefin", "Kollege")])
        kinds = noun.kind.determiners if new else noun.known
        kinds = [kind for kind in kinds if kind != "number" or self.chance(0.4)]
        return self.modified(noun, case, kinds, owner or self.pick("I I I you we"))

    def subject(self, pronouns: float = 0.35, neuter: bool = True, new: bool = False) -> Phrase:
        """Who does it; without neuters every subject has a pronoun that a second clause can take up."""
        if self.chance(pronouns):
            return pronoun(self.pick("I I he she we they"))
        if self.chance(0.08):
            return self.pair_of_people()
        while True:
            someone = self.person("nominative", new=new)
            if neuter or someone.who != "it":
                return someone

    def pair_of_people(self) -> Phrase:
        """`mein Bruder und meine Schwester`, `meine Tante und ich`."""
        relatives = [noun for noun in lex.OBJECTS["person"] if noun.group in ("kin", "sibling")]
        first = self.modified(self.pick(relatives), "nominative", ["own"], "I")
        if self.chance(0.5):
            return replace(join(first, "und=and | ich=I"), who="we")
        others = [n for n in relatives if n.group == "sibling" or n.german in ("Großmutter", "Onkel", "Tante")]
        second = self.modified(self.pick(others), "nominative", ["own"], "I")
        return replace(join(first, "und=and", second), who="they")

    def thing(self, verb: str, owner: str, kinds: Sequence[str], negative: str = "kein") -> Phrase:
        """An object for a verb, with one of these determiners; nothing where the noun drawn takes none of them."""
        noun = self.pick(lex.OBJECTS[verb])
        possible = [kind for kind in noun.kind.determiners if kind in kinds]
        if "keine" in kinds and "kein" in noun.kind.determiners and (noun.plural or noun.kind.mass):
            possible.append("keine")  # of all of them
        described = 0 if verb == "write" else 0.4  # nobody writes old letters
        return self.modified(noun, "accusative", possible, owner, negative, described) if possible else NOTHING

    def tense_of(self, habits: bool = True) -> str:
        """A tense: most of all the perfect, the future and the modals, whose verbs stand in two places."""
        modals = self.choices(MODALS, k=3)
        return self.pick(["perfect"] * 4 + ["will"] * 2 + modals + ["present"] * 6 * habits)

    def action(
        self, actor: Phrase, tense: str, verbs: str = "", negated: bool = False, extras: str = "time place"
    ) -> Clause:
        """Somebody does something: one of `verbs` (named by their English), or anything; `extras` may be added."""
        choices = [lex.ACTIONS[name] for name in verbs.split() or lex.ACTIONS]
        while True:
            verb = self.pick([verb for verb in choices if fits(verb, actor, tense, negated)])
            if clause := self.add_objects(Clause(actor, verb, tense, negated=negated)):
                break
        needed = "morning" in verb.flags or (tense == "present" and "placed" in verb.flags)
        if "place" in extras and verb.places and not negated and (needed or self.chance(0.4)):
            clause = replace(clause, place=self.place(verb, actor))
        return self.add_time(clause) if "time" in extras else clause

    def add_objects(self, clause: Clause) -> Clause | None:
        """Fill the frame of the verb; None where no noun would do."""
        actor, verb = clause.subject, clause.verb
        choice = self.pick(verb.choices) if verb.choices else ""
        if verb.frame in ("object", "give"):
            found = self.thing(choice, actor.who, determiners(clause))
            people = (self.receiver("dative", clause),) if found and verb.frame == "give" else ()
            return replace(clause, objects=(*people, found)) if found else None
        if verb.frame in ("accusative", "dative"):
            return replace(clause, objects=(self.receiver(verb.frame, clause),))
        if verb.frame == "go" and choice == {"child": "work", "adult": "school"}.get(actor.age):
            return None
        return replace(clause, complement=self.complement(clause, choice))

    def complement(self, clause: Clause, choice: str) -> Phrase:
        """What stands last in the clause: Fußball, mit meinem Bruder, auf den Zug, nach Berlin; or nothing."""
        actor, frame = clause.subject, clause.verb.frame
        if frame == "activity":
            return noun_phrase(self.pick(lex.OBJECTS[choice]), "accusative", "bare")
        if frame == "go":
            return aligned(lex.DIRECTIONS[choice])
        if frame == "with":
            return prepositional("mit", "with", self.person("dative", actor.who, is_new(clause), actor.age))
        if frame != "for":
            return NOTHING
        whom = self.person("accusative", actor.who, is_new(clause), actor.age)
        if choice == "wait":
            whom = self.modified(self.pick(lex.OBJECTS["wait"]), "accusative", ["the"], actor.who)
        return prepositional("auf", "for", whom)

    def receiver(self, case: str, clause: Clause) -> Phrase:
        """The person that an action is done to, never the actor."""
        if "nobody" not in clause.verb.flags and self.chance(0.2):  # `sie` is left out, which could be her and them
            actors = ("I", "we") if clause.subject.who in ("I", "we") else (clause.subject.who,)
            others = [who for who, row in lex.PRONOUNS.items() if who not in actors and row[case]]
            return pronoun(self.pick(others), case)
        return self.person(case, clause.subject.who, is_new(clause), clause.subject.age)

    def place(self, verb: lex.Verb, actor: Phrase) -> Phrase:
        """Where, at what time of the day, or with whom."""
        name = self.pick(verb.places)
        if name == "clock":
            return self.clock()
        if name == "with":
            return prepositional("mit", "with", self.person("dative", actor.who, age=actor.age))
        return aligned(lex.PLACES[name])

    def clock(self) -> Phrase:
        """`um 8 Uhr`, `um acht Uhr`: at 8, at eight."""
        hour = self.pick(lex.NUMBERS["hour"])
        if self.chance(0.5):
            return aligned(f"um=at | {hour['digits']} Uhr={hour['digits']}")
        return aligned(f"um=at | {hour['german']} Uhr={hour['english']}")

    def add_time(self, clause: Clause, share: float = 0.75) -> Clause:
        """A time that suits the tense and the verb; a habit always has one, a habit that is denied never."""
        flags, tense = clause.verb.flags, clause.tense
        if tense == "present":
            if clause.negated:
                return clause
            if "happens" in flags or "rare" in flags or self.chance(0.5):
                return replace(clause, often=aligned(self.pick(lex.OFTEN)))
            return replace(clause, time=self.some_time("habit", clause.verb))
        if not self.chance(share):
            return clause
        lasting = "short" not in flags and "morning" not in flags
        if tense == "perfect" and lasting and not clause.negated and self.chance(0.12):
            return replace(clause, time=ago(self.pick(lex.NUMBERS["number"]), weeks=self.chance(0.4)))
        return replace(clause, time=self.some_time("past" if tense == "perfect" else "future", clause.verb))

    def some_time(self, uses: str, verb: lex.Verb | None = None, unfit: Sequence[str] = ()) -> Phrase:
        """A past, future or habitual time that can be said of this verb, and is none of the `unfit`."""
        bad = {*unfit, *(part for flag in (verb.flags if verb else ()) for part in UNFIT_TIMES.get(flag, ()))}
        times = [time for use in uses.split() for time in lex.EXPRESSIONS[use]]
        return aligned(self.pick([time.text for time in times if time.name not in bad]))

    def asked(self) -> Phrase:
        """The subject of a question, as often as not `du`."""
        if self.chance(0.6):
            return pronoun("you")
        return self.person("nominative") if self.chance(0.6) else pronoun(self.pick("he she they"))

    def question_tense(self) -> str:
        """A tense that one asks in."""
        return self.pick("perfect perfect perfect will can want present present present")
