"""The beam as a tree: by hand on written-out models, and its laws on every kind of model."""

import json
import math
from collections import Counter

import pytest
import torch
from conftest import sentences
from random_models import ALL, VARIANTS, random_translator
from test_search import END, GARDEN_PATH, START, TreeState, markov

from seq2seq import Session
from seq2seq.errors import InputError
from seq2seq.translate.search import search
from seq2seq.translate.tree import BeamTree, Branch, Growing

SOURCES = [source for source, _ in sentences()[60:63]]
NAMES = dict(enumerate(["<s>", "</s>", "a", "b", "c"]))


def grown(beam: int, limit: int = 5) -> list[Branch]:
    """The tree of the garden path, where a b has the probability 0.55, b 0.45, and b ends better."""
    growing = Growing(beam, 0.0, NAMES.__getitem__)
    state = TreeState(torch.arange(1), torch.zeros(1, 1, dtype=torch.long))
    search(
        markov(GARDEN_PATH), state, batch_size=1, start=START, end=END, max_lengths=torch.tensor([limit]), beam=beam,
        nbest=beam, length_penalty=0.0, watcher=growing,
    )  # fmt: skip
    return list(growing.tree([]).branches)


def told(branches: list[Branch]) -> list[tuple[int | None, str, float, str]]:
    return [(one.parent, one.piece, round(math.exp(one.log_prob), 4), one.fate) for one in branches]


def test_the_tree_of_a_beam_of_two_by_hand() -> None:
    """After a, 0.55, the chances are 0.4 for the end, 0.35 for a and 0.25 for b; after b, 0.45, 0.9 for the end. The
    best two of the second step both end, and with them the search, which cuts off the two that were in the beam."""
    assert told(grown(2)) == [
        (None, "a", 0.55, "kept"),
        (None, "b", 0.45, "kept"),
        (0, "</s>", 0.22, "ended"),
        (0, "a", 0.1925, "cut"),
        (0, "b", 0.1375, "cut"),
        (1, "</s>", 0.405, "ended"),
        (1, "b", 0.045, "dropped"),
    ]


def test_the_tree_of_greedy_search_is_a_line_without_side_branches() -> None:
    """One hypothesis, of which its best continuation is looked at, and what goes on where that one ends."""
    assert told(grown(1)) == [(None, "a", 0.55, "kept"), (0, "</s>", 0.22, "ended"), (0, "a", 0.1925, "cut")]


def test_the_limit_cuts_the_tree() -> None:
    assert told(grown(2, limit=1)) == [(None, "a", 0.55, "cut"), (None, "b", 0.45, "cut")]


def check_laws(tree: BeamTree) -> None:
    """Parents go before their children and were kept; sums add up; what is kept is better than what is dropped."""
    sizes = Counter(one.length for one in tree.branches if one.fate in ("kept", "cut"))
    assert max(sizes.values()) <= tree.beam
    for at, one in enumerate(tree.branches):
        before = 0.0
        if one.parent is not None:
            parent = tree.branches[one.parent]
            assert one.parent < at and parent.fate == "kept" and parent.length == one.length - 1
            before = parent.log_prob
        assert (one.parent is None) == (one.length == 1)
        assert one.log_prob == pytest.approx(before + one.piece_log_prob, abs=1e-4)
        assert one.score == one.log_prob / math.pow(one.length, tree.length_penalty)
        assert (one.fate == "ended") <= (one.piece == "</s>")
    for length in sizes:
        step = [one for one in tree.branches if one.length == length and one.piece != "</s>"]
        kept = [one.log_prob for one in step if one.fate != "dropped"]
        dropped = [one.log_prob for one in step if one.fate == "dropped"]
        assert min(kept) >= max(dropped, default=-math.inf)
    assert len({tuple(branch.id for branch in tree.path(one)) for one in tree.branches}) == len(tree.branches)


