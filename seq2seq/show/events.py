"""TensorBoard's event files, read and thinned out.

TensorBoard's own reader checks every byte by a checksum that is computed in Python, most of a second for each megabyte:
here records are taken as they stand. A file that was cut off ends with its last whole record.
"""

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from google.protobuf.message import DecodeError
from tensorboard.compat.proto.event_pb2 import Event

from seq2seq.text.writing import PART, atomic_write

PLUGIN = "alignments"
"""What TensorBoard knows the events of recorded maps by."""

SETTINGS = ".settings"
"""How the name of the event file ends that has a run's settings and final scores."""

_HEADER, _FOOTER = 12, 4
"""Bytes around each record: its length (8, little-endian) and a checksum (4); another checksum."""


def event_files(folder: Path) -> list[Path]:
    """The event files of a run in the order in which TensorBoard reads them."""
    return sorted(path for path in folder.glob("*tfevents*") if path.is_file())


def events(path: Path) -> Iterator[tuple[Event, bytes]]:
    """The events of a file, each with the bytes that stand for it there."""
    with open(path, "rb") as stream:
        while len(header := stream.read(_HEADER)) == _HEADER:
            (length,) = struct.unpack("<Q", header[:8])
            if length > os.fstat(stream.fileno()).st_size:
                return
            rest = stream.read(length + _FOOTER)
            try:
                event = Event.FromString(rest[:-_FOOTER])
            except DecodeError:
                return
            if len(rest) < length + _FOOTER:
                return
            yield event, header + rest


def keep_events(folder: Path, wanted: Callable[[Event], bool]) -> None:
    """Leave out of a folder's event files what is not wanted; files of settings stay as they are.

    No file may be open for writing. Each is replaced in one step, and only where something is to go.
    """
    for path in event_files(folder):
        if path.name.endswith(SETTINGS) or all(wanted(event) for event, _ in events(path)):
            continue
        new = folder / f".events.replaced{PART}"  # TensorBoard does not look for it, and it goes after a kill
        with atomic_write(new) as stream:
            for event, content in events(path):
                if wanted(event):
                    stream.write(content)
        new.replace(path)
