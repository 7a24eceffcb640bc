#!/usr/bin/env python
"""Speed and memory, beside two peers, an earlier commit, and the machine: scripts/benchmark.py --json F.json"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from comparison import PARTS, WHOLE, Settings, benchmark
from rows import table

from seq2seq.cli.command import Parser, run


def main() -> None:
    """Parse arguments, measure, print the table and write the JSON."""
    parser = Parser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/multi30k-en-de-tok"), help="prepared corpus, en and de")
    parser.add_argument("--run", type=Path, help="trained en-de run to translate its test set with")
    parser.add_argument("--joeynmt", type=Path, help="folder in which Joey NMT is set up, and perhaps trained")
    parser.add_argument("--eole", type=Path, help="folder in which eole is set up, and perhaps trained")
    parser.add_argument("--against", help="commit of this repository to compare with")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process (default: 1)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds to take the median of (default: 3)")
    parser.add_argument("--updates", type=int, default=24, help="updates of each training (default: 24)")
    parser.add_argument("--sentences", type=int, default=1000, help="sentences to translate (default: 1000)")
    parser.add_argument("--vocab-size", type=int, default=3000, help="pieces of the vocabulary (default: 3000)")
    parser.add_argument("--precisions", nargs="+", choices=("fp32", "bf16"), default=("fp32", "bf16"))
    parser.add_argument("--searches", nargs="+", default=("fp32", "bf16"), metavar="PRECISION[/NATS]",
                        help="of translation: precisions, int8 too, each perhaps with the nats at which hypotheses "
                        "are pruned, as int8/3 (default: fp32 bf16)")  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=(*PARTS, *WHOLE), default=PARTS,
                        help=f"parts to measure (default: {' '.join(PARTS)})")  # fmt: skip
    parser.add_argument("--epochs", type=int, default=3, help="whole epochs in the part memory (default: 3)")
    parser.add_argument("--config", type=Path, help="recipe for the part memory (default: the small configuration)")
    parser.add_argument("--pairs", nargs="+", type=int, default=(1_000_000,),
                        help="sizes of the corpora in the part large (default: 1000000)")  # fmt: skip
    parser.add_argument("--processes", type=int, default=2, help="in training, against one (default: 2; 1: leave out)")
    parser.add_argument("--quality-updates", type=int, default=4000,
                        help="most updates of each training in the part quality (default: 4000)")  # fmt: skip
    parser.add_argument("--keep", type=Path, help="new folder for the trainings of the part quality, to keep them")
    parser.add_argument("--json", type=Path, help="file for the values of all rounds")
    arguments = parser.parse_args()
    from seq2seq.text.writing import atomic_write
    from seq2seq.train.run import machine

    path = arguments.json
    del arguments.json
    settings = Settings(**vars(arguments))
    rows = benchmark(settings)
    print(f"{machine()}; {settings.threads} thread(s) a process, medians of {settings.rounds} rounds\n\n{table(rows)}")
    if path is not None:
        found = {"machine": machine(), "command": sys.argv, "rows": [asdict(row) for row in rows]}
        with atomic_write(path) as stream:
            stream.write(json.dumps(found, indent=2, default=str).encode() + b"\n")


if __name__ == "__main__":
    run(main)
