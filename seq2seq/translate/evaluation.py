"""A translator's scores on a set of sentence pairs: translation, likelihood, attention, and word links where there are
gold ones. Validation and `evaluate` take the same way to them."""

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from seq2seq.alignment.diagnostics import SentenceDiagnostics, corpus_attention, look_at
from seq2seq.alignment.links import GoldLinks, Link, alignment_scores
from seq2seq.corpus.vocabulary import batches_by_length
from seq2seq.translate.breakdown import Seen, breakdown
from seq2seq.translate.reading import Reading, log_likelihood, read
from seq2seq.translate.scores import corpus_scores
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import BATCH_TOKENS, Translator
from seq2seq.translate.word_links import join

LARGEST_NLL = 20.0
"""The perplexity of a worse model is given as that of this one: e^20 is 485 million."""


@dataclass(frozen=True)
class PairFindings:
    """What the scores need of one pair. The maps are not kept: those of a large set would fill the memory."""

    translation: str
    log_probs: NDArray[np.float32]
    """As in `Reading`."""
    attention: tuple[SentenceDiagnostics, set[Link]]
    """As `look_at` finds it."""
    links: set[Link]
    """The run's word links; none where there are no gold ones."""


class PairMaps(NamedTuple):
    """What a run makes of a pair, with its maps."""

    translation: Translation
    reading: Reading
    """Of the reference, by the aligner too where there is one."""


class Evaluation:
    """The scores of a set of pairs, gathered batch after batch."""

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        gold: Sequence[GoldLinks] | None = None,
        tokenize: str = "13a",
        lowercase: bool = False,
        further: Sequence[Sequence[str]] = (),
    ) -> None:
        self.further = further
        self.pairs, self.gold, self.tokenize, self.lowercase = pairs, gold, tokenize, lowercase
        self.found: dict[int, PairFindings] = {}
        self.seconds = 0.0
        """Of translation alone."""

    def add(
        self, translator: Translator, positions: Sequence[int], beam: int | None = None, *, aligner: bool = False
    ) -> list[PairMaps]:
        """Translate the sources of the pairs at these positions, and read their references. What comes of each, with
        its maps, is for the caller to keep or to drop.

        aligner: whether it is asked, where there is one, although there are no gold links.
        """
        started = time.monotonic()
        best = translator.translate_all([self.pairs[position][0] for position in positions], beam=beam)
        self.seconds += time.monotonic() - started
        asks = translator.has_aligner and (aligner or self.gold is not None)
        readings = read(translator, [self.pairs[position] for position in positions], aligner=asks)
        for position, translations, reading in zip(positions, best, readings, strict=True):
            gold = None if self.gold is None else self.gold[position]
            self.found[position] = PairFindings(
                translations[0].text,
                reading.log_probs,
                look_at(reading.attention, gold),
                set() if gold is None else _links(reading),
            )
        return [PairMaps(translations[0], reading) for translations, reading in zip(best, readings, strict=True)]

    def scores(self) -> dict[str, Any]:
        """The scores of what was added, as `evaluate` gives them."""
        positions = sorted(self.found)
        found = [self.found[position] for position in positions]
        gold = None if self.gold is None else [self.gold[position] for position in positions]
        translation = corpus_scores(
            [one.translation for one in found],
            [self.pairs[position][1] for position in positions],
            self.tokenize,
            self.lowercase,
            [[references[position] for position in positions] for references in self.further],
        )
        return {
            "sentences": len(positions),
            **asdict(translation),
            **_likelihood(found),
            "seconds": self.seconds,
            **({} if gold is None else asdict(alignment_scores([one.links for one in found], gold))),
            "attention": corpus_attention([one.attention for one in found], gold),
        }


def evaluate(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    gold: Sequence[GoldLinks] | None = None,
    *,
    beam: int | None = None,
    tokenize: str | None = None,
    lowercase: bool | None = None,
    progress: bool = False,
    further: Sequence[Sequence[str]] = (),
    seen: Seen | None = None,
) -> dict[str, Any]:
    """Translate the sources, and read the references for their likelihood, attention and word links.

    As JSON types: `sentences`; the fields of `CorpusScores`; `nll`, the mean negative log-likelihood (nats) of a piece
    of the references, ends of sentence counted, and `perplexity`, its exponential; `seconds` of the translation alone;
    with gold links also `aer`, `precision` and `recall` (percent) of the run's word links; and `attention`, of
    `attention_scores`. `further` references of each source count in BLEU and chrF; all else is measured on those of the
    pairs. What is None is taken from the run's configuration. `progress` shows a bar on stderr. Raises
    InputError for a tokenisation unknown to sacrebleu. Where it is known what training has `seen`, also the parts of
    `breakdown`.
    """
    data = translator.config.data
    tokenize = data.bleu_tokenize if tokenize is None else tokenize
    lowercase = data.lowercase if lowercase is None else lowercase
    evaluation = Evaluation(pairs, gold, tokenize, lowercase, further)
    lengths = [len(ids) + 1 for ids in translator.vocabulary.source.encode([source for source, _ in pairs])]
    with tqdm(total=len(pairs), unit=" sentences", disable=not progress, file=sys.stderr) as bar:
        for positions in batches_by_length(lengths, BATCH_TOKENS):
            evaluation.add(translator, positions, beam)
            bar.update(len(positions))
    scores = evaluation.scores()
    if seen is not None:
        translations = [evaluation.found[position].translation for position in range(len(pairs))]
        scores |= breakdown(pairs, translations, seen, tokenize, lowercase)
    return scores


def _likelihood(found: Sequence[PairFindings]) -> dict[str, float]:
    total, pieces = log_likelihood(found)
    nll = -total / pieces
    return {"nll": nll, "perplexity": math.exp(min(nll, LARGEST_NLL))}


def _links(reading: Reading) -> set[tuple[int, int]]:
    """The run's word links of a pair, as `word_links` gives them: by the aligner where there is one."""
    if reading.aligner is None:
        return reading.attention.words().links()
    forward, backward = reading.aligner
    return join(forward.words(keep_end=True), backward.words(keep_end=True))
