"""Sentences of the tiny Korean-English corpus with one clause: what is done, what there is, questions and requests."""

from dataclasses import replace

from grammars import english
from grammars.engine import NOTHING, Pair, Phrase, aligned, same, words
from grammars.ko_en import lexicon as lex
from grammars.ko_en.choose import FUTURE, PAST, PRESENT, Choices, does, say, topic, unfit
from grammars.ko_en.grammar import (
    Clause,
    a_role,
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


def simple(draw: Choices) -> Pair:
    """민수 씨는 어제 도서관에서 책을 읽었어요: Minsu read books in the library yesterday."""
    doer, item = draw.anyone(), draw.frame("any")
    return say(draw.some_event(item, doer, draw.some_plan(item)))


def motion(draw: Choices) -> Pair:
    """그녀는 내일 기차로 부산에 갈 거예요: She will go to Busan by train tomorrow."""
    doer, verb = draw.anyone(), draw.pick("가 가 가 오")
    plan = draw.plan("present present past past past future future want must not-past")
    use = "meeting point" if verb == "오" else "daily destination" if plan == PRESENT else "destination"
    goal = draw.listed(use)
    arguments = [draw.some_time(plan)]
    if not arguments[0] and draw.chance(0.3):
        arguments.append(draw.some_hour())
    if draw.chance(0.25):
        arguments.append(person(draw.someone_else(doer), "과", "with"))
    if draw.chance(0.35):
        vehicle = draw.noun("기차 버스" if goal in ("서울", "부산") else "버스 택시 지하철 자동차 자전거")
        arguments.append(same(attach(vehicle.korean, "으로"), f"by {vehicle.english}"))
    return say(does(doer, verb, plan, *arguments, place(goal, "goal")))


def purpose(draw: Choices) -> Pair:
    """저는 책을 빌리러 도서관에 갔어요: I went to the library to borrow books."""
    doer, item = draw.anyone(), draw.frame("aim")
    plan = draw.plan("past past past future future want must")
    target = thing(draw.noun(item.objects), "을").named("object")
    aim = around(target, same(inflect(item.verb, "to")[0], f"to {lex.VERBS[item.verb].base}"))
    goal = place(draw.pick(item.places), "goal")
    return say(does(doer, "가", plan, draw.some_time(plan), aim, goal))


def giving(draw: Choices) -> Pair:
    """지영 씨는 준호 씨에게 꽃을 줬어요: Jiyoung gave flowers to Junho."""
    doer, item = draw.anyone(), draw.frame("give")
    plan = draw.some_plan(item, "plain not want must")
    receiver = person(draw.someone_else(doer), "에게", "to" if item.objects else "")
    return say(draw.some_event(item, doer, plan, receiver))


def counting(draw: Choices) -> Pair:
    """그들은 시장에서 사과 세 개를 샀어요: They bought three apples at the market."""
    doer, item = draw.anyone(), draw.frame("count")
    plan, noun = draw.some_plan(item, "plain want must"), draw.noun(item.objects)
    most = 3 if plan == PRESENT else 10 if "ten" in noun.flags and draw.chance(0.6) else 4
    amount = counted(noun, draw.pick(list(lex.NUMBERS)[:most]))
    where = draw.somewhere(item)
    time = draw.some_time(plan, unfit(item, plan))
    return say(does(doer, item.verb, plan, time, where, amount))


def liking(draw: Choices) -> Pair:
    """저는 커피를 좋아하지 않아요: I do not like coffee. 그녀는 그 노래를 몰라요: She does not know that song."""
    doer, verb = draw.anyone(), draw.pick("좋아하 좋아하 좋아하 알 모르")
    if verb != "좋아하":
        song = thing(draw.noun("노래 책 영화"), "을", which=draw.pick("이 그"))
        return say(does(doer, verb, PRESENT, draw.pick([song, person(draw.someone_else(doer), "을")])))
    noun = lex.NOUNS[draw.listed("liked")]
    which = draw.pick("이 그") if noun.korean in ("영화", "노래", "소설", "책") and draw.chance(0.6) else ""
    return say(does(doer, verb, draw.plan("present not"), thing(noun, "을", which=which)))


def living(draw: Choices) -> Pair:
    """제 친구는 부산에 살아요: My friend lives in Busan."""
    question = draw.chance(0.3)
    where = place(draw.pick("서울 부산"), "에")
    plan = draw.plan("present past" if question else "present not want past")
    return say(does(draw.anyone(asked=question), "살", plan, where), question)


def existence(draw: Choices) -> Pair:
    """책상 위에 책이 두 권 있어요: There are two books on the desk."""
    row = draw.pick(lex.SPOTS)
    noun, tense, none = draw.noun(row["nouns"]), draw.pick("present present past"), draw.chance(0.25)
    countable = noun.counter and not noun.measure
    count = draw.pick(list(lex.NUMBERS)[1:4]) if countable and draw.chance(0.5) else ""
    count = "" if none else count
    goods = counted(noun, count, floating=True) if count else thing(noun, "이", new=True)
    if none:
        goods = Phrase(goods.source, tuple(word for word in goods.target if word.text not in ("a", "an")))
    is_there = f"there {english.be('they' if noun.kind == 'plural' or count else 'it', tense)} {'no' if none else ''}"
    verb = same(inflect("없" if none else "있", tense)[0], is_there, "verb")
    where, goods = spot(row).named("where"), goods.named("goods")
    return finish(Phrase(where.source + goods.source + verb.source, verb.target + goods.target + where.target))


def location(draw: Choices) -> Pair:
    """제 가방은 의자 옆에 있어요: My bag is next to the chair. 그는 서점에 없었어요: He was not at the bookstore."""
    if draw.chance(0.6):
        verb, plan = draw.pick([("stay", PRESENT), ("stay", PAST), ("stay", FUTURE), ("away", PRESENT), ("away", PAST)])
        time = NOTHING if plan == PRESENT else draw.some_time(plan)
        return say(does(draw.anyone(), verb, plan, time, place(draw.listed("destination"), "에")))
    found = [(row, lex.NOUNS[name]) for row in lex.SPOTS for name in row["nouns"].split()]
    row, noun = draw.pick([(row, noun) for row, noun in found if "moved" in noun.flags])
    subject = thing(noun, "은", which=draw.this_or_whose(noun))
    return say(Clause(subject, lex.VERBS["stay"], draw.plan("present present past"), (spot(row),)))


def owning(draw: Choices) -> Pair:
    """저는 고양이가 두 마리 있어요: I have two cats. 그는 우산이 없어요: He does not have an umbrella."""
    verb = draw.pick("있 있 있 없")
    noun, question = lex.NOUNS[draw.listed("owned")], draw.chance(0.15)
    if verb == "있" and noun.counter and draw.chance(0.5):
        goods = counted(noun, draw.pick(list(lex.NUMBERS)[1:3]), floating=True)
    else:
        goods = thing(noun, "이", new=True)
    question = question and verb == "있"
    return say(does(draw.anyone(asked=question), verb, PRESENT, goods), question)


def describe(draw: Choices, flag: str) -> tuple[lex.Adjective, lex.Noun]:
    """A quality, and one of the things with this flag that may have it."""
    qualities = [(row, [name for name in row.nouns if flag in lex.NOUNS[name].flags]) for row in lex.ADJECTIVES]
    adjective, nouns = draw.pick([(row, nouns) for row, nouns in qualities if row.korean and nouns])
    return adjective, draw.noun(nouns)


def quality(draw: Choices) -> Pair:
    """그 가방은 아주 비싸요: That bag is very expensive."""
    adjective, noun = describe(draw, "described")
    plan = draw.plan("present present not")
    very = plan == PRESENT and adjective.korean != "맛있" and draw.chance(0.4)
    question = plan == PRESENT and not very and draw.chance(0.3)
    subject = thing(noun, "은", which=draw.this_or_whose(noun))
    return say(Clause(subject, adjective.verb, plan, (), aligned("아주=very") if very else NOTHING), question)


def comparison(draw: Choices) -> Pair:
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


def state(draw: Choices) -> Pair:
    """준호 씨는 어제 아주 피곤했어요: Junho was very tired yesterday."""
    verb = draw.verb([*lex.cases("feeling"), "행복하", "친절하"])
    lasting, plan = verb.korean == "친절하", draw.plan("present not past")
    plan = PRESENT if lasting and plan == PAST else plan
    timed = not lasting and draw.chance(0.5)
    time = aligned("어제=yesterday" if plan == PAST else "오늘=today") if timed else NOTHING
    very = plan.mood == "plain" and " " not in verb.korean and draw.chance(0.4)
    question = plan == PRESENT and not very and draw.chance(0.4)
    subject = topic(draw.anyone(asked=question))
    subject = replace(subject, source=subject.source + time.named("^time").source)
    said = Clause(subject, verb, plan, (), aligned("아주=very") if very else NOTHING).say(question)
    return finish(said + Phrase((), time.named("time").target), "?" if question else ".")


def being(draw: Choices) -> Pair:
    """수진 씨는 의사예요: Sujin is a doctor."""
    question, role = draw.chance(0.2), draw.pick(lex.people("role"))
    doer = draw.anyone(asked=question)
    while doer.agreement in ("we", "they") or doer.kind == "role":
        doer = draw.anyone(asked=question)
    if question or not draw.chance(0.25):
        return be_so(topic(doer), role.korean, a_role(role), question)
    subject, what = topic(doer).named("subject"), a_role(role, "이")
    is_not = same("아니에요", f"{english.be(doer.agreement, 'present')} not", "verb")
    return finish(subject + Phrase(what.source + is_not.source, is_not.target + what.target))


def question(draw: Choices) -> Pair:
    """그는 매일 커피를 마셔요?: Does he drink coffee every day?"""
    doer, item = draw.anyone(asked=True), draw.frame("any")
    plan = draw.some_plan(item, "plain want can progressive")
    return say(draw.some_event(item, doer, plan), question=True)


def who_question(draw: Choices) -> Pair:
    """누가 창문을 열었어요?: Who opened the window?"""
    (who,), item = lex.people("who"), draw.frame("any")
    event = draw.some_event(item, who, draw.some_plan(item, "plain want can"))
    return finish(replace(event, subject=topic(who, "이")).say(), "?")


def what_question(draw: Choices) -> Pair:
    """지영 씨는 시장에서 무엇을 샀어요?: What did Jiyoung buy at the market?"""
    doer = draw.anyone(asked=True)
    item = draw.pick([item for item in lex.frames("any") if len(item.objects) > 2])
    plan = draw.some_plan(item, "plain want progressive")
    where = place(draw.pick(item.places), "에서") if item.places and draw.chance(0.6) else NOTHING
    time = draw.some_time(plan, unfit(item, plan))
    return ask("what", does(doer, item.verb, plan, time, where, asked("무엇을")))


def where_question(draw: Choices) -> Pair:
    """그들은 어디에서 영어를 배워요?: Where do they learn English? 제 가방은 어디에 있어요?: Where is my bag?"""
    doer, kind = draw.anyone(asked=True), draw.random()
    if kind < 0.15:
        noun = lex.NOUNS[draw.listed("mislaid")]
        subject = thing(noun, "은", which=draw.pick("I he she"))
        return ask("where", Clause(subject, lex.VERBS["stay"], PRESENT, (asked("어디에"),)))
    item = draw.pick([item for item in lex.frames("any") if item.places])
    plan = draw.some_plan(item, "plain want")
    verb, arguments = item.verb, (asked("어디에서"), draw.some_object(item, doer, plan, detail=False))
    if kind < 0.4:
        verb, arguments = draw.pick("가 stay"), (asked("어디에"), NOTHING)
        plan = draw.plan("present past") if verb == "stay" else plan
    time = NOTHING if plan == PRESENT else draw.some_time(plan, unfit(item, plan))
    return ask("where", does(doer, verb, plan, time, *arguments))


def when_question(draw: Choices) -> Pair:
    """민수 씨는 언제 집에 올 거예요?: When will Minsu come home? 그녀는 왜 집에 갔어요?: Why did she go home?"""
    doer = draw.anyone(asked=True)
    item = draw.pick([item for item in lex.frames("any") if "meal" not in item and "morning" not in item])
    korean, word = draw.pick([("언제", "when"), ("언제", "when"), ("왜", "why")])
    plan = draw.plan("past future") if word == "when" else PAST
    event = draw.plain_event(item, doer, plan)
    if draw.chance(0.3):
        verb = draw.verb("가 오")
        event = replace(event, verb=verb, arguments=(place(draw.listed("meeting point"), "goal"),))
    return ask(word, replace(event, arguments=(asked(korean), *event.arguments)))


def request(draw: Choices) -> Pair:
    """창문을 열어 주세요: Please open the window. 저에게 그 사진을 보여 주세요: Please show that picture to me."""
    pronouns = lex.people("pronoun")
    item, plan, speaker = draw.frame("request"), lex.Plan(ending="please"), draw.pick(pronouns[:2])
    target, extra = draw.some_object(item, pronouns[0], plan), NOTHING
    if "people" in item:
        extra, target = place(draw.pick(item.places), "에서"), person(speaker, "을")
    elif item.verb in ("보내", "보여 주", "가르치", "전화하"):
        receiver = draw.pick([speaker, speaker, *pronouns[2:4], *lex.people("name")])
        extra = person(receiver, "에게", "to" if item.objects else "")
    said = Clause(Phrase(who="we"), lex.VERBS[item.verb], plan, (extra, target)).say()
    return finish(Phrase((), words("please", "ending")) + said)
