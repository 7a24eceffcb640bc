"""Sentences of the tiny German-English corpus with a subordinate clause: its verb stands at its end in German."""

from dataclasses import replace

from grammars.de_en.actions import (
    action,
    add_time,
    again,
    asked,
    asking,
    fitting,
    fits,
    have,
    person,
    question_tense,
    some_time,
    state,
    subject,
    tense_of,
)
from grammars.de_en.grammar import (
    BARE,
    COMMA,
    QUESTION,
    STOP,
    THE,
    Clause,
    noun_phrase,
    one_of_us,
    owned_by,
    predicate,
    pronoun,
    purpose,
)
from grammars.de_en.lexicon import (
    ACTIONS,
    AIMS,
    BARGAINS,
    DIRECTIONS,
    LISTS,
    NOUNS,
    OBJECTS,
    PLACES,
    PRONOUNS,
    STATES,
)
from grammars.de_en.states import description, timetable
from grammars.engine import NOTHING, Draw, Phrase, aligned, join

SEPARABLE = "call pick_up get_up tidy lock take watch_television go_shopping"
"""Verbs of habit whose prefix stands apart, but in a clause with the verb at its end."""


def after(main: Clause, conjunction: str, clause: Clause) -> Phrase:
    """The main clause, and after it the other: `after(stays, ", weil=because", is_ill)`."""
    return join(main.say(), aligned(conjunction), clause.say("last"), STOP)


def ahead(conjunction: str, clause: Clause, main: Clause) -> Phrase:
    """The main clause after the other: `ahead("wenn=if", rains, stays)`."""
    return join(aligned(conjunction), clause.say("last"), COMMA, main.say("first"), STOP)


def after_comma(phrase: Phrase) -> Phrase:
    """The phrase after a German comma, which has the links of the phrase's first word."""
    comma = replace(phrase.source[0], text=",")
    return replace(phrase, source=(comma, *phrase.source))


# --- Questions in questions, and dass --------------------------------------------------------------------------------


def wh_clause(draw: Draw, actor: Phrase, tense: str) -> tuple[Phrase, Clause]:
    """A question word, and the clause that it asks about."""
    kind = draw.pick("when where why what whom many")
    if kind == "when":
        return aligned("wann=when"), action(draw, actor, tense, timed=False, placed=False)
    if kind == "where":
        verbs = "eat buy lose find meet sleep work dance have_breakfast go_shopping read play"
        verbs = verbs if tense == "perfect" else verbs.replace("lose find", "")
        return aligned("wo=where"), action(draw, actor, tense, verbs, placed=False)
    if kind == "why":
        return aligned("warum=why"), action(draw, actor, "perfect" if tense == "can" else tense)
    if kind == "many":
        verb = ACTIONS[draw.pick("read write buy eat")]
        nouns = [noun for noun in OBJECTS[verb.name] if noun.plural and "number" in noun.kind.determiners]
        counted = noun_phrase(draw.pick(nouns), "accusative", BARE, plural=True)
        clause = Clause(actor, verb, "perfect" if tense == "present" else tense)
        return join(aligned("wie=how | viele=many"), counted), add_time(draw, clause)
    names = "eat buy drink cook read write look_for bring" if kind == "what" else "call visit meet invite ask"
    verb = ACTIONS[draw.pick(fitting(names, actor, tense))]
    return aligned("was=what" if kind == "what" else "wen=whom"), add_time(draw, Clause(actor, verb, tense))


def wh_question(draw: Draw) -> Phrase:
    """Was hat dein Bruder gestern gekauft? Wer hat das Auto repariert?"""
    if draw.chance(0.2):
        return join(asking(action(draw, aligned("wer=who"), question_tense(draw))).say(), QUESTION)
    opening, clause = wh_clause(draw, asked(draw), question_tense(draw))
    return join(opening, asking(clause).say("question"), QUESTION)


def indirect_question(draw: Draw) -> Phrase:
    """Weißt du, wann der Zug abfährt? Ich weiß nicht, ob meine Schwester morgen kommen wird."""
    tense, actor = question_tense(draw), subject(draw)
    if draw.chance(0.4):
        opening, clause = aligned("ob=whether"), action(draw, actor, tense)
    elif draw.chance(0.25):
        opening, clause = aligned("wann=when"), timetable(draw, timed=False)
    else:
        opening, clause = wh_clause(draw, actor, tense)
    inner = after_comma(join(opening, asking(clause).say("last")))
    if draw.chance(0.3):
        return join(Clause(pronoun("you"), STATES["wissen"], "present").say("question"), inner, QUESTION)
    knower = one_of_us(draw, "I I we") if draw.chance(0.7) else person(draw, "nominative")
    return join(Clause(knower, STATES["wissen"], "present", negated=True).say(), inner, STOP)


