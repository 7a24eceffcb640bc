"""The benchmark on a tiny corpus, with every part of it but the peer's program, which is played by a script."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from commands import Script, assert_fault
from comparison import Row, table
from conftest import sentences, write_corpus
from measure import update_flops
from processes import environment

from seq2seq.config.sections import ModelConfig, SubwordsConfig
from seq2seq.corpus.batches import ParallelDataset
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.model.seq2seq import Seq2Seq

PEER = """#!/bin/bash
if [ "$3" = test ]; then
    echo "Evaluation result (beam search): bleu:  12.50, Generation took 2.0000[sec]."
    if [ "$7" ]; then printf '[-1.5, -0.5]\n[-4.0]\n' > "$7.dev.scores"; fi
    exit 0
fi
echo "Epoch 1, Step: 10, Tokens per Sec: 1, Lr: 0.1"
echo "Epoch 1, Step: 20, Tokens per Sec: 5, Lr: 0.1"
exit 1
"""


@pytest.fixture
def peer(tmp_path: Path) -> Path:
    folder = tmp_path / "peer"
    python = folder / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PEER)
    python.chmod(0o755)
    (folder / "speed.yaml").write_text(yaml.safe_dump({"training": {"updates": 60}}))
    (folder / "train.yaml").write_text(yaml.safe_dump({"data": {"dev": "d", "test": "t"}, "testing": {}}))
    (folder / "model").mkdir()
    (folder / "model" / "best.ckpt").touch()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """English to German, as the benchmark has it, of 60 pairs."""
    pairs = sentences()
    return write_corpus(tmp_path / "data", train=pairs[:60], val=pairs[60:64], test=pairs[64:68])


@pytest.mark.skipif(
    not (torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16")),
    reason="this processor has no LSTM in bf16",
)
def test_a_tiny_benchmark_fills_table_and_json(data: Path, peer: Path, trained: Path, tmp_path: Path) -> None:
    options = {
        "--data": data,
        "--run": trained,
        "--peer": peer,
        "--json": tmp_path / "found.json",
        "--rounds": 1,
        "--updates": 6,
        "--sentences": 3,
        "--vocab-size": 320,
        "--precisions": "bf16",
        "--searches": "int8/3",
        "--processes": 1,
    }

    command = [sys.executable, "scripts/benchmark.py", *(str(part) for pair in options.items() for part in pair)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    rows = {row["what"]: row for row in json.loads((tmp_path / "found.json").read_bytes())["rows"]}
    assert all(f"| {what} |" in done.stdout for what in rows)
    training = rows["training, hidden 256, batches of 1,360, bf16"]["values"]
    assert training["peer"] == [5] and training["ours"][0] > 0
    assert rows["translation, beam 5, batch 64, int8/3"]["values"]["ours"][0] > 0
    assert rows["translation, beam 1, batch 1, int8/3"]["values"]["ours"][0] > 0
    likelihood = rows["validation, negative log-likelihood"]["values"]
    assert 0 < likelihood["ours"][0] < 1000 and likelihood["peer"] == [3.0]
    assert rows["translation, beam 5, batch 64, int8/3"]["values"]["peer"] == [1.5]  # 3 sentences in 2 seconds
    assert rows["translation, beam 5, batch 64, int8/3: BLEU"]["values"]["peer"] == [12.5]
    assert rows["start-up: first translation"]["values"]["ours"][0] > 0
    assert rows["start-up: seq2seq train --help"]["values"]["ours"][0] > 0


def test_the_table_shows_medians_and_ratios_and_leaves_out_what_is_not_known() -> None:
    row = Row("speed", "tokens/s", {"ours": [900.0, 1200.0, 3000.0], "peer": [300.0]})
    assert table([row]).splitlines()[-1] == "| speed | tokens/s | 1,200 |  | 300 |  | 4.00 |"


def test_the_arithmetic_of_an_update_by_hand() -> None:
    """One layer in, two out, hidden size 4: 8 gates a direction read 6 + 2; 16 gates read 6 + 4, then 4 + 4 + 4."""
    pairs = [("a b", "c d"), ("a", "c")]
    subwords = SubwordsConfig(vocab_size=300)
    vocabulary = Vocabulary.train(pairs, subwords)
    dataset = ParallelDataset(pairs, vocabulary, subwords)
    batch = dataset.batch(dataset.examples)
    size = len(vocabulary.target)
    model = Seq2Seq(ModelConfig(embedding_size=6, hidden_size=4), size, size, joint=True)
    encoder, decoder, readout = 2 * 8 * (6 + 2), 16 * (6 + 4) + 16 * (8 + 4), 8 * 6
    lengths = zip(dataset.source_lengths.tolist(), dataset.target_lengths.tolist(), strict=True)
    products = sum(
        source * encoder + target * (decoder + readout + size * 6) + 2 * 4 * source * target
        for source, target in lengths
    )
    assert update_flops(model, batch) == 6 * products


def test_a_corpus_that_is_not_there_is_named_in_one_line(script: Script, tmp_path: Path) -> None:
    result = script("benchmark.py", "--data", tmp_path / "none")
    assert_fault(result, f"error: {tmp_path / 'none'}: no train.de in it")
    assert result.err.count("\n") == 1
