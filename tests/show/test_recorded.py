"""Records of maps: written into TensorBoard's events and read back; what is none is refused, whatever it is."""

import json
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps import LINKED
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

from seq2seq.errors import InputError
from seq2seq.show.recorded import MAX_BYTES, PLUGIN, decode, encode, read_recorded, summary, tag
from seq2seq.show.viewer import view

HOSTILE = (
    "<img src=x onerror=alert(1)> </script><!-- \" ' & `",
    "\u202etxt.exe\u202c \u200fשלום\u200e 👨\u200d👩\u200d👧 \ufeff \x00 \x7f \u2028 ▁</s>",
    "안녕하세요 中文 \ud800 \\ud83d {} [] NaN Infinity 1e999",
)


VIEWS = {"reference": view({"attention": LINKED}), "translation": view({"attention": LINKED.mean()})}


def record_of(step: int, sentence: int = 17, **texts: str) -> dict[str, Any]:
    own = {"source": "a b c", "reference": "x y z", "translation": f"after {step}"} | texts
    return {"version": 2, "sentence": sentence, "step": step, **own, "views": VIEWS}


RECORD = record_of(400)


def write_events(run: Path, records: Iterable[dict[str, Any]], purge_step: int | None = None) -> Path:
    """An event file of its own, in a later second than those before."""
    earlier = len(list(run.glob("*tfevents*")))
    with SummaryWriter(str(run), purge_step=purge_step) as writer:
        for record in records:
            writer.file_writer.add_summary(summary(record), record["step"])  # type: ignore[attr-defined]
    (new,) = (path for path in run.glob("*tfevents*") if not path.name.startswith("events.out.tfevents.0"))
    return new.rename(run / f"events.out.tfevents.000000000{earlier}.here")


def test_what_was_encoded_is_decoded() -> None:
    assert decode(encode(RECORD)) == RECORD
    assert len(encode(RECORD)) < len(json.dumps(RECORD))


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_any_text_survives(texts: list[str]) -> None:
    record = record_of(1, **dict(zip(("source", "reference", "translation"), texts, strict=True)))
    assert decode(encode(record)) == record


def test_hostile_words_survive_the_event_file(tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE, 1):
        write_events(tmp_path, [record_of(0, number, source=text, reference=text, translation=text)])
    found = read_recorded(tmp_path)
    for number, text in enumerate(HOSTILE, 1):
        (record,) = found[number]
        assert [record[name] for name in ("source", "reference", "translation")] == [text] * 3


def packed(value: object) -> bytes:
    return zlib.compress(value if isinstance(value, bytes) else json.dumps(value).encode())


NO_RECORDS = {
    "nothing": b"",
    "garbage": b"\x00\xff garbage",
    "cut off": encode(RECORD)[:-1],
    "something after it": encode(RECORD) + b"\0",
    "not deflated": json.dumps(RECORD).encode(),
    "not JSON": packed(b"{"),
    "not UTF-8": packed(b'"\xff"'),
    "deep": packed(b"[" * 100_000),
    "a number of 5,000 digits": packed(b"1" * 5_000),
    "no number": packed(b'{"version": NaN}'),
    "a list": packed([RECORD]),
    "another version": packed(RECORD | {"version": 3}),
    "no version": packed({name: value for name, value in RECORD.items() if name != "version"}),
    "something more": packed(RECORD | {"script": "x"}),
    "a sentence that is true": packed(RECORD | {"sentence": True}),
    "a step that is text": packed(RECORD | {"step": "400"}),
    "no text": packed(RECORD | {"source": None}),
    "no views": packed(RECORD | {"views": {}}),
    "a view that is a list": packed(RECORD | {"views": {"reference": [], "translation": {}}}),
}


@pytest.mark.parametrize("data", NO_RECORDS.values(), ids=NO_RECORDS)
def test_anything_else_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^no recorded map \(.+\); train the run anew to record its maps$") as error:
        decode(data)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


