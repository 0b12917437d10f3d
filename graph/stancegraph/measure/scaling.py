"""Where each actor stands on a map: correspondence analysis, and ideal points with their errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.levels import MISSING, LevelMatrix

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]

FEWEST_STANCES = 10
"""Actors with fewer stances are not located."""

LEAST_MINORITY = 0.025
"""Options tell little on whose smaller side there are fewer, as a share of both sides."""

PLACE_VARIANCE, SLOPE_VARIANCE, HEIGHT_VARIANCE = 1.0, 2.0**2, 2.0**2
"""Of the normal priors of places, of discriminations and of difficulties.

As MCMCirt1d of MCMCpack has them by default; with 5**2 for difficulties places of the UN's session
73 agree less with the mean of such a posterior.
"""

SEARCH_STEPS = 10_000
"""So many steps at most of the search; a session of the UN takes ninety."""

NEWTON_STEPS = 20
"""So many steps at most from what the search found to the top itself; most fits take three."""


@dataclass(frozen=True, slots=True, eq=False)
class Correspondence:
    """Rows and columns of a table as points, and how much of the table each dimension shows."""

    rows: Values
    """Principal coordinates: a row of the table each, a column a dimension; NaN for empty rows."""
    columns: Values
    """The same of the table's columns."""
    inertia: Values
    """What each dimension shows, in falling order; all add up to chi squared over the total."""


def correspondence_analysis(table: ArrayLike) -> Correspondence:
    """Return rows and columns of a table of counts as points whose distances are of profiles.

    With P the table over its total, r and c its margins, and U d V' the singular values of
    (P - r c') / sqrt(r c'): rows are U d / sqrt(r), columns V d / sqrt(c), inertia d^2. A row lies
    at 0 where its profile is the average, and rows with one profile are one point. Of each
    dimension the sign is such that the row farthest out is positive. Dimensions without inertia are
    left out; a table without any, or an empty one, has none. Raises ValueError for numbers below 0.

    Source: Greenacre 1984, Theory and Applications of Correspondence Analysis, Academic Press

    Two rows that have nothing in common are 1 from the middle, to either side:

    >>> found = correspondence_analysis([[2, 0], [0, 2]])
    >>> found.rows.round(4).tolist(), found.inertia.round(4).tolist()
    ([[1.0], [-1.0]], [1.0])
    """
    counts = np.asarray(table, dtype=np.float64)
    if not counts.size:
        counts = counts.reshape(len(counts), 0)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("a table of counts has rows of numbers of at least 0")
    total = counts.sum()
    shares = counts / total if total else counts
    across, down = shares.sum(axis=1), shares.sum(axis=0)
    roots = np.sqrt(np.outer(across, down))
    beyond = np.divide(shares, roots, out=np.zeros_like(shares), where=roots > 0) - roots
    left, shown, right = np.linalg.svd(beyond, full_matrices=False)
    kept = shown > 1e-12
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = left[:, kept] * shown[kept] / np.sqrt(across)[:, None]
        columns = right[kept].T * shown[kept] / np.sqrt(down)[:, None]
    rows[across == 0], columns[down == 0] = np.nan, np.nan
    signs = _signs(rows)
    return Correspondence(rows * signs, columns * signs, shown[kept] ** 2)


def doubled(levels: LevelMatrix, *, lowest: int = -1, highest: int = 1) -> Values:
    """Return levels as counts: two columns an option, how far for it and how far against it.

    (level - lowest) / (highest - lowest) and the rest to 1; 0 and 0 where there is no stance, so
    that an actor's profile is of what it has a stance on.

    Source: Greenacre 1984, Theory and Applications of Correspondence Analysis, Academic Press

    >>> from stancegraph.measure.levels import level_matrix
    >>> doubled(level_matrix([[1, 0, None]])).tolist()
    [[1.0, 0.0, 0.5, 0.5, 0.0, 0.0]]
    """
    held = levels != MISSING
    strange = levels[held & ((levels < lowest) | (levels > highest))]
    if strange.size:
        raise ValueError(f"level {int(strange[0])} is not from {lowest} to {highest}")
    far = np.where(held, (levels.astype(np.float64) - lowest) / (highest - lowest), 0)
    return np.stack([far, held - far], axis=2).reshape(len(levels), 2 * levels.shape[1])


