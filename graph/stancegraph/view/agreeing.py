"""How far every two of the actors shown agree, and in which order they show their camps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.ties import among, meetings_of
from stancegraph.columns import Held
from stancegraph.measure.agreement import Agreement
from stancegraph.measure.seriation import seriated

AT_MOST = 120
"""More actors than these are not set against each other: no square of them can be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Counts of every two actors: square and symmetric, a row an actor."""

    actors: tuple[str, ...]
    """Slugs, in an order in which camps stand together."""
    shared: NDArray[np.int64]
    """Options on which both have a position."""
    same: NDArray[np.int64]
    """Options with both on the same side; of recorded votes, both abstentions too."""
    opposite: NDArray[np.int64]
    of_actors: int
    """How many actors there are, of which these are shown."""

    def of(self, first: str, second: str) -> Agreement:
        """Return what two actors have in common."""
        i, j = self.actors.index(first), self.actors.index(second)
        same, opposite = int(self.same[i, j]), int(self.opposite[i, j])
        return Agreement(same, opposite, int(self.shared[i, j]) - same - opposite)


def pairs_of(held: Held, actors: tuple[str, ...]) -> Pairs:
    """Count the options that every two actors share and agree on, over all of a graph's options.

    Undecided pairs do not agree, but two recorded abstentions are one recorded deed, as in `align`.
    Of too many actors those with most positions are counted.
    """
    of_actors = len(actors)
    if len(actors) > AT_MOST:
        held_by = np.bincount(held.actor, minlength=len(held.actors))
        n = dict(zip(held.actors, held_by.tolist(), strict=True))
        actors = tuple(sorted(actors, key=lambda a: (-n.get(a, 0), a))[:AT_MOST])
    actors = tuple(a for a in actors if a in held.actors)
    met = meetings_of(among(held, actors))
    order = seriated(2.0 * met.same - met.shared)
    squares = (s[np.ix_(order, order)] for s in (met.shared, met.same, met.opposite))
    shared, agree, differ = squares
    return Pairs(tuple(actors[i] for i in order), shared, agree, differ, of_actors)


def two_mode_order(levels: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    """Order the rows and columns of a matrix of levels, NaN where there is none, by their camps.

    Rows are alike where the sum of products over shared columns is positive, columns likewise over
    rows. Among rows of the same place those that support stand first.
    """
    filled = np.nan_to_num(levels)
    return seriated(_likeness(filled)), seriated(_likeness(filled.T))


def _likeness(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    likeness = filled @ filled.T
    np.fill_diagonal(likeness, 0)
    return likeness
