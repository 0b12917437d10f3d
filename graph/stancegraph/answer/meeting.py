"""How one actor's positions meet those of every other, counted from arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.measuring import Measuring
from stancegraph.columns import Held
from stancegraph.measure.bootstrap import Bootstrap, bootstrap
from stancegraph.measure.decay import effective_number, half_life_weights
from stancegraph.measure.similarity import MEASURES, Estimates, estimate
from stancegraph.positions import RULES, VOTE
from stancegraph.scope import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Where one actor's positions cross those of others: an entry for each, or for many alike."""

    actor: NDArray[np.int32]
    """The number of the other."""
    a: NDArray[np.int64]
    """The level of the actor asked about."""
    b: NDArray[np.int64]
    """The level of the other."""
    by_vote: NDArray[np.bool_]
    """Whether both are recorded votes."""
    is_own: NDArray[np.bool_]
    """Whether both spoke or acted for themselves."""
    count: NDArray[np.int64]
    """For how many pairs of positions an entry stands."""
    weight: NDArray[np.float64]
    """What they weigh together."""
    square: NDArray[np.float64]
    """The sum of the squares of what each weighs."""
    day: NDArray[np.datetime64]
    """The latest day of the positions of the actor asked about; NaT where none is dated."""
    option: NDArray[np.int32]
    """The last option of that day."""

    @property
    def same(self) -> NDArray[np.bool_]:
        """Which are on one side; of recorded votes, two abstentions too."""
        both_abstain = self.by_vote & (self.a == 0) & (self.b == 0)
        same: NDArray[np.bool_] = (self.a * self.b > 0) | both_abstain
        return same

    def where(self, kept: NDArray[np.bool_]) -> Crossed:
        """Return the entries of a mask."""
        return Crossed(*(getattr(self, name)[kept] for name in self.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """One actor and all others: arrays with an entry for each actor; its own are 0."""

    actors: tuple[str, ...]
    """Those who have a position on anything, by slug."""
    options: tuple[str, ...]
    mine: int
    """On how many options the actor asked about has a position."""
    is_by_vote: bool
    """Whether recorded votes decide all positions of all."""
    shared: NDArray[np.int64]
    """Options on which both have a position."""
    same: NDArray[np.int64]
    """Options with both on the same side; of recorded votes, both abstentions too."""
    opposite: NDArray[np.int64]
    own_shared: NDArray[np.int64]
    """Shared options on which both spoke or acted for themselves."""
    own_same: NDArray[np.int64]
    found: Estimates | None
    """The measure asked for; None where nobody shares enough."""
    crossed: Crossed
    crossed_with: Callable[[int], Crossed]
    """Where the positions cross those of one other, by its number: the days and options of each."""

    def latest(self, actor: str, side: int) -> str | None:
        """Return the option of the latest day on which both are on one side (1), or on two (-1)."""
        x = self.crossed_with(self.actors.index(actor))
        fitting = np.flatnonzero(np.sign(x.a * x.b) == side)
        if not len(fitting):
            return None
        days = np.where(np.isnat(x.day[fitting]), np.datetime64(date.min), x.day[fitting])
        last = np.lexsort((x.option[fitting], days))[-1]
        return self.options[int(x.option[fitting[last]])]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How often one actor's positions meet each kind of position of every other."""

    actor: str
    """The actor asked about."""
    cells: NDArray[np.int64]
    """By number of the other, level of the one asked about and of the other, each from -2 on, and
    whether both are by vote, and their own."""

    def moved(self, before: Held, after: Held) -> Tally:
        """Return the tally when some positions became others; the actors stay the same.

        Both are all positions on the options on which any is other.
        """
        change = _meetings(after, self.actor) - _meetings(before, self.actor)
        return Tally(self.actor, self.cells + change)

    @property
    def crossed(self) -> Crossed:
        """All that meets, an entry for those alike; their days and options are not told."""
        actor, a, b, by_vote, is_own = np.nonzero(self.cells)
        count = self.cells[actor, a, b, by_vote, is_own]
        weight = count.astype(np.float64)
        return Crossed(
            actor=actor.astype(np.int32),
            a=a - 2,
            b=b - 2,
            by_vote=by_vote > 0,
            is_own=is_own > 0,
            count=count,
            weight=weight,
            square=weight,
            day=np.full(len(count), "NaT", dtype="datetime64[D]"),
            option=np.full(len(count), -1, dtype=np.int32),
        )


def tallied(held: Held, actor: str) -> Tally:
    """Count how one actor's positions meet those of all others."""
    return Tally(actor, _meetings(held, actor))


def _meetings(held: Held, actor: str) -> NDArray[np.int64]:
    """Count by the other, both levels, whether both are by vote, and whether both are own."""
    is_mine = held.actor == (held.actors.index(actor) if actor in held.actors else -1)
    kind = _KINDS[held.tier]
    level_on, kind_on = (np.full(len(held.options), -1, dtype=np.int8) for _ in range(2))
    level_on[held.option[is_mine]] = held.level[is_mine] + 2
    kind_on[held.option[is_mine]] = kind[is_mine]
    mine = level_on[held.option]
    meets = (mine >= 0) & ~is_mine
    levels = (mine * 5 + held.level + 2)[meets]  # less than 25, so an int8 holds it
    both = (kind & kind_on[held.option])[meets]
    cell = held.actor[meets].astype(np.int64) * 100 + (levels * np.int16(4) + both)
    shape = (len(held.actors), 5, 5, 2, 2)
    return np.bincount(cell, minlength=len(held.actors) * 100).astype(np.int64).reshape(shape)


_KINDS = np.array([2 * (t == VOTE) + (t <= RULES.last_own_tier) for t in range(7)], dtype=np.int8)
"""By tier, 2 for a vote and 1 for what is an actor's own."""


def is_unweighted(measuring: Measuring) -> bool:
    """Tell whether all pairs of positions weigh the same, so that a tally of them is enough."""
    return measuring.weight is None and measuring.half_life is None


def meeting(
    held: Held,
    actor: str,
    measuring: Measuring,
    scope: Scope,
    option_weights: Mapping[str, float] | None = None,
    tally: Tally | None = None,
) -> Meeting:
    """Count how one actor's positions meet those of all, in time that grows with the positions.

    Where all weigh the same and a tally of them is given, it is taken. Where the actor has no
    position, nothing meets.
    """
    me = held.actors.index(actor) if actor in held.actors else -1
    mine = held.where(held.actor == me)
    weights = None
    if option_weights is not None:
        weights = np.array([option_weights.get(o, 0.0) for o in held.options])

    def crossed_with(others: NDArray[np.bool_]) -> Crossed:
        return crossed(mine, held.where(others), measuring, scope, weights)

    if is_unweighted(measuring):
        found = (tally or tallied(held, actor)).crossed
    else:
        found = crossed_with(held.actor != me)
    return replace(
        met(held.actors, held.options, len(mine), found, measuring, is_by_vote=held.is_by_vote),
        crossed_with=lambda other: crossed_with((held.actor == other) & (other != me)),
    )


def crossed(
    mine: Held,
    others: Held,
    measuring: Measuring,
    scope: Scope,
    option_weights: NDArray[np.float64] | None = None,
) -> Crossed:
    """Return where the positions of one actor cross those of others, an entry for each.

    A pair of positions weighs the geometric mean of the two, so that half-lives go by mean age, or
    what `option_weights` has at the number of the option.
    """
    last = max(part.option.max(initial=-1) for part in (mine, others))
    at = np.full(int(last) + 1, -1, dtype=np.int64)
    at[mine.option] = np.arange(len(mine))
    theirs = others.where(at[others.option] >= 0)
    my = at[theirs.option]
    last_own = RULES.last_own_tier
    weight = _weights(mine, my, theirs, measuring, scope, option_weights)
    return Crossed(
        actor=theirs.actor,
        a=mine.level[my].astype(np.int64),
        b=theirs.level.astype(np.int64),
        by_vote=(mine.tier[my] == VOTE) & (theirs.tier == VOTE),
        is_own=(mine.tier[my] <= last_own) & (theirs.tier <= last_own),
        count=np.ones(len(my), dtype=np.int64),
        weight=weight,
        square=weight**2,
        day=mine.day[my],
        option=theirs.option,
    )


def met(
    actors: tuple[str, ...],
    options: tuple[str, ...],
    mine: int,
    found: Crossed,
    measuring: Measuring,
    *,
    is_by_vote: bool,
) -> Meeting:
    """Count what crosses, actor by actor, and measure it."""

    def count(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        summed = np.bincount(found.actor[kept], found.count[kept], minlength=len(actors))
        return summed.astype(np.int64)

    same = found.same
    shared = count(np.ones(len(same), dtype=bool))
    return Meeting(
        actors,
        options,
        mine,
        is_by_vote,
        shared,
        count(same),
        count(found.a * found.b < 0),
        count(found.is_own),
        count(found.is_own & same),
        _estimated(found, measuring, len(actors))
        if (shared >= measuring.min_shared).any()
        else None,
        found,
        lambda other: found.where(found.actor == other),
    )


def _weights(
    mine: Held,
    my: NDArray[np.int64],
    theirs: Held,
    measuring: Measuring,
    scope: Scope,
    option_weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return what each pair of positions weighs."""
    found = np.ones(len(my))
    if option_weights is not None:
        found = found * option_weights[theirs.option]
    elif measuring.weight:
        found = found * np.sqrt(mine.confidence[my] * theirs.confidence)
    if measuring.half_life is not None:
        ages = (_faded(part, measuring.half_life, scope) for part in (mine, theirs))
        my_faded, their_faded = ages
        found = found * np.sqrt(my_faded[my] * their_faded)
    return found


def _faded(held: Held, half_life: float, scope: Scope) -> NDArray[np.float64]:
    age = np.zeros(len(held))
    if scope.as_of is not None:
        passed = (np.datetime64(scope.as_of, "D") - held.day).astype(np.int64)
        age = np.where(np.isnat(held.day), 0, passed).astype(np.float64)
    return half_life_weights(age, half_life=half_life)


def _estimated(found: Crossed, measuring: Measuring, actors: int) -> Estimates:
    name, rows, columns, size = _cells(found.a, found.b, found.same, measuring)
    cell = (rows * size + columns) * actors + found.actor
    table = np.bincount(cell, weights=found.weight, minlength=size * size * actors)
    effective = None
    if measuring.weight is not None or measuring.half_life is not None:
        total, squares = (
            np.bincount(found.actor, weights=w, minlength=actors)
            for w in (found.weight, found.square)
        )
        effective = effective_number(total, squares)
    return estimate(table.reshape(size, size, actors), name, effective=effective)


def _cells(
    a: NDArray[np.int64], b: NDArray[np.int64], same: NDArray[np.bool_], measuring: Measuring
) -> tuple[str, NDArray[np.int64], NDArray[np.int64], int]:
    """Return the measure's name, and each pair's place in its table of so many levels."""
    if measuring.full_name == "agreement":
        # The same side or not: two levels, so that the share of the first is raw agreement.
        return "raw_agreement", np.where(same, 0, 1), np.zeros_like(a), 2
    step, size = (2, 3) if not ((np.abs(a) == 1) | (np.abs(b) == 1)).any() else (1, 5)
    return measuring.full_name, a // step + size // 2, b // step + size // 2, size


def drawn_again(
    held: Held,
    first: str,
    second: str,
    measuring: Measuring,
    clusters: Mapping[str, str],
    *,
    draws: int,
    seed: int,
) -> Bootstrap:
    """Return where the measure of two actors may lie, drawing whole documents with replacement.

    `clusters` names the document of each option; positions that rest on one depend on each other.
    """
    me, you = (held.where(held.actor == held.actors.index(x)) for x in (first, second))
    both, i, j = np.intersect1d(me.option, you.option, return_indices=True)
    a, b = me.level[i].astype(np.int64), you.level[j].astype(np.int64)
    by_vote = (me.tier[i] == VOTE) & (you.tier[j] == VOTE)
    same = (a * b > 0) | (by_vote & (a == 0) & (b == 0))
    name, rows, columns, size = _cells(a, b, same, measuring)
    cells = np.zeros((size * size, len(both)))
    cells[rows * size + columns, np.arange(len(both))] = 1

    def statistic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return MEASURES[name].value((cells @ weights).reshape(size, size, -1))

    documents = [clusters[held.options[n]] for n in both.tolist()]
    return bootstrap(statistic, documents, seed=seed, draws=draws)
