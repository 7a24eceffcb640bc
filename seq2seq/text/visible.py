"""What can be seen of a text: what is blank, and where the text is between its outer white space.

One definition for the preparation of a corpus, for training and for translation.
"""

import regex

INVISIBLE = r"\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffb"
"""Inside of a character class of `regex`: white space, controls, and what Unicode tells a program to show nothing for
(zero-width spaces and joiners, direction marks, soft hyphens, variation selectors, fillers); the blank Braille pattern
and the marks of interlinear annotation."""

_VISIBLE = regex.compile(f"[^{INVISIBLE}]")


def is_blank(text: str) -> bool:
    """Has a text no character that can be seen?"""
    return _VISIBLE.search(text) is None


def inner_span(text: str) -> tuple[int, int]:
    """Where a text is without the white space at its ends; empty, at 0, where the text is blank.

    A byte order mark at an end goes too: it is no white space to Python, yet a reader drops it at the head of a file.
    """
    if is_blank(text):
        return 0, 0
    start, end = 0, len(text)
    while text[start].isspace() or text[start] == "\ufeff":
        start += 1
    while text[end - 1].isspace() or text[end - 1] == "\ufeff":
        end -= 1
    return start, end


def strip(text: str) -> str:
    """A text without the white space at its ends; nothing where it is blank."""
    start, end = inner_span(text)
    return text[start:end]
