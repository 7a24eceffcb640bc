"""The configuration of a run: typed, checked on construction, from YAML and to YAML."""

import dataclasses
import difflib
import math
import re
from argparse import ArgumentError
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from jsonargparse import ArgumentParser, Namespace, set_parsing_settings

from seq2seq.errors import InputError
from seq2seq.text.files import atomic_write, open_input

set_parsing_settings(docstring_parse_attribute_docstrings=True)


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _check_rates(settings: object, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _check(0 <= value < 1, f"{name} is {value}, it must be at least 0 and below 1")


def _check_positive(settings: object, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _check(0 < value < math.inf, f"{name} is {value}, it must be above 0, and finite")


def _check_not_negative(settings: object, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        _check(0 <= value < math.inf, f"{name} is {value}, it must be 0 or above, and finite")


TOKENIZERS = ("13a", "none", "intl", "char", "zh", "ja-mecab", "ko-mecab", "spm", "flores101", "flores200")
"""Tokenisations of sacrebleu for BLEU."""


@dataclass
class DataConfig:
    """The corpus: `FOLDER/train|val|test.LANG`, plain text, one sentence a line."""

    folder: str
    """Folder of the corpus; relative to where the command is run."""
    source: str
    """Language to translate from: the suffix of its files, such as `de`."""
    target: str
    """Language to translate into: the suffix of its files, such as `en`."""
    max_length: int = 100
    """Longest sentence to train on, in subword pieces of either side; longer pairs leave training, counted."""
    batch_tokens: int = 2500
    """Target pieces in a training batch, the end of sentence counted."""
    tokenize: str = "13a"
    """Tokenisation of sacrebleu for BLEU: `13a` for plain text, `none` for text that is tokenised already."""
    lowercase: bool = False
    """Ignore case in BLEU."""
    tokenised: bool = False
    """Words are what stands between white space; otherwise punctuation at their ends is set apart. Word links count
    these words."""

    def __post_init__(self) -> None:
        _check_positive(self, "max_length", "batch_tokens")
        _check(self.source != self.target, f"source and target are both {self.source!r}, they must differ")
        _check(self.tokenize in TOKENIZERS, f"tokenize is {self.tokenize!r}, it must be one of {', '.join(TOKENIZERS)}")
        _check(
            self.batch_tokens > self.max_length,
            f"batch_tokens is {self.batch_tokens}, it must be above max_length ({self.max_length})",
        )

    def path(self, split: str, language: str) -> Path:
        """The file of one side of `train`, `val` or `test`."""
        return Path(self.folder) / f"{split}.{language}"


@dataclass
class SubwordsConfig:
    """SentencePiece, trained anew for each run on its training text."""

    vocab_size: int = 4000
    """Pieces in a vocabulary; lowered with a warning where the corpus is too small for so many."""
    model_type: Literal["unigram", "bpe"] = "unigram"
    """Unigram language model (Kudo 2018), or byte-pair encoding (Sennrich et al. 2016)."""
    joint: bool = True
    """One vocabulary for both languages, or one for each."""
    sampling: float = 0.0
    """Subword regularisation in training, anew in every epoch: 0 is off. For `unigram` the smoothing exponent of the
    sampled segmentation (Kudo 2018, alpha: 0.2 is strong, 0.5 is mild), for `bpe` the dropout rate of merges (Provilkov
    et al. 2020: 0.1)."""

    def __post_init__(self) -> None:
        _check_positive(self, "vocab_size")
        _check_rates(self, "sampling")


@dataclass
class ModelConfig:
    """Encoder, attention, decoder."""

    cell: Literal["lstm", "gru"] = "lstm"
    """Recurrent cell of encoder and decoder."""
    embedding_size: int = 256
    """Width of the word embeddings."""
    hidden_size: int = 256
    """Width of the decoder's states, and of the encoder's: half of it in each direction."""
    encoder_layers: int = 1
    """Bidirectional layers of the encoder."""
    decoder_layers: int = 2
    """Layers of the decoder; with `context_feed: upper` the first one asks and those above read the answer."""
    context_feed: Literal["upper", "input"] = "upper"
    """Where the context goes: into the layers above the first (Chen et al. 2018), or, from the step before, into the
    input of the first (Bahdanau et al. 2015; input feeding, Luong et al. 2015)."""
    attention: Literal["dot", "scaled_dot", "general", "additive"] = "dot"
    """Score of a query and a key."""
    heads: int = 1
    """Attention heads; each has its share of the dimensions of query, keys and values."""
    projections: bool = False
    """Learned projections of query, keys, values and context (Vaswani et al. 2017) instead of the states themselves."""
    self_attention: bool = False
    """A self-attention layer over the encoder's states, with maps of its own."""
    tied_embeddings: bool = True
    """One matrix for the target embeddings and the output layer, and for the source's too where the vocabulary is
    joint (Press & Wolf 2017)."""
    residual: bool = True
    """Add a layer's input to its output, above the first."""
    layer_norm: bool = False
    """Layer normalisation after each recurrent layer and of the output."""
    dropout: float = 0.3
    """Dropout between layers and before the output."""
    embedding_dropout: float = 0.3
    """Dropout of embedded words."""
    variational_dropout: bool = False
    """One dropout mask for all positions of a sentence (Gal & Ghahramani 2016)."""
    word_dropout: float = 0.0
    """Chance that a whole word embedding is zero, on both sides (Gal & Ghahramani 2016)."""

    def __post_init__(self) -> None:
        _check_positive(self, "embedding_size", "hidden_size", "encoder_layers", "decoder_layers", "heads")
        _check_rates(self, "dropout", "embedding_dropout", "word_dropout")
        _check(
            self.hidden_size % 2 == 0, f"hidden_size is {self.hidden_size}, it must be even: half for each direction"
        )
        _check(
            self.hidden_size % self.heads == 0,
            f"heads is {self.heads}, it must divide hidden_size ({self.hidden_size})",
        )
        _check(
            self.context_feed == "input" or self.decoder_layers >= 2,
            "decoder_layers is 1, but context_feed: upper needs a layer above the first; use 2, or context_feed: input",
        )


@dataclass
class AlignmentConfig:
    """Word links: an aligner trained beside translation, and what it learns from."""

    aligner: bool = False
    """An attention between both sentences in full, for word links: its query has seen the target word and all around
    it, which the decoder's has not when it attends."""
    guide: str = ""
    """Word links of the training pairs to learn from: `hmm` (found in the pairs themselves by hidden Markov models), or
    a file in the Pharaoh format, a line for each training pair. Without a guide the aligner learns to restore each word
    from what it attends to on the other side."""
    guided_attention: float = 0.0
    """Weight of the loss that draws the decoder's attention to the guide's links (Chen et al. 2016); 0 is off."""

    def __post_init__(self) -> None:
        _check_not_negative(self, "guided_attention")
        _check(self.guided_attention == 0 or self.guide != "", "guided_attention needs a guide; set alignment.guide")
        _check(
            not self.guide or self.aligner or self.guided_attention > 0,
            "guide teaches nothing: set alignment.aligner: true, or alignment.guided_attention above 0",
        )


@dataclass
class TrainingConfig:
    """Optimisation."""

    seed: int = 1
    """Seed of everything random: weights, batches, dropout, sampled subwords."""
    learning_rate: float = 0.002
    """Peak learning rate of Adam."""
    warmup_steps: int = 400
    """Updates in which the learning rate rises to its peak."""
    decay: Literal["cosine", "inverse_sqrt", "none"] = "cosine"
    """After the warm-up: to zero at the last update (`trainer.max_epochs`), with the root of the update, or none."""
    weight_decay: float = 0.0
    """Decoupled weight decay (AdamW)."""
    label_smoothing: float = 0.1
    """Share of the target probability spread over the vocabulary (Szegedy et al. 2016)."""
    consistency: float = 0.0
    """Weight of the divergence between two readings of each pair, with different dropout (Liang et al. 2021: 5); 0 is
    off, and anything else makes an update take twice as long."""
    averaging: float = 0.999
    """Decay of the exponential moving average of the weights that validation and translation use; 0 is off."""
    keep: int = 0
    """So many of the best validations leave their weights as `model-UPDATE.safetensors`, for an ensemble; those of the
    very best are in `model.safetensors` in any case."""
    patience: int = 0
    """Stop after so many validations without a better score; 0 never stops early."""
    monitor: Literal["bleu", "nll"] = "bleu"
    """Validation score that picks the best checkpoint."""
    checkpoint_minutes: float = 2.0
    """Minutes between two checkpoints to resume from; one is made at every validation too."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Arithmetic of matrix products: bf16 where the hardware has it (`auto`), or as said."""

    def __post_init__(self) -> None:
        _check_positive(self, "learning_rate", "checkpoint_minutes")
        _check_rates(self, "label_smoothing", "averaging")
        _check_not_negative(self, "seed", "warmup_steps", "keep", "patience", "weight_decay", "consistency")


@dataclass
class SearchConfig:
    """How sentences are translated when the command does not say."""

    beam: int = 5
    """Hypotheses kept at each step; 1 is greedy search."""
    length_penalty: float = 1.0
    """Exponent of the hypothesis length that the log-probability is divided by; 0 prefers short translations."""
    max_length_ratio: float = 3.0
    """Longest translation as a multiple of the source pieces, with ten pieces to spare."""

    def __post_init__(self) -> None:
        _check_positive(self, "beam", "max_length_ratio")
        _check_not_negative(self, "length_penalty")


@dataclass
class LoggingConfig:
    """What TensorBoard shows."""

    sentences: int = 6
    """Validation sentences whose translation and alignment map are logged at each validation."""
    every_n_steps: int = 10
    """Updates between two points of the training curves."""

    def __post_init__(self) -> None:
        _check_not_negative(self, "sentences")
        _check_positive(self, "every_n_steps")


@dataclass
class Config:
    """Everything a run is made from."""

    data: DataConfig
    subwords: SubwordsConfig = field(default_factory=SubwordsConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
    trainer: dict[str, Any] = field(default_factory=dict)
    """Arguments of Lightning's `Trainer`."""

    def save(self, path: Path) -> None:
        """Write the complete configuration as YAML."""
        with atomic_write(path) as stream:
            stream.write(yaml.safe_dump(dataclasses.asdict(self), sort_keys=False, allow_unicode=True).encode())


SECTIONS = {"data": DataConfig, "subwords": SubwordsConfig, "model": ModelConfig, "alignment": AlignmentConfig,
            "training": TrainingConfig, "search": SearchConfig, "logging": LoggingConfig}  # fmt: skip
TRAINER_OWN = {"logger", "callbacks", "plugins", "default_root_dir", "enable_checkpointing", "enable_model_summary",
               "reload_dataloaders_every_n_epochs", "use_distributed_sampler", "log_every_n_steps", "precision",
               "gradient_clip_algorithm"}  # fmt: skip
"""Arguments of the Trainer that belong to this package, not to the user."""


def add_config_arguments(parser: ArgumentParser, trainer: type | None = None) -> None:
    """Give a parser `--config` and every setting as `--section.name`; with Lightning's `Trainer`, its arguments too."""
    parser.allow_abbrev = False  # a misspelt setting must not pass for the start of another one
    parser.add_argument("--config", action="config", required=True, help="YAML file, such as configs/tiny-de-en.yaml")
    for name, section in SECTIONS.items():
        parser.add_class_arguments(section, name)
    if trainer is None:
        parser.add_argument("--trainer", type=dict, default={})
    else:
        parser.add_class_arguments(trainer, "trainer", skip=TRAINER_OWN)


def parse_config(parser: ArgumentParser, arguments: Sequence[str]) -> tuple[Config, Namespace]:
    """The configuration that a command line asks for, and the parser's other arguments.

    Raises InputError, in one line that names the file and the line, or the command line, and the mend, for an unknown
    setting, a value of a wrong type, or an impossible one.
    """
    usual = dict(parser.get_defaults()["trainer"])
    known = {**{name: [f.name for f in dataclasses.fields(section)] for name, section in SECTIONS.items()},
             "trainer": list(usual)}  # fmt: skip
    given = [*_given_in_file(_config_path(arguments), known), *_given_on_command_line(arguments)]
    try:
        namespace = parser.parse_args(list(arguments))
    except (ArgumentError, TypeError) as error:
        raise InputError(_explain(" ".join(str(error).split()), given, known)) from None
    sections: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        settings = vars(namespace.pop(name))
        for setting in [setting for setting, value in settings.items() if value is None]:
            raise InputError(_located(f"{name}.{setting} has no value", given))
        try:
            sections[name] = section(**settings)
        except ValueError as error:
            raise InputError(_located(f"{name}.{error}", given)) from None
    trainer = _whole_numbers(dict(namespace["trainer"]), given)
    sections["trainer"] = {key: value for key, value in trainer.items() if key not in usual or value != usual[key]}
    return Config(**sections), namespace


def load_config(path: str | Path, *overrides: str) -> Config:
    """A configuration from a file, `load_config("configs/tiny-de-en.yaml", "--model.hidden_size", "512")`.

    Raises InputError as `parse_config` does. The Trainer's arguments are taken as they stand.
    """
    parser = ArgumentParser(exit_on_error=False)
    add_config_arguments(parser)
    return parse_config(parser, ["--config", str(path), *overrides])[0]


class _Given(NamedTuple):
    """A setting that the user gave, and where."""

    name: str
    place: str
    value: str


def _config_path(arguments: Sequence[str]) -> str | None:
    for position, argument in enumerate(arguments):
        if argument.startswith("--config="):
            return argument.removeprefix("--config=")
        if argument == "--config" and position + 1 < len(arguments):
            return arguments[position + 1]
    return None


def _given_on_command_line(arguments: Sequence[str]) -> Iterator[_Given]:
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if argument.startswith("--"):
            name, equals, value = argument.removeprefix("--").partition("=")
            yield _Given(name, "command line: ", value if equals else following)


def _given_in_file(path: str | None, known: Mapping[str, list[str]]) -> Iterator[_Given]:
    """The settings of a YAML file, in its order; refuses unknown ones, and those that are there twice."""
    root = None if path is None else _parse_yaml(path)
    for section, inside, place in _entries(root, f"{path}, line "):
        _refuse_unknown(section, list(known), place)
        if not isinstance(inside, yaml.MappingNode):
            raise InputError(f"{place}{section}: needs its settings below it, as `name: value`, indented")
        for name, value, inner_place in _entries(inside, f"{path}, line "):
            if known[section]:
                _refuse_unknown(name, known[section], f"{inner_place}{section}.")
            yield _Given(f"{section}.{name}", inner_place, value.value if isinstance(value, yaml.ScalarNode) else "")


def _parse_yaml(path: str) -> yaml.MappingNode:
    with open_input(path) as stream:
        try:
            root = yaml.compose(stream.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: byte {error.start + 1} is not valid UTF-8; convert the file to UTF-8") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise InputError(f"{path}, line {line}: not valid YAML: {error.problem}") from None
        except yaml.YAMLError as error:
            raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path}: not a configuration; it needs sections such as `data:` and `model:`")
    return root


def _entries(node: yaml.MappingNode | None, place: str) -> Iterator[tuple[str, yaml.Node, str]]:
    """Names, values and places of a mapping."""
    seen: set[str] = set()
    for key, value in node.value if node is not None else ():
        line = f"{place}{key.start_mark.line + 1}: "
        if not isinstance(key, yaml.ScalarNode):
            raise InputError(f"{line}the name of a setting must be a word")
        if key.value in seen:
            raise InputError(f"{line}{key.value} is there a second time; remove one of them")
        seen.add(key.value)
        yield key.value, value, line


def _refuse_unknown(name: str, known: Sequence[str], place: str) -> None:
    if name not in known:
        raise InputError(f"{place}{name} is no setting; {_suggestion(name, known)}")


def _suggestion(name: str, known: Sequence[str], prefix: str = "") -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {prefix}{close[0]}?" if close else f"there are {', '.join(known)}"


TYPES = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text", "NoneType": "null"}
"""What a person calls the types that jsonargparse names."""


def _explain(message: str, given: Sequence[_Given], known: Mapping[str, list[str]]) -> str:
    """A message of jsonargparse in the words of this package, with the place of the setting that it is about."""
    if required := re.fullmatch(r"the following arguments are required: (.*)", message):
        missing = required[1].split(", ")
        if "config" in missing:
            return "--config is missing: a YAML file, such as configs/tiny-de-en.yaml"
        return f"{', '.join(missing)}: missing; the corpus needs its folder and both languages"
    if unknown := re.fullmatch(r"unrecognized arguments: --([^\s=]+).*", message):
        names = [f"{section}.{name}" for section, names in known.items() for name in names]
        close = difflib.get_close_matches(unknown[1], names, 1)
        return f"command line: --{unknown[1]} is no option; " + (
            f"did you mean --{close[0]}?" if close else "--help lists them all"
        )
    about = re.fullmatch(r'Parser key "([\w.]+)": (.*?)\.? (?:Got|Given) value: (.*)', message)
    if about is None:
        return _located(message, given)
    name, expected, value = about.groups()
    if choices := re.search(r"Literal\[(.*?)\]", expected):
        wanted = choices[1].replace("'", "").replace(", ", " or ")
    else:
        wanted = " or ".join(
            dict.fromkeys(TYPES.get(t, t) for t in re.findall(r"Expected an? <class '(\w+)'>", expected))
        )
    mend = "; put it in quotes" if wanted == "text" else ""
    return _located(f"{name} is {value}, it must be {wanted or expected}{mend}", given, value)


def _located(message: str, given: Sequence[_Given], value: str | None = None) -> str:
    """The message, behind the place of the settings that it names: of `value`, or the last, as the command line is."""
    section = message.split(".")[0]
    names = {word if "." in word else f"{section}.{word}" for word in re.findall(r"[a-z_]+(?:\.[a-z_]+)?", message)}
    places = [setting for setting in given if setting.name in {*names, section}]
    exact = [setting for setting in places if setting.value == value]
    return next((setting.place for setting in reversed(exact or places)), "") + message


def _whole_numbers(trainer: dict[str, Any], given: Sequence[_Given]) -> dict[str, Any]:
    """`limit_val_batches: 2` means two batches, and 1.0 all of them, but jsonargparse makes either a float."""
    for setting in given:
        name = setting.name.removeprefix("trainer.")
        if isinstance(trainer.get(name), float) and re.fullmatch(r"\d+", setting.value):
            trainer[name] = int(setting.value)
    return trainer
