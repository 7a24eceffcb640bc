"""The sections of a run's settings: typed, checked when they are made, and never changed afterwards.

The first line of each setting's description is what `seq2seq train --help` shows of it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from seq2seq.config.faults import Clash

STRICT = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
MAX_BEAM = 1_000
"""Most hypotheses of a search."""
Fraction = Annotated[float, Field(ge=0, lt=1)]
Weight = Annotated[float, Field(ge=0, le=1_000)]
Layers = Annotated[int, Field(ge=1, le=100)]
Name = Annotated[str, Field(min_length=1)]
Numbers = Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=1_000)]
BleuTokenizer = Literal["13a", "none", "intl", "char", "zh", "ja-mecab", "ko-mecab", "spm", "flores101", "flores200"]


@dataclass(frozen=True, config=STRICT)
class DataConfig:
    """The corpus: `FOLDER/train|val|test.LANG`, plain text, one sentence a line."""

    folder: Name
    """Folder of the corpus.

    Relative to where the command is run."""
    source: Name
    """Language to translate from: the suffix of its files.

    Such as `de`. Found in the folder, where it has two languages."""
    target: Name
    """Language to translate into: the suffix of its files.

    Such as `en`. Found in the folder, where it has two languages."""
    max_length: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Longest sentence to train on, in pieces.

    Subword pieces of either side; longer pairs leave training, counted."""
    batch_tokens: Annotated[int, Field(ge=1, le=100_000_000)] = 2500
    """Target pieces in a training batch.

    The ends of sentence are counted."""
    bleu_tokenize: BleuTokenizer = "13a"
    """Tokenisation of sacrebleu for BLEU.

    `13a` for plain text, `none` for text that is tokenised already."""
    lowercase: bool = False
    """Ignore case in BLEU."""
    tokenised: bool = False
    """The text is tokenised already.

    Words are what stands between white space; otherwise punctuation at their ends is set apart. Word links count these
    words."""

    def __post_init__(self) -> None:
        if self.source == self.target:
            raise Clash(f"source and target are both {self.source!r}, they must differ", "target", "source")
        if self.batch_tokens <= self.max_length:
            raise Clash(
                f"batch_tokens is {self.batch_tokens}, it must be above max_length ({self.max_length})",
                "batch_tokens",
                "max_length",
            )

    def path(self, split: str, language: str) -> Path:
        """The file of one side of `train`, `val` or `test`."""
        return Path(self.folder) / f"{split}.{language}"


@dataclass(frozen=True, config=STRICT)
class SubwordsConfig:
    """SentencePiece, trained anew for each run on its training text, or given."""

    model: str = ""
    """A SentencePiece model to use, in place of training one.

    The run keeps a copy. `vocab_size` and `model_type` say nothing then; with `joint: false` it is the source's."""
    target_model: str = ""
    """The same for the target, with joint: false."""

    vocab_size: Annotated[int, Field(ge=1, le=1_000_000)] = 4000
    """Pieces in a vocabulary.

    Lowered with a warning where the corpus is too small for so many."""
    model_type: Literal["unigram", "bpe"] = "unigram"
    """Kind of subwords.

    A unigram language model (Kudo 2018), or byte-pair encoding (Sennrich et al. 2016)."""
    joint: bool = True
    """One vocabulary for both languages, or one for each."""
    sampling: Fraction = 0.0
    """Subword regularisation in training; 0 is off.

    Anew in every epoch. For `unigram` the smoothing exponent of the sampled segmentation (Kudo 2018, alpha: 0.2 is
    strong, 0.5 is mild), for `bpe` the dropout rate of merges (Provilkov et al. 2020: 0.1)."""

    def __post_init__(self) -> None:
        if self.target_model and (self.joint or not self.model):
            raise Clash("target_model needs subwords.model and subwords.joint: false", "target_model", "joint", "model")


