"""An ASGI application asked in this process, without a socket: what it answers to whatever bytes."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

JSON = "application/json"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Client:
    """Asks an application; its requests may be at work at the same time."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def get(self, path: str, **headers: str) -> Answer:
        """A GET."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, data: object = None, **fields: Any) -> Answer:
        """A POST of JSON: of `data`, or of an object of these fields."""
        body = json.dumps(fields if data is None else data).encode()
        return self.ask("POST", path, [body], {"content-type": JSON})

    def form(self, path: str, **fields: object) -> Answer:
        """A POST of a form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, [urlencode(fields).encode()], {"content-type": kind})

    def ask(
        self, method: str, path: str, parts: Iterable[bytes] = (), headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any request, its body in parts."""
        return asyncio.run(self.answer(method, path, parts, headers))

    async def answer(
        self, method: str, path: str, parts: Iterable[bytes] = (), headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As `ask`, within an event loop."""
        path, _, query = path.partition("?")
        told = {"host": "localhost"} | dict(headers or {})
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": method,
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
            "server": ("localhost", 80), "client": ("127.0.0.1", 50000),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()],
        }  # fmt: skip
        waiting = list(parts) or [b""]
        finished = asyncio.Event()
        found: list[Any] = []

        async def receive() -> dict[str, Any]:
            if not waiting:
                await finished.wait()
                return {"type": "http.disconnect"}
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}

        async def send(message: dict[str, Any]) -> None:
            found.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                finished.set()

        await self.app(scope, receive, send)
        lines = {name.decode(): value.decode() for name, value in found[0]["headers"]}
        return Answer(found[0]["status"], lines, b"".join(message.get("body", b"") for message in found[1:]))
