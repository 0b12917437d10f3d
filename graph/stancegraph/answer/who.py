"""Who stands where on one option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Answer, Table, cite_positions, flags_of
from stancegraph.answer.pictured import standings
from stancegraph.answer.shared import command, left_out, method, teller
from stancegraph.answer.words import (
    STANDS,
    count,
    dated,
    listed,
    named,
    sentence,
    size_of,
    stands_on,
)
from stancegraph.answer.words import day as written
from stancegraph.model import ActorKind, Bounds, Certainty, Polarity
from stancegraph.positions import Position, after

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one actor stands on one option."""

    actor: str
    name: str
    kind: ActorKind
    option: str
    polarity: Polarity
    tier: int
    """1 vote, 2 action, 3 own statement; hearsay: 4 source's account, 5 named, 6 unnamed teller."""
    certainty: Certainty
    confidence: float
    """0 to 1, by the rule set."""
    hearsay: bool
    """Whether somebody else's word decides."""
    contested: bool
    """Whether records disagree."""
    decided_by: tuple[str, ...]
    """Ids of the records that decide."""
    dissent: tuple[str, ...]
    """Ids of the records that say another side."""
    since: Bounds
    conditions: tuple[str, ...]
    limits: tuple[str, ...]
    flags: tuple[str, ...]
    via: tuple[str, ...]
    """The narrower options that the deciding stances speak of, where they were rolled up."""


def who(
    graph: Graph,
    option: str,
    *,
    as_of: date | None = None,
    roll_up: bool = False,
    own_words: bool = False,
) -> Answer[Standing]:
    """Say who backs, hedges on and opposes an option, whose word that is, and who is silent."""
    chosen = graph.option(option)
    graph = graph.about(options=[chosen.id, *(o.id for o in graph.narrower(chosen.id))])
    day = as_of or graph.last_day
    found = graph.positions_on(chosen.id, day, roll_up=roll_up, own_words=own_words)
    narrower = [o.id for o in graph.narrower(chosen.id)]
    below = [p for o in narrower for p in graph.positions_on(o, day, own_words=own_words)]
    asked = {chosen.id, *narrower}
    later = any(r.option in asked for r in after(graph.readings, day))
    is_early = later and not found and not below
    states = [p for p in found if graph.is_state_or_body(p.holder)]
    voices = [p for p in found if p not in states]
    silent = graph.silent(chosen.id, day)
    rows = tuple(standing(graph, p) for p in found)
    return Answer(
        question=f"Who stands where on {chosen.id!r} ({chosen.name})?",
        verdict=(
            f"Nothing on this option is surely on record by {written(day)}."
            if day and is_early
            else _verdict(graph, states, voices, below, roll_up=roll_up)
        ),
        as_of=day,
        method=method(roll_up=roll_up, own_words=own_words),
        row_class=Standing,
        rows=rows,
        evidence=cite_positions(graph, [*states, *voices, *below]),
        flags=flags_of(found),
        more={
            "option": chosen.id,
            "narrower": tuple(standing(graph, p) for p in below),
            "silent": tuple(a.id for a in silent),
            "roll_up": roll_up,
        },
        tables=tuple(
            t
            for t in (
                _table(graph, "States and organisations", states),
                _table(graph, "Voices that bind no state", voices),
                _narrower_table(graph, below),
            )
            if t.rows
        ),
        notes=(
            *_dissent(graph, states),
            f"Nothing on record from {_silence([a.name for a in silent])}.",
            *left_out(graph, day, own_words=own_words, options=asked),
        ),
        reproduce=command(
            "who", chosen.id, graph=graph, as_of=day, roll_up=roll_up, own_words=own_words
        ),
        figures=standings(rows, chosen.name),
    )


