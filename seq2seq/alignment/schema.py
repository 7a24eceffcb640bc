"""The JSON of a map and of a translation, schema version 2; maps of version 1 are read too. See docs/schema.md.

Everything that leaves Python goes through here: `translate --format jsonl`, the pages, TensorBoard's tab, the server.
"""

import json
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from seq2seq.alignment.diagnostics import diagnose
from seq2seq.alignment.links import GoldLinks
from seq2seq.alignment.map import AlignmentMap
from seq2seq.alignment.sides import Side, printable
from seq2seq.errors import InputError
from seq2seq.text.unicode import check_unicode
from seq2seq.text.words import Span, word_spans

VERSION = 2
DIGITS = 5
"""Significant digits of a weight, at most."""


class Translated(Protocol):
    """What `translation_to_dict` asks of a translation; `seq2seq.Translation` has it."""

    @property
    def text(self) -> str:
        """The translation."""

    @property
    def score(self) -> float:
        """As search ranks by."""

    @property
    def log_prob(self) -> float:
        """In nats."""

    @property
    def finished(self) -> bool:
        """False where it was cut off."""

    @property
    def refused(self) -> str | None:
        """Why there is no translation; None where there is one."""

    @property
    def alignment(self) -> AlignmentMap:
        """Over pieces."""


def map_to_dict(
    alignment: AlignmentMap,
    *,
    run: str | None = None,
    step: int | None = None,
    score: float | None = None,
    gold: GoldLinks | None = None,
) -> dict[str, Any]:
    """A map as JSON types, with what else is known of it: its run, the update it was made at, the translation's score
    and the gold links of its words.

    A map of pieces holds its `word_weights` too, those of `words(keep_end=True)`. Weights are compact: `rounded`.
    """
    data: dict[str, Any] = {
        "version": VERSION,
        "kind": alignment.kind,
        "units": alignment.units,
        "source": _side_to_dict(alignment.source),
        "target": _side_to_dict(alignment.target),
        "weights": rounded(alignment.weights),
    }
    if alignment.units == "pieces":
        data["word_weights"] = rounded(alignment.words(keep_end=True).weights)
    data |= {name: value for name, value in (("run", run), ("step", step), ("score", score)) if value is not None}
    if gold is not None:
        data["gold"] = {name: [list(link) for link in sorted(getattr(gold, name))] for name in ("sure", "possible")}
    return data


def translation_to_dict(translation: Translated, unknown_share: float) -> dict[str, Any]:
    """A translation as JSON types, with its map, what `diagnose` says of it, and `Translator.unknown_share`."""
    alignment = translation.alignment
    diagnostics = diagnose(alignment.words(keep_end=True))
    return {
        "version": VERSION,
        "source": alignment.source.text,
        "text": translation.text,
        "score": translation.score,
        "log_prob": translation.log_prob,
        "finished": translation.finished,
        "refused": translation.refused,
        "covered": round(diagnostics.covered, 4) if translation.refused is None else 0.0,
        "unknown_share": round(unknown_share, 4),
        "alignment": map_to_dict(alignment),
        "diagnostics": diagnostics.to_dict(),
    }


def to_json(data: dict[str, Any]) -> str:
    """JSON types as one line, as short as JSON can be."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def map_from_dict(data: object) -> AlignmentMap:
    """The map of a `map_to_dict`, of this version or version 1; InputError for another one or anything malformed."""
    if not isinstance(data, dict) or "version" not in data:
        raise InputError("not an alignment map: a JSON object with a 'version' is needed")
    version = data["version"]
    if version not in (1, VERSION):
        raise InputError(f"alignment map of version {ascii(version)[:40]}; this program reads versions 1 and {VERSION}")
    try:
        source, target = (_side_from_dict(data[name], version) for name in ("source", "target"))
        if version == 1:
            return _map_from(data, source, target, "decoder", _units_of(source, target))
        return _map_from(data, source, target, data["kind"], data["units"])
    except KeyError as error:
        raise InputError(f"malformed alignment map: {error.args[0]!r} is missing") from None
    except (TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise _malformed(error) from None


def map_from_json(text: str) -> AlignmentMap:
    """The map of a line of JSON; InputError for anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _malformed(error) from None
    return map_from_dict(data)


def _malformed(error: Exception) -> InputError:
    """What is wrong with a map, on one line that is not long."""
    what = " ".join(printable(str(error)).split())
    return InputError(f"malformed alignment map: {what if len(what) <= 200 else what[:200] + '...'}")


def rounded(weights: NDArray[np.floating[Any]]) -> list[Any]:
    """Weights `[heads, rows, columns]` as nested lists, so short that sums of rows still are 1 within 1e-4.

    Each has at most five significant digits, and at most four decimals more than the number of columns has digits: six
    for rows of 10 to 99. 0 and 1 are integers.
    """
    decimals = 4 + len(str(weights.shape[-1]))
    exact = weights.astype(np.float64).round(decimals)
    scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.where(exact > 0, exact, 1))))
    short = np.rint(exact * scale) / scale
    return [[[int(w) if w in (0.0, 1.0) else w for w in row] for row in head] for head in short.tolist()]


def _side_to_dict(side: Side) -> dict[str, Any]:
    return {
        "text": side.text,
        "pieces": list(side.pieces),
        "spans": [list(span) for span in side.spans],
        "words": [list(span) for span in side.word_spans],
    }


def _side_from_dict(data: dict[str, Any], version: int) -> Side:
    text, pieces = data["text"], tuple(data["pieces"])
    if not isinstance(text, str) or not all(isinstance(piece, str) for piece in pieces):
        raise ValueError("text and pieces must be strings")
    for one in (text, *pieces):
        check_unicode(one)
    if version != 1:
        return Side(text, pieces, _spans(data["spans"]), _spans(data["words"]))
    tokenised = data.get("tokenised", False)  # the first maps of version 1 do not say
    if not isinstance(tokenised, bool):
        raise ValueError("tokenised must be true or false")
    return Side(text, pieces, _spans(data["spans"]), tuple(word_spans(text, tokenised)))


def _spans(data: Any) -> tuple[Span, ...]:
    spans = tuple((start, end) for start, end in data)
    if not all(type(position) is int for span in spans for position in span):
        raise ValueError("spans must be pairs of integers")
    return spans


def _units_of(source: Side, target: Side) -> Any:
    """Version 1 does not say what its units are."""
    return "words" if source.is_words and target.is_words else "pieces"


def _map_from(data: dict[str, Any], source: Side, target: Side, kind: Any, units: Any) -> AlignmentMap:
    weights = np.asarray(data["weights"])
    if weights.size == 0:
        weights = np.zeros((len(data["weights"]), len(target), len(source)))
    if weights.dtype.kind not in "iuf":
        raise ValueError("weights must be numbers")
    with np.errstate(over="ignore"):  # what is too large becomes infinite, which a map refuses
        return AlignmentMap(source, target, weights.astype(np.float32), kind, units)
