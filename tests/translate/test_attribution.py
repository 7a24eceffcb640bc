"""Attribution: its laws, its arithmetic by other ways, all kinds of models, links on the command line, and faults."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from commands import Script, assert_fault
from conftest import sentences
from maps import HAUS, ONE_WORD

from seq2seq import Attribution, Translator, attribute
from seq2seq.alignment.links import parse_pharaoh
from seq2seq.alignment.merging import words_of
from seq2seq.corpus.subwords import START
from seq2seq.errors import InputError
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.text.files import read_parallel
from seq2seq.translate.attribution import ATTRIBUTIONS, Batch, occlusion, path, quadrature, weights_of
from seq2seq.translate.engine import ModelEngine
from seq2seq.translate.ensemble import EnsembleEngine
from seq2seq.translate.word_links import word_links

PAIRS = [*sentences()[60:63], ("Der Hund", "the dog the dog"), ("", "x"), ("Wasser", ""), ("", "")]
PLAIN = PAIRS[:2]
VARIANTS: dict[str, dict[str, Any]] = {
    "upper": {"heads": 2},
    "input feeding": {"context_feed": "input", "decoder_layers": 1, "attention": "additive"},
    "gru": {"cell": "gru", "attention": "general", "layer_norm": True},
    "self-attention": {"self_attention": True, "heads": 2, "projections": True, "attention": "scaled_dot"},
    "deep": {"encoder_layers": 2, "decoder_layers": 3, "tied_embeddings": False, "residual": False},
}
Make = Callable[..., Translator]


@pytest.fixture(scope="module")
def make(trained: Path) -> Make:
    """Makes a translator with a model of its own in float64: random weights, larger than those of the start."""
    given = Translator.load(trained, "cpu")

    def of(scale: float = 2.0, **options: Any) -> Translator:
        config = replace(given.config, model=replace(given.config.model, **options))
        torch.manual_seed(3)
        pieces = len(given.vocabulary.source)
        model = Seq2Seq(config.model, pieces, pieces, joint=True).double()
        for parameter in model.parameters():
            parameter.data *= scale
        return Translator(ModelEngine(model), given.vocabulary, config)

    return of


def log_probs(translator: Translator, pair: tuple[str, str], scale: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of each target piece, with the embedding of each source piece times its scale."""
    source, target = (
        torch.tensor([ids])
        for ids in (
            translator.vocabulary.source.segment(pair[0]).ids,
            [START, *translator.vocabulary.target.segment(pair[1]).ids],
        )
    )
    model = translator.model.eval()
    with torch.no_grad():
        embedded = model.encoder.embedding(source) * torch.from_numpy(scale)[None, :, None]
        outputs, _ = model.decoder(target[:, :-1], model.encoder.read(embedded, source > 0))
        choices = model.logits(outputs).log_softmax(-1)
    return choices[0].gather(1, target[0, 1:, None])[:, 0].numpy()


# Laws


@pytest.mark.parametrize("by", ATTRIBUTIONS)
def test_a_map_has_the_pieces_of_both_sides_and_rows_that_sum_to_one(trained: Path, by: str) -> None:
    translator = Translator.load(trained, "cpu")
    for one, attention in zip(attribute(translator, PAIRS, by, steps=3), translator.align_all(PAIRS), strict=True):
        found = one.map()
        assert (found.kind, found.units, found.heads) == ("attribution", "pieces", 1)
        assert (found.source, found.target) == (attention.source, attention.target)
        assert found.weights.sum(-1) == pytest.approx(np.ones((1, len(found.target))))
        assert found.words().weights.shape == attention.words().mean().weights.shape


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("by", ATTRIBUTIONS)
def test_neither_the_batch_nor_its_padding_matters(make: Make, by: str, variant: str) -> None:
    translator, pairs = make(**VARIANTS[variant]), [PAIRS[1], *PAIRS[3:]]
    together = attribute(translator, pairs, by, steps=2)
    alone = attribute(translator, pairs[::-1], by, steps=2, batch_tokens=1)[::-1]
    for one, other in zip(together, alone, strict=True):
        assert (one.source, one.target) == (other.source, other.target)
        assert one.values == pytest.approx(other.values, abs=1e-6)
        assert np.abs(one.values).max() > 1e-3


