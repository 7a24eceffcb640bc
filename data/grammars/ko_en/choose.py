"""Who, what, when and where: draws the parts of a sentence of the tiny Korean-English corpus so that it makes sense."""

from grammars.engine import NOTHING, Draw, Pair, Phrase, aligned
from grammars.ko_en import lexicon as lex
from grammars.ko_en.grammar import SPEAKERS, Clause, finish, hour, person, place, thing

PRESENT, PAST, FUTURE = (lex.PLANS[name] for name in ("present", "past", "future"))
KINDS = {"pronoun": 12, "name": 10, "role": 6, "group": 2, "kin": 9}
"""How often the subject is of each kind of people."""

# --- People --------------------------------------------------------------------------------------------------------


def anyone(draw: Draw, known: bool = False, asked: bool = False) -> lex.Person:
    """Someone to be the subject: `known` has a pronoun; `asked` is no one whom the speaker would not ask about."""
    while True:
        who = draw.pick(lex.people(draw.weighted(KINDS)))
        if (who.pronoun or not known) and not (asked and (who.pronoun in SPEAKERS or who.owner == "I")):
            return who


def clash(doer: lex.Person, other: lex.Person) -> bool:
    """Whether the two might be the same person, or 그의 would have to be 자기."""
    alike = doer.pronoun == other.pronoun and (doer.objective or other.objective)
    speakers = (other.pronoun in SPEAKERS and doer.pronoun in SPEAKERS) or (doer.pronoun, other.owner) == ("we", "I")
    owned = other.owner in ("he", "she") and (doer.owner or doer.pronoun in ("", other.owner))
    own = other.objective and doer.owner == other.pronoun != "I"
    roles = doer.korean.startswith(other.korean) or other.korean.startswith(doer.korean)
    return bool(alike or speakers or owned or own or roles)


def someone_else(draw: Draw, doer: lex.Person, roles: bool = False) -> lex.Person:
    """Someone else, with `roles` the doctor too, who is seldom more than a subject."""
    while True:
        other = anyone(draw)
        if not clash(doer, other) and (roles or other.kind != "role"):
            return other


def topic(who: lex.Person, particle: str = "은") -> Phrase:
    """Someone as the subject."""
    return person(who, particle, subject=True)


def company(draw: Draw, doer: lex.Person) -> Phrase:
    """With someone."""
    return person(someone_else(draw, doer), "과", "with")


# --- Plans ---------------------------------------------------------------------------------------------------------


def plan_of(draw: Draw, names: str) -> lex.Plan:
    """One of the plans named."""
    return lex.PLANS[draw.pick(names)]


def some_plan(draw: Draw, item: lex.Frame, moods: str = "") -> lex.Plan:
    """A plan that suits the frame: what is not done daily has no habitual present."""
    while True:
        plan = draw.weighted(lex.PLAN_SHARES)
        habit = plan.habit and "daily" not in item
        if not habit and item.can_be(plan.mood) and (not moods or plan.mood in moods.split()):
            return plan


# --- Things --------------------------------------------------------------------------------------------------------


def some_owner(draw: Draw, doer: lex.Person, lent: bool) -> str:
    """`I`, `he` or `she`, for `my`, `his` or `her`, which is not the subject; `my` may be, if the thing is not lent."""
    others = [name for name in ("he", "she") if doer.pronoun not in ("", name) and not doer.owner]
    return draw.pick(others if doer.pronoun == "we" or (lent and doer.pronoun == "I") else ["I", *others])


def this_or_whose(draw: Draw, noun: lex.Noun) -> str:
    """A determiner for a thing that one talks about."""
    return draw.pick("이 그 I he she" if "owned" in noun.flags else "이 그")


def some_object(draw: Draw, item: lex.Frame, doer: lex.Person, plan: lex.Plan, detail: bool = True) -> Phrase:
    """What the verb of the frame is done to: nothing, a person or a thing, with `detail` a certain thing."""
    if "people" in item:
        return person(someone_else(draw, doer), "을")
    if not item.objects:
        return NOTHING
    noun, roll = lex.NOUNS[draw.pick(item.objects)], draw.random()
    single = "which" in item or (plan.mood == "progressive" and "single" in noun.flags)
    if "own" in item and "owned" in noun.flags and detail and roll < 0.5:
        return thing(noun, "을", which=some_owner(draw, doer, lent=item.verb == "빌리"))
    if single or ("pointed" in noun.flags and detail and item.verb != "찍" and not plan.habit and roll < 0.3):
        return thing(noun, "을", which=draw.pick("이 그"))
    plain = plan.mood in ("can", "cannot", "must", "like") or item.tools
    adjectives = lex.fitting(noun.korean, item.verb) if detail and roll > 0.6 and not plain else []
    return thing(noun, "을", how=draw.pick(adjectives) if adjectives else None)


