"""Search on written-out models: tables of probabilities, with answers found by hand or by listing every path."""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from typing import Any

import pytest
import torch
from torch import Tensor

from seq2seq.translate.choices import BLOCK, best_choices
from seq2seq.translate.hypotheses import Hypothesis
from seq2seq.translate.search import GROUP, search

START, END, A, B, C = range(5)
VOCAB, HEADS, SRC = 5, 2, 3
ALPHAS = [0.0, 0.6, 1.0, 1.3]


@dataclass(frozen=True)
class TreeState:
    """Which sentence each row is, and the path of each hypothesis: its tokens as digits, VOCAB for the base."""

    sentences: Tensor  # batch
    paths: Tensor  # batch beam
    time: int = 0

    def select_sentences(self, sentences: Tensor) -> "TreeState":
        return replace(self, sentences=self.sentences[sentences], paths=self.paths[sentences])

    def select_hypotheses(self, origins: Tensor, alive: Tensor) -> "TreeState":
        return replace(self, paths=self.paths.gather(1, origins))


@dataclass
class Tree:
    """A step function that knows the probabilities of the next token after every path.

    The attention row of a step is a number that only this sentence, time, path, head and source position have, so that
    a wrong back-pointer anywhere shows.
    """

    tables: list[Tensor]  # one for each time: sentences paths vocab
    rows: list[int] = field(default_factory=list)  # the batch size that each step saw

    def __call__(self, tokens: Tensor, state: TreeState) -> tuple[Tensor, Tensor, TreeState]:
        assert tokens.shape == state.paths.shape
        assert state.time > 0 or bool((tokens == START).all())
        self.rows.append(len(tokens))
        paths = state.paths * VOCAB + tokens if state.time else state.paths
        log_probs = self.tables[state.time][state.sentences[:, None], paths].log()
        weights = attention(state.sentences[:, None], state.time, paths)  # heads src batch beam
        return log_probs, weights.permute(2, 0, 3, 1), replace(state, paths=paths, time=state.time + 1)

    def search(self, limits: list[int], sentences: list[int] | None = None, **options: Any) -> list[list[Hypothesis]]:
        """Search these sentences of the tables (all, if not given)."""
        rows = torch.tensor(list(range(len(limits))) if sentences is None else sentences, dtype=torch.long)
        state = TreeState(rows, torch.zeros(len(rows), 1, dtype=torch.long))
        lengths = torch.tensor(limits, dtype=torch.long)
        return search(self, state, batch_size=len(rows), start=START, end=END, max_lengths=lengths, **options)


def attention(sentences: Tensor, time: int, paths: Tensor) -> Tensor:
    """The stub's weights, `heads src` in front of the shape of `paths`."""
    head = torch.arange(HEADS).view(-1, 1, *[1] * paths.dim())
    position = torch.arange(SRC).view(-1, *[1] * paths.dim())
    return ((((sentences * 7 + time) * VOCAB**5 + paths) * HEADS + head) * SRC + position).float()


def markov(*transitions: dict[int, dict[int, float]]) -> Tree:
    """A tree in which the next token depends on the last one alone; one written-out table for each sentence."""
    table = torch.zeros(len(transitions), VOCAB, VOCAB)
    for sentence, rows in enumerate(transitions):
        for last, row in rows.items():
            for token, probability in row.items():
                table[sentence, last, token] = probability
    tables = [table[:, torch.arange(VOCAB**time) % VOCAB] for time in range(1, 6)]
    return Tree([table[:, [START]], *tables])


def random_tree(seed: int, sentences: int, depth: int) -> Tree:
    generator = torch.Generator().manual_seed(seed)
    sizes = [(sentences, VOCAB**time, VOCAB) for time in range(depth)]
    return Tree([(2 * torch.randn(size, generator=generator)).softmax(-1) for size in sizes])


