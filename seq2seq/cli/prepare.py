"""Prepare a parallel corpus: `train|val|test.LANG` in one folder, plain text, one sentence a line."""

import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq import shipped
from seq2seq.cli.command import Parser, a_name, as_installed
from seq2seq.config.languages import find_languages
from seq2seq.corpus.mixing import part_of, prepare_mix
from seq2seq.corpus.own import FORMS, prepare_file, prepare_text
from seq2seq.corpus.publishers import (
    MULTI30K_PAIRS,
    MULTI30K_URL,
    TATOEBA_URL,
    prepare_multi30k,
    prepare_shipped,
    prepare_tatoeba,
)
from seq2seq.errors import InputError

if TYPE_CHECKING:
    from seq2seq.config.settings import Config

PUBLISHED: dict[str, Callable[..., str]] = {
    "multi30k": prepare_multi30k,
    "tatoeba": prepare_tatoeba,
}
MIX = "several prepared corpora as one, for training; the first has the validation and test sets"
FILTER = "a prepared corpus without the training pairs that a run does not take for translations"
FILTER_EXAMPLE = """seq2seq prepare filter data/tiny-de-en --run tiny-de-en --out data/clean"""
MIX_EXAMPLE = """seq2seq prepare mix data/tatoeba-kor-eng:10 data/tatoeba-fra-eng --out data/mixed"""
TEXT = "two aligned files of sentences, or one file with both sides: TSV, CSV, JSON lines, TMX, Moses zip, Parquet"
TEXT_EXAMPLE = """seq2seq prepare text --source-file my.de --target-file my.en --source-lang de --target-lang en \\
    --out data/mine
seq2seq prepare text --file my.tsv --source-lang de --target-lang en --out data/mine"""
MULTI30K_EXAMPLE = "seq2seq prepare multi30k --pair de-en --text tok --out data/multi30k-de-en-tok"
TATOEBA_EXAMPLE = "seq2seq prepare tatoeba --lang fra --out data/tatoeba-fra-eng"
RAW = ("--data.tokenised", "false", "--data.bleu_tokenize", "13a", "--data.lowercase", "false")
TOKENISED = ("--data.tokenised", "true", "--data.bleu_tokenize", "none")


def build_parser() -> Parser:
    """One subcommand a corpus; the options are named as the arguments of the function that prepares it."""
    parser = Parser(description=__doc__, example=f"{TEXT_EXAMPLE}\n{MULTI30K_EXAMPLE}\n{TATOEBA_EXAMPLE}")
    commands = parser.add_subparsers(dest="corpus", required=True)

    what = "image captions, 29,000 pairs, splits of their own"
    multi30k = commands.add_parser("multi30k", help=what, description=f"Multi30k: {what}.", example=MULTI30K_EXAMPLE)
    multi30k.add_argument("--pair", required=True, help=f"one of {', '.join(MULTI30K_PAIRS)}")
    text_help = "raw: as written (default); tok: lower-cased and tokenised, for published figures"
    multi30k.add_argument("--text", choices=("raw", "tok"), default="raw", help=text_help)
    source_help = "folder or URL with data/task1/raw and data/task1/tok (default: %(default)s)"
    multi30k.add_argument("--source", default=MULTI30K_URL, help=source_help)

    what = "everyday sentences in English and another language"
    tatoeba = commands.add_parser("tatoeba", help=what, description=f"Tatoeba: {what}.", example=TATOEBA_EXAMPLE)
    tatoeba.add_argument("--lang", required=True, help="the other language, three letters as in fra-eng.zip")
    source_help = "folder or URL with the archives, such as fra-eng.zip (default: %(default)s)"
    tatoeba.add_argument("--source", default=TATOEBA_URL, help=source_help)

    text = commands.add_parser("text", help=TEXT, description=f"Your own corpus: {TEXT}.", example=TEXT_EXAMPLE)
    _add_text_options(text)

    mix = commands.add_parser("mix", help=MIX, description=f"{MIX[0].upper()}{MIX[1:]}.", example=MIX_EXAMPLE)
    _add_mix_options(mix)

    filtering = commands.add_parser(
        "filter", help=FILTER, description=f"{FILTER[0].upper()}{FILTER[1:]}.", example=FILTER_EXAMPLE
    )
    _add_filter_options(filtering)

    for command in (tatoeba, text):
        _add_split_options(command)
    hard_help = "training pairs that go to test_hard: those least like the others (default: %(default)s)"
    for command in (multi30k, tatoeba, text):
        command.add_argument("--test-hard", metavar="N", type=int, default=0, help=hard_help)
    for command in (multi30k, tatoeba, text, mix, filtering):
        kept = "" if command in (text, mix, filtering) else "; downloads are kept in FOLDER/../downloads"
        command.add_argument("--out", metavar="FOLDER", required=True, type=a_name, help=f"folder to write{kept}")
    for name in shipped.CORPORA:
        what = "14,000 pairs and their gold word links, which ship with seq2seq"
        tiny = commands.add_parser(name, help=what, description=f"{what}.", example=f"seq2seq prepare {name}")
        out_help = "folder to write (default: %(default)s)"
        tiny.add_argument("--out", metavar="FOLDER", type=a_name, default=f"data/{name}", help=out_help)
    store_help = "cut the training text into pieces now, into FOLDER/store: training then reads it from disk"
    for command in commands.choices.values():
        command.add_argument("--store", action="store_true", help=store_help)
    return parser