def check_leaves(tree: BeamTree) -> None:
    """Leaf for leaf the n-best list: the same pieces, and scores that are equal to the last bit."""
    leaves = tree.leaves()
    assert len(leaves) == len(tree.translations)
    for leaf, translation in zip(leaves, tree.translations, strict=True):
        assert tuple(one.id for one in tree.path(leaf)) == translation.ids
        assert (leaf.log_prob, leaf.score) == (translation.log_prob, translation.score)
        assert leaf.fate == ("ended" if translation.finished else "cut")
    ends = [one for one in tree.branches if one.fate in ("ended", "cut")]
    best = sorted(ends, key=lambda one: (one.fate == "cut", -one.score))[: tree.beam]
    assert [one.score for one in best] == [one.score for one in leaves]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("beam", [1, 2, 12])
def test_the_leaves_are_the_n_best_list(name: str, beam: int) -> None:
    translator = random_translator(name)
    for source in SOURCES[: 3 if beam < 3 else 1]:
        tree = translator.beam_tree(source, beam=beam)
        assert list(tree.translations) == translator.translate_all([source], beam=beam, nbest=beam)[0]
        check_leaves(tree)
        check_laws(tree)


def test_the_beam_is_by_default_the_runs() -> None:
    translator = random_translator("upper")
    tree = translator.beam_tree(SOURCES[0])
    assert (tree.beam, tree.length_penalty) == (3, translator.config.search.length_penalty)


@pytest.mark.parametrize("name", ["input", "ensemble"])
def test_a_prefix_is_the_trunk_of_the_tree(name: str) -> None:
    translator = random_translator(name)
    prefix = "The dog sees"
    tree = translator.beam_tree(SOURCES[0], beam=3, prefix=prefix)
    given = translator.vocabulary.target.encode([prefix])[0]
    assert [one.id for one in tree.branches[: len(given)]] == given
    assert all(one.length > len(given) for one in tree.branches[len(given) :])
    assert list(tree.translations) == translator.translate_all([SOURCES[0]], beam=3, nbest=3, prefixes=[prefix])[0]
    check_leaves(tree)
    check_laws(tree)
    words = translator.beam_tree(SOURCES[0], beam=3, prefix="The d", open_prefix=True)
    assert all(one.text.startswith("The d") for one in words.translations)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_session_has_a_tree_of_the_rest(name: str) -> None:
    session = Session(random_translator(name), SOURCES[0])
    session.accept()
    session.replace_row([float(unit == 0) for unit in range(len(session.source))])
    tree = session.beam_tree(beam=3)
    assert list(tree.translations) == session.complete(beam=3, nbest=3)
    assert tree.branches[0].id == session.ids[0] and tree.branches[0].log_prob == session.log_prob
    check_leaves(tree)


def test_a_tree_as_json() -> None:
    tree = random_translator("heads").beam_tree(SOURCES[0], beam=2)
    data = json.loads(json.dumps(tree.to_dict(), allow_nan=False))
    assert (data["version"], data["beam"], data["length_penalty"]) == (2, 2, 1.0)
    assert [Branch(**one) for one in data["branches"]] == list(tree.branches)
    for rank, one in enumerate(data["translations"]):
        [leaf] = [branch for branch in data["branches"] if branch["rank"] == rank]
        assert (one["score"], one["text"]) == (leaf["score"], tree.translations[rank].text)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sentence": " "}, InputError, "it is blank"),
        ({"sentence": "x " * 3000}, InputError, "sentence: it has"),
        ({"sentence": "x", "prefix": "x " * 3000}, InputError, "its prefix has"),
        ({"sentence": "x", "beam": 0}, ValueError, "beam is 0"),
        ({"sentence": None}, TypeError, "sentence must be a string"),
        ({"sentence": "x", "prefix": 3}, TypeError, "prefix must be a string"),
    ],
)
def test_what_has_no_tree_is_refused(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        random_translator("upper").beam_tree(**arguments)
