"""A whole test set as one page: what one run, or two side by side, make of each sentence, and the maps of all.

The page is opened in a browser, from a disk, without a network. So that a thousand sentences with their maps are one
file that is not large, weights have three decimals, as many as the viewer reads out, and the maps of each sentence are
packed by themselves: the page unpacks those that it shows.
"""

import base64
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from seq2seq.alignment.diagnostics import (
    OVER_TRANSLATED,
    UNTRANSLATED,
    SentenceDiagnostics,
    collapse,
    diagnose,
    diagnose_corpus,
)
from seq2seq.alignment.links import GoldLinks, alignment_error_rate
from seq2seq.alignment.schema import to_json
from seq2seq.corpus.vocabulary import batches_by_length
from seq2seq.errors import InputError
from seq2seq.show.viewer import page, view
from seq2seq.translate.evaluation import Evaluation
from seq2seq.translate.reading import Reading
from seq2seq.translate.scores import sentence_scores
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import BATCH_TOKENS, Translator

PARTS = 1_000
"""Into so many parts a row of weights is divided: its numbers have three decimals on the page, and sum to 1."""

Views = dict[str, dict[str, Any]]
"""Of one sentence and run: what the viewer shows of the `translation` and, where there is one, of the `reference`."""


@dataclass(frozen=True)
class Measure:
    """A number of each sentence, by which the page sorts and filters."""

    name: str
    label: str
    digits: int
    better: int
    """1 where more is better, -1 where less is, 0 where neither is."""
    total: str
    """What is given of all sentences together."""
    total_digits: int
    meaning: str
    of_source: bool = False
    """Two runs with the same words have the same numbers."""


MEASURES = (
    Measure("bleu", "BLEU", 1, 1, "corpus", 1, "Sentence BLEU of the translation, in percent"),
    Measure("chrf", "chrF", 1, 1, "corpus", 1, "Sentence chrF2 of the translation, in percent"),
    Measure("aer", "AER", 1, -1, "corpus", 1, "Alignment error rate of the attention on the reference, in percent"),
    Measure("aligner_aer", "AER aligner", 1, -1, "corpus", 1, "Alignment error rate of the aligner's word links, in "
            "percent"),
    Measure("entropy", "entropy", 2, 0, "nats", 2, "Mean entropy of the attention of a word of the translation, "
            "in nats"),
    Measure("uncovered", "uncovered", 0, -1, "% of words", 1, "Source words that were left out: the translation gave "
            f"each of them less attention than {UNTRANSLATED:g} of a word's"),
    Measure("doubled", "doubled", 0, -1, "% of words", 1, "Source words that were dwelt on, as one that is translated "
            f"again and again: each got more attention than {OVER_TRANSLATED:g} words give"),
    Measure("length", "words", 0, 0, "mean", 1, "Length of the source, in words", of_source=True),
    Measure("unknown", "unknown", 0, -1, "%, mean", 1, "Share of the source that the model spells in bytes or single "
            "letters, in percent", of_source=True),
)  # fmt: skip


@dataclass(frozen=True)
class Texts:
    """What is reported on: sources and, where there are some, their references and the gold links of the first."""

    sources: Sequence[str]
    references: Sequence[Sequence[str]] = ()
    """Each as many as there are sources; all but the first are for BLEU and chrF alone."""
    gold: Sequence[GoldLinks] | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """Sources and first references."""
        return list(zip(self.sources, self.references[0], strict=True))


@dataclass(frozen=True)
class RunReport:
    """What one run makes of the texts; lists are in their order."""

    name: str
    languages: tuple[str, str]
    decoding: str
    """As `Translator.decoding` has it."""
    translations: list[Translation]
    """The best of each; its map is the mean over heads."""
    measures: dict[str, list[float | None]]
    """By the names of MEASURES; those that there are."""
    packed: list[str]
    """The `Views` of each sentence, as `pack` has them."""
    scores: dict[str, Any]
    """Of all together: as `evaluate` gives them where there are references, and then the `sentence_bleu_signature`; and
    under `translations` the diagnostics of their attention, with its `warning`."""


def report_run(
    translator: Translator,
    name: str,
    texts: Texts,
    *,
    beam: int | None = None,
    tokenize: str | None = None,
    lowercase: bool | None = None,
    progress: bool = False,
) -> RunReport:
    """Translate the texts, and read their references, with one run; arguments and errors are those of `evaluate`."""
    gathered = Gathered(translator, texts, beam, tokenize, lowercase)
    lengths = [len(ids) + 1 for ids in translator.vocabulary.source.encode(texts.sources)]
    with tqdm(total=len(lengths), unit=" sentences", disable=not progress, file=sys.stderr) as bar:
        for positions in batches_by_length(lengths, BATCH_TOKENS):
            gathered.add(positions)
            bar.update(len(positions))
    return gathered.report(name)


