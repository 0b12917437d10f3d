"""How far every two of the actors shown agree, and in which order they show their camps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancegraph.columns import Held
from stancegraph.measure.agreement import Agreement
from stancegraph.positions import VOTE

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
    level, is_vote = _matrices(held, actors)
    pro, con = (level > 0).astype(np.float32), (level < 0).astype(np.float32)
    known = np.isfinite(level).astype(np.float32)
    abstained = ((level == 0) & is_vote).astype(np.float32)
    same = pro @ pro.T + con @ con.T + abstained @ abstained.T
    opposite = pro @ con.T
    counted = [known @ known.T, same, opposite + opposite.T]
    for square in counted:
        np.fill_diagonal(square, 0)
    order = seriated(2 * counted[1] - counted[0] + 0.0)
    squares = (s[np.ix_(order, order)].round().astype(np.int64) for s in counted)
    shared, agree, differ = squares
    return Pairs(tuple(actors[i] for i in order), shared, agree, differ, of_actors)


def _matrices(held: Held, actors: tuple[str, ...]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return levels, NaN where there is none, and which are votes: a row an actor."""
    row_of = np.full(len(held.actors), -1)
    for row, actor in enumerate(actors):
        row_of[held.actors.index(actor)] = row
    part = held.where(row_of[held.actor] >= 0)
    level = np.full((len(actors), len(held.options)), np.nan, dtype=np.float32)
    level[row_of[part.actor], part.option] = part.level
    is_vote = np.zeros(level.shape, dtype=bool)
    is_vote[row_of[part.actor], part.option] = part.tier == VOTE
    return level, is_vote


def seriated(likeness: NDArray[np.floating]) -> list[int]:
    """Order the rows of a symmetric matrix so that like stand next to each other.

    The order of the Fiedler vector, that of the second smallest eigenvalue of the graph's
    Laplacian, within each connected part, the largest part first; rows without any tie come last,
    in their own order. Of the two directions that is taken which starts with the earlier row, so
    that the same matrix always gives the same order.

    Source: Atkins, Boman and Hendrickson 1998, https://doi.org/10.1137/S0097539795285771

    >>> import numpy as np
    >>> seriated(np.array([[0, -1, 1, -1], [-1, 0, -1, 1], [1, -1, 0, -1], [-1, 1, -1, 0]]))
    [0, 2, 1, 3]
    """
    n = len(likeness)
    tied = likeness != 0
    parts = sorted(_connected(tied), key=lambda p: (-len(p), p[0]))
    order = [i for part in parts if len(part) > 1 for i in _along(likeness, part)]
    return order + [i for i in range(n) if not tied[i].any()]


def _connected(tied: NDArray[np.bool_]) -> list[list[int]]:
    seen: set[int] = set()
    parts = []
    for start in range(len(tied)):
        if start in seen:
            continue
        part, queue = {start}, [start]
        while queue:
            found = {int(j) for j in np.flatnonzero(tied[queue.pop()])} - part
            part |= found
            queue += sorted(found)
        seen |= part
        parts.append(sorted(part))
    return parts


def _along(likeness: NDArray[np.floating], part: list[int]) -> list[int]:
    """Order one connected part along its Fiedler vector."""
    block = np.asarray(likeness, dtype=np.float64)[np.ix_(part, part)]
    # Shifted so far that opposed camps stay one connected graph, whose order is defined.
    weights = block - 1.05 * min(0.0, float(block.min())) * (1 - np.eye(len(part)))
    laplacian = np.diag(weights.sum(axis=1)) - weights
    _, vectors = np.linalg.eigh(laplacian)
    place = np.round(vectors[:, 1], 6)
    up = sorted(range(len(part)), key=lambda i: (place[i], part[i]))
    down = sorted(range(len(part)), key=lambda i: (-place[i], part[i]))
    return [part[i] for i in min(up, down, key=lambda order: part[order[0]])]


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
