"""What is known where the data are too thin to measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Citation, cite_positions, flags_of
from stancegraph.answer.figure import Cell, Grid
from stancegraph.answer.words import STANDS, count, stands_on

if TYPE_CHECKING:
    from stancegraph.answer.ties import Network
    from stancegraph.graph import Graph
    from stancegraph.positions import Position

_EACH = 2
"""So many actors of each side of an option are cited."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who stands where on the options that part actors most."""

    evidence: tuple[Citation, ...] = ()
    """Some of the records."""
    notes: tuple[str, ...] = ()
    """All of it, an option a sentence."""
    figures: tuple[Grid, ...] = ()
    flags: tuple[str, ...] = ()
    """What is to be said of these positions, as that they rest on hearsay only."""


def known(graph: Graph, network: Network) -> Known:
    """Cite, tell and show who stands where on the options that part actors most."""
    from stancegraph.answer.ties import sides_known, told_sides

    sides = sides_known(graph, network)
    if not sides:
        return Known()
    by_side = groupby(sides, key=lambda p: (p.option, p.polarity))
    few = (_in_short(p) for _, of in by_side for p in list(of)[:_EACH])
    notes = tuple(told_sides(graph, sides))
    return Known(cite_positions(graph, few), notes, (_grid(graph, sides),), flags_of(sides))


def _grid(graph: Graph, sides: Sequence[Position]) -> Grid:
    """Show actors by options."""
    holders = list(dict.fromkeys(p.holder for p in sides))[:_MOST_ROWS]
    options = list(dict.fromkeys(p.option for p in sides))
    names = [graph.actors[a].name for a in holders]
    left_out = len({p.holder for p in sides}) - len(holders)
    return Grid(
        title="What is known",
        says=f"{count(len(holders), 'actor')} and {count(len(options), 'option')} on which they "
        "are divided most; too little to measure.",
        rows=tuple(names),
        columns=tuple(graph.options[o].name for o in options),
        cells=tuple(_cell(graph, p, holders, options) for p in sides if p.holder in holders),
        is_signed=True,
        ends=("opposes", "supports"),
        note=f"{left_out} more actors are left out." if left_out else "",
    )


_MOST_ROWS = 60


def _cell(graph: Graph, p: Position, holders: Sequence[str], options: Sequence[str]) -> Cell:
    told = " by others' word only" if p.is_hearsay else ""
    option = graph.options[p.option].name
    return Cell(
        row=holders.index(p.holder),
        column=options.index(p.option),
        value=(p.polarity.level or 0) / 2,
        text=STANDS[p.polarity],
        note=f"{graph.actors[p.holder].name} {stands_on(p.polarity, option)}{told}.",
        records=p.decided_by,
    )


def _in_short(position: Position) -> Position:
    """Return a position with one record that decides it, and one that dissents."""
    return replace(position, decided_by=position.decided_by[:1], dissent=position.dissent[:1])
