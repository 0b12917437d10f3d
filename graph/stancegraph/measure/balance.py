"""How far friends of friends are friends, and foes of foes: balance of a signed network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.signed import Values, signed_network, ties_of


@dataclass(frozen=True, slots=True)
class Census:
    """How many triangles there are of each kind, by the signs of their three ties."""

    friends: int
    """+++: three friends."""
    divided: int
    """++-: two foes with a common friend."""
    common_foe: int
    """+--: two friends with a common foe."""
    foes: int
    """---: three foes."""

    @property
    def triangles(self) -> int:
        """All triangles, closed by ties of either sign."""
        return self.friends + self.divided + self.common_foe + self.foes

    @property
    def balance(self) -> float | None:
        """The share of balanced triangles, in [0, 1]; None without triangles."""
        balanced = self.friends + self.common_foe
        return balanced / self.triangles if self.triangles else None


def triangle_census(network: ArrayLike) -> Census:
    """Count the triangles of each kind.

    A triangle is balanced where the product of its signs is positive: +++ and +--. With P and N
    the matrices of friends and foes as zeros and ones, +++ is tr P^3 / 6, ++- is tr P^2 N / 2,
    +-- is tr P N^2 / 2 and --- is tr N^3 / 6. Weights do not count, only signs. The balance is
    T = balanced / all, in [0, 1]; a network without triangles has none, which is not the same as
    being balanced. Ties turned to their contrary turn +++ to --- and ++- to +--.

    Source: Cartwright and Harary 1956, https://doi.org/10.1037/h0046049; as a share, Aref and
    Wilson 2018, https://doi.org/10.1093/comnet/cnx044

    Two friends with a common foe, and a fourth whom only the first two know:

    >>> found = triangle_census([[0, 1, -1, 1], [1, 0, -1, -1], [-1, -1, 0, 0], [1, -1, 0, 0]])
    >>> found.friends, found.divided, found.common_foe, found.foes, found.balance
    (0, 1, 1, 0, 0.5)
    """
    signed = signed_network(network)
    friend, foe = (np.asarray(x, dtype=np.float64) for x in (signed > 0, signed < 0))
    friends_of_friends, foes_of_foes = friend @ friend, foe @ foe
    return Census(
        friends=round((friends_of_friends * friend).sum() / 6),
        divided=round((friends_of_friends * foe).sum() / 2),
        common_foe=round((foes_of_foes * friend).sum() / 2),
        foes=round((foes_of_foes * foe).sum() / 6),
    )


def walk_balance(network: ArrayLike) -> float | None:
    """Return the share of closed walks that are balanced, long ones counting less.

    K = tr e^S / tr e^|S|, with S the signs of the ties: the sum over all closed walks of length k,
    each counted 1 / k! and with the product of its signs, over the same sum without signs. In
    (0, 1]: 1 where all cycles are balanced, as where there is none. None without actors. Turning
    all signs changes it, unless every cycle is even. The larger and denser the network, the lower
    it is for the same share of odd ties: compare networks of one size, and see `frustration`.

    Source: Estrada and Benzi 2014, https://doi.org/10.1103/PhysRevE.90.042802

    An unbalanced triangle has eigenvalues -2, 1, 1 and, were all friends, 2, -1, -1:

    >>> from math import exp
    >>> found = walk_balance([[0, 1, 1], [1, 0, -1], [1, -1, 0]])
    >>> round(found, 6) == round((exp(-2) + 2 * exp(1)) / (exp(2) + 2 * exp(-1)), 6)
    True
    """
    signs = np.sign(signed_network(network))
    if not len(signs):
        return None
    with_signs, without = np.linalg.eigvalsh(signs), np.linalg.eigvalsh(np.abs(signs))
    # The largest eigenvalue of |S| is at least that of S: over its exponential, nothing overflows.
    most = without.max()
    return _sum_of_exponentials(with_signs - most) / _sum_of_exponentials(without - most)


def _sum_of_exponentials(exponents: Values) -> float:
    return float(np.exp(exponents).sum())


def strain(network: ArrayLike) -> NDArray[np.int64]:
    """Return in how many unbalanced triangles each tie is.

    With S the signs and A = |S|, (A^2 - S * S^2)_ij / 2 for tied i and j: the product of signs of a
    triangle with k is s_ij s_ik s_kj. Symmetric, 0 where there is no tie. Each unbalanced triangle
    counts for its three ties, so that the sum over ties is three times their number.

    Source: Cartwright and Harary 1956, https://doi.org/10.1037/h0046049

    >>> strain([[0, 1, 1, 0], [1, 0, -1, 0], [1, -1, 0, 1], [0, 0, 1, 0]])[2].tolist()
    [1, 1, 0, 0]
    """
    signs = np.sign(signed_network(network))
    tied = np.abs(signs)
    return np.asarray(((tied @ tied) * tied - (signs @ signs) * signs) / 2, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Saying:
    """How many of the tied pairs that a third connects in one way are friends."""

    friends: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Sayings:
    """What the pairs are to each other that have a friend, a foe or one of each in common."""

    common_friend: Saying
    """Is my friend's friend my friend?"""
    common_foe: Saying
    """Is my foe's foe my friend?"""
    friend_and_foe: Saying
    """Is my friend's foe my foe? Those that are friends speak against it."""


