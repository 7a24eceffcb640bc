"""The maps of a padded batch of pairs that were read, each cut to its own size."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.model.aligner import Alignment


def own_map(source: Side, target: Side, weights: NDArray[np.float32]) -> AlignmentMap:
    """The map of one pair of a padded batch; weights: [heads, tgt, src]."""
    return AlignmentMap(source, target, weights[:, : len(target), : len(source)])


def maps_both_ways(alignment: Alignment, sides: Sequence[tuple[Side, Side]]) -> list[tuple[AlignmentMap, AlignmentMap]]:
    """The maps of the pairs (source, target) of a padded batch: of the target over the source, and the reverse."""
    there, back = alignment.to_source.exp().cpu().numpy(), alignment.to_target.exp().cpu().numpy()

    def own(source: Side, target: Side, weights: NDArray[np.float32]) -> AlignmentMap:
        return replace(own_map(source, target, weights[None]), kind="aligner")

    return [
        (own(source, target, there[row]), own(target, source, back[row])) for row, (source, target) in enumerate(sides)
    ]
