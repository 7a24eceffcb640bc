"""YAML read with care: every value with its line, plain values only, and limits that a hostile file runs into.

Nothing is constructed from tags. Numbers are those of YAML 1.2 (so `1e-3` is one, and `00:12:00` is text), and `yes`,
`no`, `on` and `off` are still true and false, as they are in most tools.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from seq2seq.errors import InputError
from seq2seq.text.files import open_input

MAX_BYTES = 100_000
"""Longest file."""
MAX_DEPTH = 8
"""Deepest nesting of lists and mappings."""
MAX_LETTERS = 4_096
"""Longest single value."""

_SCALARS = {
    "null": (re.compile(r"~|null|Null|NULL|"), [*"~nN", ""]),
    "bool": (re.compile(r"(?:true|false|yes|no|on|off)", re.IGNORECASE), list("tTfFyYnNoO")),
    "int": (re.compile(r"[-+]?[0-9][0-9_]*"), list("-+0123456789")),
    "float": (
        re.compile(
            r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
        list("-+.0123456789"),
    ),
}  # fmt: skip
"""What plain text is read as something else than text, and the characters it can begin with."""
_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    """Composes nodes with the plain values of this module, and stops at `MAX_DEPTH`."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()
        mark = event.start_mark
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(event, yaml.AliasEvent) and not isinstance(node, yaml.ScalarNode):
            problem = f"*{event.anchor} stands for more than one value; write them out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        return node


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or this module would read as something else than text."""


_Loader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _SCALARS.items():
    _whole = re.compile(rf"(?:{_pattern.pattern})\Z", _pattern.flags)
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(_TAG + _name, _whole, _first)


@dataclass(frozen=True)
class Origin:
    """Where text comes from, for messages: a file, with lines, or the command line, without."""

    name: str
    lines: bool = True

    def at(self, node: yaml.Node) -> str:
        """What a message about a node begins with."""
        return f"{self.name}, line {node.start_mark.line + 1}: " if self.lines else f"{self.name}: "


def read_mapping(path: str | Path) -> tuple[yaml.MappingNode, Origin]:
    """The mapping that a YAML file is.

    Raises InputError, naming the file and, where there is one, the line, for a file that cannot be read, is longer than
    `MAX_BYTES`, is not UTF-8 or not YAML, or is nested deeper than `MAX_DEPTH`.
    """
    with open_input(path) as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: longer than {MAX_BYTES:,} bytes; it is not a configuration")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}: byte {error.start + 1} of the file is not valid UTF-8; convert it to UTF-8"
        ) from None
    root = compose(text, origin := Origin(str(path)))
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: not a configuration; it needs sections such as `data:` and `model:`")
    return root, origin


def compose(text: str, origin: Origin) -> yaml.Node | None:
    """The node that YAML text is; None for empty text. Raises InputError for text that is not YAML, or is too deep."""
    try:
        return yaml.compose(text, _Loader)
    except yaml.reader.ReaderError as error:
        line, problem = text.count("\n", 0, error.position) + 1, f"the character U+{int(error.character):04X}"
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem).split())
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape beyond Unicode, a version of 5,000 digits
        line, problem = 1, " ".join(str(error).split())
    place = f"{origin.name}, line {line}" if origin.lines else origin.name
    raise InputError(f"{place}: not valid YAML: {problem}")


def entries(node: yaml.MappingNode, origin: Origin) -> Iterator[tuple[str, yaml.Node, str]]:
    """Names, values and places of a mapping; InputError for a name that is no word, or there twice."""
    seen: set[str] = set()
    for key, value in node.value:
        place = origin.at(key)
        if not isinstance(key, yaml.ScalarNode):
            raise InputError(f"{place}the name of a setting must be a word")
        if key.value in seen:
            raise InputError(f"{place}{key.value} is there a second time; remove one of them")
        seen.add(key.value)
        yield key.value, value, place


def value_of(node: yaml.Node, origin: Origin) -> Any:
    """The value of a node: None, a bool, a number, text, or a list or dict of such.

    Raises InputError for a tag of any other kind, and for text with a control character or longer than `MAX_LETTERS`.
    """
    if isinstance(node, yaml.MappingNode):
        return {name: value_of(value, origin) for name, value, _ in entries(node, origin)}
    if isinstance(node, yaml.SequenceNode):
        return [value_of(item, origin) for item in node.value]
    return _scalar(node, origin.at(node))


def shown(node: yaml.Node) -> str:
    """A value for a message: as it was written, or what kind of thing it is; cut where it is long."""
    if not isinstance(node, yaml.ScalarNode):
        return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"
    text = str(node.value)
    return (text if len(text) <= 40 else f"{text[:40]}...") or '""'


def dump(content: dict[str, Any]) -> str:
    """YAML that this module reads back as the same values."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _scalar(node: yaml.Node, place: str) -> Any:
    text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
    check_text(text, place)
    if kind == "str":
        return text
    if kind not in _SCALARS:
        raise InputError(f"{place}the tag {shown_tag(node)} is not read here; write a plain value")
    if not _SCALARS[kind][0].fullmatch(text):
        raise InputError(f"{place}{shown(node)} is not what its tag {shown_tag(node)} says; write a plain value")
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    return _number(text.replace("_", ""), kind, f"{place}{shown(node)}")


def _number(text: str, kind: str, about: str) -> int | float:
    if kind == "int":
        if len(text.lstrip("+-")) > 19:
            raise InputError(f"{about} is too large a number")
        return int(text)
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def check_text(text: str, place: str) -> None:
    """Raise InputError for text that is too long, or has a control character or half a surrogate pair in it."""
    if len(text) > MAX_LETTERS:
        raise InputError(f"{place}a value of {len(text):,} characters; {MAX_LETTERS:,} is the most")
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            raise InputError(f"{place}a value with the character U+{ord(character):04X} in it; remove it")


def shown_tag(node: yaml.Node) -> str:
    """A tag as it is written, cut where it is long."""
    tag = str(node.tag).replace(_TAG, "!!")
    return tag if len(tag) <= 40 else f"{tag[:40]}..."
