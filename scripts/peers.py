"""The peers that the project is compared with, as their releases are used: Joey NMT 2.3.0 and eole 0.6.4.

Each is a folder with an environment and a configuration, whose settings are theirs; what is replaced is told here.
"""

import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from programs import execute

from seq2seq.errors import InputError

NEVER = 1_000_000
"""Updates that no training here reaches."""
EOLE_TOKENS = 1600
"""Target pieces in eole's batches with their padding: 1,360 without."""


@dataclass(frozen=True)
class Translated:
    """What a peer made of sentences: seconds by its own clock, without its start; MiB at its peak."""

    seconds: float
    bleu: float
    memory: float


class Peer:
    """A peer in its folder. `work` takes what it writes; `column` is its name in the table."""

    column: str

    def __init__(self, folder: Path, work: Path, threads: int) -> None:
        self.folder, self.work, self.threads = folder.resolve(), work, threads

    def config(self, name: str) -> dict[str, Any]:
        """A configuration of the folder; InputError where it is not there."""
        path = self.folder / name
        if not path.is_file():
            raise InputError(f"{path}: no such file; set up {self.column} there, as docs/performance.md says")
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return content

    def write(self, config: dict[str, Any], path: Path | None = None) -> str:
        """The name of a file with this configuration."""
        path = path or self.work / f"{self.column}.yaml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return str(path)

    def text(self, name: str, lines: Sequence[str]) -> str:
        """The name of a file with these lines."""
        path = self.work / f"{self.column}.{name}"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)


