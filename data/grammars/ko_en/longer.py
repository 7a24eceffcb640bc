"""Sentences of the tiny Korean-English corpus with two clauses, and with relative clauses."""

from dataclasses import replace

from grammars.engine import NOTHING, Pair, Phrase, aligned, same, words
from grammars.ko_en import lexicon as lex
from grammars.ko_en.choose import FUTURE, PAST, PRESENT, Choices, does, say, topic
from grammars.ko_en.grammar import Clause, a_role, again, around, be_so, combine, finish, person, place, shared, thing
from grammars.ko_en.hangul import attach


def plan_after(draw: Choices, conjunction: str, past: bool) -> lex.Plan:
    """The plan of a main clause after a condition."""
    return PAST if past else draw.plan("present future") if conjunction == "if" else PRESENT


def with_condition(draw: Choices) -> Pair:
    """저는 배가 고프기 때문에 빵을 먹어요: I eat bread because I am hungry."""
    doer, feeling = draw.anyone(known=True), draw.pick(lex.cases("feeling"))
    conjunction = draw.pick("if because because when")
    past, because = conjunction != "if" and draw.chance(0.5), conjunction == "because"
    plan, verb, arguments = plan_after(draw, conjunction, past), lex.VERBS[feeling], (NOTHING,)
    if feeling == "바쁘" and (not because or draw.chance(0.4)):
        verb, arguments = lex.VERBS["없" if because else "있"], (thing(lex.NOUNS["시간"], "이"),)
    if feeling == "바쁘" and because:
        plan = lex.PLANS["not-past"] if past else draw.plan("cannot not-future")
    event = draw.plain_event(draw.frame("feeling", feeling), doer, plan)
    name, pronoun = shared(topic(doer)), again(doer.pronoun)
    if because:  # English names the subject in the first clause, Korean in the clause that it has first
        name, pronoun = replace(name, target=pronoun.target), replace(pronoun, target=name.target)
    first = Clause(name, verb, lex.Plan(ending=f"past {conjunction}" if past else conjunction), arguments)
    return finish(combine(first, replace(event, subject=pronoun), conjunction))


def sky(verb: str) -> Phrase:
    """비가 or 눈이 (it), or 날씨가 (the weather)."""
    if verb not in ("rain", "snow"):
        return same("날씨가", "the weather")
    return Phrase(words("비가" if verb == "rain" else "눈이", "noun", "^verb"), words("it", "noun"))


def weather(draw: Choices) -> Pair:
    """내일 비가 오면 우리는 집에 있을 거예요: If it rains tomorrow, we will be at home."""
    doer, verb = draw.anyone(), draw.pick(lex.cases("weather"))
    wet, conjunction = verb in ("rain", "snow"), draw.pick("if if because when")
    past = conjunction != "if" and (draw.chance(0.5) or (conjunction == "because" and wet))
    plan, time = plan_after(draw, conjunction, past), NOTHING
    if conjunction == "if" and plan == FUTURE and draw.chance(0.6):
        weekdays = [time.text for time in lex.EXPRESSIONS["weekday"]]
        time = aligned(draw.pick(["내일=tomorrow", "오늘=today", *weekdays]))
    if conjunction == "because" and past and draw.chance(0.5):
        time = aligned("어제=yesterday")
    event = draw.plain_event(draw.frame("weather", verb), doer, plan)
    if wet and draw.chance(0.12):
        event = replace(event, verb=lex.VERBS["stay"], arguments=(place("집", "에"),))
    first = Clause(sky(verb), lex.VERBS[verb], lex.Plan(ending=f"past {conjunction}" if past else conjunction))
    return finish(combine(around(time.named("time"), first.say()), event, conjunction))


