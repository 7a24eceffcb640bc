"""`Side`: one sentence of a pair, its pieces or words, and where they stand in the text. Imports no numpy."""

import unicodedata
from dataclasses import dataclass, replace

from seq2seq.text.words import Span

END = "</s>"


@dataclass(frozen=True)
class Side:
    """One sentence of a pair and its units: subword pieces as SentencePiece writes them (`▁` marks a space), or words.

    `spans[i]` is where `pieces[i]` stands in `text`, the *original* text before any normalisation, in characters
    (Unicode code points); it may be empty, as for a lone `▁` or the first bytes of a character spelt in bytes. The end
    of the sentence, where present, is the last piece, `</s>` with the empty span at the end of the text. `word_spans`
    are the words of the text; who makes a side decides what counts as a word (`text.words.word_spans`).

    Raises ValueError when pieces and spans differ in number, a span lies outside the text, or the words overlap.
    """

    text: str
    pieces: tuple[str, ...]
    spans: tuple[Span, ...]
    word_spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if len(self.pieces) != len(self.spans):
            raise ValueError(f"{len(self.pieces)} pieces but {len(self.spans)} spans")
        for piece, (start, end) in zip(self.pieces, self.spans, strict=True):
            if not 0 <= start <= end <= len(self.text):
                raise ValueError(
                    f"piece '{piece}' has the span ({start}, {end}) in a text of {len(self.text)} characters"
                )
        before = 0
        for start, end in self.word_spans:
            if not before <= start < end <= len(self.text):
                raise ValueError(
                    f"the word span ({start}, {end}) is empty, overlaps the one before it, or is outside the text of "
                    f"{len(self.text)} characters"
                )
            before = end

    def __len__(self) -> int:
        return len(self.pieces)

    @property
    def has_end(self) -> bool:
        """Is the last unit the end of the sentence? (A `</s>` that somebody wrote in the text has a longer span.)"""
        end = len(self.text)
        return bool(self.pieces) and self.pieces[-1] == END and self.spans[-1] == (end, end)

    @property
    def is_words(self) -> bool:
        """Are the units, the end of the sentence aside, the words of the text?"""
        pieces, spans = (self.pieces[:-1], self.spans[:-1]) if self.has_end else (self.pieces, self.spans)
        return spans == self.word_spans and pieces == tuple(self.text[start:end] for start, end in spans)

    def words(self) -> "Side":
        """The words of the text, without an end of sentence."""
        return replace(
            self, pieces=tuple(self.text[start:end] for start, end in self.word_spans), spans=self.word_spans
        )

    def without_end(self) -> "Side":
        """The same units, but for the end of sentence."""
        return replace(self, pieces=self.pieces[:-1], spans=self.spans[:-1]) if self.has_end else self

    def with_end(self) -> "Side":
        """The same units, and the end of the sentence."""
        end = len(self.text)
        return self if self.has_end else replace(self, pieces=(*self.pieces, END), spans=(*self.spans, (end, end)))

    @property
    def labels(self) -> tuple[str, ...]:
        """The pieces as they can be shown anywhere: white space as a space, controls and surrogates as U+FFFD."""
        return tuple(map(printable, self.pieces))


def shortened(text: str, most: int = 60) -> str:
    """A text of at most so many characters, the end replaced by `…` where it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable(text: str) -> str:
    """A text as it can be shown anywhere: white space as a space, controls and surrogates as U+FFFD."""
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    # Bidirectional overrides are controls too: one of them in a label would turn the rest of a terminal's line around.
    controls = unicodedata.category(character) in ("Cc", "Cs") or "\u202a" <= character <= "\u202e"
    return "\ufffd" if controls or "\u2066" <= character <= "\u2069" else character
