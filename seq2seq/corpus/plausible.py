"""What cannot be a parallel corpus, told from the text: one side twice, sides swapped, a table taken for sentences."""

import json
import re
from collections.abc import Sequence

import regex

from seq2seq.corpus.splits import Pair
from seq2seq.errors import InputError

HEAD = 100
"""Lines that are looked at to tell what a file is."""
NEARLY_ALL = 0.9
FEW = 10
"""Fewer pairs than these may be the same on both sides without looking like an error."""

SCRIPTS = {
    "Arabic": "ar ara fa fas per ur urd ps pus ug uig",
    "Armenian": "hy hye arm",
    "Bengali": "bn ben as asm",
    "Cyrillic": "be bel bg bul kk kaz ky kir mk mkd mac mn mon ru rus tg tgk uk ukr",
    "Devanagari": "hi hin mr mar ne nep sa san",
    "Ethiopic": "am amh ti tir",
    "Georgian": "ka kat geo",
    "Greek": "el ell gre",
    "Gujarati": "gu guj",
    "Gurmukhi": "pa pan",
    "Han": "zh zho chi cmn yue lzh",
    "Hangul": "ko kor",
    "Hebrew": "he heb yi yid",
    "Hiragana Katakana Han": "ja jpn",
    "Kannada": "kn kan",
    "Khmer": "km khm",
    "Lao": "lo lao",
    "Latin": "af afr ca cat cs ces cze cy cym da dan de deu ger en eng es spa et est eu eus fi fin fr fra fre ga gle "
    "gl glg hr hrv hu hun id ind is isl it ita la lat lt lit lv lav ms msa nb nob nl nld dut nn nno no nor pl pol pt "
    "por ro ron rum sk slk sl slv sq sqi sv swe sw swa tl tgl tr tur vi vie",
    "Malayalam": "ml mal",
    "Myanmar": "my mya bur",
    "Sinhala": "si sin",
    "Tamil": "ta tam",
    "Telugu": "te tel",
    "Thai": "th tha",
}
"""The scripts of languages that are written in one way, by their codes of ISO 639."""
_SCRIPT_OF = {code: scripts.split() for scripts, codes in SCRIPTS.items() for code in codes.split()}


def check_sides(pairs: Sequence[Pair], languages: tuple[str, str], name: str) -> None:
    """Raise InputError where nearly all pairs have one text on both sides, or the sides are swapped.

    Swapped: hardly any letter of a side is of its language's script, and most of the other side's are.
    """
    same = sum(source == target for source, target in pairs)
    if len(pairs) >= FEW and same >= NEARLY_ALL * len(pairs):
        raise InputError(
            f"{name}: {same:,} of {len(pairs):,} pairs have the same text on both sides; give another file or column "
            "for one of them"
        )
    sides = ["\n".join(side) for side in zip(*pairs[:10_000], strict=True)]
    for side, language in enumerate(languages):
        scripts = _SCRIPT_OF.get(re.split("[-_]", language.lower())[0])
        if scripts and _share(sides[side], scripts) < 0.1 and _share(sides[1 - side], scripts) > 0.5:
            raise InputError(
                f"{name}: the sides are swapped: the {language} side has hardly a letter of {' or '.join(scripts)}, "
                f"the {languages[1 - side]} side has them; swap the files or columns, or the languages"
            )


def kind_of(text: str) -> str | None:
    """`XML`, `JSON`, `TSV` or `CSV` where that is what a text looks like; None for sentences, one a line."""
    if re.match(r"\s*<(\?xml|!DOCTYPE|tmx\b|html\b|xliff\b)", text[:1000], re.IGNORECASE):
        return "XML"
    lines = [line for line in text[: 1 << 20].split("\n", HEAD)[:HEAD] if line.strip()]
    if not lines:
        return None
    if re.match(r"\s*[\[{]\s*([\"{\[]|$)", text[:1000], re.MULTILINE) and (
        text.rstrip()[-1] in "]}" or sum(map(_is_object, lines)) >= NEARLY_ALL * len(lines)
    ):
        return "JSON"
    tabs = [line.strip().count("\t") for line in lines]
    if sum(count == tabs[0] > 0 for count in tabs) >= NEARLY_ALL * len(lines):
        return "TSV"
    quoted = re.compile(r'\s*"([^"]|"")*"[,;]("([^"]|"")*"|[^"]*)\s*')
    return "CSV" if sum(bool(quoted.fullmatch(line)) for line in lines) >= NEARLY_ALL * len(lines) else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _share(text: str, scripts: Sequence[str]) -> float:
    """The share of the letters of a text that are of these scripts; 0 where there is no letter."""
    classes = "".join(rf"\p{{Script={script}}}" for script in scripts)
    letters = sum(1 for _ in regex.finditer(r"\p{L}", text))
    return sum(1 for _ in regex.finditer(rf"[{classes}--\P{{L}}]", text, regex.V1)) / letters if letters else 0.0
