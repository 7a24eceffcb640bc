"""Write `data/tiny-de-en`, a small German-English corpus with gold word links.

    python data/generate_tiny_de_en.py [--out DIR]

A grammar draws a meaning, and says it in both languages. Each German sentence has one English rendering and, but for a
few pronouns, the other way round; what differs is the order of the words, and that is what attention has to learn:

- tenses: perfect = simple past, present = simple present (habits, states, timetables), `wird` = `will`;
- a time that opens the German sentence opens the English one, any other time stands last in English;
- `sie` is `she` or `they` by its verb, `ihr` is `her` or `their` by the subject; `du` is the only `you`;
- `kein` with `haben` and `es gibt` is `no`, elsewhere it is `not a`, `not any`.

The links follow the meaning, and as far as possible every word has one:

- article to article; a contraction (`im`) to both of its English words, a compound (`Hausschlüssel`) likewise;
- all parts of a verb to all parts of the other: `hat` and `gelesen` to `read`, `ruft` and `an` to `call`; the helpers
  `will`, `can` to the German helper alone, `to` to the infinitive behind it;
- `do` of questions and negations to the German finite verb; `nicht` to `not`, `kein` to `not` and to `a`;
- the commas around a German clause to the English conjunction that opens it; `Uhr` to the number of the hour;
- the final mark to the final mark.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from de_en_grammar import (
    BARE,
    MODALS,
    NO,
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
    purpose,
)
from de_en_lexicon import (
    ADJECTIVES,
    AGES,
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
    PRICES,
    VERBS,
    Noun,
    Verb,
)
from grammar import Pair, write_corpus

SLOTS: dict[str, list[Noun]] = {}
"""The nouns that each verb takes; a noun named twice in the lexicon comes twice as often."""
for _noun in NOUNS.values():
    for _slot in _noun.slots:
        SLOTS.setdefault(_slot, []).append(_noun)

ENGLISH_VERBS: dict[str, list[Verb]] = {}
"""The verbs by their English, which is what the sentence patterns below call them."""
for _verb in VERBS:
    ENGLISH_VERBS.setdefault(_verb.english[0], []).append(_verb)

STOP, QUESTION, COMMA = fixed(".=."), fixed("?=?"), fixed(",=,")
BE, HAVE = OTHERS["sein"], OTHERS["haben"]


def often_enough(rng: random.Random, share: float) -> bool:
    """True in this share of the draws."""
    return rng.random() < share


# --- Nouns and their modifiers --------------------------------------------------------------------------------------


def modified(
    rng: random.Random, noun: Noun, case: str, kinds: list[str], owner: str, negative: Determiner = NOT_A
) -> Phrase:
    """A noun with one of the determiners named, for `own` the possessive of `owner`, and now and then an adjective."""
    countless = [kind for kind in kinds if noun.plural or kind != "number" and (kind != "bare" or GROUPS[noun.group].mass)]
    kind = rng.choice(countless)
    number = rng.choice(list(NUMBERS))
    determiner = {
        "a": A,
        "the": THE,
        "own": PRONOUNS[owner].possessive or PRONOUNS["I"].possessive,
        "number": Determiner("strong", number, NUMBERS[number]),
        "bare": BARE,
        "kein": negative,
    }[kind]
    group = GROUPS[noun.group]
    many = "number" in group.determiners or noun.group in ("friend", "close")
    plural = kind == "number" or (kind == "bare" and not group.mass)
    plural = plural or (kind in ("the", "own") and bool(noun.plural) and many and often_enough(rng, 0.25))
    adjective = rng.choice(group.adjectives) if group.adjectives and often_enough(rng, 0.35) else ""
    return noun_phrase(noun, case, determiner, adjective, plural)


def person(rng: random.Random, case: str, owner: str = "", new: bool = False) -> Phrase:
    """Somebody, unknown so far where `new`; relatives belong to `owner`, or else to me, to you, to us."""
    noun = rng.choice(SLOTS["person"])
    kinds = [kind for kind in GROUPS[noun.group].determiners if new or kind in ("own", "the")]
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
    return modified(rng, noun, "accusative", possible, owner, negative) if possible else None


def object_pronoun(rng: random.Random, case: str, actor: Phrase) -> Phrase:
    """`mich`, `dir`, `ihm`, never the actor; `sie` is left out, which could be her and them."""
    same = {"I": ("I", "we"), "we": ("I", "we")}.get(actor.who, (actor.who,))
    form = "dative" if case == "dative" else "accusative"
    return pronoun(rng.choice([who for who in PRONOUNS if who not in same and getattr(PRONOUNS[who], form)]), case)


# --- Actions --------------------------------------------------------------------------------------------------------


def tense_of(rng: random.Random, habits: bool = True) -> str:
    """A tense: most of all the perfect, the future and the modals, whose verbs stand in two places."""
    return rng.choice(["perfect"] * 4 + ["will"] * 2 + list(rng.choices(MODALS, k=3)) + ["present"] * 3 * habits)


def fits(verb: Verb, actor: Phrase, tense: str, negated: bool = False) -> bool:
    """Whether the actor can do this, or not do this, in this tense."""
    if "adult" in verb.flags and actor.age == "child":
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
    needed = tense == "present" and verb.english[0] in ("get_up", "wake_up", "fall_asleep", "sleep")
    if verb.places and not negated and (needed or placed and often_enough(rng, 0.4)):
        clause = replace(clause, place=place(rng, verb, actor))
    return add_time(rng, clause) if timed else clause


def add_objects(rng: random.Random, clause: Clause) -> Clause | None:
    """Fill the frame of the verb; None where no noun would do."""
    actor, verb = clause.subject, clause.verb
    choice = rng.choice(verb.choices) if verb.choices else ""
    if verb.frame == "object":
        found = thing(rng, choice, actor.who, determiners(clause))
        return replace(clause, objects=(found,)) if found else None
    if verb.frame == "give":
        found = thing(rng, choice, actor.who, determiners(clause))
        return replace(clause, objects=(receiver(rng, "dative", clause), found)) if found else None
    if verb.frame in ("person", "dative"):
        return replace(clause, objects=(receiver(rng, "dative" if verb.frame == "dative" else "accusative", clause),))
    if verb.frame == "with":
        return replace(clause, complement=prepositional("mit", "with", person(rng, "dative", actor.who, is_new(clause))))
    if verb.frame == "for":
        whom = thing(rng, "wait", actor.who, ("the",)) if choice == "wait" else person(rng, "accusative", actor.who, is_new(clause))
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
    return person(rng, case, clause.subject.who, is_new(clause))


def is_new(clause: Clause) -> bool:
    """Whether its object may be something that nobody has heard of before."""
    return clause.tense in ("perfect", "will", "want") and not clause.negated


def determiners(clause: Clause) -> tuple[str, ...]:
    """What the object may start with: habits repeat the same thing or take a new one, negations say `kein`."""
    flags = clause.verb.flags
    if clause.negated:
        if clause.tense == "present":
            return ("kein",) if "new" in flags else ("the", "own")
        return ("kein", "the", "own")
    if clause.tense == "present":
        return ("a", "bare") if "new" in flags else ("the", "own")
    return ("a", "the", "own", "number", "bare")


def place(rng: random.Random, verb: Verb, actor: Phrase) -> Phrase:
    """Where, at what time of the day, or with whom."""
    name = rng.choice(verb.places)
    if name == "clock":
        return clock(rng)
    if name == "with":
        return prepositional("mit", "with", person(rng, "dative", actor.who))
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
        if "happens" in verb.flags or often_enough(rng, 0.5):
            return replace(clause, often=fixed(rng.choice(OFTEN)))
        return replace(clause, time=fixed(rng.choice(suitable(verb, HABIT_TIMES))))
    if not often_enough(rng, share):
        return clause
    if clause.tense == "perfect" and "short" not in verb.flags and often_enough(rng, 0.12):
        return replace(clause, time=ago(*rng.choice(list(NUMBERS.items())), weeks=often_enough(rng, 0.4)))
    return replace(clause, time=fixed(rng.choice(suitable(verb, PAST_TIMES if clause.tense == "perfect" else FUTURE_TIMES))))


def suitable(verb: Verb, times: tuple[str, ...]) -> list[str]:
    """The times of which this verb can be said: nobody has breakfast in the evening, or closes a door next week."""
    unfit = ("Woche",) * ("short" in verb.flags) + ("Abend",) * ("morning" in verb.flags)
    return [time for time in times if not any(word in time for word in unfit)]


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


# --- Sentence patterns: each returns a whole sentence ---------------------------------------------------------------


def statement(rng: random.Random) -> Phrase:
    """Ich habe gestern das Buch gelesen. Morgen wird mein Bruder ein rotes Fahrrad kaufen."""
    tense = tense_of(rng)
    negated = tense not in ("must", "would") and often_enough(rng, 0.18)
    clause = action(rng, subject(rng, new=tense == "perfect"), tense, negated=negated)
    return join(replace(clause, fronted=often_enough(rng, 0.35)).say(), STOP)


def asked(rng: random.Random) -> Phrase:
    """The subject of a question, as often as not `du`."""
    if often_enough(rng, 0.45):
        return pronoun("you")
    return subject(rng, 0) if often_enough(rng, 0.6) else pronoun(rng.choice(("he", "she", "they")))


def question_tense(rng: random.Random) -> str:
    """A tense that one asks in."""
    return rng.choice(("perfect", "perfect", "perfect", "will", "can", "want"))


def yes_no_question(rng: random.Random) -> Phrase:
    """Hast du gestern das Buch gelesen?"""
    tense = rng.choice((question_tense(rng), question_tense(rng), "present", "would"))
    return join(action(rng, asked(rng), tense).say("first", question=True), QUESTION)


def wh_clause(rng: random.Random, actor: Phrase, tense: str) -> tuple[Phrase, Clause]:
    """A question word, and the clause that it asks about."""
    kind = rng.choice(("when", "where", "why", "what", "whom", "many"))
    if kind == "when":
        return fixed("wann=when"), action(rng, actor, tense, timed=False)
    if kind == "where":
        verbs = "eat buy lose find meet sleep work dance have_breakfast go_shopping read play"
        verbs = verbs.replace("lose find", "") if tense != "perfect" else verbs
        return fixed("wo=where"), action(rng, actor, tense, verbs, placed=False)
    if kind == "why":
        return fixed("warum=why"), action(rng, actor, tense)
    if kind == "many":
        slot, infinitive = rng.choice((("read", "read"), ("write", "write"), ("buy", "buy"), ("eat", "eat")))
        nouns = [noun for noun in SLOTS[slot] if "number" in GROUPS[noun.group].determiners]
        counted = noun_phrase(rng.choice(nouns), "accusative", BARE, plural=True)
        verb = ENGLISH_VERBS[infinitive][0]
        return join(fixed("wie=how | viele=many"), counted), add_time(rng, Clause(actor, verb, tense))
    names = "eat buy drink cook read write look_for bring" if kind == "what" else "call visit meet invite ask"
    verb = ENGLISH_VERBS[rng.choice([name for name in names.split() if fits(ENGLISH_VERBS[name][0], actor, tense)])][0]
    return fixed("was=what" if kind == "what" else "wen=whom"), add_time(rng, Clause(actor, verb, tense))


def wh_question(rng: random.Random) -> Phrase:
    """Was hat dein Bruder gestern gekauft? Wer hat das Auto repariert?"""
    if often_enough(rng, 0.2):
        who = replace(fixed("wer=who"), who="it")
        return join(action(rng, who, question_tense(rng)).say(), QUESTION)
    opening, clause = wh_clause(rng, asked(rng), question_tense(rng))
    return join(opening, clause.say("first", question=True), QUESTION)


def indirect_question(rng: random.Random) -> Phrase:
    """Weißt du, wann der Zug abfährt? Ich weiß nicht, ob meine Schwester morgen kommen wird."""
    tense = question_tense(rng)
    actor = subject(rng)
    if often_enough(rng, 0.4):
        opening, clause = fixed("ob=whether"), action(rng, actor, tense)
    elif often_enough(rng, 0.25):
        opening, clause = fixed("wann=when"), timetable(rng, timed=False)
    else:
        opening, clause = wh_clause(rng, actor, tense)
    inner = join(opening, clause.say("last"))
    inner = after_comma(inner)
    if often_enough(rng, 0.3):
        return join(Clause(pronoun("you"), OTHERS["wissen"], "present").say("first", question=True), inner, QUESTION)
    knower = pronoun(rng.choice(("I", "I", "we"))) if often_enough(rng, 0.7) else person(rng, "nominative")
    return join(Clause(knower, OTHERS["wissen"], "present", negated=True).say(), inner, STOP)


def after_comma(phrase: Phrase) -> Phrase:
    """The phrase behind a German comma, which has the links of the phrase's first word."""
    comma = replace(phrase.german[0], text=",")
    return replace(phrase, german=(comma, *phrase.german))


