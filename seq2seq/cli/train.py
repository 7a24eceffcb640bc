"""Train a model, or go on with a run that is there."""

import json
import sys
from pathlib import Path

from seq2seq.cli.command import a_name
from seq2seq.cli.recipe import RecipeParser

EXAMPLE = """
seq2seq train tiny-de-en                              the recipe of the demo; the run is runs/tiny-de-en
seq2seq train own --data.folder data/mine --run runs/mine             your own corpus
seq2seq train luong --model.heads 4 --trainer.max_epochs 3
"""


def main() -> None:
    """Parse arguments, train, and print the final scores as JSON."""
    parser = RecipeParser(description=f"{__doc__} The same command again goes on where it stopped.", example=EXAMPLE)
    parser.add_argument(
        "--run", metavar="FOLDER", type=a_name, help="folder of the run (default: runs/NAME of the recipe)"
    )
    parser.add_argument(
        "--init-from", metavar="RUN", type=a_name, help="a run whose weights training starts from: init.run by a "
        "shorter name (docs/small.md)"
    )  # fmt: skip
    options, config, name = parser.parse(sys.argv[1:])
    if options.init_from:
        config = config.changed(init={"run": options.init_from})
    from seq2seq.train.run import train  # after the arguments: what is wrong in them, and --help, need not wait for it

    metrics = train(config, Path(options.run or f"runs/{name}"))
    if metrics is not None:  # the first of several processes
        print(json.dumps(metrics, indent=2, ensure_ascii=False))
