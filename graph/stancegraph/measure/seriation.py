"""Orders in which like stand next to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
