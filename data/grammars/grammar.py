"""What the generators of the tiny corpora share: words that carry their meaning, sentences with gold links, the split.

A grammar builds the two sides of a pair from the same meaning. Every word names the parts of the meaning that it
expresses, and two words are linked when they share one: the alignment follows from the grammar, not from an aligner.
"""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from seq2seq.text import split_words, write_lines

PUNCTUATION = ".,?!"


@dataclass(frozen=True)
class Word:
    """A word, or a punctuation mark, and the parts of the meaning that it expresses, such as `subject` or `verb`."""

    text: str
    meaning: frozenset[str]


def word(text: str, *meaning: str) -> Word:
    """`word("ruft", "verb")`; without a meaning the word has no counterpart, and no link."""
    return Word(text, frozenset(meaning))


@dataclass(frozen=True)
class Pair:
    """A sentence in two languages, as words that know what they mean."""

    source: tuple[Word, ...]
    target: tuple[Word, ...]

    def texts(self) -> tuple[str, str]:
        """Plain text of both sides."""
        return render(self.source), render(self.target)

    def links(self) -> str:
        """Gold links in Pharaoh format, `i-j`, over the words of both texts as `seq2seq.text.split_words` counts them."""
        return " ".join(
            f"{i}-{j}"
            for i, left in enumerate(self.source)
            for j, right in enumerate(self.target)
            if left.meaning & right.meaning
        )


def render(words: tuple[Word, ...]) -> str:
    """Join words with spaces, punctuation to the word before it, the first letter in upper case."""
    text = ""
    for item in words:
        text += item.text if item.text in PUNCTUATION or not text else f" {item.text}"
    text = text[0].upper() + text[1:]
    if len(split_words(text)) != len(words):
        raise ValueError(f"{text!r} has {len(split_words(text))} words, the grammar made {len(words)}")
    return text


def write_corpus(
    folder: Path,
    languages: tuple[str, str],
    sentence: Callable[[random.Random], Pair],
    train: int,
    val: int,
    test: int,
    seed: int = 1,
) -> None:
    """Draw distinct pairs until there are enough, split them, and write `train|val|test.LANG` and `train|val|test.align`.

    No sentence of either side stands twice in the corpus, so nothing of val or test is in train.
    """
    rng = random.Random(seed)
    seen: tuple[set[str], set[str]] = (set(), set())
    pairs: list[Pair] = []
    while len(pairs) < train + val + test:
        pair = sentence(rng)
        texts = pair.texts()
        if texts[0] not in seen[0] and texts[1] not in seen[1]:
            seen[0].add(texts[0])
            seen[1].add(texts[1])
            pairs.append(pair)
    start = 0
    for split, size in (("train", train), ("val", val), ("test", test)):
        chosen = pairs[start : start + size]
        start += size
        for side, language in enumerate(languages):
            write_lines(folder / f"{split}.{language}", (pair.texts()[side] for pair in chosen))
        write_lines(folder / f"{split}.align", (pair.links() for pair in chosen))
