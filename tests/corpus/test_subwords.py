import copy
import io
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import END as END_PIECE
from seq2seq.alignment.sides import Side
from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.masking import SPACE_MARK, mask
from seq2seq.corpus.subwords import END, PAD, START, UNKNOWN, Subwords
from seq2seq.errors import InputError
from seq2seq.text.visible import inner_span, strip

TEXT = ["der Hund sieht den Ball", "die Katze hört das Kind", "the dog sees the ball", "the cat hears the child"] * 5
MODEL = Subwords.train(TEXT, SubwordsConfig(vocab_size=330))
LINES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\0") | st.sampled_from("\u2581\ufdd0\ufdd1"),
    max_size=40,
)


@given(LINES)
def test_any_text_survives_but_for_runs_of_spaces(text: str) -> None:
    ids = MODEL.segment(text).ids
    assert MODEL.text_of(ids[:-1]).text == " ".join(part for part in strip(text).split(" ") if part)
    assert MODEL.encode([text])[0] == ids[:-1]


@given(LINES, st.text(st.sampled_from(" \t\u00a0\u3000\ufeff"), max_size=3))
def test_outer_white_space_is_not_read_and_spans_count_it(text: str, outer: str) -> None:
    """ "\\tEr singt heute.\\t" was translated as "He sings."."""
    bare, padded = MODEL.segment(strip(text)), MODEL.segment(outer + strip(text) + outer)
    assert padded.ids == bare.ids and padded.side.pieces == bare.side.pieces
    if strip(text):
        moved = [(start + len(outer), end + len(outer)) for start, end in bare.side.spans[:-1]]
        assert list(padded.side.spans[:-1]) == moved
        assert padded.side.spans[-1] == (len(padded.side.text),) * 2


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u200e \u00ad", "\ufe0f"])
def test_a_blank_text_has_no_pieces(text: str) -> None:
    assert MODEL.segment(text).ids == [END] and MODEL.encode([text]) == [[]]
    assert MODEL.segment(text).side.word_spans == ()
    assert MODEL.sample([text], SubwordsConfig(vocab_size=330, sampling=0.5), 1) == [[]]


@given(LINES)
def test_spans_cover_the_visible_text_in_order(text: str) -> None:
    segmented = MODEL.segment(text)
    spans = segmented.side.spans
    assert len(spans) == len(segmented.ids) and segmented.ids[-1] == END
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {position for start, end in spans for position in range(start, end)}
    assert {i for i in range(*inner_span(text)) if not text[i].isspace()} <= covered


NORMALISING = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(TEXT + ["나는 집에 간다 。 ， fin 10 km 我去学校"] * 5),
    model_writer=NORMALISING,
    vocab_size=330,
    hard_vocab_limit=False,
    byte_fallback=True,
    normalization_rule_name="nfkc",
    pad_id=0,
    unk_id=1,
    bos_id=2,
    eos_id=3,
    minloglevel=2,
)
"""A model that changes characters, as a run of another program may bring one."""


@pytest.mark.parametrize("model", [MODEL, Subwords(NORMALISING.getvalue())], ids=["as it is", "NFKC"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("das  Kind.", ["das", "Kind", "."]),
        ("„der Hund“, (die)", ["„", "der", "Hund", "“", ",", "(", "die", ")"]),
        ("10\u00a0km der\u202fBall", ["10", "km", "der", "Ball"]),
        (" der Hund ", ["der", "Hund"]),
        ("나는 집에 간다.", ["나는", "집에", "간다", "."]),
        (unicodedata.normalize("NFD", "나는 집에"), [unicodedata.normalize("NFD", word) for word in ("나는", "집에")]),
        ("我去学校。", ["我去学校", "。"]),
        ("ﬁn Ｈｕｎｄ ½ x", ["ﬁn", "Ｈｕｎｄ", "½", "x"]),
        ("ein \u2581 Hund\u2581", ["ein", "\u2581", "Hund", "\u2581"]),
        ("\ufdd1 Hund \ufdd0\u2581\ufdd1 x", ["\ufdd1", "Hund", "\ufdd0\u2581\ufdd1", "x"]),
    ],
)
def test_each_piece_goes_to_the_word_of_the_text_that_it_spells(model: Subwords, text: str, words: list[str]) -> None:
    side, one, reached = model.segment(text).side, Side("x", ("x",), ((0, 1),), ((0, 1),)), set()
    for position, piece in enumerate(side.pieces[:-1]):
        merged = AlignmentMap(side, one, np.eye(len(side))[None, position : position + 1]).words(keep_end=True)
        assert list(merged.source.pieces) == [*words, END_PIECE]
        shares = dict(enumerate(merged.weights[0, 0, :-1]))
        assert sum(shares.values()) == pytest.approx(1)  # nothing of a piece goes to the end of the sentence
        reached |= {index for index, share in shares.items() if share}
        spelt = piece.replace(SPACE_MARK, "")
        for index, share in shares.items():
            if share and spelt and not re.fullmatch("<0x..>", piece):
                assert any(letter in unicodedata.normalize("NFKC", words[index]) + words[index] for letter in spelt)
    assert reached == set(range(len(words)))


