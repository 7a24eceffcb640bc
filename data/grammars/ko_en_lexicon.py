"""Words of the tiny Korean-English corpus, and which of them make sense together.

Tables are text: one entry to a comma, `_` for a space inside an English word, Korean stems as in `hangul.py`.
"""

import re
from dataclasses import dataclass

from hangul import attribute


def entries(table: str) -> list[list[str]]:
    return [entry.split() for entry in table.split(",")]


# -------------------------------------------------------------------------------------------------------- English


def with_s(text: str) -> str:
    """Plural of a noun, third person of a verb: potatoes, studies, plays."""
    if text == "have":
        return "has"
    if re.search(r"(ch|sh|s|x|o)$", text):
        return text + "es"
    return re.sub(r"([^aeiou])y$", r"\1ie", text) + "s"


def regular_past(verb: str) -> str:
    return verb + "d" if verb.endswith("e") else re.sub(r"([^aeiou])y$", r"\1i", verb) + "ed"


def is_short(text: str) -> bool:
    """Whether the last letter is doubled before an ending: cut, swim, big."""
    return re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", text) is not None


def participle(verb: str) -> str:
    return (verb + verb[-1] if is_short(verb) else re.sub(r"([^e])e$", r"\1", verb)) + "ing"


def comparative(adjective: str) -> list[str]:
    """The words of a comparative: `bigger`, or `more`, `expensive`."""
    if len(re.findall("[aeiouy]+", adjective)) > 1 and not adjective.endswith("y"):
        return ["more", adjective]
    return [(adjective + adjective[-1] if is_short(adjective) else re.sub("y$", "i", adjective)) + "er"]


def article(following: str) -> str:
    return "an" if following[0] in "aeiou" else "a"


BE = {"I": ("am", "was"), "we": ("are", "were"), "they": ("are", "were")}


def finite(verb: str, past: str, tense: str, agreement: str) -> str:
    """`finite("go", "went", "present", "she")` is goes."""
    if verb == "be":
        return BE.get(agreement, ("is", "was"))[tense == "past"]
    if tense == "past":
        return past
    return verb if agreement in ("I", "we", "they") else with_s(verb)


# ---------------------------------------------------------------------------------------------------------- things


@dataclass(frozen=True)
class Noun:
    """A thing; `kind` is how it stands alone: `the` (the door), `many` (books) or `mass` (milk)."""

    ko: str
    en: str
    kind: str
    counter: str = ""
    measure: str = ""


NOUNS = {
    ko: Noun(ko, en, kind, *counter)
    for kind, table in {
        "many": """사과 apple 개, 바나나 banana 개, 오렌지 orange 개, 감자 potato 개, 계란 egg 개, 책 book 권, 소설 novel 권,
            잡지 magazine 권, 편지 letter 통, 사진 picture 장, 영화 movie 편, 노래 song 곡, 꽃 flower 송이, 나무 tree,
            젓가락 chopstick""",
        "mass": """빵 bread 조각 slice, 케이크 cake 조각 slice, 치즈 cheese, 고기 meat, 생선 fish, 김치 kimchi,
            비빔밥 bibimbap, 라면 ramen, 수프 soup, 물 water 잔 glass, 우유 milk 잔 glass, 주스 juice 잔 glass,
            커피 coffee 잔 cup, 차 tea 잔 cup, 아침 breakfast, 점심 lunch, 저녁 dinner, 음악 music, 텔레비전 television,
            축구 soccer, 농구 basketball, 한국어 Korean, 영어 English, 수학 math, 역사 history, 시간 time""",
        "the": """신문 newspaper, 라디오 radio, 선물 present, 가방 bag 개, 모자 hat 개, 우산 umbrella 개, 시계 watch 개,
            의자 chair 개, 연필 pencil, 펜 pen, 컴퓨터 computer 대, 자전거 bicycle 대, 자동차 car 대, 버스 bus,
            기차 train, 택시 taxi, 지하철 subway, 피아노 piano, 기타 guitar, 문 door, 창문 window, 방 room, 집 house,
            부엌 kitchen, 교실 classroom, 책상 desk, 식탁 table, 침대 bed, 냉장고 refrigerator, 상자 box, 고양이 cat 마리,
            강아지 puppy 마리""",
    }.items()
    for ko, en, *counter in entries(table)
}
FOODS = "사과 바나나 오렌지 빵 케이크 치즈 고기 생선"
DISHES = "김치 비빔밥 라면 수프"
GOODS = "가방 모자 우산 시계 자전거 컴퓨터 의자"
SUBJECTS = "한국어 영어 수학 역사"
OWNED = ["가방", "모자", "우산", "시계", "자전거", "자동차", "컴퓨터", "방"]
POINTED = f"{GOODS} 책 소설 잡지 영화 편지 사진 노래 문 창문 방 부엌 교실 자동차".split()
"""What one points at: 이 책, 그 문."""
MOVED = ["가방", "모자", "우산", "의자", "책", "잡지", "연필", "고양이", "강아지"]
"""Of which one says where it is."""
ONE_AT_A_TIME = ["책", "소설", "영화"]
"""`Is reading books` is odd: in a progressive these take a determiner."""
NUMBERS = dict(zip(["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"],
                   ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], strict=True))  # fmt: skip

