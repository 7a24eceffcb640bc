"""Sentences of the tiny German-English corpus with a subordinate clause: its verb stands at its end in German."""

from dataclasses import replace

from grammars.de_en import lexicon as lex
from grammars.de_en.choose import Choices, fits, fitting
from grammars.de_en.grammar import (
    Clause,
    after,
    after_comma,
    ahead,
    ask,
    have,
    noun_phrase,
    predicate,
    pronoun,
    purpose,
    state,
    tell,
)
from grammars.de_en.states import description, timetable
from grammars.engine import NOTHING, Phrase, aligned, join

SEPARABLE = "call pick_up get_up tidy lock take watch_television go_shopping"
"""Verbs of habit whose prefix stands apart, but in a clause with the verb at its end."""


def wh_clause(draw: Choices, actor: Phrase, tense: str) -> tuple[Phrase, Clause]:
    """A question word, and the clause that it asks about."""
    kind = draw.pick("when where why what whom many")
    if kind == "when":
        return aligned("wann=when"), draw.action(actor, tense, extras="")
    if kind == "where":
        verbs = "eat buy lose find meet sleep work dance have_breakfast go_shopping read play"
        return aligned("wo=where"), draw.action(actor, tense, verbs, extras="time")
    if kind == "why":
        return aligned("warum=why"), draw.action(actor, "perfect" if tense == "can" else tense)
    if kind == "many":
        verb = lex.ACTIONS[draw.pick("read write buy eat")]
        nouns = [noun for noun in lex.OBJECTS[verb.name] if noun.plural and "number" in noun.kind.determiners]
        counted = noun_phrase(draw.pick(nouns), "accusative", "bare", plural=True)
        clause = Clause(actor, verb, "perfect" if tense == "present" else tense)
        return join("wie=how | viele=many", counted), draw.add_time(clause)
    names = "eat buy drink cook read write look_for bring" if kind == "what" else "call visit meet invite ask"
    verb = lex.ACTIONS[draw.pick(fitting(names, actor, tense))]
    return aligned("was=what" if kind == "what" else "wen=whom"), draw.add_time(Clause(actor, verb, tense))


def wh_question(draw: Choices) -> Phrase:
    """Was hat dein Bruder gestern gekauft? Wer hat das Auto repariert?"""
    if draw.chance(0.2):
        return join(draw.action(aligned("wer=who"), draw.question_tense()).asked().say(), "?=?")
    opening, clause = wh_clause(draw, draw.asked(), draw.question_tense())
    return ask(opening, clause)


def indirect_question(draw: Choices) -> Phrase:
    """Weißt du, wann der Zug abfährt? Ich weiß nicht, ob meine Schwester morgen kommen wird."""
    tense, actor = draw.question_tense(), draw.subject()
    if draw.chance(0.4):
        opening, clause = aligned("ob=whether"), draw.action(actor, tense)
    elif draw.chance(0.25):
        opening, clause = aligned("wann=when"), timetable(draw, timed=False)
    else:
        opening, clause = wh_clause(draw, actor, tense)
    inner = after_comma(join(opening, clause.asked().say("last")))
    if draw.chance(0.3):
        return ask(Clause(pronoun("you"), lex.STATES["wissen"], "present"), inner)
    knower = pronoun(draw.pick("I I we")) if draw.chance(0.7) else draw.person("nominative")
    return tell(Clause(knower, lex.STATES["wissen"], "present", negated=True), inner)


