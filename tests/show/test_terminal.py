"""The heatmap for terminals: what stands where, and never wider than asked for."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.show.terminal import display_width, heatmap, pad, truncate


def words(*pieces: str) -> Side:
    spans, text = [], ""
    for piece in pieces:
        spans.append((len(text), len(text) + len(piece)))
        text += piece + " "
    return Side(text, pieces, tuple(spans), tuple(spans))


def diagonal(source: Side, target: Side) -> AlignmentMap:
    weights = np.zeros((1, len(target), len(source)))
    for row in range(len(target)):
        weights[0, row, row % len(source)] = 1
    return AlignmentMap(source, target, weights)


def test_a_german_sentence() -> None:
    weights = [[[0.93, 0.04, 0.03], [0.1, 0.5, 0.4], [0, 0.2, 0.8]]]
    picture = heatmap(AlignmentMap(words("Das", "Haus", "brennt"), words("the", "house", "burns"), np.array(weights)))
    assert picture.splitlines() == [
        "1 Das  2 Haus  3 brennt",
        "       1 2 3",
        "the   ██     Das 0.93",
        "house ░░▓▓▒▒ Haus 0.50  brennt 0.40",
        "burns   ░░██ brennt 0.80  Haus 0.20",
    ]


def test_korean_letters_take_two_columns() -> None:
    weights = [[[0.1, 0.9], [0.7, 0.3]]]
    picture = heatmap(AlignmentMap(words("my", "house"), words("우리", "집"), np.array(weights)))
    assert picture.splitlines()[2:] == ["우리 ░░██ house 0.90", "집   ▓▓▒▒ my 0.70  house 0.30"]


def test_the_tens_stand_over_the_last_digits() -> None:
    lines = heatmap(diagonal(words(*"abcdefghijkl"), words("x"))).splitlines()
    assert lines[1:3] == ["                     1", "   1 2 3 4 5 6 7 8 9 0 1 2"]


def test_a_long_sentence_has_cells_of_one_column() -> None:
    weights = np.zeros((1, 3, 25))
    weights[0, 0, [0, 24]], weights[0, 1, [10, 9]], weights[0, 2, 24] = (0.3, 0.7), (0.9, 0.1), 1
    picture = heatmap(AlignmentMap(words(*(f"s{i}" for i in range(1, 26))), words("x", "y", "z"), weights), width=60)
    assert picture.splitlines()[-5:] == [
        "           1         2",
        "  1234567890123456789012345",
        "x ▒                       ▓ 25 s25",
        "y          ░█               11 s11",
        "z                         █ 25 s25",
    ]


def test_sixty_words_fit_into_eighty_columns() -> None:
    """In panels, nobody could tell which of the many commas and articles a line was of."""
    source, target = words(*(f"source{i}" for i in range(60))), words(*(f"target{i}" for i in range(60)))
    lines = heatmap(diagonal(source, target)).splitlines()
    rows = [line for line in lines if line.startswith("target")]
    for number, row in enumerate(rows):
        assert row.split()[0] == f"target{number}" and row.index("█") == len("target59 ") + number
        assert row[len("target59 ") + 60 :].startswith(f" {number + 1} sour") and len(row) <= 80
    assert len(rows) == 60 and len([line for line in lines if "1234567890" in line]) == 1


def test_what_does_not_fit_goes_into_further_panels() -> None:
    """Each source unit has its cell in exactly one panel, beside its number; target units are numbered too."""
    source, target = words(*(f"s{i}" for i in range(1, 51))), words(*("the" for _ in range(50)))
    lines = heatmap(diagonal(source, target), width=40).splitlines()
    rows = [line for line in lines if "█" in line]
    for number, row in enumerate(rows, 1):
        assert row.startswith(f"{number} the ") and row.count("█") == 1 and row.endswith(f" {number} s{number}")
    assert len(rows) == 50 and sum("1234567890" in line for line in lines) == 3


def test_heads_are_averaged() -> None:
    two = AlignmentMap(words("a", "b"), words("x"), np.array([[[1, 0]], [[0.2, 0.8]]]))
    assert heatmap(two).splitlines()[-1] == "x ▓▓▒▒ a 0.60  b 0.40"


def test_nothing_to_align() -> None:
    empty = Side("", (), (), ())
    assert heatmap(AlignmentMap(empty, empty, np.zeros((1, 0, 0)))) == "nothing to align"


def test_colour_changes_nothing_but_the_colour() -> None:
    alignment = diagonal(words("a", "b", "c"), words("x", "y"))
    plain, coloured = heatmap(alignment), heatmap(alignment, colour=True)
    assert "\x1b" not in plain and "\x1b[36m██\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_control_characters_never_reach_the_terminal() -> None:
    odd = Side("\x1b[31m", ("\x1b[31m",), ((0, 5),), ((0, 5),))
    assert "\x1b" not in heatmap(AlignmentMap(odd, odd, np.ones((1, 1, 1))))


@given(
    st.lists(st.text("aß집我é\u0301🙂.", min_size=1, max_size=30), min_size=1, max_size=40),
    st.lists(st.text("aß집我é\u0301🙂.", min_size=1, max_size=30), min_size=1, max_size=8),
    st.integers(40, 120),
)
def test_no_line_is_wider_than_asked_for(source: list[str], target: list[str], width: int) -> None:
    weights = np.zeros((1, len(target), len(source)))
    weights[..., 0] += 0.5
    weights[..., len(source) // 2] += 0.5
    picture = heatmap(AlignmentMap(words(*source), words(*target), weights), width=width)
    assert all(display_width(line) <= width for line in picture.split("\n"))
    assert max(map(len, picture.split("\n"))) > 3


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("Haus", 4, "Haus"), ("Häuser", 4, "Häu…"), ("한국어", 6, "한국어"), ("한국어", 5, "한국…"), ("한국어", 4, "한…")],
)
def test_truncation_counts_columns(text: str, width: int, shown: str) -> None:
    assert truncate(text, width) == shown
    assert display_width(pad(text, width)) == width


def test_combining_marks_take_no_column() -> None:
    assert display_width("e\u0301") == 1 and display_width("한") == 2
