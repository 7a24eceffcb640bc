"""Training in several processes: each its share of every batch, and the result that one process would have."""

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import sentences, tiny_config
from safetensors.torch import load_file

from seq2seq.config.sections import SubwordsConfig
from seq2seq.config.settings import Config
from seq2seq.corpus.batches import Batch, ParallelDataset, TrainingBatches
from seq2seq.corpus.subwords import PAD
from seq2seq.corpus.vocabulary import Vocabulary, pad
from seq2seq.show.recorded import read_recorded
from seq2seq.train.run import train

PAIRS = sentences()[:60]
SAMPLED = SubwordsConfig(vocab_size=320, sampling=0.5)
VOCABULARY = Vocabulary.train(PAIRS, SAMPLED)


def rows(batch: Batch) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The sentence pairs of a batch, without padding."""
    sides = [[tuple(ids[ids != PAD].tolist()) for ids in side] for side in (batch.source, batch.target)]
    return list(zip(*sides, strict=True))


@pytest.mark.parametrize("processes", [2, 3])
def test_every_batch_is_shared_out_whole_and_evenly(processes: int) -> None:
    def batches(rank: int, of: int) -> list[Batch]:
        return list(TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, SAMPLED), 120, 1, 0, rank, of))

    longest = max(len(target) for batch in batches(0, 1) for _, target in rows(batch))
    shares = [batches(rank, processes) for rank in range(processes)]
    for whole, *parts in zip(batches(0, 1), *shares, strict=True):
        at_work = [part for part in parts if part.weight]  # the last batch of the epoch may be too small for all
        assert len(at_work) == min(processes, len(whole.source))
        assert sorted(row for part in at_work for row in rows(part)) == sorted(rows(whole))
        tokens = [part.target_tokens for part in at_work]
        assert max(tokens) - min(tokens) <= 2 * longest
        for part in at_work:
            assert part.weight == pytest.approx(processes * part.target_tokens / whole.target_tokens)
            assert (part.source != PAD).any(0).all() and (part.target != PAD).any(0).all()  # no column of padding


def test_a_process_without_a_sentence_works_for_nothing() -> None:
    """Every process has to take part in every update."""
    batch = Batch(pad([[5, 3], [6, 7, 3]]), pad([[2, 8, 3], [2, 3]]), torch.ones(2, 2, 3, dtype=torch.bool))
    first, second, third = (batch.share(rank, 3) for rank in range(3))
    assert (first.weight, second.weight, third.weight) == (2.0, 1.0, 0.0)
    assert third.source.tolist() == first.source.tolist() == [[5, 3]]
    assert first.links is not None and first.links.shape == (1, 2, 2)
    assert second.links is not None and second.links.shape == (1, 1, 3)


def without_chance(corpus: Path, **trainer: object) -> Config:
    """No dropout, whose masks differ between processes; subwords are sampled all the same."""
    model = {"dropout": 0.0, "embedding_dropout": 0.0}
    return tiny_config(corpus, **trainer).changed(model=model, training={"decay": "none"})


def train_in_processes(config: Config, run: Path, processes: int) -> dict[str, object]:
    """What `torchrun` prints on standard output, which has to be one JSON object."""
    path = run.with_suffix(".yaml")
    config.save(path)
    # Without `--` torchrun would take --run for its own.
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "--"]
    done = subprocess.run(
        [*launch, "scripts/train.py", "--config", str(path), "--run", str(run)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_two_processes_and_a_resume_in_one_give_what_one_process_gives(corpus: Path, tmp_path: Path) -> None:
    """Two share the first eight updates, in the middle of the second epoch; one goes on alone."""
    together = {"accelerator": "cpu", "devices": 2, "strategy": "ddp", "max_steps": 8}
    metrics = train_in_processes(without_chance(corpus, **together), tmp_path / "run", 2)
    assert metrics["epochs"] == 1
    assert len(list((tmp_path / "run").glob("events.out.*"))) == 2  # the training's and the settings', of one process
    with contextlib.redirect_stderr(io.StringIO()):
        train(without_chance(corpus), tmp_path / "run")
        train(without_chance(corpus), tmp_path / "alone")
    found, expected = (load_file(tmp_path / name / "model.safetensors") for name in ("run", "alone"))
    assert found.keys() == expected.keys()
    for name, weight in found.items():
        assert torch.allclose(weight, expected[name], atol=1e-5), name
    recorded = [read_recorded(tmp_path / name)[1] for name in ("run", "alone")]
    steps = [[record["step"] for record in records] for records in recorded]
    assert steps[0] == steps[1] and steps[0][0] == 0, "the first of the two processes alone has written"
