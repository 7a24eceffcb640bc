"""Translate with a run, or several as one: a line out for each line in."""

import os
import shlex
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from seq2seq import shipped
from seq2seq.cli.command import Parser, a_name, refuse_one_file
from seq2seq.cli.search import add_precision, add_prune, add_runs, beam_of, with_settings
from seq2seq.cli.shards import add_shards, check_shards, elsewhere, settings_digest, work_in_shards
from seq2seq.cli.warnings import Warnings
from seq2seq.errors import InputError
from seq2seq.text.files import open_input, read_stream
from seq2seq.text.writing import atomic_write

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.translate.blocks import Answer, Block
    from seq2seq.translate.translation import NBest, Translation
    from seq2seq.translate.translator import Translator

EXAMPLE = """
echo "Ich kenne die Frau." | seq2seq translate tiny-de-en --show-alignment
seq2seq translate runs/mine --input test.de --output test.en --beam 5
seq2seq translate runs/mine --nbest 5 --format moses < test.de
seq2seq translate runs/mine --input test.de --prefix begun.en
"""

FORMATS = ("text", "jsonl", "pharaoh", "moses")

REFUSED = 3
"""Exit status where lines were refused and all others are answered."""


def main() -> None:
    """Parse arguments and translate as the lines come."""
    parser = Parser(description=__doc__, example=EXAMPLE)
    add_runs(parser)
    parser.add_argument("--input", metavar="FILE", help="sentences, one a line (default: standard input)")
    parser.add_argument("--output", metavar="FILE", type=a_name, help="file to write (default: standard output)")
    parser.add_argument("--beam", metavar="N", type=int, help="hypotheses kept at each step; 1 is greedy (default: the "
                        "run's, or --nbest where that is more)")  # fmt: skip
    parser.add_argument("--nbest", metavar="N", type=int, default=1, help="translations of each line, best first, a "
                        "line each; of a blank line as many blank ones (default: 1)")  # fmt: skip
    add_prune(parser)
    parser.add_argument("--prefix", metavar="FILE", help="how each translation begins, a line for each line in; "
                        "white space at its end ends its last word")  # fmt: skip
    parser.add_argument("--open-prefix", action="store_true", help="the last word of each prefix need not be whole, "
                        "such as hou for house")  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="text", help="text; jsonl (docs/schema.md); pharaoh: word "
                        "links source-target; moses: number from 0 ||| text ||| score (default: text)")  # fmt: skip
    parser.add_argument("--show-alignment", action="store_true", help="draw each alignment map in the terminal")
    add_precision(parser)
    parser.add_argument("--batch-size", metavar="N", type=int, default=256, help="most sentences translated at once "
                        "(default: 256)")  # fmt: skip
    parser.add_argument("--max-pieces", metavar="N", type=int, help="lines of more pieces are refused: an empty line, "
                        "a message, exit status 3 (default: the run's)")  # fmt: skip
    parser.add_argument("--max-memory", metavar="MIB", type=int, help="most memory for the search; a line that may "
                        "need more is refused too (default: the run's)")  # fmt: skip
    add_shards(parser, "--input and --output")
    translate(parser.parse_args())


def translate(arguments: "Namespace") -> None:
    """Write the translations of each line, and warn of lines that the model hardly knows."""
    if arguments.batch_size < 1:
        raise InputError(f"--batch-size is {arguments.batch_size}, it must be 1 or more")
    if arguments.show_alignment and arguments.format != "text":
        raise InputError(f"--show-alignment draws between the lines of text; leave out --format {arguments.format}")
    if arguments.open_prefix and arguments.prefix is None:
        raise InputError("--open-prefix says how prefixes end; give them with --prefix FILE")
    reads = {"--input": arguments.input} | ({"--prefix": arguments.prefix} if arguments.prefix else {})
    left_out = ["--show-alignment"] if arguments.show_alignment else []
    check_shards(arguments, reads, {"--output": arguments.output}, left_out)
    refuse_sentences(arguments.runs)
    read = sys.stdin.fileno() if arguments.input is None else arguments.input
    refuse_one_file(arguments.output, read, arguments.prefix)
    from seq2seq.translate.ensemble import load_runs

    translator = with_settings(load_runs(arguments.runs, precision=arguments.precision), arguments)
    beam = beam_of(translator, arguments.beam, arguments.nbest)
    warnings = Warnings()
    if arguments.shards is None:
        translate_stream(translator, beam, arguments, warnings)
    else:
        translate_in_shards(translator, beam, arguments, warnings)
    warnings.tell_the_rest()
    if warnings.counts["refused"]:
        sys.exit(REFUSED)


def translate_stream(translator: "Translator", beam: int, arguments: "Namespace", warnings: Warnings) -> None:
    """Write the translations of each line as it comes."""
    lines = read_stream(open_input(arguments.input), arguments.input) if arguments.input else standard_input()
    lines, prefixes = (lines, None) if arguments.prefix is None else with_prefixes(lines, arguments)
    full = arguments.input is not None and os.path.isfile(arguments.input)  # all of it is there at once
    stream = streamed(translator, progress(lines), prefixes, beam, arguments, full)
    found = answers(translator, stream, arguments, warnings)
    if arguments.output is None:
        for text in found:
            print(text, flush=True)
    else:
        with atomic_write(arguments.output) as file:
            for text in found:
                file.write(f"{text}\n".encode())


