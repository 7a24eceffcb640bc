"""Links of an `AlignmentMap`: by every method, of both directions, and of pieces."""

import numpy as np
import pytest
from hypothesis import given
from maps import HAUS, LINKED, ONE_WORD, maps, side

from seq2seq.alignment.map import AlignmentMap, agreed_links
from seq2seq.alignment.merging import piece_links

HAUS_WORDS = side("ein Haus", ("ein", 0, 3), ("Haus", 4, 8))
HOUSE_WORDS = side("a house", ("a", 0, 1), ("house", 2, 7))


def test_links_by_argmax_leave_out_a_word_that_looks_at_the_end_most() -> None:
    assert LINKED.links() == {(0, 0), (0, 1)}
    assert LINKED.words().links() == {(0, 0), (0, 1), (2, 2)}
    assert LINKED.links(threshold=0.55) == {(0, 0)}


def test_links_by_threshold_may_be_many_or_none_for_a_word() -> None:
    assert LINKED.links("threshold") == {(0, 0), (0, 1), (1, 1)}
    assert LINKED.links("threshold", 0.2) == {(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 2)}


def test_mutual_links_are_the_largest_of_their_row_and_of_their_column() -> None:
    assert LINKED.links("mutual") == {(0, 0)}
    with pytest.raises(ValueError, match="argmax, threshold, mutual"):
        LINKED.links("best")  # type: ignore[arg-type]


def test_links_are_of_the_mean_over_heads() -> None:
    rows = [[[0.9, 0.1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1]]]
    assert AlignmentMap(HAUS, ONE_WORD, np.array(rows)).words().links() == {(1, 0)}


def test_what_is_of_words_refuses_pieces_and_the_other_way_round() -> None:
    pieces = AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]]))
    words = pieces.words()
    assert (pieces.units, words.units) == ("pieces", "words")
    with pytest.raises(ValueError, match=r"links: a map of words is needed, .* of pieces; give alignment\.words\(\)"):
        pieces.links()
    with pytest.raises(ValueError, match="agreed links: a map of words is needed"):
        agreed_links(words, pieces)
    with pytest.raises(ValueError, match=r"one step later: a map of pieces .* of words; give the map before words\(\)"):
        words.one_step_later()


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(ValueError, match="it must be from 0 to 1"):
        LINKED.links(threshold=threshold)
    with pytest.raises(ValueError, match="it must be from 0 to 1"):
        agreed_links(LINKED, AlignmentMap(LINKED.target, LINKED.source, LINKED.weights, units="words"), threshold)


def test_both_directions_must_be_of_one_pair() -> None:
    with pytest.raises(ValueError, match="the forward map's source as target"):
        agreed_links(LINKED, LINKED)


@given(maps())
def test_mutual_links_are_argmax_links(pieces: AlignmentMap) -> None:
    words = pieces.words(keep_end=True)
    assert words.links("mutual") <= words.links("argmax") <= words.links("threshold", 0.0)


def test_links_that_both_directions_agree_on_by_hand() -> None:
    """Words `ein Haus` and `a house`; house-Haus: sqrt(0.9 * 0.4) = 0.6, a-ein: sqrt(0.5 * 0.32) = 0.4, others less."""
    there = [[[0.5, 0.2, 0.3], [0.05, 0.9, 0.05], [0, 0, 1]]]
    back = [[[0.32, 0.3, 0.38], [0.1, 0.4, 0.5], [0, 0, 1]]]
    forward = AlignmentMap(HAUS_WORDS, HOUSE_WORDS, np.array(there), units="words")
    backward = AlignmentMap(HOUSE_WORDS, HAUS_WORDS, np.array(back), units="words")
    assert agreed_links(forward, backward, 0.59) == {(1, 1)}
    assert agreed_links(forward, backward, 0.39) == {(0, 0), (1, 1)}
    assert {(j, i) for i, j in agreed_links(backward, forward, 0.39)} == agreed_links(forward, backward, 0.39)


def test_links_of_words_are_links_of_all_their_pieces() -> None:
    source = side("ein Haus.", ("▁ein", 0, 3), ("▁Ha", 3, 6), ("us", 6, 8), (".", 8, 9))
    target = side("the house .", ("▁the", 0, 3), ("▁", 3, 3), ("house", 4, 9), ("▁.", 9, 11))
    assert piece_links(source, target, {(1, 1), (2, 2)}).astype(int).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0],
    ]
    with pytest.raises(IndexError):
        piece_links(source, target, {(4, 0)})
