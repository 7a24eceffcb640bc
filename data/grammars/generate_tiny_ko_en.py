"""Write `data/tiny-ko-en`, a small Korean-English corpus with gold word links.

    python data/grammars/generate_tiny_ko_en.py [--out DIR]

A grammar draws a meaning, and says it in both languages. Each Korean sentence has one English rendering:

- the Korean is in the polite style in 요; every main clause names its subject, and a clause with the same subject does
  not repeat it, where English has a pronoun;
- what Korean leaves open, the lexicon decides: a noun is definite (`the door`), a bare plural (`books`) or a mass
  (`milk`), unless a determiner, an owner, a number or a relative clause says otherwise;
- what stands between subject and verb in Korean follows the verb in English in the opposite order, times last; only
  `often`, `very` and the like stand before the verb or the adjective.

The links follow the meaning, and every word has one:

- an article to the noun of its phrase, also before an adjective; a preposition to the noun with the particle;
- an auxiliary to the word that carries it: in 읽지 않아요 `does not` to 않아요, in 갈 거예요 `will` to 거예요, in 할 수
  있어요 `can` to 수 and 있어요, in 먹고 싶어 해요 `wants to` to 싶어 and 해요; `do` of a question to what has its tense;
- a conjunction, and the comma of its clause, to the word with the ending, or to 때문에 or 때, which are words;
  `that` and `who` of a relative clause to the verb before the Korean noun;
- a number and its counter to the English number, a measure to its own words as well: 잔 to `two` and to `cups of`;
- 씨 to the name; a pronoun that Korean leaves out to the subject that it repeats;
- the final mark to the final mark.
"""

import argparse
import random
import re
from collections.abc import Callable
from pathlib import Path

from grammar import Pair, Word, word, write_corpus
from hangul import attach, inflect
from ko_en_grammar import (
    NOTHING,
    SPEAKERS,
    Event,
    Phrase,
    Plan,
    aligned,
    ask,
    clause,
    combine,
    counted,
    finish,
    hour,
    person,
    place,
    same,
    spot,
    thing,
    words,
)
from ko_en_lexicon import (
    ADJECTIVES,
    AT_HOME,
    AWAY,
    BRIEF,
    COMPARED,
    CONTRASTS,
    COUNTED,
    DAILY_DESTINATIONS,
    DESCRIBED,
    DESTINATIONS,
    FRAMES,
    GIVEN,
    GROUPS,
    HALVES,
    HEADS,
    HOURS,
    IN_TURN,
    KIN,
    LIKED,
    MANY,
    MEETING_POINTS,
    MOVED,
    NAMES,
    NOUNS,
    NUMBERS,
    OFTEN,
    ONE_AT_A_TIME,
    OWNED,
    POINTED,
    PRONOUNS,
    PURPOSES,
    RAIN,
    RELATIVE,
    REQUESTS,
    ROLE_PEOPLE,
    ROLES,
    SIDE_BY_SIDE,
    SNOW,
    SPOTS,
    STATES,
    STAY,
    TASTES,
    TIMES,
    VERBS,
    WEATHER,
    WEEKDAYS,
    WHO,
    WHO_DOES,
    WHO_IS_DOING,
    WORK,
    Adjective,
    Frame,
    Noun,
    Person,
    Verb,
    article,
    can_be,
    comparative,
    finite,
    fitting,
)

Random = random.Random

# --- Choices -------------------------------------------------------------------------------------------------------


def anyone(rng: Random, known: bool = False, asked: bool = False) -> Person:
    """Someone to be the subject: `known` has a pronoun; `asked` is no one whom the speaker would not ask about."""
    while True:
        who = rng.choice(rng.choices((PRONOUNS, NAMES, ROLE_PEOPLE, GROUPS, KIN), (12, 10, 6, 2, 9))[0])
        if (who.pronoun or not known) and not (asked and (who.pronoun in SPEAKERS or who.owner == "I")):
            return who


def clash(doer: Person, other: Person) -> bool:
    """Whether the two might be the same person, or 그의 would have to be 자기."""
    alike = doer.pronoun == other.pronoun and (doer.objective or other.objective)
    speakers = (other.pronoun in SPEAKERS and doer.pronoun in SPEAKERS) or (doer.pronoun, other.owner) == ("we", "I")
    owned = other.owner in ("he", "she") and (doer.owner or doer.pronoun in ("", other.owner))
    own = other.objective and doer.owner == other.pronoun != "I"
    roles = doer.ko.startswith(other.ko) or other.ko.startswith(doer.ko)
    return bool(alike or speakers or owned or own or roles)


def someone_else(rng: Random, doer: Person, roles: bool = False) -> Person:
    """Someone else, with `roles` the doctor too, who is seldom more than a subject."""
    while True:
        other = anyone(rng)
        if not clash(doer, other) and (roles or other not in ROLE_PEOPLE):
            return other


def choose_owner(rng: Random, doer: Person, lent: bool) -> str:
    """`I`, `he` or `she`, for `my`, `his` or `her`, where that cannot be the subject; `my` may be, if it is not lent."""
    others = [name for name in ("he", "she") if doer.pronoun not in ("", name) and not doer.owner]
    return rng.choice(others if doer.pronoun == "we" or (lent and doer.pronoun == "I") else ["I", *others])


