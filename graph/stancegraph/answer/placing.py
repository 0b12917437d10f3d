"""The places of actors as numbers: whom a map can locate, how it is made, and what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.places import Axis, By, Mapping
from stancegraph.answer.words import count, named
from stancegraph.errors import StanceError
from stancegraph.measure.levels import MISSING, LevelMatrix
from stancegraph.measure.scaling import (
    SEARCH_STEPS,
    correspondence_analysis,
    doubled,
    ideal_points,
    telling_options,
)
from stancegraph.progress import followed

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network
    from stancegraph.graph import Graph

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]
Chosen = NDArray[np.bool_]

LEAST_LOCATED = 3
"""A map of fewer actors shows nothing."""

LEAST_OPTIONS = 3
"""A map of fewer options shows these and not a line."""

ENOUGH = 10
"""From so many located actors and options on, ideal points are fitted where nothing is asked."""

MOST_STANCES = 300_000
"""Of more stances the default is the quick map."""

LEAST_SIDE = 0.1
"""Options that give an axis its meaning have so much, as a share, on their smaller side."""

APART = 1.959964
"""Standard errors to either side of a place that hold it in 95%."""

HALF = 0.5
"""Who makes more of a dimension than this, as a share, is named."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A map as numbers: a row an actor, NaN where it is not located."""

    by: By
    place: Values
    error: Values
    second: Values
    stances: Numbers
    axes: tuple[Axis, ...] = ()
    """The most telling first."""
    inertia: tuple[float, ...] = ()
    """What each dimension shows, as a share of all; of correspondence analysis."""
    anchor: int | None = None
    """The number of the actor that fixes the sign; None where nobody is located."""
    apart: tuple[int, int] | None = None
    """Of how many pairs of actors the order is clear, and how many there are."""
    alone: tuple[tuple[int, int, float], ...] = ()
    """Dimension, actor and share where a single actor makes most of a dimension."""

    @property
    def located(self) -> Chosen:
        """Which actors have a place."""
        return np.isfinite(self.place)


