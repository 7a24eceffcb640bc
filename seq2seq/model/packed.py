"""A step of a decoder whose weights do not change any more: what one word or one sentence says is computed once.

Of a step of search, three products need no state of a hypothesis (Devlin 2017, section 3, has the first):

- The embedding's part of the first layer's gates depends on the word alone: a table with a row for each word.
- The context is a weighted sum of values, and a product with a sum is the sum of the products: `(a V) W = a (V W)`. So
  the context's part of the gates above and of the readout is made of the values once a sentence, and weighted.

Each layer that is left is one product of its input and its state side by side. Rounding aside the numbers are those of
`Decoder.step`. A hypothesis that search has dropped has no row any more, and costs nothing.
"""

import warnings
from dataclasses import dataclass, replace
from typing import cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from seq2seq.model.attention import Memory
from seq2seq.model.decoder import DecoderState
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.recurrent import RecurrentLayer
from seq2seq.model.seq2seq import Seq2Seq

GAP = 32
"""Numbers that nobody reads after each row of a matrix: two lines of the cache."""


@dataclass(frozen=True)
class PackedState:
    """All that the next step of a search depends on; a row for each hypothesis that goes on."""

    memory: Memory
    """Keys, values and mask of the sentences, shared by their hypotheses."""
    answers: Float[Tensor, "batch src width"] | None
    """What each source position adds to the gates of the layers above the first, and to the readout; None before the
    first step with several hypotheses, for with one it is as much work as it saves."""
    layers: tuple[tuple[Float[Tensor, "rows hidden"], Float[Tensor, "rows hidden"]], ...]
    """Hidden state and cell of each layer."""
    context: Float[Tensor, "batch beam hidden"]
    """The context of the step before; zeros for a hypothesis without a row."""
    slots: Int[Tensor, " rows"] | None = None
    """The place of each row in [batch, beam], counted through; None where each place has its row."""

    def select_sentences(self, sentences: Int[Tensor, " kept"]) -> "PackedState":
        """As `SearchState` has it."""
        beam = self.context.shape[1]
        every = torch.arange(beam, device=sentences.device).expand(len(sentences), beam)
        answers = None if self.answers is None else self.answers[sentences]
        state = replace(self, memory=self.memory.select(sentences), answers=answers)
        return state._pick(sentences[:, None] * beam + every, None)

    def select_hypotheses(
        self, origins: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"] | None = None
    ) -> "PackedState":
        """As `SearchState` has it."""
        first = torch.arange(len(origins), device=origins.device)[:, None] * self.context.shape[1]
        return self._pick(first + origins, alive)

    def _pick(self, places: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"] | None) -> "PackedState":
        """The state in which each place goes on from what was in one of `places`."""
        flat = places.flatten()
        if self.slots is None:
            rows = flat
        else:
            rows_of = torch.full((self.context[..., 0].numel(),), -1, device=flat.device)
            rows_of[self.slots] = torch.arange(len(self.slots), device=flat.device)
            rows = rows_of[flat]
        stay = rows >= 0 if alive is None else alive.flatten() & (rows >= 0)
        slots = None if stay.all() else stay.nonzero()[:, 0]
        rows = rows if slots is None else rows[slots]
        layers = tuple((hidden.index_select(0, rows), cell.index_select(0, rows)) for hidden, cell in self.layers)
        context = self.context.flatten(0, 1).index_select(0, flat).unflatten(0, places.shape)
        return replace(self, layers=layers, context=context, slots=slots)


def can_pack(model: Seq2Seq) -> bool:
    """Is there a faster step for this model? For an LSTM with one head whose context feeds the layers above, in fp32 on
    a CPU; elsewhere the kernels of whole cells are faster."""
    decoder, weight = model.decoder, model.output_bias
    fits = cast(RecurrentLayer, decoder.layers[0]).is_lstm and not decoder.feeds_input and decoder.attention.heads == 1
    return fits and weight.device.type == "cpu" and weight.dtype == torch.float32


class PackedDecoder:
    """The start and the steps of a search with a model that `can_pack`; its weights are copied here.

    With `eight_bits` the products of each step are of integers: each row of a matrix is scaled to 8 bits once, and each
    input to 7 as it comes, all rows of it by one scale (Devlin 2017, section 3.3, has 16). That is less exact, and
    what a hypothesis gets depends a little on those beside it.
    """

    def __init__(self, model: Seq2Seq, eight_bits: bool = False) -> None:
        self.model, self.decoder = model, model.decoder
        layers = [_Gates(cast(RecurrentLayer, layer)) for layer in self.decoder.layers]
        size = layers[0].recurrent.shape[0]
        with torch.no_grad():
            first, *above = layers
            every = torch.arange(len(self.decoder.embedding.weight))
            self.words = torch.addmm(first.bias, self.decoder.embedding(every[None])[0], first.inputs)  # vocab 4*hidden
            readout = self.decoder.readout.weight.t()  # 2*hidden embedding
            contexts = torch.cat([*(layer.inputs[size:] for layer in above), readout[size:]], dim=1)
            biases = torch.cat([*(layer.bias for layer in above), self.decoder.readout.bias])
            product = _Integers if eight_bits else _Floats
            self.first = product(first.recurrent)
            self.above = [product(torch.cat([layer.inputs[:size], layer.recurrent])) for layer in above]
            self.readout, self.contexts = product(readout[:size]), product(contexts)
            self.output, self.biases = product(model.output_weight.t()), biases

    def start(self, encoded: EncoderStates) -> PackedState:
        """The state before the first word, with one hypothesis for each sentence."""
        state: DecoderState = self.decoder.start(encoded)
        layers = cast(tuple[tuple[Tensor, Tensor], ...], state.layers)
        flat = tuple((hidden.flatten(0, 1).contiguous(), cell.flatten(0, 1).contiguous()) for hidden, cell in layers)
        return PackedState(state.memory, None, flat, state.context)

    def step(
        self,
        words: Int[Tensor, "batch beam"],
        state: PackedState,
        weights: Float[Tensor, "batch heads beam src"] | None = None,
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], PackedState]:
        """As `Seq2Seq.step`; the log-probabilities of a hypothesis without a row are -inf."""
        slots, shape = state.slots, words.shape

        def rows(part: Tensor) -> Tensor:
            return part.flatten(0, 1) if slots is None else part.flatten(0, 1).index_select(0, slots)

        def places(part: Tensor, empty: float = 0.0) -> Tensor:
            if slots is not None:
                part = part.new_full((words.numel(), part.shape[1]), empty).index_copy_(0, slots, part)
            return part.unflatten(0, shape)

        hidden, cell = state.layers[0]
        layers = [_cell(self.first(hidden, rows(self.words[words])), cell)]
        query = hidden = self.decoder.norms[0](layers[0][0])
        if weights is None:
            context, weights = self.decoder.attention(places(query), state.memory)
        else:
            context = self.decoder.attention.context(weights, state.memory)
        answers = state.answers
        if shape[1] > 1 and answers is None:
            values = self.decoder.attention.context_projection(state.memory.values[:, 0])
            answers = self.contexts(values.flatten(0, 1)).unflatten(0, values.shape[:2])
        if answers is None:
            told = self.contexts(rows(context), self.biases)
        else:
            told = rows(torch.matmul(weights[:, 0], answers)).add_(self.biases)
        size = query.shape[1]
        for n, product in enumerate(self.above):
            before, cell = state.layers[n + 1]
            gates = told[:, 4 * size * n : 4 * size * (n + 1)]
            layers.append(_cell(product(torch.cat([hidden, before], dim=1), gates), cell))
            above = self.decoder.norms[n + 1](layers[-1][0])
            hidden = hidden + above if self.decoder.residual else above
        outputs = self.readout(hidden, told[:, 4 * size * len(self.above) :])
        scores = self.output(self.decoder.readout_norm(outputs).tanh(), self.model.output_bias)
        log_probs = torch.log_softmax(scores, -1, out=scores)
        after = PackedState(state.memory, answers, tuple(layers), context, slots)
        return places(log_probs, -torch.inf), weights, after


