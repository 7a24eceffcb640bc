import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq.text import read_lines, split_words

DATA = Path(__file__).resolve().parents[2] / "data"
sys.path.insert(0, str(DATA / "grammars"))

import generate_tiny_ko_en as generator  # noqa: E402
from grammar import Pair  # noqa: E402
from hangul import attach, attribute, inflect  # noqa: E402
from ko_en_grammar import Event, Plan, aligned, clause, combine, counted, finish, person, place, thing  # noqa: E402
from ko_en_lexicon import KIN, NAMES, NOUNS, PRONOUNS, RAIN, STAY, VERBS, comparative, participle, with_s  # noqa: E402

CORPUS = DATA / "tiny-ko-en"
ME, WE, HE, SHE, _ = PRONOUNS
MINSU, JUNHO, JIYOUNG, SUJIN = NAMES
MY_FRIEND = KIN[0]


def book(particle: str = "을", tag: str = "main.object") -> generator.Phrase:
    return thing(NOUNS["책"], particle, tag)


def test_the_generator_writes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "grammars" / "generate_tiny_ko_en.py", "--out", tmp_path], check=True)
    names = sorted(path.name for path in CORPUS.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (tmp_path / name).read_bytes() == (CORPUS / name).read_bytes(), name


@pytest.mark.parametrize(("split", "size"), [("train", 13_000), ("val", 500), ("test", 500)])
def test_sizes(split: str, size: int) -> None:
    assert len(read_lines(CORPUS / f"{split}.ko")) == len(read_lines(CORPUS / f"{split}.en")) == size


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_sentence_stands_twice(language: str) -> None:
    lines = [line for split in ("train", "val", "test") for line in read_lines(CORPUS / f"{split}.{language}")]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("split", ["val", "test"])
def test_every_word_has_a_link_and_every_link_two_words(split: str) -> None:
    sides = [[split_words(line) for line in read_lines(CORPUS / f"{split}.{language}")] for language in ("ko", "en")]
    for source, target, line in zip(*sides, read_lines(CORPUS / f"{split}.align"), strict=True):
        links = [tuple(map(int, link.split("-"))) for link in line.split()]
        assert {i for i, _ in links} == set(range(len(source)))
        assert {j for _, j in links} == set(range(len(target)))


def test_words_of_test_occur_in_train() -> None:
    for language in ("ko", "en"):
        words = [
            set(re.findall(r"\w+", (CORPUS / f"{split}.{language}").read_text("utf-8").lower()))
            for split in ("test", "train")
        ]
        assert words[0] <= words[1]


def test_a_korean_sentence_has_one_translation() -> None:
    rng, translation = random.Random(2), {}
    for _ in range(3_000):
        korean, english = generator.sentence(rng).texts()
        assert translation.setdefault(korean, english) == english


def told(who: generator.Person, event: Event, plan: Plan, question: bool = False) -> Pair:
    return generator.say(who, event, plan, question)


READ = Event(VERBS["읽"], (place("도서관", "에서", "main.place"), book()))
APPLES = Event(VERBS["사"], (counted(NOUNS["사과"], "세", "main.object"),))
TEA = Event(VERBS["마시"], (aligned("내일=tomorrow", "main.time"), counted(NOUNS["차"], "두", "main.object")))
BREAD = generator.made_by(random.Random(0), NOUNS["빵"], VERBS["만들"], JIYOUNG, "을")
RAINS = clause(generator.sky(RAIN, "first.subject"), "it", Event(RAIN), Plan(ending="if"), "first")
HOME = clause(generator.topic(WE), "we", Event(STAY, (place("집", "에", "main.place"),)), Plan(ending="future"))


@pytest.mark.parametrize(
    ("pair", "korean", "english", "links"),
    [
        pytest.param(  # 0 민수 1 씨는 2 도서관에서 3 책을 4 읽었어요 5 .
            told(MINSU, READ, Plan(ending="past")),
            "민수 씨는 도서관에서 책을 읽었어요.",
            "Minsu read books in the library.",
            "0-0 1-0 2-3 2-4 2-5 3-2 4-1 5-6",
            id="particles",
        ),
        pytest.param(  # 0 저는 1 도서관에서 2 책을 3 읽지 4 않아요 5 .
            told(ME, READ, Plan("not")),
            "저는 도서관에서 책을 읽지 않아요.",
            "I do not read books in the library.",
            "0-0 1-5 1-6 1-7 2-4 3-3 4-1 4-2 5-8",
            id="negation",
        ),
        pytest.param(  # 0 제 1 친구는 2 책을 3 읽고 4 싶어 5 해요 6 .
            told(MY_FRIEND, Event(VERBS["읽"], (book(),)), Plan("want")),
            "제 친구는 책을 읽고 싶어 해요.",
            "My friend wants to read books.",
            "0-0 1-1 2-5 3-4 4-2 4-3 5-2 5-3 6-6",
            id="want",
        ),
        pytest.param(  # 0 우리는 1 책을 2 읽을 3 수 4 있어요 5 .
            told(WE, Event(VERBS["읽"], (book(),)), Plan("can")),
            "우리는 책을 읽을 수 있어요.",
            "We can read books.",
            "0-0 1-3 2-2 3-1 4-1 5-4",
            id="can",
        ),
        pytest.param(  # 0 그는 1 책을 2 읽어요 3 ?
            told(HE, Event(VERBS["읽"], (book(),)), Plan(), question=True),
            "그는 책을 읽어요?",
            "Does he read books?",
            "0-1 1-3 2-0 2-2 3-4",
            id="question",
        ),
        pytest.param(  # 0 그녀는 1 사과 2 세 3 개를 4 샀어요 5 .
            told(SHE, APPLES, Plan(ending="past")),
            "그녀는 사과 세 개를 샀어요.",
            "She bought three apples.",
            "0-0 1-3 2-2 3-2 4-1 5-4",
            id="counter",
        ),
        pytest.param(  # 0 저는 1 내일 2 차 3 두 4 잔을 5 마실 6 거예요 7 .
            told(ME, TEA, Plan(ending="future")),
            "저는 내일 차 두 잔을 마실 거예요.",
            "I will drink two cups of tea tomorrow.",
            "0-0 1-7 2-6 3-3 4-3 4-4 4-5 5-2 6-1 7-8",
            id="measure",
        ),
        pytest.param(  # 0 저는 1 지영 2 씨가 3 만든 4 빵을 5 먹었어요 6 .
            told(ME, Event(VERBS["먹"], (BREAD,)), Plan(ending="past")),
            "저는 지영 씨가 만든 빵을 먹었어요.",
            "I ate the bread that Jiyoung made.",
            "0-0 1-5 2-5 3-4 3-6 4-2 4-3 5-1 6-7",
            id="relative clause",
        ),
        pytest.param(  # 0 비가 1 오면 2 우리는 3 집에 4 있을 5 거예요 6 .
            finish(combine(RAINS, HOME, "if")),
            "비가 오면 우리는 집에 있을 거예요.",
            "If it rains, we will be at home.",
            "0-1 0-2 1-0 1-2 1-3 2-4 3-7 3-8 4-6 5-5 6-9",
            id="if",
        ),
        pytest.param(  # 0 수진 1 씨는 2 그에게 3 가방을 4 줬어요 5 .
            told(
                SUJIN,
                Event(VERBS["주"], (person(HE, "에게", "main.to", "to"), thing(NOUNS["가방"], "을", "main.object"))),
                Plan(ending="past"),
            ),
            "수진 씨는 그에게 가방을 줬어요.",
            "Sujin gave the bag to him.",
            "0-0 1-0 2-4 2-5 3-2 3-3 4-1 5-6",
            id="giving",
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


@pytest.mark.parametrize(
    ("stem", "form"), [("크", "큰"), ("작", "작은"), ("무겁", "무거운"), ("길", "긴"), ("맛있", "맛있는"), ("싸", "싼")]
)
def test_adjectives_before_nouns(stem: str, form: str) -> None:
    assert attribute(stem) == form


def test_english_forms() -> None:
    assert [with_s(text) for text in ("have", "watch", "study", "play", "potato")] == [
        "has", "watches", "studies", "plays", "potatoes",
    ]  # fmt: skip
    assert [participle(text) for text in ("write", "swim", "read", "draw")] == [
        "writing",
        "swimming",
        "reading",
        "drawing",
    ]
    assert [comparative(text) for text in ("big", "heavy", "cheap")] == [["bigger"], ["heavier"], ["cheaper"]]
    assert comparative("expensive") == ["more", "expensive"]
