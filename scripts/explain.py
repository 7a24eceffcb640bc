#!/usr/bin/env python
"""The door to `seq2seq.cli.explain`."""

from seq2seq.cli.command import run
from seq2seq.cli.explain import main

if __name__ == "__main__":
    run(main)
