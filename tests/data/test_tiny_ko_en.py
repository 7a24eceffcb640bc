"""The Korean-English grammar: particles, endings, and the links that follow the meaning."""

import pytest

from grammars.engine import Pair, Phrase, aligned
from grammars.ko_en.choose import FUTURE, PAST, PRESENT, Choices, say, topic
from grammars.ko_en.grammar import Clause, again, combine, counted, finish, person, place, shared, thing
from grammars.ko_en.hangul import attach, inflect
from grammars.ko_en.lexicon import NOUNS, PLANS, VERBS, Person, Plan, people
from grammars.ko_en.longer import made_by, sky

ME, WE, HE, SHE, _ = people("pronoun")
MINSU, _, JIYOUNG, SUJIN = people("name")
MY_FRIEND = people("kin")[0]
BOOK = thing(NOUNS["책"], "을")
LIBRARY, HOME = place("도서관", "에서"), place("집", "에")
TEA = aligned("내일=tomorrow"), counted(NOUNS["차"], "두")
BREAD = made_by(Choices(0), NOUNS["빵"], "만들", JIYOUNG, "을")
RAINS = Clause(sky("rain"), VERBS["rain"], Plan(ending="if"))
TIRED = Clause(shared(topic(MY_FRIEND)), VERBS["피곤하"], Plan(ending="but"))
READS = Clause(again("he"), VERBS["읽"], PRESENT, (BOOK,))


def told(who: Person, verb: str, plan: Plan, *arguments: Phrase, question: bool = False) -> Pair:
    return say(Clause(topic(who), VERBS[verb], plan, arguments), question)


@pytest.mark.parametrize(
    ("pair", "korean", "english", "links"),
    [
        pytest.param(  # 0 민수 1 씨는 2 도서관에서 3 책을 4 읽었어요 5 .
            told(MINSU, "읽", PAST, LIBRARY, BOOK),
            "민수 씨는 도서관에서 책을 읽었어요.",
            "Minsu read books in the library.",
            "0-0 1-0 2-3 2-4 2-5 3-2 4-1 5-6",
            id="particles",
        ),
        pytest.param(  # 0 저는 1 도서관에서 2 책을 3 읽지 4 않아요 5 .
            told(ME, "읽", PLANS["not"], LIBRARY, BOOK),
            "저는 도서관에서 책을 읽지 않아요.",
            "I do not read books in the library.",
            "0-0 1-5 1-6 1-7 2-4 3-3 4-1 4-2 5-8",
            id="negation",
        ),
        pytest.param(  # 0 제 1 친구는 2 책을 3 읽고 4 싶어 5 해요 6 .
            told(MY_FRIEND, "읽", PLANS["want"], BOOK),
            "제 친구는 책을 읽고 싶어 해요.",
            "My friend wants to read books.",
            "0-0 1-1 2-5 3-4 4-2 4-3 5-2 5-3 6-6",
            id="want",
        ),
        pytest.param(  # 0 우리는 1 책을 2 읽을 3 수 4 있어요 5 .
            told(WE, "읽", PLANS["can"], BOOK),
            "우리는 책을 읽을 수 있어요.",
            "We can read books.",
            "0-0 1-3 2-2 3-1 4-1 5-4",
            id="can",
        ),
        pytest.param(  # 0 그는 1 책을 2 읽어요 3 ?
            told(HE, "읽", PRESENT, BOOK, question=True),
            "그는 책을 읽어요?",
            "Does he read books?",
            "0-1 1-3 2-0 2-2 3-4",
            id="question",
        ),
        pytest.param(  # 0 그녀는 1 사과 2 세 3 개를 4 샀어요 5 .
            told(SHE, "사", PAST, counted(NOUNS["사과"], "세")),
            "그녀는 사과 세 개를 샀어요.",
            "She bought three apples.",
            "0-0 1-3 2-2 3-2 4-1 5-4",
            id="counter",
        ),
        pytest.param(  # 0 저는 1 내일 2 차 3 두 4 잔을 5 마실 6 거예요 7 .
            told(ME, "마시", FUTURE, *TEA),
            "저는 내일 차 두 잔을 마실 거예요.",
            "I will drink two cups of tea tomorrow.",
            "0-0 1-7 2-6 3-3 4-3 4-4 4-5 5-2 6-1 7-8",
            id="measure",
        ),
        pytest.param(  # 0 저는 1 지영 2 씨가 3 만든 4 빵을 5 먹었어요 6 .
            told(ME, "먹", PAST, BREAD),
            "저는 지영 씨가 만든 빵을 먹었어요.",
            "I ate the bread that Jiyoung made.",
            "0-0 1-5 2-5 3-4 3-6 4-2 4-3 5-1 6-7",
            id="relative clause",
        ),
        pytest.param(  # 0 비가 1 오면 2 우리는 3 집에 4 있을 5 거예요 6 .
            finish(combine(RAINS, Clause(topic(WE), VERBS["stay"], FUTURE, (HOME,)), "if")),
            "비가 오면 우리는 집에 있을 거예요.",
            "If it rains, we will be at home.",
            "0-1 0-2 1-0 1-2 1-3 2-4 3-7 3-8 4-6 5-5 6-9",
            id="if",
        ),
        pytest.param(  # 0 수진 1 씨는 2 그에게 3 가방을 4 줬어요 5 .
            told(SUJIN, "주", PAST, person(HE, "에게", "to"), thing(NOUNS["가방"], "을")),
            "수진 씨는 그에게 가방을 줬어요.",
            "Sujin gave the bag to him.",
            "0-0 1-0 2-4 2-5 3-2 3-3 4-1 5-6",
            id="giving",
        ),
        pytest.param(  # 0 제 1 친구는 2 피곤하지만 3 책을 4 읽어요 5 .
            finish(combine(TIRED, READS, "but")),
            "제 친구는 피곤하지만 책을 읽어요.",
            "My friend is tired, but he reads books.",
            "0-0 1-1 1-6 2-2 2-3 2-4 2-5 3-8 4-7 5-9",
            id="a subject that is not repeated",
        ),
    ],
)
def test_links_follow_the_meaning(pair: Pair, korean: str, english: str, links: str) -> None:
    assert pair.texts() == (korean, english)
    assert pair.links() == links


