"""Real processes of `seq2seq`, with their streams closed, full or gone: what the tests of faults share."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from warm import Done

ROOT = Path(__file__).parents[1]
SEQ2SEQ = [sys.executable, "-m", "seq2seq"]


def environment(**changes: str) -> dict[str, str]:
    """That of a process that uses this checkout, with one thread."""
    return os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | changes


def heed_ctrl_c() -> None:
    """For `preexec_fn`: a shell has what it starts in the background ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def shell(command: str, *arguments: object, cwd: Path | None = None, **changes: str) -> "subprocess.CompletedProcess":
    """What `seq2seq` does, called as `"$@"` in a line of shell."""
    return subprocess.run(
        ["bash", "-c", command, "bash", *SEQ2SEQ, *map(str, arguments)],
        cwd=cwd, env=environment(**changes), capture_output=True, timeout=120,
    )  # fmt: skip


def assert_one_line(done: "subprocess.CompletedProcess | Done", *parts: str, status: int = 2) -> None:
    """One line of error, no traceback, and this exit status."""
    err = done.stderr.decode()
    faults = [line for line in err.splitlines() if line.startswith("error: ")]
    assert done.returncode == status and len(faults) == 1 and "Traceback" not in err, (done.returncode, err)
    assert "Exception ignored" not in err, err
    for part in parts:
        assert part in faults[0], (part, faults)


def full_node(folder: Path) -> Path:
    """A device that is always full, of our own; the test is skipped where it may not be made."""
    node = folder / "full"
    try:
        os.mknod(node, 0o666 | 0o020000, os.makedev(1, 7))
        with open(node, "rb"):
            pass
    except OSError as error:
        pytest.skip(f"no device can be made here: {error.strerror}")
    return node


@contextlib.contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A disk of its own in memory; the test is skipped where it may not be mounted."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
