"""Translations that begin with a given text: nothing given changes nothing, and how the last word meets the rest."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import sentences
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_models import ALL, random_translator, vocabulary

from seq2seq import Session
from seq2seq.corpus.subwords import END
from seq2seq.errors import InputError
from seq2seq.translate.prefixes import Prefix, Spellings, prefix_of, spellings_of
from seq2seq.translate.reading import read
from seq2seq.translate.translator import Translator

PAIRS = sentences()[60:64]
SOURCES = [source for source, _ in PAIRS]
SUBWORDS = vocabulary().target


@pytest.mark.parametrize("name", ALL)
def test_an_empty_prefix_changes_nothing(name: str) -> None:
    translator, sources = random_translator(name), [*SOURCES, "", "Wasser"]
    for beam, is_open in ((1, False), (3, True)):
        plain = translator.translate_all(sources, beam=beam, nbest=beam)
        for empty in ("", " \u200b"):
            prefixes = [empty] * len(sources)
            begun = translator.translate_all(sources, beam=beam, nbest=beam, prefixes=prefixes, open_prefixes=is_open)
            assert begun == plain  # ids, scores, log-probabilities and weights


@pytest.mark.parametrize("name", ALL)
def test_the_whole_reference_is_read_as_forced_decoding_reads_it(name: str) -> None:
    """In float64: the row after the last piece, too, is the one with which the end of the sentence was read."""
    translator = random_translator(name, double=True)
    found = translator.translate_all(SOURCES, beam=2, nbest=2, prefixes=[target for _, target in PAIRS])
    for reading, best in zip(read(translator, PAIRS), found, strict=True):
        count = len(reading.attention.target)
        for one in best:
            assert one.text.startswith(reading.attention.target.text)
            assert one.alignment.target.pieces[: count - 1] == reading.attention.target.pieces[:-1]
            np.testing.assert_allclose(one.alignment.weights[:, :count], reading.attention.weights, atol=1e-5)
            if len(one.ids) == count:  # the model ended it there
                assert one.alignment.target == reading.attention.target
                assert one.log_prob == pytest.approx(reading.log_probs.sum(), abs=1e-3)


def test_a_model_that_knows_the_reference_ends_it_there() -> None:
    translator = Translator.load("tiny-de-en", "cpu")
    pair = ("Ich kenne die Frau.", "I know the woman.")
    for text in (pair[1], f"{pair[1]} "):
        found = translator.translate_all([pair[0]], prefixes=[text])[0][0]
        forced = translator.align_all([pair])[0]
        assert found.text == pair[1] and found.finished and found.alignment.target == forced.target
        np.testing.assert_allclose(found.alignment.weights, forced.weights, atol=1e-5)


@pytest.mark.parametrize("name", ["upper", "gru, input", "ensemble"])
def test_the_beginning_of_its_own_translation_leads_to_that_translation(name: str) -> None:
    translator = random_translator(name)
    greedy = translator.translate(SOURCES[0], beam=1)
    session = Session(translator, SOURCES[0])
    for piece in greedy.ids[:5]:
        session.take(piece)
        [again] = translator.decode(
            [translator.vocabulary.source.segment(SOURCES[0])], beam=1, prefixes=[Prefix(session.ids)]
        )[0]
        assert again == greedy


@pytest.mark.parametrize("name", ["projections"])
def test_neither_the_batch_nor_its_order_matters(name: str) -> None:
    translator = random_translator(name)
    prefixes = ["The dog", "", "The child sees the", "A m"]
    for is_open in (False, True):
        options = {"beam": 3, "nbest": 2, "open_prefixes": is_open}
        together = translator.translate_all(SOURCES, prefixes=prefixes, **options)
        backwards = translator.translate_all(SOURCES[::-1], prefixes=prefixes[::-1], **options)[::-1]
        alone = [translator.translate_all([source], prefixes=[prefix], **options)[0]
                 for source, prefix in zip(SOURCES, prefixes, strict=True)]  # fmt: skip
        for other in (backwards, alone):
            assert [[one.ids for one in best] for best in together] == [[one.ids for one in best] for best in other]
        for best, prefix in zip(together, prefixes, strict=True):
            assert all(one.text.startswith(prefix) for one in best)


def test_how_a_text_becomes_a_prefix() -> None:
    whole = tuple(SUBWORDS.encode(["The dog"])[0])
    assert prefix_of("The dog", SUBWORDS) == prefix_of("  The   dog", SUBWORDS) == Prefix(whole)
    assert prefix_of("The dog ", SUBWORDS) == prefix_of("The dog \t", SUBWORDS, is_open=True)
    assert prefix_of("The dog ", SUBWORDS) == Prefix(whole, "▁".encode(), may_end=True)
    assert prefix_of("The do", SUBWORDS, is_open=True) == Prefix(tuple(SUBWORDS.encode(["The"])[0]), "▁do".encode())
    assert prefix_of("집", SUBWORDS, is_open=True) == Prefix((), "▁집".encode())
    assert prefix_of("▁", SUBWORDS, is_open=True).rest.startswith("▁".encode()) and prefix_of(" ", SUBWORDS) == Prefix()


@pytest.mark.parametrize("name", ["upper", "gru, input", "ensemble"])
def test_after_white_space_a_new_word_begins_or_the_sentence_ends(name: str) -> None:
    translator = random_translator(name)
    for source in SOURCES[:2]:
        begun = Session(translator, source)
        begun.force("The dog")
        expected = next(one for one in begun.candidates(1000) if one.piece.startswith("▁") or one.id == END)
        found = translator.translate_all([source], beam=1, prefixes=["The dog "])[0][0]
        assert found.ids[: len(begun.ids)] == begun.ids and found.ids[len(begun.ids)] == expected.id
        free = translator.translate_all([source], beam=1, prefixes=["The dog"])[0][0]
        assert free.ids[len(begun.ids)] == begun.choice.id  # anything at all


def spelt_greedily(session: Session, rest: str) -> Iterator[int]:
    """Of the pieces that fit, letter by letter, the most probable, until the rest is spelt. For ASCII."""
    while rest:
        fits = (one for one in session.candidates(1000) if one.piece.startswith(rest) or rest.startswith(one.piece))
        piece = next(one for one in fits if one.id != END)
        session.take(piece.id)
        rest = rest[len(piece.piece) :]
        yield piece.id


@pytest.mark.parametrize("name", ["upper", "gru, input", "ensemble"])
def test_an_open_prefix_is_spelt_in_the_most_probable_pieces(name: str) -> None:
    translator = random_translator(name)
    for source, word in itertools.product(SOURCES[:2], ("do", "lo", "balt")):
        session = Session(translator, source)
        session.force("The")
        before = session.ids
        spelt = list(spelt_greedily(session, f"▁{word}"))
        found = translator.translate_all([source], beam=1, prefixes=[f"The {word}"], open_prefixes=True)[0][0]
        assert found.ids[: len(before) + len(spelt)] == (*before, *spelt)
        assert found.text.startswith(f"The {word}")


def test_a_word_that_is_not_whole_becomes_one_that_the_model_knows() -> None:
    translator = Translator.load("tiny-de-en", "cpu")
    options = {"prefixes": ["The hou"], "beam": 5}
    assert translator.translate_all(["Das Haus ist klein."], open_prefixes=True, **options)[0][0].text == (
        "The house is small."
    )
    assert not translator.translate_all(["Das Haus ist klein."], **options)[0][0].text.startswith("The house")


TEXTS = st.text(alphabet="abdghoT .,'é집🙂▁\u202e\u200b\ufdd0\ufdd1<s>", max_size=12)


@settings(max_examples=10)
@given(TEXTS, st.booleans(), st.sampled_from(["upper", "gru, input"]))
@example("\u200b <", True, "upper")
def test_any_text_can_be_a_prefix(text: str, is_open: bool, name: str) -> None:
    translator = random_translator(name)
    for one in translator.translate_all(["Wasser"], beam=2, nbest=2, prefixes=[text], open_prefixes=is_open)[0]:
        expected = SUBWORDS.text_of(SUBWORDS.encode([text])[0]).text
        assert one.text.startswith(expected) and one.refused is None
        assert one.alignment.weights.shape[1] == len(one.alignment.target) == len(one.ids)


@given(st.one_of(TEXTS.map(lambda text: text.strip().replace(" ", "")), st.sampled_from(["é"])), st.integers(0, 6))
def test_the_pieces_that_fit_are_found_without_looking_at_all(text: str, start: int) -> None:
    from seq2seq.corpus.masking import mask

    rest = ("▁" + mask(text)).encode()[start:]
    spellings = spellings_of(SUBWORDS)
    if rest:
        fits = {token for token, own in spellings.of.items() if own.startswith(rest) or rest.startswith(own)}
        texts = {token for token in fits if not SUBWORDS.is_byte(token)}
        fits = texts or fits  # bytes are for what nothing else spells
        assert texts or start or not rest.isascii()
        found = spellings.possible(rest)
        assert set(found) == fits and len(found) == len(fits) > 0
    assert isinstance(spellings, Spellings)


def test_a_prefix_makes_room_for_itself() -> None:
    translator = random_translator("upper")
    long = "a " * 100
    found = translator.translate_all(["Wasser"], prefixes=[long], beam=1)[0][0]
    assert found.text.startswith(long.strip()) and len(found.ids) > 100
    assert len(found.ids) <= len(SUBWORDS.encode([long])[0]) + 3 + 10


def test_prefixes_that_cannot_be_used_are_refused_line_by_line() -> None:
    translator = random_translator("upper")
    prefixes = ["", "The", "a " * 3000, "The"]
    found = [best[0] for best in translator.translate_all([SOURCES[0], "", "Wasser", "Wasser"], prefixes=prefixes)]
    assert [one.refused is None for one in found] == [True, False, False, True]
    assert found[1].refused == "it is blank, and its prefix is not; there is nothing to translate"
    assert "its prefix has 6,000 pieces, and search.max_pieces is 2,000" in (found[2].refused or "")
    assert found[0].ids == translator.translate_all([SOURCES[0]])[0][0].ids and found[3].text.startswith("The")


def test_a_prefix_counts_in_the_memory_of_the_search() -> None:
    translator = random_translator("heads")
    small = Translator(translator.engine, translator.vocabulary, translator.config.changed(search={"max_memory": 1}))
    source, prefixes = "Wasser " * 20, ["", "a " * 900]
    assert [best[0].refused is None for best in small.translate_all([source] * 2, prefixes=prefixes)] == [True, False]


def test_prefixes_come_with_their_sentences() -> None:
    translator = random_translator("upper")
    sources, prefixes = SOURCES * 3, ["The dog", "", "A", "The "] * 3
    expected = translator.translate_all(sources, beam=2, nbest=2, prefixes=prefixes)
    streamed = translator.stream(iter(sources), beam=2, nbest=2, prefixes=iter(prefixes), batch_size=5)
    for ours, theirs in zip(streamed, expected, strict=True):
        assert [one.ids for one in ours] == [one.ids for one in theirs]


def test_each_sentence_needs_a_prefix() -> None:
    translator = random_translator("upper")
    with pytest.raises(ValueError, match="prefixes has 1 texts, and sentences 4; give one for each, or none"):
        translator.translate_all(SOURCES, prefixes=["The"])
    with pytest.raises(ValueError, match="prefixes has 1 texts, and sentences 2"):
        list(translator.stream(iter(SOURCES[:2]), prefixes=["The"], batch_size=2))
    with pytest.raises(TypeError, match="prefixes must be a list of strings, not a single string"):
        translator.translate_all(SOURCES, prefixes="The")
    with pytest.raises(TypeError, match=r"prefixes\[0\] must be a string"):
        translator.translate_all(SOURCES[:1], prefixes=[None])
    with pytest.raises(InputError, match=r"prefixes\[0\]"):
        translator.translate_all(SOURCES[:1], prefixes=["\udc00"])
