"""Who does what: the sentences of the tiny German-English corpus without a subordinate clause."""

from dataclasses import replace

from grammars.de_en import lexicon as lex
from grammars.de_en.choose import Choices, fits, fitting
from grammars.de_en.grammar import Clause, ask, pronoun, tell
from grammars.engine import Phrase, join


def statement(draw: Choices) -> Phrase:
    """Ich habe gestern das Buch gelesen. Morgen wird mein Bruder ein rotes Fahrrad kaufen."""
    tense = draw.tense_of()
    negated = tense not in ("must", "would") and draw.chance(0.18)
    actor = draw.subject(new=tense == "perfect" and not negated)
    if tense == "present" and draw.chance(0.5):
        actor = pronoun(draw.pick("I I I you"))
    clause = draw.action(actor, tense, negated=negated)
    return tell(replace(clause, fronted=draw.chance(0.35)))


def yes_no_question(draw: Choices) -> Phrase:
    """Hast du gestern das Buch gelesen?"""
    tense = draw.pick([draw.question_tense(), draw.question_tense(), "present", "present", "would"])
    return ask(draw.action(draw.asked(), tense))


def two_clauses(draw: Choices) -> Phrase:
    """Mein Vater kocht oft Suppe, aber meine Mutter isst immer Brot. Ich habe gelesen und er hat geschlafen."""
    tense = draw.pick("perfect perfect present will want")
    first, second = draw.subject(0.5), draw.person("nominative")
    if first.who not in ("I", "we") and draw.chance(0.4):
        second = pronoun(draw.pick("I we"))
    names = [name for name in draw.pick(lex.LISTS["theme"]).split() if fits_both(name, first, second, tense)]
    names = [name for name in names if name != "sleep" or tense != "present"]
    negated = len(names) < 2 or draw.chance(0.3)
    name = draw.pick(names)
    contrast = name if negated else draw.pick([other for other in names if other != name])
    one = draw.action(first, tense, name, extras="time" if tense == "present" else "")
    other = draw.action(second, tense, contrast, negated=negated, extras="")
    link = ",=, | aber=but" if negated or draw.chance(0.4) else "und=and"
    return tell(one, link, other.say())


def fits_both(name: str, first: Phrase, second: Phrase, tense: str) -> bool:
    """Whether both can do it, and not do it."""
    return all(fits(lex.ACTIONS[name], who, tense, negated) for who in (first, second) for negated in (False, True))


def two_objects(draw: Choices) -> Phrase:
    """Meine Schwester hat gestern einen Apfel und zwei Eier gekauft."""
    actor, tense = draw.subject(), draw.tense_of(habits=False)
    verb = lex.ACTIONS[draw.pick(fitting("buy eat drink bring", actor, tense))]
    food = [noun for noun in lex.OBJECTS[verb.name] if noun.group in ("fruit", "dish", "staple", "drink")]
    gifts = [noun for noun in lex.OBJECTS[verb.name] if noun.group in ("gift", "flower")]
    nouns = gifts if gifts and draw.chance(0.3) else food
    first, second = (
        draw.modified(noun, "accusative", ["bare"] if noun.kind.mass else ["a", "number"], actor.who)
        for noun in (draw.pick(nouns), draw.pick(nouns))
    )
    clause = draw.add_time(Clause(actor, verb, tense, (join(first, "und=and", second),)))
    return tell(replace(clause, fronted=draw.chance(0.35)))
