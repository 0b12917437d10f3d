"""All options: how much support and opposition each has, the most divisive first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Answer, Table, cite_positions, flags_of
from stancegraph.answer.shared import command, left_out, method
from stancegraph.answer.words import count
from stancegraph.model import Option
from stancegraph.positions import RULES, Position
from stancegraph.scope import Scope

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
    scope = graph.scope(as_of=as_of, roll_up=roll_up, own_words=own_words)
    positions = [] if graph.is_large else _positions(graph, scope)
    counts = _counted_in_arrays(graph, scope) if graph.is_large else _counted(graph, positions)
    tallies = (_tally(o, counts.get(o.id, Counter())) for o in graph.options.values())
    rows = sorted(tallies, key=_divisive)
    order = {row.option: at for at, row in enumerate(rows)}
    positions.sort(key=lambda p: order[p.option])
    return Answer(
        question="Which options are there, and which divide?",
        verdict=_verdict(rows),
        as_of=scope.as_of,
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
        tables=(_table(rows[:_SHOWN]),) if rows else (),
        notes=(
            *([] if graph.is_large else left_out(graph, scope.as_of, own_words=own_words)),
            *([f"The first {_SHOWN} are shown: --format csv has all."] if rows[_SHOWN:] else []),
        ),
        reproduce=command(
            "options", graph=graph, as_of=scope.as_of, roll_up=roll_up, own_words=own_words
        ),
    )


_SHOWN = 50
"""So many options are in the table that people read."""


def _positions(graph: Graph, scope: Scope) -> list[Position]:
    found = graph.positions(scope.as_of, roll_up=scope.roll_up, own_words=scope.own_words)
    return list(found.values())


_Counts = Counter[str]
"""By what is counted of one option: "1", "0", "-1" for sides, "own", "voices"."""


def _counted(graph: Graph, positions: Iterable[Position]) -> dict[str, _Counts]:
    """Count who is on which side of each option."""
    found: dict[str, _Counts] = {}
    for p in positions:
        counts = found.setdefault(p.option, Counter())
        if not graph.is_state_or_body(p.holder):
            counts["voices"] += 1
        elif p.polarity.side is not None:
            counts.update([str(p.polarity.side), *(() if p.is_hearsay else ("own",))])
    return found


def _counted_in_arrays(graph: Graph, scope: Scope) -> dict[str, _Counts]:
    """Count the same where positions are too many to go through one by one."""
    import numpy as np

    held = graph.held(scope)
    is_state = np.array([graph.is_state_or_body(a) for a in held.actors], dtype=bool)[held.actor]
    kinds = {str(side): is_state & (np.sign(held.level) == side) for side in (-1, 0, 1)}
    kinds |= {"own": is_state & (held.tier <= RULES.last_own_tier), "voices": ~is_state}
    size = len(held.options)
    columns = [np.bincount(held.option[kept], minlength=size).tolist() for kept in kinds.values()]
    rows = zip(held.options, zip(*columns, strict=True), strict=True)
    return {option: Counter(dict(zip(kinds, row, strict=True))) for option, row in rows}


def _tally(option: Option, counts: _Counts) -> Tally:
    pros, cons, open_ = counts["1"], counts["-1"], counts["0"]
    taken = pros + cons + open_
    return Tally(
        option=option.id,
        name=option.name,
        issue=option.issue,
        broader=option.broader,
        support=pros,
        undecided=open_,
        oppose=cons,
        own_words=counts["own"],
        voices=counts["voices"],
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
