"""Standard input, output and error as a verb finds them: always UTF-8, and safe to use where they are closed."""

import io
import os
import sys


class Lasting(io.FileIO):
    """A file for messages: one that is full or gone, as the terminal of a run that goes on, does not end the work."""

    def write(self, data: object) -> int:
        """Write what can be written; all of it counts as written."""
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return len(memoryview(data))  # type: ignore[arg-type]


def prepare_streams() -> None:
    """Make the three streams speak UTF-8, whatever the locale says, and open those that are closed.

    What was closed stays useless: input cannot be read and output cannot be written, which is then said as of a full
    disk; Python by itself would print into the void, and write warnings into the output. Messages are dropped.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # the wrong way round; it gets the lowest free number, which is the closed one
            descriptor = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            setattr(sys, name, os.fdopen(descriptor, "w" if number else "r", encoding="utf-8", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = io.TextIOWrapper(
            Lasting(sys.stderr.fileno(), "w", closefd=False),
            encoding="utf-8",
            errors="backslashreplace",
            write_through=True,
        )
