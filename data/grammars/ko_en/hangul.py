"""Korean particles and endings by the rules of the script: a syllable block is arithmetic over lead, vowel and coda.

A verb or an adjective is given by its stem, the dictionary form without 다: `읽`, `듣`, `아프`. Only the irregularities
that the spelling of a stem does not show are listed; 르, ㅡ, ㄹ and 하 stems follow from the spelling.
"""

from collections.abc import Callable

from grammars.ko_en.lexicon import ENDINGS

VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
CONTRACTED = {"ㅏ": "ㅏ", "ㅓ": "ㅓ", "ㅐ": "ㅐ", "ㅔ": "ㅔ", "ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅣ": "ㅕ"}
"""What an open vowel becomes together with 아 or 어; the others stand before it unchanged (쉬어)."""

IRREGULAR_T = ("듣", "걷")
IRREGULAR_P = ("돕", "무겁", "가볍", "맵", "뜨겁", "차갑", "춥", "덥", "어렵", "쉽")

PARTICLES = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로"}
"""The form after a consonant, by which a particle is named here, and the form after a vowel."""


def syllable(text: str) -> tuple[int, str, str]:
    """Number of the lead, vowel and coda (a space where there is none) of the last syllable."""
    code = ord(text[-1]) - 0xAC00
    return code // 588, VOWELS[code % 588 // 28], CODAS[code % 28]


def with_end(text: str, coda: str, vowel: str = "") -> str:
    """The text with another coda, and perhaps another vowel, in its last syllable."""
    lead, old, _ = syllable(text)
    return text[:-1] + chr(0xAC00 + lead * 588 + VOWELS.index(vowel or old) * 28 + CODAS.index(coda))


def coda(text: str) -> str:
    """The coda of the last syllable, a space where there is none."""
    return syllable(text)[2]


def attach(noun: str, particle: str) -> str:
    """`attach("책", "을")` is 책을, `attach("차", "을")` is 차를; 으로 is 로 after ㄹ as well."""
    if (noun, particle) == ("저", "이"):
        return "제가"
    if (noun, particle) == ("누구", "이"):
        return "누가"
    open_end = coda(noun) == " " or (particle == "으로" and coda(noun) == "ㄹ")
    return noun + (PARTICLES.get(particle, particle) if open_end else particle)


def is_bright(text: str) -> bool:
    """Whether 아 follows by vowel harmony, and not 어."""
    return bool(text) and syllable(text)[1] in "ㅏㅑㅗ"


def infinitive(stem: str) -> str:
    """The form in 아/어, to which 요 is added: 읽어, 가, 와, 들어, 무거워, 아파, 몰라, 해."""
    _, vowel, end = syllable(stem)
    if stem.endswith("하"):
        return stem[:-1] + "해"
    if stem in IRREGULAR_P:
        return with_end(stem, " ") + ("와" if stem == "돕" else "워")
    if stem in IRREGULAR_T:
        return with_end(stem, "ㄹ") + "어"
    if stem.endswith("르"):
        return with_end(stem[:-1], "ㄹ") + ("라" if is_bright(stem[:-1]) else "러")
    if vowel == "ㅡ" and end == " ":
        return with_end(stem, " ", "ㅏ" if is_bright(stem[:-1]) else "ㅓ")
    if vowel in CONTRACTED and end == " ":
        return with_end(stem, " ", CONTRACTED[vowel])
    return stem + ("아" if is_bright(stem) else "어")


def past(stem: str) -> str:
    """The past stem: 읽었, 갔, 들었, 했."""
    return with_end(infinitive(stem), "ㅆ")


def loose(stem: str) -> str:
    """The stem as endings with 으 find it: 읽으, 가, 만들, 들으, 무거우."""
    if stem in IRREGULAR_P:
        return with_end(stem, " ") + "우"
    if stem in IRREGULAR_T:
        return with_end(stem, "ㄹ") + "으"
    return stem if coda(stem) in " ㄹ" else stem + "으"


def open_end(stem: str) -> str:
    """The stem before 는, where one in ㄹ loses it: 만드."""
    return with_end(stem, " ") if coda(stem) == "ㄹ" else stem


STEMS: dict[str, Callable[[str], str]] = {"infinitive": infinitive, "past": past, "loose": loose, "open": open_end}


def inflect(stem: str, ending: str) -> list[str]:
    """The words of a verb form; most are one word, 갈 거예요, 가기 때문에 and 갈 때 are two."""
    if (stem, ending) == ("주", "please"):
        return ["주세요"]
    if ending.startswith("past "):
        stem, ending = past(stem), ending.removeprefix("past ")
    row = ENDINGS[ending]
    form = STEMS[row["form"]](stem) if row["form"] else stem
    form = with_end(form, row["coda"]) if row["coda"] else form
    return (form + row["text"].replace("_", " ")).split()
