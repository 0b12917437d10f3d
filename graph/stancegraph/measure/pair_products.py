"""Pairs counted by sparse products: the kernel for matrices that are mostly empty."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure.levels import SparseLevels, actor_of_each, lowest_and_span

Counts = NDArray[np.uint16] | NDArray[np.uint32]

WIDTH = 256
"""Actors in a tile: a row of it is 512 bytes, which one core adds in a few instructions."""

MOST_IN_A_BYTE = 255
CELLS_AT_ONCE = 4_000_000
"""Cells of one tile's counterpart: 8 MB, so that it stays in the outer cache."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The options from `first` on, and who holds which level on them."""

    first: int
    options: int
    mine: Any
    """Sparse, a row an actor, a column a level of an option, all ones."""
    starts: NDArray[np.int64]
    theirs: NDArray[np.int64]
    codes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProductTiles:
    """Levels as a sparse matrix of zeros and ones, to be multiplied with narrow full ones.

    The full one has, for a level of an option, 1 where an actor has any level there and 257 where
    it has that one, so that one product in 16 bits gives shared (low byte) and agree (high byte).
    scipy adds whole rows of it at a time: that is why it beats a product of two sparse matrices,
    which adds cell by cell. No actor has more than 255 levels in one chunk of options.
    """

    chunks: list[_Chunk]
    options: int
    span: int
    width: int

    @classmethod
    def of(cls, levels: SparseLevels) -> ProductTiles:
        """Cut the options into chunks."""
        low, span = lowest_and_span(levels.levels)
        width = min(WIDTH, max(1, levels.shape[0]))
        edges = _edges(levels, max(1, CELLS_AT_ONCE // (width * max(1, span))))
        actors, codes = actor_of_each(levels), levels.levels.astype(np.int64) - low
        chunks = []
        for first, last in pairwise(edges):
            inside = np.flatnonzero((levels.options >= first) & (levels.options < last))
            places = levels.options[inside].astype(np.int64) - first
            rows = np.searchsorted(actors[inside], np.arange(levels.shape[0] + 1))
            chunks.append(_chunk(first, last - first, rows, places, codes[inside], span))
        return cls(chunks, levels.shape[1], span, width)

    def shared_and_agree(self, stop: int, columns: slice) -> tuple[Counts, Counts]:
        """Count the first `stop` actors against those of `columns`."""
        first, *others = (
            chunk.mine[:stop] @ _counterpart(chunk, columns, self.span) for chunk in self.chunks
        )
        # Half as many bytes are moved in half the time, where they hold all options.
        wide = np.uint16 if self.options < 2**16 else np.uint32
        shared = (first & MOST_IN_A_BYTE).astype(wide, copy=False)
        agree = (first >> 8).astype(wide, copy=False)
        for both in others:
            shared += both & MOST_IN_A_BYTE
            agree += both >> 8
        return shared, agree


def _edges(levels: SparseLevels, most_options: int) -> list[int]:
    """Return where to cut the options so that no actor has more than 255 levels in a chunk."""
    width = levels.shape[1]
    most = int(np.diff(levels.starts).max(initial=0))
    chunks = max(1, -(-most // MOST_IN_A_BYTE), -(-width // most_options))
    while True:
        step = max(1, -(-width // chunks))
        edges = [*range(0, width, step), width] if width else [0, 0]
        cells = actor_of_each(levels) * len(edges) + levels.options // step
        if step <= MOST_IN_A_BYTE or np.bincount(cells).max(initial=0) <= MOST_IN_A_BYTE:
            return edges
        chunks += max(1, chunks // 4)


def _chunk(
    first: int,
    options: int,
    starts: NDArray[np.int64],
    places: NDArray[np.int64],
    codes: NDArray[np.int64],
    span: int,
) -> _Chunk:
    from scipy.sparse import csr_array

    ones = np.ones(len(places), dtype=np.uint16)
    shape = (len(starts) - 1, max(1, span * options))
    mine = csr_array((ones, codes * options + places, starts), shape=shape)
    return _Chunk(first, options, mine, starts, places, codes)


def _counterpart(chunk: _Chunk, columns: slice, span: int) -> NDArray[np.uint16]:
    """Return the full matrix of the actors of `columns`: a row a level of an option."""
    width = columns.stop - columns.start
    cells = slice(chunk.starts[columns.start], chunk.starts[columns.stop])
    counts = np.diff(chunk.starts[columns.start : columns.stop + 1])
    actors = np.repeat(np.arange(width), counts)
    full = np.zeros((max(1, span), chunk.options, width), dtype=np.uint16)
    full[:, chunk.theirs[cells], actors] = 1
    full[chunk.codes[cells], chunk.theirs[cells], actors] = 257
    return full.reshape(-1, width) if span else np.zeros((1, width), dtype=np.uint16)
