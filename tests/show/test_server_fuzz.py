"""Requests that schemathesis makes of the server's own OpenAPI description: no 5xx, and answers are as described."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from random_models import random_translator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from seq2seq.cli.serve import explained
from seq2seq.show.serving.app import create_app
from seq2seq.show.serving.limits import Limits
from seq2seq.translate.translator import Translator

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

POST = ["/api/translate", "/api/session", "/api/tree", "/api/align", "/api/explain", "/translate"]
GET = ["/health", "/languages", "/api/version", "/api/runs"]


@pytest.fixture(scope="module")
def described() -> Any:
    """The description of a server with a tiny model, and the server."""
    found = random_translator("upper")
    small = Translator(found.engine, found.vocabulary, found.config.changed(search={"max_pieces": 60}))
    app = create_app({"tiny": small}, explained, Limits(), hosts=None)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_all_that_is_described_is_asked_for(described: Any) -> None:
    found = {(path, method) for path, methods in described.raw_schema["paths"].items() for method in methods}
    assert found == {*((path, "post") for path in POST), *((path, "get") for path in GET)}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("path", POST)
def test_no_request_breaks_the_server_and_its_answers_are_as_described(
    described: Any, path: str, mode: GenerationMode
) -> None:
    """As described (positive) and not (negative)."""

    @settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=described[path]["POST"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


@pytest.mark.parametrize("path", GET)
def test_what_is_asked_without_a_body_is_as_described(described: Any, path: str) -> None:
    described[path]["GET"].Case().call_and_validate(checks=CHECKS)
