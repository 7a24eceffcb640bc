"""Score a run, or several as one, on a test set."""

import json
import sys
from argparse import BooleanOptionalAction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from seq2seq.cli.command import Parser
from seq2seq.cli.search import add_precision, add_prune, add_runs, beam_of, with_settings
from seq2seq.cli.warnings import warn_of_lines
from seq2seq.errors import InputError
from seq2seq.text.files import read_sides, read_words

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from seq2seq.translate.breakdown import Seen
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
    add_runs(parser)
    parser.add_argument("--source", metavar="FILE", help="file to translate, one sentence a line")
    parser.add_argument("--reference", action="append", dest="references", metavar="FILE",
                        help="file of its reference translations; given again, a further reference of each line, "
                        "for BLEU and chrF: all else is measured on the first")  # fmt: skip
    parser.add_argument("--data", metavar="FOLDER", help="in place of these, a prepared corpus: each of its test sets "
                        "(test.LANG, test_2017_flickr.LANG and so on) is scored by its name")  # fmt: skip
    parser.add_argument("--training", nargs=2, metavar="FILE", help="source and target of the text that the run was "
                        "trained on: also the scores of short and long sentences, of those with words that it does "
                        "not have, and of words by how often it has them")  # fmt: skip
    parser.add_argument("--beam", metavar="N", type=int, help="hypotheses kept at each step (default: the run's; 1 "
                        "is greedy)")  # fmt: skip
    add_prune(parser)
    add_precision(parser)
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
    """The scores of the translations and, on the references, of the attention; with --data, those of each test set."""
    check_options(arguments)
    function_words = frozenset() if arguments.function_words is None else read_words(arguments.function_words)
    training = None if arguments.training is None else read_sides(*arguments.training)
    if arguments.data is None:
        sides = [read_sides(arguments.source, reference) for reference in arguments.references]
    elif not Path(arguments.data).is_dir():
        raise InputError(f"{arguments.data}: no such folder; --data needs a prepared corpus")
    from seq2seq.translate.ensemble import load_runs

    translator = with_settings(load_runs(arguments.runs, precision=arguments.precision), arguments)
    seen = None if training is None else training_words(translator, training, arguments)
    if arguments.data is None:
        return score(translator, TestSet(sides, arguments.source, arguments.gold), arguments, seen, function_words)
    tests = test_sets(Path(arguments.data), translator.config.data.source, translator.config.data.target)
    return {name: score(translator, test, arguments, seen, function_words) for name, test in tests.items()}


def check_options(arguments: "Namespace") -> None:
    """Raise InputError for options that do not go together."""
    if arguments.probe_attention and len(arguments.runs) > 1:
        raise InputError("--probe-attention looks into one model: give one run")
    if arguments.function_words is not None and not arguments.probe_attention:
        raise InputError("--function-words is for --probe-attention: give both")
    files = (arguments.source, arguments.references, arguments.gold)
    if arguments.data is None and None in files[:2]:
        raise InputError("give --source and --reference, or the folder of a corpus with --data")
    if arguments.data is not None and files != (None, None, None):
        raise InputError("--data has sources, references and gold links: give it alone, or the files without it")


class TestSet(NamedTuple):
    """What is to be scored: the pairs, once for each reference, and the files of the sources and of gold links."""

    sides: list[list[tuple[str, str]]]
    source: str
    gold: str | None


def test_sets(folder: Path, source: str, target: str) -> dict[str, TestSet]:
    """Each test set of a corpus, by its name, with its gold links where there are any. InputError where it has none."""
    from seq2seq.corpus.splits import names_of_test_sets

    found = {}
    for name in names_of_test_sets(folder, (source, target)):
        files = [folder / f"{name}.{language}" for language in (source, target)]
        gold = folder / f"{name}.align"
        found[name] = TestSet([read_sides(*files)], str(files[0]), str(gold) if gold.exists() else None)
    if not found:
        raise InputError(f"{folder}: has no test set of this run's languages, such as test.{source} and test.{target}")
    return found


def bleu_options(translator: "Translator", arguments: "Namespace") -> tuple[str, bool]:
    """Tokenisation of BLEU, and whether it ignores case: those of the run, where nothing else is asked for."""
    data = translator.config.data
    return (
        data.bleu_tokenize if arguments.tokenize is None else arguments.tokenize,
        data.lowercase if arguments.lowercase is None else arguments.lowercase,
    )


def training_words(translator: "Translator", pairs: list[tuple[str, str]], arguments: "Namespace") -> "Seen":
    """How often the text of --training has each word."""
    from seq2seq.translate.breakdown import seen_in

    _, lowercase = bleu_options(translator, arguments)
    return seen_in(pairs, translator.config.data.tokenised, lowercase)


def score(
    translator: "Translator",
    test: TestSet,
    arguments: "Namespace",
    seen: "Seen | None",
    function_words: frozenset[str],
) -> dict[str, Any]:
    """The scores of one test set."""
    from seq2seq.alignment.links import read_gold_of
    from seq2seq.translate.evaluation import evaluate as score_pairs
    from seq2seq.translate.scores import bleu_metric, corpus_scores

    tokenize, lowercase = bleu_options(translator, arguments)
    pairs, *others = test.sides
    further = [[reference for _, reference in other] for other in others]
    for number, pair in enumerate(pairs, 1):
        if message := translator.pair_refusal(*pair):
            raise InputError(f"{test.source}, line {number}: {message}")
    bleu_metric(tokenize, lowercase)  # what is at fault shows before the work
    gold = read_gold_of(test.gold, translator.word_counts(pairs)) if test.gold else None
    beam = beam_of(translator, arguments.beam)
    result = score_pairs(translator, pairs, gold, beam=beam, tokenize=tokenize, lowercase=lowercase, further=further,
                         progress=sys.stderr.isatty(), seen=seen)  # fmt: skip
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
