"""Where a number may lie, were the documents it rests on drawn again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A value, the interval its draws span, and how many draws were undefined."""

    value: float | None
    low: float | None
    high: float | None
    draws: int
    undefined: int
    """Draws in which the statistic was undefined, as without variation: left out."""


def bootstrap(
    statistic: Callable[[Values], ArrayLike],
    clusters: ArrayLike,
    *,
    seed: int,
    draws: int = 1000,
    level: float = 0.95,
) -> Bootstrap:
    """Return a statistic and its percentile interval, drawing whole clusters with replacement.

    `clusters` names the document of each row: the statements of one article depend on each other,
    so that to draw statements would make the interval too narrow. `statistic` is called with how
    often each row was drawn, first all once, then an array of rows by draws, and returns one number
    a draw, NaN where undefined. The same seed gives the same interval. Without rows all is None.

    Source: Efron and Tibshirani 1993, https://doi.org/10.1201/9780429246593; by cluster, Field and
    Welsh 2007, https://doi.org/10.1111/j.1467-9868.2007.00593.x

    >>> import numpy as np
    >>> same = np.array([1, 1, 0, 1])
    >>> found = bootstrap(lambda w: same @ w / w.sum(axis=0), ["a", "a", "b", "c"], seed=1)
    >>> found.value, found.low, found.high, found.undefined
    (0.75, 0.0, 1.0, 0)
    """
    names, members = np.unique(np.asarray(clusters), return_inverse=True)
    if not len(names):
        return Bootstrap(None, None, None, draws, draws)
    value = np.asarray(statistic(np.ones((len(members), 1)))).reshape(-1)
    times = cluster_draws(len(names), draws=draws, seed=seed)[members]
    found = np.asarray(statistic(times), dtype=np.float64)
    defined = found[~np.isnan(found)]
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = np.quantile(defined, tails) if defined.size else (np.nan, np.nan)
    return Bootstrap(
        value=_known(value[0]),
        low=_known(low),
        high=_known(high),
        draws=draws,
        undefined=draws - int(defined.size),
    )


def _known(value: float) -> float | None:
    """Return a number, None where it is NaN."""
    return None if np.isnan(value) else float(value)


def cluster_draws(clusters: int, *, draws: int, seed: int) -> Values:
    """Return how often each cluster is drawn: a row a cluster, a column a draw.

    Every column sums to the number of clusters.

    >>> cluster_draws(3, draws=4, seed=1).sum(axis=0).tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    shares = np.full(clusters, 1 / clusters) if clusters else np.empty(0)
    drawn = np.random.default_rng(seed).multinomial(clusters, shares, size=draws)
    return drawn.T.astype(np.float64)
