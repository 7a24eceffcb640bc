"""The runs that are served, and what is asked of them: each question is bounded before it is handed to the model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from seq2seq.alignment.links import Link
from seq2seq.alignment.map import AlignmentMap
from seq2seq.show.serving.batching import Batcher
from seq2seq.show.serving.examples import examples
from seq2seq.show.serving.guard import RefusedError
from seq2seq.show.serving.limits import Limits
from seq2seq.show.serving.maps import maps_of_pairs
from seq2seq.show.serving.requests import SessionRequest, Step, TreeRequest
from seq2seq.show.serving.sessions import made, session_answer
from seq2seq.translate.arguments import Pair
from seq2seq.translate.limits import length_limit
from seq2seq.translate.translation import NBest
from seq2seq.translate.translator import Translator
from seq2seq.translate.tree import CONTINUATIONS
from seq2seq.translate.word_links import BEST, directions_of, join

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True)
class Translating:
    """Sentences to their `nbest` translations."""

    translator: Translator
    beam: int
    nbest: int

    def __call__(self, sentences: Sequence[str], /) -> list[NBest]:
        """As `translate_all`."""
        return self.translator.translate_all(sentences, beam=self.beam, nbest=self.nbest)

    def cost(self, sentence: str, /) -> int:
        """Its letters."""
        return len(sentence)


@dataclass(frozen=True)
class Aligned:
    """What there is of a given pair."""

    links: set[Link]
    maps: dict[str, AlignmentMap]


@dataclass(frozen=True)
class Aligning:
    """Pairs to their links and maps."""

    translator: Translator

    def __call__(self, pairs: Sequence[Pair], /) -> list[Aligned]:
        """Links as `seq2seq align` finds them; the maps of the decoder's attention and of the aligner."""
        by = "aligner" if self.translator.has_aligner else "attention"
        links = [
            join(forward, backward, BEST if backward is not None else "forward")
            for forward, backward in directions_of(self.translator, pairs, by)
        ]
        maps = maps_of_pairs(self.translator, pairs)
        return [Aligned(*one) for one in zip(links, maps, strict=True)]

    def cost(self, pair: Pair, /) -> int:
        """The letters of both sides."""
        return len(pair[0]) + len(pair[1])


@dataclass(frozen=True, eq=False)
class Once(Generic[Answer]):
    """A question that shares no batch: a function without arguments."""

    function: Callable[[], Answer]

    def __call__(self, items: Sequence[None], /) -> list[Answer]:
        """Its answer."""
        return [self.function() for _ in items]

    def cost(self, item: None, /) -> int:
        """None; it is alone."""
        return 0


class Models:
    """Runs by their names, and the one thread in which they run."""

    def __init__(self, translators: Mapping[str, Translator], limits: Limits) -> None:
        if not translators:
            raise ValueError("there is no run to serve")
        self.translators, self.limits = dict(translators), limits
        self.batcher = Batcher(limits.waiting)

    def find(self, name: str | None) -> tuple[str, Translator]:
        """A run by its name, or the first; RefusedError where there is none of this name."""
        if name is None:
            name = next(iter(self.translators))
        if name not in self.translators:
            raise RefusedError(404, f"there is no run {name[:100]!r} here; there is {', '.join(self.translators)}")
        return name, self.translators[name]

    def beam(self, translator: Translator, beam: int | None, nbest: int = 1) -> int:
        """The beam for so many translations; RefusedError where it is too wide, or too narrow for them."""
        most = self.limits.beam
        for what, value in (("beam", beam or 1), ("nbest", nbest)):
            if value > most:
                raise RefusedError(422, f"{what} is {value}, it must be at most {most} here")
        try:
            return min(translator.beam_for(beam, nbest), most)
        except ValueError as error:
            raise RefusedError(422, str(error)) from None

    async def translate(
        self, translator: Translator, sentences: Sequence[str], beam: int | None = None, nbest: int = 1
    ) -> list[NBest]:
        """The translations of each sentence; RefusedError where they are too many, or their maps too large."""
        self.check_count(len(sentences), "sentences")
        call = Translating(translator, self.beam(translator, beam, nbest), nbest)
        self._check_size(translator, sentences, nbest)
        return await self.batcher.run(call, sentences)

    async def align(self, translator: Translator, pairs: Sequence[Pair]) -> list[Aligned]:
        """Links and maps of given pairs; RefusedError where one is too long, or there are too many."""
        self.check_count(len(pairs), "pairs")
        for number, pair in enumerate(pairs):
            if message := translator.pair_refusal(*pair):
                raise RefusedError(422, f"pairs.{number}: {message}")
        return await self.batcher.run(Aligning(translator), pairs)

    async def once(self, function: Callable[[], Answer]) -> Answer:
        """The answer to any other question, asked in the models' thread."""
        return (await self.batcher.run(Once(function), [None]))[0]

    async def session(self, translator: Translator, asked: SessionRequest) -> dict[str, Any]:
        """A translation made step by step; RefusedError where the steps are too many, InputError for a wrong one."""
        self._check_steps(asked.steps)
        beam = self.beam(translator, asked.beam, max(asked.nbest, 1))
        return await self.once(lambda: session_answer(translator, asked.model_copy(update={"beam": beam})))

    async def tree(self, translator: Translator, asked: TreeRequest) -> dict[str, Any]:
        """The search for a sentence as a tree; RefusedError where it may be too large."""
        self._check_steps(asked.steps)
        beam, pieces = self.beam(translator, asked.beam), pieces_of(translator, asked.sentence)
        most = beam * min(beam, CONTINUATIONS) * length_limit(pieces, translator.config.search)
        if most > self.limits.branches:
            raise RefusedError(422, f"the tree may have {most:,} branches, it must be at most {self.limits.branches:,}"
                                    "; ask for a smaller beam, or a shorter sentence")  # fmt: skip
        return await self.once(lambda: made(translator, asked.sentence, asked.steps).beam_tree(beam).to_dict())

    def _check_steps(self, steps: Sequence[Step]) -> None:
        if len(steps) > self.limits.steps:
            raise RefusedError(422, f"{len(steps):,} steps, it must be at most {self.limits.steps} here")

    def check_count(self, count: int, what: str) -> None:
        """RefusedError where a request has more than its share."""
        if count > self.limits.sentences:
            raise RefusedError(422, f"{count:,} {what} in a request, it must be at most {self.limits.sentences} here")

    def _check_size(self, translator: Translator, sentences: Sequence[str], nbest: int) -> None:
        settings, total = translator.config.search, 0
        for sentence in sentences:
            pieces = pieces_of(translator, sentence)
            if pieces <= settings.max_pieces:  # what is longer has no map: it is refused
                total += nbest * translator.heads * (pieces + 1) * length_limit(pieces, settings)
        if total > self.limits.weights:
            raise RefusedError(422, f"the maps may have {total:,} weights, it must be at most {self.limits.weights:,} "
                                    "in a request; send fewer sentences, or ask for fewer translations")  # fmt: skip


def pieces_of(translator: Translator, sentence: str) -> int:
    """How many pieces a sentence has, its end not counted."""
    return len(translator.vocabulary.source.segment(sentence).ids) - 1


def description(name: str, translator: Translator) -> dict[str, Any]:
    """What a client may want to know of a run."""
    data = translator.config.data
    return {
        "name": name,
        "source": data.source,
        "target": data.target,
        "heads": translator.heads,
        "aligner": translator.has_aligner,
        "beam": translator.config.search.beam,
        "max_pieces": translator.config.search.max_pieces,
        "description": repr(translator),
        "examples": examples(translator.config.data),
    }
