"""Actors divided so that what they gain by being together is greatest.

Coalitions, communities and camps are all of this form: a symmetric matrix says what any two gain,
or lose, by being in one camp, and the sum over all pairs within camps is to be greatest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.signed import (
    Camps,
    Ties,
    Values,
    camps_of,
    in_order,
    signed_network,
    ties_of,
)
from stancegraph.measure.solver import Conditions, conditions, minimum

EXACT_TO = 60
"""Up to so many actors that may end up together, the best division is sought and proven."""

SECONDS = 10.0
"""How long the proof may take unless told otherwise."""

STARTS = 30
"""From so many beginnings a search climbs; benchmarks/dynamics.py says what it misses."""

SHAKES = 9
"""How often each climb is followed by one from the best so far, with some actors misplaced."""

CUTS = 5_000
"""So many violated conditions enter a program at a time."""

TINY = 1e-9
"""A gain below this share of the largest is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """A division into camps, what it gains, and what any division gains at most."""

    camps: Camps
    """The camp of each actor, numbered from 0 in the order of their first members."""
    value: float
    """The sum of the gains of all pairs that are in one camp."""
    bound: float
    """What no division exceeds: `value` where exact, infinite where only a search was made."""

    @property
    def is_exact(self) -> bool:
        """Whether no division gains more; others may gain as much."""
        return self.value == self.bound

    @property
    def count(self) -> int:
        """How many camps there are."""
        return int(self.camps.max(initial=-1)) + 1


def gained(gain: Values, camps: ArrayLike) -> float:
    """Return the sum of gains of all pairs in one camp.

    >>> gained(np.array([[0, 2, -1], [2, 0, 5], [-1, 5, 0]]), [0, 0, 1])
    2.0
    """
    camp = np.asarray(camps)
    within = camp[:, None] == camp
    return float(np.triu(gain, 1)[np.triu(within, 1)].sum())


def best_partition(
    gain: ArrayLike,
    *,
    at_most: int | None = None,
    seed: int = 0,
    starts: int = STARTS,
    exact_to: int = EXACT_TO,
    seconds: float = SECONDS,
) -> Partition:
    """Return the division into camps that gains most.

    `gain` is symmetric with an empty diagonal. Into as many camps as gain most, or into `at_most`
    so many. A search from several beginnings finds it (`searched_partition`); where at most
    `exact_to` actors may be together it is then proven by an integer program, for at most
    `seconds`, whose camps are taken only if they gain more. So whether there is a proof may depend
    on the machine, the camps hardly. Actors who gain by no company are alone. No actors: no camps.
    Raises ValueError for `at_most` below 1.

    >>> found = best_partition([[0, 2, -3], [2, 0, 1], [-3, 1, 0]])
    >>> found.camps.tolist(), found.value, found.is_exact
    ([0, 0, 1], 2.0, True)
    """
    matrix = signed_network(gain)
    found = searched_partition(matrix, at_most=at_most, seed=seed, starts=starts)
    groups = parts(matrix)
    largest = len(matrix) if at_most else max((len(group) for group in groups), default=0)
    if largest > exact_to:
        return found
    proven = exact_partition(matrix, at_most=at_most, seconds=seconds)
    if proven.value > found.value + _tolerance(matrix):
        return proven
    return Partition(found.camps, found.value, _met(proven.bound, found.value, matrix))


def exact_partition(
    gain: ArrayLike, *, at_most: int | None = None, seconds: float = SECONDS
) -> Partition:
    """Return the division that gains most, by an integer program.

    Maximise sum over i < j of g_ij x_ij with x_ij = 1 where i and j are together, and
    x_ij + x_jk - x_ik <= 1 for all i, j, k: who is together with j is together. Only the violated
    ones of these conditions enter the program, round by round. With `at_most` so many camps, the
    program says which camp each actor is in. Actors whom no path of gains connects are never
    better together, so that each such part is solved alone. Where `seconds` are over, parts that
    are not done stay divided into actors, and the bound is above the value.

    Source: Groetschel and Wakabayashi 1989, https://doi.org/10.1007/BF01589097

    >>> exact_partition([[0, 1, 1], [1, 0, -3], [1, -3, 0]]).value
    1.0
    """
    matrix = signed_network(gain)
    _check(at_most)
    until = time.monotonic() + seconds
    if at_most is None:
        return _unlimited(matrix, until)
    # What is best without a limit often keeps it; at worst it says what is gained at most.
    found = _unlimited(matrix, time.monotonic() + seconds / 2)
    return found if found.count <= at_most else _assigned(matrix, at_most, found.bound, until)