def _add_split_options(command: Parser) -> None:
    val_help = "pairs in val (default: 1,000, or 5 %% of a small corpus)"
    command.add_argument("--val", metavar="N", type=int, help=val_help)
    command.add_argument("--test", metavar="N", type=int, help="pairs in test (default: as many)")
    seed_help = "another seed, another split (default: %(default)s)"
    command.add_argument("--seed", metavar="N", type=int, default=1, help=seed_help)


def _add_text_options(text: Parser) -> None:
    text.add_argument("--source-file", metavar="FILE", help="one sentence a line")
    text.add_argument("--target-file", metavar="FILE", help="line i translates line i of the source file")
    text.add_argument(
        "--file", metavar="FILE", help=f"or one file with both sides: {', '.join(FORMS)}; all may be .gz, .xz or .zst"
    )
    text.add_argument("--source-lang", metavar="LANG", required=True, help="language of the source, such as de")
    text.add_argument("--target-lang", metavar="LANG", required=True, help="language of the target, such as en")
    column_help = "its column in FILE: number, name or dotted path (default: the one named by its language)"
    text.add_argument("--source-column", metavar="COLUMN", help=column_help)
    text.add_argument("--target-column", metavar="COLUMN", help="the same for the target")
    text.add_argument("--encoding", metavar="NAME", help="of the files (default: UTF-8, or a guess, which is said)")


def _add_mix_options(mix: Parser) -> None:
    corpora_help = (
        "folders of corpora, each with the same target language; of FOLDER:N each training pair stands N times"
    )
    mix.add_argument("corpora", metavar="FOLDER", nargs="+", help=corpora_help)
    mix.add_argument("--source-lang", metavar="LANG", help="of the first (default: as its folder's name has it)")
    mix.add_argument("--target-lang", metavar="LANG", help="the same for the target")


def _add_filter_options(filtering: Parser) -> None:
    filtering.add_argument("folder", metavar="FOLDER", help="a prepared corpus")
    run_help = "run of its two languages, in either direction"
    filtering.add_argument("--run", metavar="RUN", required=True, type=a_name, help=run_help)
    least_help = "least confidence of a pair that stays, from 0 to 1 (default: what 95 of 100 wrong pairs do not have)"
    filtering.add_argument("--least", metavar="SHARE", type=float, help=least_help)


