"""Make training pairs out of text of the target language, with a run of the opposite direction."""

import sys
from pathlib import Path
from typing import Any

from seq2seq.cli.command import Parser, a_name

EXAMPLE = """
seq2seq train tatoeba-kor-eng --run runs/eng-kor --data.source eng --data.target kor
seq2seq backtranslate runs/eng-kor --input sentences.eng --corpus data/tatoeba-kor-eng --output data/back
seq2seq prepare mix data/tatoeba-kor-eng:5 data/back --out data/mixed
"""


def main() -> None:
    """Parse arguments, translate, and say what was left out."""
    parser = Parser(
        description=f"{__doc__} The same command again goes on where it was interrupted (docs/small.md).",
        example=EXAMPLE,
    )
    parser.add_argument(
        "run", help="a run from the target language into the source language: what it translates becomes the source"
    )
    parser.add_argument("--input", metavar="FILE", required=True, help="sentences of the target language, one a line")
    parser.add_argument("--output", metavar="FOLDER", required=True, type=a_name, help="corpus to write")
    parser.add_argument(
        "--corpus", metavar="FOLDER", help="leave out sentences of its validation and test sets, whatever their case "
        "and punctuation"
    )  # fmt: skip
    parser.add_argument("--tag", metavar="WORD", default="", help="a word before each source, such as <BT>")
    parser.add_argument("--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's)")
    write(parser.parse_args())


def write(options: Any) -> None:
    """Translate what is asked for, with a line on stderr for each part that is done."""
    from seq2seq.cli.search import beam_of
    from seq2seq.text.bounded import sha256_of
    from seq2seq.translate.backtranslation import back_translate, read_sentences
    from seq2seq.translate.run_format import ANEW, MAX_WEIGHTS
    from seq2seq.translate.translator import Translator
    from seq2seq.translate.weights import find_run

    translator = Translator.load(options.run)
    data, beam = translator.config.data, beam_of(translator, options.beam)
    sentences = read_sentences(options.input, options.corpus, (data.target, data.source))
    weights = sha256_of(find_run(options.run)[1], MAX_WEIGHTS, ANEW)
    out, total = Path(options.output), len(sentences.lines)
    for done in back_translate(translator, weights, sentences, out, tag=options.tag, beam=beam):
        print(f"{done:,} of {total:,} sentences", file=sys.stderr, flush=True)
    pairs = total - sentences.dropped["without a whole translation"]
    print(f"{out}: {pairs:,} pairs, {data.target} translated from {data.source}")
    for reason, count in sentences.dropped.items():
        if count:
            print(f"sentences left out, {reason}: {count:,}")
