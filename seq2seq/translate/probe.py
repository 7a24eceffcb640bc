"""Is the attention really used? Replace its weights, and see what the model loses (Jain & Wallace 2019).

A model that translates as well with weights that know nothing of the words does not use what its maps show. Nor does
one that says the same when it cannot look where its maps say that it looked most: the counterfactuals of Moradi et al.
2019, who count how many function words and content words stay as they are.
"""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor, nn

from seq2seq.alignment.merging import words_of
from seq2seq.alignment.sides import Side
from seq2seq.corpus.subwords import PAD
from seq2seq.model.attention import Attention, Memory
from seq2seq.model.decoder import Decoder
from seq2seq.translate.arguments import check_pairs
from seq2seq.translate.reading import forced_batches
from seq2seq.translate.translator import Translator

Replacement = Callable[
    [Float[Tensor, "batch heads tgt src"], Bool[Tensor, "batch src"], Int[Tensor, " tgt"]],
    Float[Tensor, "batch heads tgt src"],
]
"""From the learned weights, the mask of real source pieces and the positions of the queries in the target sentence to
the weights to use in their place: 0 on padding, rows that sum to 1."""


@dataclass(frozen=True)
class Change:
    """What becomes of target pieces under other weights."""

    pieces: int
    """How many there are."""
    log_prob_change: float
    """Of the mean log-probability of a piece, in nats."""
    preserved: float
    """The share of the pieces at whose place the most probable piece is the same as under the learned weights."""


@dataclass(frozen=True)
class Effect:
    """What a model does under other weights than its own."""

    changes: dict[str, Change]
    """On the references read by forced decoding: of `all` pieces, ends of sentence counted, and of those of `content`
    and `function` words, where these are told apart and there are any."""
    translations: list[str]
    """What search finds."""


def probe(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    beam: int | None = None,
    function_words: Collection[str] = (),
) -> dict[str, Effect]:
    """The effect of other weights on forced decoding of the references and on search.

    They are uniform, permuted and diagonal, and the learned ones without the largest of each row, with the largest
    only, and with the largest and a uniform rest. The diagonal goes through the source at the pace of these
    references: source pieces per target piece. `function_words`, in lower case, tell function words from content words
    (`word_classes`). Raises ValueError where there is no pair.
    """
    if not pairs:
        raise ValueError("pairs is empty: a probe needs references")
    sources, targets = zip(*check_pairs("pairs", pairs), strict=True)
    read = sum(len(ids) + 1 for ids in translator.vocabulary.source.encode(sources))
    written = sum(len(ids) + 1 for ids in translator.vocabulary.target.encode(targets))
    replacements = {
        "uniform": uniform,
        "permuted": permuted,
        "diagonal": diagonal(read / written),
        "without_largest": without_largest,
        "only_largest": only_largest,
        "largest_and_uniform": largest_and_uniform,
    }
    learned, classes = read_pieces(translator, pairs), piece_classes(translator, pairs, function_words)
    return {
        name: effect(translator, pairs, replacement, beam, learned, classes)
        for name, replacement in replacements.items()
    }


def effect(
    translator: Translator,
    pairs: Sequence[tuple[str, str]],
    replacement: Replacement,
    beam: int | None,
    learned: "TargetPieces",
    classes: Mapping[str, NDArray[np.bool_]],
) -> Effect:
    """Read the references, and translate, with the weights of the decoder's attention replaced.

    learned: `read_pieces` under the learned weights. classes: those of `piece_classes`.
    """
    decoder = translator.model.decoder
    with replaced(decoder, replacement, stepwise=decoder.feeds_input):
        found = read_pieces(translator, pairs)
    changes, preserved = found.log_probs - learned.log_probs, found.likeliest == learned.likeliest
    with replaced(decoder, replacement, stepwise=True):
        translations = [best[0].text for best in translator.translate_all([pair[0] for pair in pairs], beam=beam)]
    return Effect(
        {
            name: Change(int(own.sum()), float(changes[own].mean(dtype=np.float64)), float(preserved[own].mean()))
            for name, own in classes.items()
        },
        translations,
    )


@dataclass(frozen=True)
class TargetPieces:
    """What a model says of the pieces of all references in their order, ends of sentence included."""

    log_probs: NDArray[np.float32]
    """Of each piece, in nats."""
    likeliest: NDArray[np.int64]
    """The id that has the highest probability in its place."""


