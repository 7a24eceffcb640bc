"""A session over HTTP: the steps of a request are made from the beginning, so that nothing has to be kept."""

import math
from collections.abc import Sequence
from typing import Any

from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.schema import rounded
from seq2seq.errors import InputError
from seq2seq.show.serving.maps import maps_of_pairs
from seq2seq.show.serving.requests import Accept, Attend, Force, SessionRequest, Step, Take
from seq2seq.show.viewer import view
from seq2seq.translate.rows import Row, word_row
from seq2seq.translate.session import Session
from seq2seq.translate.translation import Translation
from seq2seq.translate.translator import Translator


def session_answer(translator: Translator, asked: SessionRequest) -> dict[str, Any]:
    """`answers.SessionAnswer`, but for the run."""
    session = made(translator, asked.sentence, asked.steps)
    given = len(session.ids)
    completions = session.complete(asked.beam, max(asked.nbest, 1)) if asked.complete or asked.nbest else []
    if asked.complete:
        for piece in completions[0].ids[given:]:
            session.take(piece)
    return {
        "text": session.text,
        "finished": session.finished,
        "log_prob": session.log_prob,
        "limit": session.limit,
        "given": given,
        "completions": [completion(translator, one) for one in completions[: asked.nbest]],
        "view": view(maps(session, asked.all_maps)),
        "next": None if session.finished else place(session, asked.candidates),
        "trace": trace(session, asked.candidates) if asked.trace else None,
    }


def made(translator: Translator, sentence: str, steps: Sequence[Step]) -> Session:
    """A session that has gone these steps. Raises InputError, with its number, for one that cannot be made."""
    session = Session(translator, sentence)
    for number, step in enumerate(steps):
        try:
            make(session, step)
        except InputError as error:
            raise InputError(f"steps.{number}: {error}") from None
    return session


def make(session: Session, step: Step) -> None:
    """One step."""
    match step:
        case Accept():
            session.accept()
        case Take():
            session.take(step.piece)
        case Force():
            session.force(step.text, join=step.join)
        case Attend(units="words"):
            session.replace_word_row(step.weights)
        case Attend():
            session.replace_row(step.weights)


def completion(translator: Translator, found: Translation) -> dict[str, Any]:
    """`answers.Completion`."""
    pieces = [translator.vocabulary.target.piece(piece) for piece in found.ids]
    told = {name: getattr(found, name) for name in ("text", "score", "log_prob", "finished")}
    return told | {"pieces": pieces}


def maps(session: Session, all_maps: bool) -> dict[str, AlignmentMap]:
    """The map of a session, and what else there is of its pair: of what its text says when it is read."""
    pair = session.source.text, session.text
    found = {"attention": session.map()}
    if all_maps and session.text and session.translator.pair_refusal(*pair) is None:
        found = maps_of_pairs(session.translator, [pair])[0] | found
    return found


def trace(session: Session, count: int) -> list[dict[str, Any]]:
    """The places of all pieces; the session steps back to its beginning."""
    places: list[dict[str, Any]] = []
    pieces, log_probs = session.map().target.pieces, session.log_probs
    for piece, log_prob in zip(reversed(pieces), reversed(log_probs), strict=True):
        session.back()
        places.append(place(session, count) | {"piece": piece, "log_prob": log_prob})
    return places[::-1]


def place(session: Session, count: int) -> dict[str, Any]:
    """What there is to choose from, and with which attention."""
    candidates = [one for one in session.candidates(count) if math.isfinite(one.log_prob)]
    return {
        "piece": None,
        "log_prob": None,
        "candidates": [one._asdict() | {"probability": one.probability} for one in candidates],
        "word_weights": _short(session.word_row),
        "model_word_weights": _short(word_row(session.model_row, session.source)),
        "replaced": len(session.ids) in session.replaced,
    }


def _short(row: Row) -> list[list[float]]:
    """A row of each head, rounded as maps are."""
    return [head[0] for head in rounded(row[:, None])]
