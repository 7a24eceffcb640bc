"""Options `--shards` and `--ray`, and the work that they ask for: large files by blocks, on the workers of Ray."""

import fcntl
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.cli.command import Parser
from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_write, make_folder, reason

if TYPE_CHECKING:
    from seq2seq.translate.blocks import Block, Job


def add_shards(parser: Parser, needs: str) -> None:
    """`--shards` and `--ray`."""
    parser.add_argument("--shards", metavar="N", type=int, help="so many workers of Ray share the lines of a large "
                        f"file (docs/scaling.md); needs {needs}")  # fmt: skip
    parser.add_argument("--ray", metavar="ADDRESS", help="HOST:PORT of a Ray engine, or auto (default: its own)")


def check_shards(
    arguments: Namespace, reads: Mapping[str, str | None], writes: Mapping[str, str | None], left_out: Sequence[str]
) -> None:
    """Raise InputError unless the options go together: files to read and to write by their options, and the options
    that were given and do not fit."""
    if arguments.shards is None:
        if arguments.ray is not None:
            raise InputError("--ray says which engine works on shards; say how many with --shards N")
        return
    if arguments.shards < 1:
        raise InputError(f"--shards is {arguments.shards}, it must be 1 or more")
    if left_out:
        raise InputError(f"{left_out[0]} does not go with --shards; leave out one of them")
    for option, path in (*reads.items(), *writes.items()):
        if path is None:
            raise InputError(f"--shards works on files; give {option} FILE")
        if os.path.exists(path) and not os.path.isfile(path):
            raise InputError(f"{path}: is no regular file, and --shards needs one for {option}")


def elsewhere(arguments: Namespace) -> Namespace:
    """The arguments as a worker takes them, whose current folder may be another: runs by their whole paths."""

    def whole(run: str) -> str:
        return os.path.abspath(run) if os.path.exists(run) else run

    return Namespace(**vars(arguments) | {"runs": [whole(run) for run in arguments.runs]})


def settings_digest(arguments: Namespace, left_out: Sequence[str]) -> str:
    """By which interrupted work is known again: the package, the content of its runs, and all options but those that
    are left out, as files are, and those that say who works."""
    from seq2seq.translate.weights import run_digest

    left_out = (*left_out, "runs", "shards", "ray")
    options = {name: value for name, value in sorted(vars(arguments).items()) if name not in left_out}
    return f"{version('seq2seq')} {options} {[run_digest(run) for run in arguments.runs]}"


def work_in_shards(
    arguments: Namespace,
    job: "Job",
    blocks: "Sequence[Block]",
    outputs: Sequence[str | None],
    tell: Callable[[Any], None],
) -> None:
    """Write what comes of the blocks, in their order, each text into its output, where there is one; `tell` is given
    what is told of each.

    What is done is kept until all is, in a hidden folder beside the first output that there is.
    """
    from seq2seq.translate import ray_engine
    from seq2seq.translate.blocks import digest_of, kept, part_of

    ray_engine.check_ray()
    with work_folder(next(path for path in outputs if path is not None)) as above:
        folder = above / digest_of(job, blocks)
        waiting = [number for number in range(len(blocks)) if kept(part_of(folder, number)) is None]
        if waiting:
            work = ray_engine.work_on_ray(job, blocks, waiting, folder, arguments.shards, arguments.ray)
            with closing(work) as found:
                show_progress(found, blocks, waiting)
        with ExitStack() as stack:
            streams = [None if path is None else stack.enter_context(atomic_write(path)) for path in outputs]
            for number in range(len(blocks)):
                answer = kept(part_of(folder, number))
                if answer is None:
                    raise InputError(f"{part_of(folder, number)}: damaged; the same command makes it again")
                for stream, text in zip(streams, answer.texts, strict=True):
                    if stream is not None:
                        stream.write(text.encode())
                tell(answer.told)
        shutil.rmtree(above)


def show_progress(found: Iterator[int], blocks: "Sequence[Block]", waiting: Sequence[int]) -> None:
    """Count the lines on stderr, where that is a terminal."""
    from tqdm import tqdm

    sizes = [block[0].count for block in blocks]
    total, left = sum(sizes), sum(sizes[number] for number in waiting)
    shown = sys.stderr.isatty()
    with tqdm(total=total, initial=total - left, unit=" lines", disable=not shown, file=sys.stderr) as bar:
        for count in found:
            bar.update(count)


@contextmanager
def work_folder(output: str) -> Iterator[Path]:
    """The folder beside an output that keeps what is done; it goes where there is nothing in it.

    Raises InputError where it cannot be made, and where another process is at work in it.
    """
    place = Path(os.path.realpath(output))
    folder = place.parent / f".{place.name[:200]}.shards"
    try:
        make_folder(folder)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{output}: {reason(error)}") from None
    try:
        with suppress(OSError):  # a disk that knows no locks
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"{output}: another process is writing it; wait, or give another file") from None
        yield folder
    finally:
        os.close(descriptor)
        for empty in (*folder.glob("*"), folder):
            with suppress(OSError):
                empty.rmdir()
