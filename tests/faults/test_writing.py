"""Outputs that are no plain new file: links, devices, FIFOs, other permissions, leftovers, disks that are full."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from processes import environment, full_node, small_disk

from seq2seq.errors import InputError
from seq2seq.text.writing import atomic_folder, atomic_write, remove_parts, write_lines

HOLD = """
import sys
from seq2seq.text.writing import atomic_folder, atomic_write
with (atomic_folder if sys.argv[1] == "folder" else atomic_write)(sys.argv[2]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    """8: as root, `--output` took the place of the device itself."""
    node = full_node(tmp_path)
    with pytest.raises(InputError, match="full: no space left on device"):
        write_lines(node, ["a line"])
    assert stat.S_ISCHR(node.stat().st_mode) and list(tmp_path.iterdir()) == [node]


def test_a_fifo_hands_over_what_is_written(tmp_path: Path) -> None:
    fifo, read = tmp_path / "fifo", list[bytes]()
    os.mkfifo(fifo)
    reader = Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    write_lines(fifo, ["one", "zwei ä"])
    reader.join(10)
    assert read == ["one\nzwei ä\n".encode()] and stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("there/file")
    (tmp_path / "nowhere").symlink_to("there/new")
    for name, file in (("link", "file"), ("nowhere", "new")):
        write_lines(tmp_path / name, ["new"])
        assert (tmp_path / name).is_symlink() and (tmp_path / "there" / file).read_bytes() == b"new\n"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    """8: a file for its owner alone (0600) became one for all."""
    path = tmp_path / "f"
    path.touch()
    path.chmod(mode)
    write_lines(path, ["new"])
    assert stat.S_IMODE(path.stat().st_mode) == mode and path.read_bytes() == b"new\n"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_was_written_is_on_the_disk_before_it_has_its_name(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8: after a power failure the file was there, and empty."""
    order, sync = list[tuple[str, bool]](), os.fsync

    def synced(descriptor: int) -> None:
        order.append((os.readlink(f"/proc/self/fd/{descriptor}"), (tmp_path / "out").exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    if kind == "file":
        write_lines(tmp_path / "out", ["new"])
    else:
        with atomic_folder(tmp_path / "out") as made:
            (made / "inside").write_bytes(b"new")
    written, named = order[0], order[-1]
    assert written[0].startswith(str(tmp_path / ".out.")) and not written[1]
    assert named == (str(tmp_path), True)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_folders_that_were_made_for_what_could_not_be_written_go_again(kind: str, tmp_path: Path) -> None:
    write = atomic_folder if kind == "folder" else atomic_write
    (tmp_path / "there").mkdir()
    for name in ("new/newer/f", "there/new/f"):
        with pytest.raises(KeyboardInterrupt), write(tmp_path / name):
            raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


@pytest.mark.parametrize("name", ["", "folder", "file/below", "x" * 300])
def test_what_is_no_name_of_a_file_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as caught:
        write_lines(name, ["new"])
    assert "\n" not in str(caught.value) and sorted(tmp_path.rglob("*")) == before


def test_where_no_folder_can_be_made_is_named() -> None:
    """Linux makes up what is in /proc: to make a folder there, "no such file"."""
    with pytest.raises(InputError, match="/proc/nothing/f: no folder can be made there"):
        write_lines("/proc/nothing/f", ["new"])
    with (
        pytest.raises(InputError, match="/proc/nothing/f: no folder can be made there"),
        atomic_folder("/proc/nothing/f"),
    ):
        pass


def test_a_name_as_long_as_a_name_can_be_is_written(tmp_path: Path) -> None:
    write_lines(tmp_path / ("ä" * 127), ["new"])
    assert [path.name for path in tmp_path.iterdir()] == ["ä" * 127]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path, kind: str) -> None:
    """3: `.o.txt.*` and `.c.*/` stayed for good."""

    def hold() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, kind, str(tmp_path / "out")],
            env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == b"open\n"
        return process

    with hold() as killed:
        killed.send_signal(signal.SIGKILL)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".out.") and left.name.endswith(".part")
    (tmp_path / ".out.mine.part").write_text("somebody's own")
    with hold() as living:
        assert not left.exists()
        (held,) = (path for path in tmp_path.glob(".out.*.part") if path.name != ".out.mine.part")
        with (atomic_folder if kind == "folder" else atomic_write)(tmp_path / "out"):
            assert held.exists()
        assert living.communicate(b"", 30) == (b"", None) and living.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.mine.part", "out"]


def test_all_leftovers_of_a_folder_go_together(tmp_path: Path) -> None:
    for name in (".model-35.safetensors.a1b2c3d4.part", ".last.ckpt.a1b2c3d4.part", ".keep", "a.part"):
        (tmp_path / name).touch()
    remove_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".keep", "a.part"]


def test_a_full_disk_keeps_the_file_of_before(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=64k") as disk:
        write_lines(disk / "f", ["old"])
        with pytest.raises(InputError, match="f: no space left on device"):
            write_lines(disk / "f", ["x" * 100_000])
        with pytest.raises(InputError, match="c/f: no space left on device"), atomic_folder(disk / "c") as made:
            write_lines(made / "f", ["x" * 100_000])
        assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [("f", b"old\n")]


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "ro,size=64k") as disk:
        for name in ("f", "new/f"):
            with pytest.raises(InputError, match="f: read-only file system"):
                write_lines(disk / name, ["x"])
        with pytest.raises(InputError, match="c: read-only file system"), atomic_folder(disk / "c"):
            pass
