"""Every verb that writes, to files, folders, links, devices, pipes and disks of all kinds: in one line, nothing broken.

Devices are made here, in a folder of our own, and disks are mounted there; what the machine has is never written to.
"""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from kills import write_recipe
from warm import Done, Warm

NULL, ZERO, FULL, NOBODY = (1, 3), (1, 5), (1, 7), (240, 77)
"""Numbers of devices: Linux's null, zero and full, and one without a driver."""
FAULTS = ("tracebacks", "more than a line", "other statuses", "hung", "replaced", "left behind")
"""What must not be there, of all that is counted."""
ONE = ("--logging.sentences", 1)
"""A training logs the maps of a sentence, of which there can be a film."""
SECONDS = 300
"""After which a verb hangs; machines are shared."""


SHORT = "a file that may have 150 bytes"


class Place(NamedTuple):
    """What is made, in an empty folder, for an output to be given; the name of the output, relative to it."""

    make: Callable[[Path], object]
    name: str = "out.png"
    mount: str = ""
    """Options of a disk to mount as the subfolder `disk` before."""


def node(path: Path, kind: int, numbers: tuple[int, int]) -> None:
    """A device node."""
    os.mknod(path, kind | 0o666, os.makedev(*numbers))


def filled(disk: Path) -> None:
    """A disk with a file, and no room."""
    (disk / "out.png").write_bytes(b"old")
    (disk / "empty").touch()
    with suppress(OSError), open(disk / "ballast", "wb") as ballast:
        while True:
            ballast.write(bytes(1024))
            ballast.flush()


