"""The aligner: an attention between two sentences that are both known, for word links.

The decoder attends before it has chosen its next word, so its row for a word says where a word like this was expected
from. Here the query of a target word has seen the word itself and all around it (as the full-context alignment layer of
Garg et al. 2019), and one matrix of scores is read in both directions: a softmax over the source for each target word,
and one over the target for each source word. A word whose row looks at the other side's end of sentence has no link.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.config.sections import ModelConfig
from seq2seq.corpus.subwords import PAD
from seq2seq.model.attention import ScaledDotScore
from seq2seq.model.encoder import BidirectionalLayer, EncoderStates
from seq2seq.model.recurrent import Embedding, SequenceDropout


@dataclass(frozen=True)
class Alignment:
    """Logarithms of the weights of both directions; rows of real positions sum to 1, padding has next to nothing."""

    to_source: Float[Tensor, "batch tgt src"]
    """Of each target piece on the source pieces."""
    to_target: Float[Tensor, "batch src tgt"]
    """Of each source piece on the target pieces."""


class Aligner(nn.Module):
    """Scores each target piece against each source piece, from their states and their embeddings.

    Its own bidirectional layer reads the target, as the encoder reads the source. Positions of both sides are those of
    pieces and the end of sentence.
    """

    def __init__(self, config: ModelConfig, source: Embedding, target: Embedding) -> None:
        super().__init__()
        self.source, self.target = source, target
        size = config.embedding_size
        self.reader = BidirectionalLayer(config.cell, size, config.hidden_size)
        self.dropout = SequenceDropout(config.dropout, config.variational_dropout)
        self.query = nn.Linear(config.hidden_size + size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size + size, config.hidden_size)
        self.score = ScaledDotScore()

    def forward(
        self,
        source: Int[Tensor, "batch src"],
        encoded: EncoderStates,
        target: Int[Tensor, "batch tgt"],
        target_mask: Bool[Tensor, "batch tgt"],
    ) -> Alignment:
        """Align padded ids; `target` has no start symbol."""
        words = self.target(target)
        states = self.dropout(self.reader(words, target_mask.sum(1))[0])
        query = self.query(torch.cat([states, words], dim=-1))  # batch tgt hidden
        key = self.key(torch.cat([encoded.states, self.source(source)], dim=-1))  # batch src hidden
        scores = self.score(query[:, None], key[:, None])[:, 0].float()  # batch tgt src
        return Alignment(
            _masked_log_softmax(scores, encoded.mask), _masked_log_softmax(scores.transpose(1, 2), target_mask)
        )

    def restoration_loss(
        self, alignment: Alignment, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch tgt"]
    ) -> Float[Tensor, ""]:
        """Mean negative log-likelihood, in nats, of each piece given only the embeddings that its row attends to.

        Attention may look at a word to choose where to look, but can tell of it no more than where it looked. Added up
        for both directions.
        """
        return self._restore(alignment.to_source, self.source.weight[source], self.target.weight, target) + (
            self._restore(alignment.to_target, self.target.weight[target], self.source.weight, source)
        )

    def _restore(self, log_weights: Tensor, others: Tensor, vocabulary: Tensor, ids: Tensor) -> Tensor:
        contexts = log_weights.exp().to(others.dtype) @ others  # batch rows embedding
        logits = functional.linear(math.sqrt(others.shape[-1]) * contexts[ids != PAD], vocabulary)
        return functional.cross_entropy(logits.float(), ids[ids != PAD])


def _masked_log_softmax(
    scores: Float[Tensor, "batch rows columns"], mask: Bool[Tensor, "batch columns"]
) -> Float[Tensor, "batch rows columns"]:
    return scores.masked_fill(~mask[:, None], torch.finfo(scores.dtype).min).log_softmax(-1)


def guided_loss(
    log_weights: Float[Tensor, "batch rows columns"], links: Bool[Tensor, "batch rows columns"]
) -> Float[Tensor, ""]:
    """Mean cross-entropy, in nats, of the rows that have links, all of which are right in equal shares (Chen et al.
    2016; Garg et al. 2019, eq. 2); 0 where no row has any."""
    counts = links.sum(-1)
    linked = counts > 0
    losses = -torch.where(links, log_weights, 0.0).sum(-1)[linked] / counts[linked]
    return losses.sum() / linked.sum().clamp(min=1)


def guided_alignment_loss(
    alignment: Alignment,
    links: Bool[Tensor, "batch tgt src"],
    source_mask: Bool[Tensor, "batch src"],
    target_mask: Bool[Tensor, "batch tgt"],
) -> Float[Tensor, ""]:
    """The guided losses of both directions; what has no link is to look at the other side's end of sentence."""
    return guided_loss(alignment.to_source, _or_end(links, target_mask, source_mask)) + guided_loss(
        alignment.to_target, _or_end(links.transpose(1, 2), source_mask, target_mask)
    )


def _or_end(
    links: Bool[Tensor, "batch rows columns"], rows: Bool[Tensor, "batch rows"], columns: Bool[Tensor, "batch columns"]
) -> Bool[Tensor, "batch rows columns"]:
    """The links, and one to the last real column for each real row without any."""
    places = torch.arange(columns.shape[1], device=columns.device)
    end = places == columns.sum(1, keepdim=True) - 1  # batch columns
    alone = rows & ~links.any(-1)
    return links | (alone[:, :, None] & end[:, None, :])