@given(st.binary())
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data)


def test_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    """400 MiB of nothing in a few bytes; what is taken of it is measured in a process of its own."""
    program = """if True:
        import resource, zlib
        from seq2seq.errors import InputError
        from seq2seq.show.recorded import decode
        packer = zlib.compressobj(1)
        bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(400)) + packer.flush()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            decode(bomb)
        except InputError as error:
            print(error)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    message, kilobytes = done.stdout.splitlines()
    assert f"longer than {MAX_BYTES:,} bytes" in message
    assert int(kilobytes) < 3 * MAX_BYTES // 1024


def test_only_a_record_is_encoded() -> None:
    for wrong in ({}, RECORD | {"step": 1.0}, RECORD | {"source": float("nan")}, RECORD | {"views": {"reference": {}}}):
        with pytest.raises(ValueError):
            encode(wrong)


def test_tensorboard_knows_whose_the_events_are(tmp_path: Path) -> None:
    write_events(tmp_path, [record_of(0), record_of(400)])
    events = EventAccumulator(str(tmp_path)).Reload()
    assert set(events.PluginTagToContent(PLUGIN)) == {tag(17)} == {"alignments/sentence 17"}
    found = events.Tensors(tag(17))
    assert [event.step for event in found] == [0, 400]
    assert decode(found[1].tensor_proto.string_val[0]) == RECORD


def test_each_step_is_there_once_in_order_and_the_latest_counts(tmp_path: Path) -> None:
    """A run that went on after update 400 repeats 600; one that began anew, with a sentence fewer, begins with 0."""
    steps = [0, 200, 400, 600, 800]
    write_events(tmp_path, [record_of(step, sentence) for step in steps for sentence in (17, 3)])
    again = record_of(600, 17, translation="the latest")
    write_events(tmp_path, [again], purge_step=401)
    found = read_recorded(tmp_path)
    assert list(found) == [3, 17]
    assert [record["step"] for record in found[3]] == [0, 200, 400]
    assert [record["step"] for record in found[17]] == [0, 200, 400, 600] and found[17][-1] == again
    write_events(tmp_path, [record_of(0, 17), record_of(0, 17, translation="the very latest")], purge_step=0)
    found = read_recorded(tmp_path)
    assert found.keys() == {17} and [record["translation"] for record in found[17]] == ["the very latest"]


def test_a_file_that_was_cut_off_ends_with_its_last_whole_record(tmp_path: Path) -> None:
    path = write_events(tmp_path, [record_of(step) for step in (0, 400)])
    content = path.read_bytes()
    for end in (len(content) - 1, len(content) - 100, len(content) // 2 + 60):
        path.write_bytes(content[:end])
        assert [record["step"] for record in read_recorded(tmp_path)[17]] == [0], end
    path.write_bytes(content[:-20] + b"\xff" * 20 + content[-20:])  # the next length is beyond the end of the file
    assert [record["step"] for record in read_recorded(tmp_path).get(17, [])][:1] == [0]


def test_events_of_others_are_passed_over(tmp_path: Path) -> None:
    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_text(tag(17), "not ours", 0)
        writer.add_scalar(tag(17), 1.0, 0)
    assert read_recorded(tmp_path) == {}


def test_a_folder_without_events_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match=r"no TensorBoard events in it; name the folder of a run$") as error:
            read_recorded(folder)
        assert str(error.value).startswith(f"{folder}: ")


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    event = summary(RECORD)
    event.value[0].tensor.string_val[0] = b"garbage"
    with SummaryWriter(str(tmp_path)) as writer:
        writer.file_writer.add_summary(event, 400)  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=f"^{tmp_path}: alignments/sentence 17, step 400: no recorded map"):
        read_recorded(tmp_path)


def test_tensorboard_loads_neither_torch_nor_matplotlib_for_it() -> None:
    program = (
        "import sys, seq2seq.show.recorded; print(*{'torch', 'pytorch_lightning', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
