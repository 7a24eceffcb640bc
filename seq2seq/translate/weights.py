"""A run's folder on disk: where it is, its configuration, and the weights of its model."""

import difflib
import math
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save

from seq2seq import shipped
from seq2seq.config.reading import load_config
from seq2seq.config.settings import Config
from seq2seq.corpus.subwords import MAX_BYTES
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.bounded import open_regular, sha256_of
from seq2seq.text.writing import atomic_write
from seq2seq.translate.arguments import check_path
from seq2seq.translate.run_format import ANEW, MAX_WEIGHTS, OLDER, Manifest, announce, read_manifest

WEIGHTS = "model.safetensors"
DTYPES = ("F32", "BF16", "F16")
"""Kinds of number that weights may have."""
HEADER, BYTES = 10_000_000, 4
"""Most bytes of the header of a file of weights, and of each weight."""
NOT_OURS = "not the weights of the model in config.yaml"


def find_run(run: str | Path) -> tuple[Path, Path]:
    """The folder of a run and the file of its weights: those of the folder, or the `.safetensors` file that is named.

    Where there is no such folder, a run of that name that ships is taken. Raises InputError where there is neither,
    TypeError for what is no name.
    """
    path = check_path("run", run, "the folder of a run or the name of one that ships")
    if path.suffix == ".safetensors":
        return path.parent, path
    folder = path if os.path.isdir(path) else shipped.run(str(run))
    if folder is None:
        raise InputError(f"{run}: no such folder, and no run of that name ships; {way_out(str(run))}")
    return folder, folder / WEIGHTS


def way_out(name: str) -> str:
    """What to give in place of a name that no run has: the nearest that ships, or else all of them."""
    names = shipped.runs()
    if close := difflib.get_close_matches(name, names, 1):
        return f"did you mean {close[0]}?"
    return f"what ships is {', '.join(names) or 'none'}; to train one of your own, see `seq2seq train --help`"


def run_digest(run: str | Path) -> str:
    """A digest of all that a run's translations depend on: its settings, its subwords, its weights; InputError where
    they cannot be read."""
    folder, weights = find_run(run)
    names = ["config.yaml", *Vocabulary.names(load_run_config(folder).subwords.joint), weights.name]
    return " ".join(sha256_of(folder / name, MAX_WEIGHTS, ANEW) for name in names)


def build_model(config: Config, vocabulary: Vocabulary) -> Seq2Seq:
    """A model of the configuration's shape, with random weights."""
    sizes = len(vocabulary.source), len(vocabulary.target)
    return Seq2Seq(config.model, *sizes, vocabulary.joint, config.alignment.aligner)


def load_run_config(run: Path) -> Config:
    """The configuration of a run's folder; InputError when it is none, or not the one that the weights need."""
    return load_settings(run)[0]


def load_settings(run: Path) -> tuple[Config, Manifest]:
    """The configuration of a run's folder, and its manifest, which is read first; InputError as `load_run_config`."""
    if not run.is_dir():
        raise InputError(f"{run}: no such folder; train a run first, see `seq2seq train --help`")
    if not (run / "config.yaml").is_file():
        raise InputError(f"{run}: no config.yaml in it, so it is not the folder of a run")
    manifest = read_manifest(run)
    config = load_config(run / "config.yaml")
    manifest.check_settings(config, run / "config.yaml")
    return config, manifest


def load_vocabulary(run: Path, config: Config, manifest: Manifest) -> Vocabulary:
    """The subwords of a run's folder; InputError where a model is missing, damaged or of another run."""
    for name in Vocabulary.names(config.subwords.joint):
        if manifest.knows(name):  # before it is parsed
            manifest.check_digest(run / name, sha256_of(run / name, MAX_BYTES, ANEW))
    return Vocabulary.load(run, config.subwords.joint, config.data.tokenised)


def warn_of_unchecked(run: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Say on stderr which files the manifest has no digest of, so that they were read unchecked."""
    if unknown := [name for name in names if not manifest.knows(name)]:
        print(f"warning: {run}: read unchecked, for run.json has no SHA-256 of {', '.join(unknown)}", file=sys.stderr)


def warn_of_changed(run: Path, manifest: Manifest, config: Config) -> None:
    """Say on stderr which settings of a run's folder change what comes out, and are not those of its training."""
    for line in manifest.changed(config, run / "config.yaml"):
        print(f"warning: {line}", file=sys.stderr)


def save_weights(model: Seq2Seq, path: Path) -> None:
    """Write the weights, tied ones once (safetensors refuses two names for one tensor), in one step, and before them
    their digest (`run_format`)."""
    content = save({name: parameter.detach().cpu().contiguous() for name, parameter in model.named_parameters()})
    announce(path, content)
    with atomic_write(path) as stream:
        stream.write(content)


def load_weights(path: Path, config: Config, vocabulary: Vocabulary, manifest: Manifest = OLDER) -> Seq2Seq:
    """The model that `save_weights` wrote; in float32, into which bf16 is read without loss.

    Nothing is allocated before the names and shapes in the file are found to be those of the configuration. Raises
    InputError where they are not, for a file that is missing or damaged, and for weights that are not finite.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; train the run first, to its first validation at least")
    with torch.device("meta"):
        wanted = {name: tuple(weight.shape) for name, weight in build_model(config, vocabulary).named_parameters()}
    open_regular(path, HEADER + BYTES * sum(map(math.prod, wanted.values())), NOT_OURS).close()
    try:
        check_pieces(path, wanted)
        check_header(path, wanted)
        if manifest.knows(path.name):
            manifest.check_digest(path, sha256_of(path, MAX_WEIGHTS, ANEW))
        model = build_model(config, vocabulary)
        model.load_state_dict(load_file(path), strict=False)
    except (SafetensorError, OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise InputError(f"{path}: {NOT_OURS} ({reason}); {ANEW}") from None
    for name, weight in model.named_parameters():
        if not weight.isfinite().all():
            raise InputError(f"{path}: {name} has weights that are not finite; {ANEW}")
    return model


def check_pieces(path: Path, wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Raise InputError, naming the subwords, where these have not as many pieces as the weights are made for."""
    for name, which in (("output_bias", "target"), ("encoder.embedding.weight", "source")):
        with safe_open(path, "pt") as file:
            if name not in wanted or name not in file.keys():  # noqa: SIM118 (no mapping)
                continue
            shape = file.get_slice(name).get_shape()
        if shape and shape[0] != wanted[name][0]:
            folder, own = path.parent, f"subwords.{which}.model"
            raise InputError(
                f"{folder / own if (folder / own).exists() else folder / 'subwords.model'}: has {wanted[name][0]:,} "
                f"pieces, and {path.name} is made for {shape[0]:,}; one of the two is of another run: {ANEW}"
            )


def check_header(path: Path, wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Raise RuntimeError unless the names, shapes and kinds of number in the header of a safetensors file are right."""
    with safe_open(path, "pt") as file:
        found = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        for name, shape in wanted.items():
            if name not in found:
                raise RuntimeError(f"{name} is missing")
            if (own := tuple(found[name].get_shape())) != shape:
                raise RuntimeError(f"{name} has the shape {list(own)}, not {list(shape)}")
            if found[name].get_dtype() not in DTYPES:
                raise RuntimeError(f"{name} has numbers of the kind {found[name].get_dtype()}")
        if more := found.keys() - wanted.keys():
            raise RuntimeError(f"{min(more)} is too many")