def test_segment_and_encode_agree() -> None:
    assert [*MODEL.encode([TEXT[0]])[0], END] == MODEL.segment(TEXT[0]).ids


def test_the_mark_of_a_space_in_the_text_is_no_space() -> None:
    side = MODEL.text_of(MODEL.segment("a\u2581b").ids[:-1])
    assert side.text == "a\u2581b"


def test_broken_utf8_becomes_the_replacement_character() -> None:
    emoji = MODEL.segment("😀").ids
    assert "\ufffd" in MODEL.text_of(emoji[:-2]).text


@pytest.mark.parametrize("model_type", ["unigram", "bpe"])
def test_a_vocabulary_too_large_is_lowered(model_type: str) -> None:
    config = SubwordsConfig(vocab_size=5000, model_type=model_type)  # type: ignore[arg-type]
    assert 260 < len(Subwords.train(TEXT, config)) < 5000


def test_a_vocabulary_too_small_says_what_it_needs() -> None:
    with pytest.raises(InputError, match=r"subwords.vocab_size is 100.* set it to \d+ or more"):
        Subwords.train(TEXT, SubwordsConfig(vocab_size=100))


@pytest.mark.parametrize("model_type", ["unigram", "bpe"])
def test_sampling_follows_from_the_seed_and_keeps_the_text(model_type: str) -> None:
    config = SubwordsConfig(vocab_size=330, model_type=model_type, sampling=0.5)  # type: ignore[arg-type]
    model = Subwords.train(TEXT, config)
    first, again, other = (model.sample(TEXT, config, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert [model.text_of(ids).text for ids in other] == TEXT


def test_training_twice_gives_the_same_model() -> None:
    assert Subwords.train(TEXT, SubwordsConfig(vocab_size=330)).model == MODEL.model


def test_a_copy_and_a_saved_model_segment_alike(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "subwords.model")
    for other in (copy.deepcopy(MODEL), Subwords.load(tmp_path / "subwords.model")):
        assert other.segment(TEXT[1]) == MODEL.segment(TEXT[1])


def test_loading_what_is_no_model_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.model: no such file"):
        Subwords.load(tmp_path / "nothing.model")
    (tmp_path / "broken.model").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="not a SentencePiece model"):
        Subwords.load(tmp_path / "broken.model")


@pytest.mark.parametrize("text", ["\ufdd0", "a\ufdd0b", "\ufdd1\ufdd0\u2581", "\ufdd1", "\u2581\ufdd1\u2581"])
def test_code_points_that_stand_for_others_come_back_as_themselves(text: str) -> None:
    segmented = MODEL.segment(text)
    assert MODEL.text_of(segmented.ids[:-1]).text == segmented.side.text == text
    assert "".join(text[start:end] for start, end in segmented.side.spans) == text


@pytest.mark.parametrize("text", ["\ud800", "ab\udfff"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    for refused in (MODEL.segment, lambda one: MODEL.encode([one])):
        with pytest.raises(InputError, match=f"the text is not valid Unicode at character {len(text)}"):
            refused(text)


@given(LINES)
def test_a_text_that_goes_on_has_no_space_but_its_own(text: str) -> None:
    """Whatever stands before it: the pieces before and after make the text of both."""
    for before in ("the dog", "집", "é", "▁"):
        ids = [*MODEL.encode([before])[0], *MODEL.spell(text)]
        assert MODEL.text_of(ids).text == before + re.sub(" +", " ", text.rstrip())


def test_pieces_have_ids_and_ids_have_pieces() -> None:
    for token in range(len(MODEL)):
        assert MODEL.id_of(MODEL.piece(token)) == (None if token == UNKNOWN else token)
    assert MODEL.id_of("no such piece") is None and MODEL.piece(END) == "</s>"
    with pytest.raises(IndexError):
        MODEL.piece(len(MODEL))


@given(LINES)
def test_the_pieces_of_a_text_spell_it(text: str) -> None:
    words = [word for word in mask(strip(text)).split(" ") if word]
    spelt = b"".join(MODEL.spelling(token) for token in MODEL.segment(text).ids)
    assert spelt == "".join(SPACE_MARK + word for word in words).encode()


def test_a_piece_may_be_a_byte_or_special() -> None:
    assert MODEL.spelling(MODEL.encode(["é"])[0][-1]) == b"\xa9" and MODEL.is_byte(MODEL.encode(["é"])[0][-1])
    assert not any(MODEL.spelling(token) or MODEL.is_byte(token) for token in (PAD, UNKNOWN, START, END))
