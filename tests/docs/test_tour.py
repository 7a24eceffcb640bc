"""docs/tour.ipynb runs from its first cell to its last, and shows what its text says."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tour import executed, still

TOUR = Path(__file__).resolve().parents[2] / "docs" / "tour.ipynb"


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return executed(TOUR, tmp_path_factory.mktemp("tour"))


def outputs(notebook: Any, kind: str) -> list[tuple[str, str]]:
    """The code of each cell that answers with this kind of data, and the data."""
    return [
        (cell.source, output.data[kind])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]


def printed(notebook: Any, code: str) -> str:
    """What the cell with this code prints."""
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and code in cell.source)
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_maps_translations_and_best_lists_are_shown_by_the_viewer(toured: Any) -> None:
    shown = outputs(toured, "text/html")
    assert {source.splitlines()[-1] for source, _ in shown} >= {"translation", "best", "words"}
    assert all("<iframe" in html and "mountViewer" in html for _, html in shown)
    assert len(outputs(toured, "image/png")) == len(shown) >= 5


def test_what_the_text_says_of_the_answers_is_true(toured: Any) -> None:
    assert "'an': 0.0" in printed(toured, "diagnose") and "entropy 0.0" in printed(toured, "diagnose")
    gaze = printed(toured, "replace_word_row")
    assert all(line in gaze for line in ("ruft: ▁calls", "Sonntag: ▁Sunday", "Mutter: ▁mother"))
    received = printed(toured, "of_calls")
    assert re.search("'Er': 0.[1-9]", received) and re.search("'ruft': 0.[5-9]", received)
    assert any("visits" in text for _, text in outputs(toured, "text/plain"))
    assert any(page.startswith("# How the model chose `▁calls`") for _, page in outputs(toured, "text/markdown"))


def test_the_kept_answers_are_those_of_the_cells_and_small(toured: Any) -> None:
    kept = nbformat.read(TOUR, as_version=4)
    assert TOUR.stat().st_size < 300_000 and outputs(kept, "text/html") == []
    again = still(toured)
    for before, now in zip(kept.cells, again.cells, strict=True):
        kinds = [
            [sorted(one.get("data", {})) for one in cell.get("outputs", []) if "data" in one] for cell in (before, now)
        ]
        assert before.source == now.source and kinds[0] == kinds[1], before.source
