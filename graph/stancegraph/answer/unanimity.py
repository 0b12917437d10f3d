"""Whose unanimity an option needs, where they stand, and what might move them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from stancegraph.answer.replies import (
    ANSWERING,
    Nearness,
    Reply,
    frames_of,
    near_options,
    records_by,
)
from stancegraph.answer.words import STANDS, named, some
from stancegraph.errors import StanceError
from stancegraph.model import Actor, ActorKind, Argument, Evidence, Frame, Polarity
from stancegraph.positions import VOTE, Position, Positions
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.graph import Graph


_ACTIVE = timedelta(days=365)
"""Without an alliance, whoever has no record within a year of those on the option is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """An option near the one asked about, on which an actor stands better."""

    option: str
    nearness: Nearness
    polarity: Polarity
    hearsay: bool
    decided_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where one actor stands, and what might move it."""

    actor: str
    name: str
    kind: ActorKind
    is_needed: bool
    """Whether unanimity is asked of it; others are told beside."""
    stands: Polarity
    hearsay: bool
    """Whether somebody else's word decides."""
    contested: bool
    decided_by: tuple[str, ...]
    conditions: tuple[str, ...]
    """What must come first, as recorded with its stance."""
    limits: tuple[str, ...]
    reasons: tuple[str, ...]
    """The arguments recorded with its stance."""
    frames: tuple[str, ...]
    """The frames in which it, or whoever tells of it, sees the option or one next to it."""
    answered_by: tuple[str, ...]
    """Records that deny a frame, or argue for the option, where it has a reason on record."""
    better_on: tuple[Better, ...]
    """The options near this one on which it stands better."""
    was: Polarity | None
    """An earlier position on another side."""
    was_by: str | None
    """The record that says so."""
    was_own: bool | None
    """Whether the actor moved, or only what is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An option, whose unanimity is asked for, and what is known."""

    graph: Graph
    """The records on the option and those next to it."""
    option: str
    scope: Scope
    alliance: Actor | None
    members: tuple[Actor, ...]
    """Of the alliance on that day; empty without one."""
    members_on: date | None
    """The day of the question; of an option that was voted on, that of the vote."""
    near: Mapping[str, Nearness]
    positions: Positions
    needed: tuple[Position, ...]
    """Positions of those of whom unanimity is asked, opposition first."""
    beside: tuple[Position, ...]
    """Positions of all others on the option."""
    silent: tuple[Actor, ...]
    records: tuple[Evidence, ...]

    @property
    def holdouts(self) -> tuple[Position, ...]:
        """Those who do not support it, nor lean to."""
        return tuple(p for p in self.needed if p.polarity.side != 1)

    @property
    def what(self) -> str:
        """The option as it stands in a sentence."""
        return repr(self.graph.options[self.option].name)

    @property
    def day(self) -> date | None:
        """The latest day of a record that decides a position on it; else that of the question."""
        days = [p.deciding[0].when.not_after for p in (*self.needed, *self.beside)]
        return max((d for d in days if d), default=self.scope.as_of)

    def argument(self, slug: str) -> str:
        """Return an argument, or a frame, as it is told."""
        debate = self.graph.debate
        said: tuple[Frame | Argument, ...] = (*debate.frames, *debate.arguments)
        return {x.id: x.name for x in said}.get(slug, slug)

    def told(self, p: Position) -> str:
        """Say where an actor stands, without on what."""
        hearsay = " (others' word)" if p.is_hearsay else ""
        return f"{self.graph.actors[p.holder].name} {STANDS[p.polarity]}{hearsay}"

    def names(self, actors: Iterable[str], most: int = 6) -> str:
        """Name actors in a sentence."""
        return some([named(self.graph.actors[a]) for a in actors], most)


