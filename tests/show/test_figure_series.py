"""Figures drawn again in part, beside figures drawn as a whole."""

import numpy as np
import pytest
from maps import HAUS, LINKED, ONE_WORD

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.show.figure_series import FigureSeries
from seq2seq.show.figures import heatmap, pixels

GOLD = GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0), (1, 2)}))
SHAPE = LINKED.weights.shape


def map_with(weights: np.ndarray) -> AlignmentMap:
    return AlignmentMap(LINKED.source, LINKED.target, weights, units="words")


def test_a_figure_is_that_of_a_drawing_of_its_own() -> None:
    """But for the very edges of frames, where what is drawn twice is a shade darker."""
    series = FigureSeries(LINKED, "update 0", GOLD, 100)
    random = np.random.default_rng(1).dirichlet([0.3] * SHAPE[2], (2, SHAPE[1]))
    for one, title in ((map_with(random), "update 1,000"), (LINKED, "update 0")):
        whole = heatmap(one, title=title, gold=GOLD)
        whole.set_dpi(100)
        found, expected = series.pixels(one, title).astype(int), pixels(whole).astype(int)
        assert found.shape == expected.shape
        differences = np.abs(found - expected).max(-1)
        assert differences.max() < 32 and (differences > 0).mean() < 0.005


def test_other_maps_give_other_figures_and_the_same_map_the_same() -> None:
    series = FigureSeries(LINKED, "update 0", None, 100)
    first = series.pixels(LINKED, "update 0")
    flat = map_with(np.full(SHAPE, 1 / SHAPE[2]))
    assert (series.pixels(flat, "update 0") != first).mean() > 0.05
    assert not np.array_equal(series.pixels(LINKED, "update 1"), first)
    assert np.array_equal(series.pixels(LINKED, "update 0"), first)


def test_a_map_over_other_units_is_refused() -> None:
    series = FigureSeries(LINKED, "update 0", None, 100)
    with pytest.raises(ValueError, match="the same source and target units"):
        series.pixels(AlignmentMap(HAUS, ONE_WORD, np.full((1, 2, 3), 1 / 3)), "update 1")


def test_nothing_to_align() -> None:
    nothing = AlignmentMap(LINKED.source, Side("", (), (), ()), np.zeros((1, 0, SHAPE[2])), units="words")
    series = FigureSeries(nothing, "update 0", None, 100)
    assert series.pixels(nothing, "update 0").std() > 0
