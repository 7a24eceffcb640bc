"""Diagnostics of attention: what the weights of a sentence, or of a corpus, say in a few numbers. Imports numpy only.

Everything is measured on the mean over heads, as links and figures are, over a map of words with its end of sentence
(`words(keep_end=True)`). The target's end of sentence is no row of it: that row has good reason to look at the end.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.links import GoldLinks, Link, alignment_scores
from seq2seq.alignment.map import AlignmentMap

UNTRANSLATED = 0.2
"""A source word that received less attention than this over all target words was left out of the translation."""

OVER_TRANSLATED = 4.0
"""A source word that received more attention than this many target words give was dwelt on. No word has more gold links
in the corpora that ship; a Korean one with its particles may well have four."""

COLLAPSED_TO_END = 0.5
COLLAPSED_TO_ONE = 0.8
COLLAPSED_TO_UNIFORM = 0.95
"""From which share on the end, share on one unit and normalised entropy on attention counts as collapsed."""

SHORTEST = 3
"""Words on each side that a sentence needs to show a collapse: one word looks at one word, and nothing is wrong."""


@dataclass(frozen=True)
class SentenceDiagnostics:
    """Attention of one sentence pair; means are over target words, and 0 where there is none."""

    target_words: int
    """Rows, the end of sentence left out."""
    entropy: float
    """Mean entropy of a row, in nats; the source's end of sentence counts as a unit."""
    normalised_entropy: float
    """Mean entropy of a row, divided by that of a uniform one: 0 for a single unit, 1 for all alike."""
    end_share: float
    """Mean weight on the source's end of sentence."""
    largest_share: float
    """Mean weight on the one source unit, be it the end, that gets most of the sentence's attention."""
    diagonal_distance: float
    """Mean distance from the diagonal of the weight on words, from 0 to 1: |i/I - j/J| at the middle of each cell."""
    coverage: tuple[float, ...]
    """What each source word receives: the sum of its column, in target words (Tu et al. 2016, section 3)."""
    gold_rows: int
    """Target words with a gold link, sure or possible; 0 where no gold is given."""
    gold_share: float | None
    """Mean weight of these rows on the source words that gold links them to; None where there is no such row."""

    @property
    def untranslated(self) -> tuple[int, ...]:
        """The source words (0-based) that received less than `UNTRANSLATED`."""
        return tuple(index for index, amount in enumerate(self.coverage) if amount < UNTRANSLATED)

    @property
    def covered(self) -> float:
        """The share of the source words that received at least `UNTRANSLATED`; 1 where there is no word."""
        return 1 - len(self.untranslated) / len(self.coverage) if self.coverage else 1.0

    @property
    def over_translated(self) -> tuple[int, ...]:
        """The source words (0-based) that received more than `OVER_TRANSLATED`."""
        return tuple(index for index, amount in enumerate(self.coverage) if amount > OVER_TRANSLATED)

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON types, under their names here; `warning` is the text of `collapse`, or None."""
        return {
            "entropy": self.entropy,
            "normalised_entropy": self.normalised_entropy,
            "end_share": self.end_share,
            "largest_share": self.largest_share,
            "diagonal_distance": self.diagonal_distance,
            "coverage": list(self.coverage),
            "untranslated": list(self.untranslated),
            "over_translated": list(self.over_translated),
            "warning": collapse([self]),
        }


@dataclass(frozen=True)
class CorpusDiagnostics:
    """Attention over a corpus: means over all its target words or, for the last three, over all its source words."""

    entropy: float
    """As in `SentenceDiagnostics`, in nats."""
    normalised_entropy: float
    """From 0 to 1."""
    end_share: float
    """From 0 to 1."""
    largest_share: float
    """From 0 to 1."""
    diagonal_distance: float
    """From 0 to 1."""
    gold_share: float | None
    """From 0 to 1; None where there are no gold links."""
    coverage: float
    """What a source word receives, at most 1 counted for each (as in the penalty of Wu et al. 2016, eq. 14)."""
    untranslated: float
    """The share of source words that received less than `UNTRANSLATED`."""
    over_translated: float
    """The share of source words that received more than `OVER_TRANSLATED`."""


def diagnose(alignment: AlignmentMap, gold: GoldLinks | None = None) -> SentenceDiagnostics:
    """The diagnostics of one map of words, and its agreement with gold links, where there are some.

    Raises ValueError for a map of pieces, and when a gold link lies outside the map.
    """
    alignment.require("words", "diagnostics")
    targets = len(alignment.target) - alignment.target.has_end
    sources = len(alignment.source) - alignment.source.has_end
    weights = alignment.weights.mean(0, dtype=np.float64)[:targets]  # target source
    words = weights[:, :sources]
    entropies = row_entropies(weights)
    most = math.log(max(weights.shape[1], 2))
    gold_rows, gold_share = _agreement(words, gold) if gold is not None else (0, None)
    return SentenceDiagnostics(
        target_words=targets,
        entropy=_mean(entropies),
        normalised_entropy=_mean(entropies) / most,
        end_share=_mean(weights[:, sources:].sum(-1)),
        largest_share=float(weights.mean(0).max()) if weights.size else 0.0,
        diagonal_distance=_diagonal_distance(words),
        coverage=tuple(words.sum(0).tolist()),
        gold_rows=gold_rows,
        gold_share=gold_share,
    )


def diagnose_corpus(sentences: Sequence[SentenceDiagnostics]) -> CorpusDiagnostics:
    """The diagnostics of a corpus from those of its sentences: every word counts the same, in whatever sentence."""
    coverage = np.array([amount for sentence in sentences for amount in sentence.coverage])

    def mean(measure: Callable[[SentenceDiagnostics], float]) -> float:
        return _weighted_mean([(sentence.target_words, measure(sentence)) for sentence in sentences]) or 0.0

    return CorpusDiagnostics(
        entropy=mean(lambda sentence: sentence.entropy),
        normalised_entropy=mean(lambda sentence: sentence.normalised_entropy),
        end_share=mean(lambda sentence: sentence.end_share),
        largest_share=mean(lambda sentence: sentence.largest_share),
        diagonal_distance=mean(lambda sentence: sentence.diagonal_distance),
        gold_share=_weighted_mean([(sentence.gold_rows, sentence.gold_share or 0.0) for sentence in sentences]),
        coverage=_mean(np.minimum(coverage, 1)),
        untranslated=_mean(coverage < UNTRANSLATED),
        over_translated=_mean(coverage > OVER_TRANSLATED),
    )


def collapse(sentences: Sequence[SentenceDiagnostics]) -> str | None:
    """A warning in plain words where attention has collapsed, so that its maps say nothing; None where it has not.

    It has collapsed when the target words of these sentences look, on the mean, at the end of sentence, all at one and
    the same source unit, or everywhere alike. Sentences with fewer than three words on a side are not asked.
    """
    asked = [s for s in sentences if s.target_words >= SHORTEST and len(s.coverage) >= SHORTEST]
    corpus = diagnose_corpus(asked)
    if corpus.end_share >= COLLAPSED_TO_END:
        found = f"onto the end of the sentence, which gets {corpus.end_share:.0%} of it"
    elif corpus.largest_share >= COLLAPSED_TO_ONE:
        found = f"onto one place: all words of a sentence put {corpus.largest_share:.0%} of it on the same source word"
    elif corpus.normalised_entropy >= COLLAPSED_TO_UNIFORM:
        found = f"into a uniform one: its entropy is {corpus.normalised_entropy:.0%} of the largest possible"
    else:
        return None
    return f"attention has collapsed {found}; its maps and word links say nothing about the words"


def attention_scores(maps: Sequence[AlignmentMap], gold: Sequence[GoldLinks] | None) -> dict[str, Any]:
    """The attention of a corpus as JSON types, from maps over pieces: the numbers of `CorpusDiagnostics`.

    With gold links also `aer`, `precision` and `recall` (percent) of the links by argmax; under `warning` the text of
    `collapse`, or None.
    """
    references: Sequence[GoldLinks | None] = [None] * len(maps) if gold is None else gold
    return corpus_attention([look_at(one, links) for one, links in zip(maps, references, strict=True)], gold)


def look_at(pieces: AlignmentMap, gold: GoldLinks | None = None) -> tuple[SentenceDiagnostics, set[Link]]:
    """All that `corpus_attention` asks of a map over pieces, which is much smaller: its diagnostics and its links by
    argmax, both over words; no links where there are no gold ones."""
    words = pieces.words(keep_end=True)
    return diagnose(words, gold), set() if gold is None else words.without_end().links()


def corpus_attention(
    found: Sequence[tuple[SentenceDiagnostics, set[Link]]], gold: Sequence[GoldLinks] | None
) -> dict[str, Any]:
    """As `attention_scores`, from what `look_at` has found in each map."""
    sentences = [diagnostics for diagnostics, _ in found]
    scores = {} if gold is None else asdict(alignment_scores([links for _, links in found], gold))
    return scores | asdict(diagnose_corpus(sentences)) | {"warning": collapse(sentences)}


def row_entropies(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The entropy of each row of weights `[..., source]`, in nats."""
    entropies: NDArray[np.float64] = -(weights * np.log(np.where(weights > 0, weights, 1))).sum(-1)
    return entropies


