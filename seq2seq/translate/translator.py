"""A trained run and sentences to translations, each with its score and its alignment map."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor
from tqdm import tqdm

from seq2seq.alignment.map import AlignmentMap, Side
from seq2seq.config.settings import Config, load_config
from seq2seq.corpus.subwords import END, PAD, START, UNKNOWN, Segmented
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length, pad
from seq2seq.errors import InputError
from seq2seq.model.aligner import Alignment
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.files import atomic_write
from seq2seq.translate.search import Hypothesis, search

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
    """False where the length limit came before the end of sentence."""
    alignment: AlignmentMap
    """Weights of every step, the last one's the end of sentence, over the source pieces and their end of sentence."""


class Translator:
    """A model with its subwords: sentences in, translations out.

    Nothing is dropped or cut: a blank sentence gives a blank translation, a very long one is translated whole.
    """

    def __init__(self, model: Seq2Seq, vocabulary: Vocabulary, config: Config) -> None:
        self.model, self.vocabulary, self.config = model, vocabulary, config

    @classmethod
    def load(cls, run: str | Path, device: str | None = None, precision: str = "fp32") -> "Translator":
        """The translator of a run's folder, on a GPU where there is one; InputError when it holds no trained model.

        Or of one of the `.safetensors` files in it (`training.keep`); for a folder it is `model.safetensors`.
        `precision` is that of weights and states: `fp32`, or `bf16`, which is faster where the hardware multiplies it.
        """
        path = Path(run)
        folder, weights = (path.parent, path) if path.suffix == ".safetensors" else (path, path / "model.safetensors")
        config = load_run_config(folder)
        vocabulary = Vocabulary.load(folder, config.subwords.joint)
        model = build_model(config, vocabulary)
        load_weights(model, weights)
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        model.eval().to(device, PRECISIONS[precision]).decoder.pack()
        return cls(model, vocabulary, config)

    def translate(self, sentence: str, *, beam: int | None = None) -> Translation:
        """The best translation of one sentence."""
        return self.translate_all([sentence], beam=beam)[0][0]

    def translate_all(
        self,
        sentences: Sequence[str],
        *,
        beam: int | None = None,
        nbest: int = 1,
        batch_tokens: int = BATCH_TOKENS,
        progress: bool = False,
    ) -> list[list[Translation]]:
        """The `nbest` best translations of each sentence, best first, in the order of the sentences.

        Sentences are batched by length; neither that nor `batch_tokens` changes what comes out. `progress` shows a bar
        on stderr. Raises ValueError when `nbest` is above `beam`.
        """
        sources = [self._source(sentence) for sentence in sentences]
        results: list[list[Translation]] = [[] for _ in sentences]
        bar = tqdm(total=len(sources), unit=" sentences", disable=not progress, file=sys.stderr)
        for batch in batches_by_length([len(source.ids) for source in sources], batch_tokens):
            bar.update(len(batch))
            for position, translations in zip(
                batch, self._translate([sources[i] for i in batch], beam, nbest), strict=True
            ):
                results[position] = translations
        bar.close()
        return results

    def stream(
        self, sentences: Iterable[str], *, beam: int | None = None, nbest: int = 1, batch_size: int = 256
    ) -> Iterator[list[Translation]]:
        """As `translate_all`, but answers as sentences come: each batch is what has arrived while the one before was
        translated, at most `batch_size`. What fails in reading `sentences` is raised after the answers before it."""
        for batch in batches_as_they_come(sentences, batch_size):
            yield from self.translate_all(batch, beam=beam, nbest=nbest)

    @torch.inference_mode()
    def align_all(self, pairs: Sequence[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS) -> list[AlignmentMap]:
        """The alignment map of each given source and target, by forced decoding: the target is read, not searched."""
        sources, targets = self._segment(pairs)
        maps: dict[int, AlignmentMap] = {}
        for batch, source, target in self._forced_batches(sources, targets, batch_tokens):
            weights = self.model(source, target[:, :-1])[1].cpu().numpy()  # batch heads tgt src
            for row, i in zip(weights, batch, strict=True):
                maps[i] = own_map(sources[i].side, targets[i].side, row)
        return [maps[i] for i in range(len(pairs))]

    @torch.inference_mode()
    def align_both_ways(
        self, pairs: Sequence[tuple[str, str]], *, batch_tokens: int = BATCH_TOKENS
    ) -> list[tuple[AlignmentMap, AlignmentMap]]:
        """What the aligner says of each given source and target: a map of the target's pieces over the source's, and
        one of the source's over the target's (its `source` is the target sentence). Raises InputError for a run without
        an aligner."""
        if not self.has_aligner:
            raise InputError("this run has no aligner; train one with --alignment.aligner true")
        sources, targets = self._segment(pairs)
        maps: dict[int, tuple[AlignmentMap, AlignmentMap]] = {}
        for batch, source, target in self._forced_batches(sources, targets, batch_tokens):
            found = self.model.align(source, target[:, 1:], self.model.encode(source))
            sides = [(sources[i].side, targets[i].side) for i in batch]
            maps |= dict(zip(batch, maps_both_ways(found, sides), strict=True))
        return [maps[i] for i in range(len(pairs))]

    def _forced_batches(
        self, sources: Sequence[Segmented], targets: Sequence[Segmented], batch_tokens: int
    ) -> Iterator[tuple[list[int], Tensor, Tensor]]:
        """Positions of pairs, batched by length, with the padded ids of both sides, start symbol included."""
        self.model.eval()
        for batch in batches_by_length([len(source.ids) for source in sources], batch_tokens):
            target = [[START, *targets[i].ids] for i in batch]
            yield batch, pad([sources[i].ids for i in batch]).to(self._device), pad(target).to(self._device)

    def _segment(self, pairs: Sequence[tuple[str, str]]) -> tuple[list[Segmented], list[Segmented]]:
        tokenised = self.config.data.tokenised
        return (
            [self.vocabulary.source.segment(source, tokenised) for source, _ in pairs],
            [self.vocabulary.target.segment(target, tokenised) for _, target in pairs],
        )

    def _source(self, sentence: str) -> Segmented:
        return self.vocabulary.source.segment(sentence, self.config.data.tokenised)

    def decoding(self, beam: int | None = None) -> str:
        """The settings of the search in words, as a figure's metadata give them."""
        settings = self.config.search
        return (
            f"beam {settings.beam if beam is None else beam}, length penalty {settings.length_penalty}, at most "
            f"{settings.max_length_ratio} times the source's pieces and 10 more"
        )

    @property
    def has_aligner(self) -> bool:
        """Is there an aligner to ask (`align_both_ways`)?"""
        return self.model.aligner is not None

    @property
    def heads(self) -> int:
        """The number of heads of the alignment maps."""
        return self.config.model.heads

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device

    @torch.inference_mode()
    def _translate(self, sources: Sequence[Segmented], beam: int | None, nbest: int) -> list[list[Translation]]:
        limits = [self._max_length(source) for source in sources]
        with torch.autocast(self._device.type, enabled=False):
            hypotheses = self._search(
                pad([source.ids for source in sources]).to(self._device),
                start=START,
                end=END,
                max_lengths=torch.tensor(limits, device=self._device),
                beam=self.config.search.beam if beam is None else beam,
                nbest=nbest,
                length_penalty=self.config.search.length_penalty,
                forbidden=(PAD, UNKNOWN, START),
            )
        return [
            [self._translation(source, hypothesis) for hypothesis in best]
            for source, best in zip(sources, hypotheses, strict=True)
        ]

    def _search(self, source: Int[Tensor, "batch src"], **options: Any) -> list[list[Hypothesis]]:
        """Search the translations of padded ids, with the options of `search`."""
        model = self.model.eval()
        return search(model.step, model.start(source), batch_size=len(source), **options)

    def _max_length(self, source: Segmented) -> int:
        """Most target pieces for a source, end of sentence included; none for a blank line."""
        pieces = len(source.ids) - 1
        return int(self.config.search.max_length_ratio * pieces) + 10 if pieces else 0

    def _translation(self, source: Segmented, hypothesis: Hypothesis) -> Translation:
        finished = hypothesis.finished
        tokens = hypothesis.tokens[:-1] if finished else hypothesis.tokens
        target = self.vocabulary.target.text_of(tokens, self.config.data.tokenised)
        if not finished:
            target = target.without_end()
        rows = hypothesis.weights[:, :, : len(source.ids)].numpy()
        weights = rows if len(target) else np.zeros((self.heads, 0, len(source.ids)), np.float32)
        alignment = AlignmentMap(source.side, target, weights)
        return Translation(target.text, hypothesis.score, hypothesis.log_prob, finished, alignment)


def own_map(source: Side, target: Side, weights: NDArray[np.float32]) -> AlignmentMap:
    """The map of one pair of a padded batch; weights: [heads, tgt, src]."""
    return AlignmentMap(source, target, weights[:, : len(target), : len(source)])


def maps_both_ways(alignment: Alignment, sides: Sequence[tuple[Side, Side]]) -> list[tuple[AlignmentMap, AlignmentMap]]:
    """The maps of the pairs (source, target) of a padded batch: of the target over the source, and the reverse."""
    there, back = alignment.to_source.exp().cpu().numpy(), alignment.to_target.exp().cpu().numpy()
    return [
        (own_map(source, target, there[row, None]), own_map(target, source, back[row, None]))
        for row, (source, target) in enumerate(sides)
    ]


def batches_as_they_come(sentences: Iterable[str], batch_size: int) -> Iterator[list[str]]:
    """Lists of at most `batch_size` sentences, each of what is there at the time; waits only where there is nothing."""
    arrived: Queue[str | BaseException | None] = Queue(batch_size)

    def read() -> None:
        try:
            for sentence in sentences:
                arrived.put(sentence)
            arrived.put(None)
        except BaseException as error:
            arrived.put(error)

    Thread(target=read, daemon=True).start()
    item = arrived.get()
    while isinstance(item, str):
        batch = []
        while isinstance(item, str):
            batch.append(item)
            if len(batch) == batch_size or arrived.empty():
                break
            item = arrived.get()
        yield batch
        if isinstance(item, str):
            item = arrived.get()
    if item is not None:
        raise item


def build_model(config: Config, vocabulary: Vocabulary) -> Seq2Seq:
    """A model of the configuration's shape, with random weights."""
    sizes = len(vocabulary.source), len(vocabulary.target)
    return Seq2Seq(config.model, *sizes, vocabulary.joint, config.alignment.aligner)


def load_run_config(run: Path) -> Config:
    """The configuration of a run's folder; InputError when it is none."""
    if not run.is_dir():
        raise InputError(f"{run}: no such folder; train a run first, with scripts/train.py --run {run}")
    if not (run / "config.yaml").is_file():
        raise InputError(f"{run}: no config.yaml in it, so it is not the folder of a run")
    return load_config(run / "config.yaml")


def save_weights(model: Seq2Seq, path: Path) -> None:
    """Write the weights, tied ones once (safetensors refuses two names for one tensor), in one step."""
    with atomic_write(path) as stream:
        stream.write(
            save({name: parameter.detach().cpu().contiguous() for name, parameter in model.named_parameters()})
        )


def load_weights(model: Seq2Seq, path: Path) -> None:
    """Read what `save_weights` wrote into a model of the same configuration; InputError when it does not fit."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; train the run first, to its first validation at least")
    try:
        weights = load_file(path)
        missing = {name for name, _ in model.named_parameters()} - weights.keys()
        if missing:
            raise RuntimeError(f"{min(missing)} is missing")
        model.load_state_dict(weights, strict=False)
    except (SafetensorError, OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise InputError(
            f"{path}: not the weights of the model in config.yaml ({reason}); train the run anew"
        ) from None