def searched_partition(
    gain: ArrayLike, *, at_most: int | None = None, seed: int = 0, starts: int = STARTS
) -> Partition:
    """Return the best division that climbs from several beginnings reach.

    Actors in random order move to the camp where they gain most, until none does; camps then move
    like actors, and so on until nothing gains. Half of the climbs begin with everybody alone, half
    with random camps. After each, some actors of the best so far change places with chance, and it
    climbs again. The same seed gives the same camps. Nothing is proven: the bound is infinite.

    Source: Blondel et al. 2008, https://doi.org/10.1088/1742-5468/2008/10/P10008, with moves of
    single actors after each merger as in Traag, Waltman and van Eck 2019,
    https://doi.org/10.1038/s41598-019-41695-z

    >>> searched_partition([[0, 2, -3], [2, 0, 1], [-3, 1, 0]], seed=1).camps.tolist()
    [0, 0, 1]
    """
    matrix = signed_network(gain)
    _check(at_most)
    rng = np.random.default_rng(seed)
    best, value = np.zeros(len(matrix), dtype=np.int64), -np.inf
    for start in range(starts):
        for again in range(1 + SHAKES):
            begin = _shaken(best, rng) if again else _beginning(len(matrix), at_most, start, rng)
            camps = _climbed(matrix, begin, at_most, rng)
            reached = gained(matrix, camps)
            if reached > value + _tolerance(matrix):
                best, value = in_order(camps), reached
    return Partition(best, gained(matrix, best), np.inf)


def climbed_partition(
    gain: ArrayLike, camps: ArrayLike, *, at_most: int | None = None, seed: int = 0
) -> Partition:
    """Return the division that a single climb from given camps reaches.

    It gains no less than they do. Nothing is proven: the bound is infinite. Raises ValueError for
    more camps than `at_most`.

    Source: as `searched_partition`.

    >>> climbed_partition([[0, 2, -3], [2, 0, 1], [-3, 1, 0]], [0, 1, 1]).camps.tolist()
    [0, 0, 1]
    """
    matrix = signed_network(gain)
    _check(at_most)
    begin = camps_of(camps, len(matrix))
    if at_most is not None and begin.max(initial=-1) >= at_most:
        raise ValueError(f"{int(begin.max()) + 1} camps to begin with, and at most {at_most}")
    found = _climbed(matrix, begin, at_most, np.random.default_rng(seed))
    return Partition(found, gained(matrix, found), np.inf)


def parts(gain: Values) -> list[NDArray[np.int64]]:
    """Return the actors whom paths of gains connect, part by part.

    >>> [part.tolist() for part in parts(np.array([[0, -1, 2], [-1, 0, -1], [2, -1, 0]]))]
    [[0, 2], [1]]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not len(gain):
        return []
    _, part = connected_components(csr_array(gain > 0), directed=False)
    return [np.flatnonzero(part == number) for number in range(part.max() + 1)]


def _check(at_most: int | None) -> None:
    if at_most is not None and at_most < 1:
        raise ValueError(f"at most {at_most} camps: give at least 1, or None for any number")


def _tolerance(gain: Values) -> float:
    return TINY * float(np.abs(gain).max(initial=0)) * max(1, len(gain))


def _met(bound: float, value: float, gain: Values) -> float:
    """Return the bound, which is the value where it meets it up to the solver's tolerance."""
    return value if bound <= value + 1e-6 * float(np.abs(gain).max(initial=0)) else bound


