"""Train variants of a recipe with the same seed and budget, and compare them on one page."""

import sys
from pathlib import Path

from seq2seq.cli.command import a_name, as_typed
from seq2seq.cli.recipe import RecipeParser

EXAMPLE = "seq2seq bakeoff tiny-de-en --vary attention heads --trainer.max_epochs 3"


def main() -> None:
    """Parse arguments, train the variants, and write the page."""
    parser = RecipeParser(description=__doc__, example=EXAMPLE)
    parser.add_argument("--runs", metavar="FOLDER", type=a_name, help="folder of the variants' runs (default: "
                        "runs/bakeoff-NAME of the recipe)")  # fmt: skip
    parser.add_argument("--page", metavar="FILE", type=a_name, help="Markdown page to write, with its figures "
                        "beside it (default: bakeoff.md in the folder of the runs)")  # fmt: skip
    parser.add_argument("--vary", nargs="+", metavar="SETTING", help="settings of model to vary, one at a time, of "
                        "attention, heads, context_feed, cell (default: all)")  # fmt: skip
    parser.add_argument("--lines", nargs="+", type=int, default=[1, 2, 3], metavar="LINE", help="lines of val whose "
                        "maps are drawn (default: 1 2 3)")  # fmt: skip
    options, config, name = parser.parse(sys.argv[1:])
    from seq2seq.train.bakeoff import CHOICES, bake_off  # after the arguments: what is wrong in them need not wait

    folder = Path(options.runs or f"runs/bakeoff-{name}")
    page = Path(options.page or folder / "bakeoff.md")
    bake_off(config, folder, page, vary=options.vary or list(CHOICES), lines=options.lines, command=as_typed("bakeoff"))
