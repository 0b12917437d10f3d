"""Every position of one actor, and the chain of records behind one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Answer, Table, cite, cite_positions, flags_of
from stancegraph.answer.pictured import holdings
from stancegraph.answer.shared import command, left_out, method, metonyms_read, teller
from stancegraph.answer.who import Standing, standing
from stancegraph.answer.words import (
    CAPACITIES,
    STANDS,
    TIERS,
    count,
    dated,
    listed,
    named,
    sentence,
    size_of,
    stands_on,
)
from stancegraph.model import Actor, Bounds, Capacity, Option, Polarity
from stancegraph.positions import Change, Position, Reading, Role

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Standing):
    """One option on which the actor has a position."""

    option_name: str
    rule: str
    """The rule that decided."""
    reasons: tuple[str, ...]
    change: Change | None
    """The side held, or believed to be held, before."""


def position(
    graph: Graph,
    actor: str,
    *,
    as_of: date | None = None,
    roll_up: bool = False,
    own_words: bool = False,
) -> Answer[Held]:
    """Say on which options an actor has a position: which, why, since when and how sure."""
    chosen, options = graph.actor(actor), len(graph.options)
    graph = graph.about(holders=[chosen.id])
    day = as_of or graph.last_day
    positions = graph.positions(day, roll_up=roll_up, own_words=own_words)
    order = {option: at for at, option in enumerate(graph.options)}
    found = sorted(
        (p for (holder, _), p in positions.items() if holder == chosen.id),
        key=lambda p: order[p.option],
    )
    rows = tuple(_held(graph, p) for p in found)
    return Answer(
        question=f"Where does {named(chosen)} stand?",
        verdict=_verdict(chosen, found, options),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words),
        row_class=Held,
        rows=rows,
        evidence=cite_positions(graph, found[-_CITED:] if graph.is_large else found),
        flags=flags_of(found),
        more={"actor": chosen.id, "roll_up": roll_up},
        tables=(_table(graph, chosen, found[-_LISTED:]),) if found else (),
        notes=(
            *([f"The last {_LISTED} are shown: --format csv has all."] if found[_LISTED:] else []),
            *metonyms_read((actor, chosen)),
            *_changes(graph, chosen, found),
            *left_out(graph, day, own_words=own_words),
        ),
        reproduce=command(
            "position", chosen.id, graph=graph, as_of=day, roll_up=roll_up, own_words=own_words
        ),
        figures=holdings(rows, f"Where {named(chosen)} stands"),
    )


_LISTED = 100
"""So many positions are in the table that people read, the last of the options."""
_CITED = 6
"""So many positions are cited from a large graph."""


def _held(graph: Graph, p: Position) -> Held:
    row = standing(graph, p)
    return Held(
        **{name: getattr(row, name) for name in Standing.__slots__},
        option_name=graph.options[p.option].name,
        rule=p.rule,
        reasons=p.reasons,
        change=p.change,
    )


def _verdict(actor: Actor, found: Sequence[Position], options: int) -> str:
    if not found:
        return sentence(f"{named(actor)} has no position on any of {options} options.")
    own = sum(not p.is_hearsay for p in found)
    told = len(found) - own
    parts = [*([f"{own} by its own words or deeds"] if own else [])]
    parts += [f"{told} by others' word only"] if told else []
    start = f"{named(actor)} has a position on {len(found)} of {options} options"
    return sentence(f"{start}: {listed(parts)}.")


def _table(graph: Graph, actor: Actor, found: Iterable[Position]) -> Table:
    return Table(
        f"Positions of {named(actor)}",
        ("Option", "Stands", "On whose word", "Since", "Sure", "Confidence", "Record", "Note"),
        tuple(
            (
                p.option,
                STANDS[p.polarity],
                sentence(teller(graph, p)),
                dated(p.since),
                p.certainty,
                f"{p.confidence:.2f}",
                ", ".join(p.decided_by),
                ", ".join(_remarks(graph, p)),
            )
            for p in found
        ),
    )


def _remarks(graph: Graph, p: Position) -> Iterator[str]:
    names = {
        r.id: r.name
        for register in (graph.debate.conditions, graph.debate.limits, graph.debate.arguments)
        for r in register
    }
    yield from (f"if {names[c]}" for c in p.conditions)
    yield from (names[x] for x in p.limits)
    if p.dissent:
        yield f"but see {', '.join(p.dissent)}"
    if p.change:
        yield f"before: {STANDS[p.change.polarity]}"


def _changes(graph: Graph, actor: Actor, found: Iterable[Position]) -> Iterator[str]:
    for p in found:
        if p.change:
            how = "moved" if p.change.is_own else "moved, or is only better known now,"
            yield sentence(
                f"{named(actor)} {how} on {p.option}: from '{STANDS[p.change.polarity]}' "
                f"({p.change.evidence}) to '{STANDS[p.polarity]}' ({', '.join(p.decided_by)})."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record in the chain behind a position."""

    evidence: str
    speaker: str
    capacity: Capacity
    option: str
    """The option it speaks of; narrower than the one asked about when rolled up."""
    polarity: Polarity
    tier: int
    when: Bounds
    role: Role
    """decides; agrees with what decides; dissents; or superseded, that is the past."""


