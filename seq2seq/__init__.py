"""Translation with encoder-decoder attention that a person can see through.

The modules, in the order in which a sentence passes through them:

    text         files of sentences, checked; the words of a sentence
    subwords     text to ids and back, and the span of the text behind each piece
    sampling     segmentations drawn at random, for training
    vocabulary   the subwords of both languages; padding, and batches by length
    hmm          word links of a corpus from its pairs alone, for guided attention
    corpus       sentence pairs to batches
    encoder      ids to encoder states: the keys and the values
    attention    query, keys, values, mask to context and weights
    decoder      target words, asking the encoder's states, one step or all at once
    aligner      an attention between two known sentences, for word links
    model        these together, with the output layer
    loss         the output layer in training: logits and cross-entropy in one
    search       greedy and beam search over a step function
    translator   sentences to translations with their alignment maps
    ensemble     several runs as one translator
    alignment    `AlignmentMap`: pieces and words, weights, links, JSON
    word_links   the links of given sentence pairs, by one run or two
    diagnostics  what the weights of a sentence or a corpus say, in a few numbers
    evaluation   BLEU, chrF, AER and diagnostics of a run on a test set
    bakeoff      variants of a configuration, trained alike, on one page
    probe        is the attention really used? Translation with other weights
    explain      the computation of attention with its numbers: an example for paper, or a step of a run's translation

Names at the top level are imported when they are first used, so that `import seq2seq` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq.alignment.map import AlignmentMap
    from seq2seq.config.reading import load_config
    from seq2seq.config.settings import Config
    from seq2seq.errors import InputError
    from seq2seq.show.figures import heatmap
    from seq2seq.translate.translator import Translation, Translator

__all__ = ["AlignmentMap", "Config", "InputError", "Translation", "Translator", "heatmap", "load_config"]

_HOMES = {
    "AlignmentMap": "alignment.map",
    "Config": "config.settings",
    "InputError": "errors",
    "Translation": "translate.translator",
    "Translator": "translate.translator",
    "heatmap": "show.figures",
    "load_config": "config.reading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
