"""What every verb does around its work: help that starts with an example, bad input in one line, exit statuses."""

import argparse
import difflib
import os
import shlex
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from seq2seq.cli.streams import prepare_streams
from seq2seq.errors import InputError
from seq2seq.text.writing import WORLD, reason

STDOUT = "standard output"
PATIENCE = 20
"""Seconds after a signal in which a process ends by itself. One whose exception was swallowed (as C code does that asks
for an attribute) is ended then."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Parser(argparse.ArgumentParser):
    """An argument parser whose help begins with an example, and which answers a wrong option in one line.

    `description` says in a sentence or two what the verb does. `example` is one command or several, a line each, as a
    person would type them. `epilog` is printed as it stands, line breaks kept. Options must be written in full: the
    start of one could be another one misspelt.
    """

    def __init__(self, *, description: str | None = None, example: str = "", **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **settings)
        self.opening = (description or "").strip(), textwrap.indent(example.strip("\n"), "    ")

    def format_help(self) -> str:
        """What it does, the example, then usage and options."""
        width = shutil.get_terminal_size().columns - 2  # as argparse has it
        description, example = self.opening
        return "\n\n".join(part for part in (textwrap.fill(description, width), example, super().format_help()) if part)

    def print_help(self, file: Any = None) -> None:
        """Print it; argparse's own says nothing of an output that is full."""
        print(self.format_help(), end="", file=file)

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """The arguments; InputError for one that is not known, with the option that is nearest to it."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(unknown_option(unknown[0], self.options()))
        return found

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse has it, with the choice that is nearest to the value."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            error.message += did_you_mean(str(value), map(str, action.choices or ()))
            raise

    def options(self) -> Iterator[str]:
        """All options, those of subcommands too."""
        for action in self._actions:
            yield from action.option_strings
            if isinstance(action.choices, dict):  # subcommands, each with a parser of its own
                for parser in action.choices.values():
                    yield from parser.options()

    def error(self, message: str) -> NoReturn:
        """Raise InputError."""
        raise InputError(f"{message}; `{self.prog} --help` lists the options")


def unknown_option(argument: str, options: Iterable[str]) -> str:
    """What is said of an argument that nobody knows: the option that was meant, where one is near."""
    name = argument.partition("=")[0]
    if not name.startswith("-"):
        return f"{name!r} is one argument too many"
    return f"{name} is no option{did_you_mean(name, options)}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean NAME?`, or nothing where no known name is near."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


def as_typed(verb: str) -> str:
    """The command that is running, to be typed again: `seq2seq VERB` and its arguments, quoted for a shell."""
    return shlex.join(["seq2seq", verb, *sys.argv[1:]])


def as_installed() -> str:
    """`seq2seq` as it is to be typed here: with its folder where a shell would not find it, as in a `.venv` that is not
    activated."""
    command = Path(sys.executable).parent / "seq2seq"
    if shutil.which("seq2seq") or not command.is_file():
        return "seq2seq"
    return shlex.quote(str(command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command))


def a_name(value: str) -> str:
    """The name of a file or folder on the command line, as an argument's `type`; an empty one is refused."""
    if not value:
        raise argparse.ArgumentTypeError("the name is empty")
    return value


def refuse_one_file(output: str | None, *inputs: str | int | None) -> None:
    """Raise InputError where the file to write is one to read, by whatever name: it would be replaced.

    Inputs are paths or descriptors; None is no file. What is no regular file may be both.
    """
    if output is None or not os.path.isfile(output):
        return
    for file in inputs:
        if file is not None and os.path.isfile(file) and os.path.samefile(file, output):
            name = "standard input" if isinstance(file, int) else file
            raise InputError(f"{output}: is the same file as {name}, which is read; give another file to write")


def run(main: Callable[[], object]) -> NoReturn:
    """Run a verb's `main` and exit: 0 when it returns, 2 on InputError, 130 on Ctrl-C, 143 on SIGTERM, 129 on SIGHUP,
    141 on a closed pipe.

    An InputError becomes one line on stderr, and so does what standard output does not take. Every other exception
    keeps its traceback: it is a bug.
    """
    prepare_streams()
    signals = Signals()
    try:
        status = outcome(main)
    except KeyboardInterrupt:
        status = 130
    signals.ignore()
    sys.exit(status)


def outcome(main: Callable[[], object]) -> Any:
    """The exit status of a verb, but for Ctrl-C; what stands in its way is said in one line."""
    try:
        status = status_of(main)
        sys.stdout.flush()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # one line is enough
            drop_output()
        return 2
    except BrokenPipeError:  # the reader has gone (`| head`)
        drop_output()
        return 141
    except OSError as error:
        if error.errno not in WORLD:
            raise
        print(f"error: {InputError(f'{error.filename or STDOUT}: {reason(error)}')}", file=sys.stderr)
        drop_output()
        return 2
    return status


def status_of(main: Callable[[], object]) -> Any:
    """The exit status that `main` ends with; 0 where it returns."""
    try:
        main()
    except SystemExit as ended:
        return ended.code or 0
    return 0


def drop_output() -> None:
    """Throw away what standard output has not taken: Python would fail again when it flushes that at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Signals:
    """Ctrl-C, SIGTERM and SIGHUP end the work, files not half written; a second one ends the process, at once.

    A signal that is ignored (`nohup`) stays so.
    """

    def __init__(self) -> None:
        self.ours: list[signal.Signals] = []
        self.end: threading.Timer | None = None
        if threading.current_thread() is threading.main_thread():
            usual = signal.SIG_DFL, signal.default_int_handler
            self.ours = [number for number in SIGNALS if signal.getsignal(number) in usual]
        for number in self.ours:
            signal.signal(number, self.receive)

    def receive(self, number: int, _: object) -> NoReturn:
        """Raise what ends the work."""
        if self.end:
            os._exit(128 + number)
        self.end = threading.Timer(PATIENCE, os._exit, [128 + number])
        self.end.daemon = True
        self.end.start()
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    def ignore(self) -> None:
        """Ignore them from now on: what is raised while Python ends is printed, and changes nothing."""
        for number in self.ours:
            signal.signal(number, signal.SIG_IGN)
        if self.end:
            self.end.cancel()
