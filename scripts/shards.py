#!/usr/bin/env python
"""Translate a large file plainly and by shards, kill workers, compare the bytes, and say what it took.

Makes a file of the lines of data/tiny-de-en, over and over. It is translated without shards, by one worker, by several,
and by several of which one is killed, twice: all must write the same. Needs the extra `ray`.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seq2seq.cli.command import Parser, a_name, run
from seq2seq.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "data" / "tiny-de-en" / "train.de"
POLL = 0.2
"""Seconds between two looks at what runs."""


def main() -> None:
    """Parse arguments, measure, and exit with 1 where the outputs differ."""
    parser = Parser(description=__doc__)
    parser.add_argument("--run", default="tiny-de-en", help="the run that translates (default: tiny-de-en)")
    parser.add_argument("--lines", metavar="N", type=int, default=20_000, help="of the file (default: 20000)")
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="(default: 2)")
    parser.add_argument("--beam", metavar="N", default="1", help="hypotheses kept at each step (default: 1)")
    parser.add_argument("--kills", metavar="N", type=int, default=2, help="workers to kill (default: 2)")
    parser.add_argument("--folder", metavar="FOLDER", type=a_name, required=True, help="for the files, which stay")
    options = parser.parse_args()
    if measure(options):
        sys.exit(1)


def measure(options: Any) -> int:
    """Print a line for each way; how many of them wrote something else than the first."""
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(CORPUS, encoding="utf-8") as lines, open(folder / "lines", "w", encoding="utf-8") as out:
        out.writelines(itertools.islice(itertools.cycle(list(lines)), options.lines))
    plain = Work(options, folder / "plain").done()
    one = Work(options, folder / "one", shards=1).done()
    several = Work(options, folder / "several", shards=options.workers).done()
    killed = Work(options, folder / "killed", shards=options.workers, kills=options.kills).done()
    print(f"{options.workers} workers {one / several:.2f} times one, {plain / several:.2f} times the plain command")
    print(f"with {options.kills} kills {killed / several:.2f} times the seconds")
    whole = (folder / "plain").read_bytes()
    different = [name for name in ("one", "several", "killed") if (folder / name).read_bytes() != whole]
    print(f"differs from plain: {', '.join(different) or 'none'}")
    return len(different)


@dataclass
class Work:
    """One call of `seq2seq translate`, watched."""

    options: Any
    output: Path
    shards: int | None = None
    kills: int = 0
    killed: list[int] = field(default_factory=list)

    def done(self) -> float:
        """Run it to its end; its seconds from the first part that is kept (all of it, without shards)."""
        shards = [] if self.shards is None else ["--shards", str(self.shards)]
        read = str(self.output.parent / "lines")
        command = [sys.executable, "-m", "seq2seq", "translate", self.options.run, "--input", read]
        started = time.monotonic()
        process = subprocess.Popen([*command, "--output", str(self.output), "--beam", self.options.beam, *shards])
        memory, first = 0, None
        while process.poll() is None:
            memory = max(memory, peak(process.pid))
            kept = len(list(self.output.parent.glob(f".{self.output.name}.shards/*/*[0-9]")))
            first = first or (time.monotonic() if kept else None)
            self.kill(process.pid, kept)
            time.sleep(POLL)
        if process.returncode:
            raise InputError(f"{' '.join(command)}: ended with {process.returncode}")
        seconds = time.monotonic() - started
        before = 0.0 if first is None else first - started
        print(
            f"{self.output.name}: {seconds:.0f} s, {before:.0f} s of them to the first part, "
            f"peak of the driver {memory / 1024:.0f} MiB, killed {self.killed or 'none'}",
            flush=True,
        )
        return seconds

    def kill(self, driver: int, kept: int) -> None:
        """Kill a worker, where it is time: after a share of the parts, and where it is not yet dead."""
        parts = self.options.lines / 1024
        if len(self.killed) < self.kills and kept >= parts * (len(self.killed) + 1) / (self.kills + 1):
            for worker in workers_of(driver):
                if worker not in self.killed:
                    os.kill(worker, signal.SIGKILL)
                    self.killed.append(worker)
                    return


def peak(process: int) -> int:
    """The most memory that a process has had, in KiB; 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def workers_of(driver: int) -> Iterator[int]:
    """The processes of Ray's workers that a driver has started, by way of Ray's own."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, process = (folder / "cmdline").read_bytes(), int(folder.name)
        except OSError:
            continue
        if command.startswith(b"ray::MapWorker") and driver in ancestors(process):
            yield process


def ancestors(process: int) -> Iterator[int]:
    """The parent of a process, its parent, and so on."""
    while process > 1:
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return
        yield process


if __name__ == "__main__":
    run(main)
