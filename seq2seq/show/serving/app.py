"""The application: its routes behind the guard."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from seq2seq.show.serving import answers, libre, pages, routes
from seq2seq.show.serving.faults import answer_faults
from seq2seq.show.serving.guard import LOOPBACK, App, Guard
from seq2seq.show.serving.limits import Limits
from seq2seq.show.serving.models import Models
from seq2seq.translate.translator import Translator

FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": answers.Fault, "description": what}
    for status, what in (
        (400, "No request that can be read."),
        (404, "There is no such run."),
        (408, "The body was too slow."),
        (413, "The body is too large."),
        (415, "The body is of another kind."),
        (421, "The server does not go by this name."),
        (422, "A field is wrong, or beyond the limits."),
        (503, "Too much is waiting; try again after `Retry-After` seconds."),
    )
}


def create_app(
    translators: Mapping[str, Translator],
    explain: routes.Explain,
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

    app = FastAPI(
        title="seq2seq",
        description="Translation with attention that a person can see through.",
        version=version("seq2seq"),
        docs_url=None,  # it would load scripts from elsewhere; `pages` has one of our own
        redoc_url=None,
        redirect_slashes=False,
        responses=FAULTS,
        lifespan=life,
    )
    answer_faults(app)
    for router in (routes.translation(models, explain), libre.router(models), routes.state(models), pages.router()):
        app.include_router(router)
    return Guard(app, limits, hosts)
