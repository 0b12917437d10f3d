"""A server of graphs: in this process for what it answers, as a program for how it runs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from werkzeug.test import Client

from stancegraph.serve.app import App
from stancegraph.serve.home import Home
from stancegraph.serve.limits import Limits
from stancegraph.serve.pool import Pool
from stancegraph.serve.visitors import Visitors

BASE = "https://w3id.org/stancegraph/id/"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A product of all triples with themselves, four times: it would run for years."""


@contextmanager
def asking(
    path: str | Path, *, visitors: Visitors | None = None, **limits: Any
) -> Iterator[Client]:
    """Give a client of a server in this process; queries run in processes of their own."""
    home, within = Home(str(path)), Limits(**limits)
    pool = Pool(home, within)
    pool.start()
    try:
        app = App(pool, home, within, visitors or Visitors(), answers_queries=True)
        yield Client(app)
    finally:
        pool.close()


class Served:
    """A server as a program, and what it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.said = process.stdout.readline()
        found = re.search(r"http://\S+/", self.said)
        assert found, process.communicate()
        self.address = found[0]

    @property
    def sparql(self) -> str:
        """The address of the endpoint."""
        return f"{self.address}sparql"

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End the program as a system or a person does; return its status and complaints."""
        self.process.send_signal(by)
        _, complaints = self.process.communicate(timeout=20)
        return self.process.returncode, complaints


@contextmanager
def serving(*options: str | Path) -> Iterator[Served]:
    """Start the program on a port that is free."""
    command = [sys.executable, "-m", "stancegraph", "serve", "--port", "0", *map(str, options)]
    with TemporaryDirectory() as folder:  # for what it leaves behind when it is killed
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": folder},
            start_new_session=True,  # so that what it starts can be told from what the tests do
        )
        try:
            yield Served(process)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


def members_of_session(leader: int) -> list[int]:
    """Return the processes that a program has started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = status.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue  # it ended meanwhile
        if int(session) == leader and state != "Z":
            found.append(int(status.parent.name))
    return found
