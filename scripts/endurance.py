"""Many lines through `seq2seq translate`: memory over time, their order, and how it ends before all are read."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from threading import Thread
from typing import IO

from kills import ROOT, heed_ctrl_c

DISTINCT = 997
"""Different lines, again and again: a prime number, so that batches are never the same."""
SAMPLES = 20
GROWTH = 50
"""MiB that memory may grow after the first fifth of the lines."""


def many_lines(folder: Path, count: int) -> tuple[dict[str, object], list[str]]:
    """Translate so many lines with a tiny random model; what was seen, and what broke."""
    random_run(folder / "run")
    lines = distinct_lines()
    expected = translated(folder, lines)
    different = len(set(expected))
    faults = [f"{different} translations of {DISTINCT} lines tell nothing of their order"] * (different < DISTINCT // 2)
    memory, wrong, seconds = endured(folder, lines, expected, count)
    faults += [f"{wrong} lines are not where they belong"] * bool(wrong)
    early = max(memory[: SAMPLES // 5])
    faults += [f"memory grew: {memory}"] * (max(memory) > early + GROWTH)
    for name, status in (("SIGTERM", 143), ("SIGINT", 130), ("head", 141)):
        faults += ended_early(folder, lines, expected, name, status)
    return {"lines": count, "out of order": wrong, "different translations": different, "seconds": round(seconds),
            "memory in MiB": memory}, faults  # fmt: skip


def random_run(run: Path) -> None:
    """A run whose weights are random, so that nothing is to be trained; its translations are nonsense, and differ."""
    import torch

    from seq2seq.config.sections import DataConfig, ModelConfig, SearchConfig, SubwordsConfig
    from seq2seq.config.settings import Config
    from seq2seq.corpus.vocabulary import Vocabulary
    from seq2seq.translate.run_format import write_manifest
    from seq2seq.translate.weights import build_model, save_weights

    run.mkdir()
    model_config, search = ModelConfig(embedding_size=16, hidden_size=16), SearchConfig(beam=1, max_length_ratio=0.1)
    config = Config(DataConfig("nowhere", "de", "en"), SubwordsConfig(vocab_size=320), model_config, search=search)
    lines = distinct_lines()
    vocabulary = Vocabulary.train(list(zip(lines, lines, strict=True)), config.subwords)
    torch.manual_seed(1)
    model = build_model(config, vocabulary)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_()
    write_manifest(config, vocabulary.files(), run)
    vocabulary.save(run)
    config.save(run / "config.yaml")
    save_weights(model, run / "model.safetensors")


def distinct_lines() -> list[str]:
    """Short lines, all different."""
    text = (ROOT / "data" / "tiny-de-en" / "train.de").read_text(encoding="utf-8").splitlines()
    return list(islice(dict.fromkeys(" ".join(line.split()[:3]) for line in text), DISTINCT))


@contextmanager
def translation(folder: Path, lines: Iterator[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that translates these lines, which are written to it as it reads them."""
    command = [sys.executable, "-m", "seq2seq", "translate", str(folder / "run")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with open(folder / "messages", "w") as messages, subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages, preexec_fn=heed_ctrl_c
    ) as process:  # fmt: skip
        assert process.stdin is not None
        writer = Thread(target=write, args=(process.stdin, lines), daemon=True)
        writer.start()
        yield process
        process.wait()
        writer.join()


def write(stream: IO[bytes], lines: Iterator[str]) -> None:
    """Write lines until there are no more, or nobody reads."""
    with suppress(BrokenPipeError), stream:
        for line in lines:
            stream.write(f"{line}\n".encode())


def translated(folder: Path, lines: list[str]) -> list[bytes]:
    """The translation of each line."""
    with translation(folder, iter(lines)) as process:
        assert process.stdout is not None
        return process.stdout.read().splitlines(keepends=True)


def endured(folder: Path, lines: list[str], expected: list[bytes], count: int) -> tuple[list[int], int, float]:
    """Memory in MiB after each twentieth of the lines, how many were wrong or missing, and the seconds that it took."""
    memory, right, started = list[int](), 0, time.monotonic()
    with translation(folder, islice(cycle(lines), count)) as process:
        assert process.stdout is not None
        for number, (line, known) in enumerate(zip(process.stdout, cycle(expected), strict=False), 1):
            right += line == known
            if number % max(1, count // SAMPLES) == 0:
                memory.append(resident(process.pid))
                print(f"{number:,} lines: {memory[-1]} MiB", file=sys.stderr, flush=True)
    return memory, count - right, time.monotonic() - started


def resident(process: int) -> int:
    """The memory of a process, in MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def ended_early(folder: Path, lines: list[str], expected: list[bytes], name: str, status: int) -> list[str]:
    """What is wrong where a translation of endless lines is signalled, or its reader goes (`head`)."""
    with translation(folder, cycle(lines)) as process:
        assert process.stdout is not None
        head = [process.stdout.readline() for _ in range(1_000)]
        if name == "head":
            process.stdout.close()
        else:
            process.send_signal(signal.Signals[name])
            head += process.stdout.read().splitlines(keepends=True)
    said = [line for line in (folder / "messages").read_text().splitlines() if not line.startswith("warning: ")]
    wrong = head != list(islice(cycle(expected), len(head))) or process.returncode != status or said
    return [f"{name}: status {process.returncode}, {len(head)} lines, {said[:9]}"] * bool(wrong)
