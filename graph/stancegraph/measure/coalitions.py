"""Coalitions: who belongs together by who is friend and foe of whom, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stancegraph.measure.partition import (
    EXACT_TO,
    SECONDS,
    STARTS,
    best_partition,
    climbed_partition,
)
from stancegraph.measure.signed import (
    Camps,
    Ties,
    Values,
    camps_of,
    odd_ties,
    signed_network,
)


@dataclass(frozen=True, slots=True, eq=False)
class Coalitions:
    """A division that as few ties as possible contradict."""

    camps: Camps
    """The camp of each actor, numbered from 0 in the order of their first members."""
    value: float
    """The weight of the odd ties."""
    bound: float
    """What any division leaves at least: `value` where exact."""
    odd: Ties
    """Foes in one camp and friends in two."""

    @property
    def is_exact(self) -> bool:
        """Whether no division leaves less; others may leave as little."""
        return self.value == self.bound

    @property
    def count(self) -> int:
        """How many camps there are, actors alone in theirs included."""
        return int(self.camps.max(initial=-1)) + 1


def coalitions(
    network: ArrayLike,
    *,
    at_most: int | None = None,
    seed: int = 0,
    starts: int = STARTS,
    exact_to: int = EXACT_TO,
    seconds: float = SECONDS,
) -> Coalitions:
    """Return the camps that leave the least weight of foes within and friends across.

    Minimise C = sum of |w_ij| over foes in one camp and friends in different ones: correlation
    clustering. The number of camps comes out, or is at most `at_most`, with which C for two camps
    is the weighted frustration index. Use the signs of the network to count all ties alike. Actors
    whom no path of friends connects are never in one camp unless `at_most` makes them, so that an
    isolated actor is alone. Several divisions may be equally good: see `co_membership` for how
    sure each pair is. No actors: no camps, C = 0.

    Exact where friends connect at most `exact_to` actors, or with `at_most` where there are so
    few, beyond by search: see `partition.best_partition`.

    Source: Bansal, Blum and Chawla 2004, https://doi.org/10.1023/B:MACH.0000033116.57574.95;
    Doreian and Mrvar 1996, https://doi.org/10.1016/0378-8733(95)00259-6

    Three against each other, the first of whom has a friend:

    >>> found = coalitions([[0, -1, -1, 2], [-1, 0, -1, 0], [-1, -1, 0, 0], [2, 0, 0, 0]])
    >>> found.camps.tolist(), found.value, found.is_exact
    ([0, 1, 2, 0], 0.0, True)
    """
    signed = signed_network(network)
    found = best_partition(
        signed, at_most=at_most, seed=seed, starts=starts, exact_to=exact_to, seconds=seconds
    )
    odd = odd_ties(signed, found.camps)
    value = float(np.abs(odd.weight).sum())
    # Every gain that is missed is a friend across, every loss taken a foe within.
    friends = float(np.triu(signed, 1).clip(min=0).sum())
    bound = value if found.is_exact else max(0.0, friends - found.bound)
    return Coalitions(found.camps, value, bound, odd)


def signed_modularity(network: ArrayLike, camps: ArrayLike) -> float | None:
    """Return how much more friends, and less foes, camps hold than chance would give.

    Q = 1 / (2m+ + 2m-) sum_ij [(A+_ij - k+_i k+_j / 2m+) - (A-_ij - k-_i k-_j / 2m-)] [c_i = c_j],
    with A+ and A- the weights of friends and foes, k+ and k- each actor's sum of them and m+ and
    m- those of all. In [-1, 1], 0 where all are in one camp; without foes it is Newman's
    modularity. None without ties. Weights that are all multiplied by one number leave it alone.

    Source: Gomez, Jensen and Arenas 2009, https://doi.org/10.1103/PhysRevE.80.016114

    Two pairs of friends, foes across: (4 - 2 + 4) / 12.

    >>> square = [[0, 1, -1, -1], [1, 0, -1, -1], [-1, -1, 0, 1], [-1, -1, 1, 0]]
    >>> signed_modularity(square, [0, 0, 1, 1])
    0.5
    """
    signed = signed_network(network)
    camp = camps_of(camps, len(signed))
    ties = float(np.abs(signed).sum())
    if not ties:
        return None
    return float(_beyond_chance(signed)[camp[:, None] == camp].sum() / ties)


@dataclass(frozen=True, slots=True, eq=False)
class Modularity:
    """The division with the highest signed modularity."""

    camps: Camps
    value: float
    bound: float
    """What no division exceeds: `value` where exact, infinite where only a search was made."""

    @property
    def is_exact(self) -> bool:
        """Whether no division has more."""
        return self.value == self.bound


def best_modularity(
    network: ArrayLike,
    *,
    at_most: int | None = None,
    seed: int = 0,
    starts: int = STARTS,
    exact_to: int = EXACT_TO,
    seconds: float = SECONDS,
) -> Modularity | None:
    """Return the division with the highest `signed_modularity`, None without ties.

    Where the weight of odd ties (`coalitions`) takes two actors without a tie as indifferent, here
    they count by how many friends and foes they have. At least 0, as one camp has 0.

    Exact up to `exact_to` actors, beyond by search: see `partition.best_partition`.

    Source: Gomez, Jensen and Arenas 2009, https://doi.org/10.1103/PhysRevE.80.016114

    >>> square = [[0, 1, -1, -1], [1, 0, -1, -1], [-1, -1, 0, 1], [-1, -1, 1, 0]]
    >>> found = best_modularity(square)
    >>> found.camps.tolist(), round(found.value, 12), found.is_exact
    ([0, 0, 1, 1], 0.5, True)
    """
    signed = signed_network(network)
    ties = float(np.abs(signed).sum())
    if not ties:
        return None
    gain = _beyond_chance(signed)
    alone = float(np.trace(gain))
    np.fill_diagonal(gain, 0)
    found = best_partition(
        gain, at_most=at_most, seed=seed, starts=starts, exact_to=exact_to, seconds=seconds
    )
    value = (2 * found.value + alone) / ties
    bound = value if found.is_exact else (2 * found.bound + alone) / ties
    return Modularity(found.camps, value, bound)


def climbed_modularity(
    network: ArrayLike, camps: ArrayLike, *, at_most: int | None = None, seed: int = 0
) -> Modularity | None:
    """Return the division with higher `signed_modularity` that climbing from one reaches.

    Quick, for a network that is nearly one whose best camps are known, as when its evidence is
    drawn again. None without ties; nothing is proven.

    Source: as `partition.searched_partition`, from one beginning.

    >>> square = [[0, 1, -1, -1], [1, 0, -1, -1], [-1, -1, 0, 1], [-1, -1, 1, 0]]
    >>> climbed_modularity(square, [0, 0, 0, 1]).camps.tolist()
    [0, 0, 1, 1]
    """
    signed = signed_network(network)
    ties = float(np.abs(signed).sum())
    if not ties:
        return None
    gain = _beyond_chance(signed)
    alone = float(np.trace(gain))
    np.fill_diagonal(gain, 0)
    found = climbed_partition(gain, camps, at_most=at_most, seed=seed)
    return Modularity(found.camps, (2 * found.value + alone) / ties, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class CoMembership:
    """How often any two actors were in one camp when the network was drawn again."""

    share: Values
    """A row and a column an actor, in [0, 1], 1 on the diagonal; without draws no rows."""
    draws: int


def co_membership(
    networks: Iterable[ArrayLike],
    divide: Callable[[ArrayLike], Camps],
    *,
    of_tied: bool = False,
) -> CoMembership:
    """Return how often any two actors are in one camp over networks drawn again.

    `networks` have the same actors in the same order, such as those of documents drawn with
    replacement; `divide` gives the camps of one, such as `lambda n: coalitions(n).camps`. The
    share of two actors is that of the draws that put them together: near 1 or 0 where the camps are
    sure, in the middle where they are not. With `of_tied` it is that of the draws in which both
    have a tie, 0 where there is none: whose documents are not drawn has not left its camp.

    Source: documents drawn as wholes as in `bootstrap`; Field and Welsh 2007,
    https://doi.org/10.1111/j.1467-9868.2007.00593.x

    >>> friends, foes = [[0, 1], [1, 0]], [[0, -1], [-1, 0]]
    >>> co_membership([friends, friends, friends, foes], lambda n: coalitions(n).camps).share
    array([[1.  , 0.75],
           [0.75, 1.  ]])
    >>> nobody = [[0, 0], [0, 0]]
    >>> drawn = [friends, foes, nobody]
    >>> co_membership(drawn, lambda n: coalitions(n).camps, of_tied=True).share
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    together, counted, draws = np.zeros((0, 0)), np.zeros((0, 0)), 0
    for network in networks:
        matrix = np.asarray(network)
        camps = camps_of(divide(network), len(matrix))
        if not draws:
            together, counted = np.zeros((2, len(camps), len(camps)))
        is_known = (matrix != 0).any(axis=1) if of_tied else np.ones(len(camps), dtype=np.bool_)
        is_counted = is_known[:, None] & is_known
        together += is_counted & (camps[:, None] == camps)
        counted += is_counted
        draws += 1
    share = np.divide(together, counted, out=np.zeros_like(together), where=counted > 0)
    if draws:
        np.fill_diagonal(share, 1)
    return CoMembership(share, draws)


def _beyond_chance(signed: Values) -> Values:
    """Return what any two gain by being in one camp, with each actor's own on the diagonal."""
    return _excess(np.maximum(signed, 0)) - _excess(np.maximum(-signed, 0))


def _excess(weights: Values) -> Values:
    """Return weights less those that chance gives actors with as many."""
    held = weights.sum(axis=0)
    total = held.sum()
    # One division of the products: both halves are alike to the last bit.
    expected = np.outer(held, held) / total if total else np.zeros_like(weights)
    return np.asarray(weights - expected)
