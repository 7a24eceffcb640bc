"""Scores of a set of pairs: by one run and by several, in whatever batches, and as the parts give them alone."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import sentences

from seq2seq.alignment.diagnostics import attention_scores
from seq2seq.alignment.links import GoldLinks, alignment_scores, read_gold
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.evaluation import Evaluation, evaluate
from seq2seq.translate.reading import log_likelihood, read
from seq2seq.translate.scores import corpus_scores
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

PAIRS = sentences()[68:76]


@pytest.fixture(scope="module")
def gold(corpus: Path) -> list[GoldLinks]:
    return read_gold(corpus / "test.align")


def test_the_scores_are_those_of_each_part_alone(aligned: Path, gold: list[GoldLinks]) -> None:
    translator = Translator.load(aligned, "cpu")
    found = evaluate(translator, PAIRS, gold, beam=2, tokenize="none")
    translations = [best[0].text for best in translator.translate_all([source for source, _ in PAIRS], beam=2)]
    scores = corpus_scores(translations, [target for _, target in PAIRS], "none")
    assert (found["bleu"], found["chrf"], found["bleu_signature"]) == (scores.bleu, scores.chrf, scores.bleu_signature)
    assert found["aer"] == pytest.approx(alignment_scores(word_links(translator, PAIRS), gold).aer)
    expected = attention_scores(translator.align_all(PAIRS), gold)
    assert found["attention"].keys() == expected.keys()
    for name, value in expected.items():
        assert found["attention"][name] == pytest.approx(value, abs=1e-5), name
    total, pieces = log_likelihood(read(translator, PAIRS))
    assert found["nll"] == pytest.approx(-total / pieces) and found["perplexity"] == pytest.approx(
        math.exp(found["nll"])
    )
    assert found["sentences"] == len(PAIRS) and found["seconds"] > 0


def close(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """The same scores, but for the seconds and for what rounding in another batch does."""
    numbers = [
        {name: value for name, value in (scores | scores["attention"]).items() if isinstance(value, float)}
        for scores in (one, other)
    ]
    for scores in numbers:
        del scores["seconds"]
    return numbers[0] == pytest.approx(numbers[1], abs=1e-4)


def test_neither_batches_nor_their_order_change_the_scores(aligned: Path, gold: list[GoldLinks]) -> None:
    translator = Translator.load(aligned, "cpu")
    whole = evaluate(translator, PAIRS, gold, beam=1)
    evaluation = Evaluation(PAIRS, gold)
    for positions in ([7, 0], [3], [5, 1, 2], [6, 4]):
        evaluation.add(translator, positions, beam=1)
    assert close(evaluation.scores(), whole)


def test_a_part_of_the_set_is_scored_as_that_part(trained: Path, gold: list[GoldLinks]) -> None:
    translator, evaluation = Translator.load(trained, "cpu"), Evaluation(PAIRS, gold)
    evaluation.add(translator, [5, 2])
    assert close(evaluation.scores(), evaluate(translator, [PAIRS[2], PAIRS[5]], [gold[2], gold[5]]))


def test_readings_are_the_maps_of_forced_decoding_and_the_likelihood_of_its_steps(aligned: Path) -> None:
    translator = Translator.load(aligned, "cpu")
    pairs = [*PAIRS[:3], ("", "the dog"), ("Wasser", "")]
    readings = read(translator, pairs, aligner=True)
    both = translator.align_both_ways(pairs)
    for reading, pair, own, (there, back) in zip(readings, pairs, translator.align_all(pairs), both, strict=True):
        assert reading.aligner is not None
        for one, other in ((reading.attention, own), (reading.aligner[0], there), (reading.aligner[1], back)):
            assert (one.source, one.target) == (other.source, other.target)
            assert one.weights == pytest.approx(other.weights, abs=1e-6)
        assert len(reading.log_probs) == len(translator.vocabulary.target.segment(pair[1]).ids)
        assert (reading.log_probs < 0).all()
    assert all(reading.aligner is None for reading in read(translator, pairs))


def test_what_comes_of_each_pair_is_handed_back_with_its_maps(aligned: Path) -> None:
    """By the aligner too where that is asked, though nothing is scored by it where there are no gold links."""
    translator, evaluation = Translator.load(aligned, "cpu"), Evaluation(PAIRS)
    for positions, aligner in (([0, 1, 2], False), ([4, 5, 3], True)):
        for position, found in zip(
            positions, evaluation.add(translator, positions, beam=1, aligner=aligner), strict=True
        ):
            source, target = PAIRS[position]
            assert found.translation.text == translator.translate(source, beam=1).text
            assert found.reading.attention.target.text == target
            assert (found.reading.aligner is not None) == aligner
            assert found.reading.aligner is None or found.reading.aligner[0].kind == "aligner"
    assert close(evaluation.scores(), evaluate(translator, PAIRS[:6], beam=1))


def test_an_ensemble_gives_each_piece_the_mean_of_its_members_probabilities(trained: Path, sister: Path) -> None:
    both = load_runs([trained, sister], "cpu")
    members = [read(Translator.load(run, "cpu"), PAIRS) for run in (trained, sister)]
    for reading, first, second in zip(read(both, PAIRS), *members, strict=True):
        expected = np.log((np.exp(first.log_probs) + np.exp(second.log_probs)) / 2)
        assert reading.log_probs == pytest.approx(expected, abs=1e-5)
    alone = load_runs([trained, trained], "cpu")
    assert evaluate(alone, PAIRS)["nll"] == pytest.approx(evaluate(Translator.load(trained, "cpu"), PAIRS)["nll"])
