"""Write the film of trainings: one page that plays how runs learned to align, and needs no network and no server."""

import sys
from pathlib import Path

from seq2seq import shipped
from seq2seq.cli.command import Parser, a_name, refuse_one_file
from seq2seq.errors import InputError

EXAMPLE = """
seq2seq film runs/tiny-de-en --output film.html
seq2seq film runs/one runs/two --sentences 1 3 --output film.html
"""
MOST = 32
"""Megabytes, where --max-size does not say how many."""


def main() -> None:
    """Parse arguments, write the page, and say what is in it."""
    parser = Parser(description=__doc__, example=EXAMPLE)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folder of a run; several are shown side by side")
    parser.add_argument("--output", metavar="FILE", type=a_name, required=True, help="page to write")
    parser.add_argument("--sentences", metavar="N", nargs="+", type=int, default=[], help="numbers of the validation "
                        "sentences to show (default: all that were recorded)")  # fmt: skip
    parser.add_argument("--max-size", metavar="N", type=float, default=MOST, help="megabytes that the page may have; "
                        f"where all steps take more, some are left out, evenly (default: {MOST})")  # fmt: skip
    arguments = parser.parse_args()
    if not 0 < arguments.max_size < 1e6:
        raise InputError(f"--max-size is {arguments.max_size:g}, it must be above 0 and below 1,000,000")
    write(arguments.runs, arguments.sentences, arguments.max_size, arguments.output)


def folder_of(run: str) -> Path:
    """The folder of a run; InputError for the name of a run that ships, which has weights and nothing else."""
    if not Path(run).exists() and shipped.run(run) is not None:
        raise InputError(f"{run}: the run that ships has no recorded maps; `seq2seq train {run}` trains one that has")
    return Path(run)


def write(runs: list[str], sentences: list[int], megabytes: float, output: str) -> None:
    """Write the page, whole or not at all."""
    from seq2seq.show.film import MEGABYTE, film
    from seq2seq.text.writing import atomic_write

    folders = [folder_of(run) for run in runs]
    refuse_one_file(output, *(str(file) for folder in folders if folder.is_dir() for file in folder.iterdir()))
    made = film(folders, list(dict.fromkeys(sentences)), int(megabytes * MEGABYTE))
    content = made.html.encode()
    with atomic_write(output) as stream:
        stream.write(content)
    for run, (shown, all_) in made.steps.items():
        if shown < all_:
            print(f"note: {run}: {shown} of {all_} steps, spread evenly, have room in {megabytes:g} MB; to have more, "
                  "raise --max-size or name fewer --sentences", file=sys.stderr)  # fmt: skip
    print(f"written: {output}, {len(content) / MEGABYTE:.1f} MB, {', '.join(made.steps)}", file=sys.stderr)
