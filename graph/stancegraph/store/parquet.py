"""A graph as a folder of Parquet: the tables of a graph's file, for Spark and for any reader."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.store.tables import FORMAT, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from stancegraph.graph import Graph

MANIFEST = "manifest.json"
"""The file that says which files make the graph, and how many rows each has."""
BY_YEAR = {"evidence": "n", "stance": "option, holder, evidence, place"}
"""The tables with a file for each year of `not_after`, and the order of their rows."""
UNDATED = "__HIVE_DEFAULT_PARTITION__"
"""What stands for the year of rows without a day, by the custom of Hive and Spark."""
_ORDER = {
    "graph": "name",
    "import": "n",
    "record": "register, n",
    "attribute": "register, id, name, value",
    "variable": "n",
    "label": "variable, n",
    "coded": "evidence, variable",
    "change": "n",
    "edit": "change, place",
}
_ROWS_A_GROUP = 122_880
_KIND = "stancegraph parquet"
_FILE = re.compile(rf"(?P<table>[a-z]+)(/year=(\d{{1,4}}|{UNDATED})/[\w-]+)?\.parquet")
"""What a manifest may name: nothing outside its folder."""

TABLE_NAMES = (*_ORDER, *BY_YEAR)
"""Every table of a graph."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files make a graph."""

    where: str
    """The folder or URL, for messages."""
    rows: Mapping[str, int]
    """How many rows each file has, by its path in the folder."""

    @classmethod
    def of(cls, text: str, where: str) -> Manifest:
        """Read the text of a manifest; StanceError where it is none, or of another version."""
        try:
            told = json.loads(text)
            kind, version, rows = told["kind"], told["format"], dict(told["rows"])
        except (ValueError, KeyError, TypeError):
            raise StanceError(f"{where}/{MANIFEST} is no manifest; {_REMEDY}") from None
        if kind != _KIND or version != FORMAT:
            raise StanceError(
                f"{where} has format {version!r} and this version reads {FORMAT!r}; {_REMEDY}"
            )
        for name, count in rows.items():
            found = _FILE.fullmatch(name)
            if not found or found["table"] not in TABLE_NAMES or not _is_count(count):
                raise StanceError(f"{where}/{MANIFEST} names {name!r}, which is no table's file")
        return cls(where, rows)

    def files(self, table: str) -> list[str]:
        """Return the files of a table; StanceError where there is none."""
        found = [name for name in self.rows if _table_of(name) == table]
        if not found:
            raise StanceError(f"{self.where}/{MANIFEST} names no file of {table!r}; {_REMEDY}")
        return found

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        self.files(table)
        return rows_of(self.rows, table)


def rows_of(rows: Mapping[str, int], table: str) -> int:
    """Return how many rows a table has, of the rows by file."""
    return sum(count for name, count in rows.items() if _table_of(name) == table)


def _table_of(name: str) -> str:
    return re.split(r"[/.]", name)[0]


_REMEDY = "write it again with 'stancegraph export parquet'"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_parquet(path: str | Path) -> bool:
    """Tell whether a path names a folder that `write_parquet` made, or what is left of one."""
    return any((Path(path) / name).is_file() for name in (MANIFEST, "graph.parquet"))


def write_parquet(graph: Graph, folder: str | Path) -> Mapping[str, int]:
    """Write the tables of a graph as Parquet; return the rows by file.

    The folder appears whole or not at all; the same graph gives the same bytes.
    """
    target = Path(folder)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise StanceError(f"{target} exists and is not empty; name a new folder, or remove it")
    with made_whole(target) as part, tables_of(graph, copying_to=part) as connection:
        rows = dict(_written(connection, part))
        write_manifest(part, rows)
    return rows


