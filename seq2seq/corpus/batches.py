"""Parallel text to batches; the one place that imports torchtext.

torchtext 0.6 gives the dataset, the batching by length and a shuffle whose state can be set. An epoch is a function of
the seed and its number alone, so that training can go on at any batch of it.
"""

import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor
from torchtext.data import BucketIterator, Dataset, RawField, interleave_keys

from seq2seq.alignment.links import Link
from seq2seq.alignment.merging import piece_links
from seq2seq.config.languages import check_languages
from seq2seq.config.sections import DataConfig, SubwordsConfig
from seq2seq.config.settings import Config
from seq2seq.corpus.ragged import Ragged
from seq2seq.corpus.subwords import END, PAD, START
from seq2seq.corpus.vocabulary import Ids, Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.files import read_parallel


def _trim(ids: Int[Tensor, "batch width"]) -> Int[Tensor, "batch time"]:
    return ids[:, : int((ids != PAD).sum(1).max())]


@dataclass(frozen=True)
class Batch:
    """Padded ids of sentence pairs."""

    source: Int[Tensor, "batch src"]
    """Pieces and end of sentence."""
    target: Int[Tensor, "batch full"]
    """Start symbol, pieces and end of sentence."""
    links: Bool[Tensor, "batch tgt src"] | None = None
    """Which pieces of target (start symbol left out) and source the guide links; None where there is no guide."""
    weight: float = 1.0
    """Weight of its mean loss in an update that processes share, in whose mean over them each target token counts the
    same."""

    def to(self, device: torch.device) -> "Batch":
        """The batch on a device."""
        links = None if self.links is None else self.links.to(device)
        return Batch(self.source.to(device), self.target.to(device), links, self.weight)

    def share(self, rank: int, processes: int) -> "Batch":
        """The part of one of N processes: every Nth sentence, so that all have the same work of sentences that are
        sorted by length. Where there are fewer sentences than processes, one with a weight of 0."""
        if processes == 1:
            return self
        rows = slice(rank, None, processes) if rank < len(self.source) else slice(0, 1)
        source, target = _trim(self.source[rows]), _trim(self.target[rows])
        links = None if self.links is None else self.links[rows, : target.shape[1] - 1, : source.shape[1]]
        part = Batch(source, target, links)
        weight = processes * part.target_tokens / self.target_tokens if rank < len(self.source) else 0.0
        return replace(part, weight=weight)

    def twice(self) -> "Batch":
        """Each pair two times, the second time after all others: for two readings of it, with different dropout."""
        links = None if self.links is None else self.links.repeat(2, 1, 1)
        return replace(self, source=self.source.repeat(2, 1), target=self.target.repeat(2, 1), links=links)

    @property
    def target_tokens(self) -> int:
        """Tokens to predict: pieces and ends of sentence."""
        return int((self.target[:, 1:] != PAD).sum())