PLACES = {
    ko: f"{preposition} {' '.join(en)}"
    for preposition, table in {
        "at": """집 home, 학교 school, 식당 the restaurant, 카페 the cafe, 시장 the market, 가게 the store,
            서점 the bookstore, 병원 the hospital, 우체국 the post office, 박물관 the museum, 영화관 the movie theater,
            수영장 the swimming pool, 바닷가 the beach, 역 the station""",
        "in": """도서관 the library, 교실 the classroom, 사무실 the office, 부엌 the kitchen, 방 the room, 정원 the garden,
            공원 the park, 서울 Seoul, 부산 Busan""",
    }.items()
    for ko, *en in entries(table)
}
DESTINATIONS = [
    "학교",
    "집",
    "도서관",
    "공원",
    "시장",
    "병원",
    "식당",
    "박물관",
    "바닷가",
    "사무실",
    "서점",
    "우체국",
    "수영장",
    "영화관",
    "서울",
    "부산",
]
DAILY_DESTINATIONS = ["학교", "집", "도서관", "공원", "시장", "사무실"]
MEETING_POINTS = ["집", "학교", "서울", "부산", "사무실"]
"""Where one also comes to, and not only goes."""


SPOTS = {
    "책상 위": "책 잡지 연필 가방 편지",
    "식탁 위": "사과 빵 케이크 꽃 편지",
    "가방 안": "책 연필 우산 잡지",
    "냉장고 안": "우유 물 사과 계란 케이크",
    "상자 안": "모자 고양이 사진 사과",
    "침대 아래": "고양이 가방 강아지",
    "의자 아래": "고양이 강아지 우산",
    "침대 옆": "의자 가방",
    "문 옆": "의자 우산",
}
RELATIONS = {"위": "on", "안": "in", "아래": "under", "옆": "next to"}


@dataclass(frozen=True)
class Adjective:
    ko: str
    en: str
    nouns: tuple[str, ...]
    attribute: str
    predicate: bool


