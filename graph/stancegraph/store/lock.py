"""One writer at a time: a lock that the system lets go of when its holder is killed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from stancegraph.errors import StanceError

PATIENCE = 10.0
"""Seconds that a writer waits for others before it gives up."""
_PAUSE = 0.02
"""Seconds between two attempts."""

T = TypeVar("T")

tell: ContextVar[Callable[[str], None]] = ContextVar("tell", default=lambda _: None)
"""Who is told, once, what is waited for; the command line says it on stderr."""
_mine: ContextVar[frozenset[Path]] = ContextVar("_mine", default=frozenset())
"""What this thread has locked already."""


class Busy(StanceError):
    """Another program is at work on the same file, and did not finish in time."""


def when_free(attempt: Callable[[], T], message: str, patience: float | None = None) -> T:
    """Repeat an attempt while it raises Busy, for some seconds; say once that it waits."""
    seconds = PATIENCE if patience is None else patience
    until = time.monotonic() + seconds
    has_told = False
    while True:
        try:
            return attempt()
        except Busy:
            if time.monotonic() >= until:
                raise Busy(
                    f"{message}; tried for {seconds:g} s, try again when it is done"
                ) from None
        if not has_told:
            tell.get()(f"{message}; waiting up to {seconds:g} s")
            has_told = True
        time.sleep(_PAUSE)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other writers of a file or folder out; inside of itself it has no effect.

    Raises Busy where another one is at work and does not finish in time. The lock is a file beside
    (in a folder: inside), which is gone afterwards; what a kill leaves of it locks nobody out.
    """
    whole = Path(os.path.realpath(path))
    if whole in _mine.get():
        yield
        return
    file = whole / ".stancegraph.lock" if whole.is_dir() else whole.with_name(f".{whole.name}.lock")
    handle = when_free(lambda: _locked(file, path), f"{path} is being written by another program")
    mine = _mine.set(_mine.get() | {whole})
    try:
        yield
    finally:
        _mine.reset(mine)
        file.unlink(missing_ok=True)
        os.close(handle)


def _locked(file: Path, path: Path) -> int:
    """Make a file and lock it; Busy where somebody else holds it."""
    try:
        handle = os.open(file, _MADE_HERE, 0o666)
    except OSError as error:
        raise StanceError(f"cannot write {path}: {error.strerror}") from None
    if holds(handle) and _is_still(file, handle):
        return handle
    os.close(handle)
    raise Busy(str(file))


_MADE_HERE = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
"""How a lock is opened: through a link in a folder of others it would be a file somewhere else."""


def holds(handle: int) -> bool:
    """Lock an open file for this process unless another one has; tell whether that worked."""
    if sys.platform == "win32":  # no such lock; DuckDB's own still keeps two writers apart
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(file: Path, handle: int) -> bool:
    """Tell whether a locked file is not one that its last holder has just removed."""
    try:
        return os.path.samestat(file.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
