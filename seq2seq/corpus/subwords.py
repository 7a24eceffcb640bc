"""SentencePiece: text to subword ids and back, and the span of the original text that each piece stands for."""

import io
import random
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import sentencepiece

from seq2seq.alignment.sides import END as END_PIECE
from seq2seq.alignment.sides import Side
from seq2seq.config.sections import SubwordsConfig
from seq2seq.corpus.masking import SPACE_MARK, mask, places, unmask
from seq2seq.corpus.sampling import BpeSampler, Pieces, Sampler, UnigramSampler
from seq2seq.corpus.spelling import is_of_letters, unknown_share
from seq2seq.errors import InputError
from seq2seq.text.bounded import read_bounded
from seq2seq.text.unicode import check_unicode
from seq2seq.text.visible import inner_span, strip
from seq2seq.text.words import Span, word_spans
from seq2seq.text.writing import atomic_write

PAD, UNKNOWN, START, END = 0, 1, 2, 3
"""Ids of the special pieces: padding, unknown (never used: bytes stand in), start and end of a sentence."""

MAX_BYTES = 100_000_000
"""Longest file of a model."""
NONCHARACTERS = range(0xFDD2, 0xFDF0)
"""Code points that no text has (Unicode Standard, section 23.7), but for those of `masking`."""
ANEW = "copy the run anew, or train it anew"


class Segmented(NamedTuple):
    """A text as ids, end of sentence included, and its pieces with their spans."""

    ids: list[int]
    side: Side


