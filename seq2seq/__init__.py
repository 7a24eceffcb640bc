"""Translation with encoder-decoder attention that a person can see through.

The folders, each of which uses only those above it:

    text        files of sentences, checked; the words of a sentence
    shipped     recipes, corpora and a trained model that travel with the package, found by name
    config      the settings of a run, from YAML and the command line
    alignment   `AlignmentMap`: pieces and words, weights, JSON; word links, diagnostics, hidden Markov models
    corpus      public and own corpora; SentencePiece; sentence pairs to batches
    model       encoder, attention, decoder, aligner, output layer
    translate   search, translator, ensembles, word links, attribution, scores, the probe
    show        alignment maps in the terminal, as figures, in the browser and in notebooks; the report of a test set
    train       one update, one validation, checkpoints, TensorBoard, a run's folder, bake-offs
    explain     the computation of attention with its numbers: an example for paper, or a step of a run's translation
    cli         the command `seq2seq`, a file for each verb

Names at the top level are imported when they are first used, so that `import seq2seq` costs nothing. In a notebook it
tells IPython by whom maps and translations are shown.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq.alignment.map import AlignmentMap
    from seq2seq.config.reading import load_config
    from seq2seq.config.settings import Config
    from seq2seq.errors import InputError
    from seq2seq.show.figures import heatmap
    from seq2seq.translate.attribution import Attribution, attribute
    from seq2seq.translate.session import Session
    from seq2seq.translate.translation import Translation
    from seq2seq.translate.translator import Translator

__all__ = [
    "AlignmentMap", "Attribution", "Config", "InputError", "Session", "Translation", "Translator", "attribute",
    "heatmap", "load_config",
]  # fmt: skip

_HOMES = {
    "AlignmentMap": "alignment.map",
    "Attribution": "translate.attribution",
    "Config": "config.settings",
    "InputError": "errors",
    "Session": "translate.session",
    "Translation": "translate.translation",
    "Translator": "translate.translator",
    "attribute": "translate.attribution",
    "heatmap": "show.figures",
    "load_config": "config.reading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_SHOWN = {
    "AlignmentMap": "alignment.map",
    "Attribution": "translate.attribution",
    "NBest": "translate.translation",
    "Translation": "translate.translation",
}
"""What a notebook shows by `show.notebook`, and where it is."""


def _show_in_notebooks() -> None:
    """Have IPython, where it runs, ask `show.notebook`, of which the folders below it know nothing."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    for kind, function in (("text/html", "as_html"), ("image/png", "as_png")):

        def show(value: object, function: str = function) -> Any:
            return getattr(import_module(f"{__name__}.show.notebook"), function)(value)

        for name, home in _SHOWN.items():
            shell.display_formatter.formatters[kind].for_type_by_name(f"{__name__}.{home}", name, show)


_show_in_notebooks()
