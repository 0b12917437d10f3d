"""Bringing a graph's file of an older format to the present one; the old file is kept."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from stancegraph.errors import StanceError
from stancegraph.store.disk import copy_file, put_in_place
from stancegraph.store.file import format_now, replacing
from stancegraph.store.lock import Busy, alone, tell
from stancegraph.store.tables import FORMAT, LOG

_STEPS = {"1": ("2", LOG)}
"""By format: the next one, and the SQL that leads there."""


def migrate(path: Path, found: str) -> None:
    """Bring a file of some format to the present one, after a copy of it is kept beside.

    The copy is called NAME.format-1.duckdb. StanceError where the format is a newer one, or where
    it cannot be written there.
    """
    if found not in _STEPS:
        raise StanceError(
            f"{path} has format {found!r} and this version reads {FORMAT!r}; {_remedy(found)}"
        )
    try:
        with alone(path):
            if format_now(path) == found:  # else another program was first
                kept = _keep_copy(Path(os.path.realpath(path)), found)
                _bring(path, found)
                tell.get()(f"{path} was of the older format {found!r}; it is kept as {kept}")
    except Busy:
        raise
    except (OSError, StanceError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise StanceError(
            f"{path} has the older format {found!r} and is brought to {FORMAT!r} when it is "
            f"opened, which failed: {reason}; open it in a folder that can be written to"
        ) from None


def _remedy(found: str) -> str:
    if found.isdecimal() and int(found) > int(FORMAT):
        return "a newer version of stancegraph wrote it: update yours"
    return "import the sources again"


def _bring(path: Path, now: str) -> None:
    with replacing(path) as connection:
        while now in _STEPS:
            now, sql = _STEPS[now]
            connection.execute(sql)
        connection.execute("UPDATE graph SET value = ? WHERE name = 'format'", [now])


def _keep_copy(path: Path, found: str) -> Path:
    """Keep a copy and return where; a kill in between may have left the same one already."""
    names = _names(path, found)
    kept = next(k for k in names if not k.exists() or filecmp.cmp(path, k, shallow=False))
    part = kept.with_name(f".{kept.name}.part")
    part.unlink(missing_ok=True)
    if not kept.exists():
        copy_file(path, part)
        put_in_place(part, kept)
    return kept


def _names(path: Path, found: str) -> Iterator[Path]:
    for n in count(1):
        more = "" if n == 1 else f"-{n}"
        yield path.with_name(f"{path.stem}.format-{found}{more}{path.suffix}")