def this_or_whose(rng: Random, noun: Noun) -> str:
    return rng.choice(["이", "그", "I", "he", "she"] if noun.ko in OWNED else ["이", "그"])


def choose_object(rng: Random, item: Frame, doer: Person, plan: Plan, tag: str, detail: bool = True) -> Phrase:
    """What the verb of the frame is done to: nothing, a person or a thing, with `detail` a certain thing."""
    if "people" in item:
        return person(someone_else(rng, doer), "을", tag)
    if not item.objects:
        return NOTHING
    noun, roll = NOUNS[rng.choice(item.objects)], rng.random()
    single = "which" in item or (plan.mood == "progressive" and noun.ko in ONE_AT_A_TIME)
    if "own" in item and noun.ko in OWNED and detail and roll < 0.5:
        return thing(noun, "을", tag, which=choose_owner(rng, doer, lent=item.verb.ko == "빌리"))
    if single or (noun.ko in POINTED and detail and item.verb.ko != "찍" and not plan.habit and roll < 0.3):
        return thing(noun, "을", tag, which=rng.choice("이그"))
    adjectives = (
        fitting(noun.ko, item.verb.ko)
        if detail and roll > 0.6 and not item.tools and plan.mood not in ("can", "cannot", "must", "like")
        else []
    )
    return thing(noun, "을", tag, how=rng.choice(adjectives) if adjectives else None)


def unfit(item: Frame, plan: Plan) -> str:
    """A pattern of the times that do not go with the event: dinner is not eaten in the morning, nor `last week`."""
    if "morning" in item:
        return "아침|저녁|주|요일"
    if "meal" in item:
        return "아침|저녁|주에"
    return "주에" if item.verb.ko in BRIEF or plan.mood == "not" else "-"


def choose_time(rng: Random, plan: Plan, tag: str, leave_out: str = "-") -> Phrase:
    """A day that goes with the tense, perhaps none."""
    if plan.mood == "progressive":
        return aligned("지금=now", tag) if plan.tense == "present" and rng.random() < 0.5 else NOTHING
    if plan.habit and plan.mood != "plain":
        return NOTHING
    tense = "future" if plan.mood in ("want", "must", "can", "cannot") else plan.tense
    if rng.random() > (0.7 if plan.tense != "present" else 0.5):
        return NOTHING
    return aligned(rng.choice([text for text in TIMES[tense] if not re.search(leave_out, text)]), tag)


def choose_hour(rng: Random, tag: str, half: str = "", said: bool = False) -> Phrase:
    half = half or rng.choice(list(HALVES))
    return hour(rng.choice(HOURS[half].split()), half if said else "", tag)


def choose_times(rng: Random, item: Frame, plan: Plan, tag: str) -> tuple[Phrase, ...]:
    """A day, an hour, both (매일 여덟 시에) or neither."""
    time = choose_time(rng, plan, f"{tag}.time", unfit(item, plan))
    day = time.ko[0].text if time.ko else ""
    if "hour" not in item or plan.mood not in ("plain", "want", "must") or day not in ("", "매일", "어제", "내일"):
        return (time,)
    if "morning" in item:
        return time, choose_hour(rng, f"{tag}.hour", "아침", said=not day and rng.random() < 0.5)
    if rng.random() < 0.6:
        return time, choose_hour(rng, f"{tag}.hour", item.objects[0]) if "meal" in item else choose_hour(
            rng, f"{tag}.hour"
        )
    return (time,)


def choose_place(rng: Random, item: Frame, tag: str) -> Phrase:
    if not item.places or ("there" not in item and rng.random() < 0.5):
        return NOTHING
    return place(rng.choice(item.places), "에서", f"{tag}.place")


def choose_event(rng: Random, item: Frame, doer: Person, plan: Plan, tag: str, extra: Phrase = NOTHING) -> Event:
    """An event of this frame with time, company, place, tool and object as they come; `extra` precedes the object."""
    times, company, tool = choose_times(rng, item, plan, tag), NOTHING, NOTHING
    rare = plan == Plan() and not any(time.ko for time in times) and rng.random() < 0.5
    often = aligned(rng.choice(OFTEN), f"{tag}.often") if rare else NOTHING
    if "with" in item and rng.random() < 0.25:
        company = person(someone_else(rng, doer), "과", f"{tag}.with", "with")
    if item.tools and rng.random() < 0.7:
        tool = thing(NOUNS[rng.choice(item.tools)], "으로", f"{tag}.tool", "with")
    target = choose_object(rng, item, doer, plan, f"{tag}.object")
    return Event(item.verb, (*times, company, choose_place(rng, item, tag), tool, extra, target), often)


def bare_event(rng: Random, item: Frame, doer: Person, plan: Plan, tag: str) -> Event:
    """An event for a longer sentence: a place, perhaps, and a plain object."""
    target = choose_object(rng, item, doer, plan, f"{tag}.object", detail=False)
    return Event(item.verb, (choose_place(rng, item, tag), target))


PLANS = {
    Plan(): 18, Plan(ending="past"): 19, Plan(ending="future"): 10, Plan("not"): 7, Plan("not", "past"): 9,
    Plan("not", "future"): 4, Plan("want"): 8, Plan("can"): 5, Plan("cannot"): 4, Plan("progressive"): 8,
    Plan("must"): 7, Plan("like"): 7,
}  # fmt: skip
PAST, FUTURE = Plan(ending="past"), Plan(ending="future")


