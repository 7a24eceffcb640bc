"""What a vocabulary hardly knows: by hand, by its laws, and on real segmentations of the corpora that ship."""

from pathlib import Path

import pytest

from seq2seq.alignment.sides import END, Side
from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.spelling import MUCH, is_of_letters, unknown_share
from seq2seq.corpus.subwords import Subwords
from seq2seq.text.files import read_lines

DATA = Path(__file__).parents[2] / "data"


def side(text: str, *pieces: str) -> Side:
    """A side cut into these pieces; `▁` and the bytes of a character but its last are empty."""
    spans, place = [], 0
    for piece in pieces:
        bare = piece.replace("\u2581", "")
        first_byte = piece.startswith("<0x") and not piece.endswith("!")
        while bare and not first_byte and text[place].isspace():
            place += 1
        length = 1 if piece.endswith("!") else 0 if first_byte else len(bare)
        spans.append((place, place + length))
        place += length
    return Side(text, tuple(piece.rstrip("!") for piece in pieces), tuple(spans), ()).with_end()


@pytest.mark.parametrize(
    ("cut", "share"),
    [
        (side("Der Hund", "▁Der", "▁Hund"), 0),
        (side("xyz", "▁", "x", "y", "z"), 1),
        (side("xyz", "▁x", "y", "z"), 1),
        (side("I am", "▁I", "▁am"), 0),
        (side("a b c d", "▁a", "▁b", "▁c", "▁d"), 0),  # single letters, each a word of its own
        (side("Hunde", "▁Hun", "d", "e"), 0),  # two in a row end many a known word
        (side("Hundes", "▁Hun", "d", "e", "s"), 3 / 6),
        (side("aé bc", "▁a", "<0xC3>", "<0xA9>!", "▁bc"), 1 / 4),  # a byte always counts
        (side("xéy", "▁x", "<0xC3>", "<0xA9>!", "y"), 1),  # and carries a row on
        (side("2024", "▁2", "0", "2", "4"), 0),  # figures are no letters
        (side("我去学校", "▁", "我", "去", "学", "校"), 0),
        (side("나는 집에", "▁", "나", "는", "▁", "집", "에"), 0),
        (side("ひらがな", "▁", "ひ", "ら", "が", "な"), 0),
        (side("", "▁"), 0),
        (Side("", (END,), ((0, 0),), ()), 0),
    ],
)
def test_by_hand(cut: Side, share: float) -> None:
    assert unknown_share(cut) == pytest.approx(share)


def test_letters_can_be_left_out() -> None:
    assert unknown_share(side("xyé", "▁x", "y", "<0xC3>", "<0xA9>!"), letters_count=False) == pytest.approx(1 / 3)


def test_a_vocabulary_of_letters_is_known_by_its_pieces() -> None:
    assert is_of_letters(["▁a", "b", "c", "ab", "。", "去"])  # what is no letter of an alphabet has no say
    assert not is_of_letters(["▁a", "b", "▁ab", "bc", "abc"])


@pytest.fixture(scope="module")
def tiny() -> dict[str, Subwords]:
    """Vocabularies as the recipes of the corpora that ship have them."""
    found = {}
    for pair in ("de-en", "ko-en"):
        folder = DATA / f"tiny-{pair}"
        text = [line for language in pair.split("-") for line in read_lines(folder / f"train.{language}")]
        found[pair] = Subwords.train(text, SubwordsConfig(vocab_size=1200))
    return found


@pytest.mark.parametrize(("pair", "languages"), [("de-en", ("de", "en")), ("ko-en", ("ko", "en"))])
def test_no_test_sentence_is_blamed(tiny: dict[str, Subwords], pair: str, languages: tuple[str, ...]) -> None:
    lines = [line for language in languages for line in read_lines(DATA / f"tiny-{pair}" / f"test.{language}")]
    assert len(lines) == 1000 and max(tiny[pair].unknown_share(tiny[pair].segment(line).side) for line in lines) < MUCH


@pytest.mark.parametrize(
    ("pair", "sentence", "blamed"),
    [
        ("de-en", "저는 어제 친구와 함께 영화를 봤어요.", True),
        ("de-en", "Я вчера смотрел фильм с другом.", True),
        ("de-en", "我昨天和朋友看了电影。", True),
        ("de-en", "Krzysztof Szczęśniak wohnt in Wrocław.", True),
        ("de-en", "Herr Xyzqwkj kennt Frau Bvtrqpx.", True),
        ("de-en", "I a I a", False),
        ("ko-en", "저는 어제 친구를 봤어요.", False),
        ("ko-en", "Krzysztof Szczęśniak", True),
    ],
)
def test_another_script_and_names_of_rare_letters_are_blamed(
    tiny: dict[str, Subwords], pair: str, sentence: str, blamed: bool
) -> None:
    assert (tiny[pair].unknown_share(tiny[pair].segment(sentence).side) > MUCH) == blamed


def test_a_model_that_reads_letters_is_not_blamed_for_it() -> None:
    letters = Subwords.train(["der Hund", "the dog"] * 9, SubwordsConfig(vocab_size=275))
    segmented = letters.segment("Hund der").side
    assert max(map(len, segmented.pieces[:-1])) <= 2 and letters.unknown_share(segmented) == 0
    assert letters.unknown_share(letters.segment("Привет").side) == 1
