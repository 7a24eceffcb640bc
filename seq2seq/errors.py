"""The one exception that means "the input is at fault, not the program"."""


class InputError(ValueError):
    """Bad input from the user: a file, an option, a configuration.

    The message is one line that names the file, the line where there is one, and the way out. The command prints it to
    stderr and exits with status 2; every other exception keeps its traceback, because it is a bug.
    """
