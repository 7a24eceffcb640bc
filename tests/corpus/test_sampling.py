"""Segmentations drawn at random: their probabilities, by listing all; and the same in every process."""

import math
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.sampling import UNKNOWN_PENALTY, BpeSampler, Pieces, UnigramSampler
from seq2seq.corpus.subwords import Subwords
from seq2seq.text.visible import strip

SCORES = {"a": -2.0, "b": -3.0, "c": -2.5, "ab": -2.2, "bc": -4.0, "abc": -4.5}
IDS = {piece: 300 + number for number, piece in enumerate(SCORES)}
BYTES = list(range(256))
PIECES = Pieces(IDS, SCORES, BYTES)
DRAWS = 5000


def frequencies(sampler: UnigramSampler | BpeSampler, word: str) -> dict[tuple[int, ...], float]:
    generator = random.Random(1)
    return {ids: n / DRAWS for ids, n in Counter(tuple(sampler.draw(word, generator)) for _ in range(DRAWS)).items()}


def ids(*pieces: str) -> tuple[int, ...]:
    return tuple(IDS[piece] for piece in pieces)


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.99])
def test_unigram_draws_by_the_weight_of_the_whole_segmentation(alpha: float) -> None:
    segmentations = [("a", "b", "c"), ("ab", "c"), ("a", "bc"), ("abc",)]
    weights = [math.exp(alpha * sum(SCORES[piece] for piece in pieces)) for pieces in segmentations]
    expected = {ids(*pieces): weight / sum(weights) for pieces, weight in zip(segmentations, weights, strict=True)}
    assert frequencies(UnigramSampler(PIECES, alpha), "abc") == pytest.approx(expected, abs=0.03)


def test_what_is_no_piece_is_written_in_bytes_at_the_price_of_the_penalty() -> None:
    drawn = frequencies(UnigramSampler(PIECES, 0.1), "aéb")
    assert drawn == {(IDS["a"], *"é".encode(), IDS["b"]): 1.0}
    pieces = Pieces({"xé": 300, "x": 301}, {"xé": -30.0, "x": -1.0}, BYTES)  # worst -30, so é alone is worth -40
    apart = math.exp(0.1 * (-1 - 30 - UNKNOWN_PENALTY)) / (math.exp(0.1 * -30) + math.exp(0.1 * (-41)))
    drawn = frequencies(UnigramSampler(pieces, 0.1), "xé")
    assert drawn == pytest.approx({(300,): 1 - apart, (301, *"é".encode()): apart}, abs=0.03)


def test_bpe_leaves_out_each_merge_by_chance() -> None:
    """ab (-2.2) comes before bc (-4), and abc (-4.5) last: abc needs two merges that are not left out."""
    drawn = frequencies(BpeSampler(PIECES, 0.3), "abc")
    expected = {
        ids("abc"): 0.7 * 0.7 + 0.3 * 0.7 * 0.7,
        ids("ab", "c"): 0.7 * 0.3,
        ids("a", "bc"): 0.3 * 0.7 * 0.3,
        ids("a", "b", "c"): 0.3 * 0.3,
    }
    assert drawn == pytest.approx(expected, abs=0.03)


TEXT = ["der Hund sieht den Ball", "die Katze hört das Kind", "the dog sees the ball", "the cat hears the child"] * 5
CONFIGS = [
    SubwordsConfig(vocab_size=330, model_type="unigram", sampling=0.3),
    SubwordsConfig(vocab_size=330, model_type="bpe", sampling=0.3),
]
MODELS = [Subwords.train(TEXT, config) for config in CONFIGS]


@pytest.mark.parametrize(("model", "config"), zip(MODELS, CONFIGS, strict=True), ids=["unigram", "bpe"])
def test_pieces_are_drawn_as_often_as_by_sentencepiece(model: Subwords, config: SubwordsConfig) -> None:
    texts = TEXT * 20
    own = Counter(piece for sentence in model.sample(texts, config, 1) for piece in sentence)
    processor = SentencePieceProcessor(model_proto=model.model)
    drawn = processor.encode(texts, enable_sampling=True, alpha=config.sampling, nbest_size=-1, num_threads=1)
    theirs = Counter(piece for sentence in drawn for piece in sentence)
    for piece in own.keys() | theirs.keys():
        assert abs(own[piece] - theirs[piece]) < 6 * math.sqrt(own[piece] + theirs[piece] + 1), piece


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\0\ufdd0"), max_size=20)))
def test_any_text_survives_a_drawn_segmentation(texts: list[str]) -> None:
    for model, config in zip(MODELS, CONFIGS, strict=True):
        drawn = model.sample(texts, config, 1)
        expected = [" ".join(part for part in strip(text).split(" ") if part) for text in texts]
        assert [model.text_of(ids).text for ids in drawn] == expected


def test_bpe_without_dropout_is_the_best_segmentation() -> None:
    assert MODELS[1].sample(TEXT, SubwordsConfig(model_type="bpe", sampling=1e-12), 1) == MODELS[1].encode(TEXT)


def test_the_same_seed_draws_the_same_in_another_process(tmp_path: Path) -> None:
    """SentencePiece's own generators differ from process to process: a run that was killed went on as another one."""
    model = MODELS[0]
    model.save(tmp_path / "subwords.model")
    code = (
        "import sys; from pathlib import Path; from seq2seq.corpus.subwords import Subwords, SubwordsConfig\n"
        "model = Subwords.load(Path(sys.argv[1])); text = sys.stdin.read().splitlines()\n"
        "print(model.sample(text, SubwordsConfig(vocab_size=330, sampling=0.3), 7))"
    )
    drawn = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "subwords.model")],
        input="\n".join(TEXT),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert drawn.stdout.strip() == str(model.sample(TEXT, CONFIGS[0], 7))
    assert model.sample(TEXT, CONFIGS[0], 7) != model.sample(TEXT, CONFIGS[0], 8)