def asked_of(graph: Graph, option: str, among: str | None, scope: Scope) -> Asked:
    """Return whose unanimity an option needs, and what is on record on it."""
    near = near_options(graph, option)
    part = graph.about(options=list(near))
    everywhere = part.positions_in(scope)
    positions = {key: p for key, p in everywhere.items() if p.option in near}
    on_it = [p for p in positions.values() if p.option == option]
    found = sorted(on_it, key=lambda p: (*_order(p), part.actors[p.holder].name, p.holder))
    day = _day_of(found, scope)
    alliance = _alliance(part, among, day)
    members = part.members(alliance.id, day) if alliance else ()
    holders = {p.holder for p in found}
    states = {a for a in holders if part.is_state_or_body(a)}
    needed = {m.id for m in members} if alliance else states or holders
    quiet = (m for m in members if m.id not in holders)
    return Asked(
        graph=part,
        option=option,
        scope=scope,
        alliance=alliance,
        members=members,
        members_on=day,
        near=near,
        positions=positions,
        needed=tuple(p for p in found if p.holder in needed),
        beside=tuple(p for p in found if p.holder not in needed),
        silent=tuple(quiet) if alliance else _elsewhere(graph, scope, found),
        records=records_by(part, scope.as_of),
    )


def _day_of(found: Sequence[Position], scope: Scope) -> date | None:
    """Return the day whose members are asked: of what all voted on, that of the latest vote."""
    days = [p.deciding[0].when.not_after for p in found if p.tier == VOTE]
    if not found or len(days) < len(found):
        return scope.as_of
    return max((d for d in days if d), default=scope.as_of)


def _alliance(part: Graph, among: str | None, day: date | None) -> Actor | None:
    """Return whose unanimity is asked for; StanceError where nobody is known as its member."""
    if not among:
        own = part.debate.alliance
        return part.actors[own] if own and part.members(own, day) else None
    alliance = part.actor(among)
    if not part.members(alliance.id, day):
        raise StanceError(
            f"no members of {alliance.name} are on record on {day or 'any day'}; "
            "'stancegraph import memberships' adds them"
        )
    return alliance


def _order(position: Position) -> tuple[int, bool]:
    """Return the place of a position, opposition first; what is not disclosed comes midway."""
    level = position.polarity.level
    return level or 0, level is None


def _elsewhere(graph: Graph, scope: Scope, found: Sequence[Position]) -> tuple[Actor, ...]:
    """Return the states and organisations with positions on other options only.

    Those without any within a year of the positions on this one are not asked.
    """
    import numpy as np

    held = graph.held(scope)
    known = [d for p in found if (d := p.deciding[0].when.not_after)]
    first = np.datetime64(min(known, default=date.max - _ACTIVE) - _ACTIVE)
    last = np.datetime64(max(known, default=date.min) + _ACTIVE)
    kept = ((held.day >= first) & (held.day <= last)) | np.isnat(held.day) | (not known)
    heard = {p.holder for p in found}
    others = (held.actors[n] for n in np.unique(held.actor[kept]).tolist())
    silent = [graph.actors[a] for a in others if a not in heard and graph.is_state_or_body(a)]
    return tuple(sorted(silent, key=lambda a: (a.name, a.id)))


def stand_of(asked: Asked, p: Position, said: Sequence[Reply]) -> Stand:
    """Return a position as a row, with what speaks to it."""
    actor = asked.graph.actors[p.holder]
    return Stand(
        actor=actor.id,
        name=actor.name,
        kind=actor.kind,
        is_needed=p in asked.needed,
        stands=p.polarity,
        hearsay=p.is_hearsay,
        contested=p.is_contested,
        decided_by=p.decided_by,
        conditions=p.conditions,
        limits=p.limits,
        reasons=p.reasons,
        frames=frames_of(asked.records, asked.near, actor.id),
        answered_by=unique(r.evidence for r in said if r.how in ANSWERING and actor.id in r.to),
        better_on=tuple(_better(asked, p)),
        was=p.change.polarity if p.change else None,
        was_by=p.change.evidence if p.change else None,
        was_own=p.change.is_own if p.change else None,
    )


def word_of(p: Position) -> str:
    """Say, beside where an actor stands, where only others tell it."""
    return ", by others' word only" if p.is_hearsay else ""


def unique(slugs: Iterable[str]) -> tuple[str, ...]:
    """Return each of some slugs once, in their order."""
    return tuple(dict.fromkeys(slugs))


def _better(asked: Asked, p: Position) -> Iterator[Better]:
    for option, nearness in asked.near.items():
        other = asked.positions.get((p.holder, option))
        if other and other.polarity.rank < p.polarity.rank and other.polarity.level is not None:
            yield Better(
                option=option,
                nearness=nearness,
                polarity=other.polarity,
                hearsay=other.is_hearsay,
                decided_by=other.decided_by,
            )
