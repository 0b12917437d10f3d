"""When a position shifted: the breaks that divide a series into stretches of one level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from stancegraph.measure.signed import Values

FEWEST = 8
"""Below so many points no break is sought: name the first and the last with their dates instead."""

SHORTEST = 4
"""A stretch has at least so many points unless told otherwise: half of the fewest."""

MOST = 10
"""So many breaks are tried unless told otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The breaks of a series, and what speaks for each number of them."""

    breaks: tuple[int, ...]
    """How many points lie before each break: the first point after it has this place, from 0."""
    means: tuple[float, ...]
    """The level of each stretch."""
    squares: Values
    """The least sum of squares around the levels, by number of breaks from 0."""
    bic: Values
    """Schwarz's criterion, by number of breaks from 0: the least is best."""


def change_points(
    series: ArrayLike, *, shortest: int = SHORTEST, most: int = MOST
) -> Changes | None:
    """Return where a series changes its level, as many times as Schwarz's criterion says.

    For each number b of breaks the stretches with the least sum of squares RSS_b around their means
    are found exactly, by dynamic programming; the number is that with the least
    BIC_b = n (log(RSS_b / n) + 1 + log 2 pi) + 2 (b + 1) log n, where b breaks cost b + 1 levels,
    b places and a variance. `series` is in the order of time, with equal steps or not; NaN is left
    out beforehand by the caller. None with fewer than 8 points or than two shortest stretches. A
    series that stretches explain without rest has the fewest breaks that do: a constant one none.
    Turned signs, shifts and scales leave the breaks as they are.

    It sees breaks that are none: in noise without any, of 8 to 60 points, in about one series of
    ten, and in one of three with stretches of 2 points. A drift is shown as steps, and points that
    depend on each other give more breaks than there are. Name the evidence beside each break.

    Source: Bai and Perron 2003, https://doi.org/10.1002/jae.659; the criterion, Yao 1988,
    https://doi.org/10.1016/0167-7152(88)90118-6

    >>> found = change_points([-1, -0.9, -1, -0.9, 1, 0.9, 1, 0.9])
    >>> found.breaks, [round(mean, 4) for mean in found.means]
    ((4,), [-0.95, 0.95])
    """
    values = np.asarray(series, dtype=np.float64)
    if shortest < 1 or most < 0:
        raise ValueError(f"shortest {shortest}, most {most}: give at least 1 and 0")
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("a series is one row of numbers: leave out what is missing")
    if len(values) < max(FEWEST, 2 * shortest):
        return None
    squares, ends = _stretches(values, shortest, min(most, len(values) // shortest - 1))
    bic = _criterion(np.where(squares > _rounding(values), squares, 0), len(values))
    count = int(bic.argmin())
    bounds = _bounds(ends, count, len(values))
    means = tuple(float(values[start:stop].mean()) for start, stop in pairwise(bounds))
    return Changes(bounds[1:-1], means, squares, bic)


def _stretches(values: Values, shortest: int, most: int) -> tuple[Values, list[list[int]]]:
    """Return the least sum of squares for each number of breaks, and how it is reached."""
    count = len(values)
    cost = _costs(values)
    best = np.where(np.arange(count + 1) >= shortest, cost[0], np.inf)
    squares, ends = [best[count]], []
    for _ in range(most):
        # Column t: up to s as before, and one stretch more from s to t.
        longer = best[:, None] + cost
        start, stop = np.indices(longer.shape)
        longer[stop - start < shortest] = np.inf
        best = longer.min(axis=0)
        squares.append(best[count])
        ends.append(longer.argmin(axis=0).tolist())
    return np.array(squares), ends


def _costs(values: Values) -> Values:
    """Return the sum of squares around its mean of each stretch from s up to, without, t."""
    # Around the mean of all, sums of squares lose fewest digits.
    centred = values - values.mean()
    sums, squares = (np.concatenate([[0], np.cumsum(x)]) for x in (centred, centred**2))
    start, stop = np.indices((len(values) + 1,) * 2)
    length = np.maximum(stop - start, 1)
    found = squares - squares[:, None] - (sums - sums[:, None]) ** 2 / length
    return np.asarray(np.maximum(found, 0))


def _rounding(values: Values) -> float:
    """Return the sum of squares below which nothing but rounding is left."""
    spread = float(np.square(values - values.mean()).sum())
    return max(1e-12 * spread, len(values) * (1e-12 * float(np.abs(values).max())) ** 2)


def _criterion(squares: Values, count: int) -> Values:
    breaks = np.arange(len(squares))
    with np.errstate(divide="ignore"):
        # Without rest, no fit is better: minus infinity, of which the first counts.
        fit = count * (np.log(squares / count) + 1 + np.log(2 * np.pi))
    return np.asarray(fit + 2 * (breaks + 1) * np.log(count))


def _bounds(ends: list[list[int]], breaks: int, count: int) -> tuple[int, ...]:
    """Return where stretches begin and end, from the last back to the first."""
    bounds = [count]
    for back in reversed(ends[:breaks]):
        bounds.append(back[bounds[-1]])
    return (0, *reversed(bounds))
