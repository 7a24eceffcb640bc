"""Files that a run begins with, and does not need to go on: subwords that are given, and word vectors."""

import io
import shutil
from pathlib import Path

import pytest
import torch
from conftest import sentences, tiny_config
from observed import plain, silent_train
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from seq2seq import Translator
from seq2seq.config.settings import Config
from seq2seq.errors import InputError
from seq2seq.train.run import prepare


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with the ids that spm_train gives: unknown 0, begin 1, end 2, no padding, no bytes."""
    made = io.BytesIO()
    text = (side for pair in sentences() for side in pair)
    SentencePieceTrainer.train(
        sentence_iterator=text, model_writer=made, vocab_size=90, hard_vocab_limit=False, minloglevel=2
    )
    path = tmp_path_factory.mktemp("given") / "my.model"
    path.write_bytes(made.getvalue())
    return path


def given(corpus: Path, model: Path, epochs: int = 1) -> Config:
    """One epoch with these subwords."""
    config = plain(tiny_config(corpus, max_epochs=epochs)).changed(training={"decay": "none"})
    return config.changed(subwords={"model": str(model)})


def test_a_run_has_its_own_copy_and_goes_on_without_the_file(corpus: Path, model: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(model, tmp_path / "own.model"))
    silent_train(given(corpus, own), tmp_path / "run")
    moved = own.rename(tmp_path / "moved.model")
    silent_train(given(corpus, moved, 2), tmp_path / "run")  # under another name
    moved.unlink()
    assert silent_train(given(corpus, moved, 3), tmp_path / "run")["epochs"] == 3
    subwords = Translator.load(tmp_path / "run").vocabulary.source
    before = SentencePieceProcessor(model_file=str(model))
    text = sentences()[0][0]
    assert len(subwords) == len(before) + 1 + 256  # padding and the bytes
    assert [subwords.piece(i) for i in subwords.encode([text])[0]] == before.encode(text, out_type=str)


def test_another_model_under_the_same_name_is_refused(
    corpus: Path, model: Path, tmp_path: Path, stranger: Path
) -> None:
    own = Path(shutil.copy(model, tmp_path / "own.model"))
    silent_train(given(corpus, own), tmp_path / "run")
    shutil.copy(stranger / "subwords.model", own)
    for epochs in (1, 2):  # finished, and to go on
        with pytest.raises(InputError, match=r"own.model: is not what .*run was trained with, says the SHA-256"):
            silent_train(given(corpus, own, epochs), tmp_path / "run")
    with pytest.raises(InputError, match=r"was trained with subwords\.model: .*own.model, not ; take another --run"):
        silent_train(plain(tiny_config(corpus, max_epochs=2)).changed(training={"decay": "none"}), tmp_path / "run")


def test_what_is_given_is_said_and_what_is_at_fault_leaves_no_folder(
    corpus: Path, model: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = prepare(given(corpus, model).changed(subwords={"joint": False}), tmp_path / "run")
    assert not module.vocabulary.joint
    said, size = capsys.readouterr().err, len(module.vocabulary.source)
    assert f"subwords.model {model}: {size} pieces, unigram\n" in said and "lowered" not in said
    assert f"subwords.target_model {model}: {size} pieces, unigram\n" in said
    with pytest.raises(InputError, match=r"^subwords.model: away: no such file; give a model that spm_train"):
        silent_train(given(corpus, Path("away")), tmp_path / "run")
    with pytest.raises(InputError, match=r"init.subwords: same those of init.run; set it to new$"):
        silent_train(given(corpus, model).changed(init={"run": str(trained)}), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def vectors(path: Path, words: dict[str, float]) -> Path:
    """A file in which all 16 values of a word are the same."""
    path.write_text("".join(f"{word} {' '.join([str(value)] * 16)}\n" for word, value in words.items()))
    return path


def test_pieces_take_the_vectors_of_their_words_at_the_scale_of_the_random_ones(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = plain(tiny_config(corpus)).changed(subwords={"model_type": "bpe", "vocab_size": 400, "joint": False})
    fresh = prepare(config, tmp_path / "run")
    file = vectors(tmp_path / "de.vec", {"der": 1, "DAS": 9, "ein": -2, ".": 3, "t": 50, "▁den": 60})
    module = prepare(config.changed(init={"source_embeddings": str(file)}), tmp_path / "run")
    rows, before = module.vocabulary.source.rows(), fresh.model.encoder.embedding.weight
    values = {"▁Der": 1, "▁der": 1, "▁Ein": -2, "▁ein": -2, ".": 3}
    known = {piece: value for piece, value in values.items() if piece in rows}
    assert len(known) > 2
    factor = before.square().mean().sqrt() / torch.tensor([value**2.0 for value in known.values()]).mean().sqrt()
    weight = module.model.encoder.embedding.weight
    for piece, value in known.items():
        assert torch.allclose(weight[rows[piece]], factor * value)
    others = [row for piece, row in rows.items() if piece not in known]
    assert torch.equal(weight[others], before[others]) and "t" in rows
    assert torch.equal(module.model.decoder.embedding.weight, fresh.model.decoder.embedding.weight)
    assert torch.equal(module.evaluated.encoder.embedding.weight, weight)
    taken = f"init.source_embeddings {file}: {len(known)} of {len(rows)} source pieces taken\n"
    assert taken in capsys.readouterr().err


def test_both_sides_give_a_shared_matrix_what_they_know(corpus: Path, tmp_path: Path) -> None:
    files = [vectors(tmp_path / "de.vec", {".": 1, "der": 1}), vectors(tmp_path / "en.vec", {".": -1})]
    both = dict(zip(("source_embeddings", "target_embeddings"), map(str, files), strict=True))
    module = prepare(plain(tiny_config(corpus)).changed(init=both), tmp_path / "run")
    weight, rows = module.model.output_weight, module.vocabulary.source.rows()
    assert weight is module.model.encoder.embedding.weight
    assert (weight[rows["."]] < 0).all() and weight[rows["."]].unique().numel() == 1


def test_in_a_file_of_pieces_each_takes_its_own_spelling(corpus: Path, tmp_path: Path) -> None:
    file = vectors(tmp_path / "pieces.vec", {"▁": 1, "▁d": 1, ".": 1, "r": -1})
    config = plain(tiny_config(corpus)).changed(init={"target_embeddings": str(file)})
    module = prepare(config, tmp_path / "run")
    row = module.model.output_weight[module.vocabulary.target.rows()["r"]]
    assert (row < 0).all() and row.unique().numel() == 1


def test_a_run_goes_on_without_its_vectors_and_not_with_others(corpus: Path, tmp_path: Path) -> None:
    file = vectors(tmp_path / "en.vec", {".": 1})
    config = plain(tiny_config(corpus, max_epochs=1)).changed(init={"target_embeddings": str(file)})
    silent_train(config, tmp_path / "run")
    vectors(file, {".": 2})
    longer = config.changed(trainer={"max_epochs": 2})
    with pytest.raises(InputError, match=r"en\.vec: is not what .*run was trained with"):
        silent_train(longer, tmp_path / "run")
    file.unlink()
    assert silent_train(longer, tmp_path / "run")["epochs"] == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"xyz": 1}, r"^init.target_embeddings: .*my.vec: knows no word that is a piece of this corpus; give"),
        ({".": 0}, "has no value but 0"),
        ({".": "nan"}, r"my.vec, line 1: 'nan' is no finite number"),
    ],
)
def test_vectors_at_fault_leave_no_folder(corpus: Path, tmp_path: Path, words: dict[str, float], message: str) -> None:
    file = vectors(tmp_path / "my.vec", words)
    with pytest.raises(InputError, match=message):
        silent_train(plain(tiny_config(corpus)).changed(init={"target_embeddings": str(file)}), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_embeddings_come_from_one_place(corpus: Path, trained: Path) -> None:
    both = {"run": str(trained), "target_embeddings": "en.vec"}
    with pytest.raises(
        InputError, match=r"run gives embeddings, and so does en\.vec; leave embeddings out of init\.parts"
    ):
        tiny_config(corpus).changed(init=both)
    assert tiny_config(corpus).changed(init=both | {"parts": "encoder"}).init.target_embeddings == "en.vec"
