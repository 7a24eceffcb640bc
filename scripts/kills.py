"""Trainings that are killed at random moments, again and again, and what they come to."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from warm import Done, Warm

ROOT = Path(__file__).resolve().parents[1]
WAYS = {"SIGKILL": [signal.SIGKILL], "SIGTERM": [signal.SIGTERM], "SIGINT": [signal.SIGINT],
        "SIGINT twice": [signal.SIGINT, signal.SIGINT]}  # fmt: skip
COLD = 20
"""One start in so many is a process of its own, which imports everything; the others are forked (`warm`)."""
CHECKPOINTS = 5
"""A training is signalled after fewer than so many checkpoints, of which it makes 60 or so."""
FAULTS = ("tracebacks", "failed", "lost", "different", "leftovers")
"""What must not be there, of all that is counted."""
SETTINGS = """
data: {folder: FOLDER, source: de, target: en, max_length: 40, batch_tokens: 120}
subwords: {vocab_size: 320, sampling: 0.5}
model: {embedding_size: 16, hidden_size: 16}
training: {learning_rate: 0.01, warmup_steps: 3, checkpoint_minutes: 0.0001, precision: fp32, averaging: 0.9, keep: 2}
search: {beam: 1, max_length_ratio: 1.0}
logging: {sentences: 0, every_n_steps: 1}
trainer: {max_epochs: EPOCHS, enable_progress_bar: false}
"""


class Cold:
    """Starts processes that import everything themselves; as `Warm`, which forks them."""

    def __init__(self, folder: Path) -> None:
        self.messages = folder / "messages"

    def start(self, arguments: Sequence[object]) -> int:
        """Start `seq2seq` with these arguments; its process, in which Python has started."""
        code = "from seq2seq.cli.main import main; print(flush=True); main()"
        with open(self.messages, "w") as messages:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, *map(str, arguments)], preexec_fn=heed_ctrl_c,
                env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stdout=subprocess.PIPE, stderr=messages,
            )  # fmt: skip
        assert self.process.stdout is not None
        self.process.stdout.readline()
        return self.process.pid

    def ends(self, seconds: float) -> bool:
        """Does the process that was started end by itself in this time?"""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.returncode is not None

    def wait(self) -> Done:
        """Wait for the process that was started."""
        out, _ = self.process.communicate()
        return Done(self.process.returncode, out, self.messages.read_bytes())


class Trainings:
    """A recipe whose trainings are started, and how long they take: machines are shared."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.folder, self.recipe = folder, write_recipe(folder, epochs=8)
        self.starters: dict[bool, Warm | Cold] = {False: warm, True: Cold(folder)}
        self.first, self.between = {True: 1.0, False: 1.0}, 0.1
        """Seconds from the start to a checkpoint, and from one to the next, when last seen."""

    def start(self, run: Path, cold: bool) -> int:
        """Start one; its process."""
        return self.starters[cold].start(["train", self.recipe, "--run", run])

    def whole(self, cold: bool) -> dict[str, bytes]:
        """The weights of a run that is left in peace."""
        run = self.folder / f"whole-{cold}"
        self.start(run, cold)
        self.comes(run, cold, random.Random(1), 1_000_000)
        done = self.starters[cold].wait()
        if done.returncode or not weights(run):
            raise RuntimeError(done.stderr.decode())
        return weights(run)

    def comes(self, run: Path, cold: bool, chance: random.Random, checkpoints: int) -> bool:
        """Does a random moment come, after so many checkpoints, before a training has ended by itself?"""
        ends, seen, last = self.starters[cold].ends, 0, stamp(run)
        begun = before = time.monotonic()
        while seen < checkpoints:
            if ends(0.002):
                return False
            if (now := stamp(run)) != last:
                seen, last = seen + 1, now
                self.between = time.monotonic() - before
                before = time.monotonic()
                if seen == 1:
                    self.first[cold] = before - begun
        return not ends(chance.uniform(0, 1.5) * self.between if checkpoints else chance.random() * self.first[cold])