ADJECTIVES = [
    # A stem with `!` is an attribute as it stands, and never a predicate.
    Adjective(ko, en, tuple(nouns.split()), ko[:-1] if ko[-1] == "!" else attribute(ko), ko[-1] != "!")
    for ko, en, nouns in (
        ("빨간!", "red", "사과 가방 모자 자전거 꽃 우산 자동차"),
        ("파란!", "blue", "가방 모자 우산 자전거 자동차 의자"),
        ("새!", "new", "가방 자전거 컴퓨터 시계 모자 우산 의자 자동차"),
        ("크", "big", "가방 상자 자동차 모자 우산 나무 방 집 강아지"),
        ("작", "small", "가방 상자 자동차 모자 우산 방 집 고양이"),
        ("예쁘", "pretty", "꽃 모자 가방 우산"),
        ("맛있", "delicious", f"{FOODS} {DISHES} 커피 차 주스"),
        ("맵", "spicy", "김치 라면 비빔밥"),
        ("뜨겁", "hot", "커피 차 수프 물"),
        ("차갑", "cold", "물 우유 주스"),
        ("재미있", "interesting", "책 소설 잡지 영화"),
        ("지루하", "boring", "책 소설 잡지 영화"),
        ("길", "long", "소설 편지 영화"),
        ("짧", "short", "소설 편지 영화 노래"),
        ("어렵", "difficult", "책 노래"),
        ("쉽", "easy", "책 노래"),
        ("무겁", "heavy", "가방 상자 의자 컴퓨터"),
        ("비싸", "expensive", f"{FOODS} {GOODS} 자동차"),
        ("싸", "cheap", f"{FOODS} {GOODS} 자동차"),
        ("빠르", "fast", "컴퓨터 자전거 자동차 기차"),
    )
]
DESCRIBED = [
    "사과",
    "빵",
    "케이크",
    "김치",
    "라면",
    "수프",
    "커피",
    "우유",
    "책",
    "소설",
    "잡지",
    "영화",
    "노래",
    "편지",
    "가방",
    "모자",
    "우산",
    "자전거",
    "컴퓨터",
    "자동차",
    "방",
    "기차",
]
COMPARED = ["책", "가방", "자전거", "컴퓨터", "자동차", "방"]
CONTRASTS = {
    "비싸": "맛있 예쁘 빠르", "맛있": "비싸 맵", "작": "비싸 무겁 예쁘", "싸": "맛있 예쁘", "길": "재미있",
    "짧": "지루하", "어렵": "재미있", "크": "싸",
}  # fmt: skip


def fitting(noun: str, verb: str) -> list[Adjective]:
    """Adjectives for a noun: a price matters to those who buy it, boredom to those who read or watch it."""
    verbs = {"비싸": ["사"], "싸": ["사"], "빠르": ["사", "빌리", "타"], "지루하": ["읽", "보"]}
    return [item for item in ADJECTIVES if noun in item.nouns and verb in verbs.get(item.ko, [verb])]


# ---------------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True)
class Person:
    """`pronoun` is what the person is called in a second clause; a role such as 의사 is both he and she, and has none."""

    ko: str
    en: str
    pronoun: str = ""
    objective: str = ""
    owner: str = ""
    """The pronoun of 제, 그의 or 그녀의 in front of the noun."""

    @property
    def agreement(self) -> str:
        return self.pronoun or "he"


OWNERS = {"I": ("제", "my"), "he": ("그의", "his"), "she": ("그녀의", "her")}
PRONOUNS = [
    Person(ko, en, en, objective)
    for ko, en, objective in entries("저 I me, 우리 we us, 그 he him, 그녀 she her, 그들 they them")
]
NAMES = [
    Person(f"{ko} 씨", *en) for ko, *en in entries("민수 Minsu he, 준호 Junho he, 지영 Jiyoung she, 수진 Sujin she")
]
ROLES = dict(entries("학생 student, 의사 doctor, 간호사 nurse, 요리사 chef, 농부 farmer, 기자 reporter"))
ROLE_PEOPLE = [Person(ko, f"the {en}") for ko, en in ROLES.items()]
GROUPS = [Person("학생들", "the students", "they")]
KIN = [
    Person(f"{mine} {ko}", f"{my} {en.replace('_', ' ')}", *pronoun, owner=owner)
    for ko, en, *pronoun in entries(
        "친구 friend, 친구들 friends they, 남동생 younger_brother he, 여동생 younger_sister she"
    )
    for owner, (mine, my) in OWNERS.items()
]
WHO = Person("누구", "who")


# ----------------------------------------------------------------------------------------------------------- verbs


@dataclass(frozen=True)
class Verb:
    """`ko` is a stem, perhaps with words in front (`배가 고프`); `en` a base form, perhaps with words after it."""

    ko: str
    en: str
    past: str = ""
    negative: bool = False
    """모르 and 없 say `not` without a word for it."""