@dataclass(frozen=True, config=STRICT)
class ModelConfig:
    """Encoder, attention, decoder."""

    cell: Literal["lstm", "gru"] = "lstm"
    """Recurrent cell of encoder and decoder."""
    embedding_size: Annotated[int, Field(ge=1, le=65_536)] = 256
    """Width of the word embeddings."""
    hidden_size: Annotated[int, Field(ge=2, le=65_536, multiple_of=2)] = 256
    """Width of the states.

    Of the decoder's, and of the encoder's: half of it in each direction."""
    encoder_layers: Layers = 1
    """Bidirectional layers of the encoder."""
    decoder_layers: Layers = 2
    """Layers of the decoder.

    With `context_feed: upper` the first one asks and those above read the answer."""
    context_feed: Literal["upper", "input"] = "upper"
    """Where the context goes.

    Into the layers above the first (Chen et al. 2018), or, from the step before, into the input of the first (Bahdanau
    et al. 2015; input feeding, Luong et al. 2015)."""
    attention: Literal["dot", "scaled_dot", "general", "additive"] = "dot"
    """Score of a query and a key."""
    heads: Annotated[int, Field(ge=1, le=1_024)] = 1
    """Attention heads.

    Each has its share of the dimensions of query, keys and values."""
    projections: bool = False
    """Learned projections for the attention.

    Of query, keys, values and context (Vaswani et al. 2017), instead of the states themselves."""
    self_attention: bool = False
    """A self-attention layer over the encoder's states.

    It has maps of its own."""
    tied_embeddings: bool = True
    """One matrix for target embeddings and output.

    And for the source's embeddings too where the vocabulary is joint (Press & Wolf 2017)."""
    residual: bool = True
    """Add a layer's input to its output, above the first."""
    layer_norm: bool = False
    """Layer normalisation.

    After each recurrent layer and of the output."""
    dropout: Fraction = 0.3
    """Dropout between layers and before the output."""
    embedding_dropout: Fraction = 0.3
    """Dropout of embedded words."""
    variational_dropout: bool = False
    """One dropout mask for a whole sentence.

    For all of its positions (Gal & Ghahramani 2016)."""
    word_dropout: Fraction = 0.0
    """Chance that a whole word embedding is zero.

    On both sides (Gal & Ghahramani 2016)."""

    def __post_init__(self) -> None:
        if self.hidden_size % self.heads:
            raise Clash(
                f"heads is {self.heads}, it must divide hidden_size ({self.hidden_size})", "heads", "hidden_size"
            )
        if self.context_feed == "upper" and self.decoder_layers < 2:
            raise Clash(
                "decoder_layers is 1, but context_feed: upper needs a layer above the first; use 2, or "
                "context_feed: input",
                "decoder_layers",
                "context_feed",
            )


@dataclass(frozen=True, config=STRICT)
class AlignmentConfig:
    """Word links: an aligner trained beside translation, and what it learns from."""

    aligner: bool = False
    """Train an aligner beside the translation.

    An attention between both sentences in full, for word links: its query has seen the target word and all around it,
    which the decoder's has not when it attends."""
    guide: str = ""
    """Word links to learn from: hmm, or a file.

    `hmm`: found in the training pairs themselves by hidden Markov models. A file: in the Pharaoh format, a line for
    each training pair. Without a guide the aligner learns to restore each word from what it attends to on the other
    side."""
    guided_attention: Weight = 0.0
    """Weight of the guide's links in attention; 0 is off.

    Of the loss that draws the decoder's attention to them (Chen et al. 2016)."""

    def __post_init__(self) -> None:
        if self.guided_attention > 0 and not self.guide:
            raise Clash("guided_attention needs a guide; set alignment.guide", "guided_attention", "guide")
        if self.guide and not self.aligner and self.guided_attention == 0:
            message = "guide teaches nothing: set alignment.aligner: true, or alignment.guided_attention above 0"
            raise Clash(message, "guide", "aligner", "guided_attention")


PARTS = ("encoder", "decoder", "embeddings", "aligner")
"""What a model is made of, for `init.parts`."""


@dataclass(frozen=True, config=STRICT)
class InitConfig:
    """Weights to start from: those of another run, or word vectors, in place of random ones."""

    run: str = ""
    """Run whose weights training starts from.

    A folder, a `.safetensors` file in one, or the name of a run that ships; as `--init-from`. What has no place in the
    new model stays random, and the training says what it took."""
    parts: str = ", ".join(PARTS)
    """Parts that are taken, with commas between them.

    `embeddings` are those of both sides and the output layer: of each piece that both vocabularies have, its row."""
    subwords: Literal["same", "new"] = "same"
    """Keep that run's subwords, or train new ones.

    With `same`, `subwords.vocab_size` and `subwords.model_type` say nothing."""
    source_embeddings: str = ""
    """Word vectors that the source's embeddings start from.

    A text file as word2vec, GloVe and fastText have them, of `model.embedding_size` values a word. What they do not
    know stays random, and the training says how many pieces they know."""
    target_embeddings: str = ""
    """The same for the target; in a shared matrix it comes last."""

    def __post_init__(self) -> None:
        vectors = self.source_embeddings or self.target_embeddings
        if vectors and self.run and "embeddings" in self.chosen:
            raise Clash(f"run gives embeddings, and so does {vectors}; leave embeddings out of init.parts", "parts")
        for part in self.chosen:
            if part not in PARTS:
                raise Clash(f"parts has {part!r}; there are {', '.join(PARTS)}", "parts")

    @property
    def chosen(self) -> list[str]:
        """The parts that are taken."""
        return [part.strip() for part in self.parts.split(",")]


