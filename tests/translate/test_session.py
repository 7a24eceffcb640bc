"""A translation made step by step: it is greedy search, until somebody does something else."""

import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from conftest import sentences
from random_models import ALL, VARIANTS, random_translator

from seq2seq import Session
from seq2seq.alignment.schema import map_from_dict
from seq2seq.corpus.subwords import END, START
from seq2seq.errors import InputError
from seq2seq.model.decoder import Decoder
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.probe import replaced
from seq2seq.translate.reading import read
from seq2seq.translate.translator import Translator

PAIRS = sentences()[60:66]
SOURCE = PAIRS[3][0]


def session_of(name: str, source: str = SOURCE) -> Session:
    return Session(random_translator(name), source)


def accept(session: Session, pieces: int) -> Session:
    """So many of the model's choices, or as many as there are before the end."""
    while pieces and session.choice.id != END:
        session.accept()
        pieces -= 1
    return session


def one_hot(place: int, units: int) -> list[float]:
    return [float(place == unit) for unit in range(units)]


def other_row(session: Session) -> list[float]:
    """All on the piece of the source that the model looks at least."""
    return one_hot(int(session.row.mean(0).argmin()), len(session.source))


@pytest.mark.parametrize("name", ALL)
def test_the_models_own_choices_are_greedy_search_bit_for_bit(name: str) -> None:
    translator = random_translator(name)
    for source in (SOURCE, "Wasser"):
        greedy, session = translator.translate(source, beam=1), Session(translator, source)
        rows = []
        while not session.finished and len(session.ids) < session.limit:
            rows.append(session.row)
            taken = session.accept()
            assert taken.log_prob == session.log_probs[-1]
        assert (session.ids, session.log_prob, session.text) == (greedy.ids, greedy.log_prob, greedy.text)
        assert session.map() == greedy.alignment  # weights too, with ==
        assert np.array_equal(np.stack(rows, axis=1), greedy.alignment.weights)
        assert math.fsum(session.log_probs) == pytest.approx(greedy.log_prob, abs=1e-4)
        assert session.finished == greedy.finished


@pytest.mark.parametrize("name", VARIANTS)
def test_a_row_that_equals_the_models_changes_nothing(name: str) -> None:
    session = accept(session_of(name), 2)
    before, state, rest = session.candidates(300), session.state, session.complete(beam=3, nbest=3)
    for use in (
        lambda: session.replace_row(session.model_row),
        lambda: session.replace_row(session.model_row.tolist()),
        lambda: session.replace_word_row(session.word_row),
        lambda: session.replace_word_row(json.loads(json.dumps(session.word_row.tolist()))),
    ):
        use()
        assert list(session.replaced) == [2]
        assert session.candidates(300) == before and np.array_equal(session.state, state)
        assert session.complete(beam=3, nbest=3) == rest
        session.restore_row()
        assert not session.replaced and session.candidates(300) == before