class ParallelDataset(Dataset):
    """Sentence pairs, an example of which is its position among them.

    Each sentence is cut into pieces once, and what is kept of all are their ids, in one array: that of a store, or one
    in memory. With sampled subwords the ids tell the lengths alone, for the text is cut anew in each epoch.
    """

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        vocabulary: Vocabulary,
        config: SubwordsConfig,
        links: Iterable[set[Link]] | None = None,
        ids: tuple[Ragged, Ragged] | None = None,
    ) -> None:
        """links: the guide's word links of each pair, where there is a guide. ids: the pieces of the sources and of the
        targets, without special ones, where they are known."""
        self.vocabulary, self.config = vocabulary, config
        self.sampled = bool(config.sampling)
        self.pairs = pairs if self.sampled else ()
        self.sources, self.targets = ids or _ids(pairs, vocabulary)
        self.links: Ragged | None = None
        """Of words where subwords are sampled, as source, target, source, target; else of pieces (`_piece_links`)."""
        if links is not None and self.sampled:
            self.links = Ragged.of(chain.from_iterable(sorted(of_words)) for of_words in links)
        elif links is not None:
            self.links = Ragged.of(_piece_links(pairs, vocabulary, links))
        self.source_lengths, self.target_lengths = self.sources.lengths + 1, self.targets.lengths + 1
        """Of each pair in pieces, the end of sentence included."""
        super().__init__(range(len(pairs)), [(name, RawField()) for name in ("source", "target")])

    def drop_longer(self, max_length: int) -> int:
        """Leave out the pairs with a side of more than `max_length` pieces; how many there are."""
        kept = np.maximum(self.source_lengths, self.target_lengths) <= max_length + 1
        dropped = len(kept) - int(kept.sum())
        if dropped:
            self.examples: Sequence[int] = array("q", np.flatnonzero(kept).tobytes())
        return dropped

    def batch(self, examples: Sequence[int], seeds: tuple[int, int] = (0, 0)) -> Batch:
        """The padded ids of these examples, and the links of their pieces.

        seeds: of the sampled subwords of source and target; of no effect where none are sampled.
        """
        sources: Sequence[Ids] = [self.sources[example] for example in examples]
        targets: Sequence[Ids] = [self.targets[example] for example in examples]
        if self.sampled:
            read, written = zip(*(self.pairs[example] for example in examples), strict=True)
            sources = self.vocabulary.source.sample(read, self.config, seeds[0])
            targets = self.vocabulary.target.sample(written, self.config, seeds[1])
        links = None if self.links is None else self._links(self.links, examples, sources, targets)
        return Batch(_padded(sources), _padded(targets, [START]), links)

    def _links(
        self, found: Ragged, examples: Sequence[int], sources: Sequence[Ids], targets: Sequence[Ids]
    ) -> Bool[Tensor, "batch tgt src"]:
        """The links of the pieces of these examples; sampled pieces are found in the text that they spell."""
        links = np.zeros((len(examples), max(map(len, targets)) + 1, max(map(len, sources)) + 1), dtype=np.bool_)
        for own, example, source, target in zip(links, examples, sources, targets, strict=True):
            known = found[example].reshape(-1, 2)
            if not self.sampled:
                own[tuple(known.T)] = True
            else:
                read = self.vocabulary.source.text_of(list(source))
                written = self.vocabulary.target.text_of(list(target))
                own[: len(written), : len(read)] = piece_links(read, written, {(i, j) for i, j in known.tolist()})
        return torch.from_numpy(links)


def _padded(sentences: Sequence[Ids], before: Sequence[int] = ()) -> Int[Tensor, "batch time"]:
    """The ids of sentences with what stands before each, an end of sentence after it, and PAD after that."""
    start = len(before)
    rows = np.full((len(sentences), start + max(map(len, sentences)) + 1), PAD, np.int64)
    rows[:, :start] = before
    for row, ids in zip(rows, sentences, strict=True):
        end = start + len(ids)
        row[start:end], row[end] = ids, END
    return torch.from_numpy(rows)


