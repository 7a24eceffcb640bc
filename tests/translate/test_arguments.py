"""What the public interface says of arguments that are none, as a person meets it in Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from conftest import sentences

import seq2seq
from seq2seq.errors import InputError
from seq2seq.translate.ensemble import load_runs
from seq2seq.translate.probe import probe
from seq2seq.translate.translator import Translator
from seq2seq.translate.word_links import word_links

SOURCE = sentences()[60][0]


@pytest.fixture(scope="module")
def translator(trained: Path) -> Translator:
    return Translator.load(trained, "cpu")


CALLS: dict[str, tuple[Callable[[Any], object], type[Exception], str]] = {
    "None": (lambda t: t.translate(None), TypeError, "sentence must be a string, not None"),
    "bytes": (lambda t: t.translate(b"x"), TypeError, "sentence must be a string, not bytes"),
    "a list": (lambda t: t.translate(["x"]), TypeError, "sentence must be a string, not a list of 1"),
    "no Unicode": (lambda t: t.translate("a\ud800"), InputError, "sentence is not valid Unicode at character 2"),
    "beam 0": (lambda t: t.translate(SOURCE, beam=0), ValueError, "beam is 0, it must be 1 or more"),
    "beam -1": (lambda t: t.translate_all([SOURCE], beam=-1), ValueError, "beam is -1"),
    "True for a beam": (lambda t: t.translate(SOURCE, beam=True), TypeError, "beam must be an integer, not bool"),
    "True for nbest": (
        lambda t: t.translate_all([SOURCE], nbest=True),
        TypeError,
        "nbest must be an integer, not bool",
    ),
    "a string for a beam": (
        lambda t: t.translate(SOURCE, beam="5"),
        TypeError,
        "beam must be an integer, not a string",
    ),
    "half a beam": (lambda t: t.translate(SOURCE, beam=1.5), TypeError, "beam must be an integer, not float"),
    "nbest 0": (lambda t: t.translate_all([SOURCE], nbest=0), ValueError, "nbest is 0, it must be 1 or more"),
    "nbest above beam": (
        lambda t: t.translate_all([SOURCE], beam=3, nbest=9),
        ValueError,
        r"nbest is 9, it must be from 1 to the beam \(3\); raise the beam",
    ),
    "batch_tokens 0": (lambda t: t.translate_all([SOURCE], batch_tokens=0), ValueError, "batch_tokens is 0"),
    "a single string": (
        lambda t: t.translate_all(SOURCE),
        TypeError,
        "sentences must be a list of strings, not a single string",
    ),
    "no sentences": (lambda t: t.translate_all(None), TypeError, "sentences must be a list of strings, not None"),
    "a number among them": (lambda t: t.translate_all([SOURCE, 3]), TypeError, r"sentences\[1\] must be a string"),
    "a stream of one string": (lambda t: t.stream(SOURCE), TypeError, "not a single string"),
    "a stream with nothing in it": (lambda t: list(t.stream([SOURCE, None])), TypeError, r"sentences\[1\] must be"),
    "batch_size 0": (lambda t: t.stream([SOURCE], batch_size=0), ValueError, "batch_size is 0"),
    "a beam for a stream": (lambda t: t.stream([SOURCE], beam=0), ValueError, "beam is 0"),
    "no pairs": (lambda t: t.align_all("ab"), TypeError, r"pairs must be a list of pairs \(source, target\)"),
    "a string of two letters": (lambda t: t.align_all(["ab"]), TypeError, r"pairs\[0\] must be a pair"),
    "three in a pair": (lambda t: t.align_all([("a", "b", "c")]), TypeError, "not a tuple of 3"),
    "None in a pair": (lambda t: t.align_all([(SOURCE, None)]), TypeError, r"pairs\[0\]\[1\] must be a string"),
    "no tokens to align": (lambda t: t.align_all([(SOURCE, "x")], batch_tokens=0), ValueError, "batch_tokens is 0"),
    "words of no pair": (lambda t: t.word_counts([SOURCE]), TypeError, r"pairs\[0\] must be a pair"),
    "links of no pair": (lambda t: word_links(t, cast(Any, [SOURCE])), TypeError, r"pairs\[0\] must be a pair"),
    "a probe of nothing": (lambda t: probe(t, []), ValueError, "pairs is empty"),
    "None for a run": (
        lambda t: Translator.load(cast(Any, None)),
        TypeError,
        "run must be the folder of a run or the name of one that ships, not None",
    ),
    "a device": (lambda t: Translator.load("x", "gpu"), ValueError, "device is 'gpu', it must be one of cpu"),
    "an empty device": (lambda t: Translator.load("x", ""), ValueError, "device is '', it must be one of cpu"),
    "a device that is not there": (lambda t: Translator.load("x", "cuda:99"), ValueError, "device is 'cuda:99'.*cpu"),
    "a device without numbers": (lambda t: Translator.load("x", "meta"), ValueError, "device is 'meta'"),
    "a device by its number": (lambda t: Translator.load("x", cast(Any, 1.5)), TypeError, "such as cpu or cuda"),
    "no run": (lambda t: load_runs([]), ValueError, "runs is empty"),
    "a run that is no list": (lambda t: load_runs("runs/x"), TypeError, r"a list of folders.*\['runs/x'\]"),
    "a precision": (lambda t: Translator.load("x", precision="fp8"), ValueError, "precision is 'fp8', .* fp32, bf16"),
    "a model for an engine": (
        lambda t: Translator(t.model, t.vocabulary, t.config),
        TypeError,
        r"engine must be an Engine, such as ModelEngine\(model\), not Seq2Seq",
    ),
    "a map": (lambda t: seq2seq.heatmap(None), TypeError, "alignment must be an AlignmentMap, not NoneType"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_named(translator: Translator, name: str) -> None:
    call, error, message = CALLS[name]
    with pytest.raises(error, match=message):
        call(translator)


def test_sentences_and_pairs_may_come_from_anywhere(translator: Translator) -> None:
    pairs = sentences()[60:63]
    assert translator.translate_all(source for source, _ in pairs) == translator.translate_all([s for s, _ in pairs])
    assert translator.align_all(list(pair) for pair in pairs) == translator.align_all(pairs)  # type: ignore[misc]
    assert translator.translate_all([]) == [] == translator.align_all([])


def test_the_beam_is_raised_to_nbest_unless_it_is_given(translator: Translator) -> None:
    assert translator.config.search.beam == 3
    assert len(translator.translate_all([SOURCE], nbest=6)[0]) == 6
    assert translator.translate_all([SOURCE], nbest=6) == translator.translate_all([SOURCE], beam=6, nbest=6)
    assert [translator.beam_for(None), translator.beam_for(None, 6), translator.beam_for(8, 6)] == [3, 6, 8]
    assert len(translator.translate_all([" "], nbest=6)[0]) == 1