def log_prob(tree: Tree, sentence: int, tokens: list[int]) -> float:
    path, total = 0, 0.0
    for time, token in enumerate(tokens):
        total += math.log(tree.tables[time][sentence, path, token])
        path = path * VOCAB + token
    return total


def all_hypotheses(tree: Tree, sentence: int, limit: int, alpha: float) -> list[list[int]]:
    """Every sequence that ends, best first, then every one that the limit cuts off."""
    others = [token for token in range(VOCAB) if token != END]
    ended = [[*tokens, END] for length in range(limit) for tokens in product(others, repeat=length)]
    cut = [list(tokens) for tokens in product(others, repeat=limit)]

    def score(tokens: list[int]) -> float:
        return log_prob(tree, sentence, tokens) / math.pow(len(tokens), alpha)

    return sorted(ended, key=score, reverse=True) + sorted(cut, key=score, reverse=True)


def plain_beam_search(
    tree: Tree, sentence: int, limit: int, beam: int, alpha: float, prune: float = math.inf
) -> list[list[int]]:
    """The documented rule, one hypothesis at a time."""
    live: list[list[int]] = [[]]
    finished: list[list[int]] = []
    for _ in range(limit):
        candidates = [[*tokens, token] for tokens in live for token in range(VOCAB)]
        candidates.sort(key=lambda tokens: log_prob(tree, sentence, tokens), reverse=True)
        finished += [tokens for tokens in candidates[:beam] if tokens[-1] == END]
        live = [tokens for tokens in candidates if tokens[-1] != END][:beam]
        floor = max(log_prob(tree, sentence, tokens) for tokens in finished + live) - prune
        live = [tokens for tokens in live if log_prob(tree, sentence, tokens) >= floor]
        if len(finished) >= beam:
            live = []
            break

    def score(tokens: list[int]) -> float:
        return log_prob(tree, sentence, tokens) / math.pow(len(tokens), alpha)

    return sorted(finished, key=score, reverse=True) + sorted(live, key=score, reverse=True)


def check(tree: Tree, sentence: int, hypotheses: list[Hypothesis], alpha: float) -> None:
    """The laws that every result obeys: scores, order, distinctness, and the attention rows of its own path."""
    assert len({tuple(hypothesis.tokens) for hypothesis in hypotheses}) == len(hypotheses)
    for better, worse in pairwise(hypotheses):
        assert (better.finished, better.score) >= (worse.finished, worse.score)
    for hypothesis in hypotheses:
        tokens = hypothesis.tokens
        assert hypothesis.log_prob == pytest.approx(log_prob(tree, sentence, tokens), abs=1e-5)
        assert hypothesis.score == pytest.approx(hypothesis.log_prob / len(tokens) ** alpha)
        assert hypothesis.finished == (tokens[-1] == END)
        assert END not in tokens[:-1]
        assert hypothesis.weights.shape == (HEADS, len(tokens), SRC)
        path = 0
        for time, token in enumerate(tokens):
            expected = attention(torch.tensor(sentence), time, torch.tensor(path))
            assert torch.equal(hypothesis.weights[:, time], expected)
            path = path * VOCAB + token


def tokens_of(hypotheses: list[Hypothesis]) -> list[list[int]]:
    return [hypothesis.tokens for hypothesis in hypotheses]


GARDEN_PATH = {START: {A: 0.55, B: 0.45}, A: {END: 0.4, A: 0.35, B: 0.25}, B: {END: 0.9, B: 0.1}}
"""Greedy search takes A and ends with 0.55 * 0.4 = 0.22; B would have ended with 0.45 * 0.9 = 0.405."""

SHORT_OR_LONG = {START: {A: 0.6, B: 0.4}, A: {END: 0.5, A: 0.3, B: 0.2}, B: {C: 1.0}, C: {END: 0.7, A: 0.3}}
"""A END has 0.3 and B C END has 0.28: -0.60 against -0.42 for each token."""


