"""On how many options every two actors agree and differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure import pair_compiled, pair_lists
from stancegraph.measure.levels import (
    MISSING,
    LevelMatrix,
    Levels,
    SparseLevels,
    actor_of_each,
    density,
    to_matrix,
    to_sparse,
)
from stancegraph.measure.pair_bits import BitTiles
from stancegraph.measure.pair_lists import ListTiles
from stancegraph.measure.pair_products import ProductTiles

Kernel = Literal["bits", "compiled bits", "products", "compiled lists"]
Counts = NDArray[np.int32] | NDArray[np.int16]

LISTS_BELOW = 0.03
"""Filled to less than this, compiled lists are quicker than products (benchmarks/pairs.py)."""

PRODUCTS_BELOW = 0.3
"""Filled to less than this, products are quicker than bits."""

PRODUCTS_BELOW_COMPILED = 0.1
"""The same where bits are compared by compiled code."""

MANY_ACTORS = 5_000
"""From here on the two squares, of 200 MB, are of 16-bit numbers where those hold all options."""

CELLS_AT_ONCE = 4_000_000
"""One actor is compared with as many others at a time as have so many cells."""


class Tiles(Protocol):
    """What a kernel does: count some actors against some others."""

    @property
    def width(self) -> int:
        """How many columns a tile should have."""
        ...

    def shared_and_agree(
        self, stop: int, columns: slice
    ) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """Count the first `stop` actors against those of `columns`."""
        ...


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Of the options that two actors share, on how many they have one level, on how many two."""

    agree: Counts
    differ: Counts

    @property
    def shared(self) -> Counts:
        """Options on which both have a level."""
        return self.agree + self.differ

    @property
    def share(self) -> NDArray[np.float64]:
        """`agree` over `shared`, in [0, 1]; NaN where nothing is shared."""
        shared = self.shared.astype(np.float64)
        unknown = np.full(shared.shape, np.nan)
        share: NDArray[np.float64] = np.divide(self.agree, shared, out=unknown, where=shared > 0)
        return share


def count_pairs(levels: Levels, *, kernel: Kernel | None = None) -> PairCounts:
    """Count every actor against every actor: two square, symmetric matrices.

    agree_ij = |{c: x_ic = x_jc}| and differ_ij = |{c: x_ic != x_jc}| over the options c on which
    both i and j have a level; missing never counts. The diagonal of agree is how many options an
    actor has a level on. Without options all are 0, without actors the matrices are empty. The
    kernel is chosen by how much of the matrix is filled, unless given; the counts are the same.
    They are 32-bit numbers, but 16-bit ones from 5,000 actors on, where these hold all options:
    divide them with `PairCounts.share`, which does so in 64 bits.

    >>> from stancegraph.measure.levels import level_matrix
    >>> found = count_pairs(level_matrix([[1, 1, 0], [1, -1, None]]))
    >>> found.agree.tolist(), found.differ.tolist()
    ([[3, 1], [1, 2]], [[0, 1], [1, 0]])
    """
    actors, tiles = int(levels.shape[0]), _tiles(levels, kernel)
    narrow = actors >= MANY_ACTORS and levels.shape[1] < 2**15
    agree, differ = _squares(actors, narrow=narrow)
    for columns in _slices(actors, tiles.width):
        # Counts are symmetric: of each tile only the rows down to the diagonal are computed.
        shared, same = tiles.shared_and_agree(columns.stop, columns)
        for whole, part in ((agree, same), (differ, shared - same)):
            # Converted first: to convert while transposing takes twice as long.
            tile = part.astype(whole.dtype, copy=False)
            whole[: columns.stop, columns] = tile
            whole[columns, : columns.stop] = tile.T
    return PairCounts(agree, differ)


def count_blocks(
    levels: Levels, *, kernel: Kernel | None = None
) -> Iterator[tuple[slice, PairCounts]]:
    """Count every actor against every actor, a block of rows at a time.

    Each item is a slice of actors and their counts, a row each and a column for every actor: the
    memory needed grows with the number of actors, not with its square.

    >>> from stancegraph.measure.levels import level_matrix
    >>> for rows, found in count_blocks(level_matrix([[1], [1], [0]])):
    ...     print(rows.start, rows.stop, found.agree.tolist())
    0 3 [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    """
    actors, tiles = int(levels.shape[0]), _tiles(levels, kernel)
    for rows in _slices(actors, tiles.width):
        shared, agree = tiles.shared_and_agree(actors, rows)
        counts = (part.T.astype(np.int32) for part in (agree, shared - agree))
        yield rows, PairCounts(*counts)


