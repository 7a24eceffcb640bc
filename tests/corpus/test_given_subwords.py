"""SentencePiece models that were trained elsewhere: whatever their special pieces are, they cut as they did."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from test_subwords import TEXT

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.given_subwords import given_vocabulary, read_given
from seq2seq.corpus.subwords import END, PAD, START, UNKNOWN, Subwords
from seq2seq.errors import InputError


def spm_train(**options: object) -> bytes:
    """A model as `spm_train` writes it."""
    made = io.BytesIO()
    settings = {"vocab_size": 60, "hard_vocab_limit": False, "minloglevel": 2, "num_threads": 1} | options
    SentencePieceTrainer.train(sentence_iterator=iter(TEXT), model_writer=made, **settings)
    return made.getvalue()


MODELS = {
    "the default": spm_train(),
    "Joey NMT": spm_train(unk_id=0, pad_id=1, bos_id=2, eos_id=3, model_type="bpe"),
    "T5": spm_train(pad_id=0, eos_id=1, unk_id=2, bos_id=-1, user_defined_symbols=["<extra_id_0>"]),
    "BERT": spm_train(pad_piece="[PAD]", pad_id=3, unk_piece="[UNK]", eos_piece="[SEP]", control_symbols=["[MASK]"]),
    "Llama": spm_train(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", vocab_size=320),
    "char": spm_train(model_type="char"),
}
SEEN = st.text(st.sampled_from("derHundsihtKBalpkczgof   \uff21\ufb01"), max_size=30)


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Subwords]:
    """The models, read from files."""
    folder = tmp_path_factory.mktemp("models")
    made = {}
    for name, content in MODELS.items():
        (folder / name).write_bytes(content)
        made[name] = read_given(folder / name)
    return made


@given(SEEN)
def test_text_is_cut_as_the_model_cuts_it(adopted: dict[str, Subwords], text: str) -> None:
    """Unknown characters aside, which become bytes; and those are the bytes of what is unknown."""
    for name, content in MODELS.items():
        before, after = SentencePieceProcessor(model_proto=content), adopted[name]
        pieces = [after.piece(i) for i in after.encode([text])[0]]
        if before.unk_id() not in before.encode(text):
            assert pieces == before.encode(text, out_type=str), name
        assert after.text_of(after.encode([text])[0]).text == before.normalize(text).replace("▁", " ").strip(), name


@pytest.mark.parametrize("name", MODELS)
def test_special_pieces_get_our_ids_and_all_others_are_kept_once(adopted: dict[str, Subwords], name: str) -> None:
    before, after = SentencePieceProcessor(model_proto=MODELS[name]), adopted[name]
    assert after.is_ours
    assert [after.piece(i) for i in (PAD, UNKNOWN, START, END)] == ["<pad>", "<unk>", "<s>", "</s>"]
    special = {before.pad_id(), before.unk_id(), before.bos_id(), before.eos_id()}
    kept = [before.id_to_piece(i) for i in range(len(before)) if i not in special and not before.is_byte(i)]
    assert [after.piece(i) for i in range(260, len(after))] == kept
    assert len(after) == len(after.rows())


def test_a_given_model_is_read_again_from_the_folder_of_a_run(adopted: dict[str, Subwords], tmp_path: Path) -> None:
    """And one of ours comes back with the same ids."""
    for model in adopted.values():
        model.save(tmp_path / "subwords.model")
        assert Subwords.load(tmp_path / "subwords.model").encode(TEXT) == model.encode(TEXT)
    own = Subwords.train(TEXT, SubwordsConfig(vocab_size=320))
    own.save(tmp_path / "own.model")
    assert read_given(tmp_path / "own.model").encode(TEXT) == own.encode(TEXT)


@pytest.mark.parametrize(("name", "kind"), [("the default", "unigram"), ("Joey NMT", "bpe"), ("char", "char")])
def test_the_kind_is_read_from_the_model(adopted: dict[str, Subwords], name: str, kind: str) -> None:
    assert adopted[name].model_type == kind


def test_drawn_segmentations_spell_the_text_as_the_model_reads_it(adopted: dict[str, Subwords]) -> None:
    """A model of NFKC reads a wide A as A, and so it does when segmentations are drawn."""
    config = SubwordsConfig(model_type="bpe", sampling=0.5)  # of the settings only the strength counts
    for name in ("the default", "Joey NMT", "Llama"):
        model = adopted[name]
        drawn = [model.sample(["\uff24er Hund sieht"], config, seed)[0] for seed in range(8)]
        spelt = "\uff24er Hund sieht" if name == "Llama" else "Der Hund sieht"
        assert {model.text_of(ids).text for ids in drawn} == {spelt}
        assert len(set(map(tuple, drawn))) > 1


def test_one_model_or_one_for_each_side(tmp_path: Path) -> None:
    for name in ("the default", "char"):
        (tmp_path / name).write_bytes(MODELS[name])
    model, target = str(tmp_path / "the default"), str(tmp_path / "char")
    assert given_vocabulary(SubwordsConfig()) is None
    both = given_vocabulary(SubwordsConfig(model=model))
    each = given_vocabulary(SubwordsConfig(model=model, target_model=target, joint=False))
    same = given_vocabulary(SubwordsConfig(model=model, joint=False))
    assert both is not None and each is not None and same is not None
    assert both.joint and not each.joint and not same.joint
    assert each.target.model_type == "char" and same.target.model == both.target.model == each.source.model


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty; give a model that spm_train"),
        (b"der\nHund\n", "not a SentencePiece model, or not a whole one; give"),
        (MODELS["the default"][:300], "not a SentencePiece model, or not a whole one"),
        (None, "no such file; give a model"),
        (spm_train(model_type="word", vocab_size=20), "cannot spell words that it does not know; train one"),
        (spm_train(treat_whitespace_as_suffix=True), "was trained with treat_whitespace_as_suffix=true, so its words"),
        (spm_train(add_dummy_prefix=False), r"was trained with add_dummy_prefix=false.* --add_dummy_prefix=true, or"),
    ],
    ids=["empty", "text", "cut", "missing", "words", "suffix", "no prefix"],
)
def test_what_does_not_fit_is_refused_in_a_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"x.model: {message}") as error:
        read_given(path)
    assert "\n" not in str(error.value)


def test_a_model_that_lacks_its_end_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    whole, path = spm_train(normalization_rule_name="identity"), tmp_path / "x.model"
    for end in range(1, len(whole) - 40, 3):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match=r"not a whole one|whose end is missing"):
            read_given(path)


def test_a_folder_is_refused_and_so_is_a_model_for_a_side_that_has_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^subwords\.model: .*: not a regular file; give a model"):
        given_vocabulary(SubwordsConfig(model=str(tmp_path)))
    for settings in ({"model": "a", "target_model": "b"}, {"target_model": "b", "joint": False}):
        with pytest.raises(ValueError, match=r"target_model needs subwords\.model and subwords\.joint: false"):
            SubwordsConfig(**settings)
