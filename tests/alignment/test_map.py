"""`AlignmentMap`: merging into words by hand-computed examples and by its laws, and links."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.alignment.map import AlignmentMap, agreed_links
from seq2seq.alignment.merging import piece_links
from seq2seq.alignment.sides import END, Side
from seq2seq.text.words import word_spans


def side(text: str, *pieces: tuple[str, int, int], end: bool = True, tokenised: bool = False) -> Side:
    """A side from (piece, start, end) triples, closed by the end of the sentence."""
    spans = tuple((start, stop) for _, start, stop in pieces)
    made = Side(text, tuple(piece for piece, _, _ in pieces), spans, tuple(word_spans(text, tokenised)))
    return made.with_end() if end else made


ONE_WORD = side("x", ("▁x", 0, 1))
HAUS = side("ein Haus", ("▁ein", 0, 3), ("▁Haus", 3, 8))
HAUS_WORDS = side("ein Haus", ("ein", 0, 3), ("Haus", 4, 8))
HOUSE_WORDS = side("a house", ("a", 0, 1), ("house", 2, 7))


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


# --- heads and construction


def test_mean_and_single_heads() -> None:
    two = AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]], [[0, 0.5, 0.5], [0, 0, 1]]]))
    assert two.heads == 2 and two.mean().weights[0, 0].tolist() == [0.5, 0.25, 0.25]
    assert two.head(1).weights.tolist() == two.weights[1:].tolist()
    with pytest.raises(IndexError):
        two.head(2)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.full((1, 2, 2), 0.5), r"\[1, 2, 2\].*2 target and 3 source"),
        (np.full((2, 3), 1 / 3), "heads, target, source"),
        (np.zeros((0, 2, 3)), "heads"),
        (np.full((1, 2, 3), 0.3), "sum to 1"),
        (np.array([[[1.5, -0.5, 0], [0, 0, 1]]]), "negative"),
        (np.array([[[np.nan, 0, 0], [0, 0, 1]]]), "finite"),
    ],
)
def test_impossible_weights_are_refused(weights: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AlignmentMap(HAUS, ONE_WORD, weights)


def test_impossible_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="1 pieces but 0 spans"):
        Side("a", ("a",), (), ())
    with pytest.raises(ValueError, match="span"):
        Side("a", ("a",), ((0, 2),), ())


@pytest.mark.parametrize("words", [((0, 0),), ((0, 2), (1, 3)), ((1, 2), (0, 1)), ((2, 4),), ((-1, 1),)])
def test_impossible_words_are_refused(words: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="word span"):
        Side("abc", (), (), words)


def test_weights_are_copied_and_read_only() -> None:
    weights = np.array([[[1, 0, 0], [0, 0, 1]]], dtype=np.float32)
    kept = AlignmentMap(HAUS, ONE_WORD, weights)
    weights[0, 0] = 0
    assert kept.weights[0, 0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        kept.weights[0, 0, 0] = 0


def test_labels_hold_nothing_that_a_terminal_or_a_font_trips_over() -> None:
    odd = Side("a\tb\x1b\u202e", ("a\tb\x1b\u202e", "▁"), ((0, 5), (5, 5)), ())
    assert odd.labels == ("a b\ufffd\ufffd", "▁")


# --- links

LINKED = AlignmentMap(
    side("a b c", ("a", 0, 1), ("b", 2, 3), ("c", 4, 5)),
    side("x y z", ("x", 0, 1), ("y", 2, 3), ("z", 4, 5)),
    np.array([[[0.6, 0.2, 0.2, 0], [0.5, 0.3, 0.1, 0.1], [0.1, 0.1, 0.2, 0.6], [0, 0, 0, 1]]]),
    units="words",
)


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


def test_units_that_are_no_words_cannot_be_said_to_be() -> None:
    with pytest.raises(ValueError, match="must be the words of both sides"):
        AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]]), units="words")


def test_everything_made_of_a_map_is_of_its_kind() -> None:
    one = AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]]), kind="aligner")
    made = [one.mean(), one.head(0), one.one_step_later(), one.words(), one.words(keep_end=True), one.without_end()]
    assert {other.kind for other in made} == {"aligner"} and one != replace(one, kind="decoder")


@pytest.mark.parametrize("field", [{"kind": "encoder"}, {"units": "letters"}])
def test_unknown_kinds_and_units_are_named(field: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        replace(LINKED, **field)  # type: ignore[arg-type]


def test_what_is_no_side_is_named() -> None:
    with pytest.raises(TypeError, match="source must be a Side, not str"):
        AlignmentMap("ein Haus", ONE_WORD, np.ones((1, 2, 1)))  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(ValueError, match="it must be from 0 to 1"):
        LINKED.links(threshold=threshold)
    with pytest.raises(ValueError, match="it must be from 0 to 1"):
        agreed_links(LINKED, AlignmentMap(LINKED.target, LINKED.source, LINKED.weights, units="words"), threshold)


def test_both_directions_must_be_of_one_pair() -> None:
    with pytest.raises(ValueError, match="the forward map's source as target"):
        agreed_links(LINKED, LINKED)


# --- laws


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """Any text, cut anywhere into pieces, with empty pieces in between, sometimes without the end."""
    text = draw(st.text(alphabet="abü.,'- \u00a0집에我🙂▁", max_size=12))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    limits = [0, *cuts, len(text)]  # equal neighbours make empty spans
    pieces = ((text[a:b] or "▁", a, b) for a, b in pairwise(limits))
    return side(text, *pieces, end=draw(st.booleans()), tokenised=draw(st.booleans()))


@st.composite
def maps(draw: st.DrawFn) -> AlignmentMap:
    source, target, heads = draw(sides()), draw(sides()), draw(st.integers(1, 3))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = generator.normal(size=(heads, len(target), len(source))) * draw(st.sampled_from([0.1, 3, 30]))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return AlignmentMap(source, target, weights / weights.sum(-1, keepdims=True))


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


@given(maps())
def test_mutual_links_are_argmax_links(pieces: AlignmentMap) -> None:
    words = pieces.words(keep_end=True)
    assert words.links("mutual") <= words.links("argmax") <= words.links("threshold", 0.0)


def test_importing_the_map_imports_neither_torch_nor_matplotlib() -> None:
    code = "import sys, seq2seq.alignment.map; print({'torch', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


# --- links of words and of pieces


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