def test_beam_of_two_finds_what_greedy_search_misses() -> None:
    tree = markov(GARDEN_PATH)
    [[greedy]] = tree.search([5], beam=1)
    [best] = tree.search([5], beam=2, nbest=2, length_penalty=0.0)
    assert greedy.tokens == [A, END]
    assert greedy.log_prob == pytest.approx(math.log(0.22))
    assert tokens_of(best) == [[B, END], [A, END]]
    assert best[0].log_prob == pytest.approx(math.log(0.405))


def test_length_penalty_changes_the_winner() -> None:
    tree = markov(SHORT_OR_LONG)
    [[short]] = tree.search([5], beam=2, length_penalty=0.0)
    [[long]] = tree.search([5], beam=2, length_penalty=1.0)
    assert (short.tokens, long.tokens) == ([A, END], [B, C, END])
    assert short.score == pytest.approx(math.log(0.3))
    assert long.score == pytest.approx(math.log(0.28) / 3)


@pytest.mark.parametrize("seed", range(10))
def test_beam_of_one_is_greedy_search(seed: int) -> None:
    limits = [5, 3, 5, 4, 1, 5, 2]
    tree = random_tree(seed, sentences=7, depth=5)
    for sentence, [hypothesis] in enumerate(tree.search(limits)):
        greedy: list[int] = []
        path = 0
        while len(greedy) < limits[sentence] and END not in greedy:
            greedy.append(int(tree.tables[len(greedy)][sentence, path].argmax()))
            path = path * VOCAB + greedy[-1]
        assert hypothesis.tokens == greedy
        check(tree, sentence, [hypothesis], alpha=1.0)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_beam_without_pruning_is_enumeration(alpha: float) -> None:
    limits = [4, 3, 1]
    tree = random_tree(11, sentences=3, depth=4)
    found = tree.search(limits, beam=701, nbest=701, length_penalty=alpha)
    for sentence, (limit, hypotheses) in enumerate(zip(limits, found, strict=True)):
        assert tokens_of(hypotheses) == all_hypotheses(tree, sentence, limit, alpha)
        check(tree, sentence, hypotheses, alpha)


@pytest.mark.parametrize("beam", [2, 3, 7, 13])
@pytest.mark.parametrize("alpha", ALPHAS)
def test_beam_search_follows_its_documented_rule(beam: int, alpha: float) -> None:
    limits = [5, 2, 5, 4, 5, 1, 5]
    for seed in range(2):
        tree = random_tree(100 + seed, sentences=7, depth=5)
        found = tree.search(limits, beam=beam, nbest=beam, length_penalty=alpha)
        for sentence, (limit, hypotheses) in enumerate(zip(limits, found, strict=True)):
            assert tokens_of(hypotheses) == plain_beam_search(tree, sentence, limit, beam, alpha)[:beam]
            check(tree, sentence, hypotheses, alpha)


