"""Sequence-level knowledge distillation: a student learns from what its teachers translate (Kim & Rush 2016).

FOLDER/teacher-1, teacher-2 ...  runs of the configuration, each with a seed of its own
FOLDER/corpus                    the training pairs, and their sources again with the teachers' translations
FOLDER/student                   a run of the configuration on these pairs
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seq2seq.config.settings import Config
from seq2seq.corpus.batches import read_split
from seq2seq.corpus.folder import copy_held_out
from seq2seq.errors import InputError
from seq2seq.text.bounded import sha256_of
from seq2seq.text.writing import atomic_folder, write_lines
from seq2seq.train.folder import finished_metrics
from seq2seq.train.inputs import names_file
from seq2seq.train.progress import say
from seq2seq.train.run import train
from seq2seq.train.trainer import new_trainer, uses_bf16
from seq2seq.train.trainer_settings import trainer_settings
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.parts import translations_in_parts, work_digest
from seq2seq.translate.run_format import ANEW, MAX_WEIGHTS
from seq2seq.translate.weights import find_run, load_run_config

TEACHER, CORPUS, STUDENT, KEPT = "teacher-", "corpus", "student", ".translated"
MADE = "distilled."
"""How the name of the file begins that lists the teachers; it ends with the digest of their work."""


def distil(config: Config, folder: Path, *, count: int | None = None, teachers: Sequence[str] = ()) -> dict[str, Any]:
    """Train the teachers, let them translate the training text as one, and train the student; its `metrics.json`.

    count: teachers to train, with the seed of the configuration and those after it, by default 2. teachers: runs that
    are trained already, in place of these. Each stage is done once: the same call goes on where it was stopped. The
    student reads each pair twice in an epoch, so it has half of `max_epochs`. Raises InputError for settings that do
    not fit, for a folder of something else, and where no translation is whole.
    """
    if count is not None and teachers:
        raise InputError("--teachers says how many to train, and --from gives trained ones; give one of them")
    count = 2 if count is None else count
    check(config, folder, count, teachers)
    runs = [*teachers] or [str(folder / f"{TEACHER}{number + 1}") for number in range(count)]
    if not teachers:
        configs = [config.changed(training={"seed": config.training.seed + number}) for number in range(count)]
        if (folder / CORPUS).is_dir():
            refuse_other_teachers(configs, runs, folder)
        for number, run in enumerate(runs):
            say(f"teacher {number + 1} of {count}: {run}")
            train(configs[number], Path(run))
    write_corpus(config, runs, folder)
    say(f"student: {folder / STUDENT}")
    metrics = train(of_student(config, folder / CORPUS), folder / STUDENT)
    assert metrics is not None  # of the one process
    return metrics


def check(config: Config, folder: Path, count: int, teachers: Sequence[str]) -> None:
    """Raise InputError for what would stop the work later."""
    if count < 1:
        raise InputError(f"--teachers is {count}, it must be 1 or more")
    if os.environ.get("WORLD_SIZE", "1") != "1" or new_trainer(config, folder, []).world_size > 1:
        raise InputError(
            "distil is for one process: say --trainer.devices 1; or train the teachers in several, give them with "
            "--from, and train on the corpus that they make"
        )
    if names_file(config.alignment.guide):
        raise InputError("alignment.guide is a file, whose links are not those of translations; take hmm, or no guide")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, not a folder; choose another one with --run")
    other = [path.name for path in folder.iterdir() if not _is_own(path.name)] if folder.exists() else []
    if other:
        raise InputError(f"{folder}: holds {min(other)}, which is no part of a distillation; choose another --run")
    for run in teachers:
        data = load_run_config(find_run(run)[0]).data
        asked = config.data.source, config.data.target
        if (data.source, data.target) != asked:
            raise InputError(f"{run}: translates {data.source} to {data.target}, not {asked[0]} to {asked[1]}")


def refuse_other_teachers(configs: Sequence[Config], runs: Sequence[str], folder: Path) -> None:
    """Raise InputError where teachers would be trained, or trained further, of which the corpus is not."""
    for config, run in zip(configs, runs, strict=True):
        if finished_metrics(config, Path(run)) is None:
            raise InputError(
                f"{folder / CORPUS}: was made by teachers as they were, and {run} would be trained on; remove "
                f"{folder / CORPUS} and {folder / STUDENT} for that, or choose another --run"
            )


def of_student(config: Config, corpus: Path) -> Config:
    """The configuration of the student."""
    epochs, trainer = trainer_settings(config)["max_epochs"], config.trainer
    if epochs not in (None, -1):
        trainer = trainer | {"max_epochs": (epochs + 1) // 2}
    return config.changed(data={"folder": str(corpus)}, trainer=trainer)


def write_corpus(config: Config, runs: Sequence[str], folder: Path) -> None:
    """Write the student's corpus, where it is not there; InputError where the one that is there is of other teachers.

    Pairs whose translation is not whole are in it once. What is translated is kept until all is.
    """
    data, out = config.data, folder / CORPUS
    pairs = read_split(data, "train")
    sources = [source for source, _ in pairs]
    precision = "bf16" if uses_bf16(config.training.precision) else "fp32"
    weights = [sha256_of(find_run(run)[1], MAX_WEIGHTS, ANEW) for run in runs]
    search = config.search
    how = [search.beam, search.length_penalty, search.prune, search.max_length_ratio]
    digest = work_digest([*weights, *map(str, how)], [side for pair in pairs for side in pair])
    if out.is_dir():
        if not (out / f"{MADE}{digest}").is_file():
            raise InputError(
                f"{out}: is not of these teachers, this text and this search; choose another --run, or remove it and "
                f"{folder / STUDENT}"
            )
        return
    translator = load_runs(runs, precision=precision)
    found: list[str] = []
    for texts in translations_in_parts(translator, sources, config.search.beam, folder / KEPT / digest):
        found += texts
        say(f"{len(found):,} of {len(pairs):,} training sentences translated")
    whole = [(source, text) for source, text in zip(sources, found, strict=True) if text]
    if not whole:
        raise InputError(f"{', '.join(runs)}: no translation is whole; are the teachers trained to their end?")
    if missing := len(pairs) - len(whole):
        say(f"warning: {missing:,} pairs have no whole translation, and stand in {out} once")
    with atomic_folder(out) as made_folder:
        for side, language in enumerate((data.source, data.target)):
            write_lines(made_folder / f"train.{language}", (pair[side] for pair in [*pairs, *whole]))
        copy_held_out(data.folder, (data.source, data.target), made_folder)
        write_lines(made_folder / f"{MADE}{digest}", runs)
    shutil.rmtree(folder / KEPT)


def _is_own(name: str) -> bool:
    return name.startswith((TEACHER, ".")) or name in (CORPUS, STUDENT)
