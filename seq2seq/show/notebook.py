"""What a notebook shows of a map, an attribution, a translation or an n-best list: the viewer, over a picture.

The viewer stands in a frame that may run scripts, save the map and nothing else (`sandbox`). Where the frame is not
shown, or may not run them, the picture is seen. `seq2seq` has IPython ask here, so that nothing below needs to know of
notebooks.
"""

import base64
import warnings
from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import Any

from seq2seq.alignment.map import AlignmentMap
from seq2seq.show.viewer import page, view
from seq2seq.translate.attribution import Attribution
from seq2seq.translate.translation import Translation

Shown = AlignmentMap | Attribution | Translation | Sequence[Translation]
"""What can be shown; a sequence is an n-best list, best first, and holds at least one."""

NAMES = {"decoder": "attention"}
"""How a map of a kind is called, where not by the kind."""

HEIGHTS = (360, 760)
"""Least and most pixels of a frame; in it one scrolls."""


def as_html(value: Shown) -> str:
    """The viewer in a frame, and behind it the picture."""
    translations = _translations(value)
    shown = [_translation(one) for one in translations] if translations else [{"view": _view(_map(value))}]
    document = page(_words(value), "notebook.js", {"version": 2, "shown": shown})
    height = _height(_map(value), len(shown))
    picture = base64.b64encode(as_png(value)).decode()
    place = "grid-area: 1 / 1;"
    return (
        f'<div style="display: grid;"><img alt="{escape(_words(value))}" src="data:image/png;base64,{picture}" '
        f'style="{place} max-width: 100%; max-height: {height}px;">'
        f'<iframe title="alignment map" sandbox="allow-scripts allow-downloads" srcdoc="{escape(document)}" '
        f'style="{place} width: 100%; height: {height}px; border: 0; color-scheme: light dark;"></iframe></div>'
    )


def as_png(value: Shown) -> bytes:
    """The map of the words, of an n-best list that of the best, as a picture."""
    from seq2seq.show.figures import heatmap

    alignment = _map(value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of fonts: browsers have others
        figure = heatmap(alignment.words() if alignment.units == "pieces" else alignment)
        drawn = BytesIO()
        figure.savefig(drawn, format="png", dpi=96)
    return drawn.getvalue()


def _translations(value: Shown) -> list[Translation]:
    if isinstance(value, AlignmentMap | Attribution):
        return []
    return [value] if isinstance(value, Translation) else list(value)


def _map(value: Shown) -> AlignmentMap:
    if isinstance(value, AlignmentMap):
        return value
    return value.map() if isinstance(value, Attribution) else _translations(value)[0].alignment


def _view(alignment: AlignmentMap) -> dict[str, Any]:
    return view({NAMES.get(alignment.kind, alignment.kind): alignment})


def _translation(translation: Translation) -> dict[str, Any]:
    note = f"score {translation.score:.3f}" if translation.refused is None else f"refused: {translation.refused}"
    if not translation.finished and translation.refused is None:
        note += ", cut off"
    return {"text": translation.text, "note": note, "view": _view(translation.alignment)}


def _words(value: Shown) -> str:
    alignment = _map(value)
    return f"Alignment map: {alignment.source.text} to {alignment.target.text}"


def _height(alignment: AlignmentMap, count: int) -> int:
    """About as high as the viewer of a map, with so many translations over it, will be, in pixels."""
    least, most = HEIGHTS
    labels = 8 * min(18, max(map(len, alignment.source.labels), default=0))
    return min(max(least, 260 + labels + 40 * (len(alignment.target.word_spans) + 1)), most) + 30 * count
