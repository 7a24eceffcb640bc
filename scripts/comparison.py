"""Speed and memory side by side: this tree, an earlier commit, a peer, and the machine's own matrix products.

Every measurement is a process of its own (`measure`), and the rounds alternate: each goes once through all that is
compared, so that whatever else the machine is doing slows all of them alike. What is shown is the median of the rounds.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import yaml

from seq2seq.cli.main import VERBS
from seq2seq.errors import InputError

HERE = Path(__file__).resolve().parent.parent
SIZES = {"small": 256, "large": 512}
"""Hidden sizes: the peer's, and the one at which the arithmetic should come near the machine's."""

BATCH_TOKENS, PEER_TOKENS = 2500, 1360
"""Target pieces in a batch: the default's, and as many as are in the peer's, which are set at 2,500 pieces of the
longer side with padding."""


PARTS = ("training", "likelihood", "translation", "start-up")
WHOLE = ("memory", "large")
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
    peer: Path | None
    """A folder in which Joey NMT has been set up and trained for a moment; translates only where it has a model."""
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
    pairs: tuple[int, ...] = (1_000_000,)
    """Sizes of the corpora of the part `large`: the training pairs of `data`, again and again."""
    processes: int = 2
    """So many in training against one; 1 leaves this out."""


@dataclass
class Row:
    """One line of the table: a quantity of this tree and of what it is compared with; empty where not measured."""

    what: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)
    """The rounds' values of `ours`, `before` and `peer`."""

    def median(self, of: str) -> float | None:
        """The median of the rounds; None where there are none."""
        return statistics.median(self.values[of]) if self.values.get(of) else None


