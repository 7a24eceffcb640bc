"""Speed and memory side by side: this tree, an earlier commit, two peers, and the machine's own matrix products.

Every measurement is a process of its own (`measure`), and the rounds alternate: each goes once through all that is
compared, so that whatever else the machine is doing slows all of them alike. What is shown is the median of the rounds.
"""

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import yaml
from peers import Eole, JoeyNMT
from programs import HERE, checked_out, execute
from quality import Ours, time_to_quality
from rows import Row, Rows

from seq2seq import load_config
from seq2seq.cli.main import VERBS
from seq2seq.errors import InputError

SIZES = {"small": 256, "large": 512}
"""Hidden sizes: the peers', and the one at which the arithmetic should come near the machine's."""

BATCH_TOKENS, PEER_TOKENS = 2500, 1360
"""Target pieces in a batch: the default's, and as many as are in the peers', whose own settings count padding too."""


PARTS = ("training", "likelihood", "translation", "start-up")
WHOLE = ("memory", "large", "quality")
"""Parts that are measured once, and only where they are asked for: they train whole epochs, or on large corpora."""
LARGE_UPDATES = 60
"""Updates on a large corpus, with a validation after half of them."""


@dataclass(frozen=True)
class Settings:
    """What is measured, and how often."""

    data: Path
    """Folder of a prepared corpus, with English and German (`seq2seq prepare multi30k`)."""
    run: Path | None
    """A trained run, en-de, to translate with; without one nothing is translated."""
    joeynmt: Path | None
    """A folder in which Joey NMT has been set up and trained for a moment; translates only where it has a model."""
    eole: Path | None
    """A folder in which eole has been set up; translates only where it has a model."""
    against: str | None
    """A commit of this repository."""
    threads: int = 1
    rounds: int = 3
    updates: int = 24
    sentences: int = 1000
    vocab_size: int = 3000
    precisions: tuple[str, ...] = ("fp32", "bf16")
    searches: tuple[str, ...] = ("fp32", "bf16")
    """Of translation: `PRECISION` or `PRECISION/NATS`, where hypotheses are pruned."""
    only: tuple[str, ...] = PARTS
    """The parts that are measured."""
    epochs: int = 3
    """So many whole epochs in the part `memory`."""
    config: Path | None = None
    """The recipe that is trained in the part `memory`; without one the small configuration."""
    pairs: tuple[int, ...] = (1_000_000,)
    """Sizes of the corpora of the part `large`: the training pairs of `data`, again and again."""
    processes: int = 2
    """So many in training against one; 1 leaves this out."""
    quality_updates: int = 4000
    """Most updates of each training in the part `quality`."""
    keep: Path | None = None
    """A new folder for the trainings of the part `quality`; without one they are not kept."""