def translate_in_shards(translator: "Translator", beam: int, arguments: "Namespace", warnings: Warnings) -> None:
    """Write the same, from blocks of lines that the workers of `--shards` translate."""
    from seq2seq.translate.blocks import LINES, count_lines, cut

    size = arguments.batch_size * max(1, LINES // arguments.batch_size)
    files = [path for path in (arguments.input, arguments.prefix) if path is not None]
    slices = [list(cut(path, size)) for path in files]
    counts = [count_lines(of_file) for of_file in slices]
    if min(counts) != max(counts):
        raise uneven(arguments.prefix, arguments.input, counts[0], counts[1])
    job = TranslateJob(elsewhere(arguments), beam)
    blocks = list(zip(*slices, strict=True))
    work_in_shards(arguments, job, blocks, [arguments.output], lambda told: warnings.add(*told))


@dataclass(frozen=True)
class TranslateJob:
    """Blocks of lines, and of their prefixes where there are any, to translations in the asked format."""

    arguments: "Namespace"
    beam: int

    def digest(self) -> str:
        """The runs and the options."""
        return settings_digest(self.arguments, ("input", "output", "prefix"))

    def start(self) -> "Callable[[Block], Answer]":
        """Load the runs."""
        from seq2seq.translate.blocks import Answer
        from seq2seq.translate.ensemble import load_runs

        arguments = self.arguments
        translator = with_settings(load_runs(arguments.runs, precision=arguments.precision), arguments)

        def answer(block: "Block") -> Answer:
            lines, *others = (of_file.lines() for of_file in block)
            prefixes = others[0] if others else None
            found = streamed(translator, lines, prefixes, self.beam, arguments, full_batches=True)
            warnings = Warnings(silent=True)
            texts = answers(translator, found, arguments, warnings, block[0].first)
            return Answer(("".join(f"{text}\n" for text in texts),), [warnings.counts, warnings.named])

        return answer


def refuse_sentences(runs: Sequence[str]) -> None:
    """Raise InputError, with the way that sentences come, where one is given in place of a run or after it."""
    unknown = [run for run in runs if not os.path.exists(run) and shipped.run(run) is None]
    if not unknown or not (any(len(name.split()) > 1 for name in unknown) or 1 < len(unknown) < len(runs)):
        return
    sentence = " ".join(" ".join(unknown).split())
    known = next((run for run in runs if run not in unknown), "tiny-de-en")
    raise InputError(
        f"{sentence}: no run has this name; sentences come by standard input or --input, as in: echo "
        f"{shlex.quote(sentence)} | seq2seq translate {shlex.quote(known)}"
    )


def streamed(
    translator: "Translator",
    lines: Iterable[str],
    prefixes: Iterable[str] | None,
    beam: int,
    arguments: "Namespace",
    full_batches: bool,
) -> "Iterator[NBest]":
    """The translations of each line as it comes."""
    options = {"beam": beam, "nbest": arguments.nbest, "batch_size": arguments.batch_size}
    begun = {"prefixes": prefixes, "open_prefixes": arguments.open_prefix}
    return translator.stream(lines, full_batches=full_batches, **options, **begun)


def answers(
    translator: "Translator", found: "Iterator[NBest]", arguments: "Namespace", warnings: Warnings, first: int = 0
) -> Iterator[str]:
    """What is written for each line, the first of which has the number `first`, from 0: `--nbest` translations in the
    asked format."""
    for index, best in enumerate(found, first):
        share = translator.unknown_share(best[0].alignment.source)
        warnings.see(index + 1, best[0], share)
        best += best[-1:] * (arguments.nbest - len(best))  # a blank line has one translation
        parts = [part for one in best for part in written(one, index, share, arguments)]
        yield "\n".join(parts)


def with_prefixes(lines: Iterator[str], arguments: "Namespace") -> tuple[Iterator[str], Iterator[str]]:
    """The lines, and their prefixes from `--prefix`, of which each is there when its line has come. InputError, from
    the lines, where one of the files has more."""
    name, input_name = arguments.prefix, arguments.input or "standard input"
    waiting: deque[str] = deque()

    def pairs() -> Iterator[str]:
        with prefix_file:
            given = read_stream(prefix_file, name)
            for number, (line, prefix) in enumerate(zip_longest(lines, given), 1):
                if line is None or prefix is None:
                    raise uneven(name, input_name, number - (line is None), number - (prefix is None))
                waiting.append(prefix)
                yield line

    prefix_file = open_input(name)
    return pairs(), iter(waiting.popleft, None)


def uneven(name: str, input_name: str, lines: int, prefixes: int) -> InputError:
    """What is wrong where a file of prefixes has not as many lines as the input."""
    if lines < prefixes:
        only = f"{input_name} has only {lines:,} lines"
        return InputError(f"{name}, line {lines + 1}: {only}; give a prefix for each line, and no more")
    only = f"{name} has only {prefixes:,} lines"
    return InputError(f"{input_name}, line {prefixes + 1}: {only}; give each line a prefix, be it an empty one")


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


def one_line(text: str) -> str:
    """A translation on one line, even if the model has spelt a line break in bytes."""
    return " ".join(text.splitlines())


def written(translation: "Translation", index: int, share: float, arguments: "Namespace") -> list[str]:
    """A translation of line `index` (from 0) in the asked format, and its drawing where one is wanted."""
    if arguments.format == "jsonl":
        from seq2seq.alignment.schema import to_json, translation_to_dict

        return [to_json(translation_to_dict(translation, share))]
    if arguments.format == "pharaoh":
        from seq2seq.alignment.links import format_pharaoh

        return [format_pharaoh(translation.alignment.words().links())]
    text = one_line(translation.text)
    if arguments.format == "moses":
        return [f"{index} ||| {text} ||| {translation.score:.6f}"]
    if not arguments.show_alignment:
        return [text]
    from seq2seq.show.terminal import heatmap

    return [text, heatmap(translation.alignment.words(), colour=sys.stdout.isatty()), ""]
