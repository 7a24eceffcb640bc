"""How little a sentence is like the others of a text."""

from collections import Counter
from collections.abc import Sequence

from seq2seq.text.words import split_words

LONGEST = 3
"""Words of the longest n-gram that is counted."""


def novelty(sentences: Sequence[str], tokenised: bool = False) -> list[float]:
    """The share, from 0 to 1, of the n-grams of each of these different sentences that no other one has.

    All n-grams of one to three words are counted, each once a sentence, whether upper or lower case; punctuation is a
    word. `tokenised` is as in `split_words`. Takes time and memory in proportion to the text.
    """
    known = Counter(gram for sentence in sentences for gram in _grams(sentence, tokenised))
    found = []
    for sentence in sentences:
        alone = [known[gram] == 1 for gram in _grams(sentence, tokenised)]
        found.append(sum(alone) / max(len(alone), 1))
    return found


def _grams(sentence: str, tokenised: bool) -> set[str]:
    """The n-grams of a sentence."""
    words = split_words(sentence.casefold(), tokenised)
    starts = range(len(words))
    lengths = range(1, LONGEST + 1)
    return {" ".join(words[i : i + length]) for length in lengths for i in starts[: len(words) - length + 1]}
