"""An `AlignmentMap` as a static figure: PNG, SVG or PDF.

Only matplotlib's object-oriented interface is used, never pyplot: figures can be drawn without a display, in any
thread, and keep no state.
"""

import math
import warnings
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from seq2seq.alignment.links import GoldLinks, Link
from seq2seq.alignment.map import AlignmentMap
from seq2seq.errors import InputError
from seq2seq.show.fonts import FONTS, package_of
from seq2seq.text.writing import atomic_write

COLOURS = "magma_r"
"""Perceptually uniform; 0 is pale, so that a map of mostly zeros is a mostly white page."""

GOLD_COLOUR = "#009ade"
DPI = 150
LONGEST_LABEL = 60
"""Characters; beyond, the middle of a label is left out (a Chinese sentence without spaces is one word)."""

LARGEST_SIDE = 6_000
"""Pixels; a map of thousands of pieces gets fewer dots an inch instead of more memory."""

SUFFIXES = (".png", ".svg", ".pdf")

# All lengths are inches.
MARGIN = 0.12
PAD = 0.08
GAP = 0.3
BAR_WIDTH = 0.14
BAR_HEIGHTS = (1.0, 3.0)
BAR_SPACE = PAD + BAR_WIDTH + 0.55


def heatmap(
    alignment: AlignmentMap,
    path: str | Path | None = None,
    *,
    title: str | None = None,
    gold: Collection[Link] | GoldLinks | None = None,
    heads: Literal["mean", "each"] = "mean",
    metadata: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a map: a row for each target unit, a column for each source unit, colours on a fixed scale from 0 to 1.

    Where a path is given the figure is saved there, with `metadata` inside (`save_figure`). `heads="each"` draws the
    heads side by side, `"mean"` their mean. `gold` links of words (sure and possible, or plain links) are outlined. The
    figure is as large as its labels need, so that none is clipped or overlaps another. Where no installed font has a
    script of the labels, a warning names it and the package to install.

    Raises TypeError for what is no map, ValueError for gold links on a map of pieces or outside of it and for another
    `heads`, and InputError as `save_figure` does.
    """
    if not isinstance(alignment, AlignmentMap):
        raise TypeError(f"alignment must be an AlignmentMap, not {type(alignment).__name__}")
    if heads not in ("mean", "each"):
        raise ValueError(f"heads is {heads!r}, it must be 'mean' or 'each'")
    if path is not None:
        _kind(path)
    if heads == "mean":
        figure = _draw({"head 1": alignment.mean()}, title, gold)
    else:
        figure = _draw({f"head {index + 1}": alignment.head(index) for index in range(alignment.heads)}, title, gold)
    if path is not None:
        save_figure(figure, path, metadata or {})
    return figure


def side_by_side(
    maps: Mapping[str, AlignmentMap],
    *,
    title: str | None = None,
    gold: Collection[Link] | GoldLinks | None = None,
) -> Figure:
    """Draw maps over the same units, of several models: a panel for each, the mean of its heads, with its name below.

    Otherwise as `heatmap`. Raises ValueError where the units differ, for panels share their labels, and for no map.
    """
    if not maps:
        raise ValueError("there is no map to draw")
    if len({(one.source, one.target) for one in maps.values()}) != 1:
        raise ValueError("maps side by side must be over the same source and target units")
    return _draw({name: one.mean() for name, one in maps.items()}, title, gold)


def _draw(maps: Mapping[str, AlignmentMap], title: str | None, gold: Collection[Link] | GoldLinks | None) -> Figure:
    """A panel for each map, which has one head; its name is shown where there are several."""
    if gold is not None:
        _check_gold(next(iter(maps.values())), gold)
    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)
    rows, columns = next(iter(maps.values())).weights.shape[1:]
    if not rows or not columns:
        return _nothing_to_align(figure, title)
    grid_columns = _grid_columns(len(maps), rows / columns)
    panels = _draw_panels(figure, maps, grid_columns, gold)
    notes = _notes(figure, title, gold)
    _choose_fonts(figure)
    _arrange(figure, panels, grid_columns, notes)
    return figure


def save_figure(figure: Figure, path: str | Path, metadata: Mapping[str, str]) -> None:
    """Save as PNG, SVG or PDF, by the suffix, with `metadata` (the run, the decoding settings, the command) inside.

    In a PNG each entry is a text chunk of its own; in an SVG all stand in the description, in a PDF in the keywords,
    as `name: value` joined by `; `. Raises InputError for another suffix or a folder that cannot be written to.
    """
    kind = _kind(path)
    joined = "; ".join(f"{name}: {value}" for name, value in metadata.items())
    embedded: dict[str, dict[str, str | None]] = {  # no date: nothing in the file depends on when it was made
        ".png": dict(metadata),
        ".svg": {"Description": joined, "Date": None},
        ".pdf": {"Keywords": joined, "CreationDate": None},
    }
    # Without a salt of its own an SVG names its parts at random.
    drawn = BytesIO()  # a FIFO cannot be sought in, as these formats do
    with rc_context({"svg.hashsalt": "seq2seq"}):
        figure.savefig(drawn, format=kind[1:], metadata=embedded[kind])
    with atomic_write(path) as stream:
        stream.write(drawn.getbuffer())


def _kind(path: str | Path) -> str:
    """The suffix of a figure's file; InputError for one that cannot be drawn."""
    kind = Path(path).suffix.lower()
    if kind not in SUFFIXES:
        raise InputError(f"{path}: cannot draw '{Path(path).suffix}'; use one of {', '.join(SUFFIXES)}")
    return kind


def _check_gold(alignment: AlignmentMap, gold: Collection[Link] | GoldLinks) -> None:
    alignment.require("words", "gold links")
    targets, sources = alignment.weights.shape[1:]
    for source, target in gold.possible if isinstance(gold, GoldLinks) else gold:
        if not (0 <= source < sources and 0 <= target < targets):
            raise ValueError(
                f"gold link {source}-{target} lies outside a map of {sources} source and {targets} target words"
            )


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """The figure as uint8 `[height, width, 3]`, for TensorBoard's Images."""
    renderer = _renderer(figure)
    figure.draw(renderer)
    return np.array(renderer.buffer_rgba(), dtype=np.uint8)[..., :3]


def _nothing_to_align(figure: Figure, title: str | None) -> Figure:
    figure.set_size_inches(4, 1)
    figure.text(0.5, 0.5, "nothing to align", ha="center", va="center", color="gray")
    if title:
        figure.text(0.5, 0.95, title, ha="center", va="top", fontsize=9, parse_math=False)
    _choose_fonts(figure)
    return figure


def _draw_panels(
    figure: Figure, maps: Mapping[str, AlignmentMap], grid_columns: int, gold: Collection[Link] | GoldLinks | None
) -> list[Axes]:
    """An axes for each map of one head, and the last one for the colour bar; `_arrange` puts them in their places."""
    axes = [figure.add_axes((0, 0, 1, 1), label=str(index)) for index in range(len(maps) + 1)]
    for index, (name, one) in enumerate(maps.items()):
        mesh = _draw_weights(axes[index], one.weights[0])
        _outline(axes[index], gold)
        _label(axes[index], one, top=index < grid_columns, left=index % grid_columns == 0)
        if len(maps) > 1:
            axes[index].set_xlabel(name, fontsize=9)
    bar = figure.colorbar(mesh, cax=axes[-1])
    bar.set_ticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    bar.set_label("attention weight", fontsize=8)
    axes[-1].tick_params(labelsize=8)
    return axes


def _draw_weights(panel: Axes, weights: NDArray[np.float32]) -> QuadMesh:
    """Cells as vector shapes, not an image: a PDF or SVG stays sharp. weights: [target, source]."""
    grid = 0.4 if weights.size <= 10_000 else 0.0
    mesh = panel.pcolormesh(weights, cmap=COLOURS, vmin=0, vmax=1, edgecolors="#e4dfd4", linewidth=grid)
    panel.set(xlim=(0, weights.shape[1]), ylim=(weights.shape[0], 0))
    for spine in panel.spines.values():
        spine.set(color="#b8b2a5", linewidth=0.6)
    return mesh


def _outline(panel: Axes, gold: Collection[Link] | GoldLinks | None) -> None:
    """A frame around each gold link: solid where it is sure, dashed where only possible."""
    if gold is None:
        return
    sure, possible = (gold.sure, gold.possible) if isinstance(gold, GoldLinks) else (gold, gold)
    for source, target in sorted(possible):
        style = "-" if (source, target) in sure else (0, (2, 1.5))
        panel.add_patch(
            Rectangle(
                (source + 0.07, target + 0.07), 0.86, 0.86, fill=False, edgecolor=GOLD_COLOUR, lw=1.4, linestyle=style
            )
        )


def _label(panel: Axes, alignment: AlignmentMap, top: bool, left: bool) -> None:
    """Source units over the panel, target units left of it; inner panels of a grid share those of the outer ones."""
    rows, columns = len(alignment.target), len(alignment.source)
    slanted = columns <= 30
    size = 9 if max(rows, columns) <= 30 else 8
    panel.tick_params(top=top, bottom=False, left=left, labeltop=top, labelbottom=False, labelleft=left, length=2)
    panel.set_xticks(np.arange(columns) + 0.5, [_shorten(label) for label in alignment.source.labels] if top else [])
    panel.set_yticks(np.arange(rows) + 0.5, [_shorten(label) for label in alignment.target.labels] if left else [])
    for text in panel.get_xticklabels():
        text.set(rotation=45 if slanted else 90, rotation_mode="anchor", ha="left", va="center", fontsize=size)
    for text in panel.get_yticklabels():
        text.set(fontsize=size)


def _shorten(label: str) -> str:
    half = LONGEST_LABEL // 2
    return label if len(label) <= LONGEST_LABEL else f"{label[:half]}…{label[-half + 1 :]}"


def _notes(figure: Figure, title: str | None, gold: object) -> dict[str, Text]:
    """The texts outside the panels; `_arrange` puts them in their places."""
    notes = {"corner": figure.text(0, 0, "source →\ntarget ↓", fontsize=7, color="gray", ha="right", va="bottom")}
    if title:
        notes["title"] = figure.text(0, 0, title, fontsize=10, ha="left", va="top")
    if gold is not None:
        dashed = ", dashed: possible" if isinstance(gold, GoldLinks) and gold.sure != gold.possible else ""
        notes["gold"] = figure.text(0, 0, f"outlined: gold links{dashed}", fontsize=8, color=GOLD_COLOUR, va="bottom")
    return notes


def _choose_fonts(figure: Figure) -> None:
    """Give all texts of a figure families that have their letters, and warn where there are none."""
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    families, lacking = FONTS.cover(text.get_text() for text in texts)
    for text in texts:
        text.set_fontfamily(families)
        text.set_parse_math(False)  # "$5 and $10" is no formula
    for script in lacking:
        warnings.warn(
            f"no installed font has {script}: boxes are drawn instead; install one, for example the package "
            f"{package_of(script)} (apt-get install {package_of(script)})",
            stacklevel=4,
        )


def _grid_columns(panels: int, aspect: float) -> int:
    """Into how many columns to put panels of this aspect (height / width): nearly square, with few places empty."""

    def cost(columns: int) -> float:
        rows = math.ceil(panels / columns)
        return abs(math.log(aspect * rows / columns)) + (rows * columns - panels) / panels

    return min(range(1, panels + 1), key=cost)


def _cell(rows: int, columns: int) -> float:
    """The side of a cell; no smaller than the height of a label, or neighbours would overlap."""
    return 0.3 if max(rows, columns) <= 30 else 0.2


def _arrange(figure: Figure, axes: list[Axes], grid_columns: int, notes: dict[str, Text]) -> None:
    """Set the figure's size and the place of everything in it from the measured extents of the labels."""
    *panels, bar = axes
    columns, rows = panels[0].get_xlim()[1], panels[0].get_ylim()[0]
    cell = _cell(round(rows), round(columns))
    width, height = cell * columns, cell * rows
    row_gap = GAP if len(panels) > 1 else 0.0
    beside = max(0.0, *(_size(figure, panel.xaxis.label)[0] - width for panel in panels)) / 2  # of a name, at each side
    gap = max(GAP, 2 * beside + PAD)
    grid_width = grid_columns * (width + gap) - gap
    grid_height = max(math.ceil(len(panels) / grid_columns) * (height + row_gap), BAR_HEIGHTS[0])
    left, top, overhang = _label_extents(figure, panels[0], width, height)
    sizes = {name: _size(figure, text) for name, text in notes.items()}
    x = MARGIN + max(left, sizes["corner"][0] + PAD, beside)
    above = max(top, sizes["corner"][1] + PAD) + MARGIN + (sizes["title"][1] + PAD if "title" in sizes else 0)
    below = MARGIN + (sizes["gold"][1] + PAD if "gold" in sizes else 0)
    needed = [
        x + grid_width + max(overhang, beside + BAR_SPACE) + MARGIN,
        *(size[0] + 2 * MARGIN for size in sizes.values()),
    ]
    figure.set_size_inches(max(needed), below + grid_height + above)
    figure.set_dpi(min(DPI, LARGEST_SIDE / max(figure.get_size_inches())))
    y = below + grid_height
    for index, panel in enumerate(panels):
        row, column = divmod(index, grid_columns)
        _place(panel, x + column * (width + gap), y - row * (height + row_gap) - height, width, height)
    bar_height = min(max(grid_height - row_gap, BAR_HEIGHTS[0]), BAR_HEIGHTS[1])
    _place(bar, x + grid_width + beside + PAD, y - bar_height, BAR_WIDTH, bar_height)
    _place_notes(figure, notes, x, y)


def _place(axes: Axes, x: float, y: float, width: float, height: float) -> None:
    """Put an axes at a place in inches from the lower left corner of the figure."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    total_width, total_height = figure.get_size_inches()
    axes.set_position((x / total_width, y / total_height, width / total_width, height / total_height))


def _place_notes(figure: Figure, notes: dict[str, Text], x: float, y: float) -> None:
    """Put the texts around the upper left corner (x, y) of the panels, in inches."""
    width, height = figure.get_size_inches()
    places = {"corner": (x - PAD, y + PAD), "title": (MARGIN, height - MARGIN), "gold": (MARGIN, MARGIN)}
    for name, text in notes.items():
        text.set_position((places[name][0] / width, places[name][1] / height))


def _label_extents(figure: Figure, panel: Axes, width: float, height: float) -> tuple[float, float, float]:
    """How far, in inches, the labels of a panel of this size reach beyond it: to the left, above, to the right."""
    figure.set_size_inches(width, height)
    panel.set_position((0, 0, 1, 1))
    box = panel.get_tightbbox(_renderer(figure))
    assert box is not None
    return -box.x0 / figure.dpi, box.y1 / figure.dpi - height, max(box.x1 / figure.dpi - width, 0.0)


def _size(figure: Figure, text: Text) -> tuple[float, float]:
    """The width and height of a text in inches."""
    box = text.get_window_extent(_renderer(figure))
    return box.width / figure.dpi, box.height / figure.dpi


def _renderer(figure: Figure) -> RendererAgg:
    renderer: RendererAgg = FigureCanvasAgg(figure).get_renderer()
    return renderer
