"""Diagnostics of attention: by hand, by their laws, and the warning of each kind of collapse."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.alignment.diagnostics import collapse, diagnose, diagnose_corpus
from seq2seq.alignment.links import parse_pharaoh
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side


def words(count: int, end: bool = True) -> Side:
    """`count` words of one letter, and the end of the sentence."""
    text = " ".join("abcdefghijklm"[:count])
    spans = tuple((2 * i, 2 * i + 1) for i in range(count))
    side = Side(text, tuple(text.split()), spans, spans)
    return side.with_end() if end else side


def alignment(rows: list[list[float]]) -> AlignmentMap:
    """Rows of target words over source words and end; the target's own end row looks at the end."""
    weights = np.array([[*rows, [0.0] * (len(rows[0]) - 1) + [1.0]]])
    return AlignmentMap(words(len(rows[0]) - 1), words(len(rows)), weights, units="words")


def approx(expected: object) -> object:
    return pytest.approx(expected, abs=1e-6)


HAND = alignment([[0.5, 0.5, 0], [0.25, 0.25, 0.5]])


def test_by_hand() -> None:
    found = diagnose(HAND)
    halves, quarters = math.log(2), 0.5 * math.log(4) + 0.5 * math.log(2)
    assert found.target_words == 2
    assert found.entropy == approx((halves + quarters) / 2)
    assert found.normalised_entropy == approx((halves + quarters) / 2 / math.log(3))
    assert found.end_share == approx(0.25)
    assert found.largest_share == approx(0.375)  # of the first of two equal columns
    assert found.diagonal_distance == approx(0.25)  # half of each row is on the diagonal, half of it 0.5 away
    assert found.coverage == approx((0.75, 0.75))
    assert (found.gold_rows, found.gold_share) == (0, None)


def test_pieces_are_refused() -> None:
    with pytest.raises(ValueError, match="diagnostics: a map of words is needed, and this is one of pieces"):
        diagnose(replace(HAND, units="pieces"))


def test_words_that_get_too_little_and_too_much() -> None:
    found = diagnose(alignment([[0, 0.9, 0.1, 0]] * 5))
    assert found.coverage == approx((0, 4.5, 0.5)) and found.untranslated == (0,) and found.over_translated == (1,)
    corpus = diagnose_corpus([found])
    assert (corpus.coverage, corpus.untranslated, corpus.over_translated) == approx((1.5 / 3, 1 / 3, 1 / 3))


def test_agreement_with_gold_by_hand() -> None:
    """The first row has 0.5 on its gold word, the second 0.5 on its two, sure and possible."""
    found = diagnose(HAND, parse_pharaoh("0-0 0-1 1p1"))
    assert (found.gold_rows, found.gold_share) == (2, approx(0.5))
    assert diagnose(HAND, parse_pharaoh("1-1")).gold_share == approx(0.25)
    assert diagnose(HAND, parse_pharaoh("")).gold_share is None
    with pytest.raises(ValueError, match="gold link 2-0 lies outside a pair of 2 source and 2 target words"):
        diagnose(HAND, parse_pharaoh("2-0"))


def test_it_is_of_the_mean_over_heads() -> None:
    one, other = [[1.0, 0, 0], [0, 0, 1]], [[0, 1.0, 0], [0, 0, 1]]
    both = AlignmentMap(words(2), words(1), np.array([one, other]), units="words")
    assert diagnose(both).entropy == approx(math.log(2)) and diagnose(both) == diagnose(both.mean())


def test_a_corpus_counts_words_not_sentences() -> None:
    short, long = alignment([[0, 1.0]]), alignment([[1.0, 0]] * 3)
    corpus = diagnose_corpus([diagnose(short, parse_pharaoh("")), diagnose(long, parse_pharaoh("0-0"))])
    assert corpus.end_share == approx(0.25) and corpus.gold_share == approx(1) and corpus.coverage == approx(0.5)


