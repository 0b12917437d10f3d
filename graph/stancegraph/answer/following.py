"""How far a supposed shift carries, by three models, beside what they give without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.whatif import Follower
from stancegraph.measure.influence import (
    SUSCEPTIBILITIES,
    Sweep,
    joining,
    listeners,
    settled_opinions,
    steps,
    sweep,
)
from stancegraph.measure.signed import Values
from stancegraph.progress import followed

if TYPE_CHECKING:
    from stancegraph.answer.supposition import Case

THRESHOLDS = tuple(round(0.2 + step / 20, 2) for step in range(13))
"""Shares of whom an actor listens to, from .2 to .8, that must have joined before it does."""

MAJORITY = 0.5

DIGITS = 6
"""What is beyond differs from machine to machine."""


@dataclass(frozen=True, eq=False)
class Following:
    """Opinions of actors in [-1, 1], -1 opposes and 1 supports, with a shift and without it."""

    weights: Values
    """Whom each listens to: rows add up to 1, or to 0."""
    present: Values
    """Where each stands; NaN for one of the shifted whose stance is not known."""
    shifts: Mapping[int, float]
    """By number, what the shifted are supposed to stand for."""

    @property
    def shifted(self) -> list[int]:
        """The numbers of the actors that are supposed to shift."""
        return sorted(self.shifts)

    @cached_property
    def first(self) -> Values:
        """Where each stands once the shift is made."""
        found = self.present.copy()
        for number, level in self.shifts.items():
            found[number] = level
        return found

    @property
    def side(self) -> int:
        """To which side the shift goes: 1, -1, or 0 for the middle, or for several sides."""
        sides = {int(np.sign(level)) for level in self.shifts.values()}
        return sides.pop() if len(sides) == 1 else 0

    @cached_property
    def sweep(self) -> Sweep:
        """Where opinions settle by Friedkin and Johnsen, the shifted holding what they shift to."""
        return _swept(self.weights, self.first, self.shifted, "what follows")

    @cached_property
    def without(self) -> Sweep:
        """The same, the shifted holding where they stand now; who does not stand is left out."""
        weights = self.weights[np.ix_(self._known, self._known)]
        held = [n for n, at in enumerate(self._known) if at in self.shifts]
        found = _swept(weights, self.present[self._known], held, "what comes without it")
        opinions = np.full((len(SUSCEPTIBILITIES), len(self.present)), np.nan)
        opinions[:, self._known] = found.opinions
        return Sweep(found.susceptibilities, opinions, self.present)

    @cached_property
    def effect(self) -> Values:
        """What the shift alone does: a row a susceptibility, a column an actor."""
        return self.sweep.opinions - self.without.opinions

    @cached_property
    def follows(self) -> NDArray[np.bool_]:
        """Who crosses the middle with the shift, and never does without it."""
        return self._is_other & self._crosses & np.isnan(self.without.crossing)

    @cached_property
    def drifts(self) -> NDArray[np.bool_]:
        """Who crosses the middle with the shift and without it."""
        return self._is_other & self._crosses & ~np.isnan(self.without.crossing)

    @cached_property
    def stays(self) -> NDArray[np.bool_]:
        """Who crosses the middle without the shift, and never does with it."""
        return self._is_other & ~self._crosses & ~np.isnan(self.without.crossing)

    @property
    def _crosses(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.sweep.crossing)

    @cached_property
    def hearers(self) -> list[int]:
        """Whom the shift reaches: who listens to the shifted, through others or not."""
        reached = listeners(self.weights, ~self._is_other)
        return np.flatnonzero(reached & self._is_other).tolist()

    @cached_property
    def greatest(self) -> Values:
        """The most that the shift alone moves each, over all susceptibilities; 0 if unknown."""
        most = np.abs(self.effect).max(axis=0, initial=0)
        return np.where(self._is_other, np.nan_to_num(most), 0.0)

    @property
    def order(self) -> list[int]:
        """Who follows, in the order of the susceptibility that it takes."""
        crossing = self.sweep.crossing
        return [int(n) for n in np.argsort(crossing, kind="stable") if self.follows[n]]

    @cached_property
    def average(self) -> Values:
        """Where opinions end by DeGroot, all but the shifted listening only; NaN for nowhere."""
        return self.settled(1)

    @cached_property
    def average_without(self) -> Values:
        """The same without the shift."""
        return self.settled_without(1)

    @cached_property
    def joins(self) -> list[tuple[float, int, int] | None]:
        """Up to which threshold each joins the side of the shift, and in which waves."""
        return joins_up_to(self.waves(self.first))

    @cached_property
    def joins_without(self) -> list[tuple[float, int, int] | None]:
        """The same without the shift."""
        return joins_up_to(self.waves(np.nan_to_num(self.present)))

    def waves(self, opinions: Values) -> NDArray[np.int64]:
        """Return the wave in which each joins the shift's side, a row a threshold; -1 for never."""
        if not self.side:
            return np.full((len(THRESHOLDS), len(opinions)), -1, dtype=np.int64)
        has_joined = np.sign(opinions) == self.side
        waiting = np.where(self._is_other, 1.0, np.inf)
        needs = [np.where(has_joined, 0.0, waiting * threshold) for threshold in THRESHOLDS]
        return np.array([joining(need, self.weights) for need in needs])

    def way(self, susceptibility: float, rounds: int) -> Values:
        """Return the opinions of so many rounds from the shift on, a row each."""
        return steps(self.weights, self._given(susceptibility), self.first, rounds)

    def settled(self, susceptibility: float) -> Values:
        """Return where the opinions settle; NaN for nowhere."""
        return settled_opinions(self.weights, self._given(susceptibility), self.first)

    def settled_without(self, susceptibility: float) -> Values:
        """Return the same without the shift; NaN also for who does not stand anywhere."""
        known, given = self._known, self._given(susceptibility)
        found = np.full(len(self.present), np.nan)
        weights = self.weights[np.ix_(known, known)]
        found[known] = settled_opinions(weights, given[known], self.present[known])
        return found

    def _given(self, susceptibility: float) -> Values:
        return np.where(self._is_other, susceptibility, 0.0)

    @cached_property
    def _known(self) -> NDArray[np.int64]:
        return np.flatnonzero(~np.isnan(self.present))

    @cached_property
    def _is_other(self) -> NDArray[np.bool_]:
        found = np.ones(len(self.first), dtype=bool)
        found[self.shifted] = False
        return found


