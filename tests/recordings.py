"""Runs with recorded maps of which the tests know every number, without any training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.show.recorded import summary
from seq2seq.show.viewer import view
from seq2seq.text.words import word_spans


def side_of(text: str) -> Side:
    """A side whose longer words are cut into two pieces."""
    words = tuple(word_spans(text))
    cuts = [(start, min(start + 3, end), end) for start, end in words]
    spans = tuple(span for start, cut, end in cuts for span in ((start, cut), (cut, end)) if span[0] < span[1])
    begins = {start for start, _ in words}
    return Side(text, tuple(("▁" if a in begins else "") + text[a:b] for a, b in spans), spans, words).with_end()


def attention(source: str, target: str, sharpness: float, *, heads: int = 2, seed: int = 0) -> AlignmentMap:
    """A map that is the nearer to its diagonal the sharper it is."""
    sides = side_of(source), side_of(target)
    rows, columns = (len(side) for side in reversed(sides))
    distance = abs(np.arange(rows)[:, None] / rows - np.arange(columns) / columns)
    noise = np.random.default_rng(seed).normal(size=(heads, rows, columns))
    logits = noise - sharpness * distance
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return AlignmentMap(*sides, weights / weights.sum(-1, keepdims=True))


def record(
    number: int, step: int, pair: tuple[str, str], translation: str = "", *, seed: int = 0, heads: int = 2
) -> dict[str, Any]:
    """What a validation of the run of this seed records of a sentence pair at this step."""
    source, reference = pair
    translation = translation or reference
    gold = GoldLinks(frozenset(), frozenset((i, i) for i in range(min(len(word_spans(text)) for text in pair))))
    maps = [
        {"attention": attention(source, target, step / 10, heads=heads, seed=step + number + 1000 * seed)}
        for target in (reference, translation)
    ]
    maps[0]["aligner"] = attention(source, reference, step / 5, heads=1, seed=step)
    return {
        "version": 2, "sentence": number, "step": step, "source": source, "reference": reference,
        "translation": translation,
        "views": {"reference": view(maps[0], gold=gold, step=step), "translation": view(maps[1], step=step)},
    }  # fmt: skip


def write_records(run: Path, records: Sequence[dict[str, Any]], packed: Sequence[bytes] = ()) -> Path:
    """The folder of a run, with the records in a new event file; `packed` stand in their place where they are given."""
    writer = EventFileWriter(str(run), filename_suffix=f".{len(list(run.glob('*')))}")
    for index, one in enumerate(records):
        said = summary(one)
        if packed:
            said.value[0].tensor.string_val[0] = packed[index]
        writer.add_event(Event(wall_time=1e9 + one["step"], step=one["step"], summary=said))
    writer.close()
    return run
