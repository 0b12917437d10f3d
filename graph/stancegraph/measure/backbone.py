"""Which ties are more than noise: what is left of a network when chance is taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.signed import Values, signed_network
from stancegraph.progress import followed

Numbers = NDArray[np.int64]
Correction = Literal["none", "holm", "benjamini-hochberg"]

STEPS = 200
"""So many steps of Newton's method at most; most tables take about ten, the most extreme thirty."""

FITTED = 1e-10
"""Sums that are off by no more are met."""

CELLS = 2**22
"""So many numbers of distributions are held at once."""

WIDE = 400
"""Of tables with more columns, distributions are summed by their characteristic functions."""

SURE = 1e-12
"""No probability from a characteristic function is told to be smaller; it is off by less."""


def disparity(network: ArrayLike) -> Values:
    """Return how likely each tie were so strong, did its ends spread their strength at random.

    p_ij = (1 - |w_ij| / s_i)^(k_i - 1), with k_i the ties of i and s_i the sum of their weights,
    and of the two ends the smaller: a tie counts that stands out for one of them. The only tie of
    an actor cannot stand out and has p = 1 from that end. Symmetric, in [0, 1]; NaN where there is
    no tie. Signs do not count, nor does a factor common to all weights.

    Source: Serrano, Boguna and Vespignani 2009, https://doi.org/10.1073/pnas.0808904106

    From the first, (1 - 3/4)^1 and (1 - 1/4)^1; the others have one tie only:

    >>> disparity([[0, 3, 1], [3, 0, 0], [1, 0, 0]])[0].tolist()
    [nan, 0.25, 0.75]
    """
    weight = np.abs(signed_network(network))
    ties = (weight > 0).sum(axis=1, keepdims=True)
    strength = weight.sum(axis=1, keepdims=True)
    part = np.divide(weight, strength, out=np.zeros_like(weight), where=strength > 0)
    p = np.where(weight > 0, (1 - part) ** np.maximum(ties - 1, 0), np.nan)
    return np.minimum(p, p.T)


def cell_probabilities(filled: ArrayLike) -> Values:
    """Return the probability that each cell is filled, given only how full rows and columns are.

    P_ic = x_i y_c / (1 + x_i y_c), with x and y such that the rows and columns of P have the sums
    that those of `filled`, zeros and ones, have: of all tables with such sums on average the one
    that presumes least, the bipartite configuration model. Full rows and columns have P = 1, empty
    ones 0, and so have those that become full or empty without them. Raises ValueError for other
    numbers than zeros and ones.

    Source: Saracco et al. 2015, https://doi.org/10.1038/srep10595

    >>> cell_probabilities([[1, 0, 0], [0, 1, 0], [1, 1, 1]]).round(4).tolist()
    [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [1.0, 1.0, 1.0]]
    """
    table = _zeros_and_ones(filled)
    rows, columns = _open_part(table)
    chance = table.astype(np.float64)
    if rows.size:
        inside = np.ix_(rows, columns)
        chance[inside] = _fitted(table[inside].sum(axis=1), table[inside].sum(axis=0))
    return chance


@dataclass(frozen=True, slots=True, eq=False)
class Encounters:
    """How often any two rows are filled in one column, and how likely that is by chance.

    A row and a column for each row of the table; NaN on the diagonal of `upper` and `lower`.
    """

    together: NDArray[np.int64]
    upper: Values
    """The probability of as many or more."""
    lower: Values
    """The probability of as few or fewer."""
    expected: Values
    """How often they meet by chance; the diagonal means nothing."""

    @property
    def two_sided(self) -> Values:
        """Twice the smaller of both, at most 1."""
        return np.asarray(np.minimum(1, 2 * np.minimum(self.upper, self.lower)))


