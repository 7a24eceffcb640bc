"""TensorBoard over runs, started so that it keeps the maps and texts of all validations."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from seq2seq.cli.command import Parser
from seq2seq.errors import InputError

KEPT = 1000
"""Images and texts of a tag that TensorBoard keeps; by itself it keeps ten, and drops the others without a word."""


def main() -> None:
    """Parse arguments, start TensorBoard, and wait for Ctrl-C."""
    parser = Parser(
        description="Show in TensorBoard how runs learned: curves, alignment maps and translations of every "
        "validation, settings beside final scores. Ctrl-C ends it.",
        example="seq2seq board runs\nseq2seq board runs/tiny-de-en runs/tiny-ko-en --port 6007",
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folder of a run, or a folder of runs")
    parser.add_argument(
        "--port", type=int, help="port to listen on (default: the first free one from 6006 on; 0 is any)"
    )
    parser.add_argument("--host", default="localhost", help="address to listen on; 0.0.0.0 lets other machines "
                        "look too (default: localhost)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.port is not None and not 0 <= arguments.port < 1 << 16:
        raise InputError(f"--port is {arguments.port}, it must be from 0 to 65535")
    for run in arguments.runs:
        check_folder(run)
    with one_folder(arguments.runs) as folder:
        address = start(folder, arguments.host, arguments.port)
        print(f"TensorBoard is at {address}; Ctrl-C ends it", file=sys.stderr, flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


def start(folder: Path, host: str, port: int | None) -> str:
    """Start TensorBoard in a thread that ends with the program; its address.

    Raises InputError for an address or a port that cannot be had.
    """
    from tensorboard.default import get_plugins
    from tensorboard.program import TensorBoard, TensorBoardServerException

    from seq2seq.show.plugin import AlignmentsLoader

    plugins = [plugin for plugin in get_plugins() if plugin is not AlignmentsLoader]  # there where we are installed
    board = TensorBoard([*plugins, AlignmentsLoader])
    options = [f"--logdir={folder}", f"--host={host}", f"--samples_per_plugin=images={KEPT},text={KEPT}"]
    board.configure((None, *options, *([] if port is None else [f"--port={port}"])))
    try:
        return str(board.launch())
    except TensorBoardServerException as error:
        raise InputError(f"{' '.join(error.msg.split())}; choose another --port or --host") from None
    except SystemExit:  # of its web server, which has said on stderr what it is
        raise InputError(f"TensorBoard cannot listen on {host}; choose another --host or --port") from None


def check_folder(run: str) -> None:
    """Raise InputError for a folder in which there is nothing to show."""
    if not Path(run).is_dir():
        raise InputError(f"{run}: no such folder; name a run's folder, or a folder of runs")
    if not any(Path(run).rglob("*tfevents*")):
        raise InputError(f"{run}: no TensorBoard events in it; name a run's folder, or a folder of runs")


@contextmanager
def one_folder(runs: Sequence[str]) -> Iterator[Path]:
    """The one folder, or a temporary one with links to several: TensorBoard's own way to name several lacks features.

    A run is called as its folder, or by its whole path where two folders have one name.
    """
    if len(runs) == 1:
        yield Path(runs[0])
        return
    paths = list(dict.fromkeys(Path(run).resolve() for run in runs))
    names = [path.name for path in paths]
    with TemporaryDirectory(prefix="seq2seq-board-") as folder:
        for path, name in zip(paths, names, strict=True):
            (Path(folder) / (name if names.count(name) == 1 else "_".join(path.parts[1:]))).symlink_to(path)
        yield Path(folder)
