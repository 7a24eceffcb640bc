"""The maps that a model has of a given pair."""

from collections.abc import Sequence

from seq2seq.alignment.map import AlignmentMap
from seq2seq.translate.arguments import Pair
from seq2seq.translate.reading import read
from seq2seq.translate.translator import Translator


def maps_of_pairs(translator: Translator, pairs: Sequence[Pair]) -> list[dict[str, AlignmentMap]]:
    """The maps of given pairs, by the names that the viewer shows: of attention, and of the aligner and of the source
    over itself, where the model has these."""
    found = []
    for reading in read(translator, pairs, aligner=translator.has_aligner):
        maps = {"attention": reading.attention}
        if reading.aligner is not None:
            maps["aligner"] = reading.aligner[0]
        if reading.self_attention is not None:
            maps["self-attention"] = reading.self_attention
        found.append(maps)
    return found
