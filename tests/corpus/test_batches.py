from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import sentences, tiny_config
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.batches import Batch, ParallelDataset, TrainingBatches, read_split, training_dataset
from seq2seq.corpus.subwords import END, PAD, START, Segmented, Subwords
from seq2seq.corpus.vocabulary import Vocabulary, batches_by_length, pad
from seq2seq.errors import InputError
from seq2seq.text.words import split_words

PAIRS = sentences()[:60]
CONFIG = SubwordsConfig(vocab_size=320, sampling=0.5)
VOCABULARY = Vocabulary.train(PAIRS, CONFIG)


def epoch(number: int, seed: int = 1, config: SubwordsConfig = CONFIG, position: int = 0) -> list[tuple[list, list]]:
    batches = TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, config), 120, seed, number)
    batches.load_state_dict({"epoch": number, "position": position})
    return [(batch.source.tolist(), batch.target.tolist()) for batch in batches]


def texts(batches: list[tuple[list, list]]) -> list[tuple[str, str]]:
    def text(ids: list[int]) -> str:
        return VOCABULARY.source.text_of([i for i in ids if i not in (PAD, START, END)]).text

    return [(text(s), text(t)) for source, target in batches for s, t in zip(source, target, strict=True)]


def test_an_epoch_has_every_pair_once() -> None:
    assert Counter(texts(epoch(0))) == Counter(PAIRS)


def test_an_epoch_follows_from_seed_and_number() -> None:
    assert epoch(1) == epoch(1)
    assert epoch(1) != epoch(2)
    assert epoch(1) != epoch(1, seed=2)


def test_segmentation_is_fresh_in_every_epoch_only_with_sampling() -> None:
    def segmentations(number: int, config: SubwordsConfig) -> set[tuple[int, ...]]:
        rows = [row for source, _ in epoch(number, config=config) for row in source]
        return {tuple(i for i in row if i != PAD) for row in rows}

    plain = replace(CONFIG, sampling=0.0)
    assert segmentations(1, plain) == segmentations(2, plain)
    assert segmentations(1, CONFIG) != segmentations(2, CONFIG)


def test_an_epoch_goes_on_at_any_batch() -> None:
    whole = epoch(3)
    assert len(whole) > 3
    for position in range(len(whole) + 1):
        assert epoch(3, position=position) == whole[position:]


def test_the_state_of_another_epoch_is_not_taken() -> None:
    batches = TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, CONFIG), 120, 1, 4)
    batches.load_state_dict({"epoch": 3, "position": 2})
    assert len(list(batches)) == len(batches)


def test_batches_have_about_the_asked_tokens() -> None:
    batches = TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, replace(CONFIG, sampling=0.0)), 120, 1, 0)
    sizes = [batch.target_tokens for batch in batches]
    longest = batches.dataset.target_lengths.max()
    assert max(sizes) <= 120 and sorted(sizes)[1] > 120 - longest


def test_targets_start_and_end_and_sources_end() -> None:
    batch = next(iter(TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, CONFIG), 120, 1, 0)))
    assert (batch.target[:, 0] == START).all()
    assert ((batch.target == END).sum(1) == 1).all() and ((batch.source == END).sum(1) == 1).all()
    assert batch.target_tokens == int((batch.target != PAD).sum()) - len(batch.target)


def test_pairs_beyond_max_length_leave_training_counted() -> None:
    config = tiny_config(Path("x"))
    long = [("der Hund " * 30, "the dog " * 30)]
    dataset, dropped = training_dataset([*PAIRS, *long], VOCABULARY, config)
    assert (len(dataset.examples), dropped) == (len(PAIRS), 1)
    with pytest.raises(InputError, match=r"every training pair is longer than data.max_length \(40 pieces\)"):
        training_dataset(long, VOCABULARY, config)


def test_one_pair_is_a_corpus() -> None:
    assert len(list(TrainingBatches(ParallelDataset(PAIRS[:1], VOCABULARY, CONFIG), 120, 1, 0))) == 1


def test_separate_vocabularies_are_saved_and_loaded(tmp_path: Path) -> None:
    separate = Vocabulary.train(PAIRS, replace(CONFIG, joint=False))
    assert not separate.joint and VOCABULARY.joint
    for name, vocabulary in (("one", VOCABULARY), ("two", separate)):
        vocabulary.save(tmp_path / name)
        loaded = Vocabulary.load(tmp_path / name, vocabulary.joint)
        assert (loaded.source.model, loaded.target.model) == (vocabulary.source.model, vocabulary.target.model)
    assert separate.source.model != separate.target.model