def that_clause(draw: Draw) -> Phrase:
    """Ich glaube, dass die Lehrerin heute das Buch lesen wird."""
    verb = draw.pick("glauben glauben wissen sagen hoffen")
    hope = verb == "hoffen"
    tense = draw.pick("perfect perfect perfect will will" if hope else tense_of(draw))
    negated = not hope and tense not in ("must", "would") and draw.chance(0.12)
    verbs = SEPARABLE if tense == "present" and not negated and draw.chance(0.6) else ""
    actor = pronoun("I") if verbs and draw.chance(0.4) else subject(draw)
    inner = action(draw, actor, tense, verbs, negated=negated)
    if hope and inner.verb.name in ("lose", "forget", "fall_asleep"):
        return that_clause(draw)  # nobody hopes for that
    if not hope and draw.chance(0.15):
        inner = description(draw)
    that = join(aligned(", dass=that"), inner.say("last"))
    if verb in ("glauben", "wissen") and draw.chance(0.25):
        return join(Clause(pronoun("you"), STATES[verb], "present").say("question"), that, QUESTION)
    thinker = one_of_us(draw, "he she they" if verb == "sagen" else "he she they I I I we")
    if draw.chance(0.35):
        thinker = person(draw, "nominative")
    if inner.subject.who == "I" and thinker.who == "we":
        thinker = pronoun("I")
    doubt = verb == "glauben" and not inner.negated and draw.chance(0.2)
    return join(Clause(thinker, STATES[verb], "present", negated=doubt).say(), that, STOP)


# --- Reasons -------------------------------------------------------------------------------------------------------


def tense_of_reason(tense: str) -> str:
    """How one was when it happened, or is now."""
    return "past" if tense == "perfect" else "present"


def because(draw: Draw) -> Phrase:
    """Mein Bruder kann heute nicht arbeiten, weil er krank ist."""
    someone = subject(draw, neuter=False)
    kind = draw.pick("ill feeling feeling appetite")
    if kind == "feeling":
        main, cause = feeling(draw, someone)
        return after(main, ", weil=because", cause)
    if kind == "ill":
        tense = draw.pick("perfect can will")
        verbs = "swim dance play go_shopping come sing" + (" work" if someone.age != "child" else "")
        main = soon(draw, action(draw, someone, tense, verbs, negated=True))
        adjective = draw.pick("müde krank")
    else:
        tense = draw.pick("perfect want would will")
        verb, adjective = draw.pick([("eat", "hungrig"), ("drink", "durstig")])
        main = action(draw, someone, tense, verb, timed=tense == "perfect")
    return after(main, ", weil=because", state(again(someone), adjective, tense_of_reason(tense)))


def feeling(draw: Draw, someone: Phrase) -> tuple[Clause, Clause]:
    """How somebody feels, and what has happened that they do."""
    mood = draw.pick("glücklich glücklich traurig müde")
    case = "accusative" if PRONOUNS[someone.who]["accusative"] else "dative"
    if mood == "glücklich" and draw.chance(0.6):
        verb = ACTIONS[draw.pick("call visit invite" if case == "accusative" else "help answer")]
        cause = Clause(person(draw, "nominative"), verb, "perfect", (pronoun(someone.who, case),))
        cause = add_time(draw, cause, 0.5)
    else:
        verbs = {"glücklich": "buy find", "traurig": "lose forget", "müde": "work clean tidy dance swim repair"}[mood]
        verbs = " ".join(fitting(verbs, someone, "perfect"))
        cause = action(draw, again(someone), "perfect", verbs, timed=mood != "müde", placed=False)
    return state(someone, mood, draw.pick("present past")), cause


