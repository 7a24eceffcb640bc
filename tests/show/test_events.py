"""Event files from which events are taken out, as TensorBoard's own reader, which minds the checksums, sees them."""

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

from seq2seq.show.events import event_files, events, keep_events


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Two files of events, and one of settings."""
    for name, steps in (("1", (1, 2, 3)), ("2", (4, 5)), ("3.settings", (5,))):
        with SummaryWriter(str(tmp_path / "new")) as writer:
            for step in steps:
                writer.add_scalar(f"curve {name[0]}", step / 10, step)
                writer.add_text("text", f"step {step}", step)
        (path,) = (tmp_path / "new").iterdir()
        path.rename(tmp_path / f"events.out.tfevents.{name}")
    (tmp_path / "new").rmdir()
    return tmp_path


def seen(run: Path) -> dict[str, list[int]]:
    found = EventAccumulator(str(run)).Reload()
    curves = {tag: [event.step for event in found.Scalars(tag)] for tag in found.Tags()["scalars"]}
    return curves | {tag: [event.step for event in found.Tensors(tag)] for tag in found.Tags()["tensors"]}


def test_what_is_not_wanted_goes_and_the_rest_stays_as_it_was(run: Path) -> None:
    before = {path: path.read_bytes() for path in event_files(run)}
    keep_events(run, lambda event: event.step != 2)
    assert seen(run) == {"curve 1": [1, 3], "curve 2": [4, 5], "curve 3": [5], "text/text_summary": [1, 3, 4, 5, 5]}
    first, *others = event_files(run)
    assert all(path.read_bytes() == before[path] for path in others)
    assert all(content in before[first] for _, content in events(first))
    assert sorted(path.name for path in run.iterdir()) == sorted(path.name for path in before)


def test_a_reader_that_looks_on_sees_what_comes_after(run: Path) -> None:
    """It has read the files to their ends, and does not read them again."""
    reader = EventAccumulator(str(run), size_guidance={"scalars": 0}).Reload()
    (run / "events.out.tfevents.3.settings").unlink()
    keep_events(run, lambda event: event.step != 2)
    with SummaryWriter(str(run / "new")) as writer:
        writer.add_scalar("curve 2", 0.6, 6)
    next((run / "new").iterdir()).rename(run / "events.out.tfevents.4")
    found = reader.Reload()
    assert [event.step for event in found.Scalars("curve 1")] == [1, 2, 3]
    assert [event.step for event in found.Scalars("curve 2")] == [4, 5, 6]


def test_settings_stay(run: Path) -> None:
    keep_events(run, lambda event: event.step < 1)
    assert seen(run) == {"curve 3": [5], "text/text_summary": [5]}


def test_what_was_cut_off_goes_with_the_first_that_is_not_wanted(run: Path) -> None:
    path = event_files(run)[0]
    path.write_bytes(path.read_bytes()[:-3])
    before = path.read_bytes()
    keep_events(run, lambda event: True)
    assert path.read_bytes() == before
    keep_events(run, lambda event: event.step != 1)
    assert [event.step for event, _ in events(path) if event.HasField("summary")] == [2, 2, 3]
    assert seen(run)["curve 1"] == [2, 3]


def test_a_run_without_events_has_none(tmp_path: Path) -> None:
    keep_events(tmp_path, lambda event: False)
    assert event_files(tmp_path) == []
