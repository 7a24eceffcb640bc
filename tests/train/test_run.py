"""Whole runs: what a folder holds, killed and resumed ones, Ctrl-C, and what is refused."""

import contextlib
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import sentences, tiny_config, write_corpus
from pytorch_lightning import Callback, Trainer
from pytorch_lightning.callbacks import Checkpoint
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import seq2seq.alignment.diagnostics
import seq2seq.train.run
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.run import gold_links, held_out_pairs, train
from seq2seq.translate.translator import Translator

NEVER = 1e6
"""Minutes between two checkpoints so that only those at the end of an epoch are left."""
ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    """As sudden as SIGKILL, but only the run dies of it, not the test."""


class Observer(Callback):
    """Writes down every update, validation and epoch that is gone through, and kills the run at a chosen moment."""

    def __init__(self, hook: str = "", step: int = 0) -> None:
        self.moment = hook, step
        self.updates: list[tuple[int, int, float, float]] = []
        self.validations: list[tuple[int, float, float]] = []
        self.epochs: list[tuple[int, int]] = []

    def _maybe_kill(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            raise Killed

    def on_train_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("train_start", trainer)

    def on_train_batch_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("batch_start", trainer)

    def on_train_batch_end(self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        metrics = trainer.callback_metrics
        self.updates.append(
            (trainer.global_step, trainer.current_epoch, metrics["train/nll"].item(), batch.target.sum().item())
        )
        self._maybe_kill("batch_end", trainer)

    def on_validation_start(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("validation_start", trainer)

    def on_validation_batch_end(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("validation_batch_end", trainer)

    def on_validation_end(self, trainer: Trainer, *_: Any) -> None:
        metrics = trainer.callback_metrics
        self.validations.append((trainer.global_step, metrics["val/nll"].item(), metrics["val/chrf"].item()))
        self._maybe_kill("validation_end", trainer)

    def on_train_epoch_end(self, trainer: Trainer, *_: Any) -> None:
        self.epochs.append((trainer.current_epoch, trainer.global_step))
        self._maybe_kill("epoch_end", trainer)

    def on_train_end(self, trainer: Trainer, *_: Any) -> None:
        self._maybe_kill("train_end", trainer)


class Late(Observer, Checkpoint):
    """An observer that Lightning calls after all others: checkpoints come last, and last among them the last added."""


Observe = Callable[[Observer], None]
Moment = tuple[type[Observer], str, int]


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> Observe:
    """Puts an observer before the callbacks of the next runs, or, a `Late` one, behind them."""
    build = seq2seq.train.run.build_trainer

    def install(observer: Observer) -> None:
        def build_observed(*arguments: Any) -> Trainer:
            trainer = build(*arguments)
            trainer.callbacks.insert(len(trainer.callbacks) if isinstance(observer, Late) else 0, observer)
            return trainer

        monkeypatch.setattr(seq2seq.train.run, "build_trainer", build_observed)

    return install


def silent_train(config: Config, run: Path) -> dict[str, Any]:
    with contextlib.redirect_stderr(io.StringIO()):
        return train(config, run)


def plain(config: Config) -> Config:
    """Without pictures, which take most of the time of a tiny run."""
    return config.changed(logging={"sentences": 0})


def scalars(run: Path, tag: str) -> list[tuple[int, float]]:
    events = EventAccumulator(str(run))
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars(tag)]


def check_same_course(observers: list[Observer], whole: Observer) -> None:
    """Were the same updates, validations and epochs gone through, bit for bit, but for what was repeated?"""
    for name in ("updates", "validations", "epochs"):
        seen = [item for observer in observers for item in getattr(observer, name)]
        assert set(seen) == set(getattr(whole, name)), name


def check_same_weights(one: Path, other: Path) -> None:
    weights, expected = load_file(one / "model.safetensors"), load_file(other / "model.safetensors")
    assert weights.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(weights[name], tensor), name


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Observer]:
    """An uninterrupted run of two epochs, observed."""
    run, observer = tmp_path_factory.mktemp("runs") / "whole", Observer()
    with pytest.MonkeyPatch.context() as patch:
        build = seq2seq.train.run.build_trainer

        def build_observed(*arguments: Any) -> Trainer:
            trainer = build(*arguments)
            trainer.callbacks.insert(0, observer)
            return trainer

        patch.setattr(seq2seq.train.run, "build_trainer", build_observed)
        silent_train(plain(tiny_config(corpus)), run)
    return run, observer


def kill_and_resume(config: Config, run: Path, moments: list[Moment], observe: Observe) -> list[Observer]:
    """Kill a run at each moment in turn, then let it end."""
    observers = [kind(hook, step) for kind, hook, step in moments]
    for observer in observers:
        observe(observer)
        with pytest.raises(Killed):
            silent_train(config, run)
    last = Observer()
    observe(last)
    silent_train(config, run)
    return [*observers, last]


def test_an_uninterrupted_run_goes_through_each_batch_once(whole: tuple[Path, Observer]) -> None:
    observer = whole[1]
    steps = [step for step, *_ in observer.updates]
    half = len(steps) // 2
    assert steps == list(range(1, 2 * half + 1)) and half > 5
    assert [epoch for _, epoch, *_ in observer.updates] == [0] * half + [1] * half
    assert [step for step, *_ in observer.validations] == [half, 2 * half]
    assert observer.epochs == [(0, half), (1, 2 * half)]
    assert [(s, pytest.approx(nll)) for s, _, nll, _ in observer.updates] == scalars(whole[0], "train/nll")


HALF = 10
MOMENTS = [
    (Observer, "train_start", 0),
    (Late, "batch_end", 1),
    (Late, "batch_end", 4),
    (Late, "batch_end", HALF),
    (Observer, "validation_batch_end", HALF),
    (Late, "validation_end", HALF),
    (Observer, "epoch_end", HALF),
    (Late, "epoch_end", HALF),
    (Late, "batch_end", HALF + 1),
    (Late, "batch_end", 2 * HALF),
    (Observer, "validation_batch_end", 2 * HALF),
    (Late, "epoch_end", 2 * HALF),
    (Observer, "train_end", 2 * HALF),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment[0].__name__}-{moment[1]}-{moment[2]}")
def test_a_killed_run_goes_on_as_if_nothing_had_been(
    moment: Moment, corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe
) -> None:
    """Lightning's own ways: a checkpoint of the last update before a validation goes on behind the validation, and one
    that is made in `on_train_batch_end` of a callback misses what the module does in its own."""
    observers = kill_and_resume(plain(tiny_config(corpus)), tmp_path / "run", [moment], observe)
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


@pytest.mark.parametrize("step", [HALF, HALF + 4])
def test_with_few_checkpoints_a_killed_run_repeats_what_is_lost(
    step: int, corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe
) -> None:
    config = plain(tiny_config(corpus)).changed(training={"checkpoint_minutes": NEVER})
    observers = kill_and_resume(config, tmp_path / "run", [(Late, "batch_end", step)], observe)
    assert observers[1].updates[0][0] == 1 + (step - 1) // HALF * HALF
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


def test_killed_again_and_again(corpus: Path, tmp_path: Path, whole: tuple[Path, Observer], observe: Observe) -> None:
    """A run that was resumed makes checkpoints that are as good as those of one that was not."""
    moments: list[Moment] = [
        (Observer, "batch_end", 3),
        (Late, "batch_end", 3),
        (Late, "batch_end", HALF),
        (Observer, "validation_end", HALF),
        (Late, "epoch_end", HALF),
        (Late, "batch_end", HALF + 1),
        (Observer, "epoch_end", 2 * HALF),
    ]
    observers = kill_and_resume(plain(tiny_config(corpus)), tmp_path / "run", moments, observe)
    check_same_course(observers, whole[1])
    check_same_weights(tmp_path / "run", whole[0])


@pytest.mark.parametrize(
    ("trainer", "moments"),
    [
        ({"val_check_interval": 4}, [(Late, "batch_end", 4), (Late, "batch_end", 5), (Observer, "validation_end", 8)]),
        ({"val_check_interval": 0.5}, [(Late, "validation_end", 5), (Late, "batch_end", 2 * HALF)]),
        (
            {"val_check_interval": 7, "check_val_every_n_epoch": None},
            [(Late, "batch_end", 7), (Late, "batch_end", HALF), (Late, "batch_end", 14)],
        ),
        (
            {"check_val_every_n_epoch": 2},
            [(Late, "batch_end", HALF), (Late, "epoch_end", HALF), (Late, "batch_end", 12)],
        ),
        ({"accumulate_grad_batches": 4}, [(Late, "batch_end", 2), (Observer, "batch_start", 4)]),
        (
            {"max_steps": 13, "max_epochs": 9},
            [(Late, "batch_end", HALF), (Late, "batch_end", 12), (Late, "epoch_end", 13)],
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_killed_under_other_arguments_of_the_trainer(
    trainer: dict[str, Any], moments: list[Moment], corpus: Path, tmp_path: Path, observe: Observe
) -> None:
    config, unbroken = plain(tiny_config(corpus, **trainer)), Observer()
    observe(unbroken)
    silent_train(config, tmp_path / "whole")
    observers = kill_and_resume(config, tmp_path / "run", moments, observe)
    check_same_course(observers, unbroken)
    check_same_weights(tmp_path / "run", tmp_path / "whole")


def test_a_run_with_an_end_goes_on_when_the_end_is_moved(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """From three updates to thirteen to two epochs; killed in between, it is not taken for finished."""

    def config(**trainer: int) -> Config:
        without_end = {"decay": "none"}  # the cosine knows where the end is
        return plain(tiny_config(corpus, **trainer)).changed(training=without_end)

    unbroken, observers = Observer(), [Observer() for _ in range(3)]
    observe(unbroken)
    expected = silent_train(config(max_epochs=2), tmp_path / "whole")
    observe(observers[0])
    first = silent_train(config(max_steps=3), tmp_path / "run")
    assert [step for step, *_ in observers[0].updates] == [1, 2, 3] and first["val"]["sentences"] == 8
    observe(observers[1])
    silent_train(config(max_steps=13), tmp_path / "run")
    killer = Late("batch_end", 16)
    observe(killer)
    with pytest.raises(Killed):
        silent_train(config(max_epochs=2), tmp_path / "run")
    observe(observers[2])
    metrics = silent_train(config(max_epochs=2), tmp_path / "run")
    updates = [update for observer in [*observers[:2], killer, observers[2]] for update in observer.updates]
    assert updates == unbroken.updates
    assert metrics["val"]["chrf"] == expected["val"]["chrf"] and metrics["epochs"] == 2
    check_same_weights(tmp_path / "run", tmp_path / "whole")


def test_early_stopping_counts_on(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """BLEU stays 0: the first epoch is the best, and two more without a better one are the end."""
    config = plain(tiny_config(corpus, max_epochs=9)).changed(training={"learning_rate": 1e-9, "patience": 2})
    moments: list[Moment] = [
        (Late, "epoch_end", HALF),
        (Late, "batch_end", 2 * HALF),
        (Late, "epoch_end", 2 * HALF),
        (Observer, "train_end", 3 * HALF),
    ]
    observers = kill_and_resume(config, tmp_path / "run", moments, observe)
    assert [epoch for observer in observers for epoch in observer.epochs] == [(0, HALF), (1, 2 * HALF), (2, 3 * HALF)]
    assert observers[-1].updates == []
    patient = dataclasses.replace(config, training=dataclasses.replace(config.training, patience=3))
    observe(observers[-1])
    assert silent_train(patient, tmp_path / "run")["epochs"] == 4
    assert observers[-1].epochs == [(3, 4 * HALF)]


def test_the_best_checkpoint_is_the_best_after_a_resume_too(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    config = plain(tiny_config(corpus, max_epochs=3)).changed(training={"monitor": "nll"})
    observers = kill_and_resume(config, tmp_path / "run", [(Late, "epoch_end", HALF), (Late, "epoch_end", 20)], observe)
    validations = [v for observer in observers for v in observer.validations]
    step, nll, _ = min(validations, key=lambda validation: validation[1])
    best = torch.load(tmp_path / "run" / "checkpoints" / "best.ckpt", weights_only=True)
    last = torch.load(tmp_path / "run" / "checkpoints" / "last.ckpt", weights_only=True)
    assert best["global_step"] == step
    (state,) = [s for name, s in last["callbacks"].items() if name.startswith("ModelCheckpoint")]
    assert state["best_model_score"].item() == pytest.approx(nll)


@pytest.mark.parametrize("killed", [False, True])
def test_the_weights_of_the_best_validations_are_kept(
    corpus: Path, tmp_path: Path, observe: Observe, killed: bool
) -> None:
    config = plain(tiny_config(corpus, max_epochs=4)).changed(training={"monitor": "nll", "keep": 2})
    run = tmp_path / "run"
    kills = [(Late, "epoch_end", HALF), (Late, "epoch_end", 20)] if killed else []
    validations = {
        v[0]: v[1] for observer in kill_and_resume(config, run, kills, observe) for v in observer.validations
    }
    best, second = sorted(validations, key=lambda step: validations[step])[:2]
    assert {path.name for path in run.glob("model-*")} == {f"model-{step}.safetensors" for step in (best, second)}
    assert (run / "model.safetensors").read_bytes() == (run / f"model-{best}.safetensors").read_bytes()
    members = [Translator.load(run / f"model-{step}.safetensors", "cpu") for step in (best, second)]
    weights = [member.model.output_bias for member in members]
    assert not torch.equal(*weights)


def test_dropout_is_on_from_the_first_update(corpus: Path, tmp_path: Path, observe: Observe) -> None:
    """Without an average it is the trained model itself that draws the first maps, and it stayed in evaluation."""
    modes = []

    class Modes(Observer):
        def on_train_batch_start(self, trainer: Trainer, module: Any, *_: Any) -> None:
            modes.append(all(part.training for part in module.model.modules()))

    config = tiny_config(corpus).changed(training={"averaging": 0.0})
    observe(Modes())
    silent_train(config, tmp_path / "run")
    assert modes == [True] * 2 * HALF


KILL = """
import os, runpy, sys
from pytorch_lightning import Callback
import seq2seq.alignment.diagnostics
import seq2seq.train.run

signal, step, sys.argv = int(sys.argv[1]), int(sys.argv[2]), ["scripts/train.py", *sys.argv[3:]]

class Kill(Callback):
    def on_train_batch_end(self, trainer, *_):
        if trainer.global_step == step:
            os.kill(os.getpid(), signal)

build = seq2seq.train.run.build_trainer

def build_killed(*arguments):
    trainer = build(*arguments)
    trainer.callbacks.append(Kill())
    return trainer

seq2seq.train.run.build_trainer = build_killed
runpy.run_path("scripts/train.py", run_name="__main__")
"""


def test_ctrl_c_and_sigkill(corpus: Path, tmp_path: Path, whole: tuple[Path, Observer]) -> None:
    """A real process: Ctrl-C, then SIGKILL, then to the end; no update is missing in TensorBoard, none there twice."""
    run, path = tmp_path / "run", tmp_path / "config.yaml"
    plain(tiny_config(corpus)).save(path)

    def start(kill: signal.Signals, step: int) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", KILL, str(int(kill)), str(step), "--config", str(path), "--run", str(run)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    interrupted = start(signal.SIGINT, 4)
    assert (interrupted.returncode, interrupted.stdout) == (130, "")
    assert "the same command goes on after update 5" in interrupted.stderr and "Traceback" not in interrupted.stderr
    killed = start(signal.SIGKILL, HALF + 3)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    ended = start(signal.SIGKILL, 0)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == json.loads((run / "metrics.json").read_bytes())
    for tag in ("train/nll", "train/gradient_norm", "train/learning_rate", "val/nll", "val/chrf"):
        assert scalars(run, tag) == [(s, pytest.approx(v, rel=1e-6)) for s, v in scalars(whole[0], tag)], tag


class Interrupting(Observer):
    """Presses Ctrl-C at its moment, once or twice."""

    times = 1

    def _maybe_kill(self, hook: str, trainer: Trainer) -> None:
        if self.moment == (hook, trainer.global_step):
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)


class InterruptingTwice(Interrupting):
    times = 2


@pytest.mark.parametrize(
    ("kind", "hook", "step", "saved"),
    [
        (Interrupting, "batch_start", 3, 4),
        (Interrupting, "validation_start", HALF, HALF),
        (Interrupting, "validation_start", 2 * HALF, 2 * HALF),
        (InterruptingTwice, "validation_start", HALF, 0),
    ],
)
def test_ctrl_c(
    kind: type[Interrupting], hook: str, step: int, saved: int, corpus: Path, tmp_path: Path, observe: Observe,
    whole: tuple[Path, Observer], capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """It ends after the update and the validation that are under way, with a checkpoint; pressed twice, at once."""
    config, handler = plain(tiny_config(corpus)), signal.getsignal(signal.SIGINT)
    config = config.changed(training={"checkpoint_minutes": NEVER})
    observer, rest = kind(hook, step), Observer()
    observe(observer)
    with pytest.raises(KeyboardInterrupt):
        train(config, tmp_path / "run")
    assert signal.getsignal(signal.SIGINT) is handler
    output = capfd.readouterr()
    assert f"goes on after update {saved}\n" in output.err and output.out == ""
    assert not (tmp_path / "run" / "metrics.json").exists()
    observe(rest)
    silent_train(config, tmp_path / "run")
    assert [step for step, *_ in rest.updates] == list(range(saved + 1, 2 * HALF + 1))
    check_same_course([observer, rest], whole[1])
    check_same_weights(tmp_path / "run", whole[0])


def test_what_a_finished_run_holds(trained: Path) -> None:
    names = {path.relative_to(trained).as_posix() for path in trained.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("events.out.tfevents")} == {
        "config.yaml", "subwords.model", "model.safetensors", "metrics.json", "checkpoints/best.ckpt",
        "checkpoints/last.ckpt",
    }  # fmt: skip
    metrics = json.loads((trained / "metrics.json").read_bytes())
    assert metrics.keys() == {"val", "test", "parameters", "epochs", "minutes", "machine"}
    assert metrics["epochs"] == 2 and 0 < metrics["minutes"] < 5 and "torch" in metrics["machine"]
    assert metrics["parameters"] == sum(t.numel() for t in load_file(trained / "model.safetensors").values())
    for split in ("val", "test"):
        scores = metrics[split]
        assert scores.keys() == {
            "sentences", "bleu", "bleu_signature", "chrf", "chrf_signature", "seconds", "aer", "precision", "recall",
            "attention",
        }  # fmt: skip
        assert scores["sentences"] == 8 and 0 <= scores["bleu"] <= 100 and 0 < scores["chrf"] <= 100


def test_what_tensorboard_shows(trained: Path) -> None:
    events = EventAccumulator(str(trained))
    events.Reload()
    training = {"loss", "nll", "perplexity", "learning_rate", "gradient_norm", "tokens_per_second"}
    attention = {"aer", "attention_entropy", "attention_end_share", "attention_coverage"}
    validation = {"nll", "perplexity", "bleu", "chrf"} | attention
    names = {f"train/{name}" for name in training} | {f"val/{name}" for name in validation}
    assert set(events.Tags()["scalars"]) == names
    for name in names:
        steps = [event.step for event in events.Scalars(name)]
        assert steps == (list(range(1, 2 * HALF + 1)) if name.startswith("train/") else [HALF, 2 * HALF]), name
    for of in ("train", "val"):
        nll, perplexity = (events.Scalars(f"{of}/{name}")[-1].value for name in ("nll", "perplexity"))
        assert perplexity == pytest.approx(2.718281828**nll, rel=1e-4)
    rates = [event.value for event in events.Scalars("train/learning_rate")]
    assert rates[:3] == pytest.approx([0.01 / 3, 0.02 / 3, 0.01]) and rates[-1] < 1e-3
    assert [event.step for event in events.Images("sentence 0")] == [0, HALF, 2 * HALF]
    assert all(image.width > 50 and image.height > 50 for image in events.Images("sentence 0"))
    texts = events.Tensors("sentence 0/text_summary")
    assert [event.step for event in texts] == [0, HALF, 2 * HALF]
    reference = sentences()[60][1].removesuffix(".")
    assert all(f"| reference | {reference}&#46; |" in event.tensor_proto.string_val[0].decode() for event in texts)
    assert "_hparams_/session_start_info" in events.PluginTagToContent("hparams")


def test_the_curves_of_attention_are_those_of_references_read_alone(trained: Path) -> None:
    """At the validation that gave the weights to translate with, though batched otherwise and in another place."""
    scores = json.loads((trained / "metrics.json").read_bytes())["val"]
    best = max(scalars(trained, "val/bleu"), key=lambda point: (point[1], -point[0]))[0]
    expected = {f"attention_{name}": scores["attention"][name] for name in ("entropy", "end_share", "coverage")}
    for name, value in ({"aer": scores["aer"]} | expected).items():
        assert dict(scalars(trained, f"val/{name}"))[best] == pytest.approx(value, abs=1e-4), name


def test_without_gold_links_there_is_no_error_rate(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        seq2seq.alignment.diagnostics, "COLLAPSED_TO_UNIFORM", 0.0
    )  # ever so little attention has collapsed
    splits = {"train": sentences()[:20], "val": sentences()[60:64]}
    train(tiny_config(write_corpus(tmp_path / "corpus", **splits), max_epochs=1), tmp_path / "run")
    events = EventAccumulator(str(tmp_path / "run"))
    tags = events.Reload().Tags()["scalars"]
    assert "val/attention_entropy" in tags and "val/aer" not in tags
    assert "warning: attention has collapsed into a uniform one" in capsys.readouterr().err


def test_gold_links_serve_both_directions_of_a_corpus() -> None:
    config = tiny_config(Path(__file__).parents[2] / "data" / "tiny-de-en")
    pairs = held_out_pairs(config)["val"]
    forward = gold_links(config, "val", pairs)
    backward = gold_links(config, "val", [(target, source) for source, target in pairs])
    assert forward and backward == [links.transposed() for links in forward] != forward
    assert gold_links(config, "dev", pairs) is None


def test_a_finished_run_is_left_alone(
    trained: Path, corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    monkeypatch.setattr(seq2seq.train.run, "prepare", None)
    assert train(tiny_config(corpus), trained) == json.loads((trained / "metrics.json").read_bytes())
    assert "is finished; raise --trainer.max_epochs" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in trained.rglob("*")} == before


def test_a_run_of_another_configuration_is_refused(trained: Path, corpus: Path) -> None:
    config = tiny_config(corpus).changed(model={"hidden_size": 32})
    with pytest.raises(InputError, match=r"was trained with model.hidden_size: 16, not 32; take another --run"):
        train(config, trained)
    free = {"training": {"patience": 0}, "search": {"beam": 7}, "logging": {"every_n_steps": 3}}
    assert train(tiny_config(corpus).changed(**free), trained)["epochs"] == 2


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_something_else_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match="is not empty, and not the folder of a run; choose another one with --run"):
        train(tiny_config(corpus), tmp_path)
    assert files(tmp_path) == {"thesis.tex": b"mine"}
    with pytest.raises(InputError, match=r"thesis\.tex: is a file, not a folder"):
        train(tiny_config(corpus), tmp_path / "thesis.tex")


def test_what_a_killed_start_has_left_is_no_hindrance(
    corpus: Path, tmp_path: Path, whole: tuple[Path, Observer]
) -> None:
    """SIGKILL between the two files that a run begins with, and amid writing one."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "subwords.model").write_bytes((whole[0] / "subwords.model").read_bytes())
    (run / ".config.yaml.a1b2c3").write_text("data")
    (run / ".keep").write_text("somebody's own")
    silent_train(plain(tiny_config(corpus)), run)
    assert not (run / ".config.yaml.a1b2c3").exists() and (run / ".keep").exists()
    check_same_weights(run, whole[0])


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda c, f: (f / "train.en").write_text("one\n"), r"train.de has 60 lines and .*train.en has 1"),
        (lambda c, f: (f / "val.de").unlink(), r"val.de: no such file"),
        (lambda c, f: (f / "test.en").write_bytes(b"\xff\n" * 8), r"test.en, line 1: byte 1 .*not valid UTF-8"),
        (lambda c, f: (f / "test.en").unlink(), r"test.en: no such file"),
        (lambda c, f: (f / "val.align").write_text("0-0\n"), r"val.align has 1 lines, but there are 8 sentence pairs"),
        (lambda c, f: (f / "test.align").write_text("9-0\n" * 8), r"test.align, line 1: link 9-0 lies outside"),
        (
            lambda c, f: c.changed(data={"max_length": 1}),
            r"every training pair is longer than data.max_length \(1 pieces",
        ),
        (lambda c, f: c.changed(subwords={"vocab_size": 100}), r"subwords.vocab_size is 100, but .* alone need \d+"),
        (lambda c, f: c.changed(trainer={"max_epochs": -7}), r"^trainer: .*max_epochs"),
        (lambda c, f: c.changed(trainer={"devices": "many"}), r"^trainer: "),
        (
            lambda c, f: c.changed(trainer={"max_epochs": -1}),
            r"decay is cosine, which needs an end: set trainer.max_epochs",
        ),
    ],
)
def test_nothing_is_written_when_the_input_is_at_fault(
    fault: Callable[[Config, Path], object], message: str, tmp_path: Path
) -> None:
    pairs = sentences()
    folder = write_corpus(tmp_path / "corpus", train=pairs[:60], val=pairs[60:68], test=pairs[68:76])
    config = tiny_config(folder)
    changed = fault(config, folder)
    config = changed if isinstance(changed, Config) else config
    with pytest.raises(InputError, match=message) as caught:
        silent_train(config, tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_long_pairs_and_a_lowered_vocabulary_are_told_of(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = plain(tiny_config(corpus)).changed(subwords={"vocab_size": 9000}, data={"max_length": 14})
    seq2seq.train.run.prepare(config, tmp_path / "run")
    lines = capsys.readouterr().err.splitlines()
    assert "training pairs (" in lines[0] and "longer than 14 pieces left out), 8 validation pairs" in lines[0]
    assert lines[1].startswith("warning: subwords.vocab_size 9,000 is more than the corpus has to give; lowered to ")
    assert not (tmp_path / "run").exists()


def test_two_readings_without_dropout_train_as_one(corpus: Path, tmp_path: Path) -> None:
    """They agree in everything, and each pair counts as before; with dropout they do not."""
    weights = {}
    for dropout in (0.0, 0.5):
        for consistency in (0.0, 5.0):
            model = {"dropout": dropout, "embedding_dropout": 0.0}
            config = plain(tiny_config(corpus, max_epochs=1))
            config = config.changed(model=model, training={"consistency": consistency})
            silent_train(config, run := tmp_path / f"{dropout}-{consistency}")
            weights[dropout, consistency] = load_file(run / "model.safetensors")
    for name in weights[0.0, 0.0]:
        assert torch.allclose(weights[0.0, 5.0][name], weights[0.0, 0.0][name], atol=1e-3), name
    name = "decoder.readout.weight"
    assert not torch.allclose(weights[0.5, 5.0][name], weights[0.5, 0.0][name], atol=1e-2)


def test_a_corpus_without_test_files_and_a_trainer_that_never_validates(tmp_path: Path) -> None:
    pairs = sentences()
    folder = write_corpus(tmp_path / "corpus", train=pairs[:60], val=pairs[60:68])
    config = plain(tiny_config(folder, max_epochs=1, limit_val_batches=0, num_sanity_val_steps=1))
    metrics = silent_train(config, tmp_path / "run")
    assert "test" not in metrics and metrics["val"]["sentences"] == 8


def test_settings_of_any_type_are_shown(corpus: Path, tmp_path: Path) -> None:
    """TensorBoard's HParams take numbers and text only; a list of devices ended a run in a traceback."""
    silent_train(plain(tiny_config(corpus, max_epochs=1, devices=[0] if torch.cuda.is_available() else 1,
                                   max_time={"minutes": 9}, profiler=None)), tmp_path / "run")  # fmt: skip
    from seq2seq.train.tensorboard import TensorBoardCallback

    board = TensorBoardCallback(tmp_path, [], lambda texts: [], {"devices": [0, 1], "none": None}, 1)
    board.log_settings({"final/val_bleu": 1.0})
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert b"[0, 1]" in events.PluginTagToContent("hparams")["_hparams_/session_start_info"]


@pytest.mark.parametrize(("asked", "answer"), [("fp32", False), ("bf16", True)])
def test_precision_as_said(asked: str, answer: bool) -> None:
    assert seq2seq.train.run.uses_bf16(asked) is answer


def test_precision_of_the_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for capabilities in ({}, {"avx512_bf16": True}, {"amx_bf16": True}):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda known=capabilities: known)
        assert seq2seq.train.run.uses_bf16("auto") is bool(capabilities)
