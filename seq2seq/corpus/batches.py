"""Parallel text to batches; the one place that imports torchtext.

torchtext 0.6 gives the dataset, the batching by length and a shuffle whose state can be set. An epoch is a function of
the seed and its number alone, so that training can go on at any batch of it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from torchtext.data import BucketIterator, Dataset, Example, RawField, interleave_keys

from seq2seq.alignment.links import Link
from seq2seq.alignment.map import piece_links
from seq2seq.config.settings import Config, DataConfig, SubwordsConfig
from seq2seq.corpus.subwords import END, PAD, START, Subwords
from seq2seq.corpus.vocabulary import Vocabulary, pad
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


class SubwordField(RawField):
    """A column of a dataset: text in the examples, padded ids in a batch, segmented anew for each batch if sampled."""

    def __init__(self, subwords: Subwords, config: SubwordsConfig, is_target: bool) -> None:
        super().__init__(is_target=is_target)
        self.subwords, self.config = subwords, config
        self.seed: int | None = None
        """Seed of the next batch's segmentation; None takes the best one."""

    def process(self, batch: list[str], *args: Any, **kwargs: Any) -> Int[Tensor, "batch time"]:
        """Encode and pad the sentences of a batch."""
        if self.seed is None or not self.config.sampling:
            ids = self.subwords.encode(batch)
        else:
            ids = self.subwords.sample(batch, self.config, self.seed)
        start = [START] if self.is_target else []
        return pad([[*start, *sentence, END] for sentence in ids])


class ParallelDataset(Dataset):
    """Sentence pairs with their lengths in pieces (`source_length`, `target_length`, end of sentence included), and
    the guide's word links of each (`links`), where there is one."""

    def __init__(
        self,
        pairs: Sequence[tuple[str, str]],
        vocabulary: Vocabulary,
        config: SubwordsConfig,
        links: Sequence[set[Link]] | None = None,
        tokenised: bool = False,
    ) -> None:
        self.guided, self.tokenised, self.sampled = links is not None, tokenised, bool(config.sampling)
        self.source = SubwordField(vocabulary.source, config, is_target=False)
        self.target = SubwordField(vocabulary.target, config, is_target=True)
        fields = [("source", self.source), ("target", self.target)]
        examples = [Example.fromlist(list(pair), fields) for pair in pairs]
        for name, subwords in (("source", vocabulary.source), ("target", vocabulary.target)):
            lengths = map(len, subwords.encode([getattr(example, name) for example in examples]))
            for example, length in zip(examples, lengths, strict=True):
                setattr(example, f"{name}_length", length + 1)
        for example, linked in zip(examples, links or (), strict=False):
            example.links, example.piece_links = linked, None
        super().__init__(examples, fields)

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

    def batch(self, examples: Sequence[Example]) -> Batch:
        """The padded ids of these examples, and the links of their pieces."""
        source, target = (
            field.process([getattr(example, name) for example in examples]) for name, field in self.fields.items()
        )
        if not self.guided:
            return Batch(source, target)
        links = torch.zeros(len(examples), target.shape[1] - 1, source.shape[1], dtype=torch.bool)
        for n, example in enumerate(examples):
            own = self._piece_links(example, source[n], target[n])
            links[n, : own.shape[0], : own.shape[1]] = own
        return Batch(source, target, links)

    def _piece_links(self, example: Example, source: Tensor, target: Tensor) -> Bool[Tensor, "tgt src"]:
        """The word links over the pieces of a row of padded ids; pieces that are not sampled are looked at once."""
        if example.piece_links is not None:
            return cast(Tensor, example.piece_links)
        source_side, target_side = (
            field.subwords.text_of(ids[(ids != PAD) & (ids != START)][:-1].tolist(), self.tokenised)
            for field, ids in ((self.source, source), (self.target, target))
        )
        links = torch.from_numpy(piece_links(source_side, target_side, example.links))
        if not self.sampled:
            example.piece_links = links
        return links


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
        buckets = BucketIterator(
            dataset,
            batch_tokens,
            sort_key=dataset.sort_key,
            batch_size_fn=lambda example, count, tokens: tokens + example.target_length,
            train=True,
            sort_within_batch=True,
        )
        buckets.random_shuffler.random_state = random.Random(f"{seed} {epoch}").getstate()
        buckets.init_epoch()
        self.minibatches: list[list[Example]] = list(buckets.batches)

    def __len__(self) -> int:
        return len(self.minibatches)

    def __iter__(self) -> Iterator[Batch]:
        """The batches from `position` on, which is 0 but for an epoch that is resumed."""
        for number in range(self.position, len(self)):
            self.position = number + 1
            for field in (self.dataset.source, self.dataset.target):
                field.seed = random.Random(f"{self.seed} {self.epoch} {number} {field.is_target}").getrandbits(31)
            yield self.dataset.batch(self.minibatches[number]).share(self.rank, self.processes)

    def state_dict(self) -> dict[str, int]:
        """Which batch comes next; Lightning keeps it in each checkpoint."""
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on where a checkpoint was made, if that was in this epoch."""
        if state["epoch"] == self.epoch:
            self.position = state["position"]


def read_split(data: DataConfig, split: str) -> list[tuple[str, str]]:
    """The checked pairs of `train`, `val` or `test`.

    Raises InputError as `read_parallel` does, and where there is no folder of the corpus.
    """
    if not Path(data.folder).is_dir():
        raise InputError(
            f"{data.folder}: no such folder; make it with scripts/prepare_data.py (a recipe's first lines say how), or "
            "say with --data.folder where the corpus is"
        )
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
    dataset = ParallelDataset(pairs, vocabulary, config.subwords, links, config.data.tokenised)
    dropped = dataset.drop_longer(config.data.max_length)
    if not dataset.examples:
        raise InputError(
            f"{config.data.folder}: every training pair is longer than data.max_length ({config.data.max_length} "
            "pieces); raise it, or split the sentences"
        )
    return dataset, dropped
