"""A trained run and sentences to translations, each with its score and its alignment map."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.config.settings import MAX_BEAM, Config
from seq2seq.corpus.subwords import END, PAD, START, UNKNOWN, Segmented
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length, pad
from seq2seq.errors import InputError
from seq2seq.model.aligner import Alignment
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.arguments import check_count, check_pairs, check_text, check_texts
from seq2seq.translate.device import check_device
from seq2seq.translate.engine import Engine, ModelEngine
from seq2seq.translate.limits import fitting, length_limit, refusal, search_memory, too_long
from seq2seq.translate.search import Hypothesis, search
from seq2seq.translate.stream import batches_as_they_come
from seq2seq.translate.weights import (
    find_run,
    load_settings,
    load_vocabulary,
    load_weights,
    warn_of_changed,
    warn_of_unchecked,
)

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}

BATCH_TOKENS = 4000
"""Source pieces, padding included, that are translated at once unless the caller says otherwise."""


@dataclass(frozen=True)
class Translation:
    """A hypothesis as text."""

    text: str
    score: float
    """Log-probability (nats) divided by length ** length_penalty; the higher the better."""
    log_prob: float
    """Log-probability (nats) of the pieces and the end of sentence."""
    finished: bool
    """False where the length limit came before the end of sentence; of a blank sentence nothing is cut off."""
    alignment: AlignmentMap
    """Weights of every step, the last one's the end of sentence, over the source pieces and their end of sentence."""
    ids: tuple[int, ...]
    """The tokens that search found: the pieces and, where finished, the end of sentence; none for a blank one."""
    refused: str | None = None
    """Why the sentence was not translated, where it is beyond the limits (`limits`): text and map are empty then."""


