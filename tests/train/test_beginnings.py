"""Files that a run begins with, and does not need to go on: subwords that are given."""

import io
import shutil
from pathlib import Path

import pytest
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
