"""Strings of Python that are no text: those with half a surrogate pair."""

from seq2seq.errors import InputError


def check_unicode(text: str, name: str = "the text") -> str:
    """The text; InputError, which begins with `name`, where it has a lone half of a surrogate pair in it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} is not valid Unicode at character {error.start + 1}; is the terminal set to UTF-8?"
        ) from None
    return text
