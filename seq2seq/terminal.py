"""An `AlignmentMap` as text for a terminal: one line for each target word, readable at 80 columns."""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment import AlignmentMap

SHADES = (" ", "░", "▒", "▓", "█")
STEPS = (0.05, 0.25, 0.5, 0.75)
"""From which weight on each shade but the first is used."""

LONGEST_LABEL = 14
BEST_WIDTH = 20
"""Columns kept free beside the cells for the best source words and their weights."""

WORTH_NAMING = 0.2
"""The second best source word is named too where it has at least this weight."""

CYAN, BOLD, RESET = "\x1b[36m", "\x1b[1m", "\x1b[0m"


def heatmap(alignment: AlignmentMap, width: int = 80, colour: bool = False) -> str:
    """The mean over heads as lines of at most `width` columns (40 at least), without a line end after the last.

    First the numbered source units; then a line for each target unit: its label, a cell of two columns for each source
    unit, shaded by the weight, and the best source units with their weights. Cells that do not fit go below, in a panel
    of their own, without the lines that have nothing in it; a best unit is named in the panel that shows it. East Asian
    wide characters count two columns.
    """
    if not len(alignment.source) or not len(alignment.target):
        return "nothing to align"
    width = max(width, 40)
    weights = alignment.mean().weights[0]
    sources, targets = alignment.source.labels, alignment.target.labels
    label_width = min(max(map(display_width, targets)), LONGEST_LABEL)
    per_panel = max((width - label_width - 2 - BEST_WIDTH) // 2, 1)
    lines = _legend(sources, width)
    for start in range(0, len(sources), per_panel):
        columns = range(start, min(start + per_panel, len(sources)))
        lines += [" " * (label_width + 1) + line for line in _numbers(columns, len(sources))]
        room = width - label_width - 2 - 2 * len(columns)
        for target, row in zip(targets, weights, strict=True):
            best = _best(row, sources, columns, room, colour)
            if best or len(columns) == len(sources) or row[columns].max() >= STEPS[0]:
                cells = "".join(_cell(float(row[column]), colour) for column in columns)
                lines.append(f"{pad(target, label_width)} {cells} {best}".rstrip())
    return "\n".join(lines)


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


def _numbers(columns: range, count: int) -> list[str]:
    """The numbers of source units over their cells: the last digits, and in a line above them the tens."""
    digits = "".join(f"{(column + 1) % 10:>2}" for column in columns)
    tens = [" "] * 2 * len(columns)
    for place, column in enumerate(columns):
        if (column + 1) % 10 == 0 or (place == 0 and column >= 9):
            label = str((column + 1) // 10)
            tens[max(2 * place + 2 - len(label), 0) : 2 * place + 2] = label[-2 * place - 2 :]
    return ["".join(tens).rstrip(), digits] if count > 9 else [digits]


def _cell(weight: float, colour: bool) -> str:
    shade = SHADES[int(np.searchsorted(STEPS, weight, side="right"))] * 2
    return f"{CYAN}{shade}{RESET}" if colour and shade.strip() else shade


def _best(row: NDArray[np.float32], sources: tuple[str, ...], columns: range, room: int, colour: bool) -> str:
    """The one or two best source units of a row that this panel shows, with weights, in at most `room` columns."""
    order = np.argsort(-row, kind="stable")[:2]
    shown = [i for rank, i in enumerate(order) if i in columns and (rank == 0 or row[i] >= WORTH_NAMING)]
    names = [f"{truncate(sources[i], LONGEST_LABEL)} {row[i]:.2f}" for i in shown]
    while len(names) > 1 and display_width("  ".join(names)) > room:
        names.pop()
    text = "  ".join(truncate(name, room) for name in names)
    return f"{BOLD}{text}{RESET}" if colour and text else text
