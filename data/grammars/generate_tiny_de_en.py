"""Write `data/tiny-de-en`, a small German-English corpus with gold word links.

    python data/grammars/generate_tiny_de_en.py [--out DIR]

A grammar draws a meaning, and says it in both languages: the words are in `de_en_lexicon`, their forms and their order in
`de_en_grammar`, who does what in `de_en_actions`, how things are in `de_en_states`. Each German sentence has one English
rendering, and the other way round; what differs is the order of the words, which attention has to learn:

- tenses: perfect = simple past, present = simple present (habits, states, timetables), `wird` = `will`;
- a time that opens the German sentence opens the English one, any other time stands last in English;
- `sie` is `she` or `they` by its verb, `ihr` is `her` or `their` by the subject; `du` is the only `you`;
- `kein` with `haben` and `es gibt` is `no`, elsewhere it is `not a`, `not any`.

The links follow the meaning, and as far as possible every word has one:

- article to article; a contraction (`im`) to both of its English words, a compound (`Hausschlüssel`) likewise;
- all parts of a verb to all parts of the other: `hat` and `gelesen` to `read`, `ruft` and `an` to `call`; the helpers
  `will`, `can` to the German helper alone, `to` to the infinitive behind it;
- `do` of questions and negations to the German finite verb; `nicht` to `not`, `kein` to `not` and to `a`;
- the commas around a German clause to the English conjunction or pronoun that opens it, but to the comma where English
  has one, too; `Uhr` to the number of the hour;
- the final mark to the final mark.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from de_en_actions import (
    BE,
    ENGLISH_VERBS,
    HAVE,
    SLOTS,
    action,
    add_time,
    again,
    asked,
    asking,
    fits,
    modified,
    often_enough,
    person,
    predicate,
    question_tense,
    state,
    subject,
    tense_of,
)
from de_en_grammar import (
    BARE,
    COMMA,
    PRONOUNS,
    QUESTION,
    STOP,
    THE,
    Clause,
    Phrase,
    fixed,
    join,
    noun_phrase,
    pronoun,
    purpose,
)
from de_en_lexicon import (
    DIRECTIONS,
    FUTURE_TIMES,
    GROUPS,
    NOUNS,
    OTHERS,
    PLACES,
)
from de_en_states import (
    age,
    description,
    description_sentence,
    generic,
    portrait,
    possession,
    price,
    there_is,
    timetable,
    timetable_sentence,
    where_it_is,
)
from grammar import Pair, write_corpus


def statement(rng: random.Random) -> Phrase:
    """Ich habe gestern das Buch gelesen. Morgen wird mein Bruder ein rotes Fahrrad kaufen."""
    tense = tense_of(rng)
    negated = tense not in ("must", "would") and often_enough(rng, 0.18)
    actor = subject(rng, new=tense == "perfect" and not negated)
    if tense == "present" and often_enough(rng, 0.5):
        actor = pronoun(rng.choice(("I", "I", "I", "you")))
    clause = action(rng, actor, tense, negated=negated)
    return join(replace(clause, fronted=often_enough(rng, 0.35)).say(), STOP)


def yes_no_question(rng: random.Random) -> Phrase:
    """Hast du gestern das Buch gelesen?"""
    tense = rng.choice((question_tense(rng), question_tense(rng), "present", "present", "would"))
    return join(asking(action(rng, asked(rng), tense)).say("first", question=True), QUESTION)


def wh_clause(rng: random.Random, actor: Phrase, tense: str) -> tuple[Phrase, Clause]:
    """A question word, and the clause that it asks about."""
    kind = rng.choice(("when", "where", "why", "what", "whom", "many"))
    if kind == "when":
        return fixed("wann=when"), action(rng, actor, tense, timed=False, placed=False)
    if kind == "where":
        verbs = "eat buy lose find meet sleep work dance have_breakfast go_shopping read play"
        verbs = verbs.replace("lose find", "") if tense != "perfect" else verbs
        return fixed("wo=where"), action(rng, actor, tense, verbs, placed=False)
    if kind == "why":
        return fixed("warum=why"), action(rng, actor, "perfect" if tense == "can" else tense)
    if kind == "many":
        slot, infinitive = rng.choice((("read", "read"), ("write", "write"), ("buy", "buy"), ("eat", "eat")))
        nouns = [noun for noun in SLOTS[slot] if noun.plural and "number" in GROUPS[noun.group].determiners]
        counted = noun_phrase(rng.choice(nouns), "accusative", BARE, plural=True)
        verb, tense = ENGLISH_VERBS[infinitive][0], "perfect" if tense == "present" else tense
        return join(fixed("wie=how | viele=many"), counted), add_time(rng, Clause(actor, verb, tense))
    names = "eat buy drink cook read write look_for bring" if kind == "what" else "call visit meet invite ask"
    verb = ENGLISH_VERBS[rng.choice([name for name in names.split() if fits(ENGLISH_VERBS[name][0], actor, tense)])][0]
    return fixed("was=what" if kind == "what" else "wen=whom"), add_time(rng, Clause(actor, verb, tense))


def wh_question(rng: random.Random) -> Phrase:
    """Was hat dein Bruder gestern gekauft? Wer hat das Auto repariert?"""
    if often_enough(rng, 0.2):
        who = replace(fixed("wer=who"), who="it")
        return join(asking(action(rng, who, question_tense(rng))).say(), QUESTION)
    opening, clause = wh_clause(rng, asked(rng), question_tense(rng))
    return join(opening, asking(clause).say("first", question=True), QUESTION)


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
    inner = join(opening, asking(clause).say("last"))
    inner = after_comma(inner)
    if often_enough(rng, 0.3):
        return join(Clause(pronoun("you"), OTHERS["wissen"], "present").say("first", question=True), inner, QUESTION)
    knower = pronoun(rng.choice(("I", "I", "we"))) if often_enough(rng, 0.7) else person(rng, "nominative")
    return join(Clause(knower, OTHERS["wissen"], "present", negated=True).say(), inner, STOP)


def after_comma(phrase: Phrase) -> Phrase:
    """The phrase behind a German comma, which has the links of the phrase's first word."""
    comma = replace(phrase.german[0], text=",")
    return replace(phrase, german=(comma, *phrase.german))


