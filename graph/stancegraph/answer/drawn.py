"""Which part of a network a picture of it shows, where it is too large to be seen as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.answer import Citation
from stancegraph.measure.signed import ties_of

MOST_NODES = 80
MOST_TIES = 400


@dataclass(frozen=True, slots=True)
class Drawn:
    """The actors and ties of a network that are drawn, by their numbers."""

    actors: tuple[int, ...]
    ties: tuple[tuple[int, int], ...]
    left_out: str
    """What is not drawn, in a sentence; empty where all is."""


def drawn_of(rank: NDArray[np.float64], *, nodes: int = MOST_NODES, ties: int = MOST_TIES) -> Drawn:
    """Choose what is drawn: the ties with the highest ranks, and the actors that have them.

    `rank` is symmetric and says how much each tie matters; 0 is no tie. Actors come by their
    highest tie, then by the sum of all; equals by their numbers.

    >>> rank = np.array([[0.0, 1, 0], [1, 0, 2], [0, 2, 0]])
    >>> drawn_of(rank, nodes=2)
    Drawn(actors=(1, 2), ties=((1, 2),), left_out='Not drawn: 1 of 3 actors and 1 of 2 ties.')
    """
    size = len(rank)
    order = np.lexsort((np.arange(size), -rank.sum(axis=1), -rank.max(axis=1, initial=0)))
    actors = np.sort(order[:nodes])
    inside = ties_of(rank[np.ix_(actors, actors)])
    kept = np.sort(np.argsort(-inside.weight, kind="stable")[:ties])
    pairs = zip(
        actors[inside.first[kept]].tolist(), actors[inside.second[kept]].tolist(), strict=True
    )
    found = tuple((int(i), int(j)) for i, j in pairs)
    total = len(ties_of(rank))
    parts = [
        f"{missing} of {whole} {what}"
        for missing, whole, what in (
            (size - len(actors), size, "actors"),
            (total - len(found), total, "ties"),
        )
        if missing
    ]
    left_out = f"Not drawn: {' and '.join(parts)}." if parts else ""
    return Drawn(tuple(actors.tolist()), found, left_out)


def records_of(evidence: Sequence[Citation], a: str, b: str) -> tuple[str, ...]:
    """Return the records cited of two actors on options on which both are cited."""
    options = [{c.option for c in evidence if c.holder == actor} for actor in (a, b)]
    both = set.intersection(*options)
    return tuple(dict.fromkeys(c.id for c in evidence if c.holder in (a, b) and c.option in both))
