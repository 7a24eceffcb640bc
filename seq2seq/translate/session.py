"""A translation made step by step by a person or a program: look at the next piece, choose it, change the attention.

The steps are those of greedy search, bit for bit: the same step function, the same sums, the same choice.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import VERSION, map_to_dict
from seq2seq.alignment.sides import Side
from seq2seq.corpus.masking import SPACE_MARK
from seq2seq.corpus.subwords import END
from seq2seq.errors import InputError
from seq2seq.text.visible import is_blank
from seq2seq.translate.arguments import check_count, check_integer, check_text
from seq2seq.translate.decoding import FORBIDDEN
from seq2seq.translate.limits import length_limit, too_long
from seq2seq.translate.next_words import next_words
from seq2seq.translate.prefixes import Prefix
from seq2seq.translate.rows import Row, checked_row, rounded_row, spread, word_row
from seq2seq.translate.search import best_choice
from seq2seq.translate.steps import Candidate, NextWord, Place, Replayed, Scores, Taken, model_engine, score, set_out
from seq2seq.translate.translation import NBest
from seq2seq.translate.translator import Translator
from seq2seq.translate.tree import BeamTree

CANDIDATES = 10
"""Candidates for the next piece that are told unless the caller says otherwise."""


class Session:
    """The translation of one sentence, which whoever holds it makes piece by piece.

    `candidates`, `row` and `state` tell of the next piece. `accept` takes the model's choice, `take` any piece, `force`
    any text, spelt in pieces; `back` and `back_word` step back. `replace_row` and `replace_word_row` change the
    attention of the next piece before it is taken. `complete` translates the rest.

    Several runs that translate as one have candidates and rows too, the means of theirs; but no row of theirs can be
    replaced, and they have no state to look at. Raises InputError for a sentence that is blank or beyond the limits.
    """

    def __init__(self, translator: Translator, sentence: str) -> None:
        self.translator = translator
        source = translator.vocabulary.source.segment(check_text("sentence", sentence))
        if is_blank(sentence):
            raise InputError("sentence: it is blank; give one with words in it")
        self._settings = translator.config.search
        if message := too_long(len(source.ids) - 1, self._settings):
            raise InputError(f"sentence: {message}")
        self._source = source
        self._taken: list[Taken] = []
        self._arrive(set_out(translator.engine, source.ids))

    def __repr__(self) -> str:
        return f"Session({self.source.text!r}, {self.text!r}{', finished' if self.finished else ''})"

    # What there is so far

    @property
    def source(self) -> Side:
        """The sentence, its pieces and their end of sentence: the columns of the rows."""
        return self._source.side

    @property
    def target(self) -> Side:
        """The translation so far; with the end of the sentence where it is finished."""
        ids = [one.id for one in self._taken if one.id != END]
        side = self.translator.vocabulary.target.text_of(ids)
        return side if self.finished else side.without_end()

    @property
    def ids(self) -> tuple[int, ...]:
        """Of the pieces so far."""
        return tuple(one.id for one in self._taken)

    @property
    def pieces(self) -> tuple[str, ...]:
        """So far."""
        return self.target.pieces

    @property
    def text(self) -> str:
        """So far."""
        return self.target.text

    @property
    def words(self) -> tuple[str, ...]:
        """So far; the last one may go on."""
        return tuple(self.text[start:end] for start, end in self.target.word_spans)

    @property
    def log_probs(self) -> tuple[float, ...]:
        """Log-probability (nats) of each piece so far, under the rows that were used."""
        return tuple(one.log_prob for one in self._taken)

    @property
    def log_prob(self) -> float:
        """Log-probability (nats) of the translation so far, summed up as search does: in float32."""
        return float(self._place.total)

    @property
    def finished(self) -> bool:
        """Has the sentence been ended? Then there is no next piece."""
        return bool(self._taken) and self._taken[-1].id == END

    @property
    def limit(self) -> int:
        """Pieces, the end of the sentence counted, after which search would cut the translation off."""
        return length_limit(len(self._source.ids) - 1, self._settings)

    @property
    def replaced(self) -> tuple[int, ...]:
        """The steps, from 0, whose row was replaced; that of the next piece counts too."""
        places = [*(one.place for one in self._taken), *([] if self.finished else [self._place])]
        return tuple(step for step, place in enumerate(places) if place.row is not None)

    def map(self) -> AlignmentMap:
        """The alignment map so far: a row for each piece, the one that it was taken with."""
        rows = [one.weights for one in self._taken]
        empty = np.zeros((self.translator.heads, 0, len(self.source)), np.float32)
        return AlignmentMap(self.source, self.target, np.stack(rows, axis=1) if rows else empty)

    # The next piece

    def candidates(self, count: int = CANDIDATES) -> list[Candidate]:
        """The `count` most probable next pieces, the best first; none where the translation is finished."""
        check_count("count", count)
        if self.finished:
            return []
        allowed = self._scores.log_probs.clone()
        allowed[list(FORBIDDEN)] = -torch.inf
        best = allowed.topk(min(count, len(allowed) - len(FORBIDDEN))).indices.tolist()
        return [self._candidate(token) for token in best]

    def next_words(self, count: int = CANDIDATES) -> list[NextWord]:
        """The words that begin with the `count` most probable next pieces and go on as greedy search would, the most
        probable first: at most `count`, since two pieces may begin the same word. Within a word it is what is left of
        it. None where the translation is finished."""
        firsts = [one.id for one in self.candidates(count)]
        engine, subwords = self.translator.engine, self.translator.vocabulary.target
        return next_words(engine, subwords, self._scores, firsts, FORBIDDEN) if firsts else []

    def log_prob_of(self, piece: int | str) -> float:
        """Log-probability (nats) of this next piece, given as an id or as it is written. InputError where there is no
        such piece, or no next one."""
        return self._candidate(self._id_of(piece)).log_prob

    @property
    def choice(self) -> Candidate:
        """The next piece that greedy search would take; InputError where there is none."""
        scores = self._next().log_probs.clone()
        scores[list(FORBIDDEN)] = -torch.inf
        return self._candidate(best_choice(scores, self._place.total, END))

    @property
    def row(self) -> Row:
        """The attention weights of the next piece, `[heads, source pieces]`: the model's, or those in their place."""
        return _row(self._next().weights)

    @property
    def model_row(self) -> Row:
        """The model's own weights for the next piece."""
        return _row(self._next().model_weights)

    @property
    def word_row(self) -> Row:
        """`row` over the source's words and the end of the sentence, `[heads, words + 1]`."""
        return word_row(self.row, self.source)

    @property
    def state(self) -> NDArray[np.float32]:
        """The decoder's hidden states, `[layers, hidden]`, with which the next piece is scored; ValueError for several
        runs."""
        _ = self.translator.model
        return np.stack([layer[0].flatten().float().cpu().numpy() for layer in self._next().state.layers])

    @property
    def context(self) -> NDArray[np.float32]:
        """The context of the next piece, `[hidden]`: the encoder's states under `row`; ValueError for several runs."""
        _ = self.translator.model
        context: NDArray[np.float32] = self._next().state.context[0, 0].float().cpu().numpy()
        return context

    # Going on and back

    def accept(self) -> Candidate:
        """Take the piece that greedy search would take."""
        return self.take(self.choice.id)

    @torch.inference_mode()
    def take(self, piece: int | str) -> Candidate:
        """Take this piece, given as an id or as it is written (`</s>` ends the sentence).

        Raises InputError where there is no such piece, the translation is finished, or has `search.max_pieces` pieces.
        """
        taken = self._candidate(self._id_of(piece))
        if taken.id != END:
            self._check_room(1)
        scores, place = self._scores, self._place
        used = Taken(place, taken.id, taken.log_prob, self.row)
        self._arrive(Place(taken.id, scores.state, scores.log_probs[taken.id] + place.total))
        self._taken.append(used)
        return taken

    def force(self, text: str, *, join: bool = False) -> list[Candidate]:
        """Go on with this text, whatever the model thinks of it, spelt in pieces; returns them.

        It begins a new word; where the last piece is a lone `▁`, its space is there already. With `join` it goes on
        right where the translation ends, as `.` after a word does. Raises InputError as `take`, and for a blank text.
        """
        if is_blank(check_text("text", text)):
            raise InputError("text: it is blank; give a word to go on with")
        self._next()
        subwords = self.translator.vocabulary.target
        joins = self._taken and (join or self._ends_in_space)
        ids = subwords.spell(text.lstrip()) if joins else subwords.encode([text])[0]
        self._check_room(len(ids))
        return [self.take(token) for token in ids]

    def back(self, pieces: int = 1) -> None:
        """Step back by so many pieces. The row with which the first of them was taken is in use again, a replaced one
        too. InputError where there are fewer pieces."""
        if check_count("pieces", pieces) > len(self._taken):
            raise InputError(f"pieces: there are {len(self._taken)} to step back from, not {pieces}")
        self._arrive(self._taken[-pieces].place)
        del self._taken[-pieces:]

    def back_word(self) -> None:
        """Step back by the last word, and the end of the sentence where it has come. A word that shares a piece with
        it goes too. InputError where nothing is there."""
        words = self.target.word_spans[:-1]
        self.back()
        while self._taken and (self.target.word_spans != words[: len(self.target.word_spans)] or self._ends_in_space):
            self.back()

    # The attention of the next piece

    def replace_row(self, weights: ArrayLike) -> None:
        """Use these weights for the next piece: its context is computed from them.

        `[source pieces]` for all heads, or `[heads, source pieces]`, the end of the sentence counted; each row sums to
        1. Raises InputError where they are not so, and where several runs translate.
        """
        self._use(checked_row(weights, self.translator.heads, len(self.source), "piece of the source"))

    def replace_word_row(self, weights: ArrayLike) -> None:
        """As `replace_row`, with a weight for each word of the source and the end of the sentence, `[words + 1]` or
        `[heads, words + 1]`. The pieces of a word share it in proportion to the model's own row."""
        own = self.model_row
        units = len(self.source.word_spans) + 1
        words = checked_row(weights, self.translator.heads, units, "word of the source")
        self._use(spread(words, own, self.source))

    def restore_row(self) -> None:
        """Use the model's own weights for the next piece again."""
        self._next()
        self._arrive(replace(self._place, row=None))

    # The rest

    def complete(self, beam: int | None = None, nbest: int = 1) -> NBest:
        """The `nbest` best translations that begin with what there is so far, the best first, each with its map.

        The rows that were replaced are used, that of the next piece too. The session stays where it is. `beam` is by
        default the run's, 1 is greedy search. Where the translation is finished it is the only one.
        """
        beam = self.translator.beam_for(beam, nbest)
        return self.translator.complete(self._source, Prefix(self.ids), beam=beam, nbest=nbest, step=self._replayed())

    def beam_tree(self, beam: int | None = None) -> BeamTree:
        """The search of `complete` as a tree: every hypothesis of every step, and what became of it."""
        return self.translator.grow(self._source, self.translator.beam_for(beam), Prefix(self.ids), self._replayed())

    def to_dict(self, count: int = CANDIDATES, words: int = 0) -> dict[str, Any]:
        """The present step as JSON types (docs/schema.md), with `count` candidates for the next piece, and `words` for
        the next word."""
        data: dict[str, Any] = {
            "version": VERSION,
            "alignment": map_to_dict(self.map()),
            "log_probs": list(self.log_probs),
            "log_prob": self.log_prob,
            "finished": self.finished,
            "limit": self.limit,
            "replaced": list(self.replaced),
            "next": None,
        }
        if not self.finished:
            data["next"] = {
                "candidates": [one.to_dict() for one in self.candidates(count)],
                "words": [one.to_dict() for one in (self.next_words(words) if words else ())],
                "weights": rounded_row(self.row),
                "word_weights": rounded_row(self.word_row),
                "model_weights": rounded_row(self.model_row),
                "model_word_weights": rounded_row(word_row(self.model_row, self.source)),
            }
        return data

    # Inside

    def _arrive(self, place: Place) -> None:
        """Stand there, and score the next piece. Where that fails, the session stays where it was."""
        if place.token != END:
            self._scores = score(self.translator.engine, place)
        self._place = place

    @property
    def _ends_in_space(self) -> bool:
        return self.pieces[-1:] == (SPACE_MARK,)

    def _replayed(self) -> Replayed:
        return Replayed(self.translator.engine, [*(one.place.row for one in self._taken), self._place.row])

    def _next(self) -> Scores:
        if self.finished:
            raise InputError("the translation is finished: there is no next piece; step back first")
        return self._scores

    def _candidate(self, token: int) -> Candidate:
        return Candidate(token, self.translator.vocabulary.target.piece(token), float(self._next().log_probs[token]))

    def _id_of(self, piece: int | str) -> int:
        """The id of a piece that a translation may have."""
        subwords = self.translator.vocabulary.target
        token = subwords.id_of(piece) if isinstance(piece, str) else check_integer("piece", piece)
        if token is None or token < 0 or token >= len(subwords) or token in FORBIDDEN:
            raise InputError(f"piece: {ascii(piece)[:80]} is no piece that a translation can have; see candidates()")
        return token

    def _check_room(self, pieces: int) -> None:
        if message := too_long(len(self._taken) + pieces, self._settings, "the translation"):
            raise InputError(message)

    def _use(self, row: Row) -> None:
        self._next()
        model_engine(self.translator.engine)
        weights = torch.from_numpy(row.copy())[None, :, None].to(self.translator.engine.device)
        self._arrive(replace(self._place, row=weights))


def _row(weights: torch.Tensor) -> Row:
    """[heads, source pieces] of [1, heads, 1, source pieces]."""
    row: Row = weights[0, :, 0].float().cpu().numpy()
    return row
