"""Link the words of given sentence pairs: `i-j` for source word i and target word j, from 0, a line a pair."""

import sys
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name, refuse_one_file
from seq2seq.cli.search import with_settings
from seq2seq.cli.translate import REFUSED
from seq2seq.errors import InputError
from seq2seq.text.files import read_sides
from seq2seq.text.writing import write_lines

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.translate.translator import Translator
    from seq2seq.translate.word_links import ScoredLinks

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
    align(parser.parse_args())


def align(arguments: "Namespace") -> None:
    """Write the links of each pair as `i-j`, source word i and target word j, from 0 on; nothing for a blank side."""
    if arguments.threshold is not None and not 0 < arguments.threshold <= 1:
        raise InputError(f"--threshold is {arguments.threshold}, it must be above 0 and at most 1")
    refuse_one_file(arguments.output, arguments.source, arguments.target, arguments.gold)
    refuse_one_file(arguments.scores, arguments.source, arguments.target, arguments.gold)
    if arguments.scores is not None and arguments.scores == arguments.output:
        raise InputError(f"{arguments.output}: is the file of --output and of --scores; give two")
    pairs = read_sides(arguments.source, arguments.target)
    from seq2seq.alignment.links import alignment_scores, format_pharaoh, read_gold_of
    from seq2seq.alignment.map import AGREEMENT
    from seq2seq.translate.translator import Translator
    from seq2seq.translate.word_links import scored_links

    translator = with_settings(Translator.load(arguments.run), arguments)
    reverse = with_settings(Translator.load(arguments.reverse), arguments) if arguments.reverse else None
    gold = read_gold_of(arguments.gold, translator.word_counts(pairs)) if arguments.gold else None
    threshold = AGREEMENT if arguments.threshold is None else arguments.threshold
    short, refused = readable(translator, reverse, pairs)
    found = scored_links(translator, short, reverse, arguments.symmetrize, threshold, arguments.by)
    links = [set(one.links) for one in found]
    if gold is not None:
        scores = alignment_scores(links, gold)
        print(f"AER {scores.aer:.1f}, precision {scores.precision:.1f}, recall {scores.recall:.1f}", file=sys.stderr)
    if arguments.scores is not None:
        write_lines(arguments.scores, map(scores_line, found))
    lines = [format_pharaoh(one) for one in links]
    if arguments.output is None:
        print("\n".join(lines))
    else:
        write_lines(arguments.output, lines)
    if refused:
        sys.exit(REFUSED)


def scores_line(found: "ScoredLinks") -> str:
    """What `--scores` says of a pair."""
    return f"{found.confidence:.4f}\t{' '.join(f'{share:.4f}' for share in found.links.values())}"


def readable(
    translator: "Translator", reverse: "Translator | None", pairs: list[tuple[str, str]]
) -> tuple[list[tuple[str, str]], int]:
    """The pairs, with blank ones in place of those that are too long, and how many these are; each is told of."""
    short, refused = [], 0
    for number, (source, target) in enumerate(pairs, 1):
        message = translator.pair_refusal(source, target)
        if message is None and reverse is not None:
            message = reverse.pair_refusal(target, source)
        if message is not None:
            print(f"refused: line {number}: {message}", file=sys.stderr)
        refused += message is not None
        short.append((source, target) if message is None else ("", ""))
    return short, refused
