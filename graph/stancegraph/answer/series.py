"""Series of stances or of agreement in time, and the breaks between their stretches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from stancegraph.measure.interval import jeffreys
from stancegraph.positions import RULES, Reading

if TYPE_CHECKING:
    from stancegraph.columns import Held
    from stancegraph.measure.change_points import Changes


By = Literal["day", "month", "year"]
"""What makes one point of a series: what is of one day, month or year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One break of a series, between two stretches of one level each."""

    not_before: date
    """The last day of the stretch before."""
    not_after: date
    """The first day of the stretch after."""
    mean_before: float
    """Of stances from -1 opposes to 1 supports; of agreement the share of points, 0 to 1."""
    mean_after: float
    points_before: int
    points_after: int
    n_before: int
    """Records, or shared options, of the stretch before."""
    n_after: int
    interval_before: tuple[float, float] | None
    """Of agreement: Jeffreys' 95% interval of the share over all options of the stretch."""
    interval_after: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """One point of a series: what is of one day, month or year."""

    at: date
    """The latest day of it."""
    since: date
    """The earliest."""
    value: float
    n: int
    """Of how many records or options it is the mean."""
    last: str
    """The last record or option in it."""
    first: str


@dataclass(frozen=True, slots=True)
class Datum:
    """One dated value."""

    at: date
    value: float
    """A stance from -1 to 1; of agreement 1 for the same side, else 0."""
    id: str
    """The record, or the option."""
    is_hearsay: bool


def datum(r: Reading) -> Datum:
    """Return a stance with the latest day that it can be of."""
    return Datum(
        r.known_by, (r.stance.polarity.level or 0) / 2, r.evidence.id, RULES.is_hearsay(r.tier)
    )


def points_of(data: Iterable[Datum], by: By) -> list[SeriesPoint]:
    """Average what is of one day, month or year: within a day there is no order."""
    groups: dict[tuple[int, ...], list[Datum]] = {}
    parts = {"day": 3, "month": 2, "year": 1}[by]
    for d in sorted(data, key=lambda d: (d.at, d.id)):
        groups.setdefault(d.at.timetuple()[:parts], []).append(d)
    return [
        SeriesPoint(
            at=group[-1].at,
            since=group[0].at,
            value=sum(d.value for d in group) / len(group),
            n=len(group),
            last=group[-1].id,
            first=group[0].id,
        )
        for group in groups.values()
    ]


def fewest(shortest: int) -> int:
    """Return how many points it takes to seek a break."""
    from stancegraph.measure.change_points import FEWEST

    return max(FEWEST, 2 * shortest)


def stretches_of(points: Sequence[SeriesPoint], shortest: int) -> Changes | None:
    """Return the breaks of a series and the levels between them; None for too few points."""
    from stancegraph.measure.change_points import change_points

    return change_points([p.value for p in points], shortest=shortest)


def breaks_of(
    points: Sequence[SeriesPoint], found: Changes | None, *, is_share: bool
) -> Iterator[Break]:
    """Yield each break with the stretches before and after it."""
    if found is None:
        return
    bounds = (0, *found.breaks, len(points))
    stretches = [points[a:b] for a, b in pairwise(bounds)]
    for (before, after), (mean, next_mean) in zip(
        pairwise(stretches), pairwise(found.means), strict=True
    ):
        yield Break(
            not_before=before[-1].at,
            not_after=after[0].since,
            mean_before=round(mean, 4),
            mean_after=round(next_mean, 4),
            points_before=len(before),
            points_after=len(after),
            n_before=sum(p.n for p in before),
            n_after=sum(p.n for p in after),
            interval_before=_interval(before) if is_share else None,
            interval_after=_interval(after) if is_share else None,
        )


def _interval(stretch: Iterable[SeriesPoint]) -> tuple[float, float]:
    points = list(stretch)
    same, shared = sum(round(p.value * p.n) for p in points), sum(p.n for p in points)
    low, high = jeffreys(same, shared)
    return round(low, 4), round(high, 4)


def agreements(held: Held) -> list[Datum]:
    """Return for each option on which two actors have a dated position whether on the same side.

    It is of the later of the two days. Two recorded abstentions are one deed; undecided actors do
    not agree otherwise.
    """
    import numpy as np

    mine, yours = (np.flatnonzero(held.actor == n) for n in (0, 1))
    both, at, to = np.intersect1d(held.option[mine], held.option[yours], return_indices=True)
    x, y = (held.level[side].astype(int) for side in (mine[at], yours[to]))
    abstained = (x == 0) & (y == 0) & held.is_vote[mine[at]] & held.is_vote[yours[to]]
    same = (x * y > 0) | abstained
    is_told = np.maximum(held.tier[mine[at]], held.tier[yours[to]]) > RULES.last_own_tier
    days = np.maximum(held.day[mine[at]], held.day[yours[to]])
    return [
        Datum(when, float(agree), held.options[o], told)
        for when, agree, o, told in zip(
            *(a.tolist() for a in (days, same, both, is_told)), strict=True
        )
        if when is not None
    ]
