#!/usr/bin/env python
"""The door to `seq2seq.cli.backtranslate`."""

from seq2seq.cli.backtranslate import main
from seq2seq.cli.command import run

if __name__ == "__main__":
    run(main)
