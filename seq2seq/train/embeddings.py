"""Word vectors that others have trained, as the embeddings that a training starts from (Qi et al. 2018).

A piece that begins a word takes the vector of what is after its `▁`, as it stands or else in lower case. A piece that
is only a part of words takes none: a word that is spelt like it is another one. It does where it has neither letter nor
digit, as a full stop, and where the words of the file are pieces themselves, with `▁` before those that begin words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from seq2seq.config.settings import Config
from seq2seq.corpus.masking import SPACE_MARK
from seq2seq.corpus.vectors import read_vectors
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.train.progress import say


@dataclass(frozen=True)
class WordVectors:
    """A file of word vectors for one side."""

    side: str
    """`source` or `target`."""
    path: Path

    @torch.no_grad()
    def give(self, model: Seq2Seq, vocabulary: Vocabulary, config: Config) -> None:
        """Copy the vectors of the pieces that the file knows into a fresh model, and say how many there are.

        All by one factor, so that their values are as large, by the root of their mean square, as the random ones.
        Raises InputError as `read_vectors`, and where no piece, or no value but 0, is found.
        """
        setting = f"init.{self.side}_embeddings"
        rows: dict[str, int] = getattr(vocabulary, self.side).rows()
        wanted = {word for piece in rows for word in (piece, *words_of(piece))}
        try:
            found = read_vectors(self.path, wanted, config.model.embedding_size)
        except InputError as error:
            raise InputError(f"{setting}: {error}") from None
        chosen = choose(rows, found)
        values = np.array([found[word] for word in chosen.values()], np.float64)
        if not values.any():
            what = "knows no word that is a piece of this corpus" if not chosen else "has no value but 0"
            raise InputError(f"{setting}: {self.path}: {what}; give the vectors of its language")
        weight = (model.encoder if self.side == "source" else model.decoder).embedding.weight
        spread = weight.double().square().mean().sqrt() / np.sqrt(np.square(values).mean())
        weight[[rows[piece] for piece in chosen]] = (torch.from_numpy(values) * spread).to(weight.dtype)
        say(f"{setting} {self.path}: {len(chosen):,} of {len(rows):,} {self.side} pieces taken")


def vectors_of(config: Config) -> list[WordVectors]:
    """What `init.source_embeddings` and `init.target_embeddings` name."""
    files = {"source": config.init.source_embeddings, "target": config.init.target_embeddings}
    return [WordVectors(side, Path(file)) for side, file in files.items() if file]


def words_of(piece: str) -> list[str]:
    """The words whose vector a piece takes, the first that there is."""
    word = piece.removeprefix(SPACE_MARK)
    if word == piece or not word:
        return [] if any(map(str.isalnum, piece)) else [piece]
    return [word, word.lower()]


def choose(pieces: Iterable[str], words: Mapping[str, object]) -> dict[str, str]:
    """The word of each piece that has one."""
    marked = sum(word.startswith(SPACE_MARK) for word in words)
    of_pieces = 3 * marked > len(words)  # text from the web has a few such words too
    found = {}
    for piece in pieces:
        known = [word for word in ([piece] if of_pieces else words_of(piece)) if word in words]
        if known:
            found[piece] = known[0]
    return found
