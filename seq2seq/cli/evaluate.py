"""Score a run, or several as one, on a test set."""

import json
import sys
from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING, Any

from seq2seq.cli.command import Parser
from seq2seq.cli.translate import beam_of
from seq2seq.cli.warnings import warn_of_lines
from seq2seq.errors import InputError
from seq2seq.text.files import read_sides, read_words

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from seq2seq.translate.translator import Translator


EXAMPLE = """
seq2seq prepare tiny-de-en
seq2seq evaluate tiny-de-en --source data/tiny-de-en/test.de --reference data/tiny-de-en/test.en
"""


def main() -> None:
    """Parse arguments, score, and print JSON."""
    parser = Parser(
        description="Score a run, or several as one, on a test set: BLEU, chrF, likelihood of the references, what the "
        "attention looks like and, with gold links, alignment error rate. Prints JSON.",
        example=EXAMPLE,
    )
    parser.add_argument("runs", nargs="+", metavar="run", help="folder of a trained run, a model-*.safetensors in one, "
                        "or the name of a run that ships; several with the same subwords translate as one, by their "
                        "mean probabilities and attention weights, with the settings of the first")  # fmt: skip
    parser.add_argument("--source", metavar="FILE", required=True, help="file to translate, one sentence a line")
    parser.add_argument("--reference", required=True, action="append", dest="references", metavar="FILE",
                        help="file of its reference translations; given again, a further reference of each line, "
                        "for BLEU and chrF: all else is measured on the first")  # fmt: skip
    parser.add_argument("--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's; 1 "
                        "is greedy)")  # fmt: skip
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32", help="of weights and states: bf16 is "
                        "faster where the hardware has it (default: fp32)")  # fmt: skip
    parser.add_argument("--tokenize", metavar="NAME", help="sacrebleu's tokenisation for BLEU (default: the run's)")
    parser.add_argument("--lowercase", action=BooleanOptionalAction, help="ignore case in BLEU (default: the run's)")
    parser.add_argument(
        "--gold", metavar="FILE", help="gold word links of source and reference, Pharaoh format, for AER"
    )
    parser.add_argument("--probe-attention", action="store_true", help="is the attention really used? Change of "
                        "log-probability and BLEU under uniform, permuted and diagonal weights, without the largest "
                        "weight, and with it alone or above a uniform rest")  # fmt: skip
    parser.add_argument("--function-words", metavar="FILE", help="for --probe-attention: function words of the target "
                        "language, one a line; tells them from content words")  # fmt: skip
    print(json.dumps(evaluate(parser.parse_args()), indent=2, ensure_ascii=False))


def evaluate(arguments: "Namespace") -> dict[str, Any]:
    """The scores of the translations and, on the references, of the attention."""
    if arguments.probe_attention and len(arguments.runs) > 1:
        raise InputError("--probe-attention looks into one model: give one run")
    if arguments.function_words is not None and not arguments.probe_attention:
        raise InputError("--function-words is for --probe-attention: give both")
    pairs, *others = [read_sides(arguments.source, reference) for reference in arguments.references]
    further = [[reference for _, reference in other] for other in others]
    function_words = frozenset() if arguments.function_words is None else read_words(arguments.function_words)
    from seq2seq.alignment.links import read_gold_of
    from seq2seq.translate.ensemble import load_runs
    from seq2seq.translate.evaluation import evaluate as score
    from seq2seq.translate.scores import bleu_metric, corpus_scores

    translator = load_runs(arguments.runs, precision=arguments.precision)
    data = translator.config.data
    tokenize = data.bleu_tokenize if arguments.tokenize is None else arguments.tokenize
    lowercase = data.lowercase if arguments.lowercase is None else arguments.lowercase
    for number, pair in enumerate(pairs, 1):
        if message := translator.pair_refusal(*pair):
            raise InputError(f"{arguments.source}, line {number}: {message}")
    bleu_metric(tokenize, lowercase)  # what is at fault shows before the work
    gold = read_gold_of(arguments.gold, translator.word_counts(pairs)) if arguments.gold else None
    beam = beam_of(translator, arguments.beam)
    result = score(translator, pairs, gold, beam=beam, tokenize=tokenize, lowercase=lowercase, further=further,
                   progress=sys.stderr.isatty())  # fmt: skip
    segment = translator.vocabulary.source.segment
    warn_of_lines([translator.unknown_share(segment(source).side) for source, _ in pairs])
    if result["attention"]["warning"]:
        print(f"warning: {result['attention']['warning']}", file=sys.stderr)
    if arguments.probe_attention:
        references = [reference for _, reference in pairs]

        def bleu(translations: list[str]) -> float:
            return corpus_scores(translations, references, tokenize, lowercase, further).bleu

        result["probe"] = probe_attention(translator, pairs, beam, bleu, result, function_words)
    return result


def probe_attention(
    translator: "Translator",
    pairs: list[tuple[str, str]],
    beam: int,
    bleu: "Callable[[list[str]], float]",
    learned: dict[str, Any],
    function_words: frozenset[str],
) -> dict[str, Any]:
    """Log-probability of a target piece of the references (nats); how it, the likeliest piece and BLEU change under
    other weights, and, with function words, how it changes for these and for content words.

    learned: the scores under the weights that were learned.
    """
    from seq2seq.translate.probe import probe

    found: dict[str, Any] = {"log_prob": -learned["nll"]}
    for name, effect in probe(translator, pairs, beam, function_words).items():
        changes = {group: dict(vars(change)) for group, change in effect.changes.items()}
        found[name] = {**changes.pop("all"), "bleu_change": bleu(effect.translations) - learned["bleu"], **changes}
    return found
