"""Servers on loopback for tests: a real SPARQL server, and such as hang, lie or break off."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

import pytest

_PATIENCE = 60.0
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


@dataclass
class Oxigraph:
    """A server of the PyPI package oxigraph, with its data in a folder."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def query(self) -> str:
        return f"{self.url}/query"

    @property
    def store(self) -> str:
        return f"{self.url}/store"

    def start(self) -> None:
        self.port = self.port or free_port()
        command = [_binary(), "serve", "--location", str(self.folder)]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        while not _listens(self.port):
            if time.monotonic() > until or self.process.poll() is not None:
                pytest.fail("oxigraph serve does not come up")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def send(self, path: str, body: str, kind: str) -> str:
        """Send something to the server past our own client."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            accept = "text/tab-separated-values"
            headers = {"Content-Type": kind, "Accept": accept}
            connection.request("POST", path, body.encode(), headers)
            response = connection.getresponse()
            text = response.read().decode()
            assert response.status < 300, text
            return text

    def update(self, text: str) -> None:
        self.send("/update", text, "application/sparql-update")

    def ask(self, text: str) -> list[str]:
        """Return the rows of an answer as tab-separated values."""
        return self.send("/query", text, "application/sparql-query").splitlines()[1:]

    def load(self, quads: str) -> None:
        self.send("/store", quads, "application/n-quads")

    def clear(self) -> None:
        self.update("CLEAR ALL")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Oxigraph]:
    """Run a real SPARQL server."""
    server = Oxigraph(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _binary() -> str:
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.exists() else shutil.which("oxigraph")
    return found or absent("the package oxigraph, a SPARQL server, is not installed")


def absent(why: str) -> NoReturn:
    """Skip, or fail where everything is required."""
    if os.environ.get("STANCEGRAPH_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


def free_port() -> int:
    with closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with closing(socket.socket()) as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Asked:
    """One request as a server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What a server sends back; `short` bytes of it are held back though they were announced."""

    status: int = 200
    kind: str = "text/tab-separated-values"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    short: int = 0
    hangs: bool = False
    """Whether it stops, without closing, after what it has sent."""
    is_silent: bool = False
    """Whether it sends nothing at all."""
    drops: bool = False
    """Whether it closes the connection instead of answering."""


Answering = Callable[[Asked], Reply]


@dataclass
class Server:
    """A server under a test's thumb, with what it was asked and how many bytes it sent."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def query(self) -> str:
        return f"{self.url}/query"


@contextmanager
def serving(answer: Answering) -> Iterator[Server]:
    """Run a server that answers as a function says."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    httpd.daemon_threads = True
    server = Server(httpd.server_address[1])
    httpd.RequestHandlerClass = _handler(server, answer)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def _handler(server: Server, answer: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(size))
            server.asked.append(asked)
            self._reply(answer(asked))

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

        def _reply(self, reply: Reply) -> None:
            if reply.is_silent:
                server.released.wait(_PATIENCE)
            if reply.drops or reply.is_silent:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.short])
            server.sent += len(reply.body) - reply.short
            if reply.hangs:
                self.wfile.flush()
                server.released.wait(_PATIENCE)
            if reply.hangs or reply.short:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def passing_on(upstream: Oxigraph) -> Answering:
    """Answer as another server does."""

    def answer(asked: Asked) -> Reply:
        headers = {n: v for n, v in asked.headers.items() if n not in HOP_BY_HOP}
        with closing(HTTPConnection("127.0.0.1", upstream.port, timeout=_PATIENCE)) as connection:
            connection.request(asked.method, asked.path, asked.body, headers)
            response = connection.getresponse()
            kind = response.getheader("Content-Type") or "text/plain"
            return Reply(response.status, kind, response.read())

    return answer
