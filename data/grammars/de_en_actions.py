"""Who does what, when and where: draws clauses for the tiny German-English corpus that make sense.

The tables of `de_en_lexicon` say what goes together: what can be eaten, who goes to work.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from de_en_grammar import (
    BARE,
    MODALS,
    NOT_A,
    PRONOUNS,
    THE,
    A,
    Clause,
    Determiner,
    Phrase,
    ago,
    fixed,
    join,
    noun_phrase,
    prepositional,
    pronoun,
)
from de_en_lexicon import (
    ADJECTIVES,
    DIRECTIONS,
    FUTURE_TIMES,
    GROUPS,
    HABIT_TIMES,
    HOURS,
    NOUNS,
    NUMBERS,
    OFTEN,
    OTHERS,
    PAST_TIMES,
    PLACES,
    VERBS,
    Noun,
    Verb,
)

SLOTS: dict[str, list[Noun]] = {}
"""The nouns that each verb takes; a noun named twice in the lexicon comes twice as often."""
for _noun in NOUNS.values():
    for _slot in _noun.slots:
        SLOTS.setdefault(_slot, []).append(_noun)

ENGLISH_VERBS: dict[str, list[Verb]] = {}
"""The verbs by their English, which is what the sentence patterns below call them."""
for _verb in VERBS:
    ENGLISH_VERBS.setdefault(_verb.english[0], []).append(_verb)

BE, HAVE = OTHERS["sein"], OTHERS["haben"]


def often_enough(rng: random.Random, share: float) -> bool:
    """True in this share of the draws."""
    return rng.random() < share


# --- Nouns and their modifiers --------------------------------------------------------------------------------------


def modified(
    rng: random.Random,
    noun: Noun,
    case: str,
    kinds: Sequence[str],
    owner: str,
    negative: Determiner = NOT_A,
    adjectives: float = 0.4,
) -> Phrase:
    """A noun with one of the determiners named, for `own` the possessive of `owner`, and now and then an adjective."""
    if not PRONOUNS[owner].possessive:
        kinds = [kind for kind in kinds if kind != "own"] or kinds
    if not noun.plural and not GROUPS[noun.group].mass:
        kinds = [kind for kind in kinds if kind not in ("number", "bare")]
    kind = rng.choice(kinds)
    number = rng.choice(list(NUMBERS))
    determiner = {
        "a": A,
        "the": THE,
        "own": PRONOUNS[owner].possessive or PRONOUNS["I"].possessive,
        "number": Determiner("strong", number, NUMBERS[number]),
        "bare": BARE,
        "kein": negative,
        "keine": negative,
    }[kind]
    group = GROUPS[noun.group]
    many = "number" in group.determiners or noun.group in ("friend", "close")
    adjectives = min(adjectives, 0.1) if determiner is negative else adjectives
    plural = kind == "number" or (kind in ("bare", "keine") and not group.mass)
    plural = plural or (kind in ("the", "own") and bool(noun.plural) and many and often_enough(rng, 0.25))
    adjective = rng.choice(group.adjectives) if group.adjectives and often_enough(rng, adjectives) else ""
    return noun_phrase(noun, case, determiner, adjective, plural)


def person(rng: random.Random, case: str, owner: str = "", new: bool = False, age: str = "any") -> Phrase:
    """Somebody, unknown so far where `new`; relatives belong to `owner` of this `age`, or else to me, to you, to us."""
    noun = rng.choice([n for n in SLOTS["person"] if age != "child" or n.german not in ("Chefin", "Kollege")])
    kinds = [kind for kind in GROUPS[noun.group].determiners if new or kind in ("own", "the")]
    kinds = [kind for kind in kinds if kind != "number" or often_enough(rng, 0.4)]
    return modified(rng, noun, case, kinds, owner or rng.choice(("I", "I", "I", "you", "we")))


def subject(rng: random.Random, pronouns: float = 0.35, neuter: bool = True, new: bool = False) -> Phrase:
    """Who does it; without neuters every subject has a pronoun that a second clause can take up."""
    if often_enough(rng, pronouns):
        return pronoun(rng.choice(("I", "I", "he", "she", "we", "they")))
    if often_enough(rng, 0.08):
        return pair_of_people(rng)
    while True:
        someone = person(rng, "nominative", new=new)
        if neuter or someone.who != "it":
            return someone


def pair_of_people(rng: random.Random) -> Phrase:
    """`mein Bruder und meine Schwester`, `meine Tante und ich`."""
    first = modified(
        rng, rng.choice([n for n in SLOTS["person"] if n.group in ("kin", "sibling")]), "nominative", ["own"], "I"
    )
    if often_enough(rng, 0.5):
        return replace(join(first, fixed("und=and | ich=I")), who="we")
    others = [
        noun for noun in SLOTS["person"] if noun.group == "sibling" or noun.german in ("Großmutter", "Onkel", "Tante")
    ]
    second = modified(rng, rng.choice(others), "nominative", ["own"], "I")
    return replace(join(first, fixed("und=and"), second), who="they")


def thing(
    rng: random.Random, slot: str, owner: str, kinds: tuple[str, ...], negative: Determiner = NOT_A
) -> Phrase | None:
    """An object for a verb, with one of these determiners; None where the noun drawn takes none of them."""
    noun = rng.choice(SLOTS[slot])
    possible = [kind for kind in GROUPS[noun.group].determiners if kind in kinds]
    if "keine" in kinds and "kein" in GROUPS[noun.group].determiners and (noun.plural or GROUPS[noun.group].mass):
        possible.append("keine")  # of all of them
    described = 0 if slot == "write" else 0.4  # nobody writes old letters
    return modified(rng, noun, "accusative", possible, owner, negative, described) if possible else None


def object_pronoun(rng: random.Random, case: str, actor: Phrase) -> Phrase:
    """`mich`, `dir`, `ihm`, never the actor; `sie` is left out, which could be her and them."""
    same = {"I": ("I", "we"), "we": ("I", "we")}.get(actor.who, (actor.who,))
    form = "dative" if case == "dative" else "accusative"
    return pronoun(rng.choice([who for who in PRONOUNS if who not in same and getattr(PRONOUNS[who], form)]), case)


# --- Actions --------------------------------------------------------------------------------------------------------


def tense_of(rng: random.Random, habits: bool = True) -> str:
    """A tense: most of all the perfect, the future and the modals, whose verbs stand in two places."""
    return rng.choice(["perfect"] * 4 + ["will"] * 2 + list(rng.choices(MODALS, k=3)) + ["present"] * 6 * habits)


def fits(verb: Verb, actor: Phrase, tense: str, negated: bool = False) -> bool:
    """Whether the actor can do this, or not do this, in this tense."""
    if "adult" in verb.flags and actor.age == "child":
        return False
    if verb.english[0] == "wear" and actor.who in ("we", "they"):
        return False  # not all of them in one coat
    if verb.english[0] == "wake_up" and tense in MODALS:
        return False
    if negated and (tense == "present" or verb.english[0] in ("get_up", "wake_up")):
        return "trait" in verb.flags
    if tense == "present":
        return "new" in verb.flags or "same" in verb.flags
    return tense == "perfect" or "happens" not in verb.flags


def action(
    rng: random.Random,
    actor: Phrase,
    tense: str,
    verbs: str = "",
    negated: bool = False,
    timed: bool = True,
    placed: bool = True,
) -> Clause:
    """Somebody does something, with one of `verbs` (named by their English) or with any verb."""
    while True:
        choices = [verb for name in verbs.split() for verb in ENGLISH_VERBS[name]] or VERBS
        verb = rng.choice([verb for verb in choices if fits(verb, actor, tense, negated)])
        clause = add_objects(rng, Clause(actor, verb, tense, negated=negated))
        if clause:
            break
    needed = "morning" in verb.flags or (tense == "present" and verb.english[0] in ("fall_asleep", "sleep"))
    if placed and verb.places and not negated and (needed or often_enough(rng, 0.4)):
        clause = replace(clause, place=place(rng, verb, actor))
    return add_time(rng, clause) if timed else clause


def add_objects(rng: random.Random, clause: Clause) -> Clause | None:
    """Fill the frame of the verb; None where no noun would do."""
    actor, verb = clause.subject, clause.verb
    choice = rng.choice(verb.choices) if verb.choices else ""
    if verb.frame == "object":
        found = thing(rng, choice, actor.who, determiners(clause))
        return replace(clause, objects=(found,)) if found else None
    if verb.frame == "activity":
        return replace(clause, complement=noun_phrase(rng.choice(SLOTS[choice]), "accusative", BARE))
    if verb.frame == "give":
        found = thing(rng, choice, actor.who, determiners(clause))
        return replace(clause, objects=(receiver(rng, "dative", clause), found)) if found else None
    if verb.frame in ("person", "dative"):
        return replace(clause, objects=(receiver(rng, "dative" if verb.frame == "dative" else "accusative", clause),))
    if verb.frame == "with":
        whom = person(rng, "dative", actor.who, is_new(clause), actor.age)
        return replace(clause, complement=prepositional("mit", "with", whom))
    if verb.frame == "for":
        whom = person(rng, "accusative", actor.who, is_new(clause), actor.age)
        if choice == "wait":
            whom = modified(rng, rng.choice(SLOTS["wait"]), "accusative", ["the"], actor.who)
        return replace(clause, complement=prepositional("auf", "for", whom))
    if verb.frame == "go":
        if choice == {"child": "work", "adult": "school"}.get(actor.age):
            return None
        return replace(clause, complement=fixed(DIRECTIONS[choice]))
    return clause


def receiver(rng: random.Random, case: str, clause: Clause) -> Phrase:
    """The person that an action is done to."""
    if "nobody" not in clause.verb.flags and often_enough(rng, 0.2):
        return object_pronoun(rng, case, clause.subject)
    return person(rng, case, clause.subject.who, is_new(clause), clause.subject.age)


def is_new(clause: Clause) -> bool:
    """Whether its object may be something that nobody has heard of before."""
    return clause.tense in ("perfect", "will", "want") and not clause.negated


def determiners(clause: Clause) -> tuple[str, ...]:
    """What the object may start with: habits repeat the same thing or take a new one, negations say `kein`."""
    flags = clause.verb.flags
    if "known" in flags:
        return ("the", "own")
    if clause.negated:
        if clause.tense == "present":
            return ("keine",) if "new" in flags else ("the", "own")
        return ("kein", "the", "own")
    if clause.tense == "present":
        return ("a", "bare") if "new" in flags else ("the", "own")
    own = ("own",) * (clause.verb.english[0] != "buy")
    return ("a", "the", "bare") + own + ("number",) * (clause.tense in ("perfect", "will"))


def place(rng: random.Random, verb: Verb, actor: Phrase) -> Phrase:
    """Where, at what time of the day, or with whom."""
    name = rng.choice(verb.places)
    if name == "clock":
        return clock(rng)
    if name == "with":
        return prepositional("mit", "with", person(rng, "dative", actor.who, age=actor.age))
    return fixed(PLACES[name])


def clock(rng: random.Random) -> Phrase:
    """`um 8 Uhr`, `um acht Uhr`: at 8, at eight."""
    hour = rng.choice(list(HOURS))
    if often_enough(rng, 0.5):
        digits = 6 + list(HOURS).index(hour)
        return fixed(f"um=at | {digits} Uhr={digits}")
    return fixed(f"um=at | {hour} Uhr={HOURS[hour]}")


def add_time(rng: random.Random, clause: Clause, share: float = 0.75) -> Clause:
    """A time that suits the tense and the verb; a habit always has one, a habit that is denied never."""
    verb = clause.verb
    if clause.tense == "present":
        if clause.negated:
            return clause
        if "happens" in verb.flags or "rare" in verb.flags or often_enough(rng, 0.5):
            return replace(clause, often=fixed(rng.choice(OFTEN)))
        return replace(clause, time=fixed(rng.choice(suitable(verb, HABIT_TIMES))))
    if not often_enough(rng, share):
        return clause
    if (
        clause.tense == "perfect"
        and not {"short", "morning"} & {*verb.flags}
        and not clause.negated
        and often_enough(rng, 0.12)
    ):
        return replace(clause, time=ago(*rng.choice(list(NUMBERS.items())), weeks=often_enough(rng, 0.4)))
    return replace(
        clause, time=fixed(rng.choice(suitable(verb, PAST_TIMES if clause.tense == "perfect" else FUTURE_TIMES)))
    )


def asking(clause: Clause) -> Clause:
    """The clause as one asks it: whether somebody often does it, rather than whether he always or rarely does."""
    extreme = clause.often and clause.often.german[0].text in ("nie", "selten", "immer")
    return replace(clause, often=fixed("oft=often")) if extreme else clause


def suitable(verb: Verb, times: tuple[str, ...]) -> list[str]:
    """The times of which this verb can be said: nobody has breakfast in the evening, or closes a door next week."""
    unfit = {"short": ("Woche", "=on "), "instant": ("morgen=",), "morning": ("Woche", "=on ", "Abend")}
    bad = [part for flag, parts in unfit.items() if flag in verb.flags for part in parts]
    return [time for time in times if not any(part in time for part in bad)]


def predicate(*adjectives: str) -> Phrase:
    """`predicate("müde")`, `predicate("sehr", "müde")`: tired, very tired."""
    *intensity, adjective = adjectives
    start = [fixed("sehr=very")] if intensity else []
    return join(*start, fixed(f"{adjective}={ADJECTIVES[adjective][1]}"))


def state(someone: Phrase, adjective: str, tense: str) -> Clause:
    """Somebody is, or was, this."""
    return Clause(someone, BE, tense, complement=predicate(adjective))


def again(someone: Phrase) -> Phrase:
    """The pronoun for somebody who was named before."""
    return pronoun(someone.who)


def asked(rng: random.Random) -> Phrase:
    """The subject of a question, as often as not `du`."""
    if often_enough(rng, 0.6):
        return pronoun("you")
    return person(rng, "nominative") if often_enough(rng, 0.6) else pronoun(rng.choice(("he", "she", "they")))


def question_tense(rng: random.Random) -> str:
    """A tense that one asks in."""
    return rng.choice(("perfect", "perfect", "perfect", "will", "can", "want", "present", "present", "present"))
