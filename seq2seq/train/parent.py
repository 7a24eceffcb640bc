"""The run that a training starts from: which of its weights the new model takes.

A model trained on many pairs knows the target language, and how to attend, before it sees the few pairs of its own
(Zoph et al. 2016; Kocmi & Bojar 2018). A tensor is taken where the new model has one of its name and shape. Embeddings
and the output layer are taken row by row: each piece that both vocabularies have keeps its row, whatever its id is.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from seq2seq.config.settings import Config
from seq2seq.corpus.subwords import Subwords
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.train.progress import say
from seq2seq.translate.weights import find_run, load_settings, load_vocabulary, load_weights

EMBEDDINGS = "embeddings"


@dataclass(frozen=True)
class Parent:
    """A trained run, to be taken over."""

    name: str
    """As `init.run` has it."""
    config: Config
    vocabulary: Vocabulary
    model: Seq2Seq

    def vocabulary_for(self, config: Config) -> Vocabulary:
        """The parent's subwords, for a run of this configuration.

        Raises InputError where one of the two has a vocabulary for both languages, and the other one for each.
        """
        own, asked = self.config.subwords.joint, config.subwords.joint
        if own != asked:
            raise InputError(
                f"init.run {self.name}: has subwords.joint: {str(own).lower()}, this run {str(asked).lower()}, so it "
                "cannot keep the same subwords; set it to the same, or init.subwords: new"
            )
        tokenised = config.data.tokenised
        source = Subwords(self.vocabulary.source.model, tokenised)
        return Vocabulary(source, source if own else Subwords(self.vocabulary.target.model, tokenised))

    def give(self, model: Seq2Seq, vocabulary: Vocabulary, config: Config) -> None:
        """Copy the parts that `init.parts` names into a fresh model, and say what was taken.

        Raises InputError, naming the settings that differ, where nothing of a part fits that both models have.
        """
        for part in config.init.chosen:
            taken, of = self._rows(model, vocabulary) if part == EMBEDDINGS else self._tensors(model, part)
            if of and not taken:
                raise InputError(
                    f"init.run {self.name}: nothing of its {part} fits; {self._differences(config)}, or leave {part} "
                    "out of init.parts"
                )

    @torch.no_grad()
    def _tensors(self, model: Seq2Seq, part: str) -> tuple[int, int]:
        """Copy the tensors of a part; how many were taken, and how many the new model has."""
        own = dict(_tensors_of(model, part))
        given = dict(_tensors_of(self.model, part))
        fitting = [name for name in own if name in given and given[name].shape == own[name].shape]
        for name in fitting:
            own[name].copy_(given[name])
        if own:
            say(f"init.run {self.name}: {part}: {len(fitting):,} of {len(own):,} tensors taken{_fresh(own, fitting)}")
        return len(fitting), len(own) if given else 0

    @torch.no_grad()
    def _rows(self, model: Seq2Seq, vocabulary: Vocabulary) -> tuple[int, int]:
        """Copy the rows of pieces that both vocabularies know; how many were taken, and how many there are."""
        if model.decoder.embedding.weight.shape[1] != self.model.decoder.embedding.weight.shape[1]:
            return 0, len(vocabulary.target)
        total = 0
        for side in ("source", "target"):
            own: dict[str, int] = getattr(vocabulary, side).rows()
            given: dict[str, int] = getattr(self.vocabulary, side).rows()
            known = [piece for piece in own if piece in given]
            to, of = [own[piece] for piece in known], [given[piece] for piece in known]
            for new, old in zip(_matrices(model, side), _matrices(self.model, side), strict=True):
                new[to] = old[of]
            say(f"init.run {self.name}: embeddings: {len(known):,} of {len(own):,} {side} pieces taken")
            total += len(known)
        return total, len(vocabulary.source) + len(vocabulary.target)

    def _differences(self, config: Config) -> str:
        """The settings of the model that differ, as what to set them to."""
        before, now = asdict(self.config.model), asdict(config.model)
        names = [name for name in before if before[name] != now[name] and "dropout" not in name]
        return "set " + " and ".join(f"model.{name} to {before[name]} (it is {now[name]})" for name in names)


def parent_of(config: Config) -> Parent | None:
    """The run that `init.run` names, None where it names none; InputError where it is no trained run."""
    if not config.init.run:
        return None
    try:
        folder, weights = find_run(config.init.run)
        own, manifest = load_settings(folder)
        vocabulary = load_vocabulary(folder, own, manifest)
        return Parent(config.init.run, own, vocabulary, load_weights(weights, own, vocabulary, manifest))
    except InputError as error:
        raise InputError(f"init.run: {error}") from None


def _tensors_of(model: Seq2Seq, part: str) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a part by name, embeddings left out."""
    for name, tensor in model.named_parameters():
        if name.startswith(f"{part}.") and ".embedding." not in name:
            yield name, tensor


def _matrices(model: Seq2Seq, side: str) -> list[Tensor]:
    """What has a row for each piece of a side; tied ones stand for each other."""
    if side == "source":
        return [model.encoder.embedding.weight]
    return [model.decoder.embedding.weight, model.output_weight, model.output_bias]


def _fresh(own: dict[str, Tensor], taken: list[str]) -> str:
    """Which tensors stay as they were drawn."""
    left = [name for name in own if name not in taken]
    more = f" and {len(left) - 3:,} more" if len(left) > 3 else ""
    return f"; left fresh: {', '.join(left[:3])}{more}" if left else ""