def choose_plan(rng: Random, item: Frame, moods: str = "") -> Plan:
    """A plan that suits the frame: what is not done daily has no habitual present."""
    while True:
        plan = rng.choices(list(PLANS), list(PLANS.values()))[0]
        habit = plan.habit and "daily" not in item
        if not habit and can_be(item, plan.mood) and (not moods or plan.mood in moods.split()):
            return plan


def pick(rng: Random, names: str | tuple[str, ...]) -> Noun:
    return NOUNS[rng.choice(names.split() if isinstance(names, str) else names)]


# --- Statements ----------------------------------------------------------------------------------------------------


def topic(who: Person, tag: str = "main.subject", particle: str = "은") -> Phrase:
    return person(who, particle, tag, subject=True)


def say(doer: Person, event: Event, plan: Plan, question: bool = False) -> Pair:
    """A sentence of one clause."""
    return finish(clause(topic(doer), doer.agreement, event, plan, question=question), "?" if question else ".")


def be(adjective: Adjective) -> Verb:
    return Verb(adjective.ko, f"be {adjective.en}")


def simple(rng: Random) -> Pair:
    """민수 씨는 어제 도서관에서 책을 읽었어요: Minsu read books in the library yesterday."""
    doer, item = anyone(rng), rng.choice(FRAMES)
    plan = choose_plan(rng, item)
    return say(doer, choose_event(rng, item, doer, plan, "main"), plan)


def motion(rng: Random) -> Pair:
    """그녀는 내일 기차로 부산에 갈 거예요: She will go to Busan by train tomorrow."""
    doer, verb = anyone(rng), VERBS[rng.choice("가가가오")]
    plan = rng.choice(
        (Plan(), Plan(), PAST, PAST, PAST, FUTURE, FUTURE, Plan("want"), Plan("must"), Plan("not", "past"))
    )
    names = MEETING_POINTS if verb.ko == "오" else DAILY_DESTINATIONS if plan == Plan() else DESTINATIONS
    goal = rng.choice(names)
    arguments = [choose_time(rng, plan, "main.time")]
    if not arguments[0].ko and rng.random() < 0.3:
        arguments.append(choose_hour(rng, "main.hour"))
    if rng.random() < 0.25:
        arguments.append(person(someone_else(rng, doer), "과", "main.with", "with"))
    if rng.random() < 0.35:
        vehicle = pick(rng, "기차 버스" if goal in ("서울", "부산") else "버스 택시 지하철 자동차 자전거")
        arguments.append(same(attach(vehicle.ko, "으로"), f"by {vehicle.en}", "main.by"))
    return say(doer, Event(verb, (*arguments, place(goal, "goal", "main.goal"))), plan)


def purpose(rng: Random) -> Pair:
    """저는 책을 빌리러 도서관에 갔어요: I went to the library to borrow books."""
    doer, item = anyone(rng), rng.choice(PURPOSES)
    plan = rng.choice((PAST, PAST, PAST, FUTURE, FUTURE, Plan("want"), Plan("must")))
    target = thing(pick(rng, item.objects), "을", "aim.object")
    to_do = same(inflect(item.verb.ko, "to")[0], f"to {item.verb.en}", "aim")
    aim = Phrase(target.ko + to_do.ko, to_do.en + target.en)
    goal = place(rng.choice(item.places), "goal", "main.goal")
    return say(doer, Event(VERBS["가"], (choose_time(rng, plan, "main.time"), aim, goal)), plan)


def giving(rng: Random) -> Pair:
    """지영 씨는 준호 씨에게 꽃을 줬어요: Jiyoung gave flowers to Junho."""
    doer, item = anyone(rng), rng.choice(GIVEN)
    plan = choose_plan(rng, item, "plain not want must")
    receiver = person(someone_else(rng, doer), "에게", "main.receiver", "to" if item.objects else "")
    return say(doer, choose_event(rng, item, doer, plan, "main", receiver), plan)


def counting(rng: Random) -> Pair:
    """그들은 시장에서 사과 세 개를 샀어요: They bought three apples at the market."""
    doer, item = anyone(rng), rng.choice(COUNTED)
    plan, noun = choose_plan(rng, item, "plain want must"), pick(rng, item.objects)
    most = 3 if plan == Plan() else 10 if noun.ko in MANY and rng.random() < 0.6 else 4
    amount = counted(noun, rng.choice(list(NUMBERS)[:most]), "main.object")
    where = choose_place(rng, item, "main")
    return say(doer, Event(item.verb, (choose_time(rng, plan, "main.time", unfit(item, plan)), where, amount)), plan)


def liking(rng: Random) -> Pair:
    """저는 커피를 좋아하지 않아요: I do not like coffee. 그녀는 그 노래를 몰라요: She does not know that song."""
    doer, verb = anyone(rng), VERBS[rng.choice(["좋아하", "좋아하", "좋아하", "알", "모르"])]
    if verb.ko != "좋아하":
        known = rng.choice((thing(pick(rng, "노래 책 영화"), "을", "main.object", which=rng.choice("이그")),
                            person(someone_else(rng, doer), "을", "main.object")))  # fmt: skip
        return say(doer, Event(verb, (known,)), Plan())
    noun = pick(rng, LIKED)
    which = rng.choice("이그") if noun.ko in ["영화", "노래", "소설", "책"] and rng.random() < 0.6 else ""
    return say(doer, Event(verb, (thing(noun, "을", "main.object", which=which),)), rng.choice((Plan(), Plan("not"))))


