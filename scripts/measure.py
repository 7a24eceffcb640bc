"""One measurement in a process of its own, printed as JSON; `benchmark` starts them.

For training it uses of the package only what earlier commits have too, in whichever module (`HOMES`), so that it can
measure them, with their folder in PYTHONPATH.
"""

import argparse
import contextlib
import importlib
import json
import re
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import torch

WARM_UP = 4
"""Updates, or matrix products, before the clock starts."""
HOMES = {
    "build_trainer": ("train.trainer", "train.run", "run"),
    "prepare": ("train.run", "run"),
    "quiet": ("train.trainer", "train.run", "run"),
    "tensorboard": ("train.run", "run"),
}
"""The module of the package that each function is in: now, and in earlier commits, as far back as 8eb5608."""


def find(name: str) -> Any:
    """A function of the package, where the tree that is measured has it."""
    for module in HOMES[name]:
        with contextlib.suppress(ModuleNotFoundError, AttributeError):
            return getattr(importlib.import_module(f"seq2seq.{module}"), name)
    raise ImportError(f"the tree that is measured has no {name} in any of {', '.join(HOMES[name])}")


def measure_products(size: int = 1024, rounds: int = 20) -> dict[str, float]:
    """The machine's own rate: FLOP/s of square matrix products, median of `rounds`."""
    rates = {}
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        matrix, seconds = torch.randn(size, size).to(dtype), []
        for _ in range(WARM_UP + rounds):
            started = time.perf_counter()
            matrix @ matrix
            seconds.append(time.perf_counter() - started)
        rates[name] = 2 * size**3 / statistics.median(seconds[WARM_UP:])
    return rates


def update_flops(model: Any, batch: Any) -> float:
    """FLOP of one update on the real tokens of a batch: the matrix products of the model, forward, and twice that
    backward. Embeddings are looked up, not multiplied; the bridge, once a sentence, is left out."""
    source, target = (batch.source != 0).sum(1), (batch.target[:, 1:] != 0).sum(1)

    def weights(part: Any) -> int:
        left_out = ("embedding", "bridge")
        return sum(p.numel() for name, p in part.named_parameters() if p.dim() > 1 and not name.startswith(left_out))

    hidden = model.decoder.bridge.in_features
    per_target = weights(model.decoder) + model.output_weight.numel()
    attention = 2 * hidden * int((source * target).sum())  # scores and contexts
    return 6.0 * (weights(model.encoder) * int(source.sum()) + per_target * int(target.sum()) + attention)


def measure_training(config_path: str, run: Path, logging: bool) -> dict[str, float]:
    """Target tokens/s and FLOP/s of training as `trainer` of the configuration says, and what logging takes.

    Everything between two updates counts: batches, logging, optimiser. Without `logging` nothing is written, and no
    metric kept. `drawing`: seconds for the maps and texts of one validation; `epoch`: seconds for the updates of one.
    """
    from pytorch_lightning import Callback

    from seq2seq import load_config

    class Clock(Callback):
        started, seconds, tokens, flops = 0.0, 0.0, 0, 0.0

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            self.seconds = time.perf_counter() - self.started
            if trainer.global_step <= WARM_UP:
                self.started = time.perf_counter()
            else:
                self.tokens += batch.target_tokens * trainer.world_size  # shares are about even
                self.flops += update_flops(module.model, batch)

    config, clock = load_config(config_path), Clock()
    module = find("prepare")(config, run)
    board = find("tensorboard")(config, run, module)
    with find("quiet")():
        trainer: Any = find("build_trainer")(config, run, board)
        if not logging:
            trainer.callbacks.remove(board)
            vars(module).update(log=lambda *_, **__: None, log_dict=lambda *_, **__: None)
        trainer.callbacks.insert(0, clock)
        trainer.fit(module)
    found = {"tokens": clock.tokens / clock.seconds, "flops": clock.flops / clock.seconds}
    if logging and trainer.is_global_zero:
        board.on_train_start(trainer, module)  # opens the events again
        started = time.perf_counter()
        board.log_sentences(trainer.global_step)
        found["drawing"] = time.perf_counter() - started
        board.teardown(trainer, module, "fit")
        found["epoch"] = len(module.train_dataloader()) * clock.seconds / (trainer.global_step - WARM_UP)
    return found


