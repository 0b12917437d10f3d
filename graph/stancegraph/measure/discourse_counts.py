"""The tables of counts from which discourse networks are made, sparse where that pays."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stancegraph.measure.discourse_design import Aggregation, Design, InvalidDesign
from stancegraph.measure.discourse_statements import Codes, Column, Floats, Statements

DENSE_CELLS = 4_000_000
DENSE_SHARE = 0.03
"""A table with more cells than these and a smaller share of them filled is held sparsely."""
BLOCK = 64
BLOCKED_PRODUCTS = 100_000_000
"""Up to so many multiplications, a product is done in blocks of 64 by 64."""


@dataclass(frozen=True, eq=False)
class Counts:
    """The statements of a network as positions in its tables; every matrix is derived from it."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row: Codes
    column: Codes
    level: Codes
    """The code of the level; without a qualifier, or without a level, the one after the last."""
    qualifier: Column
    weight: Floats

    @classmethod
    def of(
        cls,
        table: Statements,
        design: Design,
        *,
        isolates: Statements | None = None,
        weight: Floats | None = None,
    ) -> Counts:
        """Count the statements that have what the design needs; each is 1, or its weight."""
        row, column = table.column(design.rows), table.column(design.columns)
        none = Column(np.full(len(table), -1), ())
        qualifier = none if design.qualifier is None else table.column(design.qualifier)
        kept = (row.codes >= 0) & (column.codes >= 0)
        if design.qualifier is not None and design.aggregation != Aggregation.IGNORE:
            kept &= qualifier.codes >= 0
        if weight is not None:
            kept &= weight != 0
        rows, row_codes = _axis(table, design.rows, kept, isolates)
        columns, column_codes = _axis(table, design.columns, kept, isolates)
        level = qualifier.codes[kept]
        return cls(
            rows,
            columns,
            row_codes,
            column_codes,
            np.where(level < 0, len(qualifier.labels), level),
            qualifier,
            np.ones(int(kept.sum())) if weight is None else weight[kept],
        )

    @cached_property
    def total(self) -> Floats:
        """t: for every row its statements."""
        return np.bincount(self.row, self.weight, len(self.rows)).astype(float)

    def by_column(self, factor: Floats | float = 1.0) -> Any:
        """T: rows by columns, with every statement times a factor."""
        return summed(self.row, self.column, self.weight * factor, self.shape)

    def side(self, is_on: npt.NDArray[np.bool_]) -> Any:
        """T, counting only some statements."""
        return summed(self.row[is_on], self.column[is_on], self.weight[is_on], self.shape)

    @property
    def shape(self) -> tuple[int, int]:
        """The size of T."""
        return len(self.rows), len(self.columns)

    @cached_property
    def by_level(self) -> Any:
        """x: rows by those pairs of column and level that occur."""
        pair = self.column * (len(self.qualifier.labels) + 1) + self.level
        pairs, place = np.unique(pair, return_inverse=True)
        return summed(self.row, place, self.weight, (len(self.rows), len(pairs)))


def _axis(
    table: Statements, name: str, kept: Any, isolates: Statements | None
) -> tuple[tuple[str, ...], Codes]:
    """Return the labels of an axis and, for the kept statements, their positions on it."""
    column = table.column(name)
    codes = column.codes[kept]
    source = codes if isolates is None else isolates.column(name).codes
    if isolates is not None and isolates.column(name).labels != column.labels:
        raise InvalidDesign(f"isolates has other labels of {name!r}; take what table is part of")
    present = np.zeros(len(column.labels), dtype=bool)
    present[source[source >= 0]] = True
    present[codes] = True
    labels = tuple(column.labels[code] for code in np.flatnonzero(present))
    return labels, (np.cumsum(present) - 1)[codes]


def summed(row: Codes, column: Codes, weight: Floats, shape: tuple[int, int]) -> Any:
    """Sum weights into a table, sparse where that is large and nearly empty."""
    cells = shape[0] * shape[1]
    if cells > DENSE_CELLS and len(row) < DENSE_SHARE * cells:
        from scipy.sparse import csr_array

        return csr_array((weight, (row, column)), shape=shape)
    flat = np.bincount(row * shape[1] + column, weight, cells)
    return flat.astype(float, copy=False).reshape(shape)


def product(a: Any, b: Any) -> Floats:
    """For every two rows, one of each table, the sum of products of their cells."""
    are_arrays = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    if are_arrays and a.size * len(b) <= BLOCKED_PRODUCTS:
        return _product_by_blocks(a, b)
    return dense(a @ b.T)


def _product_by_blocks(a: Floats, b: Floats) -> Floats:
    """Multiply in blocks that OpenBLAS leaves to one thread.

    With two threads on two cores of which one was busy, 200 x 1,000 by 1,000 x 200 took 92 ms as
    the threads waited for each other; so it takes 13, and where nothing else runs 3 instead of 2.
    """
    found = np.zeros((len(a), len(b)))
    for i, j, k in itertools.product(
        *(range(0, size, BLOCK) for size in (len(a), len(b), a.shape[1]))
    ):
        part, other = a[i : i + BLOCK, k : k + BLOCK], b[j : j + BLOCK, k : k + BLOCK]
        found[i : i + BLOCK, j : j + BLOCK] += part @ other.T
    return found


def dense(a: Any) -> Floats:
    """Return a table as an array."""
    array: Floats = a if isinstance(a, np.ndarray) else a.toarray()
    return array
