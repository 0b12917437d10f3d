"""What a page shows of a graph: options, actors and their positions, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.ties import actors_called
from stancegraph.columns import Held
from stancegraph.graph import Graph
from stancegraph.model import Actor, Event, Evidence, Option
from stancegraph.positions import Position

LIMIT = 3_000
"""More positions than these are not drawn unless asked for."""

FEW_DAYS = 3
"""Below so many days on which something became known, movement is not shown."""

_STEPS_AT_MOST = 24
_SILENCE_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class Step:
    """A day, and the positions that the records known by then add up to."""

    day: date | None
    positions: Mapping[tuple[str, str], Position]
    """By holder and option."""
    by_option: Mapping[str, tuple[Position, ...]]
    """Those on each option, supporters first, states and bodies before single voices."""

    def on(self, option: str) -> tuple[Position, ...]:
        """Return the positions on an option."""
        return self.by_option.get(option, ())


def _step(
    graph: Graph, day: date | None, options: Collection[str], actors: Collection[str]
) -> Step:
    """Return what is known by a day of some options and actors, of all where none is named."""
    positions = {
        (holder, option): p
        for (holder, option), p in graph.positions(day).items()
        if option in options and (not actors or holder in actors)
    }

    def place(p: Position) -> tuple[int, bool, str]:
        return p.polarity.rank, not graph.is_state_or_body(p.holder), graph.actors[p.holder].name

    by_option: dict[str, list[Position]] = {}
    for p in sorted(positions.values(), key=place):
        by_option.setdefault(p.option, []).append(p)
    return Step(day, positions, {option: tuple(found) for option, found in by_option.items()})


@dataclass(frozen=True)
class Shown:
    """A part of a graph that can be looked at, and how much of the whole it is."""

    graph: Graph
    """A graph that has at least the records that are shown."""
    as_of: date | None
    options: tuple[Option, ...]
    """In the order of the register."""
    actors: tuple[str, ...]
    """Who has a position on one of them, by slug, in the order of their names."""
    steps: tuple[Step, ...]
    """The days on which something became known, the last of them the day that is asked about."""
    held: Held
    """All positions of the graph as arrays, those that are not shown too."""
    of_positions: int
    """How many positions there are, of which `positions` are shown."""
    of_options: int
    named: str | None
    """The first option that was named."""
    chosen: frozenset[str]
    """The actors that were named, with the members of alliances; none where all are shown."""
    days: tuple[date, ...]
    """The days on which something became known, up to the day that is asked about."""

    @property
    def positions(self) -> Mapping[tuple[str, str], Position]:
        """The positions on the day that is asked about."""
        return self.steps[-1].positions

    def on(self, option: str) -> tuple[Position, ...]:
        """Return the positions on an option, in the order of a step."""
        return self.steps[-1].on(option)

    @cached_property
    def opens_on(self) -> str | None:
        """The option that was named, else that with most positions, of several the first."""
        if self.named:
            return self.named
        counts = {o.id: 0 for o in self.options}
        for p in self.positions.values():
            counts[p.option] += 1
        return max(counts, key=counts.__getitem__, default=None)

    @cached_property
    def records(self) -> Mapping[str, Evidence]:
        """Every record on which a position rests, at whatever step, or that speaks against one."""
        found = (
            r.evidence for step in self.steps for p in step.positions.values() for r in p.readings
        )
        return {e.id: e for e in found}

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """What had surely happened, or begun, by the day asked about or has no day, by id."""
        day = self.as_of or date.max
        return {
            e.id: e
            for e in self.graph.debate.events
            if (e.when.not_after or e.when.not_before or day) <= day
        }

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the records."""
        return tuple(sorted({e.source for e in self.records.values()}))

    @property
    def lists_silence(self) -> bool:
        """Whether there are few enough actors for the silent ones to be named."""
        return len(self.actors) <= _SILENCE_AT_MOST

    def silent(self, option: str) -> tuple[Actor, ...]:
        """Return who of those asked about has said nothing of an option; nobody of very many."""
        if not self.lists_silence:
            return ()
        found = self.graph.silent(option, self.as_of)
        return tuple(a for a in found if not self.chosen or a.id in self.chosen)

    def narrower(self, option: str) -> tuple[Option, ...]:
        """Return the options below one that are shown."""
        shown = {o.id for o in self.options}
        return tuple(o for o in self.graph.narrower(option) if o.id in shown)


