"""An engine: what translates, without the text around it. Ids in; probabilities and weights out.

Search, forced decoding, `explain` and everything else that runs a model are handed one of these. `ModelEngine` is a
single model, `ensemble.EnsembleEngine` several that act as one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from seq2seq.errors import InputError
from seq2seq.model.aligner import Alignment
from seq2seq.model.packed import PackedDecoder
from seq2seq.model.seq2seq import Seq2Seq


@runtime_checkable
class Engine(Protocol):
    """Runs one model or several. Ids are padded and lie on `device`; a source ends with the end of sentence."""

    @property
    def heads(self) -> int:
        """The number of heads of the attention weights."""
        ...

    @property
    def has_aligner(self) -> bool:
        """Is there an aligner to ask (`align_both_ways`)?"""
        ...

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        ...

    def start(self, source: Int[Tensor, "batch src"]) -> Any:
        """The state (`search.SearchState`) before the first token of the translations of `source`."""
        ...

    def step(
        self, tokens: Int[Tensor, "batch beam"], state: Any, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], Any]:
        """Log-probabilities of the next token, attention weights, and the state after `tokens`; `search.StepFunction`
        says more."""
        ...

    def align(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        """The attention with which `target`, from the start symbol to the end of sentence, is read: forced decoding."""
        ...

    def align_both_ways(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]) -> Alignment:
        """What the aligner says of `source` and `target`; ValueError where there is none."""
        ...

    def read(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"], aligner: bool) -> "References":
        """All that forced decoding tells of `target`, from the start symbol to the end of sentence; with `aligner` what
        the aligner says too."""
        ...


class References(NamedTuple):
    """A batch of references as an engine has read them."""

    log_probs: Float[Tensor, "batch tgt"]
    """Log-probability (nats) of each piece and end of sentence; 0 on padding."""
    weights: Float[Tensor, "batch heads tgt src"]
    """Of the attention."""
    alignment: Alignment | None
    """Of the aligner, where it was asked."""
    self_weights: Float[Tensor, "batch heads src src"] | None
    """Of the encoder's self-attention, where there is one."""


class ModelEngine:
    """One model.

    With `packed` it has the faster steps of a model that `can_pack` and whose weights do not change any more, in 8 bits
    where `eight_bits` says so. They are made when a search first needs them.
    """

    def __init__(self, model: Seq2Seq, packed: bool = False, eight_bits: bool = False) -> None:
        self.model, self.packed, self.eight_bits = model, packed, eight_bits

    @cached_property
    def _steps(self) -> PackedDecoder | None:
        return PackedDecoder(self.model, self.eight_bits) if self.packed else None

    @property
    def heads(self) -> int:
        """Those of the decoder's attention."""
        return self.model.decoder.attention.heads

    @property
    def has_aligner(self) -> bool:
        """Was the model trained with one?"""
        return self.model.aligner is not None

    @property
    def device(self) -> torch.device:
        """That of the model's weights."""
        return self.model.output_bias.device

    def start(self, source: Int[Tensor, "batch src"]) -> Any:
        """The decoder's state, from the encoder's."""
        encoded = self.model.eval().encode(source)
        return (self._steps or self.model.decoder).start(encoded)

    def step(
        self, tokens: Int[Tensor, "batch beam"], state: Any, /
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], Any]:
        """A step of the decoder."""
        return (self._steps or self.model).step(tokens, state)

    def step_with(
        self, tokens: Int[Tensor, "batch beam"], state: Any, weights: Float[Tensor, "batch heads beam src"]
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], Any]:
        """A step of the decoder whose context is made with these weights."""
        return (self._steps or self.model).step(tokens, state, weights)

    def align(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]
    ) -> Float[Tensor, "batch heads tgt src"]:
        """The attention of the decoder."""
        return self.model.eval()(source, target[:, :-1])[1]

    def align_both_ways(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"]) -> Alignment:
        """The answer of the model's aligner."""
        return self.model.align(source, target[:, 1:], self.model.eval().encode(source))

    def read(self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"], aligner: bool) -> References:
        """The source is encoded once for all of it."""
        encoded = self.model.eval().encode(source)
        outputs, weights = self.model.decoder(target[:, :-1], encoded)
        log_probs = self.model.log_probs_of(outputs, target)
        alignment = self.model.align(source, target[:, 1:], encoded) if aligner else None
        return References(log_probs, weights, alignment, encoded.self_weights)


@contextmanager
def finite_numbers() -> Iterator[None]:
    """InputError in place of the ArithmeticError of a search whose numbers are not finite."""
    try:
        yield
    except ArithmeticError as error:
        raise InputError(
            f"the model computes no usable numbers ({error}): its weights are damaged, or its training has diverged"
        ) from None
