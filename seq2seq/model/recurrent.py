"""The recurrent layer that encoder and decoder are built from: a whole sequence at once, or one step."""

import math
from collections.abc import Callable
from contextlib import suppress

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

CellState = tuple[Float[Tensor, "batch hidden"], ...]
"""The state of a recurrent cell: `(hidden, cell)` of an LSTM, `(hidden,)` of a GRU."""


class RecurrentLayer(nn.Module):
    """One LSTM (Hochreiter & Schmidhuber 1997) or GRU (Cho et al. 2014) layer in one direction."""

    def __init__(self, cell: str, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.is_lstm = cell == "lstm"
        self.rnn = (nn.LSTM if self.is_lstm else nn.GRU)(input_size, hidden_size, batch_first=True)
        input_weight, hidden_weight, input_bias, hidden_bias = self.weights
        nn.init.xavier_uniform_(input_weight)
        for matrix in hidden_weight.data.split(hidden_size):
            nn.init.orthogonal_(matrix)
        nn.init.zeros_(input_bias)
        nn.init.zeros_(hidden_bias)
        self.packed: tuple[Tensor, Tensor] | None = None
        if self.is_lstm:  # an open forget gate at the start (Jozefowicz et al. 2015)
            nn.init.ones_(input_bias.data[hidden_size : 2 * hidden_size])

    @property
    def weights(self) -> list[Tensor]:
        """Input and hidden weights, input and hidden biases."""
        return list(self.rnn.parameters())

    def forward(
        self, inputs: Float[Tensor, "batch time input"], state: CellState | None = None
    ) -> Float[Tensor, "batch time hidden"]:
        """The hidden states of a whole sequence, from a state or from zero: one call of the fused kernel.

        On a CPU that kernel cuts the batch into equal blocks, down to single sentences where its size is a prime; zeros
        fill it up to a multiple of 8, which makes it up to four times as fast.
        """
        batch = len(inputs)
        spare = -batch % 8 if inputs.device.type == "cpu" else 0
        inputs = functional.pad(inputs, (0, 0, 0, 0, 0, spare))
        if state is None:
            return self.rnn(inputs)[0][:batch]
        initial = tuple(functional.pad(part, (0, 0, 0, spare))[None] for part in state)
        return self.rnn(inputs, initial if self.is_lstm else initial[0])[0][:batch]

    def pack(self) -> None:
        """Make `step` faster, for weights that do not change any more.

        On a sequence of one step the fused kernel spends more on preparing its weights than on the arithmetic. For an
        LSTM in bf16 on a CPU they can be prepared once, which makes a step twice as fast as the bare cell. The
        operators that do so are private to torch: where a version of it has others, the bare cell is used.
        """
        on_cpu = self.rnn.weight_ih_l0.device.type == "cpu" and torch.backends.mkldnn.is_available()
        if self.is_lstm and on_cpu and self.rnn.weight_ih_l0.dtype == torch.bfloat16:
            with suppress(AttributeError, TypeError, RuntimeError), torch.no_grad():
                packed = self._reorder()
                hidden, inputs = (
                    self.weights[0].new_zeros(1, size) for size in (self.rnn.hidden_size, self.rnn.input_size)
                )
                self._packed_step(inputs, (hidden, hidden), *packed)  # may fail
                self.packed = packed

    def step(self, inputs: Float[Tensor, "batch input"], state: CellState) -> CellState:
        """The state after one step; its first part is the output. The bare cell, or the fused kernel (`pack`)."""
        if self.packed is not None:
            return self._packed_step(inputs, state, *self.packed)
        if self.is_lstm:
            return torch.lstm_cell(inputs, state, *self.weights)
        return (torch.gru_cell(inputs, state[0], *self.weights),)

    def _reorder(self) -> tuple[Tensor, Tensor]:
        """The weights in the order in which the fused kernel reads them."""
        input_weight, hidden_weight, *_ = self.weights
        reorder = torch.ops.mkldnn._reorder_mkldnn_rnn_layer_weight
        first, second = reorder(
            input_weight, hidden_weight, self.rnn.hidden_size, reverse=False, has_biases=True, batch_first=False
        )
        return first, second

    def _packed_step(
        self, inputs: Float[Tensor, "batch input"], state: CellState, input_weight: Tensor, hidden_weight: Tensor
    ) -> CellState:
        *_, input_bias, hidden_bias = self.weights
        batch, spare = len(inputs), -len(inputs) % 8  # zeros as in `forward`
        inputs, hidden, cell = (functional.pad(part, (0, 0, 0, spare))[None] for part in (inputs, *state))
        _, hidden, cell, _ = torch.mkldnn_rnn_layer(
            inputs,
            input_weight,
            hidden_weight,
            input_bias,
            hidden_bias,
            hidden,
            cell,
            reverse=False,
            batch_sizes=[],
            mode=2,  # an LSTM
            hidden_size=self.rnn.hidden_size,
            num_layers=1,
            has_biases=True,
            bidirectional=False,
            batch_first=False,
            train=False,
        )
        return hidden[0, :batch], cell[0, :batch]


class SequenceDropout(nn.Module):
    """Dropout of features; `variational` keeps one mask for all positions of a sentence (Gal & Ghahramani 2016)."""

    def __init__(self, rate: float, variational: bool) -> None:
        super().__init__()
        self.rate, self.variational = rate, variational

    def forward(self, states: Float[Tensor, "batch time size"]) -> Float[Tensor, "batch time size"]:
        return self.draw(states)(states)

    def draw(self, like: Float[Tensor, "batch time size"]) -> Callable[[Tensor], Tensor]:
        """Dropout for states of this batch and size that are made step by step: `variational` draws its mask here."""
        if not self.training or not self.rate:
            return lambda states: states
        if not self.variational:
            return lambda states: states * dropout_mask(states, self.rate)
        mask = dropout_mask(like[:, :1], self.rate)
        return lambda states: states * mask.to(states.dtype)


def dropout_mask(like: Float[Tensor, "*shape"], rate: float) -> Float[Tensor, "*shape"]:
    """Zeros with the chance `rate`, to a 65,536th, and elsewhere 1 / (1 - rate): what dropout multiplies states by.

    Four elements are drawn with each random number of 64 bits, which on a CPU takes a quarter of the time of
    `functional.dropout`.
    """
    draws = torch.empty(-(-like.numel() // 4), dtype=torch.int64, device=like.device).random_(-(2**63), None)
    kept = draws.view(torch.int16)[: like.numel()].view(like.shape) >= round(rate * 2**16) - 2**15
    return kept.to(like.dtype).mul_(1 / (1 - rate))


class Embedding(nn.Module):
    """Word embeddings with dropout of features and of whole words, scaled so that a tied output layer starts small.

    The matrix starts at variance 1 / size and is multiplied by sqrt(size) here (Vaswani et al. 2017, section 3.4).
    """

    def __init__(self, vocab_size: int, size: int, dropout: SequenceDropout, word_dropout: float) -> None:
        super().__init__()
        weight = torch.empty(vocab_size, size)
        if not weight.is_meta:  # there is nothing to draw, and torch would load its compiler, which takes a second
            weight.normal_().div_(math.sqrt(size))
        self.weight = nn.Parameter(weight)
        self.dropout, self.word_dropout = dropout, word_dropout

    def forward(self, ids: Tensor) -> Tensor:
        """The embedded words of `ids` [batch, time]: [batch, time, size]."""
        embedded = self.dropout(functional.embedding(ids, self.weight) * math.sqrt(self.weight.shape[1]))
        if self.training and self.word_dropout:
            embedded = embedded * (torch.rand(ids.shape, device=ids.device) >= self.word_dropout)[..., None]
        return embedded