SEPARABLE = "call pick_up get_up tidy lock take watch_television go_shopping"
"""Verbs of habit whose prefix stands apart, but in a clause with the verb at its end."""


def that_clause(rng: random.Random) -> Phrase:
    """Ich glaube, dass die Lehrerin heute das Buch lesen wird."""
    verb = OTHERS[rng.choice(("glauben", "glauben", "wissen", "sagen", "hoffen"))]
    tense = rng.choice(
        ("perfect", "perfect", "perfect", "will", "will") if verb.infinitive == "hoffen" else (tense_of(rng),)
    )
    negated = verb.infinitive != "hoffen" and tense not in ("must", "would") and often_enough(rng, 0.12)
    verbs = SEPARABLE if tense == "present" and not negated and often_enough(rng, 0.6) else ""
    actor = pronoun("I") if verbs and often_enough(rng, 0.4) else subject(rng)
    inner = action(rng, actor, tense, verbs, negated=negated)
    if verb.infinitive == "hoffen" and inner.verb.english[0] in ("lose", "forget", "fall_asleep"):
        return that_clause(rng)  # nobody hopes for that
    if verb.infinitive != "hoffen" and often_enough(rng, 0.15):
        inner = description(rng)
    conjunction = fixed(", dass=that")
    if verb.infinitive in ("glauben", "wissen") and often_enough(rng, 0.25):
        outer = Clause(pronoun("you"), verb, "present").say("first", question=True)
        return join(outer, conjunction, inner.say("last"), QUESTION)
    thinker = pronoun(rng.choice(("he", "she", "they") + ("I", "I", "I", "we") * (verb.infinitive != "sagen")))
    if often_enough(rng, 0.35):
        thinker = person(rng, "nominative")
    if inner.subject.who == "I" and thinker.who == "we":
        thinker = pronoun("I")
    doubt = verb.infinitive == "glauben" and not inner.negated and often_enough(rng, 0.2)
    return join(Clause(thinker, verb, "present", negated=doubt).say(), conjunction, inner.say("last"), STOP)