def that_clause(draw: Choices) -> Phrase:
    """Ich glaube, dass die Lehrerin heute das Buch lesen wird."""
    verb = draw.pick("glauben glauben wissen sagen hoffen")
    hope = verb == "hoffen"
    tense = draw.pick("perfect perfect perfect will will" if hope else draw.tense_of())
    negated = not hope and tense not in ("must", "would") and draw.chance(0.12)
    verbs = SEPARABLE if tense == "present" and not negated and draw.chance(0.6) else ""
    actor = pronoun("I") if verbs and draw.chance(0.4) else draw.subject()
    inner = draw.action(actor, tense, verbs, negated=negated)
    if hope and inner.verb.name in ("lose", "forget", "fall_asleep"):
        return that_clause(draw)  # nobody hopes for that
    if not hope and draw.chance(0.15):
        inner = description(draw)
    that = join(", dass=that", inner.say("last"))
    if verb in ("glauben", "wissen") and draw.chance(0.25):
        return ask(Clause(pronoun("you"), lex.STATES[verb], "present"), that)
    thinker = pronoun(draw.pick("he she they" if verb == "sagen" else "he she they I I I we"))
    if draw.chance(0.35):
        thinker = draw.person("nominative")
    if inner.subject.who == "I" and thinker.who == "we":
        thinker = pronoun("I")
    doubt = verb == "glauben" and not inner.negated and draw.chance(0.2)
    return tell(Clause(thinker, lex.STATES[verb], "present", negated=doubt), that)


def tense_of_reason(tense: str) -> str:
    """How one was when it happened, or is now."""
    return "past" if tense == "perfect" else "present"


def because(draw: Choices) -> Phrase:
    """Mein Bruder kann heute nicht arbeiten, weil er krank ist."""
    someone = draw.subject(neuter=False)
    kind = draw.pick("ill feeling feeling appetite")
    if kind == "feeling":
        main, cause = feeling(draw, someone)
        return after(main, ", weil=because", cause)
    if kind == "ill":
        tense = draw.pick("perfect can will")
        main = soon(draw, draw.action(someone, tense, "swim dance play go_shopping come sing work", negated=True))
        adjective = draw.pick("müde krank")
    else:
        tense = draw.pick("perfect want would will")
        verb, adjective = draw.pick([("eat", "hungrig"), ("drink", "durstig")])
        main = draw.action(someone, tense, verb, extras="time place" if tense == "perfect" else "place")
    return after(main, ", weil=because", state(pronoun(someone.who), adjective, tense_of_reason(tense)))


def feeling(draw: Choices, someone: Phrase) -> tuple[Clause, Clause]:
    """How somebody feels, and what has happened that they do."""
    mood = draw.pick("glücklich glücklich traurig müde")
    case = "accusative" if lex.PRONOUNS[someone.who]["accusative"] else "dative"
    if mood == "glücklich" and draw.chance(0.6):
        verb = lex.ACTIONS[draw.pick("call visit invite" if case == "accusative" else "help answer")]
        cause = Clause(draw.person("nominative"), verb, "perfect", (pronoun(someone.who, case),))
        cause = draw.add_time(cause, 0.5)
    else:
        verbs = {"glücklich": "buy find", "traurig": "lose forget", "müde": "work clean tidy dance swim repair"}[mood]
        verbs = " ".join(fitting(verbs, someone, "perfect"))
        cause = draw.action(pronoun(someone.who), "perfect", verbs, extras="" if mood == "müde" else "time")
    return state(someone, mood, draw.pick("present past")), cause


def bargain(draw: Choices) -> Phrase:
    """Sie hat den Mantel gekauft, obwohl er teuer war. Wir werden das Auto verkaufen, weil es alt ist."""
    someone = draw.subject(neuter=False)
    while someone.age == "child":
        someone = draw.subject(neuter=False)
    noun = draw.pick([n for n in lex.OBJECTS["buy"] if n.group in ("thing", "device", "building")])
    tense, deal = draw.pick("perfect will want"), draw.pick(lex.BARGAINS)
    what = noun_phrase(noun, "accusative", "the")
    main = Clause(someone, lex.ACTIONS[deal["verb"]], tense, (what,), negated=deal["negated"] == "yes")
    german = {"m": "er", "f": "sie", "n": "es"}[noun.gender]
    both = lex.PRONOUNS[someone.who]["german"] == german  # then nothing is said that he could be, too
    adjectives = [a for a in deal["adjectives"].split() if not both or a in ("billig", "teuer", "neu", "groß")]
    reason = state(aligned(f"{german}=it"), draw.pick(adjectives), tense_of_reason(tense))
    return after(draw.add_time(main), deal["conjunction"], reason)


