"""TensorBoard as `seq2seq board` starts it: a real server, asked as its front end asks."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import SEQ2SEQ, heed_ctrl_c
from recordings import record, write_records
from torch.utils.tensorboard import SummaryWriter

from seq2seq.cli.board import main
from seq2seq.errors import InputError

IMAGES = 25
"""More than the ten of a tag that TensorBoard keeps by itself."""


def write_run(folder: Path) -> Path:
    with SummaryWriter(str(folder)) as writer:
        for step in range(IMAGES):
            writer.add_image("sentence 1", np.full((3, 2, 2), step / IMAGES), step)
    return folder


@contextmanager
def board(*arguments: object) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The verb in a process of its own, and its address."""
    command = [*SEQ2SEQ, "board", *map(str, arguments), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.match(r"TensorBoard is at (\S+); Ctrl-C ends it", line):
                    yield process, found[1]
                    break
        finally:
            process.kill()


def ask(address: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=60) as answer:
        return json.load(answer)


def images(address: str, run: str) -> list[dict[str, Any]]:
    """The images of the tag, once TensorBoard has read them."""
    query = urllib.parse.urlencode({"run": run, "tag": "sentence 1", "sample": 0})
    for _ in range(300):
        if run in ask(f"{address}data/plugin/images/tags"):
            found = ask(f"{address}data/plugin/images/images?{query}")
            if len(found) == IMAGES:
                return list(found)
        time.sleep(0.1)
    raise AssertionError(f"{run} does not have its {IMAGES} images")


def test_every_image_is_kept_and_ctrl_c_is_the_end(tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "one")
    with board(tmp_path / "runs") as (process, address):
        assert [image["step"] for image in images(address, "one")] == list(range(IMAGES))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr is not None and "Traceback" not in process.stderr.read()


def test_the_board_has_the_tab_alignments_and_all_its_records(tmp_path: Path) -> None:
    steps = range(IMAGES)
    write_records(tmp_path / "runs" / "one", [record(1, step, ("ein Haus", "a house")) for step in steps])
    with board(tmp_path / "runs") as (_, address):
        assert ask(f"{address}data/plugins_listing")["alignments"]["tab_name"] == "Alignments"
        for _ in range(300):
            if any(run["sentences"] for run in ask(f"{address}data/plugin/alignments/catalogue")["runs"]):
                break
            time.sleep(0.1)
        found = ask(f"{address}data/plugin/alignments/series?run=one&sentence=1")["parts"]
        assert [step for part in found for step in part["steps"]] == list(steps)


def test_several_runs_in_one_board(tmp_path: Path) -> None:
    """Two folders of one name go by their paths."""
    first, second, other = (write_run(tmp_path / name) for name in ("a/one", "b/one", "two"))
    with board(first, second, other, other) as (_, address):
        for run in ("_".join(first.parts[1:]), "_".join(second.parts[1:]), "two"):
            assert len(images(address, run)) == IMAGES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["RUN/none"], r"none: no such folder; name a run's folder, or a folder of runs"),
        (["RUN/empty"], r"empty: no TensorBoard events in it"),
        (["RUN/one", "--port", "70000"], r"--port is 70000, it must be from 0 to 65535"),
        (["RUN/one", "--port", "x"], r"--port: invalid int value: 'x'"),
        (
            ["RUN/one", "--port", "0", "--host", "192.0.2.1"],
            r"TensorBoard cannot listen on 192\.0\.2\.1; choose another --host",
        ),
    ],
)
def test_faults_in_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    write_run(tmp_path / "one")
    monkeypatch.setattr(
        sys, "argv", ["seq2seq board", *(argument.replace("RUN", str(tmp_path)) for argument in arguments)]
    )
    with pytest.raises(InputError, match=message) as caught:
        main()
    assert "\n" not in str(caught.value)
