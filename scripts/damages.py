"""The files of a run damaged in many ways: is it said, with the file, or does nothing change?"""

import contextlib
import io
import json
import random
import re
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from kills import weights, write_recipe

from seq2seq.config.reading import load_config
from seq2seq.errors import InputError

FILES = ("config.yaml", "run.json", "subwords.model", "model.safetensors", "model-*.safetensors", "metrics.json",
         "checkpoints/last.ckpt", "events.*")  # fmt: skip
FAULTS = ("traceback", "silent", "not named")
"""What must not come of a damage."""

Damage = Callable[[bytes, random.Random, bytes], bytes | None]
"""What becomes of a content, by chance, and with that of the same file of another run; None: the file goes."""


def flipped(content: bytes, chance: random.Random, _: bytes) -> bytes:
    """One bit is another."""
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def other_digit(content: bytes, chance: random.Random, _: bytes) -> bytes:
    """One digit is another: a text that is read as well as before."""
    places = [found.start() for found in re.finditer(rb"\d", content)]
    place = chance.choice(places) if places else 0
    return content[:place] + str((content[place] + chance.randint(1, 9)) % 10).encode() + content[place + 1 :]


def without_part(content: bytes, chance: random.Random, _: bytes) -> bytes:
    """Some bytes are missing."""
    place = chance.randrange(len(content))
    return content[:place] + content[place + chance.choice((1, 8, 100)) :]


def without_line(content: bytes, chance: random.Random, _: bytes) -> bytes:
    """A line is missing."""
    lines = content.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def zeros_inside(content: bytes, chance: random.Random, _: bytes) -> bytes:
    """A block of a disk was never written."""
    place = chance.randrange(len(content))
    block = content[place : place + 4096]
    return content[:place] + bytes(len(block)) + content[place + len(block) :]


DAMAGES: dict[str, Damage] = {
    "a bit": flipped,
    "a digit": other_digit,
    "bytes missing": without_part,
    "a line missing": without_line,
    "a block of zeros": zeros_inside,
    "cut": lambda content, chance, _: content[: chance.randrange(len(content))],
    "empty": lambda *_: b"",
    "zeros": lambda content, *_: bytes(len(content)),
    "longer": lambda content, chance, _: content + chance.randbytes(20),
    "twice": lambda content, *_: content * 2,
    "of another run": lambda _, __, other: other,
    "gone": lambda *_: None,
}


class Runs:
    """Two runs that differ in the seed, and what is to come of the first: whatever reads its files."""

    def __init__(self, folder: Path) -> None:
        self.folder, recipe = folder, write_recipe(folder, epochs=3)
        self.config = load_config(recipe)
        self.longer = self.config.changed(trainer={"max_epochs": 4})
        source = (folder / "data" / "test.de").read_text(encoding="utf-8")
        self.sentences = source.splitlines()
        for name, seed in (("run", 1), ("other", 2)):
            ask(partial(train, self.config.changed(training={"seed": seed}), folder / name))
        self.kept = first(folder / "run", "model-*.safetensors").name
        self.questions: dict[str, Callable[[Path], object]] = {
            "translate": self.translate,
            "translate with kept weights": self.translate_with_kept,
            "finished": self.finished,
            "the curve": rate,
            "go on": self.gone_on_with,  # last: it changes the folder
        }
        copy = shutil.copytree(folder / "run", folder / "copy")
        self.expected = {name: ask(partial(one, copy)) for name, one in self.questions.items()}

    def translate(self, run: Path) -> object:
        """Translations with their scores and maps."""
        from seq2seq.translate.translator import Translator

        found = Translator.load(run, "cpu").translate_all(self.sentences, nbest=2)
        return [(one.text, one.score, one.alignment.weights.tobytes()) for best in found for one in best]

    def translate_with_kept(self, run: Path) -> object:
        """The same with other weights of the folder than the best."""
        return self.translate(run / self.kept)

    def finished(self, run: Path) -> object:
        """The scores of the finished run."""
        return scores(train(self.config, run))

    def gone_on_with(self, run: Path) -> object:
        """Scores and weights after one more epoch; of weights that were kept before, translating tells."""
        before = weights(run)
        metrics = scores(train(self.longer, run))
        return metrics, {name: content for name, content in weights(run).items() if content != before.get(name)}


def first(run: Path, pattern: str) -> Path:
    """The first file of a folder of that name; the kept weights that are damaged are those that are asked for."""
    return min(run.glob(pattern))


def train(config: Any, run: Path) -> dict[str, Any]:
    """The metrics of a run."""
    from seq2seq.train.run import train

    metrics = train(config, run)
    assert metrics is not None
    return metrics


def scores(metrics: dict[str, Any]) -> str:
    """What the clock has no part in."""
    return re.sub(r'"(minutes|seconds)": [^,}]*', "", json.dumps(metrics))


def rate(run: Path) -> object:
    """Whether the bake-off reads the events; what it takes from them is the clock's."""
    from seq2seq.train.bakeoff import training_rate

    training_rate(run)
    return True


def ask(question: Callable[[], object]) -> tuple[object, str, BaseException | None]:
    """The answer, what was said on stderr, and what was raised."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            return question(), said.getvalue(), None
        except Exception as error:
            return None, said.getvalue(), error


def damaged_runs(folder: Path, count: int, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """Damage a file of a run, so many times, each file and each damage in turn; what came of each, and the faults.

    `harmless`: all that was asked gave the same, bit for bit. `named`: what did not was refused, or told of, with the
    file. `not named`: it was, but without the file. `silent`: something else came out, without a word.
    """
    runs, found, faults = Runs(folder), Counter[str](dict.fromkeys(("harmless", "named", *FAULTS), 0)), list[str]()
    kinds = list(DAMAGES)
    chance.shuffle(kinds)
    for number in range(count):
        run = shutil.copytree(folder / "run", folder / f"damaged{number}")
        path = first(run, FILES[number % len(FILES)])
        kind = kinds[(number // len(FILES) + number % len(FILES)) % len(kinds)]
        other = first(folder / "other", FILES[number % len(FILES)])
        content = DAMAGES[kind](path.read_bytes(), chance, other.read_bytes())
        path.unlink() if content is None else path.write_bytes(content)
        came = {name: judged(runs, name, run, path) for name in runs.questions}
        worst = max(came.values(), key=["harmless", "named", *FAULTS[::-1]].index)
        found[worst] += 1
        found[f"{path.relative_to(run).parts[-1][:8]}*: {worst}"] += 1
        if worst in FAULTS:
            faults.append(f"{path.name}, {kind}: {[name for name, one in came.items() if one == worst]}: {worst}")
            print(faults[-1], file=sys.stderr, flush=True)
        shutil.rmtree(run)
    return found, faults


def judged(runs: Runs, name: str, run: Path, path: Path) -> str:
    """What came of a question to a damaged run."""
    answer, said, error = ask(partial(runs.questions[name], run))
    told = f"{error or ''} {said}"
    if error is not None and not isinstance(error, InputError):
        traceback.print_exception(error, limit=-3)
        return "traceback"
    if error is None and answer == runs.expected[name][0]:
        return "harmless"
    if path.name in told:
        return "named"
    return "silent" if error is None else "not named"
