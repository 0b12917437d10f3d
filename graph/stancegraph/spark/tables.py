"""The Parquet of a graph as tables that Spark can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.spark.session import explained
from stancegraph.store.parquet import BY_YEAR, MANIFEST, Manifest, columns_of

if TYPE_CHECKING:
    from datetime import date

    import pyarrow
    from pyspark.sql import DataFrame, SparkSession


ASKED = ("graph", "record", "attribute", "variable", "label", "coded", "evidence", "stance")
"""The tables that answers need."""


class Tables:
    """The tables of a graph in a folder that Spark reads: a path, or a URL such as s3a://..."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        self.spark = spark
        self.folder = folder.rstrip("/") or "/"
        columns = columns_of()
        for table in ASKED:
            self._open(table, columns[table])

    @cached_property
    def manifest(self) -> Manifest:
        """Which files make the graph."""
        from pyspark.errors import PySparkException

        try:
            read = self.spark.read.text(f"{self.folder}/{MANIFEST}", wholetext=True).collect()
        except PySparkException as error:
            said = str(error).strip().splitlines()[0]
            raise StanceError(
                f"{self.folder} is no graph as Parquet: {said}; "
                "'stancegraph export parquet' makes one"
            ) from None
        return Manifest.of(read[0][0] if read else "", self.folder)

    def _open(self, table: str, columns: Mapping[str, str]) -> None:
        """Make a view of a table; StanceError where its files have other columns or rows."""
        files = [f"{self.folder}/{name}" for name in self.manifest.files(table)]
        with explained(f"{table!r} of {self.folder}"):
            read = self.spark.read.parquet(*files)
            self._check(table, read, columns)
            read.select(*columns).createOrReplaceTempView(f"`{table}`")

    def _check(self, table: str, read: DataFrame, columns: Mapping[str, str]) -> None:
        kinds = {f.name: f.dataType.simpleString() for f in read.schema.fields}
        for name, kind in columns.items():
            if kinds.get(name) != _KINDS[kind]:
                found = kinds.get(name, "absent")
                raise StanceError(
                    f"{self.folder}: column {name!r} of {table!r} is {found}, not {_KINDS[kind]}; "
                    "write it again with 'stancegraph export parquet'"
                )

    def check_counts(self) -> None:
        """Hold the rows of the two large tables against the manifest."""
        for table, found, _ in self._surveyed:
            if found != self.manifest.count(table):
                raise StanceError(
                    f"{self.folder}: {table!r} has {found:,} rows and the manifest says "
                    f"{self.manifest.count(table):,}; copy it again as a whole"
                )

    @property
    def last_day(self) -> date | None:
        """The latest day of any record."""
        return max((day for _, _, day in self._surveyed if day), default=None)

    @cached_property
    def _surveyed(self) -> list[tuple[Any, ...]]:
        """The two large tables with their rows and last days, found in one job."""
        parts = (f"SELECT '{table}', count(*), max(not_after) FROM {table}" for table in BY_YEAR)
        return self.rows(" UNION ALL ".join(parts))

    def given(self, columns: Mapping[str, pyarrow.Array]) -> DataFrame:
        """Return a small table of ours that can be joined with, at no job of its own."""
        import pyarrow

        return self.spark.createDataFrame(pyarrow.table(dict(columns)))

    def asked(self, question: str, values: Sequence[Any] = ()) -> DataFrame:
        """Return a question in SQL, its values for the question marks, as what Spark computes."""
        with explained(self.folder):
            return self.spark.sql(question, args=list(values))

    def rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question."""
        with explained(self.folder):
            return [tuple(row) for row in self.asked(question, values).collect()]

    def arrow(self, asked: DataFrame) -> pyarrow.Table:
        """Bring an answer here, as columns."""
        with explained(self.folder):
            return asked.toArrow()


_KINDS = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
}
"""What Spark calls the types of the tables."""