def _swept(weights: Values, first: Values, held: list[int], what: str) -> Sweep:
    """Sweep over the susceptibilities one by one, so that it shows how far it is."""
    rows = [
        sweep(weights, first, held=held, susceptibilities=[susceptibility]).opinions[0]
        for susceptibility in followed(SUSCEPTIBILITIES, what, len(SUSCEPTIBILITIES))
    ]
    return Sweep(np.array(SUSCEPTIBILITIES), np.array(rows), first)


def joins_up_to(waves: NDArray[np.int64]) -> list[tuple[float, int, int] | None]:
    """Return for each actor the highest threshold with which it joins, and its first and last wave.

    None for who never joins and for who had joined before.
    """
    found: list[tuple[float, int, int] | None] = []
    for column in waves.T:
        later = column[column > 0]
        highest = max((t for t, w in zip(THRESHOLDS, column, strict=True) if w > 0), default=0.0)
        found.append((highest, int(later.min()), int(later.max())) if len(later) else None)
    return found


def rows_of(case: Case) -> Iterator[Follower]:
    """Yield the shifted, then who follows in their order, then whom the shift moves most."""
    following = case.following
    place = {n: at for at, n in enumerate(following.order, 1)}
    most = following.greatest.round(DIGITS)

    def rank(n: int) -> tuple[bool, int, float, int]:
        return n not in following.shifts, place.get(n, len(case.actors) + 1), -float(most[n]), n

    for n in sorted(range(len(case.actors)), key=rank):
        yield _follower(case, n, place.get(n))


def _follower(case: Case, n: int, place: int | None) -> Follower:
    following, actor = case.following, case.actors[n]
    sweep, without, effect = following.sweep, following.without, following.effect[:, n]
    position, is_other = case.positions.get(actor), n not in following.shifts
    joined, joined_without = following.joins[n], following.joins_without[n]
    return Follower(
        actor=actor,
        name=case.graph.actors[actor].name,
        shifts=not is_other,
        start=plain_number(following.present[n]),
        start_hearsay=position.is_hearsay if position else None,
        low=plain_number(sweep.low[n]) or 0.0,
        high=plain_number(sweep.high[n]) or 0.0,
        baseline_low=plain_number(without.low[n]),
        baseline_high=plain_number(without.high[n]),
        effect_low=plain_number(effect.min()),
        effect_high=plain_number(effect.max()),
        crosses_at=plain_number(sweep.crossing[n]) if is_other else None,
        baseline_crosses_at=plain_number(without.crossing[n]) if is_other else None,
        order=place,
        degroot=plain_number(following.average[n]),
        baseline_degroot=plain_number(following.average_without[n]),
        joins_up_to=joined[0] if joined else None,
        wave_first=joined[1] if joined else None,
        wave_last=joined[2] if joined else None,
        baseline_joins_up_to=joined_without[0] if joined_without else None,
        listens_to=sum(a != actor for a, _ in case.listening.heard_by(n)),
    )


def plain_number(value: float) -> float | None:
    """Return a number without the digits that differ from machine to machine; NaN as None."""
    return None if np.isnan(value) else round(float(value), DIGITS) + 0.0
