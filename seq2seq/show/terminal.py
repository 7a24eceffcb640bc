"""An `AlignmentMap` as text for a terminal: one line for each target word, readable at 80 columns."""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.map import AlignmentMap

SHADES = (" ", "░", "▒", "▓", "█")
STEPS = (0.05, 0.25, 0.5, 0.75)
"""From which weight on each shade but the first is used."""

LONGEST_LABEL = 14
BEST_WIDTH = 20
"""Columns kept free beside cells of two columns for the best source words and their weights."""

NARROW_LABEL = 10
NARROW_BEST_WIDTH = 8
"""The same for cells of one column: 60 source words fit into 80 columns."""

WORTH_NAMING = 0.2
"""The second best source word is named too where it has at least this weight."""

CYAN, BOLD, RESET = "\x1b[36m", "\x1b[1m", "\x1b[0m"


def heatmap(alignment: AlignmentMap, width: int = 80, colour: bool = False) -> str:
    """The mean over heads as lines of at most `width` columns (40 at least), without a line end after the last.

    First the numbered source units; then a line for each target unit: its label, a cell for each source unit, shaded by
    the weight, and the best source unit. Cells are two columns wide, and the best one or two units stand beside them
    with their weights; where a sentence is too long for that, cells have one column, and the number of the best unit
    comes before its name. What still does not fit goes below, in panels of their own, without the lines that have
    nothing in it; target units are numbered there, and a best unit is named in the panel that shows it. East Asian wide
    characters count two columns.
    """
    if not len(alignment.source) or not len(alignment.target):
        return "nothing to align"
    width = max(width, 40)
    sources, targets = alignment.source.labels, alignment.target.labels
    longest = max(map(display_width, targets))
    label_width, cell = min(longest, LONGEST_LABEL), 2
    if label_width + 2 + 2 * len(sources) + BEST_WIDTH > width:
        label_width, cell = min(longest, NARROW_LABEL), 1
    per_panel = width - label_width - 2 - NARROW_BEST_WIDTH if cell == 1 else len(sources)
    if len(sources) > per_panel:
        targets = tuple(f"{number} {target}" for number, target in enumerate(targets, 1))
        label_width = NARROW_LABEL
        per_panel = width - label_width - 2 - NARROW_BEST_WIDTH
    lines = _legend(sources, width)
    for start in range(0, len(sources), per_panel):
        columns = range(start, min(start + per_panel, len(sources)))
        lines += _panel(alignment, targets, columns, label_width, cell, width, colour)
    return "\n".join(lines)


def _panel(
    alignment: AlignmentMap,
    targets: tuple[str, ...],
    columns: range,
    label_width: int,
    cell: int,
    width: int,
    colour: bool,
) -> list[str]:
    """The lines of these source units: their numbers, and the target units that look at one of them."""
    sources = alignment.source.labels
    room = width - label_width - 2 - cell * len(columns)
    lines = [" " * (label_width + 1) + line for line in _numbers(columns, len(sources), cell)]
    for target, row in zip(targets, alignment.mean().weights[0], strict=True):
        shown = _best(row, columns)
        best = _named(shown, row, sources, room) if cell == 2 else _numbered(shown, sources, room)
        if best or len(columns) == len(sources) or row[columns].max() >= STEPS[0]:
            cells = "".join(_cell(float(row[column]), cell, colour) for column in columns)
            best = f"{BOLD}{best}{RESET}" if colour and best else best
            lines.append(f"{pad(target, label_width)} {cells} {best}".rstrip())
    return lines


def display_width(text: str) -> int:
    """How many columns a text takes in a terminal: two for wide characters, none for combining ones."""
    return sum(map(_columns, text))


def truncate(text: str, width: int) -> str:
    """A text of at most `width` columns, the end replaced by `…` where it is longer."""
    if display_width(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        used += _columns(character)
        if used > width - 1:
            break
        kept += character
    return f"{kept}…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """A text of exactly `width` columns: cut, or filled with spaces."""
    text = truncate(text, width)
    return text + " " * (width - display_width(text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _legend(sources: tuple[str, ...], width: int) -> list[str]:
    """The source units with their numbers, wrapped."""
    lines = [""]
    for number, source in enumerate(sources, 1):
        entry = truncate(f"{number} {source}", width)
        if display_width(lines[-1]) + 2 + display_width(entry) > width and lines[-1]:
            lines.append("")
        lines[-1] += f"  {entry}" if lines[-1] else entry
    return lines


def _numbers(columns: range, count: int, cell: int) -> list[str]:
    """The numbers of source units over their cells: the last digits, and in a line above them the tens."""
    digits = "".join(f"{(column + 1) % 10:>{cell}}" for column in columns)
    tens = [" "] * cell * len(columns)
    for place, column in enumerate(columns):
        if (column + 1) % 10 == 0 or (place == 0 and column >= 9):
            label, end = str((column + 1) // 10), cell * (place + 1)
            tens[max(end - len(label), 0) : end] = label[-end:]
    return ["".join(tens).rstrip(), digits] if count > 9 else [digits]


def _cell(weight: float, width: int, colour: bool) -> str:
    shade = SHADES[int(np.searchsorted(STEPS, weight, side="right"))] * width
    return f"{CYAN}{shade}{RESET}" if colour and shade.strip() else shade


def _best(row: NDArray[np.float32], columns: range) -> list[int]:
    """The best source unit of a row, and the second best where it is worth naming, if this panel shows them."""
    order = np.argsort(-row, kind="stable")[:2]
    return [int(i) for rank, i in enumerate(order) if i in columns and (rank == 0 or row[i] >= WORTH_NAMING)]


def _named(shown: list[int], row: NDArray[np.float32], sources: tuple[str, ...], room: int) -> str:
    """The source units with their weights, as many as go into `room` columns."""
    names = [f"{truncate(sources[i], LONGEST_LABEL)} {row[i]:.2f}" for i in shown]
    while len(names) > 1 and display_width("  ".join(names)) > room:
        names.pop()
    return "  ".join(truncate(name, room) for name in names)


def _numbered(shown: list[int], sources: tuple[str, ...], room: int) -> str:
    """The best source unit under its number, in at most `room` columns."""
    return truncate(f"{shown[0] + 1} {sources[shown[0]]}", room) if shown else ""
