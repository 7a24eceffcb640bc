"""How things are: the sentences of the tiny German-English corpus with `sein`, `haben` and their like.

Each pattern returns a whole sentence; `description` and `timetable` return a clause, for `dass` and `wann` to use too.
"""

from dataclasses import replace

from grammars.de_en import lexicon as lex
from grammars.de_en.choose import Choices
from grammars.de_en.grammar import Clause, after, ask, have, noun_phrase, predicate, prepositional, pronoun, state, tell
from grammars.engine import NOTHING, Phrase, aligned

BE = lex.STATES["sein"]


def alike(adjective: str) -> set[str]:
    """The adjectives that a thing of this one cannot have too: its opposite, another colour, or itself."""
    return {name for names in lex.LISTS["exclude each other"] if adjective in names.split() for name in names.split()}


def description(draw: Choices) -> Clause:
    """Das neue Fahrrad war sehr teuer. Meine Tante ist oft müde."""
    tense, negated, very = draw.pick("present past"), draw.chance(0.2), draw.chance(0.3)
    if draw.chance(0.35):
        clause = state(draw.subject(), draw.pick("müde krank glücklich traurig hungrig durstig"), tense)
        if tense == "present" and not negated and draw.chance(0.6):
            return replace(clause, often=aligned(draw.pick(lex.OFTEN)))
        time = draw.some_time("past", unfit=["week"])
        return replace(clause, negated=negated, time=time if tense == "past" and draw.chance(0.6) else NOTHING)
    noun = draw.pick([noun for noun in lex.NOUNS.values() if noun.kind.adjectives])
    kinds = noun.known or ["the"]
    kinds += [kind for kind in kinds if kind == "own"]
    what = draw.modified(noun, "nominative", kinds, draw.pick("I you"), adjectives=0.5)
    said = {word.text for word in what.target}
    excluded = {other for name, row in lex.ADJECTIVES.items() if row["english"] in said for other in alike(name)}
    adjectives = [name for name in noun.kind.adjectives if name not in excluded]
    if not adjectives:
        return description(draw)
    adjective = draw.pick(adjectives)
    intensity = ["sehr"] if very and adjective not in ("rot", "blau", "schwarz") else []
    return Clause(what, BE, tense, complement=predicate(*intensity, adjective), negated=negated)


def description_sentence(draw: Choices) -> Phrase:
    """A description as a sentence of its own, or as a question."""
    clause = description(draw)
    if not clause.negated and draw.chance(0.25):
        return ask(clause)
    return tell(replace(clause, fronted=draw.chance(0.3)))


def generic(draw: Choices) -> Phrase:
    """Ein neuer Mantel ist teuer. Frischer Fisch ist nicht billig."""
    noun = draw.pick([noun for noun in lex.NOUNS.values() if {"gut", "teuer", "interessant"} & {*noun.kind.adjectives}])
    attribute = draw.pick(noun.kind.adjectives)
    possible = [name for name in noun.kind.adjectives if name not in alike(attribute)]
    said_of = [name for name in ("gut", "teuer", "billig", "schön", "interessant") if name in possible]
    if not said_of:
        return generic(draw)
    what = noun_phrase(noun, "nominative", "bare" if noun.kind.mass else "a", attribute)
    adjective = draw.pick(said_of)
    negated = adjective in ("teuer", "billig") and draw.chance(0.3)
    return tell(replace(state(what, adjective, "present"), negated=negated))


def portrait(draw: Choices) -> Phrase:
    """Mein Onkel ist ein netter Arzt. Deine Schwester war ein kluges Kind."""
    nouns = [n for n in lex.OBJECTS["person"] if n.group in ("kin", "sibling", "friend") and n.gender != "p"]
    someone = draw.modified(draw.pick(nouns), "nominative", ["own"], draw.pick("I you we"), adjectives=0)
    if someone.who == "they" or draw.chance(0.25):
        someone = pronoun(draw.pick("he she"))
    tense = draw.pick("present past")
    noun = draw.noun(lex.LISTS[f"{someone.who}, {tense}"][0])
    adjective = draw.pick([name for name in noun.kind.adjectives if name not in ("alt", "jung")])
    return tell(Clause(someone, BE, tense, complement=noun_phrase(noun, "nominative", "a", adjective)))


def where_it_is(draw: Choices) -> Phrase:
    """Der Schlüssel ist unter der roten Tasche. Wo ist mein Regenschirm?"""
    noun = draw.noun(lex.LISTS["lies somewhere"][0])
    what = draw.modified(noun, "nominative", noun.known, draw.pick("I you"))
    clause = Clause(what, BE, draw.pick("present present past"))
    if draw.chance(0.12):
        return ask("wo=where", clause)
    clause = replace(clause, complement=next_to_something(draw))
    negated = draw.chance(0.2)
    return ask(clause) if draw.chance(0.2) else tell(replace(clause, negated=negated))


def next_to_something(draw: Choices) -> Phrase:
    """A place of things: auf dem Tisch, vor dem alten Haus."""
    relation = draw.pick(lex.RELATIONS)
    noun = draw.noun(relation["nouns"])
    where = draw.modified(noun, "dative", noun.known, draw.pick("I you we"))
    return prepositional(relation["german"], relation["english"], where)