class Gathered:
    """What a run makes of the texts, batch after batch: unpacked, the maps of a large set would fill the memory."""

    def __init__(
        self, translator: Translator, texts: Texts, beam: int | None, tokenize: str | None, lowercase: bool | None
    ) -> None:
        data = translator.config.data
        self.translator, self.texts, self.beam = translator, texts, beam
        self.tokenize = data.bleu_tokenize if tokenize is None else tokenize
        self.lowercase = data.lowercase if lowercase is None else lowercase
        self.further = texts.references[1:]
        self.evaluation = (
            Evaluation(texts.pairs(), texts.gold, self.tokenize, self.lowercase, self.further)
            if texts.references
            else None
        )
        self.translations: dict[int, Translation] = {}
        self.diagnostics: dict[int, SentenceDiagnostics] = {}
        self.packed: dict[int, str] = {}

    def add(self, positions: Sequence[int]) -> None:
        """Translate the sources at these positions, and read their references where there are some."""
        found: list[tuple[Translation, Reading | None]] = []
        if self.evaluation is not None:
            found += self.evaluation.add(self.translator, positions, self.beam, aligner=True)
        else:
            sources = [self.texts.sources[position] for position in positions]
            found += [(best[0], None) for best in self.translator.translate_all(sources, beam=self.beam)]
        for position, (translation, reading) in zip(positions, found, strict=True):
            gold = self.texts.gold[position] if self.texts.gold is not None else None
            self.translations[position] = replace(translation, alignment=translation.alignment.mean())
            self.diagnostics[position] = diagnose(translation.alignment.words(keep_end=True))
            self.packed[position] = pack(views_of(translation, reading, gold))

    def report(self, name: str) -> RunReport:
        """The report, when all positions were added."""
        data, count = self.translator.config.data, range(len(self.texts.sources))
        translations = [self.translations[i] for i in count]
        diagnostics = [self.diagnostics[i] for i in count]
        measures, scores = self._of_attention(translations, diagnostics), {}
        if self.evaluation is not None:
            own, signature = self._of_references(translations)
            measures = own | measures
            scores = self.evaluation.scores() | {"sentence_bleu_signature": signature}
        scores["translations"] = asdict(diagnose_corpus(diagnostics)) | {"warning": collapse(diagnostics)}
        return RunReport(
            name,
            (data.source, data.target),
            self.translator.decoding(self.beam),
            translations,
            measures,
            [self.packed[i] for i in count],
            scores,
        )

    def _of_attention(
        self, translations: Sequence[Translation], diagnostics: Sequence[SentenceDiagnostics]
    ) -> dict[str, list[float | None]]:
        """The measures that need no reference; those of a translation that was refused are None."""

        def each(number: Callable[[SentenceDiagnostics], float]) -> list[float | None]:
            pairs = zip(diagnostics, translations, strict=True)
            return [number(one) if translation.refused is None else None for one, translation in pairs]

        source, sides = self.translator.vocabulary.source, [one.alignment.source for one in translations]
        return {
            "entropy": each(lambda one: one.entropy),
            "uncovered": each(lambda one: len(one.untranslated)),
            "doubled": each(lambda one: len(one.over_translated)),
            "length": [len(source.words(text)) for text in self.texts.sources],
            "unknown": [100 * self.translator.unknown_share(side) for side in sides],
        }

    def _of_references(self, translations: Sequence[Translation]) -> tuple[dict[str, list[float | None]], str]:
        """The measures that need references, and the signature of sentence BLEU."""
        assert self.evaluation is not None
        texts = [translation.text for translation in translations]
        scores = sentence_scores(texts, self.texts.references[0], self.tokenize, self.lowercase, self.further)
        measures: dict[str, list[float | None]] = {"bleu": [*scores.bleu], "chrf": [*scores.chrf]}
        if self.texts.gold is not None:
            found = [(self.evaluation.found[i], [gold]) for i, gold in enumerate(self.texts.gold)]
            measures["aer"] = [alignment_error_rate([one.attention[1]], gold) for one, gold in found]
            if self.translator.has_aligner:
                measures["aligner_aer"] = [alignment_error_rate([one.links], gold) for one, gold in found]
        return measures, scores.bleu_signature


def views_of(translation: Translation, reading: Reading | None, gold: GoldLinks | None) -> Views:
    """What the viewer shows of a sentence; nothing of a map without a row or a column."""
    views: Views = {}
    if translation.alignment.weights.size:
        views["translation"] = view({"attention": translation.alignment}, score=translation.score)
    if reading is not None and reading.attention.weights.size:
        maps = {"attention": reading.attention}
        if reading.aligner is not None:
            maps["aligner"] = reading.aligner[0]
        views["reference"] = view(maps, gold=gold)
    return views


