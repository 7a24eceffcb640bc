"""What is said on stderr of sentences whose translation is not to be trusted, or that were refused."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seq2seq.translate.translation import Translation

WARNED = 3
"""Lines of a kind that are named one by one; of the others only the number is told."""

COVERED = 0.5
"""A translation that covers less of its source's words has left out much of it. Of the 1,000 test translations of
tiny-de-en none covers less than 0.8."""

SHORT = 0.6
"""Coverage is looked at where the translation has fewer pieces than this share of the source's."""


class Warnings:
    """Names the first few lines of each kind, and at the end says how many more there were. run: whose translations
    they are, where there are several runs; silent: only remember them, for `add` of another."""

    def __init__(self, run: str | None = None, silent: bool = False) -> None:
        self.run, self.silent = "" if run is None else f"{run}: ", silent
        self.counts = {"refused": 0, "spelt": 0, "cut": 0}
        self.named: list[tuple[str, str]] = []
        """The kind and the message of each that was named."""

    def add(self, counts: Mapping[str, int], named: Iterable[tuple[str, str]]) -> None:
        """What another has counted and named, of lines that come after those seen here."""
        for kind, message in named:
            self._say(kind, message)
        for kind, count in counts.items():
            self.counts[kind] += max(0, count - WARNED)  # the others were named

    def see(self, number: int, best: "Translation", unknown_share: float) -> None:
        """A line, from 1, with its best translation and `Translator.unknown_share`."""
        if best.refused is not None:
            self._say("refused", f"refused: {self.run}line {number}: {best.refused}")
            return
        if message := hardly_known(unknown_share):
            self._say("spelt", f"warning: {self.run}line {number}: {message}")
        if message := incomplete(best):
            self._say("cut", f"warning: {self.run}line {number}: {message}")

    def tell_the_rest(self) -> None:
        """How many lines of each kind there were that were not named."""
        rest = {
            "refused": "more lines were refused",
            "spelt": "more lines are spelt in bytes or single letters",
            "cut": "more translations are incomplete",
        }
        for kind, count in self.counts.items():
            if count > WARNED:
                print(f"warning: {self.run}{count - WARNED:,} {rest[kind]}", file=sys.stderr)

    def _say(self, kind: str, message: str) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= WARNED:
            self.named.append((kind, message))
            if not self.silent:
                print(message, file=sys.stderr)


def hardly_known(unknown_share: float, guess: str = "translation") -> str | None:
    """That the model hardly knows a sentence with this `Translator.unknown_share`, so that its translation, or what
    else it makes of it, is a guess; None where it knows it."""
    from seq2seq.corpus.spelling import MUCH

    if unknown_share <= MUCH:
        return None
    return (
        f"{unknown_share:.0%} of it is spelt in bytes or single letters: the model hardly knows these words, and its "
        f"{guess} is a guess"
    )


def warn_of_sentence(unknown_share: float, guess: str = "translation") -> None:
    """Say on stderr what `hardly_known` says of the one sentence there is."""
    if message := hardly_known(unknown_share, guess):
        print(f"warning: the sentence: {message}", file=sys.stderr)


def warn_of_lines(unknown_shares: Sequence[float]) -> None:
    """Say on stderr, in one line, how many of the lines with these `Translator.unknown_share` are hardly known."""
    if count := sum(hardly_known(share) is not None for share in unknown_shares):
        print(
            f"warning: {count:,} of {len(unknown_shares):,} lines are spelt in bytes or single letters: the model "
            "hardly knows their words, and its translations of them are guesses",
            file=sys.stderr,
        )


def incomplete(translation: "Translation") -> str | None:
    """In what way a translation is not whole, in words; None where nothing speaks against it."""
    alignment = translation.alignment
    if not len(alignment.source.without_end()):
        return None
    if not translation.finished:
        return "its translation was cut off at the length limit (search.max_length_ratio)"
    if len(alignment.target) >= SHORT * len(alignment.source):
        return None
    from seq2seq.alignment.diagnostics import SHORTEST, diagnose

    found = diagnose(alignment.words(keep_end=True))
    if len(found.coverage) < SHORTEST or found.covered >= COVERED:
        return None
    return f"its translation covers {found.covered:.0%} of its words; is it more than one sentence?"
