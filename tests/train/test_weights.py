from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

from seq2seq.config.sections import ModelConfig
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.train.weights import KeptWeights, moving_average


def test_the_moving_average_by_hand() -> None:
    layer = nn.Linear(1, 1, bias=False)
    average = AveragedModel(layer, multi_avg_fn=moving_average(0.15))
    for weight in (10.0, 20.0, 30.0):
        layer.weight.data.fill_(weight)
        average.update_parameters(layer)
    # the first is taken whole; then the decay is min(0.15, 2/11) = 0.15 each time
    assert average.module.weight.item() == pytest.approx(0.15 * (0.15 * 10 + 0.85 * 20) + 0.85 * 30)


def test_the_average_follows_fast_at_the_start() -> None:
    averages, weights = [torch.zeros(3)], [torch.ones(3)]
    moving_average(0.999)(averages, weights, torch.tensor(1))
    assert averages[0] == pytest.approx(1 - 2 / 11)


def test_the_weights_of_the_best_validations_stay(tmp_path: Path) -> None:
    """A resume in the middle, of what a checkpoint holds."""
    model = Seq2Seq(ModelConfig(embedding_size=4, hidden_size=4), 8, 8, joint=True)
    kept = KeptWeights(tmp_path, 2)
    for update, score in enumerate((1.0, 3.0, 2.0, 2.5, 0.0), 1):
        model.output_bias.data.fill_(update)
        kept.offer(model, score, update)
        state, kept = kept.state_dict(), KeptWeights(tmp_path, 2)
        kept.load_state_dict(state)
    assert {path.name for path in tmp_path.iterdir()} == {
        "run.json",
        "model.safetensors",
        "model-2.safetensors",
        "model-4.safetensors",
    }
    for name, update in (("model", 2), ("model-2", 2), ("model-4", 4)):
        weights = load_file(tmp_path / f"{name}.safetensors")
        assert (weights["output_bias"] == update).all()


def test_without_a_validation_the_last_weights_stay(tmp_path: Path) -> None:
    model = Seq2Seq(ModelConfig(embedding_size=4, hidden_size=4), 8, 8, joint=True)
    kept = KeptWeights(tmp_path, 0)
    kept.offer(model, -1.0, 1)
    before = (tmp_path / "model.safetensors").read_bytes()
    model.output_bias.data.fill_(9)
    kept.ensure(model)
    assert (tmp_path / "model.safetensors").read_bytes() == before
    KeptWeights(tmp_path, 0).ensure(model)
    assert (tmp_path / "model.safetensors").read_bytes() != before
