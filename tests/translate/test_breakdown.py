"""Scores of parts of a test set, by hand."""

import pytest

from seq2seq.translate.breakdown import breakdown, seen_in, word_scores
from seq2seq.translate.scores import corpus_scores

TRAINING = [("der Hund", "the dog"), ("der Ball", "the ball"), ("Der Baum", "The tree")]


def test_words_are_told_apart_by_case_unless_it_is_ignored() -> None:
    assert seen_in(TRAINING, False, False).source == {"der": 2, "Hund": 1, "Ball": 1, "Der": 1, "Baum": 1}
    assert seen_in(TRAINING, False, True).target == {"the": 3, "dog": 1, "ball": 1, "tree": 1}


def test_words_are_found_at_most_as_often_as_the_reference_has_them() -> None:
    """`the` is of 2 to 4 times, `dog` and `tree` of 1, `cat` and `runs` of none."""
    seen = seen_in(TRAINING, False, True)
    found = word_scores(["the dog runs", "the cat"], ["the the dog", "the tree"], seen)
    assert found["2 to 4"] == {"words": 2, "recall": 100, "precision": pytest.approx(200 / 3), "f1": pytest.approx(80)}
    assert found["1"] == {"words": 1, "recall": 100, "precision": 50, "f1": pytest.approx(200 / 3)}
    assert found["0"] == {"words": 2, "recall": 0, "precision": None, "f1": 0}
    assert word_scores(["the dog"], ["the cat"], seen)["0"] == {"words": 0, "recall": None, "precision": 0, "f1": 0}
    assert list(found) == ["0", "1", "2 to 4"]


def test_sentences_are_scored_with_those_of_their_length_and_of_their_unseen_words() -> None:
    pairs = [
        ("der Hund", "the dog"),
        ("der Ball " * 5, "the ball " * 5),
        ("der Ball " * 5 + "und", "the ball " * 5 + "and"),
        ("Katze", "cat"),
    ]
    translations = ["the dog", "the dog " * 5, "the ball " * 5 + "or", "dog"]
    found = breakdown(pairs, translations, seen_in(TRAINING, False, False), "13a", False)
    assert {name: part["sentences"] for name, part in found["by_length"].items()} == {"1 to 10": 3, "11 to 20": 1}
    counts = {name: part["sentences"] for name, part in found["by_unseen"].items()}
    assert counts == {"none": 2, "up to 10 %": 1, "over 25 %": 1}
    alone = corpus_scores(translations[2:3], [pairs[2][1]])
    for part in (found["by_length"]["11 to 20"], found["by_unseen"]["up to 10 %"]):
        assert (part["bleu"], part["chrf"]) == (alone.bleu, alone.chrf)
    together = corpus_scores(translations[:2], [target for _, target in pairs[:2]])
    assert found["by_unseen"]["none"]["bleu"] == together.bleu < 100


def test_nothing_is_a_part_like_any_other() -> None:
    found = breakdown([("", "")], [""], seen_in(TRAINING, False, False), "13a", False)
    assert found["by_length"]["1 to 10"]["sentences"] == found["by_unseen"]["none"]["sentences"] == 1
    assert found["by_frequency"] == {}
