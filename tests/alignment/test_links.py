"""Word links: the Pharaoh format, symmetrisation by hand and by its laws, scores by hand."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.alignment.links import (
    SYMMETRISATIONS,
    GoldLinks,
    Link,
    Symmetrisation,
    alignment_error_rate,
    alignment_scores,
    format_pharaoh,
    parse_pharaoh,
    read_gold,
    read_gold_of,
    symmetrise,
    transpose,
)
from seq2seq.errors import InputError
from seq2seq.text.words import word_counts

links_sets = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20)


@st.composite
def gold_links(draw: st.DrawFn) -> GoldLinks:
    sure = draw(links_sets)
    return GoldLinks(sure, sure | draw(links_sets))


# --- Pharaoh format


def test_sure_and_possible_links_are_read() -> None:
    gold = parse_pharaoh("0-0 2p1  10-3\t2p1")
    assert gold.sure == {(0, 0), (10, 3)} and gold.possible == {(0, 0), (2, 1), (10, 3)}


def test_links_are_written_in_order() -> None:
    assert format_pharaoh({(10, 0), (2, 1), (2, 0)}) == "2-0 2-1 10-0"
    assert format_pharaoh(GoldLinks(frozenset({(1, 1)}), frozenset({(1, 1), (0, 1)}))) == "0p1 1-1"


@given(gold_links())
def test_pharaoh_round_trips(gold: GoldLinks) -> None:
    assert parse_pharaoh(format_pharaoh(gold)) == gold
    assert parse_pharaoh(format_pharaoh(gold.sure)) == GoldLinks(gold.sure, gold.sure)


def test_gold_files_keep_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.align"
    path.write_text("0-0\n\n1p0\n")
    assert [sorted(gold.possible) for gold in read_gold(path)] == [[(0, 0)], [], [(1, 0)]]


@pytest.mark.parametrize("token", ["0", "0-", "-1-2", "0--1", "1-2-3", "a-b", "1.0-2", "0–1", "1-²", "1P2"])
def test_a_malformed_link_names_file_and_line(tmp_path: Path, token: str) -> None:
    path = tmp_path / "gold.align"
    path.write_text(f"0-0\n0-0 {token}\n")
    with pytest.raises(InputError, match=r"gold\.align, line 2: '.+' is no link"):
        read_gold(path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1-2", r"gold\.align, line 2: link 1-2 lies outside the pair, which has 3 source and 2 target words"),
        ("3p0", r"line 2: link 3-0 lies outside"),
        ("0-0\n0-0", r"gold\.align has 3 lines, but there are 2 sentence pairs"),
    ],
)
def test_gold_that_does_not_fit_its_pairs_is_the_fault_of_the_input(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.align"
    path.write_text(f"0-0\n{line}\n")
    with pytest.raises(InputError, match=message):
        read_gold_of(path, [(1, 1), (3, 2)])


def test_gold_that_fits_its_pairs_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gold.align"
    path.write_text("0-0\n2-1 1p0\n")
    assert read_gold_of(path, word_counts([("a", "x"), ("a b.", "x y")])) == read_gold(path)


def test_a_sure_link_is_a_possible_one() -> None:
    with pytest.raises(ValueError, match="possible"):
        GoldLinks(frozenset({(0, 0)}), frozenset())


@given(gold_links())
def test_transposed_twice_is_as_before(gold: GoldLinks) -> None:
    assert gold.transposed().transposed() == gold and gold.transposed().sure == transpose(gold.sure)


# --- symmetrisation

FORWARD = {(0, 0), (1, 1), (2, 1), (4, 4), (6, 3)}
BACKWARD = {(0, 0), (1, 1), (1, 2), (5, 5), (6, 4)}
# Both have 0-0 and 1-1. Beside them, 2-1 has a free source word and 1-2 a free target word. 4-4, 5-5, 6-3 and 6-4 touch
# none of these; the final step takes, from the start of the pair to its end, 4-4 (sum 8), 6-3 (sum 9) and 5-5, but not
# 6-4: both its words have a link by then.


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("intersection", {(0, 0), (1, 1)}),
        ("union", FORWARD | BACKWARD),
        ("grow-diag", {(0, 0), (1, 1), (2, 1), (1, 2)}),
        ("grow-diag-final", {(0, 0), (1, 1), (2, 1), (1, 2), (4, 4), (6, 3), (5, 5)}),
        ("grow-diag-final-and", {(0, 0), (1, 1), (2, 1), (1, 2), (4, 4), (6, 3), (5, 5)}),
    ],
)
def test_symmetrisation_by_hand(method: Symmetrisation, expected: set[Link]) -> None:
    assert symmetrise(FORWARD, BACKWARD, method) == expected


def test_final_and_wants_both_words_free() -> None:
    assert symmetrise({(0, 0), (3, 0)}, {(0, 0)}, "grow-diag-final") == {(0, 0), (3, 0)}
    assert symmetrise({(0, 0), (3, 0)}, {(0, 0)}, "grow-diag-final-and") == {(0, 0)}


def test_growing_goes_on_from_what_was_added_and_stops_at_words_that_have_links() -> None:
    chain = {(0, 0), (1, 0), (2, 0), (2, 1), (3, 1)}
    assert symmetrise(chain, {(0, 0)}, "grow-diag") == chain
    square = {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert symmetrise(square, {(0, 0), (1, 1)}, "grow-diag") == {(0, 0), (1, 1)}


@pytest.mark.parametrize(("di", "dj"), [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j])
def test_growing_takes_neighbours_on_every_side(di: int, dj: int) -> None:
    start, beside, far = (3, 3), (3 + di, 3 + dj), (3 + 3 * di, 3 + 3 * dj)
    assert symmetrise({start, beside, far}, {start}, "grow-diag") == {start, beside}


def test_unknown_method() -> None:
    with pytest.raises(ValueError, match="grow-diag-final-and"):
        symmetrise(set(), set(), "grow")  # type: ignore[arg-type]


@given(links_sets, links_sets)
def test_every_method_lies_between_intersection_and_union(forward: frozenset[Link], backward: frozenset[Link]) -> None:
    results = {method: symmetrise(forward, backward, method) for method in get_args(Symmetrisation)}
    assert results["intersection"] == forward & backward and results["union"] == forward | backward
    assert results["intersection"] <= results["grow-diag"]
    assert results["grow-diag"] <= results["grow-diag-final-and"] <= results["union"]
    assert results["grow-diag"] <= results["grow-diag-final"] <= results["union"]


@given(links_sets, links_sets, st.sampled_from(SYMMETRISATIONS))
def test_swapping_the_roles_transposes_the_result(
    forward: frozenset[Link], backward: frozenset[Link], method: Symmetrisation
) -> None:
    swapped = symmetrise(transpose(backward), transpose(forward), method)
    assert swapped == transpose(symmetrise(forward, backward, method))


@given(links_sets, st.sampled_from(SYMMETRISATIONS))
def test_two_directions_that_agree_are_kept(links: frozenset[Link], method: Symmetrisation) -> None:
    assert symmetrise(links, links, method) == links


@given(links_sets, links_sets)
def test_after_final_every_word_of_the_union_is_linked(forward: frozenset[Link], backward: frozenset[Link]) -> None:
    final, union = symmetrise(forward, backward, "grow-diag-final"), forward | backward
    assert {i for i, _ in final} == {i for i, _ in union} and {j for _, j in final} == {j for _, j in union}


# --- scores


def test_scores_by_hand() -> None:
    """A has 4 + 1 links, S 3 + 0, P 4 + 1; in S are 2 of A, in P 3: AER = 1 - (2 + 3) / (5 + 3)."""
    gold = [parse_pharaoh("0-0 1-1 2-2 3p2"), parse_pharaoh("0p0")]
    scores = alignment_scores([{(0, 0), (1, 1), (1, 0), (3, 3)}, {(0, 0)}], gold)
    assert scores.aer == pytest.approx(37.5)
    assert scores.precision == pytest.approx(60)
    assert scores.recall == pytest.approx(200 / 3)
    assert alignment_error_rate([set(), set()], gold) == 100


def test_possible_links_that_are_missing_cost_nothing() -> None:
    assert alignment_error_rate([{(0, 0)}], [parse_pharaoh("0-0 1p1")]) == 0


def test_without_any_link_nothing_is_wrong() -> None:
    scores = alignment_scores([set()], [parse_pharaoh("")])
    assert (scores.aer, scores.precision, scores.recall) == (0, 100, 100)


@given(st.lists(gold_links(), max_size=5))
def test_gold_against_itself_has_no_error(gold: list[GoldLinks]) -> None:
    for hypotheses in ([g.sure for g in gold], [g.possible for g in gold]):
        scores = alignment_scores(hypotheses, gold)
        assert (scores.aer, scores.precision, scores.recall) == (0, 100, 100)


def test_different_counts_are_the_fault_of_the_input() -> None:
    with pytest.raises(InputError, match="1 sentence pairs with links, but 2 with gold"):
        alignment_scores([set()], [parse_pharaoh(""), parse_pharaoh("")])
