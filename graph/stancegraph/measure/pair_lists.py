"""Pairs counted along lists of who holds what: the compiled kernel for mostly empty matrices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure import pair_compiled
from stancegraph.measure.levels import SparseLevels, actor_of_each

Counts = NDArray[np.int32]

HALF = np.uint64(2**32 - 1)
"""A counter has 64 bits: shared in the lower half, agree in the upper."""

WIDTH = 256
"""Actors in a tile: enough for the cost of a call not to matter."""

ADDITIONS_THAT_REPAY = 5 * 10**9
"""Compiling costs about a second, in which scipy makes so many additions."""


def repays(additions: int) -> bool:
    """Return whether to compile instead of so many additions; once compiled it is always used."""
    compiled = _kernel.cache_info().currsize > 0
    return compiled or (additions > ADDITIONS_THAT_REPAY and pair_compiled.is_installed())


@dataclass(frozen=True, slots=True)
class ListTiles:
    """For each option who holds which level: an actor meets the others on its options' lists.

    This is Gustavson's row-by-row product with a full row of counters.

    Source: Gustavson 1978, https://doi.org/10.1145/355791.355796
    """

    levels: SparseLevels
    begins: NDArray[np.int64]
    """Where the list of each option begins."""
    holders: NDArray[np.uint32]
    """The actors on each list, in order."""
    held: NDArray[np.int8]

    @classmethod
    def of(cls, levels: SparseLevels) -> ListTiles:
        """Order levels by option."""
        order = np.argsort(levels.options, kind="stable")
        begins = np.searchsorted(levels.options[order], np.arange(levels.shape[1] + 1))
        holders = actor_of_each(levels)[order].astype(np.uint32)
        return cls(levels, begins.astype(np.int64), holders, levels.levels[order])

    @property
    def width(self) -> int:
        """How many columns a tile should have."""
        return WIDTH

    def shared_and_agree(self, stop: int, columns: slice) -> tuple[Counts, Counts]:
        """Count the first `stop` actors against those of `columns`."""
        found = np.zeros((columns.stop - columns.start, stop), dtype=np.uint64)
        mine = (self.levels.starts, self.levels.options, self.levels.levels)
        theirs = (self.begins, self.holders, self.held)
        _kernel()(*mine, *theirs, columns.start, columns.stop, found)
        shared, agree = (part.astype(np.int32) for part in (found & HALF, found >> np.uint64(32)))
        return shared.T, agree.T


@cache
def _kernel() -> Any:
    return import_module("numba").njit(_tile)


def _tile(
    starts: Any,
    options: Any,
    levels: Any,
    begins: Any,
    holders: Any,
    held: Any,
    first: int,
    last: int,
    found: Any,
) -> None:
    one, both = np.uint64(1), np.uint64(2**32 + 1)
    stop = found.shape[1]
    for actor in range(first, last):
        counts = found[actor - first]
        for at in range(starts[actor], starts[actor + 1]):
            option, level = options[at], levels[at]
            end = begins[option + 1]
            while end > begins[option] and holders[end - 1] >= stop:
                end -= 1
            for place in range(begins[option], end):
                counts[holders[place]] += both if held[place] == level else one
