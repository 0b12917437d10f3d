"""Which positions rest on old evidence, and which of them to check first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Unpack

from stancegraph.answer.answer import Answer, Table, cite_positions, flags_of
from stancegraph.answer.figure import Dot, Dots
from stancegraph.answer.shared import left_out, method, metonyms_read, scoped
from stancegraph.answer.words import (
    STANDS,
    TIERS,
    count,
    day,
    first_of,
    listed,
    named,
    sentence,
    some,
    with_article,
)
from stancegraph.model import Polarity
from stancegraph.positions import RULES, Position
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph

Matter = Literal["contested", "divided", "decisive"]
"""Records disagree; states or bodies stand on both sides of the option; were this one to turn, the
side with more of them would be another, or none."""

_LISTED = 25
_DRAWN = 60
_FIRST = 5
_CITED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """How old the evidence of one position is."""

    actor: str
    name: str
    option: str
    polarity: Polarity
    age_days: int | None
    """At least so many days lie between the deciding record and the day; None where undated."""
    last: date | None
    """The latest day that the deciding record can be of."""
    is_stale: bool
    """Whether that is more than the limit."""
    tier: int
    confidence: float
    """0 to 1, by the rule set; it halves with every half-life."""
    matters: tuple[Matter, ...]
    """Why it matters whether it still holds."""
    decided_by: tuple[str, ...]


def stale(
    graph: Graph,
    *,
    days: int = RULES.stale_after_days,
    actor: str | None = None,
    option: str | None = None,
    **which: Unpack[Which],
) -> Answer[Stale]:
    """Say which positions rest on evidence older than so many days, and which to check first.

    Of a large graph each actor's latest position is given: how long it has not been heard.
    """
    from stancegraph.answer.ties import actors_called

    scope = graph.scope(**which)
    who = actors_called(graph, [actor], scope.as_of) if actor else None
    what = graph.option(option).id if option else None
    summary, positions, part = _positions(graph, scope, who, what, days)
    matters = _matters(graph, positions)
    rows = sorted(
        (_row(part, p, scope.as_of, days, matters) for p in positions),
        key=lambda r: (-(r.age_days if r.age_days is not None else -1), r.name, r.option),
    )
    old = [r for r in rows if r.is_stale]
    first = sorted(old, key=lambda r: (-len(r.matters), -(r.age_days or 0)))[:_FIRST]
    by_key = {(p.holder, p.option): p for p in positions}
    told = first or [r for r in rows if r.age_days is not None][:_FIRST]
    quiet = () if graph.is_large else _quiet(graph, rows)
    return Answer(
        question=f"Which positions rest on evidence more than {days} days old?",
        verdict=_verdict(part, rows, summary, days, scope.as_of, is_large=graph.is_large),
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra=f"age is from the latest day that the deciding record can be of; stale beyond "
            f"{days} days; confidence halves every {RULES.half_life_days} days",
        ),
        row_class=Stale,
        rows=tuple(rows),
        evidence=cite_positions(
            part, [by_key[r.actor, r.option] for r in told[: _CITED if graph.is_large else None]]
        ),
        flags=_flags(positions, old),
        more={
            "days": days,
            "actor": graph.actor(actor).id if actor else None,
            "option": what,
            "positions": summary.positions,
            "stale": summary.stale,
            "undated": summary.undated,
            "check_first": tuple((r.actor, r.option) for r in first),
            "options_without_fresh": quiet,
            "roll_up": scope.roll_up,
        },
        tables=tuple(_tables(rows, first, is_large=graph.is_large)),
        notes=tuple(_notes(graph, rows, quiet, scope, actor, days)),
        reproduce=scoped(
            "stale",
            *(("--days", str(days)) if days != RULES.stale_after_days else ()),
            *(("--actor", graph.actor(actor).id) if actor else ()),
            *(("--option", what) if what else ()),
            graph=graph,
            scope=scope,
        ),
        figures=(_figure(rows, days),) if any(r.age_days is not None for r in rows) else (),
    )


@dataclass(frozen=True, slots=True)
class _Summary:
    """How many positions there are, how many of them are stale, and how many undated."""

    positions: int
    stale: int
    undated: int


def _positions(
    graph: Graph, scope: Scope, who: set[str] | None, what: str | None, days: int
) -> tuple[_Summary, tuple[Position, ...], Graph]:
    """Return all positions in question and their records; of a large graph the latest of each."""
    if graph.is_large:
        return _latest(graph, scope, who, what, days)
    found = tuple(
        p
        for (holder, option), p in graph.about().positions_in(scope).items()
        if (who is None or holder in who) and (what is None or option == what)
    )
    ages = [_age(p, scope.as_of) for p in found]
    old = sum(a is not None and a > days for a in ages)
    return _Summary(len(found), old, ages.count(None)), found, graph


def _latest(
    graph: Graph, scope: Scope, who: set[str] | None, what: str | None, days: int
) -> tuple[_Summary, tuple[Position, ...], Graph]:
    import numpy as np

    held = graph.held(scope)
    is_asked = np.array([who is None or a in who for a in held.actors], dtype=bool)[held.actor]
    if what is not None:
        is_asked &= held.option == held.options.index(what)
    held = held.where(is_asked)
    undated = np.isnat(held.day)
    passed = (np.datetime64(scope.as_of or date.min, "D") - held.day).astype(np.int64)
    old = int(((passed > days) & ~undated).sum())
    dated = held.where(~undated)
    order = np.lexsort((dated.option, dated.day, dated.actor))
    last = order[np.flatnonzero(np.diff(dated.actor[order], append=-1))]
    keys = [(dated.actors[dated.actor[n]], dated.options[dated.option[n]]) for n in last.tolist()]
    part = graph.about(holders={k[0] for k in keys}, options={k[1] for k in keys})
    found = part.positions_in(scope)
    kept = tuple(found[key] for key in keys if key in found)
    return _Summary(len(held), old, int(undated.sum())), kept, part


def _age(position: Position, as_of: date | None) -> int | None:
    last = position.deciding[0].when.not_after
    return (as_of - last).days if as_of and last else None


def _row(
    graph: Graph,
    p: Position,
    as_of: date | None,
    days: int,
    matters: Mapping[tuple[str, str], tuple[Matter, ...]],
) -> Stale:
    age = _age(p, as_of)
    return Stale(
        actor=p.holder,
        name=graph.actors[p.holder].name,
        option=p.option,
        polarity=p.polarity,
        age_days=age,
        last=p.deciding[0].when.not_after,
        is_stale=age is not None and age > days,
        tier=p.tier,
        confidence=round(p.confidence, 4),
        matters=matters.get((p.holder, p.option), ()),
        decided_by=p.decided_by,
    )


def _matters(
    graph: Graph, positions: Sequence[Position]
) -> Mapping[tuple[str, str], tuple[Matter, ...]]:
    """Return why each position matters; of a large graph nothing, its options are single votes."""
    from stancegraph.answer.ties import LEAST_ACTORS

    if graph.is_large:
        return {}
    by_option: dict[str, list[Position]] = {}
    for p in positions:
        by_option.setdefault(p.option, []).append(p)
    found: dict[tuple[str, str], tuple[Matter, ...]] = {}
    for group in by_option.values():
        states = [p for p in group if graph.is_state_or_body(p.holder)]
        counted = states if len(states) >= LEAST_ACTORS else group
        sides = [p.polarity.side or 0 for p in counted]
        for p in group:
            is_counted = any(p is c for c in counted)
            found[p.holder, p.option] = tuple(_why(p, sides, is_counted=is_counted))
    return found


def _why(position: Position, sides: Sequence[int], *, is_counted: bool) -> Iterator[Matter]:
    if position.is_contested:
        yield "contested"
    if is_counted and {-1, 1} <= set(sides):
        yield "divided"
        side, lead = position.polarity.side, sum(sides)
        if side and 0 < side * lead <= 2:
            yield "decisive"


def _quiet(graph: Graph, rows: Sequence[Stale]) -> tuple[str, ...]:
    """Return the options with dated positions, all of which are stale."""
    dated = {r.option for r in rows if r.age_days is not None}
    fresh = {r.option for r in rows if r.age_days is not None and not r.is_stale}
    return tuple(o for o in graph.options if o in dated - fresh)


def _flags(positions: Sequence[Position], old: Sequence[Stale]) -> tuple[str, ...]:
    found = {f for f in flags_of(positions) if f != "stale"}
    found |= {"stale"} if old else set()
    return tuple(sorted(found if positions else {"insufficient"}))


def _verdict(
    graph: Graph,
    rows: Sequence[Stale],
    summary: _Summary,
    days: int,
    as_of: date | None,
    *,
    is_large: bool,
) -> str:
    dated = [r for r in rows if r.age_days is not None]
    if not rows or as_of is None:
        known = f"{count(len(rows), 'position')}, none of them dated" if rows else "no position"
        return f"Too thin to say how old the evidence is: {known}."
    if is_large:
        return _large_verdict(rows, summary, days, as_of)
    undated = f"; {count(summary.undated, 'position')} undated" if summary.undated else ""
    if not dated:
        return f"No position is dated, so that none has an age{undated}."
    oldest = dated[0]
    start = _share_told(summary, days)
    if not summary.stale:
        start = f"No position rests on evidence more than {days} days old as of {day(as_of)}"
    age = count(oldest.age_days or 0, "day")
    told = f"The oldest, {named(graph.actors[oldest.actor])} on {oldest.option}, rests on a record "
    if oldest.last and oldest.age_days:
        told += f"of {day(oldest.last)}, at least {age} old"
    else:
        told += "of that day"
    first = [r for r in rows if r.is_stale and r.matters]
    first.sort(key=lambda r: (-len(r.matters), -(r.age_days or 0)))
    checks = [f"{named(graph.actors[r.actor])} on {r.option}" for r in first[:3]]
    check = f" Check first: {listed(checks)}." if checks else ""
    return f"{start}{undated}. {told}.{check}"


def _share_told(summary: _Summary, days: int) -> str:
    """Say how many positions are stale."""
    old = f"on evidence more than {days} days old"
    if summary.positions == summary.stale == 1:
        return f"The one position rests {old}"
    if summary.stale == summary.positions:
        return f"All {summary.positions} positions rest {old}"
    rest = "rests" if summary.stale == 1 else "rest"
    return f"{summary.stale} of {count(summary.positions, 'position')} {rest} {old}"


def _large_verdict(rows: Sequence[Stale], summary: _Summary, days: int, as_of: date) -> str:
    silent = sum(r.is_stale for r in rows)
    if len(rows) == 1:
        start = f"{with_article(rows[0].name)} was last heard on {day(rows[0].last or as_of)}"
    elif silent == len(rows):
        start = f"None of {silent} actors was heard within {days} days of {day(as_of)}"
    elif silent:
        was = "was" if silent == 1 else "were"
        start = f"{silent} of {len(rows)} actors {was} not heard within {days} days of {day(as_of)}"
    else:
        start = f"Each of {len(rows)} actors was heard within {days} days of {day(as_of)}"
    return f"{sentence(start)}. {_share_told(summary, days)}."


def _tables(rows: Sequence[Stale], first: Sequence[Stale], *, is_large: bool) -> Iterator[Table]:
    if first and not is_large and any(r.matters for r in first):
        yield _table("What to check first", [r for r in first if r.matters])
    if rows:
        title = "Last heard of, longest ago first" if is_large else "Oldest evidence first"
        yield _table(title, rows[:_LISTED])


_BY = {
    1: "vote",
    2: "action",
    3: "own words",
    4: "source",
    5: "third party",
    6: "unnamed",
}
"""Whose word it is, in few letters."""


def _table(title: str, rows: Iterable[Stale]) -> Table:
    return Table(
        title,
        ("Actor", "Option", "Stands", "Days", "Last", "By", "Why it matters", "Record"),
        tuple(
            (
                r.name,
                r.option,
                STANDS[r.polarity],
                "undated" if r.age_days is None else str(r.age_days),
                r.last.isoformat() if r.last else "",
                _BY[r.tier],
                ", ".join(r.matters),
                first_of(r.decided_by),
            )
            for r in rows
        ),
    )


def _notes(
    graph: Graph,
    rows: Sequence[Stale],
    quiet: Sequence[str],
    scope: Scope,
    actor: str | None,
    days: int,
) -> Iterator[str]:
    if actor:
        yield from metonyms_read((actor, graph.actor(actor)))
    if quiet:
        yield f"No position younger than {days} days on {some(quiet, 6)}."
    undated = [r for r in rows if r.age_days is None]
    if undated:
        names = some([f"{r.name} on {r.option}" for r in undated], 4)
        yield f"Without a date, so that nobody knows how old: {names}."
    if rows[_LISTED:]:
        yield f"The first {_LISTED} of {len(rows)} are shown: --format csv has all."
    if graph.is_large:
        yield (
            "Of this many records each actor's latest position is shown. A vote is of its day: it "
            "does not grow wrong with time, but says less of today. Who has long not been heard "
            "may no longer exist, or now have another name."
        )
    else:
        yield from left_out(graph.about(), scope.as_of, own_words=scope.own_words)
    if scope.is_narrowed:
        yield "Only some records are counted: who spoke elsewhere since does not show here."
    if rows and scope.as_of == graph.last_day:
        yield "The day is that of the last record: --as-of with today's date tells its age now."


def _figure(rows: Sequence[Stale], days: int) -> Dots:
    dated = [r for r in rows if r.age_days is not None]
    most = max(r.age_days or 0 for r in dated)
    old = sum(r.is_stale for r in dated)
    return Dots(
        title="How old the evidence is",
        says=f"{old} of {len(dated)} dated positions rest on evidence more than {days} days old; "
        f"the oldest is at least {most} days old.",
        rows=tuple(
            Dot(
                label=f"{r.name}: {r.option}",
                value=float(r.age_days or 0),
                is_hollow=RULES.is_hearsay(r.tier),
                text=r.last.isoformat() if r.last else "",
                note=f"{r.name} on {r.option}: {STANDS[r.polarity]}, {TIERS[r.tier]}.",
                records=r.decided_by,
            )
            for r in dated[:_DRAWN]
        ),
        axis="days since the deciding record, at least",
        low=0,
        high=float(max(most, days) * 1.05),
        middle=float(days),
        note=f"The line marks {days} days; hollow: by others' word."
        + (f" The oldest {_DRAWN} of {len(dated)}." if dated[_DRAWN:] else ""),
    )