def standing(graph: Graph, p: Position) -> Standing:
    """Return a position as a row."""
    actor = graph.actors[p.holder]
    return Standing(
        actor=actor.id,
        name=actor.name,
        kind=actor.kind,
        option=p.option,
        polarity=p.polarity,
        tier=p.tier,
        certainty=p.certainty,
        confidence=round(p.confidence, 4),
        hearsay=p.is_hearsay,
        contested=p.is_contested,
        decided_by=p.decided_by,
        dissent=p.dissent,
        since=p.since,
        conditions=p.conditions,
        limits=p.limits,
        flags=p.flags,
        via=p.via,
    )


def _verdict(
    graph: Graph,
    states: Sequence[Position],
    voices: Sequence[Position],
    below: Sequence[Position],
    *,
    roll_up: bool,
) -> str:
    if not states:
        more = [*([f"{count(len(voices), 'voice')} binding none"] if voices else [])]
        more += [f"{count(len(below), 'position')} on narrower options below"] if below else []
        return f"No state or organisation has a position on this option{_beside(more)}."
    start = "Counting narrower options: " if roll_up else ""
    return f"{start}{stands(graph, states)} {grounds(graph, states)}".strip()


def _beside(more: Sequence[str]) -> str:
    return f"; {listed(more)}" if more else ""


def stands(graph: Graph, found: Sequence[Position]) -> str:
    """Say in a sentence who stands where, actors of one stance together."""
    what = repr(graph.options[found[0].option].name)
    parts = []
    for polarity, group in groupby(found, key=lambda p: p.polarity):
        holders = [graph.actors[p.holder] for p in group]
        subjects = sum(map(size_of, holders))
        parts.append(
            f"{listed(map(named, holders))} {stands_on(polarity, what, subjects=subjects)}"
        )
        what = "it"
    return sentence("; ".join(parts)) + "."


def grounds(graph: Graph, found: Sequence[Position]) -> str:
    """Say in a sentence which positions rest on hearsay, and whose."""
    hearsay = [p for p in found if p.is_hearsay]
    if not hearsay:
        return ""
    start = "None has spoken for itself" if len(hearsay) == len(found) else "Not in own words"
    tellers = sorted(hearsay, key=lambda p: (p.tier, _word(graph, p)))
    parts = []
    for word, group in groupby(tellers, key=lambda p: _word(graph, p)):
        names = [named(graph.actors[p.holder]) for p in group]
        parts.append(f"{listed(names)} {word}")
    return f"{start}: {'; '.join(parts)}."


def _word(graph: Graph, position: Position) -> str:
    return f"by {teller(graph, position)}"


def _table(graph: Graph, title: str, found: Iterable[Position]) -> Table:
    return Table(
        title,
        ("Actor", "Stands", "On whose word", "Sure", "When", "Record", "But see"),
        tuple((graph.actors[p.holder].name, *_cells(graph, p)) for p in found),
    )


def _narrower_table(graph: Graph, found: Iterable[Position]) -> Table:
    return Table(
        "On narrower options, under their own names",
        ("Option", "Actor", "Stands", "On whose word", "Sure", "When", "Record", "But see"),
        tuple((p.option, graph.actors[p.holder].name, *_cells(graph, p)) for p in found),
    )


def _cells(graph: Graph, p: Position) -> tuple[str, ...]:
    return (
        STANDS[p.polarity],
        sentence(teller(graph, p)),
        p.certainty,
        dated(p.readings[0].when),
        ", ".join(p.decided_by),
        ", ".join(p.dissent),
    )


def _dissent(graph: Graph, found: Iterable[Position]) -> Iterable[str]:
    for p in found:
        for reading in p.readings:
            if reading.evidence.id in p.dissent:
                speaker = graph.actors[reading.evidence.speaker].name
                yield (
                    f"Dissent on {named(graph.actors[p.holder])}: {speaker} says that it "
                    f"{stands_on(reading.stance.polarity, reading.stance.option)} "
                    f"({reading.evidence.id})."
                )


def _silence(names: Sequence[str]) -> str:
    return f"{len(names)}: {', '.join(names)}" if names else "nobody else who was asked about"
