"""What a translation has to begin with: a text as pieces, and what may follow where the text stops.

Three ways for the last word of a prefix to meet what comes after:

- `The house`: spelt in the pieces in which training spells this text. Then the model is free: it may go on in the word.
- `The house `, with white space at the end: the word is whole. A new word begins, or the sentence ends.
- `The hou`, said to be *open*: the word may be whole or not. All pieces before it are as above; the word itself may be
  spelt in any pieces, and the last of them may say more (`▁house`). So the search chooses among all words that begin so
  (as Knowles and Koehn 2016, section 5, but with all spellings), where the pieces of `hou` alone would hardly ever have
  been seen before `se`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq.corpus.masking import SPACE_MARK, mask
from seq2seq.corpus.subwords import END, Subwords
from seq2seq.text.visible import is_blank, strip
from seq2seq.translate.search import StepFunction

SPACE = SPACE_MARK.encode()


class Prefix(NamedTuple):
    """The beginning of a translation."""

    ids: tuple[int, ...] = ()
    """Pieces to begin with."""
    rest: bytes = b""
    """What the pieces after them have to spell, or to begin with, in UTF-8; `▁` for a space."""
    may_end: bool = False
    """May the sentence end in place of `rest`?"""

    @property
    def most_pieces(self) -> int:
        """In so many pieces, at most, it is spelt."""
        return len(self.ids) + (0 if self.may_end else len(self.rest))


def prefix_of(text: str, subwords: Subwords, is_open: bool = False) -> Prefix:
    """The prefix of a text; a blank one is empty. `is_open`: its last word may go on, unless white space ends it."""
    whole, is_apart = strip(text), text[-1:].isspace()
    if not whole:
        return Prefix()
    if is_apart or not is_open:
        return Prefix(tuple(subwords.encode([whole])[0]), SPACE if is_apart else b"", is_apart)
    before, _, last = whole.rpartition(" ")
    if is_blank(before):  # characters that cannot be seen have no pieces of their own
        before, last = "", whole
    rest = b"".join(SPACE + mask(word).encode() for word in last.split(" "))
    return Prefix(tuple(subwords.encode([before])[0]), rest)


@dataclass(frozen=True)
class SpellingState:
    """The state of a step function, and how much of its prefix's rest each hypothesis has spelt."""

    inner: Any
    sentences: Tensor  # batch
    spelt: Tensor  # batch beam, in bytes
    time: int = 0

    def select_sentences(self, sentences: Tensor) -> "SpellingState":
        """As `SearchState` has it."""
        inner = self.inner.select_sentences(sentences)
        return replace(self, inner=inner, sentences=self.sentences[sentences], spelt=self.spelt[sentences])

    def select_hypotheses(self, origins: Tensor, alive: Tensor) -> "SpellingState":
        """As `SearchState` has it."""
        return replace(self, inner=self.inner.select_hypotheses(origins, alive), spelt=self.spelt.gather(1, origins))


class Spelling:
    """A step function that scores only what spells the rest of each sentence's prefix, until it is spelt."""

    def __init__(self, step: StepFunction[Any], prefixes: Sequence[Prefix], subwords: Subwords) -> None:
        self.step, self.prefixes, self.spellings = step, prefixes, spellings_of(subwords)

    def start(self, inner: Any, device: torch.device) -> SpellingState:
        """The state before the first step, from that of the step function inside."""
        sentences = torch.arange(len(self.prefixes), device=device)
        return SpellingState(inner, sentences, torch.zeros_like(sentences)[:, None])

    def __call__(self, tokens: Tensor, state: SpellingState, /) -> tuple[Tensor, Tensor, SpellingState]:
        """As `StepFunction` has it."""
        log_probs, weights, inner = self.step(tokens, state.inner)
        own = [self.prefixes[sentence] for sentence in state.sentences.tolist()]
        spelt = state.spelt.tolist()
        for row, prefix in enumerate(own):
            if not prefix.rest or state.time < len(prefix.ids):
                continue
            for slot, token in enumerate(tokens[row].tolist()):
                if state.time > len(prefix.ids):
                    spelt[row][slot] += len(self.spellings.of.get(token, b""))
                if rest := prefix.rest[spelt[row][slot] :]:
                    possible = self.spellings.possible(rest) + [END] * prefix.may_end
                    scores = log_probs[row, slot, possible]
                    log_probs[row, slot] = -torch.inf
                    log_probs[row, slot, possible] = scores
        counts = torch.tensor(spelt, device=log_probs.device).reshape(state.spelt.shape)
        return log_probs, weights, replace(state, inner=inner, spelt=counts, time=state.time + 1)


class Spellings:
    """What the pieces of a vocabulary spell, to be searched by what they begin with."""

    def __init__(self, subwords: Subwords) -> None:
        texts = {token: subwords.spelling(token) for token in range(len(subwords))}
        self.of = {token: text for token, text in texts.items() if text}
        self._bytes = {token for token in self.of if subwords.is_byte(token)}
        self._sorted = sorted((text, token) for token, text in self.of.items())
        self._spelling: dict[bytes, list[int]] = {}
        for text, token in self._sorted:
            self._spelling.setdefault(text, []).append(token)

    def possible(self, rest: bytes) -> list[int]:
        """The pieces that spell the beginning of `rest`, or all of it and more. Never none: bytes are for what no other
        piece fits, as where a text is segmented."""
        start = bisect_left(self._sorted, (rest, 0))
        longer = takewhile(lambda at: self._sorted[at][0].startswith(rest), range(start, len(self._sorted)))
        found = [self._sorted[at][1] for at in longer]
        for end in range(1, len(rest)):
            found += self._spelling.get(rest[:end], [])
        return [token for token in found if token not in self._bytes] or found


@lru_cache(maxsize=8)
def spellings_of(subwords: Subwords) -> Spellings:
    """Of one vocabulary; the last few are remembered."""
    return Spellings(subwords)
