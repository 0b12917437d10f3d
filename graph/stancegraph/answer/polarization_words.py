"""The answer on polarization: told, tabled, or too thin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from stancegraph.answer.answer import Answer, Citation, Table
from stancegraph.answer.camps import best_known
from stancegraph.answer.figure import Line, Lines, Point
from stancegraph.answer.known import known
from stancegraph.answer.polarization import Measuring, Window
from stancegraph.answer.polarizing import (
    LEAST_WINDOWS,
    Measured,
    Movement,
    Parts,
    all_measured,
    movement_of,
    parts_of,
)
from stancegraph.answer.resting import hearsay_of, is_thin, left_out_of
from stancegraph.answer.shared import left_out, method, scoped
from stancegraph.answer.ties import LEAST_ACTORS, Network, cite_ties, thinness
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, day, listed, named, sentence, some

if TYPE_CHECKING:
    from stancegraph.graph import Graph

NEARLY_ALL = 0.9
"""Of more friends among the ties, agreement beyond chance is advised."""

FEW_ACTORS = 6
"""Of fewer a value is called thin."""

SCALE = "0 is one camp, 0.5 two equal ones that are friends within and foes across"
"""How signed modularity is read."""

_NAMED = 5
_LISTED = 20
_SHOWN = 25


def answered(graph: Graph, network: Network, asked: Measuring) -> Answer[Window]:
    """Answer how far a network falls apart over time, or why that cannot be said."""
    scope, tying = network.scope, network.tying
    bare: Answer[Window] = Answer(
        question="How far do the actors fall apart into camps, and does that change?",
        verdict="",
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up,
            own_words=scope.own_words,
            extra=_measure_in_words(graph, tying, asked),
        ),
        row_class=Window,
        rows=(),
        evidence=(),
        flags=(),
        more={},
        tables=(),
        notes=(),
        reproduce=scoped(
            "polarization", *asked.as_words, *tying.as_words, graph=graph, scope=scope
        ),
    )
    thin = thinness(graph, network)
    told = replace(bare, verdict=thin) if thin else bare
    answer = (_thin if thin else _told)(graph, network, asked, told)
    if graph.is_large:
        return answer
    left = left_out(graph, scope.as_of, own_words=scope.own_words)
    return replace(answer, notes=(*answer.notes, *left))


def _thin(graph: Graph, network: Network, asked: Measuring, bare: Answer[Window]) -> Answer[Window]:
    """Say why nothing is measured, and what is known."""
    sides = known(graph, network)
    whole, _ = all_measured(graph, network, Parts(), asked)
    return replace(
        bare,
        evidence=sides.evidence,
        flags=("insufficient", *sides.flags),
        more=_more(network, asked, whole.row, "not told", Parts()),
        notes=(*sides.notes, _needed(network.tying)),
        figures=sides.figures,
    )


def _told(graph: Graph, network: Network, asked: Measuring, bare: Answer[Window]) -> Answer[Window]:
    parts = parts_of(graph, network, asked)
    whole, found = all_measured(graph, network, parts, asked)
    told = [m for m in found if m.row.modularity is not None]
    last = told[-1] if told else whole
    rows = tuple(m.row for m in found) if told else (whole.row,)
    movement: Movement = movement_of([m.row for m in told]) if told else "not told"
    return replace(
        bare,
        verdict=_of_time(graph, told, movement) if told else _of_all(graph, whole, parts),
        rows=rows,
        evidence=_cited(graph, last),
        flags=("thin",) if last.row.actors < FEW_ACTORS or is_thin(network) else (),
        more=_more(network, asked, whole.row, movement, parts),
        tables=(_table(rows), _camps_table(graph, last)),
        notes=tuple(_notes(graph, network, parts, found)),
        figures=_figures(rows, _groups_in_words(graph, asked.by)) if told else (),
    )


def _more(
    network: Network, asked: Measuring, whole: Window, movement: Movement, parts: Parts
) -> dict[str, Any]:
    tying = network.tying
    return {
        "whole": whole,
        "movement": movement,
        "window": str(parts.length) if parts.length else None,
        "step": str(parts.step) if parts.step else None,
        "at_most": asked.camps,
        "by": asked.by,
        "draws": asked.draws,
        "seed": asked.seed,
        "starts": asked.starts,
        "ties": tying.ties,
        "min_shared": tying.min_shared,
        "actors": tying.actors,
        "kinds": tying.kinds,
        "roll_up": network.scope.roll_up,
    }


def _of_time(graph: Graph, told: Sequence[Measured], movement: Movement) -> str:
    """Compare the first window with the last."""
    first, last = told[0].row, told[-1].row
    ends = f"{_number(first)} {_span_in_words(first)}, {_number(last)} {_span_in_words(last)}"
    peak = max((m.row for m in told), key=lambda r: r.modularity or 0)
    most = f"; the most, {_number(peak)}, was {_span_in_words(peak)}"
    moved = {
        "rising": f"The actors are further apart than at first: {ends}; the bands do not overlap",
        "falling": f"The actors are less far apart than at first: {ends}; the bands do not overlap",
        "no clear movement": f"No clear movement: {ends}; the bands overlap",
        "not told": f"Without draws nothing is said of a movement: {ends}",
    }[movement]
    more = "" if peak in (first, last) else most
    camps = _camps_in_words(graph, told[-1], " in the last window")
    return f"{moved}{more} (signed modularity: {SCALE}). {camps}"


def _of_all(graph: Graph, whole: Measured, parts: Parts) -> str:
    """Tell the whole time as one, and why there is no movement to tell."""
    value = f"signed modularity {_number(whole.row)} of {count(whole.row.actors, 'actor')}"
    return (
        f"Over the whole time: {value}, where {SCALE}. {_camps_in_words(graph, whole)} Nothing is "
        f"said of a movement: {_how_few(parts)}."
    )


def _how_few(parts: Parts) -> str:
    if not parts.networks:
        return "no record is of a known day"
    ties = "has" if parts.told == 1 else "have"
    of = count(len(parts.networks), "window")
    length = parts.length.in_words if parts.length else ""
    return (
        f"of {of} of {length}, {parts.told or 'none'} {ties} ties among {LEAST_ACTORS} actors, and "
        f"it takes {LEAST_WINDOWS} such windows"
    )


def _number(row: Window) -> str:
    return _estimate(row.modularity, row.low, row.high)


def _estimate(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return ""
    band = f" ({low:.2f} to {high:.2f})" if low is not None and high is not None else ""
    return f"{value:.2f}{band}"


def _camps_in_words(graph: Graph, measured: Measured, when: str = "") -> str:
    """Say who is in the camps of a window."""
    camps = _by_name(graph, measured)
    if len(camps) < 2:
        return f"No division is better than one camp of all {measured.row.actors}{when}."
    told = [some([named(graph.actors[a]) for a in c], _NAMED) for c in camps]
    sizes = [count(len(camps[0]), "actor"), *(str(len(c)) for c in camps[1:])]
    parts = "; ".join(f"{who} ({size})" for who, size in zip(told, sizes, strict=True))
    return f"The camps{when}: {parts}."


def _by_name(graph: Graph, measured: Measured) -> list[list[str]]:
    """Return the camps, in each the best known actors first."""
    network = measured.network
    number_of = {a: n for n, a in enumerate(network.actors)}
    return [best_known(graph, network, [number_of[a] for a in camp]) for camp in measured.row.camps]


def _span_in_words(row: Window) -> str:
    """Return the first and the last day of a window."""
    if row.since is None or row.until is None:
        return "over all"
    return f"from {day(row.since)} to {day(row.until)}"


def _measure_in_words(graph: Graph, tying: Tying, asked: Measuring) -> str:
    band = (
        f"95% bands of {asked.draws} draws of the evidence (documents, or options where each has "
        f"a record of its own), seed {asked.seed}; as a maximum comes out larger in a draw, a "
        "value may lie low in its band"
        if asked.draws
        else "no band was drawn"
    )
    return (
        f"{tying.in_words}; signed modularity of the best of divisions into at most {asked.camps} "
        "camps (Gomez, Jensen and Arenas 2009); Esteban and Ray 1994, alpha 1, of camps, each at "
        "the mean place of its members between the two largest; E-I index of friends (Krackhardt "
        f"and Stern 1988), by {_groups_in_words(graph, asked.by)}; {band}"
    )


def _groups_in_words(graph: Graph, bloc: str | None) -> str:
    if bloc is None:
        return "the camps of the whole time"
    return f"{graph.actors[bloc].name} and all others"


def _table(rows: Sequence[Window]) -> Table:
    """Show the windows, of many every so many that they fit; those too thin together in a line."""
    lines = [line for run in _runs(rows) for line in _lines_of(run)]
    every = -(-len(lines) // _SHOWN) or 1
    title = (
        f"Polarization, each {every}th line: --format csv has all" if every > 1 else "Polarization"
    )
    return Table(
        title,
        ("From", "To", "Actors", "Ties", "Modularity", "Esteban-Ray", "E-I", "Camps"),
        tuple(lines[(len(lines) - 1) % every :: every]),
    )


def _lines_of(run: Sequence[Window]) -> Iterator[tuple[str, ...]]:
    first, last = run[0], run[-1]
    if first.modularity is None:
        since, until = (x.isoformat() if x else "" for x in (first.since, last.until))
        least = f"under {LEAST_ACTORS}"
        yield since, until, least, "", f"too thin: {count(len(run), 'window')}", "", "", ""
        return
    for r in run:
        yield (
            r.since.isoformat() if r.since else "all",
            r.until.isoformat() if r.until else "",
            str(r.actors),
            str(r.ties),
            _number(r),
            _estimate(r.esteban_ray, None, None),
            _estimate(r.external_internal, None, None),
            " + ".join(str(len(camp)) for camp in r.camps),
        )


def _camps_table(graph: Graph, measured: Measured) -> Table:
    row = measured.row
    when = f"{row.since} to {row.until}" if row.since else "all"
    return Table(
        f"Camps, {when}",
        ("Camp", "Actors", "Who"),
        tuple(
            (str(n), str(len(camp)), some([graph.actors[a].name for a in camp], _LISTED))
            for n, camp in enumerate(_by_name(graph, measured), 1)
        ),
    )


def _cited(graph: Graph, measured: Measured) -> tuple[Citation, ...]:
    """Cite what ties the surest friends of each camp, and the surest foes across."""
    return cite_ties(graph, measured.network, _telling_pairs(measured), each=1)


def _telling_pairs(measured: Measured) -> Iterator[tuple[str, str]]:
    network, camps = measured.network, measured.row.camps[:2]
    if len(camps) == 2:
        yield from _extreme(network, *camps, sign=-1)
    for camp in camps:
        yield from _extreme(network, camp, camp, sign=1)


def _extreme(
    network: Network, ones: Sequence[str], others: Sequence[str], *, sign: int
) -> Iterator[tuple[str, str]]:
    """Yield the pair with the strongest tie of a sign that rests on most shared options."""
    number_of = {a: n for n, a in enumerate(network.actors)}
    pairs = (
        (-sign * float(network.weight[i, j]), -int(network.meetings.shared[i, j]), i, j)
        for i in (number_of[a] for a in ones)
        for j in (number_of[b] for b in others)
        if sign * network.weight[i, j] > 0
    )
    if found := min(pairs, default=None):
        yield network.actors[found[2]], network.actors[found[3]]


def _needed(tying: Tying) -> str:
    return (
        f"A value needs {LEAST_ACTORS} actors with ties, that is with "
        f"{count(tying.min_shared, 'shared option')} each, and a movement needs {LEAST_WINDOWS} "
        "windows of time that have them."
    )


def _notes(
    graph: Graph, network: Network, parts: Parts, found: Sequence[Measured]
) -> Iterator[str]:
    if found:
        yield from _of_windows(parts, found)
    yield from _undated(network)
    friends = int((network.weight > 0).sum())
    if network.tying.ties == "net" and friends > NEARLY_ALL * 2 * network.ties:
        yield (
            f"{friends / (2 * network.ties):.0%} of ties are of friends, as where most options "
            "pass with hardly a vote against: --ties chance measures agreement beyond chance."
        )
    yield from hearsay_of(network)
    yield from left_out_of(network)
    untied = len(network.actors) - int(network.is_tied.sum())
    if untied:
        yield f"In no camp for want of a tie: {count(untied, 'actor')}."


def _of_windows(parts: Parts, found: Sequence[Measured]) -> Iterator[str]:
    length, step = parts.length, parts.step
    last = found[-1].row.until
    if length and step and last:
        yield (
            f"{count(len(found), 'window')} of {length.in_words}, each {step.in_words} after the "
            f"one before, up to {day(last)} (--window, --step); each counts only records that "
            "are surely of its days. What is spoken of differs from window to window, and moves "
            "the values as a change of mind does."
        )
    thin = len(found) - parts.told
    if thin:
        yield (
            f"Too thin, and so without a value: {count(thin, 'window')} with ties among fewer than "
            f"{LEAST_ACTORS} actors."
        )
    runs = [run for run in _runs([m.row for m in found]) if run[0].modularity is not None]
    if thin > parts.told and parts.told:
        spans = listed(_span_in_words(replace(r[0], until=r[-1].until)) for r in runs)
        yield f"There are ties {spans}: --from, --to and --window look closer."
    searched = sum(m.row.is_exact is False for m in found)
    if searched:
        yield (
            f"In {count(searched, 'window')} the best division was searched for (--starts) and not "
            "proven: a better one would make the value higher."
        )


def _undated(network: Network) -> Iterator[str]:
    undated = int(np.isnat(network.held.day).sum())
    if undated:
        yield f"Without a day, and so in no window: {count(undated, 'position')}."


def _runs(rows: Sequence[Window]) -> list[list[Window]]:
    """Return windows that follow each other and are all measured, or all too thin, together."""
    by_kind = groupby(rows, key=lambda r: r.modularity is None)
    return [list(run) for _, run in by_kind]


def _figures(rows: Sequence[Window], groups: str) -> tuple[Lines, ...]:
    shown = [r for r in rows if r.since and r.until]
    measured = [r for r in shown if r.modularity is not None]
    top = max((r.high or r.modularity or 0 for r in measured), default=0.5)
    first = Lines(
        title="How far the actors fall apart",
        says=f"Signed modularity in {count(len(measured), 'window')} of time, the "
        f"first {_number(measured[0])}, the last {_number(measured[-1])}.",
        lines=(_line("signed modularity", shown, "modularity", "low", "high"),),
        axis="signed modularity of the best division",
        low=0.0,
        high=max(0.5, top),
        note=f"{sentence(SCALE)}. Each point is a window, at its last day; the band "
        "holds 95% of the networks drawn again. A gap is a window that is too thin.",
    )
    second = Lines(
        title="Esteban-Ray and E-I over time",
        says=f"Esteban and Ray's polarization of the camps, and the E-I index of {groups}.",
        lines=(
            _line("Esteban-Ray", shown, "esteban_ray", "esteban_ray_low", "esteban_ray_high"),
            _line(
                "E-I",
                shown,
                "external_internal",
                "external_internal_low",
                "external_internal_high",
            ),
        ),
        axis="index",
        low=-1.0,
        high=max(0.5, *(r.external_internal_high or r.external_internal or 0 for r in measured)),
        ticks=((-1.0, "-1"), (-0.5, "-0.5"), (0.0, "0"), (0.5, "0.5")),
        note="Esteban-Ray: 0 all at one place, 0.5 two equal groups at the ends. E-I: -1 friends "
        "are all within groups, 1 all across.",
    )
    return first, second


def _line(label: str, rows: Iterable[Window], value: str, low: str, high: str) -> Line:
    return Line(
        label=label,
        points=tuple(
            Point(
                at=r.until or date.min,
                value=getattr(r, value),
                low=getattr(r, low),
                high=getattr(r, high),
                note=f"{_span_in_words(r)}: "
                f"{_estimate(getattr(r, value), getattr(r, low), getattr(r, high)) or 'too thin'}, "
                f"{count(r.actors, 'actor')}, {count(r.ties, 'tie')}",
            )
            for r in rows
        ),
    )
