"""References read rather than searched for (forced decoding): their likelihood, and what attention and aligner say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.alignment.map import AlignmentMap
from seq2seq.corpus.subwords import START
from seq2seq.corpus.vocabulary import batches_by_length, pad
from seq2seq.translate.ensemble import Ensemble, mean_map, mean_probability
from seq2seq.translate.translator import BATCH_TOKENS, Translator, maps_both_ways, own_map

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


def read(translator: Translator, pairs: Pairs, *, aligner: bool = False) -> list[Reading]:
    """Read the references of these pairs; with `aligner`, ask the aligner too, which has to be there.

    An ensemble's probabilities are the means of its members', and so are its maps.
    """
    if not isinstance(translator, Ensemble):
        return _read(translator, pairs, aligner)
    members = [_read(member, pairs, aligner) for member in translator.members]
    return [_mean(readings) for readings in zip(*members, strict=True)]


def log_likelihood(readings: Sequence[Reading]) -> tuple[float, int]:
    """Log-probability (nats) of all references together, and the number of their pieces and ends of sentence."""
    log_probs = np.concatenate([one.log_probs for one in readings])
    return float(log_probs.sum(dtype=np.float64)), len(log_probs)


@torch.inference_mode()
def _read(translator: Translator, pairs: Pairs, aligner: bool) -> list[Reading]:
    """The readings of one model, in batches of like length."""
    model, vocabulary = translator.model.eval(), translator.vocabulary
    tokenised, device = translator.config.data.tokenised, model.output_bias.device
    sources = [vocabulary.source.segment(source, tokenised) for source, _ in pairs]
    targets = [vocabulary.target.segment(target, tokenised) for _, target in pairs]
    found: dict[int, Reading] = {}
    for batch in batches_by_length([len(source.ids) for source in sources], BATCH_TOKENS):
        source = pad([sources[i].ids for i in batch]).to(device)
        target = pad([[START, *targets[i].ids] for i in batch]).to(device)
        sides = [(sources[i].side, targets[i].side) for i in batch]
        with torch.autocast(device.type, enabled=False):
            encoded = model.encode(source)
            outputs, weights = model.decoder(target[:, :-1], encoded)  # weights: batch heads tgt src
            _, nll = model.losses_of(outputs, target)
            both = maps_both_ways(model.align(source, target[:, 1:], encoded), sides) if aligner else None
        log_probs = (-nll).cpu().split([len(targets[i].ids) for i in batch])
        for row, i in enumerate(batch):
            attention = own_map(*sides[row], weights[row].cpu().numpy())
            found[i] = Reading(log_probs[row].numpy(), attention, both[row] if both else None)
    return [found[i] for i in range(len(pairs))]


def _mean(readings: Sequence[Reading]) -> Reading:
    """The reading of an ensemble from those of its members."""
    log_probs = mean_probability(torch.stack([torch.from_numpy(one.log_probs) for one in readings])).numpy()
    aligners = [one.aligner for one in readings if one.aligner is not None]
    both = (mean_map([there for there, _ in aligners]), mean_map([back for _, back in aligners])) if aligners else None
    return Reading(log_probs, mean_map([one.attention for one in readings]), both)