def sayings(network: ArrayLike) -> Sayings:
    """Count what tied pairs are to each other, by what a third is to both.

    With P and N the friends and foes as zeros and ones: of the tied pairs with (P^2)_ij > 0, with
    (N^2)_ij > 0 and with (PN)_ij > 0 or (NP)_ij > 0, those that are friends. A pair can have
    several such thirds, and counts in each of the three kinds once. Without such pairs 0 of 0.

    Source: the four rules of Heider 1946, https://doi.org/10.1080/00223980.1946.9917275

    Two friends with a common foe:

    >>> found = sayings([[0, 1, -1], [1, 0, -1], [-1, -1, 0]])
    >>> found.common_foe, found.friend_and_foe, found.common_friend
    (Saying(friends=1, pairs=1), Saying(friends=0, pairs=2), Saying(friends=0, pairs=0))
    """
    signed = signed_network(network)
    friend, foe = (np.asarray(x, dtype=np.float64) for x in (signed > 0, signed < 0))
    mixed = friend @ foe
    return Sayings(
        common_friend=_saying(signed, friend @ friend),
        common_foe=_saying(signed, foe @ foe),
        friend_and_foe=_saying(signed, mixed + mixed.T),
    )


def _saying(signed: Values, thirds: Values) -> Saying:
    of = np.triu(signed, 1)[thirds > 0]
    return Saying(friends=int((of > 0).sum()), pairs=int((of != 0).sum()))


Triangle = tuple[int, int, int]


def unbalanced_triangles(network: ArrayLike, *, most: int) -> list[Triangle]:
    """Return the clearest unbalanced triangles: those whose weakest tie is strongest.

    At most so many, each by its three actors in their order. Of equally clear ones those first
    whose ties are in more unbalanced triangles, then in the order of the actors.

    Source: Cartwright and Harary 1956, https://doi.org/10.1037/h0046049

    >>> unbalanced_triangles([[0, 1, 1], [1, 0, -1], [1, -1, 0]], most=5)
    [(0, 1, 2)]
    """
    signed = signed_network(network)
    strains, size, signs = strain(signed), np.abs(signed), np.sign(signed)
    found: list[tuple[float, int, Triangle]] = []
    ties = ties_of(signed)
    by_size = np.argsort(-np.abs(ties.weight), kind="stable")
    for i, j in zip(ties.first[by_size].tolist(), ties.second[by_size].tolist(), strict=True):
        if len(found) == most and size[i, j] < -found[-1][0]:
            break  # a triangle is no clearer than its weakest tie
        is_bad = signs[i, j] * signs[i] * signs[j] < 0
        is_bad[: j + 1] = False
        for k in np.flatnonzero(is_bad).tolist():
            clear = float(min(size[i, j], size[i, k], size[j, k]))
            if len(found) == most and clear < -found[-1][0]:
                continue
            through = int(strains[i, j] + strains[i, k] + strains[j, k])
            found = sorted([*found, (-clear, -through, (i, j, k))])[:most]
    return [triangle for _, _, triangle in found]
