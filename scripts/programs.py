"""The programs that are measured: run to their end, or followed while they work."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from seq2seq.errors import InputError

HERE = Path(__file__).resolve().parent.parent
LOOK = 0.5
"""Seconds between two looks at a program that is followed."""


def environment(tree: Path, threads: int) -> dict[str, str]:
    """Of a program that is measured: the package of a tree, and so many threads."""
    # Safe: without the folder of `measure` itself in front of the path, whose modules are those of this tree.
    return {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads)}  # fmt: skip


@contextmanager
def checked_out(commit: str | None, work: Path) -> Iterator[dict[str, Path]]:
    """This tree and, where one is given, the tree of a commit; InputError when there is no such commit."""
    if commit is None:
        yield {"ours": HERE}
        return
    tree = work / "before"
    git = ["git", "-C", str(HERE), "worktree"]
    added = subprocess.run([*git, "add", "--detach", str(tree), commit], capture_output=True, text=True)
    if added.returncode:
        raise InputError(f"--against {commit}: {added.stderr.strip().splitlines()[-1]}")
    try:
        yield {"ours": HERE, "before": tree}
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True, capture_output=True)


def last_line(text: str) -> str:
    """What a program said last."""
    return (text.strip() or "it said nothing").splitlines()[-1]


def execute(command: list[str], tree: Path, threads: int, text: str = "") -> tuple[str, float]:
    """Standard output of a command that is given `text`, and its peak memory in MiB; InputError when it fails."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=HERE, env=environment(tree, threads), stdin=subprocess.PIPE, stdout=output, stderr=errors,
            text=True)  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise InputError(f"`{' '.join(command)}` failed: {last_line(errors.read() or output.read())}")
        return output.read(), usage.ru_maxrss / 1024


class Followed:
    """A program of one thread that works while it is followed, in a session of its own; ended with the block."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.command, self.log, self.seconds = command, log, 0.0
        with open(log, "wb") as stream:
            self.process = subprocess.Popen(
                command, cwd=HERE, env=environment(HERE, 1), stdin=subprocess.DEVNULL, stdout=stream,
                stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip

    def __enter__(self) -> "Followed":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.send(signal.SIGTERM)
        self.process.wait()

    def wait_for(self, path: Path) -> float:
        """Processor seconds, user and system, of the program and all that it has started when it has written a file.

        Raises InputError when it ends without."""
        while True:
            ended = self.process.poll() is not None
            self.seconds = max(self.seconds, session_seconds(self.process.pid))
            there = path.exists()
            time.sleep(LOOK)  # by the end of it what is there is whole
            if there:
                return self.seconds
            if ended:
                said = last_line(self.log.read_text(encoding="utf-8", errors="replace"))
                raise InputError(f"`{' '.join(self.command)}` ended without {path}: {said}")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within the block the program does nothing."""
        self.send(signal.SIGSTOP)
        try:
            yield
        finally:
            self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        """A signal to the program and all that it has started, where it has not ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


def session_seconds(session: int) -> float:
    """Processor seconds, user and system, of the processes of a session that are there, and of their children that
    have ended."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
