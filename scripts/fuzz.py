#!/usr/bin/env python
"""Damaged and hostile input to every reader: scripts/fuzz.py [READER ...] --inputs 10000 --seed 1

No input may raise anything but InputError, take over 5 seconds, end the process, or let memory grow. Inputs are valid
ones with bytes flipped, removed, repeated, exchanged and put in; the same seed gives the same inputs. With --guided,
atheris looks for inputs that reach new code instead (pip install 'seq2seq[fuzz]'). Each reader has its own process.
"""

import contextlib
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from readers import Reader, all_readers

from seq2seq.cli.command import Parser, run
from seq2seq.errors import InputError

TESTS = Path(__file__).resolve().parents[1] / "tests"
"""Where the corpora in all forms come from."""

SECONDS = 5
"""An input that takes longer hangs: of this process's time, for machines are shared."""
WAITING = 300
"""Seconds after which a process is ended that has not come to the next input, as in a library that takes no signals."""

KEPT = Path("build/fuzz")
"""Where the inputs that failed are kept."""

GROWTH = 200
"""MiB by which the memory of a reader may grow in the last three quarters of its inputs."""

PIECES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b" ", b"[" * 50, b"{", b'"', b"9" * 30, b"1e999", b"-",
          b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\\ud800", b"!!int ", b"&a ", b"*a ", b"p", b"null", b"\xef\xb7\x90",
          b"\xe2\x96\x81", b"<", b"&amp;", b"<!ENTITY a 'b'>", b"<seg>", b"\xff\xfe", b",", b";")  # fmt: skip
"""What is put in."""


class Hang(BaseException):
    """No `Exception`: no reader may take it for a damage of its file."""


