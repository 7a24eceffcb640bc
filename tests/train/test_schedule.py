import pytest

from seq2seq.train.schedule import learning_rate_schedule


def test_the_learning_rate_by_hand() -> None:
    cosine = learning_rate_schedule("cosine", 4, 12)
    assert [cosine(update) for update in (0, 1, 3, 4, 8, 12, 20)] == pytest.approx([0.25, 0.5, 1, 1, 0.5, 0, 0])
    root = learning_rate_schedule("inverse_sqrt", 4, 12)
    assert [root(update) for update in (3, 15, 63)] == pytest.approx([1, 0.5, 0.25])
    assert learning_rate_schedule("none", 0, 12)(11) == 1