@pytest.mark.parametrize(("sources", "targets"), [(0, 0), (0, 2), (2, 0)])
def test_blank_sides(sources: int, targets: int) -> None:
    shape = (1, targets, sources)
    sides = words(sources, end=False), words(targets, end=False)
    blank = AlignmentMap(*sides, np.full(shape, 1 / max(sources, 1)), units="words")
    found = diagnose(blank)
    assert found.entropy == found.end_share == found.diagonal_distance == found.largest_share == 0
    assert found.coverage == (0,) * sources and found.untranslated == tuple(range(sources))
    assert collapse([found]) is None and diagnose_corpus([found]).gold_share is None


def test_no_sentences() -> None:
    corpus = diagnose_corpus([])
    assert corpus.entropy == corpus.coverage == corpus.untranslated == 0 and collapse([]) is None


ROWS = {
    "the end of the sentence, which gets 90%": [[0.05, 0.05, 0, 0.9]] * 3,
    "one place: all words of a sentence put 90%": [[0.05, 0.9, 0, 0.05]] * 3,
    "a uniform one: its entropy is 100%": [[0.25] * 4] * 3,
}


@pytest.mark.parametrize("message", ROWS)
def test_each_collapse_is_named(message: str) -> None:
    found = diagnose(alignment(ROWS[message]))
    warning = collapse([found] * 3)
    assert warning is not None and message in warning and found.to_dict()["warning"] == warning


def test_attention_that_aligns_has_not_collapsed() -> None:
    diagonal = diagnose(alignment([[0.9, 0.1, 0, 0], [0, 0.9, 0.1, 0], [0, 0, 0.9, 0.1]]))
    assert collapse([diagonal]) is None and diagonal.to_dict()["warning"] is None


def test_a_short_sentence_shows_no_collapse() -> None:
    """One word looks at one word: all of the attention is on the same place, and nothing is wrong."""
    assert collapse([diagnose(alignment([[1.0, 0], [1.0, 0]]))]) is None


@st.composite
def maps(draw: st.DrawFn) -> AlignmentMap:
    source, target, end = draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.booleans())
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = generator.normal(size=(2, target + 1, source + end)) * draw(st.sampled_from([0.0, 1.0, 30.0]))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return AlignmentMap(words(source, end), words(target), weights / weights.sum(-1, keepdims=True), units="words")


@given(maps())
def test_everything_lies_within_its_limits(one: AlignmentMap) -> None:
    found = diagnose(one)
    shares = (found.normalised_entropy, found.end_share, found.largest_share, found.diagonal_distance)
    assert all(-1e-9 <= share <= 1 + 1e-6 for share in shares)
    assert 0 <= found.entropy <= math.log(len(one.source)) + 1e-6
    assert sum(found.coverage) + found.end_share * found.target_words == pytest.approx(found.target_words, rel=1e-5)
    assert not set(found.untranslated) & set(found.over_translated)


@given(maps(), st.integers(0, 2**32 - 1))
def test_all_but_the_diagonal_is_blind_to_the_order_of_the_words(one: AlignmentMap, seed: int) -> None:
    """Source words in another order: entropy and shares stay, coverage moves with its words."""
    count = len(one.source) - one.source.has_end
    order = np.random.default_rng(seed).permutation(count)
    columns = np.concatenate([order, np.arange(count, len(one.source))]).astype(int)
    moved, found = diagnose(replace(one, weights=one.weights[:, :, columns])), diagnose(one)
    assert (moved.entropy, moved.end_share, moved.largest_share) == pytest.approx(
        (found.entropy, found.end_share, found.largest_share), abs=1e-6
    )
    assert moved.coverage == pytest.approx([found.coverage[i] for i in order], abs=1e-6)


@given(maps())
def test_a_corpus_of_the_same_sentence_is_that_sentence(one: AlignmentMap) -> None:
    alone = diagnose(one, parse_pharaoh("0-0"))
    corpus = diagnose_corpus([alone] * 3)
    for name in ("entropy", "normalised_entropy", "end_share", "largest_share", "diagonal_distance", "gold_share"):
        assert getattr(corpus, name) == pytest.approx(getattr(alone, name))
    assert corpus.untranslated == pytest.approx(len(alone.untranslated) / len(alone.coverage))
