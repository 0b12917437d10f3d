"""Opening a graph's file: what DuckDB says, in our words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.store.tables import FORMAT, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIX = ".duckdb"
_MAGIC, _MAGIC_AT = b"DUCK", 8


def is_store(path: str | Path) -> bool:
    """Tell whether a path names a graph's file: by its suffix, or by what it holds."""
    file = Path(path)
    if file.suffix == SUFFIX:
        return True
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC


def opened(path: Path, *, is_read_only: bool = True) -> DuckDBPyConnection:
    """Connect to a graph's file; StanceError where it is none, or is being written."""
    import duckdb

    if is_read_only and not path.exists():
        raise StanceError(f"{path} does not exist; 'stancegraph import --help' says how to make it")
    try:
        connection = duckdb.connect(path, read_only=is_read_only)
    except duckdb.Error as error:
        raise StanceError(f"{path} cannot be opened: {_reason(error)}") from None
    try:
        _check_format(connection, path)
    except StanceError:
        connection.close()
        raise
    return connection


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()[0]
    if "lock" in text.lower():
        return "another program is writing to it; try again when it is done"
    if "different configuration" in text:
        return "this program has it open already; close the graph first"
    if "not a valid DuckDB" in text or "magic" in text or "too small" in text:
        return "it is no DuckDB file"
    return text


def first_row(
    connection: DuckDBPyConnection, question: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> tuple[Any, ...] | None:
    """Return the first row of an answer; fetched to its end, or DuckDB refuses what comes next."""
    found = connection.execute(question, values).fetchall()
    return found[0] if found else None


def _check_format(connection: DuckDBPyConnection, path: Path) -> None:
    import duckdb

    try:
        found = first_row(connection, "SELECT value FROM graph WHERE name = 'format'")
    except duckdb.Error:
        raise StanceError(f"{path} is a DuckDB file, but holds no stancegraph graph") from None
    if not found or found[0] != FORMAT:
        kept = found[0] if found else "none"
        raise StanceError(
            f"{path} has format {kept!r} and this version reads {FORMAT!r}; "
            "use the version that wrote it, or import the sources again"
        )


@contextmanager
def writing(path: Path) -> Iterator[DuckDBPyConnection]:
    """Open a graph's file for one transaction; a new file appears whole or not at all."""
    import duckdb

    is_new = not path.exists()
    target = path.with_name(f".{path.name}.{os.getpid()}.part") if is_new else path
    connection = _made(target, path) if is_new else opened(path, is_read_only=False)
    try:
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.close()
        if is_new:
            target.replace(path)
    except duckdb.Error as error:
        raise StanceError(f"{path} cannot be written: {_reason(error)}") from None
    finally:
        connection.close()  # what is not committed is rolled back
        if is_new:
            target.unlink(missing_ok=True)
            target.with_name(target.name + ".wal").unlink(missing_ok=True)


def _made(target: Path, path: Path) -> DuckDBPyConnection:
    import duckdb

    try:
        connection = duckdb.connect(target)
    except duckdb.Error as error:
        raise StanceError(f"cannot write {path}: {_reason(error)}") from None
    connection.execute(TABLES)
    return connection
