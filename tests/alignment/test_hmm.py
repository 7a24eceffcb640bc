from itertools import product

import pytest
import torch
from conftest import sentences
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.alignment import hmm
from seq2seq.alignment.hmm import LONGEST_JUMP, NO_LINK, hmm_links, independent_posteriors, markov_posteriors

GIVEN, MADE = 3, 4


def random_model(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Emissions of one pair, chances of words without a link, and chances of jumps."""
    generator = torch.Generator().manual_seed(seed)
    emissions = torch.rand(1, GIVEN, MADE, generator=generator, dtype=torch.float64)
    unlinked = torch.rand(1, MADE, generator=generator, dtype=torch.float64)
    return emissions, unlinked, torch.rand(2 * LONGEST_JUMP + 1, generator=generator, dtype=torch.float64)


def by_enumeration(
    emissions: torch.Tensor, unlinked: torch.Tensor, jumps: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The posteriors by going through every path: where each made word comes from, and whether it is linked to it."""
    links, resting = torch.zeros(GIVEN, MADE), torch.zeros(MADE)
    counts = torch.zeros(2 * LONGEST_JUMP + 1)

    def jump(start: int, end: int) -> float:
        everywhere = sum(float(jumps[place - start + LONGEST_JUMP]) for place in range(GIVEN))
        return (1 - NO_LINK) * float(jumps[end - start + LONGEST_JUMP]) / everywhere

    for path in product(product(range(GIVEN), (True, False)), repeat=MADE):
        chance, place, lengths = 1.0, -1, []
        for j, (i, linked) in enumerate(path):
            if linked:
                chance *= jump(place, i) * float(emissions[0, i, j])
                lengths.append(i - place + LONGEST_JUMP)
            else:
                stays = 1 / GIVEN if j == 0 else float(i == place)
                chance *= NO_LINK * stays * float(unlinked[0, j])
            place = i
        for j, (i, linked) in enumerate(path):
            if linked:
                links[i, j] += chance
            else:
                resting[j] += chance
        for length in lengths:
            counts[length] += chance
    total = links[:, 0].sum() + resting[0]
    return links / total, resting / total, counts / total


@pytest.mark.parametrize("seed", range(3))
def test_forward_backward_agrees_with_going_through_every_path(seed: int) -> None:
    emissions, unlinked, jumps = random_model(seed)
    real = torch.ones(1, GIVEN, dtype=torch.bool), torch.ones(1, MADE, dtype=torch.bool)
    found = markov_posteriors(emissions.float(), unlinked.float(), *real, jumps.float())
    links, resting, counts = by_enumeration(emissions, unlinked, jumps)
    torch.testing.assert_close(found.links[0], links, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found.unlinked[0], resting, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found.jumps, counts, atol=1e-5, rtol=1e-4)


@given(st.integers(0, 1000))
@settings(max_examples=20)
def test_each_made_word_comes_from_somewhere_or_nowhere_and_padding_changes_nothing(seed: int) -> None:
    emissions, unlinked, jumps = (part.float() for part in random_model(seed))
    real = torch.ones(1, GIVEN, dtype=torch.bool), torch.ones(1, MADE, dtype=torch.bool)
    found = markov_posteriors(emissions, unlinked, *real, jumps)
    torch.testing.assert_close(found.links.sum(1) + found.unlinked, torch.ones(1, MADE))
    padded_emissions, padded_unlinked = torch.zeros(1, GIVEN + 2, MADE + 3), torch.rand(1, MADE + 3)
    padded_emissions[:, :GIVEN, :MADE], padded_unlinked[:, :MADE] = emissions, unlinked
    masks = torch.arange(GIVEN + 2)[None] < GIVEN, torch.arange(MADE + 3)[None] < MADE
    padded = markov_posteriors(padded_emissions, padded_unlinked, *masks, jumps)
    torch.testing.assert_close(padded.links[:, :GIVEN, :MADE], found.links)
    torch.testing.assert_close(padded.jumps, found.jumps)
    assert padded.links[:, GIVEN:].sum() == padded.links[:, :, MADE:].sum() == 0


def test_model_1_by_hand() -> None:
    """Two given words: 0.8 / 2 each; 0.4 * 0.5 = 0.2 and 0.4 * 0.25 = 0.1 against 0.2 * 0.5 = 0.1 for none."""
    emissions, unlinked = torch.tensor([[[0.5], [0.25]]]), torch.tensor([[0.5]])
    found = independent_posteriors(emissions, unlinked, torch.ones(1, 2, dtype=torch.bool))
    torch.testing.assert_close(found.links[0, :, 0], torch.tensor([0.5, 0.25]))
    torch.testing.assert_close(found.unlinked, torch.tensor([[0.25]]))


def test_words_that_always_come_together_are_linked_wherever_they_stand() -> None:
    source = [["das", "Haus"], ["das", "Buch"], ["ein", "Buch"], ["ein", "Haus"], ["Haus", "das"], ["DAS"]]
    target = [["the", "house"], ["the", "book"], ["a", "book"], ["a", "house"], ["the", "house"], ["the"]]
    expected = [{(0, 0), (1, 1)}] * 4 + [{(0, 1), (1, 0)}, {(0, 0)}]
    assert list(hmm_links(list(zip(source, target, strict=True)) * 4)) == expected * 4


def test_the_roles_of_the_sides_can_be_swapped() -> None:
    pairs = [(source.split(), target.split()) for source, target in sentences()]
    forward = list(hmm_links(pairs))
    backward = hmm_links([(target, source) for source, target in pairs])
    assert sum(map(len, forward)) > 100
    assert [{(j, i) for i, j in links} for links in backward] == forward


def test_neither_a_blank_side_nor_a_word_that_stands_alone_is_in_the_way() -> None:
    pairs = [([], ["a"]), (["x"], []), ([], []), (["x"], ["y"]), (["x", "z"], ["y", "w"])]
    links = list(hmm_links(pairs))
    assert links[:3] == [set(), set(), set()] and links[3] == {(0, 0)}
    assert list(hmm_links([])) == []


def test_links_found_in_parts_are_those_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [(source.split(), target.split()) for source, target in sentences()]
    whole = list(hmm_links(pairs))
    monkeypatch.setattr(hmm, "CHUNK", 7)
    assert list(hmm_links(pairs)) == whole


def test_of_many_pairs_some_are_learned_from_and_a_word_that_none_of_them_has_is_not_linked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = [(source.split(), target.split()) for source, target in sentences()]
    whole = list(hmm_links(pairs))
    monkeypatch.setattr(hmm, "MOST_PAIRS", len(pairs))
    repeated = [pair for pair in pairs for _ in range(2)]  # every second one: each pair once
    repeated[1] = ["neu", *pairs[0][0]], ["new", *pairs[0][1]]
    found = list(hmm_links(repeated))
    assert found[::2] == whole and found[3::2] == whole[1:]
    assert found[1] == {(i + 1, j + 1) for i, j in whole[0]}
