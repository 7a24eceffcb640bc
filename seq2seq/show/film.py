"""The film of trainings: one offline page of the maps that runs have recorded, to be played, side by side."""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.show.recorded import read_packed, unpacked
from seq2seq.show.viewer import page

MEGABYTE = 1_000_000
PART = 1 << 18
"""Records are packed together until they have so many characters: a step should not wait for more than it needs."""

LEAST = 2
"""Steps of a run that a film has at least: its first and its last."""

GAIN = 3
"""What packing records together may save, at most: where to begin the search for the steps that fit."""


@dataclass(frozen=True)
class Reel:
    """The recorded maps of a run: what it is called, and by sentence and step the bytes of each record."""

    path: Path
    name: str
    sentences: Mapping[int, Mapping[int, bytes]]

    @property
    def steps(self) -> list[int]:
        """All steps of the sentences, in order."""
        return sorted({step for steps in self.sentences.values() for step in steps})

    def only(self, steps: Iterable[int]) -> "Reel":
        """The same with no other steps than these, and no sentence without a step."""
        kept = set(steps)
        chosen = {
            number: {step: data for step, data in recorded.items() if step in kept}
            for number, recorded in self.sentences.items()
            if not kept.isdisjoint(recorded)
        }
        return Reel(self.path, self.name, chosen)


@dataclass(frozen=True)
class Film:
    """The page, and how many steps of each run it shows, and of how many."""

    html: str
    steps: Mapping[str, tuple[int, int]]


def film(runs: Sequence[Path], sentences: Sequence[int] = (), most: int = 32 * MEGABYTE) -> Film:
    """The film of the runs, and of all recorded sentences or those of these numbers, in at most `most` bytes.

    Where all steps take more, those that are shown are spread evenly over each run, the first and the last among them.
    Raises InputError for a run without recorded maps, or without those of one of the sentences, for damaged records,
    and where not even two steps have room.
    """
    reels = [reel_of(path, name, sentences) for path, name in named(runs)]
    html, shown = fitting(reels, most)
    return Film(html, {reel.name: (len(kept.steps), len(reel.steps)) for reel, kept in zip(reels, shown, strict=True)})


def named(runs: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each run once, with what it is called: as its folder, or as given where two folders have one name."""
    paths = {Path(run).resolve(): Path(run) for run in runs}
    names = [path.name for path in paths]
    return [
        (given, path.name if names.count(path.name) == 1 else str(given))
        for path, given in paths.items()
    ]  # fmt: skip


def reel_of(path: Path, name: str, sentences: Sequence[int]) -> Reel:
    """The recorded maps of a run, of all sentences or those of these numbers; InputError where it has none."""
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; name the folder of a run")
    recorded = read_packed(path)
    if not recorded:
        raise InputError(
            f"{path}: no recorded maps in its events; train it anew: maps of the sentences in logging.sentences are "
            "recorded at each validation"
        )
    missing = sorted(set(sentences) - recorded.keys())
    if missing:
        there = ", ".join(map(str, recorded))
        raise InputError(f"{path}: no maps of sentence {missing[0]} are recorded; there are those of {there}")
    return Reel(path, name, {number: recorded[number] for number in sentences or recorded})


def fitting(reels: Sequence[Reel], most: int) -> tuple[str, list[Reel]]:
    """The page with as many steps as have room, and what is shown of each run."""
    packed = sum(len(data) for reel in reels for steps in reel.sentences.values() for data in steps.values())
    count = max(len(reel.steps) for reel in reels)
    count = max(LEAST, min(count, count * most * GAIN // max(packed, 1)))
    while True:
        shown = [reel.only(evenly(reel.steps, count)) for reel in reels]
        html = page_of(shown)
        size = len(html.encode())
        if size <= most:
            return html, shown
        if count == LEAST:
            raise InputError(
                f"the film takes {size / MEGABYTE:.1f} MB with no more than {LEAST} steps of each run, the most is "
                f"{most / MEGABYTE:g}; name fewer --sentences or runs, or raise --max-size"
            )
        count = max(LEAST, min(count - 1, count * most // size))


def evenly(steps: Sequence[int], count: int) -> Sequence[int]:
    """So many of the steps, two at least, spread evenly from the first to the last; all, where they are no more."""
    if len(steps) <= count:
        return steps
    return [steps[round(index * (len(steps) - 1) / (count - 1))] for index in range(count)]


def page_of(reels: Sequence[Reel]) -> str:
    """The page with all that the reels hold."""
    runs = [
        {"name": reel.name, "sentences": [packed_sentence(reel, number) for number in reel.sentences]} for reel in reels
    ]
    return page(f"How {', '.join(reel.name for reel in reels)} learned to align", "film.js", {"runs": runs})


def packed_sentence(reel: Reel, number: int) -> dict[str, Any]:
    """What the page holds of a sentence of a run: its records in parts, each packed as one."""
    source, parts, texts, steps = "", [], list[str](), list[int]()
    for step, data in reel.sentences[number].items():
        record = unpacked(reel.path, number, step, data)
        source = record["source"].encode(errors="replace").decode()
        texts.append(json.dumps(record, separators=(",", ":")))
        steps.append(step)
        if sum(map(len, texts)) >= PART:
            parts.append(part_of(steps, data if len(texts) == 1 else packed_together(texts)))
            texts, steps = [], []
    if texts:
        parts.append(part_of(steps, packed_together(texts)))
    return {"number": number, "source": source, "parts": parts}


def packed_together(texts: Sequence[str]) -> bytes:
    """Records as one; together they take less."""
    return zlib.compress(f"[{','.join(texts)}]".encode(), 9)


def part_of(steps: list[int], data: bytes) -> dict[str, Any]:
    """A part, as `static/reel.js` reads it."""
    return {"steps": steps, "data": base64.b64encode(data).decode()}
