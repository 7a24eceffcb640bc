"""The tiny German-English corpus: a sentence is drawn by one of the patterns that `patterns.tsv` lists with their shares.

Each German sentence has one English rendering, and the other way round; what differs is the order of the words, which
attention has to learn:

- tenses: perfect = simple past, present = simple present (habits, states, timetables), `wird` = `will`;
- a time that opens the German sentence opens the English one, any other time stands last in English;
- `sie` is `she` or `they` by its verb, `ihr` is `her` or `their` by the subject; `du` is the only `you`;
- `kein` with `haben` and `es gibt` is `no`, elsewhere it is `not a`, `not any`.

The links follow the meaning, and as far as possible every word has one:

- article to article; a contraction (`im`) to both of its English words, a compound (`Hausschlüssel`) likewise;
- all parts of a verb to all parts of the other: `hat` and `gelesen` to `read`, `ruft` and `an` to `call`; the helpers
  `will`, `can` to the German helper alone, `to` to the infinitive after it;
- `do` of questions and negations to the German finite verb; `nicht` to `not`, `kein` to `not` and to `a`;
- the commas around a German clause to the English conjunction or pronoun that opens it, but to the comma where English
  has one, too; `Uhr` to the number of the hour;
- the final mark to the final mark.
"""

from dataclasses import replace
from itertools import permutations

from grammars.de_en import states, subordinate
from grammars.de_en.actions import (
    action,
    add_time,
    asked,
    asking,
    fits,
    fitting,
    modified,
    one_of_us,
    person,
    question_tense,
    subject,
    tense_of,
)
from grammars.de_en.grammar import QUESTION, STOP, Clause
from grammars.de_en.lexicon import ACTIONS, LISTS, OBJECTS, TABLES
from grammars.engine import Draw, Pair, Phrase, aligned, join


def statement(draw: Draw) -> Phrase:
    """Ich habe gestern das Buch gelesen. Morgen wird mein Bruder ein rotes Fahrrad kaufen."""
    tense = tense_of(draw)
    negated = tense not in ("must", "would") and draw.chance(0.18)
    actor = subject(draw, new=tense == "perfect" and not negated)
    if tense == "present" and draw.chance(0.5):
        actor = one_of_us(draw, "I I I you")
    clause = action(draw, actor, tense, negated=negated)
    return join(replace(clause, fronted=draw.chance(0.35)).say(), STOP)


def yes_no_question(draw: Draw) -> Phrase:
    """Hast du gestern das Buch gelesen?"""
    tense = draw.pick([question_tense(draw), question_tense(draw), "present", "present", "would"])
    return join(asking(action(draw, asked(draw), tense)).say("question"), QUESTION)


def two_clauses(draw: Draw) -> Phrase:
    """Mein Vater kocht oft Suppe, aber meine Mutter isst immer Brot. Ich habe gelesen und er hat geschlafen."""
    tense = draw.pick("perfect perfect present will want")
    first, second = subject(draw, 0.5), person(draw, "nominative")
    if first.who not in ("I", "we") and draw.chance(0.4):
        second = one_of_us(draw, "I we")
    names = [name for name in draw.pick(LISTS["theme"]).split() if fits_both(name, first, second, tense)]
    names = [name for name in names if name != "sleep" or tense != "present"]
    negated = len(names) < 2 or draw.chance(0.3)
    name = draw.pick(names)
    contrast = name if negated else draw.pick([other for other in names if other != name])
    one = action(draw, first, tense, name, timed=tense == "present", placed=False)
    other = action(draw, second, tense, contrast, negated=negated, timed=False, placed=False)
    link = ",=, | aber=but" if negated or draw.chance(0.4) else "und=and"
    return join(one.say(), aligned(link), other.say(), STOP)


def fits_both(name: str, first: Phrase, second: Phrase, tense: str) -> bool:
    """Whether both can do it, and not do it."""
    return all(fits(ACTIONS[name], who, tense, negated) for who in (first, second) for negated in (False, True))


def two_objects(draw: Draw) -> Phrase:
    """Meine Schwester hat gestern einen Apfel und zwei Eier gekauft."""
    actor, tense = subject(draw), tense_of(draw, habits=False)
    verb = ACTIONS[draw.pick(fitting("buy eat drink bring", actor, tense))]
    food = [noun for noun in OBJECTS[verb.name] if noun.group in ("fruit", "dish", "staple", "drink")]
    gifts = [noun for noun in OBJECTS[verb.name] if noun.group in ("gift", "flower")]
    nouns = gifts if gifts and draw.chance(0.3) else food
    first, second = (
        modified(draw, noun, "accusative", ["bare"] if noun.kind.mass else ["a", "number"], actor.who)
        for noun in (draw.pick(nouns), draw.pick(nouns))
    )
    clause = add_time(draw, Clause(actor, verb, tense, (join(first, aligned("und=and"), second),)))
    return join(replace(clause, fronted=draw.chance(0.35)).say(), STOP)


SHARES = {
    {**vars(states), **vars(subordinate), **globals()}[row["pattern"]]: int(row["share"])
    for row in TABLES.rows("patterns")
}


def sentence(draw: Draw) -> Pair:
    """A sentence in which no noun comes twice: `mein Bruder besucht seinen Bruder` is odd."""
    while True:
        phrase = draw.weighted(SHARES)(draw)
        if not repeats(phrase):
            return Pair(phrase.source, phrase.target)


UMLAUTS = str.maketrans("ÄÖÜäöü", "AOUaou")


def repeats(phrase: Phrase) -> bool:
    """Whether two nouns of the phrase begin alike, as `Mann` and `Männer` do, or an adjective comes twice."""
    nouns = [word.text.translate(UMLAUTS) for word in phrase.source if word.text[0].isupper()]
    adjectives = [word.text for word in phrase.target if any(part.endswith("adjective") for part in word.meaning)]
    alike = any(one.startswith(two[:5]) or one.endswith(two.lower()) for one, two in permutations(nouns, 2))
    return alike or len(set(adjectives)) < len(adjectives)
