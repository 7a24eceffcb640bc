"""How things are: the sentences of the tiny German-English corpus with `sein`, `haben` and their like.

Each pattern returns a whole sentence; `description` and `timetable` return a clause, for `dass` and `wann` to use too.
"""

import random
from dataclasses import replace

from de_en_actions import (
    BE,
    HAVE,
    SLOTS,
    asked,
    asking,
    clock,
    modified,
    often_enough,
    person,
    predicate,
    state,
    subject,
    thing,
)
from de_en_grammar import (
    BARE,
    NO,
    PRONOUNS,
    QUESTION,
    STOP,
    THE,
    A,
    Clause,
    Phrase,
    fixed,
    join,
    noun_phrase,
    prepositional,
    pronoun,
)
from de_en_lexicon import (
    ADJECTIVES,
    AGES,
    FUTURE_TIMES,
    GROUPS,
    HABIT_TIMES,
    NOUNS,
    OFTEN,
    OTHERS,
    PAST_TIMES,
    PLACES,
    PRICES,
    Noun,
    Verb,
)

COLOURS = ("rot", "blau", "schwarz")
OPPOSITES = (
    ("alt", "neu", "jung", "frisch"),
    ("groß", "klein"),
    ("teuer", "billig"),
    ("kalt", "warm"),
    ("gut",),
    ("schön",),
    ("interessant",),
    ("nett", "freundlich"),
    ("klug",),
    COLOURS,
)
"""Adjectives of which no thing has two."""


def description(rng: random.Random) -> Clause:
    """Das neue Fahrrad war sehr teuer. Meine Tante ist oft müde."""
    tense = rng.choice(("present", "past"))
    negated = often_enough(rng, 0.2)
    very = ("sehr",) if often_enough(rng, 0.3) else ()
    if often_enough(rng, 0.35):
        clause = state(subject(rng), rng.choice(("müde", "krank", "glücklich", "traurig", "hungrig", "durstig")), tense)
        if tense == "present" and not negated and often_enough(rng, 0.6):
            return replace(clause, often=fixed(rng.choice(OFTEN)))
        time = fixed(rng.choice([time for time in PAST_TIMES if "Woche" not in time]))
        return replace(clause, negated=negated, time=time if tense == "past" and often_enough(rng, 0.6) else None)
    noun = rng.choice([noun for noun in NOUNS.values() if GROUPS[noun.group].adjectives])
    kinds = [kind for kind in GROUPS[noun.group].determiners if kind in ("the", "own")] or ["the"]
    kinds += [kind for kind in kinds if kind == "own"]
    what = modified(rng, noun, "nominative", kinds, rng.choice(("I", "you")), adjectives=0.5)
    said = {word.text for word in what.english}
    excluded = {name for kin in OPPOSITES for name in kin if said & {ADJECTIVES[other][1] for other in kin}}
    adjectives = [name for name in GROUPS[noun.group].adjectives if name not in excluded]
    if not adjectives:
        return description(rng)
    adjective = rng.choice(adjectives)
    very = () if adjective in COLOURS else very
    return Clause(what, BE, tense, complement=predicate(*very, adjective), negated=negated)


def description_sentence(rng: random.Random) -> Phrase:
    """A description as a sentence of its own, or as a question."""
    clause = description(rng)
    if not clause.negated and often_enough(rng, 0.25):
        return join(asking(clause).say("first", question=True), QUESTION)
    return join(replace(clause, fronted=often_enough(rng, 0.3)).say(), STOP)


def generic(rng: random.Random) -> Phrase:
    """Ein neuer Mantel ist teuer. Frischer Fisch ist nicht billig."""
    noun = rng.choice([noun for noun in NOUNS.values() if {"gut", "teuer", "interessant"} & {*adjectives_of(noun)}])
    attribute = rng.choice(adjectives_of(noun))
    kin = next(kin for kin in OPPOSITES if attribute in kin)
    said_of = [name for name in ("gut", "teuer", "billig", "schön", "interessant") if name in adjectives_of(noun)]
    said_of = [name for name in said_of if name not in kin]
    if not said_of:
        return generic(rng)
    determiner = BARE if GROUPS[noun.group].mass else A
    what = noun_phrase(noun, "nominative", determiner, attribute)
    adjective = rng.choice(said_of)
    negated = adjective in ("teuer", "billig") and often_enough(rng, 0.3)
    clause = Clause(what, BE, "present", complement=predicate(adjective), negated=negated)
    return join(clause.say(), STOP)


def adjectives_of(noun: Noun) -> tuple[str, ...]:
    """The adjectives that the noun can have."""
    return GROUPS[noun.group].adjectives