def _diagonal_distance(words: NDArray[np.float64]) -> float:
    """Of the weight on words, `[target, source]`: rows that look at the end have no say in it."""
    rows, columns = (np.arange(size) + 0.5 for size in words.shape)
    distance = np.abs(rows[:, None] / max(len(rows), 1) - columns / max(len(columns), 1))
    total = words.sum()
    return float((words * distance).sum() / total) if total else 0.0


def _agreement(words: NDArray[np.float64], gold: GoldLinks) -> tuple[int, float | None]:
    """How many rows of `[target, source]` have a gold link, and their mean weight on what it links them to."""
    linked = np.zeros(words.shape, dtype=bool)
    for source, target in gold.possible:
        if source >= words.shape[1] or target >= words.shape[0]:
            raise ValueError(
                f"gold link {source}-{target} lies outside a pair of {words.shape[1]} source and {words.shape[0]} "
                "target words"
            )
        linked[target, source] = True
    rows = linked.any(1)
    return int(rows.sum()), _mean((words * linked).sum(1)[rows]) if rows.any() else None


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else 0.0


def _weighted_mean(values: Sequence[tuple[int, float]]) -> float | None:
    """The mean of values that each stand for a number of words; None where they stand for none."""
    count = sum(number for number, _ in values)
    return sum(number * value for number, value in values) / count if count else None
