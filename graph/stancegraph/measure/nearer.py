"""Which of two actors a third stands nearer to, and how sure that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NODES = 64
"""Points of the rule between two break points: doubling them changes no digit that is printed."""

BREAKS = (1e-14, 1e-6, 1e-3, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1 - 1e-3, 1 - 1e-6, 1 - 1e-14)


def probability_nearer(same_b: float, shared_b: float, same_c: float, shared_c: float) -> float:
    """Return the probability that an actor agrees more with B than with C, given what was counted.

    With `same_b` of `shared_b` options agreed with B and `same_c` of `shared_c` with C, and the
    Jeffreys prior: P(p_b > p_c) for p_b ~ Beta(same_b + 1/2, shared_b - same_b + 1/2) and p_c
    likewise, both independent. In [0, 1]; 1/2 where nothing is shared with either; with B and C
    exchanged, the complement. Numbers need not be whole: with weights, n is the effective number
    and same the share of it. Options shared by all three make p_b and p_c dependent, which this
    leaves out: where most are, draw the documents again instead (`bootstrap`). Raises ValueError
    unless 0 <= same <= shared.

    Source: Brown, Cai and DasGupta 2001, https://doi.org/10.1214/ss/1009213286, for the prior

    >>> round(probability_nearer(9, 10, 3, 10), 3), probability_nearer(0, 0, 0, 0)
    (0.998, 0.5)
    """
    for same, shared in ((same_b, shared_b), (same_c, shared_c)):
        if not 0 <= same <= shared:
            raise ValueError(f"{same} of {shared}")
    if (same_b, shared_b) == (same_c, shared_c):
        return 0.5
    from scipy.special import betainc, betaincinv, betaln

    b, c = _beta(same_b, shared_b), _beta(same_c, shared_c)
    # With p = sin(t)^2 the density of Beta(1/2, 1/2) is flat: no pole at either end.
    breaks = np.concatenate([betaincinv(*side, np.array(BREAKS)) for side in (b, c)])
    angles, steps = _rule(np.unique(np.concatenate([[0], np.arcsin(np.sqrt(breaks)), [np.pi / 2]])))
    p, q = np.sin(angles), np.cos(angles)
    logs = (2 * b[0] - 1) * np.log(p) + (2 * b[1] - 1) * np.log(q) - betaln(*b)
    below = betainc(*c, p**2)
    return float(np.clip((2 * np.exp(logs) * below * steps).sum(), 0, 1))


def _beta(same: float, shared: float) -> tuple[float, float]:
    return same + 0.5, shared - same + 0.5


def _rule(breaks: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points and weights of Gauss and Legendre's rule between each two breaks."""
    at, weight = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(breaks)[:, None] / 2
    middle = (breaks[1:] + breaks[:-1])[:, None] / 2
    return middle + half * at, half * weight
