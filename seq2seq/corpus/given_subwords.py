"""SentencePiece models that were trained elsewhere, made to fit: special pieces where this program has them, and bytes.

A model cuts text in the same way whatever the ids of its pieces are. So the special ones and the 256 bytes are put
first, those that it lacks are added, and the others follow in their order. A character that it does not know comes out
in bytes, and no longer as one unknown piece; all other text is cut as the model cuts it.
"""

from pathlib import Path
from typing import Any

import sentencepiece
from google.protobuf.message import DecodeError
from sentencepiece import sentencepiece_model_pb2

from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.masking import SPACE_MARK
from seq2seq.corpus.subwords import MAX_BYTES, Subwords
from seq2seq.corpus.vocabulary import Vocabulary
from seq2seq.errors import InputError
from seq2seq.text.bounded import read_bounded

SPECIAL = ("pad", "unk", "bos", "eos")
"""The special pieces, in the order of their ids here."""
NAMES = ("<pad>", "<unk>", "<s>", "</s>")
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
MOST_PIECES = 1_000_000
ANOTHER = "give a model that spm_train of SentencePiece has written, or leave subwords.model empty to train one"

proto: Any = sentencepiece_model_pb2  # its classes are made when it is imported
Piece = proto.ModelProto.SentencePiece


def given_vocabulary(config: SubwordsConfig, tokenised: bool = False) -> Vocabulary | None:
    """The models that `model` and `target_model` name, None where they name none; `tokenised` is as in `Subwords`.

    Raises InputError as `read_given`, with the name of the setting.
    """
    if not config.model:
        return None
    names = [("model", config.model)]
    if not config.joint:
        names.append(("target_model", config.target_model) if config.target_model else names[0])
    models = []
    for name, file in names:
        try:
            models.append(read_given(Path(file), tokenised))
        except InputError as error:
            raise InputError(f"subwords.{name}: {error}") from None
    return Vocabulary(models[0], models[-1])


def read_given(path: Path, tokenised: bool = False) -> Subwords:
    """A model of any special pieces and ids, made to fit.

    Raises InputError for what is no whole model of SentencePiece, for one of whole words, and for one whose pieces do
    not begin words with `▁`.
    """
    content = read_bounded(path, MAX_BYTES, ANOTHER)
    if not content:
        raise InputError(f"{path}: empty; {ANOTHER}")
    try:
        sentencepiece.SentencePieceProcessor(model_proto=content)
        found = proto.ModelProto.FromString(content)
        model = Subwords(_fitting(found), tokenised)
        pieces = model.rows()  # fails for what is not UTF-8
    except (RuntimeError, ValueError, DecodeError):
        raise InputError(f"{path}: not a SentencePiece model, or not a whole one; {ANOTHER}") from None
    if not (found.HasField("trainer_spec") and found.HasField("normalizer_spec")):  # they come after the pieces
        raise InputError(f"{path}: a SentencePiece model whose end is missing; copy it anew")
    if len(found.pieces) > MOST_PIECES:
        raise InputError(f"{path}: has {len(found.pieces):,} pieces, {MOST_PIECES:,} is the most; {ANOTHER}")
    if found.trainer_spec.model_type == proto.TrainerSpec.WORD or SPACE_MARK not in pieces:
        raise InputError(f"{path}: cannot spell words that it does not know; train one of the type unigram or bpe")
    _check_words(found, path)
    return model


def _check_words(model: Any, path: Path) -> None:
    """Raise InputError where `▁` is not what a word begins with."""
    normalizer, trainer = model.normalizer_spec, model.trainer_spec
    for name, is_so, wanted in (
        ("add_dummy_prefix", normalizer.add_dummy_prefix, True),
        ("escape_whitespaces", normalizer.escape_whitespaces, True),
        ("treat_whitespace_as_suffix", trainer.treat_whitespace_as_suffix, False),
    ):
        if is_so != wanted:
            raise InputError(
                f"{path}: was trained with {name}={str(is_so).lower()}, so its words do not begin with {SPACE_MARK}; "
                f"train one with spm_train --{name}={str(wanted).lower()}, or leave subwords.model empty"
            )


def _fitting(model: Any) -> bytes:
    """The model with the special pieces and the bytes first."""
    trainer, pieces = model.trainer_spec, list(model.pieces)
    own = [getattr(trainer, f"{name}_piece") for name in SPECIAL]
    moved = [piece for piece in pieces if piece.type in (Piece.UNKNOWN, Piece.BYTE)]
    moved += [piece for piece in pieces if piece.type == Piece.CONTROL and piece.piece in (*own, *NAMES)]
    types = [Piece.UNKNOWN if name == "unk" else Piece.CONTROL for name in SPECIAL]
    first = [Piece(piece=name, score=0.0, type=kind) for name, kind in zip(NAMES, types, strict=True)]
    first += [Piece(piece=byte, score=0.0, type=Piece.BYTE) for byte in BYTES]
    gone = {id(piece) for piece in moved}
    # What was recorded to test the model with when it is loaded is left behind: unknown characters are others now.
    made = proto.ModelProto(pieces=first + [piece for piece in pieces if id(piece) not in gone])
    made.trainer_spec.CopyFrom(trainer)
    made.normalizer_spec.CopyFrom(model.normalizer_spec)
    if model.HasField("denormalizer_spec"):
        made.denormalizer_spec.CopyFrom(model.denormalizer_spec)
    made.trainer_spec.byte_fallback, made.trainer_spec.vocab_size = True, len(made.pieces)
    for identifier, (name, piece) in enumerate(zip(SPECIAL, NAMES, strict=True)):
        setattr(made.trainer_spec, f"{name}_id", identifier)
        setattr(made.trainer_spec, f"{name}_piece", piece)
    return made.SerializeToString(deterministic=True)
