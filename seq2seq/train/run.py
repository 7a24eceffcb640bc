"""From a configuration to a run's folder: check, prepare, fit, score. Asked again, it resumes."""

import dataclasses
import os
import platform
import shlex
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.utilities import rank_zero_only

from seq2seq.config.languages import check_languages
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import read_split, training_dataset
from seq2seq.corpus.folder import STORE
from seq2seq.corpus.given_subwords import given_vocabulary
from seq2seq.corpus.ragged import Ragged
from seq2seq.corpus.splits import names_of_test_sets
from seq2seq.corpus.store import find_store, is_large, make_store
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.writing import WORLD, reason
from seq2seq.train.checkpoints import check_checkpoint
from seq2seq.train.embeddings import vectors_of
from seq2seq.train.folder import (
    finished_metrics,
    flatten,
    identity,
    is_begun,
    last_checkpoint,
    lock,
    write_folder,
    write_metrics,
)
from seq2seq.train.gold import gold_links, guide_links
from seq2seq.train.inputs import digests
from seq2seq.train.interruption import Interruption, Stopped
from seq2seq.train.module import TrainingModule
from seq2seq.train.parent import Parent, parent_of
from seq2seq.train.progress import say
from seq2seq.train.recording import Recorder, look
from seq2seq.train.tensorboard import TensorBoardCallback
from seq2seq.train.trainer import build_trainer, check_trainer, quiet, refusal
from seq2seq.train.trainer_settings import trainer_settings
from seq2seq.train.validation import Validation, headline
from seq2seq.translate.evaluation import evaluate
from seq2seq.translate.run_format import read_manifest
from seq2seq.translate.scores import bleu_metric
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import load_vocabulary

TrainingText = tuple[Vocabulary, Sequence[tuple[str, str]], tuple[Ragged, Ragged] | None]


def train(config: Config, run: Path) -> dict[str, Any] | None:
    """Train the run, or go on with it, and return what `metrics.json` says of the finished one.

    Of several processes, all of which call this, only the first writes into the folder; the others return None.
    Raises InputError for a corpus or a configuration at fault and for a folder that another process trains in, before
    anything is written; KeyboardInterrupt at Ctrl-C, and SystemExit at SIGTERM and SIGHUP.
    """
    done = finished_metrics(config, run)
    if done is not None:
        say(f"{run} is finished; raise {' and '.join(limits(config))} to go on with it")
        return done if rank_zero_only.rank == 0 else None  # type: ignore[attr-defined]
    with lock(run) if rank_zero_only.rank == 0 else nullcontext():  # type: ignore[attr-defined]
        return train_on(config, run)


def train_on(config: Config, run: Path) -> dict[str, Any] | None:
    """As `train`, of a run that is not finished, in a folder that no other process writes to."""
    corpus = digests(config, read_manifest(run).corpus)
    own = identity(config, corpus)
    if last_checkpoint(run).is_file():
        check_checkpoint(last_checkpoint(run), trainer_settings(config), own)
    check_trainer(config, run)
    module = prepare(config, run)
    board = tensorboard(config, run, module)
    interruption = Interruption()
    trainer = build_trainer(config, run, board, interruption)
    beginning = Beginning(lambda: write_folder(config, module.vocabulary, run, corpus), own)
    trainer.callbacks.insert(0, beginning)  # type: ignore[attr-defined]
    with interruption.signals():
        fit(trainer, module, run, beginning)
    if not trainer.is_global_zero:
        return None
    beginning.begin(trainer)
    metrics = final_metrics(config, run, module.stopwatch.elapsed() / 60, trainer.current_epoch)
    board.log_settings(final_scores(metrics, config.alignment.aligner), trainer.global_step)
    write_metrics(metrics, run)
    return metrics


