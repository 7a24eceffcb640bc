"""How sure a run is of links and pairs, and training pairs that it is not sure of."""

from pathlib import Path

import numpy as np
import pytest
from commands import seq2seq
from conftest import write_corpus
from corpora import lines

from seq2seq import Translator
from seq2seq.alignment.map import AlignmentMap, confidence
from seq2seq.alignment.sides import Side
from seq2seq.errors import InputError
from seq2seq.text.words import word_spans
from seq2seq.translate.filtering import confidences, least_confidence
from seq2seq.translate.word_links import scored_links, word_links

RUN = "tiny-de-en"


def side(text: str) -> Side:
    spans = tuple(word_spans(text))
    return Side(text, tuple(text[a:b] for a, b in spans), spans, spans)


def test_confidence_by_hand() -> None:
    """Geometric means of 0.8 and 0.2, 0.5 and 0.5, ... ; with one direction its own weights."""
    source, target = side("a b"), side("x y")
    forward = AlignmentMap(source, target, np.array([[[0.8, 0.2], [0.5, 0.5]]]), units="words")
    backward = AlignmentMap(target, source, np.array([[[0.2, 0.8], [0.0, 1.0]]]), units="words")
    expected = np.array([[0.4, 0.0], [np.sqrt(0.4), np.sqrt(0.5)]])
    np.testing.assert_allclose(confidence(forward, backward), expected, atol=1e-6)
    np.testing.assert_allclose(confidence(forward, None), forward.weights[0])
    with pytest.raises(ValueError, match="the backward map must have"):
        confidence(forward, forward)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    """300 training sentences of the run's corpus with their translations."""
    return list(zip(*(lines(RUN, "train", language, 300) for language in ("de", "en")), strict=True))


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.load(RUN)


def test_links_have_the_confidence_of_their_cells_and_are_those_of_word_links(
    translator: Translator, pairs: list[tuple[str, str]]
) -> None:
    some = [*pairs[:20], ("", "x"), ("Wasser", "")]
    found = scored_links(translator, some)
    assert [set(one.links) for one in found] == word_links(translator, some)
    for one, (forward, backward) in zip(found, translator.align_both_ways(some), strict=True):
        sure = confidence(forward.words(keep_end=True), backward.words(keep_end=True))
        assert one.links == {(i, j): pytest.approx(float(sure[j, i])) for i, j in one.links}
        assert list(one.links) == sorted(one.links) and 0 <= one.confidence <= 1
    assert [one.confidence for one in found[-2:]] == [0, 0]


def test_translations_are_surer_than_sentences_that_do_not_belong_together(
    translator: Translator, pairs: list[tuple[str, str]]
) -> None:
    wrong = [(source, pairs[i - 7][1]) for i, (source, _) in enumerate(pairs)]
    good, bad = np.array(confidences(translator, pairs)), np.array(confidences(translator, wrong))
    assert (good[:, None] > bad).mean() > 0.99  # the area under the curve
    least = least_confidence(translator, pairs)
    assert (good >= least).mean() > 0.97 and (bad >= least).mean() < 0.1
    assert least_confidence(translator, pairs * 2) == least_confidence(translator, pairs)
    assert 0 < least_confidence(translator, pairs[:2]) < good[:2].min()
    with pytest.raises(InputError, match="the training pairs are too few to tell wrong ones from; say --least"):
        least_confidence(translator, pairs[:1])


def test_a_pair_beyond_the_limits_is_not_sure(translator: Translator, pairs: list[tuple[str, str]]) -> None:
    assert confidences(translator, [pairs[0], ("Der Hund " * 2000, "the dog"), pairs[1]])[1] == 0


@pytest.mark.parametrize("name", ["de-en", "en-de"])
def test_prepare_leaves_out_what_the_run_is_not_sure_of(
    name: str, pairs: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    noisy = [
        (source, pairs[i - 30][1]) if i % 10 == 0 else (source, target) for i, (source, target) in enumerate(pairs)
    ]
    write_corpus(Path(name), train=noisy, val=pairs[:5], test=pairs[5:9])
    Path(name, "train.align").write_text("".join(f"{i}-0\n" for i in range(300)))
    Path(name, "val.align").write_text("0-0\n" * 5)
    assert seq2seq(monkeypatch, "prepare", "filter", name, "--run", RUN, "--out", "made") == 0
    said = capsys.readouterr().out
    kept = [int(line.partition("-")[0]) for line in Path("made/train.align").read_text().splitlines()]
    made = zip(*(Path(f"made/train.{end}").read_text().splitlines() for end in ("de", "en")), strict=True)
    assert list(made) == [noisy[i] for i in kept]
    assert f"training pairs dropped, {RUN} less sure of them than 0." in said and f": {300 - len(kept)}\n" in said
    good = set(pairs)
    assert sum(pair in good and i not in kept for i, pair in enumerate(noisy)) <= 6
    assert sum(noisy[i] not in good for i in kept) <= 3
    for same in ("val.de", "val.en", "val.align", "test.de", "test.en"):
        assert Path("made", same).read_bytes() == Path(name, same).read_bytes()
    assert Path(name, "train.de").read_text().count("\n") == 300


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["de-en", "--run", "away"], "away: no such folder"),
        (["away", "--run", RUN], "away: no such folder"),
        (["de-fr", "--run", RUN], f"de-fr: is of de and fr, and {RUN} knows de and en"),
        (["de-en", "--run", RUN, "--least", "2"], "--least is 2.0, it must be from 0 to 1"),
        (["de-en", "--run", RUN, "--least", "1"], f"de-en: {RUN} is of no training pair as sure as 1.00"),
        (["de-en", "--run", RUN, "--out", "de-en"], "de-en: is the corpus itself; give another --out"),
        (["de-en", "--run", RUN, "--out", "full"], "full: holds notes, which is no part of this corpus"),
    ],
)
def test_faults_are_one_line_and_leave_nothing(
    arguments: list[str], message: str, pairs: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    write_corpus(Path("de-en"), train=pairs[:9], val=pairs[9:12])
    write_corpus(Path("de-fr"), train=pairs[:9])
    Path("de-fr/train.en").rename("de-fr/train.fr")
    Path("full").mkdir()
    Path("full/notes").touch()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert seq2seq(monkeypatch, "prepare", "filter", "--out", "made", *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and message in line
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
