"""Translation memories: TMX 1.4, the exchange format of translators' programs."""

import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from seq2seq.corpus.tables import Row
from seq2seq.errors import InputError

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CODES = {"bpt", "ept", "it", "ph", "ut"}
"""Elements of a segment that hold codes of the original program, not text. `hi` holds text."""
DEPTH = 100
"""Elements within elements; TMX needs about eight."""


def read_tmx(content: bytes, name: str, languages: tuple[str, str]) -> Iterator[Row]:
    """Pairs of a TMX file: of each unit the segments of the two languages, without inline tags, each on one line.

    A language takes its variants too: `de` is also `de-AT`, where a unit has no `de` itself; case does not matter. A
    unit without one of the two has an empty side. Entities are not expanded and nothing outside the file is read.
    Raises InputError when the file is not well-formed, declares entities, or has none of a language.
    """
    found: set[str] = set()
    number = 0
    missing = set(languages)
    try:
        for number, unit in enumerate(_units(content, name), 1):
            segments = {_language(variant): _text(variant) for variant in unit if _tag(variant) == "tuv"}
            found |= segments.keys()
            sides = []
            for language in languages:
                key = _matching(language, list(segments))
                missing -= {language} if key is not None else set()
                sides.append("" if key is None else segments[key])
            yield number, sides[0], sides[1]
    except InputError:
        raise
    except DefusedXmlException:
        raise InputError(f"{name}: declares entities or reads other files, which no TMX needs; remove them") from None
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(
            f"{name}: not well-formed XML after unit {number:,} ({error}); give --encoding if that is wrong"
        ) from None
    if missing:
        known = ", ".join(sorted(found - {""})) or "no languages"
        raise InputError(f"{name}: no unit in {sorted(missing)[0]}; it has {known}; name two of them as --source-lang "
                         "and --target-lang")  # fmt: skip


def _units(content: bytes, name: str) -> Iterator[Element]:
    """The `tu` elements, each forgotten before the next is read."""
    depth = 0
    parents: list[Element] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end")):
        if event == "start":
            depth += 1
            if depth > DEPTH:
                raise InputError(f"{name}: elements {DEPTH} deep in one another; this is no TMX")
            parents.append(element)
            continue
        depth -= 1
        parents.pop()
        if _tag(element) == "tu":
            yield element
        if parents and _tag(parents[-1]) in ("tmx", "body"):
            parents[-1].remove(element)


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _language(variant: Element) -> str:
    return variant.get(LANG) or variant.get("lang") or ""


def _matching(language: str, present: list[str]) -> str | None:
    """The language itself, else its first variant."""
    plain = [(key.lower().replace("_", "-"), key) for key in present]
    wanted = language.lower().replace("_", "-")
    exact = [key for low, key in plain if low == wanted]
    return next(iter(exact + [key for low, key in plain if low.startswith(f"{wanted}-")]), None)


def _text(variant: Element) -> str:
    """The text of its segment; line breaks and indentation of the file become single spaces."""
    segment = next((child for child in variant if _tag(child) == "seg"), None)
    return "" if segment is None else re.sub(r"[ \t]*[\r\n]\s*", " ", "".join(_texts(segment)))


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if _tag(child) not in CODES:
            yield from _texts(child)
        yield child.tail or ""
