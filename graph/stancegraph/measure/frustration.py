"""How many ties stand in the way of two camps: the frustration index, exact where it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.balance import strain
from stancegraph.measure.partition import searched_partition, unbalanced
from stancegraph.measure.signed import (
    Camps,
    Ties,
    Values,
    in_order,
    odd_ties,
    signed_network,
    ties_of,
)
from stancegraph.measure.solver import Conditions, conditions, minimum

SECONDS = 60.0
"""How long the search for the exact index may take unless told otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Frustration:
    """The least weight of ties that contradict a division into two camps."""

    value: float
    """The weight of the odd ties: the index itself where exact, else an upper bound of it."""
    bound: float
    """What the index is at least; `value` where exact."""
    total: float
    """The weight of all ties, those of foes counted as positive."""
    camps: Camps
    """A division that leaves so many odd ties; others may leave as many."""
    odd: Ties
    """The odd ties themselves: friends across the camps, foes within one."""

    @property
    def is_exact(self) -> bool:
        """Whether no division leaves less; if not, `value` is to be called an upper bound."""
        return self.value == self.bound

    @property
    def score(self) -> float | None:
        """1 - 2 value / total, in [0, 1]: 1 where two camps explain all ties; None without ties."""
        return 1 - 2 * self.value / self.total if self.total else None


def frustration(
    network: ArrayLike, *, weighted: bool = False, seconds: float = SECONDS
) -> Frustration:
    """Return the least number of ties that contradict a division into two camps.

    L = min over y in {0, 1}^n of sum_ij w_ij f_ij, over the ties, with f_ij = [y_i != y_j] between
    friends and [y_i = y_j] between foes, and w_ij = 1, or |the tie's weight| if `weighted`. 0 for a
    balanced network; never above half of all, as some division explains that much. It adds up over
    parts that no tie connects. If an actor's friends become its foes and its foes its friends, it
    stays as it is. Without actors 0 of 0.

    Solved as an integer program with a condition for each unbalanced triangle, of whose ties one is
    odd. Where `seconds` are over, the best of what the program and a search found, and the better
    bound of what the program proved and of `packed_triangles`: see `Frustration.is_exact`.

    Source: Aref, Mason and Wilson 2020, https://doi.org/10.1002/net.21907; Aref and Neal 2020,
    https://doi.org/10.1038/s41598-020-58471-z

    >>> found = frustration([[0, 1, 1], [1, 0, -1], [1, -1, 0]])
    >>> found.value, found.is_exact, len(found.odd), round(found.score, 4)
    (1.0, True, 1, 0.3333)
    """
    given = signed_network(network)
    signed = given if weighted else np.sign(given)
    ties = ties_of(signed)
    # Counts are whole; weights are met up to the solver's tolerance.
    step = 1e-6 * float(np.abs(ties.weight).max(initial=0)) if weighted else 1 - 1e-6
    sides, bound = _sides(signed, ties, seconds)
    value = _weight(odd_ties(signed, sides))
    if bound < value - step:
        sides = min(sides, searched_partition(signed, at_most=2).camps, key=_odd_weight_in(signed))
        value = _weight(odd_ties(signed, sides))
        bound = max(bound, packed_triangles(signed))
    return Frustration(
        value=value,
        bound=value if bound >= value - step else max(0.0, bound),
        total=_weight(ties),
        camps=sides,
        odd=odd_ties(given, sides),
    )


def packed_triangles(network: ArrayLike) -> float:
    """Return a weight that odd ties have at least, by unbalanced triangles that share no tie.

    One tie of each unbalanced triangle is odd, whatever the camps. So L >= the sum of y_t over
    unbalanced triangles t for any y >= 0 whose sum over the triangles of each tie is at most the
    tie's weight. Such y are taken greedily, the ties in the fewest unbalanced triangles first; a
    better choice may prove more. 0 without unbalanced triangles, also where longer cycles are.

    Source: that one tie of each is odd, Aref, Mason and Wilson 2020,
    https://doi.org/10.1002/net.21907; that a packing bounds a cover is weak duality.

    Two unbalanced triangles share the tie 1-2, which may be the only odd one:

    >>> packed_triangles([[0, 1, 1, 0], [1, 0, -1, 1], [1, -1, 0, 1], [0, 1, 1, 0]])
    1.0
    """
    signed = signed_network(network)
    signs, left = np.sign(signed), np.abs(signed)
    ties, strains = ties_of(signed), strain(signed)
    order = np.argsort(strains[ties.first, ties.second], kind="stable")
    packed = 0.0
    for i, j in zip(ties.first[order].tolist(), ties.second[order].tolist(), strict=True):
        is_bad = signs[i, j] * signs[i] * signs[j] < 0
        room = np.where(is_bad, np.minimum(left[i], left[j]), 0.0)
        for k in np.argsort(-room, kind="stable").tolist():
            taken = min(left[i, j], room[k])
            if taken <= 0:
                break
            for a, b in ((i, j), (i, k), (j, k)):
                left[a, b] = left[b, a] = left[a, b] - taken
            packed += taken
    return float(packed)


def _weight(ties: Ties) -> float:
    return float(np.abs(ties.weight).sum())


def _odd_weight_in(signed: Values) -> Callable[[Camps], float]:
    return lambda sides: _weight(odd_ties(signed, sides))


def _sides(signed: Values, ties: Ties, seconds: float) -> tuple[Camps, float]:
    """Return each actor's side, and what the odd ties weigh at least."""
    actors, count = len(signed), len(ties)
    alone = np.zeros(actors, dtype=np.int64)
    if not (ties.weight < 0).any():
        return alone, 0.0
    low = np.zeros(actors + count)
    # Sides can be exchanged: the actor with the most ties is on the second.
    low[np.abs(np.sign(signed)).sum(axis=0).argmax()] = 1
    odd = actors + np.arange(count)
    found, bound = minimum(
        np.concatenate([np.zeros(actors), np.abs(ties.weight)]),
        [*_odd_where(ties, odd), unbalanced(signed, ties, odd, foes=True)],
        whole=np.arange(actors + count) < actors,
        low=low,
        seconds=seconds,
    )
    return alone if found is None else in_order(found[:actors] > 0.5), bound


def _odd_where(ties: Ties, odd: NDArray[np.int64]) -> list[Conditions]:
    """Say of every tie that it is odd where the sides of its ends contradict its sign."""
    ends = np.column_stack([ties.first, ties.second, odd])
    friends, foes = ends[ties.weight > 0], ends[ties.weight < 0]
    return [
        conditions(friends, [1, -1, -1], 0),
        conditions(friends, [-1, 1, -1], 0),
        conditions(foes, [1, 1, -1], 1),
        conditions(foes, [-1, -1, -1], -1),
    ]
