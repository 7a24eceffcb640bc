"""Faults to plant into a healthy corpus, each with the check that must find it and the lines where."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from seq2seq.text.words import split_words

Lines = list[str]


@dataclass
class Corpus:
    """Sentences of train and test; a lone surrogate stands for a byte that is no UTF-8."""

    source: Lines
    target: Lines
    test_source: Lines
    test_target: Lines


@dataclass
class Fault:
    """A fault, how it is planted, and what must be said of it."""

    check: str
    plant: Callable[[Corpus], list[int]]
    """Plants it, and returns the lines, from 1 on, that must be named."""
    split: str = "train"
    status: int = 0
    name: str = field(default="")


def statement(corpus: Corpus, number: int = 0) -> int:
    """The position of a pair of two statements of middling length without numbers, the `number`-th from the 100th."""
    found = [
        i
        for i in range(100, len(corpus.source))
        if 30 < len(corpus.source[i]) < 45
        and 30 < len(corpus.target[i]) < 45
        and not any(c.isdigit() or c == "?" for c in corpus.source[i] + corpus.target[i])
    ]
    return found[number]


def inserted(text: str, side: str = "source", before: str = " ") -> Callable[[Corpus], list[int]]:
    """Text at the first space of a line."""

    def plant(corpus: Corpus) -> list[int]:
        at = statement(corpus)
        lines = getattr(corpus, side)
        first, _, rest = lines[at].partition(" ")
        lines[at] = first + text + before + rest
        return [at + 1]

    return plant


def rewritten(side: str, change: Callable[[str], str], holds: str) -> Callable[[Corpus], list[int]]:
    """The first line that holds a text, changed."""

    def plant(corpus: Corpus) -> list[int]:
        lines = getattr(corpus, side)
        at = next(i for i, line in enumerate(lines) if holds in line and i > 50)
        lines[at] = change(lines[at])
        return [at + 1]

    return plant


def replaced(side: str, text: str) -> Callable[[Corpus], list[int]]:
    def plant(corpus: Corpus) -> list[int]:
        at = statement(corpus)
        getattr(corpus, side)[at] = text
        return [at + 1]

    return plant


def repeated(corpus: Corpus) -> list[int]:
    corpus.source[700], corpus.target[700] = corpus.source[11], corpus.target[11]
    return [701]


def many(own: str) -> Callable[[Corpus], list[int]]:
    """Eight statements with the source, or the target, of the first of them."""

    def plant(corpus: Corpus) -> list[int]:
        lines, places = getattr(corpus, own), [statement(corpus, number) for number in range(8)]
        for at in places:
            lines[at] = lines[places[0]]
        return [at + 1 for at in places]

    return plant


def leaked(change: Callable[[str], str] = str) -> Callable[[Corpus], list[int]]:
    def plant(corpus: Corpus) -> list[int]:
        at = statement(corpus)
        corpus.test_source[41], corpus.test_target[41] = change(corpus.source[at]), change(corpus.target[at])
        return [42]

    return plant


def copied(corpus: Corpus) -> list[int]:
    at = statement(corpus)
    corpus.target[at] = corpus.source[at]
    return [at + 1]


def far_too_long(corpus: Corpus) -> list[int]:
    at = statement(corpus)
    corpus.target[at] = " ".join(corpus.target[statement(corpus, number)] for number in range(6))
    return [at + 1]


def many_characters(corpus: Corpus) -> list[int]:
    symbols = [
        chr(code)
        for code in range(0x2200, 0x1FAFF)
        if code not in (0xFFFC, 0xFFFD) and unicodedata.category(chr(code)) == "So"
    ]
    text = "".join(symbol for symbol in symbols if unicodedata.is_normalized("NFC", symbol))[-4000:]
    at = statement(corpus)
    corpus.source[at] = f"{text} {corpus.source[at]}"
    corpus.target[at] = f"{text} {corpus.target[at]}"
    return []


def tokenised_target(corpus: Corpus) -> list[int]:
    corpus.target[:] = [" ".join(split_words(line)) for line in corpus.target]
    return []


def without(side: str, at: int) -> Callable[[Corpus], list[int]]:
    def plant(corpus: Corpus) -> list[int]:
        del getattr(corpus, side)[at]
        return [at + 1]

    return plant


def double(text: str) -> str:
    return text.encode().decode("cp1252")


def apart(text: str) -> str:
    return " ".join(split_words(text))


FAULTS = [
    Fault("line-counts", without("target", 1000), status=1),
    Fault("line-counts", without("source", 1999), status=1, name="the last line"),
    Fault("invalid-utf8", inserted("\udcfc"), status=1),
    Fault("nul", inserted("\0", "target"), status=1),
    Fault("line-break", inserted("\u2028", before=""), status=1),
    Fault("line-break", inserted("\r", before=""), status=1, name="a carriage return"),
    Fault("line-break", inserted("\x85", before=""), status=1, name="next line"),
    Fault("control", inserted("\x07", "target")),
    Fault("control", inserted("\t", before=""), name="a tab"),
    Fault("control", inserted("\x9d"), name="C1"),
    Fault("invisible", inserted("\u200b")),
    Fault("invisible", inserted("\u00ad", "target"), name="soft hyphen"),
    Fault("invisible", inserted("\ufeff"), name="byte order mark inside"),
    Fault("invisible", inserted("\u200f"), name="right-to-left mark"),
    Fault("invisible", inserted("\u200d"), name="joiner"),
    Fault("no-break-space", inserted("\u00a0", before="")),
    Fault("no-break-space", inserted("\u202f", "target", before=""), name="narrow"),
    Fault("normal-form", rewritten("source", lambda line: unicodedata.normalize("NFD", line), "ü")),
    Fault("mojibake", rewritten("source", double, "ü")),
    Fault("mojibake", rewritten("source", lambda line: line.replace("ü", "\ufffd"), "ü"), name="a lost letter"),
    Fault("html", inserted(" &amp;", "target")),
    Fault("html", inserted(" &#39;", "source"), name="a number"),
    Fault("html", inserted("<br/>", "source"), name="a tag"),
    Fault("blank", replaced("target", "")),
    Fault("blank", replaced("source", " \u3000"), name="an ideographic space"),
    Fault("duplicate", repeated),
    Fault("many-targets", many("source")),
    Fault("many-targets", many("target"), name="many sources"),
    Fault("overlap", leaked(), split="test"),
    Fault("near-overlap", leaked(lambda line: line.upper().replace(".", " !")), split="test"),
    Fault("length-ratio", far_too_long),
    Fault("copied", copied),
    Fault("script", replaced("target", "Он читает очень старую книгу.")),
    Fault("script", rewritten("target", lambda line: line.replace("woman", "w\u043eman"), "woman"), name="lookalike"),
    Fault("numbers", rewritten("target", lambda line: line.replace("20", "30"), " 20 ")),
    Fault("punctuation", rewritten("target", lambda line: line.replace("?", "."), "?")),
    Fault("punctuation", rewritten("source", lambda line: line.rstrip("."), "."), name="no mark"),
    Fault("tokenised", rewritten("source", apart, "Am Sonntag")),
    Fault("tokenised", tokenised_target, name="one side"),
    Fault("vocabulary", many_characters),
]
