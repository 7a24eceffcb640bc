"""A store: the same pairs, pieces and batches as from the text itself, and never those of another text."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import sentences, tiny_config, write_corpus
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from seq2seq.alignment.links import Link
from seq2seq.config.settings import Config
from seq2seq.corpus import store as module
from seq2seq.corpus.batches import ParallelDataset, TrainingBatches, read_split
from seq2seq.corpus.ragged import Ragged, appending
from seq2seq.corpus.store import Store, find_store, make_store
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.train.inputs import digests
from seq2seq.train.run import train

PAIRS = sentences()[:60]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Of a corpus in which one sentence has letters beyond ASCII, and two are long."""
    pairs = [("Ein größeres Haus 집", "a house ▁ 家"), ("der Hund " * 30, "the dog"), *PAIRS, ("Ja", "yes " * 50)]
    return tiny_config(write_corpus(tmp_path / "corpus", train=pairs, val=sentences()[60:68]))


def stored(config: Config) -> Store:
    return make_store(config, digests(config), None)


def batches(config: Config, text: Store | None, guided: bool) -> list[tuple[torch.Tensor | None, ...]]:
    """Those of two epochs."""
    pairs = read_split(config.data, "train") if text is None else text.pairs
    vocabulary = (
        Vocabulary.train(read_split(config.data, "train"), config.subwords) if text is None else text.vocabulary
    )
    links: list[set[Link]] | None = [{(0, 0)}] * len(pairs) if guided else None
    dataset = ParallelDataset(pairs, vocabulary, config.subwords, links, None if text is None else text.ids)
    assert dataset.drop_longer(config.data.max_length) == 2
    return [
        (batch.source, batch.target, batch.links)
        for epoch in (0, 1)
        for batch in TrainingBatches(dataset, config.data.batch_tokens, 1, epoch)
    ]


@pytest.mark.parametrize("sampling", [0.0, 0.5])
@pytest.mark.parametrize("guided", [False, True])
def test_batches_are_those_in_memory(config: Config, sampling: float, guided: bool) -> None:
    config = config.changed(subwords={"sampling": sampling})
    expected, found = batches(config, None, guided), batches(config, stored(config), guided)
    assert len(found) == len(expected) > 4
    for one, other in zip(found, expected, strict=True):
        for mine, memory in zip(one, other, strict=True):
            assert mine is memory is None or torch.equal(mine, memory)


def test_pairs_are_those_of_the_text(config: Config) -> None:
    pairs = stored(config).pairs
    assert list(pairs) == pairs[:] == read_split(config.data, "train")
    assert (pairs[0], pairs[-1]) == (("Ein größeres Haus 집", "a house ▁ 家"), pairs[len(pairs) - 1])


@pytest.mark.parametrize("joint", [True, False])
def test_a_run_from_a_store_is_the_run_from_the_text(config: Config, joint: bool, tmp_path: Path) -> None:
    config = config.changed(subwords={"joint": joint, "vocab_size": 320 if joint else 300})
    train(config, tmp_path / "text")
    stored(config)
    train(config, tmp_path / "store")
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("text", "store"))
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_store_is_found_again_and_not_for_another_text_or_other_models(config: Config, tmp_path: Path) -> None:
    made = stored(config)
    for same in (config, config.changed(subwords={"sampling": 0.0}), config.changed(data={"max_length": 9})):
        found = find_store(same, digests(same), None)
        assert found is not None and found.folder == made.folder
    assert find_store(config, digests(config), made.vocabulary) is not None
    other = Vocabulary.train(PAIRS[:30], replace(config.subwords, vocab_size=300))
    assert find_store(config, digests(config), other) is None
    assert find_store(config.changed(subwords={"vocab_size": 300}), digests(config), None) is None
    assert make_store(config, digests(config), other).vocabulary.files() == other.files()
    with config.data.path("train", "de").open("a") as source, config.data.path("train", "en").open("a") as target:
        source.write("Ja\n")
        target.write("yes\n")
    assert find_store(config, digests(config), None) is None


def test_a_large_text_gets_a_store_by_itself(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train(config, tmp_path / "small")
    assert not (tmp_path / "corpus/store").exists()
    monkeypatch.setattr(module, "LARGE", 1000)
    capsys.readouterr()
    train(config, tmp_path / "large")
    (folder,) = (tmp_path / "corpus/store").iterdir()
    err = capsys.readouterr().err
    assert f"cut into pieces once, into {tmp_path}/corpus/store\n" in err
    assert f"{folder}: read in place of the training text\n" in err


def test_what_is_wrong_in_the_text_is_told_and_nothing_is_left(config: Config) -> None:
    with pytest.raises(InputError, match=r"subwords\.vocab_size is 260, but the characters"):
        stored(config.changed(subwords={"vocab_size": 260}))
    path = config.data.path("train", "en")
    path.write_text(path.read_text(encoding="utf-8").replace("a house ▁ 家\n", " \n"), encoding="utf-8")
    with pytest.raises(InputError, match=r"train\.en, line 1: blank; remove the line from both files"):
        stored(config)
    assert not Path(config.data.folder, "store").exists()


@pytest.mark.parametrize("name", ["target.ids.values", "source.text.values", "source.text.starts", "subwords.model"])
@pytest.mark.parametrize("fault", ["cut", "changed", "missing"])
def test_a_damaged_store_is_named_with_the_way_out(config: Config, name: str, fault: str) -> None:
    folder = stored(config).folder
    content = (folder / name).read_bytes()
    if fault == "missing":
        (folder / name).unlink()
    else:
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        (folder / name).write_bytes(content[:-2] if fault == "cut" else changed)
    with pytest.raises(InputError, match=rf"^{folder}: is damaged; remove it, and the text is read anew$"):
        find_store(config, digests(config), None)
    shutil.rmtree(folder)
    assert find_store(config, digests(config), None) is None
    assert stored(config).folder == folder


def test_a_store_of_another_text_is_told_of(config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(config)
    train(config.changed(subwords={"vocab_size": 310}), tmp_path / "run")
    expected = f"{tmp_path}/corpus/store: is of another text or other subwords; the training text is held in memory\n"
    assert expected in capsys.readouterr().err


@given(st.lists(st.lists(st.integers(0, 60_000))))
def test_rows_come_back_from_memory_and_from_a_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[int]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "numbers"
    with appending(path, np.uint16) as append:
        for row in rows:
            append(row)
    for ragged in (Ragged.of(rows), Ragged.open(path, np.uint16)):
        assert [ragged[number].tolist() for number in range(len(ragged))] == rows
        assert ragged.lengths.tolist() == [len(row) for row in rows]
