"""The recurrent layer against the equations of its cell, and the laws of each dropout."""

import math

import pytest
import torch
from torch import Tensor

from seq2seq.model.recurrent import CellState, Embedding, RecurrentLayer, SequenceDropout, dropout_mask

BATCH, TIME, INPUT, HIDDEN, VOCAB = 2, 5, 3, 7, 11


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def random_state(cell: str, batch: int = BATCH) -> CellState:
    return tuple(torch.randn(batch, HIDDEN).double() for _ in range(2 if cell == "lstm" else 1))


def layer_of(cell: str) -> RecurrentLayer:
    """A layer whose biases are not the zeros of the start."""
    layer = RecurrentLayer(cell, INPUT, HIDDEN).double()
    for parameter in layer.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return layer


def lstm_equations(layer: RecurrentLayer, x: Tensor, state: CellState) -> CellState:
    """One step as Hochreiter & Schmidhuber's cell with forget gate, in PyTorch's order of gates: i f g o."""
    h, c = state
    w, u = layer.rnn.weight_ih_l0, layer.rnn.weight_hh_l0
    gates = x @ w.T + h @ u.T + layer.rnn.bias_ih_l0 + layer.rnn.bias_hh_l0
    i, f, g, o = gates.split(HIDDEN, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru_equations(layer: RecurrentLayer, x: Tensor, state: CellState) -> CellState:
    """One step as Cho et al.'s cell, in PyTorch's order of gates: r z n, the reset after the product."""
    (h,) = state
    read = (x @ layer.rnn.weight_ih_l0.T + layer.rnn.bias_ih_l0).split(HIDDEN, dim=-1)
    kept = (h @ layer.rnn.weight_hh_l0.T + layer.rnn.bias_hh_l0).split(HIDDEN, dim=-1)
    r, z = ((a + b).sigmoid() for a, b in zip(read[:2], kept[:2], strict=True))
    n = (read[2] + r * kept[2]).tanh()
    return ((1 - z) * n + z * h,)


EQUATIONS = {"lstm": lstm_equations, "gru": gru_equations}


@pytest.mark.parametrize("cell", EQUATIONS)
def test_step_is_the_equations_of_the_cell(cell: str) -> None:
    layer, inputs, state = layer_of(cell), torch.randn(BATCH, INPUT).double(), random_state(cell)
    found = layer.step(inputs, state)
    expected = EQUATIONS[cell](layer, inputs, state)
    assert len(found) == len(expected)
    for part, wanted in zip(found, expected, strict=True):
        assert torch.allclose(part, wanted)


@pytest.mark.parametrize("given_state", [False, True])
@pytest.mark.parametrize("cell", EQUATIONS)
def test_whole_sequence_is_step_by_step(cell: str, given_state: bool) -> None:
    layer, inputs = layer_of(cell), torch.randn(BATCH, TIME, INPUT).double()
    state = random_state(cell)
    whole = layer(inputs, state if given_state else None)
    if not given_state:
        state = tuple(torch.zeros_like(part) for part in state)
    for time in range(TIME):
        state = layer.step(inputs[:, time], state)
        assert torch.allclose(whole[:, time], state[0])


@pytest.mark.skipif(
    not (torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16")),
    reason="this processor has no LSTM in bf16",
)
@pytest.mark.parametrize("batch", [1, 8, 13])
def test_a_packed_step_is_the_plain_one_to_the_precision_of_bf16(batch: int) -> None:
    layer, inputs = layer_of("lstm").bfloat16(), torch.randn(batch, INPUT).bfloat16()
    state = tuple(part.bfloat16() for part in random_state("lstm", batch))
    with torch.inference_mode():
        expected = layer.step(inputs, state)
        layer.pack()
        assert (layer.packed is not None) == torch.backends.mkldnn.is_available()
        found = layer.step(inputs, state)
    for part, wanted in zip(found, expected, strict=True):
        assert part.dtype == torch.bfloat16
        assert (part - wanted).abs().max() < 0.03


@pytest.mark.parametrize("error", [AttributeError, RuntimeError, TypeError])
@pytest.mark.parametrize("operator", ["reorder", "step"])
def test_without_the_kernel_the_bare_cell_goes_on(
    monkeypatch: pytest.MonkeyPatch, operator: str, error: type[Exception]
) -> None:
    """Both operators are private to torch: another version may lack one, or want other arguments."""

    def gone(*_: object, **__: object) -> None:
        raise error("no such operator")

    if operator == "reorder":
        monkeypatch.setattr(torch.ops.mkldnn, "_reorder_mkldnn_rnn_layer_weight", gone)
    else:
        monkeypatch.setattr(torch, "mkldnn_rnn_layer", gone)
    layer, inputs = layer_of("lstm").bfloat16(), torch.randn(BATCH, INPUT).bfloat16()
    state = tuple(part.bfloat16() for part in random_state("lstm"))
    expected = layer.step(inputs, state)
    layer.pack()
    assert layer.packed is None
    assert all(map(torch.equal, layer.step(inputs, state), expected))


def test_only_what_has_a_kernel_of_its_own_is_packed() -> None:
    for layer in (layer_of("lstm"), layer_of("gru").bfloat16()):
        layer.pack()
        assert layer.packed is None


def test_weights_in_the_order_that_the_bare_cell_wants() -> None:
    layer = RecurrentLayer("gru", INPUT, HIDDEN)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    assert all(a is getattr(layer.rnn, name) for a, name in zip(layer.weights, names, strict=True))


@pytest.mark.parametrize(("cell", "gates"), [("lstm", 4), ("gru", 3)])
def test_start_of_the_weights(cell: str, gates: int) -> None:
    """Each gate's recurrent matrix is orthogonal; biases are 0, but the forget gate of the LSTM is open."""
    layer = RecurrentLayer(cell, INPUT, HIDDEN)
    for matrix in layer.rnn.weight_hh_l0.view(gates, HIDDEN, HIDDEN):
        assert torch.allclose(matrix @ matrix.T, torch.eye(HIDDEN), atol=1e-5)
    biases = (layer.rnn.bias_ih_l0 + layer.rnn.bias_hh_l0).view(gates, HIDDEN)
    assert biases.tolist() == [[float(cell == "lstm" and gate == 1)] * HIDDEN for gate in range(gates)]


# Dropout

WIDE = (BATCH, TIME, 199)


def test_variational_dropout_is_one_mask_for_a_sentence() -> None:
    dropped = SequenceDropout(0.3, variational=True)(torch.ones(WIDE))
    assert torch.equal(dropped, dropped[:, :1].expand(WIDE))
    assert not torch.equal(dropped[0], dropped[1])  # and each sentence has its own
    assert dropped.unique().tolist() == [0.0, pytest.approx(1 / 0.7)]


def test_plain_dropout_is_a_mask_for_each_position() -> None:
    dropped = SequenceDropout(0.3, variational=False)(torch.ones(WIDE))
    assert not torch.equal(dropped[:, 0], dropped[:, 1])
    assert dropped.unique().tolist() == [0.0, pytest.approx(1 / 0.7)]


@pytest.mark.parametrize("variational", [False, True])
def test_dropout_multiplies_and_has_its_rate(variational: bool) -> None:
    """Of 40 x 199 masks 30 % are 0, give or take four standard deviations; the others scale what they let through."""
    states = torch.randn(40, TIME, 199)
    dropped = SequenceDropout(0.3, variational)(states)
    kept = dropped != 0
    assert torch.allclose(dropped[kept], states[kept] / 0.7)
    assert (~kept[:, 0]).float().mean().item() == pytest.approx(0.3, abs=4 * math.sqrt(0.21 / (40 * 199)))


@pytest.mark.parametrize("variational", [False, True])
def test_no_dropout_in_evaluation(variational: bool) -> None:
    states = torch.randn(WIDE)
    assert torch.equal(SequenceDropout(0.9, variational).eval()(states), states)
    assert torch.equal(SequenceDropout(0.0, variational)(states), states)


def embedding_of(word_dropout: float = 0.0, rate: float = 0.0, size: int = 13) -> Embedding:
    return Embedding(VOCAB, size, SequenceDropout(rate, variational=True), word_dropout)


def test_embedding_is_a_row_times_the_root_of_the_size() -> None:
    embedding, ids = embedding_of(), torch.randint(VOCAB, (BATCH, TIME))
    embedded = embedding(ids)
    for sentence in range(BATCH):
        for time in range(TIME):
            row = embedding.weight[ids[sentence, time]]
            assert torch.allclose(embedded[sentence, time], row * math.sqrt(13))


def test_embedded_words_start_at_variance_one() -> None:
    embedding = Embedding(101, 997, SequenceDropout(0.0, False), 0.0)
    assert embedding(torch.arange(101)[None]).std().item() == pytest.approx(1, abs=0.02)


def test_word_dropout_zeroes_whole_words_only() -> None:
    embedding, ids = embedding_of(word_dropout=0.4), torch.randint(VOCAB, (40, 50))
    embedded, whole = embedding(ids), embedding.eval()(ids)
    gone = (embedded == 0).all(-1)
    assert torch.equal(embedded[~gone], whole[~gone])
    assert gone.float().mean().item() == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / 2000))