def test_training_pairs_are_read_and_checked(corpus: Path, tmp_path: Path) -> None:
    assert read_split(tiny_config(corpus).data, "train") == PAIRS
    with pytest.raises(InputError, match=r"has no training text.*; a corpus needs two languages"):
        read_split(tiny_config(tmp_path).data, "train")
    with pytest.raises(InputError, match=r"nowhere: no such folder"):
        read_split(tiny_config(tmp_path / "nowhere").data, "train")


def test_pad_fills_up_after_a_sentence() -> None:
    assert torch.equal(pad([[5, 6, 7], [8]]), torch.tensor([[5, 6, 7], [8, PAD, PAD]]))


@given(st.lists(st.integers(1, 60), max_size=50), st.integers(1, 200))
def test_batches_by_length_hold_everything_within_the_limit(lengths: list[int], limit: int) -> None:
    batches = batches_by_length(lengths, limit)
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= limit


@pytest.mark.parametrize("sampling", [0.0, 0.5])
def test_a_guide_links_the_pieces_of_linked_words_however_they_are_cut(sampling: float) -> None:
    """`Der Hund sieht ...`: word 1 of both sides, and the full stops at the ends, which are words of their own."""
    links = [{(1, 1), (len(split_words(s)) - 1, len(split_words(t)) - 1)} for s, t in PAIRS]
    dataset = ParallelDataset(PAIRS, VOCABULARY, replace(CONFIG, sampling=sampling), links)
    for batch in TrainingBatches(dataset, 120, 1, 0):
        assert batch.links is not None
        assert batch.links.shape == (len(batch.source), batch.target.shape[1] - 1, batch.source.shape[1])
        for row, source, target in zip(batch.links, batch.source, batch.target[:, 1:], strict=True):
            sides = [VOCABULARY.source.text_of([i for i in ids.tolist() if i > END]) for ids in (source, target)]
            words = [side.words() for side in sides]
            for j, i in row.nonzero().tolist():
                start, target_start = sides[0].spans[i][0], sides[1].spans[j][0]
                in_words = [
                    next(n for n, (a, b) in enumerate(word.spans) if a <= place < b)
                    for word, place in zip(words, (start, target_start), strict=True)
                ]
                assert in_words in ([1, 1], [len(words[0]) - 1, len(words[1]) - 1])
            assert row.any(1).sum() >= 2 and not row[:, (source == END).nonzero()[0]].any()


def test_a_sentence_is_segmented_once_without_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was encoded for its length, again for each batch, and decoded for the guide's spans."""
    texts_seen: list[str] = []
    segment = Subwords.segment

    def counted(subwords: Subwords, text: str) -> Segmented:
        texts_seen.append(text)
        return segment(subwords, text)

    monkeypatch.setattr(Subwords, "segment", counted)
    links = [{(0, 0)}] * len(PAIRS)
    dataset = ParallelDataset(PAIRS, VOCABULARY, replace(CONFIG, sampling=0.0), links)
    for name in ("segment", "encode", "text_of", "sample"):
        monkeypatch.setattr(Subwords, name, None)
    assert all(batch.links is not None for number in (0, 1) for batch in TrainingBatches(dataset, 120, 1, number))
    assert Counter(texts_seen) == Counter(side for pair in PAIRS for side in pair)


def test_with_and_without_a_guide_the_pieces_are_the_same() -> None:
    plain = replace(CONFIG, sampling=0.0)
    guided = ParallelDataset(PAIRS, VOCABULARY, plain, [set()] * len(PAIRS))
    for one, other in zip(
        TrainingBatches(guided, 120, 1, 0),
        TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, plain), 120, 1, 0),
        strict=True,
    ):
        assert torch.equal(one.source, other.source) and torch.equal(one.target, other.target)
        assert one.links is not None and not one.links.any()


def test_without_a_guide_a_batch_has_no_links() -> None:
    assert all(batch.links is None for batch in TrainingBatches(ParallelDataset(PAIRS, VOCABULARY, CONFIG), 120, 1, 0))


def test_a_batch_twice_has_each_pair_again_after_all_others() -> None:
    links = torch.tensor([[[True, False]], [[False, True]]])
    batch = Batch(torch.tensor([[5, 3], [6, 3]]), torch.tensor([[2, 3], [2, 3]]), links, weight=0.5).twice()
    assert batch.source.tolist() == [[5, 3], [6, 3], [5, 3], [6, 3]]
    assert batch.target.tolist() == [[2, 3]] * 4
    assert batch.links is not None and torch.equal(batch.links, torch.cat([links, links]))
    assert batch.weight == 0.5
