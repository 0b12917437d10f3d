"""How often two actors hold each pair of levels: what every measure of similarity is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stancegraph.measure.levels import MISSING, LevelMatrix

Table = NDArray[np.float64]
"""Axes: the first actor's level, the second's, then a cell for each pair of actors, if many."""

EXACT_OPTIONS = 2**24
"""Up to here whole numbers are exact in 32-bit floating point, which BLAS multiplies fastest."""

THREE_WAY = (-1, 0, 1)
"""Against, abstaining, in favour."""


def pair_table(
    x: ArrayLike,
    y: ArrayLike,
    *,
    levels: Sequence[int] = THREE_WAY,
    weights: ArrayLike | None = None,
) -> Table:
    """Count on how many options one actor holds level k and another level l.

    `x` and `y` have a level, or MISSING, for each option; an option that either lacks counts
    nowhere. `weights`, one an option, are added up instead of ones.

    >>> pair_table([1, 1, 0, -1], [1, 0, 0, MISSING]).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]
    """
    rows = np.stack([np.asarray(x), np.asarray(y)]).astype(np.int8)
    tables = pair_tables(rows, levels=levels, weights=weights, rows=slice(1))
    table: Table = tables[:, :, 0, 1]
    return table


def pair_tables(
    matrix: LevelMatrix,
    *,
    levels: Sequence[int] = THREE_WAY,
    weights: ArrayLike | None = None,
    rows: slice | None = None,
) -> Table:
    """Count the same for every actor of `rows` (by default all) against every actor.

    n_klij = sum_c w_c [x_ic = k] [x_jc = l]: axes are k, l, i, j. Weights may also be given one a
    position, as actors by options: that of a pair is then the geometric mean of the two, which for
    half-lives is the decay of their mean age. Raises ValueError for a level that is not among
    `levels`.

    >>> from stancegraph.measure.levels import level_matrix
    >>> tables = pair_tables(level_matrix([[1, 0], [1, 1], [None, None]]))
    >>> tables.shape, tables[:, :, 0, 1].tolist()
    ((3, 3, 3, 3), [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    """
    stacked = _one_hot(matrix, levels, weights)
    some = stacked[:, rows or slice(None)]
    mine, theirs = (x.reshape(x.shape[0] * x.shape[1], x.shape[2]) for x in (some, stacked))
    product = (mine @ theirs.T).reshape(*some.shape[:2], *stacked.shape[:2])
    return product.transpose(0, 2, 1, 3).astype(np.float64)


def squared_weight_tables(
    matrix: LevelMatrix, weights: ArrayLike, *, rows: slice | None = None
) -> NDArray[np.float64]:
    """Return the sum of squared weights of the options that each pair shares.

    With the sum of the weights it gives the effective number of options (`effective_number`).

    >>> from stancegraph.measure.levels import level_matrix
    >>> squared_weight_tables(level_matrix([[1, 0], [1, None]]), [3, 4]).tolist()
    [[25.0, 9.0], [9.0, 9.0]]
    """
    # Held or not is the same as one level only; each of a pair brings the root of the weight.
    held = np.where(matrix == MISSING, MISSING, 0).astype(np.int8)
    squares = np.square(np.asarray(weights, dtype=np.float64))
    sums: Table = pair_tables(held, levels=(0,), weights=squares, rows=rows)[0, 0]
    return sums


def _one_hot(
    matrix: LevelMatrix, levels: Sequence[int], weights: ArrayLike | None
) -> NDArray[np.float32] | NDArray[np.float64]:
    """Return a sheet for each level: 1, or the root of the weight, where an actor holds it."""
    sheets = np.stack([matrix == level for level in levels])
    strange = (matrix != MISSING) & ~sheets.any(axis=0)
    if strange.any():
        raise ValueError(f"level {int(matrix[strange][0])} is not one of {tuple(levels)}")
    if weights is None:
        if matrix.shape[1] <= EXACT_OPTIONS:
            return sheets.astype(np.float32)
        return sheets.astype(np.float64)
    roots: Table = np.sqrt(np.asarray(weights, dtype=np.float64))
    return sheets * roots
