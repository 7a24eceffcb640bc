"""Attention, number by number: a small example to follow on paper, or one step of your own model's translation."""

import json
import sys
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name
from seq2seq.cli.search import beam_of
from seq2seq.cli.warnings import warn_of_sentence
from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_write

if TYPE_CHECKING:
    from argparse import Namespace

EXAMPLE = """
seq2seq explain
seq2seq explain tiny-de-en "Er ruft am Sonntag seine Mutter an." --step 2
seq2seq explain --format html --language ko --output page.html
"""


def main() -> None:
    """Parse arguments and write the page."""
    parser = Parser(description=__doc__, example=EXAMPLE)
    parser.add_argument("run", nargs="?", help="folder of a trained run, or the name of one that ships (default: the "
                        "built-in example)")  # fmt: skip
    parser.add_argument("sentence", nargs="?", help="sentence to translate and explain")
    step_help = "which piece of the translation, from 1 (default: the one whose weights are the most spread out)"
    parser.add_argument("--step", metavar="N", type=int, help=step_help)
    parser.add_argument(
        "--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's; 1 is greedy)"
    )
    formats = ("terminal", "markdown", "html", "json")
    parser.add_argument("--format", choices=formats, default=formats[0], help="terminal (default); markdown; html, one "
                        "file that needs no other; json, the numbers alone")  # fmt: skip
    parser.add_argument("--language", choices=("en", "ko"), default="en", help="English (default) or Korean")
    parser.add_argument("--output", metavar="FILE", type=a_name, help="file to write (default: standard output)")
    arguments = parser.parse_args()
    text = explanation(arguments)
    if arguments.output is None:
        sys.stdout.write(text)
        return
    with atomic_write(arguments.output) as stream:
        stream.write(text.encode())


def explanation(arguments: "Namespace") -> str:
    """The page, or its numbers, of what the arguments ask for."""
    check(arguments)
    from seq2seq.explain.render import render

    if arguments.run is None:
        from seq2seq.explain.example import worked_example
        from seq2seq.explain.example_page import example_page

        example = worked_example()
        numbers, page = example.to_dict(), example_page(example, arguments.language)
    else:
        from seq2seq.explain.translation import explain_step
        from seq2seq.explain.translation_page import translation_page
        from seq2seq.translate.translator import Translator

        translator = Translator.load(arguments.run)
        step = explain_step(translator, arguments.sentence, arguments.step, beam_of(translator, arguments.beam))
        warn_of_sentence(translator.unknown_share(step.translation.alignment.source))
        numbers, page = step.to_dict(), translation_page(step, arguments.run, arguments.language)
    if arguments.format == "json":
        return json.dumps(numbers, ensure_ascii=False) + "\n"
    return render(page, arguments.format, colour=sys.stdout.isatty() and arguments.output is None)


def check(arguments: "Namespace") -> None:
    """InputError for arguments that do not go together, before anything is loaded."""
    if arguments.run is None and (arguments.step is not None or arguments.beam is not None):
        raise InputError("--step and --beam need a run and a sentence; the built-in example has neither")
    if arguments.run is not None and arguments.sentence is None:
        raise InputError(f'give a sentence too, as in: seq2seq explain {arguments.run} "a sentence"')