class JoeyNMT(Peer):
    """Joey NMT: `speed.yaml`, `train.yaml`, and `model` once it is trained."""

    column = "joeynmt"

    def run(self, mode: str, config: dict[str, Any], *options: str) -> tuple[str, float]:
        """The log of `python -m joeynmt MODE`, and its peak memory in MiB."""
        # It logs to stderr, and after the updates it stops, with an error, at a best checkpoint that it has not made.
        shell = f'"$0" -m joeynmt {mode} "$@" 2>&1 || true'
        command = ["bash", "-c", shell, self.python, self.write(config), *options]
        return execute(command, self.folder, self.threads)

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "venv" / "bin" / "python")

    @property
    def is_trained(self) -> bool:
        """Whether there is a model to translate with."""
        return (self.folder / "model" / "best.ckpt").is_file()

    def training(self, updates: int) -> tuple[float, float]:
        """Target tokens/s by its own count, without its first ten updates; peak memory in MiB."""
        config = self.config("speed.yaml")
        config["training"]["updates"] = updates + 10
        config["model_dir"] = str(self.work / "joeynmt")
        log, memory = self.run("train", config)
        rates = [float(rate) for rate in re.findall(r"Tokens per Sec:\s+(\d+)", log)]
        return statistics.median(rates[1:] or rates), memory

    def translation(self, beam: int, batch: int, sides: Sequence[Sequence[str]]) -> Translated:
        """English to German, with its own BLEU; it goes through the sentences twice."""
        for language, lines in zip(("en", "de"), sides, strict=True):
            corpus = self.text(language, lines).removesuffix(f".{language}")
        config = self.config("train.yaml")
        config["testing"] |= {"beam_size": beam, "batch_size": batch}
        config["data"] |= {"dev": corpus, "test": corpus}
        log, memory = self.run("test", config)
        seconds = float(re.findall(r"Generation took ([\d.]+)\[sec\]", log)[-1])
        return Translated(seconds, float(re.findall(r"bleu:\s*([\d.]+)", log)[-1]), memory)

    def likelihood(self, checkpoint: Path | None = None) -> float:
        """Negative log-likelihood (nats) of a target sentence of its `dev`, by the model or one of its checkpoints."""
        config, scores = self.config("train.yaml"), self.work / "scores"
        config["testing"] |= {"beam_size": 1, "return_prob": "ref"}
        for language in ("en", "de"):  # it goes through the test set too
            one = self.text(language, ["a man ."]).removesuffix(f".{language}")
        config["data"]["test"] = one
        if checkpoint is not None:
            config["model_dir"] = str(checkpoint.parent)
            config["testing"]["load_model"] = str(checkpoint)
        self.run("test", config, "--save-scores", "--output-path", str(scores))
        path = Path(f"{scores}.dev.scores")
        if not path.is_file():
            raise InputError(f"{self.folder}: its model gives no scores; run `joeynmt.sh decode` to see why")
        lines = path.read_text(encoding="utf-8").splitlines()
        path.unlink()
        return -statistics.mean(sum(json.loads(line)) for line in lines)

    def learn(self, folder: Path, updates: int, every: int) -> list[str]:
        """The command that trains as `train.yaml` says, and validates after each so many updates."""
        config = self.config("train.yaml")
        config["model_dir"] = str(folder / "model")
        config["training"] |= {"epochs": NEVER, "updates": updates, "keep_best_ckpts": -1,
                               "validation_freq": every, "logging_freq": every // 2}  # fmt: skip
        return [self.python, "-m", "joeynmt", "train", self.write(config, folder / "train.yaml"), "--skip-test"]

    def learnt(self, folder: Path, update: int) -> Path:
        """The file that ends the validation of this update: its own greedy translations."""
        return folder / "model" / f"{update}.hyps"

    def score(self, folder: Path, update: int, sides: Sequence[Sequence[str]]) -> tuple[float, float]:
        """Greedy BLEU and negative log-likelihood a sentence (nats) on the validation set."""
        translations = self.learnt(folder, update).read_text(encoding="utf-8").splitlines()
        return bleu(translations, sides[1]), self.likelihood(folder / "model" / f"{update}.ckpt")


class Eole(Peer):
    """eole: `config.yaml`, and `model` once it is trained."""

    column = "eole"

    def run(self, verb: str, config: dict[str, Any]) -> tuple[str, float]:
        """The log of `eole VERB`, and its peak memory in MiB."""
        command = ["bash", "-c", f'"$0" {verb} --config "$1" 2>&1', self.program, self.write(config)]
        return execute(command, self.folder, self.threads)

    @property
    def program(self) -> str:
        """Its command."""
        return str(self.folder / "venv" / "bin" / "eole")

    @property
    def is_trained(self) -> bool:
        """Whether there is a model to translate with."""
        return (self.folder / "model" / "config.json").is_file()

    def trained_so(self, folder: Path, updates: int, every: int) -> dict[str, Any]:
        """`config.yaml`, for so many updates, with a checkpoint after each so many and no validation of its own."""
        config = self.config("config.yaml")
        config |= {"n_sample": 0, "save_data": str(folder / "data")}
        config["training"] |= {"batch_size": EOLE_TOKENS, "train_steps": updates, "valid_steps": NEVER,
                               "save_checkpoint_steps": every, "model_path": str(folder / "model")}  # fmt: skip
        return config

    def training(self, updates: int, layers: int = 1) -> tuple[float, float]:
        """Target tokens/s by its own count, without its first ten updates; peak memory in MiB.

        layers: of the encoder and of the decoder; it takes no decoder that is deeper than the encoder."""
        config = self.trained_so(self.work / "eole", updates + 10, NEVER)
        for part in ("encoder", "decoder"):
            config["model"][part]["layers"] = layers
        log, memory = self.run("train", config)
        rates = [float(rate) for rate in re.findall(r"(\d+) tok/s;", log)]
        return statistics.median(rates[1:] or rates), memory

    def predict(
        self, model: Path, beam: int, batch: int, sides: Sequence[Sequence[str]]
    ) -> tuple[list[str], str, float]:
        """Translations of English sentences, the log, which scores the German ones where there are any, and the peak
        memory in MiB."""
        output = self.work / "eole.output"
        config: dict[str, Any] = {
            "model_path": str(model), "src": self.text("en", sides[0]), "output": str(output), "beam_size": beam,
            "batch_size": batch, "batch_type": "sents", "length_penalty": "avg", "alpha": 1.0, "world_size": 0,
            "gpu_ranks": [], "report_time": True,
        }  # fmt: skip
        if len(sides) > 1:
            config["tgt"] = self.text("de", sides[1])
        log, memory = self.run("predict", config)
        return output.read_text(encoding="utf-8").splitlines(), log, memory

    def translation(self, beam: int, batch: int, sides: Sequence[Sequence[str]]) -> Translated:
        """English to German, in the seconds that it counts for all batches, encoder and search."""
        translations, log, memory = self.predict(self.folder / "model", beam, batch, sides[:1])
        parts = re.findall(r"(?:Step 0 time|Subsequent prediction time including all) \(s\): ([\d.]+)", log)
        return Translated(sum(map(float, parts)), bleu(translations, sides[1]), memory)

    def likelihood(self, sides: Sequence[Sequence[str]]) -> float:
        """Negative log-likelihood (nats) of a German sentence."""
        return likelihood_in(self.predict(self.folder / "model", 1, 64, sides)[1])

    def learn(self, folder: Path, updates: int, every: int) -> list[str]:
        """The command that trains as `config.yaml` says, with a checkpoint after each so many updates."""
        config = self.write(self.trained_so(folder, updates, every), folder / "config.yaml")
        return [self.program, "train", "--config", config]

    def learnt(self, folder: Path, update: int) -> Path:
        """The last file of the checkpoint of this update."""
        return folder / "model" / f"step_{update}" / "config.json"

    def score(self, folder: Path, update: int, sides: Sequence[Sequence[str]]) -> tuple[float, float]:
        """Greedy BLEU and negative log-likelihood a sentence (nats) on the validation set, by its own translation of
        a checkpoint."""
        translations, log, _ = self.predict(self.learnt(folder, update).parent, 1, 64, sides)
        return bleu(translations, sides[1]), likelihood_in(log)


def likelihood_in(log: str) -> float:
    """Negative log-likelihood a sentence (nats) of the references that `eole predict` was given."""
    return -float(re.findall(r"GOLD SCORE: (-[\d.]+)", log)[-1])


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """Of text that is tokenised already; the same for all."""
    from seq2seq.translate.scores import corpus_scores

    return corpus_scores(translations, references, "none").bleu
