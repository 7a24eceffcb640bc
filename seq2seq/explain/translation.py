"""One step of a trained run's translation: the attention with which it chose a piece, and what the context changed.

The sentence is translated by the run's own `Translator` while the model is listened to, so that what is explained is
the very computation that the alignment map comes from, not another one like it.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from seq2seq.alignment.diagnostics import row_entropies
from seq2seq.config.sections import ModelConfig
from seq2seq.errors import InputError
from seq2seq.explain.worked import MismatchError, WorkedAttention, work_out
from seq2seq.model.decoder import DecoderState
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.visible import is_blank
from seq2seq.translate.arguments import check_text
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import Translator

TOP = 5
"""Most probable pieces that are told, with the context and without."""

PROBABILITY_TOLERANCE = 1e-4
"""How far a probability may be from the one that the same step gives in float64."""


@dataclass(frozen=True)
class NextPiece:
    """A candidate for the piece that a step writes."""

    piece: str
    with_context: float
    without_context: float
    """Its probability when the context of this step is replaced by zeros."""
    chosen: bool


@dataclass(frozen=True)
class ExplainedStep:
    """A translation and one of its steps."""

    translation: Translation
    model: ModelConfig
    step: int
    """From 1; the last step of a finished translation writes the end of the sentence."""
    attention: WorkedAttention
    """With the one query of this step; its weights are row `step` of the alignment map, to the last bit."""
    next_pieces: tuple[NextPiece, ...]
    """The most probable first."""

    def to_dict(self) -> dict[str, Any]:
        """JSON types: everything, every number at full precision."""
        alignment = self.translation.alignment
        return {
            "version": 1,
            "source": alignment.source.text,
            "source_pieces": list(alignment.source.pieces),
            "translation": self.translation.text,
            "target_pieces": list(alignment.target.pieces),
            "finished": self.translation.finished,
            "model": asdict(self.model),
            "step": self.step,
            "attention": self.attention.to_dict(),
            "next_pieces": [asdict(piece) for piece in self.next_pieces],
        }


@torch.inference_mode()
def explain_step(
    translator: Translator, sentence: str, step: int | None = None, beam: int | None = None
) -> ExplainedStep:
    """Translate `sentence` as `Translator.translate` does and explain a step, from 1: by default the one whose weights
    have the highest entropy, the end of the sentence aside.

    Raises InputError for a blank sentence or one that is no Unicode and for a step that the translation does not have,
    ValueError for a beam below 1 or an ensemble, TypeError for what is no sentence, and MismatchError where the model's
    numbers and the independent ones differ.
    """
    if is_blank(check_text("the sentence", sentence)):
        raise InputError("the sentence is blank; give one with words in it")
    model = translator.model
    engine = _ListeningEngine(model)
    encodings: list[tuple[Any, EncoderStates]] = []
    answers: list[tuple[Any, tuple[Tensor, Tensor]]] = []
    with _listen(model.encoder, encodings), _listen(model.decoder.attention, answers):
        translation = Translator(engine, translator.vocabulary, translator.config).translate(sentence, beam=beam)
    rows = translation.alignment.weights
    index = _check_step(step, translation) - 1 if step is not None else _most_spread(translation)
    asked, slot = engine.find(translation.ids, index)
    (query, _), (context, weights) = answers[index]
    ((_, mask), encoded) = encodings[0]
    attention = work_out(model.decoder.attention, query[0], encoded.states[0], mask[0], (context[0], weights[0]))
    attention = attention.row(slot)
    if not np.array_equal(attention.weights[:, 0], rows[:, index]):
        raise MismatchError(f"the weights of step {index + 1} are not row {index + 1} of the alignment map")
    next_pieces = _next_pieces(translator, asked, slot, translation.ids[index])
    return ExplainedStep(translation, translator.config.model, index + 1, attention, next_pieces)


def _check_step(step: int, translation: Translation) -> int:
    steps = translation.alignment.weights.shape[1]
    if not 1 <= step <= steps:
        end = ", the end of the sentence counted" if translation.finished else ""
        raise InputError(f"--step is {step}, but the translation has {steps} pieces{end}; take one from 1 to {steps}")
    return step


def _most_spread(translation: Translation) -> int:
    """The row with the highest entropy, mean over heads, of the pieces before the end of the sentence."""
    weights = translation.alignment.weights.astype(np.float64)
    if translation.finished and weights.shape[1] > 1:
        weights = weights[:, :-1]
    return int(row_entropies(weights).mean(0).argmax())


# Listening to a translation


@dataclass(frozen=True)
class _Heard:
    """A step of the search before it was taken: what the model read, and the tokens of each hypothesis so far."""

    words: Int[Tensor, "batch beam"]
    state: DecoderState
    tokens: Int[Tensor, "batch beam length"]
    log_probs: Float[Tensor, "batch beam vocab"]


@dataclass(frozen=True)
class _State:
    """A decoder's state and the tokens that each hypothesis has read: what search selects from."""

    decoder: DecoderState
    tokens: Int[Tensor, "batch beam length"]

    def select_sentences(self, sentences: Int[Tensor, " kept"]) -> "_State":
        return _State(self.decoder.select_sentences(sentences), self.tokens[sentences])

    def select_hypotheses(self, origins: Int[Tensor, "batch beam"], alive: Bool[Tensor, "batch beam"]) -> "_State":
        sentence = torch.arange(len(origins), device=origins.device)[:, None]
        return _State(self.decoder.select_hypotheses(origins, alive), self.tokens[sentence, origins])


