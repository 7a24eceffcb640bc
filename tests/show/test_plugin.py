"""TensorBoard's tab "Alignments": a real TensorBoard finds it, keeps all records, and the browser shows them."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browser import console_errors, requests_that_left
from played import panels, scrub, shows, wait, wait_for
from processes import ROOT, environment
from recordings import record, write_records
from selenium.webdriver.common.by import By

from seq2seq.show.recorded import encode

HAUS = ("Das alte Haus ist groß.", "The old house is big.")
HOSTILE = ('<img src=x onerror=alert(1)> "quoted" </script>', "\u202eمرحبا & 👩\u200d👩\u200d👧 <!-- &lt;")
STEPS = range(0, 130, 10)
"""More than the ten of a tag that TensorBoard keeps by itself."""

RECORDS = {
    name: [record(number, step, pair, seed=seed) for number, pair in ((2, HAUS), (10, HOSTILE)) for step in STEPS]
    for seed, name in enumerate(("one", "two"))
}


def at(run: str, sentence: int, step: int) -> dict[str, Any]:
    return next(one for one in RECORDS[run] if (one["sentence"], one["step"]) == (sentence, step))


def write_runs(folder: Path) -> Path:
    for name, records in RECORDS.items():
        write_records(folder / name, records)
    damaged = [encode(RECORDS["one"][0]), b"no record"]
    write_records(folder / "damaged", [record(2, step, HAUS) for step in (0, 10)], damaged)
    return folder


def metadata_of(folder: Path) -> Path:
    """What an installation leaves behind of the entry points in pyproject.toml."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    info = folder / "seq2seq-9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: seq2seq\nVersion: 9\n", encoding="utf-8")
    lines = [f"{name} = {value}" for name, value in points["tensorboard_plugins"].items()]
    (info / "entry_points.txt").write_text("\n".join(["[tensorboard_plugins]", *lines, ""]), encoding="utf-8")
    return folder


@contextmanager
def tensorboard(logs: Path, installed: Path, *options: str) -> Iterator[str]:
    """TensorBoard's own command in a process of its own, which finds the plugin as an installed one; its address."""
    command = [sys.executable, "-m", "tensorboard.main", f"--logdir={logs}", "--host=127.0.0.1", "--port=0", *options]
    path = os.pathsep.join([str(installed), str(ROOT)])
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment(PYTHONPATH=path)) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r" at (http://\S+) \(Press CTRL", line):
                    yield found[1]
                    break
            else:
                pytest.fail("TensorBoard has not started")
        finally:
            process.kill()


