"""Static figures: labels inside the page and apart from each other, colours, gold outlines, fonts, metadata, files."""

import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.errors import InputError
from seq2seq.show import figures, fonts


def words(*pieces: str) -> Side:
    text = " ".join(pieces)
    ends = np.cumsum([len(piece) + 1 for piece in pieces]) - 1
    spans = tuple((int(end) - len(piece), int(end)) for piece, end in zip(pieces, ends, strict=True))
    return Side(text, pieces, spans, spans)


def diagonal(source: Side, target: Side, heads: int = 1) -> AlignmentMap:
    weights = np.full((heads, len(target), len(source)), 0.2 / len(source))
    for row in range(len(target)):
        weights[:, row, min(row, len(source) - 1)] += 0.8
    return AlignmentMap(source, target, weights, units="words")


SMALL = diagonal(words("Ein", "kleiner", "Junge"), words("A", "boy"), heads=2)
LONG_WORDS = ("Donaudampfschifffahrtsgesellschaftskapitän", "und", "Übergrößenträger", "$5", "x_y^2", ".")


def extents(figure: Figure, texts: Sequence[Text]) -> list[Any]:
    """The boxes of the texts that are drawn, in pixels."""
    figures.pixels(figure)
    return [text.get_window_extent() for text in texts if text.get_text() and text.get_visible()]