@pytest.mark.parametrize("prune", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("beam", [1, 3, 7])
def test_hopeless_hypotheses_are_dropped(beam: int, prune: float) -> None:
    limits, dropped = [5, 2, 5, 4, 5, 1, 5], 0
    for seed in range(4):
        tree = random_tree(200 + seed, sentences=7, depth=5)
        found = tree.search(limits, beam=beam, nbest=beam, length_penalty=0.6, prune=prune)
        for sentence, (limit, hypotheses) in enumerate(zip(limits, found, strict=True)):
            assert tokens_of(hypotheses) == plain_beam_search(tree, sentence, limit, beam, 0.6, prune)[:beam]
            check(tree, sentence, hypotheses, 0.6)
            dropped += len(hypotheses) < beam
    assert dropped or beam == 1


def test_a_hypothesis_far_below_one_that_has_ended_is_not_searched_further() -> None:
    tree = markov({START: {A: 0.9, B: 0.1}, A: {END: 0.9, A: 0.1}, B: {END: 0.5, B: 0.5}})
    [best] = tree.search([5], beam=2, nbest=2, prune=2.0)  # A END has 0.81; B and A A have 0.1 and 0.09
    assert tokens_of(best) == [[A, END]] and len(tree.rows) == 2
    [both] = tree.search([5], beam=2, nbest=2, prune=5.0)
    assert len(both) == 2 and both[0].tokens == [A, END]


@pytest.mark.parametrize("beam", [1, 5])
def test_a_sentence_does_not_depend_on_its_batch(beam: int) -> None:
    limits = [2, 5, 0, 1, 5, 4, 5]
    tree = random_tree(5, sentences=7, depth=5)
    together = tree.search(limits, beam=beam, nbest=beam)
    for sentence, limit in enumerate(limits):
        [alone] = tree.search([limit], [sentence], beam=beam, nbest=beam)
        assert len(alone) == len(together[sentence])
        for one, other in zip(alone, together[sentence], strict=True):
            assert (one.tokens, one.log_prob, one.finished) == (other.tokens, other.log_prob, other.finished)
            assert one.weights.flatten().tolist() == other.weights.flatten().tolist()


def test_a_smaller_nbest_gives_the_first_of_a_larger() -> None:
    tree = random_tree(7, sentences=3, depth=5)
    few, many = (tree.search([5, 5, 2], beam=5, nbest=nbest) for nbest in (2, 5))
    assert [tokens_of(hypotheses) for hypotheses in few] == [tokens_of(hypotheses[:2]) for hypotheses in many]


@pytest.mark.parametrize("beam", [1, 3])
def test_finished_sentences_leave_the_batch_in_groups(beam: int) -> None:
    ends_at = [{START: {END: 1.0}}, {START: {A: 1.0}, A: {END: 1.0}}, {START: {A: 1.0}, A: {B: 1.0}, B: {END: 1.0}}]
    expected = [[END], [A, END], [A, B, END]]
    kinds = [2, *[0, 1] * (GROUP + 1), 2, 2, 1]
    tree = markov(*ends_at)
    found = tree.search([5] * len(kinds) + [0], [*kinds, 1], beam=beam)
    assert tree.rows == [len(kinds), 2 * GROUP, 4]  # for all, the 13 of kind 1 and 2, the 3 of kind 2
    assert [hypotheses[0].tokens for hypotheses in found] == [*(expected[kind] for kind in kinds), []]


def test_the_limit_cuts_off_and_says_so() -> None:
    tree = markov({START: {A: 0.75, END: 0.25}, A: {A: 0.75, B: 0.25}, B: {B: 1.0}})
    [[greedy]] = tree.search([3])
    assert (greedy.tokens, greedy.finished) == ([A, A, A], False)
    [hypotheses] = tree.search([2], beam=3, nbest=3)
    assert tokens_of(hypotheses) == [[END], [A, A], [A, B]]  # what finished comes first, whatever its score
    assert [hypothesis.finished for hypothesis in hypotheses] == [True, False, False]
    assert hypotheses[0].score < hypotheses[1].score


def test_forbidden_tokens_are_never_produced() -> None:
    tree = markov(GARDEN_PATH)
    [[hypothesis]] = tree.search([5], forbidden=[A, C])
    assert hypothesis.tokens == [B, END]
    [hypotheses] = random_tree(3, sentences=1, depth=4).search([4], beam=101, nbest=101, forbidden=[START, C])
    assert {token for hypothesis in hypotheses for token in hypothesis.tokens} == {END, A, B}
    assert len(hypotheses) == (1 + 2 + 4 + 8) + 16


def test_nothing_to_search() -> None:
    tree = random_tree(0, sentences=2, depth=2)
    assert tree.search([]) == []
    [[first], [second]] = tree.search([0, 0], beam=2)
    assert first.tokens == second.tokens == []
    assert (first.finished, first.score, first.weights.shape[1]) == (False, 0.0, 0)
    assert tree.rows == []


def test_arguments_that_do_not_fit() -> None:
    tree = random_tree(0, sentences=2, depth=2)
    with pytest.raises(ValueError, match="nbest is 3, beam is 2"):
        tree.search([2, 2], beam=2, nbest=3)
    with pytest.raises(ValueError, match="nbest is 1, beam is 0"):
        tree.search([2, 2], beam=0)
    with pytest.raises(ValueError, match="batch of 5 sentences"):
        state = TreeState(torch.arange(5), torch.zeros(5, 1, dtype=torch.long))
        search(tree, state, batch_size=5, start=START, end=END, max_lengths=torch.tensor([2, 2]))


@pytest.mark.parametrize("beam", [1, 2, 7])
@pytest.mark.parametrize("token", [END, C])
def test_nan_is_an_error(beam: int, token: int) -> None:
    tree = markov(GARDEN_PATH, GARDEN_PATH)
    tree.tables[1][1, :, token] = math.nan
    with pytest.raises(ArithmeticError, match="token 2 of sentence 1 is NaN"):
        tree.search([5, 5], beam=beam)


def test_a_dead_end_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="no token is possible in any hypothesis of sentence 1"):
        markov(GARDEN_PATH, {START: {A: 1.0}}).search([5, 5], beam=2)


