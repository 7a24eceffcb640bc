"""Links and maps of strangers: read, or refused in one line."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.alignment.links import parse_pharaoh
from seq2seq.alignment.schema import map_from_dict, map_from_json
from seq2seq.errors import InputError

SIDE: dict[str, Any] = {"text": "a b", "pieces": ["a", "b"], "spans": [[0, 1], [2, 3]], "words": [[0, 1], [2, 3]]}
MAP: dict[str, Any] = {
    "version": 2, "kind": "decoder", "units": "words", "source": SIDE, "target": SIDE,
    "weights": [[[0.5, 0.5], [0, 1]]],
}  # fmt: skip


@pytest.mark.parametrize("number", ["9" * 10, "1" * 5000])
@pytest.mark.parametrize("link", ["{}-1", "1p{}"])
def test_numbers_of_any_length_are_refused_in_a_short_line(number: str, link: str) -> None:
    with pytest.raises(InputError, match=r"^f, line 7: '.*' is no link") as caught:
        parse_pharaoh(f"0-0 {link.format(number)}", "f", 7)
    assert len(str(caught.value)) < 200


@given(st.text(st.sampled_from("0123456789-p \t٣x"), max_size=30) | st.text())
def test_any_line_is_links_or_is_refused_in_one_line(line: str) -> None:
    try:
        parse_pharaoh(line)
    except InputError as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        '{"version": 2, "weights": ' + "[" * 10_000 + "]" * 10_000 + "}",
        json.dumps(MAP | {"weights": json.loads("[" * 60 + "]" * 60)}),
        '{"version": ' + "9" * 5_000 + "}",
        json.dumps(MAP | {"source": SIDE | {"spans": [[0, 10**400], [2, 3]]}}),
        json.dumps(MAP | {"weights": [[[1e400, 0], [0, 1]]]}),
        json.dumps(MAP | {"weights": [[[10**400, 0], [0, 1]]]}),
        json.dumps(MAP | {"weights": [[["x" * 9_999, 0], [0, 1]]]}),
        json.dumps(MAP | {"source": SIDE | {"text": "a\ud800b"}}),
        json.dumps(MAP | {"target": SIDE | {"pieces": ["a", "\udfff"]}}),
        json.dumps(MAP | {"source": "a b"}),
        json.dumps(MAP | {"kind": ["x" * 9_999]}),
    ],
    ids=range(12),
)
def test_a_hostile_map_is_refused_in_a_short_line(text: str) -> None:
    with pytest.raises(InputError, match="alignment map") as caught:
        map_from_json(text)
    assert len(str(caught.value).splitlines()) == 1 and len(str(caught.value)) < 300


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from([SIDE, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*MAP, *SIDE]), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(MAP)), VALUES, st.sampled_from([None, *SIDE]))
def test_any_value_anywhere_in_a_map_is_read_or_refused_in_one_line(name: str, value: Any, inner: str | None) -> None:
    changed = MAP | {name: value if inner is None or name not in ("source", "target") else SIDE | {inner: value}}
    try:
        map_from_dict(changed)
    except InputError as error:
        assert len(str(error).splitlines()) == 1 and len(str(error)) < 300


def test_the_map_that_these_are_made_of_is_one() -> None:
    assert map_from_dict(MAP).weights.shape == (1, 2, 2)