def test_word_dropout_is_not_there_in_evaluation() -> None:
    embedding, ids = embedding_of(word_dropout=0.9, rate=0.9).eval(), torch.randint(VOCAB, (BATCH, TIME))
    assert torch.equal(embedding(ids), embedding.weight[ids] * math.sqrt(13))


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_dropout_zeroes_its_share_and_keeps_the_mean(rate: float) -> None:
    mask = dropout_mask(torch.empty(331, 317), rate)  # no multiple of the four that are drawn at once
    assert mask.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)] if rate else [1.0])
    assert (mask == 0).float().mean().item() == pytest.approx(rate, abs=0.01)


@pytest.mark.parametrize("cell", EQUATIONS)
@pytest.mark.parametrize("batch", [1, 7, 8, 9])
def test_the_size_of_the_batch_changes_nothing(cell: str, batch: int) -> None:
    """Whatever the batch is filled up with, each sequence comes out as it does alone."""
    layer, inputs, state = layer_of(cell), torch.randn(batch, TIME, INPUT).double(), random_state(cell, batch)
    together = layer(inputs, state)
    assert together.shape == (batch, TIME, HIDDEN)
    for n in range(batch):
        alone = layer(inputs[n : n + 1], tuple(part[n : n + 1] for part in state))
        assert torch.allclose(together[n], alone[0])
