"""Parallel text to batches; the one place that imports torchtext.

torchtext 0.6 gives the dataset, the batching by length and a shuffle whose state can be set. An epoch is a function of
the seed and its number alone, so that training can go on at any batch of it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor
from torchtext.data import BucketIterator, Dataset, Example, RawField, interleave_keys

from seq2seq.alignment.links import Link
from seq2seq.alignment.merging import piece_links
from seq2seq.config.languages import check_languages
from seq2seq.config.sections import DataConfig, SubwordsConfig
from seq2seq.config.settings import Config
from seq2seq.corpus.subwords import END, PAD, START
from seq2seq.corpus.vocabulary import Ids, Vocabulary, pad
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
    """Sentence pairs with their lengths in pieces (`source_length`, `target_length`, end of sentence included), and
    the guide's word links of each, where there is one.

    Each sentence is segmented once, and what is kept of it are its ids and the links of its pieces, as arrays: with
    sampled subwords its text and the links of its words instead, for they are cut anew in each epoch.
    """

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        vocabulary: Vocabulary,
        config: SubwordsConfig,
        links: Sequence[set[Link]] | None = None,
    ) -> None:
        self.vocabulary, self.config = vocabulary, config
        self.guided, self.sampled = links is not None, bool(config.sampling)
        examples = self._read(pairs, links) if links is None or self.sampled else self._read_with_spans(pairs, links)
        super().__init__(examples, [(name, RawField()) for name in ("source", "target")])

    def _read(self, pairs: Sequence[tuple[str, str]], links: Sequence[set[Link]] | None) -> list[Example]:
        """Examples of ids or, with sampled subwords, of texts and the links of their words."""
        sources, targets = zip(*pairs, strict=True)
        ids = zip(self.vocabulary.source.encode(sources), self.vocabulary.target.encode(targets), strict=True)
        examples = [_example([*source, END], [START, *target, END]) for source, target in ids]
        if self.sampled:
            for number, example in enumerate(examples):
                example.source, example.target = pairs[number]
                example.links = None if links is None else links[number]
        return examples

    def _read_with_spans(self, pairs: Sequence[tuple[str, str]], links: Sequence[set[Link]]) -> list[Example]:
        """Examples of ids and the links of their pieces."""
        examples = []
        for (source, target), of_words in zip(pairs, links, strict=True):
            read = self.vocabulary.source.segment(source)
            written = self.vocabulary.target.segment(target)
            example = _example(read.ids, [START, *written.ids])
            example.links = np.argwhere(piece_links(read.side, written.side, of_words)).astype(np.int32)
            examples.append(example)
        return examples

    @staticmethod
    def sort_key(example: Example) -> int:
        """Orders examples so that neighbours are alike in both lengths."""
        return int(interleave_keys(example.source_length, example.target_length))

    def drop_longer(self, max_length: int) -> int:
        """Remove the pairs with a side of more than `max_length` pieces; how many there were."""
        before = len(self.examples)
        self.examples: list[Example] = [
            e for e in self.examples if max(e.source_length, e.target_length) <= max_length + 1
        ]
        return before - len(self.examples)

    def batch(self, examples: Sequence[Example], seeds: tuple[int, int] = (0, 0)) -> Batch:
        """The padded ids of these examples, and the links of their pieces.

        seeds: of the sampled subwords of source and target; of no effect where none are sampled.
        """
        sources, targets = [e.source for e in examples], [e.target for e in examples]
        if self.sampled:
            source_seed, target_seed = seeds
            sources = [[*ids, END] for ids in self.vocabulary.source.sample(sources, self.config, source_seed)]
            targets = [[START, *ids, END] for ids in self.vocabulary.target.sample(targets, self.config, target_seed)]
        return Batch(pad(sources), pad(targets), self._links(examples, sources, targets) if self.guided else None)

    def _links(
        self, examples: Sequence[Example], sources: Sequence[Ids], targets: Sequence[Ids]
    ) -> Bool[Tensor, "batch tgt src"]:
        """The links of the pieces of these examples; sampled pieces are found in the text that they spell."""
        links = np.zeros((len(examples), max(map(len, targets)) - 1, max(map(len, sources))), dtype=np.bool_)
        for own, example, source, target in zip(links, examples, sources, targets, strict=True):
            if self.sampled:
                read = self.vocabulary.source.text_of(list(source[:-1]))
                written = self.vocabulary.target.text_of(list(target[1:-1]))
                own[: len(written), : len(read)] = piece_links(read, written, example.links)
            else:
                own[tuple(example.links.T)] = True
        return torch.from_numpy(links)


def _example(source: Sequence[int], target: Sequence[int]) -> Example:
    """An example of ids, the special ones included, with their lengths."""
    example = Example()
    example.source, example.target = np.array(source, dtype=np.int32), np.array(target, dtype=np.int32)
    example.source_length, example.target_length = len(source), len(target) - 1
    return example


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
            yield self.dataset.batch(self.minibatches[number], seeds).share(self.rank, self.processes)

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


def bucketed(dataset: ParallelDataset, batch_tokens: int, generator: random.Random) -> list[list[Example]]:
    """The examples in batches of about `batch_tokens` target pieces and of like lengths, in an order drawn at random.

    All that we ask of BucketIterator is done here. It has no argument for a seed and makes tensors itself, so that two
    of its attributes are touched that torchtext does not document: the state of its shuffle is set, and `batches`,
    which `init_epoch` makes, is read. torchtext is pinned to 0.6.0.
    """
    buckets = BucketIterator(
        dataset,
        batch_tokens,
        sort_key=dataset.sort_key,
        batch_size_fn=lambda example, count, tokens: tokens + example.target_length,
        train=True,
        sort_within_batch=True,
    )
    buckets.random_shuffler.random_state = generator.getstate()
    buckets.init_epoch()
    return list(buckets.batches)


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
    links: Sequence[set[Link]] | None = None,
) -> tuple[ParallelDataset, int]:
    """The pairs to train on, with their links, and how many were left out as longer than `max_length`.

    Raises InputError when none is left.
    """
    dataset = ParallelDataset(pairs, vocabulary, config.subwords, links)
    dropped = dataset.drop_longer(config.data.max_length)
    if not dataset.examples:
        raise InputError(
            f"{config.data.folder}: every training pair is longer than data.max_length ({config.data.max_length} "
            "pieces); raise it, or split the sentences"
        )
    return dataset, dropped
