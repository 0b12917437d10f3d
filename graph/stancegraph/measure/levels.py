"""Who holds which level on which option: a full matrix, or columns where few hold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING: Final = -128
"""Marks, in a matrix of levels, an actor that has no position on an option: never counted."""

LevelMatrix: TypeAlias = NDArray[np.int8]
"""A row an actor, a column an option, a level in each cell (-1, 0, 1 or -2 to 2) or MISSING."""


@dataclass(frozen=True, slots=True)
class SparseLevels:
    """The same, holding only the levels that are there, actor after actor."""

    starts: NDArray[np.int64]
    """Where each actor's levels begin in the two columns below; one entry more than actors."""
    options: NDArray[np.int32]
    """The option of each level, as its number."""
    levels: NDArray[np.int8]
    """The levels themselves."""
    shape: tuple[int, int]
    """Actors and options."""

    @property
    def density(self) -> float:
        """Which part of the cells is filled, in [0, 1]; 0 where there are none."""
        return len(self.levels) / max(1, self.shape[0] * self.shape[1])


Levels: TypeAlias = LevelMatrix | SparseLevels


def level_matrix(rows: Sequence[Sequence[int | None]]) -> LevelMatrix:
    """Return rows of levels as a matrix; None is an option without a position.

    >>> level_matrix([[1, None], [0, -1]])
    array([[   1, -128],
           [   0,   -1]], dtype=int8)
    """
    width = len(rows[0]) if rows else 0
    cells = [[MISSING if x is None else x for x in row] for row in rows]
    return np.array(cells, dtype=np.int8).reshape(len(rows), width)


def sparse_levels(
    actors: ArrayLike, options: ArrayLike, levels: ArrayLike, *, shape: tuple[int, int]
) -> SparseLevels:
    """Return three columns, a row a position, as levels ordered by actor.

    Raises ValueError where an actor has two levels on one option: which of them counts is decided
    before, when positions are derived.

    >>> found = sparse_levels([1, 0, 1], [0, 1, 1], [1, -1, 0], shape=(2, 2))
    >>> found.starts.tolist(), found.options.tolist(), found.levels.tolist()
    ([0, 1, 3], [1, 0, 1], [-1, 1, 0])
    """
    cell = np.asarray(actors, dtype=np.int64) * shape[1] + np.asarray(options, dtype=np.int64)
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    twice = np.flatnonzero(cell[1:] == cell[:-1])
    if twice.size:
        actor, option = divmod(int(cell[twice[0]]), shape[1])
        raise ValueError(f"actor {actor} has two levels on option {option}: keep one")
    starts = np.searchsorted(cell, np.arange(shape[0] + 1, dtype=np.int64) * shape[1])
    inside = (cell % max(1, shape[1])).astype(np.int32)
    return SparseLevels(starts, inside, np.asarray(levels, dtype=np.int8)[order], shape)


def to_sparse(levels: LevelMatrix) -> SparseLevels:
    """Return a matrix as its filled cells.

    >>> to_sparse(level_matrix([[1, None], [None, -1]])).options.tolist()
    [0, 1]
    """
    cells = np.flatnonzero(levels != MISSING)
    actors, options = np.divmod(cells, max(1, levels.shape[1]))
    starts = np.searchsorted(actors, np.arange(len(levels) + 1))
    shape = (levels.shape[0], levels.shape[1])
    return SparseLevels(starts, options.astype(np.int32), levels.ravel()[cells], shape)


def to_matrix(levels: SparseLevels) -> LevelMatrix:
    """Return filled cells as a matrix.

    >>> to_matrix(sparse_levels([0], [1], [1], shape=(1, 2)))
    array([[-128,    1]], dtype=int8)
    """
    matrix = np.full(levels.shape, MISSING, dtype=np.int8)
    matrix[actor_of_each(levels), levels.options] = levels.levels
    return matrix


def actor_of_each(levels: SparseLevels) -> NDArray[np.int64]:
    """Return the actor of each filled cell, as its number.

    >>> actor_of_each(sparse_levels([0, 2], [1, 0], [1, 1], shape=(3, 2))).tolist()
    [0, 2]
    """
    return np.repeat(np.arange(levels.shape[0]), np.diff(levels.starts))


def density(levels: Levels) -> float:
    """Return which part of the cells is filled, in [0, 1]; 0 where there are none.

    >>> density(level_matrix([[1, None], [0, None]]))
    0.5
    """
    if isinstance(levels, SparseLevels):
        return levels.density
    return int(np.count_nonzero(levels != MISSING)) / max(1, levels.size)


def lowest_and_span(levels: NDArray[np.int8]) -> tuple[int, int]:
    """Return the lowest level present and how many steps there are from it to the highest.

    >>> lowest_and_span(level_matrix([[1, None, -1]]))
    (-1, 3)
    >>> lowest_and_span(level_matrix([[None]]))
    (0, 0)
    """
    if not levels.size:
        return 0, 0
    # As unsigned bytes moved by 127, the lowest level is 0 and MISSING is 255.
    low, high = int((levels.view(np.uint8) + np.uint8(127)).min()) - 127, int(levels.max())
    return (low, high - low + 1) if high != MISSING else (0, 0)
