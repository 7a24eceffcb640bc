"""The sentences of the pages, in each language, from `texts.yaml`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES = ("en", "ko")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All sentences: name -> language -> text, with {places} to fill in."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(
        files("seq2seq.explain").joinpath("texts.yaml").read_text(encoding="utf-8")
    )
    return loaded


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, name: str, **places: object) -> str:
        """The sentence of this name, filled in; KeyError where the catalogue has none."""
        return catalogue()[name][self.language].strip().format(**places)
