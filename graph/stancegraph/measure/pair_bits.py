"""Pairs counted in sets of bits: the kernel for matrices that are well filled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure import pair_compiled
from stancegraph.measure.levels import MISSING, LevelMatrix, lowest_and_span

Words = NDArray[np.uint64]
Counts = NDArray[np.int32]

WORDS_AT_ONCE = 16_384
"""A tile's row of words: 128 KB, so that its planes and buffers stay in a core's own cache."""

CELLS_AT_ONCE = 100_000
"""Packed at a time: larger arrays are given back to the system and asked for again each time."""


@dataclass(frozen=True, slots=True)
class BitTiles:
    """Each actor's options as bits: one plane for presence, and its levels in binary digits.

    Missing is the code 0 and the levels are 1, 2, ..., so that an exclusive or of all planes marks
    every option on which two actors are unlike, counting the missing; those are taken off after.
    """

    present: Words
    planes: list[Words]
    """The digits of the codes, lowest first."""
    totals: Counts
    options: int
    compiled: bool

    @classmethod
    def of(cls, levels: LevelMatrix, *, compiled: bool = False) -> BitTiles:
        """Pack a matrix of levels."""
        present, *planes = _planes(levels)
        return cls(
            present=present,
            planes=planes,
            totals=np.bitwise_count(present).sum(axis=1, dtype=np.int32),
            options=levels.shape[1],
            compiled=compiled and len(planes) <= pair_compiled.MOST_PLANES,
        )

    @property
    def width(self) -> int:
        """How many actors make a tile that the cache holds."""
        return max(1, WORDS_AT_ONCE // max(1, int(self.present.shape[1])))

    def shared_and_agree(self, stop: int, columns: slice) -> tuple[Counts, Counts]:
        """Count the first `stop` actors, at least to the end of `columns`, against `columns`."""
        if self.compiled:
            shared, unlike = pair_compiled.count(self.present, self.planes, stop, columns)
        else:
            shared, unlike = self._from_diagonal(stop, columns)
        for counts in (shared, unlike):
            square = counts[columns]
            square[:] = np.triu(square) + np.triu(square, 1).T
        # Of the unlike, those that only one of the two has are its total less the shared.
        unlike += 2 * shared - self.totals[:stop, None] - self.totals[None, columns]
        return shared, shared - unlike

    def _from_diagonal(self, stop: int, columns: slice) -> Counts:
        """Count shared and unlike options; where both actors are of `columns`, one way only."""
        found = np.zeros((2, stop, columns.stop - columns.start), dtype=np.int32)
        buffers = np.empty((2, *self.present[columns].shape), dtype=np.uint64)
        octets = np.empty(buffers.shape[1:], dtype=np.uint8)
        # Sums of bytes are quickest in the narrowest type that holds them.
        wide = np.uint16 if self.options < 2**16 else np.uint32
        for row in range(stop):
            skip = row - columns.start if columns.start < row < columns.stop else 0
            rest = slice(columns.start + skip, columns.stop)
            both, other, ones = buffers[0, skip:], buffers[1, skip:], octets[skip:]
            np.bitwise_and(self.present[row], self.present[rest], out=both)
            found[0, row, skip:] = np.bitwise_count(both, out=ones).sum(axis=1, dtype=wide)
            unlike = np.bitwise_xor(self.planes[0][row], self.planes[0][rest], out=both)
            for plane in self.planes[1:]:
                np.bitwise_xor(plane[row], plane[rest], out=other)
                np.bitwise_or(unlike, other, out=unlike)
            found[1, row, skip:] = np.bitwise_count(unlike, out=ones).sum(axis=1, dtype=wide)
        return found


def _planes(levels: LevelMatrix) -> Words:
    """Return presence and the digits of the codes as rows of 64-bit words, filled with zeros."""
    actors, options = levels.shape
    low, span = lowest_and_span(levels)
    digits = max(1, span.bit_length())
    octets = np.zeros((1 + digits, actors, -(-options // 64) * 8), dtype=np.uint8)
    filled, step = -(-options // 8), max(1, CELLS_AT_ONCE // max(1, options))
    for rows in (slice(at, at + step) for at in range(0, actors, step)):
        there = (levels[rows] != MISSING).view(np.uint8)
        # Modulo 256 the difference of two bytes is right whatever their signs.
        codes = (levels[rows].view(np.uint8) - np.uint8((low - 1) % 256)) * there
        octets[0, rows, :filled] = np.packbits(there, axis=1)
        for digit in range(digits):
            bits = codes >> np.uint8(digit) & np.uint8(1)
            octets[1 + digit, rows, :filled] = np.packbits(bits, axis=1)
    return octets.view(np.uint64)