def that_clause(rng: random.Random) -> Phrase:
    """Ich glaube, dass die Lehrerin heute das Buch lesen wird."""
    verb = OTHERS[rng.choice(("glauben", "glauben", "wissen", "sagen", "hoffen"))]
    tense = rng.choice(
        ("perfect", "perfect", "perfect", "will", "will") if verb.infinitive == "hoffen" else (tense_of(rng),)
    )
    negated = verb.infinitive != "hoffen" and tense not in ("must", "would") and often_enough(rng, 0.12)
    inner = action(rng, subject(rng), tense, negated=negated)
    if often_enough(rng, 0.15):
        inner = description(rng)
    conjunction = fixed(", dass=that")
    if verb.infinitive in ("glauben", "wissen") and often_enough(rng, 0.25):
        outer = Clause(pronoun("you"), verb, "present").say("first", question=True)
        return join(outer, conjunction, inner.say("last"), QUESTION)
    thinker = pronoun(rng.choice(("I", "I", "I", "we", "he", "she", "they")))
    if often_enough(rng, 0.35):
        thinker = person(rng, "nominative")
    doubt = verb.infinitive == "glauben" and often_enough(rng, 0.2)
    return join(Clause(thinker, verb, "present", negated=doubt).say(), conjunction, inner.say("last"), STOP)


