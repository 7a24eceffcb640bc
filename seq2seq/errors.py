"""The one exception that means "the input is at fault, not the program"."""

import re

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")


class InputError(ValueError):
    """Bad input from the user: a file, an option, a configuration.

    The message is one line that names the file, the line where there is one, and the way out. The command prints it to
    stderr and exits with status 2; every other exception keeps its traceback, because it is a bug. Line breaks and
    other control characters of what it quotes (names of files may have them) are written as `\\n`, `\\x1b`, `\\u2028`.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(_CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), message))