class Benchmark:
    """The rows measured so far, by name, and where to measure."""

    def __init__(self, settings: Settings, work: Path, trees: dict[str, Path]) -> None:
        self.settings, self.work, self.trees = settings, work, trees
        self.rows: dict[str, Row] = {}

    def add(self, what: str, unit: str, of: str, value: float) -> None:
        """One more value for a row, told at once."""
        print(f"{what}: {value:,.2f} {unit} ({of})", file=sys.stderr)
        self.rows.setdefault(what, Row(what, unit)).values.setdefault(of, []).append(value)

    def measure(self, tree: Path, *arguments: str, processes: int = 1) -> tuple[dict[str, Any], float]:
        """What `measure` says in this tree, and the peak memory of the process in MiB."""
        launch = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "--"]
        python = [sys.executable, *(launch if processes > 1 else [])]
        output, memory = self.execute([*python, str(HERE / "scripts" / "measure.py"), *arguments], tree)
        return json.loads(output.splitlines()[-1]), memory

    def execute(self, command: list[str], tree: Path, text: str = "") -> tuple[str, float]:
        """Standard output of a command that is given `text`, and its peak memory in MiB; InputError when it fails."""
        threads = str(self.settings.threads)
        # Safe: without the folder of `measure` itself in front of the path, whose modules are those of this tree.
        environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": threads,
                       "MKL_NUM_THREADS": threads}  # fmt: skip
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                command, cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=errors, text=True
            )
            assert process.stdin is not None
            process.stdin.write(text)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            if process.returncode:
                reason = (errors.read().strip() or "it said nothing").splitlines()[-1]
                raise InputError(f"`{' '.join(command)}` failed: {reason}")
            return output.read(), usage.ru_maxrss / 1024

    # Training

    def config(self, size: str, precision: str, batch_tokens: int = BATCH_TOKENS, **trainer: Any) -> str:
        """The path of a configuration at the peer's sizes: as little in it as earlier commits know."""
        settings = self.settings
        path = Path(self.fresh_run()).with_suffix(".yaml")
        usual = {"max_steps": settings.updates, "limit_val_batches": 0, "enable_progress_bar": False}
        content = {
            "data": {"folder": str(settings.data), "source": "en", "target": "de", "tokenize": "none",
                     "batch_tokens": batch_tokens},
            "subwords": {"vocab_size": settings.vocab_size},
            "model": {"embedding_size": 256, "hidden_size": SIZES[size]},
            "training": {"precision": precision},
            "trainer": usual | trainer,
        }  # fmt: skip
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    def train(self, of: str, size: str, precision: str, batch_tokens: int) -> dict[str, float]:
        """Target tokens/s and memory of one of the trees."""
        config = self.config(size, precision, batch_tokens)
        found, memory = self.measure(self.trees[of], "training", "--config", config, "--run", self.fresh_run())
        name = training_row(size, precision, batch_tokens)
        self.add(name, "target tokens/s", of, found["tokens"])
        self.add(f"{name}: peak memory", "MiB", of, memory)
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
                self.add(f"{name}: share of the machine's {rate} matrix products", "%", "ours", 100 * flops / speed)
        if self.settings.processes > 1:
            self.scale_out(self.settings.processes, self.settings.precisions[0])
        if self.settings.peer is not None:
            self.peer_training(self.settings.peer)

    # Memory

    def memory(self) -> None:
        """Memory over whole epochs of training, each with its validation."""
        for of in self.trees:
            whole: dict[str, Any] = {"max_steps": -1, "max_epochs": self.settings.epochs, "limit_val_batches": 1.0}
            config = self.config("small", self.settings.precisions[0], **whole)
            found, peak = self.measure(self.trees[of], "memory", "--config", config, "--run",
                                       self.fresh_run())  # fmt: skip
            for number, median in enumerate(found["epochs"], 1):
                self.add(f"memory, median of epoch {number}", "MiB", of, median)
            self.add("memory, peak of all epochs", "MiB", of, peak)

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
            self.add(f"{name}: until the first update", "s", "ours", found["first"])
            self.add(f"{name}: peak of its own memory", "MiB", "ours", found["own"])
            self.add(f"{name}: peak with mapped files", "MiB", "ours", found["resident"])
        shutil.rmtree(folder)

    def logging_cost(self, logged: dict[str, float], precision: str) -> None:
        """The share of training time that goes into metrics, curves, maps and texts, with one validation an epoch."""
        config = self.config("small", precision)
        bare, _ = self.measure(HERE, "training", "--config", config, "--run", self.fresh_run(), "--bare")
        self.add("logging: metrics and curves", "% of training", "ours", 100 * (1 - logged["tokens"] / bare["tokens"]))
        self.add("logging: maps and texts", "% of training", "ours", 100 * logged["drawing"] / logged["epoch"])

    def scale_out(self, many: int, precision: str) -> None:
        """Target tokens/s of many processes against one's: with the same batches, and with a whole batch for each."""
        ddp = {"accelerator": "cpu", "devices": many, "strategy": "ddp"}

        def rate(processes: int, batches: int) -> float:
            config = self.config("small", precision, batches * BATCH_TOKENS, **(ddp if processes > 1 else {}))
            arguments = ("training", "--config", config, "--run", self.fresh_run())
            return float(self.measure(HERE, *arguments, processes=processes)[0]["tokens"])

        alone = rate(1, 1)
        name = f"{many} processes against one, hidden {SIZES['small']}, {precision}"
        self.add(f"{name}, a batch shared", "×", "ours", rate(many, 1) / alone)
        self.add(f"{name}, a batch each", "×", "ours", rate(many, many) / alone)

    def peer_training(self, peer: Path) -> None:
        """The peer's own count of target tokens/s, without its first ten updates."""
        log, memory = self.run_peer(peer, "speed", "train", training={"updates": self.settings.updates + 10})
        rates = [float(rate) for rate in re.findall(r"Tokens per Sec:\s+(\d+)", log)]
        for precision in self.settings.precisions:
            name = training_row("small", precision, PEER_TOKENS)
            self.add(name, "target tokens/s", "peer", statistics.median(rates[1:] or rates))
            self.add(f"{name}: peak memory", "MiB", "peer", memory)

    def run_peer(self, peer: Path, kind: str, mode: str, *options: str, **changes: dict[str, Any]) -> tuple[str, float]:
        """The log of `python -m joeynmt MODE` with the folder's configuration of that kind, and its peak memory."""
        path = peer / f"{kind}.yaml"
        if not path.is_file():
            raise InputError(f"{path}: no such file; run `joeynmt.sh {kind} {peer}` first")
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        for section, values in changes.items():
            config[section] |= values
        if mode == "train":
            config["model_dir"] = str(self.work / "peer")
        changed = self.work / "peer.yaml"
        changed.write_text(yaml.safe_dump(config), encoding="utf-8")
        # It logs to stderr, and after the updates it stops, with an error, at a best checkpoint that it has not made.
        shell = f'"$0" -m joeynmt {mode} "$@" 2>&1 || true'
        python = str(peer / "venv" / "bin" / "python")
        return self.execute(["bash", "-c", shell, python, str(changed), *options], peer)

    # Translation

    @property
    def trained_peer(self) -> Path | None:
        """The peer's folder, where it has a model to translate with."""
        peer = self.settings.peer
        return peer if peer is not None and (peer / "model" / "best.ckpt").is_file() else None

    def likelihood(self, run: Path) -> None:
        """What the runs make of the validation set's references, by the sentence: their subwords differ."""
        sides = [str(self.settings.data / f"val.{side}") for side in ("en", "de")]
        found, _ = self.measure(HERE, "likelihood", "--run", str(run), "--source", sides[0], "--target", sides[1])
        name = "validation, negative log-likelihood"
        self.add(name, "nats a sentence", "ours", found["nll"])
        if self.trained_peer is not None:
            scores = self.work / "scores"
            options = ("--save-scores", "--output-path", str(scores))
            self.run_peer(self.trained_peer, "train", "test", *options, testing={"beam_size": 1, "return_prob": "ref"})
            path = Path(f"{scores}.dev.scores")
            if not path.is_file():
                raise InputError(f"{self.trained_peer}: its model gives no scores; run `joeynmt.sh decode` to see why")
            lines = path.read_text(encoding="utf-8").splitlines()
            self.add(name, "nats a sentence", "peer", -statistics.mean(sum(json.loads(line)) for line in lines))

    def translation_round(self, run: Path) -> None:
        """All translations once; single sentences are a tenth of the number."""
        from seq2seq.translate.scores import corpus_scores

        sides = [
            (self.settings.data / f"test.{side}").read_text(encoding="utf-8").splitlines() for side in ("en", "de")
        ]
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
                    self.add(name, "sentences/s", of, found["sentences"])
                    if batch > 1:
                        bleu = corpus_scores(found["translations"], sides[1][:count], "none").bleu
                        self.add(f"{name}: BLEU", "", of, bleu)
                        self.add(f"{name}: peak memory", "MiB", of, memory)
                if self.trained_peer is not None:
                    self.peer_translation(self.trained_peer, beam, batch, [side[:count] for side in sides])

    def peer_translation(self, peer: Path, beam: int, batch: int, sides: list[list[str]]) -> None:
        """The peer's own count of seconds, and its BLEU, for the same sentences; it goes through them twice."""
        for language, lines in zip(("en", "de"), sides, strict=True):
            (self.work / f"peer.{language}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        corpus = str(self.work / "peer")
        search = {"beam_size": beam, "batch_size": batch}
        log, memory = self.run_peer(peer, "train", "test", testing=search, data={"dev": corpus, "test": corpus})
        seconds = float(re.findall(r"Generation took ([\d.]+)\[sec\]", log)[-1])
        bleu = float(re.findall(r"bleu:\s*([\d.]+)", log)[-1])
        for way in self.settings.searches:
            name = f"translation, beam {beam}, batch {batch}, {way}"
            self.add(name, "sentences/s", "peer", len(sides[0]) / seconds)
            if batch > 1:
                self.add(f"{name}: BLEU", "", "peer", bleu)
                self.add(f"{name}: peak memory", "MiB", "peer", memory)

    def start_up_round(self, run: Path) -> None:
        """Seconds of the first translation, from the start of the program to its end, and of each `--help`."""
        commands = {"first translation": (["translate", str(run)], "a man .\n")}
        commands |= {f"seq2seq {verb} --help": ([verb, "--help"], "") for verb in VERBS}
        for name, (arguments, text) in commands.items():
            started = time.perf_counter()
            self.execute([sys.executable, "-m", "seq2seq", *arguments], HERE, text)
            self.add(f"start-up: {name}", "s", "ours", time.perf_counter() - started)


def training_row(size: str, precision: str, batch_tokens: int) -> str:
    """The name of a row."""
    return f"training, hidden {SIZES[size]}, batches of {batch_tokens:,}, {precision}"


@contextmanager
def checked_out(commit: str | None, work: Path) -> Iterator[dict[str, Path]]:
    """This tree and, where one is given, the tree of a commit; InputError when there is no such commit."""
    if commit is None:
        yield {"ours": HERE}
        return
    tree = work / "before"
    git = ["git", "-C", str(HERE), "worktree"]
    added = subprocess.run([*git, "add", "--detach", str(tree), commit], capture_output=True, text=True)
    if added.returncode:
        raise InputError(f"--against {commit}: {added.stderr.strip().splitlines()[-1]}")
    try:
        yield {"ours": HERE, "before": tree}
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True, capture_output=True)


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
        for count in settings.pairs if "large" in settings.only else ():
            measured.large(count)
        return list(measured.rows.values())


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| | unit | ours | before | peer | × before | × peer |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        ours, before, peer = (row.median(of) for of in ("ours", "before", "peer"))
        cells = [*map(_number, (ours, before, peer)), *(_number(_ratio(ours, other)) for other in (before, peer))]
        lines.append(f"| {row.what} | {row.unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(ours: float | None, other: float | None) -> float | None:
    return None if ours is None or not other else ours / other


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
