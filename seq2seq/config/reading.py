"""From a YAML file and a command line to a `Config`; a fault names the line of the setting that it is about."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_origin

import yaml
from pydantic import ValidationError

from seq2seq.config.faults import fault
from seq2seq.config.languages import find_languages
from seq2seq.config.nodes import Origin, check_text, compose, entries, read_mapping, shown, value_of
from seq2seq.config.settings import SECTIONS, Config, settings_of
from seq2seq.config.trainer import OWNED, trainer_arguments
from seq2seq.errors import InputError

COMMAND_LINE = Origin("command line", lines=False)
TYPED = "command line: "
"""What a message about a setting of the command line begins with."""
RENAMED = {"data.tokenize": "data.bleu_tokenize"}
"""Settings that had another name once."""


class Given(NamedTuple):
    """A setting that somebody gave, and where."""

    name: str
    """Dotted, such as `model.heads`."""
    place: str
    """What a message about it begins with."""
    value: Any
    written: str


class Reading(NamedTuple):
    """A configuration, and what a person should be told of how it was read, a line each."""

    config: Config
    notes: list[str]


def load_config(path: str | Path, *overrides: str) -> Config:
    """A configuration from a file, `load_config("configs/tiny-de-en.yaml", "--model.hidden_size", "512")`.

    Raises InputError as `read_config` does. The Trainer's arguments are taken as they stand.
    """
    return read_config(path, overrides).config


def read_config(
    path: str | Path,
    overrides: Sequence[str] = (),
    *,
    check_trainer: bool = False,
    missing_folder: Callable[[str], object] = lambda folder: None,
) -> Reading:
    """A configuration from a file, and from settings of a command line, which override it.

    Languages that are not given are found from the corpus's folder; where that is needed, and there is no folder,
    `missing_folder` is called with its name and may make it. With `check_trainer` the Trainer's arguments are checked
    too. Raises InputError, in one line that names the file and the line, or the command line, and the way out, for an
    unknown setting, a value of a wrong type, and an impossible one.
    """
    notes: list[str] = []
    in_file = list(_renamed(_in_file(path), notes))
    given = [*in_file, *_renamed(_on_command_line(overrides), notes)]
    if check_trainer:
        _check_trainer(given)
    for section in SECTIONS:
        _check_values(section, in_file)  # also what the command line overrides: it is wrong all the same
        _check_values(section, given)
    sections = {section: _build(section, given) for section in SECTIONS if section != "data"}
    data = _values("data", given)
    if "folder" not in data:
        raise InputError(
            f"{path}: data.folder is missing: the folder of the corpus, such as --data.folder data/mine (`seq2seq "
            "prepare` makes one)"
        )
    if not ("source" in data and "target" in data):
        given += _languages(data, missing_folder, notes)
    return Reading(Config(_build("data", given), **sections, trainer=_values("trainer", given)), notes)


def _in_file(path: str | Path) -> Iterator[Given]:
    """The settings of a YAML file in its order; refuses what is no setting."""
    root, origin = read_mapping(path)
    for section, inside, place in entries(root, origin):
        if section not in SECTIONS and section != "trainer":
            raise InputError(f"{place}{section} is no setting; {_meant_section(section)}")
        if not isinstance(inside, yaml.MappingNode):
            raise InputError(f"{place}{section}: needs its settings below it, as `name: value`, indented")
        for name, node, inner in entries(inside, origin):
            full = f"{section}.{name}"
            if section != "trainer" and full not in RENAMED and name not in settings_of(section):
                raise InputError(f"{inner}{full} is no setting; {_meant(section, name)}")
            if isinstance(node, yaml.ScalarNode) and not (node.value or node.style):
                raise InputError(f"{inner}{full} has no value")
            yield Given(full, inner, value_of(node, origin), shown(node))


def _on_command_line(overrides: Sequence[str]) -> Iterator[Given]:
    """The settings of a command line, `--section.name VALUE` or `--section.name=VALUE`."""
    waiting = iter(overrides)
    for argument in waiting:
        option, equals, text = argument.partition("=")
        name = option.removeprefix("--")
        section, _, setting = name.partition(".")
        known = setting and (section == "trainer" or name in RENAMED or setting in _names(section))
        if not option.startswith("--") or not known:
            raise InputError(f"{TYPED}{option} is no option{_meant_option(name)}")
        if not equals:
            following = next(waiting, None)
            if following is None or following.startswith("--"):
                raise InputError(f"{TYPED}{option} needs a value, as in {option} {_example(name)}")
            text = following
        check_text(text, f"{TYPED}{name}: ")
        yield Given(name, TYPED, *_read(RENAMED.get(name, name), text))


def _read(name: str, text: str) -> tuple[Any, str]:
    """The value that a text of the command line is for a setting, and the text for messages."""
    section, _, setting = name.partition(".")
    kind = settings_of(section)[setting].annotation if section in SECTIONS else None
    if kind is str or get_origin(kind) is Literal:
        return text, text or '""'
    try:
        node = compose(text, COMMAND_LINE)
    except InputError:
        node = None
    return (text, text or '""') if node is None else (value_of(node, COMMAND_LINE), shown(node))


def _renamed(given: Iterable[Given], notes: list[str]) -> Iterator[Given]:
    """Settings of one origin under their names of today; a note for each old one."""
    given = list(given)
    for setting in given:
        new = RENAMED.get(setting.name, setting.name)
        if new != setting.name:
            if any(other.name == new for other in given):
                raise InputError(f"{setting.place}{setting.name} is now {new}, which is there too; remove one of them")
            notes.append(f"{setting.place}{setting.name} is now {new}")
        yield setting._replace(name=new)


def _values(section: str, given: Iterable[Given]) -> dict[str, Any]:
    """The values of a section's settings by name; the last one counts."""
    return {
        setting.name.removeprefix(f"{section}."): setting.value
        for setting in given
        if setting.name.startswith(f"{section}.")
    }


