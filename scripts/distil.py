#!/usr/bin/env python
"""The door to `seq2seq.cli.distil`."""

from seq2seq.cli.command import run
from seq2seq.cli.distil import main

if __name__ == "__main__":
    run(main)
