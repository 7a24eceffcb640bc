"""A run's folder: what is in it, and whether a configuration is the one that it was trained with.

config.yaml         the complete configuration
run.json            the manifest: the version of this format, the settings that the weights need, SHA-256 of files and
                    of the corpus
subwords*.model     SentencePiece's models
model*.safetensors  the weights to translate with: of the best validation, and others that are kept
metrics.json        the scores of the finished run; not there before
checkpoints/        last.ckpt, to resume from
events.out.*        for TensorBoard
.lock               while a process trains: which one
"""

import dataclasses
import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seq2seq.config.reading import load_config
from seq2seq.config.settings import Config
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.bounded import read_bounded, sha256
from seq2seq.text.writing import atomic_write, reason, remove_parts
from seq2seq.train.inputs import another_setting, of_inputs, places, refuse_other_inputs
from seq2seq.translate.run_format import announce, read_manifest, write_manifest

FREE_TO_CHANGE = {"trainer", "logging", "search", "training.patience", "training.checkpoint_minutes"}
"""Settings that may differ when a run is resumed; with any other the run would be another one."""


MAX_METRICS = 10_000_000
"""Longest `metrics.json`, in bytes."""


def last_checkpoint(run: Path) -> Path:
    """Where the checkpoint to resume from is, if there is one."""
    return run / "checkpoints" / "last.ckpt"


def is_begun(run: Path) -> bool:
    """Does the folder hold the configuration and the subwords of a run?"""
    return (run / "config.yaml").is_file()


def finished_metrics(config: Config, run: Path) -> dict[str, Any] | None:
    """The scores of a run that is trained to its end, None where there is more to do.

    Raises InputError when the folder holds something else than a run, a run of a newer format, or one of another
    configuration.
    """
    if not run.exists():
        return None
    if not run.is_dir():
        raise InputError(f"{run}: is a file, not a folder; choose another one with --run")
    if not is_begun(run):
        if all(path.name.startswith((".", "subwords.", "run.json")) for path in run.iterdir()):
            return None  # killed before it had begun
        what = "is not empty and has no config.yaml, so it is not the folder of a run"
        raise InputError(f"{run}: {what}; choose another one with --run")
    manifest = read_manifest(run)
    before = load_config(run / "config.yaml")
    manifest.check_settings(before, run / "config.yaml")
    refuse_another_configuration(before, config, run)
    same_end = before.trainer == config.trainer and before.training.patience == config.training.patience
    finished = (run / "metrics.json").is_file() and same_end
    refuse_other_inputs(manifest.corpus, before, config, run, finished)
    return read_metrics(run / "metrics.json") if finished else None


def read_metrics(path: Path) -> dict[str, Any]:
    """What `write_metrics` wrote; InputError where it is damaged, of another run, or no regular file."""
    way_out, manifest = "remove it, and the same command scores the run again", read_manifest(path.parent)
    content = read_bounded(path, MAX_METRICS, way_out)
    try:
        metrics = json.loads(content)
        whole = metrics.keys() >= {"val", "parameters", "epochs", "minutes", "machine"}
    except (ValueError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise InputError(f"{path}: damaged; {way_out}")
    if manifest.knows(path.name) and sha256(content) not in manifest.sha256[path.name]:
        raise InputError(f"{path}: damaged or of another run: its SHA-256 is not the one in run.json; {way_out}")
    return dict(metrics)


@contextmanager
def lock(run: Path) -> Iterator[None]:
    """Have the folder of a run for this process alone; it is made where it is not there, and goes again if it is empty.

    The lock is on the file `.lock` in it, and ends with the process, however that ends. Raises InputError where another
    process has it, naming that process.
    """
    made = [folder for folder in (run, *run.parents) if not folder.exists()]
    try:
        run.mkdir(parents=True, exist_ok=True)
        path, descriptor = run / ".lock", _locked(run)
    except OSError as error:
        raise InputError(f"{run}: {reason(error)}") from None
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
            for folder in made:
                folder.rmdir()
        os.close(descriptor)


def _locked(run: Path) -> int:
    """The descriptor of the locked `.lock`, with this process's name in it."""
    path = run / ".lock"
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "another process"
            os.close(descriptor)
            raise InputError(f"{run}: is in use by {holder}; wait until that ends, or take another --run") from None
        except OSError:  # a disk that knows no locks
            return descriptor
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            break
        os.close(descriptor)  # who had it has removed it just now
    os.truncate(descriptor, 0)
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    os.write(descriptor, f"process {os.getpid()} on {platform.node()}, since {since}\n".encode())
    return descriptor


def refuse_another_configuration(before: Config, now: Config, run: Path) -> None:
    """Raise InputError, naming the first setting that makes `now` another run than the one in the folder."""
    settings = flatten(dataclasses.asdict(now))
    for name, value in flatten(dataclasses.asdict(before)).items():
        if settings.get(name) != value and not is_free(name) and not of_inputs(name, before, now):
            raise another_setting(run, name, value, settings.get(name))


def is_free(name: str) -> bool:
    """May a setting differ when a run is resumed?"""
    return bool({name, name.split(".")[0]} & FREE_TO_CHANGE)


def identity(config: Config, corpus: Mapping[str, str]) -> dict[str, Any]:
    """What makes a run this one and no other, for its checkpoints: its settings, and the digests of its corpus."""
    settings = flatten(dataclasses.asdict(config)).items()
    fixed = {name: value for name, value in settings if not is_free(name) and name not in places(config)}
    return {"settings": fixed, "corpus": dict(corpus)}


def flatten(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def write_folder(config: Config, vocabulary: Vocabulary, run: Path, corpus: Mapping[str, str]) -> None:
    """Write what a run starts from, and clear away what is out of date or was half written by one that was killed.

    corpus: the digests of its files."""
    for folder in (run, run / "checkpoints"):
        remove_parts(folder)
    (run / "metrics.json").unlink(missing_ok=True)
    vocabulary.save(run)
    write_manifest(config, vocabulary.files(), run, corpus)
    config.save(run / "config.yaml")


def write_metrics(metrics: dict[str, Any], run: Path) -> None:
    """Write `metrics.json`, and before it its digest: with it the run is finished."""
    content = json.dumps(metrics, indent=2, ensure_ascii=False).encode() + b"\n"
    announce(run / "metrics.json", content)
    with atomic_write(run / "metrics.json") as stream:
        stream.write(content)