@pytest.mark.parametrize("vocab", [BLOCK - 1, BLOCK, 2 * BLOCK, 263, 3 * BLOCK])
@pytest.mark.parametrize("count", [1, 7, 10])
def test_best_choices_are_the_plain_top_k(vocab: int, count: int) -> None:
    generator = torch.Generator().manual_seed(vocab * count)
    for beam in (1, 5):
        log_probs = torch.randn(11, beam, vocab, generator=generator).log_softmax(-1)
        totals = -torch.rand(11, beam, generator=generator)
        totals[3, beam // 2 :] = -math.inf
        expected = (log_probs + totals[:, :, None]).flatten(1).topk(count)
        values, choices = best_choices(log_probs, totals, count)
        assert torch.equal(values, expected.values)
        real = values > -math.inf
        assert torch.equal(choices[real], expected.indices[real])


def test_best_choices_may_all_lie_in_one_block_or_in_the_rest() -> None:
    for first in (BLOCK, 4 * BLOCK):
        log_probs = torch.full((2, 3, 4 * BLOCK + 7), -50.0)
        log_probs[:, 1, first : first + 7] = -torch.arange(1.0, 8.0)
        _, choices = best_choices(log_probs, torch.zeros(2, 3), count=7)
        assert choices.tolist() == [list(range(log_probs.shape[2] + first, log_probs.shape[2] + first + 7))] * 2


@pytest.mark.parametrize("beam", [1, 2, 3, 701])
def test_prefixes_are_what_every_hypothesis_begins_with(beam: int) -> None:
    """Search on the tree whose probabilities are those of the prefix alone finds the same, as far as tokens go; and
    log-probabilities and rows are those of the whole path in the whole tree."""
    prefixes = [[A, C], [], [B], [A, END]]
    tree, forced = random_tree(21, sentences=4, depth=4), random_tree(21, sentences=4, depth=4)
    for sentence, prefix in enumerate(prefixes):
        for time, token in enumerate(prefix):
            forced.tables[time][sentence] = torch.eye(VOCAB)[token]
    found = tree.search([4] * 4, beam=beam, nbest=beam, length_penalty=0.0, prefixes=prefixes)
    expected = forced.search([4] * 4, beam=beam, nbest=beam, length_penalty=0.0)
    for sentence, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        assert tokens_of(ours) == tokens_of(theirs)
        assert all(one.tokens[: len(prefixes[sentence])] == prefixes[sentence] for one in ours)
        check(tree, sentence, ours, alpha=0.0)


def test_a_prefix_for_each_sentence_or_none() -> None:
    tree = random_tree(0, sentences=2, depth=2)
    with pytest.raises(ValueError, match="1 prefixes for a batch of 2 sentences"):
        tree.search([2, 2], prefixes=[[A]])
