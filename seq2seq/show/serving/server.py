"""A socket, the application behind it, and an end that finishes what was accepted."""

import socket
from ipaddress import ip_address

import uvicorn

from seq2seq.errors import InputError
from seq2seq.show.serving.guard import LOOPBACK, App
from seq2seq.show.serving.limits import Limits

BACKLOG = 2048
"""Connections that wait to be accepted."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any. InputError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)  # who connects before the application is there waits
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot listen on {host}, port {port}: {reason}; choose another --port or --host") from None
    return found


def hosts_of(listening: socket.socket) -> frozenset[str] | None:
    """The names by which it may be called: those of this machine where it listens to this machine alone, else any."""
    address = listening.getsockname()[0]
    return LOOPBACK | {address} if ip_address(address).is_loopback else None


def address_of(listening: socket.socket) -> str:
    """What a browser is given to reach it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(app: App, listening: socket.socket, limits: Limits) -> None:
    """Answer until SIGTERM or Ctrl-C; then take nothing new, finish what was accepted, and raise the signal again.

    A second Ctrl-C ends at once.
    """
    config = uvicorn.Config(app, loop="asyncio", http="h11", ws="none", lifespan="on", log_config=None,
                            log_level="error", access_log=False, server_header=False, proxy_headers=False,
                            backlog=BACKLOG, timeout_graceful_shutdown=int(limits.seconds) + 5)  # fmt: skip
    uvicorn.Server(config).run([listening])
