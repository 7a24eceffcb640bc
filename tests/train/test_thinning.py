"""Steps that are thinned out: never too many, from the first on, evenly."""

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.train.thinning import Thinned


def run(thinned: Thinned, steps: range, size: int) -> list[int]:
    """The steps that are there in the end, as a log that only leaves out what it is told to."""
    there: list[int] = []
    for step in steps:
        if thinned.offer():
            there.append(step)
            if thinned.add(step, size):
                there = [one for one in there if one in thinned.kept]
    return there


def test_none_is_lost_within_the_bounds() -> None:
    assert run(Thinned(1_000, 1 << 20), range(0, 100_000, 100), 100) == list(range(0, 100_000, 100))


@given(st.integers(3, 40), st.integers(1, 2_000), st.integers(1, 60))
def test_what_is_left_is_within_the_bounds_and_even(most: int, count: int, size: int) -> None:
    thinned = Thinned(most, 1_000)
    left = run(thinned, range(count), size)
    assert left == list(thinned.kept) == list(range(0, count, thinned.stride))
    assert len(left) <= most and len(left) * size <= 1_000
    enough = min(most, 1_000 // size)
    assert len(left) >= min(count, enough // 2)
    assert thinned.stride == 1 or count > enough


@given(st.integers(1, 200), st.integers(1, 200))
def test_it_goes_on_from_a_checkpoint(before: int, count: int) -> None:
    whole, first, second = Thinned(10, 1_000), Thinned(10, 1_000), Thinned(10, 1_000)
    run(whole, range(before + count), 30)
    run(first, range(before), 30)
    second.load_state_dict(first.state_dict())
    run(first, range(before, before + 50), 30)  # goes on beyond the checkpoint, and is killed
    run(second, range(before, before + count), 30)
    assert second.state_dict() == whole.state_dict()
