#!/usr/bin/env python
"""`seq2seq` in processes of its own that need not import anything: each is forked from one that has imported all.

To start Python and import torch takes seconds, and what the tests of faults look at milliseconds. What is forked has
descriptors, a folder, signals and an end of its own; only what Python does at its start is not gone through, nor how it
takes all modules apart at the very end, which takes half a second.
"""

import atexit
import gc
import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, Self

ROOT = Path(__file__).resolve().parents[1]
STREAMS = ("stdin", "stdout", "stderr")
Streams = Mapping[str, Path | str | None]
"""For some of `STREAMS` the file to open in its place (after `<` to be read alone), or None where it is closed."""


class Done(NamedTuple):
    """How a verb has ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Warm:
    """The process that others are forked from, one after another; to be used in a `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self.server = subprocess.Popen(
            [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.server.kill()
        self.server.communicate()

    def start(
        self,
        arguments: Sequence[object],
        cwd: Path | None = None,
        most: int | None = None,
        streams: Streams | None = None,
    ) -> int:
        """Start `seq2seq` with these arguments; its process. `most`: bytes that a file may have."""
        for name in STREAMS:
            path = self.folder / name
            path.write_bytes(b"")
        files = {name: self.folder / name for name in STREAMS} | dict(streams or {})
        paths = {name: path if path is None else str(path) for name, path in files.items()}
        request = {"arguments": list(map(str, arguments)), "cwd": str(cwd or self.folder), "most": most} | paths
        assert self.server.stdin is not None
        self.server.stdin.write(f"{json.dumps(request)}\n")
        self.server.stdin.flush()
        return int(self._answer())

    def ends(self, seconds: float) -> bool:
        """Does the process that was started end by itself in this time?"""
        assert self.server.stdout is not None
        return bool(select.select([self.server.stdout], [], [], seconds)[0])

    def wait(self) -> Done:
        """Wait for the process that was started; what went to streams that were given is not among what it printed."""
        return Done(int(self._answer()), *((self.folder / name).read_bytes() for name in STREAMS[1:]))

    def run(self, arguments: Sequence[object], cwd: Path | None = None, streams: Streams | None = None) -> Done:
        """Start it, and wait."""
        self.start(arguments, cwd, None, streams)
        return self.wait()

    def _answer(self) -> str:
        assert self.server.stdout is not None
        answer = self.server.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that others are forked from has ended ({self.server.wait()})")
        return answer


def serve() -> None:
    """Import all that the verbs use, then fork a process for each request, and say which, and how it ended."""
    codes: list[object] = []
    atexit.register(leave, codes)  # before all others, so that it comes after them
    from seq2seq.cli.main import VERBS

    for verb in VERBS:
        import_module(f"seq2seq.cli.{verb}")
    for module in ("train.run", "train.bakeoff", "translate.ensemble", "show.figures", "corpus.own", "explain.render"):
        import_module(f"seq2seq.{module}")
    gc.collect()
    gc.freeze()  # else each process looks through all that was imported when it ends: two seconds
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        process = os.fork()
        if not process:
            answers.close()
            become(json.loads(line), codes)
        print(process, file=answers)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers)


def become(request: dict[str, Any], codes: list[object]) -> NoReturn:
    """Be a process that a shell would start with these arguments and streams; `codes` gets what it exits with."""
    from seq2seq.cli.main import main

    for number, name in enumerate(STREAMS):
        redirect(number, name, request[name])
    os.chdir(request["cwd"])
    if request["most"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["most"], request["most"]))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["seq2seq", *request["arguments"]]
    try:
        main()
    except SystemExit as ended:
        codes.append(ended.code)
        raise
    raise AssertionError("main returns nothing")


def leave(codes: Sequence[object]) -> None:
    """End the process here if it exits with a code, and its streams take what they hold; else Python goes on to."""
    for code in codes:
        with suppress(Exception):
            for stream in (sys.stdout, sys.stderr):
                if stream is not None and not stream.closed:
                    stream.flush()
            os._exit(code if isinstance(code, int) else int(code is not None))


def redirect(number: int, name: str, path: str | None) -> None:
    """Have a stream on this file, or closed, as Python finds it at its start."""
    os.close(number)
    if path is None:
        setattr(sys, name, None)
        return
    flags = os.O_RDWR if number and not path.startswith("<") else os.O_RDONLY
    opened = os.open(path.removeprefix("<"), flags)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    stream = os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False)
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    serve()
