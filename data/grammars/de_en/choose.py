"""Who does what, when and where: draws clauses for the tiny German-English corpus that make sense.

The tables of the lexicon say what goes together: what can be eaten, who goes to work.
"""

from collections.abc import Sequence
from dataclasses import replace

from grammars.de_en import lexicon as lex
from grammars.de_en.grammar import Clause, ago, noun_phrase, predicate, prepositional, pronoun
from grammars.engine import NOTHING, Draw, Phrase, aligned, join

MODALS = ("can", "must", "should", "want", "would")

# --- Nouns and their modifiers --------------------------------------------------------------------------------------


def modified(
    draw: Draw,
    noun: lex.Noun,
    case: str,
    kinds: Sequence[str],
    owner: str,
    negative: str = "kein",
    adjectives: float = 0.4,
) -> Phrase:
    """A noun with one of the determiners named, for `own` the possessive of `owner`, and now and then an adjective."""
    group = noun.kind
    unfit = [] if owner in lex.DETERMINERS else ["own"]
    unfit += [] if noun.plural or group.mass else ["number", "bare"]
    kind = draw.pick([kind for kind in kinds if kind not in unfit] or kinds)
    number = draw.pick(lex.NUMBERS["number"])["german"]
    own = owner if owner in lex.DETERMINERS else "I"
    determiner = {"own": own, "number": number, "kein": negative, "keine": negative}.get(kind, kind)
    many = bool(noun.plural) and ("number" in group.determiners or noun.group in ("friend", "close"))
    plural = kind == "number" or (kind in ("bare", "keine") and not group.mass)
    plural = plural or (kind in ("the", "own") and many and draw.chance(0.25))
    described = bool(group.adjectives) and draw.chance(min(adjectives, 0.1) if determiner == negative else adjectives)
    return noun_phrase(noun, case, determiner, draw.pick(group.adjectives) if described else "", plural)


def known(noun: lex.Noun) -> list[str]:
    """The determiners of a thing that one has heard of: the, own."""
    return [kind for kind in noun.kind.determiners if kind in ("the", "own")]


def person(draw: Draw, case: str, owner: str = "", new: bool = False, age: str = "any") -> Phrase:
    """Somebody, unknown so far where `new`; relatives belong to `owner` of this `age`, or else to me, to you, to us."""
    noun = draw.pick([n for n in lex.OBJECTS["person"] if age != "child" or n.german not in ("Chefin", "Kollege")])
    kinds = noun.kind.determiners if new else known(noun)
    kinds = [kind for kind in kinds if kind != "number" or draw.chance(0.4)]
    return modified(draw, noun, case, kinds, owner or draw.pick("I I I you we"))


def subject(draw: Draw, pronouns: float = 0.35, neuter: bool = True, new: bool = False) -> Phrase:
    """Who does it; without neuters every subject has a pronoun that a second clause can take up."""
    if draw.chance(pronouns):
        return pronoun(draw.pick("I I he she we they"))
    if draw.chance(0.08):
        return pair_of_people(draw)
    while True:
        someone = person(draw, "nominative", new=new)
        if neuter or someone.who != "it":
            return someone


def pair_of_people(draw: Draw) -> Phrase:
    """`mein Bruder und meine Schwester`, `meine Tante und ich`."""
    relatives = [noun for noun in lex.OBJECTS["person"] if noun.group in ("kin", "sibling")]
    first = modified(draw, draw.pick(relatives), "nominative", ["own"], "I")
    if draw.chance(0.5):
        return replace(join(first, "und=and | ich=I"), who="we")
    others = [n for n in relatives if n.group == "sibling" or n.german in ("Großmutter", "Onkel", "Tante")]
    second = modified(draw, draw.pick(others), "nominative", ["own"], "I")
    return replace(join(first, "und=and", second), who="they")


def thing(draw: Draw, verb: str, owner: str, kinds: Sequence[str], negative: str = "kein") -> Phrase:
    """An object for a verb, with one of these determiners; nothing where the noun drawn takes none of them."""
    noun = draw.pick(lex.OBJECTS[verb])
    possible = [kind for kind in noun.kind.determiners if kind in kinds]
    if "keine" in kinds and "kein" in noun.kind.determiners and (noun.plural or noun.kind.mass):
        possible.append("keine")  # of all of them
    described = 0 if verb == "write" else 0.4  # nobody writes old letters
    return modified(draw, noun, "accusative", possible, owner, negative, described) if possible else NOTHING