def _ids(pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> tuple[Ragged, Ragged]:
    """The pieces of all sources and of all targets."""
    sources, targets = zip(*pairs, strict=True)
    return Ragged.of(vocabulary.source.encode(sources)), Ragged.of(vocabulary.target.encode(targets))


def _piece_links(
    pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary, links: Iterable[set[Link]]
) -> Iterator[Iterable[int]]:
    """The links of the pieces of each pair, as the numbers target, source, target, source and so on."""
    for (source, target), of_words in zip(pairs, links, strict=True):
        read, written = vocabulary.source.segment(source), vocabulary.target.segment(target)
        yield np.argwhere(piece_links(read.side, written.side, of_words)).ravel()


class TrainingBatches:
    """The batches of one epoch in their order, for Lightning to iterate over, to count, and to resume in.

    Each has about `batch_tokens` target pieces, from sentences of like lengths. Order, members and sampled subwords
    follow from (seed, epoch, position in the epoch) alone. Of several `processes` each gets its share of every batch:
    all of them make the whole of it, which is little work, so that they agree on it without a word.
    """

    def __init__(
        self, dataset: ParallelDataset, batch_tokens: int, seed: int, epoch: int, rank: int = 0, processes: int = 1
    ) -> None:
        self.dataset, self.seed, self.epoch, self.position = dataset, seed, epoch, 0
        self.rank, self.processes = rank, processes
        self.minibatches = bucketed(dataset, batch_tokens, random.Random(f"{seed} {epoch}"))

    def __len__(self) -> int:
        return len(self.minibatches)

    def __iter__(self) -> Iterator[Batch]:
        """The batches from `position` on, which is 0 but for an epoch that is resumed."""
        for number in range(self.position, len(self)):
            self.position = number + 1
            seeds = self._sampling_seed(number, False), self._sampling_seed(number, True)
            yield self.dataset.batch(self.minibatches[number].tolist(), seeds).share(self.rank, self.processes)

    def _sampling_seed(self, number: int, is_target: bool) -> int:
        """The seed of the sampled subwords of one side of a batch."""
        return random.Random(f"{self.seed} {self.epoch} {number} {is_target}").getrandbits(31)

    def state_dict(self) -> dict[str, int]:
        """Which batch comes next; Lightning keeps it in each checkpoint."""
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on where a checkpoint was made, if that was in this epoch."""
        if state["epoch"] == self.epoch:
            self.position = state["position"]


class Buckets(BucketIterator):
    """torchtext's batching, which is handed one example after another where it would make a list of all."""

    def data(self) -> Iterator[int]:
        """The examples in an order drawn at random."""
        return (self.dataset[position] for position in self.random_shuffler(range(len(self.dataset))))


def bucketed(dataset: ParallelDataset, batch_tokens: int, generator: random.Random) -> Ragged:
    """The examples in batches of about `batch_tokens` target pieces and of like lengths, in an order drawn at random.

    All that we ask of BucketIterator is done here. It has no argument for a seed and makes tensors itself, so that two
    of its attributes are touched that torchtext does not document: the state of its shuffle is set, and `batches`,
    which `init_epoch` makes, is read. torchtext is pinned to 0.6.0.
    """
    sources, targets, key = dataset.source_lengths.data, dataset.target_lengths.data, cache(interleave_keys)
    buckets = Buckets(
        dataset,
        batch_tokens,
        sort_key=lambda example: key(sources[example], targets[example]),
        batch_size_fn=lambda example, count, tokens: tokens + targets[example],
        train=True,
        sort_within_batch=True,
    )
    buckets.random_shuffler.random_state = generator.getstate()
    buckets.init_epoch()
    return Ragged.of(buckets.batches)


def read_split(data: DataConfig, split: str) -> list[tuple[str, str]]:
    """The checked pairs of `train`, `val` or `test`.

    Raises InputError as `read_parallel` does, and where there is no folder of the corpus or it has other languages.
    """
    check_languages(data.folder, data.source, data.target)
    return read_parallel(data.path(split, data.source), data.path(split, data.target))


def training_dataset(
    pairs: Sequence[tuple[str, str]],
    vocabulary: Vocabulary,
    config: Config,
    links: Iterable[set[Link]] | None = None,
    ids: tuple[Ragged, Ragged] | None = None,
) -> tuple[ParallelDataset, int]:
    """The pairs to train on, as `ParallelDataset` takes them, and how many were left out as longer than `max_length`.

    Raises InputError when none is left.
    """
    dataset = ParallelDataset(pairs, vocabulary, config.subwords, links, ids)
    dropped = dataset.drop_longer(config.data.max_length)
    if not dataset.examples:
        raise InputError(
            f"{config.data.folder}: every training pair is longer than data.max_length ({config.data.max_length} "
            "pieces); raise it, or split the sentences"
        )
    return dataset, dropped
