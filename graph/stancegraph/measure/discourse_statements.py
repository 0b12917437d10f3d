"""A table of coded statements, and what may be kept of it before a network is built."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from stancegraph.errors import StanceError, UnknownName

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]
Moment = str | date | np.datetime64
"""A point in time, of one time zone throughout; a bare day as an end means its last second."""


class InvalidStatements(StanceError):
    """Columns that do not make a table of statements."""


class Duplicates(StrEnum):
    """Within what a statement that says the same again is not counted again."""

    INCLUDE = "include"
    DOCUMENT = "document"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ACROSS_RANGE = "acrossrange"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One variable of all statements; made by `text`, `boolean` or `integer`."""

    codes: Codes
    """For every statement the index of its label; -1 where it has none."""
    labels: tuple[str, ...]
    """The distinct labels: texts in the order of their characters, numbers in that of value."""
    levels: Floats | None = None
    """The number that each label stands for; None where the labels are only names."""
    span: tuple[float, float] | None = None
    """The ends of the declared scale; None where the labels are only names."""

    @property
    def is_boolean(self) -> bool:
        """Whether the labels "0" and "1" stand for rejection and support."""
        return self.levels is not None and self.labels == ("0", "1") and self.levels[0] == -1


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """Coded statements in the order of time, document, position in it and id.

    Made by `statements`. What `select` and `without_duplicates` leave of a table shares its labels,
    so that networks of parts and of the whole can be compared.
    """

    columns: Mapping[str, Column]
    time: Times
    """To the second; NaT where undated, and such statements stand last."""
    document: npt.NDArray[Any]
    ids: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.time)

    def column(self, name: str) -> Column:
        """Return a column; raise UnknownName where there is none of that name."""
        if name not in self.columns:
            raise UnknownName(f"no column {name!r}; there are {', '.join(sorted(self.columns))}")
        return self.columns[name]

    def where(self, kept: npt.NDArray[Any] | slice) -> Statements:
        """Return the statements of a mask, of ascending positions or of a slice."""
        return Statements(
            {name: replace(c, codes=c.codes[kept]) for name, c in self.columns.items()},
            self.time[kept],
            self.document[kept],
            self.ids[kept],
        )


def text(values: Sequence[str | None]) -> Column:
    """Code names; None and the empty string are no name.

    >>> text(["b", None, "a", "b"]).codes.tolist()
    [1, -1, 0, 1]
    """
    labels = sorted({value for value in values if value})
    return Column(_coded([value or None for value in values], labels), tuple(labels))


def boolean(values: Sequence[bool | int | None]) -> Column:
    """Code rejection and support as the levels -1 and +1, labelled "0" and "1".

    >>> boolean([True, 0, None]).codes.tolist()
    [1, 0, -1]
    """
    if strange := sorted({v for v in values if v is not None} - {0, 1}):
        raise InvalidStatements(f"{strange[0]!r} is neither true nor false; take integer()")
    codes = _coded([None if v is None else int(v) for v in values], [0, 1])
    return Column(codes, ("0", "1"), np.array([-1.0, 1.0]), (-1.0, 1.0))


def integer(values: Sequence[int | None], *, span: tuple[float, float] | None = None) -> Column:
    """Code numbers of a scale whose ends are `span`; undeclared, the least and greatest value.

    The distance of two levels is their difference over the length of the scale. Declare it where
    not every level occurs, or results move with the data.

    >>> integer([-1, 1, 0], span=(-2, 2)).span
    (-2.0, 2.0)
    """
    levels = sorted({value for value in values if value is not None})
    low, high = span or ((levels[0], levels[-1]) if levels else (0, 0))
    if strange := [level for level in levels if not low <= level <= high]:
        raise InvalidStatements(f"{strange[0]!r} is outside the scale from {low} to {high}")
    labels = tuple(str(level) for level in levels)
    return Column(
        _coded(values, levels), labels, np.array(levels, float), (float(low), float(high))
    )


def _coded(values: Sequence[Any], distinct: Sequence[Any]) -> Codes:
    code = {value: number for number, value in enumerate(distinct)}
    return np.array([code.get(value, -1) for value in values], dtype=np.int64)