def forecast(draw: Choices) -> Pair:
    """어제 서울에 비가 왔어요: It rained in Seoul yesterday."""
    verb = draw.pick(lex.cases("weather"))
    wet = verb in ("rain", "snow")
    tense = draw.pick("past future" if wet else "past present")
    if wet and draw.chance(0.5):
        time = aligned(draw.pick(lex.EXPRESSIONS["weekday"]).text)
    else:
        time = aligned({"past": "어제=yesterday", "present": "오늘=today", "future": "내일=tomorrow"}[tense])
    where = place(draw.pick("서울 부산"), "에" if wet else "은") if draw.chance(0.6) else NOTHING
    plan = draw.pick([lex.Plan(ending=tense), lex.Plan("not", tense)])
    said = Clause(sky(verb), lex.VERBS[verb], plan).say()
    return finish(around(time.named("time"), around(where.named("where"), said)))


def interrupted(draw: Choices) -> Pair:
    """제가 집에 왔을 때 민수 씨는 음악을 듣고 있었어요: When I came home, Minsu was listening to music."""
    caller = draw.anyone()
    doer, name = draw.someone_else(caller, roles=True), topic(caller, "이")
    first, subject = Clause(name, lex.VERBS["오"], lex.Plan(ending="past when"), (place("집", "goal"),)), topic(doer)
    if doer.pronoun and draw.chance(0.5):
        first = replace(first, verb=lex.VERBS["전화하"], arguments=(person(doer, "에게"),))
        subject = topic(next(who for who in lex.people("pronoun") if who.pronoun == doer.pronoun))
    event = draw.plain_event(draw.frame("at home"), doer, lex.Plan("progressive", "past"))
    return finish(combine(first, replace(event, subject=subject), "when"))


def tastes(draw: Choices) -> Pair:
    """저는 커피는 좋아하지만 차는 좋아하지 않아요: I like coffee, but I do not like tea."""
    nouns, alone = draw.sample(draw.pick(lex.LISTS["taste"]).split(), 2), draw.chance(0.5)
    doer = draw.anyone(known=alone)
    one, two = (thing(lex.NOUNS[name], "은" if alone else "을") for name in nouns)
    first = Clause(shared(topic(doer)), lex.VERBS["좋아하"], lex.Plan(ending="but"), (one,))
    if alone:
        second = replace(first, subject=again(doer.pronoun), plan=lex.Plan("not"), arguments=(two,))
    else:
        other = topic(draw.someone_else(doer, roles=True))
        second = replace(first, subject=other, plan=PRESENT, arguments=(two,))
    return finish(combine(first, second, "but"))


def good_and_bad(draw: Choices) -> Pair:
    """이 김치는 맛있지만 매워요: This kimchi is delicious, but it is spicy."""
    row = draw.pick(lex.CONTRASTS)
    one, two, noun = lex.QUALITIES[row["one"]], lex.QUALITIES[row["two"]], draw.noun(row["nouns"])
    subject = shared(thing(noun, "은", which=draw.this_or_whose(noun)))
    first = Clause(subject, one.verb, lex.Plan(ending="but"))
    return finish(combine(first, Clause(again("it"), two.verb, PRESENT), "but"))


def in_spite(draw: Choices) -> Pair:
    """저는 피곤했지만 한국어를 공부했어요: I was tired, but I studied Korean."""
    doer, past = draw.anyone(known=True), draw.chance(0.5)
    verb = draw.verb(["피곤하", "아프", "바쁘", "배가 고프"])
    plan = PAST if past else draw.plan("must future")
    event = draw.plain_event(draw.frame("work"), doer, plan)
    first = Clause(shared(topic(doer)), verb, lex.Plan(ending="past but" if past else "but"))
    return finish(combine(first, replace(event, subject=again(doer.pronoun)), "but"))


def in_turn(draw: Choices) -> Pair:
    """그는 어제 빵을 먹고 우유를 마셨어요: He ate bread and drank milk yesterday."""
    doer, items = draw.anyone(), lex.frames("in turn", draw.pick(lex.cases("in turn")))
    time = draw.some_time(PAST, ("week",))
    one, two = (draw.plain_event(item, doer, PAST) for item in items)
    subject = replace(one.subject, source=one.subject.source + time.named("^^time").source)
    first = replace(one, subject=subject, plan=lex.Plan("plain", "and", "past"))
    both = combine(first, replace(two, subject=Phrase(who=doer.agreement)), "and")
    return finish(both + Phrase((), time.named("time").target))