def because(rng: random.Random) -> Phrase:
    """Mein Bruder kann heute nicht arbeiten, weil er krank ist."""
    someone = subject(rng, neuter=False)
    kind = rng.choice(("ill", "feeling", "feeling", "appetite"))
    if kind == "ill":
        tense = rng.choice(("perfect", "can", "will"))
        verbs = "swim dance play go_shopping come sing"
        main = action(rng, someone, tense, verbs + (" work" if someone.age != "child" else ""), negated=True)
        main = soon(rng, main)
        cause = state(again(someone), rng.choice(("müde", "krank")), "past" if tense == "perfect" else "present")
    elif kind == "appetite":
        tense = rng.choice(("perfect", "want", "would", "will"))
        verb, adjective = rng.choice((("eat", "hungrig"), ("drink", "durstig")))
        main = action(rng, someone, tense, verb, timed=tense == "perfect")
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
        cause = action(rng, again(someone), "perfect", verbs, timed=mood != "müde", placed=False)
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
    fitting = adjectives.split()
    if PRONOUNS[someone.who].german == german:
        fitting = [name for name in fitting if name in ("billig", "teuer", "neu", "groß")]  # not what he could be, too
    adjective = rng.choice(fitting)
    reason = Clause(it, BE, "past" if tense == "perfect" else "present", complement=predicate(adjective))
    return join(add_time(rng, main).say(), fixed(conjunction), reason.say("last"), STOP)


def although(rng: random.Random) -> Phrase:
    """Meine Mutter hat gestern gearbeitet, obwohl sie krank war."""
    someone = subject(rng, neuter=False)
    tense = rng.choice(("perfect", "perfect", "will", "want", "must"))
    verbs = "dance swim clean tidy play sing" + (" work repair cook go_shopping" if someone.age != "child" else "")
    adjective = rng.choice(("müde", "krank"))
    reason = state(again(someone), adjective, "past" if tense == "perfect" else "present")
    main = soon(rng, action(rng, someone, tense, verbs))
    return join(main.say(), fixed(", obwohl=although"), reason.say("last"), STOP)


def soon(rng: random.Random, clause: Clause) -> Clause:
    """The clause with no later time than tonight: how one is now says nothing of next week."""
    if clause.tense == "perfect" or not clause.time:
        return clause
    return replace(clause, time=fixed(rng.choice(("heute=today", "heute Abend=tonight"))))


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
        verbs = "swim play" if negated else "read tidy watch_television clean eat"
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
        event, verbs = coming_home(someone), "call open close turn_on turn_off eat drink thank look_for"
        actor = again(someone)
    else:
        event, verbs = arrival(rng), "call eat drink thank ask read"
        actor = pronoun(rng.choice(("I", "we"))) if often_enough(rng, 0.5) else person(rng, "nominative")
    if often_enough(rng, 0.35):
        mood = rng.choice(("müde", "hungrig", "durstig", "glücklich", "traurig"))
        result = state(actor, mood, "past")
    else:
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
    verbs = "drink eat have_breakfast call clean tidy read lock"
    main = action(rng, someone, tense, verbs, placed=False)
    choices = ["city", "school" if someone.age == "child" else "work", "home"]
    choices += ["party", "cinema"] * (tense != "present")
    later = Clause(again(someone), ENGLISH_VERBS["go"][0], "perfect" if tense == "perfect" else "present")
    later = replace(later, complement=fixed(DIRECTIONS[rng.choice(choices)]))
    return join(main.say(), fixed(", bevor=before"), later.say("last"), STOP)


def purpose_clause(rng: random.Random) -> Phrase:
    """Sie ist gestern in die Stadt gefahren, um einen Mantel zu kaufen."""
    someone = subject(rng)
    direction, verbs = rng.choice(
        (
            ("city", "buy go_shopping meet"),
            ("park", "play read dance"),
            ("home", "sleep cook watch_television tidy"),
            ("library", "read learn write"),
            ("garden", "read sleep play eat"),
            ("station", "pick_up meet"),
            ("italy", "visit swim work"),
            ("spain", "visit swim work"),
        )
    )
    move = {"italy": "travel", "spain": "fly", "city": "drive"}.get(direction, "go")
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
    tense = rng.choice(("perfect", "perfect", "will", "want", "present", "present"))
    inner = action(rng, who, tense, SEPARABLE if tense == "present" and often_enough(rng, 0.5) else "").say("last")
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
    return join(Clause(known, BE, "present", complement=identity(rng, gender, someone.age)).say(), STOP)


def identity(rng: random.Random, gender: str, age: str) -> Phrase:
    """What one may be to somebody: mein Nachbar, meine Lehrerin; or how one is."""
    names = {
        "m": "Freund Nachbar Kollege Bruder Onkel",
        "f": "Lehrerin Chefin Schwester Tante",
        "p": "Freund Nachbar Kollege",
    }
    if gender == "n" or often_enough(rng, 0.4):
        return predicate(rng.choice(("nett", "klug", "freundlich")))
    noun = NOUNS["Freund" if age == "child" else rng.choice(names[gender].split())]
    owner = PRONOUNS[rng.choice(("I", "I", "we", "you"))].possessive
    adjective = rng.choice(("", *GROUPS[noun.group].adjectives)) if gender == "m" else ""
    return noun_phrase(noun, "nominative", owner, adjective, plural=gender == "p")


