"""Splits: the sizes asked for, no sentence in two of them, the same on every machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.corpus.novelty import novelty
from seq2seq.corpus.splits import HARD, Pair, split_hard, split_pairs
from seq2seq.errors import InputError

MANY = [(f"sentence {number // 2}", f"Satz {number}") for number in range(200)]


@given(
    st.lists(st.tuples(st.integers(0, 30).map(str), st.integers(0, 30).map(str)), unique=True, max_size=200),
    st.integers(0, 12) | st.none(),
    st.integers(0, 12) | st.none(),
    st.integers(),
)
def test_laws(pairs: list[Pair], val: int | None, test: int | None, seed: int) -> None:
    notes: list[str] = []
    try:
        splits = split_pairs(pairs, val, test, seed, notes)
    except InputError as error:
        assert "too few" in str(error)
        return
    usual = min(1000, len(pairs) // 20)
    if val is None and len(pairs) < 20:
        assert len(splits.get("val", [])) in (0, 1)
    else:
        assert len(splits.get("val", [])) == (usual if val is None else val)
    assert len(splits.get("test", [])) == (usual if test is None else test)
    assert splits["train"] == [pair for pair in pairs if pair in splits["train"]]
    for side in (0, 1):
        sentences = [{pair[side] for pair in split} for split in splits.values()]
        assert sum(map(len, sentences)) == len(set().union(*sentences))
    chosen = [pair for split in splits.values() for pair in split]
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(pairs)
    dropped = len(pairs) - len(chosen)
    assert notes == ([f"pairs dropped, one side in another split: {dropped}"] if dropped else [])


def test_a_sentence_stays_with_its_translations() -> None:
    splits = split_pairs(MANY, 20, 20, 1, [])
    assert {name: len(split) for name, split in splits.items()} == {"train": 160, "val": 20, "test": 20}
    assert len({first for first, _ in splits["val"]}) == 10


def test_the_draw_is_pinned() -> None:
    """A change of the draw would move sentences that someone has trained on into the test set."""
    pairs = [(letter, letter.upper()) for letter in "abcdefghijklmnopqrstuvwxyz"]
    splits = split_pairs(pairs, 3, 3, 1, [])
    assert ["".join(first for first, _ in splits[name]) for name in ("test", "val")] == ["gcm", "aqz"]


def test_the_draw_does_not_hang_on_the_order_of_the_corpus() -> None:
    assert split_pairs(MANY, 20, 20, 1, [])["test"] != split_pairs(MANY, 20, 20, 2, [])["test"]
    forward, backward = (split_pairs(pairs, 20, 20, 1, []) for pairs in (MANY, MANY[::-1]))
    assert all(set(forward[name]) == set(backward[name]) for name in ("train", "val", "test"))


def test_a_grown_corpus_keeps_most_of_its_split() -> None:
    grown = [*MANY, *((f"new {number}", f"neu {number}") for number in range(20))]
    before, after = (set(split_pairs(pairs, 0, 40, 1, [])["test"]) for pairs in (MANY, grown))
    assert len(before & after) >= 30


@pytest.mark.parametrize(("val", "test"), [(100, 100), (0, 200), (201, 0)])
def test_too_small_a_corpus_is_refused(val: int, test: int) -> None:
    with pytest.raises(InputError, match=rf"200 pairs are too few for --val {val} and --test {test}"):
        split_pairs(MANY, val, test, 1, [])


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InputError, match="--val -1 and --test 10 must not be below 0"):
        split_pairs(MANY, -1, None, 1, [])


@pytest.mark.parametrize(("count", "val"), [(1, 0), (2, 1), (3, 1), (19, 1), (20, 1), (40, 2)])
def test_a_small_corpus_has_a_pair_to_validate_on(count: int, val: int) -> None:
    """Fewer than 20 pairs had no val, and training failed later."""
    pairs = [(f"a{i}", f"b{i}") for i in range(count)]
    splits = split_pairs(pairs, None, None, 1, [])
    assert (len(splits.get("val", [])), len(splits["train"])) == (val, count - val - count // 20)


def test_where_no_pair_can_be_split_off_all_are_kept() -> None:
    assert split_pairs([("a", "x"), ("a", "y")], None, None, 1, []) == {"train": [("a", "x"), ("a", "y")]}


def test_novelty_is_the_share_of_n_grams_that_no_other_sentence_has() -> None:
    """`the dog barks`: the, dog, barks, the dog, dog barks, the dog barks; only the words `the` and `dog`, and both
    together, stand elsewhere."""
    found = novelty(["the dog barks", "The dog", "a cat a cat a cat", "The dog!"])
    assert found == pytest.approx([3 / 6, 0, 1, 3 / 6])


def test_of_an_empty_text_nothing_is_new() -> None:
    assert novelty([]) == [] and novelty([""]) == [0]


@given(
    st.lists(st.tuples(st.integers(0, 30).map(str), st.integers(0, 30).map(str)), unique=True, max_size=120),
    st.integers(0, 12),
    st.integers(0, 1),
)
def test_laws_of_the_hard_split(pairs: list[Pair], count: int, source: int) -> None:
    notes: list[str] = []
    try:
        before = split_pairs(pairs, 3, 3, 1, [])
        after = split_hard(before, count, notes, source)
    except InputError as error:
        assert "too few" in str(error)
        return
    assert [after[name] for name in ("val", "test")] == [before[name] for name in ("val", "test")]  # as ever
    assert len(after.get(HARD, [])) == count and set(after.get(HARD, [])) <= set(before["train"])
    assert after["train"] == [pair for pair in before["train"] if pair in after["train"]]
    for side in (0, 1):
        sentences = [{pair[side] for pair in split} for split in after.values()]
        assert sum(map(len, sentences)) == len(set().union(*sentences))
    dropped = len(before["train"]) - len(after["train"]) - count
    assert notes == ([f"pairs dropped, one side in test_hard: {dropped}"] if dropped else [])


def test_the_least_alike_sources_are_taken_with_all_their_translations() -> None:
    common = [(f"the {a} sees the {b}", f"{a} {b}") for a in "abcdefgh" for b in "abcdefgh"]
    strange = [("zebras graze", "z 1"), ("zebras graze", "z 2"), ("lone wolves howl at night", "w")]
    splits = {"train": [*common, *strange], "val": [("the v", "v")]}
    assert split_hard(splits, 3, [])[HARD] == [strange[2], *strange[:2]] or split_hard(splits, 3, [])[HARD] == [
        *strange[:2],
        strange[2],
    ]
    swapped = {name: [(target, source) for source, target in pairs] for name, pairs in splits.items()}
    assert {target for _, target in split_hard(swapped, 3, [], source=1)[HARD]} == {"zebras graze", strange[2][0]}
    held = {"train": [*common, *strange], "val": [("the v", "w"), ("zebras graze", "v")]}  # their sentences are out
    assert not set(split_hard(held, 3, [])[HARD]) & set(strange)


@pytest.mark.parametrize(
    ("count", "message"), [(-1, "--test-hard -1: must not be below 0"), (200, "200 training pairs")]
)
def test_a_hard_split_that_cannot_be_had_is_refused(count: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        split_hard({"train": MANY}, count, [])
