"""What a run learns from and is scored on: files that are known again by what is in them, wherever they are."""

import os
from collections.abc import Mapping
from pathlib import Path

from seq2seq.config.settings import Config
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.bounded import sha256_of
from seq2seq.train.progress import say
from seq2seq.translate.weights import WEIGHTS, find_run

GUIDE, PARENT = "alignment.guide", "init.run"
AT_THE_START = ("subwords.model", "subwords.target_model", "init.source_embeddings", "init.target_embeddings")
"""Settings with a file that is read when a run begins, and need not be there when it goes on."""
MAX_BYTES = 1 << 44
"""Longest file."""


def input_files(config: Config) -> dict[str, Path]:
    """The files that a training reads, by their names in the folder of the corpus; the guide's, those of the run
    that the training starts from, and others that it starts with, by their settings.

    Test sets besides `test` are none of them: they may be added to a corpus later, and are scored at the end.
    """
    data = config.data
    ends = {"train": (data.source, data.target)} | dict.fromkeys(("val", "test"), (data.source, data.target, "align"))
    found = {f"{split}.{end}": data.path(split, end) for split in ends for end in ends[split]}
    if names_file(config.alignment.guide):
        found[GUIDE] = Path(config.alignment.guide)
    found |= parent_files(config.init.run)
    found |= {name: Path(places(config)[name]) for name in AT_THE_START if places(config)[name]}
    return {name: path for name, path in found.items() if path.is_file()}


def names_file(guide: str) -> bool:
    """Is `alignment.guide` the name of a file?"""
    return guide not in ("", "hmm")


def parent_files(run: str) -> dict[str, Path]:
    """The files of the run that a training starts from, which need not be there; none where it starts from nothing."""
    if not run:
        return {}
    try:
        weights = find_run(run)[1]
    except InputError:
        weights = Path(run, WEIGHTS)
    subwords = {name for joint in (True, False) for name in Vocabulary.names(joint)}
    return {PARENT: weights} | {f"{PARENT}/{name}": weights.parent / name for name in sorted(subwords)}


def places(config: Config) -> dict[str, str]:
    """The settings that say where inputs are."""
    subwords, init = config.subwords, config.init
    return {
        "data.folder": config.data.folder,
        GUIDE: config.alignment.guide,
        PARENT: init.run,
        "init.source_embeddings": init.source_embeddings,
        "init.target_embeddings": init.target_embeddings,
        "subwords.model": subwords.model,
        "subwords.target_model": subwords.target_model,
    }


def of_inputs(name: str, before: Config, now: Config) -> bool:
    """Does a setting only say where inputs are? It may be another one when a run goes on: what is in them counts."""
    both = [places(config).get(name, "") for config in (before, now)]
    return all(names_file(place) if name == GUIDE else place for place in both)


def digests(config: Config, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """SHA-256 of each file that a training reads, by the names of `input_files`.

    known: the digests of a run that goes on; of a file that was read at its start, and has gone since, its own stays.
    """
    files = input_files(config).items()
    kept = {name: digest for name, digest in (known or {}).items() if name in AT_THE_START and places(config)[name]}
    return kept | {name: sha256_of(path, MAX_BYTES, "it belongs to the corpus") for name, path in files}


def refuse_other_inputs(known: Mapping[str, str], before: Config, now: Config, run: Path, finished: bool) -> None:
    """Raise InputError, naming the first, where a file is not what the run in this folder began with.

    known: its digests by name, none of a run of an earlier version: then the files have to be at the same place.
    before: the configuration of the run; now: the one to go on with. Of a finished run, files may have gone.
    """
    if not known:
        refuse_another_place(before, now, run)
        if not finished:
            say(f"warning: {run}: begun by an earlier version; whether {now.data.folder} is as it was is not known")
        return
    files, found = input_files(now), digests(now)
    for name, path in files.items():
        if name not in known:
            raise InputError(f"{path}: was not there when {run} began; take it away, or take another --run")
        if found[name] != known[name]:
            raise InputError(
                f"{path}: is not what {run} was trained with, says the SHA-256 in its run.json; put it back as it was, "
                "or take another --run"
            )
    gone = [name for name in known if name not in files and name not in AT_THE_START]
    if gone and not finished:
        elsewhere = {GUIDE: Path(now.alignment.guide)} | parent_files(now.init.run)
        path = elsewhere.get(gone[0], Path(now.data.folder, gone[0]))
        raise InputError(f"{path}: is not there, and {run} was trained with it; put it back, or take another --run")


def another_setting(run: Path, name: str, before: object, now: object) -> InputError:
    """What is said of a setting that makes a run another one than that in the folder."""
    return InputError(
        f"{run}: was trained with {name}: {before}, not {now}; take another --run, or drop the change (its config.yaml "
        "has all settings)"
    )


def refuse_another_place(before: Config, now: Config, run: Path) -> None:
    """Raise InputError where the settings name other inputs than before, in whatever spelling."""
    for (name, old), new in zip(places(before).items(), places(now).values(), strict=True):
        if os.path.realpath(old) != os.path.realpath(new):
            raise another_setting(run, name, old, new)
