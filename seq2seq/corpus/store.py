"""A training text that is cut into subwords once and read from disk from then on: `FOLDER/store/KEY` of its corpus.

source.text, target.text  the sentences, as UTF-8
source.ids, target.ids    their pieces, as 16 or 32 bits each
subwords*.model           the models that cut them

checksums.json            CRC-32 of each of these files

Each of the first two is a `Ragged`, in two files. The key is of the text, and of the models or the settings that they
are trained with: a store is never read for another text or another vocabulary.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple, overload

import numpy as np
from tqdm import tqdm

from seq2seq.config.settings import Config
from seq2seq.corpus.folder import STORE
from seq2seq.corpus.ragged import Ragged, appending
from seq2seq.corpus.splits import Pair
from seq2seq.corpus.subwords import Subwords
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.files import stream_parallel
from seq2seq.text.writing import atomic_folder

LARGE = 100_000_000
"""Bytes of training text from which on it is read from a store without being asked."""
FORMAT = 1
CHECKSUMS = "checksums.json"
CHUNK = 10_000
"""Sentences that are cut at once."""


class StoredPairs(Sequence[Pair]):
    """The sentence pairs of a store, each read when it is asked for."""

    def __init__(self, source: Ragged, target: Ragged) -> None:
        self.source, self.target = source, target

    def __len__(self) -> int:
        return len(self.source)

    @overload
    def __getitem__(self, position: int) -> Pair: ...

    @overload
    def __getitem__(self, position: slice) -> list[Pair]: ...

    def __getitem__(self, position: int | slice) -> Pair | list[Pair]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        return self.source[position].tobytes().decode(), self.target[position].tobytes().decode()

    def __iter__(self) -> Iterator[Pair]:
        return (self[position] for position in range(len(self)))


class Store(NamedTuple):
    """What training reads."""

    folder: Path
    vocabulary: Vocabulary
    pairs: StoredPairs
    ids: tuple[Ragged, Ragged]
    """The pieces of the sources and of the targets, without special ones."""


def is_large(config: Config) -> bool:
    """Is the training text so long that it is read from a store?"""
    paths = [config.data.path("train", end) for end in (config.data.source, config.data.target)]
    return all(path.is_file() for path in paths) and sum(path.stat().st_size for path in paths) > LARGE


def find_store(config: Config, digests: Mapping[str, str], vocabulary: Vocabulary | None) -> Store | None:
    """The store of a corpus, None where none has been made.

    digests: SHA-256 of `train.SOURCE` and `train.TARGET`, by their names. vocabulary: the models to read with; None for
    those that are trained on this text. Raises InputError for a store that is damaged.
    """
    if not all(f"train.{end}" in digests for end in (config.data.source, config.data.target)):
        return None  # no files: who reads them says so
    for key in {_key(config, digests, None), _key(config, digests, vocabulary)}:
        folder = Path(config.data.folder, STORE, key)
        if folder.is_dir():
            _check(folder)
            found = _open(folder, config)
            if vocabulary is None or vocabulary.files() == found.vocabulary.files():
                return found
    return None


def make_store(config: Config, digests: Mapping[str, str], vocabulary: Vocabulary | None) -> Store:
    """Make a store of the training text, in one step, and open it; the arguments are those of `find_store`.

    Raises InputError as `stream_parallel`, where the settings of the subwords do not fit the text, and where the folder
    cannot be written.
    """
    data = config.data
    folder = Path(data.folder, STORE, _key(config, digests, vocabulary))
    with atomic_folder(folder) as made:
        pairs = stream_parallel(data.path("train", data.source), data.path("train", data.target))
        with appending(made / "source.text", np.uint8) as source, appending(made / "target.text", np.uint8) as target:
            for pair in tqdm(pairs, "reading", unit=" pairs", disable=None):
                source(pair[0].encode())
                target(pair[1].encode())
        text = _pairs(made)
        vocabulary = vocabulary or Vocabulary.train(text, config.subwords, data.tokenised)
        vocabulary.save(made)
        _write_ids(made / "source.ids", text.source, vocabulary.source)
        _write_ids(made / "target.ids", text.target, vocabulary.target)
        (made / CHECKSUMS).write_text(json.dumps(_checksums(made), indent=2))
    return _open(folder, config)  # not checked: its sums have just been made


def _key(config: Config, digests: Mapping[str, str], vocabulary: Vocabulary | None) -> str:
    data = config.data
    text = [digests[f"train.{end}"] for end in (data.source, data.target)]
    if vocabulary is None:
        settings = asdict(config.subwords)
        for name in ("sampling", "model", "target_model"):  # of training, or of models that are given
            del settings[name]
        models: object = settings
    else:
        models = [hashlib.sha256(model).hexdigest() for model in vocabulary.files().values()]
    return hashlib.sha256(json.dumps([FORMAT, text, models]).encode()).hexdigest()[:16]


def _checksums(folder: Path) -> dict[str, int]:
    """CRC-32 of each file, by its name."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name != CHECKSUMS:
            checksum = 0
            with open(path, "rb") as stream:
                while part := stream.read(1 << 20):
                    checksum = zlib.crc32(part, checksum)
            found[path.name] = checksum
    return found


def _check(folder: Path) -> None:
    """Raise InputError for a store that is damaged."""
    try:
        whole = json.loads((folder / CHECKSUMS).read_bytes()) == _checksums(folder)
    except (OSError, ValueError):
        whole = False
    if not whole:
        raise InputError(f"{folder}: is damaged; remove it, and the text is read anew")


def _open(folder: Path, config: Config) -> Store:
    vocabulary = Vocabulary.load(folder, config.subwords.joint, config.data.tokenised)
    source = Ragged.open(folder / "source.ids", _dtype(vocabulary.source))
    target = Ragged.open(folder / "target.ids", _dtype(vocabulary.target))
    return Store(folder, vocabulary, _pairs(folder), (source, target))


def _pairs(folder: Path) -> StoredPairs:
    return StoredPairs(Ragged.open(folder / "source.text", np.uint8), Ragged.open(folder / "target.text", np.uint8))


def _dtype(subwords: Subwords) -> type[np.integer]:
    return np.uint16 if len(subwords) <= 1 << 16 else np.int32


def _write_ids(path: Path, text: Ragged, subwords: Subwords) -> None:
    """Cut the sentences, many at once."""
    chunks = range(0, len(text), CHUNK)
    with appending(path, _dtype(subwords)) as append:
        for start in tqdm(chunks, f"cutting {path.stem} into pieces", unit=f" x {CHUNK:,}", disable=None):
            rows = range(start, min(start + CHUNK, len(text)))
            for ids in subwords.encode([text[row].tobytes().decode() for row in rows]):
                append(ids)
