"""From a configuration to a run's folder: check, prepare, fit, score. Asked again, it resumes."""

import dataclasses
import json
import logging
import os
import platform
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning import Callback, Trainer
from pytorch_lightning.callbacks import ModelCheckpoint, TQDMProgressBar
from pytorch_lightning.utilities import rank_zero_only

from seq2seq.alignment.hmm import hmm_links
from seq2seq.alignment.links import GoldLinks, Link, read_gold_of
from seq2seq.config.settings import Config, load_config
from seq2seq.corpus.batches import read_split, training_dataset
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.files import atomic_write
from seq2seq.text.words import split_words
from seq2seq.train.checkpoints import AtomicCheckpoints, LastCheckpoint, Patience, Stopped
from seq2seq.train.module import TrainingModule
from seq2seq.train.tensorboard import TensorBoardCallback
from seq2seq.translate.evaluation import evaluate
from seq2seq.translate.scores import bleu_metric
from seq2seq.translate.translator import Translator

FREE_TO_CHANGE = {"trainer", "logging", "search", "training.patience", "training.checkpoint_minutes"}
"""Settings that may differ when a run is resumed; with any other the run would be another one."""


def train(config: Config, run: Path) -> dict[str, Any] | None:
    """Train the run, or go on with it, and return what `metrics.json` says of the finished one.

    Of several processes, all of which call this, only the first writes into the folder; the others return None.
    Raises InputError for a corpus or a configuration at fault, before anything is written, and KeyboardInterrupt at
    Ctrl-C.
    """
    done = finished_metrics(config, run)
    if done is not None:
        say(f"{run} is finished; raise --trainer.max_epochs to go on with it")
        return done if rank_zero_only.rank == 0 else None  # type: ignore[attr-defined]
    module = prepare(config, run)
    board = tensorboard(config, run, module)
    trainer = build_trainer(config, run, board)
    if trainer.is_global_zero:
        write_folder(config, module.vocabulary, run)
    last = run / "checkpoints" / "last.ckpt"
    try:
        with redirect_stdout(sys.stderr), quiet():
            trainer.fit(module, ckpt_path=last if last.is_file() else None, weights_only=True)
    except Stopped as stopped:
        say(f"\nstopped; the same command goes on after update {stopped.args[0]:,}")
        raise KeyboardInterrupt from None
    if not trainer.is_global_zero:
        return None
    metrics = final_metrics(config, run, module.elapsed() / 60, trainer.current_epoch)
    board.log_settings({f"final/{split}_bleu": metrics[split]["bleu"] for split in ("val", "test") if split in metrics})
    with atomic_write(run / "metrics.json") as stream:
        stream.write(json.dumps(metrics, indent=2, ensure_ascii=False).encode() + b"\n")
    return metrics


@rank_zero_only
def say(message: str) -> None:
    """A line on stderr, from the first of several processes only."""
    print(message, file=sys.stderr)


def finished_metrics(config: Config, run: Path) -> dict[str, Any] | None:
    """The scores of a run that is trained to its end, None where there is more to do.

    Raises InputError when the folder holds something else than a run, or a run of another configuration.
    """
    if not run.exists():
        return None
    if not run.is_dir():
        raise InputError(f"{run}: is a file, not a folder; choose another one with --run")
    if not (run / "config.yaml").is_file():
        if all(path.name.startswith((".", "subwords.")) for path in run.iterdir()):  # killed before it had begun
            return None
        raise InputError(f"{run}: is not empty, and not the folder of a run; choose another one with --run")
    before = load_config(run / "config.yaml")
    refuse_another_configuration(before, config, run)
    same_end = before.trainer == config.trainer and before.training.patience == config.training.patience
    if (run / "metrics.json").is_file() and same_end:
        metrics: dict[str, Any] = json.loads((run / "metrics.json").read_bytes())
        return metrics
    return None


