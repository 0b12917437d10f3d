"""A graph's tables in Spark, read as its file is: registers first, records when asked for."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.model import Evidence
from stancegraph.spark.tables import Tables
from stancegraph.store.read import HEARD, Condition, Store
from stancegraph.store.tables import TABLES

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

_HERE = ("graph", "record", "attribute", "variable", "label")
"""The tables that stay small beside the stances: all of them is brought here."""


class SparkStore(Store):
    """A store that holds of evidence, stances and codes only what was asked for so far."""

    def __init__(self, tables: Tables) -> None:
        import duckdb

        self.path = Path(tables.folder)
        self.state = ()
        self._one_at_a_time = Lock()
        self.tables = tables
        self._connection = duckdb.connect()
        self._connection.execute(TABLES)
        self._connection.execute("DELETE FROM graph")
        for table in _HERE:
            if tables.manifest.count(table):
                self._take(table, tables.asked(f"SELECT * FROM {table}"))

    def _take(self, table: str, asked: DataFrame) -> pyarrow.Table:
        """Bring rows here, of which some may be here already, and return them."""
        found = self.tables.arrow(asked)
        self._connection.register("brought", found)
        self._connection.execute(f"INSERT INTO {table} FROM brought EXCEPT FROM {table}")
        self._connection.unregister("brought")
        return found

    @cached_property
    def size(self) -> int:
        """How many stances there are."""
        return self.tables.manifest.count("stance")

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record."""
        return self.tables.last_day

    def heard(self, as_of: date | None) -> tuple[str, ...]:
        """Return the slugs of those of whom a stance is known at a date."""
        found = self.tables.rows(HEARD, [as_of, self.last_day, as_of])
        actors = self.slugs("actors")
        return tuple(actors[n] for (n,) in found)

    def evidence(self, where: Condition) -> tuple[Evidence, ...]:
        """Return the records of which a condition holds, in their order."""
        asked = f"SELECT * FROM evidence WHERE {where.text}"
        found = self._take("evidence", self.tables.asked(asked, where.values))
        for table in ("stance", "coded"):
            if len(found) and self.tables.manifest.count(table):
                self._take(table, self._of(table, found.column("n")))
        return super().evidence(where)

    def _of(self, table: str, numbers: pyarrow.ChunkedArray) -> DataFrame:
        """Return the rows of a table that are of records of some numbers.

        The least and the greatest number let Spark leave out most of what lies in files.
        """
        from pyspark.sql import functions as f

        ordered = np.sort(numbers.to_numpy()).tolist()
        asked = f"SELECT * FROM {table} WHERE evidence BETWEEN ? AND ?"
        rows = self.tables.asked(asked, [ordered[0], ordered[-1]])
        wanted = f.broadcast(self.tables.given({"evidence": numbers}))
        return rows.join(wanted, "evidence", "left_semi").select(rows.columns)