class Subwords:
    """One SentencePiece model. Nothing is unknown to it: a character outside its vocabulary is written in bytes.

    Any text survives encoding and decoding, except that runs of spaces become one, white space at the ends is dropped,
    and a text that is blank (`text.visible`) gives no pieces.
    `tokenised` says what the words of a text are (`text.words.word_spans`): the sides that are made here carry them.
    """

    def __init__(self, model: bytes, tokenised: bool = False) -> None:
        self.model, self.tokenised = model, tokenised
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self._samplers: dict[float, Sampler] = {}

    def __getstate__(self) -> tuple[bytes, bool]:
        return self.model, self.tokenised

    def __setstate__(self, state: tuple[bytes, bool]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def __len__(self) -> int:
        """Number of pieces."""
        return int(self._processor.get_piece_size())

    @classmethod
    def train(cls, sentences: Iterable[str], config: SubwordsConfig, tokenised: bool = False) -> "Subwords":
        """A model of at most `config.vocab_size` pieces, fewer where the text has not so many to give.

        The text is not normalised: what goes in comes out. Raises InputError when `vocab_size` has no room for the
        characters of the text.
        """
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=(mask(strip(sentence)) for sentence in sentences),
                model_writer=model,
                vocab_size=config.vocab_size,
                model_type=config.model_type,
                hard_vocab_limit=False,
                byte_fallback=True,
                character_coverage=1.0,
                normalization_rule_name="identity",
                max_sentence_length=1 << 20,
                pad_id=PAD,
                unk_id=UNKNOWN,
                bos_id=START,
                eos_id=END,
                num_threads=1,  # more would add up in any order, and no two trainings would give the same model
                minloglevel=2,
            )
        except RuntimeError as error:
            if found := re.search(r"smaller than required_chars\. \d+ vs (\d+)", str(error)):
                raise InputError(
                    f"subwords.vocab_size is {config.vocab_size}, but the characters of the corpus and the 256 bytes "
                    f"alone need {found[1]}; set it to {found[1]} or more"
                ) from None
            raise
        return cls(model.getvalue(), tokenised)

    @classmethod
    def load(cls, path: Path, tokenised: bool = False) -> "Subwords":
        """A saved model; InputError when the file is missing, too long or no such model."""
        content = read_bounded(path, MAX_BYTES, "is the run trained?")
        try:
            model = cls(content, tokenised)
        except (RuntimeError, ValueError):  # also of text that is not UTF-8
            raise InputError(f"{path}: not a SentencePiece model; {ANEW}") from None
        if not model.is_ours:
            raise InputError(f"{path}: its special pieces are not those of this program; {ANEW}")
        return model

    @property
    def is_ours(self) -> bool:
        """Has it the special pieces with the ids that this program trains its models with, and the 256 bytes?"""
        model = self._processor
        special = (model.pad_id(), model.unk_id(), model.bos_id(), model.eos_id())
        return special == (PAD, UNKNOWN, START, END) and model.is_byte(model.piece_to_id("<0x00>"))

    def save(self, path: Path) -> None:
        """Write the model, readable by any SentencePiece program."""
        with atomic_write(path) as stream:
            stream.write(self.model)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text's best segmentation, without an end of sentence; InputError for a text that is not
        Unicode (`check_unicode`)."""
        return list(self._processor.encode([mask(strip(check_unicode(text))) for text in texts]))

    def sample(self, texts: Sequence[str], config: SubwordsConfig, seed: int) -> list[list[int]]:
        """A segmentation of each text drawn at random (`config.sampling`), the same for the same texts and seed."""
        sampler, generator = self._sampler(config.sampling), random.Random(seed)
        return [
            [
                piece
                for word in self._processor.normalize(mask(strip(text))).split(SPACE_MARK)
                if word
                for piece in sampler.draw(SPACE_MARK + word, generator)
            ]
            for text in texts
        ]

    @cached_property
    def model_type(self) -> str:
        """How the model cuts: `unigram`, `bpe`, or of one that was trained elsewhere `char`."""
        from sentencepiece import sentencepiece_model_pb2  # which translating does not wait for

        proto: Any = sentencepiece_model_pb2
        kind = proto.ModelProto.FromString(self.model).trainer_spec.model_type
        return str(proto.TrainerSpec.ModelType.Name(kind)).lower()

    def _sampler(self, strength: float) -> Sampler:
        if strength not in self._samplers:
            model, whole = self._processor, self._whole()
            pieces = Pieces(
                {model.id_to_piece(i): i for i in whole},
                {model.id_to_piece(i): model.get_score(i) for i in whole},
                [model.piece_to_id(f"<0x{byte:02X}>") for byte in range(256)],
            )
            kind = BpeSampler if self.model_type == "bpe" else UnigramSampler
            self._samplers[strength] = kind(pieces, strength)
        return self._samplers[strength]

    def segment(self, text: str) -> Segmented:
        """A text as the model reads it. Spans are of `text` itself, in characters, white space around them left out.
        InputError for a text that is not Unicode (`check_unicode`)."""
        start, end = inner_span(check_unicode(text))
        masked = mask(text[start:end])
        mapping = self._processor.encode(masked, return_type="offset_mapping")
        return Segmented([*mapping["ids"], END], self._side(text, masked, mapping, start))

    def text_of(self, ids: Sequence[int]) -> Side:
        """The text that ids (without special ones) spell, with its pieces and spans. Broken UTF-8 becomes U+FFFD."""
        mapping = self._processor.decode(list(ids), return_type="offset_mapping")
        return self._side(unmask(mapping["text"]), mapping["text"], mapping)

    def _side(self, text: str, masked: str, mapping: dict[str, Any], offset: int = 0) -> Side:
        pieces, spans = [unmask(piece) for piece in mapping["pieces"]], mapping["offsets"]
        if (place := places(masked)) is not None:
            spans = [(place[start], place[end]) for start, end in spans]
        spans = [_strip(text, (start + offset, end + offset)) for start, end in spans]
        end = len(text)
        return Side(text, (*pieces, END_PIECE), (*spans, (end, end)), self.words(text))

    def piece(self, identifier: int) -> str:
        """The piece of an id as sides show it; IndexError where there is none."""
        return unmask(self._processor.id_to_piece(identifier))

    def rows(self) -> dict[str, int]:
        """The id of each piece by its spelling, special ones and bytes too: the same piece in another model has the
        same spelling."""
        return {self._processor.id_to_piece(identifier): identifier for identifier in range(len(self))}

    def id_of(self, piece: str) -> int | None:
        """The id of a piece, special ones too; None where there is none."""
        found = self._processor.piece_to_id(piece)
        return None if found == UNKNOWN else int(found)

    def is_byte(self, identifier: int) -> bool:
        """Is this piece a byte of UTF-8?"""
        return bool(self._processor.is_byte(identifier))

    def spelling(self, identifier: int) -> bytes:
        """What a piece stands for, in UTF-8, with `▁` for a space and the text as `masking` has it; nothing for a
        special piece."""
        piece = self._processor.id_to_piece(identifier)
        if identifier in (PAD, UNKNOWN, START, END):
            return b""
        return bytes([int(piece[1:-1], 16)]) if self.is_byte(identifier) else piece.encode()

    def spell(self, text: str) -> list[int]:
        """The ids of a text that goes on right where another ends: without a space before it, but for its own.

        SentencePiece sets a space before every text. So the text is encoded after a character that is in no piece,
        whose bytes are left out; white space at the text's end is dropped. InputError as `segment`.
        """
        anchor = next(chr(code) for code in NONCHARACTERS if self.id_of(chr(code)) is None)
        before = self._processor.encode(anchor)
        text = check_unicode(text)
        return list(self._processor.encode(anchor + mask(text.rstrip()))[len(before) :])

    def unknown_share(self, side: Side) -> float:
        """The share of a text that this model spells in bytes or single letters (`spelling.unknown_share`)."""
        return unknown_share(side, letters_count=not self._is_of_letters)

    @cached_property
    def _is_of_letters(self) -> bool:
        return is_of_letters(self._processor.id_to_piece(i) for i in self._whole())

    def _whole(self) -> list[int]:
        """The ids of the pieces that are text: neither special nor a byte."""
        model = self._processor
        others = (model.is_control, model.is_unknown, model.is_byte, model.is_unused)
        return [i for i in range(len(self)) if not any(is_other(i) for is_other in others)]

    def words(self, text: str) -> tuple[Span, ...]:
        """Where the words of a text are."""
        return tuple(word_spans(text, self.tokenised))


def _strip(text: str, span: Span) -> Span:
    """The span without the white space at its ends; empty, at its end, where there is nothing else."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
