"""Signed networks: who is tied to whom, how strongly, as friend or as foe.

A network is a square symmetric matrix, a row an actor: above 0 a tie of friends, below 0 one of
foes, 0 no tie. Nobody is tied to itself. Who is in which camp is one number an actor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]
Camps = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """The ties of a network, each once, as three columns in the order of the matrix."""

    first: NDArray[np.int64]
    """The actor with the lower number."""
    second: NDArray[np.int64]
    """The actor with the higher number."""
    weight: Values

    def __len__(self) -> int:
        return len(self.weight)


def signed_network(matrix: ArrayLike) -> Values:
    """Return a matrix as a network; raise ValueError where it is none.

    >>> signed_network([[0, -1], [-1, 0]]).tolist()
    [[0.0, -1.0], [-1.0, 0.0]]
    """
    network = np.array(matrix, dtype=np.float64)
    if not network.size:
        return np.zeros((0, 0))
    if network.ndim != 2 or network.shape[0] != network.shape[1]:
        raise ValueError(f"a network of shape {network.shape}: give a row and a column an actor")
    for what, is_bad in (
        ("is no number", ~np.isfinite(network)),
        ("is a tie of an actor to itself; give 0", np.diag(np.diag(network) != 0)),
        ("differs from its mirror image; give both ways alike", network != network.T),
    ):
        if is_bad.any():
            row, column = (int(x) for x in np.argwhere(is_bad)[0])
            raise ValueError(f"{float(network[row, column])!r} in cell {row}, {column} {what}")
    return network


def ties_of(network: Values) -> Ties:
    """Return the ties of a network, each once.

    >>> ties = ties_of(signed_network([[0, 2, 0], [2, 0, -1], [0, -1, 0]]))
    >>> ties.first.tolist(), ties.second.tolist(), ties.weight.tolist()
    ([0, 1], [1, 2], [2.0, -1.0])
    """
    first, second = np.nonzero(np.triu(network, 1))
    return Ties(first, second, network[first, second])


def in_order(camps: ArrayLike) -> Camps:
    """Return the same camps numbered from 0 in the order of their first members.

    >>> in_order([7, 7, 2, 7, 3]).tolist()
    [0, 0, 1, 0, 2]
    """
    _, first, members = np.unique(np.asarray(camps), return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[members]


def camps_of(camps: ArrayLike, actors: int) -> Camps:
    """Return camps as numbered from 0; raise ValueError unless every actor has one.

    >>> camps_of(["east", "west", "east"], 3).tolist()
    [0, 1, 0]
    """
    given = np.asarray(camps)
    if given.shape != (actors,):
        raise ValueError(f"camps of shape {given.shape} for {actors} actors: give one an actor")
    return in_order(given)


def odd_ties(network: Values, camps: ArrayLike) -> Ties:
    """Return the ties that a division into camps does not explain: foes within, friends across.

    >>> network = signed_network([[0, 1, 1], [1, 0, -1], [1, -1, 0]])
    >>> odd_ties(network, [0, 0, 0]).weight.tolist(), odd_ties(network, [0, 1, 0]).weight.tolist()
    ([-1.0], [1.0])
    """
    ties, camp = ties_of(network), camps_of(camps, len(network))
    is_odd = (camp[ties.first] == camp[ties.second]) != (ties.weight > 0)
    return Ties(ties.first[is_odd], ties.second[is_odd], ties.weight[is_odd])
