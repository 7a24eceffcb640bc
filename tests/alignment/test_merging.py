"""`AlignmentMap.words`: merging into words by hand-computed examples and by its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps import HAUS, ONE_WORD, maps, side

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import END, Side


def source_words(source: Side, row: list[float], keep_end: bool = True) -> dict[str, float]:
    """What each word of `source` gets when the one word of the target has this row."""
    end_row = [1 / len(row)] * len(row)
    words = AlignmentMap(source, ONE_WORD, np.array([[row, end_row]])).words(keep_end)
    return dict(zip(words.source.pieces, words.weights[0, 0].tolist(), strict=True))


def target_rows(target: Side, rows: list[list[float]]) -> dict[str, list[float]]:
    """The merged row of each word of `target` over the two words of a source and its end."""
    words = AlignmentMap(HAUS, target, np.array([rows])).words(keep_end=True)
    return dict(zip(words.target.pieces, words.weights[0].tolist(), strict=True))


def approx(expected: object) -> object:
    return pytest.approx(expected, abs=1e-6)


# --- merging into words: hand-computed


def test_weights_of_the_pieces_of_a_source_word_are_summed() -> None:
    source = side("Haustür auf", ("▁Haus", 0, 4), ("tür", 4, 7), ("▁auf", 7, 11))
    assert source_words(source, [0.2, 0.3, 0.4, 0.1]) == approx({"Haustür": 0.5, "auf": 0.4, END: 0.1})


def test_rows_of_the_pieces_of_a_target_word_are_averaged() -> None:
    target = side("Hausboot", ("▁Haus", 0, 4), ("boot", 4, 8))
    rows = target_rows(target, [[0.1, 0.8, 0.1], [0.5, 0.2, 0.3], [0, 0, 1]])
    assert rows["Hausboot"] == approx([0.3, 0.5, 0.2]) and rows[END] == approx([0, 0, 1])


def test_a_lone_space_piece_goes_to_the_word_that_follows() -> None:
    """Grouping by position shifted every later word by one (lilt/alignment-scripts#5: AER 65 % for 26 %)."""
    source = side("ein Haus", ("▁", 0, 0), ("ein", 0, 3), ("▁", 3, 4), ("Haus", 4, 8))
    assert source_words(source, [0.1, 0.2, 0.3, 0.35, 0.05]) == approx({"ein": 0.3, "Haus": 0.65, END: 0.05})


def test_a_space_piece_after_the_last_word_goes_to_the_last_word_and_not_to_the_end() -> None:
    source = side("ein Haus ", ("▁ein", 0, 3), ("▁Haus", 3, 8), ("▁", 8, 9))
    assert source_words(source, [0.2, 0.3, 0.4, 0.1]) == approx({"ein": 0.2, "Haus": 0.7, END: 0.1})


def test_a_lone_space_piece_does_not_count_in_the_average_of_a_target_word() -> None:
    target = side("Haus", ("▁", 0, 0), ("Haus", 0, 4))
    assert target_rows(target, [[0.9, 0, 0.1], [0.1, 0.7, 0.2], [0, 0, 1]])["Haus"] == approx([0.1, 0.7, 0.2])


def test_a_target_word_with_nothing_but_an_empty_piece_takes_its_row() -> None:
    target = side("a b", ("▁a", 0, 1), ("▁", 2, 2))
    assert target_rows(target, [[1, 0, 0], [0.1, 0.7, 0.2], [0, 0, 1]])["b"] == approx([0.1, 0.7, 0.2])


def test_a_target_word_without_any_piece_has_a_uniform_row() -> None:
    target = side("a b", ("▁a", 0, 1))
    assert target_rows(target, [[1, 0, 0], [0, 0, 1]])["b"] == approx([1 / 3] * 3)


def test_punctuation_is_a_word_of_its_own_although_no_space_piece_starts_it() -> None:
    """Grouping by a leading `▁` joins it to the word before (NVIDIA-NeMo#16064)."""
    source = side("Haus.", ("▁Haus", 0, 4), (".", 4, 5))
    assert source_words(source, [0.5, 0.3, 0.2]) == approx({"Haus": 0.5, ".": 0.3, END: 0.2})


def test_a_source_piece_across_a_word_limit_is_shared_by_characters() -> None:
    source = side("Hand.", ("▁Ha", 0, 2), ("nd.", 2, 5))
    assert source_words(source, [0.2, 0.6, 0.2]) == approx({"Hand": 0.6, ".": 0.2, END: 0.2})


def test_a_target_piece_across_a_word_limit_counts_in_both_averages_by_its_share() -> None:
    target = side("Hand.", ("▁Ha", 0, 2), ("nd.", 2, 5))
    rows = target_rows(target, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert rows["Hand"] == approx([3 / 5, 2 / 5, 0])  # weights 1 and 2/3
    assert rows["."] == approx([0, 1, 0])


def test_the_space_inside_a_piece_does_not_count_as_overlap() -> None:
    source = side("in der", ("▁in▁der", 0, 6))
    assert source_words(source, [0.75, 0.25]) == approx({"in": 0.3, "der": 0.45, END: 0.25})


def test_a_no_break_space_parts_words() -> None:
    source = side("10\u00a0km", ("▁10", 0, 2), ("▁km", 2, 5))
    assert source_words(source, [0.5, 0.3, 0.2]) == approx({"10": 0.5, "km": 0.3, END: 0.2})


def test_korean_particles_belong_to_their_noun() -> None:
    source = side("집에 간다", ("▁집", 0, 1), ("에", 1, 2), ("▁간", 2, 4), ("다", 4, 5))
    assert source_words(source, [0.1, 0.2, 0.3, 0.3, 0.1]) == approx({"집에": 0.3, "간다": 0.6, END: 0.1})


def test_chinese_without_spaces_is_one_word_and_its_punctuation() -> None:
    source = side("我去。", ("▁", 0, 0), ("我", 0, 1), ("去", 1, 2), ("。", 2, 3))
    assert source_words(source, [0.1, 0.2, 0.3, 0.3, 0.1]) == approx({"我去": 0.6, "。": 0.3, END: 0.1})


def test_all_bytes_of_an_emoji_belong_to_it() -> None:
    pieces = [("▁ab", 0, 2), ("▁", 2, 3), ("<0xF0>", 3, 3), ("<0x9F>", 3, 3), ("<0x99>", 3, 3), ("<0x82>", 3, 4)]
    source = side("ab 🙂", *pieces)
    assert source_words(source, [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3]) == approx({"ab": 0.1, "🙂": 0.6, END: 0.3})


def test_characters_changed_by_normalisation_keep_their_place_in_the_original() -> None:
    """NFKC makes `ﬁ` two letters; the pieces show the normalised text, the spans the original one."""
    source = side("ﬁn da", ("▁fi", 0, 1), ("n", 1, 2), ("▁da", 2, 5))
    assert source_words(source, [0.2, 0.3, 0.4, 0.1]) == approx({"ﬁn": 0.5, "da": 0.4, END: 0.1})


# --- the end of the sentence


def test_without_the_end_rows_are_divided_by_what_is_left() -> None:
    assert source_words(HAUS, [0.1, 0.3, 0.6], keep_end=False) == approx({"ein": 0.25, "Haus": 0.75})


def test_a_row_that_looked_at_the_end_alone_becomes_uniform() -> None:
    assert source_words(HAUS, [1e-8, 0, 1], keep_end=False) == approx({"ein": 0.5, "Haus": 0.5})


def test_the_end_row_of_the_target_goes_too_and_merging_twice_changes_nothing() -> None:
    words = AlignmentMap(HAUS, ONE_WORD, np.array([[[0.1, 0.3, 0.6], [0, 0, 1]]])).words()
    assert words.target.pieces == ("x",) and words.weights.shape == (1, 1, 2)
    assert words.words() == words


def test_an_end_mark_that_stands_in_the_text_is_a_word() -> None:
    text = f"a {END}"
    written = side(text, ("▁a", 0, 1), (END, 2, 6), end=False)
    assert not written.has_end and side(text, ("▁a", 0, 1)).has_end


@pytest.mark.parametrize("text", ["", "  "])
@pytest.mark.parametrize("blank_piece", [False, True])
def test_a_blank_line_has_no_words(text: str, blank_piece: bool) -> None:
    blank = side(text, *([("▁", 0, 0)] if blank_piece else []))
    pieces = AlignmentMap(blank, blank, np.full((2, len(blank), len(blank)), 1 / len(blank)))
    assert pieces.words().weights.shape == (2, 0, 0) and pieces.words().links() == set()
    assert pieces.words(keep_end=True).weights.tolist() == [[[1]], [[1]]]


def test_a_translation_of_a_blank_line_has_rows_without_columns() -> None:
    words = AlignmentMap(side(""), ONE_WORD, np.ones((1, 2, 1))).words()
    assert words.weights.shape == (1, 1, 0) and words.links() == set()


# --- laws


@given(maps(), st.booleans())
def test_merging_keeps_the_sums_of_rows(pieces: AlignmentMap, keep_end: bool) -> None:
    words = pieces.words(keep_end)
    for merged, original in ((words.source, pieces.source), (words.target, pieces.target)):
        expected = [original.text[a:b] for a, b in original.word_spans] + [END] * (keep_end and original.has_end)
        assert list(merged.pieces) == expected
    if len(words.source):
        assert np.allclose(words.weights.sum(-1), 1, atol=1e-6)


@given(maps())
def test_merging_by_words_commutes_with_the_mean_over_heads_while_the_end_is_kept(pieces: AlignmentMap) -> None:
    first, second = pieces.words(True).mean(), pieces.mean().words(True)
    assert np.allclose(first.weights, second.weights, atol=1e-6)


@given(maps())
def test_the_end_can_go_later(pieces: AlignmentMap) -> None:
    merged = pieces.words(True).without_end()
    assert merged == pieces.words(False)
    assert (merged.source, merged.target) == (merged.without_end().source, merged.without_end().target)
    assert np.allclose(merged.without_end().weights, merged.weights, atol=1e-6)