@dataclass(frozen=True, slots=True, eq=False)
class _Levels:
    """Who holds which level, a row an actor, a column an option that anybody speaks of."""

    options: tuple[str, ...]
    names: tuple[str, ...]
    graded: LevelMatrix
    """All levels, of which the middle is one."""
    sides: LevelMatrix
    """For and against alone: 1, -1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Countable:
    """What a map can be made of."""

    stances: Numbers
    """How many stances on options that divide each actor has."""
    options: Numbers
    located: Chosen


def mapped(graph: Graph, network: Network, asked: Mapping) -> Found:
    """Choose how, and make the map."""
    levels = _levels(graph, network, asked)
    of_sides = _countable(levels.sides, asked.fewest)
    by = asked.by or _fitting(of_sides, asked)
    counted = of_sides if by == "irt" else _countable(levels.graded, asked.fewest)
    anchor = _anchor(graph, network, counted, asked.anchor)
    if anchor is None:
        return _nobody(by, counted)
    if by == "irt":
        return _ideal(levels, counted, anchor, asked)
    return _corresponding(levels, counted, anchor, asked.dimensions)


def _levels(graph: Graph, network: Network, asked: Mapping) -> _Levels:
    held = network.held
    used, column = np.unique(held.option, return_inverse=True)
    graded = np.full((len(network.actors), len(used)), MISSING, dtype=np.int8)
    graded[held.actor, column] = held.level
    side = np.sign(held.level)
    if asked.abstaining == "against":
        side = np.where(held.is_vote & (held.level == 0), -1, side).astype(np.int8)
    sides = np.full(graded.shape, MISSING, dtype=np.int8)
    sides[held.actor, column] = np.where(side == 0, MISSING, side)
    options = tuple(held.options[n] for n in used.tolist())
    return _Levels(options, tuple(graph.options[o].name for o in options), graded, sides)


def _fitting(of_sides: _Countable, asked: Mapping) -> By:
    """Return ideal points where data allow: enough actors and options, and not too many."""
    actors, options = int(of_sides.located.sum()), len(of_sides.options)
    is_enough = min(actors, options) >= ENOUGH and actors * options <= MOST_STANCES
    return "irt" if asked.dimensions == 1 and is_enough else "ca"


def _countable(matrix: LevelMatrix, fewest: int) -> _Countable:
    """Return which options divide those who are located, and who is located by these.

    Actors who share no option, nor options with somebody who does, are of two maps: the one of
    more actors is made.
    """
    left, located = matrix.copy(), np.ones(len(matrix), dtype=np.bool_)
    while True:
        options = telling_options(left)
        stances = (matrix[:, options] != MISSING).sum(axis=1)
        held = left[:, options] != MISSING
        kept = _together(held, located & (stances >= fewest))
        if (kept == located).all():
            break
        left[~kept], located = MISSING, kept
    if located.sum() < LEAST_LOCATED or len(options) < LEAST_OPTIONS:
        options = telling_options(matrix)
        stances = (matrix[:, options] != MISSING).sum(axis=1)
        located = np.zeros(len(matrix), dtype=np.bool_)
    return _Countable(stances, options, located)


def _together(held: Chosen, some: Chosen) -> Chosen:
    """Return the largest part of some actors whom shared options connect."""
    left, best = some.copy(), np.zeros_like(some)
    while left.any():
        part = np.zeros_like(some)
        part[np.flatnonzero(left)[0]] = True
        size = 0
        while part.sum() > size:
            size = int(part.sum())
            part = left & held[:, held[part].any(axis=0)].any(axis=1)
            part[np.flatnonzero(left)[0]] = True
        best = part if part.sum() > best.sum() else best
        left &= ~part
    return best


def _anchor(graph: Graph, network: Network, counted: _Countable, anchor: str | None) -> int | None:
    """Return the number of who is asked for, or else has most stances, the first of these."""
    if not counted.located.any():
        return None
    first = int(np.where(counted.located, counted.stances, -1).argmax())
    if anchor is None:
        return first
    at = network.actors.index(anchor) if anchor in network.actors else None
    if at is not None and counted.located[at]:
        return at
    stances = 0 if at is None else int(counted.stances[at])
    held = "no position" if at is None else f"{count(stances, 'stance')} on options that divide"
    raise StanceError(
        f"{named(graph.actors[anchor])}, with {held}, is not located, and so no "
        f"anchor: take another, such as {network.actors[first]!r}, or a lower --fewest"
    )


def _nobody(by: By, counted: _Countable) -> Found:
    nowhere = np.full(len(counted.located), np.nan)
    return Found(by, nowhere, nowhere, nowhere, counted.stances)


def _ideal(levels: _Levels, counted: _Countable, anchor: int, asked: Mapping) -> Found:
    located = counted.located
    sides = levels.sides.copy()
    sides[~located] = MISSING
    watch = _watch(asked.seconds)
    fit = ideal_points(sides, anchor=anchor, fewest=asked.fewest, watch=watch)
    axes = (
        _axis(levels, located, int(o), float(b), difficulty=float(a))
        for o, b, a in zip(fit.options, fit.discrimination, fit.difficulty, strict=True)
    )
    return Found(
        by="irt",
        place=fit.place,
        error=fit.error,
        second=np.full(len(located), np.nan),
        stances=counted.stances,
        axes=tuple(sorted(axes, key=lambda a: (-sharpness(a), a.option))),
        anchor=anchor,
        apart=_pairs_apart(fit.place[located], fit.error[located]),
    )


def _watch(seconds: float) -> Callable[[], None]:
    """Return what to do at each step of a search: show it, and raise StanceError after a time."""
    steps = iter(followed(range(SEARCH_STEPS), "climbing to ideal points, at most", SEARCH_STEPS))
    end = monotonic() + seconds

    def stepped() -> None:
        next(steps, None)
        if monotonic() > end:
            raise StanceError(
                f"ideal points were not found in {seconds:g} seconds: give them more (--seconds), "
                "take a shorter time (--from, --to), or the quick map (--by ca)"
            )

    return stepped


def sharpness(axis: Axis) -> float:
    """Return how sharply an option divides, 0 where hardly anybody is on its smaller side."""
    smaller = min(axis.supporters, axis.opponents)
    is_divided = smaller >= LEAST_SIDE * (axis.supporters + axis.opponents)
    return abs(axis.toward) if is_divided else 0.0


def _pairs_apart(place: Values, error: Values) -> tuple[int, int]:
    """Count the pairs whose order is clear, errors taken as independent."""
    gap = np.abs(place[:, None] - place)
    spread = np.sqrt(error[:, None] ** 2 + error**2)
    clear = np.triu(gap > APART * spread, 1)
    return int(clear.sum()), len(place) * (len(place) - 1) // 2


def _corresponding(levels: _Levels, counted: _Countable, anchor: int, dimensions: int) -> Found:
    located, options = counted.located, counted.options
    table = doubled(levels.graded[:, options][located], lowest=-2, highest=2)
    found = correspondence_analysis(table)
    shown = min(dimensions, len(found.inertia))
    if not shown:
        return _nobody("ca", counted)
    turn = np.ones(len(found.inertia))
    turn[0] = -1.0 if found.rows[np.flatnonzero(located) == anchor, 0].item() < 0 else 1.0
    rows, columns = found.rows * turn, np.nan_to_num(found.columns * turn)
    nowhere, place, second = np.full((3, len(located)), np.nan)
    place[located] = rows[:, 0]
    second[located] = rows[:, 1] if shown > 1 else np.nan
    of_actors = _contributions(table.sum(axis=1), rows, found.inertia)
    of_columns = _contributions(table.sum(axis=0), columns, found.inertia)
    of_options = of_columns[::2] + of_columns[1::2]
    axes = (
        _axis(levels, located, o, float(columns[2 * n, d]), d + 1, share=float(of_options[n, d]))
        for d in range(shown)
        for n, o in enumerate(options.tolist())
    )
    return Found(
        by="ca",
        place=place,
        error=nowhere,
        second=second,
        stances=counted.stances,
        axes=tuple(sorted(axes, key=lambda a: (a.dimension, -(a.share or 0), a.option))),
        inertia=tuple((found.inertia[:shown] / found.inertia.sum()).tolist()),
        anchor=anchor,
        alone=tuple(
            (d + 1, int(np.flatnonzero(located)[n]), float(of_actors[n, d]))
            for d, n in enumerate(of_actors[:, :shown].argmax(axis=0).tolist())
            if of_actors[n, d] > HALF
        ),
    )


def _contributions(weight: Values, points: Values, inertia: Values) -> Values:
    """Return what each point makes of each dimension, as a share (Greenacre 1984)."""
    return np.asarray((weight / weight.sum())[:, None] * points**2 / inertia)


def _axis(
    levels: _Levels,
    located: Chosen,
    option: int,
    toward: float,
    dimension: int = 1,
    *,
    share: float | None = None,
    difficulty: float | None = None,
) -> Axis:
    side = levels.sides[located, option]
    return Axis(
        option=levels.options[option],
        name=levels.names[option],
        dimension=dimension,
        toward=toward,
        share=share,
        difficulty=difficulty,
        supporters=int((side == 1).sum()),
        opponents=int((side == -1).sum()),
    )
