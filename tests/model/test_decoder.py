"""The decoder against plain equations, a whole sentence against steps, and what may depend on what."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from seq2seq.config.sections import ModelConfig
from seq2seq.model.decoder import Decoder, DecoderState
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.recurrent import Embedding, SequenceDropout

BATCH, BEAM, TGT, SRC, EMBEDDING, HIDDEN, VOCAB = 2, 3, 5, 7, 11, 26, 17
LENGTHS = (7, 4)
SCORES = ["dot", "scaled_dot", "general", "additive"]
FEEDS = [("upper", 2), ("upper", 3), ("input", 1), ("input", 2), ("input", 3)]  # `upper` needs a layer above


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def decoder_of(**options: Any) -> Decoder:
    """A decoder in float64, in evaluation, whose biases and norms are not those of the start."""
    config = ModelConfig(embedding_size=EMBEDDING, hidden_size=HIDDEN, **options)
    embedding = Embedding(VOCAB, EMBEDDING, SequenceDropout(config.embedding_dropout, config.variational_dropout), 0.0)
    decoder = Decoder(config, embedding).double().eval()
    for parameter in decoder.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return decoder


def encoded_of(lengths: tuple[int, ...] = LENGTHS) -> EncoderStates:
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    states = torch.randn(*mask.shape, HIDDEN).double() * mask[..., None]
    return EncoderStates(states, mask, torch.randn(len(lengths), HIDDEN).double(), None)


def target_of(batch: int = BATCH) -> Tensor:
    return torch.randint(VOCAB, (batch, TGT))


def beam_of(decoder: Decoder) -> tuple[EncoderStates, DecoderState]:
    """The state of different hypotheses of each sentence, after two words."""
    encoded = encoded_of()
    state = decoder.start(encoded).select_hypotheses(torch.zeros(BATCH, BEAM, dtype=torch.long))
    for _ in range(2):
        _, _, state = decoder.step(torch.randint(VOCAB, (BATCH, BEAM)), state)
    return encoded, state


def parts(state: DecoderState) -> list[Tensor]:
    """Everything in a state that belongs to a hypothesis: batch beam hidden."""
    return [*(part for layer in state.layers for part in layer), state.context]


# Against plain equations


def initial_states(decoder: Decoder, final: Tensor, cell: str) -> list[Any]:
    """What nn.LSTMCell or nn.GRUCell of each layer starts with: tanh of the bridge, cut in order."""
    cut = torch.tanh(final @ decoder.bridge.weight.T + decoder.bridge.bias).split(HIDDEN)
    return [cut[2 * n : 2 * n + 2] if cell == "lstm" else cut[n] for n in range(len(decoder.layers))]


def reference(
    decoder: Decoder, words: list[int], states: Tensor, final: Tensor, options: dict[str, Any]
) -> tuple[Tensor, Tensor]:
    """Outputs and weights of one sentence without padding, step by step, dot attention with one head."""
    cell, feeds_input, residual = options["cell"], options["context_feed"] == "input", options["residual"]
    cells = []
    for layer in decoder.layers:
        rnn = layer.rnn
        assert isinstance(rnn, nn.LSTM | nn.GRU)
        cells.append((nn.LSTMCell if cell == "lstm" else nn.GRUCell)(rnn.input_size, HIDDEN).double())
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cells[-1], name).data = getattr(rnn, f"{name}_l0").data
    carried, context = initial_states(decoder, final, cell), torch.zeros(HIDDEN).double()
    outputs, rows = [], []
    for word in words:
        embedded = decoder.embedding.weight[word] * math.sqrt(EMBEDDING)
        hidden = torch.cat([embedded, context]) if feeds_input else embedded
        for n, one in enumerate(cells):
            below = hidden
            if n and not feeds_input:
                hidden = torch.cat([hidden, context])
            carried[n] = one(hidden, carried[n])
            hidden = carried[n][0] if cell == "lstm" else carried[n]
            hidden = below + hidden if residual and n else hidden
            if n == (len(cells) - 1 if feeds_input else 0):  # here the query is asked
                exponentials = [math.exp((hidden @ key).item()) for key in states]
                rows.append(torch.tensor(exponentials, dtype=torch.float64) / sum(exponentials))
                context = sum((w * value for w, value in zip(rows[-1], states, strict=True)), torch.zeros(HIDDEN))
        readout = decoder.readout
        outputs.append(torch.tanh(readout.weight @ torch.cat([hidden, context]) + readout.bias))
    return torch.stack(outputs), torch.stack(rows)


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("feed", "layers"), FEEDS)
def test_decoder_is_its_equations(feed: str, layers: int, cell: str, residual: bool) -> None:
    """With dot attention, one head and no projections, by PyTorch's cells and plain sums, each sentence alone."""
    options = {"context_feed": feed, "decoder_layers": layers, "cell": cell, "residual": residual}
    decoder, encoded, target = decoder_of(**options), encoded_of(), target_of()
    outputs, weights = decoder(target, encoded)
    assert outputs.shape == (BATCH, TGT, EMBEDDING) and weights.shape == (BATCH, 1, TGT, SRC)
    for sentence, length in enumerate(LENGTHS):
        keys = encoded.states[sentence, :length]
        expected, rows = reference(decoder, target[sentence].tolist(), keys, encoded.final[sentence], options)
        assert torch.allclose(weights[sentence, 0, :, :length], rows)
        assert not weights[sentence, 0, :, length:].any()
        assert torch.allclose(outputs[sentence], expected)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_start(cell: str) -> None:
    """Each layer's state is its own slice of the bridge; the context of the step before the first is 0."""
    decoder, encoded = decoder_of(cell=cell, decoder_layers=3), encoded_of()
    state = decoder.start(encoded)
    for sentence in range(BATCH):
        expected = initial_states(decoder, encoded.final[sentence], cell)
        for layer, wanted in zip(state.layers, expected, strict=True):
            wanted = wanted if cell == "lstm" else (wanted,)
            for part, tensor in zip(layer, wanted, strict=True):
                assert torch.allclose(part[sentence], tensor[None])
    assert state.context.shape == (BATCH, 1, HIDDEN) and not state.context.any()
    assert torch.equal(state.memory.values[:, 0], encoded.states)
    assert torch.equal(state.memory.mask, encoded.mask)