class _Floats:
    """The product with a matrix, and what is added to it."""

    def __init__(self, matrix: Float[Tensor, "inputs outputs"]) -> None:
        # Rows a power of two of bytes apart share few lines of the cache; a gap after each row spreads them.
        wide = matrix.new_zeros(len(matrix), matrix.shape[1] + GAP)
        self.matrix = wide[:, : matrix.shape[1]].copy_(matrix)

    def __call__(
        self, rows: Float[Tensor, "rows inputs"], added: Tensor | None = None
    ) -> Float[Tensor, "rows outputs"]:
        return rows @ self.matrix if added is None else torch.addmm(added, rows, self.matrix)


class _Integers:
    """As `_Floats`, of integers: PyTorch's dynamically quantised product."""

    def __init__(self, matrix: Float[Tensor, "inputs outputs"]) -> None:
        weight = matrix.t().contiguous()
        scales = weight.abs().amax(1).clamp(min=torch.finfo(weight.dtype).tiny).double() / 127
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings(action="ignore"):  # of a name for it in another package
            quantised = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self.matrix = torch.ops.quantized.linear_prepack(quantised, None)

    def __call__(
        self, rows: Float[Tensor, "rows inputs"], added: Tensor | None = None
    ) -> Float[Tensor, "rows outputs"]:
        product: Tensor = torch.ops.quantized.linear_dynamic(rows, self.matrix, reduce_range=True)
        return product if added is None else product.add_(added)


class _Gates:
    """The matrices of an LSTM, transposed, with its gates in the order i f o g: three that are squashed in one way and
    one in another."""

    def __init__(self, layer: RecurrentLayer) -> None:
        def ordered(part: Tensor) -> Tensor:
            i, f, g, o = part.chunk(4)
            return torch.cat([i, f, o, g]).t() if part.dim() == 2 else torch.cat([i, f, o, g])

        inputs, recurrent, *biases = (part.detach() for part in layer.weights)
        self.inputs, self.recurrent = ordered(inputs), ordered(recurrent)
        self.bias = ordered(sum(biases[1:], biases[0]))


def _cell(
    gates: Float[Tensor, "rows gates"], cell: Float[Tensor, "rows hidden"]
) -> tuple[Float[Tensor, "rows hidden"], Float[Tensor, "rows hidden"]]:
    """Hidden state and cell after a step, from the gates in the order i f o g (Gers et al. 2000); writes into these."""
    squashed, new = gates.tensor_split([3 * cell.shape[1]], dim=1)
    i, f, o = squashed.sigmoid_().chunk(3, dim=1)
    cell = torch.addcmul(f * cell, i, new.tanh_())
    return o * cell.tanh(), cell
