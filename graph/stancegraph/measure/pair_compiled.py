"""The kernel on bits, compiled: used where numba is installed and the work repays compiling."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_PLANES = 3
"""Seven levels at most; a loop over planes would keep the compiler from using wide registers."""

WORDS_THAT_REPAY = 10**9
"""Compiling costs about a second, in which numpy compares about half as many pairs of words."""


def repays(words: int) -> bool:
    """Return whether to compile for so many pairs of words; once compiled it is always used."""
    return _kernel.cache_info().currsize > 0 or (words > WORDS_THAT_REPAY and is_installed())


def is_installed() -> bool:
    """Return whether numba can be imported, without importing it."""
    return find_spec("numba") is not None


def count(
    present: NDArray[np.uint64], planes: list[NDArray[np.uint64]], stop: int, columns: slice
) -> NDArray[np.int32]:
    """Count shared and unlike options, as `BitTiles` does, from the diagonal on."""
    found = np.empty((2, stop, columns.stop - columns.start), dtype=np.int32)
    spare = [np.zeros_like(present)] * (MOST_PLANES - len(planes))
    _kernel()(present, *planes, *spare, stop, columns.start, columns.stop, found)
    return found


@cache
def _kernel() -> Any:
    numba = import_module("numba")
    ones = numba.njit(_ones)

    def tile(
        present: Any, a: Any, b: Any, c: Any, stop: int, first: int, last: int, found: Any
    ) -> None:
        for i in range(stop):
            for j in range(max(first, i) if i < last else first, last):
                shared = np.uint64(0)
                unlike = np.uint64(0)
                for w in range(present.shape[1]):
                    shared += ones(present[i, w] & present[j, w])
                    unlike += ones((a[i, w] ^ a[j, w]) | (b[i, w] ^ b[j, w]) | (c[i, w] ^ c[j, w]))
                found[0, i, j - first] = shared
                found[1, i, j - first] = unlike

    return numba.njit(tile)


def _ones(word: Any) -> Any:
    """Count the bits of a word; compilers know this form and replace it by one instruction.

    Source: Warren 2012, Hacker's Delight, ISBN 978-0-321-84268-8, figure 5-2

    >>> int(_ones(np.uint64(0b1011)))
    3
    """
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    two = np.uint64(0x3333333333333333)
    word = (word & two) + ((word >> np.uint64(2)) & two)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    word = word + (word >> np.uint64(8))
    word = word + (word >> np.uint64(16))
    return (word + (word >> np.uint64(32))) & np.uint64(0x7F)