def shown_of(
    graph: Graph,
    *,
    options: Iterable[str] = (),
    actors: Iterable[str] = (),
    as_of: date | None = None,
    limit: int = LIMIT,
) -> Shown:
    """Choose what a page shows: all, what is named, or as much as can be read.

    An option stands for those below it too, an alliance for itself and its members. Beyond `limit`
    positions the options that divide most are shown. Raises UnknownName for a name that nobody has.
    """
    day = as_of or graph.last_day
    held = graph.held(graph.scope(as_of=day))
    found = [graph.option(name).id for name in options]
    named_options = {*found, *(o.id for option in found for o in graph.narrower(option))}
    named_actors = actors_called(graph, actors, day)
    counted = _counted(held, named_options, named_actors)
    chosen = _chosen(held, counted, limit)
    if chosen is None:
        kept = named_options or {o.id for o in graph.options.values()}
        holders = named_actors
    else:
        kept, holders = chosen
    part = graph.about(options=kept) if graph.is_large else graph
    drawn = tuple(o for o in part.options.values() if o.id in kept)
    days = _known_days(part, kept, holders, day)
    steps = tuple(_step(part, d, kept, holders) for d in _step_days(days, day))
    holding = {holder for holder, _ in steps[-1].positions}
    return Shown(
        graph=part,
        as_of=day,
        options=drawn,
        actors=tuple(sorted(holding, key=lambda a: (part.actors[a].name, a))),
        steps=steps,
        held=held,
        of_positions=int(counted.sum()) if chosen else len(steps[-1].positions),
        of_options=len(graph.options) if chosen else len(drawn),
        named=found[0] if found else None,
        chosen=frozenset(named_actors),
        days=days,
    )


def _counted(held: Held, options: set[str], actors: set[str]) -> NDArray[np.bool_]:
    """Return which positions are among those asked for."""
    return _among(held.option, held.options, options) & _among(held.actor, held.actors, actors)


def _among(
    codes: NDArray[np.int32], names: Sequence[str], wanted: Collection[str]
) -> NDArray[np.bool_]:
    if not wanted:
        return np.ones(len(codes), dtype=bool)
    return np.array([name in wanted for name in names], dtype=bool)[codes]


def _chosen(held: Held, counted: NDArray[np.bool_], limit: int) -> tuple[set[str], set[str]] | None:
    """Choose the options that divide most until the limit; None where all can be shown.

    An option divides by the smaller of its two sides. Of one option with too many holders those
    are shown who have most positions.
    """
    if int(counted.sum()) <= limit:
        return None
    part, size = held.where(counted), len(held.options)
    n, pro, con = (
        np.bincount(part.option[kept], minlength=size)
        for kept in (slice(None), part.level > 0, part.level < 0)
    )
    order = np.lexsort((np.arange(size), -n, -np.minimum(pro, con)))
    within = order[np.cumsum(n[order]) <= limit]
    chosen = within if len(within) else order[:1]
    drawn = part.where(np.isin(part.option, chosen))
    options = {held.options[o] for o in chosen.tolist() if n[o]}
    if len(drawn) <= limit:
        return options, {held.actors[a] for a in np.unique(drawn.actor).tolist()}
    most = np.bincount(part.actor, minlength=len(held.actors))
    holders = np.unique(drawn.actor)
    busiest = holders[np.lexsort((holders, -most[holders]))][:limit]
    return options, {held.actors[a] for a in busiest.tolist()}


def _known_days(
    graph: Graph, options: Collection[str], actors: Collection[str], day: date | None
) -> tuple[date, ...]:
    """Return the days on which something became known, up to one."""
    known = {
        r.known_by
        for r in graph.readings
        if r.option in options and (not actors or r.stance.holder in actors) and r.when.not_after
    }
    return tuple(sorted(d for d in known if day is None or d <= day))


def _step_days(days: Sequence[date], day: date | None) -> list[date | None]:
    """Return the days of the steps: the last is the one asked about."""
    return [*_spaced([d for d in days if d != day]), day]


def _spaced(days: Sequence[date]) -> list[date]:
    """Return the days, or the last day of months, years or decades where they are too many."""
    for last in (lambda d: d, _month_end, _year_end, _decade_end):
        ends = sorted({last(d) for d in days})
        if len(ends) < _STEPS_AT_MOST:
            break
    return [d for d in ends if d <= days[-1]] if days else []


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _year_end(day: date) -> date:
    return date(day.year, 12, 31)


def _decade_end(day: date) -> date:
    return date(day.year // 10 * 10 + 9, 12, 31)


def blocs_of(shown: Shown) -> tuple[Actor, ...]:
    """Return the organisations with most members among the actors, at most eight of them."""
    graph, holders = shown.graph, set(shown.actors)
    organizations = dict.fromkeys(
        m.organization for m in (*graph.reference.memberships, *graph.own_memberships)
    )
    sizes = {o: len(holders & graph.spells(o).keys()) for o in organizations}
    largest = sorted((o for o in sizes if sizes[o] > 1), key=lambda o: (-sizes[o], o))
    return tuple(graph.actors[o] for o in largest[:8])
