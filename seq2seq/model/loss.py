"""The output layer and its cross-entropy in one: the widest part of the model, kept in few passes over memory."""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

ROWS = 128
"""Tokens whose log-probabilities are in memory at once on a CPU, so that they stay in its cache."""


def output_losses(
    outputs: Float[Tensor, "tokens size"],
    weight: Float[Tensor, "vocab size"],
    bias: Float[Tensor, " vocab"],
    labels: Int[Tensor, " tokens"],
    label_smoothing: float = 0.0,
    consistency: float = 0.0,
) -> tuple[Float[Tensor, " tokens"], Float[Tensor, " tokens"]]:
    """Loss and negative log-likelihood (nats) of each label under `softmax(weight @ outputs + bias)`.

    The loss is the cross-entropy with a share of `label_smoothing` spread evenly over the vocabulary (Szegedy et al.
    2016, section 7); the negative log-likelihood passes no gradient on. The products are in the precision of autocast,
    the softmax is in float32 or wider.

    With `consistency` the second half of the tokens is the first half in another reading, with other dropout, and
    `consistency` times the mean of both Kullback-Leibler divergences between the two distributions is added to the
    loss of each, in which the other's is held fixed: the gradient is that of Liang et al. 2021 (R-Drop), with
    `consistency` for their alpha. The number of tokens has to be even then.
    """
    device = outputs.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else weight.dtype
    losses, nll = _OutputLosses.apply(outputs.to(dtype), weight.to(dtype), bias, labels, label_smoothing, consistency)
    return losses, nll


class _OutputLosses(torch.autograd.Function):
    """Turns the logits into their own gradient, chunk by chunk, in place; plain autograd would keep, besides the
    logits, the log-probabilities, their gradient, and copies of these in another precision."""

    @staticmethod
    def forward(
        ctx: Any,
        outputs: Tensor,
        weight: Tensor,
        bias: Tensor,
        labels: Tensor,
        label_smoothing: float,
        consistency: float,
    ) -> tuple[Tensor, Tensor]:
        logits = outputs @ weight.T  # tokens vocab; the bias is added below, where the row is in the cache
        wide = torch.float64 if logits.dtype == torch.float64 else torch.float32
        losses, nll = labels.new_empty((2, len(labels)), dtype=wide)
        readings = 2 if consistency else 1
        size = ROWS // readings if logits.device.type == "cpu" else max(len(labels), 1)
        together = logits, labels, losses, nll
        parts = (part.view(readings, len(labels) // readings, *part.shape[1:]) for part in together)
        for rows, label, loss, own in zip(*(part.split(size, dim=1) for part in parts), strict=True):
            log_probs = (rows.to(wide) + bias).log_softmax(-1)  # readings tokens vocab
            own.copy_(-log_probs.gather(2, label[:, :, None])[:, :, 0])
            loss.copy_(
                own if not label_smoothing else (1 - label_smoothing) * own - label_smoothing * log_probs.mean(-1)
            )
            ratios = log_probs - log_probs.flip(0) if consistency else None
            # d loss / d logits = probabilities - smoothed labels
            probs = log_probs.exp_()
            if ratios is not None:
                divergences = (probs * ratios).sum(-1, keepdim=True)
                loss.add_(divergences.mean(0)[:, 0], alpha=consistency)
                ratios.sub_(divergences).mul_(probs).add_(probs).sub_(probs.flip(0)).mul_(consistency / 2)
            gradient = probs.sub_(label_smoothing / logits.shape[1])
            gradient.scatter_(2, label[:, :, None], label_smoothing - 1, reduce="add")
            rows.copy_(gradient if ratios is None else gradient.add_(ratios))
        ctx.save_for_backward(outputs, weight, logits)
        ctx.mark_non_differentiable(nll)
        return losses, nll

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        outputs, weight, gradient = ctx.saved_tensors
        scale = gradients[0].to(gradient.dtype)[:, None]  # of each token's loss
        return (gradient @ weight) * scale, gradient.T @ (outputs * scale), (scale.T @ gradient)[0], None, None, None
