"""Sides and maps of which the tests of alignments know every number, and any map at all."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.text.words import word_spans


def side(text: str, *pieces: tuple[str, int, int], end: bool = True, tokenised: bool = False) -> Side:
    """A side from (piece, start, end) triples, closed by the end of the sentence."""
    spans = tuple((start, stop) for _, start, stop in pieces)
    made = Side(text, tuple(piece for piece, _, _ in pieces), spans, tuple(word_spans(text, tokenised)))
    return made.with_end() if end else made


ONE_WORD = side("x", ("▁x", 0, 1))
HAUS = side("ein Haus", ("▁ein", 0, 3), ("▁Haus", 3, 8))
LINKED = AlignmentMap(
    side("a b c", ("a", 0, 1), ("b", 2, 3), ("c", 4, 5)),
    side("x y z", ("x", 0, 1), ("y", 2, 3), ("z", 4, 5)),
    np.array([[[0.6, 0.2, 0.2, 0], [0.5, 0.3, 0.1, 0.1], [0.1, 0.1, 0.2, 0.6], [0, 0, 0, 1]]]),
    units="words",
)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """Any text, cut anywhere into pieces, with empty pieces in between, sometimes without the end."""
    text = draw(st.text(alphabet="abü.,'- \u00a0집에我🙂▁", max_size=12))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    limits = [0, *cuts, len(text)]  # equal neighbours make empty spans
    pieces = ((text[a:b] or "▁", a, b) for a, b in pairwise(limits))
    return side(text, *pieces, end=draw(st.booleans()), tokenised=draw(st.booleans()))


@st.composite
def maps(draw: st.DrawFn) -> AlignmentMap:
    """Any weights over any two sides, sharp or flat, of one to three heads."""
    source, target, heads = draw(sides()), draw(sides()), draw(st.integers(1, 3))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = generator.normal(size=(heads, len(target), len(source))) * draw(st.sampled_from([0.1, 3, 30]))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return AlignmentMap(source, target, weights / weights.sum(-1, keepdims=True))
