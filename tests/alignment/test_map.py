"""`AlignmentMap`: heads, kinds, and what can be no map."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from maps import HAUS, LINKED, ONE_WORD

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side


def test_mean_and_single_heads() -> None:
    two = AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]], [[0, 0.5, 0.5], [0, 0, 1]]]))
    assert two.heads == 2 and two.mean().weights[0, 0].tolist() == [0.5, 0.25, 0.25]
    assert two.head(1).weights.tolist() == two.weights[1:].tolist()
    with pytest.raises(IndexError):
        two.head(2)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.full((1, 2, 2), 0.5), r"\[1, 2, 2\].*2 target and 3 source"),
        (np.full((2, 3), 1 / 3), "heads, target, source"),
        (np.zeros((0, 2, 3)), "heads"),
        (np.full((1, 2, 3), 0.3), "sum to 1"),
        (np.array([[[1.5, -0.5, 0], [0, 0, 1]]]), "negative"),
        (np.array([[[np.nan, 0, 0], [0, 0, 1]]]), "finite"),
    ],
)
def test_impossible_weights_are_refused(weights: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AlignmentMap(HAUS, ONE_WORD, weights)


def test_impossible_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="1 pieces but 0 spans"):
        Side("a", ("a",), (), ())
    with pytest.raises(ValueError, match="span"):
        Side("a", ("a",), ((0, 2),), ())


@pytest.mark.parametrize("words", [((0, 0),), ((0, 2), (1, 3)), ((1, 2), (0, 1)), ((2, 4),), ((-1, 1),)])
def test_impossible_words_are_refused(words: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="word span"):
        Side("abc", (), (), words)


def test_weights_are_copied_and_read_only() -> None:
    weights = np.array([[[1, 0, 0], [0, 0, 1]]], dtype=np.float32)
    kept = AlignmentMap(HAUS, ONE_WORD, weights)
    weights[0, 0] = 0
    assert kept.weights[0, 0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        kept.weights[0, 0, 0] = 0


def test_labels_hold_nothing_that_a_terminal_or_a_font_trips_over() -> None:
    odd = Side("a\tb\x1b\u202e", ("a\tb\x1b\u202e", "▁"), ((0, 5), (5, 5)), ())
    assert odd.labels == ("a b\ufffd\ufffd", "▁")


def test_everything_made_of_a_map_is_of_its_kind() -> None:
    one = AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]]), kind="aligner")
    made = [one.mean(), one.head(0), one.one_step_later(), one.words(), one.words(keep_end=True), one.without_end()]
    assert {other.kind for other in made} == {"aligner"} and one != replace(one, kind="decoder")


@pytest.mark.parametrize("field", [{"kind": "encoder"}, {"units": "letters"}])
def test_unknown_kinds_and_units_are_named(field: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        replace(LINKED, **field)  # type: ignore[arg-type]


def test_what_is_no_side_is_named() -> None:
    with pytest.raises(TypeError, match="source must be a Side, not str"):
        AlignmentMap("ein Haus", ONE_WORD, np.ones((1, 2, 1)))  # type: ignore[arg-type]


def test_units_that_are_no_words_cannot_be_said_to_be() -> None:
    with pytest.raises(ValueError, match="must be the words of both sides"):
        AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]]), units="words")


def test_importing_the_map_imports_neither_torch_nor_matplotlib() -> None:
    code = "import sys, seq2seq.alignment.map; print({'torch', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