def because(rng: random.Random) -> Phrase:
    """Mein Bruder kann heute nicht arbeiten, weil er krank ist."""
    someone = subject(rng, neuter=False)
    kind = rng.choice(("ill", "feeling", "feeling", "appetite"))
    if kind == "ill":
        tense = rng.choice(("perfect", "can", "will"))
        verbs = "swim dance play go go_shopping come sing"
        main = action(rng, someone, tense, verbs + (" work" if someone.age != "child" else ""), negated=True)
        cause = state(again(someone), rng.choice(("müde", "krank")), "past" if tense == "perfect" else "present")
    elif kind == "appetite":
        tense = rng.choice(("perfect", "want", "would", "will"))
        verb, adjective = rng.choice((("eat", "hungrig"), ("drink", "durstig")))
        main = action(rng, someone, tense, verb)
        cause = state(again(someone), adjective, "past" if tense == "perfect" else "present")
    else:
        main, cause = feeling(rng, someone)
    return join(main.say(), fixed(", weil=because"), cause.say("last"), STOP)


def feeling(rng: random.Random, someone: Phrase) -> tuple[Clause, Clause]:
    """How somebody feels, and what has happened that they do."""
    mood = rng.choice(("glücklich", "glücklich", "traurig", "müde"))
    case = "accusative" if PRONOUNS[someone.who].accusative else "dative"
    if mood == "glücklich" and often_enough(rng, 0.6):
        names = "call visit invite" if case == "accusative" else "help answer"
        verb = ENGLISH_VERBS[rng.choice(names.split())][0]
        cause = Clause(person(rng, "nominative"), verb, "perfect", (pronoun(someone.who, case),))
        cause = add_time(rng, cause, 0.5)
    else:
        verbs = {"glücklich": "buy find", "traurig": "lose forget", "müde": "work clean tidy dance swim repair"}[mood]
        if someone.age == "child":
            verbs = {"glücklich": "find", "traurig": "lose forget", "müde": "clean tidy dance swim"}[mood]
        cause = action(rng, again(someone), "perfect", verbs, placed=False)
    return state(someone, mood, rng.choice(("present", "past"))), cause