def there_is(draw: Choices) -> Phrase:
    """Im Garten gibt es zwei Katzen. Es gibt kein Brot in der Küche."""
    room = draw.pick(lex.ROOMS)
    noun = draw.noun(room["nouns"])
    question = draw.chance(0.3)
    kinds = ["bare"] if noun.kind.mass else ["a", "number", "number"]
    kinds += [] if question else ["kein"]
    what = draw.modified(noun, "accusative", kinds, "I", negative="no", adjectives=0.2)
    there = replace(aligned("es=there"), who="they" if what.who == "they" else "it")
    clause = Clause(there, replace(BE, present=("gibt",) * 4), "present", (what,))
    where = aligned(lex.PLACES[room["place"]])
    if question:
        return ask(replace(clause, place=where))
    first = draw.chance(0.6)
    return tell(replace(clause, time=where, fronted=True) if first else replace(clause, complement=where))


def age(draw: Choices) -> Phrase:
    """Mein Bruder ist zwölf Jahre alt."""
    noun = draw.noun(draw.pick(lex.LISTS["is so old"]))
    if noun.group == "child":
        who = noun_phrase(noun, "nominative", "the", draw.pick([*noun.kind.adjectives, ""]))
    else:
        who = noun_phrase(noun, "nominative", draw.pick("I you we"))
    number = draw.pick(lex.NUMBERS["age"])
    years = aligned(f"{number['german']}={number['english']} | Jahre=years | alt=old")
    clause = Clause(who, BE, "present", complement=years)
    if draw.chance(0.3):
        return ask(clause)
    if draw.chance(0.4):
        knows = Clause(pronoun(draw.pick("I we he she they")), lex.STATES["wissen"], "present")
        return after(knows, ", dass=that", clause)
    return tell(clause)


def price(draw: Choices) -> Phrase:
    """Das Fahrrad kostet 100 Euro. Die zwei Bücher kosten 20 Euro."""
    nouns = [noun for noun in lex.OBJECTS["buy"] if noun.group in ("thing", "device") and noun.german != "Auto"]
    clause = Clause(draw.modified(draw.pick(nouns), "nominative", ["the"], "I"), lex.STATES["kosten"], "present")
    if draw.chance(0.2):
        return ask("wie viel=how much", clause)
    amount = draw.pick("20 50 100")
    clause = replace(clause, complement=aligned(f"{amount}={amount} | Euro=euros"))
    return tell(replace(clause, negated=draw.chance(0.15)))


def timetable(draw: Choices, timed: bool = True) -> Clause:
    """Der Zug fährt morgen um 8 Uhr ab. Der Film hat gestern um neun Uhr angefangen."""
    if draw.chance(0.35):
        noun, verb = lex.NOUNS["Film"], "anfangen"
    else:
        noun = draw.pick(lex.OBJECTS["travel"])
        verb = draw.pick("ankommen" if noun.german == "Flugzeug" else "abfahren ankommen")
    tense = draw.pick("present present perfect")
    clause = Clause(noun_phrase(noun, "nominative", "the"), lex.STATES[verb], tense)
    if not timed:
        return clause
    time = draw.some_time("past" if tense == "perfect" else "future habit")
    if any(word.text in ("Woche", "Morgen", "Abend", "Wochenende") for word in time.source):
        time = aligned(draw.pick(["gestern=yesterday"] if tense == "perfect" else ["morgen=tomorrow", "heute=today"]))
    return replace(clause, place=draw.clock(), time=time)


def timetable_sentence(draw: Choices) -> Phrase:
    """A timetable as a statement or as a question."""
    clause = timetable(draw)
    if draw.chance(0.25):
        return ask("wann=when", replace(clause, place=NOTHING))
    if draw.chance(0.2):
        return ask(clause)
    return tell(replace(clause, fronted=draw.chance(0.5)))


def possession(draw: Choices) -> Phrase:
    """Wir haben keine Zeit. Mein Bruder braucht einen neuen Mantel. Das rote Fahrrad gehört meiner Schwester."""
    someone, question = draw.subject(), draw.chance(0.25)
    someone = draw.asked() if question else someone
    kind = draw.pick("have have need belong know")
    if kind == "have":
        what = draw.thing("have", someone.who, ["a"] if question else ["a", "kein"], negative="no")
        clause = replace(have(someone, "Zeit"), tense=draw.pick("present past"))
        clause = replace(clause, objects=(what,)) if what else clause
    elif kind == "belong":
        clause = belonging(draw, question)
    elif kind == "know":
        negated = not question and draw.chance(0.3)
        whom = draw.person("accusative", "you" if someone.who in ("I", "we") else "I")
        clause = Clause(someone, lex.STATES["kennen"], "present", (whom,), negated=negated)
    else:
        negated = not question and draw.chance(0.25)
        what = draw.thing("need", someone.who, ["kein"] if negated else ["a", "own"])
        clause = Clause(someone, lex.STATES["brauchen"], "present", (what,), negated=negated)
        if not negated and draw.chance(0.15):
            clause = replace(clause, time=aligned("heute=today"))
    return ask(clause) if question else tell(clause)


def belonging(draw: Choices, question: bool) -> Clause:
    """Das rote Fahrrad gehört meiner Schwester."""
    nouns = [noun for noun in lex.NOUNS.values() if noun.group in ("thing", "device", "key", "animal")]
    noun = draw.pick([noun for noun in nouns if "leid" not in noun.german])
    what = noun_phrase(noun, "nominative", "the", draw.pick(["", draw.pick(noun.kind.adjectives)]))
    whom = draw.person("dative") if draw.chance(0.7) else pronoun(draw.pick("I you he she we they"), "dative")
    return Clause(what, lex.STATES["gehören"], "present", (whom,), negated=not question and draw.chance(0.2))