def bargain(draw: Draw) -> Phrase:
    """Sie hat den Mantel gekauft, obwohl er teuer war. Wir werden das Auto verkaufen, weil es alt ist."""
    someone = subject(draw, neuter=False)
    while someone.age == "child":
        someone = subject(draw, neuter=False)
    noun = draw.pick([n for n in OBJECTS["buy"] if n.group in ("thing", "device", "building")])
    tense, deal = draw.pick("perfect will want"), draw.pick(BARGAINS)
    what = noun_phrase(noun, "accusative", THE)
    main = Clause(someone, ACTIONS[deal["verb"]], tense, (what,), negated=deal["negated"] == "yes")
    german = {"m": "er", "f": "sie", "n": "es"}[noun.gender]
    both = PRONOUNS[someone.who]["german"] == german  # then nothing is said that he could be, too
    adjective = draw.pick(
        [a for a in deal["adjectives"].split() if not both or a in ("billig", "teuer", "neu", "groß")]
    )
    reason = state(aligned(f"{german}=it"), adjective, tense_of_reason(tense))
    return after(add_time(draw, main), deal["conjunction"], reason)


def although(draw: Draw) -> Phrase:
    """Meine Mutter hat gestern gearbeitet, obwohl sie krank war."""
    someone, tense = subject(draw, neuter=False), draw.pick("perfect perfect will want must")
    reason = state(again(someone), draw.pick("müde krank"), tense_of_reason(tense))
    verbs = "dance swim clean tidy play sing" + (" work repair cook go_shopping" if someone.age != "child" else "")
    return after(soon(draw, action(draw, someone, tense, verbs)), ", obwohl=although", reason)


def soon(draw: Draw, clause: Clause) -> Clause:
    """The clause with no later time than tonight: how one is now says nothing of next week."""
    if clause.tense == "perfect" or not clause.time:
        return clause
    return replace(clause, time=aligned(draw.pick(["heute=today", "heute Abend=tonight"])))


# --- Conditions, times and aims ------------------------------------------------------------------------------------


def if_clause(draw: Draw) -> Phrase:
    """Wenn es morgen regnet, werden wir zu Hause bleiben. Ich werde dir helfen, wenn ich Zeit habe."""
    someone = subject(draw, neuter=False)
    kind, first = draw.pick("weather time time body"), draw.chance(0.6)
    doer, other = (again(someone), someone) if first else (someone, again(someone))
    if kind == "weather":
        condition, result = weather(draw, someone)
    elif kind == "time":
        money = someone.age != "child" and draw.chance(0.3)
        time = some_time(draw, "future") if draw.chance(0.6) and not money else NOTHING
        condition = have(other, "Geld" if money else "Zeit", time)
        verbs = "buy travel fly" if money else "visit help call read write cook meet clean tidy"
        result = action(draw, doer, draw.pick("will will want"), verbs, timed=False, placed=False)
    else:
        moods = (("müde", "sleep"), ("hungrig", "eat cook"), ("durstig", "drink"), ("krank", ""))
        adjective, verbs = draw.pick(moods)
        condition = state(other, adjective, "present")
        if verbs:
            result = action(draw, doer, draw.pick("will must should"), verbs, timed=False, placed=False)
        else:
            result = staying(doer, draw.pick("will must"))
    return ahead("wenn=if", condition, result) if first else after(result, ", wenn=if", condition)


def weather(draw: Draw, someone: Phrase) -> tuple[Clause, Clause]:
    """It rains or snows, and what somebody will do, or not do, if it does."""
    verb = STATES[draw.pick("regnen schneien")]
    time = some_time(draw, "future", unfit=["week"])
    condition = Clause(aligned("es=it"), verb, "present", time=time if draw.chance(0.8) else NOTHING)
    negated = draw.chance(0.4)
    verbs = "swim play" if negated else "read tidy watch_television clean eat"
    result = action(draw, someone, "will", verbs, negated=negated, timed=False, placed=False)
    return condition, staying(someone, "will") if not negated and draw.chance(0.5) else result


def staying(someone: Phrase, tense: str) -> Clause:
    """Somebody stays at home."""
    return Clause(someone, STATES["bleiben"], tense, complement=aligned(PLACES["home"]))


def going(someone: Phrase, direction: str, tense: str, verb: str = "go") -> Clause:
    """Somebody goes to the city, comes home, flies to Spain."""
    return Clause(someone, ACTIONS[verb], tense, complement=aligned(DIRECTIONS[direction]))


