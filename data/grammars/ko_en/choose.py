"""Who, what, when and where: draws the parts of a sentence of the tiny Korean-English corpus so that it makes sense."""

from collections.abc import Sequence

from grammars.engine import NOTHING, Draw, Pair, Phrase, aligned
from grammars.ko_en import lexicon as lex
from grammars.ko_en.grammar import SPEAKERS, Clause, finish, hour, person, place, thing

PRESENT, PAST, FUTURE = (lex.PLANS[name] for name in ("present", "past", "future"))
KINDS = {"pronoun": 12, "name": 10, "role": 6, "group": 2, "kin": 9}
"""How often the subject is of each kind of people."""


def clash(doer: lex.Person, other: lex.Person) -> bool:
    """Whether the two might be the same person, or 그의 would have to be 자기."""
    alike = doer.pronoun == other.pronoun and (doer.objective or other.objective)
    speakers = (other.pronoun in SPEAKERS and doer.pronoun in SPEAKERS) or (doer.pronoun, other.owner) == ("we", "I")
    owned = other.owner in ("he", "she") and (doer.owner or doer.pronoun in ("", other.owner))
    own = other.objective and doer.owner == other.pronoun != "I"
    roles = doer.korean.startswith(other.korean) or other.korean.startswith(doer.korean)
    return bool(alike or speakers or owned or own or roles)


def topic(who: lex.Person, particle: str = "은") -> Phrase:
    """Someone as the subject."""
    return person(who, particle, subject=True)


def does(who: lex.Person, verb: str, plan: lex.Plan, *arguments: Phrase, often: Phrase = NOTHING) -> Clause:
    """Someone does this, with what stands before the verb in Korean."""
    return Clause(topic(who), lex.VERBS[verb], plan, arguments, often)


def unfit(item: lex.Frame, plan: lex.Plan) -> tuple[str, ...]:
    """The times that do not go with the event: dinner is not eaten in the morning, nor `last week`."""
    if "morning" in item:
        return ("morning", "evening", "week", "weekend", "weekday")
    if "meal" in item:
        return ("morning", "evening", "week")
    return ("week",) if "brief" in lex.VERBS[item.verb].flags or plan.mood == "not" else ()


def say(clause: Clause, question: bool = False) -> Pair:
    """A sentence of one clause."""
    return finish(clause.say(question), "?" if question else ".")