def pack(views: Views) -> str:
    """The views in base 85 (four bytes in five letters) of what zlib has deflated: JSON, a zero, and the weights.

    In place of the letter `<`, which a page has to spell out, stands a comma.
    The JSON has the shapes of `weights` and `word_weights` in their place. Their numbers, in parts of PARTS and in the
    order of the JSON, are two bytes each: first the lower byte of all, then the higher one, which is mostly zero.
    """
    numbers = [np.zeros(0, np.uint16)]
    for one in views.values():
        for shown in one["maps"]:
            for name in ("weights", "word_weights"):
                parts = parted(np.array(shown["map"][name]))
                numbers.append(parts.ravel())
                shown["map"][name] = list(parts.shape)
    planes = np.concatenate(numbers).astype("<u2").view(np.uint8).reshape(-1, 2).T
    packed = zlib.compress(to_json(views).encode() + b"\0" + planes.tobytes(), 9)
    return base64.b85encode(packed).replace(b"<", b",").decode()


def parted(weights: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Weights `[heads, rows, columns]`, whose rows sum to 1, in whole parts of PARTS; each row sums to PARTS.

    What is lost in rounding down goes to the weights that lost most: none is off by a part or more.
    """
    if not weights.size:
        return weights.astype(np.uint16)
    exact = weights * (PARTS / weights.sum(-1, keepdims=True))
    parts = np.floor(exact)
    missing = np.rint(PARTS - parts.sum(-1, keepdims=True))
    order = np.argsort(parts - exact, axis=-1, kind="stable")
    parts += np.argsort(order, axis=-1) < missing
    return parts.astype(np.uint16)


def check_side_by_side(names: Sequence[str], translators: Sequence[Translator]) -> None:
    """Raise InputError for runs of different languages, or that count other words than each other."""
    first, *others = [translator.config.data for translator in translators]
    for name, other in zip(names[1:], others, strict=True):
        if (first.source, first.target) != (other.source, other.target):
            raise InputError(
                f"{names[0]} translates from {first.source} to {first.target}, and {name} from {other.source} to "
                f"{other.target}; runs of the same languages stand side by side"
            )
        if first.tokenised != other.tokenised:
            raise InputError(
                f"of {names[0]} and {name} one is of tokenised text (data.tokenised) and the other is not: they count "
                "other words"
            )


def report_data(
    texts: Texts, runs: Sequence[RunReport], *, files: Mapping[str, Any], command: str | None = None
) -> dict[str, Any]:
    """What the page is given, as JSON types.

    files: the names of `source`, `references` (a list) and `gold`. command: what makes the page again.
    """
    return {
        "version": 2,
        "parts": PARTS,
        "title": f"{' and '.join(run.name for run in runs)}: {files['source']}",
        "command": command,
        "files": dict(files),
        "languages": list(runs[0].languages),
        "measures": [asdict(one) for one in MEASURES if one.name in runs[0].measures | runs[-1].measures],
        "sources": list(texts.sources),
        "references": [list(one) for one in texts.references],
        "runs": [_run_data(run) for run in runs],
    }


def totals_of(run: RunReport) -> dict[str, float]:
    """What the page gives of all sentences together, by the names of MEASURES (`Measure.total`)."""
    attention, scores = run.scores["translations"], run.scores
    known = {
        "bleu": scores.get("bleu"),
        "chrf": scores.get("chrf"),
        "aer": scores.get("attention", {}).get("aer"),
        "aligner_aer": scores.get("aer"),
        "entropy": attention["entropy"],
        "uncovered": 100 * attention["untranslated"],
        "doubled": 100 * attention["over_translated"],
        "length": _mean(run.measures["length"]),
        "unknown": _mean(run.measures["unknown"]),
    }
    return {name: round(float(known[name]), 4) for name in run.measures}


def _mean(values: Sequence[float | None]) -> float:
    return float(np.mean([value for value in values if value is not None]))


def _run_data(run: RunReport) -> dict[str, Any]:
    scores = {name: value for name, value in run.scores.items() if name != "seconds"}  # no two are alike
    return {
        "name": run.name,
        "decoding": run.decoding,
        "scores": scores,
        "totals": totals_of(run),
        "translations": [translation.text for translation in run.translations],
        "refused": [translation.refused for translation in run.translations],
        "measures": {name: [value if value is None else round(value, 4) for value in values]
                     for name, values in run.measures.items()},
        "packed": run.packed,
    }  # fmt: skip


def report_page(data: dict[str, Any]) -> str:
    """The page of a `report_data`."""
    return page(data["title"], "report.js", data)
