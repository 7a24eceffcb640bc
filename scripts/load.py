#!/usr/bin/env python
"""Many clients at once against `seq2seq serve`: scripts/load.py tiny-de-en --source data/tiny-de-en/test.de

Every answer is compared with what the library translates. Throughput is told as a ratio to that of one client, measured
before and after it. At the end the server is stopped (SIGTERM) while it is busy.
"""

import json
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError


@dataclass
class Measured:
    """What came of so many requests."""

    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return self.outcomes["right"] / self.seconds

    def __str__(self) -> str:
        milliseconds = sorted(1000 * one for one in self.latencies)
        last = milliseconds[int(0.99 * (len(milliseconds) - 1))] if milliseconds else 0.0
        told = ", ".join(f"{count:,} {name}" for name, count in self.outcomes.most_common())
        return f"{told}; median {statistics.median(milliseconds or [0]):.0f} ms, 99 % within {last:.0f} ms"


def main() -> None:
    """Parse arguments, start a server, measure, and print."""
    parser = Parser(description=__doc__)
    parser.add_argument("run", help="folder of a trained run, or the name of one that ships")
    parser.add_argument("--source", type=Path, required=True, help="sentences to ask for, one a line")
    parser.add_argument("--clients", metavar="N", type=int, default=32, help="at once (default: 32)")
    parser.add_argument("--requests", metavar="N", type=int, default=2000, help="of them all (default: 2000)")
    arguments = parser.parse_args()
    lines = arguments.source.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise InputError(f"{arguments.source}: has no sentences")
    asked = [lines[i % len(lines)] for i in range(arguments.requests)]
    right = translations(arguments.run, sorted(set(asked)))
    few = asked[: max(arguments.requests // 10, 1)]
    with server(arguments.run) as (process, address):
        ask_all(address, few[:20], right, 1)  # warm up
        before, many, after = (
            ask_all(address, *work) for work in ((few, right, 1), (asked, right, arguments.clients), (few, right, 1))
        )
        print(f"one client       {before}\n{arguments.clients} clients       {many}\none client       {after}")
        alone = (before.rate + after.rate) / 2
        print(f"throughput of {arguments.clients} clients: {many.rate / alone:.1f} times that of one")
        print(f"3,000 letters    {long_sentence(address)}")
        print(f"SIGTERM          {stopped(process, address, asked, right, arguments.clients)}")


def translations(name: str, sentences: Sequence[str]) -> dict[str, str]:
    """What the library makes of each sentence."""
    from seq2seq import Translator

    found = Translator.load(name).translate_all(sentences)
    return {text: best[0].text for text, best in zip(sentences, found, strict=True)}


@contextmanager
def server(name: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server of this run, and where it listens."""
    command = [sys.executable, "-m", "seq2seq", "serve", name, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r" at (http://\S+)/; Ctrl-C", line):
                try:
                    yield process, found[1]
                finally:
                    process.kill()
                return
        raise InputError("the server did not start")


def ask_all(address: str, asked: Sequence[str], right: dict[str, str], clients: int) -> Measured:
    """Ask for all sentences by so many clients, each over a connection of its own."""
    measured, waiting, lock = Measured(), list(reversed(asked)), threading.Lock()

    def client() -> None:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=120)
        while waiting:
            try:
                text = waiting.pop()
            except IndexError:  # another client has taken it
                return
            started = time.perf_counter()
            outcome = ask(connection, text, right)
            with lock:
                measured.latencies.append(time.perf_counter() - started)
                measured.outcomes[outcome] += 1
            if outcome == "not accepted":
                return

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - started
    return measured


def ask(connection: HTTPConnection, text: str, right: dict[str, str]) -> str:
    """`right` where the answer is, or what it is."""
    body = json.dumps({"sentences": text, "maps": False})
    try:
        connection.request("POST", "/api/translate", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException):
        return "not accepted"
    if answer.status != 200:
        return f"status {answer.status}"
    return "right" if json.loads(content)["translations"][0][0]["text"] == right[text] else "wrong"


def long_sentence(address: str) -> str:
    """What is said to a sentence of 3,000 letters, and when."""
    connection, started = HTTPConnection(urlsplit(address).netloc, timeout=120), time.perf_counter()
    connection.request("POST", "/api/translate", json.dumps({"sentences": "x" * 3000}),
                       {"Content-Type": "application/json"})  # fmt: skip
    answer = connection.getresponse()
    return f"status {answer.status} after {time.perf_counter() - started:.2f} s: {answer.read().decode()}"


def stopped(
    process: "subprocess.Popen[str]", address: str, asked: Sequence[str], right: dict[str, str], clients: int
) -> str:
    """SIGTERM while all clients ask: how the requests ended, and the process."""
    timer = threading.Timer(1.0, process.send_signal, [signal.SIGTERM])
    timer.start()
    measured = ask_all(address, asked, right, clients)
    started = time.perf_counter()
    status = process.wait(60)
    return f"{measured}; exit status {status}, {time.perf_counter() - started:.1f} s after the last answer"


if __name__ == "__main__":
    run(main)
