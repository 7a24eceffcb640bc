"""Scores of parts of a test set: which sentences, and which words, are translated badly?

By the length of the source, by the share of its words that training has not seen, and by how often a word of the
reference was seen (as compare-mt has it, Neubig et al. 2019). Words are those of `split_words`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq.text.words import split_words
from seq2seq.translate.scores import corpus_scores

LENGTHS = {"1 to 10": 10, "11 to 20": 20, "21 to 30": 30, "over 30": float("inf")}
"""Most words of the source in each part."""
UNSEEN = {"none": 0.0, "up to 10 %": 0.1, "up to 25 %": 0.25, "over 25 %": 1.0}
"""Largest share of words of the source, from 0 to 1, that training has not seen."""
TIMES = {"0": 0, "1": 1, "2 to 4": 4, "5 to 9": 9, "10 to 99": 99, "100 to 999": 999, "1000 and more": float("inf")}
"""How many times, at most, training has seen the words of each part."""


@dataclass(frozen=True)
class Seen:
    """How often training has seen each word of source and target, and how words are told apart."""

    source: Counter[str]
    target: Counter[str]
    words: Callable[[str], list[str]]


def seen_in(pairs: Sequence[tuple[str, str]], tokenised: bool, lowercase: bool) -> Seen:
    """Count the words of the training pairs. lowercase: do `Hund` and `hund` count as one?"""

    def words(text: str) -> list[str]:
        return split_words(text.lower() if lowercase else text, tokenised)

    sides = [Counter(word for pair in pairs for word in words(pair[side])) for side in (0, 1)]
    return Seen(sides[0], sides[1], words)


def breakdown(
    pairs: Sequence[tuple[str, str]], translations: Sequence[str], seen: Seen, tokenize: str, lowercase: bool
) -> dict[str, dict[str, Any]]:
    """The parts that are not empty, by their names.

    `by_length` (words of the source) and `by_unseen` (share of them that training has not seen): `sentences`, `bleu`
    and `chrf`, both of the part as a corpus, against the references of the pairs alone. `by_frequency` (times that a
    word of the target was seen in training): `words` of the references, and `recall`, `precision` and `f1` of these in
    the translations, in percent, each word found at most as often as it stands in the reference of its sentence.
    """
    sources = [seen.words(source) for source, _ in pairs]
    lengths = [part_of(len(words), LENGTHS) for words in sources]
    unseen = [part_of(_unseen_share(words, seen.source), UNSEEN) for words in sources]

    def scored(names: Sequence[str], parts: Mapping[str, float]) -> dict[str, Any]:
        found = {}
        for part in parts:
            if inside := [i for i, name in enumerate(names) if name == part]:
                scores = corpus_scores(
                    [translations[i] for i in inside], [pairs[i][1] for i in inside], tokenize, lowercase
                )
                found[part] = {"sentences": len(inside), "bleu": scores.bleu, "chrf": scores.chrf}
        return found

    return {
        "by_length": scored(lengths, LENGTHS),
        "by_unseen": scored(unseen, UNSEEN),
        "by_frequency": word_scores([reference for _, reference in pairs], translations, seen),
    }


def part_of(value: float, parts: Mapping[str, float]) -> str:
    """The first part whose bound the value does not exceed."""
    return next(name for name, most in parts.items() if value <= most)


def word_scores(
    references: Sequence[str], translations: Sequence[str], seen: Seen
) -> dict[str, dict[str, float | None]]:
    """Recall, precision and F1 of words, in percent, by how often training has seen them; None of no words."""
    wanted, made, right = Counter[str](), Counter[str](), Counter[str]()
    for reference, translation in zip(references, translations, strict=True):
        ours, theirs = Counter(seen.words(translation)), Counter(seen.words(reference))
        for total, words in ((wanted, theirs), (made, ours), (right, ours & theirs)):
            for word, count in words.items():
                total[part_of(seen.target[word], TIMES)] += count
    found: dict[str, dict[str, float | None]] = {}
    for part in TIMES:
        if wanted[part] or made[part]:
            recall, precision = (100 * right[part] / total[part] if total[part] else None for total in (wanted, made))
            f1 = 200 * right[part] / (wanted[part] + made[part])
            found[part] = {"words": wanted[part], "recall": recall, "precision": precision, "f1": f1}
    return found


def _unseen_share(words: Sequence[str], seen: Counter[str]) -> float:
    return sum(word not in seen for word in words) / len(words) if words else 0.0