class Benchmark:
    """The rows measured so far, by name, and where to measure."""

    def __init__(self, settings: Settings, work: Path, trees: dict[str, Path]) -> None:
        self.settings, self.work, self.trees, self.rows = settings, work, trees, Rows()
        self.joeynmt = JoeyNMT(settings.joeynmt, work, settings.threads) if settings.joeynmt else None
        self.eole = Eole(settings.eole, work, settings.threads) if settings.eole else None
        self.peers = [peer for peer in (self.joeynmt, self.eole) if peer is not None]

    def measure(self, tree: Path, *arguments: str, processes: int = 1) -> tuple[dict[str, Any], float]:
        """What `measure` says in this tree, and the peak memory of the process in MiB."""
        launch = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "--"]
        python = [sys.executable, *(launch if processes > 1 else [])]
        command = [*python, str(HERE / "scripts" / "measure.py"), *arguments]
        output, memory = execute(command, tree, self.settings.threads)
        return json.loads(output.splitlines()[-1]), memory

    # Training

    def config(
        self, size: str, precision: str, batch_tokens: int = BATCH_TOKENS, *, encoder_layers: int = 1, **trainer: Any
    ) -> str:
        """The path of a configuration at the peers' sizes: as little in it as earlier commits know."""
        settings = self.settings
        path = Path(self.fresh_run()).with_suffix(".yaml")
        usual = {"max_steps": settings.updates, "limit_val_batches": 0, "enable_progress_bar": False}
        content = {
            "data": {"folder": str(settings.data), "source": "en", "target": "de", "tokenize": "none",
                     "batch_tokens": batch_tokens},
            "subwords": {"vocab_size": settings.vocab_size},
            "model": {"embedding_size": 256, "hidden_size": SIZES[size], "encoder_layers": encoder_layers},
            "training": {"precision": precision},
            "trainer": usual | trainer,
        }  # fmt: skip
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    def train(self, of: str, size: str, precision: str, batch_tokens: int) -> dict[str, float]:
        """Target tokens/s and memory of one of the trees."""
        config = self.config(size, precision, batch_tokens)
        found, memory = self.measure(self.trees[of], "training", "--config", config, "--run", self.fresh_run())
        self.add_training(training_row(size, precision, batch_tokens), of, found["tokens"], memory)
        return found

    def fresh_run(self) -> str:
        """The name of a folder that is not there yet."""
        return tempfile.mkdtemp(dir=self.work)

    def training_round(self) -> None:
        """All trainings once."""
        rates, _ = self.measure(HERE, "products")
        for precision in self.settings.precisions:
            for of in self.trees:
                self.train(of, "small", precision, PEER_TOKENS)
                found = self.train(of, "small", precision, BATCH_TOKENS)
                if of == "ours" and precision == self.settings.precisions[-1]:
                    self.logging_cost(found, precision)
            flops = self.train("ours", "large", precision, BATCH_TOKENS)["flops"]
            name = f"arithmetic of training, hidden {SIZES['large']}, {precision}"
            for rate, speed in rates.items():
                self.rows.add(
                    f"{name}: share of the machine's {rate} matrix products", "%", "ours", 100 * flops / speed
                )
        if self.settings.processes > 1:
            self.scale_out(self.settings.processes, self.settings.precisions[0])
        for peer in self.peers:
            tokens, memory = peer.training(self.settings.updates)  # in its own precision
            for precision in self.settings.precisions:
                self.add_training(training_row("small", precision, PEER_TOKENS), peer.column, tokens, memory)
        if self.eole is not None:
            self.equal_arithmetic(self.eole, self.settings.precisions[0])

    def add_training(self, name: str, of: str, rate: float, memory: float) -> None:
        """The two rows of a training."""
        self.rows.add(name, "target tokens/s", of, rate)
        self.rows.add(f"{name}: peak memory", "MiB", of, memory)

    def equal_arithmetic(self, eole: Eole, precision: str) -> None:
        """Encoder and decoder of two layers in both, where a target token costs as many FLOP."""
        name = f"{training_row('small', precision, PEER_TOKENS)}, encoder and decoder of two layers"
        config = self.config("small", precision, PEER_TOKENS, encoder_layers=2)
        found, memory = self.measure(HERE, "training", "--config", config, "--run", self.fresh_run())
        self.add_training(name, "ours", found["tokens"], memory)
        self.add_training(name, "eole", *eole.training(self.settings.updates, layers=2))

    # Memory

    def memory(self) -> None:
        """Memory over whole epochs of training, each with its validation."""
        whole: dict[str, Any] = {"max_steps": -1, "max_epochs": self.settings.epochs, "limit_val_batches": 1.0}
        for of in self.trees:
            recipe = self.settings.config
            config = self.recipe(recipe) if recipe else self.config("small", self.settings.precisions[0], **whole)
            found, peak = self.measure(self.trees[of], "memory", "--config", config, "--run",
                                       self.fresh_run())  # fmt: skip
            for number, median in enumerate(found["epochs"], 1):
                self.rows.add(f"memory, median of epoch {number}", "MiB", of, median)
            self.rows.add("memory, peak of all epochs", "MiB", of, peak)

    def recipe(self, path: Path) -> str:
        """The path of a recipe as it is, but for the corpus's folder and the number of epochs."""
        load_config(path)  # says what is wrong with it
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content.setdefault("data", {})["folder"] = str(self.settings.data)
        content.setdefault("trainer", {})["max_epochs"] = self.settings.epochs
        changed = Path(self.fresh_run()).with_suffix(".yaml")
        changed.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(changed)

    def large(self, count: int) -> None:
        """Memory and seconds of training on so many pairs: when their store is made, and when it is there."""
        folder = self.work / f"{count}"
        folder.mkdir()
        for name in ("val.en", "val.de"):
            (folder / name).symlink_to((self.settings.data / name).resolve())
        for side in ("en", "de"):
            lines = (self.settings.data / f"train.{side}").read_bytes().splitlines(keepends=True)
            with open(folder / f"train.{side}", "wb") as stream:
                stream.writelines(islice(cycle(lines), count))
        settings = replace(self.settings, data=folder, updates=LARGE_UPDATES)
        trainer: dict[str, Any] = {"val_check_interval": LARGE_UPDATES // 2, "limit_val_batches": 1.0}
        config = Benchmark(settings, self.work, self.trees).config("small", settings.precisions[0], **trainer)
        for when in ("store made", "store there"):
            found, _ = self.measure(HERE, "memory", "--config", config, "--run", self.fresh_run())
            name = f"{count:,} pairs, {when}"
            self.rows.add(f"{name}: until the first update", "s", "ours", found["first"])
            self.rows.add(f"{name}: peak of its own memory", "MiB", "ours", found["own"])
            self.rows.add(f"{name}: peak with mapped files", "MiB", "ours", found["resident"])
        shutil.rmtree(folder)

    def logging_cost(self, logged: dict[str, float], precision: str) -> None:
        """The share of training time that goes into metrics, curves, maps and texts, with one validation an epoch."""
        config = self.config("small", precision)
        bare, _ = self.measure(HERE, "training", "--config", config, "--run", self.fresh_run(), "--bare")
        self.rows.add(
            "logging: metrics and curves", "% of training", "ours", 100 * (1 - logged["tokens"] / bare["tokens"])
        )
        self.rows.add("logging: maps and texts", "% of training", "ours", 100 * logged["drawing"] / logged["epoch"])

    def scale_out(self, many: int, precision: str) -> None:
        """Target tokens/s of many processes against one's: with the same batches, and with a whole batch for each."""
        ddp: dict[str, Any] = {"accelerator": "cpu", "devices": many, "strategy": "ddp"}

        def rate(processes: int, batches: int) -> float:
            config = self.config("small", precision, batches * BATCH_TOKENS, **(ddp if processes > 1 else {}))
            arguments = ("training", "--config", config, "--run", self.fresh_run())
            return float(self.measure(HERE, *arguments, processes=processes)[0]["tokens"])

        alone = rate(1, 1)
        name = f"{many} processes against one, hidden {SIZES['small']}, {precision}"
        self.rows.add(f"{name}, a batch shared", "×", "ours", rate(many, 1) / alone)
        self.rows.add(f"{name}, a batch each", "×", "ours", rate(many, many) / alone)

    # Quality

    def quality(self) -> None:
        """Processor minutes of the trainings until they translate so well: ours first, then eole, then Joey NMT."""
        folder = self.settings.keep or self.work / "quality"
        for learner in (Ours(self.settings.data, self.settings.vocab_size), *reversed(self.peers)):
            at = folder / learner.column
            time_to_quality(learner, at, self.settings.quality_updates, self.sides("val"), self.rows.add)

    def sides(self, split: str) -> list[list[str]]:
        """The English and the German sentences of a split."""
        paths = [self.settings.data / f"{split}.{side}" for side in ("en", "de")]
        return [path.read_text(encoding="utf-8").splitlines() for path in paths]

    # Translation

    def likelihood(self, run: Path) -> None:
        """What the runs make of the validation set's references, by the sentence: their subwords differ."""
        sides = [str(self.settings.data / f"val.{side}") for side in ("en", "de")]
        found, _ = self.measure(HERE, "likelihood", "--run", str(run), "--source", sides[0], "--target", sides[1])
        name = "validation, negative log-likelihood"
        self.rows.add(name, "nats a sentence", "ours", found["nll"])
        if self.joeynmt is not None and self.joeynmt.is_trained:
            self.rows.add(name, "nats a sentence", "joeynmt", self.joeynmt.likelihood())
        if self.eole is not None and self.eole.is_trained:
            self.rows.add(name, "nats a sentence", "eole", self.eole.likelihood(self.sides("val")))

    def translation_round(self, run: Path) -> None:
        """All translations once; single sentences are a tenth of the number."""
        from seq2seq.translate.scores import corpus_scores

        sides = self.sides("test")
        for batch, count in ((64, self.settings.sentences), (1, max(1, self.settings.sentences // 10))):
            source = self.work / f"source-{batch}"
            source.write_text("".join(f"{line}\n" for line in sides[0][:count]), encoding="utf-8")
            for beam in (1, 5):
                for search, of in product(self.settings.searches, self.trees):
                    precision, _, prune = search.partition("/")
                    if of == "before" and precision == "int8":
                        precision = "fp32"  # what it is in place of
                    found, memory = self.measure(
                        self.trees[of], "translation", "--run", str(run), "--source", str(source), "--beam", str(beam),
                        "--batch", str(batch), "--precision", precision,
                        "--prune", prune if prune and of == "ours" else "0")  # fmt: skip
                    name = f"translation, beam {beam}, batch {batch}, {search}"
                    self.rows.add(name, "sentences/s", of, found["sentences"])
                    if batch > 1:
                        bleu = corpus_scores(found["translations"], sides[1][:count], "none").bleu
                        self.rows.add(f"{name}: BLEU", "", of, bleu)
                        self.rows.add(f"{name}: peak memory", "MiB", of, memory)
                for peer in self.peers:
                    if peer.is_trained:
                        self.peer_translation(peer, beam, batch, [side[:count] for side in sides])

    def peer_translation(self, peer: JoeyNMT | Eole, beam: int, batch: int, sides: list[list[str]]) -> None:
        """A peer's translation of the same sentences, beside each of our searches."""
        found = peer.translation(beam, batch, sides)
        for search in self.settings.searches:
            name = f"translation, beam {beam}, batch {batch}, {search}"
            self.rows.add(name, "sentences/s", peer.column, len(sides[0]) / found.seconds)
            if batch > 1:
                self.rows.add(f"{name}: BLEU", "", peer.column, found.bleu)
                self.rows.add(f"{name}: peak memory", "MiB", peer.column, found.memory)

    def start_up_round(self, run: Path) -> None:
        """Seconds of the first translation, from the start of the program to its end, and of each `--help`."""
        commands = {"first translation": (["translate", str(run)], "a man .\n")}
        commands |= {f"seq2seq {verb} --help": ([verb, "--help"], "") for verb in VERBS}
        for name, (arguments, text) in commands.items():
            started = time.perf_counter()
            execute([sys.executable, "-m", "seq2seq", *arguments], HERE, self.settings.threads, text)
            self.rows.add(f"start-up: {name}", "s", "ours", time.perf_counter() - started)


def training_row(size: str, precision: str, batch_tokens: int) -> str:
    """The name of a row."""
    return f"training, hidden {SIZES[size]}, batches of {batch_tokens:,}, {precision}"


def benchmark(settings: Settings) -> list[Row]:
    """Measure everything that the settings allow; InputError for a folder that is not what it should be."""
    if not (settings.data / "train.de").is_file():
        raise InputError(f"{settings.data}: no train.de in it; prepare it first (seq2seq prepare multi30k)")
    with tempfile.TemporaryDirectory() as folder, checked_out(settings.against, Path(folder)) as trees:
        measured = Benchmark(settings, Path(folder), trees)
        for number in range(settings.rounds):
            if not {*PARTS} & {*settings.only}:
                break
            print(f"round {number + 1} of {settings.rounds}", file=sys.stderr)
            if "training" in settings.only:
                measured.training_round()
            if settings.run is None:
                continue
            run = settings.run.resolve()
            if "likelihood" in settings.only and not number:
                measured.likelihood(run)
            if "translation" in settings.only:
                measured.translation_round(run)
            if "start-up" in settings.only:
                measured.start_up_round(run)
        if "memory" in settings.only:
            measured.memory()
        if "quality" in settings.only:
            measured.quality()
        for count in settings.pairs if "large" in settings.only else ():
            measured.large(count)
        return list(measured.rows.values())
