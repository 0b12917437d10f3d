"""Who changed side or terms, from where to where, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.history import Move, MoveKind, terms_of
from stancegraph.model import ActorKind, Bounds, Polarity
from stancegraph.positions import Position

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One change of one actor's position on one option."""

    actor: str
    name: str
    option: str
    polarity_before: Polarity
    polarity: Polarity
    kind: MoveKind
    not_before: date | None
    """The earliest day of the change: that of the last record before it; None where not known."""
    not_after: date | None
    """The latest day of the change: that of the first record after it; None where undated."""
    is_own: bool
    """Whether the actor's own words or deeds show both; else perhaps only our knowledge changed."""
    is_lapse: bool
    """Whether what was declared for a time ended, so that an earlier record counts again."""
    is_same_speaker: bool
    """Whether one voice said both; else one who speaks for the actor said other than another."""
    last_before: Bounds
    """When the position before was last on record."""
    first_after: Bounds
    """When the present one was first on record."""
    conditions_before: tuple[str, ...]
    """What it was tied to: conditions and limits."""
    conditions: tuple[str, ...]
    evidence_before: tuple[str, ...]
    evidence: tuple[str, ...]
    order: int | None
    """How early among those who changed side on this option in this direction, from 1; None where
    the days leave it open, or nobody else did. Voices of a party or body that differ do not
    count."""


def in_order(graph: Graph, moves: Sequence[Move]) -> list[Move]:
    """Return moves with those of side first, then by the day by which each is known."""
    names = {m.after.holder: graph.actors[m.after.holder].name for m in moves}
    return sorted(moves, key=lambda m: (_rank(m), _when(m), names[m.after.holder], m.after.option))


def shifts_of(graph: Graph, moves: Sequence[Move]) -> tuple[Shift, ...]:
    """Return a row for each move, with its place among those who moved alike."""
    places = _orders([m for m in moves if _is_of_one_voice(graph, m)])
    return tuple(_row(graph, m, places.get(id(m))) for m in moves)


def _rank(move: Move) -> int:
    return 0 if move.kind in ("side", "reversal") else 1 if move.kind == "degree" else 2


def _when(move: Move) -> date:
    return _bounds(move)[1].not_after or date.max


def _bounds(move: Move) -> tuple[Bounds, Bounds]:
    """Return when the position before was last on record, and the present one first."""
    if move.is_lapse and move.day:
        return move.before.deciding[0].when, Bounds(not_before=move.day, not_after=move.day)
    return move.before.deciding[0].when, move.after.deciding[0].when


def direction(before: Polarity, after: Polarity) -> int:
    """Return 1 for a move towards support, -1 for one away from it."""
    return 1 if (after.level or 0) > (before.level or 0) else -1


def _orders(moves: Sequence[Move]) -> dict[int, int]:
    """Return how early each was who changed side, by what first showed it; by number of the move.

    Left out are those who moved alone and those whose bounds overlap with another's. One actor
    counts once, by its first move in the direction; one record that speaks for two, such as a
    person and a party, orders neither before or after the other.
    """
    groups: dict[tuple[str, int], dict[str, Move]] = {}
    for move in moves:
        if move.kind in ("side", "reversal"):
            key = (move.after.option, direction(move.before.polarity, move.after.polarity))
            groups.setdefault(key, {}).setdefault(move.after.holder, move)
    found: dict[int, int] = {}
    for group in groups.values():
        spans = {m.after.decided_by: _bounds(m)[1] for m in group.values()}
        for move in group.values():
            when = spans[move.after.decided_by]
            others = [other for by, other in spans.items() if by != move.after.decided_by]
            if others and all(_is_ordered(when, other) for other in others):
                found[id(move)] = 1 + sum(_is_before(other, when) for other in others)
    return found


def _is_before(one: Bounds, other: Bounds) -> bool:
    return bool(one.not_after and other.not_before and one.not_after < other.not_before)


def _is_ordered(one: Bounds, other: Bounds) -> bool:
    """Tell whether one is surely before the other, or both are of one day."""
    is_one_day = one.day is not None and one.day == other.day
    return is_one_day or _is_before(one, other) or _is_before(other, one)


def _is_of_one_voice(graph: Graph, move: Move) -> bool:
    """Tell whether it is a country's change or one voice's; a party has members who differ."""
    is_country = graph.actors[move.after.holder].kind is ActorKind.COUNTRY
    return is_country or bool(_speakers(move.before) & _speakers(move.after))


def _row(graph: Graph, move: Move, order: int | None) -> Shift:
    before, after = move.before, move.after
    last, first = _bounds(move)
    return Shift(
        actor=after.holder,
        name=graph.actors[after.holder].name,
        option=after.option,
        polarity_before=before.polarity,
        polarity=after.polarity,
        kind=move.kind,
        not_before=last.not_before,
        not_after=first.not_after,
        is_own=not before.is_hearsay and not after.is_hearsay and not move.is_lapse,
        is_lapse=move.is_lapse,
        is_same_speaker=bool(_speakers(before) & _speakers(after)),
        last_before=last,
        first_after=first,
        conditions_before=terms_of(before),
        conditions=terms_of(after),
        evidence_before=before.decided_by,
        evidence=after.decided_by,
        order=order,
    )


def _speakers(position: Position) -> set[str]:
    return {r.evidence.speaker for r in position.deciding}


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Who changed side on an option in one direction, in the order of time."""

    option: str
    towards: Literal["support", "opposition"]
    actors: tuple[str, ...]
    orders: tuple[int, ...]
    """The place of each, from 1; those of one day have one place."""
    first_after: tuple[Bounds, ...]
    """When each was first on record there."""


def successions(rows: Iterable[Shift]) -> tuple[Succession, ...]:
    """Return the orders that are known, those of most actors first."""
    groups: dict[tuple[str, int], list[Shift]] = {}
    for row in rows:
        if row.order is not None:
            key = (row.option, direction(row.polarity_before, row.polarity))
            groups.setdefault(key, []).append(row)
    found = [_succession(key, group) for key, group in sorted(groups.items()) if len(group) > 1]
    return tuple(sorted(found, key=lambda s: -len(s.actors)))


def _succession(key: tuple[str, int], group: Iterable[Shift]) -> Succession:
    movers = sorted(group, key=lambda r: (r.order or 0, r.name))
    return Succession(
        option=key[0],
        towards="support" if key[1] > 0 else "opposition",
        actors=tuple(r.actor for r in movers),
        orders=tuple(r.order or 0 for r in movers),
        first_after=tuple(r.first_after for r in movers),
    )
