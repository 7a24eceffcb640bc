"""The two languages of a corpus, found from the files of its folder where nobody has named them."""

import re
from pathlib import Path

from seq2seq.errors import InputError


def languages_of(folder: str | Path) -> list[str]:
    """The languages that a folder has training text of: the suffixes of `train.*`, but for `train.align`.

    Raises InputError where there is no such folder.
    """
    if not Path(folder).is_dir():
        raise InputError(
            f"{folder}: no such folder; make it with `seq2seq prepare`, or say with --data.folder where the corpus is"
        )
    return sorted(
        path.suffix[1:] for path in Path(folder).glob("train.*") if path.suffix != ".align" and path.stem == "train"
    )


def find_languages(folder: str, source: str | None, target: str | None) -> tuple[str, str, str]:
    """Source and target of a corpus of two languages, where one of them or both are not given, and what to say of it.

    With neither given they come in the order in which the folder's name names them (`multi30k-en-de`), else in that of
    the alphabet; the text is then one line that tells of the direction and how to turn it round, else it is empty.
    Raises InputError, naming the options to add, where the folder does not have just two languages.
    """
    found = languages_of(folder)
    given = source or target
    if len(found) != 2 or (given is not None and given not in found):
        raise InputError(_which(folder, found, source, target))
    if given is not None:
        (other,) = (language for language in found if language != given)
        return (given, other, "") if source else (other, given, "")
    named = re.split(r"[-_.]", Path(folder).name)
    if all(language in named for language in found):
        found.sort(key=named.index)
    first, second = found
    return first, second, (
        f"{folder} has {first} and {second}: translating from {first} to {second}; the other way by --data.source "
        f"{second} --data.target {first}"
    )  # fmt: skip


def check_languages(folder: str, source: str, target: str) -> None:
    """Raise InputError, naming what the folder has and the options to add, where it lacks training text of either."""
    found = languages_of(folder)
    if not {source, target} <= set(found):
        raise InputError(_which(folder, found, source, target))


def _which(folder: str, found: list[str], source: str | None, target: str | None) -> str:
    """What a folder has, what it lacks, and which options would do."""
    asked = {"source": source, "target": target}
    missing = [language for language in asked.values() if language and language not in found]
    text = f"{folder} has {_listed(found) or 'no training text'}"
    if missing:
        text += f", but not {' and '.join(missing)} (no train.{missing[0]})"
    if len(found) < 2:
        return f"{text}; a corpus needs two languages: train.LANG and val.LANG of each, as `seq2seq prepare` makes them"
    open_sides = [side for side, language in asked.items() if language not in found]
    free = [language for language in found if language not in asked.values()]
    options = " ".join(f"--data.{side} {language}" for side, language in zip(open_sides, free, strict=False))
    if len(open_sides) == 2 and len(found) == 2:
        return f"{text}: add {options}, or the reverse"
    return f"{text}: add {options}" if len(free) == len(open_sides) else f"{text}: say which, such as {options}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
