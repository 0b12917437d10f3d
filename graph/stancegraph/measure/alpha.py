"""Krippendorff's alpha: how far coders, or the members of a bloc, agree beyond chance."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.bootstrap import Bootstrap, bootstrap

Values = NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval", "ratio"]


def alpha(ratings: ArrayLike, *, metric: Metric = "nominal") -> float | None:
    """Return Krippendorff's alpha of two or more raters, of whom any may be missing anywhere.

    `ratings` has a row a rater and a column a unit (a statement that several coders coded, an
    option on which the members of a bloc took a level); NaN is missing, and a unit with fewer than
    two ratings counts nowhere. alpha = 1 - D_o / D_e, the mean distance of two ratings of one unit
    over that of any two. 1 is full agreement, 0 what chance gives, below 0 less. None where there
    is no variation, or no unit with two ratings. Distances: nominal 0 or 1; ordinal by how many
    ratings lie between, squared; interval (c - k)^2; ratio ((c - k) / (c + k))^2. Nominal, ordinal
    and interval survive turning every sign.

    Above .80 codings are firm, from .667 tentative (Krippendorff 2004, chapter 11).

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability,
    https://repository.upenn.edu/asc_papers/43; Hayes and Krippendorff 2007,
    https://doi.org/10.1080/19312450709336664

    Two coders, ten units, six agreed:

    >>> a, b = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> round(alpha([a, b]), 4)
    0.0952
    >>> alpha([[1, 1], [1, 1]]) is None
    True
    """
    values, units = _coincidences(ratings)
    found = float(alpha_of_coincidences(units.sum(axis=-1), metric=metric, values=values))
    return None if np.isnan(found) else found


def bootstrap_alpha(
    ratings: ArrayLike,
    *,
    seed: int,
    metric: Metric = "nominal",
    draws: int = 1000,
    clusters: ArrayLike | None = None,
) -> Bootstrap:
    """Return where alpha may lie: it is computed again with units drawn with replacement.

    `clusters` names the document of each unit, so that documents are drawn as wholes. Draws without
    variation are undefined, left out and counted. Hayes and Krippendorff draw distances and hold
    the expected distance; here both vary, as units do.

    Source: Efron and Tibshirani 1993, https://doi.org/10.1201/9780429246593

    >>> found = bootstrap_alpha([[0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 1]], seed=1)
    >>> found.low <= found.value <= found.high
    True
    """
    values, units = _coincidences(ratings)

    def statistic(weights: Values) -> Values:
        return alpha_of_coincidences(units @ weights, metric=metric, values=values)

    return bootstrap(
        statistic,
        np.arange(units.shape[-1]) if clusters is None else clusters,
        seed=seed,
        draws=draws,
    )


def alpha_of_coincidences(
    coincidences: ArrayLike, *, metric: Metric, values: ArrayLike | None = None
) -> Values:
    """Return alpha of tables of coincidences: how often c and k were given to one unit.

    alpha = 1 - (n - 1) sum_ck o_ck d_ck / sum_ck n_c n_k d_ck, with n_c the row sums and n their
    sum. The first two axes are the ratings, by default equally spaced; NaN where undefined.

    >>> round(float(alpha_of_coincidences([[10, 4], [4, 2]], metric="nominal")), 4)
    0.0952
    """
    counts = np.asarray(coincidences, dtype=np.float64)
    at = np.arange(len(counts)) if values is None else np.asarray(values)
    margins = counts.sum(axis=0)
    total = margins.sum(axis=0)
    apart = _distances(at.astype(np.float64), margins, metric)
    observed = (counts * apart).sum(axis=(0, 1))
    expected = (margins[:, None] * margins[None, :] * apart).sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)


def _coincidences(ratings: ArrayLike) -> tuple[Values, Values]:
    """Return the ratings that occur, and each unit's coincidences: rating, rating, unit."""
    table = np.asarray(ratings, dtype=np.float64)
    values = np.unique(table[~np.isnan(table)])
    held = (table == values[:, None, None]).sum(axis=1).astype(np.float64)
    raters = held.sum(axis=0)
    # Every pair of ratings of a unit counts 1 / (raters - 1), so that each rating counts once.
    share = np.divide(1, raters - 1, out=np.zeros_like(raters), where=raters > 1)
    pairs: Values = held[:, None] * held[None, :]
    pairs[np.arange(len(values)), np.arange(len(values))] -= held
    return values, pairs * share


def _distances(values: Values, margins: Values, metric: Metric) -> Values:
    """Return the squared distance of every two ratings, with axes for each table."""
    first, second = (values.reshape(s + (1,) * (margins.ndim - 1)) for s in ((-1, 1), (1, -1)))
    if metric == "nominal":
        return np.asarray(first != second, dtype=np.float64)
    if metric == "interval":
        return np.square(first - second)
    if metric == "ratio":
        whole = first + second
        part = np.divide(first - second, whole, out=np.zeros_like(whole), where=whole != 0)
        return np.square(part)
    upto = np.cumsum(margins, axis=0)
    # From c to k inclusive, less half of either end: the same as a difference of middle ranks.
    middle = upto - margins / 2
    apart: Values = np.square(middle[:, None] - middle[None, :])
    return apart