VERBS = {
    ko.replace("_", " "): Verb(
        ko.replace("_", " "),
        en.replace("_", " "),
        past[0] if past else regular_past(en.split("_")[0]),
        ko in ("모르", "없"),
    )
    for ko, en, *past in entries("""
        읽 read read, 쓰 write wrote, 먹 eat ate, 마시 drink drank, 사 buy bought, 만들 make made,
        요리하 cook, 보 watch, 듣 listen_to, 부르 sing sang, 배우 learn, 공부하 study, 가르치 teach taught,
        만나 meet met, 기다리 wait_for, 돕 help, 전화하 call, 찍 take took, 그리 draw drew, 고치 repair, 열 open,
        닫 close, 청소하 clean, 빌리 borrow, 타 ride rode, 치 play, 하 play, 자 sleep slept,
        쉬 rest, 일하 work, 수영하 swim swam, 걷 walk, 일어나 get_up got, 살 live, 가 go went, 오 come came,
        주 give gave, 보내 send sent, 보여_주 show, 좋아하 like, 알 know knew, 모르 know knew, 있 have had, 없 have had,
        바쁘 be_busy, 피곤하 be_tired, 아프 be_sick, 배가_고프 be_hungry, 목이_마르 be_thirsty, 친절하 be_kind,
        행복하 be_happy
    """)
}
RAIN, SNOW = Verb("오", "rain", "rained"), Verb("오", "snow", "snowed")
STAY, AWAY = Verb("있", "be"), Verb("없", "be", negative=True)


@dataclass(frozen=True)
class Frame:
    """A verb with the objects, places and tools that make sense with it.

    Flags: `daily`, also done as a habit; `hour`, happens at an hour; `meal` and `morning`, at some hours only; `with`,
    done together with others; `own`, the object may belong to someone; `people`, the object is a person; `which`, the
    object takes a determiner; `there`, the place is always said.
    """

    verb: Verb
    objects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags


def can_be(item: Frame, mood: str) -> bool:
    """Whether one likes to do it, must do it, does not do it, or is doing it for a while."""
    if "morning" in item:
        return mood in ("plain", "must")
    return item.verb.ko in MOODS.get(mood, [item.verb.ko]) and (mood, item.verb.ko) != ("not", "자")


BRIEF = ["먹", "마시", "열", "닫", "쉬", "자", "일어나", "하", "보", "걷", "듣"]
"""What one does not say of a whole week."""
MOODS = {
    "like": ["읽", "쓰", "먹", "마시", "듣", "보", "부르", "만나", "걷", "수영하", "만들", "타", "하", "치", "공부하"],
    "must": [
        "읽",
        "쓰",
        "사",
        "공부하",
        "청소하",
        "일하",
        "고치",
        "만나",
        "기다리",
        "돕",
        "요리하",
        "보내",
        "전화하",
        "하",
    ],
    "progressive": [
        "읽",
        "쓰",
        "먹",
        "마시",
        "듣",
        "보",
        "부르",
        "가르치",
        "공부하",
        "만들",
        "요리하",
        "청소하",
        "자",
        "쉬",
        "일하",
        "걷",
        "치",
        "하",
        "기다리",
        "찍",
        "그리",
        "타",
        "수영하",
    ],
}


def frame(verb: str, objects: str = "", places: str = "", flags: str = "", tools: str = "") -> Frame:
    return Frame(VERBS[verb], *(tuple(text.split()) for text in (objects, places, flags, tools)))