class _ListeningEngine(ModelEngine):
    """A model whose steps are taken down as they happen."""

    def __init__(self, model: Seq2Seq) -> None:
        super().__init__(model)
        self.heard: list[_Heard] = []

    def start(self, source: Int[Tensor, "batch src"]) -> _State:
        return _State(super().start(source), source.new_zeros(len(source), 1, 0))

    def step(
        self, words: Int[Tensor, "batch beam"], state: _State, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], _State]:
        tokens = torch.cat([state.tokens, words[..., None]], dim=-1)
        log_probs, weights, decoder = super().step(words, state.decoder)
        # search writes into the log-probabilities
        self.heard.append(_Heard(words, state.decoder, tokens, log_probs.clone()))
        return log_probs, weights, _State(decoder, tokens)

    def find(self, ids: Sequence[int], index: int) -> tuple[_Heard, int]:
        """The step of this index as it was heard, and the place among its hypotheses of the one with these ids."""
        heard = self.heard[index]
        past = torch.tensor(ids[:index], device=heard.tokens.device)
        return heard, int((heard.tokens[0, :, 1:] == past).all(-1).nonzero()[0, 0])


@contextmanager
def _listen(module: nn.Module, calls: list[tuple[Any, Any]]) -> Iterator[None]:
    """Arguments and result of each call of `module`, into `calls`."""
    handle = module.register_forward_hook(lambda _, arguments, result: calls.append((arguments, result)))
    try:
        yield
    finally:
        handle.remove()


# With the context and without


def _next_pieces(translator: Translator, heard: _Heard, slot: int, chosen: int) -> tuple[NextPiece, ...]:
    with_context = heard.log_probs[0, slot].exp()
    without = _log_probs(translator.model, heard.words, heard.state, slot, with_context=False).exp()
    exact = copy.deepcopy(translator.model).double()
    for found, has_context in ((with_context, True), (without, False)):
        again = _log_probs(exact, heard.words, _double(heard.state), slot, has_context).exp()
        if not (found - again).abs().max() <= PROBABILITY_TOLERANCE:
            raise MismatchError("the probabilities of the next piece differ from those of the same step in float64")
    ids = {chosen, *with_context.topk(TOP).indices.tolist(), *without.topk(TOP).indices.tolist()}
    target = translator.vocabulary.target
    pieces = [
        NextPiece(target.text_of([i]).labels[0], with_context[i].item(), without[i].item(), i == chosen) for i in ids
    ]
    return tuple(sorted(pieces, key=lambda piece: -piece.with_context))


def _log_probs(
    model: Seq2Seq, words: Int[Tensor, "batch beam"], state: DecoderState, slot: int, with_context: bool
) -> Float[Tensor, " vocab"]:
    """Log-probabilities of the next piece after a step, its context replaced by zeros unless it is wanted."""

    def zeros(_: nn.Module, __: object, answer: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return answer if with_context else (torch.zeros_like(answer[0]), answer[1])

    handle = model.decoder.attention.register_forward_hook(zeros)
    try:
        return model.step(words, state)[0][0, slot]
    finally:
        handle.remove()


def _double(state: DecoderState) -> DecoderState:
    memory = replace(state.memory, keys=state.memory.keys.double(), values=state.memory.values.double())
    layers = tuple(tuple(part.double() for part in layer) for layer in state.layers)
    return DecoderState(memory, layers, state.context.double())