@pytest.mark.parametrize("variant", VARIANTS)
def test_integrated_gradients_add_up_to_what_the_source_changes(make: Make, variant: str) -> None:
    translator = make(1.0, **VARIANTS[variant])
    for pair, found in zip(PLAIN, attribute(translator, PLAIN, "integrated-gradients", steps=40), strict=True):
        ones = np.ones(len(found.source))
        gained = log_probs(translator, pair, ones) - log_probs(translator, pair, 0 * ones)
        assert found.values.sum(1) == pytest.approx(gained, abs=0.005)
        assert np.abs(gained).max() > 0.05


@pytest.mark.parametrize("variant", VARIANTS)
def test_gradient_x_input_is_the_slope_when_an_embedding_grows(make: Make, variant: str) -> None:
    translator, pair, step = make(**VARIANTS[variant]), PLAIN[0], 1e-5
    (found,) = attribute(translator, [pair], "gradient-x-input")
    for place in range(len(found.source)):
        unit = step * np.eye(len(found.source))[place]
        slope = (log_probs(translator, pair, 1 + unit) - log_probs(translator, pair, 1 - unit)) / (2 * step)
        assert found.values[:, place] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_occlusion_is_what_is_lost_without_a_word(make: Make, variant: str) -> None:
    translator, pair = make(**VARIANTS[variant]), PLAIN[1]
    (found,) = attribute(translator, [pair], "occlusion")
    whole = log_probs(translator, pair, np.ones(len(found.source)))
    for share in words_of(found.source)[2].T:  # of each word, and the end of the sentence
        lost = whole - log_probs(translator, pair, np.where(share > 0, 0.0, 1.0))
        assert found.values[:, share > 0].sum(1) == pytest.approx(lost, abs=1e-6)
        assert np.ptp(found.values[:, share > 0], axis=1) == pytest.approx(0, abs=1e-6)  # the pieces share it evenly


@pytest.mark.parametrize("by", ATTRIBUTIONS)
def test_a_word_that_the_model_cannot_see_counts_nothing(make: Make, by: str) -> None:
    translator = make(tied_embeddings=False)
    (seen,) = attribute(translator, PAIRS[:1], by, steps=3)
    unseen = words_of(seen.source)[2][:, 1] > 0
    ids = torch.tensor(translator.vocabulary.source.segment(PAIRS[0][0]).ids)[torch.from_numpy(unseen)]
    translator.model.encoder.embedding.weight.data[ids] = 0
    (found,) = attribute(translator, PAIRS[:1], by, steps=3)
    assert np.abs(seen.values[:, unseen]).max() > 1e-3
    assert found.values[:, unseen] == pytest.approx(0, abs=1e-7)


def test_near_the_baseline_where_all_is_linear_the_three_agree(make: Make) -> None:
    translator = make(tied_embeddings=False)
    translator.model.encoder.embedding.weight.data *= 1e-6
    gradient, integrated, occluded = (attribute(translator, PAIRS[:1], by)[0] for by in ATTRIBUTIONS)
    share = words_of(gradient.source)[2]
    for other in (integrated, occluded):
        assert other.values @ share == pytest.approx(gradient.values @ share, rel=0.01, abs=1e-9)
    assert np.abs(gradient.values).max() > 1e-7


# By hand