class At:
    """A replacement for the probe: this row at one position, and the model's own weights elsewhere."""

    def __init__(self, position: int, row: list[float]) -> None:
        self.position, self.row = position, torch.tensor(row)

    def __call__(self, weights: torch.Tensor, mask: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        return self.row.expand_as(weights) if int(positions[0]) == self.position else weights


def decoder_of(session: Session) -> Decoder:
    return session.translator.model.decoder


@pytest.mark.parametrize("name", VARIANTS)
def test_a_replaced_row_is_what_the_probe_would_have_put_there(name: str) -> None:
    """The probe changes the attention itself; the session hands the row to the step. The whole rest is the same."""
    session = session_of(name)
    session.accept()
    row = other_row(session)
    before = session.candidates()
    session.replace_row(row)
    assert session.candidates() != before and np.array_equal(session.row[0], np.float32(row))
    assert np.array_equal(session.model_row, accept(session_of(name), 1).row)
    found = session.complete(beam=1)[0]
    with replaced(decoder_of(session), At(1, row), stepwise=True):
        expected = session.translator.decode([session.translator.vocabulary.source.segment(SOURCE)], beam=1)[0][0]
    assert found == expected
    session.accept()  # and so does going on step by step
    while not session.finished and len(session.ids) < session.limit:
        session.accept()
    assert session.map() == found.alignment and session.log_prob == found.log_prob and session.replaced == (1,)
    session.back(len(session.ids) - 2)  # the piece that was taken under the row stays
    assert session.complete(beam=1)[0] == found


def test_the_context_is_the_encoders_state_that_the_row_points_at() -> None:
    """One head and no projections: the values are the states themselves."""
    session = session_of("upper")
    encoded = session.translator.model.encode(torch.tensor([session.translator.vocabulary.source.segment(SOURCE).ids]))
    for place in (0, len(session.source) - 1):
        session.replace_row(one_hot(place, len(session.source)))
        np.testing.assert_array_equal(session.context, encoded.states[0, place].detach().numpy())


def test_each_head_can_have_a_row_of_its_own() -> None:
    session = session_of("heads")
    rows = [one_hot(head, len(session.source)) for head in range(4)]
    session.replace_row(rows)
    assert session.row.tolist() == rows
    session.replace_row(rows[1])
    assert session.row.tolist() == [rows[1]] * 4
    states = session.translator.model.encode(
        torch.tensor([session.translator.vocabulary.source.segment(SOURCE).ids])
    ).states[0, 1]
    np.testing.assert_allclose(session.context, states.detach().numpy(), atol=1e-6)


def test_the_weight_of_a_word_is_shared_as_the_model_shares_it() -> None:
    session = session_of("gru, input")
    own, words = session.model_row, session.word_row
    of = [next(w for w, (_, stop) in enumerate(session.source.word_spans) if stop > start)
          for start, _ in session.source.spans[:-1]]  # fmt: skip
    shares = [[i for i, word in enumerate(of) if word == w] for w in range(max(of) + 1)] + [[len(of)]]
    assert [len(pieces) for pieces in shares] != [1] * len(shares)  # some words have several pieces
    np.testing.assert_allclose(words, np.stack([own[:, pieces].sum(1) for pieces in shares], 1), atol=1e-6)
    longest = max(range(len(shares)), key=lambda word: len(shares[word]))
    session.replace_word_row(one_hot(longest, len(shares)))
    pieces = shares[longest]
    expected = np.zeros_like(own)
    expected[:, pieces] = own[:, pieces] / own[:, pieces].sum(1, keepdims=True)
    np.testing.assert_allclose(session.row, expected, atol=1e-6)
    np.testing.assert_allclose(session.word_row, [one_hot(longest, len(shares))] * 2, atol=1e-6)


def test_moving_weight_between_two_words_leaves_the_others_as_they_are() -> None:
    session = session_of("upper")
    own, words = session.model_row, session.word_row.copy()
    words[:, 1] += words[:, 0]
    words[:, 0] = 0
    session.replace_word_row(words)
    elsewhere = [i for i, (_, end) in enumerate(session.source.spans) if end > session.source.word_spans[1][1]]
    assert np.array_equal(session.row[:, elsewhere], own[:, elsewhere]) and len(elsewhere) > 1
    np.testing.assert_allclose(session.row.sum(1), 1, atol=1e-6)


def test_a_word_that_the_model_does_not_look_at_is_shared_evenly() -> None:
    from seq2seq.translate.rows import spread

    side = session_of("upper").source
    nothing = np.zeros((1, len(side)), np.float32)
    nothing[0, -1] = 1
    words = np.zeros((1, len(side.word_spans) + 1), np.float32)
    words[0, 0] = 1
    row = spread(words, nothing, side)
    inside = [start < side.word_spans[0][1] for start, _ in side.spans]
    assert set(row[0, inside].tolist()) == {np.float32(1 / sum(inside)).item()} and row.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ALL)
def test_stepping_back_and_going_on_gives_the_same(name: str) -> None:
    session = session_of(name)
    seen = [session.to_dict()]
    while len(seen) < 4 and not session.finished:
        session.accept()
        seen.append(session.to_dict())
    for steps in range(1, len(seen)):
        session.back(steps)
        assert session.to_dict() == seen[-1 - steps]
        for later in seen[len(seen) - steps :]:
            session.accept()
            assert session.to_dict() == later