def encounters(filled: ArrayLike) -> Encounters:
    """Return how much more, or less, any two rows meet than rows and columns so full would.

    `filled` has a row an actor and a column for what actors may share, such as the support of an
    option. Two rows i and j meet in column c with probability P_ic P_jc (`cell_probabilities`),
    independently, so that how often follows the Poisson binomial distribution, summed exactly:
    upper = P(X >= together), lower = P(X <= together). Symmetric; both are 1 where one row is full
    or empty, as no chance is left. This is the stochastic degree sequence model. Of tables wider
    than WIDE the sums are of the characteristic function's (Hong 2013), off by less than SURE, and
    what is smaller than that is given as SURE.

    Source: Neal 2014, https://doi.org/10.1016/j.socnet.2014.06.001; with P as here, Neal,
    Domagalski and Sagan 2021, https://doi.org/10.1038/s41598-021-03238-3; of wide tables Hong 2013,
    https://doi.org/10.1016/j.csda.2012.10.006

    Of two columns each of two rows has one: P = 1/2 everywhere, and none meets with (3/4)^2.

    >>> found = encounters([[1, 0], [0, 1]])
    >>> found.together[0, 1], found.upper.round(4).tolist(), found.lower.round(4).tolist()
    (np.int64(0), [[nan, 1.0], [1.0, nan]], [[nan, 0.5625], [0.5625, nan]])
    """
    table = _zeros_and_ones(filled)
    table = table[:, table.any(axis=0)]
    ones = table.astype(np.float64)  # whole numbers have no fast product
    together = (ones @ ones.T).astype(np.int64)
    chance = cell_probabilities(table)
    upper, lower = np.full((2, *together.shape), np.nan)
    first, second = np.triu_indices(len(table), 1)
    tails = _wide_tails if table.shape[1] > WIDE else _narrow_tails
    found = tails(chance, first, second, together[first, second])
    upper[first, second], lower[first, second] = found
    upper[second, first], lower[second, first] = found
    return Encounters(together, upper, lower, chance @ chance.T)


