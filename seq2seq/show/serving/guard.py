"""What every request passes first: whom it speaks to, how much it brings, how long it takes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from contextlib import suppress
from typing import Any

from seq2seq.alignment.sides import printable
from seq2seq.show.serving.limits import Limits

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine for itself."""

DRAINED = 32
"""A body of up to so many times the limit is read to its end and thrown away: only then does its sender listen."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
"""Of every answer. What a page needs comes from this server, and no other page may read or frame it."""

LONGEST = 300
"""Characters of a fault's line."""


class RefusedError(Exception):
    """A request that is not answered: an HTTP status, and the line that says why."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status, self.line = status, line


def fault(line: str) -> bytes:
    """The JSON of a fault: one line, which may hold what a stranger has sent."""
    short = " ".join(printable(line).split())
    return json.dumps({"error": short if len(short) <= LONGEST else short[:LONGEST] + "..."}).encode()


class Guard:
    """ASGI middleware. `hosts` are the names in a `Host` header that are answered to, None for any: a page of
    a stranger's whose name has been pointed at this machine (DNS rebinding) calls it by that name.

    An answer that takes too long is 503, and so is one request too many at a time; where the client has left,
    the application is cancelled.
    """

    def __init__(self, app: App, limits: Limits, hosts: Collection[str] | None) -> None:
        self.app, self.limits, self.hosts = app, limits, hosts
        self.at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *_encoded(HEADERS)]
            await send(message)

        self.at_work += 1
        try:
            await self._answer(scope, receive, with_headers)
        except RefusedError as refused:
            if not started:
                await _refuse(with_headers, refused)
        finally:
            self.at_work -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.at_work > self.limits.requests:
            raise RefusedError(503, f"{self.limits.requests} requests are at work; try again soon")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._check_host(headers.get("host", ""))
        if headers.get("content-encoding", "identity") != "identity":
            raise RefusedError(415, "the body is packed; send it as it is, without a Content-Encoding")
        body = await self._body(headers.get("content-length", ""), receive)
        await self._run(scope, body, receive, send)

    def _check_host(self, value: str) -> None:
        if self.hosts is None:
            return
        name = value.partition("]")[0].lstrip("[") if value.startswith("[") else value.partition(":")[0]
        if name.lower() not in self.hosts:
            known = ", ".join(sorted(self.hosts))
            raise RefusedError(421, f"there is no host {value[:100]!r} here; this server is {known}")

    async def _body(self, length: str, receive: Receive) -> bytes:
        """The whole body; RefusedError where it is too long or too slow."""
        most, parts, size = self.limits.body, [], 0
        told = int(length) if length.isdecimal() and len(length) < 20 else 0
        try:
            async with asyncio.timeout(self.limits.seconds):
                more = True
                while more and max(size, told) <= DRAINED * most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RefusedError(400, "the body has ended before its end")
                    part = message.get("body", b"")
                    size += len(part)
                    if size <= most:
                        parts.append(part)
                    more = message.get("more_body", False)
        except TimeoutError:
            raise RefusedError(408, f"the body has not arrived within {self.limits.seconds:g} seconds") from None
        if max(size, told) > most:
            raise RefusedError(413, f"the body has more than {most:,} bytes; send less at a time")
        return b"".join(parts)

    async def _run(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """The application with this body, until it has answered, the client has left, or the time is over."""
        brought = False

        async def replay() -> Message:
            nonlocal brought
            if brought:
                await asyncio.Event().wait()  # `left` listens
            brought = True
            return {"type": "http.request", "body": body, "more_body": False}

        answer = asyncio.ensure_future(self.app(scope, replay, send))
        left = asyncio.ensure_future(_disconnect(receive))
        try:
            await asyncio.wait({answer, left}, timeout=self.limits.seconds, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                answer.result()
            elif not left.done():
                raise RefusedError(503, f"no answer within {self.limits.seconds:g} seconds; ask for less, or try again")
        finally:
            for task in (answer, left):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _refuse(send: Send, refused: RefusedError) -> None:
    body = fault(refused.line)
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    if refused.status == 503:
        headers["retry-after"] = "1"
    if refused.status in (400, 408, 413):
        headers["connection"] = "close"
    await send({"type": "http.response.start", "status": refused.status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": body})