def living(rng: Random) -> Pair:
    """제 친구는 부산에 살아요: My friend lives in Busan."""
    question = rng.random() < 0.3
    where = place(rng.choice(["서울", "부산"]), "에", "main.place")
    plan = rng.choice((Plan(), PAST) if question else (Plan(), Plan("not"), Plan("want"), PAST))
    return say(anyone(rng, asked=question), Event(VERBS["살"], (where,)), plan, question)


def existence(rng: Random) -> Pair:
    """책상 위에 책이 두 권 있어요: There are two books on the desk."""
    name = rng.choice(list(SPOTS))
    noun, tense, none = pick(rng, SPOTS[name]), rng.choice(("present", "present", "past")), rng.random() < 0.25
    count = rng.choice(list(NUMBERS)[1:4]) if noun.counter and not noun.measure and rng.random() < 0.5 else ""
    where, many = spot(name, "where"), noun.kind == "many" or (count != "" and not none)
    goods = counted(noun, count, "goods", floating=True) if count and not none else thing(noun, "이", "goods", new=True)
    if none:
        goods = Phrase(goods.ko, tuple(item for item in goods.en if item.text not in ("a", "an")))
    is_there = f"there {finite('be', '', tense, 'they' if many else 'it')} {'no' if none else ''}"
    verb = same(inflect("없" if none else "있", tense)[0], is_there, "verb")
    return finish(Phrase(where.ko + goods.ko + verb.ko, verb.en + goods.en + where.en))


def location(rng: Random) -> Pair:
    """제 가방은 의자 옆에 있어요: My bag is next to the chair. 그는 서점에 없었어요: He was not at the bookstore."""
    if rng.random() < 0.6:
        verb, plan = rng.choice(((STAY, Plan()), (STAY, PAST), (STAY, FUTURE), (AWAY, Plan()), (AWAY, PAST)))
        time = choose_time(rng, plan, "main.time") if plan != Plan() else NOTHING
        return say(anyone(rng), Event(verb, (time, place(rng.choice(DESTINATIONS), "에", "main.place"))), plan)
    name, noun = rng.choice([(name, NOUNS[ko]) for name, goods in SPOTS.items() for ko in goods.split() if ko in MOVED])
    subject = thing(noun, "은", "main.subject", which=this_or_whose(rng, noun))
    return finish(clause(subject, "it", Event(STAY, (spot(name, "where"),)), rng.choice((Plan(), Plan(), PAST))))


def owning(rng: Random) -> Pair:
    """저는 고양이가 두 마리 있어요: I have two cats. 그는 우산이 없어요: He does not have an umbrella."""
    verb = VERBS[rng.choice("있있있없")]
    noun, question = pick(rng, "자전거 자동차 컴퓨터 우산 고양이 강아지 피아노 가방"), rng.random() < 0.15
    if verb.ko == "있" and noun.counter and rng.random() < 0.5:
        goods = counted(noun, rng.choice(list(NUMBERS)[1:3]), "main.object", floating=True)
    else:
        goods = thing(noun, "이", "main.object", new=True)
    question = question and verb.ko == "있"
    return say(anyone(rng, asked=question), Event(verb, (goods,)), Plan(), question)


def describe(rng: Random, names: list[str]) -> tuple[Adjective, Noun]:
    """A quality, and one of these things that may have it."""
    chosen = [item for item in ADJECTIVES if item.predicate and set(item.nouns) & set(names)]
    adjective = rng.choice(chosen)
    return adjective, pick(rng, tuple(ko for ko in adjective.nouns if ko in names))


def quality(rng: Random) -> Pair:
    """그 가방은 아주 비싸요: That bag is very expensive."""
    adjective, noun = describe(rng, DESCRIBED)
    plan = rng.choice((Plan(), Plan(), Plan("not")))
    very = (
        aligned("아주=very", "main.very")
        if plan == Plan() and adjective.ko != "맛있" and rng.random() < 0.4
        else NOTHING
    )
    question = plan == Plan() and not very.ko and rng.random() < 0.3
    subject = thing(noun, "은", "main.subject", which=this_or_whose(rng, noun))
    return finish(
        clause(subject, "it", Event(be(adjective), (), very), plan, question=question), "?" if question else "."
    )


def comparison(rng: Random) -> Pair:
    """제 가방은 그녀의 가방보다 더 무거워요: My bag is heavier than her bag."""
    adjective, noun = describe(rng, COMPARED)
    first, second = rng.sample(["I", "he", "she"], 2) if noun.ko in OWNED and rng.random() < 0.6 else ("이", "그")
    subject, other = thing(noun, "은", "subject", which=first), thing(noun, "보다", "other", which=second)
    *more, form = comparative(adjective.en)
    ko = (word("더", "more"), word(inflect(adjective.ko, "present")[0], "verb"))
    en = (word("is", "verb"), *words(" ".join(more), "more"), word(form, "verb", *([] if more else ["more"])))
    than = (word("than", "other"), *other.en)
    return finish(Phrase(subject.ko + other.ko + ko, subject.en + en + than))