def object_pronoun(draw: Draw, case: str, actor: Phrase) -> Phrase:
    """`mich`, `dir`, `ihm`, never the actor; `sie` is left out, which could be her and them."""
    actors = ("I", "we") if actor.who in ("I", "we") else (actor.who,)
    return pronoun(draw.pick([who for who in lex.PRONOUNS if who not in actors and lex.PRONOUNS[who][case]]), case)


# --- Actions --------------------------------------------------------------------------------------------------------


def tense_of(draw: Draw, habits: bool = True) -> str:
    """A tense: most of all the perfect, the future and the modals, whose verbs stand in two places."""
    modals = draw.choices(MODALS, k=3)
    return draw.pick(["perfect"] * 4 + ["will"] * 2 + modals + ["present"] * 6 * habits)


def fits(verb: lex.Verb, actor: Phrase, tense: str, negated: bool = False) -> bool:
    """Whether the actor can do this, or not do this, in this tense."""
    if "adult" in verb.flags and actor.age == "child":
        return False
    if verb.name == "wear" and actor.who in ("we", "they"):
        return False  # not all of them in one coat
    if verb.name == "wake_up" and tense in MODALS:
        return False
    if negated and (tense == "present" or verb.name in ("get_up", "wake_up")):
        return "trait" in verb.flags
    if tense == "present":
        return "new" in verb.flags or "same" in verb.flags
    return tense == "perfect" or "happens" not in verb.flags


def fitting(verbs: str, actor: Phrase, tense: str) -> list[str]:
    """Those of the verbs that the actor can do in this tense."""
    return [name for name in verbs.split() if fits(lex.ACTIONS[name], actor, tense)]


def action(
    draw: Draw,
    actor: Phrase,
    tense: str,
    verbs: str = "",
    negated: bool = False,
    timed: bool = True,
    placed: bool = True,
) -> Clause:
    """Somebody does something, with one of `verbs` (named by their English) or with any verb."""
    choices = [lex.ACTIONS[name] for name in verbs.split() or lex.ACTIONS]
    while True:
        verb = draw.pick([verb for verb in choices if fits(verb, actor, tense, negated)])
        if clause := add_objects(draw, Clause(actor, verb, tense, negated=negated)):
            break
    needed = "morning" in verb.flags or (tense == "present" and verb.name in ("fall_asleep", "sleep"))
    if placed and verb.places and not negated and (needed or draw.chance(0.4)):
        clause = replace(clause, place=place(draw, verb, actor))
    return add_time(draw, clause) if timed else clause


def add_objects(draw: Draw, clause: Clause) -> Clause | None:
    """Fill the frame of the verb; None where no noun would do."""
    actor, verb = clause.subject, clause.verb
    choice = draw.pick(verb.choices) if verb.choices else ""
    if verb.frame in ("object", "give"):
        found = thing(draw, choice, actor.who, determiners(clause))
        if not found:
            return None
        return replace(clause, objects=(receiver(draw, "dative", clause), found) if verb.frame == "give" else (found,))
    if verb.frame in ("accusative", "dative"):
        return replace(clause, objects=(receiver(draw, verb.frame, clause),))
    if verb.frame == "go" and choice == {"child": "work", "adult": "school"}.get(actor.age):
        return None
    return replace(clause, complement=complement(draw, clause, choice))


def complement(draw: Draw, clause: Clause, choice: str) -> Phrase:
    """What stands last in the clause: Fußball, mit meinem Bruder, auf den Zug, nach Berlin; or nothing."""
    actor, frame = clause.subject, clause.verb.frame
    if frame == "activity":
        return noun_phrase(draw.pick(lex.OBJECTS[choice]), "accusative", "bare")
    if frame == "go":
        return aligned(lex.DIRECTIONS[choice])
    if frame not in ("with", "for"):
        return NOTHING
    whom = person(draw, "dative" if frame == "with" else "accusative", actor.who, is_new(clause), actor.age)
    if choice == "wait":
        whom = modified(draw, draw.pick(lex.OBJECTS["wait"]), "accusative", ["the"], actor.who)
    return prepositional(*{"with": ("mit", "with"), "for": ("auf", "for")}[frame], whom)


