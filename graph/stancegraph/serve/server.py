"""The server itself: its socket, its signals, its end."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from stancegraph.errors import StanceError
from stancegraph.serve.app import App
from stancegraph.serve.limits import Limits
from stancegraph.serve.pool import Pool

_SPARE_THREADS = 4
"""Threads for those who are told at once that too many wait already."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that waits for requests; StanceError where the address cannot be had."""
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise StanceError(f"--host {host!r} is no address of this machine: {error}") from None
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(address)
        made.listen(128)
    except OSError as error:
        made.close()
        raise StanceError(
            f"cannot serve at {host}:{port}: {error.strerror}; choose another --port, "
            "or 0 for any that is free"
        ) from None
    return made


def address_of(listener: socket.socket) -> str:
    """Return the address at which a browser on this machine reaches a socket."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_for_others(listener: socket.socket) -> bool:
    """Tell whether other machines can reach a socket."""
    host = listener.getsockname()[0]
    return not (host.startswith("127.") or host == "::1")


def run(
    app: App, pool: Pool, listener: socket.socket, limits: Limits, *, ready: Callable[[], None]
) -> None:
    """Answer requests until the process is told to end, and leave nothing behind."""
    from waitress.server import create_server

    # that one request waits for another is nothing to tell
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        app,
        sockets=[listener],
        threads=limits.processes + limits.waiting + _SPARE_THREADS,
        max_request_body_size=limits.body_bytes,
        ident="stancegraph",
    )

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        _on_signals(signal.SIG_IGN)  # it ends already
        pool.close()
        raise SystemExit(0)

    _on_signals(stop)
    ready()
    try:
        server.run()
    finally:
        pool.close()
        server.close()


def _on_signals(handler: Any) -> None:
    """Say what is done when a person or the system wants the process to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)