def portrait(rng: random.Random) -> Phrase:
    """Mein Onkel ist ein netter Arzt. Deine Schwester war ein kluges Kind."""
    nouns = [noun for noun in SLOTS["person"] if noun.group in ("kin", "sibling", "friend") and noun.gender != "p"]
    someone = modified(rng, rng.choice(nouns), "nominative", ["own"], rng.choice(("I", "you", "we")), adjectives=0)
    if someone.who == "they" or often_enough(rng, 0.25):
        someone = pronoun(rng.choice(("he", "she")))
    tense = rng.choice(("present", "past"))
    if tense == "past":
        names = "Junge Kind" if someone.who == "he" else "Mädchen Kind"
    else:
        names = "Mann Student Arzt Polizist Busfahrer" if someone.who == "he" else "Frau Lehrerin"
    noun = NOUNS[rng.choice(names.split())]
    adjective = rng.choice([name for name in adjectives_of(noun) if name not in ("alt", "jung")])
    what = noun_phrase(noun, "nominative", A, adjective)
    return join(Clause(someone, BE, tense, complement=what).say(), STOP)


def where_it_is(rng: random.Random) -> Phrase:
    """Der Schlüssel ist unter der roten Tasche. Wo ist mein Regenschirm?"""
    names = "Schlüssel Hausschlüssel Autoschlüssel Buch Brief Zeitung Hut Geschenk Katze Bild Tasche Regenschirm"
    noun = NOUNS[rng.choice(names.split())]
    kinds = [kind for kind in GROUPS[noun.group].determiners if kind in ("the", "own")]
    what = modified(rng, noun, "nominative", kinds, rng.choice(("I", "you")))
    tense = rng.choice(("present", "present", "past"))
    if often_enough(rng, 0.12):
        return join(fixed("wo=where"), Clause(what, BE, tense).say("first", question=True), QUESTION)
    clause = Clause(what, BE, tense, complement=next_to_something(rng), negated=often_enough(rng, 0.2))
    if often_enough(rng, 0.2):
        return join(replace(clause, negated=False).say("first", question=True), QUESTION)
    return join(clause.say(), STOP)


def next_to_something(rng: random.Random) -> Phrase:
    """A place of things: auf dem Tisch, vor dem alten Haus."""
    german, english, names = rng.choice(
        (
            ("in", "in", "Tasche Auto Schultasche Küche Schlafzimmer Wohnzimmer"),
            ("auf", "on", "Tisch Küchentisch Stuhl"),
            ("unter", "under", "Tisch Küchentisch Stuhl Mantel"),
            ("neben", "next to", "Lampe Computer Tür Fahrrad Stuhl"),
            ("hinter", "behind", "Haus Auto Tür Computer"),
            ("vor", "in front of", "Haus Haustür Auto Fenster"),
        )
    )
    noun = NOUNS[rng.choice(names.split())]
    kinds = [kind for kind in GROUPS[noun.group].determiners if kind in ("the", "own")]
    return prepositional(german, english, modified(rng, noun, "dative", kinds, rng.choice(("I", "you", "we"))))


def there_is(rng: random.Random) -> Phrase:
    """Im Garten gibt es zwei Katzen. Es gibt kein Brot in der Küche."""
    name, names = rng.choice(
        (
            ("kitchen", "Tisch Stuhl Lampe Radio Brot Milch Apfel Tomate Kaffee"),
            ("garden", "Blume Stuhl Katze Hund Tisch"),
            ("park", "Blume Hund Kind Katze"),
            ("library", "Buch Computer Zeitung Student Tisch"),
            ("office", "Computer Stuhl Tisch Lampe Zeitung"),
            ("living room", "Bild Blume Computer Katze Lampe Radio Stuhl Tisch"),
        )
    )
    noun = NOUNS[rng.choice(names.split())]
    kinds = ["bare", "kein"] if GROUPS[noun.group].mass else ["a", "number", "number", "kein"]
    asking = often_enough(rng, 0.3)
    kinds = [kind for kind in kinds if not asking or kind != "kein"]
    what = modified(rng, noun, "accusative", kinds, "I", negative=NO, adjectives=0.2)
    there = Phrase(fixed("es=there").german, fixed("es=there").english, who="they" if what.who == "they" else "it")
    verb = replace(BE, present=("gibt",) * 4)
    where = fixed(PLACES[name])
    clause = Clause(there, verb, "present", (what,))
    if asking:
        return join(replace(clause, place=where).say("first", question=True), QUESTION)
    if often_enough(rng, 0.6):
        return join(replace(clause, time=where, fronted=True).say(), STOP)
    return join(replace(clause, complement=where).say(), STOP)


def age(rng: random.Random) -> Phrase:
    """Mein Bruder ist zwölf Jahre alt."""
    names = rng.choice(("Junge Mädchen Kind", "Bruder Schwester Katze Hund"))
    noun = NOUNS[rng.choice(names.split())]
    adjective = rng.choice((*GROUPS[noun.group].adjectives, "")) if noun.group == "child" else ""
    determiner = THE if noun.group == "child" else PRONOUNS[rng.choice(("I", "you", "we"))].possessive
    number = rng.choice(list(AGES))
    years = fixed(f"{number}={AGES[number]} | Jahre=years | alt=old")
    clause = Clause(noun_phrase(noun, "nominative", determiner, adjective), BE, "present", complement=years)
    if often_enough(rng, 0.3):
        return join(clause.say("first", question=True), QUESTION)
    if often_enough(rng, 0.4):
        return join(pronounced(rng, OTHERS["wissen"]), fixed(", dass=that"), clause.say("last"), STOP)
    return join(clause.say(), STOP)


