"""Show what a trained run does: translate a few test sentences, and draw who attends to whom."""

import json
import shlex
import sys
from pathlib import Path

from seq2seq.cli.command import Parser
from seq2seq.text.files import read_lines


def main() -> None:
    """Translate sentences of the run's test set that differ most in word order, draw each, and say what to do next."""
    parser = Parser(description=__doc__)
    parser.add_argument("run", help="folder of a trained run")
    parser.add_argument("--sentences", type=int, default=4, help="how many to show (default: 4)")
    arguments = parser.parse_args()
    from seq2seq.show.terminal import heatmap
    from seq2seq.translate.translator import Translator

    folder, translator = Path(arguments.run), Translator.load(arguments.run)
    data = translator.config.data
    sources = read_lines(data.path("test", data.source))
    chosen = most_crossing(read_lines(Path(data.folder) / "test.align"), arguments.sentences)
    for number, position in enumerate(chosen, 1):
        translation = translator.translate(sources[position])
        alignment = translation.alignment.words()
        print(f"\n{sources[position]}\n{translation.text}\n\n{heatmap(alignment, colour=sys.stdout.isatty())}")
        figure = folder / f"alignment-{number}.png"
        command = ["python", "scripts/draw.py", str(folder), sources[position], "--output", str(figure)]
        metadata = {"run": str(folder), "decoding": translator.decoding(), "command": shlex.join(command)}
        alignment.heatmap(figure, metadata=metadata)
        print(f"drawn in {figure}")
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    print(
        f"\n{len(sources):,} test sentences: BLEU {metrics['test']['bleu']:.1f}, chrF {metrics['test']['chrf']:.1f}; "
        f"trained in {metrics['minutes']:.1f} minutes on {metrics['machine']}\n"
        f"How it learned to align:  .venv/bin/tensorboard --logdir {folder.parent}\n"
        f"Translate more:           .venv/bin/python scripts/translate.py {folder} --show-alignment"
    )


def most_crossing(links: list[str], count: int) -> list[int]:
    """The lines of gold links with the most pairs of links that cross: the sentences whose word order differs most."""

    def crossings(line: str) -> int:
        pairs = [tuple(map(int, link.split("-"))) for link in line.split()]
        return sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(pairs) for c, d in pairs[:n])

    return sorted(range(len(links)), key=lambda i: (-crossings(links[i]), i))[:count]