def main() -> None:
    """Parse arguments, feed the readers, and print how many inputs each has had."""
    parser = Parser(description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help="which readers (default: all)")
    parser.add_argument(
        "--inputs", metavar="N", type=int, default=10_000, help="inputs of each, a tenth of slow ones (default: 10000)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the inputs (default: 1)")
    parser.add_argument("--guided", action="store_true", help="let atheris choose the inputs")
    arguments = parser.parse_args()
    sys.path.append(str(TESTS))
    with tempfile.TemporaryDirectory() as folder:
        with instrumented() if arguments.guided else contextlib.nullcontext():
            readers = all_readers(Path(folder))
        for name in arguments.readers:
            if name not in readers:
                raise InputError(f"{name} is no reader; there are {', '.join(readers)}")
        chosen = arguments.readers or list(readers)
        inputs = {name: arguments.inputs // (10 if readers[name].heavy else 1) for name in chosen}
        work = guide if arguments.guided else feed
        failed = [name for name in chosen if not alone(work, name, readers[name], inputs[name], arguments.seed)]
    print(f"{len(chosen)} readers, {sum(inputs.values()):,} inputs; failed: {', '.join(failed) or 'none'}")
    if failed:
        sys.exit(1)


def alone(work: Callable[..., object], name: str, reader: Reader, inputs: int, seed: int) -> bool:
    """Let `work` have a process of its own, and end that where it hangs outside Python; did all go well?"""
    context = multiprocessing.get_context("fork")
    count = context.Value("q", 0, lock=False)
    process = context.Process(target=lambda: sys.exit(bool(work(name, reader, inputs, seed, count))))
    process.start()
    before = -1
    while process.is_alive():
        process.join(0.2 if before < 0 else WAITING)
        if process.is_alive() and count.value == before and work is feed:
            process.kill()
        before = count.value
    if process.exitcode not in (0, 1):
        print(f"{name}: input {count.value} of seed {seed} ended the process ({process.exitcode})", flush=True)
    return process.exitcode == 0


def feed(name: str, reader: Reader, inputs: int, seed: int, count: Any = None) -> int:
    """Feed a reader with so many inputs, print what came of it, and return how many failed.

    The number of the input is put into `count.value`.
    """
    generator, refused, failures = random.Random(f"{seed} {name}"), 0, 0
    started, slowest, early = time.monotonic(), 0.0, 0
    signal.signal(signal.SIGPROF, _hangs)
    for number in range(inputs):
        content = mutated(reader.seeds, generator, reader.header)
        if count is not None:
            count.value = number
        before = time.process_time()
        error = answer(reader, content)
        slowest = max(slowest, time.process_time() - before)
        if isinstance(error, InputError) and len(str(error).splitlines()) == 1:
            refused += 1
        elif error is not None:
            failures += _report(name, number, content, error)
        if number == inputs // 4:
            early = _peak()
    grown = (_peak() - early) / 1024
    failures += grown > GROWTH
    print(
        f"{name:10} {inputs:9,} inputs, seed {seed}: {refused:,} refused, {failures:,} failed; slowest "
        f"{slowest * 1000:,.0f} ms; memory +{grown:,.0f} MiB in the last three quarters; "
        f"{time.monotonic() - started:,.0f} s",
        flush=True,
    )
    return failures


def answer(reader: Reader, content: bytes) -> BaseException | None:
    """What a reader raises for an input; None where it takes it."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            reader.read(content)
    except (Exception, Hang) as error:
        return error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def mutated(seeds: Sequence[bytes], generator: random.Random, header: bool = False) -> bytes:
    """A valid input with a few changes; with `header` most of them are in its first part, where sizes are written."""
    content = bytearray(generator.choice(seeds))
    for _ in range(generator.choice((1, 1, 1, 2, 3, 8))):
        end = min(len(content), 2_000) if header and generator.random() < 0.8 else len(content)
        place = generator.randint(0, end)
        length = generator.choice((0, 1, 1, 2, 8, 64))
        kind = generator.randrange(6)
        if kind == 0 and place < len(content):
            content[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            del content[place : place + length]
        elif kind == 2:
            content[place:place] = content[place : place + length] * generator.choice((1, 2, 50))
        elif kind == 3:
            other = generator.randint(0, end)
            content[place : place + length], content[other : other + length] = (
                content[other : other + length], content[place : place + length])  # fmt: skip
        elif kind == 4:
            content[place:place] = generator.choice(PIECES)
        else:
            content[place : place + length] = generator.randbytes(length)
    return bytes(content)


def instrumented() -> contextlib.AbstractContextManager[Any]:
    """Within the block, atheris sees what runs in the modules that are imported; InputError where there is none."""
    try:
        import atheris
    except ImportError:
        raise InputError("--guided needs atheris: pip install 'seq2seq[fuzz]'") from None
    found: contextlib.AbstractContextManager[Any] = atheris.instrument_imports(include=["seq2seq"])
    return found


def guide(name: str, reader: Reader, inputs: int, seed: int, _: Any) -> None:
    """Let atheris choose the inputs; ends the process."""
    import atheris

    def one(content: bytes) -> None:
        with contextlib.suppress(InputError), open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            reader.read(content)

    KEPT.mkdir(parents=True, exist_ok=True)
    print(f"{name}:", flush=True)
    options = [f"-runs={inputs}", f"-seed={seed}", f"-timeout={SECONDS}", "-rss_limit_mb=4096", "-max_len=65536",
               "-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={KEPT}/{name}-"]  # fmt: skip
    with tempfile.TemporaryDirectory() as seeds:
        for number, content in enumerate(reader.seeds):
            Path(seeds, str(number)).write_bytes(content)
        atheris.Setup([sys.argv[0], *options, seeds], one)
        atheris.Fuzz()


def _hangs(*_: Any) -> None:
    raise Hang(f"takes over {SECONDS} seconds")


def _report(name: str, number: int, content: bytes, error: BaseException) -> int:
    """Keep the input, and say where it is and what it did."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{name}-{number}").write_bytes(content)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = json.dumps(str(error)[:200])
    print(f"{name}: {KEPT}/{name}-{number}: {type(error).__name__} {what}, {last.filename}:{last.lineno}")
    return 1


def _peak() -> int:
    """The most memory that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    run(main)
