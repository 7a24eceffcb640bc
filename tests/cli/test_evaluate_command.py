"""`evaluate` as a user meets it: scores as JSON, attention, links, the probe, and bad input in one line."""

import json
import shutil
from pathlib import Path

import pytest
from commands import Script, assert_fault

from seq2seq.alignment import diagnostics
from seq2seq.alignment.links import alignment_scores, read_gold
from seq2seq.text.files import read_parallel
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links


def test_evaluate_prints_json(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    result = script("evaluate.py", trained, *files, "--gold", corpus / "test.align")
    scores = json.loads(result.out)
    names = "sentences bleu bleu_signature chrf chrf_signature nll perplexity seconds aer precision recall attention"
    assert list(scores) == names.split() and scores["sentences"] == 8
    metrics = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert scores["bleu"] == pytest.approx(metrics["test"]["bleu"])
    assert "case:lc" in json.loads(script("evaluate.py", trained, *files, "--lowercase").out)["bleu_signature"]


def test_evaluate_prints_the_diagnostics_of_references(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    scores = json.loads(script("evaluate.py", trained, *files).out)
    assert "aer" not in scores and scores["attention"]["gold_share"] is None
    maps = Translator.load(trained).align_all(read_parallel(corpus / "test.de", corpus / "test.en"))
    rows = [row for one in maps for row in one.words(keep_end=True).mean().weights[0][:-1]]
    assert scores["attention"]["end_share"] == pytest.approx(sum(row[-1] for row in rows) / len(rows), abs=1e-5)
    with_gold = json.loads(script("evaluate.py", trained, *files, "--gold", corpus / "test.align").out)
    assert 0 < with_gold["attention"].pop("gold_share") < 1
    of_links = {name: with_gold["attention"].pop(name) for name in ("aer", "precision", "recall")}
    assert of_links == {name: with_gold[name] for name in of_links}  # a run without an aligner has no other links
    assert with_gold["attention"].items() <= scores["attention"].items()


def test_evaluate_warns_of_attention_that_has_collapsed(
    script: Script, trained: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnostics, "COLLAPSED_TO_UNIFORM", 0.0)  # the tiny run has hardly learned where to look
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    result = script("evaluate.py", trained, *files)
    warning = json.loads(result.out)["attention"]["warning"]
    assert warning.startswith("attention has collapsed into a uniform one") and f"warning: {warning}" in result.err


def test_evaluate_scores_the_links_of_the_aligner(script: Script, aligned: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en", "--gold", corpus / "test.align")
    scores = json.loads(script("evaluate.py", aligned, *files).out)
    gold, pairs = read_gold(corpus / "test.align"), read_parallel(corpus / "test.de", corpus / "test.en")
    expected = alignment_scores(word_links(Translator.load(aligned), pairs), gold)
    assert scores["aer"] == pytest.approx(expected.aer) and scores["aer"] != scores["attention"]["aer"]


def test_evaluate_probes_the_attention(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    first, second = (json.loads(script("evaluate.py", trained, *files, "--probe-attention").out) for _ in range(2))
    assert first["probe"] == second["probe"] and first["probe"]["log_prob"] < 0
    names = ["uniform", "permuted", "diagonal", "without_largest", "only_largest", "largest_and_uniform"]
    effects = [first["probe"][name] for name in names]
    assert len({effect["log_prob_change"] for effect in effects}) == 6
    assert all(0 <= first["bleu"] + effect["bleu_change"] <= 100 for effect in effects)
    assert all(set(effect) == {"pieces", "log_prob_change", "preserved", "bleu_change"} for effect in effects)


def test_evaluate_probes_function_words_apart(script: Script, trained: Path, corpus: Path, tmp_path: Path) -> None:
    files = ("--source", corpus / "test.de", "--reference", corpus / "test.en")
    words = tmp_path / "function-words"
    words.write_text("the\n\nA\n", encoding="utf-8")
    probe = json.loads(script("evaluate.py", trained, *files, "--probe-attention", "--function-words", words).out)[
        "probe"
    ]
    for name in ("uniform", "without_largest"):
        for group in ("function", "content"):
            assert probe[name][group]["pieces"] > 0 and 0 <= probe[name][group]["preserved"] <= 1
    assert_fault(script("evaluate.py", trained, *files, "--function-words", words), "give both")
    words.write_text("the\nin front\n", encoding="utf-8")
    bad = script("evaluate.py", trained, *files, "--probe-attention", "--function-words", words)
    assert_fault(bad, "function-words, line 2: 2 words; write one a line")
    words.write_text("\n", encoding="utf-8")
    empty = script("evaluate.py", trained, *files, "--probe-attention", "--function-words", words)
    assert_fault(empty, "function-words: no words in it")


def test_every_test_set_of_a_corpus_is_scored_by_its_name(
    script: Script, trained: Path, corpus: Path, tmp_path: Path
) -> None:
    """With the gold links of a set where there are any, and by what training has seen where its text is given."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("test.de", "test.en", "test.align"):
        shutil.copy(corpus / name, folder / name)
    for language in ("de", "en"):
        text = (corpus / f"val.{language}").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / f"test_2017.{language}").write_text("".join(text[:3]), encoding="utf-8")
    training = ("--training", corpus / "train.de", corpus / "train.en")
    scores = json.loads(script("evaluate.py", trained, "--data", folder, *training).out)
    assert {name: one["sentences"] for name, one in scores.items()} == {"test": 8, "test_2017": 3}
    assert "aer" in scores["test"] and "aer" not in scores["test_2017"]
    alone = ("--source", folder / "test_2017.de", "--reference", folder / "test_2017.en")
    expected = json.loads(script("evaluate.py", trained, *alone, *training).out)
    assert {**scores["test_2017"], "seconds": 0} == {**expected, "seconds": 0}
    assert sum(part["sentences"] for part in expected["by_unseen"].values()) == 3
    (folder / "test_2017.en").unlink()
    assert_fault(script("evaluate.py", trained, "--data", folder), "test_2017.en", "no such file")
    assert_fault(script("evaluate.py", trained, "--data", folder, "--source", folder / "test.de"), "give it alone")
    assert_fault(script("evaluate.py", trained, "--source", folder / "test.de"), "give --source and --reference, or")
    assert_fault(script("evaluate.py", trained, "--data", tmp_path), f"{tmp_path}: has no test set")
    assert_fault(script("evaluate.py", trained, "--data", tmp_path / "none"), "none: no such folder")


def test_evaluate_faults(script: Script, trained: Path, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "short.en").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "empty").write_text("", encoding="utf-8")
    (tmp_path / "bad.align").write_text("0-0 1:1\n" + "0-0\n" * 7, encoding="utf-8")
    source, reference = corpus / "test.de", corpus / "test.en"
    unequal = script("evaluate.py", trained, "--source", source, "--reference", tmp_path / "short.en")
    assert_fault(unequal, "test.de has 8 lines", "short.en has 2")
    empty = tmp_path / "empty"
    assert_fault(script("evaluate.py", trained, "--source", empty, "--reference", empty), "empty")
    files = ("--source", source, "--reference", reference)
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "bad.align"), "bad.align", "line 1")
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "short.en"), "short.en")
    (tmp_path / "far.align").write_text("0-0\n" * 7 + "0-99\n", encoding="utf-8")
    assert_fault(script("evaluate.py", trained, *files, "--gold", tmp_path / "far.align"), "far.align, line 8", "0-99")
    assert_fault(script("evaluate.py", trained, *files, "--beam", 0), "--beam is 0")
    assert_fault(script("evaluate.py", trained, *files, "--beam", 1001), "--beam is 1,001, it must be at most 1,000")
    assert_fault(script("evaluate.py", trained, *files, "--tokenize", "nonsense"), "nonsense")
