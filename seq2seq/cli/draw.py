"""Draw who attends to whom: a heatmap as PNG, SVG or PDF, or a page to explore it in a browser.

What is written holds the command that makes it again.
"""

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name, as_typed, refuse_one_file
from seq2seq.cli.search import beam_of
from seq2seq.cli.warnings import warn_of_sentence
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines
from seq2seq.text.writing import atomic_write

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.alignment.links import GoldLinks
    from seq2seq.alignment.map import AlignmentMap
    from seq2seq.translate.translator import Translator

EXAMPLE = """
seq2seq draw tiny-de-en "Er ruft am Sonntag seine Mutter an." --output map.svg
seq2seq draw runs/mine --source test.de --target test.en --gold test.align --line 7 --output map.png
seq2seq draw tiny-de-en "Er ruft am Sonntag seine Mutter an." --output map.html
"""

PAGE = ".html"


def main() -> None:
    """Parse arguments and draw."""
    parser = Parser(description=__doc__, example=EXAMPLE)
    parser.add_argument("run", help="folder of a trained run, or the name of one that ships")
    parser.add_argument("sentence", nargs="?", help="the sentence to translate")
    parser.add_argument("--translation", metavar="TEXT", help="its translation, to be read instead of searched for")
    parser.add_argument("--source", metavar="FILE", help="file of sentences, one a line, to take the sentence from")
    parser.add_argument(
        "--target", metavar="FILE", help="file of their translations, to be read instead of searched for"
    )
    parser.add_argument(
        "--line", metavar="N", type=int, default=1, help="which line of the files, from 1 on (default: 1)"
    )
    parser.add_argument(
        "--gold", metavar="FILE", help="file of gold word links, Pharaoh format: those of the line are outlined"
    )
    parser.add_argument(
        "--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's; 1 is greedy)"
    )
    parser.add_argument("--heads", choices=("mean", "each"), default="mean", help="the heads' mean, or side by side")
    parser.add_argument("--units", choices=("words", "pieces"), default="words", help="words, or the model's pieces")
    parser.add_argument("--keep-end", action="store_true", help="draw the end of sentence beside the words too")
    parser.add_argument("--title", metavar="TEXT", help="a line of text above the map")
    parser.add_argument(
        "--output", metavar="FILE", type=a_name, required=True, help="file to write: .png, .svg, .pdf or .html"
    )
    draw(parser.parse_args())


def draw(arguments: "Namespace") -> None:
    """Write the figure or the page, and in it what makes it again."""
    refuse_one_file(arguments.output, arguments.source, arguments.target, arguments.gold)
    source, target = chosen_sentences(arguments)
    refuse_gold_that_has_no_place(arguments, target)
    is_page = check_suffix(arguments)
    from seq2seq.translate.translator import Translator

    translator = Translator.load(arguments.run)
    gold = gold_links(arguments, translator.word_counts([(source, target or "")])[0])
    pieces, decoding = decode(translator, source, target, arguments.beam)
    warn_of_sentence(translator.unknown_share(pieces.source), "alignment" if target is not None else "translation")
    made = {"run": arguments.run, "decoding": decoding, "command": as_typed("draw")}
    if is_page:
        write_page(arguments, pieces, gold, made)
    else:
        write_figure(arguments, pieces, gold, made)


def write_page(arguments: "Namespace", pieces: "AlignmentMap", gold: "GoldLinks | None", made: dict[str, str]) -> None:
    """Write the page with the viewer of the map."""
    from seq2seq.show.viewer import page, view

    data = {
        "heading": arguments.title,
        "view": view({"attention": pieces}, gold=gold, run=arguments.run),
        "facts": made,
    }
    with atomic_write(arguments.output) as stream:
        stream.write(page(arguments.title or pieces.source.text, "map.js", data).encode())


def write_figure(
    arguments: "Namespace", pieces: "AlignmentMap", gold: "GoldLinks | None", made: dict[str, str]
) -> None:
    """Write the heatmap, and the warnings of the drawing to standard error."""
    from seq2seq.show.figures import heatmap

    alignment = pieces if arguments.units == "pieces" else pieces.words(keep_end=arguments.keep_end)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        heatmap(alignment, arguments.output, title=arguments.title, gold=gold, heads=arguments.heads, metadata=made)
    for warning in caught:
        print(f"warning: {warning.message}", file=sys.stderr)


def chosen_sentences(arguments: "Namespace") -> tuple[str, str | None]:
    """The sentence and, where one is given, its translation; InputError where they are no Unicode."""
    from seq2seq.translate.arguments import check_text

    if (arguments.sentence is None) == (arguments.source is None):
        raise InputError("give either a sentence or a file of sentences (--source)")
    if arguments.translation is not None and arguments.target is not None:
        raise InputError("give either --translation or --target, not both")
    source = arguments.sentence if arguments.sentence is not None else line_of(arguments.source, arguments.line)
    target = line_of(arguments.target, arguments.line) if arguments.target else arguments.translation
    check_text("the sentence", source)
    return source, None if target is None else check_text("the translation", target)


def line_of(path: str, number: int) -> str:
    """Line `number` (from 1 on) of a file; InputError where there is none."""
    lines = read_lines(path)
    if not 1 <= number <= len(lines):
        raise InputError(f"--line is {number}, but {path} has {len(lines):,} lines")
    return lines[number - 1]


def refuse_gold_that_has_no_place(arguments: "Namespace", target: str | None) -> None:
    """Raise InputError where gold links cannot be outlined in what is to be drawn."""
    if arguments.gold and target is None:
        raise InputError("--gold links belong to a given translation: add --target or --translation")
    if arguments.gold and arguments.units == "pieces":
        raise InputError("--gold links are of words: leave out --units pieces")


def check_suffix(arguments: "Namespace") -> bool:
    """Is a page to be written? InputError for an unknown suffix, and for a page with the options of figures."""
    from seq2seq.show.figures import SUFFIXES

    suffix = Path(arguments.output).suffix.lower()
    if suffix not in (*SUFFIXES, PAGE):
        raise InputError(f"{arguments.output}: cannot draw '{suffix}'; use one of {', '.join((*SUFFIXES, PAGE))}")
    if suffix == PAGE and (arguments.heads, arguments.units, arguments.keep_end) != ("mean", "words", False):
        raise InputError("--heads, --units and --keep-end are for figures; a page (.html) has all of it to choose from")
    return suffix == PAGE


def gold_links(arguments: "Namespace", word_counts: tuple[int, int]) -> "GoldLinks | None":
    """The gold links of the line, where a file of them is given; InputError where they do not fit so many words."""
    if not arguments.gold:
        return None
    from seq2seq.alignment.links import check_gold, parse_pharaoh

    links = parse_pharaoh(line_of(arguments.gold, arguments.line), arguments.gold, arguments.line)
    check_gold(links, word_counts, arguments.gold, arguments.line)
    return links


def decode(translator: "Translator", source: str, target: str | None, beam: int | None) -> "tuple[AlignmentMap, str]":
    """The alignment map over pieces, and in words how it was made."""
    if target is not None:
        return translator.align_all([(source, target)])[0], "forced: the translation was given"
    beam = beam_of(translator, beam)
    return translator.translate(source, beam=beam).alignment, translator.decoding(beam)
