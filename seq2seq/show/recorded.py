"""Maps recorded while training: what stands in TensorBoard's events of them, and how it is read back.

A record is what one validation says of one sentence: the sentence, its reference and its translation, and the maps of
both as the viewer takes them. Imports neither torch nor matplotlib: TensorBoard loads this module.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import SessionLog
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_TENSOR, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.types_pb2 import DT_STRING

from seq2seq.alignment.schema import VERSION
from seq2seq.errors import InputError
from seq2seq.show.events import PLUGIN as PLUGIN
from seq2seq.show.events import event_files, events

MAX_BYTES = 64 << 20
"""Longest record, inflated."""

_FIELDS = {"version": int, "sentence": int, "step": int, "source": str, "reference": str, "translation": str,
           "views": dict}  # fmt: skip
_TAG = re.compile(rf"{PLUGIN}/sentence (\d{{1,9}})", re.ASCII)


def tag(number: int) -> str:
    """The tag of a validation sentence, by its number from 1 on."""
    return f"{PLUGIN}/sentence {number}"


def sentence_of(name: str) -> int | None:
    """The number of the sentence that this is the tag of; None where it is another tag."""
    number = _TAG.fullmatch(name)
    return int(number[1]) if number else None


def encode(record: dict[str, Any]) -> bytes:
    """A record as bytes: JSON without white space, deflated (zlib).

    Raises ValueError for what `decode` would not take back.
    """
    content = json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
    if len(content) > MAX_BYTES:
        raise ValueError(f"a record of {len(content):,} bytes; {MAX_BYTES:,} is the most")
    _check(record)
    return zlib.compress(content, 9)


def decode(data: bytes) -> dict[str, Any]:
    """The record of `encode`; InputError for anything else, also for what inflates beyond `MAX_BYTES`.

    The two views are given back as they are: whether they can be shown, the viewer finds out.
    """
    try:
        record = json.loads(_inflate(data), parse_constant=_refuse_constant)
        _check(record)
    except (ValueError, TypeError, RecursionError, zlib.error) as error:
        what = " ".join(str(error).split())[:100]
        raise InputError(f"no recorded map ({what}); train the run anew to record its maps") from None
    return dict(record)


def summary(record: dict[str, Any]) -> Summary:
    """What stands in an event of a record, at the record's step. Raises ValueError as `encode` does."""
    about = SummaryMetadata(plugin_data={"plugin_name": PLUGIN}, data_class=DATA_CLASS_TENSOR)
    tensor = TensorProto(dtype=DT_STRING, string_val=[encode(record)])
    return Summary(value=[Summary.Value(tag=tag(record["sentence"]), metadata=about, tensor=tensor)])


def read_recorded(run: Path) -> dict[int, list[dict[str, Any]]]:
    """All records of a run's folder: those of each sentence by its number, in the order of their steps, each step once.

    Raises InputError as `read_packed` does, and for a damaged record.
    """
    return {
        number: [unpacked(run, number, step, data) for step, data in steps.items()]
        for number, steps in read_packed(run).items()
    }


def read_packed(run: Path) -> dict[int, dict[int, bytes]]:
    """The bytes of all records of a run's folder, as `encode` made them: those of each sentence by its number and the
    step, in order.

    What a run that was killed had logged beyond the checkpoint from which it went on does not count. No sentence is
    there where the run was trained without maps. Raises InputError, naming the folder, where there are no events.
    """
    files = event_files(Path(run))
    if not files:
        raise InputError(f"{run}: no TensorBoard events in it; name the folder of a run")
    found: dict[int, dict[int, bytes]] = {}
    for event in (event for path in files for event, _ in events(path)):
        if event.session_log.status == SessionLog.START:  # what comes later was logged by a run that was killed
            for steps in found.values():
                for step in [step for step in steps if step >= event.step]:
                    del steps[step]
        for value in event.summary.value:
            number = sentence_of(value.tag)
            if number is not None and value.metadata.plugin_data.plugin_name == PLUGIN:
                found.setdefault(number, {})[event.step] = b"".join(value.tensor.string_val)
    return {number: dict(sorted(steps.items())) for number, steps in sorted(found.items()) if steps}


def unpacked(run: Path, number: int, step: int, data: bytes) -> dict[str, Any]:
    """The record of `read_packed`; InputError, which names its place, where it is damaged."""
    try:
        return decode(data)
    except InputError as error:
        raise InputError(f"{run}: {tag(number)}, step {step}: {error}") from None


def _inflate(data: bytes) -> bytes:
    """The content of a whole zlib stream with nothing after it."""
    inflater = zlib.decompressobj()
    content = inflater.decompress(data, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"longer than {MAX_BYTES:,} bytes")
    if not inflater.eof or inflater.unused_data:
        raise ValueError("cut off, or with something after it")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _check(record: object) -> None:
    """Raise ValueError for what is not a record: its fields, each of its kind, and two views."""
    if not isinstance(record, dict) or record.keys() != _FIELDS.keys():
        raise ValueError(f"a record has {', '.join(_FIELDS)}")
    for name, kind in _FIELDS.items():
        if type(record[name]) is not kind:
            raise ValueError(f"{name} is not of type {kind.__name__}")
    if record["version"] != VERSION:
        raise ValueError(f"version {record['version']}, this program reads version {VERSION}")
    views = record["views"]
    if views.keys() != {"reference", "translation"} or not all(isinstance(view, dict) for view in views.values()):
        raise ValueError("the views are those of reference and translation")
