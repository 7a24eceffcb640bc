"""Random kills of a real training, the short form of `make faults`."""

import random
from pathlib import Path

import pytest
from kills import FAULTS, killed_runs


@pytest.mark.long
def test_a_training_that_is_killed_at_random_comes_to_the_same_weights(tmp_path: Path) -> None:
    found = killed_runs(tmp_path, kills=2, chance=random.Random(3), cold=False)
    assert found["kills"] >= 2 and found["runs"] >= 1
    assert {name: found[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
