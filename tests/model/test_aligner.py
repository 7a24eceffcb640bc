import math

import pytest
import torch

from seq2seq.config.sections import ModelConfig
from seq2seq.corpus.subwords import END, PAD, START
from seq2seq.model.aligner import Aligner, Alignment, guided_alignment_loss, guided_loss
from seq2seq.model.seq2seq import Seq2Seq

SOURCE_VOCAB, TARGET_VOCAB = 13, 17


@pytest.fixture
def model() -> Seq2Seq:
    torch.manual_seed(1)
    config = ModelConfig(embedding_size=6, hidden_size=10, decoder_layers=2)
    return Seq2Seq(config, SOURCE_VOCAB, TARGET_VOCAB, joint=False, aligner=True).eval()


SOURCE = torch.tensor([[5, 6, 7, 8, END], [9, 4, END, PAD, PAD]])
TARGET = torch.tensor([[START, 11, 12, END, PAD, PAD], [START, 5, 16, 7, 8, END]])


def align(model: Seq2Seq, source: torch.Tensor, target: torch.Tensor) -> Alignment:
    return model.align(source, target[:, 1:], model.encode(source))


def test_rows_of_both_directions_sum_to_1_and_give_padding_nothing(model: Seq2Seq) -> None:
    found = align(model, SOURCE, TARGET)
    for log_weights, mask in ((found.to_source, SOURCE != PAD), (found.to_target, TARGET[:, 1:] != PAD)):
        weights = log_weights.exp()
        torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:2]))
        assert weights.masked_select(~mask[:, None].expand_as(weights)).max() == 0


def test_padding_and_the_batch_change_nothing(model: Seq2Seq) -> None:
    together = align(model, SOURCE, TARGET)
    for n, (sources, targets) in enumerate(((5, 4), (3, 6))):
        alone = align(model, SOURCE[n : n + 1, :sources], TARGET[n : n + 1, :targets])
        torch.testing.assert_close(together.to_source[n, : targets - 1, :sources], alone.to_source[0])
        torch.testing.assert_close(together.to_target[n, :sources, : targets - 1], alone.to_target[0])


def test_a_row_sees_the_word_itself_and_those_after_it(model: Seq2Seq) -> None:
    """The decoder's row for a word is made before the word; the aligner's depends on all of the target sentence."""
    before = align(model, SOURCE, TARGET).to_source[1]
    for place in (1, 4):
        changed = TARGET.clone()
        changed[1, place] = 10
        after = align(model, SOURCE, changed).to_source[1]
        assert (after - before).abs().amax(1).gt(1e-6).all()


def test_a_model_without_an_aligner_says_so() -> None:
    plain = Seq2Seq(ModelConfig(embedding_size=6, hidden_size=10), SOURCE_VOCAB, TARGET_VOCAB, joint=False)
    with pytest.raises(ValueError, match="no aligner"):
        align(plain, SOURCE, TARGET)


def test_the_guided_loss_by_hand() -> None:
    """Row 0 has one link of weight 1/2, row 1 two of 1/4 and 1/8, row 2 none: (ln 2 + (ln 4 + ln 8) / 2) / 2."""
    weights = torch.tensor([[[0.5, 0.25, 0.25], [0.25, 0.125, 0.625], [0.2, 0.3, 0.5]]])
    links = torch.tensor([[[1, 0, 0], [1, 1, 0], [0, 0, 0]]], dtype=torch.bool)
    expected = (math.log(2) + (math.log(4) + math.log(8)) / 2) / 2
    assert float(guided_loss(weights.log(), links)) == pytest.approx(expected)
    assert float(guided_loss(weights.log(), torch.zeros_like(links))) == 0.0


def test_words_without_a_link_are_to_look_at_the_end() -> None:
    """Source `a b </s>`, target `x y </s>` and padding; x-a is the only link, so b, y and both ends look at an end."""
    source, target = torch.tensor([[True, True, True]]), torch.tensor([[True, True, True, False]])
    links = torch.zeros(1, 4, 3, dtype=torch.bool)
    links[0, 0, 0] = True
    to_source, to_target = torch.full((1, 4, 3), -50.0), torch.full((1, 3, 4), -50.0)
    for row, column in ((0, 0), (1, 2), (2, 2)):
        to_source[0, row, column] = to_target[0, row, column] = 0.0
    assert float(guided_alignment_loss(Alignment(to_source, to_target), links, source, target)) == 0.0
    to_source[0, 1, 2] = -3.0
    assert float(guided_alignment_loss(Alignment(to_source, to_target), links, source, target)) == pytest.approx(1.0)


def test_restoring_teaches_words_to_look_at_their_translations() -> None:
    """Word n is translated as n + 4, in reversed order; nothing but the pairs is given."""
    torch.manual_seed(2)
    config = ModelConfig(embedding_size=24, hidden_size=24, dropout=0.0, embedding_dropout=0.0)
    model = Seq2Seq(config, SOURCE_VOCAB, TARGET_VOCAB, joint=False, aligner=True)
    assert isinstance(model.aligner, Aligner)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    ends = torch.full((64, 1), END)

    def agrees(log_weights: torch.Tensor) -> bool:
        return bool((log_weights[:, :5].argmax(-1) == torch.arange(4, -1, -1)).float().mean() > 0.8)

    for _ in range(400):
        words = torch.rand(64, SOURCE_VOCAB - 4).argsort(1)[:, :5] + 4
        source, target = torch.cat([words, ends], 1), torch.cat([words.flip(1) + 4, ends], 1)
        found = model.aligner(source, model.encode(source), target, target != PAD)
        loss = model.aligner.restoration_loss(found, source, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert agrees(found.to_source) and agrees(found.to_target)
