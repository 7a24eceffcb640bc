"""A trained run and sentences to translations, each with its score and its alignment map."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.config.sections import MAX_BEAM
from seq2seq.config.settings import Config
from seq2seq.corpus.subwords import START, Segmented
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length, pad
from seq2seq.errors import InputError
from seq2seq.model.packed import can_pack
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.visible import is_blank
from seq2seq.translate.arguments import check_count, check_pairs, check_text, check_texts
from seq2seq.translate.decoding import decode
from seq2seq.translate.device import check_device
from seq2seq.translate.engine import Engine, ModelEngine
from seq2seq.translate.limits import Needs, fitting, refusal, search_memory, too_long
from seq2seq.translate.maps import maps_both_ways, own_map
from seq2seq.translate.prefixes import Prefix, prefix_of
from seq2seq.translate.search import StepFunction
from seq2seq.translate.stream import batches_as_they_come
from seq2seq.translate.translation import NBest, Translation, refused
from seq2seq.translate.tree import BeamTree, Growing
from seq2seq.translate.weights import (
    find_run,
    load_settings,
    load_vocabulary,
    load_weights,
    warn_of_changed,
    warn_of_unchecked,
)

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.float32}

BATCH_TOKENS = 4000
"""Source pieces, padding included, that are translated at once unless the caller says otherwise."""


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
        weights and states: `fp32`, or `bf16`, which is faster where the hardware multiplies it. With `int8` they are in
        fp32 and search multiplies in 8 bits, which is faster on a CPU; a translation then depends a little on those of
        its batch (InputError for a model without such steps, `can_pack`). Raises ValueError for another precision, and
        for a `device` that torch does not find here (`cpu`, `cuda`, `cuda:1`).
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
        if precision == "int8" and not (can_pack(model) and torch.backends.quantized.engine in ("x86", "fbgemm")):
            raise InputError(
                f"{run}: int8 is for an LSTM with one head and context_feed upper, on an x86 processor; take another "
                "precision"
            )
        return cls(ModelEngine(model, can_pack(model), precision == "int8"), vocabulary, config)

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
        prefixes: Iterable[str] | None = None,
        open_prefixes: bool = False,
        batch_tokens: int = BATCH_TOKENS,
        progress: bool = False,
    ) -> list[NBest]:
        """The `nbest` best translations of each sentence, best first, in the order of the sentences.

        A blank sentence has one, which is blank, and so has one that is beyond the limits
        (`Translation.refused`). `beam` is by default the run's, or `nbest` where that is more.
        Sentences are batched by length; neither that nor `batch_tokens` changes what comes out. `progress` shows a bar
        on stderr.

        Where `prefixes` are given, one for each sentence, its translations begin with this text, and their maps, scores
        and log-probabilities are of the whole; `prefixes` (the module) says how the last word meets what comes after,
        also where it may go on (`open_prefixes`). An empty prefix changes nothing.

        Raises ValueError when `nbest` is above a given `beam`, or the numbers of prefixes and sentences differ.
        """
        sources = [self.vocabulary.source.segment(text) for text in check_texts("sentences", sentences)]
        beam = self.beam_for(beam, nbest)
        check_count("batch_tokens", batch_tokens)
        begun = self._prefixes(prefixes, len(sources), open_prefixes)
        needs = [self._needs(source, beam, prefix) for source, prefix in zip(sources, begun, strict=True)]
        memory = [search_memory(*need) for need in needs]
        results: list[NBest] = [
            NBest([refused(source.side.text, message, self.heads)] if (message := refusal(*need)) else [])
            for source, need in zip(sources, needs, strict=True)
        ]
        bar = tqdm(total=len(sources), unit=" sentences", disable=not progress, file=sys.stderr)
        for long_batch in batches_by_length([len(source.ids) for source in sources], batch_tokens):
            waiting = [i for i in long_batch if not results[i]]
            for batch in fitting(waiting, memory, self.config.search.max_memory << 20):
                parts = [sources[i] for i in batch], [begun[i] for i in batch]
                found = self.decode(parts[0], beam=beam, nbest=nbest, prefixes=parts[1])
                for position, translations in zip(batch, found, strict=True):
                    results[position] = translations
            bar.update(len(long_batch))
        bar.close()
        return results

    def _needs(self, source: Segmented, beam: int, prefix: Prefix) -> Needs:
        vocabulary = len(self.vocabulary.target)
        return Needs(len(source.ids) - 1, self.config.search, beam, self.heads, vocabulary, prefix.most_pieces)

    def _prefixes(self, prefixes: Iterable[str] | None, count: int, are_open: bool) -> list[Prefix]:
        """One for each sentence."""
        if prefixes is None:
            return [Prefix()] * count
        texts = check_texts("prefixes", prefixes)
        if len(texts) != count:
            raise ValueError(f"prefixes has {len(texts)} texts, and sentences {count}; give one for each, or none")
        return [prefix_of(text, self.vocabulary.target, are_open) for text in texts]

    def stream(
        self,
        sentences: Iterable[str],
        *,
        beam: int | None = None,
        nbest: int = 1,
        prefixes: Iterable[str] | None = None,
        open_prefixes: bool = False,
        batch_size: int = 256,
        full_batches: bool = False,
    ) -> Iterator[NBest]:
        """As `translate_all`, but answers as sentences come: each batch is what has arrived while the one before was
        translated, at most `batch_size`, or as many as that with `full_batches`: then the batches, and with them the
        last digits of all numbers, do not depend on when sentences come. What fails in reading `sentences` is raised
        after the answers before it. Of `prefixes` as many are read as sentences have come."""
        if isinstance(sentences, str) or not isinstance(sentences, Iterable):
            check_texts("sentences", sentences)  # raises now, not at the first answer
        beam = self.beam_for(beam, nbest)
        check_count("batch_size", batch_size)
        batches = batches_as_they_come(sentences, batch_size, full_batches)
        return self._stream(batches, prefixes, open_prefixes, beam, nbest)

    def _stream(
        self, batches: Iterator[list[str]], prefixes: Iterable[str] | None, are_open: bool, beam: int, nbest: int
    ) -> Iterator[NBest]:
        waiting = None if prefixes is None else iter(prefixes)
        for batch in batches:
            own = None if waiting is None else list(islice(waiting, len(batch)))
            yield from self.translate_all(batch, beam=beam, nbest=nbest, prefixes=own, open_prefixes=are_open)

    def beam_tree(
        self, sentence: str, *, beam: int | None = None, prefix: str = "", open_prefix: bool = False
    ) -> BeamTree:
        """The search for one sentence as a tree: every hypothesis of every step, and what became of it. Its
        translations are those of `translate_all` with `nbest` as large as the beam; InputError as `translate`."""
        beam = self.beam_for(beam)
        if is_blank(check_text("sentence", sentence)):
            raise InputError("sentence: it is blank; give one with words in it")
        source = self.vocabulary.source.segment(sentence)
        begun = prefix_of(check_text("prefix", prefix), self.vocabulary.target, open_prefix)
        return self.grow(source, beam, begun)

    def grow(self, source: Segmented, beam: int, prefix: Prefix, step: StepFunction[Any] | None = None) -> BeamTree:
        """The `beam_tree` of a segmented sentence and a prefix; `step` is by default the engine's."""
        growing = Growing(beam, self.config.search.length_penalty, self.vocabulary.target.piece)
        return growing.tree(self.complete(source, prefix, beam=beam, nbest=beam, step=step, watcher=growing))

    def complete(self, source: Segmented, prefix: Prefix, **options: Any) -> NBest:
        """The translations of one segmented sentence, with the options of `decode`; InputError for one that is beyond
        the limits."""
        if message := refusal(*self._needs(source, options["beam"], prefix)):
            raise InputError(f"sentence: {message}")
        return self.decode([source], prefixes=[prefix], **options)[0]

    def decode(self, sources: Sequence[Segmented], **options: Any) -> list[NBest]:
        """The translations of one batch (`decoding.decode`, with its options); none of the sentences is refused."""
        return decode(self.engine, self.vocabulary.target, self.config.search, sources, **options)

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
        pruned = f"pruned at {settings.prune} nats, " if settings.prune else ""
        return (
            f"beam {self.beam_for(beam)}, {pruned}length penalty {settings.length_penalty}, at most "
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