def count_against(levels: Levels, actor: int) -> PairCounts:
    """Count one actor, by its row number, against every actor, itself included.

    >>> from stancegraph.measure.levels import level_matrix
    >>> found = count_against(level_matrix([[1, 1, 0], [1, -1, None], [None, None, None]]), 0)
    >>> found.agree.tolist(), found.differ.tolist()
    ([3, 1, 0], [0, 1, 0])
    """
    if isinstance(levels, SparseLevels):
        return _sparse_against(levels, actor)
    own = np.flatnonzero(levels[actor] != MISSING)
    agree, shared = np.zeros((2, len(levels)), dtype=np.int32)
    for rows in _slices(len(levels), max(1, CELLS_AT_ONCE // max(1, levels.shape[1]))):
        # Where one has no level on most options, the columns of those it has are copied out.
        block = levels[rows] if 2 * len(own) > levels.shape[1] else levels[rows][:, own]
        mine = levels[actor] if 2 * len(own) > levels.shape[1] else levels[actor, own]
        there = mine != MISSING
        agree[rows] = _count_true((block == mine) & there)
        shared[rows] = _count_true((block != MISSING) & there)
    return PairCounts(agree, shared - agree)


def _sparse_against(levels: SparseLevels, actor: int) -> PairCounts:
    own = slice(levels.starts[actor], levels.starts[actor + 1])
    mine = np.full(levels.shape[1], MISSING, dtype=np.int8)
    mine[levels.options[own]] = levels.levels[own]
    theirs = mine[levels.options]
    holders = actor_of_each(levels)
    agree, shared = (
        np.bincount(holders[cells], minlength=levels.shape[0]).astype(np.int32)
        for cells in (theirs == levels.levels, theirs != MISSING)
    )
    return PairCounts(agree, shared - agree)


@dataclass(slots=True)
class RunningPairs:
    """Counts of all pairs that follow as positions come in, one at a time.

    A new level touches one actor's row and column of the counts, never the square.

    >>> from stancegraph.measure.levels import level_matrix
    >>> running = RunningPairs.of(level_matrix([[1, 1], [1, None]]))
    >>> running.set(actor=1, option=1, level=-1)
    >>> running.counts.agree.tolist(), running.counts.differ.tolist()
    ([[2, 1], [1, 2]], [[0, 1], [1, 0]])
    """

    counts: PairCounts
    _columns: LevelMatrix

    @classmethod
    def of(cls, levels: LevelMatrix) -> RunningPairs:
        """Start from a matrix of levels, which is copied."""
        return cls(count_pairs(levels), np.array(levels.T, order="C"))

    def set(self, *, actor: int, option: int, level: int) -> None:
        """Give an actor a level on an option, instead of the one it had; MISSING takes it away."""
        self._add(actor, option, -1)
        self._columns[option, actor] = level
        self._add(actor, option, 1)

    def _add(self, actor: int, option: int, sign: int) -> None:
        column = self._columns[option]
        if column[actor] == MISSING:
            return
        same = (column == column[actor]).astype(np.int32)
        other = (column != MISSING) - same
        for whole, part in ((self.counts.agree, same), (self.counts.differ, other)):
            whole[actor] += sign * part
            whole[:, actor] = whole[actor]


def _squares(actors: int, *, narrow: bool) -> tuple[Counts, Counts]:
    shape = (2, actors, actors)
    if narrow:
        agree, differ = np.empty(shape, dtype=np.int16)
        return agree, differ
    first, second = np.empty(shape, dtype=np.int32)
    return first, second


def _tiles(levels: Levels, kernel: Kernel | None) -> Tiles:
    chosen = kernel or _fastest(levels)
    if chosen.endswith("bits"):
        matrix = to_matrix(levels) if isinstance(levels, SparseLevels) else levels
        return BitTiles.of(matrix, compiled=chosen == "compiled bits")
    sparse = levels if isinstance(levels, SparseLevels) else to_sparse(levels)
    return ListTiles.of(sparse) if chosen == "compiled lists" else ProductTiles.of(sparse)


def _fastest(levels: Levels) -> Kernel:
    """Choose by how much is filled, and what is compiled by whether compiling repays."""
    filled, (actors, options) = density(levels), levels.shape
    cells = actors * actors * options
    if filled < LISTS_BELOW and pair_lists.repays(int(filled * cells)):
        return "compiled lists"
    # A word holds 64 options, and each pair is compared once.
    if pair_compiled.repays(cells // 128):
        return "products" if filled < PRODUCTS_BELOW_COMPILED else "compiled bits"
    return "products" if filled < PRODUCTS_BELOW else "bits"


def _slices(count: int, width: int) -> Iterator[slice]:
    return (slice(at, min(at + width, count)) for at in range(0, count, width))


def _count_true(cells: NDArray[np.bool_]) -> Counts:
    """Count the true cells of each row; packed, this is quicker than adding them up."""
    counts: Counts = np.bitwise_count(np.packbits(cells, axis=1)).sum(axis=1, dtype=np.int32)
    return counts