def state(rng: Random) -> Pair:
    """준호 씨는 어제 아주 피곤했어요: Junho was very tired yesterday."""
    verb = VERBS[rng.choice([*STATES, "행복하", "친절하"])]
    lasting, plan = verb.ko == "친절하", rng.choice((Plan(), Plan("not"), PAST))
    plan = Plan() if lasting and plan == PAST else plan
    day = "어제=yesterday" if plan == PAST else "오늘=today"
    time = aligned(day, "main.time") if not lasting and rng.random() < 0.5 else NOTHING
    very = (
        aligned("아주=very", "main.very")
        if plan.mood == "plain" and " " not in verb.ko and rng.random() < 0.4
        else NOTHING
    )
    question = plan == Plan() and not very.ko and rng.random() < 0.4
    doer, event = anyone(rng, asked=question), Event(verb, (), very)
    mention = clause(topic(doer) + Phrase(time.ko), doer.agreement, event, plan, question=question)
    return finish(mention + Phrase((), time.en), "?" if question else ".")


def copula(subject: Phrase, noun: str, role: Phrase, agreement: str, question: bool = False) -> Pair:
    """The role before its last word, and with that word 예요 or 이에요: 제 친구예요, 학생이에요."""
    vowel = attach(noun, "이") != f"{noun}이"
    last = Word(role.ko[-1].text + ("예요" if vowel else "이에요"), role.ko[-1].meaning | {"verb"})
    is_, ko = words(finite("be", "", "present", agreement), "verb"), (*subject.ko, *role.ko[:-1], last)
    en = is_ + subject.en + role.en if question else subject.en + is_ + role.en
    return finish(Phrase(ko, en), "?" if question else ".")


def being(rng: Random) -> Pair:
    """수진 씨는 의사예요: Sujin is a doctor."""
    question, role = rng.random() < 0.2, rng.choice(list(ROLES))
    doer = anyone(rng, asked=question)
    while doer.agreement in ("we", "they") or doer in ROLE_PEOPLE:
        doer = anyone(rng, asked=question)
    what = same(role, f"{article(ROLES[role])} {ROLES[role]}", "role")
    if not question and rng.random() < 0.25:
        is_not = same("아니에요", f"{finite('be', '', 'present', doer.agreement)} not", "verb")
        ko = topic(doer).ko + words(attach(role, "이"), "role") + is_not.ko
        return finish(Phrase(ko, topic(doer).en + is_not.en + what.en))
    return copula(topic(doer), role, what, doer.agreement, question)


# --- Questions and requests ------------------------------------------------------------------------------------------


def question(rng: Random) -> Pair:
    """그는 매일 커피를 마셔요?: Does he drink coffee every day?"""
    doer, item = anyone(rng, asked=True), rng.choice(FRAMES)
    plan = choose_plan(rng, item, "plain want can progressive")
    return say(doer, choose_event(rng, item, doer, plan, "main"), plan, question=True)


def who_question(rng: Random) -> Pair:
    """누가 창문을 열었어요?: Who opened the window?"""
    item = rng.choice(FRAMES)
    plan = choose_plan(rng, item, "plain want can")
    event = choose_event(rng, item, WHO, plan, "main")
    return finish(clause(topic(WHO, particle="이"), "he", event, plan), "?")


def what_question(rng: Random) -> Pair:
    """지영 씨는 시장에서 무엇을 샀어요?: What did Jiyoung buy at the market?"""
    doer, item = anyone(rng, asked=True), rng.choice([item for item in FRAMES if len(item.objects) > 2])
    plan = choose_plan(rng, item, "plain want progressive")
    where = place(rng.choice(item.places), "에서", "main.place") if item.places and rng.random() < 0.6 else NOTHING
    event = Event(
        item.verb, (choose_time(rng, plan, "main.time", unfit(item, plan)), where, Phrase(words("무엇을", "asked")))
    )
    return finish(ask("what", topic(doer), doer.agreement, event, plan), "?")


def where_question(rng: Random) -> Pair:
    """그들은 어디에서 영어를 배워요?: Where do they learn English? 제 가방은 어디에 있어요?: Where is my bag?"""
    doer, kind = anyone(rng, asked=True), rng.random()
    if kind < 0.15:
        noun, plan = pick(rng, " ".join(OWNED[:-1])), Plan()
        subject = thing(noun, "은", "main.subject", which=rng.choice(["I", "he", "she"]))
        return finish(ask("where", subject, "it", Event(STAY, (Phrase(words("어디에", "asked")),)), plan), "?")
    item = rng.choice([item for item in FRAMES if item.places])
    plan = choose_plan(rng, item, "plain want")
    arguments = (Phrase(words("어디에서", "asked")), choose_object(rng, item, doer, plan, "main.object", detail=False))
    verb = item.verb
    if kind < 0.4:
        verb, arguments = rng.choice((VERBS["가"], STAY)), (Phrase(words("어디에", "asked")),)
        plan = rng.choice((Plan(), PAST)) if verb == STAY else plan
    time = choose_time(rng, plan, "main.time", unfit(item, plan)) if plan != Plan() else NOTHING
    return finish(ask("where", topic(doer), doer.agreement, Event(verb, (time, *arguments)), plan), "?")


