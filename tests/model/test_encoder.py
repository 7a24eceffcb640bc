"""The encoder against PyTorch's own packed bidirectional network, and against padding."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from seq2seq.config.sections import ModelConfig
from seq2seq.model.encoder import BidirectionalLayer, Encoder, reverse_within_length
from seq2seq.model.recurrent import Embedding, SequenceDropout

BATCH, SRC, INPUT, HIDDEN, VOCAB = 3, 7, 5, 22, 13
LENGTHS = (4, 7, 1)
VARIANTS: list[dict[str, Any]] = [
    {},
    {"cell": "gru", "encoder_layers": 3},
    {"encoder_layers": 2, "residual": False, "layer_norm": True},
    {"encoder_layers": 2, "self_attention": True, "heads": 2, "projections": True, "attention": "additive"},
]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def encoder_of(dropout: float = 0.0, **options: Any) -> Encoder:
    """An encoder in float64, whose biases and norms are not those of the start; with dropout it is in training."""
    config = ModelConfig(embedding_size=INPUT, hidden_size=HIDDEN, dropout=dropout, **options)
    embedding = Embedding(VOCAB, INPUT, SequenceDropout(dropout, config.variational_dropout), 0.0)
    encoder = Encoder(config, embedding).double().train(dropout > 0)
    for parameter in encoder.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return encoder


def batch(lengths: tuple[int, ...] = LENGTHS, width: int = SRC) -> tuple[Tensor, Tensor]:
    """Random ids above 0, and the mask; padding is 0."""
    mask = torch.arange(width) < torch.tensor(lengths)[:, None]
    return torch.randint(1, VOCAB, mask.shape) * mask, mask


# Reversal


def test_reverse_by_hand() -> None:
    states = torch.tensor([[1, 2, 3, 90, 91], [4, 5, 6, 7, 8], [9, 92, 93, 94, 95]])[..., None].float()
    expected = [[3, 2, 1, 90, 91], [8, 7, 6, 5, 4], [9, 92, 93, 94, 95]]
    assert reverse_within_length(states, torch.tensor([3, 5, 1]))[..., 0].tolist() == expected


@given(st.lists(st.integers(0, SRC), min_size=1, max_size=5), st.integers(0, 99))
@settings(max_examples=25)
def test_reverse_is_its_own_inverse(lengths: list[int], seed: int) -> None:
    states = torch.randn(len(lengths), SRC, INPUT, generator=torch.Generator().manual_seed(seed))
    reversed_states = reverse_within_length(states, torch.tensor(lengths))
    assert torch.equal(reverse_within_length(reversed_states, torch.tensor(lengths)), states)
    for row, reversed_row, length in zip(states, reversed_states, lengths, strict=True):
        assert torch.equal(reversed_row, torch.cat([row[:length].flip(0), row[length:]]))


# Against PyTorch's bidirectional network


def packed(layer: BidirectionalLayer, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """States and final states by `nn.LSTM(bidirectional=True)` (or GRU) over a packed batch, with the same weights."""
    kind = type(layer.forwards.rnn)
    rnn = kind(inputs.shape[2], HIDDEN // 2, batch_first=True, bidirectional=True).double()
    for name, parameter in layer.forwards.rnn.named_parameters():
        getattr(rnn, name).data = parameter.data
        getattr(rnn, f"{name}_reverse").data = getattr(layer.backwards.rnn, name).data
    sequence = nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
    read, final = rnn(sequence)
    final = final[0] if isinstance(final, tuple) else final
    states, _ = nn.utils.rnn.pad_packed_sequence(read, batch_first=True)
    return states, torch.cat([final[0], final[1]], dim=-1)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_layer_is_a_packed_bidirectional_one(cell: str) -> None:
    layer = BidirectionalLayer(cell, INPUT, HIDDEN).double()
    inputs, lengths = torch.randn(BATCH, SRC, INPUT).double(), torch.tensor(LENGTHS)
    states, final = layer(inputs, lengths)
    expected_states, expected_final = packed(layer, inputs, lengths)
    assert torch.allclose(final, expected_final)
    for row, expected, length in zip(states, expected_states, LENGTHS, strict=True):
        assert torch.allclose(row[:length], expected[:length])


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_encoder_is_a_stack_of_packed_bidirectional_ones(cell: str, layer_norm: bool, residual: bool) -> None:
    """Residual connections around all but the first layer; `final` is what the last layer itself ends with."""
    encoder = encoder_of(cell=cell, encoder_layers=3, residual=residual, layer_norm=layer_norm)
    source, mask = batch()
    encoded = encoder(source, mask)
    states = encoder.embedding.weight[source] * math.sqrt(INPUT)
    final = torch.empty(0)
    for n, (layer, norm) in enumerate(zip(encoder.layers, encoder.norms, strict=True)):
        assert isinstance(layer, BidirectionalLayer)
        read, final = packed(layer, states, mask.sum(1))
        if layer_norm:
            assert isinstance(norm, nn.LayerNorm)
            centred = read - read.mean(-1, keepdim=True)
            read = centred / (centred.square().mean(-1, keepdim=True) + norm.eps).sqrt() * norm.weight + norm.bias
        states = states + read if residual and n else read
    assert torch.allclose(encoded.states[mask], states[mask])
    assert torch.allclose(encoded.final, final)
    assert encoded.self_weights is None
    assert torch.equal(encoded.mask, mask)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_final_is_the_state_at_the_last_real_token_of_each_direction(cell: str) -> None:
    """Forwards it stands at the last token, backwards at the first."""
    source, mask = batch()
    encoded = encoder_of(cell=cell)(source, mask)
    for sentence, length in enumerate(LENGTHS):
        forwards = encoded.states[sentence, length - 1, : HIDDEN // 2]
        backwards = encoded.states[sentence, 0, HIDDEN // 2 :]
        assert torch.equal(encoded.final[sentence], torch.cat([forwards, backwards]))


# Padding


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_states_are_zero_at_padding_and_only_there(options: dict[str, Any]) -> None:
    source, mask = batch()
    states = encoder_of(**options)(source, mask).states
    assert torch.equal(states.any(-1), mask)


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_padding_and_other_sentences_change_nothing(options: dict[str, Any]) -> None:
    """Each sentence alone, without any padding, has the states that it has in a batch; so it has in a wider one."""
    encoder = encoder_of(**options)
    source, mask = batch()
    together = encoder(source, mask)
    wider = encoder(nn.functional.pad(source, (0, 4)), nn.functional.pad(mask, (0, 4)))
    assert torch.allclose(wider.states[:, :SRC], together.states) and not wider.states[:, SRC:].any()
    assert torch.allclose(wider.final, together.final)
    for n, length in enumerate(LENGTHS):
        alone = encoder(source[[n], :length], mask[[n], :length])
        assert torch.allclose(alone.states[0], together.states[n, :length])
        assert torch.allclose(alone.final[0], together.final[n])
        if alone.self_weights is not None and together.self_weights is not None:
            assert torch.allclose(alone.self_weights[0], together.self_weights[n, :, :length, :length])


def test_what_stands_at_padding_changes_nothing() -> None:
    """The mask decides what padding is, not the id."""
    encoder = encoder_of(encoder_layers=2, self_attention=True)
    source, mask = batch()
    other = torch.where(mask, source, 7)
    assert torch.equal(encoder(source, mask).states, encoder(other, mask).states)
    assert torch.equal(encoder(source, mask).final, encoder(other, mask).final)


# Self-attention and dropout


def test_self_attention_is_added_to_the_states_it_looks_at() -> None:
    """With dot, one head and no projections: X + softmax(X X^T) X over the real tokens."""
    plain = encoder_of()
    torch.manual_seed(1)
    attending = encoder_of(self_attention=True)  # has no parameters of its own
    source, mask = batch()
    states, encoded = plain(source, mask).states, attending(source, mask)
    assert encoded.self_weights is not None and encoded.self_weights.shape == (BATCH, 1, SRC, SRC)
    for sentence, length in enumerate(LENGTHS):
        x = states[sentence, :length]
        weights = (x @ x.T).exp()
        weights = weights / weights.sum(-1, keepdim=True)
        assert torch.allclose(encoded.self_weights[sentence, 0, :length, :length], weights)
        assert torch.allclose(encoded.states[sentence, :length], x + weights @ x)
    assert torch.equal(encoded.final, plain(source, mask).final)


@pytest.mark.parametrize("heads", [1, 2])
def test_self_attention_weights(heads: int) -> None:
    source, mask = batch()
    weights = encoder_of(self_attention=True, heads=heads)(source, mask).self_weights
    assert weights is not None and weights.shape == (BATCH, heads, SRC, SRC)
    assert torch.allclose(weights.sum(-1), torch.ones(BATCH, heads, SRC).double())
    for sentence, length in enumerate(LENGTHS):
        assert not weights[sentence, :, :, length:].any()


def test_dropout_in_training_only() -> None:
    source, mask = batch()
    encoder = encoder_of(dropout=0.5)
    first, second = (encoder(source, mask).states for _ in range(2))
    assert not torch.equal(first, second)
    assert first[mask].eq(0).float().mean().item() == pytest.approx(0.5, abs=0.13)  # 4 deviations of 12 * 22 numbers
    encoder.eval()
    assert torch.equal(encoder(source, mask).states, encoder(source, mask).states)
