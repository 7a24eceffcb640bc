"""References read rather than searched for (forced decoding): their likelihood, and what attention and aligner say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.corpus.subwords import END, START
from seq2seq.corpus.vocabulary import batches_by_length, pad
from seq2seq.translate.maps import maps_both_ways, own_map
from seq2seq.translate.translation import Translation
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
    self_attention: AlignmentMap | None
    """Of the source over itself, where the encoder has such a layer."""


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
        selves = None if references.self_weights is None else references.self_weights.cpu().numpy()
        sides = [(sources[i].side, targets[i].side) for i in batch]
        both = None if references.alignment is None else maps_both_ways(references.alignment, sides)
        for row, i in enumerate(batch):
            own = log_probs[row, : len(targets[i].ids)]
            over_itself = None if selves is None else _self_map(sources[i].side, selves[row])
            found[i] = Reading(own, own_map(*sides[row], weights[row]), both[row] if both else None, over_itself)
    return [found[i] for i in range(len(pairs))]


def _self_map(source: Side, weights: NDArray[np.float32]) -> AlignmentMap:
    return replace(own_map(source, source, weights), kind="self-attention")


@torch.inference_mode()
def align_translations(translator: Translator, translations: Sequence[Translation]) -> list[AlignmentMap]:
    """What the aligner, which has to be there, says of translations: the target over the source, over the pieces that
    the search has found; the same text may be cut otherwise where it is given."""
    engine = translator.engine
    sources = [translator.vocabulary.source.segment(one.alignment.source.text).ids for one in translations]
    targets = [one.ids if END in one.ids else (*one.ids, END) for one in translations]
    maps: dict[int, AlignmentMap] = {}
    for batch in batches_by_length([len(ids) for ids in sources], BATCH_TOKENS):
        source = pad([sources[i] for i in batch]).to(engine.device)
        target = pad([[START, *targets[i]] for i in batch]).to(engine.device)
        with torch.autocast(engine.device.type, enabled=False):
            weights = engine.align_both_ways(source, target).to_source.exp().cpu().numpy()  # batch tgt src
        for row, i in zip(weights, batch, strict=True):
            searched = translations[i].alignment
            maps[i] = replace(own_map(searched.source, searched.target, row[None]), kind="aligner")
    return [maps[i] for i in range(len(translations))]


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
