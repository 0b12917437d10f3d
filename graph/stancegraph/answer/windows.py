"""Windows of time: their lengths as people write them, and how they follow each other."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from stancegraph.answer.words import count
from stancegraph.errors import StanceError

MOST_WINDOWS = 500
"""More windows than this are refused."""

WHOLE_STEPS_FROM = 20
"""Where half steps would make more windows than this, windows follow each other without sharing."""

_UNITS = {"d": "day", "m": "month", "y": "year"}
_LENGTH = re.compile("([1-9][0-9]{0,4})([dmy])")
"""A number of days, months or years."""


@dataclass(frozen=True, slots=True)
class Length:
    """A span of the calendar, such as five years."""

    number: int
    unit: str
    """d, m or y."""

    @property
    def days(self) -> float:
        """How many days that is, nearly."""
        return self.number * {"d": 1, "m": 30.4375, "y": 365.25}[self.unit]

    @property
    def half(self) -> Length:
        """Half of it, in whole days or months."""
        if self.unit == "y":
            return Length(self.number * 6, "m")
        if self.unit == "m" and self.number % 2:
            return Length(round(self.days / 2), "d")
        return Length(max(1, self.number // 2), self.unit)

    @property
    def in_words(self) -> str:
        """Return it as people say it.

        >>> Length(30, "d").in_words, Length(1, "y").in_words
        ('30 days', '1 year')
        """
        return count(self.number, _UNITS[self.unit])

    @property
    def in_calendar(self) -> tuple[int, int]:
        """How many months and how many days it is."""
        if self.unit == "d":
            return 0, self.number
        return self.number * (12 if self.unit == "y" else 1), 0

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"


def length_of(text: str) -> Length:
    """Read a length such as 30d, 6m or 5y; raise StanceError for any other text.

    >>> length_of("6m")
    Length(number=6, unit='m')
    """
    found = _LENGTH.fullmatch(text.strip().lower())
    if not found:
        raise StanceError(
            f"a length is a number of days, months or years, as in 30d, 6m or 5y, not {text!r}"
        )
    return Length(int(found[1]), found[2])


USUAL = (
    *(Length(n, "d") for n in (1, 2, 3, 7, 14)),
    *(Length(n, "m") for n in (1, 2, 3, 6)),
    *(Length(n, "y") for n in (1, 2, 3, 5, 10, 20, 50, 100)),
)
"""The lengths from which one is chosen where none is asked for."""


def earlier(when: date, months: int, days: int = 0) -> date:
    """Return a day so much before; a day that a month lacks is its last.

    >>> earlier(date(2024, 3, 31), 1), earlier(date(2020, 1, 15), 60, days=1)
    (datetime.date(2024, 2, 29), datetime.date(2015, 1, 14))
    """
    year, month = divmod(when.year * 12 + when.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    found = date(year, month + 1, min(when.day, monthrange(year, month + 1)[1]))
    return found - min(timedelta(days), found - date.min)


def fitting(first: date, last: date) -> tuple[Length, ...]:
    """Return usual lengths for a span of days, the shortest first: a twelfth to a third of it.

    >>> [str(length) for length in fitting(date(1946, 1, 1), date(2020, 1, 14))]
    ['5y', '10y', '20y']
    """
    span = (last - first).days + 1
    short = [length for length in USUAL if length.days <= span / 12]
    longer = [length for length in USUAL if span / 12 < length.days <= span / 3]
    return (*short[-1:], *longer) or USUAL[:1]


def step_for(length: Length, first: date, last: date) -> Length:
    """Return by how much windows of a length move: half of it, or all where they are many."""
    span = (last - first).days + 1
    return length.half if span / length.half.days <= WHOLE_STEPS_FROM else length


def windows(length: Length, step: Length, first: date, last: date) -> tuple[tuple[date, date], ...]:
    """Return first and last day of each window, in order of time, so that the last ends at `last`.

    The first holds the first day, and may begin before it. Raises StanceError for more
    than `MOST_WINDOWS`.

    >>> quarter = Length(3, "m")
    >>> for since, until in windows(quarter, quarter, date(2023, 10, 20), date(2024, 3, 31)):
    ...     print(since, until)
    2023-10-01 2023-12-31
    2024-01-01 2024-03-31
    """
    number = (last - first).days / step.days
    if number > MOST_WINDOWS:
        raise StanceError(
            f"windows that move by {step} are {round(number)} from {first} to {last}, and at most "
            f"{MOST_WINDOWS} are made: move them by more (--step)"
        )
    return tuple(reversed(list(_backwards(length, step, first, last))))


def _backwards(
    length: Length, step: Length, first: date, last: date
) -> Iterator[tuple[date, date]]:
    end = last + timedelta(1) if last < date.max else last
    months, days = step.in_calendar
    more_months, more_days = length.in_calendar
    for times in range(MOST_WINDOWS + 2):
        after = earlier(end, times * months, times * days)
        since = earlier(end, times * months + more_months, times * days + more_days)
        yield since, after - timedelta(1)
        if since <= first:
            return
