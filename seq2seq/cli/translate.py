"""Translate with a run, or several as one, a line out for each line in: scripts/translate.py RUN < sentences.de"""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser
from seq2seq.errors import InputError
from seq2seq.text.files import atomic_write, open_input, read_stream

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.translate.translator import Translation


def main() -> None:
    """Parse arguments and translate as the lines come."""
    parser = Parser(description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="run", help="folder of a trained run, or a model-*.safetensors in "
                        "one; several with the same subwords translate as one, by their mean probabilities and "
                        "attention weights, with the settings of the first")  # fmt: skip
    parser.add_argument("--input", help="file to translate, one sentence a line (default: standard input)")
    parser.add_argument("--output", help="file to write (default: standard output)")
    parser.add_argument("--beam", type=int, help="hypotheses kept at each step (default: the run's; 1 is greedy)")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32", help="of weights and states: bf16 is "
                        "faster where the hardware has it (default: fp32)")  # fmt: skip
    parser.add_argument("--nbest", type=int, default=1, help="translations of each sentence, best first (default: 1)")
    parser.add_argument("--batch-size", type=int, default=256, help="most sentences translated at once (default: 256)")
    formats = ("text", "jsonl", "pharaoh")
    parser.add_argument("--format", choices=formats, default="text", help="text; jsonl with scores, alignment maps and "
                        "their diagnostics; pharaoh: word links source-target")  # fmt: skip
    parser.add_argument("--show-alignment", action="store_true", help="draw each alignment map in the terminal")
    translate(parser.parse_args())


def translate(arguments: "Namespace") -> None:
    """Write a translation for each line."""
    from seq2seq.translate.ensemble import load_runs

    translator = load_runs(arguments.runs, precision=arguments.precision)
    beam = arguments.beam if arguments.beam is not None else max(translator.config.search.beam, arguments.nbest)
    if arguments.nbest < 1 or beam < arguments.nbest:
        raise InputError(f"--nbest is {arguments.nbest}, it must be from 1 to the beam ({beam}); raise --beam")
    lines = read_stream(open_input(arguments.input), arguments.input) if arguments.input else standard_input()
    if arguments.batch_size < 1:
        raise InputError(f"--batch-size is {arguments.batch_size}, it must be 1 or more")
    answers = (
        answer(best, arguments.format, arguments.show_alignment)
        for best in translator.stream(
            progress(lines), beam=beam, nbest=arguments.nbest, batch_size=arguments.batch_size
        )
    )
    if arguments.output is None:
        for text in answers:
            print(text, flush=True)
        return
    with atomic_write(arguments.output) as stream:
        for text in answers:
            stream.write(f"{text}\n".encode())


def standard_input() -> Iterator[str]:
    """The lines of standard input; a word to a person who may be waiting for the program."""
    if sys.stdin.isatty():
        print("type a sentence and press Enter; Ctrl-D ends", file=sys.stderr)
    # Not `sys.stdin.buffer`: lines are read in a thread, and Python aborts when it ends while one waits in there.
    return read_stream(open(sys.stdin.fileno(), "rb", closefd=False), "standard input")


def progress(lines: Iterator[str]) -> Iterator[str]:
    """Count the lines on stderr, where that is a terminal of its own."""
    from tqdm import tqdm

    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    return iter(tqdm(lines, unit=" sentences", disable=not shown, file=sys.stderr))


def answer(best: "list[Translation]", form: str, show_alignment: bool) -> str:
    """The translations of one sentence in the asked format, a line each."""
    return "\n".join(
        line
        for translation in best
        for line in (format_translation(translation, form), *drawing(translation, show_alignment))
    )


def format_translation(translation: "Translation", form: str) -> str:
    """One line: the text, the word links, or everything as JSON."""
    if form == "text":
        return " ".join(translation.text.splitlines())  # one line, even if the model has spelt a line break in bytes
    if form == "pharaoh":
        from seq2seq.alignment.links import format_pharaoh

        return format_pharaoh(translation.alignment.words().links())
    from seq2seq.alignment.diagnostics import diagnose

    return json.dumps(
        {
            "source": translation.alignment.source.text,
            "text": translation.text,
            "score": translation.score,
            "log_prob": translation.log_prob,
            "finished": translation.finished,
            "alignment": translation.alignment.to_dict(),
            "diagnostics": diagnose(translation.alignment.words(keep_end=True)).to_dict(),
        },
        ensure_ascii=False,
    )


def drawing(translation: "Translation", wanted: bool) -> list[str]:
    """The alignment map over words for the terminal, where it is wanted."""
    if not wanted:
        return []
    from seq2seq.show.terminal import heatmap

    return [heatmap(translation.alignment.words(), colour=sys.stdout.isatty()), ""]