def bargain(rng: random.Random) -> Phrase:
    """Sie hat den Mantel gekauft, obwohl er teuer war. Wir werden das Auto verkaufen, weil es alt ist."""
    someone = subject(rng, neuter=False)
    while someone.age == "child":
        someone = subject(rng, neuter=False)
    noun = rng.choice([n for n in SLOTS["buy"] if n.group in ("thing", "device", "building")])
    tense = rng.choice(("perfect", "will", "want"))
    verb, conjunction, adjectives, negated = rng.choice(
        (
            ("buy", ", weil=because", "billig schön neu", False),
            ("buy", ", obwohl=although", "teuer alt", False),
            ("buy", ", weil=because", "teuer alt", True),
            ("sell", ", weil=because", "alt groß", False),
            ("sell", ", obwohl=although", "neu schön", False),
        )
    )
    main = Clause(someone, ENGLISH_VERBS[verb][0], tense, (noun_phrase(noun, "accusative", THE),), negated=negated)
    german = {"m": "er", "f": "sie", "n": "es"}[noun.gender]
    it = fixed(f"{german}=it")
    adjective = rng.choice(adjectives.split())
    reason = Clause(it, BE, "past" if tense == "perfect" else "present", complement=predicate(adjective))
    return join(add_time(rng, main).say(), fixed(conjunction), reason.say("last"), STOP)


