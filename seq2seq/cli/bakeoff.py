"""Train variants of a configuration, and compare them on one page: scripts/bakeoff.py --config configs/X.yaml"""

import shlex
import sys
from pathlib import Path


def main() -> None:
    """Parse arguments, train the variants, and write the page."""
    from jsonargparse import ArgumentParser
    from pytorch_lightning import Trainer

    from seq2seq.config.settings import add_config_arguments, parse_config

    parser = ArgumentParser(description=__doc__, exit_on_error=False)
    add_config_arguments(parser, Trainer)
    parser.add_argument("--runs", type=str, help="folder of the variants' runs; runs/bakeoff-NAME of configs/NAME.yaml "
                        "by default")  # fmt: skip
    parser.add_argument("--page", type=str, help="Markdown page to write, with its figures beside it; bakeoff.md in "
                        "the folder of the runs by default")  # fmt: skip
    parser.add_argument("--vary", nargs="+", type=str, help="settings of model to vary, one at a time, of attention, "
                        "heads, context_feed, cell; all by default")  # fmt: skip
    parser.add_argument("--lines", nargs="+", type=int, default=[1, 2, 3], help="lines of val whose maps are "
                        "drawn, from 1 on; 1 2 3 by default")  # fmt: skip
    config, rest = parse_config(parser, sys.argv[1:])
    from seq2seq.train.bakeoff import (  # after the arguments: what is wrong in them need not wait for it
        CHOICES,
        bake_off,
    )

    folder = Path(rest.runs or f"runs/bakeoff-{Path(str(rest.config[0])).stem}")
    page = Path(rest.page or folder / "bakeoff.md")
    command = shlex.join(["python", "scripts/bakeoff.py", *sys.argv[1:]])
    bake_off(config, folder, page, vary=rest.vary or list(CHOICES), lines=rest.lines, command=command)
