"""How rows of levels go together over the columns that both have."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]


def correlations(levels: ArrayLike) -> Values:
    """Return how the levels of any two rows go together over the columns that both have.

    r = (n sum xy - sum x sum y) / sqrt((n sum xx - (sum x)^2) (n sum yy - (sum y)^2)), Pearson's;
    phi where there are two levels only. In [-1, 1], symmetric, 1 on the diagonal; NaN where rows
    share no column, or one of them does not vary over those shared.

    Source: Yule 1912, https://doi.org/10.2307/2340126

    Of three holders two are on one side of both:

    >>> correlations([[2, 2, -2], [2, -2, -2]]).round(3)[0].tolist()
    [1.0, 0.5]
    """
    table = np.asarray(levels, dtype=np.float64)
    known = np.isfinite(table).astype(np.float64)
    x = np.nan_to_num(table)
    n, sums, squares = known @ known.T, x @ known.T, x**2 @ known.T
    varied = n * squares - sums**2
    product = n * (x @ x.T) - sums * sums.T
    spread = np.sqrt(varied * varied.T)
    defined = (varied > 1e-9) & (varied.T > 1e-9)
    r = np.divide(product, spread, where=defined, out=np.full_like(product, np.nan))
    return np.asarray(np.clip(r, -1, 1))
