"""The maps that a model has of a given pair."""

from collections.abc import Sequence

from seq2seq.alignment.map import AlignmentMap
from seq2seq.translate.arguments import Pair
from seq2seq.translate.translator import Translator


def maps_of_pairs(translator: Translator, pairs: Sequence[Pair]) -> list[dict[str, AlignmentMap]]:
    """The maps of given pairs, by the names that the viewer shows."""
    maps = [{"attention": one} for one in translator.align_all(pairs)]
    if translator.has_aligner:
        for found, (forward, _) in zip(maps, translator.align_both_ways(pairs), strict=True):
            found["aligner"] = forward
    return maps
