"""What can be asked of the models: translate, align, explain."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from seq2seq.alignment.links import format_pharaoh
from seq2seq.alignment.schema import VERSION, to_json, translation_to_dict
from seq2seq.show.serving import answers
from seq2seq.show.serving.guard import RefusedError
from seq2seq.show.serving.models import Aligned, Models, description
from seq2seq.show.serving.requests import AlignRequest, ExplainRequest, SessionRequest, TranslateRequest, TreeRequest
from seq2seq.show.viewer import view
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import Translator

Explain = Callable[[Translator, ExplainRequest], dict[str, Any]]
"""A step of a translation worked out: `answers.ExplainAnswer` but for the run. Handed down, for it stands above."""


async def as_json(make: Callable[[], dict[str, Any]]) -> Response:
    """An answer, written outside of the event loop. It was made by this program: large ones are not checked again."""
    return Response(await run_in_threadpool(lambda: to_json(make())), media_type="application/json")


def translation(models: Models, explain: Explain) -> APIRouter:
    """Translations, word links, worked numbers."""
    routes = APIRouter(prefix="/api", tags=["Translation"])

    @routes.post("/translate", response_model=answers.TranslateAnswer)
    async def translate(asked: TranslateRequest) -> Response:
        """Translate sentences.

        A sentence beyond the limits is refused: one alone with status 422, one of a list by the field `refused` of its
        translation."""
        run, translator = models.find(asked.run)
        single = isinstance(asked.sentences, str)
        texts = [asked.sentences] if isinstance(asked.sentences, str) else asked.sentences
        found = await models.translate(translator, texts, asked.beam, asked.nbest)
        if single and found[0][0].refused is not None:
            raise RefusedError(422, found[0][0].refused)
        told = told_with_map if asked.maps else told_as_text
        return await as_json(
            lambda: {"run": run, "translations": [[told(translator, one) for one in best] for best in found]}
        )

    @routes.post("/session", response_model=answers.SessionAnswer)
    async def session(asked: SessionRequest) -> Response:
        """Translate step by step.

        Each request has all steps from the beginning, for the server keeps none: to step back, send one less. A step
        takes the model's choice (`accept`), a piece (`take`) or any text (`force`), or replaces the attention of the
        piece that comes next (`attend`)."""
        run, translator = models.find(asked.run)
        found = await models.session(translator, asked)
        return await as_json(lambda: {"run": run, **found})

    @routes.post("/tree", response_model=answers.TreeAnswer)
    async def tree(asked: TreeRequest) -> Response:
        """See the beam of a search: each hypothesis of each step, and what became of it."""
        run, translator = models.find(asked.run)
        found = await models.tree(translator, asked)
        return await as_json(lambda: {"run": run, "tree": found})

    @routes.post("/align", response_model=answers.AlignAnswer)
    async def align(asked: AlignRequest) -> Response:
        """Link the words of sentence pairs."""
        run, translator = models.find(asked.run)
        found = await models.align(translator, [(pair.source, pair.target) for pair in asked.pairs])
        return await as_json(lambda: {"run": run, "pairs": [told_pair(one, asked.maps) for one in found]})

    @routes.post("/explain", response_model=answers.ExplainAnswer)
    async def work_out(asked: ExplainRequest) -> Response:
        """Work out one step of a translation, number by number."""
        run, translator = models.find(asked.run)
        beam = models.beam(translator, asked.beam)
        found = await models.once(lambda: explain(translator, asked.model_copy(update={"beam": beam})))
        return await as_json(lambda: {"run": run, **found})

    return routes


def state(models: Models) -> APIRouter:
    """What is served, and whether it lives."""
    routes = APIRouter(tags=["Server"])

    @routes.get("/health")
    async def health() -> answers.Health:
        """Is the server alive?"""
        return answers.Health(status="ok", waiting=len(models.batcher))

    @routes.get("/api/version")
    async def versions() -> answers.Version:
        """The version of the program and of its JSON."""
        return answers.Version(version=version("seq2seq"), schema_version=VERSION)

    @routes.get("/api/runs")
    async def runs() -> list[answers.RunAnswer]:
        """The runs that are served."""
        return [answers.RunAnswer(**description(*one)) for one in models.translators.items()]

    return routes


def told_with_map(translator: Translator, translation: Translation) -> dict[str, Any]:
    """A translation as docs/schema.md has it."""
    return translation_to_dict(translation, translator.unknown_share(translation.alignment.source))


def told_as_text(_: Translator, translation: Translation) -> dict[str, Any]:
    """A translation without its map."""
    return {name: getattr(translation, name) for name in ("text", "score", "log_prob", "finished", "refused")}


def told_pair(found: Aligned, with_maps: bool) -> dict[str, Any]:
    """The links of a pair, and its maps where they are wanted."""
    links: Sequence[tuple[int, int]] = sorted(found.links)
    maps = view(found.maps) if with_maps else None
    return {"links": [list(link) for link in links], "pharaoh": format_pharaoh(found.links), "view": maps}