FRAMES = [
    frame("읽", "책 소설 잡지 신문", "집 도서관 카페 방 공원", "daily"),
    frame("읽", "편지", "집 방 사무실"),
    frame("쓰", "편지", "집 방 카페 도서관", "daily", "연필 펜"),
    frame("먹", f"{FOODS} {DISHES} 계란", "집 식당 부엌", "daily"),
    frame("먹", "라면 비빔밥", "집 식당", "daily", "젓가락"),
    frame("먹", "아침", "집 식당", "daily hour meal with"),
    frame("먹", "점심", "집 식당", "daily hour meal with"),
    frame("먹", "저녁", "집 식당", "daily hour meal with"),
    frame("마시", "물 우유 주스 커피 차", "집 카페 식당 부엌 사무실", "daily"),
    frame("사", "사과 바나나 오렌지 감자 계란 빵 고기 생선 우유 꽃", "시장 가게", "daily"),
    frame("사", GOODS, "가게"),
    frame("사", "책 소설 잡지", "서점", "daily"),
    frame("만들", "빵 케이크 수프 김치 비빔밥", "집 부엌", "daily"),
    frame("요리하", "고기 생선 감자 계란 라면", "집 부엌 식당", "daily with"),
    frame("보", "텔레비전", "집 방", "daily hour with"),
    frame("보", "영화", "집 영화관", "daily with"),
    frame("듣", "음악 라디오 노래", "집 방 카페 공원", "daily"),
    frame("부르", "노래", "집 공원 학교 교실", "daily with"),
    frame("배우", SUBJECTS, "학교 서울", "daily with"),
    frame("공부하", SUBJECTS, "집 도서관 학교 방 카페", "daily with"),
    frame("가르치", SUBJECTS, "학교 교실 서울", "daily"),
    frame("만나", "", "공원 카페 역 학교 도서관 식당", "daily hour people"),
    frame("기다리", "", "공원 카페 역 집 도서관", "people"),
    frame("돕", "", "집 학교 사무실", "daily people"),
    frame("찍", "사진", "공원 정원 바닷가 박물관", "daily"),
    frame("그리", "꽃 나무", "공원 정원 교실", "daily", "연필 펜"),
    frame("고치", "자전거 자동차 컴퓨터 시계 의자", "집", "own"),
    frame("열", "문 창문", "", "daily"),
    frame("닫", "문 창문", "", "daily"),
    frame("청소하", "방 집 부엌 교실", "", "daily own"),
    frame("빌리", "책 소설 잡지"),
    frame("빌리", "우산 자전거 자동차 컴퓨터", "", "own"),
    frame("타", "자전거", "공원 바닷가", "daily own with"),
    frame("치", "피아노 기타", "집 방 학교", "daily"),
    frame("하", "축구 농구", "공원 학교", "daily with"),
    frame("자", "", "집 방"),
    frame("쉬", "", "집 방 공원 정원", "daily"),
    frame("일하", "", "사무실 병원 식당 가게 시장 서울 부산", "daily with"),
    frame("수영하", "", "수영장 바닷가", "daily with"),
    frame("걷", "", "공원 바닷가", "daily with there"),
    frame("일어나", "", "", "daily hour morning"),
]
LIKED = f"{SUBJECTS} 커피 차 우유 주스 빵 케이크 치즈 고기 생선 김치 라면 음악 영화 노래 소설 꽃 책 축구 농구"
GIVEN = [
    frame("주", "꽃 책 사과 빵 선물 커피 시계 가방"),
    frame("보내", "편지 사진 선물 꽃 책"),
    frame("보여 주", "사진 편지 책 시계 모자"),
    frame("가르치", SUBJECTS, "학교", "daily"),
    frame("전화하", "", "", "daily"),
]
COUNTED = [
    frame("먹", "사과 바나나 계란 빵 케이크", "집 식당", "daily"),
    frame("마시", "물 우유 커피 차", "집 카페 식당", "daily"),
    frame("사", "사과 바나나 계란 꽃", "시장 가게"),
    frame("사", "책 소설 잡지", "서점"),
    frame("사", "모자 가방 의자", "가게"),
    frame("읽", "책 소설 잡지", "집 도서관"),
    frame("쓰", "편지", "집 방"),
    frame("빌리", "책 소설 잡지"),
    frame("보", "영화", "집 영화관"),
    frame("부르", "노래", "학교 공원"),
    frame("찍", "사진", "공원 바닷가"),
]
MANY = ["사과", "바나나", "계란", "꽃", "사진"]
"""Of these one has up to ten, of the others up to four."""
PURPOSES = [
    frame("빌리", "책 소설 잡지", "도서관"),
    frame("공부하", SUBJECTS, "도서관"),
    frame("사", "빵 우유 계란 우산 모자", "가게"),
    frame("사", "사과 생선 고기 꽃 감자", "시장"),
    frame("사", "책 잡지 소설", "서점"),
    frame("마시", "커피 차", "카페"),
    frame("먹", "비빔밥 라면 고기", "식당"),
    frame("보", "영화", "영화관"),
    frame("보내", "편지 선물", "우체국"),
    frame("찍", "사진", "공원 바닷가 박물관"),
    frame("하", "축구 농구", "공원"),
    frame("타", "자전거", "공원"),
]
REQUESTS = [
    frame("열", "문 창문"),
    frame("닫", "문 창문"),
    frame("청소하", "방 부엌 교실"),
    frame("읽", "책 편지 소설", "", "which"),
    frame("고치", "자전거 시계 컴퓨터 의자", "", "which own"),
    frame("보내", "사진 편지 책", "", "which"),
    frame("보여 주", "사진 편지 책 시계 모자", "", "which"),
    frame("가르치", SUBJECTS),
    frame("전화하"),
    frame("기다리", "", "역 카페 공원 도서관 집", "people"),
]

