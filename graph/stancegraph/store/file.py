"""Opening and changing a graph's file: what DuckDB says, in our words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.store.disk import copy_file, put_in_place
from stancegraph.store.lock import Busy, alone, when_free
from stancegraph.store.parquet import MANIFEST, is_parquet, opened_folder
from stancegraph.store.tables import FORMAT, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIX = ".duckdb"
_MAGIC, _MAGIC_AT = b"DUCK", 8
_WAL = ".wal"


def is_store(path: str | Path) -> bool:
    """Tell whether a path names a graph's file, by suffix or content, or its folder of Parquet."""
    file = Path(path)
    if file.suffix == SUFFIX or is_parquet(file):
        return True
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC


def opened(path: Path, *, copying_to: Path | None = None) -> DuckDBPyConnection:
    """Connect to a graph's file, to read the state that it has now, whoever changes it meanwhile.

    A file of an older format is migrated first; files can be written in the folder `copying_to`.
    StanceError where it is no graph's file.
    """
    if is_parquet(path):
        return opened_folder(path, copying_to=copying_to)
    if not path.exists():
        raise StanceError(f"{path} does not exist; 'stancegraph import --help' says how to make it")
    connection = _attached(path, copying_to)
    try:
        found = format_of(connection, path)
        if found == FORMAT:
            return connection
    except StanceError:
        connection.close()
        raise
    connection.close()
    from stancegraph.store.migrate import migrate

    migrate(path, found)
    return opened(path, copying_to=copying_to)


def _attached(path: Path, copying_to: Path | None = None) -> DuckDBPyConnection:
    """Open a file in an engine of its own; one that it knows, DuckDB would give as it was."""
    import duckdb

    connection = duckdb.connect(config=NO_EXTENSIONS)
    try:
        connection.execute("ATTACH ? AS kept (READ_ONLY)", [str(path)])
        connection.execute("USE kept")
        enclose(connection, [copying_to] if copying_to else [])
    except duckdb.Error as error:
        connection.close()
        kind = Busy if _is_lock(error) else StanceError
        raise kind(f"{path} cannot be opened: {_reason(error)}") from None
    return connection


NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""How every connection is made: nothing is fetched or loaded because a file asks for it."""


def enclose(connection: DuckDBPyConnection, folders: Sequence[Path] = ()) -> None:
    """Let a connection reach only what it has open, and some folders: others' files hold views."""
    if folders:
        connection.execute("SET allowed_directories = ?", [[str(f.resolve()) for f in folders]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def in_our_words(path: Path) -> Iterator[None]:
    """Say what DuckDB says of a question that the tables of a file cannot answer."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise StanceError(
            f"{path} cannot be asked, for its tables are not as stancegraph makes them: "
            f"{_reason(error)}"
        ) from None


def _is_lock(error: Exception) -> bool:
    text = str(error).lower()
    return "conflicting lock" in text or "already attached" in text


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()[0]
    if _is_lock(error):
        return "another program has it open to write; try again when it is done"
    if "No space left" in text or "File too large" in text:
        return "the disk is full; make room and try again"
    if "not a valid DuckDB" in text or "magic" in text or "too small" in text:
        return "it is no DuckDB file"
    return text


def first_row(
    connection: DuckDBPyConnection, question: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> tuple[Any, ...] | None:
    """Return the first row of an answer; fetched to its end, or DuckDB refuses what comes next."""
    found = connection.execute(question, values).fetchall()
    return found[0] if found else None


def format_of(connection: DuckDBPyConnection, path: Path) -> str:
    """Return the format of a graph's file; StanceError where it holds none."""
    import duckdb

    try:
        found = first_row(connection, "SELECT value FROM graph WHERE name = 'format'")
    except duckdb.Error:
        raise StanceError(f"{path} is a DuckDB file, but holds no stancegraph graph") from None
    return str(found[0]) if found else "none"


def format_now(path: Path) -> str:
    """Return the format that a graph's file has."""
    with closing(_attached(path)) as connection:
        return format_of(connection, path)


def state_of(path: Path) -> tuple[int, ...]:
    """Return what tells one state of a graph's file from another; of one that is gone, nothing."""
    parts = (path / MANIFEST if path.is_dir() else path, path.with_name(path.name + _WAL))
    found: list[int] = []
    for part in parts:
        with suppress(OSError):
            about = part.stat()
            found += (about.st_ino, about.st_mtime_ns, about.st_size)
    return tuple(found)


@contextmanager
def writing(path: Path) -> Iterator[DuckDBPyConnection]:
    """Open a graph's file for one transaction, or make one; it is there whole or not at all.

    What is written goes into a copy, which takes the file's place at the end: readers go on with
    what they have opened, and neither a kill nor a full disk harms it. Another writer is waited for
    some seconds (`lock.PATIENCE`); Busy if it is not done by then.
    """
    if is_parquet(path):
        raise StanceError(
            f"{path} is a folder of Parquet, which is written once: change the graph that it "
            "was exported from, and export it again"
        )
    # of an older format it is migrated, and of a newer refused
    with alone(path), replacing(path, opening=opened) as connection:
        yield connection


@contextmanager
def replacing(
    path: Path, *, opening: Callable[[Path], DuckDBPyConnection] | None = None
) -> Iterator[DuckDBPyConnection]:
    """Change a copy of a file in one transaction and put it in its place; make one where none is.

    Whoever calls it has the file `alone`: what a killed writer left is removed. `opening` opens
    the file to read first, by default whatever its format.
    """
    import duckdb

    whole = Path(os.path.realpath(path))
    part = whole.with_name(f".{whole.name}.part")
    _remove(part)
    guard = _unwritten(path, whole, opening or _attached)
    try:
        with guard, closing(_copied(whole, part)) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")  # on closing, DuckDB would keep its failure to itself
        put_in_place(part, whole)
    except duckdb.Error as error:
        raise StanceError(f"{path} cannot be written: {_reason(error)}; {_AS_IT_WAS}") from None
    except OSError as error:
        raise StanceError(f"cannot write {path}: {error.strerror}; {_AS_IT_WAS}") from None
    finally:
        _remove(part)


_AS_IT_WAS = "nothing was changed"


@contextmanager
def _unwritten(
    path: Path, whole: Path, opening: Callable[[Path], DuckDBPyConnection]
) -> Iterator[None]:
    """See that no other DuckDB program has a file open to write, nor opens it meanwhile."""
    if not whole.exists():
        yield
        return
    if whole.with_name(whole.name + _WAL).exists():
        when_free(lambda: _settle(whole), f"{path} is open elsewhere")
    with closing(when_free(lambda: opening(path), _BUSY.format(path))):
        yield


_BUSY = "{} is open to write in another program"


def _settle(whole: Path) -> None:
    """Let DuckDB take in what a program that was killed had written beside a file."""
    import duckdb

    try:
        with duckdb.connect(whole, config=NO_EXTENSIONS) as connection:
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        kind = Busy if _is_lock(error) else StanceError
        raise kind(f"{whole} cannot be opened: {_reason(error)}") from None


def _copied(whole: Path, part: Path) -> DuckDBPyConnection:
    """Open a copy of a file; an empty graph where there is none."""
    import duckdb

    is_new = not whole.exists()
    if not is_new:
        copy_file(whole, part)
    connection = duckdb.connect(part, config=NO_EXTENSIONS)
    enclose(connection)
    if is_new:
        connection.execute(TABLES)
    return connection


def _remove(part: Path) -> None:
    """Remove a file that is not in its place, with what DuckDB put beside it."""
    for name in (part.name, part.name + _WAL):
        part.with_name(name).unlink(missing_ok=True)
    shutil.rmtree(part.with_name(part.name + ".tmp"), ignore_errors=True)
