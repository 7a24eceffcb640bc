"""Files from a folder or from the web: a download is whole and checked, or it is not there."""

import re
import sys
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.text.writing import usual_permissions

HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; seq2seq)",  # manythings.org refuses the names of programs
    "Accept-Encoding": "identity",  # the bytes as they are: a `.gz` stays one, and its length can be checked
}
TIMEOUT = 30.0
"""Seconds without an answer, or without a further byte, after which a download fails."""
GONE = (404, 410)
"""What a server answers where there is no such file."""
WAY_OUT = "or fetch it by other means and give its folder with --source"


class NotThere(InputError):
    """The source has no such file."""


def locate(source: str, name: str, downloads: Path, sha256: str | None = None) -> Path:
    """The file `name` of a source, on this disk: in the folder `source`, or downloaded from below the URL `source`.

    A download stays in the folder `downloads` and is not fetched twice. `sha256`, a hexadecimal digest, is checked for
    downloads only: files in a folder are the user's own. Raises NotThere when there is no such file, and
    InputError when the download fails or is cut short, and when it is not the file that the digest says.
    """
    if not re.match(r"https?://", source):
        path = Path(source) / name
        if not path.is_file():
            raise NotThere(f"{path}: no such file; --source needs a folder (or a URL) that has {name}")
        return path
    url = f"{source.rstrip('/')}/{name}"
    path = downloads / re.sub(r"[^\w.-]+", "_", url.split("://", 1)[1])
    download(url, path, sha256)
    return path


def download(url: str, path: Path, sha256: str | None = None) -> None:
    """Fetch a URL into a file that is not there yet, or no longer has its digest.

    Raises InputError as `locate` does, and then leaves no file.
    """
    import pooch
    from requests.exceptions import ChunkedEncodingError

    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(url, sha256, path.name, path.parent, downloader=_fetch)
        usual_permissions(path)
    except ChunkedEncodingError as error:
        raise InputError(f"{url}: download cut short ({_reason(error)}); try again, {WAY_OUT}") from None
    except OSError as error:
        gone = getattr(getattr(error, "response", None), "status_code", None) in GONE
        raise (NotThere if gone else InputError)(
            f"{url}: download failed ({_reason(error)}); check address and connection, {WAY_OUT}"
        ) from None
    except ValueError:  # the digest: what else is wrong with a URL is an OSError to `requests`
        raise InputError(
            f"{url}: not the file that this project knows: its SHA-256 is not {sha256}; try again, {WAY_OUT} if the "
            "change is meant"
        ) from None


def _fetch(url: str, output_file: str, pooch: Any) -> None:
    from pooch import HTTPDownloader

    print(f"downloading {url}", file=sys.stderr)
    fetch = HTTPDownloader(progressbar=sys.stderr.isatty(), chunk_size=1 << 16, timeout=TIMEOUT, headers=HEADERS)
    fetch(url, output_file, pooch)


def _reason(error: BaseException) -> str:
    """What went wrong first, in a line: `requests` wraps it several times over."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return " ".join(str(error).split()).partition(" for url: ")[0] or type(error).__name__