def when_question(rng: Random) -> Pair:
    """민수 씨는 언제 집에 올 거예요?: When will Minsu come home? 그녀는 왜 집에 갔어요?: Why did she go home?"""
    doer, item = (
        anyone(rng, asked=True),
        rng.choice([item for item in FRAMES if "meal" not in item and "morning" not in item]),
    )
    ko, en = rng.choice((("언제", "when"), ("언제", "when"), ("왜", "why")))
    plan = rng.choice((PAST, FUTURE)) if en == "when" else PAST
    event = bare_event(rng, item, doer, plan, "main")
    if rng.random() < 0.3:
        event = Event(VERBS[rng.choice("가오")], (place(rng.choice(MEETING_POINTS), "goal", "main.goal"),))
    event = Event(event.verb, (Phrase(words(ko, "asked")), *event.arguments))
    return finish(ask(en, topic(doer), doer.agreement, event, plan), "?")


def request(rng: Random) -> Pair:
    """창문을 열어 주세요: Please open the window. 저에게 그 사진을 보여 주세요: Please show that picture to me."""
    item, plan, speaker = rng.choice(REQUESTS), Plan(ending="please"), rng.choice(PRONOUNS[:2])
    target, extra = choose_object(rng, item, PRONOUNS[0], plan, "main.object"), NOTHING
    if "people" in item:
        extra, target = place(rng.choice(item.places), "에서", "main.place"), person(speaker, "을", "main.object")
    elif item.verb.ko in ("보내", "보여 주", "가르치", "전화하"):
        receiver = rng.choice((speaker, speaker, *PRONOUNS[2:4], *NAMES))
        extra = person(receiver, "에게", "main.receiver", "to" if item.objects else "")
    ko, _, en = Event(item.verb, (extra, target)).predicate(plan, "we", "main")
    return finish(Phrase(ko, words("please", "main.ending") + en))


# --- Two clauses -----------------------------------------------------------------------------------------------------


def again(pronoun: str) -> Phrase:
    """English repeats the subject as a pronoun; Korean does not."""
    return Phrase((), words(pronoun, "subject"))


def with_condition(rng: Random) -> Pair:
    """저는 배가 고프기 때문에 빵을 먹어요: I eat bread because I am hungry."""
    doer, feeling = anyone(rng, known=True), rng.choice(list(STATES))
    conjunction = rng.choice(("if", "because", "because", "when"))
    past = conjunction != "if" and rng.random() < 0.5
    plan = PAST if past else rng.choice((Plan(), FUTURE)) if conjunction == "if" else Plan()
    first = Event(VERBS[feeling])
    if feeling == "바쁘" and (conjunction != "because" or rng.random() < 0.4):
        first = Event(VERBS["없" if conjunction == "because" else "있"], (thing(NOUNS["시간"], "이", "first.object"),))
    if feeling == "바쁘" and conjunction == "because":
        plan = Plan("not", "past") if past else rng.choice((Plan("cannot"), Plan("not", "future")))
    event = bare_event(rng, rng.choice(STATES[feeling]), doer, plan, "main")
    name, pronoun = topic(doer, "subject"), again(doer.pronoun)
    if conjunction == "because":
        name, pronoun = Phrase(name.ko, pronoun.en), Phrase((), name.en)
    first_plan = Plan(ending=f"past {conjunction}" if past else conjunction)
    subordinate = clause(name, doer.pronoun, first, first_plan, "first")
    return finish(combine(subordinate, clause(pronoun, doer.pronoun, event, plan), conjunction))


def sky(verb: Verb, tag: str) -> Phrase:
    """비가 or 눈이 (it), or 날씨가 (the weather)."""
    if verb not in (RAIN, SNOW):
        return same("날씨가", "the weather", tag)
    return Phrase((word("비가" if verb == RAIN else "눈이", tag, f"{tag.split('.')[0]}.verb"),), words("it", tag))


def weather(rng: Random) -> Pair:
    """내일 비가 오면 우리는 집에 있을 거예요: If it rains tomorrow, we will be at home."""
    doer, (verb, frames) = anyone(rng), rng.choice(WEATHER)
    conjunction = rng.choice(("if", "if", "because", "when"))
    past = conjunction != "if" and (rng.random() < 0.5 or (conjunction == "because" and verb in (RAIN, SNOW)))
    plan = PAST if past else rng.choice((Plan(), FUTURE)) if conjunction == "if" else Plan()
    time = NOTHING
    if conjunction == "if" and plan == FUTURE and rng.random() < 0.6:
        time = aligned(rng.choice(("내일=tomorrow", "오늘=today", *WEEKDAYS)), "first.time")
    if conjunction == "because" and past and rng.random() < 0.5:
        time = aligned("어제=yesterday", "first.time")
    event = bare_event(rng, rng.choice(frames), doer, plan, "main")
    if verb in (RAIN, SNOW) and rng.random() < 0.12:
        event = Event(STAY, (place("집", "에", "main.place"),))
    first_plan = Plan(ending=f"past {conjunction}" if past else conjunction)
    first = clause(sky(verb, "first.subject"), "it", Event(verb), first_plan, "first")
    first = Phrase(time.ko + first.ko, first.en + time.en)
    return finish(combine(first, clause(topic(doer), doer.agreement, event, plan), conjunction))