def test_stepping_back_to_a_replaced_row_finds_it_in_use() -> None:
    session = accept(session_of("input"), 1)
    session.replace_row(row := other_row(session))
    under, choice = session.candidates(), session.accept()
    assert session.replaced == (1,) and session.map().weights[0, 1].tolist() == row
    session.back()
    assert session.replaced == (1,) and session.candidates() == under and session.accept() == choice


@pytest.mark.parametrize("name", ALL)
def test_forced_pieces_have_the_probabilities_of_forced_decoding(name: str) -> None:
    """In float64, where no step adds up an error of its own."""
    translator = random_translator(name, double=True)
    for reading, (source, target) in zip(read(translator, PAIRS[:2]), PAIRS[:2], strict=True):
        session = Session(translator, source)
        for word in target.split():
            session.force(word)
        session.take("</s>")
        assert session.text == target and session.pieces == reading.attention.target.pieces
        np.testing.assert_allclose(session.log_probs, reading.log_probs, atol=1e-5)
        np.testing.assert_allclose(session.map().weights, reading.attention.weights, atol=1e-5)


@pytest.mark.parametrize("name", ALL)
def test_the_rest_is_completed_as_search_would_from_there(name: str) -> None:
    session = session_of(name)
    translator = session.translator
    whole = [translator.translate_all([SOURCE], beam=beam, nbest=beam)[0] for beam in (1, 3)]
    assert [session.complete(beam=1), session.complete(beam=3, nbest=3)] == whole
    accept(session, 4)
    assert session.complete(beam=1)[0] == whole[0][0]
    session.force("water")
    for one in session.complete(beam=3, nbest=3):
        assert one.ids[: len(session.ids)] == session.ids
        assert np.array_equal(one.alignment.weights[:, : len(session.ids)], session.map().weights)
    assert session.to_dict()["alignment"]["target"]["text"].endswith("water")
    session.take("</s>")
    [only] = session.complete(nbest=3)
    assert (only.ids, only.log_prob, only.finished) == (session.ids, session.log_prob, True)
    assert only.alignment == session.map()


@pytest.mark.parametrize("name", ALL)
def test_candidates_are_the_whole_distribution_best_first(name: str) -> None:
    session = accept(session_of(name), 1)
    found, size = session.candidates(10_000), len(session.translator.vocabulary.target)
    assert len(found) == size - 3 and {one.id for one in found} == {END, *range(4, size)}
    assert [one.log_prob for one in found] == sorted((one.log_prob for one in found), reverse=True)
    assert sum(one.probability for one in found) == pytest.approx(1, abs=0.01)
    assert session.choice == found[0] == session.candidates(1)[0]
    for one in found[:20]:
        assert session.log_prob_of(one.id) == session.log_prob_of(one.piece) == one.log_prob


def test_a_candidate_that_is_taken_is_the_next_piece() -> None:
    session = session_of("upper")
    second = session.candidates(2)[1]
    assert session.take(second.piece) == second
    session.take(np.int64(session.choice.id))
    assert session.ids[0] == second.id and session.log_probs[0] == second.log_prob


def test_words_of_any_kind_can_be_forced() -> None:
    session = session_of("gru")
    texts = ["the", "dog", "'s", "▁x", "집에", "🙂‍↔️", "\u202egnol", "<b>", "</s>", "a  b"]
    for text in texts:
        session.force(text)
    assert session.text == " ".join(" ".join(texts).split()) and not session.finished
    session.force(".", join=True)
    session.force("  und so\n", join=True)
    assert session.text.endswith("a b.und so")
    pieces = session.force("é", join=True)
    assert [one.piece for one in pieces] == ["<0xC3>", "<0xA9>"] and session.text.endswith("soé")
    assert session_of("gru").text == "" and [*session.map().weights.shape] == [1, len(session.ids), len(session.source)]


def test_the_first_word_can_be_joined_to_nothing() -> None:
    one, other = session_of("upper"), session_of("upper")
    one.force("The dog")
    other.force("The dog", join=True)
    assert one.ids == other.ids and one.text == "The dog"


