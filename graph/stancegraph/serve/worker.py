"""The process in which queries run, so that one that runs away can be ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from stancegraph.errors import StanceError
from stancegraph.serve.home import Home, State
from stancegraph.serve.limits import Limits
from stancegraph.serve.question import (
    Answer,
    Counted,
    Exploration,
    Figures,
    Question,
    Shown,
    Sketch,
)
from stancegraph.serve.refusal import Refused
from stancegraph.store.lock import tell

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pyoxigraph import Store


@dataclass(frozen=True, slots=True)
class Refresh:
    """The graph may have changed: read it again."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The graph was read, in this state."""

    state: State


T = TypeVar("T")
Task: TypeAlias = Question | Sketch | Figures | Exploration | Refresh
Reply: TypeAlias = Answer | Shown | Counted | Refreshed | Refused


def work(pipe: Connection, home: Home, limits: Limits, *, embeds: bool) -> None:
    """Do what comes through a pipe, one task after the other, until nobody is at its other end.

    With each task comes the file to write an answer into. `embeds` says whether queries will come.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the server ends its own
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    # what is waited for, as a large graph's index; the terminal is that of the server
    tell.set(lambda message: print(message, file=sys.stderr, flush=True))
    engine = _Engine(home, limits, embeds=embeds)
    while True:
        try:
            task, file = pipe.recv()
        except EOFError:
            return
        pipe.send(engine.reply(task, file))


def _end_with(server: int) -> None:
    """End this process when the server is gone, whatever it is doing."""
    while os.getppid() == server:
        time.sleep(0.5)
    os._exit(1)


class _Engine:
    """The graph as it was last read, and what is asked of it."""

    def __init__(self, home: Home, limits: Limits, *, embeds: bool) -> None:
        self._home = home
        self._limits = limits
        self._embeds = embeds
        self._store: Store | None = None

    def reply(self, task: Task, file: Path) -> Reply:
        """Do a task; what keeps it from being done is returned too."""
        try:
            return self._done(task, file)
        except Refused as refused:
            return refused
        except StanceError as error:
            return Refused(503, self._home.told_to_others(error))
        except (OSError, RuntimeError, ValueError) as error:  # what the engine raises
            told = self._home.told_to_others(error)
            return Refused(500, f"the engine cannot answer this query: {told}")
        except MemoryError:
            return Refused(503, "the query needs more memory than it may take; ask for less")

    def _done(self, task: Task, file: Path) -> Reply:
        match task:
            case Refresh():
                return self._read()
            case Exploration():
                return self._explored(file)
            case Question():
                from stancegraph.serve.evaluate import answer

                return self._asked(lambda store: answer(store, task, self._limits, file))
            case Sketch():
                from stancegraph.serve.evaluate import sketch

                asked, rows = task.question, task.rows
                return self._asked(lambda store: sketch(store, asked, self._limits, rows))
            case Figures():
                from stancegraph.serve.count import counted

                return self._asked(counted)

    def _read(self) -> Refreshed:
        # its state is noted first: what changes while it is read is read again
        state = self._home.state()
        if not self._embeds:
            with self._home.opened():
                return Refreshed(state)
        _limit_memory(None)
        self._store = self._home.embedded()
        _limit_memory(self._limits.memory_bytes)
        return Refreshed(state)

    def _asked(self, question: Callable[[Store], T]) -> T:
        if self._store is None:
            raise Refused(503, "the graph is not read yet; try again")
        try:
            return question(self._store)
        except OSError:
            # the files of an index go when another process has built a newer one
            self._read()
            return question(self._store)

    def _explored(self, file: Path) -> Answer:
        with self._home.opened() as graph:
            page = graph.view("explore", as_of=self._home.as_of)
        written = page.html.encode()
        file.write_bytes(written)
        return Answer("text/html", len(written), True)


def _limit_memory(more: int | None) -> None:
    """Let this process take so much memory more than it has; None lifts the limit.

    Only where the system counts what a process holds as Linux does; elsewhere there is no limit.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    held = 0 if more is None else _held_bytes() + more
    limit = hard if more is None or (hard != resource.RLIM_INFINITY and held > hard) else held
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _held_bytes() -> int:
    """Return how much memory of its own this process holds."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