def prepare(config: Config, run: Path) -> TrainingModule:
    """Read and check the corpus, train or load the subwords, and set up the module; the run's folder stays as it is."""
    data = config.data
    check_languages(data.folder, data.source, data.target)
    held_out = held_out_pairs(config)
    watched = watched_sentences(config, len(held_out["val"]))
    gold = {split: gold_links(config, split, held_out[split]) for split in held_out}
    bleu_metric(data.bleu_tokenize, data.lowercase)  # fails now rather than at the first validation
    goes_on = last_checkpoint(run).is_file()
    parent = None if goes_on else parent_of(config)
    torch.manual_seed(config.training.seed)
    known = known_subwords(config, run, parent)
    vocabulary, pairs, ids = training_text(config, known)
    dataset, dropped = training_dataset(pairs, vocabulary, config, guide_links(config, pairs), ids)
    say(
        f"{data.folder}: {len(dataset.examples):,} training pairs"
        + (f" ({dropped:,} longer than {data.max_length} pieces left out)" if dropped else "")
        + f", {len(held_out['val']):,} validation pairs; vocabulary {len(vocabulary.target):,}"
    )
    keeps = bool(config.init.run) and config.init.subwords == "same"
    if len(vocabulary.target) < config.subwords.vocab_size and not keeps and not config.subwords.model:
        say(
            f"warning: subwords.vocab_size {config.subwords.vocab_size:,} is more than the corpus has to give; "
            f"lowered to {len(vocabulary.target):,}"
        )
    validation = Validation(data, vocabulary, held_out["val"], gold["val"], watched)
    vectors = [] if goes_on else vectors_of(config)
    return TrainingModule(config, vocabulary, dataset, validation, run, parent, vectors)


def known_subwords(config: Config, run: Path, parent: Parent | None) -> Vocabulary | None:
    """The subwords that are there already: of the run that goes on, of `subwords.model`, or of the parent. None where
    they are to be trained. Raises InputError where two are asked for, and for files at fault."""
    if is_begun(run):
        return load_vocabulary(run, config, read_manifest(run))
    given = given_vocabulary(config.subwords, config.data.tokenised)
    keeps = parent is not None and config.init.subwords == "same"
    if given is not None and keeps:
        raise InputError("subwords.model gives the subwords, and init.subwords: same those of init.run; set it to new")
    if given is not None:
        sides = dict(zip(("model", "target_model"), (given.source, given.target), strict=True))
        for name, side in list(sides.items())[: 1 if given.joint else 2]:
            file = getattr(config.subwords, name) or config.subwords.model
            say(f"subwords.{name} {file}: {len(side):,} pieces, {side.model_type}")
    return parent.vocabulary_for(config) if keeps and parent is not None else given


def training_text(config: Config, vocabulary: Vocabulary | None) -> TrainingText:
    """The vocabulary, the training pairs and, where they come from a store, their ids.

    A large text is read from a store, which is made where there is none; any other one where there is a store. Without
    `vocabulary` the subwords are trained.
    """
    data, store = config.data, None
    folder, large = Path(data.folder, STORE), is_large(config)
    if large or (folder.is_dir() and any(folder.iterdir())):
        corpus = digests(config)
        store = find_store(config, corpus, vocabulary)
        if store is None and large and os.access(data.folder, os.W_OK):
            say(f"{data.folder}: a large training text; it is cut into pieces once, into {folder}")
            store = make_store(config, corpus, vocabulary)
        elif store is None and large:
            say(f"warning: {data.folder}: cannot be written; its large training text is held in memory")
        elif store is None:
            say(f"{folder}: is of another text or other subwords; the training text is held in memory")
    if store is not None:
        say(f"{store.folder}: read in place of the training text")
        return store.vocabulary, store.pairs, store.ids
    pairs = read_split(data, "train")
    return vocabulary or Vocabulary.train(pairs, config.subwords, data.tokenised), pairs, None


