"""Damaged files of a run, the short form of `make faults`."""

import random
from pathlib import Path

from damages import FILES, damaged_runs


def test_what_is_damaged_is_named_or_does_no_harm(tmp_path: Path) -> None:
    """6: 60 of 60 flipped bits of the weights, 2 of 8 of the subwords, edits of config.yaml: another output."""
    found, faults = damaged_runs(tmp_path, len(FILES), random.Random(5))
    assert faults == [] and found["named"] + found["harmless"] == len(FILES) and found["named"] >= 4
