"""Ids of sentences: the subword models of a run's two languages, padding, and batches by length.

Apart from `batches` so that translating does not import torchtext.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.subwords import PAD, Subwords

MOST_PAIRS = 250_000
"""SentencePiece holds in memory all text that it is trained on, about 1.3 KB a sentence."""

Ids = Sequence[int] | NDArray[np.int32]
"""Ids of the pieces of one sentence."""


@dataclass(frozen=True)
class Vocabulary:
    """The subword models of a run's two languages; one and the same where it is joint."""

    source: Subwords
    target: Subwords

    @property
    def joint(self) -> bool:
        """Do both languages share one model?"""
        return self.source is self.target

    @classmethod
    def train(cls, pairs: Sequence[tuple[str, str]], config: SubwordsConfig, tokenised: bool = False) -> "Vocabulary":
        """Train on the text of a corpus, or on every Nth pair of it where there are more than `MOST_PAIRS`.

        `tokenised` is as in `Subwords`. Raises InputError where `vocab_size` is too small for the text.
        """
        if config.joint:
            both = Subwords.train((side for pair in seen(pairs) for side in pair), config, tokenised)
            return cls(both, both)
        return cls(*(Subwords.train((pair[side] for pair in seen(pairs)), config, tokenised) for side in (0, 1)))

    @classmethod
    def load(cls, run: Path, joint: bool, tokenised: bool = False) -> "Vocabulary":
        """The models of a run's folder; InputError where one is missing."""
        models = [Subwords.load(run / name, tokenised) for name in cls.names(joint)]
        return cls(models[0], models[-1])

    @staticmethod
    def names(joint: bool) -> list[str]:
        """The files of a run's models."""
        return ["subwords.model"] if joint else ["subwords.source.model", "subwords.target.model"]

    def files(self) -> dict[str, bytes]:
        """The models as `save` writes them, by the names of their files."""
        return {name: model.model for name, model in self._models().items()}

    def save(self, run: Path) -> None:
        """Write `subwords.model`, or one for the source and one for the target."""
        for name, model in self._models().items():
            model.save(run / name)

    def _models(self) -> dict[str, Subwords]:
        return dict(zip(self.names(self.joint), (self.source, self.target), strict=False))  # the same, where joint


def seen(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs that subwords are trained on."""
    step = -(-len(pairs) // MOST_PAIRS)
    return (pairs[position] for position in range(0, len(pairs), max(step, 1)))


def pad(sentences: Sequence[Ids]) -> Int[Tensor, "batch time"]:
    """Ids of sentences of any lengths, filled up with PAD after each."""
    return pad_sequence(
        [torch.as_tensor(ids, dtype=torch.int64) for ids in sentences], batch_first=True, padding_value=PAD
    )


def batches_by_length(lengths: Sequence[int], batch_tokens: int) -> list[list[int]]:
    """Positions of sentences in batches of like length, the longest first: each of at most `batch_tokens` pieces,
    padding included, or of one sentence."""
    batches: list[list[int]] = []
    width = 0
    for position in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not batches or width * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
            width = lengths[position]
        batches[-1].append(position)
    return batches
