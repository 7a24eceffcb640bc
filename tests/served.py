"""The server as a process of its own, as `seq2seq serve` starts it."""

import json
import re
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from processes import SEQ2SEQ, environment, heed_ctrl_c

from seq2seq.show.serving.server import address_of, listen

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def served(*arguments: object) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process, and its address without a slash at the end."""
    command = [*SEQ2SEQ, "serve", *map(str, arguments), "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment(), preexec_fn=heed_ctrl_c
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.match(r".* at (http://\S+)/; Ctrl-C ends it", line):
                    yield process, found[1]
                    break
        finally:
            process.kill()


def ask(address: str, data: object = None, raw: bytes | None = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of an answer: to a GET, or to a POST of JSON or of these bytes."""
    body = raw if data is None else json.dumps(data).encode()
    told = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with _OPENER.open(urllib.request.Request(address, body, told), timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@contextmanager
def in_thread(app: Any) -> Iterator[str]:
    """An application behind a socket of this process: its address without a slash at the end."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield address_of(listening).rstrip("/")
    finally:
        server.should_exit = True
        thread.join()
