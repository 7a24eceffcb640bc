"""Damaged input is made the same way each time, and what fails is counted and kept."""

import os
import random
import time
from pathlib import Path

import pytest
from fuzz import alone, feed, mutated
from readers import Reader, all_readers

from seq2seq.errors import InputError


def test_every_reader_refuses_damage_with_input_errors_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, reader in all_readers(tmp_path).items():
        for seed in reader.seeds:
            if name != "parallel":
                reader.read(seed)
        assert feed(name, reader, 20, seed=2) == 0, name


def test_inputs_are_a_function_of_the_seed() -> None:
    made = [[mutated([b"a b c"], random.Random(seed)) for _ in range(3)] for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_other_exceptions_hangs_and_messages_of_two_lines_are_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fuzz.SECONDS", 1)

    def crash(content: bytes) -> None:
        raise KeyError("x")

    def two_lines(content: bytes) -> None:
        error = InputError()
        error.args = ("one\ntwo",)
        raise error

    def busy(content: bytes) -> None:
        while time.process_time() < until:
            pass

    until = time.process_time() + 9
    for read, count in ((crash, 3), (two_lines, 3), (busy, 1)):
        assert feed("reader", Reader(read, [b"abc"]), count, seed=1) == count
    shown = capsys.readouterr().out
    assert "KeyError" in shown and "Hang" in shown and "0 refused, 3 failed" in shown
    assert (tmp_path / "build" / "fuzz" / "reader-2").is_file()


def test_a_reader_that_ends_the_process_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ending, sound = Reader(lambda content: os.kill(os.getpid(), 9), [b"abc"]), Reader(len, [b"abc"])
    assert not alone(feed, "ending", ending, 3, 1) and alone(feed, "sound", sound, 3, 1)
    assert "ending: input 0 of seed 1 ended the process (-9)" in capfd.readouterr().out
