"""Days and their bounds: what a date text spans, and when a record is of."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from stancegraph.model import Bounds, Capacity, Evidence, Source

DATE = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
"""ISO 8601: a day, a month or a year."""


def span(text: str) -> tuple[date, date]:
    """Return the first and last day of an ISO 8601 day, month or year.

    Raises ValueError for any other text and for days that no calendar has.

    >>> span("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    parts = DATE.fullmatch(text)
    if not parts:
        raise ValueError(text)
    year, month, day = (int(p or 0) for p in parts.groups())
    if parts[3]:
        return date(year, month, day), date(year, month, day)
    last = month if parts[2] else 12
    first = date(year, month if parts[2] else 1, 1)
    return first, date(year, last, monthrange(year, last)[1])


def when_of(evidence: Evidence, sources: Mapping[str, Source]) -> Bounds:
    """Return when a record is of: at the latest the day on which its source was published.

    What a source says in its own voice is of that day, unless the record says otherwise.
    """
    when = evidence.when
    if when.not_after or evidence.source not in sources:
        return when
    published = sources[evidence.source].when
    is_own_voice = evidence.capacity is Capacity.AUTHOR
    return Bounds(
        not_before=when.not_before or (published.not_before if is_own_voice else None),
        not_after=published.not_after,
        basis=when.basis or published.basis,
    )
