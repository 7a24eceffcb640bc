"""Prepare a parallel corpus: `train|val|test.LANG` in one folder, plain text, one sentence a line."""

from collections.abc import Callable

from seq2seq.cli.command import Parser
from seq2seq.corpus.publishers import (
    MULTI30K_PAIRS,
    MULTI30K_URL,
    TATOEBA_URL,
    prepare_multi30k,
    prepare_tatoeba,
    prepare_text,
)

COMMANDS: dict[str, Callable[..., str]] = {
    "multi30k": prepare_multi30k,
    "tatoeba": prepare_tatoeba,
    "text": prepare_text,
}


def build_parser() -> Parser:
    """One subcommand a corpus; the options are named as the arguments of the function behind it."""
    parser = Parser(description=__doc__)
    commands = parser.add_subparsers(dest="corpus", required=True)

    multi30k = commands.add_parser("multi30k", help="image captions, 29,000 pairs, splits of their own")
    multi30k.add_argument("--pair", required=True, help=f"one of {', '.join(MULTI30K_PAIRS)}")
    text_help = "raw: as written (default); tok: lower-cased and tokenised, for published figures"
    multi30k.add_argument("--text", choices=("raw", "tok"), default="raw", help=text_help)
    source_help = "folder or URL with data/task1/raw and data/task1/tok (default: %(default)s)"
    multi30k.add_argument("--source", default=MULTI30K_URL, help=source_help)

    tatoeba = commands.add_parser("tatoeba", help="everyday sentences in English and another language")
    tatoeba.add_argument("--lang", required=True, help="the other language, three letters as in fra-eng.zip")
    source_help = "folder or URL with the archives, such as fra-eng.zip (default: %(default)s)"
    tatoeba.add_argument("--source", default=TATOEBA_URL, help=source_help)

    text = commands.add_parser("text", help="any two aligned files, plain or .gz")
    text.add_argument("--source-file", required=True, help="one sentence a line, UTF-8")
    text.add_argument("--target-file", required=True, help="line i translates line i of the source file")
    text.add_argument("--source-lang", required=True, help="suffix of the files made, such as de")
    text.add_argument("--target-lang", required=True, help="suffix of the files made, such as en")

    for command in (tatoeba, text):
        command.add_argument("--val", type=int, help="pairs in val (default: 1,000, or 5 %% of a small corpus)")
        command.add_argument("--test", type=int, help="pairs in test (default: as many)")
        command.add_argument("--seed", type=int, default=1, help="another seed, another split (default: %(default)s)")
    for command in (multi30k, tatoeba, text):
        command.add_argument("--out", required=True, help="folder to write; downloads are kept in OUT/../downloads")
    return parser


def main() -> None:
    """Prepare the corpus that the command line asks for and print the report."""
    options = vars(build_parser().parse_args())
    print(COMMANDS[options.pop("corpus")](**options))
