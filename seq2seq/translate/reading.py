"""References read rather than searched for (forced decoding): their likelihood, and what attention and aligner say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.alignment.map import AlignmentMap
from seq2seq.corpus.subwords import START
from seq2seq.corpus.vocabulary import batches_by_length, pad
from seq2seq.translate.maps import maps_both_ways, own_map
from seq2seq.translate.translator import BATCH_TOKENS, Translator

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What a translator makes of one reference as it reads it."""

    log_probs: NDArray[np.float32]
    """Log-probability (nats) of each piece and of the end of sentence: [pieces]."""
    attention: AlignmentMap
    """Of the decoder, over pieces."""
    aligner: tuple[AlignmentMap, AlignmentMap] | None
    """Of the aligner, where it was asked: the target over the source, and the source over the target."""


@torch.inference_mode()
def read(translator: Translator, pairs: Pairs, *, aligner: bool = False) -> list[Reading]:
    """Read the references of these pairs; with `aligner`, ask the aligner too, which has to be there."""
    engine, vocabulary = translator.engine, translator.vocabulary
    sources = [vocabulary.source.segment(source) for source, _ in pairs]
    targets = [vocabulary.target.segment(target) for _, target in pairs]
    found: dict[int, Reading] = {}
    for batch in batches_by_length([len(source.ids) for source in sources], BATCH_TOKENS):
        source = pad([sources[i].ids for i in batch]).to(engine.device)
        target = pad([[START, *targets[i].ids] for i in batch]).to(engine.device)
        with torch.autocast(engine.device.type, enabled=False):
            references = engine.read(source, target, aligner)
        log_probs, weights = references.log_probs.cpu().numpy(), references.weights.cpu().numpy()
        sides = [(sources[i].side, targets[i].side) for i in batch]
        both = None if references.alignment is None else maps_both_ways(references.alignment, sides)
        for row, i in enumerate(batch):
            own = log_probs[row, : len(targets[i].ids)]
            found[i] = Reading(own, own_map(*sides[row], weights[row]), both[row] if both else None)
    return [found[i] for i in range(len(pairs))]


class HasLogProbs(Protocol):
    """A `Reading`, or what is left of one."""

    @property
    def log_probs(self) -> NDArray[np.float32]:
        """As in `Reading`."""
        ...


def log_likelihood(readings: Sequence[HasLogProbs]) -> tuple[float, int]:
    """Log-probability (nats) of all references together, and the number of their pieces and ends of sentence."""
    log_probs = np.concatenate([one.log_probs for one in readings])
    return float(log_probs.sum(dtype=np.float64)), len(log_probs)