def although(draw: Choices) -> Phrase:
    """Meine Mutter hat gestern gearbeitet, obwohl sie krank war."""
    someone, tense = draw.subject(neuter=False), draw.pick("perfect perfect will want must")
    reason = state(pronoun(someone.who), draw.pick("müde krank"), tense_of_reason(tense))
    verbs = "dance swim clean tidy play sing work repair cook go_shopping"
    return after(soon(draw, draw.action(someone, tense, verbs)), ", obwohl=although", reason)


def soon(draw: Choices, clause: Clause) -> Clause:
    """The clause with no later time than tonight: how one is now says nothing of next week."""
    if clause.tense == "perfect" or not clause.time:
        return clause
    return replace(clause, time=aligned(draw.pick(["heute=today", "heute Abend=tonight"])))


def if_clause(draw: Choices) -> Phrase:
    """Wenn es morgen regnet, werden wir zu Hause bleiben. Ich werde dir helfen, wenn ich Zeit habe."""
    someone = draw.subject(neuter=False)
    kind, first = draw.pick("weather time time body"), draw.chance(0.6)
    doer, other = (pronoun(someone.who), someone) if first else (someone, pronoun(someone.who))
    if kind == "weather":
        condition, result = weather(draw, someone)
    elif kind == "time":
        money = someone.age != "child" and draw.chance(0.3)
        time = draw.some_time("future") if draw.chance(0.6) and not money else NOTHING
        condition = have(other, "Geld" if money else "Zeit", time)
        verbs = "buy travel fly" if money else "visit help call read write cook meet clean tidy"
        result = draw.action(doer, draw.pick("will will want"), verbs, extras="")
    else:
        moods = (("müde", "sleep"), ("hungrig", "eat cook"), ("durstig", "drink"), ("krank", ""))
        adjective, verbs = draw.pick(moods)
        condition = state(other, adjective, "present")
        tense = draw.pick("will must should" if verbs else "will must")
        result = draw.action(doer, tense, verbs, extras="") if verbs else staying(doer, tense)
    return ahead("wenn=if", condition, result) if first else after(result, ", wenn=if", condition)


def weather(draw: Choices, someone: Phrase) -> tuple[Clause, Clause]:
    """It rains or snows, and what somebody will do, or not do, if it does."""
    verb = lex.STATES[draw.pick("regnen schneien")]
    time = draw.some_time("future", unfit=["week"])
    condition = Clause(aligned("es=it"), verb, "present", time=time if draw.chance(0.8) else NOTHING)
    negated = draw.chance(0.4)
    verbs = "swim play" if negated else "read tidy watch_television clean eat"
    result = draw.action(someone, "will", verbs, negated=negated, extras="")
    return condition, staying(someone, "will") if not negated and draw.chance(0.5) else result


def staying(someone: Phrase, tense: str) -> Clause:
    """Somebody stays at home."""
    return Clause(someone, lex.STATES["bleiben"], tense, complement=aligned(lex.PLACES["home"]))


def going(someone: Phrase, direction: str, tense: str, verb: str = "go") -> Clause:
    """Somebody goes to the city, comes home, flies to Spain."""
    return Clause(someone, lex.ACTIONS[verb], tense, complement=aligned(lex.DIRECTIONS[direction]))


def when_clause(draw: Choices) -> Phrase:
    """Als der Zug angekommen ist, hat meine Tante mich angerufen."""
    if draw.chance(0.4):
        someone = draw.subject(neuter=False)
        event, actor = going(someone, "home", "perfect", "come"), pronoun(someone.who)
        verbs = "call open close turn_on turn_off eat drink thank look_for"
    else:
        event, verbs = arrival(draw), "call eat drink thank ask read"
        actor = pronoun(draw.pick("I we")) if draw.chance(0.5) else draw.person("nominative")
    if draw.chance(0.35):
        result = state(actor, draw.pick("müde hungrig durstig glücklich traurig"), "past")
    else:
        result = draw.action(actor, "perfect", verbs, extras="")
    return ahead("als=when", event, result)


