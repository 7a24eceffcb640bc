"""Time to quality: processor minutes of one core until a training translates the validation set so well."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import yaml
from programs import HERE, Followed

EVERY = 200
"""Updates between two validations: about half an epoch of Multi30k."""
BLEU = (20, 30, 35)
NLL = (60, 50, 45, 40)
"""Levels: BLEU of greedy translations, and nats a sentence, its end included. The training ends at the last BLEU."""


class Learner(Protocol):
    """A program that learns to translate."""

    column: str

    def learn(self, folder: Path, updates: int, every: int) -> list[str]:
        """The command that trains in a folder, and leaves something to score after each so many updates."""

    def learnt(self, folder: Path, update: int) -> Path:
        """The file that is written last of what is left after an update."""

    def score(self, folder: Path, update: int, sides: Sequence[Sequence[str]]) -> tuple[float, float]:
        """BLEU of its greedy translations, and negative log-likelihood a sentence in nats."""


class Ours:
    """This tree, with the settings of docs/performance.md, and a learning rate that stays where the warm-up ends."""

    column = "ours"

    def __init__(self, data: Path, vocab_size: int) -> None:
        self.data, self.vocab_size = data, vocab_size

    def learn(self, folder: Path, updates: int, every: int) -> list[str]:
        """The command; the training's own validations score it."""
        content = {
            "data": {"folder": str(self.data.resolve()), "source": "en", "target": "de", "batch_tokens": 1360,
                     "bleu_tokenize": "none", "tokenised": True},
            "subwords": {"vocab_size": self.vocab_size},
            "model": {"embedding_size": 256, "hidden_size": 256, "dropout": 0.3, "embedding_dropout": 0.3},
            "training": {"learning_rate": 0.002, "warmup_steps": 200, "averaging": 0.995, "decay": "none",
                         "precision": "fp32"},
            "trainer": {"max_steps": updates, "max_epochs": -1, "val_check_interval": every,
                        "check_val_every_n_epoch": None, "enable_progress_bar": False},
        }  # fmt: skip
        config = folder / "config.yaml"
        config.write_text(yaml.safe_dump(content), encoding="utf-8")
        measure = str(HERE / "scripts" / "measure.py")
        return [sys.executable, measure, "quality", "--config", str(config), "--run", str(folder / "run")]

    def learnt(self, folder: Path, update: int) -> Path:
        """The scores of a validation."""
        return folder / "run" / f"{update}.json"

    def score(self, folder: Path, update: int, sides: Sequence[Sequence[str]]) -> tuple[float, float]:
        """As the validation has found them."""
        found = json.loads(self.learnt(folder, update).read_bytes())
        return found["bleu"], found["nll"]


def time_to_quality(
    learner: Learner,
    folder: Path,
    updates: int,
    sides: Sequence[Sequence[str]],
    add: Callable[[str, str, str, float], None],
) -> None:
    """Train for at most so many updates, and add a row for each level that is reached.

    sides: the validation set's sentences in both languages. The training stands still while a peer's checkpoint is
    scored, which does not count; what its own validation takes does. Everything is left in the folder.
    """
    folder.mkdir(parents=True)
    missing = {("BLEU", level) for level in BLEU} | {("nats", level) for level in NLL}
    every = min(EVERY, updates)
    with Followed(learner.learn(folder, updates, every), folder / "log") as training:
        for update in range(every, updates + 1, every):
            minutes = training.wait_for(learner.learnt(folder, update)) / 60
            with training.paused():
                bleu, nll = learner.score(folder, update, sides)
            told = f"{learner.column}: update {update:,}, {minutes:.2f} min, BLEU {bleu:.2f}, {nll:.2f} nats a sentence"
            print(told, file=sys.stderr, flush=True)
            for unit, level in sorted(missing):
                if bleu >= level if unit == "BLEU" else nll <= level:
                    missing.remove((unit, level))
                    name = f"greedy BLEU {level}" if unit == "BLEU" else f"{level} nats a sentence"
                    add(f"until {name} on the validation set", "processor minutes", learner.column, minutes)
            if ("BLEU", max(BLEU)) not in missing:
                break
