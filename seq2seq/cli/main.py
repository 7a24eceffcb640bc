"""The command `seq2seq`: its verbs, and which module does each."""

import sys
from importlib import import_module

from seq2seq.cli.command import did_you_mean, run
from seq2seq.errors import InputError
from seq2seq.text.unicode import check_unicode

VERBS = {
    "train": "train a model on a parallel corpus, or go on with a run that is there",
    "translate": "translate sentences: a line out for each line in",
    "distil": "teach one model what several know",
    "backtranslate": "make training pairs out of text of the target language",
    "evaluate": "score a run on a test set: BLEU, chrF, and what its attention looks like",
    "align": "link the words of given sentence pairs",
    "draw": "draw an alignment map as PNG, SVG or PDF",
    "explain": "show the computation of attention number by number",
    "prepare": "make a corpus from your own files, or from a public one",
    "doctor": "examine a corpus: what is wrong, in which lines, and a cleaned copy",
    "report": "report on a whole test set, sentence by sentence, as one page",
    "bakeoff": "train variants of a recipe and compare them on one page",
    "demo": "translate and draw a few test sentences of a run",
    "board": "show in TensorBoard how runs learned",
    "film": "write a page that plays how runs learned to align",
    "serve": "a page to translate and look with, and an HTTP API",
}
"""Each verb with what it does; the module `seq2seq.cli.VERB` has its `main`."""

OVERVIEW = f"""Translation with encoder-decoder attention that a person can see through.

    echo "Ich kenne die Frau." | seq2seq translate tiny-de-en --show-alignment

usage: seq2seq VERB ...

{"".join(f"  {verb:<14} {summary}{chr(10)}" for verb, summary in VERBS.items())}
`seq2seq VERB --help` shows an example and all options of a verb; `seq2seq --version` the version.
"""


def main() -> None:
    """Run a verb and exit, as `run` does."""
    run(dispatch)


def dispatch() -> None:
    """Hand the command line to the verb that it names; without one, print the overview.

    Raises InputError for a verb that is not there, and for an argument that no message or file could quote.
    """
    verb, *arguments = sys.argv[1:] or ["--help"]
    for argument in arguments:
        check_unicode(argument, f"{argument}: the argument", "is the terminal set to UTF-8, and the file named in it?")
    if verb in ("-h", "--help", "help"):
        print(OVERVIEW, end="")
    elif verb == "--version":
        from importlib.metadata import version

        print(f"seq2seq {version('seq2seq')}")
    elif verb not in VERBS:
        kind = "option" if verb.startswith("-") else "verb"
        raise InputError(f"{verb} is no {kind} of seq2seq{did_you_mean(verb, VERBS)}; `seq2seq --help` lists the verbs")
    else:
        sys.argv = [f"seq2seq {verb}", *arguments]  # the name that help and faults show
        import_module(f"seq2seq.cli.{verb}").main()
