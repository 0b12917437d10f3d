"""Processes that answer questions: several at once, each ended when it takes too long."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from stancegraph.errors import StanceError
from stancegraph.serve.home import Home, State
from stancegraph.serve.limits import Limits
from stancegraph.serve.refusal import Refused
from stancegraph.serve.worker import Refresh, Refreshed, Reply, Task, work

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


class Replied(NamedTuple):
    """What came back from a process."""

    reply: Reply
    file: Path
    """Where an answer is written; whoever asked deletes it."""
    state: State
    """The state of the graph that it is about."""


class Asked(NamedTuple):
    """A task on its way to a process, and where its reply is awaited."""

    task: Task
    file: Path
    seconds: float
    reply: Future[Replied]

    def is_awaited(self) -> bool:
        """Tell whether somebody still waits for it, who from now on waits until it is done."""
        return self.reply.running() or self.reply.set_running_or_notify_cancel()


class _TookTooLong(Exception):
    """A process did not reply in time."""


class _Ended(Exception):
    """A process ended before it replied."""


class _Worker:
    """One process, seen from the server."""

    def __init__(self, home: Home, limits: Limits, *, embeds: bool) -> None:
        # spawned, for a copy of a process with threads cannot be trusted
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=work, args=(theirs, home, limits), kwargs={"embeds": embeds}, daemon=True
        )
        self._process.start()
        theirs.close()
        self._ending = threading.Lock()
        self.state: State | None = None
        """The state in which it read the graph; None before it has."""

    def reply(self, task: Task, file: Path, seconds: float | None = None) -> Reply:
        """Have a task done; None waits for as long as it takes."""
        self.start(task, file)
        return self.finish(seconds)

    def start(self, task: Task, file: Path) -> None:
        """Hand a task over."""
        try:
            self._pipe.send((task, file))
        except OSError:
            raise _Ended from None

    def finish(self, seconds: float | None = None) -> Reply:
        """Await the reply to the task that was handed over last."""
        try:
            if not self._pipe.poll(seconds):
                raise _TookTooLong
            reply: Reply = self._pipe.recv()
        except (EOFError, OSError):
            raise _Ended from None
        if isinstance(reply, Refreshed):
            self.state = reply.state
        return reply

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        with self._ending:  # its thread and the end of the server may both want it
            self._process.kill()
            self._process.join()
            self._pipe.close()


class Pool:
    """The processes of a server, and the tasks that wait for them.

    Each process has a thread that hands it one task after the other. Before a task the thread
    compares the state of the graph's files with the one that its process read. While another
    program writes, or while a change takes long to be read, the state before answers.
    """

    def __init__(self, home: Home, limits: Limits, *, embeds: bool = True) -> None:
        self._home = home
        self._limits = limits
        self._embeds = embeds
        self._folder = TemporaryDirectory(prefix="stancegraph-")
        self._numbers = count()
        self._tasks: SimpleQueue[Asked] = SimpleQueue()
        self._room = threading.Semaphore(limits.processes + limits.waiting)
        self._reading = threading.Lock()
        self._reads_long = False
        self._workers: dict[int, _Worker] = {}
        self._is_closed = threading.Event()

    def start(self) -> None:
        """Start the processes; StanceError where the graph cannot be read."""
        first = self._made(0)
        try:
            # without a limit, for the first to read a large graph also indexes it
            reply = first.reply(Refresh(), self._file())
        except _Ended:
            reply = Refused(500, f"the process that reads {self._home.name} ended early")
        if isinstance(reply, Refused):
            self.close()
            raise StanceError(str(reply))
        for place in range(self._limits.processes):
            threading.Thread(target=self._run, args=(place,), daemon=True).start()

    def close(self) -> None:
        """End the processes at once."""
        self._is_closed.set()
        for worker in list(self._workers.values()):
            worker.end()
        with suppress(Empty):
            while True:
                asked = self._tasks.get_nowait()
                if asked.is_awaited():
                    asked.reply.set_result(Replied(_closing(), asked.file, ()))
        self._folder.cleanup()

    def state(self) -> State:
        """Return the state of the graph that the next answer will be from, if it can be read."""
        return self._home.state()

    def ask(self, task: Task, *, seconds: float | None = None) -> Replied:
        """Return the reply to a task.

        Refused where too many wait already, or where it takes longer than it may.
        """
        asked = Asked(task, self._file(), seconds or self._limits.seconds, Future())
        if not self._room.acquire(blocking=False):
            raise _busy()
        try:
            self._tasks.put(asked)
            replied = self._awaited(asked)
        finally:
            self._room.release()
        if isinstance(replied.reply, Refused):
            replied.file.unlink(missing_ok=True)
            raise replied.reply
        return replied

    def _awaited(self, asked: Asked) -> Replied:
        try:
            return asked.reply.result(timeout=asked.seconds)
        except TimeoutError:
            if asked.reply.cancel():
                raise _busy() from None
        try:
            # it began late; it has a limit of its own, but the graph may have to be read first
            return asked.reply.result(timeout=asked.seconds + 2 * self._limits.patience)
        except TimeoutError:
            asked.reply.add_done_callback(lambda _: asked.file.unlink(missing_ok=True))
            raise _busy() from None

    def _file(self) -> Path:
        return Path(self._folder.name) / f"answer-{next(self._numbers)}"

    def _made(self, place: int) -> _Worker:
        made = self._workers[place] = _Worker(self._home, self._limits, embeds=self._embeds)
        return made

    def _run(self, place: int) -> None:
        """Hand tasks to the process at a place, and put a new one there when it was ended."""
        while not self._is_closed.is_set():
            worker = self._workers.get(place) or self._made(place)
            try:
                self._read_first(worker)
                while not self._is_closed.is_set():
                    self._answer(worker, self._tasks.get())
            except (_Ended, _TookTooLong):
                worker.end()
                self._workers.pop(place, None)

    def _read_first(self, worker: _Worker) -> None:
        """Have a new process read the graph; it is tried again until no other program writes."""
        while worker.state is None:
            with self._reading:
                worker.reply(Refresh(), self._file())
            if worker.state is None:
                self._is_closed.wait(_PAUSE)

    def _answer(self, worker: _Worker, asked: Asked) -> None:
        """Have a process do a task, in the newest state of the graph that can be had in time."""
        if not asked.is_awaited():
            return
        is_ready = False
        try:
            is_ready = self._refreshed(worker)
        finally:
            if not is_ready:
                self._tasks.put(asked)  # for another process, in the state before
        if not is_ready:
            self._read_on(worker)
            return
        reply: Reply = _too_much()
        try:
            reply = worker.reply(asked.task, asked.file, asked.seconds)
        except _TookTooLong:
            reply = _too_long(asked.seconds)
            raise
        finally:
            if self._is_closed.is_set():
                reply = _closing()
            asked.reply.set_result(Replied(reply, asked.file, worker.state or ()))

    def _refreshed(self, worker: _Worker) -> bool:
        """Have a changed graph read again; False while that goes on for longer than it may.

        Only one process reads at a time: of a large graph the first one makes the index.
        """
        if worker.state == self._home.state():
            return True
        if not self._reading.acquire(timeout=0 if self._reads_long else self._limits.patience):
            return True  # another reads, and the state before has to do
        worker.start(Refresh(), self._file())
        try:
            worker.finish(self._limits.patience)
        except _TookTooLong:
            self._reads_long = True
            return False
        except _Ended:
            self._reading.release()
            raise
        self._reading.release()
        return True

    def _read_on(self, worker: _Worker) -> None:
        try:
            worker.finish()
        finally:
            self._reads_long = False
            self._reading.release()


_PAUSE = 0.2


def _busy() -> Refused:
    return Refused(
        503, "too many queries are running or waiting; try again", (("Retry-After", "5"),)
    )


def _closing() -> Refused:
    return Refused(503, "the server is ending")


def _too_long(seconds: float) -> Refused:
    return Refused(
        503,
        f"the query was stopped after {seconds:g} seconds; ask for less, add a LIMIT, or start the "
        "server with a longer --timeout",
    )


def _too_much() -> Refused:
    return Refused(
        503, "the query ended its process: it nests too deeply, or needs more memory than it may"
    )