# A whole sentence at once is a sentence step by step


@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("feed", "layers"), FEEDS)
def test_whole_sentence_is_step_by_step(feed: str, layers: int, cell: str, score: str, heads: int) -> None:
    for residual, layer_norm in ((True, False), (False, True)):
        decoder = decoder_of(
            context_feed=feed,
            decoder_layers=layers,
            cell=cell,
            attention=score,
            heads=heads,
            residual=residual,
            layer_norm=layer_norm,
            projections=layer_norm,
        )
        encoded, target = encoded_of(), target_of()
        outputs, weights = decoder(target, encoded)
        state = decoder.start(encoded)
        for time in range(TGT):
            output, row, state = decoder.step(target[:, [time]], state)
            assert torch.allclose(output[:, 0], outputs[:, time])
            assert torch.allclose(row[:, :, 0], weights[:, :, time])
        assert torch.allclose(weights.sum(-1), torch.ones(BATCH, heads, TGT).double())


# What depends on what


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_a_word_changes_nothing_before_it(feed: str) -> None:
    decoder, encoded, target = decoder_of(context_feed=feed), encoded_of(), target_of()
    outputs, weights = decoder(target, encoded)
    for time in range(TGT):
        changed = target.clone()
        changed[:, time] = (changed[:, time] + 1) % VOCAB
        other_outputs, other_weights = decoder(changed, encoded)
        assert torch.allclose(other_outputs[:, :time], outputs[:, :time])
        assert torch.allclose(other_weights[:, :, :time], weights[:, :, :time])
        same = torch.isclose(other_outputs[:, time:], outputs[:, time:]).all(-1)
        assert not same.any()  # and it does change what comes after


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_where_the_context_goes(feed: str) -> None:
    """From the same initial state over another source, the first layer's states (the queries, with `upper`) stay as
    they are with `upper`; with `input` they change, from the second step on."""
    decoder, target = decoder_of(context_feed=feed), target_of()
    encoded = encoded_of()
    other = EncoderStates(encoded.states.flip(2), encoded.mask, encoded.final, None)
    first, second = decoder.start(encoded), decoder.start(other)
    for time in range(TGT):
        outputs, _, first = decoder.step(target[:, [time]], first)
        others, _, second = decoder.step(target[:, [time]], second)
        same = [torch.allclose(a, b) for a, b in zip(first.layers[0], second.layers[0], strict=True)]
        assert all(same) if feed == "upper" or time == 0 else not any(same)
        above = torch.allclose(first.layers[1][0], second.layers[1][0])
        assert above == (feed == "input" and time == 0)
        assert not torch.allclose(outputs, others)


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_sentences_are_independent_and_padding_changes_nothing(feed: str) -> None:
    decoder, encoded, target = decoder_of(context_feed=feed, heads=2), encoded_of(), target_of()
    outputs, weights = decoder(target, encoded)
    for n, length in enumerate(LENGTHS):
        states, mask = encoded.states[[n], :length], encoded.mask[[n], :length]
        alone, rows = decoder(target[[n]], EncoderStates(states, mask, encoded.final[[n]], None))
        assert torch.allclose(alone[0], outputs[n])
        assert torch.allclose(rows[0], weights[n, :, :, :length])


