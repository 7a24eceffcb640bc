"""What is wrong with settings, in the words of this package: one line that names the setting and the way out."""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import ValidationError
from pydantic.fields import FieldInfo


class Clash(ValueError):
    """Settings of one section that do not go together. The message begins with the first of their `names`."""

    def __init__(self, message: str, *names: str) -> None:
        super().__init__(message)
        self.names = names


def wanted(field: FieldInfo) -> str:
    """The values of a setting, in words."""
    return _wanted(field.annotation, field.metadata)


def _wanted(kind: Any, limits: Iterable[Any]) -> str:
    """The values of a type with these limits, in words."""
    if get_origin(kind) in (Union, UnionType):
        return ", or ".join(_wanted(one, ()) for one in get_args(kind))
    if get_origin(kind) is Annotated:
        kind, *fields = get_args(kind)
        return _wanted(kind, [limit for field in fields for limit in field.metadata])
    if get_origin(kind) is list:
        most = next(limit.max_length for limit in limits if isinstance(limit, annotated_types.MaxLen))
        return f"a list of up to {most:,}, each {_wanted(get_args(kind)[0], ())}"
    if get_origin(kind) is Literal:
        *others, last = get_args(kind)
        return f"{', '.join(others)} or {last}"
    if kind in (bool, str):
        return "true or false" if kind is bool else "text"
    return _number_wanted(kind, limits)


def _number_wanted(kind: type, limits: Iterable[Any]) -> str:
    """The values of a number with these limits, in words."""
    noun, bounds = "a whole number" if kind is int else "a number", ""
    for limit in limits:
        match limit:
            case annotated_types.MultipleOf():
                noun = "an even whole number"
            case annotated_types.Ge():
                bounds += f" from {limit.ge:,}"
            case annotated_types.Gt():
                bounds += f" above {limit.gt:,}"
            case annotated_types.Le():
                bounds += f" {'to' if 'from' in bounds else 'and at most'} {limit.le:,}"
            case annotated_types.Lt():
                bounds += f" to below {limit.lt:,}"
    return noun + bounds


def fault(
    section: str, fields: Mapping[str, FieldInfo], error: ValidationError, written: Mapping[str, str] | None = None
) -> tuple[str, list[str]]:
    """The first fault that pydantic found in a section: the message, and the settings that it is about, dotted.

    `written` has the values as they were written, by the setting's name.
    """
    errors = error.errors(include_url=False)
    first = min(errors, key=lambda one: one["type"] == "missing")  # what is wrong comes first
    clash = first.get("ctx", {}).get("error")
    if isinstance(clash, Clash):
        return f"{section}.{clash}", [f"{section}.{name}" for name in clash.names]
    name = str(first["loc"][0])
    full = f"{section}.{name}"
    if name not in fields:
        return f"{full} is no setting; there are {', '.join(fields)}", [full]
    for one in errors:
        if one["loc"][0] == name and type(one["loc"][-1]) is int:  # something in a list
            return f"{full} has {str(one['input'])[:40]} in it, it must be {wanted(fields[name])}", [full]
    value = first["input"]
    text = (written or {}).get(name) or str(value)
    if fields[name].annotation is str and type(value) in (bool, int, float):
        reading = str(value).lower() if isinstance(value, bool) else "a number"
        return f'{full} is {text}, which YAML reads as {reading}, it must be text; put it in quotes: "{text}"', [full]
    return f"{full} is {text}, it must be {wanted(fields[name])}", [full]
