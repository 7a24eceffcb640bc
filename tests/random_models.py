"""Translators with random weights, one for each kind of model, over subwords of the tiny corpus; nothing is trained."""

from functools import lru_cache
from typing import Any

import torch
from conftest import sentences

from seq2seq.config.sections import AlignmentConfig, DataConfig, ModelConfig, SearchConfig, SubwordsConfig
from seq2seq.config.settings import Config
from seq2seq.corpus.subwords import END
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.ensemble import EnsembleEngine
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import build_model

VARIANTS: dict[str, dict[str, Any]] = {
    "upper": {},
    "input": {"context_feed": "input", "decoder_layers": 1},
    "input, two layers": {"context_feed": "input", "attention": "general", "layer_norm": True},
    "gru": {"cell": "gru", "attention": "additive", "residual": False},
    "gru, input": {"cell": "gru", "context_feed": "input", "heads": 2},
    "heads": {"heads": 4, "attention": "scaled_dot", "tied_embeddings": False},
    "projections": {"heads": 2, "projections": True, "decoder_layers": 3},
    "self-attention": {"self_attention": True, "heads": 2, "projections": True, "context_feed": "input"},
}
ALL = [*VARIANTS, "ensemble"]


@lru_cache
def vocabulary() -> Vocabulary:
    """Of the tiny corpus."""
    return Vocabulary.train(sentences()[:60], SubwordsConfig(vocab_size=320))


@lru_cache
def random_translator(name: str, double: bool = False) -> Translator:
    """Of a variant; weights so large that its attention and its choices are sharp; in float64, if `double`. Read
    only."""
    if name == "ensemble":
        members = [random_translator(one, double) for one in ("upper", "gru, input")]
        return Translator(EnsembleEngine([one.engine for one in members]), vocabulary(), members[0].config)
    model = ModelConfig(embedding_size=12, hidden_size=16, **VARIANTS[name])
    search = SearchConfig(beam=3, max_length_ratio=0.5)
    config = Config(DataConfig("none", "de", "en"), model=model, alignment=AlignmentConfig(), search=search)
    torch.manual_seed(list(VARIANTS).index(name))
    network = build_model(config, vocabulary()).eval()
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(5)
        network.output_bias.normal_(std=0.5)
        network.output_bias[END] += 4  # some translations end before the limit
    return Translator(ModelEngine(network.double() if double else network), vocabulary(), config)
