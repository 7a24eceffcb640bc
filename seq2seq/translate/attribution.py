"""How much each source word counts for each target word, asked of the model itself and not of its attention.

Attributed is the log-probability (nats) of each piece of a target that is given, read by forced decoding. What varies
are the embeddings of the source pieces; the target before the piece stays as it is. The baseline, a source that says
nothing, has zeros in place of every embedding, the end of the sentence's too.

- `gradient-x-input`: the derivative of the log-probability with respect to a source piece's embedding, times that
  embedding (Denil et al. 2014; for word alignment Ding et al. 2019): what the log-probability gains from the piece, if
  it went on as it does here.
- `integrated-gradients`: the same, but the derivative is the mean over the straight way from the baseline to the
  sentence (Sundararajan et al. 2017, eq. 1; `quadrature`). The values of a row add up to what the
  log-probability gains from the baseline to the sentence (their proposition 1, completeness).
- `occlusion`: what the log-probability loses when the embeddings of a source word, all its pieces at once, are zeros
  (Zeiler & Fergus 2014; for words Li et al. 2016). The end of the sentence is occluded as a word is.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.merging import words_of
from seq2seq.alignment.sides import Side, shortened
from seq2seq.corpus.subwords import PAD
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.arguments import check_count, check_pairs
from seq2seq.translate.reading import ForcedBatch, forced_batches
from seq2seq.translate.translator import Translator

ATTRIBUTIONS = ("gradient-x-input", "integrated-gradients", "occlusion")

STEPS = 20
"""Places on the way at which integrated gradients take the derivative. Sundararajan et al. find 20 to 300 enough for
sums within 5 %; docs/alignment.md says how near 20 come here."""
BATCH_TOKENS = 1000
"""Pieces that are read at once, unless the caller says otherwise."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each source piece counts for each target piece of one pair: `values`, `[target, source]`, in nats.

    A value is signed: above 0 it speaks for the target piece, below 0 against it. The pieces of an occluded word share
    its value evenly. As the last value of a notebook's cell it shows its map.
    """

    source: Side
    target: Side
    values: NDArray[np.float32]

    def __repr__(self) -> str:
        source, target = shortened(self.source.text), shortened(self.target.text)
        return f"Attribution({len(self.target)} target by {len(self.source)} source pieces, {source!r} to {target!r})"

    def map(self) -> AlignmentMap:
        """The map over pieces, of kind `attribution`: `weights_of` the values."""
        return AlignmentMap(self.source, self.target, weights_of(self.values)[None], "attribution")


def weights_of(values: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Signed values `[target, source]` as weights: in each row their sizes, without the signs, divided by the sum.

    So a weight says how much of what moves a target piece comes from there, be it for or against the piece. (Without
    the negative ones the links are worse: docs/alignment.md.) A row of zeros becomes uniform.
    """
    sizes = np.abs(values.astype(np.float64))
    sums = sizes.sum(-1, keepdims=True)
    uniform = np.full(sizes.shape, 1 / max(sizes.shape[-1], 1))
    return np.divide(sizes, sums, out=uniform, where=sums > 0).astype(np.float32)


def attribute(
    translator: Translator,
    pairs: Iterable[tuple[str, str]],
    by: str = "integrated-gradients",
    *,
    steps: int = STEPS,
    batch_tokens: int = BATCH_TOKENS,
) -> list[Attribution]:
    """The attribution of each given source and target, by one of ATTRIBUTIONS; a translation's is that of its text.

    `steps`: of integrated gradients; the more, the nearer a row's sum comes to what it should be. `batch_tokens`:
    pieces read at once, padding and repetitions of a sentence included. Raises InputError for another method, for a
    pair that is beyond the limits (`limits`), and for weights in bf16, which are too coarse; ValueError for several
    runs that translate as one.
    """
    if by not in ATTRIBUTIONS:
        raise InputError(f"unknown attribution '{by}'; choose one of {', '.join(ATTRIBUTIONS)}")
    check_count("steps", steps)
    check_count("batch_tokens", batch_tokens)
    model = translator.model.eval()
    if model.output_bias.dtype == torch.bfloat16:
        raise InputError("attribution needs weights in full precision: load the run with precision fp32")
    checked = check_pairs("pairs", pairs)
    for number, pair in enumerate(checked):
        if message := translator.pair_refusal(*pair):
            raise InputError(f"pairs[{number}]: {message}")
    nodes = quadrature(steps) if by == "integrated-gradients" else (torch.ones(1), torch.ones(1))
    found: dict[int, Attribution] = {}
    with torch.inference_mode(False), _exact_gradients(translator.engine.device):
        for forced in forced_batches(translator, checked, batch_tokens):
            batch = Batch.of(model, forced, batch_tokens)
            values = occlusion(model, batch) if by == "occlusion" else path(model, batch, nodes)
            for i, sides, row in zip(forced.positions, forced.sides, values.float().cpu().numpy(), strict=True):
                found[i] = Attribution(*sides, row[: len(sides[1]), : len(sides[0])])
    return [found[i] for i in range(len(checked))]


