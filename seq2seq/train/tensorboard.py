"""What TensorBoard shows of a run: one Lightning callback that knows nothing of the model but a way to translate."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.utilities import rank_zero_only
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

from seq2seq.show.figures import pixels
from seq2seq.translate.translator import Translation

Translate = Callable[[Sequence[str]], list[Translation]]


class TensorBoardCallback(Callback):
    """Writes TensorBoard events into the run's folder.

    - Scalars: every metric that the training module logs, `train/...` every `every_n_steps` updates and `val/...` at
      each validation.
    - Images and Text, for the given validation sentences, before the first update and at each validation: the alignment
      map over words, and source, reference and translation.
    - HParams, at the end: the settings and the final scores.

    Of several processes only the first writes.
    """

    writer: SummaryWriter

    def __init__(
        self,
        folder: Path,
        sentences: Sequence[tuple[str, str]],
        translate: Translate,
        settings: Mapping[str, Any],
        every_n_steps: int,
    ) -> None:
        self.folder, self.sentences, self.translate = folder, sentences, translate
        self.settings, self.every_n_steps = settings, every_n_steps

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Open the events, taking back what a killed run logged beyond its last checkpoint; draw an untrained model."""
        resumed = trainer.global_step > 0
        self.writer = SummaryWriter(str(self.folder), purge_step=trainer.global_step + resumed)
        if not resumed:
            self.log_sentences(0)

    @rank_zero_only
    def on_save_checkpoint(self, trainer: Trainer, module: LightningModule, checkpoint: dict[str, Any]) -> None:
        """What is logged up to a checkpoint must not be lost with what comes after it."""
        self.writer.flush()

    @rank_zero_only
    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """A point of the training curves, every `every_n_steps` updates."""
        if trainer.global_step % self.every_n_steps == 0:
            self.log_scalars("train/", trainer)

    @rank_zero_only
    def on_validation_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Scores, maps and translations of a validation."""
        if not trainer.sanity_checking:
            self.log_scalars("val/", trainer)
            self.log_sentences(trainer.global_step)

    def log_scalars(self, prefix: str, trainer: Trainer) -> None:
        """Write the logged metrics of that prefix at the current update."""
        for name, value in trainer.callback_metrics.items():
            if name.startswith(prefix):
                self.writer.add_scalar(name, float(value), trainer.global_step)

    def log_sentences(self, step: int) -> None:
        """Write map and texts of each sentence."""
        translations = self.translate([source for source, _ in self.sentences])
        for number, ((source, reference), translation) in enumerate(zip(self.sentences, translations, strict=True)):
            name = f"sentence {number}"
            figure = translation.alignment.words(keep_end=True).heatmap(title=f"update {step:,}")
            self.writer.add_image(name, pixels(figure), step, dataformats="HWC")
            self.writer.add_text(name, text_table(source, reference, translation.text), step)
        self.writer.flush()

    def log_settings(self, scores: Mapping[str, float]) -> None:
        """Write the settings and the final scores to the HParams tab."""
        with SummaryWriter(str(self.folder)) as writer:
            plain = {name: v if isinstance(v, int | float | str) else str(v) for name, v in self.settings.items()}
            for part in hparams(plain, dict(scores)):
                writer.file_writer.add_summary(part)

    def on_exception(self, trainer: Trainer, module: LightningModule, exception: BaseException) -> None:
        """Close the events."""
        self.teardown(trainer, module, "fit")

    def teardown(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Close the events, which were not opened where nothing was left to train."""
        if hasattr(self, "writer"):
            self.writer.close()


def text_table(source: str, reference: str, translation: str) -> str:
    """A Markdown table of the three sentences, whatever characters they hold."""
    rows = {"source": source, "reference": reference, "translation": translation}
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {escape(text)} |" for name, text in rows.items())])


def escape(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return "".join(f"&#{ord(character)};" if character in "\\`*_{}[]()<>#+-.!|&~" else character for character in text)