def although(rng: random.Random) -> Phrase:
    """Meine Mutter hat gestern gearbeitet, obwohl sie krank war."""
    someone = subject(rng, neuter=False)
    tense = rng.choice(("perfect", "perfect", "will", "want", "must"))
    verbs = "dance swim clean tidy play go sing" + (" work repair cook go_shopping" if someone.age != "child" else "")
    adjective = rng.choice(("müde", "krank"))
    reason = state(again(someone), adjective, "past" if tense == "perfect" else "present")
    return join(action(rng, someone, tense, verbs).say(), fixed(", obwohl=although"), reason.say("last"), STOP)


def if_clause(rng: random.Random) -> Phrase:
    """Wenn es morgen regnet, werden wir zu Hause bleiben. Ich werde dir helfen, wenn ich Zeit habe."""
    someone = subject(rng, neuter=False)
    kind = rng.choice(("weather", "time", "time", "body"))
    first = often_enough(rng, 0.6)
    doer, other = (again(someone), someone) if first else (someone, again(someone))
    if kind == "weather":
        weather = Clause(fixed("es=it"), OTHERS[rng.choice(("regnen", "schneien"))], "present")
        time = fixed(rng.choice([item for item in FUTURE_TIMES if "Woche" not in item]))
        condition = replace(weather, time=time if often_enough(rng, 0.8) else None)
        negated = often_enough(rng, 0.4)
        verbs = "swim go" if negated else "read tidy watch_television clean eat"
        result = action(rng, someone, "will", verbs, negated=negated, timed=False, placed=False)
        if not negated and often_enough(rng, 0.5):
            result = Clause(someone, OTHERS["bleiben"], "will", complement=fixed(PLACES["home"]))
    elif kind == "time":
        money = someone.age != "child" and often_enough(rng, 0.3)
        what = noun_phrase(NOUNS["Geld" if money else "Zeit"], "accusative", BARE)
        time = fixed(rng.choice(FUTURE_TIMES)) if often_enough(rng, 0.6) and not money else None
        condition = Clause(other, HAVE, "present", (what,), time=time)
        verbs = "buy travel fly" if money else "visit help call read write cook meet clean tidy"
        result = action(rng, doer, rng.choice(("will", "will", "want")), verbs, timed=False, placed=False)
    else:
        adjective, verbs = rng.choice((("müde", "sleep"), ("hungrig", "eat cook"), ("durstig", "drink"), ("krank", "")))
        condition = state(other, adjective, "present")
        result = (
            action(rng, doer, rng.choice(("will", "must", "should")), verbs, timed=False, placed=False)
            if verbs
            else None
        )
        result = result or Clause(
            doer, OTHERS["bleiben"], rng.choice(("will", "must")), complement=fixed(PLACES["home"])
        )
    if first:
        return join(fixed("wenn=if"), condition.say("last"), COMMA, result.say("first"), STOP)
    return join(result.say(), fixed(", wenn=if"), condition.say("last"), STOP)


