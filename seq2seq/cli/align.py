"""Link the words of given sentence pairs: `i-j` for source word i and target word j, from 0, a line a pair."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name, refuse_one_file
from seq2seq.cli.search import with_settings
from seq2seq.cli.shards import add_shards, check_shards, elsewhere, settings_digest, work_in_shards
from seq2seq.cli.translate import REFUSED
from seq2seq.errors import InputError
from seq2seq.text.files import check_counts, read_sides
from seq2seq.text.writing import write_lines

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.translate.blocks import Answer, Block
    from seq2seq.translate.translator import Translator
    from seq2seq.translate.word_links import ScoredLinks

Pairs = list[tuple[str, str]]

EXAMPLE = """
seq2seq align tiny-de-en --source test.de --target test.en
seq2seq align runs/mine --source test.de --target test.en --gold test.align --output links
"""


def main() -> None:
    """Parse arguments and write the links, a line for each pair."""
    parser = Parser(description=__doc__, example=EXAMPLE)
    parser.add_argument("run", help="folder of a trained run, or the name of one that ships")
    parser.add_argument("--source", metavar="FILE", required=True, help="file of sentences, one a line")
    parser.add_argument("--target", metavar="FILE", required=True, help="file of their translations, line for line")
    parser.add_argument("--reverse", metavar="RUN", help="a run that translates the other way, for the other direction")
    parser.add_argument("--symmetrize", metavar="METHOD", help="how to make links of both directions: agreement, "
                        "forward or backward (one alone), intersection, union, grow-diag, grow-diag-final, "
                        "grow-diag-final-and (default: grow-diag, or forward where there is no other)")  # fmt: skip
    parser.add_argument("--threshold", metavar="SHARE", type=float, help="for agreement: least geometric mean of "
                        "both weights of a link (default: 0.4)")  # fmt: skip
    parser.add_argument("--by", metavar="READING", help="what to read: aligner, attention (the decoder's), "
                        "later-attention (a step later, when the word is its input), or what counts for each target "
                        "word: gradient-x-input, integrated-gradients (slow), occlusion (default: aligner, where "
                        "there is one)")  # fmt: skip
    parser.add_argument(
        "--gold", metavar="FILE", help="gold links, Pharaoh format: their AER, precision and recall go to stderr"
    )
    parser.add_argument(
        "--output", metavar="FILE", type=a_name, help="file to write, Pharaoh format (default: standard output)"
    )
    parser.add_argument("--scores", metavar="FILE", type=a_name, help="file to write: how sure each pair is, from 0 to "
                        "1, a tab, and how sure each of its links is, in their order; 0 for a pair "
                        "without words")  # fmt: skip
    parser.add_argument("--max-pieces", metavar="N", type=int, help="longest sentence that is aligned, in pieces; a "
                        "longer one is refused with a message, its answer is an empty line, and the exit status is 3 "
                        "(default: search.max_pieces of the run)")  # fmt: skip
    add_shards(parser, "--output")
    arguments = parser.parse_args()
    arguments.runs = [run for run in (arguments.run, arguments.reverse) if run is not None]
    align(arguments)


def align(arguments: "Namespace") -> None:
    """Write the links of each pair as `i-j`, source word i and target word j, from 0 on; nothing for a blank side."""
    if arguments.threshold is not None and not 0 < arguments.threshold <= 1:
        raise InputError(f"--threshold is {arguments.threshold}, it must be above 0 and at most 1")
    refuse_one_file(arguments.output, arguments.source, arguments.target, arguments.gold)
    refuse_one_file(arguments.scores, arguments.source, arguments.target, arguments.gold)
    if arguments.scores is not None and arguments.scores == arguments.output:
        raise InputError(f"{arguments.output}: is the file of --output and of --scores; give two")
    left_out = ["--gold"] if arguments.gold is not None else []
    reads = {"--source": arguments.source, "--target": arguments.target}
    writes = {"--output": arguments.output} | ({} if arguments.scores is None else {"--scores": arguments.scores})
    check_shards(arguments, reads, writes, left_out)
    if align_here(arguments) if arguments.shards is None else align_in_shards(arguments):
        sys.exit(REFUSED)


def align_here(arguments: "Namespace") -> int:
    """Write the links, and what else is asked for; how many pairs were refused."""
    pairs = read_sides(arguments.source, arguments.target)
    from seq2seq.alignment.links import alignment_scores, format_pharaoh, read_gold_of
    from seq2seq.translate.blocks import LINES

    linker = Linker(arguments)
    gold = read_gold_of(arguments.gold, linker.translator.word_counts(pairs)) if arguments.gold else None
    found: list[ScoredLinks] = []
    refused = 0
    for first in range(0, len(pairs), LINES):
        block, messages = linker.link(pairs[first : first + LINES], first)
        tell(messages)
        found += block
        refused += len(messages)
    if gold is not None:
        scores = alignment_scores([set(one.links) for one in found], gold)
        print(f"AER {scores.aer:.1f}, precision {scores.precision:.1f}, recall {scores.recall:.1f}", file=sys.stderr)
    if arguments.scores is not None:
        write_lines(arguments.scores, map(scores_line, found))
    lines = [format_pharaoh(set(one.links)) for one in found]
    if arguments.output is None:
        print("\n".join(lines))
    else:
        write_lines(arguments.output, lines)
    return refused


def align_in_shards(arguments: "Namespace") -> int:
    """Write the same, from blocks of pairs that the workers of `--shards` align; how many pairs were refused."""
    from seq2seq.translate.blocks import LINES, count_lines, cut

    sides = [list(cut(path, LINES)) for path in (arguments.source, arguments.target)]
    check_counts([count_lines(side) for side in sides], (arguments.source, arguments.target), "there is nothing to do")
    Linker(arguments).link([], 0)  # what does not go together is refused before the work
    refused = 0

    def told(messages: list[str]) -> None:
        nonlocal refused
        tell(messages)
        refused += len(messages)

    job, blocks = AlignJob(elsewhere(arguments)), list(zip(*sides, strict=True))
    work_in_shards(arguments, job, blocks, [arguments.output, arguments.scores], told)
    return refused


def tell(messages: list[str]) -> None:
    """Say which pairs were refused."""
    for message in messages:
        print(f"refused: {message}", file=sys.stderr)


@dataclass(frozen=True)
class AlignJob:
    """Blocks of pairs to their links, and how sure these are."""

    arguments: "Namespace"

    def digest(self) -> str:
        """The runs and the options."""
        return settings_digest(self.arguments, ("source", "target", "output", "scores", "run", "reverse"))

    def start(self) -> "Callable[[Block], Answer]":
        """Load the runs."""
        from seq2seq.alignment.links import format_pharaoh
        from seq2seq.translate.blocks import Answer

        linker = Linker(self.arguments)

        def answer(block: "Block") -> Answer:
            source, target = (side.lines() for side in block)
            found, messages = linker.link(list(zip(source, target, strict=True)), block[0].first)
            links = "".join(f"{format_pharaoh(set(one.links))}\n" for one in found)
            return Answer((links, "".join(f"{scores_line(one)}\n" for one in found)), messages)

        return answer


class Linker:
    """The runs of the command, loaded, with its options."""

    def __init__(self, arguments: "Namespace") -> None:
        from seq2seq.translate.translator import Translator

        self.arguments = arguments
        self.translator, *others = (with_settings(Translator.load(run), arguments) for run in arguments.runs)
        self.reverse = others[0] if others else None

    def link(self, pairs: Pairs, first: int) -> "tuple[list[ScoredLinks], list[str]]":
        """The links of each pair, none for one that is too long; and what is said of these. first: the number of the
        first pair, from 0."""
        from seq2seq.alignment.map import AGREEMENT
        from seq2seq.translate.word_links import scored_links

        short, messages = readable(self.translator, self.reverse, pairs, first)
        given = self.arguments
        threshold = AGREEMENT if given.threshold is None else given.threshold
        return scored_links(self.translator, short, self.reverse, given.symmetrize, threshold, given.by), messages


def scores_line(found: "ScoredLinks") -> str:
    """What `--scores` says of a pair."""
    return f"{found.confidence:.4f}\t{' '.join(f'{share:.4f}' for share in found.links.values())}"


def readable(
    translator: "Translator", reverse: "Translator | None", pairs: Pairs, first: int
) -> tuple[Pairs, list[str]]:
    """The pairs, with blank ones in place of those that are too long, and what is said of each of these."""
    short, messages = [], []
    for number, (source, target) in enumerate(pairs, first + 1):
        message = translator.pair_refusal(source, target)
        if message is None and reverse is not None:
            message = reverse.pair_refusal(target, source)
        if message is not None:
            messages.append(f"line {number}: {message}")
        short.append((source, target) if message is None else ("", ""))
    return short, messages
