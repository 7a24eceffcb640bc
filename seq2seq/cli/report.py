"""Report on a whole test set, sentence by sentence, as one page: a run, or two side by side."""

import sys
from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser, a_name, as_typed, refuse_one_file
from seq2seq.cli.search import add_precision, beam_of
from seq2seq.cli.translate import REFUSED
from seq2seq.cli.warnings import Warnings
from seq2seq.errors import InputError
from seq2seq.text.files import read_lines, read_sides
from seq2seq.text.writing import atomic_write

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.show.report import RunReport, Texts
    from seq2seq.translate.translator import Translator

EXAMPLE = """
seq2seq report tiny-de-en --source data/tiny-de-en/test.de \\
    --reference data/tiny-de-en/test.en --gold data/tiny-de-en/test.align --output report.html
seq2seq report runs/one runs/two --source test.de --reference test.en --output two.html
"""


def main() -> None:
    """Parse arguments, translate, and write the page."""
    parser = Parser(
        description="Report on a whole test set as one HTML page that needs nothing from anywhere: scores, a table of "
        "all sentences to sort and filter, and the alignment maps of each. Two runs stand side by side.",
        example=EXAMPLE,
    )
    parser.add_argument("runs", nargs="+", metavar="run", help="folder of a trained run, a model-*.safetensors in one, "
                        "or the name of a run that ships; one or two")  # fmt: skip
    parser.add_argument("--source", metavar="FILE", required=True, help="file to translate, one sentence a line")
    parser.add_argument("--reference", action="append", default=[], dest="references", metavar="FILE",
                        help="file of its reference translations; given again, a further reference of each line, "
                        "for BLEU and chrF: all else is measured on the first")  # fmt: skip
    parser.add_argument(
        "--gold", metavar="FILE", help="gold word links of source and reference, Pharaoh format, for AER"
    )
    parser.add_argument("--output", metavar="FILE", type=a_name, required=True, help="page to write")
    parser.add_argument("--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's; 1 "
                        "is greedy)")  # fmt: skip
    add_precision(parser)
    parser.add_argument("--tokenize", metavar="NAME", help="sacrebleu's tokenisation for BLEU (default: the first "
                        "run's)")  # fmt: skip
    parser.add_argument("--lowercase", action=BooleanOptionalAction, help="ignore case in BLEU (default: the first "
                        "run's)")  # fmt: skip
    report(parser.parse_args())


def report(arguments: "Namespace") -> None:
    """Write the page, and warn of lines as `translate` does."""
    if len(arguments.runs) > 2:
        raise InputError(f"{len(arguments.runs)} runs are too many to stand side by side; give one or two")
    if arguments.gold and not arguments.references:
        raise InputError("--gold links are of source and reference: add --reference")
    refuse_one_file(arguments.output, arguments.source, *arguments.references, arguments.gold)
    sources, references = read_texts(arguments.source, arguments.references)
    from seq2seq.show.report import Texts, report_data, report_page

    texts, runs = translated(arguments, Texts(sources, references))
    files = {"source": arguments.source, "references": arguments.references, "gold": arguments.gold}
    page = report_page(report_data(texts, runs, files=files, command=as_typed("report")))
    with atomic_write(arguments.output) as stream:
        stream.write(page.encode())
    if sum(warned(run, named=len(runs) > 1) for run in runs):
        sys.exit(REFUSED)


def translated(arguments: "Namespace", texts: "Texts") -> "tuple[Texts, list[RunReport]]":
    """The texts, with their gold links, and what each run makes of them; what is at fault shows before the work."""
    from seq2seq.show.report import report_run
    from seq2seq.translate.scores import bleu_metric
    from seq2seq.translate.translator import Translator

    translators = [Translator.load(run, precision=arguments.precision) for run in arguments.runs]
    data = translators[0].config.data
    tokenize = data.bleu_tokenize if arguments.tokenize is None else arguments.tokenize
    lowercase = data.lowercase if arguments.lowercase is None else arguments.lowercase
    bleu_metric(tokenize, lowercase)
    beams = [beam_of(translator, arguments.beam) for translator in translators]
    texts = checked(texts, arguments, translators)
    return texts, [
        report_run(
            translator,
            name,
            texts,
            beam=beam,
            tokenize=tokenize,
            lowercase=lowercase,
            progress=sys.stderr.isatty(),
        )
        for translator, name, beam in zip(translators, arguments.runs, beams, strict=True)
    ]


def read_texts(source: str, references: list[str]) -> tuple[list[str], list[list[str]]]:
    """The sources and the references of each file; InputError as `read_sides` raises it."""
    if not references:
        lines = read_lines(source)
        if not lines:
            raise InputError(f"{source} is empty; there is nothing to do")
        return lines, []
    sides = [read_sides(source, reference) for reference in references]
    return [line for line, _ in sides[0]], [[reference for _, reference in pairs] for pairs in sides]


def checked(texts: "Texts", arguments: "Namespace", translators: "list[Translator]") -> "Texts":
    """The texts with their gold links; InputError where runs, references or links do not go together."""
    from dataclasses import replace

    from seq2seq.alignment.links import read_gold_of
    from seq2seq.show.report import check_side_by_side

    check_side_by_side(arguments.runs, translators)
    if not texts.references:
        return texts
    for translator in translators:
        for number, pair in enumerate(texts.pairs(), 1):
            if message := translator.pair_refusal(*pair):
                raise InputError(f"{arguments.source}, line {number}: {message}")
    if not arguments.gold:
        return texts
    return replace(texts, gold=read_gold_of(arguments.gold, translators[0].word_counts(texts.pairs())))


def warned(run: "RunReport", named: bool) -> int:
    """Say on stderr which translations of a run are not to be trusted; the number of lines that were refused."""
    warnings = Warnings(run.name if named else None)
    for number, (translation, share) in enumerate(zip(run.translations, run.measures["unknown"], strict=True), 1):
        warnings.see(number, translation, (share or 0.0) / 100)
    warnings.tell_the_rest()
    if message := run.scores["translations"]["warning"]:
        print(f"warning: {warnings.run}{message}", file=sys.stderr)
    return warnings.counts["refused"]
