import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from seq2seq.train.module import learning_rate_schedule, moving_average


def test_the_learning_rate_by_hand() -> None:
    cosine = learning_rate_schedule("cosine", 4, 12)
    assert [cosine(update) for update in (0, 1, 3, 4, 8, 12, 20)] == pytest.approx([0.25, 0.5, 1, 1, 0.5, 0, 0])
    root = learning_rate_schedule("inverse_sqrt", 4, 12)
    assert [root(update) for update in (3, 15, 63)] == pytest.approx([1, 0.5, 0.25])
    assert learning_rate_schedule("none", 0, 12)(11) == 1


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
