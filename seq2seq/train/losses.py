"""What an update makes smaller: the loss of translation, and those of the word links."""

import torch
from torch import Tensor

from seq2seq.config.sections import AlignmentConfig
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import Batch
from seq2seq.corpus.subwords import PAD
from seq2seq.model.aligner import guided_alignment_loss, guided_loss
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.seq2seq import Seq2Seq


def update_losses(model: Seq2Seq, batch: Batch, config: Config) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss of a batch, a mean over its target pieces, and what it is made of: `nll`, in nats a target piece, and,
    where they are learned, those of `alignment_losses`."""
    settings = config.training
    if settings.consistency:
        batch = batch.twice()
    encoded = model.encode(batch.source)
    outputs, weights = model.decoder(batch.target[:, :-1], encoded)
    losses, nll = model.losses_of(outputs, batch.target, settings.label_smoothing, settings.consistency)
    loss, parts = losses.mean(), alignment_losses(model, batch, encoded, weights, config.alignment)
    if parts:
        factors = {"guided_attention": config.alignment.guided_attention}
        loss = loss + sum(factors.get(name, 1.0) * part for name, part in parts.items())
    return loss, {"nll": nll.mean()} | {name: part.detach() for name, part in parts.items()}


def alignment_losses(
    model: Seq2Seq, batch: Batch, encoded: EncoderStates, weights: Tensor, settings: AlignmentConfig
) -> dict[str, Tensor]:
    """What the decoder's attention (`guided_attention`) and the aligner (`aligner`) have to learn from this batch.

    weights: of the decoder's attention, [batch, heads, tgt, src].
    """
    found, source, target = {}, batch.source, batch.target[:, 1:]
    if batch.links is not None and settings.guided_attention:
        rows = weights.mean(1).clamp(min=torch.finfo(weights.dtype).tiny).log()
        found["guided_attention"] = guided_loss(rows, batch.links)
    if model.aligner is not None:
        alignment = model.align(source, target, encoded)
        if batch.links is not None:
            found["aligner"] = guided_alignment_loss(alignment, batch.links, source != PAD, target != PAD)
        else:
            found["aligner"] = model.aligner.restoration_loss(alignment, source, target)
    return found
