"""The beam of a search as a tree: each hypothesis of each step, and what became of it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor

from seq2seq.translate.hypotheses import Ending
from seq2seq.translate.translation import Translation

Fate = Literal["kept", "ended", "cut", "dropped"]
CONTINUATIONS = 10
"""Most continuations of a hypothesis that are looked at; fewer where the beam is smaller."""


@dataclass(frozen=True)
class Branch:
    """A hypothesis: that of its parent, and one piece more."""

    parent: int | None
    """Its place in the tree's branches; None where the piece is the first."""
    length: int
    """Pieces so far, the end of the sentence counted."""
    id: int
    piece: str
    piece_log_prob: float
    """Log-probability (nats) of the piece alone."""
    log_prob: float
    """Log-probability (nats) of all pieces so far."""
    score: float
    """`log_prob / length ** length_penalty`."""
    fate: Fate
    """`kept`: in the beam, and the search went on from it. `ended`: with the end of the sentence. `cut`: in the beam
    when the search stopped, since enough hypotheses had ended or at the length limit. `dropped`: not good enough."""
    rank: int | None = None
    """Its place among the translations, from 0; None for what is none of them."""


@dataclass(frozen=True)
class BeamTree:
    """All hypotheses of a search for one sentence.

    Of each hypothesis in the beam the best continuations are there, as many as the beam has but at most ten, and those
    that were taken besides.
    """

    branches: tuple[Branch, ...]
    """Step by step; in a step by their parents, the more probable before the less probable."""
    translations: tuple[Translation, ...]
    """The n-best list, as long as the beam at most: of the leaves that ended, then of those cut, the best first."""
    beam: int
    length_penalty: float

    def leaves(self) -> list[Branch]:
        """The branches that are translations, in their order: leaf i is `translations[i]`."""
        return sorted((one for one in self.branches if one.rank is not None), key=lambda one: one.rank or 0)

    def path(self, branch: Branch) -> list[Branch]:
        """The branches from the first piece to this one."""
        found = [branch]
        while found[-1].parent is not None:
            found.append(self.branches[found[-1].parent])
        return found[::-1]

    def to_dict(self) -> dict[str, Any]:
        """JSON types (docs/schema.md)."""
        return {
            "version": 2,
            "beam": self.beam,
            "length_penalty": self.length_penalty,
            "branches": [vars(one) for one in self.branches],
            "translations": [
                {"text": one.text, "score": one.score, "log_prob": one.log_prob, "finished": one.finished}
                for one in self.translations
            ],
        }


class Growing:
    """Watches the search for one sentence and grows its tree."""

    def __init__(self, beam: int, length_penalty: float, piece_of: Callable[[int], str]) -> None:
        self.beam, self.length_penalty, self.piece_of = beam, length_penalty, piece_of
        self.branches: list[Branch] = []
        self._living: list[int | None] = [None]
        self._length = 0

    def scored(self, log_probs: Tensor, totals: Tensor) -> None:
        """As `search.Watcher` has it."""
        self._vocab = log_probs.shape[2]
        self._totals = log_probs[0] + totals[0, :, None]  # beam vocab
        self._log_probs = log_probs[0].clone()

    def chosen(self, choices: Tensor, totals: Tensor, ended: list[Ending], cut: list[Ending]) -> None:
        """As `search.Watcher` has it."""
        self._length += 1
        alive = [
            choice for choice, total in zip(choices[0].tolist(), totals[0].tolist(), strict=True) if total > -torch.inf
        ]
        fates: dict[int, Fate] = dict.fromkeys(alive, "kept")
        fates.update((one.choice, "cut") for one in cut)
        fates.update((one.choice, "ended") for one in ended)
        places = {choice: self._grow(choice, fates.get(choice, "dropped")) for choice in self._seen(fates)}
        self._living = [places.get(choice) for choice in choices[0].tolist()]

    def _seen(self, taken: dict[int, Fate]) -> Iterator[int]:
        """The choices to tell of: the best of each hypothesis, and those that were taken; a hypothesis' best first."""
        best = self._totals.topk(min(self.beam, CONTINUATIONS, self._vocab)).indices.tolist()
        found = {origin * self._vocab + token for origin, tokens in enumerate(best) for token in tokens}
        sums = self._totals.flatten()
        found = {choice for choice in found if sums[choice] > -torch.inf} | set(taken)
        return iter(sorted(found, key=lambda choice: (choice // self._vocab, -float(sums[choice]))))

    def _grow(self, choice: int, fate: Fate) -> int:
        origin, token = divmod(choice, self._vocab)
        total = float(self._totals[origin, token])
        score = total / math.pow(self._length, self.length_penalty)
        piece = float(self._log_probs[origin, token])
        parent = self._living[origin]
        self.branches.append(Branch(parent, self._length, token, self.piece_of(token), piece, total, score, fate))
        return len(self.branches) - 1

    def tree(self, translations: Sequence[Translation]) -> BeamTree:
        """The tree of the search that has ended with these translations."""
        ranks = {one.ids: rank for rank, one in enumerate(translations)}
        ids: list[tuple[int, ...]] = []
        for one in self.branches:
            ids.append((*(() if one.parent is None else ids[one.parent]), one.id))
        branches = (
            replace(one, rank=ranks.get(path)) if one.fate in ("ended", "cut") else one
            for one, path in zip(self.branches, ids, strict=True)
        )
        return BeamTree(tuple(branches), tuple(translations), self.beam, self.length_penalty)
