"""How sure a run is of links and pairs, and training pairs that it is not sure of."""

from pathlib import Path

import numpy as np
import pytest
from commands import seq2seq
from corpora import DATA, lines

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
    assert least_confidence(translator, pairs[:2]) > 0
    with pytest.raises(InputError, match="a corpus of one pair has no other to compare with; say --least"):
        least_confidence(translator, pairs[:1])


@pytest.mark.parametrize("turned", [False, True])
def test_prepare_leaves_out_what_the_run_is_not_sure_of(
    turned: bool, pairs: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    noisy = [
        (source, pairs[i - 30][1]) if i % 10 == 0 else (source, target) for i, (source, target) in enumerate(pairs)
    ]
    names = ["en", "de"] if turned else ["de", "en"]
    for side, language in enumerate(("de", "en")):
        Path(f"my.{language}").write_text("".join(f"{pair[side]}\n" for pair in noisy), encoding="utf-8")
    call = ["prepare", "text", "--val", "5", "--test", "5", "--out", "made"]
    for role, language in zip(("source", "target"), names, strict=True):
        call += [f"--{role}-file", f"my.{language}", f"--{role}-lang", language]
    assert seq2seq(monkeypatch, *call) == 0
    before = set(zip(*(Path(f"made/train.{end}").read_text().splitlines() for end in ("de", "en")), strict=True))
    capsys.readouterr()
    assert seq2seq(monkeypatch, *call, "--filter", RUN) == 0
    after = set(zip(*(Path(f"made/train.{end}").read_text().splitlines() for end in ("de", "en")), strict=True))
    assert f"of which {RUN} is less sure than" in (said := capsys.readouterr().out)
    assert f": {len(before - after)}\n" in said and after < before
    good = set(pairs)
    assert len(before & good - after) <= 6 and len(after - good) <= 3 < len(before - good)
    assert len(Path("made/val.de").read_text().splitlines()) == 5


def test_gold_links_of_training_pairs_go_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("seq2seq.translate.filtering.confidences", lambda _, pairs: [0.0] + [0.5] * (len(pairs) - 1))
    assert seq2seq(monkeypatch, "prepare", RUN, "--filter", RUN, "--least", "0.2") == 0
    assert f"of which {RUN} is less sure than 0.20: 1\n" in capsys.readouterr().out
    for end in ("de", "en", "align"):
        whole = (DATA / RUN / f"train.{end}").read_text(encoding="utf-8").splitlines()
        assert Path(f"data/{RUN}/train.{end}").read_text(encoding="utf-8").splitlines() == whole[1:]


@pytest.mark.parametrize(
    ("arguments", "message", "made"),
    [
        ([RUN, "--filter", "away"], "away: no such folder", False),
        ([RUN, "--filter", RUN, "--least", "2"], "--least is 2.0, it must be from 0 to 1", False),
        ([RUN, "--least", "0.2"], "--least says which pairs a run is to keep; give the run with --filter", False),
        (["tiny-ko-en", "--filter", RUN], f"--filter {RUN}: knows other languages than ko and en", True),
        ([RUN, "--filter", RUN, "--least", "1"], f"--filter {RUN}: is of no pair as sure as 1.00", True),
    ],
)
def test_faults_are_one_line(
    arguments: list[str], message: str, made: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("seq2seq.translate.filtering.confidences", lambda _, pairs: [0.5] * len(pairs))
    assert seq2seq(monkeypatch, "prepare", *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and message in line
    assert Path("data").exists() == made