@pytest.fixture(scope="module", params=["true", "false"], ids=lambda value: f"load_fast={value}")
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a TensorBoard that has read the runs, and their folder."""
    folder = tmp_path_factory.mktemp("board")
    logs, installed = write_runs(folder / "runs"), metadata_of(folder / "installed")
    with tensorboard(logs, installed, f"--load_fast={request.param}", "--reload_interval=1") as address:
        for run, sentence in (("one", 2), ("one", 10), ("two", 2), ("two", 10)):
            in_time(partial(has_all, address, run, sentence))
        in_time(lambda: steps_of(address, "damaged", 2) == [0, 10])
        yield address, logs


def ask(address: str, route: str, **query: object) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{address}data/plugin/alignments/{route}?{urllib.parse.urlencode(query)}"
    with opener.open(url, timeout=60) as answer:
        return json.load(answer)


def has_all(address: str, run: str, sentence: int) -> bool:
    return steps_of(address, run, sentence)[-1] == STEPS[-1]


def steps_of(address: str, run: str, sentence: int) -> list[int]:
    parts = ask(address, "series", run=run, sentence=sentence)["parts"]
    return [step for part in parts for step in part["steps"]]


@pytest.fixture
def opened(browser: Any, board: tuple[str, Path]) -> Iterator[Any]:
    """Opens what TensorBoard puts into the frame of the tab; afterwards no error is on the console and no request has
    left."""
    console_errors(browser), requests_that_left(browser)

    def at(link: str = "") -> Any:
        browser.get("about:blank")
        browser.get(f"{board[0]}data/plugin_entry.html?name=alignments#{link}")
        return browser

    yield at
    assert [
        line for line in console_errors(browser) if "/favicon.ico" not in line
    ] == []  # which TensorBoard has inline
    assert requests_that_left(browser) == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("seq2seq.show.plugin", {"torch", "matplotlib", "pytorch_lightning", "numpy", "regex", "pydantic"}),
        ("seq2seq.show.tab", {"torch", "matplotlib", "pytorch_lightning", "sentencepiece"}),
    ],
)
def test_what_tensorboard_imports_is_light(module: str, absent: set[str]) -> None:
    """TensorBoard itself is there anyway; on top of it come a few modules of ours, in a moment."""
    code = (
        "import sys, tensorboard.main, tensorboard.default\nbefore = set(sys.modules)\n"
        f"import {module}\nprint(*sys.modules)\nprint(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    loaded, added = (set(line.split()) for line in done.stdout.splitlines())
    assert module in added and not {name for name in added if name.split(".")[0] in absent}
    assert module != "seq2seq.show.plugin" or {name.split(".")[0] for name in added} == {"seq2seq"}
    assert "torch" not in loaded and "matplotlib" not in loaded


def test_a_number_of_records_to_keep_that_was_asked_for_is_left_alone() -> None:
    from argparse import Namespace

    from seq2seq.show.plugin import AlignmentsLoader

    for given, kept in (({}, 0), ({"alignments": 5}, 5), ({"images": 3}, 0), (None, 0)):
        flags = Namespace(samples_per_plugin=given)
        AlignmentsLoader().fix_flags(flags)
        assert flags.samples_per_plugin["alignments"] == kept
        assert set(flags.samples_per_plugin) == {"alignments", *(given or {})}


def test_no_step_is_lost_and_records_come_as_they_were_written(board: tuple[str, Path]) -> None:
    catalogue = {run["name"]: run for run in ask(board[0], "catalogue")["runs"]}
    found = [(one["number"], one["source"]) for one in catalogue["one"]["sentences"]]
    assert found == [(2, HAUS[0]), (10, HOSTILE[0])]
    assert steps_of(board[0], "one", 2) == list(STEPS)


def test_what_is_not_there_is_not_found(board: tuple[str, Path]) -> None:
    queries = [("series", {"run": "one", "sentence": 3}), ("series", {"run": "none", "sentence": 2}), ("series", {}),
               ("series", {"run": "one", "sentence": "²"}), ("series", {"run": "one", "sentence": "1" * 50}),
               ("static/none.js", {}), ("static/../plugin.py", {}), ("static/%2e%2e%2fplugin.py", {})]  # fmt: skip
    for route, query in queries:
        with pytest.raises(urllib.error.HTTPError) as caught:
            ask(board[0], route, **query)
        assert caught.value.code == 404


def test_the_tab_shows_what_was_recorded(opened: Any) -> None:
    browser = opened("run=one,two&sentence=2&step=40")
    wait_for(browser, at("one", 2, 40), at("two", 2, 40))
    scrub(browser, 0)
    wait_for(browser, at("one", 2, 0), at("two", 2, 0))
    assert browser.current_url.endswith("#run=one,two&sentence=2&step=0&target=reference")
    assert [panel["name"] for panel in panels(browser)] == ["one", "two"]


def test_hostile_words_are_text_in_the_tab(opened: Any) -> None:
    browser = opened("run=one&sentence=10&target=translation")
    wait_for(browser, at("one", 10, 120), kind="translation")
    texts = [one.get_property("textContent") for one in browser.find_elements(By.CSS_SELECTOR, ".player-texts dd")]
    assert texts == list(HOSTILE)
    assert browser.find_elements(By.CSS_SELECTOR, "main img, main script") == []


def test_a_damaged_record_is_said_to_be_one_and_the_others_are_shown(opened: Any) -> None:
    browser = opened("run=damaged,one&sentence=2&step=10")
    wait(browser, lambda: len(panels(browser)) == 2 and panels(browser)[0]["note"], "nothing said")
    damaged, one = panels(browser)
    assert shows(one, at("one", 2, 10)) and damaged["note"].startswith("The maps cannot be read: ")
    scrub(browser, 0)
    wait_for(browser, RECORDS["one"][0], at("one", 2, 0))


def test_in_tensorboard_itself_a_run_that_goes_on_is_shown_further_after_a_reload(
    browser: Any, board: tuple[str, Path]
) -> None:
    """The end of the training stays in sight: a reload goes to the new last step. The frame is dark where all is."""
    records = [record(2, step, HAUS, seed=9) for step in (0, 10, 20)]
    write_records(board[1] / "growing", records[:2])
    in_time(lambda: steps_of(board[0], "growing", 2) == [0, 10])
    console_errors(browser), requests_that_left(browser)
    browser.get(f"{board[0]}#alignments&run=growing")
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "iframe"), "TensorBoard has no frame")
    assert browser.find_element(By.CSS_SELECTOR, ".mat-mdc-tab.mdc-tab--active").text.lower() == "alignments"
    browser.switch_to.frame(browser.find_element(By.CSS_SELECTOR, "iframe"))
    wait_for(browser, records[1])
    write_records(board[1] / "growing", records[2:])
    in_time(lambda: steps_of(board[0], "growing", 2) == [0, 10, 20])
    browser.switch_to.default_content()
    browser.execute_script("document.body.classList.toggle('dark-mode', true)")
    browser.find_element(By.CSS_SELECTOR, "app-header-reload button").click()
    browser.switch_to.frame(browser.find_element(By.CSS_SELECTOR, "iframe"))
    wait_for(browser, records[2])
    assert browser.execute_script("return document.documentElement.dataset.theme") == "dark"
    assert browser.execute_script("return window.parent.location.hash").startswith("#alignments&run=growing&sentence=2")
    assert [line for line in console_errors(browser) if "alignments/" in line] == []
    assert requests_that_left(browser) == []


def in_time(true: Callable[[], bool]) -> None:
    """Wait until it is so."""
    for _ in range(600):
        with suppress(urllib.error.HTTPError):
            if true():
                return
        time.sleep(0.1)
    raise AssertionError("not in time")