def telling_options(
    levels: LevelMatrix, *, middle: float = 0, minority: float = LEAST_MINORITY
) -> Numbers:
    """Return the options on whose smaller side are enough, and somebody, as their numbers.

    `minority` is how many of those with a side that is, as a share.

    >>> from stancegraph.measure.levels import level_matrix
    >>> telling_options(level_matrix([[1, 1, 0], [1, -1, None]])).tolist()
    [1]
    """
    held = levels != MISSING
    above, below = ((held & side).sum(axis=0) for side in (levels > middle, levels < middle))
    smaller = np.minimum(above, below)
    return np.flatnonzero((smaller > 0) & (smaller >= minority * (above + below)))


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where actors stand on one line, the anchor on the positive side; what has no value is NaN."""

    place: Values
    """Of each actor that is located."""
    error: Values
    """The standard error of each place, of ideal points only."""
    stances: Numbers
    """On how many of the options that count each actor has a stance."""
    options: Numbers
    """The options that count, as their numbers."""
    discrimination: Values
    """How sharply each of these divides the line, above 0 where the positive side is for it."""
    difficulty: Values
    """How far the middle is against it; for and against are even at difficulty / discrimination."""


def correspondence_map(
    levels: LevelMatrix,
    *,
    anchor: int,
    lowest: int = -1,
    highest: int = 1,
    fewest: int = FEWEST_STANCES,
    minority: float = LEAST_MINORITY,
) -> Places:
    """Return where actors stand on the first dimension of the doubled table, without errors.

    Quick, and all levels count. Who counts is as in `ideal_points`, where a stance in the middle
    does too. Places are in units of the dimension, its middle the average profile. None is located
    where all profiles are alike. Actors who share no option with the others take the first
    dimension for themselves: map them apart.

    Source: Greenacre 1984, Theory and Applications of Correspondence Analysis, Academic Press

    >>> from stancegraph.measure.levels import level_matrix
    >>> levels = level_matrix([[1, 1], [1, -1], [-1, -1]])
    >>> places = correspondence_map(levels, anchor=2, fewest=1).place
    >>> [round(abs(x) * x, 4) + 0 for x in places.tolist()]
    [-1.125, 0.0, 1.125]
    """
    options = telling_options(levels, minority=minority, middle=(lowest + highest) / 2)
    some = levels[:, options]
    stances = (some != MISSING).sum(axis=1)
    located = np.flatnonzero(stances >= fewest)
    found = correspondence_analysis(doubled(some[located], lowest=lowest, highest=highest))
    place = np.full(len(levels), np.nan)
    if found.inertia.size:
        place[located] = found.rows[:, 0]
    turn = _turn(place, anchor, stances)
    actor, option = np.full(len(levels), np.nan), np.full(len(options), np.nan)
    return Places(turn * place, actor, stances, options, option, option)


def ideal_points(
    levels: LevelMatrix,
    *,
    anchor: int,
    middle: float = 0,
    fewest: int = FEWEST_STANCES,
    minority: float = LEAST_MINORITY,
    watch: Callable[[], object] = lambda: None,
) -> Places:
    """Return the places on one line that best explain who is for and against what.

    P(i is for j) = 1 / (1 + exp(-(b_j t_i - a_j))), with t the places, b the discriminations and a
    the difficulties, which have normal priors with variances 1, 4 and 4; what is returned is the
    most probable a posteriori, found from the first dimension of `correspondence_map`. Errors are
    the roots of the diagonal of the inverse Hessian of its logarithm, all parameters free. The sign
    is such that `anchor` is on the positive side; raises ValueError if it is not located.

    A level above `middle` is for, below it against; one in the middle counts as no stance. Options
    on whose smaller side are fewer than `minority` of those with a side do not count; actors with
    fewer than `fewest` stances on the others are not located. Places are comparable within one map
    only, and of actors who share no option by the prior only. Levels all turned give the same
    places. `watch` is called after each step of the search, of which there are at most
    `SEARCH_STEPS`.

    Source: Clinton, Jackman and Rivers 2004, https://doi.org/10.1017/S0003055404001194; for states,
    Bailey, Strezhnev and Voeten 2017, https://doi.org/10.1177/0022002715595700

    >>> from stancegraph.measure.levels import level_matrix
    >>> levels = level_matrix([[1, 1, 1], [1, 1, -1], [1, -1, -1], [-1, -1, -1]])
    >>> places = ideal_points(levels, anchor=0, fewest=1).place
    >>> places[0] > places[1] > 0, places.round(4).tolist() == (-places[::-1]).round(4).tolist()
    (np.True_, True)
    """
    options = telling_options(levels, minority=minority, middle=middle)
    sides = np.where(levels == MISSING, 0.0, np.sign(levels - middle))[:, options]
    stances = (sides != 0).sum(axis=1)
    located = np.flatnonzero(stances >= fewest)
    fit = _fitted(sides[located], watch)
    place, error = np.full((2, len(levels)), np.nan)
    place[located], error[located] = fit.place, fit.errors()
    turn = _turn(place, anchor, stances)
    return Places(turn * place, error, stances, options, turn * fit.slope, fit.height)


def _signs(rows: Values) -> Values:
    """Return for each dimension the sign of the row farthest out, the first of equals."""
    known = np.nan_to_num(rows)
    farthest = np.abs(known).max(axis=0, initial=0)
    first = (np.abs(known) >= farthest * (1 - 1e-9)).argmax(axis=0) if len(rows) else 0
    signs = np.sign(known[first, np.arange(rows.shape[1])]) if len(rows) else np.ones(0)
    return np.where(signs < 0, -1.0, 1.0)


def _turn(place: Values, anchor: int, stances: Numbers) -> float:
    """Return the sign that puts the anchor on the positive side, of places if there are any."""
    if np.isnan(place).all():
        return 1.0
    if np.isnan(place[anchor]):
        held = int(stances[anchor])
        raise ValueError(f"actor {anchor} with {held} stances is not located: take another anchor")
    return -1.0 if place[anchor] < 0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Sides, 0 for none, and the parameters that explain them."""

    sides: Values
    place: Values
    slope: Values
    height: Values

    def moved(self, places: Values, options: Values) -> _Fit:
        """Return the fit with something added to its parameters."""
        slope, height = options.reshape(2, -1)
        return _Fit(self.sides, self.place + places, self.slope + slope, self.height + height)

    def cost(self) -> float:
        """Return minus the logarithm of the posterior, up to a constant."""
        misfit = np.logaddexp(0, -self.sides * self._level())[self.sides != 0].sum()
        return float(
            misfit
            + (self.place**2).sum() / (2 * PLACE_VARIANCE)
            + (self.slope**2).sum() / (2 * SLOPE_VARIANCE)
            + (self.height**2).sum() / (2 * HEIGHT_VARIANCE)
        )

    def gradient(self) -> tuple[Values, Values]:
        """Return how the cost changes with the places, and with slopes and heights."""
        pull = self._pull()
        return (
            pull @ self.slope + self.place / PLACE_VARIANCE,
            np.concatenate(
                [
                    pull.T @ self.place + self.slope / SLOPE_VARIANCE,
                    self.height / HEIGHT_VARIANCE - pull.sum(axis=0),
                ]
            ),
        )

    def newton(self) -> tuple[Values, Values]:
        """Return the step to where a parabola with the same slopes is lowest."""
        places, options = self.gradient()
        core, cross, inverse = self._hessian()
        known = _by_option(inverse, options)
        step = np.asarray(np.linalg.solve(core, cross @ known - places), dtype=np.float64)
        return step, -known - _by_option(inverse, cross.T @ step)

    def errors(self) -> Values:
        """Return the standard errors of the places; NaN where the cost is not at its lowest."""
        if not self.place.size:
            return np.zeros(0)
        with np.errstate(invalid="ignore"):
            found: Values = np.sqrt(np.diag(np.linalg.inv(self._hessian()[0])))
        return found

    def _hessian(self) -> tuple[Values, Values, Values]:
        """Return the second derivatives: of places, all else following; across; of options.

        Options hang together through places only, so that theirs is inverted one by one.
        """
        from scipy.special import expit

        chance = expit(self._level())
        spread = np.where(self.sides != 0, chance * (1 - chance), 0)
        places, heights = self.place[:, None], spread.sum(axis=0) + 1 / HEIGHT_VARIANCE
        slopes = (spread * places**2).sum(axis=0) + 1 / SLOPE_VARIANCE
        both = -(spread * places).sum(axis=0)
        inverse = np.array([[heights, -both], [-both, slopes]]) / (slopes * heights - both**2)
        cross = np.hstack([spread * places * self.slope + self._pull(), -spread * self.slope])
        core = np.diag(spread @ self.slope**2 + 1 / PLACE_VARIANCE)
        return core - cross @ _by_option(inverse, cross.T), cross, inverse

    def _level(self) -> Values:
        return np.outer(self.place, self.slope) - self.height

    def _pull(self) -> Values:
        from scipy.special import expit

        return np.asarray(-self.sides * expit(-self.sides * self._level()))


