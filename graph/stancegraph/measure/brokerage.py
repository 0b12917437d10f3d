"""Who stands between others: brokers among groups, and on the shortest ways of friends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.signed import Camps, Values, camps_of, signed_network

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
"""Of a broker j in i -> j -> k: by the groups AAA, ABA, AAB, ABB, ABC. All five are the total."""

DRAWS = 20_000
"""So many times chance is drawn for a probability."""

TIE = 1e-9
"""Ways whose lengths differ by less than this share are equally long: 1/3 + 1/3 + 1/3 is 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Brokerage:
    """How often each actor is a broker, and how often chance would make it one.

    A row an actor; a column for each of ROLES, and a last one for all of them.
    """

    count: NDArray[np.int64]
    expected: Values
    deviation: Values
    """The standard deviation of what chance would give."""

    @property
    def z(self) -> Values:
        """How many deviations the count lies above what is expected; NaN without deviation."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(
                self.deviation > 0, (self.count - self.expected) / self.deviation, np.nan
            )


def brokerage(network: ArrayLike, groups: ArrayLike, *, is_mutual: bool = False) -> Brokerage:
    """Count how often each actor brokers between two who are not tied, by their groups.

    j brokers from i to k where i -> j and j -> k but not i -> k, all three apart. A cell i, j of
    `network` above 0 is a tie from i to j: those below 0 and weights do not count. Of a symmetric
    network each open pair counts twice, once each way. With groups A, B, C, in the order i, j, k:
    coordinator AAA, itinerant ABA, representative AAB, gatekeeper ABB, liaison ABC.

    Expected are, given the groups, ties drawn each with the chance d, the share of all possible
    ones that there are: t d^2 (1 - d) of t pairs i, k that fit the role; the variance adds, to
    that of single pairs, d^3 (1 - d)^2 - d^4 (1 - d)^2 for every two that share a tie. z above
    1.96 is rare by chance, but counts are few and skewed: read it as an order. An isolated actor
    has count 0. Fewer than three actors: nothing is expected and z is NaN.

    With `is_mutual` a tie is drawn once for both ways, as it is in a symmetric network. The same is
    expected, but an open pair counts in both its directions or in neither: variances are twice as
    large where both count for one role, as for all but representative and gatekeeper, which count
    one direction each. Without it, z of a symmetric network is too far from 0 by the root of 2.

    Source: Gould and Fernandez 1989, https://doi.org/10.2307/270949

    Two in group 0, one of whom passes on what the other says to the only one in group 1:

    >>> found = brokerage([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [0, 0, 1])
    >>> dict(zip([*ROLES, "all"], found.count[1].tolist()))
    {'coordinator': 0, 'itinerant': 0, 'representative': 1, 'gatekeeper': 0, 'liaison': 0, 'all': 1}
    """
    tied = _directed(network)
    group = camps_of(groups, len(tied))
    sizes = np.bincount(group)
    count = np.zeros((len(tied), len(ROLES) + 1), dtype=np.int64)
    for broker in range(len(tied)):
        before, after = np.flatnonzero(tied[:, broker]), np.flatnonzero(tied[broker])
        is_open = ~tied[np.ix_(before, after)] & (before[:, None] != after)
        role = _role(group[before][:, None], group[broker], group[after])
        count[broker, :-1] = np.bincount(role[is_open], minlength=len(ROLES))
    count[:, -1] = count.sum(axis=1)
    possible = len(tied) * (len(tied) - 1)
    density = tied.sum() / possible if possible else 0.0
    chance = np.array([_by_chance(sizes, own, density) for own in range(len(sizes))])
    chance = chance.reshape(len(sizes), 2, len(ROLES) + 1)[group]
    if is_mutual:
        chance[:, 1, [0, 1, 4, 5]] *= 2
    return Brokerage(count, chance[:, 0], np.sqrt(chance[:, 1]))


def _directed(network: ArrayLike) -> NDArray[np.bool_]:
    matrix = np.asarray(network, dtype=np.float64)
    if not matrix.size:
        return np.zeros((0, 0), dtype=np.bool_)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"a network of shape {matrix.shape}: give a row and a column an actor")
    tied = matrix > 0
    np.fill_diagonal(tied, False)
    return tied


def _role(before: Camps, own: int, after: Camps) -> NDArray[np.int64]:
    """Return the place in ROLES of a broker by the groups that it stands between."""
    is_first, is_last, is_same = before == own, after == own, before == after
    return np.select(
        [is_first & is_last, is_same, is_first, is_last], [0, 1, 2, 3], default=4
    ).astype(np.int64)


def _by_chance(sizes: NDArray[np.int64], own: int, density: float) -> Values:
    """Return the expected counts of an actor of a group, and below them their variances."""
    others = sizes - (np.arange(len(sizes)) == own)
    group = np.arange(len(sizes))
    role = _role(group[:, None], own, group)
    single = density**2 * (1 - density)
    joint = density**3 * (1 - density) ** 2 - single**2
    chance = np.zeros((2, len(ROLES) + 1))
    for at in range(len(ROLES) + 1):
        fits = (role == at) | (at == len(ROLES))
        ends = fits @ others - np.diag(fits)
        starts = others @ fits - np.diag(fits)
        pairs = others @ ends
        # Two pairs share a tie where they have the first or the last actor in common.
        sharing = others @ (ends * (ends - 1)) + others @ (starts * (starts - 1))
        chance[:, at] = pairs * single, pairs * single * (1 - single) + sharing * joint
    return chance


@dataclass(frozen=True, slots=True, eq=False)
class Across:
    """Between how many pairs of different groups each actor stands, and what chance would give."""

    count: NDArray[np.int64]
    expected: Values
    p: Values
    """How likely as many are by chance, 1 for none."""


def across(network: ArrayLike, groups: ArrayLike, *, draws: int = DRAWS, seed: int = 0) -> Across:
    """Count the pairs of different groups that are each actor's friends, but not each other's.

    A cell above 0 of the symmetric `network` is a tie of friends; each pair counts once, so that it
    is gatekeeper and liaison of `brokerage` together. By chance, as there, each tie is drawn with
    the share d of all possible ones that there are: expected are t d^2 (1 - d) of t pairs. The
    actor then has k_g friends in group g, binomial of its size and d, and of the m pairs of them in
    different groups a number is open that is binomial of m and 1 - d. Over `draws` of k_g, p is the
    mean of P(X >= count), plus one as if the actor itself were drawn: never below 1 / (draws + 1).

    Source: the chance of Gould and Fernandez 1989, https://doi.org/10.2307/270949; p of draws,
    Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585

    The first is a friend of two in different groups:

    >>> found = across([[0, 1, 1], [1, 0, 0], [1, 0, 0]], [0, 0, 1])
    >>> found.count.tolist(), found.expected.round(3).tolist(), found.p[1:].tolist()
    ([1, 0, 0], [0.148, 0.148, 0.0], [1.0, 1.0])
    """
    from scipy.special import bdtrc

    tied = _directed(signed_network(network))
    group = camps_of(groups, len(tied))
    near = tied.astype(np.float64)
    is_open = ((group[:, None] != group) & ~tied).astype(np.float64)
    count = np.rint((near @ is_open * near).sum(axis=1) / 2).astype(np.int64)
    possible = len(tied) * (len(tied) - 1)
    density = float(tied.sum() / possible) if possible else 0.0
    sizes = np.bincount(group)
    rng = np.random.default_rng(seed)
    expected, p = np.zeros(len(tied)), np.ones(len(tied))
    for own_size in np.unique(sizes).tolist():
        others = np.sort(sizes)
        others[np.searchsorted(others, own_size)] -= 1
        pairs = (others.sum() ** 2 - (others**2).sum()) / 2
        friends = rng.binomial(others, density, (draws, len(others)))
        m = (friends.sum(axis=1) ** 2 - (friends**2).sum(axis=1)) // 2
        here = np.flatnonzero(sizes[group] == own_size)
        expected[here] = pairs * density**2 * (1 - density)
        for n in here[count[here] > 0].tolist():
            enough = m[m >= count[n]]
            likely = bdtrc(count[n] - 1, enough, 1 - density).sum()
            p[n] = (likely + 1) / (draws + 1)
    return Across(count, expected, p)


def betweenness(network: ArrayLike) -> Values:
    """Return on how many shortest ways between others each actor lies, along ties of friends.

    b_v = sum over pairs s, t other than v of (shortest ways through v) / (shortest ways), each pair
    once. A tie of weight w > 0 is 1 / w long, so that strong ties are short; foes and no tie lead
    nowhere. From 0 to (n - 1)(n - 2) / 2, that of the centre of a star; 0 for isolated actors. Ways
    between parts that no tie connects do not exist and do not count. Multiplying all weights by one
    number leaves it as it is.

    Source: Freeman 1977, https://doi.org/10.2307/3033543; by counting ways, Brandes 2001,
    https://doi.org/10.1080/0022250X.2001.9990249; weights as 1 / length, Newman 2001,
    https://doi.org/10.1103/PhysRevE.64.016132

    From the first to the third both ways are 1 long:

    >>> betweenness([[0, 2, 1], [2, 0, 2], [1, 2, 0]]).tolist()
    [0.0, 0.5, 0.0]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    signed = signed_network(network)
    found = np.zeros(len(signed))
    if not len(signed):
        return found
    with np.errstate(divide="ignore"):
        length = np.where(signed > 0, 1 / np.maximum(signed, 0), np.inf)
    away = dijkstra(csr_array(np.where(np.isinf(length), 0, length)), directed=False)
    for source in range(len(signed)):
        found += _dependency(length, away[source], source)
    return found / 2


def _dependency(length: Values, away: Values, source: int) -> Values:
    """Return how much the ways from one actor to all others depend on each."""
    reached = np.flatnonzero(np.isfinite(away))
    order = reached[np.argsort(away[reached], kind="stable")]
    with np.errstate(invalid="ignore"):
        is_on_way = np.abs(away[:, None] + length - away) <= TIE * away
    ways, share = np.zeros(len(away)), np.zeros(len(away))
    ways[source] = 1
    for actor in order[1:]:
        ways[actor] = ways[is_on_way[:, actor]].sum()
    for actor in order[:0:-1]:
        before = is_on_way[:, actor]
        share[before] += ways[before] / ways[actor] * (1 + share[actor])
    share[source] = 0
    return share