# ---------------------------------------------------------------------------------------- what goes with what else

FREE = [
    frame("읽", "책 소설 잡지", "집 도서관"),
    frame("보", "영화 텔레비전", "집"),
    frame("듣", "음악 라디오"),
    frame("타", "자전거", "공원"),
    frame("걷", "", "공원 바닷가", "there"),
    frame("치", "피아노 기타"),
    frame("그리", "꽃 나무"),
    frame("수영하", "", "수영장 바닷가"),
]
WORK = [
    frame("공부하", SUBJECTS),
    frame("일하", "", "사무실 병원 가게"),
    frame("청소하", "방 집 부엌"),
    frame("가르치", SUBJECTS),
]
STATES = {
    "배가 고프": [
        frame("먹", "빵 사과 바나나 라면 비빔밥"),
        frame("만들", "수프 비빔밥"),
        frame("요리하", "라면 생선"),
    ],
    "목이 마르": [frame("마시", "물 주스 우유 차")],
    "피곤하": [frame("쉬", "", "집 방"), frame("자", "", "집 방"), frame("마시", "커피 차"), frame("듣", "음악")],
    "아프": [frame("쉬", "", "집 방"), frame("먹", "수프"), frame("마시", "차 물")],
    "바쁘": FREE,
}
WEATHER = [
    (
        RAIN,
        [
            frame("읽", "책 소설 잡지", "집"),
            frame("보", "영화 텔레비전", "집"),
            frame("듣", "음악 라디오", "집"),
            frame("쉬", "", "집"),
            frame("마시", "차 커피", "집 카페"),
        ],
    ),
    (SNOW, [frame("찍", "사진", "공원 정원"), frame("마시", "차 커피", "집"), frame("쉬", "", "집")]),
    (
        Verb("좋", "be good"),
        [
            frame("걷", "", "공원 바닷가", "there"),
            frame("타", "자전거", "공원"),
            frame("찍", "사진", "공원 정원"),
            frame("하", "축구 농구", "공원"),
            frame("그리", "꽃 나무", "정원 공원"),
        ],
    ),
    (
        Verb("춥", "be cold"),
        [frame("마시", "차 커피"), frame("먹", "수프 라면"), frame("쉬", "", "집"), frame("닫", "창문 문")],
    ),
    (Verb("덥", "be hot"), [frame("마시", "물 주스"), frame("수영하", "", "수영장 바닷가"), frame("열", "창문")]),
]
AT_HOME = [
    frame("읽", "신문 잡지 편지 책", "방"),
    frame("듣", "음악 라디오", "방"),
    frame("보", "텔레비전", "방"),
    frame("자", "", "방"),
    frame("쉬", "", "방 정원"),
    frame("청소하", "방 부엌 집"),
    frame("요리하", "고기 생선 라면", "부엌"),
    frame("마시", "커피 차", "부엌 정원"),
    frame("공부하", SUBJECTS, "방"),
    frame("쓰", "편지", "방"),
    frame("치", "피아노 기타", "방"),
    frame("그리", "꽃 나무", "정원"),
]
IN_TURN = [
    (frame("먹", "빵 케이크 사과 라면 비빔밥"), frame("마시", "물 우유 주스 커피 차")),
    (frame("청소하", "방 부엌 집"), frame("쉬")),
    (frame("공부하", SUBJECTS), frame("보", "영화 텔레비전")),
    (frame("사", "고기 계란", "시장 가게"), frame("만들", "수프 비빔밥")),
    (frame("치", "피아노 기타"), frame("부르", "노래")),
    (frame("닫", "문 창문"), frame("자")),
    (frame("하", "축구 농구", "공원"), frame("마시", "물 주스")),
]
SIDE_BY_SIDE = [
    [frame("읽", "책 소설 잡지 신문"), frame("듣", "음악 라디오"), frame("보", "영화 텔레비전"), frame("쓰", "편지")],
    [frame("먹", f"{FOODS} {DISHES}"), frame("마시", "물 우유 주스 커피 차")],
    [frame("배우", SUBJECTS), frame("가르치", SUBJECTS)],
    [frame("치", "피아노 기타"), frame("부르", "노래")],
    [frame("청소하", "방 부엌 집"), frame("요리하", "고기 생선 라면"), frame("만들", "빵 케이크 수프")],
    [frame("타", "자전거"), frame("찍", "사진"), frame("그리", "꽃 나무"), frame("하", "축구 농구")],
]
TASTES = ["커피 차 우유", "고기 생선", "김치 라면", "음악 영화", "한국어 영어 수학", "축구 농구"]
RELATIVE = [
    ("사", "빵 사과 케이크 치즈", "먹"),
    ("사", "책 소설 잡지", "읽 빌리"),
    ("사", "자전거 컴퓨터 의자", "고치"),
    ("사", "모자 가방 우산", "좋아하"),
    ("사", "꽃", "그리 좋아하"),
    ("만들", "빵 수프 케이크 김치", "먹 좋아하"),
    ("요리하", "고기 생선 라면", "먹"),
    ("쓰", "편지 소설", "읽"),
    ("빌리", "책 소설 잡지", "읽"),
    ("빌리", "자전거", "타 고치"),
    ("보내", "편지", "읽"),
    ("찍", "사진", "좋아하"),
    ("부르", "노래", "좋아하"),
    ("좋아하", "노래", "부르 듣"),
    ("좋아하", "책 소설 잡지", "읽 빌리"),
    ("좋아하", "빵 케이크 치즈", "사 먹"),
    ("좋아하", "영화", "보"),
]
"""What is done to a thing before, the thing, and what is done to it then."""
HEADS = {"사람": "person", "남자": "man", "여자": "woman", "학생": "student"}
WHO_DOES = [
    frame("가르치", SUBJECTS, "학교"),
    frame("배우", SUBJECTS, "학교"),
    frame("일하", "", "병원 식당 사무실 카페"),
]
WHO_IS_DOING = [
    frame("타", "자전거", "공원"),
    frame("치", "피아노 기타", "방 학교 카페"),
    frame("마시", "커피 차 주스", "카페"),
    frame("찍", "사진", "공원 바닷가"),
    frame("기다리", "버스 택시 기차", "역"),
    frame("부르", "노래", "공원"),
    frame("자", "", "방 교실"),
    frame("읽", "신문 잡지", "도서관 카페"),
]

# ----------------------------------------------------------------------------------------------------------- times

WEEKDAYS = [
    f"{ko}요일에=on_{en}day"
    for ko, en in zip("월화수목금토일", ["Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"], strict=True)
]
TIMES = {
    "past": ["어제=yesterday"] * 4 + ["지난주에=last_week"] * 3 + ["오늘=this 아침에=morning"] * 3 + WEEKDAYS,
    "future": ["내일=tomorrow"] * 4 + ["다음=next 주에=week"] * 3 + ["오늘=this 저녁에=evening"] * 3 + WEEKDAYS,
    "present": ["매일=every_day", "아침마다=every_morning", "저녁마다=every_evening", "주말마다=every_weekend"],
}
OFTEN = ["자주=often", "가끔=sometimes", "항상=always", "보통=usually"]
HOURS = {
    "아침": "six seven eight nine",
    "점심": "one two",
    "오후": "two three four five",
    "저녁": "six seven eight nine",
}
"""At which hours something happens. 점심 is the meal only; the others are also said, as in 아침 여덟 시에."""
HALVES = {"아침": "morning", "오후": "afternoon", "저녁": "evening"}