def pronounced(rng: random.Random, verb: Verb) -> Phrase:
    """`ich weiß`, `wir wissen`, `sie weiß`."""
    return Clause(pronoun(rng.choice(("I", "we", "he", "she", "they"))), verb, "present").say()


def price(rng: random.Random) -> Phrase:
    """Das Fahrrad kostet 100 Euro. Die zwei Bücher kosten 20 Euro."""
    nouns = [noun for noun in SLOTS["buy"] if noun.group in ("thing", "device") and noun.german != "Auto"]
    what = modified(rng, rng.choice(nouns), "nominative", ["the"], "I")
    if often_enough(rng, 0.2):
        question = Clause(what, OTHERS["kosten"], "present").say("first", question=True)
        return join(fixed("wie viel=how much"), question, QUESTION)
    amount = rng.choice(PRICES)
    clause = Clause(what, OTHERS["kosten"], "present", complement=fixed(f"{amount}={amount} | Euro=euros"))
    return join(replace(clause, negated=often_enough(rng, 0.15)).say(), STOP)


def timetable(rng: random.Random, timed: bool = True) -> Clause:
    """Der Zug fährt morgen um 8 Uhr ab. Der Film hat gestern um neun Uhr angefangen."""
    if often_enough(rng, 0.35):
        what, verb = noun_phrase(NOUNS["Film"], "nominative", THE), OTHERS["anfangen"]
    else:
        what = noun_phrase(rng.choice(SLOTS["travel"]), "nominative", THE)
        verb = OTHERS[rng.choice(("abfahren", "ankommen") if what.german[-1].text != "Flugzeug" else ("ankommen",))]
    tense = rng.choice(("present", "present", "perfect"))
    if not timed:
        return Clause(what, verb, tense)
    time = fixed(rng.choice(PAST_TIMES if tense == "perfect" else (*FUTURE_TIMES, *HABIT_TIMES)))
    if any(item.text in ("Woche", "Morgen", "Abend", "Wochenende") for item in time.german):
        time = fixed(rng.choice(("gestern=yesterday",) if tense == "perfect" else ("morgen=tomorrow", "heute=today")))
    return Clause(what, verb, tense, place=clock(rng), time=time)


def timetable_sentence(rng: random.Random) -> Phrase:
    """A timetable as a statement or as a question."""
    clause = timetable(rng)
    if often_enough(rng, 0.25):
        return join(fixed("wann=when"), replace(clause, place=None).say("first", question=True), QUESTION)
    if often_enough(rng, 0.2):
        return join(clause.say("first", question=True), QUESTION)
    return join(replace(clause, fronted=often_enough(rng, 0.5)).say(), STOP)


def possession(rng: random.Random) -> Phrase:
    """Wir haben keine Zeit. Mein Bruder braucht einen neuen Mantel. Das rote Fahrrad gehört meiner Schwester."""
    someone = subject(rng)
    question = often_enough(rng, 0.25)
    if question:
        someone = asked(rng)
    kind = rng.choice(("have", "have", "need", "belong", "know"))
    if kind == "belong":
        nouns = [noun for noun in NOUNS.values() if noun.group in ("thing", "device", "key", "animal")]
        noun = rng.choice([noun for noun in nouns if "leid" not in noun.german])
        what = noun_phrase(noun, "nominative", THE, rng.choice(("", rng.choice(GROUPS[noun.group].adjectives))))
        whom = (
            person(rng, "dative")
            if often_enough(rng, 0.7)
            else pronoun(rng.choice(("I", "you", "he", "she", "we", "they")), "dative")
        )
        clause = Clause(what, OTHERS["gehören"], "present", (whom,), negated=not question and often_enough(rng, 0.2))
    elif kind == "know":
        clause = Clause(someone, OTHERS["kennen"], "present")
        negated = not question and often_enough(rng, 0.3)
        clause = replace(
            clause, negated=negated, objects=(person(rng, "accusative", "you" if someone.who in ("I", "we") else "I"),)
        )
    elif kind == "have":
        what = thing(rng, "have", someone.who, ("a",) if question else ("a", "kein"), negative=NO) or noun_phrase(
            NOUNS["Zeit"], "accusative", BARE
        )
        clause = Clause(someone, HAVE, rng.choice(("present", "past")), (what,))
    else:
        negated = not question and often_enough(rng, 0.25)
        what = thing(rng, "need", someone.who, ("kein",) if negated else ("a", "own"))
        clause = Clause(someone, OTHERS["brauchen"], "present", (what,), negated=negated)
        if not negated and often_enough(rng, 0.15):
            clause = replace(clause, time=fixed("heute=today"))
    if question:
        return join(clause.say("first", question=True), QUESTION)
    return join(clause.say(), STOP)
