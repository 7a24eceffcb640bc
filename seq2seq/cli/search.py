"""Options that the verbs which search have in common: the runs, their precision, and settings of search."""

from typing import TYPE_CHECKING

from seq2seq.cli.command import Parser
from seq2seq.errors import InputError

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.translate.translator import Translator

SETTINGS = ("max_pieces", "max_memory", "prune")
"""Settings of the section `search` that are options of some verbs too."""


def add_runs(parser: Parser) -> None:
    """The runs, several of which translate as one."""
    parser.add_argument("runs", nargs="+", metavar="run", help="folder of a trained run, a model-*.safetensors in one, "
                        "or the name of a run that ships; several with the same subwords translate as one, with the "
                        "first's settings")  # fmt: skip


def add_precision(parser: Parser) -> None:
    """`--precision`."""
    parser.add_argument("--precision", choices=("fp32", "bf16", "int8"), default="fp32", help="bf16 is faster where "
                        "the hardware has it, int8 on any CPU (default: fp32)")  # fmt: skip


def add_prune(parser: Parser) -> None:
    """`--prune`."""
    parser.add_argument("--prune", metavar="N", type=float, help="drop hypotheses more than N nats below the best: 1.5 "
                        "is a third faster, 0 keeps all (default: the run's)")  # fmt: skip


def with_settings(translator: "Translator", arguments: "Namespace") -> "Translator":
    """The translator with the settings of search that are on the command line; InputError where they are impossible."""
    from seq2seq.translate.translator import Translator

    names = [name for name in SETTINGS if getattr(arguments, name, None) is not None]
    config = translator.config.changed(search={name: getattr(arguments, name) for name in names})
    return Translator(translator.engine, translator.vocabulary, config)


def beam_of(translator: "Translator", beam: int | None, nbest: int = 1) -> int:
    """The beam that `--beam` and `--nbest` ask for; InputError where they do not go together."""
    try:
        return translator.beam_for(beam, nbest)
    except ValueError as error:
        raise InputError(f"--{error}") from None
