"""Is the attention really used? Replace its weights, and see what the model loses (Jain & Wallace 2019).

A model that translates as well with weights that know nothing of the words does not use what its maps show.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2seq.model.attention import Attention, Memory
from seq2seq.model.decoder import Decoder
from seq2seq.translate.arguments import check_pairs
from seq2seq.translate.reading import log_likelihood, read
from seq2seq.translate.translator import Translator

Replacement = Callable[
    [Float[Tensor, "batch heads tgt src"], Bool[Tensor, "batch src"], Int[Tensor, " tgt"]],
    Float[Tensor, "batch heads tgt src"],
]
"""From the learned weights, the mask of real source pieces and the positions of the queries in the target sentence to
the weights to use in their place: 0 on padding, rows that sum to 1."""


@dataclass(frozen=True)
class Effect:
    """What a model does under other weights than its own."""

    log_prob: float
    """Mean log-probability of a target piece of the references, the end of sentence counted, in nats."""
    translations: list[str]
    """What search finds."""


def probe(translator: Translator, pairs: Sequence[tuple[str, str]], beam: int | None = None) -> dict[str, Effect]:
    """The effect of uniform, permuted and diagonal weights on forced decoding of the references and on search.

    The diagonal goes through the source at the pace of these references: source pieces per target piece. Raises
    ValueError where there is no pair.
    """
    if not pairs:
        raise ValueError("pairs is empty: a probe needs references")
    sources, targets = zip(*check_pairs("pairs", pairs), strict=True)
    read = sum(len(ids) + 1 for ids in translator.vocabulary.source.encode(sources))
    written = sum(len(ids) + 1 for ids in translator.vocabulary.target.encode(targets))
    replacements = {"uniform": uniform, "permuted": permuted, "diagonal": diagonal(read / written)}
    return {name: effect(translator, pairs, replacement, beam) for name, replacement in replacements.items()}


def effect(
    translator: Translator, pairs: Sequence[tuple[str, str]], replacement: Replacement, beam: int | None
) -> Effect:
    """Read the references, and translate, with the weights of the decoder's attention replaced."""
    decoder = translator.model.decoder
    with replaced(decoder, replacement, stepwise=decoder.feeds_input):
        log_prob = reference_log_prob(translator, pairs)
    with replaced(decoder, replacement, stepwise=True):
        translations = [best[0].text for best in translator.translate_all([pair[0] for pair in pairs], beam=beam)]
    return Effect(log_prob, translations)


def reference_log_prob(translator: Translator, pairs: Sequence[tuple[str, str]]) -> float:
    """Mean log-probability (nats) of the pieces of the references and their ends of sentence."""
    total, pieces = log_likelihood(read(translator, pairs))
    return total / pieces


@contextmanager
def replaced(decoder: Decoder, replacement: Replacement, stepwise: bool) -> Iterator[None]:
    """Within the block, the decoder's attention to the source uses other weights; self-attention stays as it is.

    `stepwise`: whether each call of the attention is a step of search or of input feeding, with one query for each
    hypothesis, or a whole target sentence, with one query for each of its positions.
    """
    attention = decoder.attention
    decoder.attention = _ReplacedAttention(attention, replacement, stepwise)  # type: ignore[assignment]
    try:
        yield
    finally:
        decoder.attention = attention


class _ReplacedAttention(nn.Module):
    """An `Attention` whose context is made with other weights; it counts the steps since `remember`."""

    def __init__(self, attention: Attention, replacement: Replacement, stepwise: bool) -> None:
        super().__init__()
        self.attention, self.replacement, self.stepwise = attention, replacement, stepwise
        self.heads, self.steps = attention.heads, 0

    def remember(self, states: Tensor, mask: Tensor) -> Memory:
        self.steps = 0
        return self.attention.remember(states, mask)

    def forward(self, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        queries = query.shape[1]
        positions = torch.arange(queries, device=query.device)
        if self.stepwise:
            positions = torch.full_like(positions, self.steps)
            self.steps += 1
        weights = self.replacement(self.attention.weights(query, memory), memory.mask, positions)
        return self.attention.context(weights, memory), weights


def uniform(
    weights: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"], positions: Int[Tensor, " tgt"]
) -> Float[Tensor, "batch heads tgt src"]:
    """The same weight on every real source piece."""
    share = mask / mask.sum(-1, keepdim=True)
    return share[:, None, None, :].to(weights.dtype).expand_as(weights)


def permuted(
    weights: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"], positions: Int[Tensor, " tgt"]
) -> Float[Tensor, "batch heads tgt src"]:
    """The learned weights at other source positions: as sharp as before, and on the wrong pieces.

    Each real position gets the weights of another one, the same one throughout the sentence. The permutation is drawn
    at random for each length of the source, so that it depends on neither the batch nor the order of the sentences.
    """
    orders = [(*_cycle(length), *range(length, mask.shape[1])) for length in mask.sum(-1).tolist()]
    order = torch.tensor(orders, device=weights.device)  # batch src
    return weights.gather(-1, order[:, None, None, :].expand_as(weights))


@lru_cache(maxsize=1024)
def _cycle(length: int) -> tuple[int, ...]:
    """A random permutation that is one cycle, so that nothing stays where it is (Sattolo 1986)."""
    generator, order = random.Random(length), list(range(length))
    for last in range(length - 1, 0, -1):
        other = generator.randrange(last)
        order[last], order[other] = order[other], order[last]
    return tuple(order)


def diagonal(pace: float) -> Replacement:
    """All weight on one source piece for each target position, `pace` source pieces further at each target piece."""

    def replace(weights: Tensor, mask: Tensor, positions: Tensor) -> Tensor:
        last = mask.sum(-1, keepdim=True) - 1  # batch 1
        chosen = torch.minimum(((positions + 0.5) * pace).long(), last)  # batch tgt
        rows = nn.functional.one_hot(chosen, mask.shape[1]).to(weights.dtype)  # batch tgt src
        return rows[:, None].expand_as(weights)

    return replace
