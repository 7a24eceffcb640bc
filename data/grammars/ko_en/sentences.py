"""The tiny Korean-English corpus: a sentence is drawn by one of the patterns that `patterns.tsv` lists with their shares.

Each Korean sentence has one English rendering:

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

from dataclasses import replace

from grammars import english
from grammars.engine import NOTHING, Draw, Pair, Phrase, aligned, same, words
from grammars.ko_en import longer
from grammars.ko_en.choices import (
    FUTURE,
    PAST,
    PRESENT,
    anyone,
    bare_event,
    choose_event,
    choose_hour,
    choose_object,
    choose_place,
    choose_plan,
    choose_time,
    company,
    plan_of,
    say,
    some_place,
    someone_else,
    this_or_whose,
    topic,
    unfit,
)
from grammars.ko_en.grammar import (
    Clause,
    around,
    ask,
    asked,
    be_so,
    counted,
    finish,
    person,
    place,
    spot,
    thing,
)
from grammars.ko_en.hangul import attach, inflect
from grammars.ko_en.lexicon import (
    ADJECTIVES,
    LISTS,
    NOUNS,
    NUMBERS,
    PLACES,
    SPOTS,
    TABLES,
    VERBS,
    Adjective,
    Noun,
    Plan,
    cases,
    frames,
    people,
)

# --- What is done ----------------------------------------------------------------------------------------------------


def simple(draw: Draw) -> Pair:
    """민수 씨는 어제 도서관에서 책을 읽었어요: Minsu read books in the library yesterday."""
    doer, item = anyone(draw), draw.pick(frames("any"))
    return say(choose_event(draw, item, doer, choose_plan(draw, item)))


def motion(draw: Draw) -> Pair:
    """그녀는 내일 기차로 부산에 갈 거예요: She will go to Busan by train tomorrow."""
    doer, verb = anyone(draw), draw.pick("가 가 가 오")
    plan = plan_of(draw, "present present past past past future future want must not-past")
    use = "meeting point" if verb == "오" else "daily destination" if plan == PRESENT else "destination"
    goal = draw.pick(LISTS[use][0])
    arguments = [choose_time(draw, plan)]
    if not arguments[0] and draw.chance(0.3):
        arguments.append(choose_hour(draw))
    if draw.chance(0.25):
        arguments.append(company(draw, doer))
    if draw.chance(0.35):
        vehicle = NOUNS[draw.pick("기차 버스" if goal in ("서울", "부산") else "버스 택시 지하철 자동차 자전거")]
        arguments.append(same(attach(vehicle.korean, "으로"), f"by {vehicle.english}"))
    return say(Clause(topic(doer), VERBS[verb], plan, (*arguments, place(goal, "goal"))))


def purpose(draw: Draw) -> Pair:
    """저는 책을 빌리러 도서관에 갔어요: I went to the library to borrow books."""
    doer, item = anyone(draw), draw.pick(frames("aim"))
    plan = plan_of(draw, "past past past future future want must")
    target = thing(NOUNS[draw.pick(item.objects)], "을").named("object")
    aim = around(target, same(inflect(item.verb, "to")[0], f"to {VERBS[item.verb].base}"))
    goal = place(draw.pick(item.places), "goal")
    return say(Clause(topic(doer), VERBS["가"], plan, (choose_time(draw, plan), aim, goal)))


def giving(draw: Draw) -> Pair:
    """지영 씨는 준호 씨에게 꽃을 줬어요: Jiyoung gave flowers to Junho."""
    doer, item = anyone(draw), draw.pick(frames("give"))
    plan = choose_plan(draw, item, "plain not want must")
    receiver = person(someone_else(draw, doer), "에게", "to" if item.objects else "")
    return say(choose_event(draw, item, doer, plan, receiver))


def counting(draw: Draw) -> Pair:
    """그들은 시장에서 사과 세 개를 샀어요: They bought three apples at the market."""
    doer, item = anyone(draw), draw.pick(frames("count"))
    plan, noun = choose_plan(draw, item, "plain want must"), NOUNS[draw.pick(item.objects)]
    most = 3 if plan == PRESENT else 10 if "ten" in noun.flags and draw.chance(0.6) else 4
    amount = counted(noun, draw.pick(list(NUMBERS)[:most]))
    where = choose_place(draw, item)
    return say(Clause(topic(doer), VERBS[item.verb], plan, (choose_time(draw, plan, unfit(item, plan)), where, amount)))


def liking(draw: Draw) -> Pair:
    """저는 커피를 좋아하지 않아요: I do not like coffee. 그녀는 그 노래를 몰라요: She does not know that song."""
    doer, verb = anyone(draw), VERBS[draw.pick("좋아하 좋아하 좋아하 알 모르")]
    if verb.korean != "좋아하":
        song = thing(NOUNS[draw.pick("노래 책 영화")], "을", which=draw.pick("이 그"))
        return say(Clause(topic(doer), verb, PRESENT, (draw.pick([song, person(someone_else(draw, doer), "을")]),)))
    noun = NOUNS[draw.pick(LISTS["liked"][0])]
    which = draw.pick("이 그") if noun.korean in ("영화", "노래", "소설", "책") and draw.chance(0.6) else ""
    return say(Clause(topic(doer), verb, plan_of(draw, "present not"), (thing(noun, "을", which=which),)))


def living(draw: Draw) -> Pair:
    """제 친구는 부산에 살아요: My friend lives in Busan."""
    question = draw.chance(0.3)
    where = place(draw.pick("서울 부산"), "에")
    plan = plan_of(draw, "present past" if question else "present not want past")
    return say(Clause(topic(anyone(draw, asked=question)), VERBS["살"], plan, (where,)), question)


# --- What there is, and how it is ------------------------------------------------------------------------------------


def existence(draw: Draw) -> Pair:
    """책상 위에 책이 두 권 있어요: There are two books on the desk."""
    row = draw.pick(SPOTS)
    noun, tense, none = NOUNS[draw.pick(row["nouns"])], draw.pick("present present past"), draw.chance(0.25)
    countable = noun.counter and not noun.measure
    count = draw.pick(list(NUMBERS)[1:4]) if countable and draw.chance(0.5) else ""
    count = "" if none else count
    goods = counted(noun, count, floating=True) if count else thing(noun, "이", new=True)
    if none:
        goods = Phrase(goods.source, tuple(word for word in goods.target if word.text not in ("a", "an")))
    is_there = f"there {english.be('they' if noun.kind == 'plural' or count else 'it', tense)} {'no' if none else ''}"
    verb = same(inflect("없" if none else "있", tense)[0], is_there, "verb")
    where, goods = spot(row).named("where"), goods.named("goods")
    return finish(Phrase(where.source + goods.source + verb.source, verb.target + goods.target + where.target))


def location(draw: Draw) -> Pair:
    """제 가방은 의자 옆에 있어요: My bag is next to the chair. 그는 서점에 없었어요: He was not at the bookstore."""
    if draw.chance(0.6):
        verb, plan = draw.pick([("stay", PRESENT), ("stay", PAST), ("stay", FUTURE), ("away", PRESENT), ("away", PAST)])
        time = NOTHING if plan == PRESENT else choose_time(draw, plan)
        subject, where = topic(anyone(draw)), place(draw.pick(LISTS["destination"][0]), "에")
        return say(Clause(subject, VERBS[verb], plan, (time, where)))
    moved = [(row, NOUNS[name]) for row in SPOTS for name in row["nouns"].split() if "moved" in NOUNS[name].flags]
    row, noun = draw.pick(moved)
    subject = thing(noun, "은", which=this_or_whose(draw, noun))
    return say(Clause(subject, VERBS["stay"], plan_of(draw, "present present past"), (spot(row),)))


def owning(draw: Draw) -> Pair:
    """저는 고양이가 두 마리 있어요: I have two cats. 그는 우산이 없어요: He does not have an umbrella."""
    verb = draw.pick("있 있 있 없")
    noun, question = NOUNS[draw.pick(LISTS["owned"][0])], draw.chance(0.15)
    if verb == "있" and noun.counter and draw.chance(0.5):
        goods = counted(noun, draw.pick(list(NUMBERS)[1:3]), floating=True)
    else:
        goods = thing(noun, "이", new=True)
    question = question and verb == "있"
    return say(Clause(topic(anyone(draw, asked=question)), VERBS[verb], PRESENT, (goods,)), question)


def describe(draw: Draw, flag: str) -> tuple[Adjective, Noun]:
    """A quality, and one of the things with this flag that may have it."""
    nouns = {row.korean: [NOUNS[name] for name in row.nouns if flag in NOUNS[name].flags] for row in ADJECTIVES}
    adjective = draw.pick([row for row in ADJECTIVES if row.korean and nouns[row.korean]])
    return adjective, draw.pick(nouns[adjective.korean])


def quality(draw: Draw) -> Pair:
    """그 가방은 아주 비싸요: That bag is very expensive."""
    adjective, noun = describe(draw, "described")
    plan = plan_of(draw, "present present not")
    very = plan == PRESENT and adjective.korean != "맛있" and draw.chance(0.4)
    question = plan == PRESENT and not very and draw.chance(0.3)
    subject = thing(noun, "은", which=this_or_whose(draw, noun))
    return say(Clause(subject, adjective.verb, plan, (), aligned("아주=very") if very else NOTHING), question)


def comparison(draw: Draw) -> Pair:
    """제 가방은 그녀의 가방보다 더 무거워요: My bag is heavier than her bag."""
    adjective, noun = describe(draw, "compared")
    owned = "owned" in noun.flags and draw.chance(0.6)
    first, second = draw.sample(["I", "he", "she"], 2) if owned else ("이", "그")
    subject, other = thing(noun, "은", which=first).named("subject"), thing(noun, "보다", which=second).named("other")
    *more, form = adjective.comparative.split()
    source = words("더", "more") + words(inflect(adjective.korean, "present")[0], "verb")
    target = words("is", "verb") + words(" ".join(more), "more") + words(form, "verb", *([] if more else ["more"]))
    than = words("than", "other.noun") + other.target
    return finish(Phrase(subject.source + other.source + source, subject.target + target + than))


def state(draw: Draw) -> Pair:
    """준호 씨는 어제 아주 피곤했어요: Junho was very tired yesterday."""
    verb = VERBS[draw.pick([*cases("feeling"), "행복하", "친절하"])]
    lasting, plan = verb.korean == "친절하", plan_of(draw, "present not past")
    plan = PRESENT if lasting and plan == PAST else plan
    timed = not lasting and draw.chance(0.5)
    time = aligned("어제=yesterday" if plan == PAST else "오늘=today") if timed else NOTHING
    very = plan.mood == "plain" and " " not in verb.korean and draw.chance(0.4)
    question = plan == PRESENT and not very and draw.chance(0.4)
    subject = topic(anyone(draw, asked=question))
    subject = replace(subject, source=subject.source + time.named("^time").source)
    said = Clause(subject, verb, plan, (), aligned("아주=very") if very else NOTHING).say(question)
    return finish(said + Phrase((), time.named("time").target), "?" if question else ".")


def being(draw: Draw) -> Pair:
    """수진 씨는 의사예요: Sujin is a doctor."""
    question, role = draw.chance(0.2), draw.pick(people("role"))
    doer = anyone(draw, asked=question)
    while doer.agreement in ("we", "they") or doer.kind == "role":
        doer = anyone(draw, asked=question)
    name = role.english.removeprefix("the ")
    what = same(role.korean, f"{english.article(name)} {name}")
    if question or not draw.chance(0.25):
        return be_so(topic(doer), role.korean, what, question)
    is_not = same("아니에요", f"{english.be(doer.agreement, 'present')} not", "verb")
    subject, what = topic(doer).named("subject"), same(attach(role.korean, "이"), f"{english.article(name)} {name}")
    return finish(subject + Phrase(what.source + is_not.source, is_not.target + what.target))


# --- Questions and requests ------------------------------------------------------------------------------------------


def question(draw: Draw) -> Pair:
    """그는 매일 커피를 마셔요?: Does he drink coffee every day?"""
    doer, item = anyone(draw, asked=True), draw.pick(frames("any"))
    plan = choose_plan(draw, item, "plain want can progressive")
    return say(choose_event(draw, item, doer, plan), question=True)


def who_question(draw: Draw) -> Pair:
    """누가 창문을 열었어요?: Who opened the window?"""
    (who,), item = people("who"), draw.pick(frames("any"))
    event = choose_event(draw, item, who, choose_plan(draw, item, "plain want can"))
    return finish(replace(event, subject=topic(who, "이")).say(), "?")


def what_question(draw: Draw) -> Pair:
    """지영 씨는 시장에서 무엇을 샀어요?: What did Jiyoung buy at the market?"""
    doer, item = anyone(draw, asked=True), draw.pick([item for item in frames("any") if len(item.objects) > 2])
    plan = choose_plan(draw, item, "plain want progressive")
    where = some_place(draw, item) if item.places and draw.chance(0.6) else NOTHING
    time = choose_time(draw, plan, unfit(item, plan))
    return ask("what", Clause(topic(doer), VERBS[item.verb], plan, (time, where, asked("무엇을"))))


def where_question(draw: Draw) -> Pair:
    """그들은 어디에서 영어를 배워요?: Where do they learn English? 제 가방은 어디에 있어요?: Where is my bag?"""
    doer, kind = anyone(draw, asked=True), draw.random()
    if kind < 0.15:
        noun = NOUNS[draw.pick(LISTS["mislaid"][0])]
        subject = thing(noun, "은", which=draw.pick("I he she"))
        return ask("where", Clause(subject, VERBS["stay"], PRESENT, (asked("어디에"),)))
    item = draw.pick([item for item in frames("any") if item.places])
    plan = choose_plan(draw, item, "plain want")
    verb, arguments = item.verb, (asked("어디에서"), choose_object(draw, item, doer, plan, detail=False))
    if kind < 0.4:
        verb, arguments = draw.pick("가 stay"), (asked("어디에"), NOTHING)
        plan = plan_of(draw, "present past") if verb == "stay" else plan
    time = NOTHING if plan == PRESENT else choose_time(draw, plan, unfit(item, plan))
    return ask("where", Clause(topic(doer), VERBS[verb], plan, (time, *arguments)))


def when_question(draw: Draw) -> Pair:
    """민수 씨는 언제 집에 올 거예요?: When will Minsu come home? 그녀는 왜 집에 갔어요?: Why did she go home?"""
    doer = anyone(draw, asked=True)
    item = draw.pick([item for item in frames("any") if "meal" not in item and "morning" not in item])
    korean, word = draw.pick([("언제", "when"), ("언제", "when"), ("왜", "why")])
    plan = plan_of(draw, "past future") if word == "when" else PAST
    event = bare_event(draw, item, doer, plan)
    if draw.chance(0.3):
        verb = VERBS[draw.pick("가 오")]
        event = replace(event, verb=verb, arguments=(place(draw.pick(LISTS["meeting point"][0]), "goal"),))
    return ask(word, replace(event, arguments=(asked(korean), *event.arguments)))


def request(draw: Draw) -> Pair:
    """창문을 열어 주세요: Please open the window. 저에게 그 사진을 보여 주세요: Please show that picture to me."""
    pronouns = people("pronoun")
    item, plan, speaker = draw.pick(frames("request")), Plan(ending="please"), draw.pick(pronouns[:2])
    target, extra = choose_object(draw, item, pronouns[0], plan), NOTHING
    if "people" in item:
        extra, target = some_place(draw, item), person(speaker, "을")
    elif item.verb in ("보내", "보여 주", "가르치", "전화하"):
        receiver = draw.pick([speaker, speaker, *pronouns[2:4], *people("name")])
        extra = person(receiver, "에게", "to" if item.objects else "")
    said = Clause(Phrase(who="we"), VERBS[item.verb], plan, (extra, target)).say()
    return finish(Phrase((), words("please", "ending")) + said)


SHARES = {{**vars(longer), **globals()}[row["pattern"]]: int(row["share"]) for row in TABLES.rows("patterns")}


def sentence(draw: Draw) -> Pair:
    """A sentence by one of the patterns."""
    return draw.weighted(SHARES)(draw)
