"""What Unicode says of characters: the script of one by its name, and what is no text, half a surrogate pair."""

import unicodedata

from seq2seq.errors import InputError


def check_unicode(text: str, name: str = "the text", way_out: str = "is the terminal set to UTF-8?") -> str:
    """The text; InputError, which begins with `name`, where it has a lone half of a surrogate pair in it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name} is not valid Unicode at character {error.start + 1}; {way_out}") from None
    return text


def script_word(character: str) -> str:
    """The first word of the character's Unicode name, the width aside, which is the script of a letter: `HANGUL`,
    `LATIN`; `""` where it has no name."""
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.split(" ")[0].split("-")[0]
