"""The decoder: a whole target sentence at once in training, one step at a time in search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2seq.config.sections import ModelConfig
from seq2seq.model.attention import Attention, Memory
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.recurrent import Embedding, RecurrentLayer, SequenceDropout

Dropout = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class DecoderState:
    """All that the next step of a search depends on, for `beam` hypotheses of each sentence."""

    memory: Memory
    """Keys, values and mask of the sentences, shared by their hypotheses."""
    layers: tuple[tuple[Float[Tensor, "batch beam hidden"], ...], ...]
    """The cell state of each layer."""
    context: Float[Tensor, "batch beam hidden"]
    """The context of the step before."""

    def select_sentences(self, sentences: Int[Tensor, " kept"]) -> "DecoderState":
        """The state of these sentences alone: those that are finished leave the batch."""
        layers = tuple(tuple(part[sentences] for part in layer) for layer in self.layers)
        return DecoderState(self.memory.select(sentences), layers, self.context[sentences])

    def select_hypotheses(
        self, origins: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"] | None = None
    ) -> "DecoderState":
        """The state in which hypothesis j of sentence i goes on from what was hypothesis `origins[i, j]`; all of them
        do, whichever are `alive`."""
        first = torch.arange(len(origins), device=origins.device)[:, None] * self.context.shape[1]
        rows = (first + origins).flatten()

        def select(part: Tensor) -> Tensor:
            return part.flatten(0, 1).index_select(0, rows).unflatten(0, origins.shape)

        layers = tuple(tuple(map(select, layer)) for layer in self.layers)
        return replace(self, layers=layers, context=select(self.context))


class Decoder(nn.Module):
    """Recurrent layers whose states ask the encoder's, and a readout of state and context.

    With `context_feed: upper` the first layer reads the target words alone and its states are the queries; the layers
    above read the answers (as in RNMT+, Chen et al. 2018). No query depends on an answer, so in training the whole
    sentence is one call for each layer and one matrix product for all its attention. With `context_feed: input` the
    context of the step before is part of the first layer's input, the last layer's state is the query, and the steps
    have to be taken one by one (Bahdanau et al. 2015; input feeding, Luong et al. 2015, section 3.3).
    """

    def __init__(self, config: ModelConfig, embedding: Embedding) -> None:
        super().__init__()
        size, layers = config.hidden_size, config.decoder_layers
        self.feeds_input = config.context_feed == "input"
        self.residual = config.residual
        self.embedding = embedding
        self.bridge = nn.Linear(size, size * layers * (2 if config.cell == "lstm" else 1))
        first = config.embedding_size + (size if self.feeds_input else 0)
        above = size if self.feeds_input else 2 * size
        self.layers = nn.ModuleList(RecurrentLayer(config.cell, above if n else first, size) for n in range(layers))
        self.norms = nn.ModuleList(nn.LayerNorm(size) if config.layer_norm else nn.Identity() for _ in self.layers)
        self.dropout = SequenceDropout(config.dropout, config.variational_dropout)
        self.attention = Attention(size, config.attention, config.heads, config.projections)
        self.readout = nn.Linear(2 * size, config.embedding_size)
        self.readout_norm = nn.LayerNorm(config.embedding_size) if config.layer_norm else nn.Identity()

    def start(self, encoded: EncoderStates) -> DecoderState:
        """The state before the first word, with one hypothesis for each sentence: from the encoder's final state."""
        parts = torch.tanh(self.bridge(encoded.final)).unflatten(
            -1, (len(self.layers), -1, self.readout.in_features // 2)
        )
        layers = tuple(tuple(part[:, None] for part in layer.unbind(1)) for layer in parts.unbind(1))
        memory = self.attention.remember(encoded.states, encoded.mask)
        return DecoderState(memory, layers, torch.zeros_like(layers[0][0]))

    def forward(
        self, target: Int[Tensor, "batch tgt"], encoded: EncoderStates
    ) -> tuple[Float[Tensor, "batch tgt embedding"], Float[Tensor, "batch heads tgt src"]]:
        """What the output layer reads after each word of `target`, and the attention weights of that step."""
        state = self.start(encoded)
        words = self.embedding(target)
        return self._step_through(words, state) if self.feeds_input else self._all_at_once(words, state)

    def pack(self) -> None:
        """Make `step` faster, for weights that do not change any more (`RecurrentLayer.pack`)."""
        for layer in self.layers:
            cast(RecurrentLayer, layer).pack()

    def step(
        self,
        words: Int[Tensor, "batch beam"],
        state: DecoderState,
        weights: Float[Tensor, "batch heads beam src"] | None = None,
    ) -> tuple[Float[Tensor, "batch beam embedding"], Float[Tensor, "batch heads beam src"], DecoderState]:
        """What the output layer reads after one more word of each hypothesis, the weights, and the state after it.

        Where `weights` are given, the context is made with them, whatever attention would say.
        """
        return self._step(self.embedding(words), state, [self.dropout] * (len(self.layers) + 1), weights)

    def _all_at_once(
        self, words: Float[Tensor, "batch tgt embedding"], state: DecoderState
    ) -> tuple[Float[Tensor, "batch tgt embedding"], Float[Tensor, "batch heads tgt src"]]:
        initial = [tuple(part[:, 0] for part in layer) for layer in state.layers]
        query = hidden = self._finish_layer(0, words, self.layers[0](words, initial[0]), self.dropout)
        context, weights = self.attention(query, state.memory)
        for n, layer in enumerate(self.layers[1:], 1):
            hidden = self._finish_layer(
                n, hidden, layer(torch.cat([hidden, context], dim=-1), initial[n]), self.dropout
            )
        return self._read_out(hidden, context, self.dropout), weights

    def _step_through(
        self, words: Float[Tensor, "batch tgt embedding"], state: DecoderState
    ) -> tuple[Float[Tensor, "batch tgt embedding"], Float[Tensor, "batch heads tgt src"]]:
        outputs, rows = [], []
        dropouts = [self.dropout.draw(state.context) for _ in self.layers]
        dropouts.append(self.dropout.draw(words))
        for word in words.split(1, dim=1):  # batch 1 embedding: one hypothesis, the reference
            output, weights, state = self._step(word, state, dropouts)
            outputs.append(output)
            rows.append(weights)
        return torch.cat(outputs, dim=1), torch.cat(rows, dim=2)

    def _step(
        self,
        words: Float[Tensor, "batch beam embedding"],
        state: DecoderState,
        dropouts: Sequence[Dropout],
        given: Float[Tensor, "batch heads beam src"] | None = None,
    ) -> tuple[Float[Tensor, "batch beam embedding"], Float[Tensor, "batch heads beam src"], DecoderState]:
        """One step, with the dropout of each layer and of the readout."""
        inputs = torch.cat([words, state.context], dim=-1) if self.feeds_input else words
        layers = [self._step_layer(0, inputs, state)]
        hidden = self._finish_layer(0, words, layers[0][0], dropouts[0])
        if self.feeds_input:
            for n in range(1, len(self.layers)):
                layers.append(self._step_layer(n, hidden, state))
                hidden = self._finish_layer(n, hidden, layers[n][0], dropouts[n])
            context, weights = self._attend(hidden, state.memory, given)
        else:
            context, weights = self._attend(hidden, state.memory, given)
            for n in range(1, len(self.layers)):
                layers.append(self._step_layer(n, torch.cat([hidden, context], dim=-1), state))
                hidden = self._finish_layer(n, hidden, layers[n][0], dropouts[n])
        return (
            self._read_out(hidden, context, dropouts[-1]),
            weights,
            DecoderState(state.memory, tuple(layers), context),
        )

    def _attend(
        self, query: Float[Tensor, "batch beam hidden"], memory: Memory, given: Tensor | None
    ) -> tuple[Float[Tensor, "batch beam hidden"], Float[Tensor, "batch heads beam src"]]:
        """Context and weights: those of attention, or the given ones."""
        return self.attention(query, memory) if given is None else (self.attention.context(given, memory), given)

    def _step_layer(
        self, n: int, inputs: Float[Tensor, "batch beam input"], state: DecoderState
    ) -> tuple[Float[Tensor, "batch beam hidden"], ...]:
        flat = tuple(part.flatten(0, 1) for part in state.layers[n])
        layer = cast(RecurrentLayer, self.layers[n])
        stepped = layer.step(inputs.flatten(0, 1), flat)
        return tuple(part.unflatten(0, inputs.shape[:2]) for part in stepped)

    def _finish_layer(self, n: int, inputs: Tensor, hidden: Tensor, dropout: Dropout) -> Tensor:
        """Norm, dropout and residual connection around layer `n`."""
        hidden = dropout(self.norms[n](hidden))
        return inputs + hidden if self.residual and n else hidden

    def _read_out(self, hidden: Tensor, context: Tensor, dropout: Dropout) -> Tensor:
        """`tanh(W [state; context])`, the attentional vector of Luong et al. 2015, eq. 5."""
        return dropout(torch.tanh(self.readout_norm(self.readout(torch.cat([hidden, context], dim=-1)))))
