"""How far actors fall apart into camps that stand against each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stancegraph.measure.coalitions import Modularity, best_modularity
from stancegraph.measure.partition import STARTS
from stancegraph.measure.signed import camps_of, signed_network

ALPHA = 1.0
"""How much belonging to a large group counts in `esteban_ray` unless told otherwise."""


def polarization(
    network: ArrayLike, *, camps: int = 2, seed: int = 0, starts: int = STARTS
) -> Modularity | None:
    """Return how well so many camps, or fewer, part friends from foes, and these camps.

    The highest signed modularity of a division into at most `camps` (`coalitions.best_modularity`).
    With two camps in [0, 1/2]: 0 where no division is better than none, as where all are friends of
    all; 1/2 where two camps with equally many ties are friends within and foes across. None without
    ties. Weights that are all multiplied by one number leave it alone.

    What DNA calls polarization is the distance from two such camps and is made as large as
    possible, so that it returns mixed camps for a debate of three against three; here those camps
    come out. Networks to give are congruence less conflict (`Aggregation.SUBTRACT`).

    Source: Gomez, Jensen and Arenas 2009, https://doi.org/10.1103/PhysRevE.80.016114

    >>> square = [[0, 1, -1, -1], [1, 0, -1, -1], [-1, -1, 0, 1], [-1, -1, 1, 0]]
    >>> found = polarization(square)
    >>> found.camps.tolist(), round(found.value, 12)
    ([0, 0, 1, 1], 0.5)
    """
    return best_modularity(network, at_most=camps, seed=seed, starts=starts)


def esteban_ray(
    places: ArrayLike, shares: ArrayLike | None = None, *, alpha: float = ALPHA
) -> float | None:
    """Return Esteban and Ray's polarization of groups on a line.

    P = sum_ij pi_i^(1 + alpha) pi_j |y_i - y_j|, with y the `places` of groups and pi their shares
    of all, equal unless given; shares of anything are divided by their sum. Groups at one place are
    one. alpha in (0, 1.6] says how much being many counts, and tells polarization from inequality:
    P is greatest for two equal groups at the ends, then (1/2)^(1 + alpha) times their distance. At
    least 0, 0 for a single place; it grows in step with all distances. None without groups.

    Source: Esteban and Ray 1994, https://doi.org/10.2307/2951734

    >>> esteban_ray([-1, 1]), esteban_ray([-1, -1, 1, 1]), esteban_ray([0, 0])
    (0.5, 0.5, 0.0)
    """
    at = np.asarray(places, dtype=np.float64)
    held = np.ones(at.shape) if shares is None else np.asarray(shares, dtype=np.float64)
    if not 0 < alpha <= 1.6:
        raise ValueError(f"alpha {alpha!r}: give more than 0 and at most 1.6")
    if held.shape != at.shape or (held < 0).any():
        raise ValueError(f"shares {held.tolist()}: give one of at least 0 for each of {at.size}")
    if not held.sum():
        return None
    line, place = np.unique(at, return_inverse=True)
    pi = np.bincount(place, weights=held) / held.sum()
    return float(pi ** (1 + alpha) @ np.abs(line[:, None] - line) @ pi)


def external_internal(network: ArrayLike, groups: ArrayLike) -> float | None:
    """Return how far ties of friends lead out of groups rather than stay within: the E-I index.

    (E - I) / (E + I), with E the weight of the ties between groups and I that within: -1 where all
    friends are of one's own group, 1 where none is. None without ties of friends. Ties of foes do
    not count: to have them between groups is no bridge. Groups of unequal size expect other values
    than 0: many small groups have few ties within, whatever their members like.

    Source: Krackhardt and Stern 1988, https://doi.org/10.2307/2786835

    >>> path = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    >>> round(external_internal(path, ["a", "a", "b", "b"]), 4)
    -0.3333
    """
    friends = np.maximum(signed_network(network), 0)
    group = camps_of(groups, len(friends))
    total = float(friends.sum())
    within = float(friends[group[:, None] == group].sum())
    return (total - 2 * within) / total if total else None
