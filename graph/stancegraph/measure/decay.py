"""What an old position still counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

HALF_LIFE = 180.0
"""Days after which a position counts half, unless said otherwise; outputs state it."""


def half_life_weights(age: ArrayLike, *, half_life: float = HALF_LIFE) -> NDArray[np.float64]:
    """Return what positions of these ages, in days, count: half after each half-life.

    w = 2^(-age / h), in (0, 1]. An infinite half-life gives exactly 1, and with it exactly what is
    computed without weights. Raises ValueError for a half-life that is not above 0 and for a
    negative age: what is said after the day of the question does not count.

    >>> half_life_weights([0, 180, 360]).tolist()
    [1.0, 0.5, 0.25]
    >>> half_life_weights([0, 180, 360], half_life=float("inf")).tolist()
    [1.0, 1.0, 1.0]
    """
    days = np.asarray(age, dtype=np.float64)
    if not half_life > 0:
        raise ValueError(f"a half-life of {half_life!r} days: it must be above 0")
    if (days < 0).any():
        raise ValueError(f"an age of {float(days.min())!r} days: it must not be below 0")
    return np.exp2(-days / half_life)


def effective_number(total: ArrayLike, squares: ArrayLike) -> NDArray[np.float64]:
    """Return how many equal observations weighted ones amount to.

    n_eff = (sum w)^2 / sum w^2, from the sum of the weights and of their squares: n where all
    weigh the same, 1 where one outweighs all; 0 where there are none.

    Source: Kish 1965, Survey Sampling, ISBN 978-0-471-10949-5, section 11.7

    >>> float(effective_number(3 * 0.5, 3 * 0.25))
    3.0
    >>> float(effective_number(0, 0))
    0.0
    """
    whole, squared = (np.asarray(x, dtype=np.float64) for x in (total, squares))
    shape = np.broadcast_shapes(whole.shape, squared.shape)
    return np.divide(whole**2, squared, out=np.zeros(shape), where=squared > 0)
