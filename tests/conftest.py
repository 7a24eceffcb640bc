"""A tiny corpus and a tiny trained run, made once and shared by the tests; nothing may write into the run."""

import contextlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from seq2seq.config.settings import (
    AlignmentConfig,
    Config,
    DataConfig,
    LoggingConfig,
    ModelConfig,
    SearchConfig,
    SubwordsConfig,
    TrainingConfig,
)

torch.set_num_threads(1)

SUBJECTS = {"der Hund": "the dog", "die Katze": "the cat", "das Kind": "the child", "ein Mann": "a man"}
VERBS = {"sieht": "sees", "hört": "hears", "ruft": "calls", "sucht": "looks for", "findet": "finds"}
OBJECTS = {"den Ball": "the ball", "einen Baum": "a tree", "das Haus": "the house", "Wasser": "water"}


def sentences() -> list[tuple[str, str]]:
    """80 pairs in an order without a pattern."""
    pairs = [
        (f"{s.capitalize()} {v} {o}.", f"{SUBJECTS[s].capitalize()} {VERBS[v]} {OBJECTS[o]}.")
        for s in SUBJECTS
        for v in VERBS
        for o in OBJECTS
    ]
    return [pairs[i * 37 % len(pairs)] for i in range(len(pairs))]


def write_corpus(folder: Path, **splits: list[tuple[str, str]]) -> Path:
    """Files `SPLIT.de` and `SPLIT.en` for each split."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in splits.items():
        for side, language in enumerate(("de", "en")):
            text = "".join(f"{pair[side]}\n" for pair in pairs)
            (folder / f"{name}.{language}").write_text(text, encoding="utf-8")
    return folder


def tiny_config(folder: Path, **trainer: object) -> Config:
    """Two epochs of six updates with a small model; everything random is on: dropout, sampling, averaging."""
    return Config(
        DataConfig(str(folder), "de", "en", max_length=40, batch_tokens=120),
        SubwordsConfig(vocab_size=320, sampling=0.5),
        ModelConfig(embedding_size=16, hidden_size=16),
        training=TrainingConfig(
            learning_rate=0.01, warmup_steps=3, checkpoint_minutes=0.0001, precision="fp32", averaging=0.9
        ),
        search=SearchConfig(beam=3, max_length_ratio=1.0),
        logging=LoggingConfig(sentences=1, every_n_steps=1),
        trainer={"max_epochs": 2, "enable_progress_bar": False, **trainer},
    )


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 training pairs, 8 of val, 8 of test, with gold links of val and test."""
    pairs = sentences()
    folder = write_corpus(tmp_path_factory.mktemp("corpus"), train=pairs[:60], val=pairs[60:68], test=pairs[68:76])
    for split in ("val", "test"):
        (folder / f"{split}.align").write_text("0-0 1-1 2-2\n" * 8, encoding="utf-8")
    return folder


def run_of(config: Config, folder: Path) -> Path:
    """The folder of a run, trained in silence."""
    from seq2seq.train.run import train

    with contextlib.redirect_stderr(io.StringIO()):
        train(config, folder)
    return folder


@pytest.fixture(scope="session")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run. Read only."""
    return run_of(tiny_config(corpus), tmp_path_factory.mktemp("runs") / "tiny")


@pytest.fixture(scope="session")
def sister(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of another seed than `trained`, with two heads. Read only."""
    config = tiny_config(corpus, max_epochs=1)
    config.training.seed, config.model.heads = 2, 2
    return run_of(config, tmp_path_factory.mktemp("runs") / "sister")


@pytest.fixture(scope="session")
def stranger(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run with other subwords. Read only."""
    config = tiny_config(corpus, max_epochs=1)
    config.subwords.vocab_size = 310
    return run_of(config, tmp_path_factory.mktemp("runs") / "stranger")


@pytest.fixture(scope="session")
def aligned(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run with an aligner that hidden Markov models guided. Read only."""
    config = replace(tiny_config(corpus, max_epochs=8), alignment=AlignmentConfig(aligner=True, guide="hmm"))
    return run_of(config, tmp_path_factory.mktemp("runs") / "aligned")


Edit = Callable[[Config], None]
