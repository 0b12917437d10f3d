"""What if: where opinions settle, given who listens to whom. An assumption, never a forecast.

Whom an actor listens to is a row of `weights`, shares that add up to 1. Nobody observes them: say
how they were made, and see how the answer moves with them (`sweep`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.signed import Values

SUSCEPTIBILITIES = tuple(round(0.2 + step / 100, 2) for step in range(71))
"""From .2, where others hardly count, to .9, where they nearly decide, in steps of .01."""


ROUNDING = 1e-12
"""Shares that add up to a threshold reach it, whatever their last digits; nor do these take an
opinion from the middle to a side."""


def listening(weights: ArrayLike) -> Values:
    """Return weights as shares: each row divided by its sum; who listens to none, to itself.

    >>> listening([[0, 1, 3], [0, 0, 0], [2, 0, 0]]).tolist()
    [[0.0, 0.25, 0.75], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    shares = np.array(weights, dtype=np.float64)
    if not shares.size:
        return np.zeros((0, 0))
    if shares.ndim != 2 or shares.shape[0] != shares.shape[1]:
        raise ValueError(f"weights of shape {shares.shape}: give a row and a column an actor")
    is_bad = ~np.isfinite(shares) | (shares < 0)
    if is_bad.any():
        row, column = (int(x) for x in np.argwhere(is_bad)[0])
        raise ValueError(
            f"weight {float(shares[row, column])!r} in cell {row}, {column} is below 0"
        )
    total = shares.sum(axis=1)
    shares[total == 0] = np.eye(len(shares))[total == 0]
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def consensus_weights(weights: ArrayLike) -> Values | None:
    """Return how much each actor's first opinion counts in the consensus; None if there is none.

    In DeGroot's model x(t + 1) = W x(t). All opinions come together, from wherever they start, if
    and only if all listen, through others or not, to one circle of actors that listens to nobody
    else and does not turn in step: whose ways back to oneself have no common divisor above 1. Then
    the consensus is pi x(0), with pi W = pi the left eigenvector, and sum pi = 1. Actors outside
    the circle have 0. If everybody listens to everybody that way, W is primitive and all count.
    No actors: None.

    Source: DeGroot 1974, https://doi.org/10.1080/01621459.1974.10480137; Golub and Jackson 2010,
    https://doi.org/10.1257/mic.2.1.112

    >>> consensus_weights([[0, 1, 1], [1, 0, 0], [0, 1, 0]]).round(4).tolist()
    [0.4, 0.4, 0.2]
    >>> consensus_weights([[0, 1], [1, 0]]) is None
    True
    """
    shares = listening(weights)
    circles = _circles(shares)
    if len(circles) != 1 or not _has_no_step(shares, circles[0]):
        return None
    found = np.zeros(len(shares))
    found[circles[0]] = _left_eigenvector(shares[np.ix_(circles[0], circles[0])])
    return found


def total_influence(weights: ArrayLike, susceptibility: ArrayLike) -> Values:
    """Return how much each actor's first opinion counts in where each one settles.

    V = (I - S W)^-1 (I - S) in the model of Friedkin and Johnsen, with S the susceptibilities: a
    row an actor that settles, a column an actor that counts. Rows add up to 1. Raises ValueError
    where some actors, all fully susceptible, listen to nobody who is not, so that they form their
    opinion among themselves: see `settled_opinions`.

    Source: Friedkin and Johnsen 1990, https://doi.org/10.1080/0022250X.1990.9990069

    >>> total_influence([[0, 1], [1, 0]], [0.5, 0]).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    shares, given = listening(weights), _susceptible(susceptibility, weights)
    for circle in _circles(given[:, None] * shares):
        if np.all(given[circle] == 1):
            raise ValueError(f"actors {circle.tolist()} listen to nobody who is stubborn")
    held = np.eye(len(shares)) - given[:, None] * shares
    return _solved(held, np.diag(1 - given))


def settled_opinions(weights: ArrayLike, susceptibility: ArrayLike, opinions: ArrayLike) -> Values:
    """Return the opinions on which actors settle who listen to others and hold on to their own.

    x(t + 1) = S W x(t) + (I - S) x(0), with S the susceptibilities, one an actor or one for all: 0
    holds on whatever others say, 1 listens only. In the limit x = (I - S W)^-1 (I - S) x(0). With
    all susceptibilities 1 this is DeGroot's model: a circle of actors who listen to nobody else
    comes to its own consensus. Where there is no limit, opinions turning in step for ever, NaN,
    also for all who listen to such. Settled opinions lie between the least and the greatest first
    opinion; they change sign with all first opinions.

    Source: Friedkin and Johnsen 1990, https://doi.org/10.1080/0022250X.1990.9990069; when there is
    a limit, Parsegov et al. 2017, https://doi.org/10.1109/TAC.2016.2613905

    The first gives half its mind to the second, who does not move:

    >>> settled_opinions([[0, 1], [1, 0]], [0.5, 0], [-1, 1]).tolist()
    [0.0, 1.0]
    """
    shares, given = listening(weights), _susceptible(susceptibility, weights)
    first = _first(opinions, shares)
    heard, own = given[:, None] * shares, (1 - given) * first
    for circle in _circles(heard) if np.any(given == 1) else ():
        if np.all(given[circle] == 1):
            inside = shares[np.ix_(circle, circle)]
            is_calm = _has_no_step(shares, circle)
            own[circle] = _left_eigenvector(inside) @ first[circle] if is_calm else np.nan
            heard[circle] = 0
    restless = np.isnan(own)
    found = _solved(np.eye(len(shares)) - heard, np.where(restless, 0, own))
    found[listeners(heard, restless)] = np.nan
    return found


def steps(weights: ArrayLike, susceptibility: ArrayLike, opinions: ArrayLike, n: int) -> Values:
    """Return the way on which opinions settle: a row each for x(0), x(1), ..., x(n).

    x(t + 1) = S W x(t) + (I - S) x(0), as in `settled_opinions`, to which the rows come where there
    is a limit. All move at once, each by what the others were before. No actors: n + 1 empty rows.

    Source: Friedkin and Johnsen 1990, https://doi.org/10.1080/0022250X.1990.9990069

    The first gives half its mind to the second, the second to the third, who holds 1:

    >>> steps([[0, 1, 0], [0, 0, 1], [0, 0, 1]], [0.5, 0.5, 0], [-1, -1, 1], 2).tolist()
    [[-1.0, -1.0, 1.0], [-1.0, 0.0, 1.0], [-0.5, 0.0, 1.0]]
    """
    shares, given = listening(weights), _susceptible(susceptibility, weights)
    first = _first(opinions, shares)
    if n < 0:
        raise ValueError(f"{n} steps: give 0 or more")
    rows = [first]
    for _ in range(n):
        rows.append(given * (shares @ rows[-1]) + (1 - given) * first)
    return np.array(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Where opinions settle for many susceptibilities: a row each, a column an actor."""

    susceptibilities: Values
    opinions: Values
    """The settled opinions."""
    first: Values
    """The opinions from which they started."""

    @property
    def low(self) -> Values:
        """The lowest opinion on which each actor settles; NaN where it does not."""
        return np.asarray(self.opinions.min(axis=0))

    @property
    def high(self) -> Values:
        """The highest opinion on which each actor settles; NaN where it does not."""
        return np.asarray(self.opinions.max(axis=0))

    @property
    def crossing(self) -> Values:
        """The least susceptibility with which each actor ends on the other side; NaN with none."""
        has_crossed = self.opinions * self.first < -ROUNDING
        least = self.susceptibilities[has_crossed.argmax(axis=0)]
        return np.where(has_crossed.any(axis=0), least, np.nan)

    @property
    def order(self) -> list[int]:
        """The actors that cross the middle, those first that need the least susceptibility."""
        crossing = self.crossing
        return [int(x) for x in np.argsort(crossing, kind="stable") if not np.isnan(crossing[x])]


def sweep(
    weights: ArrayLike,
    opinions: ArrayLike,
    *,
    held: Sequence[int] = (),
    susceptibilities: Sequence[float] = SUSCEPTIBILITIES,
) -> Sweep:
    """Return where opinions settle for each susceptibility, all actors having the same.

    The actors `held` have 0, such as the one whose shift is asked about: its `opinions` entry is
    what it shifts to. As W and the susceptibilities are assumptions, the range over them, and who
    crosses the middle first, are the answer: no single value is. Turning the signs of all opinions
    turns those that come out and leaves the order.

    Source: Friedkin and Johnsen 1990, https://doi.org/10.1080/0022250X.1990.9990069

    The third holds 1; the second listens to it, the first to the second:

    >>> found = sweep(
    ...     [[0, 1, 0], [0, 0, 1], [0, 0, 1]],
    ...     [-0.5, -0.5, 1],
    ...     held=[2],
    ...     susceptibilities=[0.3, 0.4, 0.6],
    ... )
    >>> found.order, found.crossing.tolist(), found.high.round(4).tolist()
    ([1, 0], [0.6, 0.4, nan], [0.04, 0.4, 1.0])
    """
    first = np.array(opinions, dtype=np.float64)
    rows = np.zeros((len(susceptibilities), len(first)))
    for at, value in enumerate(susceptibilities):
        given = np.full(len(first), value)
        given[list(held)] = 0
        rows[at] = settled_opinions(weights, given, first)
    return Sweep(np.array(susceptibilities, dtype=np.float64), rows, first)


def joining(thresholds: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.int64]:
    """Return the wave in which each actor joins who waits for enough others; -1 for never.

    In each wave all join for whom what has joined before reaches their threshold: the number of
    actors, or with `weights` the sum of their row's over those who have joined. Who has a threshold
    of 0 or less joins in wave 0, without others. Nobody leaves, so that it ends after at most as
    many waves as actors. One changed threshold can decide between all and one.

    Source: Granovetter 1978, https://doi.org/10.1086/226707

    >>> joining([0, 1, 2, 3]).tolist(), joining([0, 2, 2, 3]).tolist()
    ([0, 1, 2, 3], [0, -1, -1, -1])
    """
    needed = np.asarray(thresholds, dtype=np.float64)
    felt = np.ones((len(needed), len(needed))) if weights is None else np.asarray(weights)
    if felt.shape != (len(needed), len(needed)):
        raise ValueError(f"weights of shape {felt.shape}: give {len(needed)} rows and columns")
    wave = np.full(len(needed), -1, dtype=np.int64)
    for number in range(len(needed)):
        joins = (wave < 0) & (felt @ (wave >= 0) >= needed - ROUNDING)
        if not joins.any():
            break
        wave[joins] = number
    return wave


def _susceptible(susceptibility: ArrayLike, weights: ArrayLike) -> Values:
    given = np.asarray(susceptibility, dtype=np.float64)
    found = np.broadcast_to(given, len(np.asarray(weights))).copy()
    is_bad = ~((found >= 0) & (found <= 1))
    if is_bad.any():
        raise ValueError(f"susceptibility {float(found[is_bad][0])!r}: give 0 to 1")
    return found


def _first(opinions: ArrayLike, shares: Values) -> Values:
    first = np.asarray(opinions, dtype=np.float64)
    if first.shape != (len(shares),):
        raise ValueError(f"opinions of shape {first.shape}: give one for each of {len(shares)}")
    return first


def _circles(heard: Values) -> list[NDArray[np.int64]]:
    """Return the actors that hear each other, through others or not, and nobody else."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not len(heard):
        return []
    count, circle = connected_components(csr_array(heard > 0), connection="strong")
    from_, to = np.nonzero(heard)
    is_closed = np.ones(count, dtype=np.bool_)
    is_closed[circle[from_[circle[from_] != circle[to]]]] = False
    return [np.flatnonzero(circle == number) for number in np.flatnonzero(is_closed)]


def _has_no_step(shares: Values, circle: NDArray[np.int64]) -> bool:
    """Return whether the lengths of the ways back to oneself have no common divisor above 1."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    inside = shares[np.ix_(circle, circle)] > 0
    order, before = breadth_first_order(csr_array(inside), 0)
    depth = np.zeros(len(circle), dtype=np.int64)
    for actor in order[1:]:
        depth[actor] = depth[before[actor]] + 1
    from_, to = np.nonzero(inside)
    return bool(np.gcd.reduce(depth[from_] + 1 - depth[to], initial=0) == 1)


def _left_eigenvector(inside: Values) -> Values:
    """Return pi with pi W = pi and sum 1, of a circle: one equation is replaced by the sum."""
    equations = inside.T - np.eye(len(inside))
    equations[-1] = 1
    return _solved(equations, np.eye(len(inside))[-1])


def _solved(equations: Values, right: Values) -> Values:
    return np.asarray(np.linalg.solve(equations, right), dtype=np.float64)


def listeners(heard: ArrayLike, sources: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return who hears one of the sources, through others or not, and these themselves.

    >>> listeners([[0, 1, 0], [0, 0, 1], [0, 0, 0]], np.array([False, True, False])).tolist()
    [True, True, False]
    """
    hears, found = np.asarray(heard) > 0, sources
    while True:
        more = found | (hears @ found)
        if np.array_equal(more, found):
            return found
        found = more
