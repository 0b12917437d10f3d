"""Voices inside a country that part from its position, and positions that are contested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from stancegraph.answer.answer import Answer, Table, cite
from stancegraph.answer.shared import command, left_out, method
from stancegraph.answer.words import CAPACITIES, STANDS, count, listed, named, sentence, stands_on
from stancegraph.model import Capacity, Polarity
from stancegraph.positions import Position, Reading

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """One record that says another side than the position it touches."""

    actor: str
    """Whose position it touches."""
    option: str
    polarity: Polarity
    """The position as derived."""
    kind: Literal["inside", "contested", "other-official"]
    """A voice inside that parts from it; another account of it; an official who said otherwise."""
    speaker: str
    capacity: Capacity
    other_polarity: Polarity
    """What the record says."""
    evidence: str
    tier: int


def dissent(
    graph: Graph, *, as_of: date | None = None, roll_up: bool = False, own_words: bool = False
) -> Answer[Dissent]:
    """Find who inside a country parts from its position, and which positions are contested."""
    graph = graph.disputed()
    day = as_of or graph.last_day
    positions = graph.positions(day, roll_up=roll_up, own_words=own_words)
    states = [p for p in positions.values() if graph.is_state_or_body(p.holder)]
    found = [pair for p in states for pair in _against(graph, p, positions.values())]
    rows = [_row(p, r, kind) for p, r, kind in found]
    return Answer(
        question="Where do voices inside part from their country, and what is contested?",
        verdict=_verdict(graph, rows),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words),
        row_class=Dissent,
        rows=tuple(rows),
        evidence=tuple(cite(graph, r.evidence, r.stance) for _, r, _ in found),
        flags=tuple(sorted({r.kind for r in rows})),
        more={"roll_up": roll_up},
        tables=(_table(graph, rows),) if rows else (),
        notes=(
            *_beside(graph, states, positions.values()),
            *left_out(graph, day, own_words=own_words),
        ),
        reproduce=command("dissent", graph=graph, as_of=day, roll_up=roll_up, own_words=own_words),
    )


Kind = Literal["inside", "contested", "other-official"]


def _against(
    graph: Graph, position: Position, all_positions: Iterable[Position]
) -> Iterator[tuple[Position, Reading, Kind]]:
    for reading in position.readings:
        if reading.evidence.id in position.dissent:
            yield position, reading, "contested"
        elif _is_other_official(position, reading):
            yield position, reading, "other-official"
    for voice in _voices(graph, position, all_positions):
        if voice.polarity.side not in (None, position.polarity.side):
            yield position, voice.readings[0], "inside"


def _is_other_official(position: Position, reading: Reading) -> bool:
    """Tell whether somebody else spoke for the same holder and said another side before."""
    deciding = position.readings[0].evidence
    return (
        reading.evidence.id in position.superseded
        and reading.evidence.principal == position.holder
        and reading.evidence.speaker not in (deciding.speaker, position.holder)
    )


def _voices(
    graph: Graph, position: Position, all_positions: Iterable[Position]
) -> Iterator[Position]:
    """Yield the positions that persons of a country hold in their own name on the same option."""
    for other in all_positions:
        is_inside = graph.actors[other.holder].country == position.holder
        if is_inside and other.option == position.option:
            yield other


def _row(position: Position, reading: Reading, kind: Kind) -> Dissent:
    return Dissent(
        actor=position.holder,
        option=position.option,
        polarity=position.polarity,
        kind=kind,
        speaker=reading.evidence.speaker,
        capacity=reading.evidence.capacity,
        other_polarity=reading.stance.polarity,
        evidence=reading.evidence.id,
        tier=reading.tier,
    )


def _verdict(graph: Graph, rows: Sequence[Dissent]) -> str:
    inside = [r for r in rows if r.kind == "inside"]
    contested = dict.fromkeys((r.actor, r.option) for r in rows if r.kind == "contested")
    names = [f"{named(graph.actors[a])} on {o}" for a, o in contested]
    officials = sum(r.kind == "other-official" for r in rows)
    voices = count(len(inside), "voice")
    parts = "part" if len(inside) > 1 else "parts"
    first = sentence(f"{voices} inside a country {parts} from its position on the same option")
    second = (
        f"contested: {listed(names)}" if names else "no position is contested by another account"
    )
    third = f"; {count(officials, 'earlier word')} of another official said otherwise"
    return f"{first}; {second}{third if officials else ''}."


def _beside(
    graph: Graph, states: Iterable[Position], all_positions: Iterable[Position]
) -> Iterator[str]:
    """Say which voices inside a country speak where the country itself is silent."""
    spoken = {(p.holder, p.option) for p in states}
    beside: dict[tuple[str, str, Polarity], list[str]] = {}
    for p in all_positions:
        country = graph.actors[p.holder].country
        if country and (country, p.option) not in spoken:
            beside.setdefault((p.holder, country, p.polarity), []).append(p.option)
    for (holder, country, polarity), options in beside.items():
        yield (
            f"{graph.actors[holder].name} {stands_on(polarity, listed(options))}, where "
            f"{named(graph.actors[country])} has no position; that binds nobody."
        )


def _table(graph: Graph, rows: Iterable[Dissent]) -> Table:
    return Table(
        "Who says otherwise",
        ("Actor", "Option", "Stands", "Otherwise", "Says", "Capacity", "Kind", "Record"),
        tuple(
            (
                graph.actors[r.actor].name,
                r.option,
                STANDS[r.polarity],
                STANDS[r.other_polarity],
                graph.actors[r.speaker].name,
                CAPACITIES[r.capacity],
                r.kind,
                r.evidence,
            )
            for r in rows
        ),
    )