def side_by_side(draw: Choices) -> Pair:
    """민수 씨는 책을 읽고 지영 씨는 음악을 들어요: Minsu reads books and Jiyoung listens to music."""
    doer, tense = draw.anyone(), draw.pick("past present")
    other = draw.someone_else(doer, roles=True)
    items = draw.sample(lex.frames("side by side", draw.pick(lex.cases("side by side"))), 2)
    plans = lex.Plan("plain", "and", tense), lex.Plan(ending=tense)
    first, second = (
        draw.plain_event(item, who, plan) for item, who, plan in zip(items, (doer, other), plans, strict=True)
    )
    return finish(combine(first, second, "and"))


def which(said: Phrase, head: Phrase, relative: str) -> Phrase:
    """A noun with a relative clause, which stands before it in Korean and after it in English."""
    said, head = said.named("relative"), head.named("head")
    return Phrase(said.source + head.source, head.target + words(relative, "relative.ending") + said.target, head.who)


def made_by(draw: Choices, noun: lex.Noun, verb: str, doer: lex.Person, particle: str) -> Phrase:
    """민수 씨가 어제 산 책을: the book that Minsu bought yesterday."""
    likes = verb == "좋아하"
    timed = not likes and noun.korean != "소설" and draw.chance(0.3)
    time = aligned(draw.pick(lex.EXPRESSIONS["past"]).text) if timed else NOTHING
    said = Clause(topic(doer, "이"), lex.VERBS[verb], lex.Plan(ending="that" if likes else "that past"), (time,)).say()
    return which(said, same(attach(noun.korean, particle), f"the {noun.english}"), "that")


def relative_object(draw: Choices) -> Pair:
    """저는 민수 씨가 산 빵을 먹었어요: I ate the bread that Minsu bought."""
    doer, row = draw.anyone(), draw.pick(lex.RELATIVE)
    noun = draw.noun(row["nouns"])
    what = made_by(draw, noun, row["before"], draw.someone_else(doer, roles=True), "을")
    verb = draw.pick(row["then"])
    plan = PRESENT if verb == "좋아하" else draw.plan("past past want")
    return say(does(doer, verb, plan, what))


def relative_subject(draw: Choices) -> Pair:
    """민수 씨가 산 책은 재미있어요: The book that Minsu bought is interesting."""
    made = [(row["before"], lex.NOUNS[name]) for row in lex.RELATIVE for name in row["nouns"].split()]
    known = [(verb, noun, how) for verb, noun in made for how in lex.fitting(noun.korean, verb) if verb != "좋아하"]
    verb, noun, adjective = draw.pick([row for row in known if row[2].korean])
    subject = made_by(draw, noun, verb, draw.anyone(), "은")
    return say(Clause(subject, adjective.verb, draw.plan("present present not")))


def relative_person(draw: Choices) -> Pair:
    """공원에서 자전거를 타고 있는 남자는 의사예요: The man who is riding the bicycle in the park is a doctor."""
    head, doing, kind = draw.pick(list(lex.HEADS)), draw.chance(0.6), draw.random()
    item = draw.frame("who is doing" if doing else "who does")
    where = place(draw.pick(item.places), "에서") if not item.objects or draw.chance(0.6) else NOTHING
    target = thing(draw.noun(item.objects), "을") if item.objects else NOTHING
    plan = lex.Plan("progressive" if doing else "plain", "that")
    said = Clause(Phrase(who="he"), lex.VERBS[item.verb], plan, (where, target)).say()
    subject = replace(which(said, same(attach(head, "은"), f"the {lex.HEADS[head]}"), "who"), who="he")
    if kind < 0.3 and not doing:
        return say(Clause(subject, lex.VERBS["친절하"], draw.plan("present not")))
    if kind < 0.7 or head == "학생":
        return be_so(subject, "친구", person(draw.pick(lex.people("kin")[:3]), ""))
    role = draw.pick(lex.people("role")[1:])
    return be_so(subject, role.korean, a_role(role))
