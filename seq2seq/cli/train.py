"""Train a model, or go on with a run that is there: scripts/train.py --config configs/tiny-de-en.yaml"""

import json
import sys
from pathlib import Path


def main() -> None:
    """Parse arguments, train, and print the final scores as JSON."""
    from jsonargparse import ArgumentParser
    from pytorch_lightning import Trainer

    from seq2seq.config.settings import add_config_arguments, parse_config

    parser = ArgumentParser(description=__doc__, exit_on_error=False)
    add_config_arguments(parser, Trainer)
    parser.add_argument("--run", type=str, help="folder of the run; runs/NAME of configs/NAME.yaml by default")
    config, rest = parse_config(parser, sys.argv[1:])
    from seq2seq.train.run import train  # after the arguments: what is wrong in them, and --help, need not wait for it

    folder = Path(rest.run or f"runs/{Path(str(rest.config[0])).stem}")
    metrics = train(config, folder)
    if metrics is not None:  # the first of several processes
        print(json.dumps(metrics, indent=2, ensure_ascii=False))
