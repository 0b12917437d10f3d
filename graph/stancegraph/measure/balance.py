"""How far friends of friends are friends, and foes of foes: balance of a signed network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stancegraph.measure.signed import Values, signed_network


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
