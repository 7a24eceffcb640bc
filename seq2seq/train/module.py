"""The Lightning module: an update, a validation, and what has to be remembered between them."""

import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from pytorch_lightning import LightningModule
from pytorch_lightning.utilities import rank_zero_only
from torch import Tensor
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from seq2seq.alignment.diagnostics import SentenceDiagnostics, collapse, diagnose, diagnose_corpus
from seq2seq.alignment.links import GoldLinks, Link, alignment_error_rate
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import Batch, ParallelDataset, TrainingBatches
from seq2seq.corpus.subwords import PAD
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length
from seq2seq.model.aligner import Alignment, guided_alignment_loss, guided_loss
from seq2seq.model.encoder import EncoderStates
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.scores import corpus_scores
from seq2seq.translate.translator import Translator, build_model, maps_both_ways, own_map, save_weights
from seq2seq.translate.word_links import join

Pairs = Sequence[tuple[str, str]]


class TrainingModule(LightningModule):
    """One update, one validation, and what has to be remembered between them."""

    def __init__(
        self,
        config: Config,
        vocabulary: Vocabulary,
        training: ParallelDataset,
        validation: Pairs,
        gold: Sequence[GoldLinks] | None,
        run: Path,
    ) -> None:
        super().__init__()
        self.config, self.vocabulary, self.run = config, vocabulary, run
        self.training_set, self.validation_pairs = training, validation
        self.validation_set = ParallelDataset(validation, vocabulary, config.subwords)
        tokenised = config.data.tokenised
        self.validation_sides = [
            (vocabulary.source.segment(source, tokenised).side, vocabulary.target.segment(target, tokenised).side)
            for source, target in validation
        ]
        self.gold = gold
        self.model = build_model(config, vocabulary)
        decay = config.training.averaging
        self.average = AveragedModel(self.model, multi_avg_fn=moving_average(decay)) if decay else None
        if self.average is not None:
            self.average.requires_grad_(False)  # or several processes would wait for its gradients
        self.best_score = -math.inf
        self.kept: list[tuple[float, str]] = []
        self.next_batch: dict[str, int] = {"epoch": -1, "position": 0}
        self.seconds, self.since = 0.0, time.monotonic()
        self.rate, self.batch_since = 0.0, time.monotonic()
        self.translations: dict[int, str] = {}
        self.diagnostics: dict[int, SentenceDiagnostics] = {}
        self.links: dict[int, set[Link]] = {}
        self.aligner_links: dict[int, set[Link]] = {}

    @property
    def evaluated(self) -> Seq2Seq:
        """The model that validation and translation use: the averaged one where there is one."""
        return cast(Seq2Seq, self.average.module) if self.average is not None else self.model

    @property
    def translator(self) -> Translator:
        """A translator with the weights of this moment."""
        return Translator(self.evaluated, self.vocabulary, self.config)

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
        lengths = [example.source_length for example in self.validation_set.examples]
        batches = batches_by_length(lengths, self.config.data.batch_tokens)
        return DataLoader(cast(Any, batches), batch_size=None)

    def transfer_batch_to_device(self, batch: Any, device: torch.device, dataloader_idx: int) -> Any:
        """Move a training batch; positions of validation pairs stay where they are."""
        return batch.to(device) if isinstance(batch, Batch) else batch

    def on_train_start(self) -> None:
        """Dropout on: the maps of the untrained model were drawn without."""
        self.model.train()

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Make the update's randomness a function of the seed and its number, so that a resumed run repeats it."""
        self.batch_since = time.monotonic()
        torch.manual_seed(
            random.Random(f"{self.config.training.seed} {self.global_step} {self.global_rank}").getrandbits(63)
        )

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Mean loss per target token, as `Batch.weight` has it count."""
        settings = self.config.training
        if settings.consistency:
            batch = batch.twice()
        encoded = self.model.encode(batch.source)
        outputs, weights = self.model.decoder(batch.target[:, :-1], encoded)
        losses, nll = self.model.losses_of(outputs, batch.target, settings.label_smoothing, settings.consistency)
        loss = losses.mean() + self.alignment_loss(batch, encoded, weights)
        mean_nll = float(nll.mean())
        shown: dict[str, Any] = {
            "train/loss": loss.detach(),
            "train/perplexity": math.exp(min(mean_nll, 20)),
            "train/tokens_per_second": self.rate,
        }
        self.log_dict(shown, prog_bar=True, batch_size=1)
        learning_rate = self.trainer.optimizers[0].param_groups[0]["lr"]
        self.log_dict({"train/nll": mean_nll, "train/learning_rate": learning_rate}, batch_size=1)
        return batch.weight * loss

    def alignment_loss(self, batch: Batch, encoded: EncoderStates, weights: Tensor) -> Tensor:
        """What the aligner, and guided attention, have to learn from this batch; 0 where there is neither.

        weights: of the decoder's attention, [batch, heads, tgt, src].
        """
        loss, settings, source, target = weights.new_zeros(()), self.config.alignment, batch.source, batch.target[:, 1:]
        if batch.links is not None and settings.guided_attention:
            rows = weights.mean(1).clamp(min=torch.finfo(weights.dtype).tiny).log()
            attention = guided_loss(rows, batch.links)
            self.log("train/guided_attention", attention.detach(), batch_size=1)
            loss = loss + settings.guided_attention * attention
        if self.model.aligner is not None:
            alignment = self.model.align(source, target, encoded)
            if batch.links is not None:
                own = guided_alignment_loss(alignment, batch.links, source != PAD, target != PAD)
            else:
                own = self.model.aligner.restoration_loss(alignment, source, target)
            self.log("train/aligner", own.detach(), batch_size=1)
            loss = loss + own
        return loss

    def configure_gradient_clipping(
        self, optimizer: Any, gradient_clip_val: float | None = None, gradient_clip_algorithm: str | None = None
    ) -> None:
        """Clip the norm of the whole gradient (Pascanu et al. 2013), and log what it was."""
        limit = gradient_clip_val or math.inf
        self.log("train/gradient_norm", torch.nn.utils.clip_grad_norm_(self.model.parameters(), limit), batch_size=1)

    def optimizer_step(self, *args: Any, **kwargs: Any) -> None:
        """Update the weights, and take the new ones into the average before any callback makes a checkpoint of it."""
        super().optimizer_step(*args, **kwargs)
        if self.average is not None:
            self.average.update_parameters(self.model)

    def on_train_batch_end(self, outputs: Any, batch: Batch, batch_idx: int) -> None:
        """Take the time into the token rate (a moving average of ten updates)."""
        rate = batch.target_tokens * self.trainer.world_size / (time.monotonic() - self.batch_since)
        self.rate += (rate - self.rate) * (0.1 if self.rate else 1.0)

    def on_validation_epoch_start(self) -> None:
        """Forget what the validation before has found."""
        self.translations, self.diagnostics, self.links, self.aligner_links = {}, {}, {}, {}
        self.val_nll, self.val_tokens = 0.0, 0

    def validation_step(self, positions: list[int], batch_idx: int) -> None:
        """Sum the negative log-likelihood of references, see what it was computed with, and translate greedily.

        The first of several processes does it all, with the others waiting.
        """
        if not self.trainer.is_global_zero:
            return
        examples = [self.validation_set.examples[position] for position in positions]
        fields = self.validation_set.fields
        batch = [field.process([getattr(e, name) for e in examples]).to(self.device) for name, field in fields.items()]
        source, target = batch
        model = self.evaluated.eval()
        encoded = model.encode(source)
        outputs, weights = model.decoder(target[:, :-1], encoded)
        _, nll = model.losses_of(outputs, target)
        self.val_nll, self.val_tokens = self.val_nll + float(nll.sum()), self.val_tokens + len(nll)
        best = self.translator.translate_all([e.source for e in examples], beam=1)
        self.translations |= {
            position: hypotheses[0].text for position, hypotheses in zip(positions, best, strict=True)
        }
        self.look_at_attention(positions, weights)
        if self.gold is not None and model.aligner is not None:
            self.look_at_aligner(positions, model.align(source, target[:, 1:], encoded))

    def look_at_attention(self, positions: list[int], weights: Tensor) -> None:
        """Diagnose the weights `[batch, heads, tgt, src]` of references, and link words where there are gold links."""
        for position, rows in zip(positions, weights.cpu().numpy(), strict=True):
            words = own_map(*self.validation_sides[position], rows).words(keep_end=True)
            self.diagnostics[position] = diagnose(words)
            if self.gold is not None:
                self.links[position] = words.without_end().links()

    def look_at_aligner(self, positions: list[int], alignment: Alignment) -> None:
        """Link words as the aligner says."""
        maps = maps_both_ways(alignment, [self.validation_sides[position] for position in positions])
        for position, (forward, backward) in zip(positions, maps, strict=True):
            self.aligner_links[position] = join(forward.words(keep_end=True), backward.words(keep_end=True))

    def on_validation_epoch_end(self) -> None:
        """Log the scores of the validation, and keep the weights for translation if it is the best so far."""
        metrics = self.trainer.strategy.broadcast(self.validation_metrics() if self.trainer.is_global_zero else {})
        for name, value in metrics.items():
            self.log(name, value, prog_bar=name == "val/bleu")
        score = metrics["val/bleu"] if self.config.training.monitor == "bleu" else -metrics["val/nll"]
        if self.trainer.sanity_checking:
            return
        if score > self.best_score:
            self.best_score = score
            self.save_weights("model.safetensors")
        self.keep_weights(score)

    @rank_zero_only
    def save_weights(self, name: str) -> None:
        """Keep the weights of this moment to translate with."""
        save_weights(self.evaluated, self.run / name)

    def keep_weights(self, score: float) -> None:
        """Keep the weights of this moment, if they are among the best so far (`training.keep`), in place of the worst
        of those that are kept."""
        new = score, f"model-{self.global_step}.safetensors"
        ranked, many = sorted([*self.kept, new], reverse=True), self.config.training.keep
        self.kept = ranked[:many]
        if new in self.kept:
            self.save_weights(new[1])
        for _, name in ranked[many:]:
            (self.run / name).unlink(missing_ok=True)

    def validation_metrics(self) -> dict[str, float]:
        """The scores of the validation."""
        translations = [self.translations[position] for position in sorted(self.translations)]
        references = [self.validation_pairs[position][1] for position in sorted(self.translations)]
        data = self.config.data
        scores = corpus_scores(translations, references, data.tokenize, data.lowercase)
        nll = self.val_nll / self.val_tokens
        metrics = {"val/bleu": scores.bleu, "val/chrf": scores.chrf}
        metrics |= {"val/nll": nll, "val/perplexity": math.exp(min(nll, 20))}
        return metrics | self.attention_metrics()

    def attention_metrics(self) -> dict[str, float]:
        """What the attention of this validation's references looks like, and its AER (percent) by argmax over words."""
        found = diagnose_corpus(list(self.diagnostics.values()))
        metrics = {
            "val/attention_entropy": found.entropy,
            "val/attention_end_share": found.end_share,
            "val/attention_coverage": found.coverage,
        }
        if self.gold is not None:
            gold = [self.gold[position] for position in self.links]
            metrics["val/aer"] = alignment_error_rate(list(self.links.values()), gold)
            if self.aligner_links:
                metrics["val/aligner_aer"] = alignment_error_rate(list(self.aligner_links.values()), gold)
        return metrics

    def on_train_end(self) -> None:
        """Say so if attention has collapsed; keep the last weights where no validation was there to choose by."""
        warning = collapse(list(self.diagnostics.values()))
        if warning:
            print(f"warning: {warning}", file=sys.stderr)
        if self.best_score == -math.inf:
            self.save_weights("model.safetensors")

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
        """Keep the best scores so far, and the seconds that training has taken."""
        checkpoint["seq2seq"] = {"best_score": self.best_score, "kept": self.kept, "seconds": self.elapsed()}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from a checkpoint's.

        Lightning too gives the training batches their state back, but not those of the first epoch: to know the number
        of updates, it asks for these before it reads the checkpoint.
        """
        self.next_batch = checkpoint["loops"]["fit_loop"]["state_dict"]["combined_loader"][0]
        own = checkpoint["seq2seq"]
        self.best_score, self.kept, self.seconds = own["best_score"], own["kept"], own["seconds"]
        self.since = time.monotonic()

    def elapsed(self) -> float:
        """Seconds of training so far, those before a resume included."""
        return self.seconds + time.monotonic() - self.since


Tensors = tuple[Tensor, ...] | list[Tensor]


def moving_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """Exponential moving average of all weights, with a decay that grows to `decay`, so that it forgets the start."""

    def update(averages: Tensors, weights: Tensors, updates: Tensor | int) -> None:
        share = 1 - min(decay, (1 + int(updates)) / (10 + int(updates)))
        torch._foreach_lerp_(averages, weights, share)

    return update


def learning_rate_schedule(decay: str, warmup: int, total: int | float) -> Callable[[int], float]:
    """The factor of the peak learning rate at each update (0-based): a linear warm-up, then the decay."""

    def factor(update: int) -> float:
        if update < warmup:
            return (update + 1) / warmup
        if decay == "none":
            return 1.0
        if decay == "inverse_sqrt":
            return math.sqrt(max(warmup, 1) / (update + 1))
        progress = min(1.0, (update - warmup) / max(1, total - warmup))
        return 0.5 * (1 + math.cos(math.pi * progress))

    return factor
