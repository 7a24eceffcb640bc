"""The shape in which LibreTranslate's clients ask: `POST /translate` with q, source and target, and `GET /languages`.

They send JSON, a form, or a query: all three are read.
"""

from json import JSONDecodeError
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError

from seq2seq.show.serving import answers
from seq2seq.show.serving.faults import first_fault
from seq2seq.show.serving.guard import RefusedError
from seq2seq.show.serving.models import Models
from seq2seq.show.serving.requests import Items, Text
from seq2seq.translate.translator import Translator

FIELDS = 20
"""Most of a form."""


class LibreRequest(BaseModel):
    """What LibreTranslate knows; what else a client sends, such as an `api_key`, is not looked at."""

    q: Text | Items[Text] = Field(description="Text to translate, or several.")
    source: str = Field("auto", description="Code of its language; `auto`: the only one there is.", examples=["de"])
    target: str = Field(description="Code of the language to translate into.", examples=["en"])
    format: str = Field("text", description="`text`; HTML is not translated.")
    alternatives: int = Field(0, ge=0, le=1000, description="More translations, best first.")


_CONTENT = {kind: {"schema": LibreRequest.model_json_schema()}
            for kind in ("application/json", "application/x-www-form-urlencoded")}  # fmt: skip


def router(models: Models) -> APIRouter:
    """The routes over these models. Of runs of the same languages, the first one answers."""
    routes = APIRouter(tags=["LibreTranslate"])

    @routes.post("/translate", summary="Translate, as LibreTranslate does", response_model=answers.LibreAnswer,
                 response_model_exclude_none=True, openapi_extra={"requestBody": {"content": _CONTENT}})  # fmt: skip
    async def translate(request: Request) -> dict[str, Any]:
        asked = await read(request)
        if asked.format != "text":
            raise RefusedError(400, f"format is {asked.format[:40]!r}; only text is translated")
        translator = find(models, asked.source, asked.target)
        texts = [asked.q] if isinstance(asked.q, str) else asked.q
        found = await models.translate(translator, texts, nbest=1 + asked.alternatives)
        for best in found:
            if best[0].refused is not None:
                raise RefusedError(400, best[0].refused)
        answer: dict[str, Any] = {"translatedText": [best[0].text for best in found]}
        if asked.alternatives:
            answer["alternatives"] = [[one.text for one in best[1:]] for best in found]
        if asked.source == "auto":
            answer["detectedLanguage"] = [{"language": translator.config.data.source, "confidence": 0.0}] * len(found)
        return {name: value[0] for name, value in answer.items()} if isinstance(asked.q, str) else answer

    @routes.get("/languages", summary="Languages, as LibreTranslate has them")
    async def languages() -> list[answers.LibreLanguage]:
        pairs: dict[str, list[str]] = {}
        for translator in models.translators.values():
            data = translator.config.data
            pairs[data.source] = list(dict.fromkeys([*pairs.get(data.source, []), data.target]))
        return [answers.LibreLanguage(code=code, name=code, targets=targets) for code, targets in pairs.items()]

    return routes


def find(models: Models, source: str, target: str) -> Translator:
    """The first run of these languages; RefusedError where there is none."""
    for translator in models.translators.values():
        data = translator.config.data
        if source in ("auto", data.source) and target == data.target:
            return translator
    pairs = {f"{one.config.data.source} to {one.config.data.target}" for one in models.translators.values()}
    raise RefusedError(400, f"{source[:40]!r} to {target[:40]!r} is not supported; there is {', '.join(sorted(pairs))}")


async def read(request: Request) -> LibreRequest:
    """The fields of a request, wherever they are; RefusedError where they are none."""
    fields: dict[str, Any] = dict(request.query_params)
    try:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            fields |= parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS)
        elif kind == "application/json":
            fields |= await json_object(request)
        elif await request.body():
            raise RefusedError(415, "send JSON or a form")
        return LibreRequest.model_validate(fields)
    except ValidationError as error:
        raise RefusedError(400, first_fault(error.errors())) from None
    except UnicodeDecodeError:
        raise RefusedError(400, "the form is not UTF-8") from None
    except ValueError as error:
        raise RefusedError(400, f"the form cannot be read: {error}") from None


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of a body; RefusedError where it is none."""
    try:
        found = await request.json()
    except JSONDecodeError as error:
        raise RefusedError(400, f"the body is not JSON: {error.msg} at character {error.pos}") from None
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is not JSON that can be read") from None
    if not isinstance(found, dict):
        raise RefusedError(422, "the body must be a JSON object")
    return found
