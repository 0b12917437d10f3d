"""Outliers in words, in a table and in a picture: who stands out, and on what they stood alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stancegraph.answer.answer import Citation, Table
from stancegraph.answer.camps import id_and_title, titled
from stancegraph.answer.figure import Dot, Dots
from stancegraph.answer.resting import hearsay_of, left_out_of, thin_of
from stancegraph.answer.words import count, named, sentence, size_of, some

if TYPE_CHECKING:
    from stancegraph.answer.outliers import AloneOn, Apart, Verdict
    from stancegraph.answer.standing_out import Compared
    from stancegraph.graph import Graph

BOUND = -3.5
"""A standardised agreement below this is that of an outlier (Iglewicz and Hoaglin 1993)."""

LEAST_COMPARED = 4
"""Among fewer actors than this nobody is told apart: the middle of three is one of them."""

TOLD = 3
"""Of so many who stand out the answer tells more."""

_ROWS = 25
_DOTS = 60
_NAMED = 6


def verdict_of(compared: Compared) -> Iterator[str]:
    """Say who stands out from whom, or who is nearest to it."""
    rows, found, graph = compared.rows, compared.found, compared.graph
    if not compared.is_told:
        yield (
            f"Too few to say: {count(len(rows), 'actor')} with ties, and among fewer than "
            f"{LEAST_COMPARED} nobody can be told apart."
        )
    elif not found:
        yield f"Nobody stands out{_from_whom(compared, 0)}."
        yield from _nearest(compared)
    else:
        own = [r for r in found if r.verdict == "stands out"]
        overall = [r for r in found if r.verdict == "stands out from all"]
        if own:
            yield f"{_stand_out(graph, own)}{_from_whom(compared, len(own))}."
        if overall:
            yield f"{_stand_out(graph, overall)} from all."
        yield _told(compared, found[0])


def _from_whom(compared: Compared, found: int) -> str:
    """Say what so many stand out from."""
    division = compared.division
    if division.network.tying.actors:
        return f" among the {len(division.network.actors)} asked for"
    if division.count == 1:
        return " from the others"
    if not found:
        return ""
    return " from the rest of the bloc" if found == 1 else ", each from the rest of its bloc"


def _stand_out(graph: Graph, rows: Sequence[Apart]) -> str:
    names = some([named(graph.actors[r.actor]) for r in rows], _NAMED)
    plural = len(rows) > 1 or size_of(graph.actors[rows[0].actor]) > 1
    return f"{sentence(names)} {'stand' if plural else 'stands'} out"


def _nearest(compared: Compared) -> Iterator[str]:
    """Name who is nearest to standing out."""
    row = compared.rows[0]
    is_own = row.overall_z is None or (row.z is not None and row.z <= row.overall_z)
    z = row.z if is_own else row.overall_z
    if z is not None and z < 0:
        name = named(compared.graph.actors[row.actor])
        yield f"Nearest to it is {name}, with {_mean_tie(compared, row, is_own=is_own)}."
        yield f"That is a z of {z:.2f}; an outlier's is below {BOUND:g}{_but(z)}."


def _but(z: float) -> str:
    return ", and it is surely well apart" if z < BOUND else ""


def _mean_tie(compared: Compared, row: Apart, *, is_own: bool) -> str:
    """Say how far somebody agrees, and where the middle of the others is."""
    if is_own:
        is_one = compared.division.count == 1
        value, low, high, middle = row.agreement, row.low, row.high, row.middle
        whom = "the others" if is_one else "the rest of the bloc"
    else:
        value, low, high = row.overall, row.overall_low, row.overall_high
        whom, middle = "everybody", row.overall_middle
    return (
        f"a mean tie of {value:+.2f}{_between(low, high)} with {whom}, where the median of the "
        f"others is {middle:+.2f}"
    )


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({low:+.2f} to {high:+.2f})"


def _told(compared: Compared, row: Apart) -> str:
    """Say how far somebody is from the others, and on what they stood alone."""
    actor = compared.graph.actors[row.actor]
    name, plural = named(actor), size_of(actor) > 1
    tie = _mean_tie(compared, row, is_own=row.verdict == "stands out")
    told = f"{sentence(name)} {'have' if plural else 'has'} {tie}."
    if not row.alone_on:
        return told
    options = f"On {count(row.alone_count, 'option')} {name} stood alone, or nearly so."
    return f"{told} {options} {_told_alone(name, row.alone_on[0], plural=plural)}"


def _told_alone(name: str, on: AloneOn, *, plural: bool) -> str:
    side, other = ("for", "against") if on.stance == "supports" else ("against", "for")
    who = some([name, count(on.beside, "other")]) if on.beside else name
    were = "were" if plural or on.beside else "was"
    others = count(on.against, "other")
    return f"{sentence(who)} {were} {side} '{titled(on.name)}', {others} {other} it."


def notes_of(compared: Compared) -> Iterator[str]:
    """Say who else stands out, which blocs there are and whom nothing can be said of."""
    graph, network, division = compared.graph, compared.network, compared.division
    for row in compared.found[1:TOLD]:
        yield _told(compared, row)
    if network.tying.actors:
        yield "Those asked for by name are taken as one bloc, whatever divides them."
    else:
        large = [b for b in range(division.count) if division.sizes[b] > 1][:TOLD]
        if large:
            names = "; ".join(f"{b + 1} is {compared.called(b)}" for b in large)
            yield f"Blocs, as 'stancegraph blocs' finds them: {names}."
    small = [
        named(graph.actors[r.actor])
        for r in compared.rows
        if compared.is_told and r.z is None and division.sizes[(r.bloc or 1) - 1] < LEAST_COMPARED
    ]
    if small:
        yield f"In a bloc of fewer than {LEAST_COMPARED}, so compared with all only: {some(small)}."
    untied = [
        named(graph.actors[a])
        for a, is_tied in zip(network.actors, network.is_tied, strict=True)
        if not is_tied
    ]
    if untied:
        yield f"Not tied enough to say: {some(untied)}."
    yield from thin_of(network)
    yield from hearsay_of(network)
    if not network.tying.actors:
        yield from left_out_of(network)


def table_of(compared: Compared) -> Table:
    """Return those farthest below the middle."""
    title, rows = "Who is farthest from the middle", compared.rows[:_ROWS]
    if len(compared.rows) > _ROWS:
        title += f": {_ROWS} of {len(compared.rows)}; --format csv has all"
    if compared.division.count == 1:
        cells = tuple((r.name, *_own(r), *_end(r, is_one=True)) for r in rows)
        return Table(title, ("Actor", "Mean tie", "May be", "z", "Alone on", "Stands out"), cells)
    heads = ("Actor", "Bloc", "In bloc", "May be", "z", "With all", "z of all", "Alone", "Out")
    found = ((r.name, str(r.bloc), *_own(r), *_all(r), *_end(r, is_one=False)) for r in rows)
    return Table(title, heads, tuple(found))


_OUT: dict[Verdict, str] = {
    "stands out": "of bloc",
    "stands out from all": "of all",
    "does not": "",
    "insufficient": "?",
}


def _end(row: Apart, *, is_one: bool) -> tuple[str, str]:
    out = "yes" if is_one and row.verdict == "stands out" else _OUT[row.verdict]
    return str(row.alone_count or ""), out


def _own(row: Apart) -> tuple[str, str, str]:
    low, high = row.low, row.high
    may_be = "" if low is None or high is None else f"{low:+.2f} to {high:+.2f}"
    return _number(row.agreement), may_be, "" if row.z is None else f"{row.z:.2f}"


def _all(row: Apart) -> tuple[str, str]:
    return _number(row.overall), "" if row.overall_z is None else f"{row.overall_z:.2f}"


def _number(value: float | None) -> str:
    return "no ties" if value is None else f"{value:+.2f}"


def figures_of(compared: Compared, evidence: Sequence[Citation]) -> Iterator[Dots]:
    """Show each mean tie with its interval beside the median of the others.

    With its bloc, or with everybody where all blocs are too small to be compared in.
    """
    rows = sorted((r for r in compared.rows if r.z is not None), key=lambda r: r.z or 0.0)
    if rows:
        is_one = compared.division.count == 1
        whom, groups = "the others" if is_one else "its bloc", () if is_one else _groups(compared)
        yield _dots([_dot(r, evidence, is_one=is_one) for r in rows], compared, whom, groups)
    elif compared.is_told:
        dots = [_dot_of_all(r, evidence) for r in compared.rows if r.overall_z is not None]
        yield _dots(dots, compared, "everybody", ())


def _dots(dots: Sequence[Dot], compared: Compared, whom: str, groups: tuple[str, ...]) -> Dots:
    left, told = len(dots[_DOTS:]), dots[:_DOTS]
    values = [v for d in told for v in (d.value, d.low, d.high) if v is not None]
    verdict = "stands out from all" if whom == "everybody" else "stands out"
    found = [r for r in compared.rows if r.verdict == verdict]
    return Dots(
        title=f"Who is farthest from {whom}",
        says=f"{_stand_out(compared.graph, found)}." if found else "Nobody stands out.",
        rows=tuple(told),
        axis=f"mean tie with {whom}",
        low=min(-0.1, *values),
        high=max(1.0, *values),
        middle=0.0,
        groups=groups,
        expected_means="the median of the others" + (" of its bloc" if groups else ""),
        note=f"The {len(told)} farthest below the middle; {left} are left out." if left else "",
    )


def _groups(compared: Compared) -> tuple[str, ...]:
    return tuple(f"{b + 1}: {compared.called(b)}" for b in range(compared.division.count))


def _dot(row: Apart, evidence: Sequence[Citation], *, is_one: bool) -> Dot:
    return Dot(
        label=row.name,
        value=row.agreement,
        low=row.low,
        high=row.high,
        expected=row.middle,
        group=None if is_one else (row.bloc or 1) - 1,
        text=f"z {row.z:.2f}{', out' if row.verdict == 'stands out' else ''}",
        note=_dot_note(row, row.agreement, row.low, row.high),
        records=tuple(c.id for c in evidence if c.holder == row.actor),
    )


def _dot_of_all(row: Apart, evidence: Sequence[Citation]) -> Dot:
    return Dot(
        label=row.name,
        value=row.overall,
        low=row.overall_low,
        high=row.overall_high,
        expected=row.overall_middle,
        group=None,
        text=f"z {row.overall_z:.2f}{', out' if row.verdict == 'stands out from all' else ''}",
        note=_dot_note(row, row.overall, row.overall_low, row.overall_high),
        records=tuple(c.id for c in evidence if c.holder == row.actor),
    )


def _dot_note(row: Apart, mean_tie: float | None, low: float | None, high: float | None) -> str:
    mean = f"{row.name}: mean tie {mean_tie:+.2f}{_between(low, high)}."
    if not row.alone_on:
        return mean
    told = "; ".join(
        f"{'for' if a.stance == 'supports' else 'against'} {id_and_title(a.option, a.name)}, "
        f"{a.against} on the other side"
        for a in row.alone_on[:2]
    )
    return f"{mean} Alone or nearly so on {count(row.alone_count, 'option')}: {told}."
