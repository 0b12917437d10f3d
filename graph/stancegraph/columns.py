"""Positions as arrays: one entry a holder and option, for everything that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stancegraph.positions import VOTE, Position


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Positions with a disclosed level, one entry each; codes point into `actors`, `options`."""

    actors: tuple[str, ...]
    """Slugs."""
    options: tuple[str, ...]
    """Slugs."""
    actor: NDArray[np.int32]
    option: NDArray[np.int32]
    level: NDArray[np.int8]
    """2 supports, 1 leans to support, 0 undecided, -1 leans against, -2 opposes."""
    tier: NDArray[np.int8]
    """Whose word decides, 1 (a vote) to 6 (an unnamed voice)."""
    day: NDArray[np.datetime64]
    """The latest day of the deciding record; NaT where undated."""
    confidence: NDArray[np.float64]
    """0 to 1, by the rule set's numbers."""

    def __len__(self) -> int:
        return len(self.actor)

    @property
    def is_vote(self) -> NDArray[np.bool_]:
        """Which are decided by a recorded vote."""
        return np.asarray(self.tier == VOTE)

    @property
    def is_by_vote(self) -> bool:
        """Whether recorded votes decide all of them; not where there are none."""
        return len(self) > 0 and bool(self.is_vote.all())

    def where(self, kept: NDArray[np.bool_]) -> Held:
        """Return the entries of a mask, with the same actors and options."""
        return replace(
            self,
            actor=self.actor[kept],
            option=self.option[kept],
            level=self.level[kept],
            tier=self.tier[kept],
            day=self.day[kept],
            confidence=self.confidence[kept],
        )


def held_of(positions: Iterable[Position], actors: Iterable[str], options: Iterable[str]) -> Held:
    """Return positions as arrays; those that are not disclosed are left out.

    `actors` and `options` are all that may occur, in the order that the codes shall follow.
    """
    found = [p for p in positions if p.polarity.level is not None]
    actor_of, option_of = _numbers(actors), _numbers(options)
    days = [_day(p) for p in found]
    return Held(
        tuple(actor_of),
        tuple(option_of),
        np.array([actor_of[p.holder] for p in found], dtype=np.int32),
        np.array([option_of[p.option] for p in found], dtype=np.int32),
        np.array([p.polarity.level for p in found], dtype=np.int8),
        np.array([p.tier for p in found], dtype=np.int8),
        np.array(days, dtype="datetime64[D]"),
        np.array([p.confidence for p in found], dtype=np.float64),
    )


def _numbers(slugs: Iterable[str]) -> Mapping[str, int]:
    return {slug: number for number, slug in enumerate(dict.fromkeys(slugs))}


def _day(position: Position) -> np.datetime64:
    return np.datetime64(position.deciding[0].when.not_after or "NaT", "D")