class Translator:
    """An engine with its subwords: sentences in, translations out.

    Nothing is dropped or cut: a blank sentence gives a blank translation, a very long one is translated whole, or
    refused (`limits`). What is no sentence, no pair or no positive number is refused with TypeError or ValueError.
    """

    def __init__(self, engine: Engine, vocabulary: Vocabulary, config: Config) -> None:
        if not isinstance(engine, Engine):
            raise TypeError(f"engine must be an Engine, such as ModelEngine(model), not {type(engine).__name__}")
        self.engine, self.vocabulary, self.config = engine, vocabulary, config

    def __repr__(self) -> str:
        data, (source, target) = self.config.data, (len(self.vocabulary.source), len(self.vocabulary.target))
        pieces = f"{source:,}" if self.vocabulary.joint else f"{source:,} and {target:,}"
        size = type(self.engine).__name__
        if isinstance(self.engine, ModelEngine):
            size = f"{sum(weights.numel() for weights in self.model.parameters()):,} parameters"
        return f"Translator({data.source} to {data.target}, {pieces} pieces, {size})"

    @classmethod
    def load(cls, run: str | Path, device: str | None = None, precision: str = "fp32") -> "Translator":
        """The translator of a run's folder, on a GPU where there is one; InputError when it holds no trained model.

        `run` may be one of the `.safetensors` files in it (`training.keep`); for a folder it is `model.safetensors`.
        Where there is no such folder it is the name of a run that ships, such as `tiny-de-en`. `precision` is that of
        weights and states: `fp32`, or `bf16`, which is faster where the hardware multiplies it. Raises ValueError for
        another precision, and for a `device` that torch does not find here (`cpu`, `cuda`, `cuda:1`).
        """
        if precision not in PRECISIONS:
            raise ValueError(f"precision is {precision!r}, it must be one of {', '.join(PRECISIONS)}")
        place = check_device(device)
        folder, weights = find_run(run)
        config, manifest = load_settings(folder)
        vocabulary = load_vocabulary(folder, config, manifest)
        model = load_weights(weights, config, vocabulary, manifest)
        warn_of_unchecked(folder, manifest, [*vocabulary.files(), weights.name])
        warn_of_changed(folder, manifest, config)
        model.eval().to(place, PRECISIONS[precision]).decoder.pack()
        return cls(ModelEngine(model), vocabulary, config)

    @property
    def model(self) -> Seq2Seq:
        """The one model of this translator, for what looks inside it; ValueError for an ensemble."""
        if not isinstance(self.engine, ModelEngine):
            raise ValueError("several models translate here; look into one run at a time")
        return self.engine.model

    @property
    def has_aligner(self) -> bool:
        """Is there an aligner to ask (`align_both_ways`)?"""
        return self.engine.has_aligner

    @property
    def heads(self) -> int:
        """The number of heads of the alignment maps."""
        return self.engine.heads

    def translate(self, sentence: str, *, beam: int | None = None) -> Translation:
        """The best translation of one sentence; InputError for one that is beyond the limits."""
        best = self.translate_all([check_text("sentence", sentence)], beam=beam)[0][0]
        if best.refused is not None:
            raise InputError(f"sentence: {best.refused}")
        return best

    def translate_all(
        self,
        sentences: Iterable[str],
        *,
        beam: int | None = None,
        nbest: int = 1,
        batch_tokens: int = BATCH_TOKENS,
        progress: bool = False,
    ) -> list[list[Translation]]:
        """The `nbest` best translations of each sentence, best first, in the order of the sentences.

        A blank sentence has one, which is blank, and so has one that is beyond the limits
        (`Translation.refused`). `beam` is by default the run's, or `nbest` where that is more.
        Sentences are batched by length; neither that nor `batch_tokens` changes what comes out. `progress` shows a bar
        on stderr. Raises ValueError when `nbest` is above a given `beam`.
        """
        sources = [self.vocabulary.source.segment(text) for text in check_texts("sentences", sentences)]
        beam = self.beam_for(beam, nbest)
        check_count("batch_tokens", batch_tokens)
        settings, shape = self.config.search, (beam, self.heads, len(self.vocabulary.target))
        results: list[list[Translation]] = [[] for _ in sources]
        bar = tqdm(total=len(sources), unit=" sentences", disable=not progress, file=sys.stderr)
        lengths = [len(source.ids) - 1 for source in sources]
        memory = [search_memory(pieces, settings, *shape) for pieces in lengths]
        for i, source in enumerate(sources):
            if message := refusal(lengths[i], settings, *shape):
                results[i] = [refused(source.side.text, message, self.heads)]
        for long_batch in batches_by_length([pieces + 1 for pieces in lengths], batch_tokens):
            waiting = [i for i in long_batch if not results[i]]
            for batch in fitting(waiting, memory, settings.max_memory << 20):
                found = self._translate([sources[i] for i in batch], beam, nbest)
                for position, translations in zip(batch, found, strict=True):
                    results[position] = translations
            bar.update(len(long_batch))
        bar.close()
        return results

    def stream(
        self, sentences: Iterable[str], *, beam: int | None = None, nbest: int = 1, batch_size: int = 256
    ) -> Iterator[list[Translation]]:
        """As `translate_all`, but answers as sentences come: each batch is what has arrived while the one before was
        translated, at most `batch_size`. What fails in reading `sentences` is raised after the answers before it."""
        if isinstance(sentences, str) or not isinstance(sentences, Iterable):
            check_texts("sentences", sentences)  # raises now, not at the first answer
        beam = self.beam_for(beam, nbest)
        check_count("batch_size", batch_size)
        batches = batches_as_they_come(sentences, batch_size)
        return (best for batch in batches for best in self.translate_all(batch, beam=beam, nbest=nbest))

    def beam_for(self, beam: int | None, nbest: int = 1) -> int:
        """The beam of a search for so many translations: as given, else the run's, or `nbest` where that is more.

        Raises ValueError when one is below 1 or above MAX_BEAM, or `nbest` is above a given beam, and TypeError for no
        integer. The messages begin with the name of the argument, as an option of the command line is called too.
        """
        for name, value in (("nbest", nbest), ("beam", 1 if beam is None else beam)):
            if check_count(name, value) > MAX_BEAM:
                raise ValueError(f"{name} is {value:,}, it must be at most {MAX_BEAM:,}")
        if beam is None:
            return max(self.config.search.beam, nbest)
        if beam < nbest:
            raise ValueError(f"nbest is {nbest}, it must be from 1 to the beam ({beam}); raise the beam")
        return beam

    @torch.inference_mode()
    def align_all(self, pairs: Iterable[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS) -> list[AlignmentMap]:
        """The alignment map of each given source and target, by forced decoding: the target is read, not searched."""
        sources, targets = self._segment(pairs)
        maps: dict[int, AlignmentMap] = {}
        for batch, source, target in self._forced_batches(sources, targets, batch_tokens):
            weights = self.engine.align(source, target).cpu().numpy()  # batch heads tgt src
            for row, i in zip(weights, batch, strict=True):
                maps[i] = own_map(sources[i].side, targets[i].side, row)
        return [maps[i] for i in range(len(sources))]

    @torch.inference_mode()
    def align_both_ways(
        self, pairs: Iterable[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS
    ) -> list[tuple[AlignmentMap, AlignmentMap]]:
        """What the aligner says of each given source and target: a map of the target's pieces over the source's, and
        one of the source's over the target's (its `source` is the target sentence). Raises InputError for a run without
        an aligner."""
        if not self.has_aligner:
            raise InputError("this run has no aligner; train one with --alignment.aligner true")
        sources, targets = self._segment(pairs)
        maps: dict[int, tuple[AlignmentMap, AlignmentMap]] = {}
        for batch, source, target in self._forced_batches(sources, targets, batch_tokens):
            found = self.engine.align_both_ways(source, target)
            sides = [(sources[i].side, targets[i].side) for i in batch]
            maps |= dict(zip(batch, maps_both_ways(found, sides), strict=True))
        return [maps[i] for i in range(len(sources))]

    def unknown_share(self, source: Side) -> float:
        """The share of a sentence to translate (`translation.alignment.source`) that the model hardly knows: what is
        spelt in bytes or single letters (`corpus.spelling.unknown_share`). Above `corpus.spelling.MUCH` its translation
        is not to be trusted, however fluent it is."""
        return self.vocabulary.source.unknown_share(source)

    def word_counts(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        """How many words the source and the target of each pair have, by the run's rule; gold links count these."""
        words = self.vocabulary.source.words, self.vocabulary.target.words
        return [(len(words[0](source)), len(words[1](target))) for source, target in check_pairs("pairs", pairs)]

    def decoding(self, beam: int | None = None) -> str:
        """The settings of the search in words, as a figure's metadata give them."""
        settings = self.config.search
        return (
            f"beam {self.beam_for(beam)}, length penalty {settings.length_penalty}, at most "
            f"{settings.max_length_ratio} times the source's pieces and 10 more"
        )

    def _segment(self, pairs: Iterable[tuple[str, str]]) -> tuple[list[Segmented], list[Segmented]]:
        checked = check_pairs("pairs", pairs)
        sources = [self.vocabulary.source.segment(source) for source, _ in checked]
        targets = [self.vocabulary.target.segment(target) for _, target in checked]
        for number, (source, target) in enumerate(zip(sources, targets, strict=True)):
            if message := self._pair_refusal(source, target):
                raise InputError(f"pairs[{number}]: {message}")
        return sources, targets

    def pair_refusal(self, source: str, target: str) -> str | None:
        """Why a given source and target are not read, where one is longer than the limits allow; else None."""
        return self._pair_refusal(self.vocabulary.source.segment(source), self.vocabulary.target.segment(target))

    def _pair_refusal(self, source: Segmented, target: Segmented) -> str | None:
        settings = self.config.search
        return too_long(len(source.ids) - 1, settings, "the source") or too_long(
            len(target.ids) - 1, settings, "the target"
        )

    def _forced_batches(
        self, sources: Sequence[Segmented], targets: Sequence[Segmented], batch_tokens: int
    ) -> Iterator[tuple[list[int], Tensor, Tensor]]:
        """Positions of pairs, batched by length, with the padded ids of both sides, start symbol included."""
        check_count("batch_tokens", batch_tokens)
        device = self.engine.device
        for batch in batches_by_length([len(source.ids) for source in sources], batch_tokens):
            target = [[START, *targets[i].ids] for i in batch]
            yield batch, pad([sources[i].ids for i in batch]).to(device), pad(target).to(device)

    @torch.inference_mode()
    def _translate(self, sources: Sequence[Segmented], beam: int, nbest: int) -> list[list[Translation]]:
        engine, settings = self.engine, self.config.search
        ids = pad([source.ids for source in sources]).to(engine.device)
        limits = torch.tensor([length_limit(len(source.ids) - 1, settings) for source in sources], device=engine.device)
        with torch.autocast(engine.device.type, enabled=False), finite_numbers():
            hypotheses = search(
                engine.step,
                engine.start(ids),
                batch_size=len(ids),
                start=START,
                end=END,
                max_lengths=limits,
                beam=beam,
                nbest=nbest,
                length_penalty=settings.length_penalty,
                forbidden=(PAD, UNKNOWN, START),
            )
        return [
            [self._translation(source, hypothesis) for hypothesis in best]
            for source, best in zip(sources, hypotheses, strict=True)
        ]

    def _translation(self, source: Segmented, hypothesis: Hypothesis) -> Translation:
        ended = hypothesis.finished
        target = self.vocabulary.target.text_of(hypothesis.tokens[:-1] if ended else hypothesis.tokens)
        if not ended:
            target = target.without_end()
        rows = hypothesis.weights[:, :, : len(source.ids)].numpy()
        weights = rows if len(target) else np.zeros((self.heads, 0, len(source.ids)), np.float32)
        return Translation(
            target.text,
            hypothesis.score,
            hypothesis.log_prob,
            ended or not hypothesis.tokens,
            AlignmentMap(source.side, target, weights),
            tuple(hypothesis.tokens),
        )


def refused(text: str, message: str, heads: int) -> Translation:
    """What stands in place of a translation of a sentence beyond the limits."""
    nothing = Side("", (), (), ())
    weights = np.zeros((heads, 0, 0), np.float32)
    alignment = AlignmentMap(replace(nothing, text=text), nothing, weights)
    return Translation("", 0.0, 0.0, False, alignment, (), message)


@contextmanager
def finite_numbers() -> Iterator[None]:
    """InputError in place of the ArithmeticError of a search whose numbers are not finite."""
    try:
        yield
    except ArithmeticError as error:
        raise InputError(
            f"the model computes no usable numbers ({error}): its weights are damaged, or its training has diverged"
        ) from None


def own_map(source: Side, target: Side, weights: NDArray[np.float32]) -> AlignmentMap:
    """The map of one pair of a padded batch; weights: [heads, tgt, src]."""
    return AlignmentMap(source, target, weights[:, : len(target), : len(source)])


def maps_both_ways(alignment: Alignment, sides: Sequence[tuple[Side, Side]]) -> list[tuple[AlignmentMap, AlignmentMap]]:
    """The maps of the pairs (source, target) of a padded batch: of the target over the source, and the reverse."""
    there, back = alignment.to_source.exp().cpu().numpy(), alignment.to_target.exp().cpu().numpy()

    def own(source: Side, target: Side, weights: NDArray[np.float32]) -> AlignmentMap:
        return replace(own_map(source, target, weights[None]), kind="aligner")

    return [
        (own(source, target, there[row]), own(target, source, back[row])) for row, (source, target) in enumerate(sides)
    ]
