"""How the differences between two days look: tables and arrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Table
from stancegraph.answer.differences import (
    MOST_PAIRS,
    Difference,
    Found,
    Kind,
    PairDifference,
    shares,
)
from stancegraph.answer.figure import Dot, Dots
from stancegraph.answer.words import (
    LEVEL_TICKS,
    STANDS,
    count,
    day,
    first_of,
    in_figures,
    named,
)
from stancegraph.measure.interval import jeffreys

if TYPE_CHECKING:
    from stancegraph.graph import Graph


LISTED = 25
"""So many differences are in a table."""

_DRAWN = 60


def pair_told(graph: Graph, pair: PairDifference) -> str:
    """Say of the pair that moved most how far it agreed in between, and before."""
    a, b = (named(graph.actors[who]) for who in (pair.a, pair.b))
    way = "nearer" if shares(pair)[1] > shares(pair)[0] else "apart"
    return (
        f"Of all pairs the agreement of {a} and {b} changed most: they came {way}, with "
        f"{pair.same_between} of {pair.shared_between} options on the same side in between "
        f"({shares(pair)[1]:.0%}) against {pair.same_before} of {pair.shared_before} before "
        f"({shares(pair)[0]:.0%})."
    )


def tables(graph: Graph, found: Found, pairs: Sequence[PairDifference]) -> Iterator[Table]:
    """Yield what is other, then the pairs, then who has most that is new."""
    if found.rows:
        yield Table(
            "What is new or different",
            ("Actor", "Option", "What", "Was", "Is", "Record of", "Record"),
            tuple(_cells(r) for r in found.rows[:LISTED]),
        )
    if pairs and graph.is_large:
        yield Table(
            "Pairs whose agreement moved most",
            ("Actor", "And", "Before", "Of", "In between", "Of", "Moved"),
            tuple(_pair_cells(graph, p) for p in pairs),
        )
    elif pairs:
        yield Table(
            "Pairs whose verdict is another",
            ("Actor", "And", "Was", "Same side", "Is", "Same side"),
            tuple(_word_cells(graph, p) for p in pairs[:LISTED]),
        )
    if graph.is_large and found.new_by_actor:
        yield Table(
            "Most new positions",
            ("Actor", "New"),
            tuple(
                (graph.actors[a].name, str(n))
                for a, n in [*found.new_by_actor.items()][:MOST_PAIRS]
            ),
        )


def _cells(r: Difference) -> tuple[str, ...]:
    return (
        r.name,
        r.option,
        _what(r),
        STANDS[r.polarity_before] if r.polarity_before else "",
        _now(r),
        in_figures(r.when),
        first_of(r.evidence or r.evidence_before),
    )


def _now(r: Difference) -> str:
    if r.polarity is None:
        return ""
    return STANDS[r.polarity] + (" (hearsay)" if r.is_hearsay else "")


def _what(r: Difference) -> str:
    if r.kind == "new":
        return "new" if r.is_surely_after else "newly known"
    return _SHORT.get(r.kind, r.kind)


_SHORT: Mapping[Kind, str] = {
    "side": "other side",
    "degree": "firmer or softer",
    "condition": "terms",
    "unordered": "no known order",
}


def _pair_cells(graph: Graph, p: PairDifference) -> tuple[str, ...]:
    before, between = shares(p)
    return (
        graph.actors[p.a].name,
        graph.actors[p.b].name,
        f"{before:.0%}",
        str(p.shared_before),
        f"{between:.0%}",
        str(p.shared_between),
        f"{(between - before) * 100:+.0f}",
    )


def _word_cells(graph: Graph, p: PairDifference) -> tuple[str, ...]:
    return (
        graph.actors[p.a].name,
        graph.actors[p.b].name,
        p.verdict_before,
        f"{p.same_before} of {p.shared_before}",
        p.verdict,
        f"{p.same} of {p.shared}",
    )


def figures(
    graph: Graph, found: Found, pairs: Sequence[PairDifference], days: tuple[date, date]
) -> Iterator[Dots]:
    """Yield an arrow or a dot for each stance, and of a large graph an arrow for each pair."""
    moved = [r for r in found.rows if _is_drawn(r)]
    title = f"{day(days[0])} and {day(days[1])}"
    if moved:
        yield Dots(
            title=f"Stances new or different: {title}",
            says=f"{count(len(moved), 'position')} that {'are' if len(moved) > 1 else 'is'} new or "
            "different at the second day.",
            rows=tuple(_dot(r) for r in moved[:_DRAWN]),
            axis="stance",
            low=-2,
            high=2,
            ticks=LEVEL_TICKS,
            middle=0,
            note="An arrow leads from where it stood; without one the position is new. Hollow: by "
            "others' word." + (f" The first {_DRAWN} of {len(moved)}." if moved[_DRAWN:] else ""),
        )
    if graph.is_large and pairs:
        yield Dots(
            title=f"Agreement before and in between: {title}",
            says=pair_told(graph, pairs[0]),
            rows=tuple(_pair_dot(graph, p) for p in pairs),
            axis="share of options on the same side",
            low=0,
            high=1,
            middle=0.5,
            note="An arrow leads from the agreement up to the first day to that on what came in "
            "between. These pairs moved most.",
        )


def _is_drawn(row: Difference) -> bool:
    is_told = row.polarity is not None and row.polarity.level is not None
    return is_told and row.kind in ("side", "degree", "new")


def _dot(r: Difference) -> Dot:
    before = r.polarity_before.level if r.polarity_before else None
    return Dot(
        label=f"{r.name}: {r.option}",
        value=float(r.polarity.level or 0) if r.polarity else None,
        before=None if before is None else float(before),
        is_hollow=r.is_hearsay,
        text=_what(r),
        note=f"{r.name} on {r.option}: {STANDS[r.polarity] if r.polarity else 'lapsed'}.",
        records=(*r.evidence_before, *r.evidence),
    )


def _pair_dot(graph: Graph, p: PairDifference) -> Dot:
    before, between = shares(p)
    low, high = jeffreys(p.same_between, p.shared_between)
    return Dot(
        label=f"{graph.actors[p.a].name} and {graph.actors[p.b].name}",
        value=between,
        low=low,
        high=high,
        before=before,
        text=f"{p.same_between} of {p.shared_between}",
        note=f"Before: {p.same_before} of {p.shared_before}.",
    )
