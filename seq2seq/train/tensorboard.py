"""What TensorBoard shows of a run: one Lightning callback that knows nothing of the model."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.utilities import rank_zero_only
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar.metadata import create_summary_metadata
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

from seq2seq.show.events import SETTINGS, keep_events
from seq2seq.train.recording import Recorder

MEASURES = {
    "bleu": "BLEU, in percent: the higher the better",
    "chrf": "chrF2, in percent: the higher the better",
    "nll": "Mean negative log-likelihood of a target piece, ends of sentence counted, in nats: the lower the better",
    "perplexity": "The exponential of the nll, cut off at e^20",
    "attention_entropy": "Mean entropy of a target word's attention, in nats: 0 where all is on one word",
    "attention_end_share": "Mean share of a target word's attention on the source's end of sentence, from 0 to 1",
    "attention_coverage": "Mean attention that a source word receives, at most 1 counted for each, from 0 to 1",
    "attention_aer": "Alignment error rate of the attention's links by argmax, in percent: the lower the better",
    "aligner_aer": "Alignment error rate of the aligner's links, in percent: the lower the better",
}
"""What each number of an evaluation is (`validation.headline`)."""

DESCRIPTIONS = {
    "train/loss": "Mean loss of a target piece in this update, label smoothing and alignment losses included",
    "train/nll": "Mean negative log-likelihood of a target piece in this update, with dropout, in nats",
    "train/perplexity": "The exponential of train/nll, cut off at e^20",
    "train/tokens_per_second": "Target pieces a second, a moving average of ten updates",
    "train/learning_rate": "Of this update",
    "train/gradient_norm": "Norm of the whole gradient, before it is clipped",
    "train/guided_attention": "What the attention has to learn from the guide's links, in nats a linked piece",
    "train/aligner": "What the aligner has to learn, in nats",
    **{f"val/{name}": f"{text}. Of greedy translation, or of the references" for name, text in MEASURES.items()},
    **{f"final/{split}_{name}": f"{text}. Of the best weights, on {split}, searched with the configuration's beam"
       for split in ("val", "test") for name, text in MEASURES.items()},
    "final/minutes": "Minutes of training, validations included",
}  # fmt: skip
"""What TensorBoard says of each curve."""

FINAL = [name for name in DESCRIPTIONS if name.startswith("final/")]
"""The columns of the HParams tab, whether a run has a number for them or not: TensorBoard takes the columns of all runs
from one of them."""


class TensorBoardCallback(Callback):
    """Writes TensorBoard events into the run's folder.

    - Scalars: every metric that the training module logs, `train/...` every `every_n_steps` updates and `val/...` at
      each validation, each with a description.
    - Alignments, Text and Images, for single validation sentences, before the first update and at each validation, by
      the rules of `Recorder`: their maps; source, reference and translation; and a figure of the reference's map.
    - HParams, at the end: the settings, and the final scores, which are scalars `final/...` too.

    What a killed run logged beyond the checkpoint from which it goes on is taken back: not all that reads events passes
    over it. Of several processes only the first writes.
    """

    writer: SummaryWriter
    described: set[str]
    """The curves whose description is written."""

    def __init__(self, folder: Path, recorder: Recorder, settings: Mapping[str, Any], every_n_steps: int) -> None:
        self.folder, self.recorder = folder, recorder
        self.settings, self.every_n_steps = settings, every_n_steps
        self.logged = {"train/": 0, "val/": -1}
        """The update of the last point of the curves. With accumulated gradients several batches have the same."""

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Open the events; log an untrained model."""
        resumed, self.described = trainer.global_step > 0, set[str]()
        first = trainer.global_step + resumed
        keep_events(self.folder, lambda event: event.step < first or not event.HasField("summary"))
        self.open(purge_step=first)
        if not resumed:
            self.log_sentences(0)

    def open(self, purge_step: int | None = None) -> None:
        """Go on in a new event file; a TensorBoard that looks on forgets what it has from the purged step on."""
        wait_for_a_later_name(self.folder)
        self.writer = SummaryWriter(str(self.folder), purge_step=purge_step)

    @rank_zero_only
    def on_save_checkpoint(self, trainer: Trainer, module: LightningModule, checkpoint: dict[str, Any]) -> None:
        """What is logged up to a checkpoint must not be lost with what comes after it."""
        self.writer.flush()

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to hold."""
        return {"logged": dict(self.logged), "kept": self.recorder.kept.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's."""
        self.logged = dict(state["logged"])
        self.recorder.kept.load_state_dict(state["kept"])

    @rank_zero_only
    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """A point of the training curves, every `every_n_steps` updates."""
        if trainer.global_step % self.every_n_steps == 0 and trainer.global_step > self.logged["train/"]:
            self.log_scalars("train/", trainer)

    @rank_zero_only
    def on_validation_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Scores, maps and translations of a validation."""
        if trainer.sanity_checking or trainer.global_step == self.logged["val/"]:
            return
        self.log_scalars("val/", trainer)
        if trainer.global_step:  # the untrained model is there already
            self.log_sentences(trainer.global_step)

    def log_scalars(self, prefix: str, trainer: Trainer) -> None:
        """Write the logged metrics of that prefix at the current update."""
        self.logged[prefix] = trainer.global_step
        for name, value in trainer.callback_metrics.items():
            if name.startswith(prefix):
                known, self.described = name in self.described, self.described | {name}
                add_scalar(self.writer, name, float(value), trainer.global_step, described=not known)

    def log_sentences(self, step: int) -> None:
        """Write maps, texts and figures, and thin out what there is of earlier steps where it has become too much."""
        too_much = self.recorder.log(self.writer, step)
        self.writer.flush()
        if too_much:
            self.writer.close()
            keep_events(self.folder, self.recorder.is_kept)
            self.open()

    @rank_zero_only
    def on_train_end(self, trainer: Trainer, module: LightningModule) -> None:
        """All of the last validation."""
        self.recorder.log_rest(self.writer)

    def log_settings(self, scores: Mapping[str, float], step: int) -> None:
        """Write the settings and the final scores (named as in FINAL, without `final/`) to the HParams tab.

        They have a file of their own. Where the run went on after its end it takes the place of the one before: of two,
        TensorBoard would show the older settings.
        """
        for before in self.folder.glob(f"events.out.tfevents.*{SETTINGS}"):
            before.unlink()
        wait_for_a_later_name(self.folder)
        plain = {
            name: value if type(value) in (int, float, str) else str(value) for name, value in self.settings.items()
        }
        with SummaryWriter(str(self.folder), filename_suffix=SETTINGS) as writer:
            for part in hparams(plain, dict.fromkeys(FINAL, 0.0)):
                writer.file_writer.add_summary(part)
            for name, value in scores.items():
                add_scalar(writer, f"final/{name}", value, step, described=True)

    def on_exception(self, trainer: Trainer, module: LightningModule, exception: BaseException) -> None:
        """Close the events."""
        self.teardown(trainer, module, "fit")

    def teardown(self, trainer: Trainer, module: LightningModule, stage: str) -> None:
        """Close the events, which were not opened where nothing was left to train."""
        if hasattr(self, "writer"):
            self.writer.close()


def add_scalar(writer: SummaryWriter, name: str, value: float, step: int, *, described: bool) -> None:
    """As `writer.add_scalar`, which has no way to say what a number is."""
    metadata = create_summary_metadata(display_name="", description=DESCRIPTIONS.get(name, "")) if described else None
    summary = Summary(value=[Summary.Value(tag=name, simple_value=value, metadata=metadata)])
    writer.file_writer.add_summary(summary, step)  # type: ignore[attr-defined]


def wait_for_a_later_name(folder: Path) -> None:
    """Let the second go by in which an event file of the folder was opened; a second at most.

    TensorBoard reads event files in the order of their names, which begin with that second. Of two with the same one
    the number of the process decides, and the older may come last.
    """
    opened = [int(path.name.split(".")[3]) for path in folder.glob("events.out.tfevents.*")]
    time.sleep(min(max(max(opened, default=0) + 1 - time.time(), 0), 1))
