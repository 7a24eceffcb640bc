"""The words of a sentence are where the rule says."""

import re
from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq.text.visible import is_blank
from seq2seq.text.words import PLAIN, split_words, word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ein Hund, der läuft.", ["Ein", "Hund", ",", "der", "läuft", "."]),
        ("don't pay 3.5 in the U-Bahn", ["don't", "pay", "3.5", "in", "the", "U-Bahn"]),
        ("(„Ja!“)", ["(", "„", "Ja", "!", "“", ")"]),
        ("... -", [".", ".", ".", "-"]),
        ("5€ +3", ["5", "€", "+", "3"]),
        ("no\u00a0break\tor\u3000wide", ["no", "break", "or", "wide"]),
        ("톰은 거기에 가?", ["톰은", "거기에", "가", "?"]),
        ("Ja.\u200b", ["Ja", ".\u200b"]),
        ("Ja\u200b. Nein\u200e!", ["Ja\u200b", ".", "Nein\u200e", "!"]),
        ("\u200f(\u200eJa\u200f)", ["\u200f(\u200e", "Ja\u200f", ")"]),
        ("\u200bJa \u200b\u200d nein", ["\u200bJa", "nein"]),
        ("\u00adU\u00adBahn\u00ad,", ["\u00adU\u00adBahn\u00ad", ","]),
        ("I \u2764\ufe0f\ufe0f it\u2764\ufe0f", ["I", "\u2764\ufe0f\ufe0f", "it", "\u2764\ufe0f"]),
        ("ok👨\u200d👩\u200d👧.", ["ok", "👨\u200d👩\u200d👧", "."]),
        ("👍🏽!", ["👍🏽", "!"]),
        ("🇩🇪🇰🇷", ["🇩🇪", "🇰🇷"]),
        ("1\ufe0f\u20e3.", ["1\ufe0f\u20e3", "."]),
        ("Schön!\u0308", ["Schön", "!\u0308"]),
        ("هل \u200fهذا؟\u200f", ["هل", "\u200fهذا", "؟\u200f"]),
        ("नमस्ते।", ["नमस्ते", "।"]),
        ("  ", []),
        ("\t\u00a0\u3000", []),
        ("\u200b \u200e", []),
        ("", []),
    ],
)
def test_words_by_example(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_tokenised_text_is_split_at_white_space_only() -> None:
    assert split_words("it &apos;s ... here .", tokenised=True) == ["it", "&apos;s", "...", "here", "."]


@given(st.text(), st.booleans())
@example("a. .b\u2029«c»", True)
def test_spans_are_ordered_and_cover_everything_but_white_space(text: str, tokenised: bool) -> None:
    spans = word_spans(text, tokenised)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    chunks = [chunk for chunk in text.split() if (tokenised and not is_blank(text)) or not is_blank(chunk)]
    assert "".join(text[start:end] for start, end in spans) == "".join(chunks)
    assert split_words(text, True) == ([] if is_blank(text) else text.split())


INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u00ad\ufe0f\u2060\ufeff\u034f"


@given(st.lists(st.sampled_from(["a", "é", "한", ".", "«", "€", "👍", " ", *INVISIBLE])).map("".join))
def test_an_invisible_character_makes_no_word_and_joins_none(text: str) -> None:
    """What is left when invisible characters go is split as it was, but that emoji which a joiner joins are one."""
    text = re.sub(f"👍[{''.join(INVISIBLE)}]*\u200d", "👍", text)
    bare = str.maketrans(dict.fromkeys(INVISIBLE, ""))
    assert [word.translate(bare) for word in split_words(text)] == split_words(text.translate(bare))


def test_the_short_way_is_taken_only_where_each_character_stands_alone() -> None:
    plain = "".join(character for character in map(chr, range(0x110000)) if PLAIN.fullmatch(character))
    assert regex.findall(r"\X", plain.replace("\r\n", "\r \n")) == list(plain.replace("\r\n", "\r \n"))
    assert not [character for character in plain if is_blank(character) and not character.isspace()]
    assert len(plain) > 40_000


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M", "Zs"])))
def test_both_ways_agree(text: str) -> None:
    """A flag at the end takes the long way; what stands before it does not hang on that."""
    assert split_words(f"{text} 🇩🇪")[:-1] == split_words(text)


@given(st.text())
def test_splitting_words_again_changes_nothing(text: str) -> None:
    words = split_words(text)
    assert split_words(" ".join(words)) == words
