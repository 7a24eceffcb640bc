"""`seq2seq serve` as a process: where it listens, how it ends, and what it says of a fault."""

import signal
import socket
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import sentences
from served import ask, served

from seq2seq.cli import serve
from seq2seq.cli.serve import main, names_of
from seq2seq.errors import InputError
from seq2seq.translate.translator import Translator

SOURCES = [source for source, _ in sentences()]


def test_sigterm_under_load_finishes_what_was_accepted(trained: Path) -> None:
    found: Counter[object] = Counter()
    texts: dict[str, str] = {}

    def client(text: str) -> None:
        try:
            status, answer = ask(f"{address}/api/translate", {"sentences": [text] * 10, "maps": False})
            texts[text] = answer["translations"][0][0]["text"]
            found[status] += 1
        except OSError:
            found["not accepted"] += 1  # it came too late

    with served(trained, "--max-pieces", "40") as (process, address):
        status, fault = ask(f"{address}/api/translate", {"sentences": "Hund " * 50})
        assert status == 422 and "search.max_pieces is 40" in fault["error"]
        clients = [threading.Thread(target=client, args=(text,)) for text in SOURCES[:40]]
        for one in clients:
            one.start()
        waiting = 0
        while waiting == 0 and any(one.is_alive() for one in clients):
            waiting = ask(f"{address}/health")[1]["waiting"]
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
        for one in clients:
            one.join()
        assert process.stderr is not None and process.stderr.read() == ""
    assert set(found) <= {200, "not accepted"} and found[200] >= 1 and found.total() == 40
    expected = Translator.load(trained, "cpu").translate_all(list(texts))
    assert list(texts.values()) == [best[0].text for best in expected]
    with pytest.raises(OSError):
        ask(f"{address}/health")


def test_ctrl_c_is_the_end_and_the_runs_go_by_their_names(trained: Path, sister: Path) -> None:
    with served(trained, sister) as (process, address):
        assert [run["name"] for run in ask(f"{address}/api/runs")[1]] == [trained.name, sister.name]
        assert ask(f"{address}/health", host="evil.example")[0] == 421
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr is not None and process.stderr.read() == ""


def test_runs_of_one_name_go_by_what_was_typed() -> None:
    assert names_of(["a/one", "b/one", "two", "two"]) == {"a/one": "a/one", "b/one": "b/one", "two": "two"}
    assert names_of(["runs/one/", "."]) == {"one": "runs/one/", Path.cwd().name: "."}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["RUN/none"], r"none: no such folder, and no run of that name ships"),
        (["--port", "70000"], r"--port is 70000, it must be from 0 to 65535"),
        (["--port", "x"], r"--port: invalid int value: 'x'"),
        (["--port", "TAKEN"], r"cannot listen on 127\.0\.0\.1, port \d+: address already in use; choose another"),
        (["--port", "0", "--host", "192.0.2.1"], r"cannot listen on 192\.0\.2\.1, port 0: .+; choose another"),
        (["--port", "0", "--host", "no such host"], r"cannot listen on no such host, port 0: "),
        (["--port", "0", "--max-pieces", "0"], r"search\.max_pieces is 0"),
    ],
)
def test_faults_in_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = [one.replace("RUN", str(tmp_path)).replace("TAKEN", port) for one in arguments]
        monkeypatch.setattr(sys, "argv", ["seq2seq serve", *given, *([] if "--port" in given else ["--port", "0"])])
        with pytest.raises(InputError, match=message) as caught:
            main()
    assert "\n" not in str(caught.value)


def test_what_is_not_installed_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["seq2seq serve"])
    monkeypatch.setattr(serve, "find_spec", lambda _: None)
    with pytest.raises(
        InputError, match=r"fastapi and uvicorn not installed; to serve, pip install 'seq2seq\[serve\]'"
    ):
        main()
