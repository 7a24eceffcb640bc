"""Show what a run does: translate a few of its test sentences, and draw who attends to whom."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq import shipped
from seq2seq.cli.command import Parser, a_name, as_installed
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines

if TYPE_CHECKING:
    from seq2seq.config.sections import DataConfig

NAME = "tiny-de-en"
FIGURES = "demo"
"""Where the figures of the model that ships go."""


def main() -> None:
    """Parse arguments and show."""
    parser = Parser(description=__doc__, example="seq2seq demo\nseq2seq demo runs/mine --sentences 2")
    parser.add_argument("run", nargs="?", help=f"folder of a trained run (default: runs/{NAME} where it is there, else "
                        "the model that ships)")  # fmt: skip
    parser.add_argument("--sentences", metavar="N", type=int, default=4, help="how many to show (default: 4)")
    parser.add_argument("--out", metavar="FOLDER", type=a_name, help="folder of the figures (default: the run's; "
                        f"{FIGURES} for the model that ships)")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.sentences < 1:
        raise InputError(f"--sentences is {arguments.sentences}, it must be 1 or more")
    run, folder = chosen_run(arguments.run)
    out = arguments.out or (FIGURES if run == NAME else run)
    show(run, folder, arguments.sentences, Path(out))


def chosen_run(given: str | None) -> tuple[str, Path]:
    """What the run is called on a command line, and its folder."""
    if given is not None and (Path(given).exists() or shipped.run(given) is None):
        return given, Path(given)
    if given is None and Path("runs", NAME, "model.safetensors").is_file():
        return f"runs/{NAME}", Path("runs", NAME)
    name = given or NAME
    folder = shipped.run(name)
    if folder is None:
        raise InputError(f"no run to show: train one first, with `seq2seq train --config {name}`")
    return name, folder


def show(run: str, folder: Path, count: int, out: Path) -> None:
    """Translate and draw sentences of the run's test set that differ most in word order, and say what to do next."""
    from seq2seq.show import figures
    from seq2seq.show.terminal import heatmap
    from seq2seq.translate.translator import Translator

    translator = Translator.load(folder)
    sources, links = test_set(translator.config.data)
    for number, position in enumerate(most_crossing(links, count) if links else range(len(sources))[:count], 1):
        translation = translator.translate(sources[position])
        alignment = translation.alignment.words()
        print(f"\n{sources[position]}\n{translation.text}\n\n{heatmap(alignment, colour=sys.stdout.isatty())}")
        figure = out / f"alignment-{number}.png"
        command = shlex.join(["seq2seq", "draw", run, sources[position], "--output", str(figure)])
        figures.heatmap(alignment, figure, metadata={"run": run, "decoding": translator.decoding(), "command": command})
        print(f"drawn in {figure}")
    print(f"\n{scores(folder / 'metrics.json')}", end="")
    if Path(run).is_dir():
        print(f"How it learned to align:  {as_installed()} board {shlex.quote(str(Path(run).parent))}")
    print(f"Translate more:           {as_installed()} translate {shlex.quote(run)} --show-alignment")


def test_set(data: "DataConfig") -> tuple[list[str], list[str]]:
    """The sentences to translate, and their gold word links where there are any; of a corpus that ships, if need be."""
    path, links, name = data.path("test", data.source), data.path("test", "align"), Path(data.folder).name
    if not path.is_file() and name in shipped.CORPORA:
        files = shipped.corpus_files(name)
        return files[path.name].decode().splitlines(), files[links.name].decode().splitlines()
    sentences, gold = read_lines(path), read_lines(links) if links.is_file() else []
    if gold and len(gold) != len(sentences):
        raise InputError(f"{links} has {len(gold):,} lines, but {path} has {len(sentences):,}; make them fit")
    return sentences, gold


def scores(path: Path) -> str:
    """A line on what the run is worth, as `metrics.json` says; nothing where there is none, or no test set."""
    from seq2seq.train.folder import read_metrics

    metrics = read_metrics(path) if path.is_file() else {}
    if "test" not in metrics:
        return ""
    test = metrics["test"]
    return (
        f"{test['sentences']:,} test sentences: BLEU {test['bleu']:.1f}, chrF {test['chrf']:.1f}; trained in "
        f"{metrics['minutes']:.1f} minutes on {metrics['machine']}\n"
    )


def most_crossing(links: list[str], count: int) -> list[int]:
    """The lines of gold links with the most pairs of links that cross: the sentences whose word order differs most."""
    from seq2seq.alignment.links import parse_pharaoh

    def crossings(number: int) -> int:
        gold = parse_pharaoh(links[number], "the gold links", number + 1)
        pairs = sorted(gold.possible)  # sure ones included
        return sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(pairs) for c, d in pairs[:n])

    return sorted(range(len(links)), key=lambda number: (-crossings(number), number))[:count]
