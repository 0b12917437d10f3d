"""All options: how much support and opposition each has, the most divisive first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import comb
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Answer, Table, cite_positions, flags_of
from stancegraph.answer.shared import command, left_out, method
from stancegraph.answer.words import count
from stancegraph.model import Option
from stancegraph.positions import Position

if TYPE_CHECKING:
    from stancegraph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many stand where on an option."""

    option: str
    name: str
    issue: str
    broader: str | None
    support: int
    """States and organisations that support it or lean to."""
    undecided: int
    """States and organisations that are undecided."""
    oppose: int
    """States and organisations that oppose it or lean against."""
    own_words: int
    """Those of the three that spoke or acted for themselves."""
    voices: int
    """Persons, unnamed voices and groups with a position; they bind no state."""
    divided: float | None
    """Share of pairs of states and organisations on opposite sides; None below two."""


def options(
    graph: Graph, *, as_of: date | None = None, roll_up: bool = False, own_words: bool = False
) -> Answer[Tally]:
    """List all options with support and opposition counted, the most divisive first."""
    day = as_of or graph.last_day
    found: dict[str, list[Position]] = {o: [] for o in graph.options}
    for p in graph.positions(day, roll_up=roll_up, own_words=own_words).values():
        found[p.option].append(p)
    rows = sorted((_tally(graph, o, found[o.id]) for o in graph.debate.options), key=_divisive)
    positions = [p for r in rows for p in found[r.option]]
    return Answer(
        question="Which options are there, and which divide?",
        verdict=_verdict(rows),
        as_of=day,
        method=method(
            roll_up=roll_up,
            own_words=own_words,
            extra="divided is the share of pairs of states and organisations on opposite sides",
        ),
        row_class=Tally,
        rows=tuple(rows),
        evidence=cite_positions(graph, positions),
        flags=flags_of(positions),
        more={"roll_up": roll_up},
        tables=(_table(rows),) if rows else (),
        notes=tuple(left_out(graph, day, own_words=own_words)),
        reproduce=command("options", graph=graph, as_of=day, roll_up=roll_up, own_words=own_words),
    )


def _tally(graph: Graph, option: Option, found: Sequence[Position]) -> Tally:
    states = [p for p in found if graph.is_state_or_body(p.holder)]
    sides = [p.polarity.side for p in states]
    pros, cons = sides.count(1), sides.count(-1)
    taken = pros + cons + sides.count(0)
    return Tally(
        option=option.id,
        name=option.name,
        issue=option.issue,
        broader=option.broader,
        support=pros,
        undecided=sides.count(0),
        oppose=cons,
        own_words=sum(not p.is_hearsay for p in states if p.polarity.side is not None),
        voices=len(found) - len(states),
        divided=pros * cons / comb(taken, 2) if taken > 1 else None,
    )


def _divisive(row: Tally) -> tuple[float, int, int, str]:
    taken = row.support + row.undecided + row.oppose
    return -(row.divided or 0.0), -taken, -row.voices, row.option


def _verdict(rows: Sequence[Tally]) -> str:
    if not rows:
        return "There is no option."
    start = count(len(rows), "option")
    top = rows[0]
    if not top.divided:
        return f"{start}; on none do states or organisations stand on opposite sides."
    rest = sum(bool(r.divided) for r in rows[1:])
    only = "It alone divides" if not rest else f"{count(rest, 'other')} divide too"
    return (
        f"{start}. Most divisive: {top.name} ({top.option}), with {top.support} for, "
        f"{top.oppose} against and {top.undecided} undecided. {only}."
    )


def _table(rows: Sequence[Tally]) -> Table:
    return Table(
        "Options, states and organisations counted",
        ("Option", "What", "For", "Undecided", "Against", "Own words", "Divided", "Voices"),
        tuple(
            (
                r.option,
                r.name,
                str(r.support),
                str(r.undecided),
                str(r.oppose),
                f"{r.own_words} of {r.support + r.undecided + r.oppose}",
                "-" if r.divided is None else f"{r.divided:.0%}",
                str(r.voices),
            )
            for r in rows
        ),
    )
