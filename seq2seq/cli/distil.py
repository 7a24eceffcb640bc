"""Teach one model what several know: teachers, their translations of the training text, a student."""

import json
import sys
from pathlib import Path

from seq2seq.cli.command import a_name
from seq2seq.cli.recipe import RecipeParser

EXAMPLE = """
seq2seq distil multi30k-en-de --teachers 2
seq2seq distil multi30k-en-de --from runs/one runs/two --run runs/distilled
"""


def main() -> None:
    """Parse arguments, do what is not done yet, and print the student's final scores as JSON."""
    parser = RecipeParser(description=f"{__doc__} The same command again goes on where it stopped.", example=EXAMPLE)
    parser.add_argument("--run", metavar="FOLDER", type=a_name, help="folder of teachers, corpus and student (default: "
                        "runs/NAME-distilled)")  # fmt: skip
    parser.add_argument("--teachers", metavar="N", type=int, help="so many teachers to train, each with a seed of its "
                        "own (default: 2)")  # fmt: skip
    parser.add_argument("--from", metavar="RUN", nargs="+", dest="runs", default=[], help="runs that are the teachers; "
                        "none is trained")  # fmt: skip
    options, config, name = parser.parse(sys.argv[1:])
    from seq2seq.train.distillation import distil

    folder = Path(options.run or f"runs/{name}-distilled")
    metrics = distil(config, folder, count=options.teachers, teachers=options.runs)
    print(json.dumps(metrics, indent=2, ensure_ascii=False))
