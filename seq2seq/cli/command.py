"""What every script does around its work: bad input in one line, an interrupt without a traceback."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from seq2seq.errors import InputError


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a wrong option in one line, as `run` prints it, instead of the usage."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError."""
        raise InputError(f"{message}; `{self.prog} --help` lists the options")


def run(main: Callable[[], object]) -> NoReturn:
    """Run a script's `main` and exit: 0 when it returns, 2 on InputError, 130 on Ctrl-C, 141 on a closed pipe.

    An InputError becomes one line on stderr. Every other exception keeps its traceback: it is a bug.
    """
    try:
        main()
        sys.stdout.flush()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone (`| head`); Python would fail again when it flushes what is left at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    sys.exit(0)