# Search's bookkeeping


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("feed", ["upper", "input"])
def test_hypotheses_of_a_beam_are_independent(feed: str, cell: str) -> None:
    """Each hypothesis in a beam gets what it gets as the only one: attention rows, outputs, next state."""
    decoder = decoder_of(context_feed=feed, cell=cell, heads=2)
    _, state = beam_of(decoder)
    words = torch.randint(VOCAB, (BATCH, BEAM))
    outputs, weights, after = decoder.step(words, state)
    assert outputs.shape == (BATCH, BEAM, EMBEDDING) and weights.shape == (BATCH, 2, BEAM, SRC)
    for j in range(BEAM):
        single = state.select_hypotheses(torch.full((BATCH, 1), j))
        output, rows, after_single = decoder.step(words[:, [j]], single)
        assert torch.allclose(output[:, 0], outputs[:, j])
        assert torch.allclose(rows[:, :, 0], weights[:, :, j])
        for one, all_of_them in zip(parts(after_single), parts(after), strict=True):
            assert torch.allclose(one[:, 0], all_of_them[:, j])


def test_select_hypotheses() -> None:
    """Hypothesis j of sentence i goes on from `origins[i, j]`: four from three, in an order of its own."""
    _, state = beam_of(decoder_of())
    origins = torch.tensor([[2, 0, 0, 1], [1, 1, 2, 0]])
    chosen = state.select_hypotheses(origins)
    assert chosen.memory is state.memory
    for before, after in zip(parts(state), parts(chosen), strict=True):
        assert after.shape == (BATCH, 4, HIDDEN)
        for i in range(BATCH):
            for j in range(4):
                assert torch.equal(after[i, j], before[i, origins[i, j]])


def test_select_sentences() -> None:
    """The sentences that stay go on as if nothing had happened; at last none stays."""
    decoder = decoder_of(context_feed="input", attention="additive")
    _, state = beam_of(decoder)
    words = torch.randint(VOCAB, (BATCH, BEAM))
    outputs, weights, _ = decoder.step(words, state)
    kept = torch.tensor([1])
    chosen = state.select_sentences(kept)
    output, rows, _ = decoder.step(words[kept], chosen)
    assert torch.allclose(output, outputs[kept])
    assert torch.allclose(rows, weights[kept])
    none = state.select_sentences(torch.tensor([], dtype=torch.long))
    assert [part.shape for part in parts(none)] == [(0, BEAM, HIDDEN)] * len(parts(state))
    assert none.memory.mask.shape == (0, SRC)


# Dropout


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_variational_dropout_is_one_mask_for_a_sentence(feed: str) -> None:
    """The features of the readout that are dropped are the same ones at every word."""
    torch.manual_seed(3)
    decoder = decoder_of(context_feed=feed, dropout=0.5, embedding_dropout=0.0, variational_dropout=True).train()
    dropped = decoder(target_of(), encoded_of())[0] == 0
    assert dropped.any() and not dropped.all()
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_plain_dropout_in_training_only(feed: str) -> None:
    decoder = decoder_of(context_feed=feed, dropout=0.5, embedding_dropout=0.0).train()
    encoded, target = encoded_of(), target_of()
    dropped = decoder(target, encoded)[0] == 0
    assert not torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    decoder.eval()
    assert torch.equal(decoder(target, encoded)[0], decoder(target, encoded)[0])
