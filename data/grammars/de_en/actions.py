"""Who does what: the sentences of the tiny German-English corpus without a subordinate clause."""

from dataclasses import replace

from grammars.de_en import choose
from grammars.de_en import lexicon as lex
from grammars.de_en.grammar import Clause, ask, pronoun, tell
from grammars.engine import Draw, Phrase, join


def statement(draw: Draw) -> Phrase:
    """Ich habe gestern das Buch gelesen. Morgen wird mein Bruder ein rotes Fahrrad kaufen."""
    tense = choose.tense_of(draw)
    negated = tense not in ("must", "would") and draw.chance(0.18)
    actor = choose.subject(draw, new=tense == "perfect" and not negated)
    if tense == "present" and draw.chance(0.5):
        actor = pronoun(draw.pick("I I I you"))
    clause = choose.action(draw, actor, tense, negated=negated)
    return tell(replace(clause, fronted=draw.chance(0.35)))


def yes_no_question(draw: Draw) -> Phrase:
    """Hast du gestern das Buch gelesen?"""
    tense = draw.pick([choose.question_tense(draw), choose.question_tense(draw), "present", "present", "would"])
    return ask(choose.asking(choose.action(draw, choose.asked(draw), tense)))


def two_clauses(draw: Draw) -> Phrase:
    """Mein Vater kocht oft Suppe, aber meine Mutter isst immer Brot. Ich habe gelesen und er hat geschlafen."""
    tense = draw.pick("perfect perfect present will want")
    first, second = choose.subject(draw, 0.5), choose.person(draw, "nominative")
    if first.who not in ("I", "we") and draw.chance(0.4):
        second = pronoun(draw.pick("I we"))
    names = [name for name in draw.pick(lex.LISTS["theme"]).split() if fits_both(name, first, second, tense)]
    names = [name for name in names if name != "sleep" or tense != "present"]
    negated = len(names) < 2 or draw.chance(0.3)
    name = draw.pick(names)
    contrast = name if negated else draw.pick([other for other in names if other != name])
    one = choose.action(draw, first, tense, name, timed=tense == "present", placed=False)
    other = choose.action(draw, second, tense, contrast, negated=negated, timed=False, placed=False)
    link = ",=, | aber=but" if negated or draw.chance(0.4) else "und=and"
    return tell(one, link, other.say())


def fits_both(name: str, first: Phrase, second: Phrase, tense: str) -> bool:
    """Whether both can do it, and not do it."""
    return all(
        choose.fits(lex.ACTIONS[name], who, tense, negated) for who in (first, second) for negated in (False, True)
    )


def two_objects(draw: Draw) -> Phrase:
    """Meine Schwester hat gestern einen Apfel und zwei Eier gekauft."""
    actor, tense = choose.subject(draw), choose.tense_of(draw, habits=False)
    verb = lex.ACTIONS[draw.pick(choose.fitting("buy eat drink bring", actor, tense))]
    food = [noun for noun in lex.OBJECTS[verb.name] if noun.group in ("fruit", "dish", "staple", "drink")]
    gifts = [noun for noun in lex.OBJECTS[verb.name] if noun.group in ("gift", "flower")]
    nouns = gifts if gifts and draw.chance(0.3) else food
    first, second = (
        choose.modified(draw, noun, "accusative", ["bare"] if noun.kind.mass else ["a", "number"], actor.who)
        for noun in (draw.pick(nouns), draw.pick(nouns))
    )
    clause = choose.add_time(draw, Clause(actor, verb, tense, (join(first, "und=and", second),)))
    return tell(replace(clause, fronted=draw.chance(0.35)))