@pytest.mark.parametrize(
    ("noun", "particle", "form"),
    [
        ("책", "은", "책은"), ("차", "은", "차는"), ("빵", "이", "빵이"), ("커피", "이", "커피가"),
        ("물", "을", "물을"), ("우유", "을", "우유를"), ("여동생", "과", "여동생과"), ("친구", "과", "친구와"),
        ("펜", "으로", "펜으로"), ("버스", "으로", "버스로"), ("연필", "으로", "연필로"), ("저", "이", "제가"),
        ("누구", "이", "누가"), ("집", "에서", "집에서"), ("친구", "에게", "친구에게"),
    ],
)  # fmt: skip
def test_particles_follow_the_last_sound(noun: str, particle: str, form: str) -> None:
    assert attach(noun, particle) == form


@pytest.mark.parametrize(
    ("stem", "ending", "form"),
    [
        ("읽", "present", "읽어요"), ("닫", "past", "닫았어요"), ("가", "past", "갔어요"),
        ("오", "past", "왔어요"), ("마시", "present", "마셔요"), ("주", "past", "줬어요"),
        ("쉬", "past", "쉬었어요"), ("보내", "past", "보냈어요"), ("공부하", "past", "공부했어요"),
        ("배우", "must", "배워야"),
        # ㄷ, ㅂ, ㅡ, 르 and ㄹ
        ("듣", "past", "들었어요"), ("듣", "not", "듣지"), ("걷", "future", "걸을 거예요"),
        ("돕", "past", "도왔어요"), ("돕", "future", "도울 거예요"), ("무겁", "present", "무거워요"),
        ("춥", "if", "추우면"), ("쓰", "past", "썼어요"), ("아프", "because", "아프기 때문에"),
        ("바쁘", "past because", "바빴기 때문에"), ("고프", "past but", "고팠지만"), ("모르", "present", "몰라요"),
        ("부르", "past", "불렀어요"), ("빠르", "present", "빨라요"), ("만들", "future", "만들 거예요"),
        ("만들", "if", "만들면"), ("열", "that", "여는"), ("만들", "that past", "만든"),
        # other endings
        ("오", "past when", "왔을 때"), ("먹", "when", "먹을 때"), ("빌리", "to", "빌리러"),
        ("먹", "to", "먹으러"), ("열", "please", "열어 주세요"), ("주", "please", "주세요"),
        ("읽", "and", "읽고"),
    ],
)  # fmt: skip
def test_verb_forms(stem: str, ending: str, form: str) -> None:
    assert " ".join(inflect(stem, ending)) == form
