"""What is blank, and what white space at the ends is: one definition for preparation, training and translation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.visible import inner_span, is_blank, strip

INVISIBLE = [" ", "\t", "\u00a0", "\u3000", "\u200b", "\u200d", "\u200e", "\u00ad", "\ufe0f", "\ufeff", "\0", "\u3164"]


@pytest.mark.parametrize("character", INVISIBLE)
def test_what_cannot_be_seen_is_blank(character: str) -> None:
    assert is_blank(character) and is_blank(f"{character} {character}") and not is_blank(f"{character}a{character}")


@pytest.mark.parametrize("text", ["a", "가", ".", "€", "😀", "\u0301", "\u0600", "\ufffd", "\U000f0000"])
def test_what_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)


@given(st.text())
def test_the_inner_span_begins_and_ends_with_text(text: str) -> None:
    start, end = inner_span(text)
    assert (start == end) == is_blank(text)
    assert is_blank(text) or text[start:end].strip() == text[start:end] == strip(text)
    assert is_blank(text[:start]) and (is_blank(text) or is_blank(text[end:]))
    assert strip(strip(text)) == strip(text)