def _narrow_tails(chance: Values, first: Numbers, second: Numbers, together: Numbers) -> Values:
    """Return P(X >= together) and P(X <= together) of pairs of rows, summed over the outcomes."""
    # Rows that are equally full have equal probabilities: one distribution serves them all.
    kinds, kind = np.unique(chance, axis=0, return_inverse=True)
    pairs, members = np.unique(
        np.sort(np.column_stack([kind[first], kind[second]]), axis=1), axis=0, return_inverse=True
    )
    found = np.ones((2, len(first)))
    size = max(1, CELLS // (chance.shape[1] + 1))
    for start in range(0, len(pairs), size):
        some = pairs[start : start + size]
        tails = _tails(kinds[some[:, 0]] * kinds[some[:, 1]])
        here = np.flatnonzero((members >= start) & (members < start + size))
        at = members[here] - start, together[here]
        found[0, here], found[1, here] = tails[0][at], tails[1][at]
    return found


def _wide_tails(chance: Values, first: Numbers, second: Numbers, together: Numbers) -> Values:
    """Return the same of rows with many columns, from the characteristic function of X.

    P(X = j) = 1/N sum_l phi(t_l) e^(-i t_l j) with t_l = 2 pi l / N, and P(X <= k) its sum up to k.
    By Bernstein's inequality X is within `reach` of its mean but for 1e-15, so that N need only
    span that; and as |phi(t)| <= exp(-spread^2 (1 - cos t)), few l matter.
    """
    # Columns that are equally full have equal probabilities: one factor serves them all.
    kinds, times = np.unique(chance, axis=1, return_counts=True)
    mean = ((kinds * times) @ kinds.T)[first, second]
    spread = np.sqrt(np.maximum(0, mean - ((kinds**2 * times) @ (kinds**2).T)[first, second]))
    order = np.argsort(spread, kind="stable")
    is_near = spread[order] ** 2 * NEAR**2 / 2 >= VANISHED
    parts = [
        *_in_parts(order[~is_near], CELLS // (8 * kinds.shape[1])),
        *_in_parts(order[is_near], CELLS // 64),
    ]
    found = np.ones((2, len(first)))
    for some in followed(parts, "comparing with chance", len(parts)):
        reach = 24 + 8.4 * float(spread[some].max())
        size = 2 * int(reach) + 3  # odd: there is no step of half a turn
        steps = np.arange(1, (size + 1) // 2, dtype=np.float64) * (2 * np.pi / size)
        steps = steps[float(spread[some].min()) ** 2 * (1 - np.cos(steps)) < VANISHED]
        logs = _logs(kinds, times, first[some], second[some], steps)
        low = np.floor(mean[some] - reach)
        found[:, some] = _summed(logs, steps, low, size, together[some])
    return found


NEAR = 0.6
"""So far from 1 the powers of a turn may be for logarithms to be summed as series."""

VANISHED = 40.0
"""A characteristic function below e to the minus this is nothing."""


def _in_parts(numbers: Numbers, size: int) -> list[Numbers]:
    step = max(1, size)
    return [numbers[start : start + step] for start in range(0, len(numbers), step)]


def _logs(
    kinds: Values, times: Numbers, first: Numbers, second: Numbers, steps: Values
) -> NDArray[np.complex128]:
    """Return the logarithm of phi at each step, a row a step, a column a pair.

    It is the sum over columns of log(1 + p u) with u = e^(it) - 1; near 1 as the series of
    (-1)^(m + 1) u^m / m sum p^m, whose sums of powers are products of matrices for all pairs.
    """
    u = np.exp(1j * steps) - 1
    farthest = float(np.abs(u).max(initial=0))
    if farthest > NEAR:
        p = kinds[first] * kinds[second]
        parts = ((1 + p * x.real, p * x.imag) for x in u)
        return np.array(
            [0.5 * np.log(x**2 + y**2) @ times + 1j * (np.arctan2(y, x) @ times) for x, y in parts]
        )
    found = np.zeros((len(steps), len(first)), dtype=np.complex128)
    powers, turns = np.ones_like(kinds), np.ones_like(u)
    for m in range(1, 1 + int(np.ceil(VANISHED / -np.log(farthest)))):
        powers, turns = powers * kinds, turns * -u
        sums = ((powers * times) @ powers.T)[first, second]
        found -= np.outer(turns / m, sums)
    return found


def _summed(
    logs: NDArray[np.complex128], steps: Values, low: Values, size: int, at: Numbers
) -> Values:
    """Return P(X >= at) and P(X <= at), X being all but surely from `low` on and below `size`."""
    k = np.clip(at - low, -1, size - 1)
    exactly, up_to = np.full(len(at), 1 / size), (k + 1) / size
    for step, log in zip(steps.tolist(), logs, strict=True):
        phi = 2 / size * np.exp(log - 1j * step * low)
        exactly += (phi * np.exp(-1j * step * k)).real
        up_to += (phi * (1 - np.exp(-1j * step * (k + 1))) / (1 - np.exp(-1j * step))).real
    return np.array([1 - up_to + exactly, up_to]).clip(SURE, 1)


def adjusted(p: ArrayLike, correction: Correction) -> Values:
    """Return p-values that hold for all tests together, each test given once.

    With the m tests in ascending order of p: holm, the running maximum of (m - k + 1) p_k, so that
    with it at most alpha the chance of any false finding is at most alpha; benjamini-hochberg, the
    running minimum from the end of m p_k / k, so that alpha bounds the expected share of false ones
    among the findings. At most 1. NaN stays and counts as no test.

    Source: Holm 1979, Scandinavian Journal of Statistics 6(2); Benjamini and Hochberg 1995,
    https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    >>> adjusted([0.01, 0.04, 0.03], "holm").round(4).tolist()
    [0.03, 0.06, 0.06]
    >>> adjusted([0.01, 0.04, 0.03], "benjamini-hochberg").round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    given = np.asarray(p, dtype=np.float64)
    found = given.copy()
    is_test = ~np.isnan(given)
    tests = given[is_test]
    order = np.argsort(tests, kind="stable")
    count, rank = len(tests), np.arange(1, len(tests) + 1)
    if correction == "holm":
        tests[order] = np.maximum.accumulate((count - rank + 1) * tests[order])
    elif correction == "benjamini-hochberg":
        descending = order[::-1]
        tests[descending] = np.minimum.accumulate(count * tests[descending] / rank[::-1])
    found[is_test] = np.minimum(1, tests)
    return found


def backbone(
    p: ArrayLike, *, alpha: float = 0.05, correction: Correction = "none"
) -> NDArray[np.bool_]:
    """Return which ties stand out, from a symmetric matrix of p-values: those with p <= alpha.

    Each pair is one test; NaN, as where there is no tie, never stands out.

    >>> backbone(disparity([[0, 8, 1], [8, 0, 1], [1, 1, 0]]), alpha=0.2).tolist()
    [[False, True, False], [True, False, False], [False, False, False]]
    """
    values = np.asarray(p, dtype=np.float64)
    above = np.triu_indices(len(values), 1)
    found = np.zeros(values.shape, dtype=np.bool_)
    found[above] = adjusted(values[above], correction) <= alpha
    return found | found.T


def signed_backbone(
    found: Encounters, *, alpha: float = 0.05, correction: Correction = "none"
) -> NDArray[np.int64]:
    """Return 1 for pairs that meet more than chance has it, -1 for less, 0 for neither.

    Two-sided: twice the smaller tail is at most `alpha`.

    Source: Neal 2014, https://doi.org/10.1016/j.socnet.2014.06.001

    >>> signed_backbone(encounters([[1, 0], [0, 1]])).tolist()
    [[0, 0], [0, 0]]
    """
    stands_out = backbone(found.two_sided, alpha=alpha, correction=correction)
    with np.errstate(invalid="ignore"):
        return np.where(stands_out, np.where(found.upper < found.lower, 1, -1), 0)


def _zeros_and_ones(filled: ArrayLike) -> NDArray[np.int64]:
    table = np.asarray(filled)
    if not table.size:
        return np.zeros((len(table), table.shape[1] if table.ndim == 2 else 0), dtype=np.int64)
    if table.ndim != 2:
        raise ValueError(f"a table of shape {table.shape}: give rows and columns")
    strange = table[(table != 0) & (table != 1)]
    if strange.size:
        raise ValueError(f"{strange.flat[0]} is neither 0 nor 1: say which cells are filled")
    return table.astype(np.int64)


def _open_part(table: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows and columns that are left when full and empty ones are taken out."""
    rows, columns = (np.arange(size) for size in table.shape)
    while True:
        inside = table[np.ix_(rows, columns)]
        across, down = inside.sum(axis=1), inside.sum(axis=0)
        keep = (across > 0) & (across < len(columns)), (down > 0) & (down < len(rows))
        if keep[0].all() and keep[1].all():
            return rows, columns
        rows, columns = rows[keep[0]], columns[keep[1]]


def _fitted(across: NDArray[np.int64], down: NDArray[np.int64]) -> Values:
    """Return the probabilities with these row and column sums.

    Rows with equal sums have equal x, and so have columns y: one unknown each. The logarithms of x
    and y minimise a convex function whose gradient is what the sums are off by.
    """
    (rows, row, row_times), (columns, column, column_times) = (
        np.unique(sums, return_inverse=True, return_counts=True) for sums in (across, down)
    )
    sums = np.concatenate([rows, columns]).astype(np.float64)
    fit = _Fit(sums, row_times.astype(np.float64), column_times.astype(np.float64))
    logs = np.log(sums / np.sqrt(across.sum()))
    for _ in range(STEPS):
        off, slopes = fit.off(logs)
        if np.abs(off).max() <= FITTED:
            return fit.chance(logs)[row][:, column]
        logs = fit.lower(logs, np.asarray(np.linalg.lstsq(slopes, -off)[0], dtype=np.float64))
    raise ValueError(f"no probabilities found for rows with {across} and columns with {down}")


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The sums to be met, and how many rows and columns have each."""

    sums: Values
    rows: Values
    columns: Values

    def chance(self, logs: Values) -> Values:
        """Return the probabilities by kind of row and column."""
        from scipy.special import expit

        return np.asarray(expit(self._level(logs)))

    def off(self, logs: Values) -> tuple[Values, Values]:
        """Return what the sums are off by, and how that changes with the logarithms."""
        chance = self.chance(logs)
        spread = chance * (1 - chance)
        across, down = spread @ self.columns, self.rows @ spread
        slopes = np.diag(np.concatenate([across, down]))
        slopes[: len(self.rows), len(self.rows) :] = spread * self.columns
        slopes[len(self.rows) :, : len(self.rows)] = spread.T * self.rows
        return np.concatenate([chance @ self.columns, self.rows @ chance]) - self.sums, slopes

    def lower(self, logs: Values, step: Values) -> Values:
        """Go so far along a step that the function is not above what it was."""
        before = self._value(logs)
        size = 1.0
        while size > FITTED and self._value(logs + size * step) > before + FITTED:
            size /= 2
        return logs + size * step

    def _value(self, logs: Values) -> float:
        held = np.concatenate([self.rows, self.columns]) * self.sums
        return float(self.rows @ np.logaddexp(0, self._level(logs)) @ self.columns - held @ logs)

    def _level(self, logs: Values) -> Values:
        return logs[: len(self.rows), None] + logs[len(self.rows) :]


def _tails(chance: Values) -> tuple[Values, Values]:
    """Return P(X >= k) and P(X <= k) for k from 0, X counting successes with these chances.

    A row of `chance` for each X, a column for each trial.
    """
    exactly = np.zeros((len(chance), chance.shape[1] + 1))
    exactly[:, 0] = 1
    for trial, p in enumerate(chance.T[:, :, None]):
        come = exactly[:, : trial + 1] * p
        exactly[:, : trial + 1] -= come
        exactly[:, 1 : trial + 2] += come
    upper = np.cumsum(exactly[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(1, upper), np.minimum(1, np.cumsum(exactly, axis=1))