def when_clause(rng: random.Random) -> Phrase:
    """Als der Zug angekommen ist, hat meine Tante mich angerufen."""
    if often_enough(rng, 0.4):
        someone = subject(rng, neuter=False)
        event = coming_home(someone)
        actor = again(someone)
    else:
        event = arrival(rng)
        actor = subject(rng)
    if often_enough(rng, 0.35):
        mood = rng.choice(("müde", "hungrig", "durstig", "glücklich", "traurig", "krank"))
        result = state(actor, mood, "past")
    else:
        verbs = "call open close turn_on turn_off eat drink have_breakfast ask thank show"
        result = action(rng, actor, "perfect", verbs, timed=False, placed=False)
    return join(fixed("als=when"), event.say("last"), COMMA, result.say("first"), STOP)


def coming_home(someone: Phrase) -> Clause:
    """Somebody has come home."""
    return Clause(someone, ENGLISH_VERBS["come"][0], "perfect", complement=fixed(DIRECTIONS["home"]))


def arrival(rng: random.Random) -> Clause:
    """The train, or somebody at the station, has arrived."""
    if often_enough(rng, 0.5):
        vehicle = noun_phrase(rng.choice(SLOTS["travel"]), "nominative", THE)
        return Clause(vehicle, OTHERS["ankommen"], "perfect")
    return Clause(person(rng, "nominative"), OTHERS["ankommen"], "perfect", place=fixed(PLACES["station"]))


def before(rng: random.Random) -> Phrase:
    """Mein Vater trinkt jeden Morgen Kaffee, bevor er zur Arbeit geht."""
    someone = subject(rng, neuter=False)
    tense = rng.choice(("present", "present", "perfect", "will", "must"))
    verbs = "drink eat have_breakfast call clean tidy read look_for lock"
    main = action(rng, someone, tense, verbs, placed=False)
    choices = ["party", "cinema", "city", "school" if someone.age == "child" else "work"]
    later = Clause(again(someone), ENGLISH_VERBS["go"][0], "perfect" if tense == "perfect" else "present")
    later = replace(later, complement=fixed(DIRECTIONS[rng.choice(choices)]))
    return join(main.say(), fixed(", bevor=before"), later.say("last"), STOP)


def purpose_clause(rng: random.Random) -> Phrase:
    """Sie ist gestern in die Stadt gefahren, um einen Mantel zu kaufen."""
    someone = subject(rng)
    direction, verbs = rng.choice(
        (
            ("city", "buy eat go_shopping meet"),
            ("park", "play read dance"),
            ("home", "sleep cook watch_television tidy"),
        )
        + (("library", "read learn write"), ("garden", "read sleep sing repair"))
        + (("station", "pick_up meet"), ("italy", "visit learn swim"), ("spain", "visit learn meet"))
    )
    move = {"italy": "travel", "spain": "fly", "city": "drive", "garden": "run"}.get(direction, "go")
    able = [name for name in verbs.split() if fits(ENGLISH_VERBS[name][0], someone, "will")]
    if not fits(ENGLISH_VERBS[move][0], someone, "will"):
        return purpose_clause(rng)
    main = Clause(someone, ENGLISH_VERBS[move][0], tense_of(rng, habits=False), complement=fixed(DIRECTIONS[direction]))
    aim = action(rng, someone, "will", " ".join(able), timed=False, placed=False)
    return join(add_time(rng, main).say(), purpose(aim), STOP)