@pytest.mark.parametrize(
    ("steps", "left"),
    [(["The", "dog", "sees"], ["The", "dog"]), (["The", "don't"], ["The"]), (["The", "house."], ["The", "house"]),
     (["The", "집에"], ["The"]), (["The"], [])],
)  # fmt: skip
def test_one_can_step_back_by_a_word(steps: list[str], left: list[str]) -> None:
    session = session_of("upper")
    for word in steps:
        session.force(word)
    if "." not in steps[-1]:  # the model's pieces before the last word are there again
        expected = session_of("upper")
        for word in left:
            expected.force(word)
        session.take("</s>")
        session.back_word()
        assert session.ids == expected.ids and session.to_dict() == expected.to_dict()
    else:
        session.back_word()
    assert list(session.words) == left and not session.finished


def test_a_lone_space_belongs_to_the_word_after_it() -> None:
    session, other = session_of("upper"), session_of("upper")
    for one in (session, other):
        one.force("The dog")
    before = session.ids
    session.take("▁")
    session.force("sees")
    assert session.text == "The dog sees" and session.words == ("The", "dog", "sees")
    session.back_word()
    assert session.ids == before
    session.take("▁")
    session.take("</s>")
    session.back_word()
    assert session.text == "The"


def test_a_next_word_ends_before_the_space_of_another() -> None:
    """The model that ships writes `on` as a space and a piece of its own: `He calls his mother` `▁` `on`."""
    session = Session(Translator.load("tiny-de-en", "cpu"), "Er ruft am Sonntag seine Mutter an.")
    session.force("He calls his")
    assert session.next_words(1)[0].text == "mother"
    session.force("mother")
    assert session.next_words(1)[0].text == "on" and session.choice.piece == "▁"


def test_the_words_that_may_come_next() -> None:
    session = accept(session_of("projections"), 1)
    words = session.next_words(8)
    assert len({word.text for word in words}) == len(words) >= 2
    assert [word.log_prob for word in words] == sorted((word.log_prob for word in words), reverse=True)
    for word in words:
        other = accept(session_of("projections"), 1)
        taken = [other.take(piece) for piece in word.ids]
        assert sum(one.log_prob for one in taken) == pytest.approx(word.log_prob, abs=1e-4)
        assert word.ids == (END,) or taken[1:] == [one for one in taken[1:] if one.id != END]
        if word.ids != (END,):
            assert len(session.translator.vocabulary.target.text_of(word.ids).word_spans) <= 1
    assert session.to_dict(words=8)["next"]["words"] == [word.to_dict() for word in words]


def test_the_present_step_as_json() -> None:
    session = accept(session_of("heads"), 2)
    session.replace_row(other_row(session))
    data = json.loads(json.dumps(session.to_dict(count=4), allow_nan=False))
    assert data["version"] == 2 and data["replaced"] == [2] and data["limit"] == session.limit
    shown = map_from_dict(data["alignment"])
    assert shown.target == session.target and np.allclose(shown.weights, session.map().weights, atol=1e-4)
    assert [one["id"] for one in data["next"]["candidates"]] == [one.id for one in session.candidates(4)]
    assert data["next"]["candidates"][0]["probability"] == pytest.approx(math.exp(session.choice.log_prob))
    for name, row in (
        ("weights", session.row),
        ("word_weights", session.word_row),
        ("model_weights", session.model_row),
    ):
        np.testing.assert_allclose(data["next"][name], row, atol=1e-4)
    np.testing.assert_allclose(np.sum(data["next"]["model_word_weights"], 1), 1, atol=1e-4)
    session.replace_row(data["next"]["model_weights"])  # what was shown can be sent back
    session.take("</s>")
    assert session.to_dict()["next"] is None and session.to_dict()["finished"]


