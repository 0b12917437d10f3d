"""How one actor's positions meet those of every other, counted from arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
class Meeting:
    """One actor and all others: arrays with an entry for each actor; its own are 0."""

    actors: tuple[str, ...]
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


def meeting(
    held: Held,
    actor: str,
    measuring: Measuring,
    scope: Scope,
    option_weights: Mapping[str, float] | None = None,
) -> Meeting:
    """Count how one actor's positions meet those of all, in time that grows with the positions.

    A pair of positions weighs the geometric mean of the two, so that half-lives go by mean age.
    """
    me = held.actors.index(actor)
    mine = held.where(held.actor == me)
    at = np.full(len(held.options), -1, dtype=np.int64)
    at[mine.option] = np.arange(len(mine))
    theirs = held.where((at[held.option] >= 0) & (held.actor != me))
    my = at[theirs.option]
    a, b = mine.level[my].astype(np.int64), theirs.level.astype(np.int64)
    weights = _weights(mine, my, theirs, measuring, scope, option_weights)
    product = np.sign(a * b)
    by_vote = (mine.tier[my] == VOTE) & (theirs.tier == VOTE)
    same = (product > 0) | (by_vote & (a == 0) & (b == 0))
    is_own = (mine.tier[my] <= RULES.last_own_tier) & (theirs.tier <= RULES.last_own_tier)

    def count(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(theirs.actor[kept], minlength=len(held.actors)).astype(np.int64)

    shared = count(np.ones(len(my), dtype=bool))
    return Meeting(
        held.actors,
        shared,
        count(same),
        count(product < 0),
        count(is_own),
        count(is_own & same),
        _estimated(theirs.actor, a, b, same, weights, measuring, len(held.actors))
        if (shared >= measuring.min_shared).any()
        else None,
    )


def _weights(
    mine: Held,
    my: NDArray[np.int64],
    theirs: Held,
    measuring: Measuring,
    scope: Scope,
    option_weights: Mapping[str, float] | None,
) -> NDArray[np.float64] | None:
    """Return what each pair of positions weighs; None where all weigh the same."""
    found = np.ones(len(my))
    if option_weights is not None:
        by_option = np.array([option_weights.get(o, 0.0) for o in theirs.options])
        found = found * by_option[theirs.option]
    elif measuring.weight:
        found = found * np.sqrt(mine.confidence[my] * theirs.confidence)
    if measuring.half_life is not None:
        ages = (_faded(part, measuring.half_life, scope) for part in (mine, theirs))
        my_faded, their_faded = ages
        found = found * np.sqrt(my_faded[my] * their_faded)
    return None if measuring.weight is None and measuring.half_life is None else found


def _faded(held: Held, half_life: float, scope: Scope) -> NDArray[np.float64]:
    age = np.zeros(len(held))
    if scope.as_of is not None:
        passed = (np.datetime64(scope.as_of, "D") - held.day).astype(np.int64)
        age = np.where(np.isnat(held.day), 0, passed).astype(np.float64)
    return half_life_weights(age, half_life=half_life)


def _estimated(
    actor: NDArray[np.int32],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    same: NDArray[np.bool_],
    weights: NDArray[np.float64] | None,
    measuring: Measuring,
    actors: int,
) -> Estimates:
    name, rows, columns, size = _cells(a, b, same, measuring)
    cell = (rows * size + columns) * actors + actor
    table = np.bincount(cell, weights=weights, minlength=size * size * actors)
    effective = None
    if weights is not None:
        total, squares = (
            np.bincount(actor, weights=w, minlength=actors) for w in (weights, weights**2)
        )
        effective = effective_number(total, squares)
    shaped = table.reshape(size, size, actors).astype(np.float64)
    return estimate(shaped, name, effective=effective)


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