def prepare(corpus: str, **options: Any) -> str:
    """Prepare a corpus by the function that knows it; the report. InputError for options that do not go together."""
    if corpus in shipped.CORPORA:
        return prepare_shipped(corpus, **options)
    if corpus == "mix":
        return prepare_mix(**options)
    if corpus == "filter":
        from seq2seq.translate.filtering import filter_corpus  # torch, which the others do not wait for

        return filter_corpus(**options)
    if corpus != "text":
        return PUBLISHED[corpus](**options)
    given = {name: options.pop(name) for name in ("file", "source_file", "target_file")}
    columns = {name: options.pop(name) for name in ("source_column", "target_column")}
    if given["file"] is not None and given["source_file"] is given["target_file"] is None:
        return prepare_file(given["file"], **columns, **options)
    if given["file"] is not None or None in (given["source_file"], given["target_file"]):
        raise InputError("give --source-file and --target-file, or one --file with both sides")
    if any(columns.values()):
        raise InputError("--source-column and --target-column are of a --file with both sides")
    return prepare_text(given["source_file"], given["target_file"], **options)


def main() -> None:
    """Prepare the corpus that the command line asks for; print the report, and the command that trains on it."""
    options = vars(build_parser().parse_args())
    corpus, store = options.pop("corpus"), options.pop("store")
    print(prepare(corpus, **options))
    training = training_options(corpus, **options)
    if store:
        print(f"\n{store_for(training)}: the training text, cut into pieces")
    if not any(Path(options["out"]).glob("val.*")):
        print("\nTraining needs a validation set: to have one, prepare it again with --val 1 or more")
        return
    print(f"\nTrain on it:\n    {as_installed()} train {shlex.join(training)}")


def configuration(training: Sequence[str]) -> "Config":
    """The configuration of a training with these options."""
    from seq2seq.cli.recipe import divide, find_recipe
    from seq2seq.config.reading import read_config

    own, settings = divide(training)
    return read_config(find_recipe(own[own.index("--config") + 1]), settings)[0]


def store_for(training: Sequence[str]) -> Path:
    """Make the store that the training of these options reads (`corpus.store`), where there is none yet; its folder."""
    from seq2seq.corpus.store import find_store, make_store
    from seq2seq.train.inputs import digests

    config = configuration(training)
    corpus = digests(config)
    found = find_store(config, corpus, None) or make_store(config, corpus, None)
    return found.folder


def training_options(corpus: str, out: str, **given: Any) -> list[str]:
    """The options of `seq2seq train` for a corpus that was prepared with the options `given`.

    They name its own recipe where there is one, and else `own`, the recipe for any corpus. The run has the name of the
    folder, unless that is the folder which the recipe expects.
    """
    folder = f"./{out}" if out.startswith("-") else out  # else taken for an option
    place = ["--run", f"runs/{Path(out).resolve().name}", "--data.folder", folder]
    tokenised = given.get("text") == "tok"
    if corpus == "text":
        recipe = usual = ""
        languages = [given["source_lang"], given["target_lang"]]
    elif corpus == "mix":
        recipe = usual = ""
        main = part_of(given["corpora"][0]).folder
        languages = list(find_languages(main, given["source_lang"], given["target_lang"])[:2])
    elif corpus == "filter":
        recipe = usual = ""
        languages = list(find_languages(given["folder"], None, None)[:2])
    elif corpus == "tatoeba":
        recipe = usual = f"tatoeba-{given['lang']}-eng"
        languages = [given["lang"], "eng"]
    elif corpus == "multi30k":
        recipe, usual = f"multi30k-{given['pair']}", f"multi30k-{given['pair']}-tok"
        languages = given["pair"].split("-")
    else:
        recipe = usual = corpus
        place += ["--alignment.guide", os.path.join(folder, "train.align")]
    if shipped.recipe(recipe):
        changes = RAW if corpus == "multi30k" and not tokenised else ()
        return ["--config", recipe, *(place if Path(out) != Path("data") / usual else ()), *changes]
    sides = ["--data.source", languages[0], "--data.target", languages[1]]
    return ["--config", "own", *place, *sides, *(TOKENISED if tokenised else ())]
