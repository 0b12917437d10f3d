"""Intervals for shares."""

from __future__ import annotations


def jeffreys(same: int, shared: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the Jeffreys interval of a share: where it may lie, given how little was counted.

    The tail quantiles of Beta(k + 1/2, n - k + 1/2) with k = `same` and n = `shared`. Both ends are
    in (0, 1), also where all or none agree or nothing is shared. Raises ValueError unless
    0 <= k <= n.

    Source: Brown, Cai and DasGupta 2001, https://doi.org/10.1214/ss/1009213286

    >>> [round(end, 3) for end in jeffreys(3, 3)]
    [0.464, 1.0]
    >>> [round(end, 3) for end in jeffreys(2, 3)]
    [0.177, 0.961]
    """
    if not 0 <= same <= shared:
        raise ValueError(f"{same} of {shared}")
    from scipy.special import betaincinv

    a, b, tail = same + 0.5, shared - same + 0.5, (1 - level) / 2
    return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))