@contextmanager
def _exact_gradients(device: torch.device) -> Iterator[None]:
    """In full precision, and without cuDNN, which has no gradients of a recurrent network in evaluation."""
    with torch.autocast(device.type, enabled=False), torch.backends.cudnn.flags(enabled=False):
        yield


@dataclass(frozen=True)
class Batch:
    """Pairs as the model reads them, padded."""

    embedded: Float[Tensor, "batch src embedding"]
    mask: Bool[Tensor, "batch src"]
    target: Int[Tensor, "batch full"]
    sides: list[tuple[Side, Side]]
    repeats: int
    """How often the batch may be repeated, with other embeddings, to be read at once."""

    @classmethod
    def of(cls, model: Seq2Seq, pairs: ForcedBatch, batch_tokens: int) -> "Batch":
        """Those of ids."""
        source, target = pairs.source, pairs.target
        repeats = max(1, batch_tokens // max(source.numel(), target.numel()))
        return cls(model.encoder.embedding(source).detach(), source != PAD, target, pairs.sides, repeats)

    def read(self, model: Seq2Seq, points: Float[Tensor, "times batch src embedding"]) -> tuple[Tensor, Tensor]:
        """The targets read with these embeddings in place of the sources': what the output layer reads, and the
        log-probabilities, `[times*batch, tgt, ...]`; the pairs come in their order, again and again."""
        mask, target = (part.repeat(len(points), 1) for part in (self.mask, self.target))
        outputs, _ = model.decoder(target[:, :-1], model.encoder.read(points.flatten(0, 1), mask))
        return outputs, model.log_probs_of(outputs, target)


def quadrature(steps: int) -> tuple[Float[Tensor, " steps"], Float[Tensor, " steps"]]:
    """Places between 0 and 1 and their weights, which sum to 1: Gauss-Legendre in the place's square root.

    So half of the places lie in the first quarter of the way. Layer normalisation makes much of the first trace of a
    sentence, and evenly spread places miss that; models without it lose nothing.
    """
    roots, weights = np.polynomial.legendre.leggauss(steps)  # of the integral from -1 to 1
    roots = (roots + 1) / 2
    return torch.from_numpy(roots**2), torch.from_numpy(weights * roots)


def path(model: Seq2Seq, batch: Batch, nodes: tuple[Tensor, Tensor]) -> Float[Tensor, "batch tgt src"]:
    """The derivative of each log-probability at these places on the way from the baseline (0) to the sentence (1), in
    the mean with these weights, times the embeddings."""
    places, weights = (part.to(batch.embedded) for part in nodes)
    parts = zip(places.split(batch.repeats), weights.split(batch.repeats), strict=True)
    return torch.stack([_derivatives(model, batch, *part) for part in parts]).sum(0)


def _derivatives(
    model: Seq2Seq, batch: Batch, places: Float[Tensor, " times"], weights: Float[Tensor, " times"]
) -> Float[Tensor, "batch tgt src"]:
    """The part of `path` that is computed at once: the way back from one target position after another.

    The output layer is gone through once: a log-probability depends on the output at its own position alone.
    """
    with torch.enable_grad():
        points = (places[:, None, None, None] * batch.embedded).requires_grad_()
        outputs, log_probs = batch.read(model, points)
    (pulls,) = torch.autograd.grad(log_probs.sum(), outputs, retain_graph=True)  # times*batch tgt embedding
    values = []
    for position in range(pulls.shape[1]):
        pull = torch.zeros_like(pulls)
        pull[:, position] = pulls[:, position]
        (gradient,) = torch.autograd.grad(outputs, points, pull, retain_graph=True)
        values.append(torch.einsum("n,nbse,bse->bs", weights, gradient, batch.embedded))
    return torch.stack(values, dim=1)


@torch.no_grad()
def occlusion(model: Seq2Seq, batch: Batch) -> Float[Tensor, "batch tgt src"]:
    """What each log-probability loses when the embeddings of a word are zeros, shared by the pieces of the word."""
    shares = _shares(batch)
    whole = batch.read(model, batch.embedded[None])[1]
    losses = []
    for part in shares.split(batch.repeats):
        log_probs = batch.read(model, batch.embedded * (part == 0)[..., None])[1]
        losses.append(whole - log_probs.unflatten(0, part.shape[:2]))
    return torch.einsum("nbt,nbs->bts", torch.cat(losses), shares)


def _shares(batch: Batch) -> Float[Tensor, "words batch src"]:
    """The part of each piece in each word, and at last in the end of the sentence; 0 for what a sentence has not."""
    own = [words_of(source)[2].T for source, _ in batch.sides]  # of each: words src
    shares = np.zeros((max(map(len, own)), *batch.mask.shape))
    for row, share in enumerate(own):
        shares[: len(share), row, : share.shape[1]] = share / np.maximum(share.sum(1, keepdims=True), 1e-9)
    return torch.from_numpy(shares).to(batch.embedded)
