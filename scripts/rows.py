"""What the benchmark has found: a row for each quantity, told as it comes, and the table of all of them."""

import statistics
import sys
from dataclasses import dataclass, field

COLUMNS = {"ours": "ours", "before": "before", "joeynmt": "Joey NMT", "eole": "eole"}
"""The names of what is measured, and the heads of their columns."""


@dataclass
class Row:
    """One line of the table: a quantity of this tree and of what it is compared with; empty where not measured."""

    what: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)
    """The rounds' values of each of `COLUMNS`."""

    def median(self, of: str) -> float | None:
        """The median of the rounds; None where there are none."""
        return statistics.median(self.values[of]) if self.values.get(of) else None


class Rows(dict[str, Row]):
    """The rows measured so far, by name."""

    def add(self, what: str, unit: str, of: str, value: float) -> None:
        """One more value for a row, told at once."""
        print(f"{what}: {value:,.2f} {unit} ({of})", file=sys.stderr, flush=True)
        self.setdefault(what, Row(what, unit)).values.setdefault(of, []).append(value)


def table(rows: list[Row]) -> str:
    """Markdown."""
    others = [of for of in COLUMNS if of != "ours"]
    heads = ["", "unit", *COLUMNS.values(), *(f"× {COLUMNS[of]}" for of in others)]
    lines = [f"|{'|'.join(f' {head} ' if head else ' ' for head in heads)}|", "|---" * len(heads) + "|"]
    for row in rows:
        found = {of: row.median(of) for of in COLUMNS}
        cells = [*map(_number, found.values()), *(_number(_ratio(found["ours"], found[of])) for of in others)]
        lines.append(f"| {row.what} | {row.unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(ours: float | None, other: float | None) -> float | None:
    return None if ours is None or not other else ours / other


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
