"""The links of forced pairs, by one run and by two."""

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import sentences, tiny_config

from seq2seq.alignment.links import SYMMETRISATIONS, transpose
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side
from seq2seq.config.sections import AlignmentConfig
from seq2seq.errors import InputError
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import METHODS, directions, join, word_links

PAIRS = [*sentences()[60:70], ("Der Hund", "the dog the dog the dog the dog"), ("", "x"), ("Wasser", "")]
SWAPPED = [(target, source) for source, target in PAIRS]


@pytest.fixture(scope="module")
def runs(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    """Trained for one epoch each: `plain` and `plain-back`, `aligned` and `aligned-back`."""
    from seq2seq.train.run import train

    found = {}
    for name, alignment in (("plain", AlignmentConfig()), ("aligned", AlignmentConfig(aligner=True))):
        config = replace(tiny_config(corpus, max_epochs=1), alignment=alignment)
        for direction, (source, target) in {"": ("de", "en"), "-back": ("en", "de")}.items():
            folder = tmp_path_factory.mktemp("runs") / f"{name}{direction}"
            with contextlib.redirect_stderr(io.StringIO()):
                train(replace(config, data=replace(config.data, source=source, target=target)), folder)
            found[name + direction] = Translator.load(folder, "cpu")
    return found


@pytest.mark.parametrize("name", ["plain", "aligned"])
@pytest.mark.parametrize("method", METHODS)
def test_swapping_the_roles_of_two_runs_transposes_the_links(
    runs: dict[str, Translator], name: str, method: str
) -> None:
    opposite = {"forward": "backward", "backward": "forward"}.get(method, method)
    there = word_links(runs[name], PAIRS, runs[f"{name}-back"], method=method)
    back = word_links(runs[f"{name}-back"], SWAPPED, runs[name], method=opposite)
    assert [transpose(links) for links in back] == there
    assert any(there) or method in ("agreement", "intersection")  # of runs that have learned next to nothing
    assert there[-2:] == [set(), set()]


def test_neither_the_batch_nor_the_order_of_the_pairs_changes_the_maps(runs: dict[str, Translator]) -> None:
    translator = runs["aligned"]
    together = translator.align_both_ways(PAIRS)
    backwards = translator.align_both_ways(PAIRS[::-1])[::-1]
    alone = translator.align_both_ways(PAIRS, batch_tokens=1)
    for other in (backwards, alone):
        for one, two in zip(together, other, strict=True):
            for first, second in zip(one, two, strict=True):
                assert (first.source, first.target) == (second.source, second.target)
                assert first.weights == pytest.approx(second.weights, abs=1e-5)


def test_one_run_with_an_aligner_has_both_directions_and_one_without_has_not(runs: dict[str, Translator]) -> None:
    assert all(backward is not None for _, backward in directions(runs["aligned"], PAIRS, None, "aligner"))
    assert all(backward is None for _, backward in directions(runs["plain"], PAIRS, None, "attention"))
    assert word_links(runs["plain"], PAIRS) == word_links(runs["plain"], PAIRS, method="forward")
    assert word_links(runs["aligned"], PAIRS) == word_links(runs["aligned"], PAIRS, method="grow-diag")
    with pytest.raises(InputError, match="no aligner"):
        runs["plain"].align_both_ways(PAIRS)


def test_runs_that_do_not_belong_together_are_refused(runs: dict[str, Translator]) -> None:
    with pytest.raises(InputError, match="no aligner"):
        word_links(runs["plain"], PAIRS, runs["aligned-back"], by="aligner")
    with pytest.raises(InputError, match="from en to de"):
        word_links(runs["plain"], PAIRS, runs["aligned"])


def test_what_is_no_pair_or_no_threshold_is_named(runs: dict[str, Translator]) -> None:
    with pytest.raises(TypeError, match=r"pairs\[1\] must be a pair \(source, target\), not a string"):
        word_links(runs["plain"], [PAIRS[0], "ab"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"threshold is 1\.5, it must be from 0 to 1"):
        word_links(runs["plain"], PAIRS, threshold=1.5)


def test_attention_can_be_read_although_there_is_an_aligner_and_one_step_later(runs: dict[str, Translator]) -> None:
    translator = runs["aligned"]
    pieces = translator.align_all(PAIRS)
    assert word_links(translator, PAIRS, by="attention") == [one.words().links() for one in pieces]
    later = word_links(translator, PAIRS, by="later-attention")
    assert later == [one.one_step_later().words().links() for one in pieces]
    assert later != word_links(translator, PAIRS, by="attention")
    moved = pieces[0].one_step_later().weights
    assert moved[:, :-1].tolist() == pieces[0].weights[:, 1:].tolist()
    assert moved[:, -1].tolist() == pieces[0].weights[:, -1].tolist()


def words(*names: str) -> Side:
    text = " ".join(names)
    starts = [len(" ".join(names[:n])) + bool(n) for n in range(len(names))]
    spans = tuple((start, start + len(name)) for start, name in zip(starts, names, strict=True))
    return Side(text, names, spans, spans).with_end()


def test_joining_two_maps_by_hand() -> None:
    """x looks at a, y at b, and z at the end; a looks at x, b at z: one link in both, two in one direction alone."""
    source, target = words("a", "b"), words("x", "y", "z")
    there = [[[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0, 0, 1]]]
    back = [[[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1], [0, 0, 0, 1]]]
    forward, backward = (
        AlignmentMap(*sides, np.array(weights), units="words")
        for sides, weights in (((source, target), there), ((target, source), back))
    )
    found = {method: join(forward, backward, method, 0.38) for method in METHODS}
    assert found["forward"] == {(0, 0), (1, 1)} and found["backward"] == {(0, 0), (1, 2)}
    assert found["intersection"] == {(0, 0)} and found["union"] == {(0, 0), (1, 1), (1, 2)}
    assert found["agreement"] == {(0, 0), (1, 1)}  # sqrt(0.8 * 0.2) = 0.4, sqrt(0.2 * 0.6) = 0.35
    assert set(SYMMETRISATIONS) < set(METHODS)