def relative_clause(rng: random.Random) -> Phrase:
    """Der Mann, der gestern das Auto gekauft hat, ist mein Nachbar. Kennst du die Frau, die oft im Garten singt?"""
    noun = rng.choice([noun for noun in SLOTS["person"] if GROUPS[noun.group].determiners[0] == "the"])
    plural = often_enough(rng, 0.25)
    gender = "p" if plural else noun.gender
    pronouns = {"m": "der", "f": "die", "n": "das", "p": "die"}
    someone = noun_phrase(noun, "nominative", THE, plural=plural)
    who = replace(fixed(f"{pronouns[gender]}=who"), who=someone.who, age=someone.age)
    inner = action(rng, who, tense_of(rng)).say("last")
    if often_enough(rng, 0.5):
        whom = noun_phrase(noun, "accusative", THE, plural=plural)
        speaker = pronoun("you") if often_enough(rng, 0.35) else subject(rng, 0.6)
        main = Clause(speaker, OTHERS["kennen"], "present", (whom,))
        if speaker.who == "you":
            return join(main.say("first", question=True), after_comma(inner), QUESTION)
        return join(replace(main, negated=often_enough(rng, 0.3)).say(), after_comma(inner), STOP)
    relative = after_comma(inner)
    relative = replace(relative, german=(*relative.german, relative.german[0]))
    known = replace(join(someone, relative), who=someone.who)
    return join(Clause(known, BE, "present", complement=identity(rng, gender)).say(), STOP)


def identity(rng: random.Random, gender: str) -> Phrase:
    """What one may be to somebody: mein Nachbar, meine Lehrerin; or how one is."""
    names = {
        "m": "Freund Nachbar Kollege Bruder Onkel",
        "f": "Lehrerin Chefin Schwester Tante",
        "p": "Freund Nachbar Kollege",
    }
    if gender == "n" or often_enough(rng, 0.4):
        return predicate(
            rng.choice(
                ("alt", "jung", "nett", "freundlich", "klug") if gender != "n" else ("nett", "klug", "freundlich")
            )
        )
    noun = NOUNS[rng.choice(names[gender].split())]
    owner = PRONOUNS[rng.choice(("I", "I", "we", "you"))].possessive
    return noun_phrase(noun, "nominative", owner, plural=gender == "p")


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
    what = modified(rng, noun, "nominative", kinds, rng.choice(("I", "I", "you", "we")))
    used = {word.text for word in what.english}
    adjectives = [name for name in GROUPS[noun.group].adjectives if ADJECTIVES[name][1] not in used]
    return Clause(what, BE, tense, complement=predicate(*very, rng.choice(adjectives)), negated=negated)


def description_sentence(rng: random.Random) -> Phrase:
    """A description as a sentence of its own, or as a question."""
    clause = description(rng)
    if not clause.negated and often_enough(rng, 0.25):
        return join(clause.say("first", question=True), QUESTION)
    return join(replace(clause, fronted=often_enough(rng, 0.3)).say(), STOP)


