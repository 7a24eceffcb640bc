"""The benchmark on a tiny corpus, with every part of it but the peers' programs, which are played by scripts."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml
from commands import Script, assert_fault
from comparison import Benchmark, Settings
from conftest import sentences, write_corpus
from measure import update_flops
from peers import Eole, JoeyNMT
from processes import environment
from programs import Followed, session_seconds
from quality import Ours, time_to_quality
from rows import Row, Rows, table

from seq2seq.config.sections import ModelConfig, SubwordsConfig
from seq2seq.corpus.batches import ParallelDataset
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq

JOEYNMT = """#!/bin/bash
model=$(sed -n 's/^model_dir: //p' "$4")
if [ "$3" = test ]; then
    echo "Evaluation result (beam search): bleu:  12.50, Generation took 2.0000[sec]."
    if [ "$7" ]; then printf '[-1.5, -0.5]\n[-4.0]\n' > "$7.dev.scores"; fi
    exit 0
fi
if [ "$5" = --skip-test ]; then
    mkdir "$model"
    cp "${0%/venv/*}/learnt" "$model/2.hyps"
    exec sleep 60
fi
echo "Epoch 1, Step: 10, Tokens per Sec: 1, Lr: 0.1"
echo "Epoch 1, Step: 20, Tokens per Sec: 5, Lr: 0.1"
exit 1
"""
EOLE = """#!/bin/bash
if [ "$1" = predict ]; then
    echo "GOLD SCORE: -43.2100, GOLD PPL: 5 NB SENTENCES: 4"
    echo "Step 0 time (s): 0.50"
    echo "Subsequent prediction time including all (s): 1.00"
    learnt=${0%/venv/*}/learnt
    [ -e "$learnt" ] || learnt=$(sed -n 's/^src: //p' "$3")
    cp "$learnt" "$(sed -n 's/^output: //p' "$3")"
    exit 0
fi
echo "Step 10/ 20; bsz: 1012/1212/58; 484/1 tok/s;     21 sec;"
echo "Step 20/ 20; bsz: 1012/1212/58; 484/7 tok/s;     33 sec;"
if grep -q 'layers: 2' "$3"; then echo "Step 30/ 30; bsz: 1012/1212/58; 484/3 tok/s;     33 sec;"; fi
step=$(sed -n 's/^  save_checkpoint_steps: //p' "$3")
folder=$(sed -n 's/^  model_path: //p' "$3")/step_$step
mkdir -p "$folder"
touch "$folder/config.json"
if [ "$step" = 2 ]; then exec sleep 60; fi
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def joeynmt(tmp_path: Path) -> Path:
    folder = tmp_path / "joeynmt"
    program(folder / "venv" / "bin" / "python", JOEYNMT)
    (folder / "speed.yaml").write_text(yaml.safe_dump({"training": {"updates": 60}}))
    (folder / "train.yaml").write_text(
        yaml.safe_dump({"data": {"dev": "d", "test": "t"}, "testing": {}, "training": {}})
    )
    (folder / "model").mkdir()
    (folder / "model" / "best.ckpt").touch()
    return folder


@pytest.fixture
def eole(tmp_path: Path) -> Path:
    folder = tmp_path / "eole"
    program(folder / "venv" / "bin" / "eole", EOLE)
    (folder / "config.yaml").write_text(yaml.safe_dump({"model": {"encoder": {}, "decoder": {}}, "training": {}}))
    (folder / "model").mkdir()
    (folder / "model" / "config.json").touch()
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
def test_a_tiny_benchmark_fills_table_and_json(
    data: Path, joeynmt: Path, eole: Path, trained: Path, tmp_path: Path
) -> None:
    options = {
        "--data": data,
        "--run": trained,
        "--joeynmt": joeynmt,
        "--eole": eole,
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
    assert training["joeynmt"] == [5] and training["eole"] == [7] and training["ours"][0] > 0
    equal = rows["training, hidden 256, batches of 1,360, bf16, encoder and decoder of two layers"]["values"]
    assert equal["eole"] == [5] and equal["ours"][0] > 0
    assert rows["translation, beam 5, batch 64, int8/3"]["values"]["ours"][0] > 0
    assert rows["translation, beam 1, batch 1, int8/3"]["values"]["ours"][0] > 0
    likelihood = rows["validation, negative log-likelihood"]["values"]
    assert 0 < likelihood["ours"][0] < 1000 and likelihood["joeynmt"] == [3.0]
    assert likelihood["eole"] == [43.21]
    assert rows["translation, beam 5, batch 64, int8/3"]["values"]["joeynmt"] == [1.5]  # 3 sentences in 2 s
    assert rows["translation, beam 5, batch 64, int8/3"]["values"]["eole"] == [2.0]  # and in 1.5, encoder and search
    assert rows["translation, beam 5, batch 64, int8/3: BLEU"]["values"]["joeynmt"] == [12.5]
    assert rows["start-up: first translation"]["values"]["ours"][0] > 0
    assert rows["start-up: seq2seq train --help"]["values"]["ours"][0] > 0


def test_the_table_shows_medians_and_ratios_and_leaves_out_what_is_not_known() -> None:
    row = Row("speed", "tokens/s", {"ours": [900.0, 1200.0, 3000.0], "joeynmt": [300.0]})
    heads = "| | unit | ours | before | Joey NMT | eole | × before | × Joey NMT | × eole |"
    assert table([row]).splitlines()[::2] == [heads, "| speed | tokens/s | 1,200 |  | 300 |  |  | 4.00 |  |"]


def test_the_numbers_of_the_peers_are_those_of_their_logs(joeynmt: Path, eole: Path, tmp_path: Path) -> None:
    """Rates without the first ten updates; seconds of encoder and search; sentences of which one is as it should be."""
    sides = [["ein mann im hemd .", "zwei"], ["ein mann im hemd .", "drei"]]
    first, second = JoeyNMT(joeynmt, tmp_path, 1), Eole(eole, tmp_path, 1)
    assert first.training(20)[0] == 5
    assert [second.training(20, layers)[0] for layers in (1, 2)] == [7, 5]
    assert (first.translation(5, 64, sides).seconds, first.translation(5, 64, sides).bleu) == (2, 12.5)
    translated = second.translation(5, 64, sides)  # its script repeats the source
    assert translated.seconds == 1.5 and 0 < translated.bleu < 100
    assert (first.likelihood(), second.likelihood(sides)) == (3.0, 43.21)


def test_a_folder_without_a_peer_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{tmp_path / 'config.yaml'}: no such file; set up eole there"):
        Eole(tmp_path, tmp_path, 1).training(20)


@pytest.mark.parametrize("peer", [JoeyNMT, Eole])
def test_the_minutes_of_a_peer_count_until_its_translations_are_good_and_end_it_there(
    peer: type[JoeyNMT | Eole], data: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Its script translates as the references are, and sleeps for a minute if nobody ends it."""
    folder = request.getfixturevalue(peer.column)
    sides = [(data / f"val.{side}").read_text().splitlines() for side in ("en", "de")]
    (folder / "learnt").write_text((data / "val.de").read_text())
    rows, started = Rows(), time.monotonic()
    time_to_quality(peer(folder, tmp_path, 1), tmp_path / "kept", 2, sides, rows.add)
    assert time.monotonic() - started < 30
    nats = {"joeynmt": (60, 50, 45, 40), "eole": (60, 50, 45)}[peer.column]
    levels = {*(f"greedy BLEU {level}" for level in (20, 30, 35)), *(f"{level} nats a sentence" for level in nats)}
    assert rows.keys() == {f"until {level} on the validation set" for level in levels}
    assert all(0 <= row.values[peer.column][0] < 0.1 for row in rows.values())


def test_our_training_is_scored_by_its_own_validations(data: Path, tmp_path: Path) -> None:
    ours, folder = Ours(data, 320), tmp_path / "ours"
    time_to_quality(ours, folder, 1, [], Rows().add)
    bleu, nll = ours.score(folder, 1, [])
    assert 0 <= bleu < 20 and 20 < nll < 1000
    assert (folder / "run" / "model.safetensors").is_file()


def test_processor_time_is_that_of_all_that_a_program_has_started_and_stands_still_when_it_does(tmp_path: Path) -> None:
    work = "import time\nwhile time.process_time() < 0.4: pass"
    shell = f'"{sys.executable}" -c "{work}"; touch first; while true; do :; done'
    with Followed(["bash", "-c", f"cd {tmp_path}; {shell}"], tmp_path / "log") as followed:
        assert 0.4 <= followed.wait_for(tmp_path / "first") < 5
        with followed.paused():
            before = session_seconds(followed.process.pid)
            time.sleep(0.2)
            assert session_seconds(followed.process.pid) == before
    assert followed.process.returncode == -signal.SIGTERM


def test_a_program_that_ends_without_its_file_is_quoted(tmp_path: Path) -> None:
    command = ["bash", "-c", "echo first; echo no such corpus >&2"]
    with Followed(command, tmp_path / "log") as followed, pytest.raises(InputError, match=r"never: no such corpus$"):
        followed.wait_for(tmp_path / "never")


def test_memory_is_measured_with_a_recipe_as_it_is_but_for_corpus_and_epochs(tmp_path: Path) -> None:
    recipe, data = tmp_path / "recipe.yaml", tmp_path / "data"
    content = {"data": {"folder": "elsewhere", "source": "en", "target": "de"}, "model": {"hidden_size": 32}}
    recipe.write_text(yaml.safe_dump(content))
    measured = Benchmark(Settings(data, None, None, None, None, epochs=5), tmp_path, {})
    changed = content | {"data": content["data"] | {"folder": str(data)}, "trainer": {"max_epochs": 5}}
    assert yaml.safe_load(Path(measured.recipe(recipe)).read_text()) == changed
    recipe.write_text("model: {width: 3}\n")
    with pytest.raises(InputError, match=f"{recipe}.*width"):
        measured.recipe(recipe)


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