@dataclass(frozen=True, config=STRICT)
class TrainingConfig:
    """Optimisation."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    """Seed of everything random.

    Weights, batches, dropout, sampled subwords."""
    learning_rate: Annotated[float, Field(gt=0, le=1_000)] = 0.002
    """Peak learning rate of Adam."""
    warmup_steps: Count = 400
    """Updates in which the learning rate rises to its peak."""
    decay: Literal["cosine", "inverse_sqrt", "none"] = "cosine"
    """Learning rate after the warm-up.

    `cosine`: to zero at the last update (`trainer.max_epochs`); `inverse_sqrt`: with the root of the update."""
    weight_decay: Weight = 0.0
    """Decoupled weight decay (AdamW)."""
    label_smoothing: Fraction = 0.1
    """Share of the target probability that is spread out.

    Over the vocabulary (Szegedy et al. 2016)."""
    consistency: Weight = 0.0
    """Weight of R-Drop (5 is usual); 0 is off.

    Of the divergence between two readings of each pair, with different dropout (Liang et al. 2021). Anything else than
    0 makes an update take twice as long."""
    averaging: Fraction = 0.999
    """Decay of the moving average of the weights; 0 is off.

    An exponential one, which validation and translation use."""
    keep: Annotated[int, Field(ge=0, le=1_000)] = 0
    """So many of the best validations leave their weights.

    As `model-UPDATE.safetensors`, for an ensemble; those of the very best are in `model.safetensors` in any case."""
    patience: Count = 0
    """Stop after so many validations without a better one.

    0 never stops early."""
    monitor: Literal["bleu", "nll"] = "bleu"
    """Validation score that picks the best checkpoint."""
    checkpoint_minutes: Annotated[float, Field(gt=0, le=1_000_000_000)] = 2.0
    """Minutes between two checkpoints to resume from.

    One is made at every validation too."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Arithmetic of matrix products.

    bf16 where the hardware has it (`auto`), or as said."""


@dataclass(frozen=True, config=STRICT)
class SearchConfig:
    """How sentences are translated when the command does not say."""

    beam: Annotated[int, Field(ge=1, le=MAX_BEAM)] = 5
    """Hypotheses kept at each step; 1 is greedy search."""
    length_penalty: Annotated[float, Field(ge=0, le=100)] = 1.0
    """Exponent of the length; 0 prefers short translations.

    The log-probability of a hypothesis is divided by its length to this power."""
    prune: Annotated[float, Field(ge=0, le=1_000_000)] = 0.0
    """Drop hypotheses that are hopeless; 0 keeps all.

    Those whose log-probability is by more than so many nats below the best of the sentence. 1.5 makes search a third
    faster at about the same BLEU. Where several translations are asked for, all are kept."""
    max_length_ratio: Annotated[float, Field(gt=0, le=1_000)] = 3.0
    """Longest translation, as a multiple of the source.

    In pieces, with ten to spare."""
    max_pieces: Annotated[int, Field(ge=1, le=100_000_000)] = 2_000
    """Longest sentence that is translated or aligned, in pieces.

    A longer one is refused, and the others are answered."""
    max_memory: Annotated[int, Field(ge=1, le=1_000_000_000)] = 2_048
    """Most memory for the search of a batch, in MiB.

    A sentence that may need more by itself is refused: it grows with the beam and the square of the length."""


@dataclass(frozen=True, config=STRICT)
class LoggingConfig:
    """What TensorBoard shows."""

    sentences: Annotated[int, Field(ge=0, le=1_000)] | Numbers = 6
    """Validation sentences whose maps are logged.

    So many from the first on, or those of a list of numbers from 1 on, such as `[3, 17]`."""
    every_n_steps: Annotated[int, Field(ge=1, le=1_000_000_000)] = 10
    """Updates between two points of the training curves."""

    def __post_init__(self) -> None:
        numbers = self.sentences if isinstance(self.sentences, list) else []
        if twice := [number for number in numbers if numbers.count(number) > 1]:
            raise Clash(f"sentences has {twice[0]} twice; remove one of them", "sentences")
