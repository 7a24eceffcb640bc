"""Source ids to encoder states: the keys and the values of attention."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2seq.config.sections import ModelConfig
from seq2seq.model.attention import Attention
from seq2seq.model.recurrent import Embedding, RecurrentLayer, SequenceDropout


@dataclass(frozen=True)
class EncoderStates:
    """What the encoder makes of a batch of sentences."""

    states: Float[Tensor, "batch src hidden"]
    """The hidden states, both directions side by side; 0 at padding."""
    mask: Bool[Tensor, "batch src"]
    """True where there is a real token."""
    final: Float[Tensor, "batch hidden"]
    """The last layer's state after the whole sentence, of each direction; never one of padding."""
    self_weights: Float[Tensor, "batch heads src src"] | None
    """Weights of the self-attention layer, where the model has one."""


def reverse_within_length(
    states: Float[Tensor, "batch src size"], lengths: Int[Tensor, " batch"]
) -> Float[Tensor, "batch src size"]:
    """Each sequence reversed within its own length, padding where it was; its own inverse."""
    positions = torch.arange(states.shape[1], device=states.device)[None]  # 1 src
    reverse = torch.where(positions < lengths[:, None], lengths[:, None] - 1 - positions, positions)
    return states.gather(1, reverse[..., None].expand_as(states))


class BidirectionalLayer(nn.Module):
    """A layer that reads the sentence forwards and one that reads it backwards, each half of the width.

    Two plain layers, the second over each sentence reversed within its own length, instead of a packed bidirectional
    one: padding stays after every real token in both, so nothing of it reaches them, and on a CPU the fused kernel
    stays in use, which packing would forbid.
    """

    def __init__(self, cell: str, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.forwards = RecurrentLayer(cell, input_size, hidden_size // 2)
        self.backwards = RecurrentLayer(cell, input_size, hidden_size // 2)

    def forward(
        self, inputs: Float[Tensor, "batch src input"], lengths: Int[Tensor, " batch"]
    ) -> tuple[Float[Tensor, "batch src hidden"], Float[Tensor, "batch hidden"]]:
        """The states at each position, and each direction's state after its last real token."""
        forwards = self.forwards(inputs)
        backwards = self.backwards(reverse_within_length(inputs, lengths))
        last = (lengths - 1)[:, None, None].expand(-1, 1, forwards.shape[2])
        final = torch.cat([forwards.gather(1, last), backwards.gather(1, last)], dim=-1)[:, 0]
        return torch.cat([forwards, reverse_within_length(backwards, lengths)], dim=-1), final


class Encoder(nn.Module):
    """Embeddings, bidirectional layers, and self-attention where it is asked for."""

    def __init__(self, config: ModelConfig, embedding: Embedding) -> None:
        super().__init__()
        size = config.hidden_size
        self.embedding = embedding
        self.layers = nn.ModuleList(
            BidirectionalLayer(config.cell, size if layer else config.embedding_size, size)
            for layer in range(config.encoder_layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(size) if config.layer_norm else nn.Identity() for _ in self.layers)
        self.dropout = SequenceDropout(config.dropout, config.variational_dropout)
        self.residual = config.residual
        self.self_attention = (
            Attention(size, config.attention, config.heads, config.projections) if config.self_attention else None
        )

    def forward(self, source: Int[Tensor, "batch src"], mask: Bool[Tensor, "batch src"]) -> EncoderStates:
        """Encode padded ids; every sentence has at least one real token."""
        return self.read(self.embedding(source), mask)

    def read(self, states: Float[Tensor, "batch src embedding"], mask: Bool[Tensor, "batch src"]) -> EncoderStates:
        """Encode embedded words: those of ids, or others in their place."""
        lengths = mask.sum(1)
        for n, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            read, final = layer(states, lengths)
            read = self.dropout(norm(read))
            states = states + read if self.residual and n else read
        weights = None
        if self.self_attention is not None:
            context, weights = self.self_attention(states, self.self_attention.remember(states, mask))
            states = states + context
        return EncoderStates(states * mask[..., None], mask, final, weights)
