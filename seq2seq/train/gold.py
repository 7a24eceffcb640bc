"""Word links of a corpus: gold links of its held-out pairs, and links of its training pairs to learn from."""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from seq2seq.alignment.hmm import hmm_links
from seq2seq.alignment.links import GoldLinks, Link, read_gold_of
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.text.words import split_words, word_counts
from seq2seq.train.progress import say

Pairs = Sequence[tuple[str, str]]


class WordPairs(Sequence[tuple[list[str], list[str]]]):
    """The words of sentence pairs, found when they are asked for."""

    def __init__(self, pairs: Pairs, tokenised: bool) -> None:
        self.pairs, self.tokenised = pairs, tokenised

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        source, target = self.pairs[position]
        return split_words(source, self.tokenised), split_words(target, self.tokenised)


def guide_links(config: Config, pairs: Pairs) -> Iterable[set[Link]] | None:
    """The word links of the training pairs that `alignment.guide` asks for, as they are found; None where it asks for
    none.

    Raises InputError when they are to come from a file that is not there or does not fit the pairs.
    """
    guide, tokenised = config.alignment.guide, config.data.tokenised
    if not guide:
        return None
    if guide != "hmm":
        try:
            return (set(links.sure) for links in links_either_way(guide, word_counts(pairs, tokenised)))
        except InputError as error:
            raise InputError(
                f"alignment.guide: {error}; or say --alignment.guide hmm, which finds links in the pairs themselves"
            ) from None
    return _found(WordPairs(pairs, tokenised))


def _found(words: WordPairs) -> Iterator[set[Link]]:
    started = time.monotonic()
    yield from hmm_links(words)
    say(f"word links of the training pairs found in {time.monotonic() - started:.0f} seconds")


def gold_links(config: Config, split: str, pairs: Pairs) -> list[GoldLinks] | None:
    """The gold word links of the pairs of `val` or `test`, from `FOLDER/SPLIT.align`; None where there is none.

    Raises InputError when the file does not fit the pairs.
    """
    path = Path(config.data.folder) / f"{split}.align"
    if not path.exists():
        return None
    try:
        return links_either_way(path, word_counts(pairs, config.data.tokenised))
    except InputError as error:
        raise InputError(f"{error}; or remove the file, to train and score without gold links of {split}") from None


def links_either_way(path: str | Path, counts: Sequence[tuple[int, int]]) -> list[GoldLinks]:
    """The word links of a file for pairs with so many words, whichever of the two languages it names first.

    A corpus serves both directions, and nothing but its words says which language the links name first: where they do
    not fit the pairs as they stand, they are read the other way round. Raises InputError when they fit neither.
    """
    try:
        return read_gold_of(path, counts)
    except InputError as misfit:
        try:
            swapped = read_gold_of(path, [(target, source) for source, target in counts])
        except InputError:
            raise misfit from None
    return [links.transposed() for links in swapped]