def where_it_is(rng: random.Random) -> Phrase:
    """Der Schlüssel ist unter der roten Tasche. Wo ist mein Regenschirm?"""
    small = [
        NOUNS[name]
        for name in "Schlüssel Hausschlüssel Autoschlüssel Buch Brief Zeitung Hut Geschenk Katze Bild".split()
    ]
    noun = rng.choice([*small, NOUNS["Tasche"], NOUNS["Regenschirm"]])
    kinds = [kind for kind in GROUPS[noun.group].determiners if kind in ("the", "own")]
    what = modified(rng, noun, "nominative", kinds, rng.choice(("I", "you", "we")))
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
            ("kitchen", "Tisch Stuhl Lampe Radio Brot Milch Apfel Tomate Kaffee Suppe"),
            ("garden", "Blume Stuhl Katze Hund Tisch"),
            ("park", "Blume Hund Kind Katze"),
            ("library", "Buch Computer Zeitung Student Tisch"),
            ("office", "Computer Stuhl Tisch Lampe Zeitung"),
            ("city", "Auto Fahrrad Bus Polizist Restaurant Haus"),
        )
    )
    noun = NOUNS.get(rng.choice(names.split()))
    if not noun or not noun.plural and not GROUPS[noun.group].mass:
        return there_is(rng)
    kinds = ["bare", "kein"] if GROUPS[noun.group].mass else ["a", "number", "number", "kein"]
    what = modified(rng, noun, "accusative", kinds, "I", negative=NO)
    there = Phrase(fixed("es=there").german, fixed("es=there").english, who="they" if what.who == "they" else "it")
    verb = replace(BE, present=("gibt",) * 4)
    where = fixed(PLACES[name])
    clause = Clause(there, verb, "present", (what,))
    if often_enough(rng, 0.3):
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
    nouns = [noun for noun in SLOTS["buy"] if noun.group in ("thing", "device", "text", "fruit", "dish", "gift")]
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
        noun = rng.choice([noun for noun in NOUNS.values() if noun.group in ("thing", "device", "key", "animal")])
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
        clause = replace(clause, negated=negated, objects=(person(rng, "accusative", someone.who),))
    elif kind == "have":
        what = thing(rng, "have", someone.who, ("a", "kein"), negative=NO) or noun_phrase(
            NOUNS["Zeit"], "accusative", NO
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


def two_clauses(rng: random.Random) -> Phrase:
    """Mein Vater kocht oft Suppe, aber meine Mutter isst immer Brot. Ich habe gelesen und er hat geschlafen."""
    tense = rng.choice(("perfect", "perfect", "present", "will", "want"))
    first, second = subject(rng, 0.5), subject(rng, 0.5)
    while second.who == first.who:
        second = subject(rng, 0.5)
    timed = tense == "present"
    one = action(rng, first, tense, timed=timed, placed=False)
    if often_enough(rng, 0.5):
        other = action(rng, second, tense, timed=timed, placed=False)
        return join(one.say(), fixed("und=and"), other.say(), STOP)
    negated = often_enough(rng, 0.4)
    other = action(rng, second, tense, timed=timed, placed=False, negated=negated)
    return join(one.say(), fixed(",=, | aber=but"), other.say(), STOP)


def two_objects(rng: random.Random) -> Phrase:
    """Meine Schwester hat gestern einen Apfel und zwei Eier gekauft."""
    while True:
        verb = rng.choice(
            [*ENGLISH_VERBS["buy"], *ENGLISH_VERBS["eat"], *ENGLISH_VERBS["drink"], *ENGLISH_VERBS["bring"]]
        )
        actor = subject(rng)
        tense = tense_of(rng, habits=False)
        slot = verb.choices[0]
        found = [thing(rng, slot, actor.who, ("a", "number", "bare")) for _ in range(2)]
        if fits(verb, actor, tense) and all(found):
            break
    both = join(found[0], fixed("und=and"), found[1])
    clause = add_time(rng, Clause(actor, verb, tense, (both,)))
    return join(replace(clause, fronted=often_enough(rng, 0.35)).say(), STOP)


PATTERNS: dict[Callable[[random.Random], Phrase], int] = {
    statement: 30,
    yes_no_question: 8,
    wh_question: 7,
    indirect_question: 5,
    that_clause: 9,
    because: 6,
    bargain: 3,
    although: 3,
    if_clause: 6,
    when_clause: 4,
    before: 3,
    purpose_clause: 4,
    relative_clause: 5,
    description_sentence: 4,
    where_it_is: 4,
    there_is: 3,
    age: 1,
    price: 1,
    timetable_sentence: 2,
    possession: 5,
    two_clauses: 4,
    two_objects: 2,
}
"""The patterns, each with its share of the corpus."""


def sentence(rng: random.Random) -> Pair:
    """A sentence in which no noun comes twice: `mein Bruder besucht seinen Bruder` is odd."""
    while True:
        (pattern,) = rng.choices(list(PATTERNS), list(PATTERNS.values()))
        phrase = pattern(rng)
        if not repeats(phrase):
            return Pair(phrase.german, phrase.english)


def repeats(phrase: Phrase) -> bool:
    """Whether two German nouns of the phrase begin alike, as `Student` and `Studenten` do."""
    nouns = [item.text for item in phrase.german if item.text[0].isupper()]
    return any(one.startswith(two[:5]) for i, one in enumerate(nouns) for j, two in enumerate(nouns) if i != j)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the tiny German-English corpus.")
    default = Path(__file__).resolve().parent / "tiny-de-en"
    parser.add_argument("--out", type=Path, default=default, help="folder to write to (default: data/tiny-de-en)")
    write_corpus(parser.parse_args().out, ("de", "en"), sentence, train=13_000, val=500, test=500)


if __name__ == "__main__":
    main()