def trace(
    graph: Graph,
    actor: str,
    option: str,
    *,
    as_of: date | None = None,
    roll_up: bool = False,
    own_words: bool = False,
) -> Answer[Step]:
    """Show the chain of records behind one position, oldest first, and the rule that decided."""
    holder, chosen = graph.actor(actor), graph.option(option)
    near = [chosen.id, *(o.id for o in graph.narrower(chosen.id))]
    graph = graph.about(holders=[holder.id], options=near)
    day = as_of or graph.last_day
    positions = graph.positions(day, roll_up=roll_up, own_words=own_words)
    found = positions.get((holder.id, chosen.id))
    chain = sorted(found.readings, key=lambda r: (r.known_by, r.evidence.id)) if found else []
    return Answer(
        question=f"Why do we say where {named(holder)} stands on {chosen.id!r}?",
        verdict=_reason(graph, holder, chosen, found),
        as_of=day,
        method=method(
            roll_up=roll_up, own_words=own_words, extra="tiers: " + _LADDER if found else ""
        ),
        row_class=Step,
        rows=tuple(_step(r, found) for r in chain if found),
        evidence=tuple(cite(graph, r.evidence, r.stance) for r in chain),
        flags=found.flags if found else (),
        more={
            "actor": holder.id,
            "option": chosen.id,
            "polarity": found.polarity if found else None,
            "rule": found.rule if found else None,
            "roll_up": roll_up,
        },
        tables=(_chain(graph, chain, found),) if found else (),
        notes=(
            *metonyms_read((actor, holder)),
            *_nearby(graph, holder, chosen, day, found is None),
            *left_out(graph, day, own_words=own_words),
        ),
        reproduce=command(
            "trace", holder.id, chosen.id,
            graph=graph, as_of=day, roll_up=roll_up, own_words=own_words,
        ),
    )  # fmt: skip


_LADDER = ", ".join(f"{tier} {words}" for tier, words in TIERS.items())


def _step(r: Reading, found: Position) -> Step:
    return Step(
        evidence=r.evidence.id,
        speaker=r.evidence.speaker,
        capacity=r.evidence.capacity,
        option=r.stance.option,
        polarity=r.stance.polarity,
        tier=r.tier,
        when=r.when,
        role=found.role_of(r),
    )


def _reason(graph: Graph, holder: Actor, option: Option, found: Position | None) -> str:
    if found is None:
        return sentence(f"{named(holder)} has no position on {option.id!r}.")
    stand = stands_on(found.polarity, repr(option.id), subjects=size_of(holder))
    start = sentence(f"{named(holder)} {stand}")
    return f"{start}, by {teller(graph, found)}: {found.rule.value}."


def _chain(graph: Graph, chain: Iterable[Reading], found: Position) -> Table:
    return Table(
        "The records, oldest first",
        ("Record", "When", "Speaker", "Capacity", "Says", "Tier", "Part"),
        tuple(
            (
                r.evidence.id,
                dated(r.when),
                graph.actors[r.evidence.speaker].name,
                CAPACITIES[r.evidence.capacity],
                STANDS[r.stance.polarity] + (f" ({r.stance.option})" if r.is_rolled_up else ""),
                f"{r.tier} {TIERS[r.tier]}",
                found.role_of(r),
            )
            for r in chain
        ),
    )


def _nearby(
    graph: Graph, holder: Actor, option: Option, day: date | None, is_silent: bool
) -> Iterator[str]:
    positions = graph.positions(day)
    for below in graph.narrower(option.id):
        p = positions.get((holder.id, below.id))
        if p:
            yield sentence(
                f"{named(holder)} "
                f"{stands_on(p.polarity, 'the narrower option', subjects=size_of(holder))} "
                f"{below.id!r} "
                f"({', '.join(p.decided_by)})."
            )
    others = [o for (h, o) in positions if h == holder.id]
    if is_silent and others:
        known = count(len(others), "option")
        yield sentence(f"{named(holder)} has a position on {known}: {', '.join(others)}.")