def killed_runs(folder: Path, kills: int, chance: random.Random, cold: bool = True) -> Counter[str]:
    """Runs that are killed and resumed to their end, until there were so many kills; what was seen.

    `lost`: kills after which the checkpoint was gone, damaged, or of an earlier update than before. `different`: runs
    whose weights differ in a bit from those of a run left in peace. `leftovers`: hidden files in finished runs. cold:
    also of processes that import everything themselves.
    """
    found = Counter[str](dict.fromkeys(("runs", "kills", *FAULTS), 0))
    with Warm(folder / "warm") as warm:
        trainings = Trainings(folder, warm)
        expected = trainings.whole(cold=False)
        if cold:
            found["different"] += trainings.whole(cold=True) != expected
        while found["kills"] < kills:
            run = folder / f"run{found['runs']}"
            while not killed_once(trainings, run, cold and chance.randrange(COLD) == 0, chance, found):
                pass
            found["runs"] += 1
            found["different"] += weights(run) != expected
            found["leftovers"] += sum(path.name.startswith(".") for path in run.rglob("*"))
            print(json.dumps(found), file=sys.stderr, flush=True)
    return found


def killed_once(trainings: Trainings, run: Path, cold: bool, chance: random.Random, found: Counter[str]) -> bool:
    """Start the run and signal it at a random moment; whether it has ended by itself before."""
    way, before = chance.choice(list(WAYS)), update(run)
    process = trainings.start(run, cold)
    if comes := trainings.comes(run, cold, chance, chance.randrange(CHECKPOINTS)):
        for number in WAYS[way]:
            with suppress(ProcessLookupError):  # the first signal may have ended it
                os.kill(process, number)
            time.sleep(chance.choice((0, 0.001, 0.01, 0.1)))
    done = trainings.starters[cold].wait()
    if comes:
        found.update({"kills": 1, way: 1, "cold": cold, "before the first checkpoint": update(run) == 0})
    traceback = b"Traceback" in done.stderr or b"Exception ignored" in done.stderr
    failed = done.returncode not in (0, 130, 143, -signal.SIGKILL)
    found.update({"tracebacks": traceback, "failed": failed, "lost": update(run) < before})
    if traceback or failed:
        print(f"{way}, status {done.returncode}:\n{done.stderr.decode()}", file=sys.stderr, flush=True)
    return done.returncode == 0


def stamp(run: Path) -> object:
    """What changes with each checkpoint."""
    try:
        status = (run / "checkpoints" / "last.ckpt").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def heed_ctrl_c() -> None:
    """A shell has what it starts in the background ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def update(run: Path) -> int:
    """The update of the last checkpoint, 0 where there is none, -1 where it cannot be read."""
    import torch

    path = run / "checkpoints" / "last.ckpt"
    if not path.is_file():
        return 0
    try:
        return int(torch.load(path, weights_only=True)["global_step"])
    except Exception:
        return -1


def weights(run: Path) -> dict[str, bytes]:
    """The content of each file of weights."""
    return {path.name: path.read_bytes() for path in run.glob("model*.safetensors")}


def write_recipe(folder: Path, epochs: int) -> Path:
    """A recipe for the first pairs of the tiny corpus that ships."""
    data = folder / "data"
    data.mkdir()
    for split, count in (("train", 60), ("val", 8), ("test", 8)):
        for language in ("de", "en"):
            lines = (ROOT / "data" / "tiny-de-en" / f"{split}.{language}").read_text(encoding="utf-8").splitlines()
            (data / f"{split}.{language}").write_text("".join(f"{line}\n" for line in lines[:count]), encoding="utf-8")
    recipe = folder / "recipe.yaml"
    recipe.write_text(SETTINGS.replace("FOLDER", str(data)).replace("EPOCHS", str(epochs)), encoding="utf-8")
    return recipe