def forecast(rng: Random) -> Pair:
    """어제 서울에 비가 왔어요: It rained in Seoul yesterday."""
    verb, _ = rng.choice(WEATHER)
    wet = verb in (RAIN, SNOW)
    tense = rng.choice(("past", "future") if wet else ("past", "present"))
    day = {"past": "어제=yesterday", "present": "오늘=today", "future": "내일=tomorrow"}[tense]
    time = aligned(rng.choice(WEEKDAYS) if wet and rng.random() < 0.5 else day, "time")
    where = place(rng.choice(["서울", "부산"]), "에", "where") if rng.random() < 0.6 else NOTHING
    if where.ko and not wet:
        where = Phrase(words(where.ko[0].text.replace("에", "은"), "where"), where.en)
    event, plan = Event(verb), rng.choice((Plan(ending=tense), Plan("not", tense)))
    said = clause(sky(verb, "main.subject"), "it", event, plan)
    return finish(Phrase(time.ko + where.ko + said.ko, said.en + where.en + time.en))


def interrupted(rng: Random) -> Pair:
    """제가 집에 왔을 때 민수 씨는 음악을 듣고 있었어요: When I came home, Minsu was listening to music."""
    caller = anyone(rng)
    doer, plan = someone_else(rng, caller, roles=True), Plan("progressive", "past")
    first, subject = Event(VERBS["오"], (place("집", "goal", "first.goal"),)), topic(doer)
    if doer.pronoun and rng.random() < 0.5:
        first = Event(VERBS["전화하"], (person(doer, "에게", "first.receiver"),))
        subject = topic(next(who for who in PRONOUNS if who.pronoun == doer.pronoun))
    event = bare_event(rng, rng.choice(AT_HOME), doer, plan, "main")
    when = clause(topic(caller, "first.subject", "이"), caller.agreement, first, Plan(ending="past when"), "first")
    return finish(combine(when, clause(subject, doer.agreement, event, plan), "when"))


def tastes(rng: Random) -> Pair:
    """저는 커피는 좋아하지만 차는 좋아하지 않아요: I like coffee, but I do not like tea."""
    nouns, alone = rng.sample(rng.choice(TASTES).split(), 2), rng.random() < 0.5
    doer = anyone(rng, known=alone)
    other = doer if alone else someone_else(rng, doer, roles=True)
    tags = ("first.object", "main.object")
    objects = [thing(NOUNS[ko], "은" if alone else "을", tag) for ko, tag in zip(nouns, tags, strict=True)]
    first, second = (Event(VERBS["좋아하"], (item,)) for item in objects)
    likes = clause(topic(doer, "subject"), doer.agreement, first, Plan(ending="but"), "first")
    plan, subject = (Plan("not"), again(doer.pronoun)) if alone else (Plan(), topic(other))
    return finish(combine(likes, clause(subject, other.agreement, second, plan), "but"))


def good_and_bad(rng: Random) -> Pair:
    """이 김치는 맛있지만 매워요: This kimchi is delicious, but it is spicy."""
    by_stem = {item.ko: item for item in ADJECTIVES}
    pairs = [(by_stem[ko], by_stem[other]) for ko, others in CONTRASTS.items() for other in others.split()]
    first, second = rng.choice(pairs)
    noun = pick(rng, tuple(ko for ko in DESCRIBED if ko in first.nouns and ko in second.nouns))
    subject = thing(noun, "은", "subject", which=this_or_whose(rng, noun))
    but = clause(subject, "it", Event(be(first)), Plan(ending="but"), "first")
    return finish(combine(but, clause(again("it"), "it", Event(be(second)), Plan()), "but"))


def in_spite(rng: Random) -> Pair:
    """저는 피곤했지만 한국어를 공부했어요: I was tired, but I studied Korean."""
    doer, past, verb = (
        anyone(rng, known=True),
        rng.random() < 0.5,
        VERBS[rng.choice(["피곤하", "아프", "바쁘", "배가 고프"])],
    )
    plan = PAST if past else rng.choice((Plan("must"), FUTURE))
    event = bare_event(rng, rng.choice(WORK), doer, plan, "main")
    but = clause(topic(doer, "subject"), doer.pronoun, Event(verb), Plan(ending="past but" if past else "but"), "first")
    return finish(combine(but, clause(again(doer.pronoun), doer.pronoun, event, plan), "but"))


def in_turn(rng: Random) -> Pair:
    """그는 어제 빵을 먹고 우유를 마셨어요: He ate bread and drank milk yesterday."""
    doer, frames = anyone(rng), rng.choice(IN_TURN)
    time, subject = choose_time(rng, PAST, "time", "주에"), topic(doer, "subject")
    events = [bare_event(rng, item, doer, PAST, tag) for item, tag in zip(frames, ("first", "main"), strict=True)]
    and_ = clause(
        Phrase(subject.ko + time.ko, subject.en), doer.agreement, events[0], Plan("plain", "and", "past"), "first"
    )
    both = combine(and_, clause(NOTHING, doer.agreement, events[1], PAST), "and")
    return finish(both + Phrase((), time.en))