def arrival(draw: Choices) -> Clause:
    """The train, or somebody at the station, has arrived."""
    if draw.chance(0.5):
        what, where = noun_phrase(draw.pick(lex.OBJECTS["travel"]), "nominative", "the"), NOTHING
    else:
        what, where = draw.person("nominative"), aligned(lex.PLACES["station"])
    return Clause(what, lex.STATES["ankommen"], "perfect", place=where)


def before(draw: Choices) -> Phrase:
    """Mein Vater trinkt jeden Morgen Kaffee, bevor er zur Arbeit geht."""
    someone, tense = draw.subject(neuter=False), draw.pick("present present perfect will must")
    main = draw.action(someone, tense, "drink eat have_breakfast call clean tidy read lock", extras="time")
    choices = ["city", "school" if someone.age == "child" else "work", "home"]
    choices += [] if tense == "present" else ["party", "cinema"]
    later = going(pronoun(someone.who), draw.pick(choices), "perfect" if tense == "perfect" else "present")
    return after(main, ", bevor=before", later)


def purpose_clause(draw: Choices) -> Phrase:
    """Sie ist gestern in die Stadt gefahren, um einen Mantel zu kaufen."""
    someone, aim = draw.subject(), draw.pick(lex.AIMS)
    if not fits(lex.ACTIONS[aim["move"]], someone, "will"):
        return purpose_clause(draw)
    main = going(someone, aim["direction"], draw.tense_of(habits=False), aim["move"])
    there = draw.action(someone, "will", aim["verbs"], extras="")
    return tell(draw.add_time(main), purpose(there))


def relative_clause(draw: Choices) -> Phrase:
    """Der Mann, der gestern das Auto gekauft hat, ist mein Nachbar. Kennst du die Frau, die oft im Garten singt?"""
    noun = draw.pick([noun for noun in lex.OBJECTS["person"] if noun.kind.determiners[0] == "the"])
    plural = draw.chance(0.25)
    gender = "p" if plural else noun.gender
    someone = noun_phrase(noun, "nominative", "the", plural=plural)
    which = aligned(f"{ {'m': 'der', 'f': 'die', 'n': 'das', 'p': 'die'}[gender] }=who")
    who = replace(which, who=someone.who, age=someone.age)
    tense = draw.pick("perfect perfect will want present present")
    verbs = SEPARABLE if tense == "present" and draw.chance(0.5) else ""
    relative = after_comma(draw.action(who, tense, verbs).say("last"))
    if draw.chance(0.5):
        whom = noun_phrase(noun, "accusative", "the", plural=plural)
        speaker = pronoun("you") if draw.chance(0.35) else draw.subject(0.6)
        main = Clause(speaker, lex.STATES["kennen"], "present", (whom,))
        if speaker.who == "you":
            return ask(main, relative)
        return tell(replace(main, negated=draw.chance(0.3)), relative)
    relative = replace(relative, source=(*relative.source, relative.source[0]))
    subject_ = replace(join(someone, relative), who=someone.who)
    main = Clause(subject_, lex.STATES["sein"], "present", complement=identity(draw, gender, someone.age))
    return tell(main)


def identity(draw: Choices, gender: str, age: str) -> Phrase:
    """What one may be to somebody: mein Nachbar, meine Lehrerin; or how one is."""
    if gender == "n" or draw.chance(0.4):
        return predicate(draw.pick("nett klug freundlich"))
    noun = lex.NOUNS["Freund" if age == "child" else draw.pick(lex.LISTS[f"{gender}, somebody"][0])]
    owner = draw.pick("I I we you")
    adjective = draw.pick(["", *noun.kind.adjectives]) if gender == "m" else ""
    return noun_phrase(noun, "nominative", owner, adjective, plural=gender == "p")
