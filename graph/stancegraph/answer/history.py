"""How positions became what they are: the steps of their history, and what moved between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from stancegraph.positions import (
    Position,
    Reading,
    last_day,
    own_only,
    positions_of,
    rolled_up,
)
from stancegraph.progress import followed
from stancegraph.scope import Scope

if TYPE_CHECKING:
    from stancegraph.graph import Graph

MoveKind = Literal["side", "reversal", "degree", "condition"]
"""To another side; back to a side held before; firmer or softer; on other conditions or limits."""


@dataclass(frozen=True, slots=True)
class Step:
    """A position as it became known on a day; None where it lapsed."""

    day: date | None
    position: Position | None


@dataclass(frozen=True, slots=True)
class Move:
    """A change from one position to the next, whose order is known."""

    before: Position
    after: Position
    kind: MoveKind
    is_lapse: bool
    day: date | None
    """The day as of which it is known."""


def counted(graph: Graph, scope: Scope) -> Iterator[Reading]:
    """Yield the readings that a scope lets count, whatever their day."""
    readings: Iterable[Reading] = graph.narrowed(scope)
    if scope.own_words:
        readings = own_only(readings)
    if scope.roll_up:
        readings = rolled_up(readings, {o.id: o.broader for o in graph.options.values()})
    yield from readings


def histories(graph: Graph, scope: Scope) -> Mapping[tuple[str, str], tuple[Step, ...]]:
    """Return how positions became what they are: one step for each day on which they changed.

    Derived by the rules of positions as of every day on which a record became known or what was
    declared for a time ended; a record without a date counts on the last day only.
    """
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in counted(graph, scope):
        groups.setdefault((reading.stance.holder, reading.option), []).append(reading)
    last = graph.undated_from(scope) or last_day(r for g in groups.values() for r in g) or date.min
    each = followed(groups.items(), "deriving positions", len(groups))
    found = {key: tuple(_steps(key, group, scope.as_of, last)) for key, group in each}
    return {key: steps for key, steps in found.items() if steps}


def _steps(
    key: tuple[str, str], group: Sequence[Reading], as_of: date | None, last: date
) -> Iterator[Step]:
    """Yield what one position became on each day, where it is other than it was."""
    dated_only = [r for r in group if r.when.not_after]
    is_last = as_of is None or as_of >= last
    known: list[tuple[date | None, Sequence[Reading]]] = [
        (d, dated_only) for d in sorted(_days_of(dated_only, as_of))
    ]
    if len(dated_only) < len(group) and is_last:
        known.append((as_of, group))
    before: Position | None = None
    for on, readings in known:
        after = positions_of(readings, on, undated_from=last).get(key)
        if after is None and before is None:
            continue
        if after is None or before is None or _core(before) != _core(after):
            yield Step(on, after)
        before = after


def _days_of(group: Iterable[Reading], as_of: date | None) -> set[date]:
    """Return the days up to one on which a record became known, or ended."""
    known = {r.known_by for r in group}
    ended = {r.stance.until + timedelta(days=1) for r in group if r.stance.until}
    return {d for d in known | ended if as_of is None or d <= as_of}


def _core(position: Position) -> tuple[object, ...]:
    return position.polarity, position.decided_by, position.dissent


def _is_over(position: Position, known: date | None) -> bool:
    """Tell whether what decided a position was declared for a time that is over."""
    ends = [s.until for s in position.stances if s.until]
    return bool(ends) and known is not None and min(ends) < known


def moves_of(histories_: Iterable[Sequence[Step]]) -> tuple[list[Move], int]:
    """Return the changes whose order is known, and how many differences have no known order."""
    found: list[Move] = []
    unordered = 0
    for steps in histories_:
        before: Position | None = None
        sides: list[int | None] = []
        for step in steps:
            after = step.position
            if after is None or after.polarity.side is None or is_at_odds(after):
                continue
            kind = kind_of(before, after, sides) if before else None
            if before and kind:
                is_lapse = _is_over(before, step.day) and not is_later(after, before)
                if is_lapse or is_later(after, before):
                    found.append(Move(before, after, kind, is_lapse, step.day))
                else:
                    unordered += 1
                    sides = []
            before = after
            sides = [*sides, after.polarity.side]
    return found, unordered


def is_at_odds(position: Position) -> bool:
    """Tell whether the records that decide a position are on several sides, as of one day."""
    return len({r.side for r in position.deciding}) > 1


def is_later(after: Position, before: Position) -> bool:
    """Tell whether what decides one position is surely later than what decides another."""
    first = max((r.when.not_before or date.min for r in after.deciding), default=date.min)
    return first > max(r.known_by for r in before.deciding) > date.min


def kind_of(before: Position, after: Position, sides: Sequence[int | None] = ()) -> MoveKind | None:
    """Return how a position differs from the one before; None where it does not.

    `sides` are those held before, the last of which is that of the position before.
    """
    if before.polarity.side != after.polarity.side:
        return "reversal" if after.polarity.side in sides[:-1] else "side"
    if before.polarity != after.polarity:
        return "degree"
    return "condition" if set(terms_of(before)) != set(terms_of(after)) else None


def terms_of(position: Position) -> tuple[str, ...]:
    """Return the conditions and limits of a position, by slug."""
    return (*position.conditions, *position.limits)
