"""Every fault as one line of JSON: `{"error": "..."}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from seq2seq.errors import InputError
from seq2seq.show.serving.batching import BusyError
from seq2seq.show.serving.guard import RefusedError, fault


def answer_faults(app: FastAPI) -> None:
    """Have the application answer what is raised in it."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        errors = error.errors()
        if errors[0]["type"] == "json_invalid":
            reason = f"the body is not JSON: {errors[0]['ctx']['error']} at character {errors[0]['loc'][-1]}"
            return _response(400, reason)
        return _response(422, first_fault(errors))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        path = request.scope["path"]
        reasons = {
            400: "the body is not JSON that can be read",
            404: f"there is no {path[:100]}; /docs lists what there is",
            405: f"{path} is not for {request.method}",
        }
        return _response(error.status_code, reasons.get(error.status_code, error.detail), error.headers)

    @app.exception_handler(InputError)
    async def input_error(_: Request, error: InputError) -> Response:
        return _response(422, str(error).removeprefix("--"))

    @app.exception_handler(BusyError)
    async def busy(_: Request, __: BusyError) -> Response:
        return _response(503, "too many sentences wait; try again soon", {"retry-after": "1"})

    @app.exception_handler(RefusedError)
    async def refused(_: Request, error: RefusedError) -> Response:
        return _response(error.status, error.line)


def first_fault(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first of pydantic's faults, with its place. What was sent is not in it."""
    first = errors[0]
    place = [part for part in first["loc"] if part != "body"]
    # what is no index and no name is the name of a type that was tried
    names = [str(part)[:40] for part in place if isinstance(part, int) or part.isidentifier()]
    if not names and first["type"] != "missing":
        return "the body must be a JSON object, with Content-Type: application/json"
    return f"{'.'.join(names) or 'the body'}: {first['msg']}"


def _response(status: int, line: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(fault(line), status, dict(headers or {}), "application/json")