def write_manifest(folder: Path, rows: Mapping[str, int]) -> None:
    """Write which files make the graph, and how many rows each has."""
    told = {"kind": _KIND, "format": FORMAT, "rows": dict(sorted(rows.items()))}
    (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """Give a folder to fill, that takes its name when all of it is there."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield part
        for file in sorted(part.rglob("*")):
            if file.is_file():
                _synced(file)
        part.replace(target)
    except OSError as error:
        raise StanceError(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _synced(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


@contextmanager
def tables_of(graph: Graph, *, copying_to: Path) -> Iterator[DuckDBPyConnection]:
    """Open the tables of a graph: its own, or those of a file made of its records for the while.

    They can be copied to one folder.
    """
    from stancegraph.store.file import opened
    from stancegraph.stored import StoredGraph

    if isinstance(graph, StoredGraph):
        with closing(opened(graph.store.path, copying_to=copying_to)) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.duckdb"
        _keep(graph, path)
        with closing(opened(path, copying_to=copying_to)) as connection:
            yield connection


def _keep(graph: Graph, path: Path) -> None:
    from stancegraph.read.imported import Imported
    from stancegraph.store.write import Origin, add

    origin = Origin(kind="debate", files=graph.debate.id, digest="", options="")
    add(path, [Imported(graph.debate)], graph.reference, origin)


def _written(connection: DuckDBPyConnection, folder: Path) -> Iterator[tuple[str, int]]:
    for table, order in _ORDER.items():
        told = connection.sql(f"SELECT * FROM {table} ORDER BY {order}")
        yield _write(told, folder, f"{table}.parquet")
    for table, order in BY_YEAR.items():
        for year in _years(connection, table):
            told = connection.sql(
                f"SELECT * FROM {table} WHERE year(not_after) IS NOT DISTINCT FROM ? "
                f"ORDER BY {order}",
                params=[year],
            )
            name = UNDATED if year is None else f"{year:04}"
            yield _write(told, folder, f"{table}/year={name}/part-0.parquet")


def _years(connection: DuckDBPyConnection, table: str) -> list[int | None]:
    """Return the years of a table; of an empty one that of no day, so that it has a file."""
    found = connection.execute(f"SELECT DISTINCT year(not_after) AS y FROM {table} ORDER BY y")
    return [year for (year,) in found.fetchall()] or [None]


def _write(told: DuckDBPyRelation, folder: Path, name: str) -> tuple[str, int]:
    import duckdb

    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        told.write_parquet(str(file), compression="zstd", row_group_size=_ROWS_A_GROUP)
    except duckdb.Error as error:
        raise StanceError(f"{name} cannot be written: {_first_line(error)}") from None
    (count,) = told.count("*").fetchall()[0]
    return name, int(count)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest, and see that every file is there."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise StanceError(f"{folder}/{MANIFEST} cannot be read; {_REMEDY}") from None
    manifest = Manifest.of(text, str(folder))
    absent = [name for name in manifest.rows if not (folder / name).is_file()]
    if absent:
        first = f"{folder}/{absent[0]}"
        raise StanceError(f"{len(absent)} of the files of {folder} are absent, as {first}: {_HALF}")
    return manifest


_HALF = "copy it again as a whole, or export it again"


def opened_folder(folder: Path, *, copying_to: Path | None = None) -> DuckDBPyConnection:
    """Open a folder of Parquet as the tables of a graph.

    The files are others' to make: nothing outside the folder is read, and nothing is loaded; and
    nothing is written but in the folder `copying_to`.
    """
    import duckdb

    manifest = read_manifest(folder)
    from stancegraph.store.file import NO_EXTENSIONS, enclose

    connection = duckdb.connect(config=NO_EXTENSIONS)
    enclose(connection, [folder, *([copying_to] if copying_to else [])])
    try:
        for table, columns in columns_of().items():
            _open_table(connection, manifest, table, columns)
    except duckdb.Error as error:
        connection.close()
        raise StanceError(f"{folder} cannot be read as Parquet: {_first_line(error)}") from None
    except StanceError:
        connection.close()
        raise
    return connection


def columns_of() -> dict[str, dict[str, str]]:
    """Return the columns of every table with their SQL types, as `tables` declares them."""
    import duckdb

    with closing(duckdb.connect()) as connection:
        connection.execute(TABLES)
        found = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY table_name, column_index"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {name: {} for name in TABLE_NAMES}
    for table, column, kind in found:
        tables[table][column] = kind
    return tables


def _open_table(
    connection: DuckDBPyConnection, manifest: Manifest, table: str, columns: Mapping[str, str]
) -> None:
    folder = Path(manifest.where).resolve()
    names = manifest.files(table)
    # A folder's name may hold a star: DuckDB takes it for what it is where such a file exists.
    files = [str(folder / name) for name in names]
    _check_columns(connection, files, columns)
    kept = connection.execute(
        "SELECT file_name, num_rows FROM parquet_file_metadata(?)", [files]
    ).fetchall()
    for file, count in kept:
        name = Path(file).relative_to(folder).as_posix()
        if manifest.rows[name] != count:
            raise StanceError(
                f"{manifest.where}/{name} has {count:,} rows and the manifest says "
                f"{manifest.rows[name]:,}: {_HALF}"
            )
    connection.read_parquet(files, hive_partitioning=False).create_view(table)


def _check_columns(
    connection: DuckDBPyConnection, files: Sequence[str], columns: Mapping[str, str]
) -> None:
    """Hold every file against the columns that its table has."""
    schema = connection.execute(
        "SELECT file_name, list((name, type, converted_type, logical_type)::VARCHAR) "
        "FROM parquet_schema(?) GROUP BY file_name ORDER BY file_name",
        [files],
    ).fetchall()
    seen: list[Any] = []
    for file, described in schema:
        if described not in seen:
            seen.append(described)
            _check_file(connection, file, columns)


def _check_file(connection: DuckDBPyConnection, file: str, columns: Mapping[str, str]) -> None:
    found = connection.read_parquet([file], hive_partitioning=False)
    kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    for name, kind in columns.items():
        if name not in kinds:
            raise StanceError(f"{file} has no column {name!r} ({kind}); {_REMEDY}")
        if kinds[name] != kind:
            raise StanceError(f"{file}: column {name!r} is {kinds[name]}, not {kind}; {_REMEDY}")
    if list(kinds) != list(columns):
        raise StanceError(f"{file} has other columns than {', '.join(columns)}; {_REMEDY}")