def _unlimited(gain: Values, until: float) -> Partition:
    """Return the best division into as many camps as gain most."""
    camps, bound = np.arange(len(gain)), 0.0
    for members in parts(gain):
        inside, most = _joined(gain[np.ix_(members, members)], until)
        camps[members] = members[inside]
        bound += most
    value = gained(gain, camps)
    return Partition(in_order(camps), value, _met(bound, value, gain))


def _joined(gain: Values, until: float) -> tuple[Camps, float]:
    """Return the best camps of one part, and what is gained at most."""
    first, second = np.triu_indices(len(gain), 1)
    pairs = gain[first, second]
    cuts: list[Conditions] = []
    camps, bound = np.arange(len(gain)), float(pairs[pairs > 0].sum())
    is_whole = False
    while True:
        left = until - time.monotonic()
        together, least = minimum(-pairs, cuts, whole=is_whole, seconds=left)
        bound = min(bound, -least)
        if together is None:
            return camps, bound
        violated = _violated(together, len(gain))
        if len(violated):
            cuts.append(violated)
        elif is_whole or np.all((together < 1e-6) | (together > 1 - 1e-6)):
            break
        else:
            is_whole = True
    matrix = np.eye(len(gain), dtype=np.bool_)
    matrix[first, second] = matrix[second, first] = together > 0.5
    return in_order(matrix.argmax(axis=1)), bound


def _violated(together: Values, actors: int) -> Conditions:
    """Return the conditions that pairs violate most: both with a third, but not together."""
    number = np.zeros((actors, actors), dtype=np.int64)
    upper = np.triu_indices(actors, 1)
    number[upper] = np.arange(len(together))
    number += number.T
    x = np.zeros((actors, actors))
    x[upper] = together
    x += x.T
    found, excess = [], []
    for j in range(actors):
        over = x[:, j, None] + x[j] - x - 1
        over[j] = over[:, j] = 0
        i, k = np.nonzero(np.triu(over > 1e-6, 1))
        found.append(np.column_stack([number[i, j], number[j, k], number[i, k]]))
        excess.append(over[i, k])
    order = np.argsort(-np.concatenate(excess), kind="stable")[:CUTS]
    return conditions(np.concatenate(found)[order], [1, 1, -1], 1)


def _assigned(gain: Values, at_most: int, most: float, until: float) -> Partition:
    """Return the best division into at most so many camps: a variable says who is in which.

    `most` is what is known to be gained at most.
    """
    actors = len(gain)
    camps = min(at_most, actors)
    order = np.argsort(-np.abs(gain).sum(axis=0), kind="stable")
    ordered = gain[np.ix_(order, order)]
    ties = ties_of(ordered)
    odd = actors * camps + np.arange(len(ties))
    # Camps can be renamed: the first actor is in the first camp, the second in the first two.
    is_allowed = np.arange(camps) <= np.arange(actors)[:, None]
    found, least = minimum(
        np.concatenate([np.zeros(actors * camps), np.abs(ties.weight)]),
        [
            *_one_camp_each(actors, camps),
            *_odd_where(ties, odd, camps),
            unbalanced(ordered, ties, odd, foes=camps <= 2),
        ],
        whole=np.arange(actors * camps + len(ties)) < actors * camps,
        high=np.concatenate([is_allowed.ravel().astype(np.float64), np.ones(len(ties))]),
        seconds=until - time.monotonic(),
    )
    members = np.zeros(actors, dtype=np.int64)
    if found is not None:
        members[order] = found[: actors * camps].reshape(actors, camps).argmax(axis=1)
    value = gained(gain, members)
    # All gains, less what the odd ties cost at least.
    bound = float(ties.weight[ties.weight > 0].sum()) - max(0.0, least)
    return Partition(in_order(members), value, _met(min(bound, most), value, gain))


def _one_camp_each(actors: int, camps: int) -> Iterator[Conditions]:
    own = np.arange(actors * camps).reshape(actors, camps)
    yield conditions(own, 1, 1)
    yield conditions(own, -1, -1)


