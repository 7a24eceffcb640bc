"""The Lightning module: one update of the weights, and what Lightning has to be told around it."""

import math
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from pytorch_lightning import LightningModule
from torch import Tensor
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from seq2seq.config.settings import Config
from seq2seq.corpus.batches import Batch, ParallelDataset, TrainingBatches
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.train.divergence import Divergence
from seq2seq.train.embeddings import WordVectors
from seq2seq.train.losses import update_losses
from seq2seq.train.memory import backward_in_parts, described, is_out_of_memory
from seq2seq.train.parent import Parent
from seq2seq.train.schedule import learning_rate_schedule
from seq2seq.train.timing import Stopwatch
from seq2seq.train.validation import Validation
from seq2seq.train.weights import KeptWeights, moving_average
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.evaluation import LARGEST_NLL
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import build_model


class TrainingModule(LightningModule):
    """The model in training, with its average, its validation, its kept weights and its stopwatch."""

    def __init__(
        self,
        config: Config,
        vocabulary: Vocabulary,
        training: ParallelDataset,
        validation: Validation,
        run: Path,
        parent: Parent | None = None,
        vectors: Sequence[WordVectors] = (),
    ) -> None:
        super().__init__()
        self.config, self.vocabulary = config, vocabulary
        self.training_set, self.validation = training, validation
        self.model = build_model(config, vocabulary)
        if parent is not None:
            parent.give(self.model, vocabulary, config)
        for file in vectors:
            file.give(self.model, vocabulary, config)
        decay = config.training.averaging
        self.average = AveragedModel(self.model, multi_avg_fn=moving_average(decay)) if decay else None
        if self.average is not None:
            self.average.requires_grad_(False)  # or several processes would wait for its gradients
        self.kept, self.stopwatch = KeptWeights(run, config.training.keep), Stopwatch()
        self.divergence, self.too_large = Divergence(), False
        self.next_batch: dict[str, int] = {"epoch": -1, "position": 0}

    @property
    def evaluated(self) -> Seq2Seq:
        """The model that validation and translation use: the averaged one where there is one."""
        return cast(Seq2Seq, self.average.module) if self.average is not None else self.model

    @property
    def translator(self) -> Translator:
        """A translator with the weights of this moment."""
        return Translator(ModelEngine(self.evaluated), self.vocabulary, self.config)

    def train_dataloader(self) -> TrainingBatches:
        """The batches of the current epoch, from where a checkpoint was made in it."""
        batches = TrainingBatches(
            self.training_set,
            self.config.data.batch_tokens,
            self.config.training.seed,
            self.current_epoch,
            self.global_rank,
            self.trainer.world_size,
        )
        batches.load_state_dict(self.next_batch)
        return batches

    def val_dataloader(self) -> DataLoader:
        """Positions of validation pairs, batched by length."""
        return DataLoader(cast(Any, self.validation.batches), batch_size=None)

    def transfer_batch_to_device(self, batch: Any, device: torch.device, dataloader_idx: int) -> Any:
        """Move a training batch; positions of validation pairs stay where they are."""
        return batch.to(device) if isinstance(batch, Batch) else batch

    def on_train_start(self) -> None:
        """Dropout on: the maps of the untrained model were drawn without."""
        self.model.train()

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Make the update's randomness a function of the seed and its number, so that a resumed run repeats it."""
        self.stopwatch.update_starts()
        torch.manual_seed(
            random.Random(f"{self.config.training.seed} {self.global_step} {self.global_rank}").getrandbits(63)
        )

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Mean loss per target token, as `Batch.weight` has it count."""
        self.batch, self.too_large = batch, False
        try:
            loss, parts = update_losses(self.model, batch, self.config)
        except (MemoryError, RuntimeError) as error:
            self.too_large = self._may_split(error)
            return self.model.output_bias.sum() * 0  # `backward` computes it in parts
        nll = float(parts["nll"])
        longest = batch.source.shape[1] - 1, batch.target.shape[1] - 2
        self.divergence.see(loss.item(), nll, longest, self.global_step + 1)
        shown: dict[str, Any] = {
            "train/loss": loss.detach(),
            "train/perplexity": math.exp(min(nll, LARGEST_NLL)),
            "train/tokens_per_second": self.stopwatch.rate,
        }
        self.log_dict(shown, prog_bar=True, batch_size=1)
        rate = {"learning_rate": self.trainer.optimizers[0].param_groups[0]["lr"]}
        self.log_dict({f"train/{name}": value for name, value in (parts | rate).items()}, batch_size=1)
        return batch.weight * loss

    def backward(self, loss: Tensor, *args: Any, **kwargs: Any) -> None:
        """The gradient of the loss; in parts, where the memory has no room for that of the whole batch."""
        if not self.too_large:
            try:
                super().backward(loss, *args, **kwargs)
            except (MemoryError, RuntimeError) as error:
                self.too_large = self._may_split(error)
        if self.too_large:
            backward_in_parts(self.batch, self.global_step + 1, self._backward_of, self.zero_grad)

    def _backward_of(self, part: Batch) -> None:
        with self.trainer.precision_plugin.train_step_context():
            loss, _ = update_losses(self.model, part, self.config)
        (part.weight * loss).backward()

    def _may_split(self, error: Exception) -> bool:
        """True where it was memory that ran out; raises the error where not, and InputError where other batches, or
        other processes, have a part in the gradient."""
        if not is_out_of_memory(error):
            raise error
        if self.trainer.world_size > 1 or self.trainer.accumulate_grad_batches > 1:
            raise InputError(
                f"out of memory in update {self.global_step + 1:,}, with {described(self.batch)}; lower "
                "data.batch_tokens or data.max_length"
            ) from None
        return True

    def configure_gradient_clipping(
        self, optimizer: Any, gradient_clip_val: float | None = None, gradient_clip_algorithm: str | None = None
    ) -> None:
        """Clip the norm of the whole gradient (Pascanu et al. 2013), and log what it was. Where it is not finite drop
        the gradient: the optimiser passes over weights that have none."""
        limit = gradient_clip_val or math.inf
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), limit)
        self.log("train/gradient_norm", norm, batch_size=1)
        if not self.divergence.admits(norm.item(), self.global_step + 1, optimizer.param_groups[0]["lr"]):
            optimizer.zero_grad(set_to_none=True)

    def optimizer_step(self, *args: Any, **kwargs: Any) -> None:
        """Update the weights, and take the new ones into the average before any callback makes a checkpoint of it."""
        super().optimizer_step(*args, **kwargs)
        if self.average is not None and self.divergence.admitted:
            self.average.update_parameters(self.model)

    def on_train_batch_end(self, outputs: Any, batch: Batch, batch_idx: int) -> None:
        """Take the time into the token rate."""
        self.stopwatch.update_ends(batch.target_tokens * self.trainer.world_size)

    def on_validation_epoch_start(self) -> None:
        """A validation from nothing."""
        self.validation.start()

    def validation_step(self, positions: list[int], batch_idx: int) -> None:
        """Translate and read. The first of several processes does it all, with the others waiting."""
        if self.trainer.is_global_zero:
            self.validation.add(self.translator, positions)

    def on_validation_epoch_end(self) -> None:
        """Log the scores of the validation, and keep the weights if it is among the best so far."""
        metrics = self.validation.metrics(self.translator.has_aligner) if self.trainer.is_global_zero else {}
        metrics = self.trainer.strategy.broadcast(metrics)
        for name, value in metrics.items():
            self.log(name, value, prog_bar=name == "val/bleu")
        score = metrics["val/bleu"] if self.config.training.monitor == "bleu" else -metrics["val/nll"]
        if not self.trainer.sanity_checking:
            self.kept.offer(self.evaluated, score, self.global_step)

    def on_train_end(self) -> None:
        """Say so if attention has collapsed; keep the last weights where no validation was there to choose by."""
        if self.validation.warning:
            print(f"warning: {self.validation.warning}", file=sys.stderr)
        self.divergence.report()
        self.kept.ensure(self.evaluated)

    def configure_optimizers(self) -> Any:
        """AdamW (Loshchilov & Hutter 2019) with warm-up and decay."""
        settings = self.config.training
        optimizer = torch.optim.AdamW(
            self.model.parameters(), settings.learning_rate, (0.9, 0.98), 1e-9, settings.weight_decay, fused=True
        )
        total = self.trainer.estimated_stepping_batches
        schedule = learning_rate_schedule(settings.decay, settings.warmup_steps, total)
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what Lightning does not know: the kept weights, and the seconds that training has taken."""
        checkpoint["seq2seq"] = {
            "kept": self.kept.state_dict(),
            "seconds": self.stopwatch.elapsed(),
            "divergence": self.divergence.state_dict(),
        }

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from a checkpoint's.

        Lightning too gives the training batches their state back, but not those of the first epoch: to know the number
        of updates, it asks for these before it reads the checkpoint.
        """
        self.next_batch = checkpoint["loops"]["fit_loop"]["state_dict"]["combined_loader"][0]
        self.kept.load_state_dict(checkpoint["seq2seq"]["kept"])
        self.stopwatch.resume(checkpoint["seq2seq"]["seconds"])
        self.divergence.load_state_dict(checkpoint["seq2seq"].get("divergence", self.divergence.state_dict()))
