#!/usr/bin/env python
"""Kill a tiny training at random moments, again and again, and compare what it comes to with a run left in peace.

    make faults                 200 kills
    python scripts/faults.py --kills 40 --seed 7

Each training is killed by SIGKILL, SIGTERM or Ctrl-C (once or twice) at a random moment and started again, until it has
ended. Prints counts: kills by signal, tracebacks, starts that failed, runs whose weights differ in a bit, leftovers.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAYS = {"SIGKILL": [signal.SIGKILL], "SIGTERM": [signal.SIGTERM], "SIGINT": [signal.SIGINT],
        "SIGINT twice": [signal.SIGINT, signal.SIGINT]}  # fmt: skip
SETTINGS = """
data: {folder: FOLDER, source: de, target: en, max_length: 40, batch_tokens: 120}
subwords: {vocab_size: 320, sampling: 0.5}
model: {embedding_size: 16, hidden_size: 16}
training: {learning_rate: 0.01, warmup_steps: 3, checkpoint_minutes: 0.0001, precision: fp32, averaging: 0.9, keep: 2}
search: {beam: 1, max_length_ratio: 1.0}
logging: {sentences: 0, every_n_steps: 1}
trainer: {max_epochs: 8, enable_progress_bar: false}
"""


def main() -> int:
    """Train, kill, compare; 0 where nothing was lost and nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="how many in all (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = killed_runs(Path(folder), options.kills, random.Random(options.seed))
    print(json.dumps(found, indent=2))
    return int(any(found[name] for name in ("tracebacks", "failed", "different", "leftovers")))


def killed_runs(folder: Path, kills: int, chance: random.Random) -> Counter[str]:
    """Runs that are killed and resumed to their end, until there were so many kills; what was seen."""
    recipe = write_recipe(folder)
    started = time.monotonic()
    _, err = start(recipe, folder / "whole").communicate()
    if not weights(folder / "whole"):
        raise RuntimeError(err.decode())
    seconds, expected = time.monotonic() - started, weights(folder / "whole")
    found = Counter(runs=0, kills=0, tracebacks=0, failed=0, different=0, leftovers=0)
    while found["kills"] < kills:
        run = folder / f"run{found['runs']}"
        ended = False
        while not ended:
            way = chance.choice(list(WAYS))
            ended = killed_once(recipe, run, WAYS[way], chance.uniform(0.3, 0.8) * seconds, way, found)
        found["runs"] += 1
        found["different"] += weights(run) != expected
        found["leftovers"] += sum(path.name.startswith(".") for path in run.rglob("*"))
        print(json.dumps(found), file=sys.stderr, flush=True)
    return found


def killed_once(
    recipe: Path, run: Path, signals: list[signal.Signals], after: float, way: str, found: Counter[str]
) -> bool:
    """Start the run and signal it after so many seconds; whether it has ended by itself before."""
    process = start(recipe, run)
    try:
        _, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        for number in signals:
            process.send_signal(number)
        _, err = process.communicate()
        found["kills"] += 1
        found[way] += 1
    traceback = b"Traceback" in err
    failed = process.returncode not in (0, 130, 143, -signal.SIGKILL, -signal.SIGTERM)
    found["tracebacks"] += traceback
    found["failed"] += failed
    if traceback or failed:
        print(f"{way}, status {process.returncode}:\n{err.decode()}", file=sys.stderr)
    return process.returncode == 0


def start(recipe: Path, run: Path) -> "subprocess.Popen[bytes]":
    """A training in a process of its own."""
    command = [sys.executable, "-m", "seq2seq", "train", str(recipe), "--run", str(run)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def weights(run: Path) -> dict[str, bytes]:
    """The content of each file of weights."""
    return {path.name: path.read_bytes() for path in run.glob("model*.safetensors")}


def write_recipe(folder: Path) -> Path:
    """A recipe for the first pairs of the tiny corpus that ships."""
    data = folder / "data"
    data.mkdir()
    for split, count in (("train", 60), ("val", 8), ("test", 8)):
        for language in ("de", "en"):
            lines = (ROOT / "data" / "tiny-de-en" / f"{split}.{language}").read_text(encoding="utf-8").splitlines()
            (data / f"{split}.{language}").write_text("".join(f"{line}\n" for line in lines[:count]), encoding="utf-8")
    recipe = folder / "recipe.yaml"
    recipe.write_text(SETTINGS.replace("FOLDER", str(data)), encoding="utf-8")
    return recipe


if __name__ == "__main__":
    sys.exit(main())
