"""Figures of one sentence pair as it changes, such as at the steps of a training: what stays is drawn once."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.show.figures import heatmap


class FigureSeries:
    """Figures as `heatmap` draws them, of maps over the same units and with titles of about the same length.

    Labels, frame and scale are laid out and drawn for the first map; for another one only its cells are drawn again,
    its title, and the outlines of gold links over them.
    """

    def __init__(self, first: AlignmentMap, title: str, gold: GoldLinks | None, dpi: float) -> None:
        self.source, self.target = first.source, first.target
        figure = heatmap(first, title=title, gold=gold)
        figure.set_dpi(min(dpi, figure.dpi))
        self.title = next(text for text in figure.texts if text.get_text() == title)
        self.moving: list[Artist] = [self.title]
        self.cells = None
        if figure.axes:  # there is something to align
            panel = figure.axes[0]
            self.cells = panel.collections[0]
            self.moving += [self.cells, *panel.patches, *panel.spines.values()]
        for artist in self.moving:
            artist.set_animated(True)  # not drawn with the rest
        self.renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(self.renderer)
        self.background = self.renderer.copy_from_bbox(figure.bbox)

    def pixels(self, alignment: AlignmentMap, title: str) -> NDArray[np.uint8]:
        """The figure of one map, uint8 `[height, width, 3]`; ValueError for a map over other units."""
        if (alignment.source, alignment.target) != (self.source, self.target):
            raise ValueError("the maps of a series must be over the same source and target units")
        self.renderer.restore_region(self.background)
        self.title.set_text(title)
        if self.cells is not None:
            self.cells.set_array(alignment.weights.mean(0))
        for artist in self.moving:
            artist.draw(self.renderer)
        return np.array(self.renderer.buffer_rgba(), dtype=np.uint8)[..., :3]
