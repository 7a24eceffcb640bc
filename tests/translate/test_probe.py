"""Replaced attention: each replacement by hand, in both kinds of decoder, and what it leaves alone."""

from pathlib import Path
from typing import Literal

import pytest
import torch
from conftest import sentences
from maps import side

from seq2seq.config.sections import ModelConfig
from seq2seq.corpus.subwords import START
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.probe import (
    Replacement,
    diagonal,
    effect,
    largest_and_uniform,
    only_largest,
    permuted,
    piece_classes,
    probe,
    read_pieces,
    replaced,
    uniform,
    without_largest,
    word_classes,
)
from seq2seq.translate.translator import Translator

PAIRS = sentences()[60:68]
MASK = torch.tensor([[True] * 5, [True, True, True, False, False], [True] + [False] * 4])
WEIGHTS = torch.softmax(
    torch.randn(3, 2, 4, 5, generator=torch.Generator().manual_seed(1)) - 1e9 * ~MASK[:, None, None], -1
)
POSITIONS = torch.arange(4)
ALL = [uniform, permuted, diagonal(0.8), without_largest, only_largest, largest_and_uniform]


@pytest.mark.parametrize("replacement", ALL)
def test_rows_sum_to_one_and_padding_gets_nothing(replacement: Replacement) -> None:
    weights = replacement(WEIGHTS, MASK, POSITIONS)
    assert weights.shape == WEIGHTS.shape and torch.allclose(weights.sum(-1), torch.ones(3, 2, 4))
    assert not weights[~MASK[:, None, None].expand_as(weights)].any()


@pytest.mark.parametrize("replacement", ALL)
def test_neither_the_batch_nor_its_padding_matters(replacement: Replacement) -> None:
    together = replacement(WEIGHTS, MASK, POSITIONS)
    for row, length in enumerate(MASK.sum(1).tolist()):
        one = slice(row, row + 1)
        alone = replacement(WEIGHTS[one, ..., :length], MASK[one, :length], POSITIONS)
        assert torch.equal(together[one, ..., :length], alone)


def test_uniform_by_hand() -> None:
    assert torch.allclose(uniform(WEIGHTS, MASK, POSITIONS)[1], torch.tensor([1 / 3, 1 / 3, 1 / 3, 0, 0]))


def test_diagonal_by_hand() -> None:
    """At a pace of 1.5 the middles of four target pieces, 0.5 to 3.5, fall on 0.75, 2.25, 3.75 and 5.25."""
    chosen = diagonal(1.5)(WEIGHTS, MASK, POSITIONS)[:, 1].argmax(-1)
    assert chosen.tolist() == [[0, 2, 3, 4], [0, 2, 2, 2], [0, 0, 0, 0]]


def test_permuted_weights_are_the_same_ones_all_elsewhere() -> None:
    weights = permuted(WEIGHTS, MASK, POSITIONS)
    assert torch.equal(weights.sort(-1).values, WEIGHTS.sort(-1).values)
    assert not (weights == WEIGHTS)[:2].logical_and(MASK[:2, None, None]).any()
    moved = [int((WEIGHTS[0, 0, 0] == weight).nonzero()) for weight in weights[0, 0, 0]]
    assert torch.equal(weights[0], WEIGHTS[0][..., moved])  # all rows of all heads in the same way


def row_of(replacement: Replacement, *weights: float) -> list[float]:
    """What becomes of one row of weights, the last place of which is padding."""
    mask = torch.tensor([[True] * (len(weights) - 1) + [False]])
    return replacement(torch.tensor([[[weights]]]), mask, torch.arange(1))[0, 0, 0].tolist()


def test_the_counterfactuals_of_moradi_by_hand() -> None:
    row = (0.1, 0.6, 0.3, 0.0)
    assert row_of(without_largest, *row) == pytest.approx([0.25, 0, 0.75, 0])
    assert row_of(only_largest, *row) == [0, 1, 0, 0]
    assert row_of(largest_and_uniform, *row) == pytest.approx([0.2, 0.6, 0.2, 0])


def test_the_counterfactuals_where_nothing_is_left_beside_the_largest() -> None:
    assert row_of(without_largest, 0, 1, 0, 0) == [0.5, 0, 0.5, 0]
    assert row_of(largest_and_uniform, 0, 1, 0, 0) == [0, 1, 0, 0]
    for replacement in (without_largest, only_largest, largest_and_uniform):
        assert row_of(replacement, 1, 0) == [1, 0]  # a source of one piece


@pytest.mark.parametrize("replacement", ALL)
def test_a_sentence_at_once_and_step_by_step_are_the_same(replacement: Replacement) -> None:
    torch.manual_seed(0)
    model = Seq2Seq(ModelConfig(embedding_size=6, hidden_size=8, heads=2), 11, 11, joint=True).eval()
    source, target = torch.randint(4, 11, (3, 7)), torch.randint(4, 11, (3, 5))
    source[1, 4:] = 0
    with replaced(model.decoder, replacement, stepwise=False):
        outputs, weights = model(source, target)
    with replaced(model.decoder, replacement, stepwise=True):
        for _ in range(2):  # the positions begin anew with each sentence
            state = model.start(source)
            for position in range(5):
                stepped, rows, state = model.decoder.step(target[:, position : position + 1], state)
                assert torch.allclose(stepped[:, 0], outputs[:, position], atol=1e-6)
                assert torch.allclose(rows[:, :, 0], weights[:, :, position], atol=1e-6)


