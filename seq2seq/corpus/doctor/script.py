"""Letters of a script that the language of a side does not use."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from seq2seq.corpus.doctor.finding import Hit, Split
from seq2seq.text.unicode import script_word

OWN = 0.05
"""A script that has at least this share of a side's letters is one of its own: kana beside Chinese characters."""

LETTERS = 3
"""A line with fewer foreign letters may well have them: `π`, `Ω`."""

LOOKALIKE = {"LATIN", "CYRILLIC", "GREEK"}
"""Scripts whose letters look alike, so that a word of two of them is a mistake: `Раrt` with Cyrillic Р and а."""


def wrong_script(split: Split) -> Iterator[Hit]:
    """Lines of whose letters most are of another script than the side's; and words of two scripts that look alike."""
    for side, lines in enumerate(split.sides):
        own = own_scripts(lines)
        for number, line in enumerate(lines, 1):
            if number not in split.broken[side] and (detail := _foreign(line, own)):
                yield Hit(number, detail, side)


def own_scripts(lines: list[str]) -> set[str]:
    """The scripts that a side is written in."""
    counts: Counter[str] = Counter()
    for character, count in Counter("".join(lines)).items():
        if found := script_of(character):
            counts[found] += count
    total = sum(counts.values())
    return {name for name, count in counts.items() if count >= OWN * total}


def _foreign(line: str, own: set[str]) -> str:
    if line.isascii() and "LATIN" in own:
        return ""
    counts = Counter(filter(None, map(script_of, line)))
    foreign = {name: count for name, count in counts.items() if name not in own}
    if sum(foreign.values()) >= LETTERS and 2 * sum(foreign.values()) > sum(counts.values()):
        return f"{max(foreign, key=foreign.__getitem__).capitalize()} letters"
    if len(LOOKALIKE & counts.keys()) > 1:
        for word in line.split():
            scripts = sorted(LOOKALIKE & set(map(script_of, word)))
            if len(scripts) > 1 and word.isalpha():
                return f"{word}: {' and '.join(name.capitalize() for name in scripts)} letters in one word"
    return ""


@lru_cache(maxsize=65_536)
def script_of(character: str) -> str:
    """The script of a letter, `""` for what is none: the first word of its Unicode name."""
    if not unicodedata.category(character).startswith("L"):
        return ""
    script = script_word(character)
    return script if script not in ("MICRO", "MODIFIER", "FEMININE", "MASCULINE", "KELVIN", "ANGSTROM") else ""
