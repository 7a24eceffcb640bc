"""Which installed fonts draw a text: asked before a figure is drawn, so that no label turns into boxes unnoticed.

matplotlib draws each character with the first family of a list that has it; `FontBook` finds such a list.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from threading import Lock

from matplotlib import font_manager
from matplotlib.font_manager import FontEntry
from matplotlib.ft2font import FT2Font

from seq2seq.text.unicode import script_word

BASE_FAMILY = "DejaVu Sans"
"""Ships with matplotlib: Latin, Greek, Cyrillic, Arabic and more."""

LAST_RESORT = "Last Resort High-Efficiency"
"""Draws a box for every character; ships with newer matplotlib."""

# matplotlib's own TeX fonts put glyphs under characters that they are not.
_USELESS = re.compile(r"Last Resort|cm[a-z]+\d+$|STIXSize|STIXNonUnicode|DejaVu .*Display|DejaVu Math")

# Han characters differ in shape between the languages that use them; a family's name ends in the one that it is for.
_REGION = {"Hangul": "KR", "Hiragana": "JP", "Katakana": "JP", "Han": "SC"}

_PREFIXES = {"CJK": "Han", "IDEOGRAPHIC": "Han", "KANGXI": "Han"}


@lru_cache(maxsize=1)
def installed_fonts() -> list[FontEntry]:
    """All fonts that matplotlib can use, also those installed after it had written its cache of them."""
    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in known:
            try:
                manager.addfont(path)
            except Exception:  # a font file that FreeType cannot use, in one of many ways
                continue
    return [entry for entry in manager.ttflist if not _USELESS.match(entry.name) and Path(entry.fname).exists()]


@lru_cache(maxsize=1)
def base_codes() -> frozenset[int]:
    """The code points that `BASE_FAMILY` draws."""
    bundled = Path(font_manager.findfont(BASE_FAMILY))
    return frozenset(FT2Font(str(bundled)).get_charmap())


class FontBook:
    """The installed fonts, looked through when a character first needs one that `BASE_FAMILY` does not have.

    Thread-safe. What was found is kept: a script that has a font costs one set operation the next time. `installed` and
    `base` say which fonts there are and what the base family draws.
    """

    def __init__(
        self,
        installed: Callable[[], list[FontEntry]] = installed_fonts,
        base: Callable[[], frozenset[int]] = base_codes,
    ) -> None:
        self.installed, self.base = installed, base
        self._chosen: dict[str, dict[str, frozenset[int]]] = {}
        self._nowhere: set[str] = set()
        self._lock = Lock()

    def cover(self, text: Iterable[str]) -> tuple[list[str], list[str]]:
        """Families that together draw all characters of a text, in order; and the scripts for which there is none."""
        with self._lock:
            families, lacking = [BASE_FAMILY], []
            for script, characters in _by_script(_missing(text, self.base())):
                used, left = self._cover_script(script, characters)
                families += [family for family in used if family not in families]
                lacking += [script_of(min(left))] if left else []
        if lacking and any(entry.name == LAST_RESORT for entry in font_manager.fontManager.ttflist):
            families.append(LAST_RESORT)
        return families, sorted(set(lacking))

    def _cover_script(self, script: str, characters: set[str]) -> tuple[list[str], set[str]]:
        known = self._chosen.setdefault(script, {})
        left, used = set(characters), []
        for family, codes in known.items():
            if any(ord(character) in codes for character in left):
                used.append(family)
                left = {character for character in left if ord(character) not in codes}
        while wanted := left - self._nowhere:
            entry = _best_font(self.installed(), script, wanted)
            if entry is None:
                self._nowhere |= wanted
                break
            known[entry.name] = codes = frozenset(_open(entry).get_charmap())
            used.append(entry.name)
            left = {character for character in left if ord(character) not in codes}
        return used, left


def script_of(character: str) -> str:
    """The writing system of a character as people call it (Hangul, Han, Arabic, ...), from its Unicode name."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uff0f":
        return "Han"
    if unicodedata.category(character)[0] in "SP":
        return "symbols and emoji"
    word = script_word(character) or "UNKNOWN"
    return _PREFIXES.get(word, word.title())


def package_of(script: str) -> str:
    """The package that brings the missing letters, by its name on Debian and Ubuntu."""
    if script in (*_REGION, "Bopomofo"):
        return "fonts-noto-cjk"
    return "fonts-symbola" if script == "symbols and emoji" else "fonts-noto-core"


def _missing(text: Iterable[str], codes: frozenset[int]) -> set[str]:
    """The characters of a text that need a glyph and are not among these code points."""
    drawn = {character for label in text for character in label}
    return {c for c in drawn if ord(c) not in codes and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Mn", "Zs")}


def _by_script(characters: set[str]) -> list[tuple[str, set[str]]]:
    """The characters of each script; Han characters go with kana or Hangul, where there are any, to share a font."""
    groups: dict[str, set[str]] = {}
    for character in sorted(characters):
        groups.setdefault(script_of(character), set()).add(character)
    host = next((script for script in ("Hiragana", "Katakana", "Hangul") if script in groups), None)
    if host and "Han" in groups:
        groups[host] |= groups.pop("Han")
    return sorted(groups.items())


def _best_font(installed: list[FontEntry], script: str, characters: set[str]) -> FontEntry | None:
    """Of the installed fonts the one that has most of the characters; of equals an upright, regular, sans-serif one."""
    best: tuple[tuple[object, ...], FontEntry] | None = None
    for entry in installed:
        font = _open(entry)
        found = sum(font.get_char_index(ord(character)) > 0 for character in characters)
        if not found:
            continue
        plain = (entry.style != "normal", abs(_weight(entry) - 400), "Mono" in entry.name, "Serif" in entry.name)
        rank = (-found, *plain, not entry.name.endswith(_REGION.get(script, "")), len(entry.name), entry.name)
        if best is None or rank < best[0]:
            best = rank, entry
    return best[1] if best else None


def _weight(entry: FontEntry) -> int:
    return entry.weight if isinstance(entry.weight, int) else font_manager.weight_dict.get(entry.weight, 400)


def _open(entry: FontEntry) -> FT2Font:
    return FT2Font(entry.fname)


FONTS = FontBook()