def when_clause(draw: Draw) -> Phrase:
    """Als der Zug angekommen ist, hat meine Tante mich angerufen."""
    if draw.chance(0.4):
        someone = subject(draw, neuter=False)
        event, actor = going(someone, "home", "perfect", "come"), again(someone)
        verbs = "call open close turn_on turn_off eat drink thank look_for"
    else:
        event, verbs = arrival(draw), "call eat drink thank ask read"
        actor = one_of_us(draw, "I we") if draw.chance(0.5) else person(draw, "nominative")
    if draw.chance(0.35):
        result = state(actor, draw.pick("müde hungrig durstig glücklich traurig"), "past")
    else:
        result = action(draw, actor, "perfect", verbs, timed=False, placed=False)
    return ahead("als=when", event, result)


def arrival(draw: Draw) -> Clause:
    """The train, or somebody at the station, has arrived."""
    if draw.chance(0.5):
        return Clause(noun_phrase(draw.pick(OBJECTS["travel"]), "nominative", THE), STATES["ankommen"], "perfect")
    station = aligned(PLACES["station"])
    return Clause(person(draw, "nominative"), STATES["ankommen"], "perfect", place=station)


def before(draw: Draw) -> Phrase:
    """Mein Vater trinkt jeden Morgen Kaffee, bevor er zur Arbeit geht."""
    someone, tense = subject(draw, neuter=False), draw.pick("present present perfect will must")
    main = action(draw, someone, tense, "drink eat have_breakfast call clean tidy read lock", placed=False)
    choices = ["city", "school" if someone.age == "child" else "work", "home"]
    choices += [] if tense == "present" else ["party", "cinema"]
    later = going(again(someone), draw.pick(choices), "perfect" if tense == "perfect" else "present")
    return after(main, ", bevor=before", later)


def purpose_clause(draw: Draw) -> Phrase:
    """Sie ist gestern in die Stadt gefahren, um einen Mantel zu kaufen."""
    someone, aim = subject(draw), draw.pick(AIMS)
    if not fits(ACTIONS[aim["move"]], someone, "will"):
        return purpose_clause(draw)
    main = going(someone, aim["direction"], tense_of(draw, habits=False), aim["move"])
    able = " ".join(fitting(aim["verbs"], someone, "will"))
    there = action(draw, someone, "will", able, timed=False, placed=False)
    return join(add_time(draw, main).say(), purpose(there), STOP)


# --- Relative clauses ----------------------------------------------------------------------------------------------


def relative_clause(draw: Draw) -> Phrase:
    """Der Mann, der gestern das Auto gekauft hat, ist mein Nachbar. Kennst du die Frau, die oft im Garten singt?"""
    noun = draw.pick([noun for noun in OBJECTS["person"] if noun.kind.determiners[0] == "the"])
    plural = draw.chance(0.25)
    gender = "p" if plural else noun.gender
    someone = noun_phrase(noun, "nominative", THE, plural=plural)
    which = aligned(f"{ {'m': 'der', 'f': 'die', 'n': 'das', 'p': 'die'}[gender] }=who")
    who = replace(which, who=someone.who, age=someone.age)
    tense = draw.pick("perfect perfect will want present present")
    verbs = SEPARABLE if tense == "present" and draw.chance(0.5) else ""
    relative = after_comma(action(draw, who, tense, verbs).say("last"))
    if draw.chance(0.5):
        whom = noun_phrase(noun, "accusative", THE, plural=plural)
        speaker = pronoun("you") if draw.chance(0.35) else subject(draw, 0.6)
        main = Clause(speaker, STATES["kennen"], "present", (whom,))
        if speaker.who == "you":
            return join(main.say("question"), relative, QUESTION)
        return join(replace(main, negated=draw.chance(0.3)).say(), relative, STOP)
    relative = replace(relative, source=(*relative.source, relative.source[0]))
    subject_ = replace(join(someone, relative), who=someone.who)
    main = Clause(subject_, STATES["sein"], "present", complement=identity(draw, gender, someone.age))
    return join(main.say(), STOP)


def identity(draw: Draw, gender: str, age: str) -> Phrase:
    """What one may be to somebody: mein Nachbar, meine Lehrerin; or how one is."""
    if gender == "n" or draw.chance(0.4):
        return predicate(draw.pick("nett klug freundlich"))
    noun = NOUNS["Freund" if age == "child" else draw.pick(LISTS[f"{gender}, somebody"][0])]
    owner = owned_by(draw.pick("I I we you"))
    adjective = draw.pick(["", *noun.kind.adjectives]) if gender == "m" else ""
    return noun_phrase(noun, "nominative", owner, adjective, plural=gender == "p")