def two_clauses(rng: random.Random) -> Phrase:
    """Mein Vater kocht oft Suppe, aber meine Mutter isst immer Brot. Ich habe gelesen und er hat geschlafen."""
    tense = rng.choice(("perfect", "perfect", "present", "will", "want"))
    first, second = subject(rng, 0.5), person(rng, "nominative")
    if first.who not in ("I", "we") and often_enough(rng, 0.4):
        second = pronoun(rng.choice(("I", "we")))
    theme = rng.choice(
        (
            "read write listen_to watch_television sleep learn",
            "cook sleep watch_television work read",
            "eat drink",
            "visit help work",
            "dance sing play swim",
            "fly work sleep read",
        )
    )
    names = [name for name in theme.split() if fits_both(name, first, second, tense)]
    names = [name for name in names if name != "sleep" or tense != "present"]
    negated = len(names) < 2 or often_enough(rng, 0.3)
    name = rng.choice(names)
    contrast = name if negated else rng.choice([other for other in names if other != name])
    one = action(rng, first, tense, name, timed=tense == "present", placed=False)
    other = action(rng, second, tense, contrast, negated=negated, timed=False, placed=False)
    link = ",=, | aber=but" if negated or often_enough(rng, 0.4) else "und=and"
    return join(one.say(), fixed(link), other.say(), STOP)


def fits_both(name: str, first: Phrase, second: Phrase, tense: str) -> bool:
    """Whether both can do it, and not do it."""
    verb = ENGLISH_VERBS[name][0]
    return all(fits(verb, who, tense) and fits(verb, who, tense, negated=True) for who in (first, second))


def two_objects(rng: random.Random) -> Phrase:
    """Meine Schwester hat gestern einen Apfel und zwei Eier gekauft."""
    actor, tense = subject(rng), tense_of(rng, habits=False)
    names = [name for name in ("buy", "eat", "drink", "bring") if fits(ENGLISH_VERBS[name][0], actor, tense)]
    verb = ENGLISH_VERBS[rng.choice(names)][0]
    food = [noun for noun in SLOTS[verb.english[0]] if noun.group in ("fruit", "dish", "staple", "drink")]
    gifts = [noun for noun in SLOTS[verb.english[0]] if noun.group in ("gift", "flower")]
    nouns = gifts if gifts and often_enough(rng, 0.3) else food
    first, second = (
        modified(rng, noun, "accusative", ("bare",) if GROUPS[noun.group].mass else ("a", "number"), actor.who)
        for noun in (rng.choice(nouns), rng.choice(nouns))
    )
    both = join(first, fixed("und=and"), second)
    clause = add_time(rng, Clause(actor, verb, tense, (both,)))
    return join(replace(clause, fronted=often_enough(rng, 0.35)).say(), STOP)


PATTERNS: dict[Callable[[random.Random], Phrase], int] = {
    statement: 30,
    yes_no_question: 11,
    wh_question: 8,
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
    description_sentence: 6,
    generic: 4,
    portrait: 4,
    where_it_is: 4,
    there_is: 3,
    age: 2,
    price: 2,
    timetable_sentence: 3,
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
    """Whether two nouns of the phrase begin alike, as `Mann` and `Männer` do, or an adjective comes twice."""
    nouns = [item.text.translate(PLAIN) for item in phrase.german if item.text[0].isupper()]
    adjectives = [item.text for item in phrase.english if any(part.endswith("adjective") for part in item.meaning)]
    alike = any(one.startswith(two[:5]) or one.endswith(two.lower()) for one, two in permutations(nouns, 2))
    return alike or len(set(adjectives)) < len(adjectives)


PLAIN = str.maketrans("ÄÖÜäöü", "AOUaou")


def main() -> None:
    """Parse the arguments and write the corpus."""
    parser = argparse.ArgumentParser(description="Write the tiny German-English corpus.")
    default = Path(__file__).resolve().parent.parent / "tiny-de-en"
    parser.add_argument("--out", type=Path, default=default, help="folder to write to (default: data/tiny-de-en)")
    write_corpus(parser.parse_args().out, ("de", "en"), sentence, train=13_000, val=500, test=500)


if __name__ == "__main__":
    main()
