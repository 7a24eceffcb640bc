"""The JSON of maps and translations: the documented example, round trips, version 1, compactness, and faults."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from maps import HAUS, ONE_WORD, maps, side

from seq2seq.alignment.links import parse_pharaoh
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import map_from_dict, map_from_json, map_to_dict, rounded, to_json, translation_to_dict
from seq2seq.alignment.sides import END, Side
from seq2seq.errors import InputError

DOCUMENT = Path(__file__).parents[2] / "docs" / "schema.md"

EXAMPLE = AlignmentMap(
    side("Das Haus.", ("▁Das", 0, 3), ("▁Ha", 4, 6), ("us", 6, 8), (".", 8, 9)),
    side("The house.", ("▁The", 0, 3), ("▁house", 4, 9), (".", 9, 10)),
    np.array(
        [
            [
                [0.9, 0.05, 0.03, 0.0123456789, 0.0076543211],
                [0.02, 0.5, 0.46, 0.01, 0.01],
                [0.0000004, 0, 0, 0.9899996, 0.01],
                [0, 0, 0, 0, 1],
            ]
        ]
    ),
)
"""Of docs/schema.md."""


@dataclass(frozen=True)
class Found:
    """A translation as the schema asks for it."""

    text: str
    score: float
    log_prob: float
    finished: bool
    alignment: AlignmentMap
    refused: str | None = None


def blocks() -> list[Any]:
    """The JSON that docs/schema.md shows."""
    return [json.loads(block) for block in re.findall(r"```json\n(.+?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)]


def test_the_document_shows_a_map_as_it_is_written() -> None:
    expected = map_to_dict(EXAMPLE, run="runs/tiny-de-en", step=400, score=-0.12, gold=parse_pharaoh("0-0 1-1 2p2"))
    assert blocks()[0] == json.loads(to_json(expected))


def test_the_document_shows_a_translation_as_it_is_written() -> None:
    data = json.loads(to_json(translation_to_dict(Found("The house.", -0.12, -0.48, True, EXAMPLE), 0.04567)))
    shown = blocks()[1]
    assert list(shown) == list(data) and list(shown["diagnostics"]) == list(data["diagnostics"])
    assert data["unknown_share"] == 0.0457 and data["alignment"] == json.loads(to_json(map_to_dict(EXAMPLE)))
    assert {name: data[name] for name in ("text", "score", "log_prob")} == {
        name: shown[name] for name in ("text", "score", "log_prob")
    }


def test_the_weights_of_words_are_those_of_the_merged_map_with_its_end() -> None:
    data = map_to_dict(EXAMPLE)
    np.testing.assert_allclose(data["word_weights"], EXAMPLE.words(keep_end=True).weights, rtol=5.1e-5, atol=1e-5)
    words = map_to_dict(EXAMPLE.words())
    assert (
        "word_weights" not in words and words["units"] == "words" and words["source"]["pieces"] == ["Das", "Haus", "."]
    )


@given(maps())
def test_a_map_comes_back_as_it_was(pieces: AlignmentMap) -> None:
    for one in (pieces, replace(pieces, kind="attribution"), pieces.words(), pieces.words(keep_end=True)):
        written = map_to_dict(one)
        again = map_from_json(to_json(written))
        assert (again.source, again.target, again.kind, again.units) == (one.source, one.target, one.kind, one.units)
        assert np.allclose(again.weights, one.weights, rtol=5.1e-5, atol=1e-5)
        assert map_to_dict(again)["weights"] == written["weights"]  # word weights may differ in their last digit


@pytest.mark.parametrize("columns", [1, 9, 10, 99, 1000, 30_000])
@pytest.mark.parametrize("sharp", [0.0, 3.0, 10.0])
def test_rounded_rows_still_sum_to_one(columns: int, sharp: float) -> None:
    """With five decimals, whatever the length, uniform rows over 30,000 pieces would sum to 0.9."""
    logits = np.random.default_rng(1).normal(size=(2, 3, columns)) * sharp
    weights = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    assert np.abs(np.array(rounded(weights)).sum(-1) - 1).max() < 1e-4


def test_weights_are_short() -> None:
    assert json.dumps(rounded(np.array([[[1.0, 0.0, 1 / 3, 1e-7, 0.123456789]]]))) == "[[[1, 0, 0.33333, 0, 0.12346]]]"


def test_maps_of_version_1_are_read() -> None:
    source = {"text": "Das Haus.", "pieces": ["▁Das", "▁Haus.", END], "spans": [[0, 3], [4, 9], [9, 9]]}
    target = {"text": "x", "pieces": ["▁x", END], "spans": [[0, 1], [1, 1]], "tokenised": True}
    old = {"version": 1, "source": source, "target": target, "weights": [[[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]]}
    read = map_from_dict(old)
    assert (read.kind, read.units) == ("decoder", "pieces") and read.source.word_spans == ((0, 3), (4, 8), (8, 9))
    parted = map_from_dict(old | {"source": source | {"tokenised": True}})
    assert parted.source.word_spans == ((0, 3), (4, 9))
    words = {"text": "x", "pieces": ["x"], "spans": [[0, 1]]}
    assert map_from_dict({"version": 1, "source": words, "target": words, "weights": [[[1.0]]]}).units == "words"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 3}, "version 3; this program reads versions 1 and 2"),
        ({"weights": [[[1, 0], [0, 1]]]}, "shape"),
        ({"weights": [[[1, 0, 0], [0, 1]]]}, "malformed"),
        ({"weights": [[["1", "0", "0"], ["0", "0", "1"]]]}, "numbers"),
        ({"weights": []}, "malformed"),
        ({"weights": None}, "malformed"),
        ({"kind": "guess"}, "unknown kind 'guess'; choose one of decoder, aligner"),
        ({"kind": ["decoder"]}, "unknown kind"),
        ({"units": "words"}, "must be the words of both sides"),
        ({"source": {"text": "ein Haus"}}, "'pieces' is missing"),
        ({"source": {"text": "a", "pieces": ["a"], "spans": [[0, 1]]}}, "'words' is missing"),
        ({"source": {"text": "a", "pieces": ["a"], "spans": [[0, 9]], "words": []}}, "span"),
        ({"source": {"text": "a", "pieces": ["a"], "spans": [[0, "1"]], "words": []}}, "integers"),
        ({"source": {"text": "a", "pieces": ["a"], "spans": [[0, 1]], "words": [[0, 2]]}}, "word span"),
        ({"source": {"text": 7, "pieces": [], "spans": []}}, "strings"),
        ({"source": 3}, "malformed"),
        ({"version": 1, "source": {"text": "a", "pieces": [], "spans": [], "tokenised": 1}}, "true or false"),
    ],
)
def test_malformed_json_is_an_input_error(change: dict[str, Any], message: str) -> None:
    good = map_to_dict(AlignmentMap(HAUS, ONE_WORD, np.array([[[1, 0, 0], [0, 0, 1]]])))
    with pytest.raises(InputError, match=message):
        map_from_dict(good | change)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}"])
def test_other_json_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="alignment map"):
        map_from_json(text)


@pytest.mark.parametrize("text", ["", "  "])
def test_blank_lines_come_back(text: str) -> None:
    blank = Side(text, (), (), ())
    for one in (AlignmentMap(blank, blank, np.zeros((2, 0, 0))), AlignmentMap(blank, ONE_WORD, np.zeros((1, 2, 0)))):
        assert map_from_json(to_json(map_to_dict(one))) == one