class Beginning(Callback):
    """Writes into the run's folder when the first update is about to be made: what is refused before then, by Lightning
    too, leaves the folder as it was. And says in each checkpoint which run it is of."""

    def __init__(self, write: Callable[[], None], identity: Mapping[str, Any]) -> None:
        self.write, self.identity, self.begun = write, identity, False

    def on_save_checkpoint(self, trainer: Trainer, module: LightningModule, checkpoint: dict[str, Any]) -> None:
        """Add what `folder.identity` gave."""
        checkpoint["run"] = self.identity

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Write, in the first of several processes."""
        self.begin(trainer)

    def begin(self, trainer: Trainer) -> None:
        """Write, once; where there is nothing left to train, this is called at the end."""
        if trainer.is_global_zero and not self.begun:
            self.write()
        self.begun = True


def fit(trainer: Trainer, module: TrainingModule, run: Path, beginning: Beginning) -> None:
    """Train to the end, from the last checkpoint where there is one.

    Raises KeyboardInterrupt at Ctrl-C, SystemExit at SIGTERM and SIGHUP, and InputError for settings that Lightning
    refuses when it knows the data, and for a disk that is full.
    """
    last = last_checkpoint(run)
    say(f"to watch it learn: {shlex.join(['seq2seq', 'board', str(run)])}")
    if is_begun(run) and not last.is_file():
        say(f"{run}: has no checkpoint ({last.relative_to(run)}); training begins anew")
    try:
        with redirect_stdout(sys.stderr), quiet():
            trainer.fit(module, ckpt_path=last if last.is_file() else None, weights_only=True)
        if not beginning.begun:
            say(f"{run}: nothing left to train; raise {' and '.join(limits(module.config))} to go on with it")
    except Stopped as stopped:
        where = "begins anew" if stopped.update is None else f"goes on after update {stopped.update:,}"
        say(f"\nstopped; the same command {where}")
        if stopped.number == signal.SIGINT:
            raise KeyboardInterrupt from None
        raise SystemExit(128 + stopped.number) from None
    except OSError as error:
        if error.errno not in WORLD:
            raise
        raise InputError(f"{run}: {reason(error)}; the same command goes on when that has changed") from None
    except (MisconfigurationException, ValueError) as error:
        if beginning.begun:
            raise
        raise refusal(error) from None


def limits(config: Config) -> list[str]:
    """The options that set the end of this training."""
    settings = trainer_settings(config)
    return [f"--trainer.{name}" for name in ("max_epochs", "max_steps") if settings[name] not in (None, -1)]


def held_out_pairs(config: Config) -> dict[str, list[tuple[str, str]]]:
    """The checked pairs of `val` and of each test set of the corpus (`names_of_test_sets`)."""
    data = config.data
    tests = names_of_test_sets(Path(data.folder), (data.source, data.target))
    return {split: read_split(data, split) for split in ("val", *tests)}


def watched_sentences(config: Config, count: int) -> list[int]:
    """Positions of the validation pairs, of which there are so many, whose maps are logged.

    Raises InputError for the number of one that is not there.
    """
    chosen, data = config.logging.sentences, config.data
    if isinstance(chosen, int):
        return list(range(min(chosen, count)))
    for number in chosen:
        if number > count:
            path = data.path("val", data.source)
            raise InputError(f"logging.sentences has {number:,}, but {path} has sentences 1 to {count:,}")
    return [number - 1 for number in chosen]


def tensorboard(config: Config, run: Path, module: TrainingModule) -> TensorBoardCallback:
    """The callback that writes TensorBoard events, with a way to the maps of the moment's weights."""
    settings = dataclasses.asdict(config) | {"trainer": trainer_settings(config)}
    recorder = Recorder(lambda: look(module.translator, module.validation))
    return TensorBoardCallback(run, recorder, flatten(settings), config.logging.every_n_steps)


def final_metrics(config: Config, run: Path, minutes: float, epochs: int) -> dict[str, Any]:
    """Scores of the best weights on val and each test set, by its name, with what they cost and where."""
    translator = Translator.load(run)
    metrics: dict[str, Any] = {}
    for split, pairs in held_out_pairs(config).items():
        metrics[split] = evaluate(translator, pairs, gold_links(config, split, pairs))
    parameters = sum(parameter.numel() for parameter in translator.model.parameters())
    return metrics | {"parameters": parameters, "epochs": epochs, "minutes": minutes, "machine": machine()}


def final_scores(metrics: dict[str, Any], aligner: bool) -> dict[str, float]:
    """The numbers of `metrics.json` for TensorBoard's table of runs, such as `val_bleu`, and `minutes`."""
    scores = {
        f"{split}_{name}": value
        for split in ("val", "test")
        if split in metrics
        for name, value in headline(metrics[split], aligner).items()
    }
    return scores | {"minutes": metrics["minutes"]}


def machine() -> str:
    """The hardware in words."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    name = torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
    return f"{name}, {os.cpu_count()} cores, torch {torch.__version__}"