def _check_values(section: str, given: Sequence[Given]) -> None:
    """Raise InputError for a value that is wrong by itself; settings may be missing, or not go together."""
    try:
        SECTIONS[section](**_values(section, given))
    except ValidationError as error:
        if any(one["type"] not in ("missing", "value_error") for one in error.errors()):
            raise _located(section, error, given) from None


def _build(section: str, given: Sequence[Given]) -> Any:
    """A section from the settings that were given; InputError where they are at fault."""
    try:
        return SECTIONS[section](**_values(section, given))
    except ValidationError as error:
        raise _located(section, error, given) from None


def _located(section: str, error: ValidationError, given: Sequence[Given]) -> InputError:
    """The first fault of a section with its place: the command line where it is involved, else the first setting's."""
    latest = {setting.name: setting for setting in given}
    written = {name.removeprefix(f"{section}."): setting.written for name, setting in latest.items()
               if name.startswith(f"{section}.")}  # fmt: skip
    message, names = fault(section, settings_of(section), error, written)
    places = [latest[name].place for name in names if name in latest]
    return InputError((TYPED if TYPED in places else places[0] if places else "") + message)


def _languages(data: Mapping[str, Any], missing_folder: Callable[[str], object], notes: list[str]) -> list[Given]:
    """Source and target as if they had been given, from the folder of the corpus."""
    folder = data["folder"]
    if not Path(folder).is_dir():
        missing_folder(folder)
    source, target, note = find_languages(folder, data.get("source"), data.get("target"))
    notes += [note] if note else []
    return [Given(f"data.{side}", f"{folder}: ", language, language)
            for side, language in (("source", source), ("target", target))]  # fmt: skip


def _check_trainer(given: Iterable[Given]) -> None:
    """Raise InputError for arguments that the Trainer does not have, that are the program's, or of a wrong type."""
    for setting in given:
        name = setting.name.removeprefix("trainer.")
        if name == setting.name:
            continue
        if name in OWNED:
            raise InputError(f"{setting.place}trainer.{name} belongs to the program: {OWNED[name]}")
        arguments = trainer_arguments()
        if name not in arguments:
            raise InputError(f"{setting.place}trainer.{name} is no setting; {_meant('trainer', name)}")
        argument = arguments[name]
        if not argument.accepts(setting.value):
            raise InputError(f"{setting.place}trainer.{name} is {setting.written}, it must be {argument.wanted()}")


def _names(section: str) -> list[str]:
    """The settings of a section; none for one that is not there."""
    if section == "trainer":
        return list(trainer_arguments())
    return list(settings_of(section)) if section in SECTIONS else []


def _meant_section(name: str) -> str:
    """What somebody may have meant by a section that is not there: another, or a setting that has lost its own."""
    owners = [section for section in SECTIONS if name in settings_of(section)]
    if owners:
        return f"{owners[0]}.{name} is one: put it below `{owners[0]}:`, indented"
    known = [*SECTIONS, "trainer"]
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"


def _meant(section: str, name: str) -> str:
    """What somebody may have meant by a setting that its section does not have."""
    close = difflib.get_close_matches(name, _names(section), 1)
    if close and section == "trainer" and close[0] in OWNED:
        return f"trainer.{close[0]} belongs to the program: {OWNED[close[0]]}"
    if close:
        return f"did you mean {close[0]}?"
    owners = [other for other in SECTIONS if name in settings_of(other)]
    if owners:
        return f"did you mean {owners[0]}.{name}?"
    return (
        "`seq2seq train --help trainer` lists all"
        if section == "trainer"
        else f"there are {', '.join(_names(section))}"
    )


def _meant_option(name: str) -> str:
    """What somebody may have meant by an option that is not there."""
    names = [f"{section}.{setting}" for section in SECTIONS for setting in settings_of(section)]
    close = difflib.get_close_matches(name, [*names, *(f"trainer.{argument}" for argument in trainer_arguments())], 1)
    return f"; did you mean --{close[0]}?" if close else "; --help lists them all"


def _example(name: str) -> str:
    """A value that an option could have."""
    section, _, setting = name.partition(".")
    if section not in SECTIONS or RENAMED.get(name, name) != name or settings_of(section)[setting].is_required():
        return "VALUE"
    return str(settings_of(section)[setting].default).lower() or "VALUE"
