"""The corpus doctor finds each planted fault, and it alone, at its line; in a healthy corpus it finds nothing."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from corpora import DATA, lines
from planted import FAULTS, Corpus, Fault

from seq2seq.cli.main import main
from seq2seq.corpus.doctor import CHECKS

FILES = ("my.de", "my.en", "test.de", "test.en")


@pytest.fixture
def corpus() -> Corpus:
    """2,000 pairs of train and 200 of test."""
    train, test = ([lines("tiny-de-en", split, language, count) for language in ("de", "en")]
                   for split, count in (("train", 2000), ("test", 200)))  # fmt: skip
    return Corpus(*train, *test)


def written(corpus: Corpus, folder: Path) -> list[str]:
    """The files of a corpus, as arguments of the command."""
    sides = (corpus.source, corpus.target, corpus.test_source, corpus.test_target)
    for name, side in zip(FILES, sides, strict=True):
        (folder / name).write_bytes("".join(f"{line}\n" for line in side).encode(errors="surrogateescape"))
    paths = [str(folder / name) for name in FILES]
    return [*paths[:2], "--test", *paths[2:]]


def examined(arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Any, dict[str, Any]]:
    """The exit status and the report of `seq2seq doctor`."""
    path = tmp_path / "report.json"
    monkeypatch.setattr(sys, "argv", ["seq2seq", "doctor", *arguments, "--json", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.check} {fault.name}".strip())
def test_a_planted_fault_alone_is_found_at_its_line(
    fault: Fault, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fault.plant(corpus)
    status, report = examined(written(corpus, tmp_path), monkeypatch, tmp_path)
    assert [(found["check"], found["split"]) for found in report["findings"]] == [(fault.check, fault.split)]
    (found,) = report["findings"]
    if fault.check == "line-counts":  # a guess
        assert abs(found["lines"][0] - expected[0]) <= 3 and "guess" in found["detail"] + found["examples"][0]["detail"]
    else:
        assert found["lines"] == expected
    assert [example["line"] for example in found["examples"]] == found["lines"][:3]
    assert found["count"] == max(len(expected), 1)
    assert status == fault.status and report["usable"] is (status == 0)


def turned(corpus: Corpus, by: int) -> Corpus:
    """The corpus with so many lines of each file moved from its beginning to its end."""
    sides = (corpus.source, corpus.target, corpus.test_source, corpus.test_target)
    return Corpus(*(side[by % len(side) :] + side[: by % len(side)] for side in sides))


def test_twenty_faults_in_one_corpus_are_found_at_their_lines(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of each check, each elsewhere; but for those that change the number of lines, and the alphabet."""
    faults = {fault.check: fault for fault in reversed(FAULTS) if fault.check not in ("line-counts", "vocabulary")}
    expected = dict[str, list[int]]()
    for number, fault in enumerate(faults.values()):
        by = 93 * number
        corpus = turned(corpus, by)
        size = len(corpus.source if fault.split == "train" else corpus.test_source)
        expected[fault.check] = sorted((line - 1 + by) % size + 1 for line in fault.plant(corpus))
        corpus = turned(corpus, -by)
    _, report = examined(written(corpus, tmp_path), monkeypatch, tmp_path)
    assert {found["check"]: found["lines"] for found in report["findings"]} == expected
    assert len(expected) == len(report["findings"]) == 20


def test_every_check_has_a_planted_fault() -> None:
    assert {fault.check for fault in FAULTS} == {check.name for check in CHECKS}
    assert len(CHECKS) >= 20


@pytest.mark.parametrize(("name", "source"), [("tiny-de-en", "de"), ("tiny-ko-en", "ko")])
@pytest.mark.parametrize("turned", [False, True])
def test_nothing_is_found_in_a_healthy_corpus(
    name: str, source: str, turned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    sides = ["en", source] if turned else [source, "en"]
    train, val, test = ([str(DATA / name / f"{split}.{side}") for side in sides] for split in ("train", "val", "test"))
    status, report = examined([*train, "--val", *val, "--test", *test], monkeypatch, tmp_path)
    assert (status, report["findings"], report["usable"]) == (0, [], True)
    assert capsys.readouterr().out.endswith("\n\nnothing found\n")
    assert report["splits"][0]["source_lines"] == 13_000 and report["splits"][0]["target_tokenised"] is False