def receiver(draw: Draw, case: str, clause: Clause) -> Phrase:
    """The person that an action is done to."""
    if "nobody" not in clause.verb.flags and draw.chance(0.2):
        return object_pronoun(draw, case, clause.subject)
    return person(draw, case, clause.subject.who, is_new(clause), clause.subject.age)


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


# --- Times and places -----------------------------------------------------------------------------------------------


def place(draw: Draw, verb: lex.Verb, actor: Phrase) -> Phrase:
    """Where, at what time of the day, or with whom."""
    name = draw.pick(verb.places)
    if name == "clock":
        return clock(draw)
    if name == "with":
        return prepositional("mit", "with", person(draw, "dative", actor.who, age=actor.age))
    return aligned(lex.PLACES[name])


def clock(draw: Draw) -> Phrase:
    """`um 8 Uhr`, `um acht Uhr`: at 8, at eight."""
    hour = draw.pick(lex.NUMBERS["hour"])
    if draw.chance(0.5):
        return aligned(f"um=at | {hour['digits']} Uhr={hour['digits']}")
    return aligned(f"um=at | {hour['german']} Uhr={hour['english']}")


def add_time(draw: Draw, clause: Clause, share: float = 0.75) -> Clause:
    """A time that suits the tense and the verb; a habit always has one, a habit that is denied never."""
    flags, tense = clause.verb.flags, clause.tense
    if tense == "present":
        if clause.negated:
            return clause
        if "happens" in flags or "rare" in flags or draw.chance(0.5):
            return replace(clause, often=aligned(draw.pick(lex.OFTEN)))
        return replace(clause, time=some_time(draw, "habit", clause.verb))
    if not draw.chance(share):
        return clause
    lasting = "short" not in flags and "morning" not in flags
    if tense == "perfect" and lasting and not clause.negated and draw.chance(0.12):
        return replace(clause, time=ago(draw.pick(lex.NUMBERS["number"]), weeks=draw.chance(0.4)))
    return replace(clause, time=some_time(draw, "past" if tense == "perfect" else "future", clause.verb))


UNFIT_TIMES = {"short": ("week", "weekday"), "instant": ("tomorrow",), "morning": ("week", "weekday", "evening")}
"""Nobody has breakfast in the evening, or closes a door next week."""


def some_time(draw: Draw, uses: str, verb: lex.Verb | None = None, unfit: Sequence[str] = ()) -> Phrase:
    """A past, future or habitual time that can be said of this verb, and is none of the `unfit`."""
    bad = {*unfit, *(part for flag in (verb.flags if verb else ()) for part in UNFIT_TIMES.get(flag, ()))}
    return aligned(
        draw.pick([time for use in uses.split() for time in lex.EXPRESSIONS[use] if time.name not in bad]).text
    )


# --- Longer sentences -----------------------------------------------------------------------------------------------


def asking(clause: Clause) -> Clause:
    """The clause as one asks it: whether somebody often does it, rather than whether he always or rarely does."""
    extreme = clause.often and clause.often.source[0].text in ("nie", "selten", "immer")
    return replace(clause, often=aligned("oft=often")) if extreme else clause


def state(someone: Phrase, adjective: str, tense: str) -> Clause:
    """Somebody is, or was, this."""
    return Clause(someone, lex.STATES["sein"], tense, complement=predicate(adjective))


def have(someone: Phrase, noun: str, time: Phrase = NOTHING) -> Clause:
    """Somebody has time, or money."""
    what = noun_phrase(lex.NOUNS[noun], "accusative", "bare")
    return Clause(someone, lex.STATES["haben"], "present", (what,), time=time)


def asked(draw: Draw) -> Phrase:
    """The subject of a question, as often as not `du`."""
    if draw.chance(0.6):
        return pronoun("you")
    return person(draw, "nominative") if draw.chance(0.6) else pronoun(draw.pick("he she they"))


def question_tense(draw: Draw) -> str:
    """A tense that one asks in."""
    return draw.pick("perfect perfect perfect will can want present present present")
