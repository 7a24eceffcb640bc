"""The routes of the server."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from seq2seq.alignment.links import format_pharaoh
from seq2seq.alignment.schema import VERSION, to_json, translation_to_dict
from seq2seq.show.serving import answers, libre
from seq2seq.show.serving.faults import answer_faults
from seq2seq.show.serving.guard import LOOPBACK, App, Guard
from seq2seq.show.serving.limits import Limits
from seq2seq.show.serving.models import Models, description
from seq2seq.show.serving.requests import AlignRequest, ExplainRequest, TranslateRequest
from seq2seq.translate.translator import Translation, Translator

Explain = Callable[[Translator, ExplainRequest], dict[str, Any]]
"""A step of a translation worked out: `answers.ExplainAnswer` but for the run. Handed down, for it stands above."""

FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": answers.Fault, "description": what}
    for status, what in ((400, "No request that can be read."), (404, "There is no such run."), (408, "Too slow."),
                         (413, "Too large."), (415, "Not JSON."), (422, "A field is wrong, or beyond the limits."),
                         (503, "Too much is waiting; try again after `Retry-After` seconds."))
}  # fmt: skip


def create_app(
    translators: Mapping[str, Translator],
    explain: Explain,
    limits: Limits | None = None,
    hosts: Collection[str] | None = LOOPBACK,
) -> App:
    """The ASGI application that serves runs by their names, the first of them where a request names none.

    `hosts` are the names that it answers to; None is any. Raises ValueError where there is no run.
    """
    limits = limits or Limits()
    models = Models(translators, limits)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(models.batcher.close)

    app = FastAPI(title="seq2seq", version=version("seq2seq"), docs_url=None, redoc_url=None, lifespan=life,
                  description="Translation with attention that a person can see through.",
                  responses=FAULTS, redirect_slashes=False)  # fmt: skip
    answer_faults(app)
    for routes in (translation(models), inspection(models, explain), libre.router(models), state(models), pages()):
        app.include_router(routes)
    return Guard(app, limits, hosts)


def _json(data: dict[str, Any]) -> Response:
    """An answer as it is: it was made by this program, and large ones are not checked again."""
    return Response(to_json(data), media_type="application/json")
