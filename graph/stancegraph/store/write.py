"""Adding what an import brings to a graph's file, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.answer.words import count
from stancegraph.errors import StanceError
from stancegraph.model import REGISTERS, Debate
from stancegraph.read.imported import Attribute, Imported
from stancegraph.store.codec import to_json
from stancegraph.store.columns import Columns, Numbers, columns_of_evidence, columns_of_rows
from stancegraph.store.file import first_row, opened, writing
from stancegraph.store.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CODED = ("actors", "options", "sources")
"""The registers that evidence points into by number."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What identifies an import, so that the same one changes nothing."""

    kind: str
    files: str
    digest: str
    options: str


@dataclass(frozen=True, slots=True)
class Added:
    """What an import changed."""

    registers: Mapping[str, int]
    """New records by register."""
    evidence: int
    known: int
    """Records that were there already."""


def is_repeated(path: Path, origin: Origin) -> bool:
    """Tell whether this very import was made into a graph's file before."""
    if not path.exists():
        return False
    asked = "SELECT 1 FROM import WHERE (kind, digest, options) = (?, ?, ?)"
    values = [origin.kind, origin.digest, origin.options]
    with closing(opened(path)) as connection:
        return first_row(connection, asked, values) is not None


def add(path: Path, parts: Iterable[Imported], reference: Debate, origin: Origin) -> Added:
    """Add an import to a graph's file, all parts of it or, on an error, nothing."""
    registers: Counter[str] = Counter()
    evidence = known = skipped = 0
    with writing(path) as connection:
        for imported in parts:
            _add_header(connection, imported.debate)
            _add_registers(connection, reference, is_reference=True)
            registers.update(_add_registers(connection, imported.debate))
            _add_attributes(connection, imported.attributes)
            new, old = _add_evidence(connection, imported, reference)
            evidence, known, skipped = evidence + new, known + old, skipped + len(imported.skipped)
        _note_import(connection, origin, evidence, skipped)
    return Added(dict(registers), evidence, known)


def in_memory(debate: Debate, reference: Debate) -> DuckDBPyConnection:
    """Make the tables of a graph's file of a debate, in memory."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute(TABLES)
    _add_header(connection, debate)
    _add_registers(connection, debate)
    _add_registers(connection, reference, is_reference=True)
    columns = columns_of_evidence(debate, reference, Numbers.of(connection))
    _insert_evidence(connection, columns)
    return connection


def _note_import(
    connection: DuckDBPyConnection, origin: Origin, records: int, skipped: int
) -> None:
    connection.execute(
        "INSERT INTO import SELECT count(*), ?, ?, ?, ?, ?, ? FROM import",
        [origin.kind, origin.files, origin.digest, origin.options, records, skipped],
    )


def _add_header(connection: DuckDBPyConnection, debate: Debate) -> None:
    header = {name: getattr(debate, name) for name in ("id", "title", "description", "alliance")}
    header["language"] = debate.language
    connection.executemany(
        "INSERT OR IGNORE INTO graph VALUES (?, ?)", [(k, v) for k, v in header.items() if v]
    )


def _add_registers(
    connection: DuckDBPyConnection, debate: Debate, *, is_reference: bool = False
) -> dict[str, int]:
    """Add the records that are not there; return how many of each register."""
    added = {}
    for register in REGISTERS:
        records = getattr(debate, register)
        if register == "evidence" or not records:
            continue
        new = _new_records(connection, register, records, replaces=is_reference)
        if new:
            added[register] = len(new)
            _insert_records(connection, register, new, is_reference=is_reference)
    return added


def _new_records(
    connection: DuckDBPyConnection, register: str, records: Iterable[Any], *, replaces: bool
) -> list[tuple[str | None, str | None, str]]:
    rows = connection.execute(
        "SELECT id, record FROM record WHERE register = ?", [register]
    ).fetchall()
    by_id, texts = dict(rows), {text for _, text in rows}
    new: dict[str, tuple[str | None, str | None, str]] = {}
    for record in records:
        id, text = getattr(record, "id", None), to_json(record) or "{}"
        if text in texts or (replaces and id in by_id):
            continue
        if id and id in by_id:
            raise StanceError(
                f"{id!r} of {register} is in the graph already and differs; "
                "rename it, or import into a new graph"
            )
        new[id or text] = (
            id,
            getattr(record, "name", None) or getattr(record, "title", None),
            text,
        )
    return list(new.values())


def _insert_records(
    connection: DuckDBPyConnection,
    register: str,
    new: list[tuple[str | None, str | None, str]],
    *,
    is_reference: bool,
) -> None:
    import numpy as np

    ids, names, texts = (np.array(part, dtype=object) for part in zip(*new, strict=True))
    rows = {"seq": np.arange(len(new)), "id": ids, "name": names, "text": texts}
    connection.register("new_records", rows)
    connection.execute(
        "INSERT INTO record SELECT $register, seq + (SELECT count(*) FROM record "
        "WHERE register = $register), id, name, text, $is_reference FROM new_records ORDER BY seq",
        {"register": register, "is_reference": is_reference},
    )
    connection.unregister("new_records")


def _add_attributes(connection: DuckDBPyConnection, attributes: Iterable[Attribute]) -> None:
    import numpy as np

    attributes = tuple(attributes)
    if not attributes:
        return
    parts = ("register", "id", "name", "value")
    rows = {p: np.array([getattr(a, p) for a in attributes], dtype=object) for p in parts}
    connection.register("new_attributes", rows)
    connection.execute(
        "INSERT INTO attribute SELECT DISTINCT register, id, name, value FROM new_attributes "
        "EXCEPT SELECT register, id, name, value FROM attribute ORDER BY register, id, name, value"
    )
    connection.unregister("new_attributes")


def _add_evidence(
    connection: DuckDBPyConnection, imported: Imported, reference: Debate
) -> tuple[int, int]:
    """Add records and rows; return how many are new and how many were there already."""
    added = known = 0
    numbers = Numbers.of(connection)
    if imported.debate.evidence:
        columns = columns_of_evidence(imported.debate, reference, numbers)
        added, known = _insert_evidence(connection, columns)
    if imported.rows is not None:
        columns = columns_of_rows(imported.rows, numbers)
        new, old = _insert_evidence(connection, columns)
        added, known = added + new, known + old
    return added, known


def _insert_evidence(connection: DuckDBPyConnection, columns: Columns) -> tuple[int, int]:
    for name, part in columns.tables():
        connection.register(f"new_{name}", part)
    before = _count_evidence(connection)
    _check_same(connection)
    connection.execute(_FRESH)
    connection.execute(EVIDENCE)
    connection.execute(STANCES)
    for at, (name, kind, labels) in enumerate(columns.variables):
        _add_variable(connection, f"v{at}", name, kind, labels)
    after = _count_evidence(connection)
    connection.execute("DROP TABLE fresh")
    for name, _ in columns.tables():
        connection.unregister(f"new_{name}")
    return after - before, columns.count - (after - before)


def _count_evidence(connection: DuckDBPyConnection) -> int:
    (found,) = first_row(connection, "SELECT count(*) FROM evidence") or (0,)
    return int(found)


_FRESH = """
CREATE TEMP TABLE fresh AS
SELECT seq, (row_number() OVER (ORDER BY seq)
    + (SELECT coalesce(max(n), -1) FROM evidence))::INTEGER AS n
