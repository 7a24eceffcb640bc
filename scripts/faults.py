#!/usr/bin/env python
"""What must not break, tried on a tiny model: scripts/faults.py [PART ...] --seed 1

    kills     trainings killed at random moments, by SIGKILL, SIGTERM or Ctrl-C (once or twice), and started again until
              they have ended: is anything lost, do the weights differ in a bit from those of a run left in peace?
    damages   the files of a run damaged in many ways: is it said, with the file, or does nothing change?
    outputs   every verb that writes, to files, folders, links, devices, pipes and disks of all kinds
    lines     a million lines through `seq2seq translate`: memory, order, SIGTERM, `head`

Prints counts, and ends with 1 where something broke. `make faults` runs all.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError

COUNTS = {"kills": 200, "damages": 100, "outputs": 0, "lines": 1_000_000}


def main() -> None:
    """Parse arguments, run the parts, print what was seen."""
    parser = Parser(description=__doc__.partition("\n")[0], epilog=__doc__.partition("\n")[2])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(COUNTS)} (default: all)")
    for part, count in COUNTS.items():
        if count:
            parser.add_argument(f"--{part}", type=int, default=count, metavar="N", help=f"how many (default: {count})")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (default: 1)")
    options = parser.parse_args()
    broken = False
    for part in options.parts or COUNTS:
        if part not in COUNTS:
            raise InputError(f"{part} is no part; there are {', '.join(COUNTS)}")
        with tempfile.TemporaryDirectory() as folder:
            found, wrong = try_part(part, Path(folder), getattr(options, part, 0), random.Random(options.seed))
        print(json.dumps({part: found}, indent=2), flush=True)
        broken |= wrong
    if broken:
        sys.exit(1)


def try_part(part: str, folder: Path, count: int, chance: random.Random) -> tuple[dict[str, object], bool]:
    """What was seen in a part, and whether something broke."""
    faults: list[str]
    if part == "kills":
        from kills import FAULTS, killed_runs

        kills = killed_runs(folder, count, chance)
        return dict(kills), any(kills[name] for name in FAULTS)
    if part == "damages":
        from damages import damaged_runs

        damages, faults = damaged_runs(folder, count, chance)
        return {**damages, "faults": faults}, bool(faults)
    if part == "outputs":
        from outputs import tried_outputs

        outputs, faults = tried_outputs(folder)
        return {**outputs, "faults": faults}, bool(faults)
    from endurance import many_lines

    lines, faults = many_lines(folder, count)
    return {**lines, "faults": faults}, bool(faults)


if __name__ == "__main__":
    run(main)
