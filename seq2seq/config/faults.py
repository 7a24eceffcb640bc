"""What is wrong with settings, in the words of this package: one line that names the setting and the way out."""

from collections.abc import Mapping
from typing import Literal, get_args, get_origin

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
    if get_origin(field.annotation) is Literal:
        *most, last = get_args(field.annotation)
        return f"{', '.join(most)} or {last}"
    if field.annotation in (bool, str):
        return "true or false" if field.annotation is bool else "text"
    kind, bounds = "a whole number" if field.annotation is int else "a number", ""
    for limit in field.metadata:
        match limit:
            case annotated_types.MultipleOf():
                kind = "an even whole number"
            case annotated_types.Ge():
                bounds += f" from {limit.ge:,}"
            case annotated_types.Gt():
                bounds += f" above {limit.gt:,}"
            case annotated_types.Le():
                bounds += f" {'to' if 'from' in bounds else 'and at most'} {limit.le:,}"
            case annotated_types.Lt():
                bounds += f" to below {limit.lt:,}"
    return kind + bounds


def fault(
    section: str, fields: Mapping[str, FieldInfo], error: ValidationError, written: Mapping[str, str] | None = None
) -> tuple[str, list[str]]:
    """The first fault that pydantic found in a section: the message, and the settings that it is about, dotted.

    `written` has the values as they were written, by the setting's name.
    """
    first = min(error.errors(include_url=False), key=lambda one: one["type"] == "missing")  # what is wrong comes first
    clash = first.get("ctx", {}).get("error")
    if isinstance(clash, Clash):
        return f"{section}.{clash}", [f"{section}.{name}" for name in clash.names]
    name = str(first["loc"][0])
    full = f"{section}.{name}"
    if name not in fields:
        return f"{full} is no setting; there are {', '.join(fields)}", [full]
    value = first["input"]
    text = (written or {}).get(name) or str(value)
    if fields[name].annotation is str and type(value) in (bool, int, float):
        reading = str(value).lower() if isinstance(value, bool) else "a number"
        return f'{full} is {text}, which YAML reads as {reading}, it must be text; put it in quotes: "{text}"', [full]
    return f"{full} is {text}, it must be {wanted(fields[name])}", [full]
