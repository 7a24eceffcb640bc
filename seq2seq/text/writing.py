"""Files and folders that appear whole or not at all: every file that this package writes goes through here.

What is being written has a passing name beside its own, `.NAME.XXXXXXXX.part`, and is locked by the process that
writes it. A process that is killed leaves it there, without the lock: the next that writes the same name removes it.
"""

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from seq2seq.errors import InputError

PART = ".part"
"""How the name of a file or a folder ends that is not whole yet."""

WORLD = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EBADF, errno.EACCES, errno.EPERM,
         errno.EPIPE, errno.ENXIO, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ENODEV, errno.ELOOP,
         errno.EBUSY, errno.EXDEV, errno.EMLINK, errno.ETXTBSY, errno.ESTALE, errno.ETIMEDOUT}  # fmt: skip
"""Faults of the disk or the terminal, not of the program."""


def reason(error: OSError) -> str:
    """What the system says of a fault, for the end of a message."""
    return (error.strerror or "cannot be written").lower()


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A binary file that appears under its name only when the block ends well; nothing is ever half written.

    A link is followed, and what is no file (a device, a FIFO) is written to as it stands. A file that is there already
    keeps its permissions and its owner. The file and the entry in its folder are on the disk when the block has ended.
    Raises InputError where the file cannot be written, or not to its end.
    """
    if not os.fspath(path):
        raise InputError("the name of the file to write is empty")
    try:
        place = Path(os.path.realpath(path))
        before = _status(place)
        if before is not None and not stat.S_ISREG(before.st_mode):
            with open(place, "wb") as stream:  # a folder is refused here
                yield stream
            return
        if before is not None and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, "permission denied")
        with _folder_of(place), _part_of(place, before) as stream:
            yield stream
    except OSError as error:
        if error.errno not in WORLD:
            raise
        raise InputError(f"{path}: {reason(error)}") from None


@contextmanager
def _folder_of(path: Path) -> Iterator[None]:
    """The folder of a file or a folder, and those above it, are made where they are not there. If the block fails, what
    was made goes again, unless there is something in it by now. PermissionError where none can be made (`/proc`)."""
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        make_folder(path.parent)
        yield
    except BaseException:
        with suppress(OSError):
            for folder in made:
                folder.rmdir()
        raise


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are not there; PermissionError where none can be made (`/proc`)."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError:
        raise PermissionError(errno.EACCES, "no folder can be made there") from None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


@contextmanager
def _part_of(path: Path, before: os.stat_result | None) -> Iterator[IO[bytes]]:
    """A file beside `path`, which takes its place when the block ends well, and which is removed when it does not."""
    descriptor, part = _new_part(path)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if before is None:
                usual_permissions(part)
            else:
                with suppress(PermissionError):
                    os.fchown(stream.fileno(), before.st_uid, before.st_gid)
                os.fchmod(stream.fileno(), stat.S_IMODE(before.st_mode))
            os.fsync(stream.fileno())
            os.replace(part, path)
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _new_part(path: Path, *, folder: bool = False) -> tuple[int, Path]:
    """Descriptor and path of a new file or folder beside `path`, locked; what a killed process has left goes."""
    remove_parts(path.parent, path.name)
    prefix = f".{_stem(path.name)}."
    while True:
        if folder:
            part = tempfile.mkdtemp(dir=path.parent, prefix=prefix, suffix=PART)
            descriptor = os.open(part, os.O_RDONLY)
        else:
            descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=PART)
        try_lock(descriptor)
        if Path(part).exists():
            return descriptor, Path(part)
        os.close(descriptor)  # another process has taken it for a leftover, before it was locked


def _stem(name: str) -> str:
    """As much of a name as leaves room for what a part has around it."""
    return os.fsdecode(os.fsencode(name)[:200]) if len(os.fsencode(name)) > 200 else name


def remove_parts(folder: Path, name: str | None = None) -> None:
    """Remove the parts of a file or folder `name`, or of all, that were left in a folder by processes now dead."""
    with suppress(OSError):
        for part in list(folder.iterdir()):
            stem, _, ending = part.name.removesuffix(PART).rpartition(".")
            left = part.name.endswith(PART) and stem.startswith(".") and len(ending) == 8
            if left and (name is None or stem == f".{_stem(name)}"):
                _remove_if_dead(part)


def _remove_if_dead(part: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if not try_lock(descriptor):
                return
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                shutil.rmtree(part)
            else:
                part.unlink()
        finally:
            os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed or the process ends; False where another process has it, and on a
    disk that knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sync_folder(path: Path) -> None:
    """Have the entries of a folder on the disk, where the disk can do so."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def usual_permissions(path: str | os.PathLike[str]) -> None:
    """Give a file that was made as a temporary one, for its owner alone, the permissions of any new file."""
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(path, 0o666 & ~umask)


@contextmanager
def atomic_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """An empty folder to fill, which appears under its name only when the block ends well.

    Where a folder of that name is there already, files of the same names are replaced and the others stay. Raises
    InputError when the folder cannot be written.
    """
    if not os.fspath(path):
        raise InputError("the name of the folder to write is empty")
    path = Path(path)
    try:
        # Beside the folder, not inside: a rename is one step only on the same disk.
        with _folder_of(path), passing_folder(Path(os.path.realpath(path))) as part:
            made = part / "made"
            made.mkdir()
            try:
                yield made
            except InputError as error:  # of a file in it: named as it was to be called
                raise InputError(str(error).replace(str(made), str(path))) from None
            _sync_files(made)
            try:
                made.rename(path)
            except OSError:  # it is there already
                if not path.is_dir():
                    raise
                for file in made.iterdir():
                    file.replace(path / file.name)
                sync_folder(path)
            sync_folder(Path(os.path.realpath(path)).parent)
    except OSError as error:
        raise InputError(f"{path}: {reason(error)}") from None


@contextmanager
def passing_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path`, under a passing name, locked, and removed when the block ends."""
    descriptor, part = _new_part(path, folder=True)
    try:
        yield part
    finally:
        os.close(descriptor)
        shutil.rmtree(part, ignore_errors=True)


def _sync_files(folder: Path) -> None:
    for file in folder.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)


def write_lines(path: str | Path, lines: Iterable[str]) -> None:
    """Write a UTF-8 file, one sentence a line, in one step."""
    with atomic_write(path) as stream:
        for line in lines:
            stream.write(f"{line}\n".encode())
