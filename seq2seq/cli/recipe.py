"""What the verbs that train have in common: a recipe by file or by name, its settings as options, and their help."""

import argparse
import os
import sys
import textwrap
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from seq2seq import shipped
from seq2seq.cli.command import Parser
from seq2seq.config.faults import wanted
from seq2seq.config.reading import read_config
from seq2seq.config.settings import SECTIONS, Config, settings_of
from seq2seq.config.trainer import OWNED, trainer_arguments
from seq2seq.errors import InputError

USAGE = "%(prog)s RECIPE [options] [--SECTION.SETTING VALUE ...]"


class Help(argparse.Action):
    """`--help`, and `--help SECTION` for the settings of one section in full, those of Lightning's Trainer too."""

    def __call__(self, parser: Any, namespace: Namespace, values: Any, option_string: str | None = None) -> None:
        """Print it and exit."""
        print(section_help(values) if values else parser.format_help(), end="")
        parser.exit()


class RecipeParser(Parser):
    """A parser with a recipe, `--help SECTION`, and every setting of a recipe as an option."""

    def __init__(self, *, description: str | None, example: str) -> None:
        super().__init__(description=description, example=example, usage=USAGE, epilog=settings_help(), add_help=False)
        self.add_argument("recipe", nargs="?", metavar="RECIPE", help="a recipe's name, or a YAML file")
        self.add_argument("--config", metavar="RECIPE", help="the same, as an option")
        help_text = "show this; or all of a SECTION (trainer: Lightning's)"
        self.add_argument("-h", "--help", action=Help, nargs="?", metavar="SECTION", help=help_text)

    def options(self) -> Iterator[str]:
        """All options, the settings among them."""
        yield from super().options()
        yield from (f"--{section}.{name}" for section in SECTIONS for name in settings_of(section))

    def parse(self, arguments: Sequence[str]) -> tuple[Namespace, Config, str]:
        """The verb's own arguments, the configuration, and the recipe's name.

        Notes on how it was read go to stderr. A corpus that ships is unpacked where the recipe asks for its folder and
        there is none. Raises InputError for what is at fault in the arguments or the recipe.
        """
        own, settings = divide(arguments)
        options = self.parse_args(own)
        if options.recipe and options.config:
            raise InputError(f"give one recipe: {options.recipe}, or --config {options.config}")
        path = find_recipe(options.recipe or options.config)
        config, notes = read_config(path, settings, check_trainer=True, missing_folder=shipped.unpack_corpus)
        if not shipped.unpack_corpus(config.data.folder):
            check_corpus(path, config.data.folder)
        if os.environ.get("RANK", "0") == "0":  # the first of several processes
            for note in notes:
                print(note, file=sys.stderr)
        return options, config, path.stem


def check_corpus(recipe: Path, folder: str) -> None:
    """Raise InputError where there is no folder of the corpus, and the recipe's comments say what makes it."""
    if Path(folder).is_dir():
        return
    for line in recipe.read_text(encoding="utf-8").splitlines():
        command = line.lstrip("# ")
        if command.startswith("seq2seq prepare ") and command.endswith(f" --out {folder}"):
            raise InputError(f"{folder}: no such folder; make it with: {command}")


def divide(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """A verb's own arguments, and those that are settings: `--section.setting`, each with its value."""
    own: list[str] = []
    settings: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, _ = argument.partition("=")
        if name == "--trainer.help":
            own += ["--help", "trainer"]
        elif name.startswith("--") and "." in name:
            settings.append(argument)
            if not equals and waiting and not waiting[0].startswith("--"):
                settings.append(waiting.pop(0))
        else:
            own.append(argument)
    return own, settings


def find_recipe(name: str | None) -> Path:
    """The file of a recipe: a path, or the name of one that ships, such as `tiny-de-en`.

    Raises InputError where there is neither.
    """
    if not name:
        raise InputError("which recipe? Give its name, such as tiny-de-en or own, or a YAML file")
    path = Path(name)
    if path.exists() and not path.is_dir():
        return path
    found = shipped.recipe(path.stem) if name in (path.stem, f"{path.stem}.yaml") else None
    if found is None:
        here = "is a folder" if path.is_dir() else "no such file"
        raise InputError(f"{name}: {here}, and no recipe of this name ships with seq2seq")
    return found


def settings_help() -> str:
    """All settings with their defaults and what they are, a line each."""
    lines = ["settings, each with its value where the recipe has none:"]
    for section, kind in SECTIONS.items():
        lines.append(f"  {section}: {(kind.__doc__ or '').splitlines()[0].removesuffix('.')}")
        for name, field in settings_of(section).items():
            meaning = (field.description or "").splitlines()[0].removesuffix(".")
            if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) < 5:
                meaning += f": {wanted(field)}"
            lines.append(f"    {f'--{section}.{name} {default_of(field)}':<36} {meaning}")
    return "\n".join([*lines, "  trainer: arguments of Lightning's Trainer, such as --trainer.max_epochs 20; all: "
                      "--help trainer", ""])  # fmt: skip


def section_help(section: str) -> str:
    """The settings of one section in full; InputError for a section that is not there."""
    if section == "trainer":
        written = {"None": "null", "True": "true", "False": "false"}
        listed = {
            name: (written.get(argument.default, argument.default.strip("'")), argument.description)
            for name, argument in trainer_arguments().items()
            if name not in OWNED
        }
    elif section in SECTIONS:
        listed = {
            name: (default_of(field), f"{(field.description or '').replace(chr(10) * 2, ' ')} ({wanted(field)})")
            for name, field in settings_of(section).items()
        }
    else:
        raise InputError(f"--help {section}: there are {', '.join([*SECTIONS, 'trainer'])}")
    return "".join(
        f"--{section}.{name} {default}\n{wrapped(description)}\n" for name, (default, description) in listed.items()
    )


def wrapped(text: str) -> str:
    """A paragraph, indented."""
    return textwrap.fill(" ".join(text.split()), 100, initial_indent="    ", subsequent_indent="    ")


def default_of(field: Any) -> str:
    """The default of a setting as it is typed."""
    if field.is_required():
        return "..."
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return f'"{field.default}"' if field.default == "" or " " in str(field.default) else str(field.default)
