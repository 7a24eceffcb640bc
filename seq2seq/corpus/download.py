"""Files from a folder or from the web: a download is whole and checked, or it is not there."""

import hashlib
import re
import sys
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from tqdm import tqdm

from seq2seq.errors import InputError
from seq2seq.text.files import atomic_write

# Some servers, manythings.org among them, refuse urllib's own name with "406 Not Acceptable".
USER_AGENT = "Mozilla/5.0 (compatible; seq2seq)"
TIMEOUT = 30.0
"""Seconds without an answer, or without a further byte, after which a download fails."""
CHUNK = 1 << 16
"""Bytes read at a time."""
MEND = "or fetch it by other means and give its folder with --source"


def locate(source: str, name: str, downloads: Path, sha256: str | None = None) -> Path:
    """The file `name` of a source, on this disk: in the folder `source`, or downloaded from below the URL `source`.

    A download stays in the folder `downloads` and is not fetched twice. `sha256`, a hexadecimal digest, is checked for
    downloads only: files in a folder are the user's own. Raises InputError when there is no such file, when the
    download fails or is cut short, and when it is not the file that the digest says.
    """
    if not re.match(r"https?://", source):
        path = Path(source) / name
        if not path.is_file():
            raise InputError(f"{path}: no such file; --source needs a folder (or a URL) that has {name}")
        return path
    url = f"{source.rstrip('/')}/{name}"
    path = downloads / re.sub(r"[^\w.-]+", "_", url.split("://", 1)[1])
    if path.is_file() and (sha256 is None or hashlib.sha256(path.read_bytes()).hexdigest() == sha256):
        print(f"{path}: downloaded before", file=sys.stderr)
    else:
        download(url, path, sha256)
    return path


def download(url: str, path: Path, sha256: str | None = None) -> None:
    """Fetch a URL into a file; raises InputError as `locate` does, and then leaves nothing behind."""
    print(f"downloading {url}", file=sys.stderr)
    digest = hashlib.sha256()
    with atomic_write(path) as stream:
        for chunk in _checked(url):
            digest.update(chunk)
            stream.write(chunk)
        if sha256 is not None and digest.hexdigest() != sha256:
            raise InputError(
                f"{url}: not the file that this project knows: its SHA-256 is {digest.hexdigest()}, not {sha256}; "
                f"try again, {MEND} if the change is meant"
            )


def _checked(url: str) -> Iterator[bytes]:
    """The bytes behind a URL, every way of not getting them as an InputError."""
    try:
        yield from _chunks(url)
    except InputError:
        raise
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if type(error) is URLError else error
        reason = " ".join(str(reason).split()) or type(error).__name__
        raise InputError(f"{url}: download failed ({reason}); check address and connection, {MEND}") from None


def _chunks(url: str) -> Iterator[bytes]:
    received = 0
    with urlopen(Request(url, headers={"User-Agent": USER_AGENT}), timeout=TIMEOUT) as response:
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        # disable=None: no bar where stderr is not a terminal.
        with tqdm(total=total, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[1], disable=None) as bar:
            while chunk := response.read(CHUNK):
                received += len(chunk)
                bar.update(len(chunk))
                yield chunk
    if total is not None and received != total:
        raise InputError(f"{url}: download cut short, {received:,} of {total:,} bytes; try again, {MEND}")