def statements(
    columns: Mapping[str, Column],
    *,
    time: Sequence[Any] | Times,
    document: npt.ArrayLike | None = None,
    ids: npt.ArrayLike | None = None,
    position: npt.ArrayLike | None = None,
) -> Statements:
    """Make a table of columns that have one entry for each statement.

    `time` takes datetimes, days, ISO texts and None; `document` and `ids` numbers or texts, by
    default a document and a number for each; `position` is where in the document a statement
    begins. Raises InvalidStatements where lengths differ.

    >>> table = statements({"who": text(["b", "a"])}, time=["2005-02-02", "2005-01-26"])
    >>> [table.columns["who"].labels[code] for code in table.columns["who"].codes]
    ['a', 'b']
    """
    number = np.arange(len(time))
    parts = {
        "document": number if document is None else np.asarray(document),
        "ids": number if ids is None else np.asarray(ids),
        "position": np.zeros_like(number) if position is None else np.asarray(position),
    }
    for name, part in [*parts.items(), *((name, c.codes) for name, c in columns.items())]:
        if len(part) != len(time):
            raise InvalidStatements(f"{name!r} has {len(part)} entries and time has {len(time)}")
    unsorted = Statements(
        dict(columns), np.asarray(time, "datetime64[s]"), parts["document"], parts["ids"]
    )
    return unsorted.where(
        np.lexsort((parts["ids"], parts["position"], parts["document"], unsorted.time))
    )


def select(
    table: Statements,
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    only: Mapping[str, Collection[Any]] | None = None,
    without: Mapping[str, Collection[Any]] | None = None,
    at_least: Mapping[str, int] | None = None,
) -> Statements:
    """Keep the statements within two times and with wanted, unwanted and frequent enough labels.

    Both ends are inclusive; with either, undated statements go. A statement stays if every column
    of `only` has one of the listed labels, and goes if any column of `without` has one; labels are
    compared as texts, and None means no label. `at_least` comes last: in what is left, every label
    of a column has so many statements; with several columns until nothing changes.

    >>> who, what = text(["a", "a", "b"]), text(["x", "y", "x"])
    >>> table = statements({"who": who, "what": what}, time=["2020", "2021", "2022"])
    >>> [len(select(table, since="2021")), len(select(table, without={"what": ["y"]}))]
    [2, 2]
    >>> len(select(table, at_least={"who": 2, "what": 2}))
    0
    """
    kept = np.ones(len(table), dtype=bool)
    if since is not None:
        kept &= table.time >= moment_of(since)
    if until is not None:
        kept &= table.time <= moment_of(until, is_end=True)
    for name, wanted in (only or {}).items():
        kept &= _has(table, name, wanted)
    for name, unwanted in (without or {}).items():
        kept &= ~_has(table, name, unwanted)
    return table.where(_frequent(table, kept, at_least or {}))


def moment_of(value: Moment, *, is_end: bool = False) -> np.datetime64:
    """Read a time to the second; a whole day that is an end is included, so its last second.

    >>> str(moment_of("2005-02-10", is_end=True)), str(moment_of("2005-02-10T12:00", is_end=True))
    ('2005-02-10T23:59:59', '2005-02-10T12:00:00')
    """
    moment: np.datetime64 = np.array([value], "datetime64[s]")[0]
    is_day = np.array(value, "datetime64").dtype == np.dtype("datetime64[D]")
    return moment + np.timedelta64(86_399, "s") if is_end and is_day else moment


def _has(table: Statements, name: str, labels: Collection[Any]) -> npt.NDArray[np.bool_]:
    column = table.column(name)
    code = {label: number for number, label in enumerate(column.labels)} | {"": -1}
    texts = [_label(label) for label in labels]
    for label in texts:
        # A label that was mistyped would otherwise filter nothing, and nobody would notice.
        if label not in code:
            raise UnknownName(f"column {name!r} has no label {label!r}")
    return np.isin(column.codes, [code[label] for label in texts])