def test_a_linear_model_by_hand() -> None:
    """Its log-probabilities are e1 - e2 and e1/2 + 2 e2 + e3, of the embeddings e1 = 2, e2 = 3 and e3 = 5."""
    factors = torch.tensor([[1.0, -1.0, 0.0], [0.5, 2.0, 1.0]])
    model = SimpleNamespace(
        encoder=SimpleNamespace(read=lambda points, mask: points),
        decoder=lambda target, points: (torch.einsum("ts,bse->bte", factors, points), None),
        log_probs_of=lambda outputs, target: outputs.sum(-1),
    )
    embedded, mask = torch.tensor([[[2.0], [3.0], [5.0]]]), torch.ones(1, 3, dtype=torch.bool)
    batch = Batch(embedded, mask, torch.tensor([[2, 7, 3]]), [(HAUS, ONE_WORD)], repeats=2)
    by_hand = [[[2, -3, 0], [1, 6, 5]]]
    assert occlusion(model, batch).tolist() == by_hand
    for nodes in ((torch.ones(1), torch.ones(1)), quadrature(3)):
        assert path(model, batch, nodes).flatten().tolist() == pytest.approx(np.ravel(by_hand).tolist())


def test_weights_are_sizes_without_signs() -> None:
    weights = weights_of(np.array([[2, -3, 0], [0, 0, 0], [1e-30, 0, -3e-30]]))
    assert weights.ravel().tolist() == pytest.approx([0.4, 0.6, 0, 1 / 3, 1 / 3, 1 / 3, 0.25, 0, 0.75])


# As it is used


def test_nothing_is_left_behind_and_an_inference_around_it_is_no_obstacle(make: Make) -> None:
    translator = make()
    translator.model.train()
    outside = attribute(translator, PAIRS[:1])[0]
    with torch.inference_mode():
        assert attribute(translator, PAIRS[:1])[0].values == pytest.approx(outside.values)
    assert all(parameter.grad is None for parameter in translator.model.parameters())
    assert isinstance(outside, Attribution) and attribute(translator, []) == []


def test_align_links_words_by_attribution(script: Script, trained: Path, corpus: Path) -> None:
    files = ("--source", corpus / "val.de", "--target", corpus / "val.en", "--gold", corpus / "val.align")
    translator, found = Translator.load(trained, "cpu"), {}
    pairs = read_parallel(corpus / "val.de", corpus / "val.en")
    for by in ATTRIBUTIONS:
        result = script("align.py", trained, *files, "--by", by)
        assert result.status == 0 and result.err.startswith("AER ")
        found[by] = [parse_pharaoh(line).sure for line in result.out.splitlines()]
        assert found[by] == [one.map().words().links() for one in attribute(translator, pairs, by)]
        assert found[by] != word_links(translator, pairs, by="attention")
    assert found["occlusion"] != found["gradient-x-input"]
    both = script("align.py", trained, *files, "--by", "occlusion", "--symmetrize", "union")
    assert_fault(both, "'union' needs both directions")
    assert_fault(script("align.py", trained, *files, "--by", "gradients"), "unknown reading 'gradients'", "occlusion")


def test_what_cannot_be_attributed_is_named(trained: Path) -> None:
    translator = Translator.load(trained, "cpu")
    with pytest.raises(InputError, match="unknown attribution 'attention'; choose one of gradient-x-input"):
        attribute(translator, PAIRS, "attention")
    with pytest.raises(ValueError, match="steps is 0"):
        attribute(translator, PAIRS, steps=0)
    with pytest.raises(TypeError, match=r"pairs\[0\] must be a pair"):
        attribute(translator, ["ab"])
    with pytest.raises(InputError, match="full precision: load the run with precision fp32"):
        attribute(Translator.load(trained, "cpu", "bf16"), PAIRS)
    several = Translator(EnsembleEngine([translator.engine] * 2), translator.vocabulary, translator.config)
    with pytest.raises(ValueError, match="several models translate here"):
        attribute(several, PAIRS)
    short = Translator(translator.engine, translator.vocabulary, translator.config.changed(search={"max_pieces": 2}))
    with pytest.raises(InputError, match=r"pairs\[0\]: the source has \d+ pieces, and search.max_pieces is 2"):
        attribute(short, PAIRS)
