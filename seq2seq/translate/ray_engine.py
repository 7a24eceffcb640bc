"""Blocks worked on by the workers of a Ray engine (Ray Data, extra `ray`): one of our own, or one that runs already.

Each worker is an actor that has loaded the run once. Ray starts one that was killed again, and gives it its block anew.
"""

import json
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, redirect_stdout
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from seq2seq.errors import InputError
from seq2seq.text.writing import make_folder, passing_folder, reason
from seq2seq.translate.blocks import Answer, Block, Job, Slice, keep, part_of

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent to anyone
    "RAY_DATA_LOG_LEVEL": "CRITICAL",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""Variables of the environment that Ray reads when it is imported."""
STORE = 100 << 20
"""Bytes of an own engine's shared memory: only the numbers of blocks go through it."""
TRIES = 8
"""How often a block is begun, at most."""
BEGUN = ".begun"
"""How the names of the files end in which that is counted."""
PATIENCE = 10
"""Seconds to wait for the answer of an address."""


class Worker:
    """An actor: keeps the answer of each block that it is given. The run is loaded with the first."""

    def __init__(self, job: Job, folder: str) -> None:
        self.job, self.folder = job, Path(folder)
        self.answer: Callable[[Block], Answer] | None = None

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Keep the answer of the block of a row; how many lines that were, or what is wrong, in words."""
        block = tuple(Slice(**one) for one in json.loads(row["block"]))
        try:
            if self.answer is None:
                torch.set_num_threads(1)
                self.answer = self.job.start()
            part = part_of(self.folder, row["number"])
            with counted(part.with_suffix(BEGUN), block[0]):
                keep(part, self.answer(block))
        except InputError as error:
            return {"lines": 0, "fault": str(error)}
        except OSError as error:
            return {"lines": 0, "fault": f"{self.folder}: {reason(error)}"}
        return {"lines": block[0].count, "fault": ""}


def work_on_ray(
    job: Job, blocks: Sequence[Block], waiting: Sequence[int], folder: Path, workers: int, address: str | None
) -> Generator[int, None, None]:
    """Keep the answers of those blocks whose numbers wait, in `folder`; yields the lines of each block as it is done.

    address: of an engine that runs already, whose machines see the same files; None starts one here, which ends with
    the iterator. Raises InputError where a worker does, where an engine fails or is not reached, and where a block has
    ended its worker TRIES times.
    """
    for path in folder.glob(f"*{BEGUN}"):
        path.unlink()
    rows = [{"number": n, "block": json.dumps([asdict(one) for one in blocks[n]])} for n in waiting]
    with closing(rows_done(rows, (job, os.path.abspath(folder)), workers, address)) as done:
        for row in done:
            if row["fault"]:
                raise InputError(row["fault"])
            yield row["lines"]


def rows_done(
    rows: list[dict[str, Any]], given: tuple[Job, str], workers: int, address: str | None
) -> Generator[dict[str, Any], None, None]:
    """What the `Worker`s say of each row, in the order in which they are done; given: what a `Worker` is made with."""
    with engine(address, workers):
        import ray.data
        from ray.exceptions import RayError

        ray.data.DataContext.get_current().enable_progress_bars = False
        data = ray.data.from_items(rows, override_num_blocks=len(rows))
        pool = ray.data.ActorPoolStrategy(size=min(workers, len(rows)), max_tasks_in_flight_per_actor=2)
        try:
            yield from data.map(Worker, fn_constructor_args=given, compute=pool, num_cpus=1).iter_rows()
        except RayError as error:
            raise InputError(f"Ray: {first_line(error)}; what is done is kept: the same command goes on") from None


@contextmanager
def counted(path: Path, lines: Slice) -> Iterator[None]:
    """Count in a file how often some lines are begun, until they are done.

    Raises InputError where that is more than TRIES: Ray itself would go on for ever.
    """
    make_folder(path.parent)
    with open(path, "ab") as stream:
        stream.write(b".")
    if (tries := path.stat().st_size) > TRIES:
        raise InputError(
            f"{lines.path}, lines {lines.first + 1:,} to {lines.first + lines.count:,}: {tries - 1} workers have ended "
            "over them; is there memory for so many? What is done is kept: the same command goes on, with fewer "
            "--shards too"
        )
    yield
    path.unlink(missing_ok=True)


@contextmanager
def engine(address: str | None, workers: int) -> Iterator[None]:
    """A Ray engine with so many workers, or the one at an address, for as long as the block lasts."""
    check_ray()
    if address is not None:
        check_address(address)
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    import ray

    own: dict[str, Any] = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": STORE}
    with passing_folder(Path(tempfile.gettempdir(), "ray")) as folder, ExitStack() as stack:
        said = stack.enter_context(open(folder / "stdout", "w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(said))  # Ray tells there of every worker that has ended
        try:
            connect(address, own | {"_temp_dir": str(folder)} if address is None else {})
            yield
        finally:
            ray.shutdown()


def connect(address: str | None, options: dict[str, Any]) -> None:
    """Start an engine, or reach the one at an address; signals keep the handlers that they have."""
    import ray

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with muted():
            ray.init(address or "local", log_to_driver=False, logging_level=logging.ERROR, **options)
    except (OSError, RuntimeError, ValueError) as error:
        if address is None:
            raise InputError(f"no engine of Ray starts: {first_line(error)}") from None
        raise InputError(
            f"--ray {address}: no engine of Ray answers: {first_line(error)}; one that asks for a token needs "
            "RAY_AUTH_MODE=token in the environment"
        ) from None
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def first_line(error: Exception) -> str:
    """Of its message; of one without a message, its kind."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


@contextmanager
def muted() -> Iterator[None]:
    """Keep from stderr what the C++ code of this process says there."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def check_ray() -> None:
    """Raise InputError where Ray is not installed."""
    if find_spec("ray") is None:
        raise InputError("shards are worked on by Ray, which is not installed; pip install 'seq2seq[ray]'")


def check_address(address: str) -> None:
    """Raise InputError where nothing listens at `HOST:PORT`, for which Ray would wait long; `auto` is looked for."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        raise InputError(f"--ray {address}: must be HOST:PORT, such as 127.0.0.1:6379, or auto for one on this machine")
    try:
        socket.create_connection((host, int(port)), PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise InputError(f"--ray {address}: no engine of Ray answers: {str(error).lower()}") from None