FAULTS: dict[str, tuple[Any, type[Exception], str]] = {
    "an unknown piece": (lambda s: s.take("xyzzy"), InputError, "'xyzzy' is no piece"),
    "a special piece": (lambda s: s.take(START), InputError, "2 is no piece"),
    "the padding": (lambda s: s.take("<pad>"), InputError, "is no piece"),
    "an id too large": (lambda s: s.take(10**9), InputError, "1000000000 is no piece"),
    "an id below 0": (lambda s: s.take(-1), InputError, "-1 is no piece"),
    "a fraction": (lambda s: s.take(1.5), TypeError, "piece must be an integer"),
    "no piece": (lambda s: s.take(None), TypeError, "piece must be an integer, not None"),
    "a blank word": (lambda s: s.force(" \u200b"), InputError, "text: it is blank"),
    "a lone surrogate": (lambda s: s.force("\ud800"), InputError, "text"),
    "a word that is none": (lambda s: s.force(7), TypeError, "text must be a string"),
    "a word without end": (lambda s: s.force("ab " * 3000), InputError, r"the translation has [\d,]+ pieces"),
    "too far back": (lambda s: s.back(4), InputError, "there are 1 to step back from, not 4"),
    "no step back": (lambda s: s.back(0), ValueError, "pieces is 0"),
    "a short row": (lambda s: s.replace_row([1.0]), InputError, "the row has the shape 1; give "),
    "a row of rows": (lambda s: s.replace_row([[[1.0]]]), InputError, "the row has the shape 1 x 1 x 1"),
    "a number for a row": (lambda s: s.replace_row(1.0), InputError, "a single number"),
    "words for a row": (lambda s: s.replace_row(["a", "b"]), InputError, "not made of numbers"),
    "a ragged row": (lambda s: s.replace_row([[1.0], [0.5, 0.5]]), InputError, "not made of numbers"),
    "a row that is not one": (lambda s: s.replace_row([0.5] * len(s.source)), InputError, "must sum to 1"),
    "less than nothing": (lambda s: s.replace_row([2.0, -1.0, *[0.0] * (len(s.source) - 2)]), InputError, "negative"),
    "no number": (lambda s: s.replace_row([math.nan] * len(s.source)), InputError, "finite"),
    "a row of too few words": (lambda s: s.replace_word_row([1.0]), InputError, "word of the source"),
    "an impossible beam": (lambda s: s.complete(beam=0), ValueError, "beam is 0"),
    "no candidates": (lambda s: s.candidates(0), ValueError, "count is 0"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_nothing_is_changed(fault: str) -> None:
    call, error, message = FAULTS[fault]
    session = session_of("gru, input")
    session.force("a", join=True)
    session.back(len(session.ids) - 1)
    before = session.to_dict()
    with pytest.raises(error, match=message) as raised:
        call(session)
    assert "\n" not in str(raised.value) and session.to_dict() == before


def test_a_finished_translation_has_no_next_piece() -> None:
    session = session_of("upper")
    session.take("</s>")
    before = session.to_dict()
    assert (
        session.candidates() == [] and session.next_words() == [] and session.text == "" and session.pieces == ("</s>",)
    )
    for call in (
        session.accept, session.restore_row, lambda: session.take(END), lambda: session.force("x"), lambda: session.row,
        lambda: session.choice, lambda: session.state, lambda: session.log_prob_of("</s>"),
        lambda: session.replace_row(one_hot(0, len(session.source))),
    ):  # fmt: skip
        with pytest.raises(InputError, match="the translation is finished"):
            call()
    assert session.to_dict() == before


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("", "it is blank"),
        (" \u200b\n", "it is blank"),
        ("\ud800", "sentence"),
        ("x " * 3000, "pieces, and search.max"),
    ],
)
def test_a_sentence_that_cannot_be_translated_is_refused(sentence: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Session(random_translator("upper"), sentence)


def test_several_runs_have_no_row_to_replace_and_no_state() -> None:
    session = session_of("ensemble")
    session.accept()
    before = session.to_dict()
    for call in (session.replace_row, session.replace_word_row):
        units = len(session.source) if call == session.replace_row else len(session.source.word_spans) + 1
        with pytest.raises(InputError, match="several models translate here, each with attention of its own"):
            call(one_hot(0, units))
    for look in (lambda: session.state, lambda: session.context):
        with pytest.raises(ValueError, match="several models translate here"):
            look()
    assert session.to_dict() == before


def test_a_model_that_computes_no_numbers_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    translator = random_translator("upper")
    with pytest.raises(InputError, match="its weights are damaged"):
        Session(Translator(Broken(translator.model), translator.vocabulary, translator.config), SOURCE)


class Broken(ModelEngine):
    """A model whose log-probabilities are NaN."""

    def step(self, tokens: torch.Tensor, state: Any, /) -> tuple[torch.Tensor, torch.Tensor, Any]:
        log_probs, weights, state = super().step(tokens, state)
        return log_probs * math.nan, weights, state
