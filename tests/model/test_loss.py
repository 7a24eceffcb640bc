"""The fused output layer and cross-entropy against PyTorch's own, with its gradients."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.model.loss import ROWS, output_losses

SIZE, VOCAB = 5, 11


def layer(tokens: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Outputs, weight, bias, with gradients wanted, and labels."""
    generator = torch.Generator().manual_seed(1)
    shapes = (tokens, SIZE), (VOCAB, SIZE), (VOCAB,)
    outputs, weight, bias = (
        torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes
    )
    return outputs, weight, bias, torch.randint(VOCAB, (tokens,), generator=generator)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("tokens", [3, 2 * ROWS, 2 * ROWS + 7])
def test_values_and_gradients_are_those_of_pytorch(tokens: int, label_smoothing: float) -> None:
    """With a gradient of its own for each token, and chunks that are full or not."""
    *inputs, labels = layer(tokens)
    losses, nll = output_losses(inputs[0], inputs[1], inputs[2], labels, label_smoothing)
    logits = functional.linear(*inputs)
    expected = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=label_smoothing)
    assert torch.allclose(losses, expected)
    assert torch.allclose(nll, functional.cross_entropy(logits, labels, reduction="none"))
    upstream = torch.linspace(-1, 2, tokens, dtype=torch.float64)
    found = torch.autograd.grad(losses, inputs, upstream)
    for gradient, wanted in zip(found, torch.autograd.grad(expected, inputs, upstream), strict=True):
        assert torch.allclose(gradient, wanted)


def test_the_negative_log_likelihood_passes_no_gradient_on() -> None:
    outputs, weight, bias, labels = layer(3)
    _, nll = output_losses(outputs, weight, bias, labels, 0.1)
    assert not nll.requires_grad


def test_in_bf16_the_gradients_are_those_of_float32_to_its_precision() -> None:
    *inputs, labels = layer(ROWS + 1)
    inputs = [part.detach().float().requires_grad_() for part in inputs]
    losses, _ = output_losses(inputs[0], inputs[1], inputs[2], labels, 0.1)
    exact = torch.autograd.grad(losses.mean(), inputs)
    with torch.autocast("cpu", torch.bfloat16):
        rough, _ = output_losses(inputs[0], inputs[1], inputs[2], labels, 0.1)
    assert rough.dtype == torch.float32
    assert 0 < (rough - losses).abs().max() < 0.05
    for gradient, wanted in zip(torch.autograd.grad(rough.mean(), inputs), exact, strict=True):
        assert gradient.dtype == torch.float32
        assert (gradient - wanted).norm() < 0.02 * wanted.norm()


def test_nothing_is_lost_where_the_label_is_next_to_impossible() -> None:
    """exp(-1000) is 0 in any precision."""
    outputs, weight = torch.ones(1, 1), torch.tensor([[1000.0], [0.0]])
    _, nll = output_losses(outputs, weight, torch.zeros(2), torch.tensor([1]))
    assert nll.item() == 1000


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("tokens", [3, ROWS, ROWS + 7])
def test_consistency_adds_the_mean_of_both_divergences_of_two_readings(tokens: int, label_smoothing: float) -> None:
    """As PyTorch's divergence has it, with the other reading held fixed for each token's own gradient."""
    outputs, weight, bias, labels = layer(2 * tokens)
    labels = labels[:tokens].repeat(2)
    inputs = [outputs, weight, bias]
    losses, nll = output_losses(outputs, weight, bias, labels, label_smoothing, consistency=3.0)
    logits = functional.linear(outputs, weight, bias)
    assert torch.allclose(nll, functional.cross_entropy(logits, labels, reduction="none"))
    own = logits.log_softmax(-1)
    other = own.detach().roll(tokens, 0)
    divergences = [functional.kl_div(a, b, reduction="none", log_target=True) for a, b in ((own, other), (other, own))]
    plain = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=label_smoothing)
    expected = plain + 3 * torch.stack(divergences).mean(0).sum(-1)
    assert torch.allclose(losses, expected)
    upstream = torch.linspace(-1, 2, 2 * tokens, dtype=torch.float64)
    found = torch.autograd.grad(losses, inputs, upstream)
    for gradient, wanted in zip(found, torch.autograd.grad(expected, inputs, upstream), strict=True):
        assert torch.allclose(gradient, wanted)


def test_equal_readings_have_nothing_to_agree_on() -> None:
    outputs, weight, bias, labels = layer(4)
    twice = outputs.detach().repeat(2, 1), weight.detach(), bias.detach(), labels.repeat(2)
    assert torch.equal(output_losses(*twice, 0.1, 5.0)[0], output_losses(*twice, 0.1)[0])