def refuse_another_configuration(before: Config, now: Config, run: Path) -> None:
    """Raise InputError, naming the first setting that makes `now` another run than the one in the folder."""
    settings = flatten(dataclasses.asdict(now))
    for name, value in flatten(dataclasses.asdict(before)).items():
        section = name.split(".")[0]
        if settings.get(name) != value and not {name, section} & FREE_TO_CHANGE:
            raise InputError(
                f"{run}: was trained with {name}: {value}, not {settings.get(name)}; take another --run, or "
                "drop the change"
            )


def flatten(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def prepare(config: Config, run: Path) -> TrainingModule:
    """Read and check the corpus, train or load the subwords, and set up the module; nothing is written."""
    data = config.data
    pairs = read_split(data, "train")
    held_out = held_out_pairs(config)
    gold = {split: gold_links(config, split, held_out[split]) for split in held_out}
    bleu_metric(data.tokenize, data.lowercase)  # fails now rather than at the first validation
    torch.manual_seed(config.training.seed)
    fresh = not (run / "config.yaml").is_file()
    vocabulary = Vocabulary.train(pairs, config.subwords) if fresh else Vocabulary.load(run, config.subwords.joint)
    dataset, dropped = training_dataset(pairs, vocabulary, config, guide_links(config, pairs))
    say(
        f"{data.folder}: {len(dataset.examples):,} training pairs"
        + (f" ({dropped:,} longer than {data.max_length} pieces left out)" if dropped else "")
        + f", {len(held_out['val']):,} validation pairs; vocabulary {len(vocabulary.target):,}"
    )
    if len(vocabulary.target) < config.subwords.vocab_size:
        say(
            f"warning: subwords.vocab_size {config.subwords.vocab_size:,} is more than the corpus has to give; "
            f"lowered to {len(vocabulary.target):,}"
        )
    return TrainingModule(config, vocabulary, dataset, held_out["val"], gold["val"], run)


def guide_links(config: Config, pairs: Sequence[tuple[str, str]]) -> list[set[Link]] | None:
    """The word links of the training pairs that `alignment.guide` asks for; None where it asks for none.

    Raises InputError when they are to come from a file that does not fit the pairs.
    """
    guide, tokenised = config.alignment.guide, config.data.tokenised
    if not guide:
        return None
    if guide != "hmm":
        return [set(links.sure) for links in links_either_way(guide, pairs, tokenised)]
    started = time.monotonic()
    words = [(split_words(source, tokenised), split_words(target, tokenised)) for source, target in pairs]
    links = hmm_links(words)
    say(f"word links of the training pairs found in {time.monotonic() - started:.0f} seconds")
    return links


def write_folder(config: Config, vocabulary: Vocabulary, run: Path) -> None:
    """Write what a run starts from, and clear away what is out of date or was half written by one that was killed."""
    for folder in (run, run / "checkpoints"):
        for name in ("config.yaml", "subwords*.model", "model.safetensors", "metrics.json", "*.ckpt"):
            for half_written in folder.glob(f".{name}.*"):
                half_written.unlink()
    (run / "metrics.json").unlink(missing_ok=True)
    vocabulary.save(run)
    config.save(run / "config.yaml")


def held_out_pairs(config: Config) -> dict[str, list[tuple[str, str]]]:
    """The checked pairs of `val` and, where the corpus has one, `test`."""
    data, pairs = config.data, {}
    for split in ("val", "test"):
        if split == "val" or data.path(split, data.source).exists() or data.path(split, data.target).exists():
            pairs[split] = read_split(data, split)
    return pairs


def gold_links(config: Config, split: str, pairs: Sequence[tuple[str, str]]) -> list[GoldLinks] | None:
    """The gold word links of the pairs of `val` or `test`, from `FOLDER/SPLIT.align`; None where there is none."""
    path = Path(config.data.folder) / f"{split}.align"
    return links_either_way(path, pairs, config.data.tokenised) if path.exists() else None


def links_either_way(path: str | Path, pairs: Sequence[tuple[str, str]], tokenised: bool) -> list[GoldLinks]:
    """The word links of a file for these pairs, whichever of the two languages it names first.

    A corpus serves both directions, and nothing but its words says which language the links name first: where they do
    not fit the pairs as they stand, they are read the other way round. Raises InputError when they fit neither.
    """
    try:
        return read_gold_of(path, pairs, tokenised)
    except InputError as misfit:
        try:
            swapped = read_gold_of(path, [(target, source) for source, target in pairs], tokenised)
        except InputError:
            raise misfit from None
    return [links.transposed() for links in swapped]


def tensorboard(config: Config, run: Path, module: TrainingModule) -> TensorBoardCallback:
    """The callback that writes TensorBoard events, with a way to translate by the weights of the moment."""
    return TensorBoardCallback(
        run,
        module.validation_pairs[: config.logging.sentences],
        lambda texts: [best[0] for best in module.translator.translate_all(texts)],
        flatten(dataclasses.asdict(config)),
        config.logging.every_n_steps,
    )


def build_trainer(config: Config, run: Path, board: TensorBoardCallback) -> Trainer:
    """Lightning's Trainer with our callbacks; `trainer` of the configuration has the last word on the rest.

    Raises InputError for a setting of it that Lightning refuses.
    """
    monitor = f"val/{config.training.monitor}"
    mode = "max" if config.training.monitor == "bleu" else "min"
    callbacks: list[Callback] = [
        board,
        ModelCheckpoint(run / "checkpoints", "best", monitor, mode=mode, enable_version_counter=False),
        LastCheckpoint(run / "checkpoints" / "last.ckpt", config.training.checkpoint_minutes),
    ]
    if config.training.patience:
        callbacks.append(Patience(monitor, patience=config.training.patience, mode=mode))
    settings = {"max_epochs": 20, "gradient_clip_val": 1.0, "num_sanity_val_steps": 0} | config.trainer
    if settings.get("enable_progress_bar", True) and not settings.get("barebones"):
        callbacks.append(TQDMProgressBar(refresh_rate=10))
    if config.training.decay == "cosine" and settings["max_epochs"] == -1 and settings.get("max_steps", -1) == -1:
        raise InputError("training.decay is cosine, which needs an end: set trainer.max_epochs, or another decay")
    try:
        with quiet():
            return Trainer(
                **settings,
                precision="bf16-mixed" if uses_bf16(config.training.precision) else "32-true",
                logger=False,
                callbacks=callbacks,
                plugins=[AtomicCheckpoints()],
                enable_model_summary=False,
                reload_dataloaders_every_n_epochs=1,
                use_distributed_sampler=False,
                default_root_dir=run,
            )
    except (MisconfigurationException, TypeError, ValueError) as error:
        raise InputError(f"trainer: {' '.join(str(error).split())}") from None


def uses_bf16(precision: str) -> bool:
    """Whether to multiply in bf16: as said, or, for `auto`, where the hardware has it."""
    if precision != "auto":
        return precision == "bf16"
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16"))


def final_metrics(config: Config, run: Path, minutes: float, epochs: int) -> dict[str, Any]:
    """Scores of the best weights on val and, where there is one, test, with what they cost and where."""
    translator = Translator.load(run)
    metrics: dict[str, Any] = {}
    for split, pairs in held_out_pairs(config).items():
        metrics[split] = evaluate(translator, pairs, gold_links(config, split, pairs))
    parameters = sum(parameter.numel() for parameter in translator.model.parameters())
    return metrics | {"parameters": parameters, "epochs": epochs, "minutes": minutes, "machine": machine()}


def machine() -> str:
    """The hardware in words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    name = torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
    return f"{name}, {os.cpu_count()} cores, torch {torch.__version__}"


class quiet(warnings.catch_warnings):
    """Silence Lightning's advertising and its advice on data loaders, which ours follow in another way."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.filterwarnings("ignore", module=r"(pytorch_lightning|lightning_fabric|torch\.)")
        for name in ("pytorch_lightning", "lightning.pytorch", "lightning_fabric"):
            logging.getLogger(name).setLevel(logging.ERROR)
