"""A tiny corpus and tiny trained runs, made once and shared by the tests; nothing may write into them.

Where the tests run in several processes, all share one folder: the first that needs a run trains it.
"""

import contextlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import torch
from filelock import FileLock

from seq2seq.config.sections import (
    AlignmentConfig,
    DataConfig,
    LoggingConfig,
    ModelConfig,
    SearchConfig,
    SubwordsConfig,
    TrainingConfig,
)
from seq2seq.config.settings import Config

if TYPE_CHECKING:
    from commands import Script
    from observed import Observe, Observer
    from selenium import webdriver
    from warm import Warm

torch.set_num_threads(1)
hypothesis.settings.register_profile("untimed", deadline=None, max_examples=50)  # the machines are shared
hypothesis.settings.load_profile("untimed")

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
    """Two epochs of ten updates with a small model; everything random is on: dropout, sampling, averaging."""
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
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this session of tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, made by the first process that asks for it while the others wait."""
    done = folder.with_name(f"{folder.name}.done")
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    """60 training pairs, 8 of val, 8 of test, with gold links of val and test."""

    def make(folder: Path) -> None:
        pairs = sentences()
        write_corpus(folder, train=pairs[:60], val=pairs[60:68], test=pairs[68:76])
        for split in ("val", "test"):
            (folder / f"{split}.align").write_text("0-0 1-1 2-2\n" * 8, encoding="utf-8")

    return once(shared / "corpus", make)


def run_of(config: Config, folder: Path) -> Path:
    """The folder of a run, trained in silence."""
    from seq2seq.train.run import train

    with contextlib.redirect_stderr(io.StringIO()):
        train(config, folder)
    return folder


@pytest.fixture(scope="session")
def trained(corpus: Path, shared: Path) -> Path:
    """The folder of a finished run. Read only."""
    return once(shared / "tiny", lambda folder: run_of(tiny_config(corpus), folder))


@pytest.fixture(scope="session")
def sister(corpus: Path, shared: Path) -> Path:
    """The folder of a finished run of another seed than `trained`, with two heads. Read only."""
    config = tiny_config(corpus, max_epochs=1).changed(training={"seed": 2}).changed(model={"heads": 2})
    return once(shared / "sister", lambda folder: run_of(config, folder))


@pytest.fixture(scope="session")
def stranger(corpus: Path, shared: Path) -> Path:
    """The folder of a finished run with other subwords. Read only."""
    config = tiny_config(corpus, max_epochs=1).changed(subwords={"vocab_size": 310})
    return once(shared / "stranger", lambda folder: run_of(config, folder))


@pytest.fixture(scope="session")
def aligned(corpus: Path, shared: Path) -> Path:
    """The folder of a finished run with an aligner that hidden Markov models guided. Read only."""
    config = replace(tiny_config(corpus, max_epochs=8), alignment=AlignmentConfig(aligner=True, guide="hmm"))
    return once(shared / "aligned", lambda folder: run_of(config, folder))


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Warm]":
    """Starts `seq2seq` in processes of its own that need not import anything."""
    from warm import Warm

    with Warm(tmp_path_factory.mktemp("warm")) as one:
        yield one


@pytest.fixture(scope="session")
def browser() -> "Iterator[webdriver.Chrome]":
    """A headless Chromium, one for all tests of a process; skipped where there is none."""
    from browser import MISSING, started

    if MISSING:
        pytest.skip(MISSING)
    with started() as driver:
        yield driver


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """A verb that ends in this process has taken over its signals: Ctrl-C is to end the tests again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> "Script":
    """Run a script in this process: `script("translate.py", run, "--beam", "1", stdin=b"...")`."""
    from commands import script_runner

    return script_runner(monkeypatch, capfd)


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> "Observe":
    """Puts an observer before the callbacks of the next runs, or, a `Late` one, after them."""
    from observed import install

    return lambda observer: install(observer, monkeypatch)


@pytest.fixture(scope="session")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "Observer"]:
    """An uninterrupted run of two epochs without pictures, observed. Read only."""
    from observed import Observer, install, plain, silent_train

    run, observer = tmp_path_factory.mktemp("runs") / "whole", Observer()
    with pytest.MonkeyPatch.context() as patch:
        install(observer, patch)
        silent_train(plain(tiny_config(corpus)), run)
    return run, observer
