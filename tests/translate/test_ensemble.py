"""Ensembles: the mean of written-out step functions, and runs that translate together."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import run_of, sentences, tiny_config
from test_search import END as TREE_END
from test_search import START, Tree, TreeState, random_tree
from torch import Tensor

from seq2seq.corpus.subwords import START as START_ID
from seq2seq.errors import InputError
from seq2seq.translate.engine import Engine, ModelEngine
from seq2seq.translate.ensemble import (
    EnsembleEngine,
    EnsembleState,
    check_alike,
    ensemble_step,
    load_runs,
    mean_map,
    mean_probability,
)
from seq2seq.translate.reading import read
from seq2seq.translate.search import search
from seq2seq.translate.translator import Translator
from seq2seq.translate.weights import build_model

SOURCES = [source for source, _ in sentences()[60:71]]


class Stub:
    """A step function of one sentence with one hypothesis; its state counts the steps."""

    def __init__(self, probabilities: list[float], weights: list[list[float]]) -> None:
        self.log_probs = torch.tensor([[probabilities]]).log()  # batch beam vocab
        self.weights = torch.tensor(weights)[None, :, None]  # batch heads beam src

    def __call__(self, tokens: Tensor, state: TreeState) -> tuple[Tensor, Tensor, TreeState]:
        return self.log_probs.clone(), self.weights, replace(state, time=state.time + 1)


def one_step(*stubs: Stub) -> tuple[Tensor, Tensor, EnsembleState]:
    states = tuple(TreeState(torch.zeros(1).long(), torch.zeros(1, 1).long(), time) for time in range(len(stubs)))
    return ensemble_step(stubs)(torch.tensor([[START]]), EnsembleState(states))


def test_a_step_is_the_mean_of_probabilities_and_of_weights() -> None:
    """By hand. The geometric mean of 0.9 and 0.1 would be 0.3; the arithmetic one is 0.5."""
    log_probs, weights, state = one_step(
        Stub([0.9, 0.1, 0.0, 0.0], [[0.2, 0.8]]), Stub([0.1, 0.5, 0.4, 0.0], [[0.6, 0.4]])
    )
    assert log_probs.exp().flatten().tolist() == pytest.approx([0.5, 0.3, 0.2, 0.0])
    assert log_probs[0, 0, 3] == -math.inf
    assert weights.flatten().tolist() == pytest.approx([0.4, 0.6])
    times = [member.time for member in state.members if isinstance(member, TreeState)]
    assert times == [1, 2]  # each member goes on from its own state


def test_heads_are_averaged_one_by_one_or_first_of_all() -> None:
    two, other = Stub([1.0], [[0.2, 0.8], [0.4, 0.6]]), Stub([1.0], [[0.6, 0.4], [1.0, 0.0]])
    one = Stub([1.0], [[0.9, 0.1]])
    _, weights, _ = one_step(two, other)
    torch.testing.assert_close(weights[0, :, 0], torch.tensor([[0.4, 0.6], [0.7, 0.3]]))
    _, weights, _ = one_step(two, one)
    torch.testing.assert_close(weights[0, :, 0], torch.tensor([[0.6, 0.4]]))  # (0.3 + 0.9) / 2


def test_equal_members_give_exactly_what_each_gives_however_improbable() -> None:
    log_probs = torch.tensor([-0.1, -3.3, -1e4, -math.inf])
    for members in (1, 2, 3, 5):
        assert torch.equal(mean_probability(log_probs.expand(members, -1)), log_probs)


@pytest.mark.parametrize("beam", [1, 3])
def test_search_with_an_ensemble_is_search_with_the_mean_model(beam: int) -> None:
    """Sentences that leave at different times, and hypotheses that change their places, in both members' states; the
    second has its sentences in another order, so that no state can stand in for the other."""
    trees = [random_tree(seed, 3, 5) for seed in (1, 2)]
    tables = [torch.stack(tables).mean(0) for tables in zip(*(tree.tables for tree in trees), strict=True)]
    limits = [5, 2, 4]
    expected = Tree(tables).search(limits, beam=beam, nbest=beam)
    order = torch.tensor([2, 0, 1])
    trees[1] = Tree([table[order.argsort()] for table in trees[1].tables])
    states = tuple(TreeState(rows, torch.zeros(3, 1).long()) for rows in (torch.arange(3), order))
    found = search(
        ensemble_step(trees), EnsembleState(states), batch_size=3, start=START, end=TREE_END,
        max_lengths=torch.tensor(limits), beam=beam, nbest=beam,
    )  # fmt: skip
    for ours, theirs in zip(found, expected, strict=True):
        assert [one.tokens for one in ours] == [one.tokens for one in theirs]
        assert [one.log_prob for one in ours] == pytest.approx([one.log_prob for one in theirs], abs=1e-5)


@pytest.mark.parametrize("beam", [1, 3])
def test_a_run_with_itself_translates_as_it_does_alone(trained: Path, beam: int) -> None:
    alone, twice = Translator.load(trained), load_runs([trained, trained])
    assert isinstance(twice.engine, EnsembleEngine) and isinstance(twice.engine, Engine)
    mixed = [*SOURCES, "", "Wasser"]
    expected = alone.translate_all(mixed, beam=beam, nbest=beam)
    assert twice.translate_all(mixed, beam=beam, nbest=beam) == expected
    pairs = sentences()[60:68]
    assert twice.align_all(pairs) == alone.align_all(pairs)


def test_the_maps_of_aligners_are_averaged_too(aligned: Path, trained: Path) -> None:
    pairs = sentences()[60:64]
    alone = Translator.load(aligned)
    assert load_runs([aligned, aligned]).align_both_ways(pairs) == alone.align_both_ways(pairs)
    half = load_runs([aligned, trained])
    assert not half.has_aligner
    with pytest.raises(InputError, match="no aligner"):
        half.align_both_ways(pairs)


def test_maps_of_self_attention_are_averaged_where_all_have_it(trained: Path) -> None:
    one, pairs = Translator.load(trained, "cpu"), sentences()[60:63]
    config = one.config.changed(model={"self_attention": True, "heads": 2})
    members = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        members.append(Translator(ModelEngine(build_model(config, one.vocabulary)), one.vocabulary, config))
    both = Translator(EnsembleEngine([member.engine for member in members]), one.vocabulary, config)
    for found, first, second in zip(read(both, pairs), *(read(member, pairs) for member in members), strict=True):
        assert found.self_attention is not None and found.self_attention.kind == "self-attention"
        maps = [reading.self_attention for reading in (first, second)]
        assert maps[0] != maps[1] and found.self_attention.source == found.self_attention.target == maps[0].source
        assert found.self_attention.weights == pytest.approx(mean_map(maps).weights, abs=1e-6)
    mixed = Translator(EnsembleEngine([members[0].engine, one.engine]), one.vocabulary, config)
    assert all(reading.self_attention is None for reading in read(mixed, pairs))


def test_runs_that_differ_in_their_seed_share_their_subwords(trained: Path, sister: Path) -> None:
    assert (trained / "subwords.model").read_bytes() == (sister / "subwords.model").read_bytes()
    assert (trained / "model.safetensors").read_bytes() != (sister / "model.safetensors").read_bytes()


def test_the_order_of_the_runs_does_not_matter(trained: Path, sister: Path) -> None:
    one, other = load_runs([trained, sister]), load_runs([sister, trained])
    assert one.translate_all(SOURCES, nbest=2) == other.translate_all(SOURCES, nbest=2)
    assert one.align_all(sentences()[:5]) == other.align_all(sentences()[:5])


@torch.inference_mode()
def test_a_translation_has_the_probability_and_the_map_of_the_definition(trained: Path, sister: Path) -> None:
    """Its pieces read by each run alone, as in training, all at once: no step, no state, no search."""
    members = [Translator.load(run) for run in (trained, sister)]
    for source in SOURCES:
        translation = load_runs([trained, sister]).translate(source)
        ids = torch.tensor([members[0].vocabulary.source.segment(source).ids])
        target, probabilities, maps = torch.tensor([[START_ID, *translation.ids]]), [], []
        for member in members:
            outputs, weights = member.model(ids, target[:, :-1])
            log_probs = member.model.logits(outputs).log_softmax(-1)
            probabilities.append(log_probs[0].gather(1, target[0, 1:, None])[:, 0].exp())
            maps.append(weights[0].mean(0))
        assert translation.log_prob == pytest.approx(float(torch.stack(probabilities).mean(0).log().sum()), abs=1e-3)
        expected = (maps[0] + maps[1]).numpy() / 2
        np.testing.assert_allclose(translation.alignment.weights, expected[None], atol=1e-5)


def test_a_blank_line_has_as_many_heads_as_others(trained: Path, sister: Path) -> None:
    both = load_runs([sister, trained])
    assert both.translate("").alignment.heads == both.translate(SOURCES[0]).alignment.heads == 1
    assert load_runs([sister, sister]).translate("").alignment.heads == 2


def test_the_map_of_a_pair_is_the_mean_over_the_heads_where_their_numbers_differ(trained: Path, sister: Path) -> None:
    maps = [Translator.load(run).align_all(sentences()[:1])[0] for run in (trained, sister)]
    expected = (maps[0].weights[0] + maps[1].weights.mean(0)) / 2
    np.testing.assert_allclose(mean_map(maps).weights, expected[None], atol=1e-6)


def test_runs_that_do_not_fit_are_refused(trained: Path, stranger: Path) -> None:
    with pytest.raises(InputError, match=f"{stranger} and {trained} cannot .* subwords of the source differ"):
        load_runs([trained, trained, stranger])
    one = Translator.load(trained)
    backward = replace(one.config, data=replace(one.config.data, source="en", target="de"))
    with pytest.raises(InputError, match="from en to de, the other from de to en"):
        check_alike(one, Translator(one.engine, one.vocabulary, backward), "they cannot")
    tokenised = replace(one.config, data=replace(one.config.data, tokenised=True))
    with pytest.raises(InputError, match="tokenised"):
        check_alike(one, Translator(one.engine, one.vocabulary, tokenised), "they cannot")


def test_only_the_target_may_be_strange(trained: Path, stranger: Path) -> None:
    one, other = Translator.load(trained), Translator.load(stranger)
    mixed = replace(one.vocabulary, target=other.vocabulary.target)
    config = replace(one.config, subwords=replace(one.config.subwords, joint=False))
    with pytest.raises(InputError, match="subwords of the target differ"):
        check_alike(one, Translator(ModelEngine(build_model(config, mixed)), mixed, config), "they cannot")


def test_a_run_of_another_shape_and_cell_may_join(trained: Path, corpus: Path, tmp_path: Path) -> None:
    other = {"cell": "gru", "context_feed": "input", "hidden_size": 8, "attention": "additive"}
    config = tiny_config(corpus, max_epochs=1).changed(model=other)
    both = load_runs([trained, run_of(config, tmp_path / "gru")])
    assert all(np.allclose(best[0].alignment.weights.sum(-1), 1) for best in both.translate_all(SOURCES))
