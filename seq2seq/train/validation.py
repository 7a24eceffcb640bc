"""Validation: the scores of the weights of a moment on the validation set, as numbers to log."""

from collections.abc import Sequence
from typing import Any

from seq2seq.alignment.links import GoldLinks
from seq2seq.config.sections import DataConfig
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length
from seq2seq.translate.evaluation import Evaluation, PairMaps
from seq2seq.translate.translator import Translator


class Validation:
    """The validation set, and what the last validation has found; `watched` are the positions of the pairs whose maps
    are shown."""

    def __init__(
        self,
        data: DataConfig,
        vocabulary: Vocabulary,
        pairs: Sequence[tuple[str, str]],
        gold: Sequence[GoldLinks] | None,
        watched: Sequence[int] = (),
    ) -> None:
        self.data, self.pairs, self.gold, self.watched = data, pairs, gold, watched
        lengths = [len(ids) + 1 for ids in vocabulary.source.encode([source for source, _ in pairs])]
        self.batches = batches_by_length(lengths, data.batch_tokens)
        """Positions of pairs of like length."""
        self.warning: str | None = None
        """What is to be said of the attention, if anything."""
        self.start()

    def start(self) -> None:
        """Forget what the validation before has found."""
        self.evaluation = self._evaluation()
        self.found: dict[int, PairMaps] = {}

    def _evaluation(self) -> Evaluation:
        return Evaluation(self.pairs, self.gold, self.data.bleu_tokenize, self.data.lowercase)

    def add(self, translator: Translator, positions: Sequence[int]) -> None:
        """Translate the pairs at these positions greedily, and read their references."""
        self.found |= self._watched(self.evaluation, translator, positions)

    def _watched(self, evaluation: Evaluation, translator: Translator, positions: Sequence[int]) -> dict[int, PairMaps]:
        """Add the pairs at these positions, and keep the maps of the watched ones."""
        aligner = not set(self.watched).isdisjoint(positions)
        maps = evaluation.add(translator, positions, beam=1, aligner=aligner)
        return {position: one for position, one in zip(positions, maps, strict=True) if position in self.watched}

    def maps(self, translator: Translator) -> dict[int, PairMaps]:
        """What the last validation has found of the watched pairs, by position. Those that it has not met, because
        there was none yet or it was limited, are translated and read now, with these weights."""
        found = self.found
        if missing := [position for position in self.watched if position not in found]:
            found = found | self._watched(self._evaluation(), translator, missing)
        return {position: found[position] for position in self.watched}

    def metrics(self, aligner: bool) -> dict[str, float]:
        """The numbers of this validation, as `val/NAME`; `aligner`: has the model one?"""
        scores = self.evaluation.scores()
        self.warning = scores["attention"]["warning"]
        return {f"val/{name}": value for name, value in headline(scores, aligner).items()}


def headline(scores: dict[str, Any], aligner: bool) -> dict[str, float]:
    """The numbers of an evaluation that curves and tables show; the error rates (percent) where there are gold links:
    of the attention by argmax, and of the aligner where there is one."""
    attention = scores["attention"]
    found = {name: scores[name] for name in ("bleu", "chrf", "nll", "perplexity")}
    found |= {f"attention_{name}": attention[name] for name in ("entropy", "end_share", "coverage")}
    if "aer" in scores:
        found["attention_aer"] = attention["aer"]
        if aligner:
            found["aligner_aer"] = scores["aer"]
    return found
