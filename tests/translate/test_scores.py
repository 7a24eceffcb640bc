import pytest

from seq2seq.translate.scores import corpus_scores

REFERENCES = ["The cat sits on the mat .", "A dog runs through the park ."]


def test_references_score_100_against_themselves() -> None:
    scores = corpus_scores(REFERENCES, REFERENCES)
    assert (round(scores.bleu, 6), round(scores.chrf, 6)) == (100, 100)


def test_case_and_tokenisation_are_in_the_signature() -> None:
    upper = [text.upper() for text in REFERENCES]
    assert corpus_scores(upper, REFERENCES).bleu < 100
    scores = corpus_scores(upper, REFERENCES, tokenize="none", lowercase=True)
    assert round(scores.bleu, 6) == 100 and "case:lc" in scores.bleu_signature and "tok:none" in scores.bleu_signature


def test_one_wrong_word_by_hand() -> None:
    # precisions 3/4, 1/3 (of "a b c d" against "a b x d": ab), then smoothed halves of 1/2 and 1/1: 1/4, 1/4
    expected = 100 * (3 / 4 * 1 / 3 * (1 / 2) / 2 * (1 / 4) / 1) ** 0.25
    assert corpus_scores(["a b c d"], ["a b x d"], tokenize="none").bleu == pytest.approx(expected)


def test_transposed_or_missing_references_are_refused() -> None:
    with pytest.raises(ValueError, match="2 translations but 1 references"):
        corpus_scores(REFERENCES, REFERENCES[:1])
