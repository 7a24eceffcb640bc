"""The words of a sentence are where the rule says."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq.text.words import split_words, word_spans


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
        ("  ", []),
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
    assert "".join(text[start:end] for start, end in spans) == "".join(text.split())
    assert split_words(text, True) == text.split()


@given(st.text())
def test_splitting_words_again_changes_nothing(text: str) -> None:
    words = split_words(text)
    assert split_words(" ".join(words)) == words
