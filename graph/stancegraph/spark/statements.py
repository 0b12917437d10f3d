"""Coded statements in Spark: a row a statement, as `store.statements` has them in arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stancegraph.measure.discourse_statements import Column
from stancegraph.model import Capacity, EvidenceKind, Mode
from stancegraph.spark.store import SparkStore
from stancegraph.store.statements import (
    MODELLED,
    POLARITY,
    TEXTS,
    VARIABLES,
    labels_of,
    numbered,
    of_documents,
    polarities,
    scale_of,
)

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

_NO_CODES = np.empty(0, dtype=np.int64)
_TOLD = {"capacity": Capacity, "kind": EvidenceKind, "mode": Mode}

# One row a stance; but a record that was coded by variables is one statement, whoever holds it.
_STANCES = """
SELECT evidence, holder, option, level, not_after FROM stance WHERE place = 0
UNION ALL
SELECT s.evidence, s.holder, s.option, s.level, s.not_after FROM stance AS s
LEFT ANTI JOIN coded ON coded.evidence = s.evidence WHERE s.place > 0
"""
_ROWS = f"""
SELECT e.n, e.kind, e.source, e.speaker, e.capacity, e.mode, s.holder, s.option, s.level,
       date_trunc('SECOND', coalesce(e.time, s.not_after, e.not_after))::TIMESTAMP_NTZ AS time
FROM evidence AS e LEFT JOIN ({_STANCES}) AS s ON s.evidence = e.n WHERE e.counts
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Variable:
    """Where a variable's labels come from, and how they are coded."""

    of: str
    """The column of the statements that tells it; for one that was coded, none."""
    codes: Mapping[int | str, int]
    """By what that column holds, the code of the label."""
    column: Column
    """The labels, without the codes of any statement."""
    number: int | None = None
    """The number of a variable that was coded."""


class Variables:
    """What statements can be networks of."""

    def __init__(self, store: SparkStore) -> None:
        self._store = store
        told = {name: _texts(name) for name in TEXTS}
        levels = polarities()
        told[POLARITY] = _Variable(
            "level", {int(label): n for n, label in enumerate(levels.labels)}, levels
        )
        told |= {name: _named(of, labels) for name, (of, labels) in numbered(store).items()}
        told = {name: told[name] for name in MODELLED}
        told |= {name: _named("source", labels) for name, labels in of_documents(store).items()}
        told |= {name: self._coded(n, kind) for n, name, kind in store.rows(VARIABLES)}
        self._told = told

    def _coded(self, number: int, kind: str) -> _Variable:
        labels = labels_of(self._store, number)
        if kind == "text":
            named = _named("", labels)
            return _Variable("", named.codes, named.column, number)
        scale = scale_of(kind, labels)
        column = Column(_NO_CODES, scale.labels, scale.levels, scale.span)
        return _Variable("", dict(enumerate(scale.codes.tolist())), column, number)

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable."""
        return tuple(self._told)

    def column(self, name: str) -> Column:
        """Return the labels that a variable can have, in order, and the scale that they are of."""
        return self._told[name].column

    def code(self, name: str) -> str:
        """Return the name of the column that has the codes of a variable."""
        return f"code{self.names.index(name)}"

    def statements(self, names: Collection[str]) -> DataFrame:
        """Return the statements: time, source, and the codes of some variables, -1 for none."""
        from pyspark.sql import functions as f

        found = self._rows
        for name in sorted(names):
            found = self._with_code(found, name)
        return found.select("time", "source", *(f.col(self.code(name)) for name in sorted(names)))

    @cached_property
    def _rows(self) -> DataFrame:
        return self._store.tables.asked(_ROWS)

    def _with_code(self, found: DataFrame, name: str) -> DataFrame:
        import pyarrow
        from pyspark.sql import functions as f

        told = self._told[name]
        code, key = self.code(name), f"key of {self.code(name)}"
        of = told.of
        if told.number is not None:
            asked = f"SELECT evidence AS n, label AS `{key}` FROM coded WHERE variable = ?"
            coded = self._store.tables.asked(asked, [told.number])
            found, of = found.join(coded, "n", "left"), key
        known = pyarrow.array([*told.codes], None if told.codes else pyarrow.int32())
        codes = pyarrow.array([*told.codes.values()], pyarrow.int32())
        named = self._store.tables.given({f"{key} known": known, code: codes})
        joined = found.join(f.broadcast(named), f.col(of) == f.col(f"`{key} known`"), "left")
        return joined.withColumn(code, f.coalesce(f.col(code), f.lit(-1)))

    def count(self, which: SparkColumn) -> tuple[int, int]:
        """Return how many statements there are, and of how many something holds."""
        from pyspark.sql import functions as f

        asked = self._rows.agg(f.count("*").alias("all"), f.count_if(which).alias("some"))
        (found,) = self._store.tables.arrow(asked).to_pylist()
        return found["all"], found["some"]

    def occurring(self, name: str) -> frozenset[int]:
        """Return the codes of the labels that a statement has."""
        code = self.code(name)
        found = self._store.tables.arrow(self.statements([name]).select(code).distinct())
        return frozenset(found.column(code).to_pylist())


def _named(of: str, labels: Sequence[str | None]) -> _Variable:
    """Code names in the order of their characters; None and the empty one are no name."""
    distinct = sorted({label for label in labels if label})
    code = {label: n for n, label in enumerate(distinct)}
    codes: dict[int | str, int] = {n: code[label] for n, label in enumerate(labels) if label}
    return _Variable(of, codes, Column(_NO_CODES, tuple(distinct)))


def _texts(name: str) -> _Variable:
    labels = sorted(value.value for value in _TOLD[name])
    return _Variable(name, {v: n for n, v in enumerate(labels)}, Column(_NO_CODES, tuple(labels)))