# --- Times and places ----------------------------------------------------------------------------------------------


def unfit(item: lex.Frame, plan: lex.Plan) -> tuple[str, ...]:
    """The times that do not go with the event: dinner is not eaten in the morning, nor `last week`."""
    if "morning" in item:
        return ("morning", "evening", "week", "weekend", "weekday")
    if "meal" in item:
        return ("morning", "evening", "week")
    return ("week",) if "brief" in lex.VERBS[item.verb].flags or plan.mood == "not" else ()


def some_time(draw: Draw, plan: lex.Plan, leave_out: tuple[str, ...] = ()) -> Phrase:
    """A day that goes with the tense, perhaps none."""
    if plan.mood == "progressive":
        return aligned("지금=now") if plan.manner.tense == "present" and draw.chance(0.5) else NOTHING
    if plan.habit and plan.mood != "plain":
        return NOTHING
    if draw.random() > (0.5 if plan.manner.tense == "present" else 0.7):
        return NOTHING
    tense = "future" if plan.mood in ("want", "must", "can", "cannot") else plan.manner.tense
    return aligned(draw.pick([time for time in lex.EXPRESSIONS[tense] if time.name not in leave_out]).text)


def some_hour(draw: Draw, half: str = "", said: bool = False) -> Phrase:
    """An hour of the morning, the afternoon or the evening, `said` or not."""
    half = half or draw.pick(lex.HALVES)
    return hour(draw.pick(lex.HOURS[half]["hours"]), half if said else "")


def some_times(draw: Draw, item: lex.Frame, plan: lex.Plan) -> tuple[Phrase, ...]:
    """A day, an hour, both (매일 여덟 시에) or neither."""
    time = some_time(draw, plan, unfit(item, plan))
    day = time.source[0].text if time else ""
    if "hour" not in item or plan.mood not in ("plain", "want", "must") or day not in ("", "매일", "어제", "내일"):
        return (time,)
    if "morning" in item:
        return time, some_hour(draw, "아침", said=not day and draw.chance(0.5))
    return (time, some_hour(draw, item.objects[0] if "meal" in item else "")) if draw.chance(0.6) else (time,)


def somewhere(draw: Draw, item: lex.Frame) -> Phrase:
    """Where it happens, perhaps nowhere."""
    if not item.places or ("there" not in item and draw.chance(0.5)):
        return NOTHING
    return some_place(draw, item)


def some_place(draw: Draw, item: lex.Frame) -> Phrase:
    """Where it happens."""
    return place(draw.pick(item.places), "에서")


# --- Events --------------------------------------------------------------------------------------------------------


def some_event(draw: Draw, item: lex.Frame, doer: lex.Person, plan: lex.Plan, extra: Phrase = NOTHING) -> Clause:
    """An event of this frame with time, company, place, tool and object as they come; `extra` precedes the object."""
    times = some_times(draw, item, plan)
    rare = plan == PRESENT and not any(times) and draw.chance(0.5)
    often = aligned(draw.pick(lex.EXPRESSIONS["often"]).text) if rare else NOTHING
    others = company(draw, doer) if "with" in item and draw.chance(0.25) else NOTHING
    tooled = item.tools and draw.chance(0.7)
    tool = thing(lex.NOUNS[draw.pick(item.tools)], "으로", "with") if tooled else NOTHING
    target, where = some_object(draw, item, doer, plan), somewhere(draw, item)
    return Clause(topic(doer), lex.VERBS[item.verb], plan, (*times, others, where, tool, extra, target), often)


def plain_event(draw: Draw, item: lex.Frame, doer: lex.Person, plan: lex.Plan) -> Clause:
    """An event for a longer sentence: a place, perhaps, and a plain object."""
    target, where = some_object(draw, item, doer, plan, detail=False), somewhere(draw, item)
    return Clause(topic(doer), lex.VERBS[item.verb], plan, (where, target))


def say(clause: Clause, question: bool = False) -> Pair:
    """A sentence of one clause."""
    return finish(clause.say(question), "?" if question else ".")