@pytest.mark.parametrize("context_feed", ["upper", "input"])
@pytest.mark.parametrize("replacement", ALL)
def test_the_context_is_made_with_the_new_weights(
    replacement: Replacement, context_feed: Literal["upper", "input"]
) -> None:
    torch.manual_seed(0)
    config = ModelConfig(
        embedding_size=6, hidden_size=8, heads=2, projections=True, self_attention=True, context_feed=context_feed
    )
    model = Seq2Seq(config, 11, 11, joint=True).eval()
    source, target = torch.randint(4, 11, (2, 7)), torch.randint(4, 11, (2, 5))
    learned, encoded = model(source, target), model.encode(source)
    with replaced(model.decoder, replacement, stepwise=model.decoder.feeds_input):
        outputs, weights = model(source, target)
        again = model.encode(source).self_weights  # self-attention stays
        assert again is not None and encoded.self_weights is not None and torch.equal(again, encoded.self_weights)
    assert not torch.allclose(weights, learned[1]) and not torch.allclose(outputs, learned[0], atol=1e-4)
    assert torch.equal(model(source, target)[0], learned[0])  # and all is as before


def test_an_error_within_the_block_brings_the_attention_back() -> None:
    model = Seq2Seq(ModelConfig(embedding_size=6, hidden_size=8), 11, 11, joint=True)
    attention, names = model.decoder.attention, list(model.state_dict())
    with pytest.raises(KeyError), replaced(model.decoder, uniform, stepwise=True):
        raise KeyError
    assert model.decoder.attention is attention and list(model.state_dict()) == names


def test_the_weights_themselves_change_nothing(trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    learned, classes = read_pieces(translator, PAIRS), piece_classes(translator, PAIRS, {"the"})
    same = effect(translator, PAIRS, lambda weights, mask, positions: weights, 3, learned, classes)
    for change in same.changes.values():
        assert change.log_prob_change == pytest.approx(0, abs=1e-6) and change.preserved == 1
    assert same.translations == [best[0].text for best in translator.translate_all([s for s, _ in PAIRS], beam=3)]


@torch.inference_mode()
def test_pieces_are_read_as_the_step_function_of_search_reads_them(trained: Path) -> None:
    """Sentence for sentence, step by step."""
    translator = Translator.load(trained, "cpu")
    model, log_probs, likeliest = translator.model, [], []
    for source, target in PAIRS[:3]:
        state = model.start(torch.tensor([translator.vocabulary.source.segment(source).ids]))
        previous = START
        for piece in translator.vocabulary.target.segment(target).ids:
            choices, _, state = model.step(torch.tensor([[previous]]), state)
            log_probs.append(float(choices[0, 0, piece]))
            likeliest.append(int(choices[0, 0].argmax()))
            previous = piece
    found = read_pieces(translator, PAIRS[:3])
    assert found.log_probs.tolist() == pytest.approx(log_probs, abs=1e-4)
    assert found.likeliest.tolist() == likeliest


def test_a_probe_says_the_same_twice_and_whatever_the_order(trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    first, again, backwards = (probe(translator, pairs, beam=2) for pairs in (PAIRS, PAIRS, PAIRS[::-1]))
    assert first == again and len(first) == 6
    for name, one in first.items():
        change, other = one.changes["all"], backwards[name].changes["all"]
        assert change.log_prob_change == pytest.approx(other.log_prob_change, abs=1e-5)
        assert change.preserved == pytest.approx(other.preserved)
        assert one.translations == backwards[name].translations[::-1]


def test_a_piece_has_the_class_of_its_word() -> None:
    pieces = side(
        "The dog's 3 -", ("▁Th", 0, 2), ("e", 2, 3), ("▁", 4, 4), ("dog's", 4, 9), ("▁3", 10, 11), ("-", 12, 13)
    )
    assert word_classes(pieces, {"the", "a"}) == ["function"] * 2 + ["content"] * 3 + ["", ""]


def test_function_and_content_words_are_parts_of_all_pieces(trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    words = [word for _, target in PAIRS for word in target.split()]
    for replacement in probe(translator, PAIRS, 1, {"the", "a"}).values():
        parts = replacement.changes
        pieces, sides = read_pieces(translator, PAIRS), [translator.vocabulary.target.segment(t).side for _, t in PAIRS]
        classes = [name for one in sides for name in word_classes(one, {"the", "a"})]
        assert len(classes) == len(pieces.log_probs) == parts["all"].pieces
        assert {name: parts[name].pieces for name in ("function", "content")} == {
            name: classes.count(name) for name in ("function", "content")
        }
        rest = parts["all"].pieces - parts["function"].pieces - parts["content"].pieces
        assert rest >= 2 * len(PAIRS)  # full stops and ends of sentence
    assert parts["function"].pieces >= sum(word.lower() in ("the", "a") for word in words)
    assert set(probe(translator, PAIRS, 1)["uniform"].changes) == {"all"}
    assert set(probe(translator, PAIRS, 1, {"zzz"})["uniform"].changes) == {"all", "content"}
