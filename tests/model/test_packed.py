"""The faster steps of a decoder against its own."""

from typing import Any

import pytest
import torch
from torch import Tensor

from seq2seq.config.sections import ModelConfig
from seq2seq.model.packed import PackedDecoder, PackedState, can_pack
from seq2seq.model.seq2seq import Seq2Seq

BATCH, BEAM, VOCAB = 3, 4, 23
SOURCE = torch.tensor([[5, 6, 7, 8, 9, 2], [9, 8, 7, 2, 0, 0], [4, 2, 0, 0, 0, 0]])


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(3)


def model_of(**options: Any) -> Seq2Seq:
    model = Seq2Seq(ModelConfig(embedding_size=10, hidden_size=12, **options), VOCAB, VOCAB, joint=True).eval()
    for parameter in model.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    return model


def words(beam: int = BEAM) -> Tensor:
    return torch.randint(4, VOCAB, (BATCH, beam))


ALIVE = torch.tensor([[True, False, True, True], [False] * 4, [True, True, True, True]])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"decoder_layers": 3, "residual": False},
        {"layer_norm": True, "attention": "additive"},
        {"attention": "general", "projections": True, "tied_embeddings": False},
    ],
    ids=str,
)
@torch.inference_mode()
def test_a_step_gives_what_the_decoder_gives(options: dict[str, Any]) -> None:
    model = model_of(**options)
    packed = PackedDecoder(model)
    states: tuple[Any, PackedState] = (model.start(SOURCE), packed.start(model.encode(SOURCE)))
    beam = 1
    for _ in range(4):
        step = words(beam)
        (expected, rows, plain), (found, same_rows, fast) = model.step(step, states[0]), packed.step(step, states[1])
        assert torch.allclose(found, expected, atol=1e-5) and torch.allclose(same_rows, rows, atol=1e-6)
        assert torch.allclose(fast.context, plain.context, atol=1e-5)
        for layer, packed_layer in zip(plain.layers, fast.layers, strict=True):
            for part, packed_part in zip(layer, packed_layer, strict=True):
                assert torch.allclose(packed_part, part.flatten(0, 1), atol=1e-5)
        origins = torch.randint(beam, (BATCH, BEAM))
        states, beam = (plain.select_hypotheses(origins), fast.select_hypotheses(origins)), BEAM


@torch.inference_mode()
def test_given_weights_make_the_context() -> None:
    model = model_of()
    packed, step = PackedDecoder(model), words(1)
    given = torch.rand(BATCH, 1, 1, SOURCE.shape[1]) * (SOURCE != 0)[:, None, None]
    given /= given.sum(-1, keepdim=True)
    expected, _, _ = model.step(step, model.start(SOURCE), given)
    found, rows, _ = packed.step(step, packed.start(model.encode(SOURCE)), given)
    assert torch.allclose(found, expected, atol=1e-5) and torch.equal(rows, given)


@torch.inference_mode()
def test_hypotheses_that_are_dropped_change_nothing_for_the_others() -> None:
    model = model_of()
    packed = PackedDecoder(model)
    _, _, state = packed.step(words(1), packed.start(model.encode(SOURCE)))
    every = state.select_hypotheses(torch.zeros(BATCH, BEAM, dtype=torch.long))
    some = state.select_hypotheses(torch.zeros(BATCH, BEAM, dtype=torch.long), ALIVE)
    for _ in range(3):
        step = words()
        (expected, rows, every), (found, some_rows, some) = packed.step(step, every), packed.step(step, some)
        assert torch.allclose(found[ALIVE], expected[ALIVE], atol=1e-5)
        assert torch.allclose(some_rows.transpose(1, 2)[ALIVE], rows.transpose(1, 2)[ALIVE], atol=1e-6)
        assert bool((found[~ALIVE] == -torch.inf).all()) and len(some.layers[0][0]) == int(ALIVE.sum())
        within = torch.tensor([[3, 1, 2, 0], [0, 0, 0, 0], [3, 3, 0, 1]])  # those alive go on from one that is
        every, some = every.select_hypotheses(within), some.select_hypotheses(within, ALIVE)
    kept = torch.tensor([2, 0])
    step = words()
    expected, _, _ = packed.step(step, every)
    found, _, _ = packed.step(step[kept], some.select_sentences(kept))
    assert torch.allclose(found[ALIVE[kept]], expected[kept][ALIVE[kept]], atol=1e-5)


@pytest.mark.parametrize("options", [{"cell": "gru"}, {"context_feed": "input"}, {"heads": 2}], ids=str)
def test_other_models_keep_their_own_steps(options: dict[str, Any]) -> None:
    assert can_pack(model_of()) and not can_pack(model_of().double())
    assert not can_pack(model_of(**options))