class Choices(Draw):
    """Chance that knows the lexicon."""

    def noun(self, names: str | Sequence[str]) -> lex.Noun:
        """One of these nouns."""
        return lex.NOUNS[self.pick(names)]

    def verb(self, names: str | Sequence[str]) -> lex.Verb:
        """One of these verbs."""
        return lex.VERBS[self.pick(names)]

    def frame(self, use: str, case: str = "") -> lex.Frame:
        """One of the frames that a pattern takes."""
        return self.pick(lex.frames(use, case))

    def listed(self, name: str) -> str:
        """A word of the list."""
        return self.pick(lex.LISTS[name][0])

    def anyone(self, known: bool = False, asked: bool = False) -> lex.Person:
        """Someone to be the subject: `known` has a pronoun; `asked` is no one whom the speaker would not ask about."""
        while True:
            who = self.pick(lex.people(self.weighted(KINDS)))
            if (who.pronoun or not known) and not (asked and (who.pronoun in SPEAKERS or who.owner == "I")):
                return who

    def someone_else(self, doer: lex.Person, roles: bool = False) -> lex.Person:
        """Someone else, with `roles` the doctor too, who is seldom more than a subject."""
        while True:
            other = self.anyone()
            if not clash(doer, other) and (roles or other.kind != "role"):
                return other

    def plan(self, names: str) -> lex.Plan:
        """One of the plans named."""
        return lex.PLANS[self.pick(names)]

    def some_plan(self, item: lex.Frame, moods: str = "") -> lex.Plan:
        """A plan that suits the frame: what is not done daily has no habitual present."""
        while True:
            plan = self.weighted(lex.PLAN_SHARES)
            habit = plan.habit and "daily" not in item
            if not habit and item.can_be(plan.mood) and (not moods or plan.mood in moods.split()):
                return plan

    def some_owner(self, doer: lex.Person, lent: bool) -> str:
        """`I`, `he` or `she`, for `my`, `his` or `her`, which is not the subject; `my` may be, if it is not lent."""
        others = [name for name in ("he", "she") if doer.pronoun not in ("", name) and not doer.owner]
        return self.pick(others if doer.pronoun == "we" or (lent and doer.pronoun == "I") else ["I", *others])

    def this_or_whose(self, noun: lex.Noun) -> str:
        """A determiner for a thing that one talks about."""
        return self.pick("이 그 I he she" if "owned" in noun.flags else "이 그")

    def some_object(self, item: lex.Frame, doer: lex.Person, plan: lex.Plan, detail: bool = True) -> Phrase:
        """What the verb of the frame is done to: nothing, a person or a thing, with `detail` a certain thing."""
        if "people" in item:
            return person(self.someone_else(doer), "을")
        if not item.objects:
            return NOTHING
        noun, roll = self.noun(item.objects), self.random()
        single = "which" in item or (plan.mood == "progressive" and "single" in noun.flags)
        if "own" in item and "owned" in noun.flags and detail and roll < 0.5:
            return thing(noun, "을", which=self.some_owner(doer, lent=item.verb == "빌리"))
        if single or ("pointed" in noun.flags and detail and item.verb != "찍" and not plan.habit and roll < 0.3):
            return thing(noun, "을", which=self.pick("이 그"))
        plain = plan.mood in ("can", "cannot", "must", "like") or item.tools
        adjectives = lex.fitting(noun.korean, item.verb) if detail and roll > 0.6 and not plain else []
        return thing(noun, "을", how=self.pick(adjectives) if adjectives else None)

    def some_time(self, plan: lex.Plan, leave_out: tuple[str, ...] = ()) -> Phrase:
        """A day that goes with the tense, perhaps none."""
        if plan.mood == "progressive":
            return aligned("지금=now") if plan.manner.tense == "present" and self.chance(0.5) else NOTHING
        if plan.habit and plan.mood != "plain":
            return NOTHING
        if self.random() > (0.5 if plan.manner.tense == "present" else 0.7):
            return NOTHING
        tense = "future" if plan.mood in ("want", "must", "can", "cannot") else plan.manner.tense
        return aligned(self.pick([time for time in lex.EXPRESSIONS[tense] if time.name not in leave_out]).text)

    def some_hour(self, half: str = "", said: bool = False) -> Phrase:
        """An hour of the morning, the afternoon or the evening, `said` or not."""
        half = half or self.pick(lex.HALVES)
        return hour(self.pick(lex.HOURS[half]["hours"]), half if said else "")

    def some_times(self, item: lex.Frame, plan: lex.Plan) -> tuple[Phrase, ...]:
        """A day, an hour, both (매일 여덟 시에) or neither."""
        time = self.some_time(plan, unfit(item, plan))
        day = time.source[0].text if time else ""
        if "hour" not in item or plan.mood not in ("plain", "want", "must") or day not in ("", "매일", "어제", "내일"):
            return (time,)
        if "morning" in item:
            return time, self.some_hour("아침", said=not day and self.chance(0.5))
        return (time, self.some_hour(item.objects[0] if "meal" in item else "")) if self.chance(0.6) else (time,)

    def somewhere(self, item: lex.Frame) -> Phrase:
        """Where it happens, perhaps nowhere."""
        if not item.places or ("there" not in item and self.chance(0.5)):
            return NOTHING
        return place(self.pick(item.places), "에서")

    def some_event(self, item: lex.Frame, doer: lex.Person, plan: lex.Plan, extra: Phrase = NOTHING) -> Clause:
        """An event of this frame with time, company, place, tool and object as they come; `extra` before the object."""
        times = self.some_times(item, plan)
        rare = plan == PRESENT and not any(times) and self.chance(0.5)
        often = aligned(self.pick(lex.EXPRESSIONS["often"]).text) if rare else NOTHING
        others = person(self.someone_else(doer), "과", "with") if "with" in item and self.chance(0.25) else NOTHING
        tooled = item.tools and self.chance(0.7)
        tool = thing(self.noun(item.tools), "으로", "with") if tooled else NOTHING
        target, where = self.some_object(item, doer, plan), self.somewhere(item)
        return does(doer, item.verb, plan, *times, others, where, tool, extra, target, often=often)

    def plain_event(self, item: lex.Frame, doer: lex.Person, plan: lex.Plan) -> Clause:
        """An event for a longer sentence: a place, perhaps, and a plain object."""
        target, where = self.some_object(item, doer, plan, detail=False), self.somewhere(item)
        return does(doer, item.verb, plan, where, target)
