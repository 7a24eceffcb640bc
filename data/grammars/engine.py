"""What the grammars share: words that carry their meaning, phrases in two languages, draws, and the corpus.

A grammar builds the two sides of a pair from the same meaning. Every word names the parts of the meaning that it
expresses, and two words are linked when they share one: the alignment follows from the grammar, not from an aligner.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar, overload

from seq2seq.text.words import split_words
from seq2seq.text.writing import write_lines

T = TypeVar("T")
PUNCTUATION = ".,?!"
SPLITS = {"train": 13_000, "val": 500, "test": 500}


@dataclass(frozen=True)
class Word:
    """A word, or a punctuation mark, and the parts of the meaning that it expresses, such as `subject.noun`."""

    text: str
    meaning: frozenset[str]


@cache
def under(role: str, word: Word) -> Word:
    """The word as part of a larger phrase: `noun` is now `subject.noun`, and `^verb` is now `verb` of that phrase."""
    parts = (part[1:] if part.startswith("^") else f"{role}.{part}" for part in word.meaning)
    return Word(word.text, frozenset(parts))


Words = tuple[Word, ...]


def words(text: str, *meaning: str) -> Words:
    """Words with the same meaning; none for an empty text."""
    return tuple(Word(part, frozenset(meaning)) for part in text.split())


@dataclass(frozen=True)
class Phrase:
    """The same part of a sentence in both languages, and what agreement and word order need to know of it."""

    source: Words = ()
    target: Words = ()
    who: str = "it"
    """The English subject pronoun for it."""
    age: str = "any"
    """Of people: child, adult or any."""
    definite: bool = False
    light: bool = False
    """A pronoun."""
    negative: bool = False
    """Has `kein`, so that its clause needs no `nicht`."""

    def __bool__(self) -> bool:
        return bool(self.source or self.target)

    def __add__(self, other: "Phrase") -> "Phrase":
        return Phrase(self.source + other.source, self.target + other.target)

    def named(self, role: str) -> "Phrase":
        """The phrase with all its meanings under a role, so that two noun phrases of a sentence stay apart."""
        source, target = (tuple([under(role, word) for word in side]) for side in (self.source, self.target))
        return replace(self, source=source, target=target)


NOTHING = Phrase()


def same(source: str, target: str, *meaning: str) -> Phrase:
    """`same("공원에서", "in the park")`: all words of one side are linked to all of the other."""
    return Phrase(words(source, *(meaning or ("it",))), words(target, *(meaning or ("it",))))


@cache
def aligned(text: str) -> Phrase:
    """`aligned("im=in the | Garten=garden")`: the words around one `=` are linked."""
    return join(*(same(*part.split("=")) for part in text.split(" | ")))


def join(*phrases: Phrase | str) -> Phrase:
    """The phrases one after the other, the same way in both languages; a text is read by `aligned`."""
    parts = (aligned(phrase) if isinstance(phrase, str) else phrase for phrase in phrases)
    return sum((phrase.named(str(number)) for number, phrase in enumerate(parts)), NOTHING)


@dataclass(frozen=True)
class Pair:
    """A sentence in two languages, as words that know what they mean."""

    source: Words
    target: Words

    def texts(self) -> tuple[str, str]:
        """Plain text of both sides."""
        return render(self.source), render(self.target)

    def links(self) -> str:
        """Gold links in Pharaoh format, `i-j`, over the words of both texts as `split_words` counts them."""
        return " ".join(
            f"{i}-{j}"
            for i, left in enumerate(self.source)
            for j, right in enumerate(self.target)
            if left.meaning & right.meaning
        )


def render(side: Words) -> str:
    """Join words with spaces, punctuation to the word before it, the first letter in upper case."""
    text = ""
    for word in side:
        text += word.text if word.text in PUNCTUATION or not text else f" {word.text}"
    text = text[0].upper() + text[1:]
    if len(split_words(text)) != len(side):
        raise ValueError(f"{text!r} has {len(split_words(text))} words, the grammar made {len(side)}")
    return text


class Draw(random.Random):
    """Choices at random. The corpus depends on their number and order: one more or less changes all that follows."""

    @overload
    def pick(self, choices: str) -> str: ...

    @overload
    def pick(self, choices: Sequence[T]) -> T: ...

    def pick(self, choices: str | Sequence[T]) -> str | T:
        """One of the choices, or of the words of a text; what stands there twice comes twice as often."""
        if isinstance(choices, str):
            return self.choice(choices.split())
        return self.choice(choices)

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.random() < share

    def weighted(self, shares: Mapping[T, int]) -> T:
        """One of the keys, each with its share."""
        return self.choices(list(shares), list(shares.values()))[0]


def write_corpus(folder: Path, languages: Sequence[str], sentence: Callable[[], Pair]) -> None:
    """Draw distinct pairs until there are enough, split them, and write `SPLIT.LANGUAGE` and `SPLIT.align` of each.

    No sentence of either side stands twice in the corpus, so nothing of val or test is in train.
    """
    seen: tuple[set[str], set[str]] = (set(), set())
    drawn: list[tuple[tuple[str, str], str]] = []
    while len(drawn) < sum(SPLITS.values()):
        pair = sentence()
        texts = pair.texts()
        if texts[0] not in seen[0] and texts[1] not in seen[1]:
            seen[0].add(texts[0])
            seen[1].add(texts[1])
            drawn.append((texts, pair.links()))
    for split, size in SPLITS.items():
        chosen, drawn = drawn[:size], drawn[size:]
        for side, language in enumerate(languages):
            write_lines(folder / f"{split}.{language}", (texts[side] for texts, _ in chosen))
        write_lines(folder / f"{split}.align", (links for _, links in chosen))