def measure_memory(config_path: str, run: Path) -> dict[str, Any]:
    """Memory, in MiB, and seconds of a training with its validations, from when the program has been loaded.

    `own` is the most that is the process's own, `resident` the most with the files that it has mapped; `epochs` the
    medians of the epochs, mapped files included; `first` the seconds until the first update is made.
    """
    from pytorch_lightning import Callback

    from seq2seq import load_config

    class Epochs(Callback):
        def __init__(self) -> None:
            self.first, self.medians, self.seen = 0.0, list[float](), 0

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            self.first = self.first or time.perf_counter() - started

        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            self.medians.append(statistics.median(sum(sample) for sample in samples[self.seen :]))
            self.seen = len(samples)

    samples: list[tuple[float, float]] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.05):
            status = dict(re.findall(r"(RssAnon|RssFile):\s+(\d+) kB", Path("/proc/self/status").read_text()))
            samples.append((int(status["RssAnon"]) / 1024, int(status["RssFile"]) / 1024))

    started = time.perf_counter()
    threading.Thread(target=sample, daemon=True).start()
    config, epochs = load_config(config_path), Epochs()
    module = find("prepare")(config, run)
    board = find("tensorboard")(config, run, module)
    with find("quiet")():
        trainer: Any = find("build_trainer")(config, run, board)
        trainer.callbacks.insert(0, epochs)
        trainer.fit(module)
    ended.set()
    return {"first": epochs.first, "own": max(own for own, _ in samples), "epochs": epochs.medians,
            "resident": max(map(sum, samples))}  # fmt: skip


def measure_quality(config_path: str, run: Path) -> None:
    """Train a run, with BLEU and the negative log-likelihood (nats) a sentence of each of its validations in
    `UPDATE.json` in its folder."""
    from pytorch_lightning import Callback

    from seq2seq import load_config
    from seq2seq.text.writing import atomic_write
    from seq2seq.train.folder import write_folder
    from seq2seq.train.inputs import digests
    from seq2seq.translate.reading import log_likelihood

    class Validations(Callback):
        def on_validation_end(self, trainer: Any, module: Any) -> None:
            found = list(module.validation.evaluation.found.values())
            bleu = float(trainer.callback_metrics["val/bleu"])
            scores = {"bleu": bleu, "nll": -log_likelihood(found)[0] / len(found)}
            with atomic_write(run / f"{trainer.global_step}.json") as stream:
                stream.write(json.dumps(scores).encode())

    config = load_config(config_path)
    module = find("prepare")(config, run)
    write_folder(config, module.vocabulary, run, digests(config))
    with find("quiet")():
        trainer: Any = find("build_trainer")(config, run, find("tensorboard")(config, run, module))
        trainer.callbacks.append(Validations())
        trainer.fit(module)


def measure_translation(run: str, source: Path, beam: int, batch: int, precision: str, prune: float) -> dict[str, Any]:
    """Sentences/s in batches of so many sentences of like length, and the translations in the order of the file."""
    from seq2seq import Translator

    translator = Translator.load(run, "cpu", **({} if precision == "fp32" else {"precision": precision}))
    if prune:
        config = translator.config.changed(search={"prune": prune})
        translator = Translator(translator.engine, translator.vocabulary, config)
    lines = source.read_text(encoding="utf-8").splitlines()
    translator.translate_all(lines[:WARM_UP], beam=beam)
    order = sorted(range(len(lines)), key=lambda i: len(lines[i]))
    found: dict[int, str] = {}
    started = time.perf_counter()
    for start in range(0, len(lines), batch):
        chosen = order[start : start + batch]
        best = translator.translate_all([lines[i] for i in chosen], beam=beam, batch_tokens=1_000_000)
        found |= {i: translations[0].text for i, translations in zip(chosen, best, strict=True)}
    seconds = time.perf_counter() - started
    return {"sentences": len(lines) / seconds, "translations": [found[i] for i in range(len(lines))]}


def measure_likelihood(run: str, source: Path, target: Path) -> float:
    """Mean negative log-likelihood (nats) of a target sentence, its end included."""
    from seq2seq import Translator
    from seq2seq.translate.reading import log_likelihood, read

    pairs = list(zip(*(side.read_text(encoding="utf-8").splitlines() for side in (source, target)), strict=True))
    return -log_likelihood(read(Translator.load(run, "cpu"), pairs))[0] / len(pairs)


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("products", "training", "memory", "quality", "translation", "likelihood"))
    parser.add_argument("--config")
    parser.add_argument("--run")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--source", type=Path)
    parser.add_argument("--target", type=Path)
    parser.add_argument("--beam", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--prune", type=float, default=0.0)
    given = parser.parse_args()
    found: dict[str, Any] = {}
    if given.what == "products":
        found = measure_products()
    elif given.what == "training":
        found = measure_training(given.config, Path(given.run), not given.bare)
    elif given.what == "memory":
        found = measure_memory(given.config, Path(given.run))
    elif given.what == "quality":
        measure_quality(given.config, Path(given.run))
    elif given.what == "likelihood":
        found = {"nll": measure_likelihood(given.run, given.source, given.target)}
    else:
        found = measure_translation(given.run, given.source, given.beam, given.batch, given.precision, given.prune)
    print(json.dumps(found), file=sys.__stdout__)


if __name__ == "__main__":
    main()
