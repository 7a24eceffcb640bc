"""Serve trained runs: a page to translate and look with, and an HTTP API."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.cli.command import Parser
from seq2seq.cli.search import with_settings
from seq2seq.errors import InputError

if TYPE_CHECKING:
    from argparse import Namespace

    from seq2seq.show.serving.requests import ExplainRequest
    from seq2seq.translate.translator import Translator

EXAMPLE = """
seq2seq serve
seq2seq serve runs/one runs/two --port 8080
"""

SHIPPED = "tiny-de-en"
"""What is served where no run is named."""

MAX_PIECES = 300
"""Of a sentence, unless the command line says otherwise: one that takes minutes would hold up all others."""


def main() -> None:
    """Parse arguments and serve until Ctrl-C."""
    parser = Parser(
        description="Serve runs in a browser: type a sentence, see its translation and attention, change both; and an "
        "HTTP API, which /docs lists. Ctrl-C ends it.",
        example=EXAMPLE,
    )
    parser.add_argument("runs", nargs="*", metavar="RUN", default=[SHIPPED], help="folder of a trained run, a "
                        "model-*.safetensors in one, or the name of a run that ships; the first answers where a "
                        f"request names none (default: {SHIPPED})")  # fmt: skip
    parser.add_argument("--port", metavar="N", type=int, default=8000, help="port to listen on; 0 is any (default: "
                        "8000)")  # fmt: skip
    parser.add_argument("--host", metavar="NAME", default="127.0.0.1", help="address to listen on; 0.0.0.0 lets other "
                        "machines in (default: 127.0.0.1, this machine alone)")  # fmt: skip
    parser.add_argument("--max-pieces", metavar="N", type=int, default=MAX_PIECES, help="longest sentence that is "
                        f"translated, in pieces (default: {MAX_PIECES})")  # fmt: skip
    serve_runs(parser.parse_args())


def serve_runs(arguments: "Namespace") -> None:
    """Load the runs, say where they are served, and serve them."""
    if not 0 <= arguments.port < 1 << 16:
        raise InputError(f"--port is {arguments.port}, it must be from 0 to 65535")
    if missing := [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]:
        raise InputError(f"{' and '.join(missing)} not installed; to serve, pip install 'seq2seq[serve]'")
    names = names_of(arguments.runs)
    from seq2seq.show.serving.app import create_app
    from seq2seq.show.serving.limits import Limits
    from seq2seq.show.serving.server import address_of, hosts_of, listen, serve
    from seq2seq.translate.translator import Translator

    with listen(arguments.host, arguments.port) as listening:
        translators = {name: with_settings(Translator.load(run), arguments) for name, run in names.items()}
        limits = Limits()
        print(f"{', '.join(names)} at {address_of(listening)}; Ctrl-C ends it", file=sys.stderr, flush=True)
        with suppress(KeyboardInterrupt):
            serve(create_app(translators, explained, limits, hosts_of(listening)), listening, limits)


def names_of(runs: Sequence[str]) -> dict[str, str]:
    """Runs by the names of their folders, or by what was typed where two folders have one name."""
    runs = list(dict.fromkeys(runs))
    short = [Path(run).resolve().name for run in runs]
    return {name if short.count(name) == 1 else run: run for name, run in zip(short, runs, strict=True)}


def explained(translator: "Translator", asked: "ExplainRequest") -> dict[str, Any]:
    """The worked numbers of a step, as the server tells them."""
    from seq2seq.explain.render import as_data
    from seq2seq.explain.translation import explain_step
    from seq2seq.explain.translation_page import translation_page

    data = translator.config.data
    step = explain_step(translator, asked.sentence, asked.step, asked.beam)
    page = translation_page(step, asked.run or f"{data.source}-{data.target}", asked.language)
    return {
        "step": step.step,
        "steps": step.translation.alignment.weights.shape[1],
        "blocks": as_data(page),
        "numbers": step.to_dict() if asked.numbers else None,
    }