def _odd_where(ties: Ties, odd: NDArray[np.int64], camps: int) -> Iterator[Conditions]:
    """Say that a pair is odd that gains apart, or loses together."""
    gains = ties.weight > 0
    for camp in range(camps):
        ends = np.column_stack([ties.first * camps + camp, ties.second * camps + camp, odd])
        yield conditions(ends[gains], [1, -1, -1], 0)
        yield conditions(ends[~gains], [1, 1, -1], 1)


def unbalanced(network: Values, ties: Ties, odd: NDArray[np.int64], *, foes: bool) -> Conditions:
    """Say of every triangle that no camps explain that one of its ties is odd.

    `odd` numbers the variables of the ties. Three foes can be in three camps, not in two: `foes`
    says that their triangles count too. Without these conditions a program takes far longer.

    >>> network = signed_network([[0, 1, 1], [1, 0, -1], [1, -1, 0]])
    >>> unbalanced(network, ties_of(network), np.array([7, 8, 9]), foes=False).columns.tolist()
    [[7, 8, 9]]
    """
    number = np.zeros(network.shape, dtype=np.int64)
    number[ties.first, ties.second] = odd
    signs = np.sign(network)
    found = [np.empty((0, 3), dtype=np.int64)]
    for i, j, sign in zip(ties.first, ties.second, np.sign(ties.weight), strict=True):
        friends = sign + signs[i] + signs[j]
        third = np.flatnonzero((sign * signs[i] * signs[j] < 0) & (foes | (friends > 0)))
        third = third[third > j]
        ends = np.full(len(third), number[i, j])
        found.append(np.column_stack([ends, number[i, third], number[j, third]]))
    return conditions(np.concatenate(found), -1, -1)


def _beginning(actors: int, at_most: int | None, start: int, rng: np.random.Generator) -> Camps:
    """Return everybody alone, or in random camps."""
    if at_most is None and start % 2 == 0:
        return np.arange(actors)
    return rng.integers(0, at_most or rng.integers(1, actors + 1) if actors else 1, actors)


def _shaken(camps: Camps, rng: np.random.Generator) -> Camps:
    """Return the camps with some actors, a half at most, in the camps of others."""
    chosen = rng.random(len(camps)) < rng.uniform(0, 0.5)
    return np.where(chosen, rng.permutation(camps), camps)


def _climbed(gain: Values, camps: Camps, at_most: int | None, rng: np.random.Generator) -> Camps:
    """Move actors, then whole camps, until neither gains."""
    while True:
        camps = in_order(_moved(gain, camps, at_most, rng))
        between = _by_camp(_by_camp(gain, camps).T, camps)
        np.fill_diagonal(between, 0)
        above = in_order(_moved(between, np.arange(len(between)), at_most, rng))
        if above.max(initial=-1) + 1 == len(between):
            return camps
        camps = above[camps]


def _by_camp(gain: Values, camps: Camps) -> Values:
    """Sum the columns of each camp."""
    order = np.argsort(camps, kind="stable")
    starts = np.flatnonzero(np.diff(camps[order], prepend=-1))
    return np.add.reduceat(gain[:, order], starts, axis=1) if len(camps) else gain


def _moved(gain: Values, camps: Camps, at_most: int | None, rng: np.random.Generator) -> Camps:
    """Move each where it gains most, in random order, until nobody moves."""
    camps = in_order(camps)
    members = np.bincount(camps, minlength=at_most or len(gain))
    offers = np.zeros((len(gain), len(members)))
    offers[:, : camps.max(initial=-1) + 1] = _by_camp(gain, camps)
    least = _tolerance(gain)
    has_moved = len(gain) > 0
    while has_moved:
        has_moved = False
        for actor in rng.permutation(len(gain)).tolist():
            offer, here = offers[actor], camps[actor]
            there = offer.argmax()
            if offer[there] <= offer[here] + least:
                continue
            camps[actor], has_moved = there, True
            offers[:, here] -= gain[actor]
            offers[:, there] += gain[actor]
            members[here] -= 1
            members[there] += 1
            if not members[here]:
                offers[:, here] = 0
    return camps