@torch.inference_mode()
def read_pieces(translator: Translator, pairs: Sequence[tuple[str, str]]) -> TargetPieces:
    """Read the references by forced decoding."""
    model, found = translator.model.eval(), {}
    with torch.autocast(translator.engine.device.type, enabled=False):
        for batch in forced_batches(translator, pairs):
            outputs, _ = model(batch.source, batch.target[:, :-1])
            labels = batch.target[:, 1:]
            log_probs = model.log_probs_of(outputs, batch.target).cpu().numpy()
            likeliest = torch.full_like(labels, PAD)
            likeliest[labels != PAD] = model.logits(outputs[labels != PAD]).argmax(-1)
            for i, (_, target), *rows in zip(
                batch.positions, batch.sides, log_probs, likeliest.cpu().numpy(), strict=True
            ):
                found[i] = [row[: len(target)] for row in rows]
    return TargetPieces(*(np.concatenate(rows) for rows in zip(*(found[i] for i in range(len(pairs))), strict=True)))


def piece_classes(
    translator: Translator, pairs: Sequence[tuple[str, str]], function_words: Collection[str]
) -> dict[str, NDArray[np.bool_]]:
    """Which pieces of all references in their order belong to a class: `all` and, if there are function words and such
    pieces, `content` and `function`."""
    sides = [translator.vocabulary.target.segment(target).side for _, target in pairs]
    names = np.array([name for side in sides for name in word_classes(side, function_words)])
    classes = {"all": np.ones(len(names), bool)}
    if function_words:
        classes |= {name: names == name for name in ("content", "function") if (names == name).any()}
    return classes


def word_classes(side: Side, function_words: Collection[str]) -> list[str]:
    """Of each piece the class of the word that the most of it lies in: `function` for one of these words (given in
    lower case), `content` for another one with a letter or a digit, and `` for punctuation and the end of the sentence.

    A piece that lies in no word, such as a lone `▁`, counts as part of the word that comes next.
    """
    words, _, share = words_of(side)
    classes = [
        "function" if word.casefold() in function_words else "content" if any(map(str.isalnum, word)) else ""
        for word in words.without_end().pieces
    ]
    return [[*classes, ""][word] for word in share.argmax(1)]


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
        self.context_projection = attention.context_projection

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


def without_largest(
    weights: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"], positions: Int[Tensor, " tgt"]
) -> Float[Tensor, "batch heads tgt src"]:
    """The largest weight of each row set to zero, the others divided by what is left (ZeroOutMax of Moradi et al.).

    If nothing is left, they are uniform; the row of a source of one piece stays as it is.
    """
    others = mask[:, None, None, :] & ~_largest(weights)
    rest = weights * others
    left, places = rest.sum(-1, keepdim=True), others.sum(-1, keepdim=True)
    found = torch.where(left > 0, rest / left, others / places)
    return torch.where(places > 0, found, weights)


def only_largest(
    weights: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"], positions: Int[Tensor, " tgt"]
) -> Float[Tensor, "batch heads tgt src"]:
    """All weight on the place of the largest of each row (OnlyMax)."""
    return _largest(weights).to(weights.dtype)


def largest_and_uniform(
    weights: Float[Tensor, "batch heads tgt src"], mask: Bool[Tensor, "batch src"], positions: Int[Tensor, " tgt"]
) -> Float[Tensor, "batch heads tgt src"]:
    """The largest weight of each row as it is, and the rest the same everywhere else (KeepMaxUniformOthers)."""
    largest = _largest(weights)
    others = mask[:, None, None, :] & ~largest
    share = (1 - weights.amax(-1, keepdim=True)) / others.sum(-1, keepdim=True).clamp(min=1)
    return torch.where(largest, weights, share * others)


def _largest(weights: Float[Tensor, "batch heads tgt src"]) -> Bool[Tensor, "batch heads tgt src"]:
    """The place of the largest weight of each row, the first of equals."""
    return nn.functional.one_hot(weights.argmax(-1), weights.shape[-1]).bool()


def diagonal(pace: float) -> Replacement:
    """All weight on one source piece for each target position, `pace` source pieces further at each target piece."""

    def replace(weights: Tensor, mask: Tensor, positions: Tensor) -> Tensor:
        last = mask.sum(-1, keepdim=True) - 1  # batch 1
        chosen = torch.minimum(((positions + 0.5) * pace).long(), last)  # batch tgt
        rows = nn.functional.one_hot(chosen, mask.shape[1]).to(weights.dtype)  # batch tgt src
        return rows[:, None].expand_as(weights)

    return replace
