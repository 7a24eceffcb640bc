"""Downloads, from a server on this machine: whole and checked, or not there."""

import gzip
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from seq2seq.corpus import download as module
from seq2seq.corpus.download import NotThere, download, locate
from seq2seq.errors import InputError

CONTENT = b"a corpus\n" * 20_000


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT; the path says what goes wrong."""

    requests: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        """Answer as the path asks; the names of programs are refused, as manythings.org does."""
        self.requests.append(self.path)
        if re.match("python|urllib|pooch", self.headers["User-Agent"], re.IGNORECASE):
            self.send_error(406)
        elif self.path.endswith("missing.gz"):
            self.send_error(404)
        elif self.path.endswith("packed.gz"):
            self.send_response(200)
            encoded = "gzip" in self.headers["Accept-Encoding"]
            self.send_header(*(("Content-Encoding", "gzip") if encoded else ("Content-Type", "application/gzip")))
            self.end_headers()
            self.wfile.write(gzip.compress(CONTENT, mtime=0))
        else:
            self.send_response(200)
            if not self.path.endswith("nolength.gz"):
                self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:70_000] if self.path.endswith("short.gz") else CONTENT)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a server on 127.0.0.1."""
    Handler.requests.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["data/good.gz", "data/nolength.gz"])
def test_a_file_is_downloaded_once(server: str, tmp_path: Path, name: str) -> None:
    for _ in range(2):
        path = locate(f"{server}/", name, tmp_path / "downloads")
        assert path.read_bytes() == CONTENT
    assert list((tmp_path / "downloads").iterdir()) == [path]
    assert Handler.requests == [f"/{name}"]


def test_two_sources_do_not_share_a_download(server: str, tmp_path: Path) -> None:
    assert locate(f"{server}/a", "good.gz", tmp_path) != locate(f"{server}/b", "good.gz", tmp_path)
    assert len(Handler.requests) == 2


def test_a_name_in_a_url_cannot_leave_the_folder(server: str, tmp_path: Path) -> None:
    assert locate(f"{server}/../..", "good.gz", tmp_path / "downloads").parent == tmp_path / "downloads"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("short.gz", r"/short.gz: download cut short \(.*70000 bytes read, 110000 more expected\)\); try again"),
        ("missing.gz", r"/missing.gz: download failed \(404 Client Error: Not Found\).*--source"),
    ],
)
def test_a_failed_download_leaves_nothing(server: str, tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        download(f"{server}/{name}", tmp_path / name)
    assert "\n" not in str(caught.value) and isinstance(caught.value, NotThere) == (name == "missing.gz")
    assert not list(tmp_path.iterdir())


def test_an_interrupted_download_leaves_nothing(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(downloader: object, url: str, output_file: str, pooch: object) -> None:
        Path(output_file).write_bytes(CONTENT[:1000])
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download(f"{server}/good.gz", tmp_path / "good.gz")
    assert not list(tmp_path.iterdir())


def test_an_archive_stays_packed_whatever_the_server_calls_it(server: str, tmp_path: Path) -> None:
    """A `.gz` labelled as an encoding of the answer would be unpacked on the way, and then not be what is known."""
    packed = gzip.compress(CONTENT, mtime=0)
    path = locate(server, "packed.gz", tmp_path, hashlib.sha256(packed).hexdigest())
    assert path.read_bytes() == packed


def test_a_download_has_the_permissions_of_any_file(server: str, tmp_path: Path) -> None:
    path, usual = locate(server, "good.gz", tmp_path), tmp_path / "usual"
    usual.touch()
    assert path.stat().st_mode == usual.stat().st_mode


def test_without_a_terminal_there_is_a_line_and_no_bar(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        locate(server, "good.gz", tmp_path)
    assert capsys.readouterr() == ("", f"downloading {server}/good.gz\n")


def test_no_server_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(InputError, match=rf"^http://127.0.0.1:{port}/f: download failed \(.*refused\)"):
        download(f"http://127.0.0.1:{port}/f", tmp_path / "f")


def test_a_silent_server_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(InputError, match=r"timed out\)"):
        download(f"http://127.0.0.1:{silent.getsockname()[1]}/f", tmp_path / "f")


@pytest.mark.parametrize("url", ["http://", "http://[", "https://a b/c"])
def test_an_impossible_address_is_an_input_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="download failed"):
        download(url, tmp_path / "f")


def test_the_wrong_file_is_refused(server: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"/good.gz: not the file that .*: its SHA-256 is not 000.*--source"):
        locate(server, "good.gz", tmp_path, sha256="0" * 64)
    assert not list(tmp_path.iterdir())


def test_a_download_that_is_no_longer_what_it_was_is_fetched_again(server: str, tmp_path: Path) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    path = locate(server, "good.gz", tmp_path, digest)
    path.write_bytes(b"changed")
    assert locate(server, "good.gz", tmp_path, digest).read_bytes() == CONTENT
    assert len(Handler.requests) == 2


def test_a_folder_is_a_source_too(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"mine")
    assert locate(str(tmp_path), "x", tmp_path / "downloads", sha256="0" * 64) == tmp_path / "x"
    with pytest.raises(InputError, match=r"/y: no such file; --source needs a folder \(or a URL\) that has y"):
        locate(str(tmp_path), "y", tmp_path / "downloads")
    assert not (tmp_path / "downloads").exists()