def listening(path: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(path.parent)  # its name may be a hundred characters long
        one.bind(path.name)
        os.chdir("/")


def linked(link: str, to: str, *others: Callable[[Path], object]) -> Callable[[Path], object]:
    """A symbolic link, and what else is to be there."""

    def make(folder: Path) -> None:
        for other in others:
            other(folder)
        (folder / link).symlink_to(to)

    return make


def nothing(_: Path) -> None:
    """Nothing is there."""


def old(folder: Path) -> None:
    """A file of before."""
    (folder / "out.png").write_bytes(b"old")


def for_reading(folder: Path) -> None:
    """A file that its owner has protected."""
    old(folder)
    (folder / "out.png").chmod(0o444)


def twin(folder: Path) -> None:
    """A file that has another name too."""
    old(folder)
    os.link(folder / "out.png", folder / "twin")


def folder_with_file(folder: Path) -> None:
    """A folder that is not empty."""
    (folder / "out.png").mkdir()
    (folder / "out.png" / "mine.txt").write_bytes(b"mine")


PLACES = {
    "a new file": Place(nothing),
    "a file of before": Place(old),
    "a file that may not be written": Place(for_reading),
    "a file with two names": Place(twin),
    "in folders that are not there": Place(nothing, "a/b/out.png"),
    "no name": Place(nothing, ""),
    "a folder": Place(folder_with_file),
    "an empty folder": Place(lambda f: (f / "out.png").mkdir()),
    "a name that ends in a slash": Place(nothing, "out.png/"),
    "this folder": Place(nothing, "."),
    "the folder above": Place(nothing, ".."),
    "below a file": Place(old, "out.png/out.png"),
    "a name that is too long": Place(nothing, "x" * 300 + ".png"),
    "a path that is too long": Place(nothing, "/".join(["x" * 200] * 30) + "/out.png"),
    "a name as long as can be": Place(nothing, "x" * 251 + ".png"),
    "a line break in the name": Place(nothing, "a\nb.png"),
    "a name that is no UTF-8": Place(nothing, os.fsdecode(b"\xff.png")),
    "a name of blanks": Place(nothing, "  .png"),
    "a dash before the name": Place(nothing, "-x.png"),
    "a pipe": Place(lambda f: os.mkfifo(f / "out.png")),
    "a device that takes all": Place(lambda f: node(f / "out.png", stat.S_IFCHR, NULL)),
    "a device of zeros": Place(lambda f: node(f / "out.png", stat.S_IFCHR, ZERO)),
    "a device that is full": Place(lambda f: node(f / "out.png", stat.S_IFCHR, FULL)),
    "a device that is not there": Place(lambda f: node(f / "out.png", stat.S_IFCHR, NOBODY)),
    "a disk that is not there": Place(lambda f: node(f / "out.png", stat.S_IFBLK, NOBODY)),
    "a socket": Place(lambda f: listening(f / "out.png")),
    "a link to a file": Place(linked("out.png", "file", lambda f: (f / "file").write_bytes(b"old"))),
    "a link to nothing": Place(linked("out.png", "new")),
    "a link into no folder": Place(linked("out.png", "a/b")),
    "a link to itself": Place(linked("out.png", "out.png")),
    "a link to a folder": Place(linked("out.png", "there", lambda f: (f / "there").mkdir())),
    "a link to a full device": Place(linked("out.png", "full", lambda f: node(f / "full", stat.S_IFCHR, FULL))),
    "a link to a pipe": Place(linked("out.png", "pipe", lambda f: os.mkfifo(f / "pipe"))),
    "a full disk": Place(lambda f: filled(f / "disk"), "disk/new.png", "size=40k"),
    "a file of before on a full disk": Place(lambda f: filled(f / "disk"), "disk/out.png", "size=40k"),
    "a disk with no room for a name": Place(nothing, "disk/out.png", "size=1m,nr_inodes=1"),
    "a disk to be read": Place(nothing, "disk/out.png", "ro,size=40k"),
    "a folder on a disk to be read": Place(nothing, "disk/a/out.png", "ro,size=40k"),
    "a disk itself": Place(nothing, "disk", "size=1m"),
    "what Linux makes up": Place(nothing, "/proc/nothing/out.png"),
    SHORT: Place(nothing),
}
STREAMS: dict[str, dict[str, str | None]] = {
    "output closed": {"stdout": None},
    "output full": {"stdout": "full"},
    "output on a full disk": {"stdout": "disk/empty"},
    "output that cannot be written": {"stdout": "<out.png"},
    "messages closed": {"stderr": None},
    "messages full": {"stderr": "full"},
    "output and messages closed": {"stdout": None, "stderr": None},
    "all closed": {"stdin": None, "stdout": None, "stderr": None},
    "input closed": {"stdin": None},
}
"""Streams that are closed, or the files that they are."""


class Call(NamedTuple):
    """A verb with its arguments, and the option that names its output; None where it only prints."""

    arguments: list[object]
    option: str | None
    prints: bool = False
    """Does it print where the option is not given?"""


def calls(folder: Path) -> dict[str, Call]:
    """A call of each verb that writes."""
    recipe, data, run = folder / "recipe.yaml", folder / "data", folder / "run"
    sides = [data / "test.de", data / "test.en"]
    pair = ["--source", sides[0], "--target", sides[1]]
    text = ["prepare", "text", "--source-file", sides[0], "--target-file", sides[1], "--source-lang", "de"]
    return {
        "translate": Call(["translate", run, "--input", sides[0]], "--output", prints=True),
        "align": Call(["align", run, *pair], "--output", prints=True),
        "draw": Call(["draw", run, "Ich kenne die Frau.", "--beam", 1], "--output"),
        "explain": Call(["explain", "--format", "html"], "--output", prints=True),
        "demo": Call(["demo", run, "--sentences", 1], "--out"),
        "prepare": Call([*text, "--target-lang", "en"], "--out"),
        "doctor --json": Call(["doctor", *sides], "--json", prints=True),
        "doctor --html": Call(["doctor", *sides], "--html"),
        "doctor --fix": Call(["doctor", *sides], "--fix"),
        "train": Call(["train", recipe, *ONE], "--run"),
        "bakeoff": Call(["bakeoff", recipe, "--runs", folder / "runs", "--vary", "cell", "--lines", 1, *ONE], "--page"),
        "report": Call(["report", run, *pair[:2], "--reference", sides[1]], "--output"),
        "film": Call(["film", run], "--output"),
        "evaluate": Call(["evaluate", run, "--source", sides[0], "--reference", sides[1]], None, prints=True),
        "--help": Call(["translate", "--help"], None, prints=True),
    }


def tried_outputs(
    folder: Path,
    places: Iterable[str] = PLACES,
    streams: Iterable[str] = STREAMS,
    verbs: Iterable[str] | None = None,
    started: Warm | None = None,
) -> tuple[Counter[str], list[str]]:
    """These verbs, or all, with these places and streams; what was seen, and what broke. Processes are forked from the
    one that has `started`, or from a new one."""
    found, faults = Counter[str](dict.fromkeys(("targets", "calls", "written", "refused", *FAULTS), 0)), list[str]()
    folder.mkdir(exist_ok=True)
    write_recipe(folder, epochs=1)
    chosen = {verb: call for verb, call in calls(folder).items() if verbs is None or verb in verbs}
    with Warm(folder / "warm") if started is None else nullcontext(started) as warm:
        trained(warm, folder, [verb for verb in ("train", "bakeoff") if verb == "train" or verb in chosen])
        for target in (*places, *streams):
            found["targets"] += 1
            print(f"{target}: {json.dumps(found)}", file=sys.stderr, flush=True)
            for verb, call in chosen.items():
                if target in PLACES and call.option is None:
                    continue
                seen = (at_place if target in PLACES else with_streams)(warm, call, target, folder / "place")
                found.update({"calls": 1, **dict.fromkeys(seen, 1)})
                if wrong := sorted(seen & {*FAULTS}):
                    faults.append(f"{verb} to {target}: {', '.join(wrong)}")
                    print(faults[-1], file=sys.stderr, flush=True)
    return found, faults


def trained(warm: Warm, folder: Path, verbs: Iterable[str]) -> None:
    """What the calls need: a run, and the runs of a bake-off."""
    for verb in verbs:
        call = calls(folder)[verb]
        done = warm.run([*call.arguments, call.option, folder / ("run" if verb == "train" else "page.md")])
        if done.returncode:
            raise RuntimeError(done.stderr.decode())


def at_place(warm: Warm, call: Call, target: str, base: Path) -> set[str]:
    """What comes of a call whose output is at this place."""
    place = PLACES[target]
    with empty(base, place.mount) as inner:
        place.make(inner)
        before = snapshot(base)
        arguments = [*call.arguments, f"{call.option}={place.name}"]
        done = ended(warm, arguments, inner, most=150 if target == SHORT else None)
        seen = judged(done, told=target != SHORT)
        after = snapshot(base)
        replaced = [path for path, (kind, what) in before.items() if kind != stat.S_IFREG
                    and after.get(path) != (kind, what)]  # fmt: skip
        begun = call.option == "--run" and place.mount  # a training that has begun leaves its run
        left = "refused" in seen and after != before and not begun
        return seen | ({"replaced"} if replaced else set()) | ({"left behind"} if left or parts(after) else set())


def with_streams(warm: Warm, call: Call, target: str, base: Path) -> set[str]:
    """What comes of a call with these streams, to which it prints what it can."""
    with empty(base, "size=40k") as inner:
        filled(inner / "disk")
        node(inner / "full", stat.S_IFCHR, FULL)
        old(inner)
        streams = {
            name: file if file is None else f"{'<' * file.startswith('<')}{inner / file.lstrip('<')}"
            for name, file in STREAMS[target].items()
        }
        option = [] if call.prints else [f"{call.option}=new.png"]
        seen = judged(ended(warm, [*call.arguments, *option], inner, streams=streams), told="stderr" not in streams)
        return seen | ({"left behind"} if parts(snapshot(base)) else set())


@contextmanager
def empty(base: Path, disk: str) -> Iterator[Path]:
    """A folder in an empty folder, with a disk of these options mounted in it; all goes again."""
    inner = base / "in"
    inner.mkdir(parents=True)
    if disk:
        (inner / "disk").mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", disk, "none", str(inner / "disk")], check=True)
    try:
        yield inner
    finally:
        if disk:
            subprocess.run(["umount", str(inner / "disk")], check=True)
        shutil.rmtree(base)


def ended(
    warm: Warm,
    arguments: list[object],
    inner: Path,
    most: int | None = None,
    streams: dict[str, str | None] | None = None,
) -> Done | None:
    """How a call ended; None where it hung. Pipes in its folder are read from."""
    pipes = [os.open(path, os.O_RDONLY | os.O_NONBLOCK) for path in inner.iterdir() if path.is_fifo()]
    process, until = warm.start(arguments, inner, most, streams), time.monotonic() + SECONDS
    while not (over := warm.ends(0.05 if pipes else SECONDS)) and time.monotonic() < until:
        for pipe in pipes:
            with suppress(BlockingIOError):
                os.read(pipe, 1 << 20)
    if not over:
        os.kill(process, signal.SIGKILL)
    done = warm.wait()
    for pipe in pipes:
        os.close(pipe)
    return done if over else None


def judged(done: Done | None, told: bool) -> set[str]:
    """What is to be said of how a call ended; `told`: were its messages to be seen?"""
    if done is None:
        return {"hung"}
    seen = {{0: "written", 2: "refused"}.get(done.returncode, "other statuses")}
    if b"Traceback" in done.stderr or b"Exception ignored" in done.stderr:
        seen.add("tracebacks")
    if done.returncode == 2 and told and sum(line.startswith(b"error: ") for line in done.stderr.splitlines()) != 1:
        seen.add("more than a line")
    if len(seen & {*FAULTS}):
        print(done, file=sys.stderr)
    return seen


def snapshot(base: Path) -> dict[str, tuple[int, object]]:
    """Each path below a folder with its kind, and the content of a file, the aim of a link, the number of a device."""
    found: dict[str, tuple[int, object]] = {}
    for path in sorted(base.rglob("*")):
        status = path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        what: object = status.st_rdev
        if kind == stat.S_IFREG:
            what = path.read_bytes()
        elif kind == stat.S_IFLNK:
            what = os.readlink(path)
        found[str(path)] = kind, what
    return found


def parts(found: Iterable[str]) -> list[str]:
    """What was half written and left."""
    return [path for path in found if path.endswith(".part")]