def _by_option(inverse: Values, values: Values) -> Values:
    """Multiply slopes and heights, one below the other, by the inverse of each option's own."""
    halves = values.reshape(2, inverse.shape[-1], -1)
    product = np.einsum("abj,bjk->ajk", inverse, halves)
    return np.asarray(product.reshape(values.shape))


def _fitted(sides: Values, watch: Callable[[], object]) -> _Fit:
    """Climb from the first dimension of the table to the most probable parameters."""
    from scipy.optimize import minimize

    actors, options = sides.shape
    begin = _Fit(sides, _beginning(sides), np.zeros(options), np.zeros(options))

    def at(x: Values) -> _Fit:
        return begin.moved(x[:actors], x[actors:])

    def cost(x: Values) -> tuple[float, Values]:
        fit = at(x)
        return fit.cost(), np.concatenate(fit.gradient())

    start = np.concatenate([np.zeros(actors), _slopes(sides, begin.place), np.zeros(options)])
    if not start.size:
        return begin

    def stepped(_: Values) -> None:
        watch()

    limits = {"maxiter": SEARCH_STEPS, "maxfun": 2 * SEARCH_STEPS, "ftol": 1e-11, "gtol": 1e-5}
    found: Any = minimize(
        cost, start, jac=True, method="L-BFGS-B", callback=stepped, options=limits
    )
    return _polished(at(found.x))


def _beginning(sides: Values) -> Values:
    table = np.concatenate([sides > 0, sides < 0], axis=1)
    found = correspondence_analysis(table)
    if not found.inertia.size:
        return np.zeros(len(sides))
    first = np.nan_to_num(found.rows[:, 0])
    spread = float(first.std())
    return first / spread if spread else first


def _slopes(sides: Values, place: Values) -> Values:
    """Return on which side of the line each option has its friends, as a first guess."""
    return np.sign(sides.T @ place)


def _polished(fit: _Fit) -> _Fit:
    """Take Newton's steps while they lower the cost."""
    for _ in range(NEWTON_STEPS):
        closer = fit.moved(*fit.newton())
        if not closer.cost() < fit.cost():
            break
        fit = closer
    return fit
