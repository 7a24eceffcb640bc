"""The model: encoder, attention, decoder and output layer put together."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.config.sections import ModelConfig
from seq2seq.corpus.subwords import PAD
from seq2seq.model.aligner import Aligner, Alignment
from seq2seq.model.decoder import Decoder, DecoderState
from seq2seq.model.encoder import Encoder, EncoderStates
from seq2seq.model.loss import output_losses
from seq2seq.model.recurrent import Embedding, SequenceDropout


class Seq2Seq(nn.Module):
    """An RNN encoder-decoder with attention (Bahdanau et al. 2015). Ids in, log-probabilities and weights out."""

    def __init__(
        self, config: ModelConfig, source_vocab: int, target_vocab: int, joint: bool, aligner: bool = False
    ) -> None:
        super().__init__()
        dropout = SequenceDropout(config.embedding_dropout, config.variational_dropout)

        def embedding(size: int) -> Embedding:
            return Embedding(size, config.embedding_size, dropout, config.word_dropout)

        target_embedding = embedding(target_vocab)
        share = joint and config.tied_embeddings
        self.encoder = Encoder(config, target_embedding if share else embedding(source_vocab))
        self.decoder = Decoder(config, target_embedding)
        self.aligner = Aligner(config, self.encoder.embedding, target_embedding) if aligner else None
        self.output_bias = nn.Parameter(torch.zeros(target_vocab))
        self.output_weight = (
            target_embedding.weight
            if config.tied_embeddings
            else nn.Parameter(target_embedding.weight.detach().clone())
        )

    def encode(self, source: Int[Tensor, "batch src"]) -> EncoderStates:
        """The encoder states of padded ids."""
        return self.encoder(source, source != PAD)

    def forward(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch tgt"]
    ) -> tuple[Float[Tensor, "batch tgt embedding"], Float[Tensor, "batch heads tgt src"]]:
        """Read `target` (from the start symbol on) against `source`: what the output layer reads at each position, and
        the attention weights."""
        return self.decoder(target, self.encode(source))

    def logits(self, outputs: Float[Tensor, "*rows embedding"]) -> Float[Tensor, "*rows vocab"]:
        """The output layer: scores of all words."""
        return functional.linear(outputs, self.output_weight, self.output_bias)

    def token_losses(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch full"], label_smoothing: float = 0.0
    ) -> tuple[Float[Tensor, " tokens"], Float[Tensor, " tokens"]]:
        """Loss and negative log-likelihood (nats) of each real token of `target` (start symbol to end of sentence).

        The loss is the cross-entropy with a share of `label_smoothing` spread evenly over the vocabulary (Szegedy et
        al. 2016).
        """
        outputs, _ = self(source, target[:, :-1])
        return self.losses_of(outputs, target, label_smoothing)

    def losses_of(
        self,
        outputs: Float[Tensor, "batch tgt embedding"],
        target: Int[Tensor, "batch full"],
        label_smoothing: float = 0.0,
        consistency: float = 0.0,
    ) -> tuple[Float[Tensor, " tokens"], Float[Tensor, " tokens"]]:
        """The `token_losses` of what `forward` has made of `target` without its last column.

        The output layer, the widest there is, is computed for real tokens only. `consistency` is for a batch that holds
        each pair twice (`output_losses`).
        """
        labels = target[:, 1:]
        real = labels != PAD
        return output_losses(
            outputs[real], self.output_weight, self.output_bias, labels[real], label_smoothing, consistency
        )

    def log_probs_of(
        self, outputs: Float[Tensor, "batch tgt embedding"], target: Int[Tensor, "batch full"]
    ) -> Float[Tensor, "batch tgt"]:
        """Log-probability (nats) of each real token of `target`, as `losses_of` has it; 0 on padding."""
        labels = target[:, 1:]
        losses, _ = self.losses_of(outputs, target)
        return losses.new_zeros(labels.shape).masked_scatter(labels != PAD, -losses)

    def align(
        self, source: Int[Tensor, "batch src"], target: Int[Tensor, "batch tgt"], encoded: EncoderStates
    ) -> Alignment:
        """What the aligner says of `source`, which is encoded already, and `target` without its start symbol.

        Raises ValueError for a model without an aligner.
        """
        if self.aligner is None:
            raise ValueError("this model has no aligner")
        return self.aligner(source, encoded, target, target != PAD)

    def start(self, source: Int[Tensor, "batch src"]) -> DecoderState:
        """The state from which a search over the translations of `source` sets out."""
        return self.decoder.start(self.encode(source))

    def step(
        self,
        words: Int[Tensor, "batch beam"],
        state: DecoderState,
        weights: Float[Tensor, "batch heads beam src"] | None = None,
    ) -> tuple[Float[Tensor, "batch beam vocab"], Float[Tensor, "batch heads beam src"], DecoderState]:
        """The step function of `search`: log-probabilities of the next word, weights, and the state after `words`.

        Where `weights` are given, they are used in place of those of attention (`Decoder.step`).
        """
        outputs, weights, state = self.decoder.step(words, state, weights)
        scores = self.logits(outputs).float()
        # In place where it can be: a fresh tensor of this size at each step costs more than what is computed in it.
        log_probs = scores.log_softmax(-1) if scores.requires_grad else torch.log_softmax(scores, -1, out=scores)
        return log_probs, weights, state
