"""Parts of a table of statements that move through time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from stancegraph.measure.discourse_statements import (
    Codes,
    InvalidStatements,
    Moment,
    Statements,
    Times,
    moment_of,
)


class Unit(StrEnum):
    """In what the width of a window is given, and by what it moves."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


SECONDS = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3_600,
    Unit.DAYS: 86_400,
    Unit.WEEKS: 604_800,
}


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The statements from `first` to `last`, both inclusive."""

    centre: np.datetime64
    first: np.datetime64
    last: np.datetime64
    statements: Statements


def windows(
    table: Statements,
    width: int,
    unit: Unit,
    *,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Iterator[Window]:
    """Move a window through time in steps of one unit, and give the statements in each.

    With a = width // 2, the centre c goes from `since` to `until` (the first and last statement
    unless given) and the window is [c - a, c + a], both ends inclusive. Only windows that lie
    within `since` and `until` are given, empty ones too. So widths 2 and 3 give the same windows,
    as in DNA. Steps of months and years add up: 31 January, 28 February, 28 March. Undated
    statements are in no window; without dated ones there is none. Remove duplicates before, and
    they are removed once over the whole range; or after, and each window has its own.

    Source: Leifeld, Discourse Network Analyzer 3; moving windows as in Leifeld 2013,
    https://doi.org/10.1111/psj.12005

    >>> from stancegraph.measure.discourse_statements import statements, text
    >>> days = ["2005-01-26", "2005-01-27", "2005-01-29"]
    >>> table = statements({"who": text(["a", "b", "c"])}, time=days)
    >>> [(str(w.centre)[:10], len(w.statements)) for w in windows(table, 3, Unit.DAYS)]
    [('2005-01-27', 2), ('2005-01-28', 2)]
    """
    if width < 1:
        raise InvalidStatements(f"a window of {width} {unit} is empty; give at least 1")
    begin, end = range_of(table, since, until)
    dated = table.time[~np.isnat(table.time)]
    for centre in moments(begin, end, unit):
        first, last = shifted(centre, -(width // 2), unit), shifted(centre, width // 2, unit)
        if first >= begin and last <= end:
            start, stop = dated.searchsorted(first, "left"), dated.searchsorted(last, "right")
            yield Window(centre, first, last, table.where(slice(int(start), int(stop))))


def event_windows(table: Statements, width: int) -> Iterator[Window]:
    """Move a window of so many statements through them, one by one.

    Statements of one time are taken in the order of the table: by document, position and id. So the
    same table gives the same windows, where DNA draws lots. Fewer statements than `width`: none.
    The centre is the time of the middle statement, the later of two.

    >>> from stancegraph.measure.discourse_statements import statements, text
    >>> table = statements({"who": text(["a", "b", "c"])}, time=["2005-01-26"] * 3)
    >>> [window.statements.ids.tolist() for window in event_windows(table, 2)]
    [[0, 1], [1, 2]]
    """
    if width < 1:
        raise InvalidStatements(f"a window of {width} statements is empty; give at least 1")
    for start in range(len(table) - width + 1):
        inside = table.where(slice(start, start + width))
        yield Window(inside.time[width // 2], inside.time[0], inside.time[-1], inside)


def range_of(
    table: Statements, since: Moment | None, until: Moment | None
) -> tuple[np.datetime64, np.datetime64]:
    """Fill in the times of the first and last dated statement; without one, an empty range."""
    dated = table.time[~np.isnat(table.time)]
    if not len(dated):
        return np.datetime64(1, "s"), np.datetime64(0, "s")
    return (
        dated[0] if since is None else moment_of(since),
        dated[-1] if until is None else moment_of(until, is_end=True),
    )


def moments(since: np.datetime64, until: np.datetime64, unit: Unit) -> Iterator[np.datetime64]:
    """Step from one time to another, both inclusive."""
    while since <= until:
        yield since
        since = shifted(since, 1, unit)


def shifted(moment: np.datetime64, steps: int, unit: Unit) -> np.datetime64:
    """Move a time by so many units; a day that the month has not becomes its last.

    >>> str(shifted(np.datetime64("2004-01-31T12:00:00"), 1, Unit.MONTHS))
    '2004-02-29T12:00:00'
    """
    if unit in SECONDS:
        return moment + np.timedelta64(steps * SECONDS[unit], "s")
    day = moment.astype("datetime64[D]")
    month = moment.astype("datetime64[M]")
    wanted = month + steps * (12 if unit == Unit.YEARS else 1)
    last = (wanted + 1).astype("datetime64[D]") - 1
    moved: np.datetime64 = min(wanted.astype("datetime64[D]") + (day - month), last) + (
        moment - day
    )
    return moved


def whole_units(times: Times, until: np.datetime64, unit: Unit) -> Codes:
    """Count the whole units from each time until another, towards 0.

    >>> times = np.array(["2005-01-31", "2005-02-01", "2005-04-02"], "datetime64[s]")
    >>> whole_units(times, np.datetime64("2005-03-01"), Unit.MONTHS).tolist()
    [1, 1, -1]
    """
    if unit in SECONDS:
        passed: Any = (until - times).astype(np.int64)
        return _towards_zero(passed, SECONDS[unit])
    days, end = times.astype("datetime64[D]"), until.astype("datetime64[D]")
    months, ending = days.astype("datetime64[M]"), end.astype("datetime64[M]")
    passed = (ending - months).astype(np.int64)
    ahead = (end - ending).astype(np.int64) - (days - months).astype(np.int64)
    passed = passed - ((passed > 0) & (ahead < 0)) + ((passed < 0) & (ahead > 0))
    return _towards_zero(passed, 12 if unit == Unit.YEARS else 1)


def _towards_zero(count: Codes, size: int) -> Codes:
    whole: Codes = np.sign(count) * (np.abs(count) // size)
    return whole
