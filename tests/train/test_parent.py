"""A training that starts from another run: what it takes over, what it says of it, and what it refuses."""

import shutil
from pathlib import Path

import pytest
import torch
from conftest import tiny_config
from observed import check_same_weights, plain, silent_train
from safetensors.torch import load_file, save_file

from seq2seq import Translator
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.module import TrainingModule
from seq2seq.train.run import prepare


def child(corpus: Path, parent: Path, **init: object) -> Config:
    """A run like the parent, but for its seed, that starts from it."""
    return plain(tiny_config(corpus)).changed(init={"run": str(parent), **init}, training={"seed": 7})


def equal(module: TrainingModule, parent: Translator) -> set[str]:
    """The names of the tensors that are the parent's."""
    given = dict(parent.model.named_parameters())
    own = module.model.named_parameters()
    return {name for name, tensor in own if given[name].shape == tensor.shape and torch.equal(given[name], tensor)}


def test_all_weights_and_the_subwords_are_taken(
    corpus: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module, parent = prepare(child(corpus, trained), tmp_path / "run"), Translator.load(trained)
    assert equal(module, parent) == {name for name, _ in parent.model.named_parameters()}
    assert module.vocabulary.source.model == parent.vocabulary.source.model
    assert equal(module, parent) and all(
        torch.equal(own, average)
        for own, average in zip(module.model.parameters(), module.evaluated.parameters(), strict=True)
    )
    said, pieces = capsys.readouterr().err, len(parent.vocabulary.source)
    assert f"init.run {trained}: encoder: 8 of 8 tensors taken\n" in said
    assert f"init.run {trained}: embeddings: {pieces} of {pieces} source pieces taken\n" in said


@pytest.mark.parametrize("part", ["encoder", "decoder", "embeddings"])
def test_a_part_is_taken_alone(corpus: Path, trained: Path, tmp_path: Path, part: str) -> None:
    module, parent = prepare(child(corpus, trained, parts=part), tmp_path / "run"), Translator.load(trained)
    outer = {"output_weight", "output_bias"}
    names = {name for name, _ in parent.model.named_parameters()}
    wanted = outer if part == "embeddings" else {name for name in names if name.startswith(f"{part}.")}
    assert equal(module, parent) == wanted


def test_pieces_that_both_know_keep_their_rows_under_new_ids(corpus: Path, stranger: Path, tmp_path: Path) -> None:
    """The stranger has other subwords: of the pieces with the same spelling the rows are its own, others are fresh."""
    module, parent = prepare(child(corpus, stranger, subwords="new"), tmp_path / "run"), Translator.load(stranger)
    own, given = module.vocabulary.target, parent.vocabulary.target
    pieces = {given.piece(i): i for i in range(len(given))}
    assert own.model != given.model
    weight, before = module.model.output_weight, parent.model.output_weight
    known = [(i, pieces[own.piece(i)]) for i in range(len(own)) if own.piece(i) in pieces]
    assert len(known) < len(own) and any(new != old for new, old in known)
    assert all(torch.equal(weight[new], before[old]) for new, old in known)
    fresh = set(range(len(own))) - {new for new, _ in known}
    assert not any((before == weight[new]).all(1).any() for new in fresh)


def test_what_has_another_shape_stays_fresh_and_is_named(
    corpus: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = child(corpus, trained).changed(model={"encoder_layers": 2, "decoder_layers": 3})
    prepare(config, tmp_path / "run")
    said = capsys.readouterr().err
    assert "encoder: 8 of 16 tensors taken; left fresh: encoder.layers.1.forwards" in said and " and 5 more" in said


def test_a_run_of_other_sizes_is_refused_with_the_settings(corpus: Path, trained: Path, tmp_path: Path) -> None:
    config = child(corpus, trained).changed(model={"embedding_size": 32, "hidden_size": 64})
    message = r"nothing of its encoder fits; set model.embedding_size to 16 \(it is 32\) and model.hidden_size to 16 "
    with pytest.raises(InputError, match=message):
        prepare(config, tmp_path / "run")
    with pytest.raises(InputError, match=r"has subwords.joint: true, this run false, so it cannot keep"):
        prepare(child(corpus, trained).changed(subwords={"joint": False}), tmp_path / "run")
    with pytest.raises(InputError, match=r"^init.run: away: no such folder, and no run of that name ships"):
        prepare(child(corpus, Path("away")), tmp_path / "run")
    with pytest.raises(InputError, match=r"^init.parts has 'head'; there are encoder, decoder, embeddings, aligner$"):
        child(corpus, trained, parts="encoder, head")


def test_it_goes_on_as_if_never_stopped_and_knows_its_parent_again(corpus: Path, trained: Path, tmp_path: Path) -> None:
    parent = shutil.copytree(trained, tmp_path / "parent")
    config = child(corpus, parent).changed(training={"decay": "none"})
    silent_train(config, whole := tmp_path / "whole")
    for epochs in (1, 2):
        silent_train(config.changed(trainer={"max_epochs": epochs}), again := tmp_path / "again")
    check_same_weights(whole, again)
    moved = parent.rename(tmp_path / "moved")
    further = config.changed(init={"run": str(moved)}, trainer={"max_epochs": 3})
    assert silent_train(further, whole)["epochs"] == 3  # under another name, with the same weights
    (moved / "run.json").unlink()
    weights = load_file(moved / "model.safetensors")
    save_file({name: tensor + 1 for name, tensor in weights.items()}, moved / "model.safetensors")
    with pytest.raises(InputError, match=r"moved/model.safetensors: is not what .*whole was trained with"):
        silent_train(further.changed(trainer={"max_epochs": 4}), whole)
    shutil.rmtree(moved)
    assert silent_train(further, whole)["epochs"] == 3  # finished: the parent may go
    with pytest.raises(InputError, match=r"moved/model.safetensors: is not there, and .*whole was trained with it"):
        silent_train(further.changed(trainer={"max_epochs": 4}), whole)
