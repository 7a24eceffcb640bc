#!/usr/bin/env python
"""Score a run on a test set: scripts/evaluate.py runs/tiny-de-en --source test.de --reference test.en"""

import dataclasses
import json
import time
from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING, Any

from seq2seq.command import Parser, run
from seq2seq.errors import InputError
from seq2seq.text import read_lines

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.links import GoldLinks
    from seq2seq.translator import Translator


def main() -> None:
    """Parse arguments, score, and print JSON."""
    parser = Parser(description=__doc__)
    parser.add_argument("run", help="folder of a trained run")
    parser.add_argument("--source", required=True, help="file to translate, one sentence a line")
    parser.add_argument("--reference", required=True, help="file of its reference translations")
    parser.add_argument("--beam", type=int, help="hypotheses kept at each step (default: the run's; 1 is greedy)")
    parser.add_argument("--tokenize", help="sacrebleu's tokenisation for BLEU (default: the run's)")
    parser.add_argument("--lowercase", action=BooleanOptionalAction, help="ignore case in BLEU (default: the run's)")
    parser.add_argument("--gold", help="gold word links of source and reference, Pharaoh format, for AER")
    print(json.dumps(evaluate(parser.parse_args()), indent=2, ensure_ascii=False))


def evaluate(arguments: "Namespace") -> dict[str, Any]:
    """The scores of the translations, and of their word links where gold ones are given."""
    sources, references = read_sides(arguments.source, arguments.reference)
    from seq2seq.scores import bleu_metric, corpus_scores
    from seq2seq.translator import Translator

    translator = Translator.load(arguments.run)
    data = translator.config.data
    tokenize = data.tokenize if arguments.tokenize is None else arguments.tokenize
    lowercase = data.lowercase if arguments.lowercase is None else arguments.lowercase
    bleu_metric(tokenize, lowercase)  # what is at fault shows before the work
    gold = read_gold_links(arguments.gold, len(sources)) if arguments.gold else None
    if arguments.beam is not None and arguments.beam < 1:
        raise InputError(f"--beam is {arguments.beam}, it must be 1 or more")
    started = time.monotonic()
    translations = [best[0] for best in translator.translate_all(sources, beam=arguments.beam, progress=True)]
    seconds = time.monotonic() - started
    scores = corpus_scores(
        [translation.text for translation in translations],
        references,
        tokenize,
        lowercase,
    )
    result = {"sentences": len(sources), **dataclasses.asdict(scores), "seconds": seconds}
    return result | (gold_scores(translator, sources, references, gold) if gold is not None else {})


def read_sides(source: str, reference: str) -> tuple[list[str], list[str]]:
    """Source and reference lines; blank ones are allowed, a different number or none at all is not."""
    sides = read_lines(source), read_lines(reference)
    if len(sides[0]) != len(sides[1]):
        raise InputError(
            f"{source} has {len(sides[0]):,} lines and {reference} has {len(sides[1]):,}; line i of one must translate "
            "line i of the other"
        )
    if not sides[0]:
        raise InputError(f"{source} and {reference} are empty; there is nothing to score")
    return sides


def read_gold_links(path: str, sentences: int) -> "list[GoldLinks]":
    """The gold links of each sentence pair; InputError when there are more or fewer."""
    from seq2seq.links import read_gold

    gold = read_gold(path)
    if len(gold) != sentences:
        raise InputError(f"{path} has {len(gold):,} lines, but there are {sentences:,} sentence pairs")
    return gold


def gold_scores(
    translator: "Translator", sources: list[str], references: list[str], gold: "list[GoldLinks]"
) -> dict[str, float]:
    """AER, precision and recall (percent) of the links of forced-decoded references, by argmax over the words."""
    from seq2seq.links import alignment_scores

    maps = translator.align_all(list(zip(sources, references, strict=True)))
    return dataclasses.asdict(alignment_scores([alignment.words().links() for alignment in maps], gold))


if __name__ == "__main__":
    run(main)