def _label(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _frequent(
    table: Statements, kept: npt.NDArray[np.bool_], at_least: Mapping[str, int]
) -> npt.NDArray[np.bool_]:
    """Drop rare labels until every label that is left is frequent in what is left."""
    columns = [(table.column(name), least) for name, least in at_least.items()]
    before = -1
    while before != (before := int(kept.sum())):
        for column, least in columns:
            frequency = np.bincount(column.codes[kept] + 1, minlength=len(column.labels) + 1)
            kept = kept & (frequency[column.codes + 1] >= least) & (column.codes >= 0)
    return kept


def without_duplicates(
    table: Statements, duplicates: Duplicates, by: Sequence[str], *, dna_compatible: bool = False
) -> Statements:
    """Keep the first of the statements that are equal in the columns `by` within a period.

    For DNA's networks `by` is both variables, and the qualifier unless the aggregation is ignore.
    Weeks begin on Monday (ISO 8601). `dna_compatible` takes weeks and months of different years for
    the same, as DNA does, with weeks that begin on Sunday (its locale decides; here en_US). Takes
    time of n log n.

    >>> table = statements({"who": text(["a", "a"])}, time=["2020-05-04", "2021-05-03"])
    >>> len(without_duplicates(table, Duplicates.MONTH, ["who"]))
    2
    >>> len(without_duplicates(table, Duplicates.MONTH, ["who"], dna_compatible=True))
    1
    """
    duplicates = Duplicates(duplicates)
    if duplicates == Duplicates.INCLUDE:
        return table
    columns = [table.column(name) for name in by]
    sizes = [(column.codes + 1, len(column.labels) + 1) for column in columns]
    period = np.unique(_period(table, duplicates, dna_compatible), return_inverse=True)[1]
    keys = reduce(_joined, sizes, period.astype(np.int64))
    first = np.unique(keys, return_index=True)[1]
    return table.where(np.sort(first))


def _joined(keys: Codes, column: tuple[Codes, int]) -> Codes:
    """Give every distinct pair a number, so that keys of many columns do not outgrow 64 bits."""
    codes, size = column
    numbers: Codes = np.unique(keys * size + codes, return_inverse=True)[1].astype(np.int64)
    return numbers


def _period(table: Statements, duplicates: Duplicates, dna_compatible: bool) -> npt.NDArray[Any]:
    days = table.time.astype("datetime64[D]")
    match duplicates:
        case Duplicates.DOCUMENT:
            return table.document
        case Duplicates.WEEK if dna_compatible:
            # The week of a year is told by its last day, Saturday; day 0 was a Thursday.
            saturday = days + (6 - (days.astype(np.int64) + 4) % 7)
            weeks: Codes = (saturday - saturday.astype("datetime64[Y]")).astype(np.int64) // 7
            return weeks
        case Duplicates.WEEK:
            return (days.astype(np.int64) + 3) // 7
        case Duplicates.MONTH:
            months = days.astype("datetime64[M]").astype(np.int64)
            return months % 12 if dna_compatible else months
        case Duplicates.YEAR:
            return days.astype("datetime64[Y]")
        case _:
            return np.zeros(len(table), dtype=np.int64)


def with_observed_scale(table: Statements, qualifier: str) -> Statements:
    """Let a scale reach from the least to the greatest level that occurs, as DNA takes it.

    The levels that do not occur go as well, which matters to the aggregation combine. A boolean
    keeps both.

    >>> table = statements({"stance": integer([0, 1], span=(-2, 2))}, time=["2020", "2021"])
    >>> with_observed_scale(table, "stance").columns["stance"].span
    (0.0, 1.0)
    """
    column = table.column(qualifier)
    if column.is_boolean:
        return table
    present = np.unique(column.codes[column.codes >= 0])
    number = np.full(len(column.labels) + 1, -1)
    number[present] = np.arange(len(present))
    labels = tuple(column.labels[code] for code in present)
    seen = Column(number[column.codes], labels)
    if column.levels is not None and len(present):
        levels = column.levels[present]
        seen = replace(seen, levels=levels, span=(float(levels[0]), float(levels[-1])))
    return replace(table, columns={**table.columns, qualifier: seen})


def event_list(table: Statements) -> list[dict[str, Any]]:
    """List the statements in order, one row each, with missing labels as None.

    The rows hold statement_id, time, document_id and then every column by its name.

    >>> table = statements({"who": text(["a"])}, time=["2005-01-26"], document=[7], ids=[3])
    >>> event_list(table)
    [{'statement_id': 3, 'time': '2005-01-26 00:00:00', 'document_id': 7, 'who': 'a'}]
    """
    times = [
        None if moment is None else moment.isoformat(sep=" ") for moment in table.time.tolist()
    ]
    parts = {"statement_id": table.ids.tolist(), "time": times}
    parts["document_id"] = table.document.tolist()
    for name, column in table.columns.items():
        labels = [*column.labels, None]
        parts[name] = [labels[code] for code in column.codes]
    return [dict(zip(parts, row, strict=True)) for row in zip(*parts.values(), strict=True)]