@pytest.fixture
def only_bundled_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without any font but those of matplotlib."""
    bundled = [entry for entry in font_manager.fontManager.ttflist if entry.name == fonts.BASE_FAMILY]
    monkeypatch.setattr(figures, "FONTS", fonts.FontBook(installed=lambda: bundled))


@pytest.mark.parametrize(
    ("rows", "columns", "heads"), [(60, 60, "mean"), (60, 5, "mean"), (5, 60, "mean"), (12, 12, "each"), (1, 1, "mean")]
)
def test_no_label_is_clipped_or_overlaps_another(rows: int, columns: int, heads: Literal["mean", "each"]) -> None:
    source, target = ([LONG_WORDS[i % len(LONG_WORDS)] for i in range(count)] for count in (columns, rows))
    alignment = diagonal(words(*source), words(*target), heads=3)
    figure = figures.heatmap(alignment, title="a title that is rather long for a small map", heads=heads, gold={(0, 0)})
    page = figure.bbox
    for box in extents(figure, figure.findobj(Text)):
        assert box.x0 >= -0.5 and box.y0 >= -0.5 and box.x1 <= page.x1 + 0.5 and box.y1 <= page.y1 + 0.5
    panel = figure.axes[0]
    left = extents(figure, panel.get_yticklabels())
    assert len(left) == rows and all(below.y1 <= above.y0 for above, below in pairwise(left))
    tops = panel.get_xticklabels()
    assert len(extents(figure, tops)) == columns
    if columns > 30:
        assert all(one.x1 <= other.x0 for one, other in pairwise(extents(figure, tops)))
    else:  # slanted labels are parallel strips: what counts is the distance between their middle lines
        strip = panel.bbox.width / columns * np.sin(np.radians(45))
        assert tops[0].get_rotation() == 45 and strip >= max(box.height for box in left)


def test_the_labels_stand_where_their_weights_are() -> None:
    panel = figures.heatmap(SMALL).axes[0]
    assert [t.get_text() for t in panel.get_xticklabels()] == ["Ein", "kleiner", "Junge"]
    assert [t.get_text() for t in panel.get_yticklabels()] == ["A", "boy"]
    assert panel.xaxis.get_ticks_position() == "top" and panel.yaxis_inverted()
    mesh = panel.collections[0]
    assert mesh.get_array().shape == (2, 3) and np.allclose(mesh.get_array(), SMALL.weights.mean(0))
    assert mesh.get_clim() == (0, 1)


def test_a_darker_cell_is_a_larger_weight() -> None:
    figure = figures.heatmap(AlignmentMap(words("a", "b"), words("x", "y"), np.array([[[1, 0], [0.4, 0.6]]])))
    image, box = figures.pixels(figure).mean(-1), figure.axes[0].bbox
    height = image.shape[0]

    def shade(row: int, column: int) -> float:
        x, y = box.x0 + box.width * (column + 0.5) / 2, box.y1 - box.height * (row + 0.5) / 2
        return float(image[int(height - y), int(x)])

    assert shade(0, 0) < shade(1, 1) < shade(1, 0) < shade(0, 1)


def test_each_head_has_a_panel() -> None:
    figure = figures.heatmap(diagonal(words("a", "b"), words("x", "y"), heads=4), heads="each")
    assert [axes.get_xlabel() for axes in figure.axes[:-1]] == ["head 1", "head 2", "head 3", "head 4"]
    places = {tuple(np.round(axes.get_position().bounds, 3)) for axes in figure.axes}
    assert len(places) == 5
    assert len(figures.heatmap(SMALL).axes) == 2  # the mean and the colour bar


def test_maps_of_several_models_stand_side_by_side_under_their_names() -> None:
    names = ("a variant with a name that is wider than its panel", "base", "another of the kind, just as wide")
    source, target = words("Ein"), words("A", "boy")
    maps = {name: diagonal(source, target, heads) for name, heads in zip(names, (1, 2, 4), strict=True)}
    figure = figures.side_by_side(maps, gold={(0, 1)})
    *panels, bar = figure.axes
    assert tuple(panel.get_xlabel() for panel in panels) == names and all(len(panel.patches) == 1 for panel in panels)
    boxes = extents(figure, [panel.xaxis.label for panel in panels])
    assert boxes[0].x0 >= 0 and all(one.y0 == other.y0 and one.x1 <= other.x0 for one, other in pairwise(boxes))
    assert boxes[-1].x1 <= bar.bbox.x0 and bar.bbox.x1 <= figure.bbox.x1


def test_each_of_the_maps_side_by_side_is_the_mean_of_its_heads() -> None:
    sharp = np.array([[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 1, 0]]])
    maps = {"one": SMALL, "other": replace(SMALL, weights=sharp)}
    *panels, _ = figures.side_by_side(maps).axes
    for panel, expected in zip(panels, (SMALL.weights.mean(0), [[0.5, 0, 0.5], [0, 1, 0]]), strict=True):
        assert np.allclose(panel.collections[0].get_array(), expected)
    with pytest.raises(ValueError, match="same source and target"):
        figures.side_by_side(maps | {"stranger": diagonal(words("Ein"), words("A", "boy"))})


def test_gold_links_are_outlined_possible_ones_dashed() -> None:
    gold = GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0), (2, 1)}))
    figure = figures.heatmap(SMALL, gold=gold)
    frames = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert [(int(f.get_x()), int(f.get_y()), f.get_linestyle() in ("-", "solid")) for f in frames] == [
        (0, 0, True),
        (2, 1, False),
    ]
    assert "dashed: possible" in " ".join(text.get_text() for text in figure.texts)
    plain = figures.heatmap(SMALL, gold={(1, 1)})
    assert "dashed" not in " ".join(text.get_text() for text in plain.texts)


def test_gold_links_belong_on_words_that_are_there() -> None:
    with pytest.raises(ValueError, match=r"gold links: a map of words .* one of pieces; give alignment\.words\(\)"):
        figures.heatmap(replace(SMALL, units="pieces"), gold={(0, 0)})
    with pytest.raises(ValueError, match="gold link 3-0 lies outside a map of 3 source and 2 target words"):
        figures.side_by_side({"one": SMALL}, gold={(3, 0)})


def test_what_cannot_be_drawn_is_named() -> None:
    with pytest.raises(TypeError, match="alignment must be an AlignmentMap, not ndarray"):
        figures.heatmap(SMALL.weights)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="heads is 'all', it must be 'mean' or 'each'"):
        figures.heatmap(SMALL, heads="all")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no map"):
        figures.side_by_side({})


def test_a_dollar_sign_begins_no_formula() -> None:
    figure = figures.heatmap(diagonal(words("$\\frac$", "5$"), words("$x$")), title="$\\broken$")
    assert figures.pixels(figure).min() < 100  # matplotlib would raise on such a formula


def test_nothing_to_align() -> None:
    empty = Side("", (), (), ())
    figure = figures.heatmap(AlignmentMap(empty, empty, np.zeros((2, 0, 0))), title="a blank line")
    assert "nothing to align" in [text.get_text() for text in figure.texts]
    assert figures.pixels(figure).shape[2] == 3


def test_a_giant_label_is_shortened_and_a_giant_map_keeps_within_memory() -> None:
    figure = figures.heatmap(diagonal(words("我" * 500), words("x" * 61)))
    label = figure.axes[0].get_yticklabels()[0].get_text()
    assert len(label) == figures.LONGEST_LABEL and "…" in label
    many = words(*["a"] * 250)
    figure = figures.heatmap(diagonal(many, many))
    assert max(figure.bbox.width, figure.bbox.height) <= figures.LARGEST_SIDE + 1


# --- fonts


def test_a_missing_script_is_named_with_its_package(only_bundled_fonts: None) -> None:
    alignment = diagonal(words("나는", "집에"), words("我", "हिन्दी", "ひらがな"))
    with pytest.warns(UserWarning) as caught:
        figure = figures.heatmap(alignment)
    messages = [str(warning.message) for warning in caught]
    named = {"Hangul": "fonts-noto-cjk", "Devanagari": "fonts-noto-core"}
    assert all(any(script in m and package in m for m in messages) for script, package in named.items())
    assert figures.pixels(figure).size


def test_what_the_bundled_font_draws_needs_no_warning(only_bundled_fonts: None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.pixels(figures.heatmap(diagonal(words("▁Straße", "Καλημέρα", "Привет", "</s>"), words("مرحبا", "…"))))


def test_a_script_without_a_font_is_looked_for_once() -> None:
    looked: list[int] = []

    def installed() -> list[FontEntry]:
        looked.append(1)
        return []

    book = fonts.FontBook(installed)
    assert book.cover(["안녕"])[1] == book.cover(["안녕"])[1] == ["Hangul"] and len(looked) == 1


def test_a_font_that_has_the_letters_is_found() -> None:
    """The bundled monospace font stands in for an installed one; the base font is made to know ASCII only."""
    other = [entry for entry in font_manager.fontManager.ttflist if entry.name == "DejaVu Sans Mono"]
    book = fonts.FontBook(lambda: other, lambda: frozenset(range(128)))
    assert book.cover(["Привет ab"]) == ([fonts.BASE_FAMILY, "DejaVu Sans Mono"], [])
    assert book.cover(["ab"]) == ([fonts.BASE_FAMILY], [])


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("한", "Hangul"), ("漢", "Han"), ("、", "Han"), ("あ", "Hiragana"), ("ｱ", "Katakana"), ("ع", "Arabic"),
        ("ह", "Devanagari"), ("ж", "Cyrillic"), ("Σ", "Greek"), ("🙂", "symbols and emoji"), ("Ａ", "Latin"),
    ],
)  # fmt: skip
def test_the_script_of_a_character(character: str, script: str) -> None:
    assert fonts.script_of(character) == script


def test_the_package_of_a_script() -> None:
    assert [fonts.package_of(s) for s in ("Han", "symbols and emoji", "Thai")] == [
        "fonts-noto-cjk",
        "fonts-symbola",
        "fonts-noto-core",
    ]


def test_arabic_letters_are_joined() -> None:
    """Lam and alef make one letter; matplotlib before 3.11 drew them apart, and from left to right."""
    figure = figures.heatmap(diagonal(words("x"), words("ل", "ا", "لا")))
    lam, alef, both = (box.width for box in extents(figure, figure.axes[0].get_yticklabels()))
    assert both < 0.95 * (lam + alef)


# --- files


METADATA = {"run": "runs/x — 한", "command": "scripts/translate.py runs/x"}


def test_png_carries_its_metadata(tmp_path: Path) -> None:
    figures.heatmap(SMALL, tmp_path / "a.png", metadata=METADATA)
    with Image.open(tmp_path / "a.png") as image:
        assert METADATA.items() <= image.info.items()


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_vector_figures_carry_their_metadata(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind.upper()}"
    figures.save_figure(figures.heatmap(SMALL), path, {"run": "runs/x", "command": "make demo"})
    content = path.read_bytes()
    assert content.startswith({"svg": b"<?xml", "pdf": b"%PDF"}[kind])
    assert b"run: runs/x; command: make demo" in content


def test_another_suffix_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.jpg: cannot draw '\.jpg'; use one of \.png, \.svg, \.pdf"):
        figures.heatmap(SMALL, tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []


def test_pyplot_is_never_imported() -> None:
    code = "import sys, seq2seq.show.figures; print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