FROM new_evidence WHERE id NOT IN (SELECT id FROM evidence)
"""

EVIDENCE = """
INSERT INTO evidence
SELECT n, id, kind, nullif(source, -1), paragraph, speaker, capacity, nullif(principal, -1), mode,
       gist, time, not_before::DATE, not_after::DATE, counts, more
FROM new_evidence JOIN fresh USING (seq) ORDER BY n
"""

STANCES = """
INSERT INTO stance
SELECT n, place, holder, option, nullif(level, -128), certainty, tier, not_before::DATE,
       not_after::DATE, until::DATE, counts, more
FROM new_stance JOIN fresh USING (seq) ORDER BY n, place
"""


def _check_same(connection: DuckDBPyConnection) -> None:
    """Refuse a record whose id is taken by one that says something else."""
    found = first_row(connection, _DIFFERING)
    if found:
        raise StanceError(
            f"{count(found[1], 'record')} of the same ids are in the graph already and differ, "
            f"the first is {found[0]!r}; import the changed file into a new graph"
        )


_DIFFERING = """
WITH new_told AS (SELECT seq, list((place, holder, option, nullif(level, -128)) ORDER BY place)
    AS told FROM new_stance GROUP BY seq),
old_told AS (SELECT evidence AS n, list((place, holder, option, level) ORDER BY place) AS told
    FROM stance WHERE evidence IN (SELECT n FROM evidence JOIN new_evidence USING (id))
    GROUP BY evidence)
SELECT id, count(*) OVER () FROM new_evidence JOIN evidence AS old USING (id)
LEFT JOIN new_told USING (seq) LEFT JOIN old_told USING (n)
WHERE (new_evidence.kind, new_evidence.speaker, new_evidence.paragraph,
       new_evidence.time::TIMESTAMP, new_told.told)
  IS DISTINCT FROM (old.kind, old.speaker, old.paragraph, old.time, old_told.told)
ORDER BY seq LIMIT 1
"""


def _add_variable(
    connection: DuckDBPyConnection, column: str, name: str, kind: str, labels: tuple[str, ...]
) -> None:
    """Add what was coded for one variable; its codes are a column of new_coded."""
    import numpy as np

    connection.execute(
        "INSERT INTO variable SELECT count(*), $name, $type FROM variable "
        "HAVING NOT EXISTS (SELECT 1 FROM variable WHERE (name, type) = ($name, $type))",
        {"name": name, "type": kind},
    )
    asked = "SELECT n FROM variable WHERE (name, type) = (?, ?)"
    (number,) = first_row(connection, asked, [name, kind]) or (None,)
    rows = {"seq": np.arange(len(labels)), "label": np.array(labels, dtype=object)}
    connection.register("new_label", rows)
    connection.execute(
        "INSERT INTO label SELECT $v, (SELECT count(*) FROM label WHERE variable = $v) "
        "+ row_number() OVER (ORDER BY seq) - 1, label FROM new_label "
        "WHERE label NOT IN (SELECT label FROM label WHERE variable = $v)",
        {"v": number},
    )
    connection.execute(
        f"""
        INSERT INTO coded SELECT fresh.n, $v, label.n FROM new_coded JOIN fresh USING (seq)
        JOIN new_label ON new_label.seq = new_coded.{column}
        JOIN label ON label.variable = $v AND label.label = new_label.label ORDER BY fresh.n
        """,
        {"v": number},
    )
    connection.unregister("new_label")
