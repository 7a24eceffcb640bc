"""What TensorBoard shows of single validation sentences: maps for its tab, figures, and texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.text.metadata import PLUGIN_NAME as TEXT
from torch.utils.tensorboard import SummaryWriter

from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import VERSION
from seq2seq.show.figure_series import FigureSeries
from seq2seq.show.recorded import PLUGIN, summary
from seq2seq.show.viewer import view
from seq2seq.train.progress import say
from seq2seq.train.thinning import Thinned
from seq2seq.train.validation import Validation
from seq2seq.translate.evaluation import PairMaps
from seq2seq.translate.reading import align_translations
from seq2seq.translate.translator import Translator

MOST_STEPS, MOST_BYTES = 1_000, 64 << 20
"""Steps whose maps and texts are kept, and the bytes that they take; then they are thinned out."""

MOST_WEIGHTS = 1_000_000
"""Weights of all maps of one sentence; of a sentence with more no maps are recorded."""

DPI = 100
SERIES = 32
"""Sentences whose figures are laid out once; those of others are laid out each time, instead of filling the memory."""


@dataclass(frozen=True)
class Shown:
    """A validation sentence at one moment of the training."""

    number: int
    """From 1 on."""
    source: str
    reference: str
    gold: GoldLinks | None
    maps: PairMaps
    aligner: AlignmentMap | None
    """Of the translation, where there is an aligner; the reference's is among its `maps`."""

    def record(self, step: int) -> dict[str, Any] | None:
        """The record of this step (`show.recorded`); None for a sentence of more than `MOST_WEIGHTS`."""
        reading, translation = self.maps.reading, self.maps.translation
        of_reference = None if reading.aligner is None else reading.aligner[0]
        sides = {
            "reference": _named(reading.attention, of_reference, reading.self_attention),
            "translation": _named(translation.alignment, self.aligner, reading.self_attention),
        }
        if sum(one.weights.size for maps in sides.values() for one in maps.values()) > MOST_WEIGHTS:
            return None
        return {
            "version": VERSION,
            "sentence": self.number,
            "step": step,
            "source": self.source,
            "reference": self.reference,
            "translation": translation.text,
            "views": {
                "reference": view(sides["reference"], gold=self.gold, step=step),
                "translation": view(sides["translation"], step=step, score=translation.score),
            },
        }


def _named(
    attention: AlignmentMap, aligner: AlignmentMap | None, self_attention: AlignmentMap | None
) -> dict[str, AlignmentMap]:
    """The maps that are there, under the names that the viewer shows."""
    maps = {"attention": attention, "aligner": aligner, "self-attention": self_attention}
    return {name: one for name, one in maps.items() if one is not None}


def look(translator: Translator, validation: Validation) -> list[Shown]:
    """The watched sentences with the weights of this moment, as the validation has met them (`Validation.maps`)."""
    found = validation.maps(translator)
    translations = [one.translation for one in found.values()]
    aligners = align_translations(translator, translations) if translator.has_aligner else [None] * len(found)
    return [
        Shown(
            position + 1,
            *validation.pairs[position],
            None if validation.gold is None else validation.gold[position],
            maps,
            aligner,
        )
        for (position, maps), aligner in zip(found.items(), aligners, strict=True)
    ]


class Recorder:
    """Logs the watched sentences before the first update and at each validation.

    - Maps and texts of each validation, but no more than `MOST_STEPS` and `MOST_BYTES` (`Thinned`).
    - Figures, which take most time and room, of the reference: before the first update, and of the validations 1, 2, 4,
      8 and so on. TensorBoard by itself keeps ten of a sentence.

    Of the last validation all is there, whatever its number.
    """

    def __init__(self, look: Callable[[], list[Shown]]) -> None:
        self.look, self.kept = look, Thinned(MOST_STEPS, MOST_BYTES)
        self.series: dict[int, FigureSeries] = {}
        self.too_long: set[int] = set()
        """Numbers of sentences of which was said that their maps are not recorded."""
        self.last: tuple[int, list[Shown], bool, bool] = 0, [], True, True
        """The last validation: its step, what it has found, and whether its maps and its figures are there."""

    def log(self, writer: SummaryWriter, step: int) -> bool:
        """Log a validation; True where some before it are to be left out of the events, as `is_kept` says."""
        number, shown = self.kept.offered, self.look()
        if not shown:
            return False
        maps, figures = self.kept.offer(), number & (number - 1) == 0
        if figures:
            self._log_figures(writer, shown, step)
        too_much = maps and self.kept.add(step, self._log_maps(writer, shown, step))
        self.last = step, shown, step in self.kept.kept, figures
        return too_much

    def log_rest(self, writer: SummaryWriter) -> None:
        """Log what was not logged of the last validation, at the end of training."""
        step, shown, maps, figures = self.last
        if not maps:
            self._log_maps(writer, shown, step)
        if not figures:
            self._log_figures(writer, shown, step)

    def is_kept(self, event: Event) -> bool:
        """Does an event stay when validations are left out? Not the maps and texts of one that is not kept."""
        plugins = {value.metadata.plugin_data.plugin_name for value in event.summary.value}
        return event.step in self.kept.kept or not plugins & {PLUGIN, TEXT}

    def _log_maps(self, writer: SummaryWriter, shown: list[Shown], step: int) -> int:
        """Log maps and texts; the bytes that they take."""
        size = 0
        for one in shown:
            text = text_table(one.source, one.reference, one.maps.translation.text)
            writer.add_text(f"sentence {one.number}", text, step)
            size += len(text.encode())
            record = one.record(step)
            if record is not None:
                event = summary(record)
                writer.file_writer.add_summary(event, step)  # type: ignore[attr-defined]
                size += event.ByteSize()
            elif one.number not in self.too_long:
                self.too_long.add(one.number)
                say(f"sentence {one.number} of the validation set is too long to record its maps")
        return size

    def _log_figures(self, writer: SummaryWriter, shown: list[Shown], step: int) -> None:
        for one in shown:
            words, title = one.maps.reading.attention.words(keep_end=True), f"update {step:,}"
            series = self.series.get(one.number) or FigureSeries(words, title, one.gold, DPI)
            if len(self.series) < SERIES:
                self.series[one.number] = series
            writer.add_image(f"sentence {one.number}", series.pixels(words, title), step, dataformats="HWC")


def text_table(source: str, reference: str, translation: str) -> str:
    """A Markdown table of the three sentences, whatever characters they hold."""
    rows = {"source": source, "reference": reference, "translation": translation}
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {escape(text)} |" for name, text in rows.items())])


def escape(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return "".join(f"&#{ord(character)};" if character in "\\`*_{}[]()<>#+-.!|&~" else character for character in text)
