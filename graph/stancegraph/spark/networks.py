"""Discourse networks of statements that stay in Spark: what is repeated is counted there.

Statements are filtered and counted by row, column and level as SQL. A network of one mode is a sum
over the columns: Spark gives each of its workers some columns, `measure.discourse.sums_of` makes
the products of these, and the sums are added up block by block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.discourse import (
    Made,
    Wanted,
    check_names,
    counted_in_words,
    with_default_qualifier,
)
from stancegraph.errors import StanceError, UnknownName
from stancegraph.measure.discourse import Network, Sums, network_of, sums_of, two_mode_of
from stancegraph.measure.discourse_counts import Counts
from stancegraph.measure.discourse_design import (
    ONE_MODE,
    TWO_MODE,
    Aggregation,
    check_design,
)
from stancegraph.measure.discourse_statements import Column, Duplicates, moment_of
from stancegraph.spark.statements import Variables
from stancegraph.spark.store import SparkStore

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

_ROWS_A_BLOCK = 256
_SUMS = ("congruence", "conflict", "apart")
_BLOCKS = "name string, block int, cells binary"


def network(store: SparkStore, wanted: Wanted) -> tuple[Made, str]:
    """Make a network of all statements that are wanted; say of how many it is.

    StanceError for what Spark does not do.
    """
    _refuse(wanted)
    variables = Variables(store)
    wanted = with_default_qualifier(variables.names, wanted)
    design = wanted.design
    check_names(variables.names, wanted)
    row, column = variables.column(design.rows), variables.column(design.columns)
    level = variables.column(design.qualifier) if design.qualifier else None
    mode = ONE_MODE if wanted.is_one_mode else TWO_MODE
    check_design(design, mode, is_scale=level is not None and level.levels is not None)
    found = _Statements(variables, wanted)
    cells = found.cells()
    labels = row.labels, column.labels
    if wanted.is_one_mode:
        made, kept = _one_mode(store, cells, wanted, labels, level)
    else:
        made, kept = _two_mode(store, cells, wanted, labels, level)
    return Made(made), counted_in_words(kept, found.ranged, found.all_)


def _refuse(wanted: Wanted) -> None:
    asked = {
        "--window": wanted.window,
        "--kernel": wanted.kernel,
        "--dna-compatible": wanted.dna_compatible,
        "--at-least": wanted.at_least,
        "--isolates": wanted.has_isolates,
    }
    for option, value in asked.items():
        if value:
            raise StanceError(f"Spark makes no network with {option}; take --engine embedded")
    design = wanted.design
    is_first_of_more = (
        design.aggregation == Aggregation.IGNORE
        and design.qualifier
        and wanted.duplicates != Duplicates.INCLUDE
    )
    if is_first_of_more:
        raise StanceError(
            "Spark leaves out no duplicates where a qualifier is named and ignored; leave "
            "--qualifier out, or take --engine embedded"
        )


class _Statements:
    """The statements that count, as Spark has them."""

    def __init__(self, variables: Variables, wanted: Wanted) -> None:
        self._variables = variables
        self._wanted = wanted
        design = wanted.design
        names = [design.rows, design.columns, *([design.qualifier] if design.qualifier else [])]
        filters = {*wanted.only, *wanted.without}
        table = variables.statements({*names, *filters})
        is_in_time = self._is_in_time()
        self.all_, self.ranged = variables.count(is_in_time)
        self._kept = self._filtered(table.where(is_in_time))

    def _is_in_time(self) -> SparkColumn:
        """Tell which statements are of the time that is wanted; those of none are where none is."""
        from pyspark.sql import functions as f

        since, until = self._wanted.since, self._wanted.until
        try:
            first = None if since is None else moment_of(since)
            last = None if until is None else moment_of(until, is_end=True)
        except ValueError as error:
            raise StanceError(
                f"no time such as 2005-02-02 or 2005-02-02T12:00:00: {error}"
            ) from None
        is_in_time = f.lit(True)
        if first is not None:
            is_in_time &= f.col("time") >= f.lit(str(first)).cast("timestamp_ntz")
        if last is not None:
            is_in_time &= f.col("time") <= f.lit(str(last)).cast("timestamp_ntz")
        return is_in_time

    def _filtered(self, table: DataFrame) -> DataFrame:
        from pyspark.sql import functions as f

        for name, wanted in self._wanted.only.items():
            table = table.where(f.col(self._variables.code(name)).isin(self._codes(name, wanted)))
        for name, unwanted in self._wanted.without.items():
            table = table.where(
                ~f.col(self._variables.code(name)).isin(self._codes(name, unwanted))
            )
        return table

    def _codes(self, name: str, labels: Iterable[str]) -> list[int]:
        """Return the codes of labels; UnknownName where no statement has one."""
        column = self._variables.column(name)
        code = {label: n for n, label in enumerate(column.labels)} | {"": -1}
        occurring = self._variables.occurring(name) | {-1}
        for label in labels:
            if code.get(label) not in occurring:
                raise UnknownName(f"column {name!r} has no label {label!r}")
        return [code[label] for label in labels]

    def cells(self) -> DataFrame:
        """Return how many statements there are of each row, column and level."""
        from pyspark.sql import functions as f

        design = self._wanted.design
        code = self._variables.code
        level = f.col(code(design.qualifier)) if design.qualifier else f.lit(-1)
        parts = (
            f.col(code(design.rows)).alias("row"),
            f.col(code(design.columns)).alias("column"),
            level.alias("level"),
        )
        period = _period(self._wanted.duplicates)
        if period is None:
            told = self._kept.select(*parts)
        else:
            told = self._kept.select(*parts, period.alias("period")).distinct()
        return told.groupBy("row", "column", "level").agg(f.count("*").alias("count"))


def _period(duplicates: Duplicates) -> Any:
    """Return within what a statement that says the same again is not counted again."""
    from pyspark.sql import functions as f

    day = f.col("time").cast("date")
    match duplicates:
        case Duplicates.INCLUDE:
            return None
        case Duplicates.DOCUMENT:
            return f.col("source")
        case Duplicates.WEEK | Duplicates.MONTH | Duplicates.YEAR:
            return f.date_trunc(duplicates.value, day)
        case _:
            return f.lit(0)


def _two_mode(
    store: SparkStore,
    cells: DataFrame,
    wanted: Wanted,
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    level: Column | None,
) -> tuple[Network, int]:
    """Bring the counts here: the network itself is of their size."""
    found = _arrays(store.tables.arrow(cells))
    counts = _counts(found, wanted, level, labels)
    return two_mode_of(counts, wanted.design), int(found["count"].sum())


def _counts(
    found: Mapping[str, NDArray[Any]],
    wanted: Wanted,
    level: Column | None,
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    rows: NDArray[np.int64] | None = None,
) -> Counts:
    """Return cells as what networks are made of; the rows are those that occur, or are given."""
    is_levelled = wanted.design.aggregation != Aggregation.IGNORE
    kept = (found["row"] >= 0) & (found["column"] >= 0)
    if is_levelled and wanted.design.qualifier:
        kept &= found["level"] >= 0
    row, column = found["row"][kept], found["column"][kept]
    present = np.unique(row) if rows is None else rows
    said = np.unique(column)
    qualifier = level or Column(np.empty(0, dtype=np.int64), ())
    codes = found["level"][kept].astype(np.int64)
    return Counts(
        tuple(labels[0][n] for n in present.tolist()),
        tuple(labels[1][n] for n in said.tolist()),
        np.searchsorted(present, row),
        np.searchsorted(said, column),
        np.where(codes < 0, len(qualifier.labels), codes),
        qualifier,
        found["count"][kept].astype(np.float64),
    )


def _arrays(table: pyarrow.Table) -> dict[str, NDArray[Any]]:
    return {name: table.column(name).to_numpy() for name in table.column_names}


def _one_mode(
    store: SparkStore,
    cells: DataFrame,
    wanted: Wanted,
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    level: Column | None,
) -> tuple[Network, int]:
    """Sum over the columns where they are; the network comes here in blocks of rows."""
    cells = cells.cache()
    rows, kept = _present(store, cells, wanted)
    sums = _added(store, _parts(cells, wanted, labels, level, rows), len(rows))
    named = tuple(labels[0][n] for n in rows.tolist())
    cells.unpersist()
    return network_of(named, sums, wanted.design), kept


def _present(store: SparkStore, cells: DataFrame, wanted: Wanted) -> tuple[NDArray[np.int64], int]:
    """Return the rows that a statement has, and how many statements there are."""
    from pyspark.sql import functions as f

    counts = (f.col("row") >= 0) & (f.col("column") >= 0)
    if wanted.design.aggregation != Aggregation.IGNORE and wanted.design.qualifier:
        counts &= f.col("level") >= 0
    told = cells.groupBy("row").agg(
        f.sum("count").alias("count"), f.bool_or(counts).alias("counts")
    )
    found = _arrays(store.tables.arrow(told))
    is_there = found["counts"].astype(bool)
    return np.sort(found["row"][is_there]).astype(np.int64), int(found["count"].sum())


def _parts(
    cells: DataFrame,
    wanted: Wanted,
    labels: tuple[tuple[str, ...], tuple[str, ...]],
    level: Column | None,
    rows: NDArray[np.int64],
) -> DataFrame:
    """Return the sums over each worker's columns, in blocks of rows."""
    import pyarrow

    without_codes = None if level is None else replace(level, codes=np.empty(0, dtype=np.int64))

    def summed(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        told = list(batches)
        if told:
            found = _arrays(pyarrow.Table.from_batches(told))
            counts = _counts(found, wanted, without_codes, labels, rows)
            yield from _blocks(sums_of(counts, wanted.design))

    return cells.repartition("column").mapInArrow(summed, _BLOCKS)


def _blocks(sums: Sums) -> Iterator[pyarrow.RecordBatch]:
    """Yield the sums as blocks of rows, and those that are 0 not at all."""
    import pyarrow

    def batch(name: str, block: int, cells: NDArray[np.float64]) -> pyarrow.RecordBatch:
        told = {"name": [name], "block": pyarrow.array([block], pyarrow.int32())}
        return pyarrow.RecordBatch.from_pydict({**told, "cells": [cells.tobytes()]})

    yield batch("total", 0, sums.total)
    for name in _SUMS:
        matrix: NDArray[np.float64] | None = getattr(sums, name)
        if matrix is None:
            continue
        for start in range(0, len(matrix), _ROWS_A_BLOCK):
            cells = matrix[start : start + _ROWS_A_BLOCK]
            if cells.any():
                yield batch(name, start, np.ascontiguousarray(cells, dtype=np.float64))


def _added(store: SparkStore, parts: DataFrame, size: int) -> Sums:
    """Add up the blocks of all workers."""
    asked = parts.groupBy("name", "block").applyInArrow(_add, _BLOCKS)
    sums = {name: np.zeros((size, size)) for name in _SUMS}
    total = np.zeros(size)
    for row in store.tables.arrow(asked).to_pylist():
        cells = np.frombuffer(row["cells"])
        if row["name"] == "total":
            total = cells.copy()
        else:
            block = cells.reshape(-1, size)
            sums[row["name"]][row["block"] : row["block"] + len(block)] = block
    return Sums(total, sums["congruence"], sums["conflict"], sums["apart"])


def _add(table: pyarrow.Table) -> pyarrow.Table:
    """Add up the blocks of one name and place."""
    import pyarrow

    parts = (np.frombuffer(cells.as_py()) for cells in table.column("cells"))
    total = next(parts).copy()
    for part in parts:
        total += part
    told = {"name": table.column("name")[:1], "block": table.column("block")[:1]}
    return pyarrow.table({**told, "cells": pyarrow.array([total.tobytes()])})