def side_by_side(rng: Random) -> Pair:
    """민수 씨는 책을 읽고 지영 씨는 음악을 들어요: Minsu reads books and Jiyoung listens to music."""
    doer, tense = anyone(rng), rng.choice(("past", "present"))
    other, frames = someone_else(rng, doer, roles=True), rng.sample(rng.choice(SIDE_BY_SIDE), 2)
    plans = Plan("plain", "and", tense), Plan(ending=tense)
    clauses = [
        clause(topic(who, f"{tag}.subject"), who.agreement, bare_event(rng, item, who, plan, tag), plan, tag)
        for who, item, plan, tag in zip((doer, other), frames, plans, ("first", "main"), strict=True)
    ]
    return finish(combine(*clauses, "and"))


# --- Relative clauses ------------------------------------------------------------------------------------------------


def made_by(rng: Random, noun: Noun, verb: Verb, doer: Person, particle: str) -> Phrase:
    """민수 씨가 어제 산 책을: the book that Minsu bought yesterday."""
    likes = verb.ko == "좋아하"
    time = (
        aligned(rng.choice(TIMES["past"]), "rel.time")
        if not likes and noun.ko != "소설" and rng.random() < 0.3
        else NOTHING
    )
    plan = Plan(ending="that" if likes else "that past")
    said = clause(topic(doer, "rel.subject", "이"), doer.agreement, Event(verb, (time,)), plan, "rel")
    head = same(attach(noun.ko, particle), f"the {noun.en}", "noun")
    return Phrase(said.ko + head.ko, head.en + words("that", "rel.ending") + said.en)


def relative_object(rng: Random) -> Pair:
    """저는 민수 씨가 산 빵을 먹었어요: I ate the bread that Minsu bought."""
    doer, (before, nouns, then) = anyone(rng), rng.choice(RELATIVE)
    noun = made_by(rng, pick(rng, nouns), VERBS[before], someone_else(rng, doer, roles=True), "을")
    verb = VERBS[rng.choice(then.split())]
    return say(doer, Event(verb, (noun,)), Plan() if verb.ko == "좋아하" else rng.choice((PAST, PAST, Plan("want"))))


def relative_subject(rng: Random) -> Pair:
    """민수 씨가 산 책은 재미있어요: The book that Minsu bought is interesting."""
    rows = [(verb, NOUNS[ko]) for verb, nouns, _ in RELATIVE for ko in nouns.split() if verb != "좋아하"]
    verb, noun, adjective = rng.choice(
        [(verb, noun, item) for verb, noun in rows for item in fitting(noun.ko, verb) if item.predicate]
    )
    subject = made_by(rng, noun, VERBS[verb], anyone(rng), "은")
    return finish(clause(subject, "it", Event(be(adjective)), rng.choice((Plan(), Plan(), Plan("not")))))


def relative_person(rng: Random) -> Pair:
    """공원에서 자전거를 타고 있는 남자는 의사예요: The man who is riding the bicycle in the park is a doctor."""
    head, doing, kind = rng.choice(list(HEADS)), rng.random() < 0.6, rng.random()
    item = rng.choice(WHO_IS_DOING if doing else WHO_DOES)
    where = place(rng.choice(item.places), "에서", "rel.place") if not item.objects or rng.random() < 0.6 else NOTHING
    target = thing(pick(rng, item.objects), "을", "rel.object") if item.objects else NOTHING
    plan = Plan("progressive" if doing else "plain", "that")
    said = clause(NOTHING, "he", Event(item.verb, (where, target)), plan, "rel")
    who = same(attach(head, "은"), f"the {HEADS[head]}", "head")
    subject = Phrase(said.ko + who.ko, who.en + words("who", "rel.ending") + said.en)
    if kind < 0.3 and not doing:
        return finish(clause(subject, "he", Event(VERBS["친절하"]), rng.choice((Plan(), Plan("not")))))
    if kind < 0.7 or head == "학생":
        return copula(subject, "친구", person(rng.choice(KIN[:3]), "", "role"), "he")
    role = rng.choice(list(ROLES)[1:])
    return copula(subject, role, same(role, f"{article(ROLES[role])} {ROLES[role]}", "role"), "he")


SENTENCES: dict[Callable[[Random], Pair], int] = {
    simple: 33, motion: 8, purpose: 4, giving: 6, counting: 8, liking: 5, living: 1, existence: 8, location: 4,
    owning: 3, quality: 4, comparison: 4, state: 3, being: 3, question: 6, who_question: 3, what_question: 3, where_question: 4,
    when_question: 3, request: 3, with_condition: 7, weather: 6, forecast: 4, interrupted: 4, tastes: 4, good_and_bad: 2,
    in_spite: 3, in_turn: 4, side_by_side: 4, relative_object: 6, relative_subject: 4, relative_person: 4,
}  # fmt: skip
"""The patterns, and how often each is drawn."""


def sentence(rng: Random) -> Pair:
    return rng.choices(list(SENTENCES), list(SENTENCES.values()))[0](rng)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the tiny Korean-English corpus.")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "tiny-ko-en", help="folder to write to"
    )
    write_corpus(parser.parse_args().out, ("ko", "en"), sentence, train=13_000, val=500, test=500)


if __name__ == "__main__":
    main()
