"""`run.json`, the manifest of a run's folder: its format, the settings that its weights need, and SHA-256 of its files.

It is read before all other files. Each file is named with the digests that it may have: one, or for weights that were
replaced two, of the new ones and of those before. The digest of the new weights is written first and the weights after
it, so that a kill at any moment leaves a file with one of the two. A file without a digest is of an older run. It has
digests of the corpus too, for a training that goes on; translating does not look at them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.text.bounded import read_bounded, sha256, sha256_of
from seq2seq.text.writing import atomic_write

FORMAT = 1
"""Grows with each change after which this package would misread an older folder, or an older package a new one."""

FILE = "run.json"
MAX_BYTES = 10_000_000
"""Longest manifest."""
MAX_WEIGHTS = 1 << 40
"""Longest file of weights whose digest is taken before it is replaced, in bytes."""

ANEW = "copy the run anew, or train it anew"


@dataclass(frozen=True)
class Manifest:
    """What `run.json` says. `settings` are by their dotted names, `sha256` the digests that a file may have; `corpus`
    has the digest of each file that the training reads, and nothing of a run that is older or ships."""

    format: int
    seq2seq: str
    settings: Mapping[str, Any]
    sha256: Mapping[str, list[str]]
    corpus: Mapping[str, str] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Does it have digests of this file?"""
        return name in self.sha256

    def check_settings(self, config: Config, path: Path) -> None:
        """Raise InputError, naming the first, where settings of `path` are not those that the weights need."""
        for name, value in settings_of_weights(config).items():
            if name in self.settings and self.settings[name] != value:
                raise InputError(
                    f"{path}: {name} is {shown(value)}, but the run was trained with {shown(self.settings[name])} "
                    f"({FILE}); set it back"
                )

    def changed(self, config: Config, path: Path) -> list[str]:
        """A line for each setting of `path` that is another than in training, and changes what comes out."""
        return [
            f"{path}: {name} is {shown(value)}, and was {shown(self.settings[name])} when the run was trained"
            for name, value in settings_of_outputs(config).items()
            if name in self.settings and self.settings[name] != value
        ]

    def check_digest(self, path: Path, digest: str) -> None:
        """Raise InputError where the file of this digest is not what the run wrote under its name."""
        if path.name in self.sha256 and digest not in self.sha256[path.name]:
            raise InputError(
                f"{path}: damaged or of another run: its SHA-256 is not the one in {FILE}; {ANEW} (to use it as it is, "
                f"remove {FILE})"
            )


OLDER = Manifest(FORMAT, "an earlier version", {}, {})
"""Of a folder without one: nothing is known, and nothing is checked."""


def settings_of_weights(config: Config) -> dict[str, Any]:
    """The settings by which the same weights would be another model, by their dotted names."""
    data = config.data
    return {
        "data.source": data.source,
        "data.target": data.target,
        "data.tokenised": data.tokenised,
        "subwords.joint": config.subwords.joint,
        "alignment.aligner": config.alignment.aligner,
        **{f"model.{name}": value for name, value in asdict(config.model).items()},
    }


def settings_of_outputs(config: Config) -> dict[str, Any]:
    """The settings that may be changed at any time, and by which translations or their scores are others."""
    data = config.data
    return {
        "data.bleu_tokenize": data.bleu_tokenize,
        "data.lowercase": data.lowercase,
        **{f"search.{name}": value for name, value in asdict(config.search).items()},
    }


def write_manifest(
    config: Config, files: Mapping[str, bytes], run: Path, corpus: Mapping[str, str] | None = None
) -> None:
    """Write `run.json` of a run that sets out, or goes on, with these settings, these files beside the weights, and a
    corpus of these digests.

    Digests of weights that are there already stay.
    """
    digests = {name: [sha256(content)] for name, content in files.items()}
    old = read_manifest(run).sha256
    kept = {name: old[name] for name in old if name.endswith(".safetensors") and (run / name).is_file()}
    settings = settings_of_weights(config) | settings_of_outputs(config)
    _write(Manifest(FORMAT, version("seq2seq"), settings, digests | kept, corpus or {}), run)


def announce(path: Path, content: bytes) -> None:
    """Write into the manifest of its folder that `path` is about to have this content, or what it has now."""
    manifest = read_manifest(path.parent)
    accepted = [sha256(content)]
    if manifest.knows(path.name) and path.is_file():
        now = sha256_of(path, MAX_WEIGHTS, "remove it")
        accepted += [now] if now in manifest.sha256[path.name] and now not in accepted else []
    others = {
        name: digests
        for name, digests in manifest.sha256.items()
        if name != path.name and (path.parent / name).is_file()  # weights that were among the best and are no longer
    }
    _write(replace(manifest, seq2seq=version("seq2seq"), sha256=others | {path.name: accepted}), path.parent)


def read_manifest(run: Path) -> Manifest:
    """The manifest of a run's folder, OLDER where there is none.

    Raises InputError for a run of a newer format than this package knows, and for a manifest that is damaged.
    """
    path = run / FILE
    if not path.exists():
        return OLDER
    content = read_bounded(path, MAX_BYTES, ANEW)
    try:
        found = json.loads(content)
        number, maker = int(found["format"]), str(found.get("seq2seq", "a later version"))
        if number > FORMAT:
            raise InputError(
                f"{run}: has the run format {number}, made by seq2seq {maker}; this is seq2seq {version('seq2seq')}, "
                f"which reads up to format {FORMAT}: install a newer one"
            )
        return Manifest(number, maker, _settings(found), _digests(found), _corpus(found))
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise InputError(f"{path}: damaged; {ANEW}, or remove it to read the other files unchecked") from None


def shown(value: object) -> str:
    """A setting as YAML has it, cut where it is long."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _settings(found: dict[str, Any]) -> dict[str, Any]:
    settings = found.get("settings", {})
    if not isinstance(settings, dict):
        raise TypeError("settings must be an object")
    return settings


def _digests(found: dict[str, Any]) -> dict[str, list[str]]:
    digests = found.get("sha256", {})
    for accepted in digests.values():
        if not isinstance(accepted, list) or not all(isinstance(digest, str) for digest in accepted):
            raise TypeError("each file needs a list of digests")
    return dict(digests)


def _corpus(found: dict[str, Any]) -> dict[str, str]:
    corpus = found.get("corpus", {})
    if not all(isinstance(digest, str) for digest in corpus.values()):
        raise TypeError("each file of the corpus needs a digest")
    return dict(corpus)


def _write(manifest: Manifest, run: Path) -> None:
    with atomic_write(run / FILE) as stream:
        stream.write(json.dumps(asdict(manifest), indent=2, ensure_ascii=False).encode() + b"\n")
