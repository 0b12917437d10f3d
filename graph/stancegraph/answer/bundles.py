"""Options that travel together: who is for one of them is for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation, Table, cite_positions
from stancegraph.answer.bundling import (
    BY,
    Bundle,
    Bundling,
    Compared,
    Pairing,
    bundled_of,
    compared,
    pairings,
)
from stancegraph.answer.figure import Cell, Grid
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.short import first_records, label_of, marks
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import count, named, sentence, some, stands_on
from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Polarity
from stancegraph.positions import RULES
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


_SHOWN = 12
"""So many pairs that travel together, and half as many that part, are in the tables."""

_NAMED = 4
"""So many options of a bundle are named in a sentence."""

_TOLD = 10
"""Where all is thin, of so many actors it is said on which options they stand."""

_WIDE = 6
"""With so many options a cell of the figure has room for a word."""

_COUNTED = 5_000
"""Of more positions than these no pairs below what it takes are named."""

_DRAWN = 60
"""Where all is thin, so many actors are in the figure."""


def bundles(
    graph: Graph,
    *,
    tying: Tying | None = None,
    bundling: Bundling | None = None,
    **which: Unpack[Which],
) -> Answer[Pairing]:
    """Say which options travel together, as far as who holds them tells.

    `tying` chooses the actors, as in a network of actors: states and organisations by default.
    """
    tying, bundling = tying or Tying(), bundling or Bundling()
    found = compared(graph, tying, bundling, graph.scope(**which))
    bundled, is_exact = bundled_of(found, bundling)
    rows = tuple(pairings(found, bundled, bundling))
    return Answer(
        question="Which options travel together?",
        verdict=_verdict(found, bundled, rows, bundling) if rows else _thin(found, bundling),
        as_of=found.scope.as_of,
        method=_method(found.scope, bundling),
        row_class=Pairing,
        rows=rows,
        evidence=_evidence(found, rows),
        flags=_flags(rows, bundling),
        more={
            "bundles": bundled,
            "by": bundling.by,
            "exact": is_exact,
            "actors": len(found.held.actors),
            "options": found.options,
            "left_out": found.left_out,
            "too_few": found.too_few,
            "seed": bundling.seed,
            "roll_up": found.scope.roll_up,
        },
        tables=tuple(t for t in _tables(found, bundled, rows) if t.rows),
        notes=tuple(_notes(found, rows, bundling, is_exact=is_exact)),
        reproduce=scoped(
            "bundles",
            *replace(tying, min_shared=MINIMUM_SHARED, ties="net").as_words,
            *bundling.as_words,
            graph=graph,
            scope=found.scope,
        ),
        figures=_figures(found, bundled) if rows else _known_figure(found),
    )


def _is_blind(rows: Sequence[Pairing], bundling: Bundling) -> bool:
    """Tell whether phi is defined for no pair at all."""
    return bundling.by == "phi" and all(r.phi is None for r in rows)


def _flags(rows: Sequence[Pairing], bundling: Bundling) -> tuple[str, ...]:
    if _is_blind(rows, bundling):
        return ("insufficient",)
    return () if any(r.stands_out for r in rows) else ("thin",)


def _method(scope: Scope, bundling: Bundling) -> str:
    return method(
        roll_up=scope.roll_up,
        own_words=scope.own_words,
        extra=f"the options' network of concepts (Leifeld 2017), where a tie is "
        f"{BY[bundling.by]}, from {count(bundling.min_shared, 'shared holder')} on; bundles by "
        f"correlation clustering (Bansal, Blum and Chawla 2004); p by the stochastic degree "
        f"sequence model of who is for what (Neal 2014), {bundling.correction}",
    )


def _verdict(
    found: Compared, bundled: Sequence[Bundle], rows: Sequence[Pairing], bundling: Bundling
) -> str:
    actors, options = count(len(found.held.actors), "actor"), len(found.options)
    of = f"the {options} options that divide most" if found.left_out else count(options, "option")
    if _is_blind(rows, bundling):
        return (
            f"Insufficient: of {of}, held by {actors}, there are no two on both of which the "
            "shared holders differ, so that phi cannot tell which travel together; --by net counts "
            "who is on one side."
        )
    parts = [f"Of {of}, held by {actors}, {_travel(found, bundled)}."]
    first, last = rows[0], rows[-1]
    if _tie(first, bundling) > 0:
        parts.append(f"Most together: {_told(found, first, bundling)}.")
    if len(rows) > 1 and _tie(last, bundling) < 0:
        parts.append(f"Furthest apart: {_told(found, last, bundling)}.")
    sure = _beyond_chance(rows)
    pairs = f"{count(len(rows), 'pair')} with enough shared holders"
    chance = "beyond chance, given how much each option is backed and each actor backs"
    if sure:
        go = "1 goes" if len(sure) == 1 else f"{len(sure)} go"
        a, b = (label_of(found.graph, o) for o in (sure[0].a, sure[0].b))
        way = "together" if sure[0].stands_out > 0 else "apart"
        parts.append(f"Of {pairs} {go} {chance}, most surely {a} and {b}, {way}.")
    else:
        parts.append(f"Of {pairs} none goes {chance}: read it as what is on record, not as a rule.")
    return " ".join(parts)


def _travel(found: Compared, bundled: Sequence[Bundle]) -> str:
    """Say which bundles there are, and who carries the largest."""
    if not bundled:
        return "none travels with another"
    largest = bundled[0]
    options = _labels(found.graph, largest.options, _NAMED)
    rest = sum(len(b.options) for b in bundled[1:])
    travel = "travel together" if len(bundled) == 1 else f"travel in {len(bundled)} bundles"
    total = len(largest.options) + rest
    many = f"all {total}" if total == len(found.options) > 2 else str(total)
    carried = f"carried by {count(len(largest.carried_by), 'actor')}"
    if len(bundled) == 1:
        return f"{many} {travel}, {carried}: {options}"
    return f"{many} {travel}; the largest, {carried}, is {options}"


def _labels(graph: Graph, options: Sequence[str], most: int) -> str:
    return some([label_of(graph, o) for o in options], 3 if graph.is_large else most)


def _tie(row: Pairing, bundling: Bundling) -> float:
    if bundling.by == "phi":
        return row.phi or 0.0
    return (row.same - row.opposite) / row.shared


def _told(found: Compared, row: Pairing, bundling: Bundling) -> str:
    tie = "" if row.phi is None else f", phi {row.phi:.2f}"
    if bundling.by == "net":
        tie = f", net {_tie(row, bundling):.2f}"
    a, b = (label_of(found.graph, o) for o in (row.a, row.b))
    return (
        f"{a} and {b}, on one side {row.same} of {count(row.shared, 'shared holder')} "
        f"({row.low:.0%} to {row.high:.0%}){tie}"
    )


def _thin(found: Compared, bundling: Bundling) -> str:
    """Say why nothing can be said, and how near the record comes to it."""
    least = count(bundling.min_shared, "holder")
    start = f"Too thin to say: no two options share {least}"
    most, closest = _closest(_taken(found))
    if not most:
        return f"{start}."
    pairs = count(len(closest), "pair")
    if most == 1:
        shares = "shares" if len(closest) == 1 else "share"
        return f"{start}; {pairs} {shares} one, none more. What single actors combine is below."
    names = [
        f"{a} and {b} share {some([named(found.graph.actors[x]) for x in who])}"
        for (a, b), who in closest.items()
    ]
    if most >= bundling.min_shared:
        start += " among those asked about (--kind and --actors choose others)"
    return f"{start}; {some(names, 3)}. What single actors combine is below."


_Taken = list[tuple[str, str, int, bool]]
"""An actor, an option, a level and whether only others tell it, by the actor's name."""


def _taken(found: Compared) -> _Taken:
    """Return the positions of all kinds of actors, in an order that no store decides."""
    held = found.graph.held(found.scope)
    if len(held) > _COUNTED:
        return []
    columns = (held.actor, held.option, held.level, held.tier > RULES.last_own_tier)
    entries = zip(*(column.tolist() for column in columns), strict=True)
    taken = [(held.actors[a], held.options[o], level, told) for a, o, level, told in entries]
    return sorted(taken, key=lambda t: (found.graph.actors[t[0]].name, t))


def _closest(taken: _Taken) -> tuple[int, dict[tuple[str, str], list[str]]]:
    """Return the pairs of options that share most holders, and how many that is."""
    options: dict[str, list[str]] = {}
    for actor, option, *_ in taken:
        options.setdefault(actor, []).append(option)
    shared: dict[tuple[str, str], list[str]] = {}
    for actor, held in options.items():
        for pair in combinations(sorted(held), 2):
            shared.setdefault(pair, []).append(actor)
    most = max(map(len, shared.values()), default=0)
    return most, {pair: who for pair, who in sorted(shared.items()) if len(who) == most}


def _tables(found: Compared, bundled: Sequence[Bundle], rows: Sequence[Pairing]) -> Iterator[Table]:
    yield Table(
        "Bundles",
        ("No", "Options", "Mean tie", "Carried by", "Opposed by"),
        tuple(
            (
                str(b.number),
                _labels(found.graph, b.options, 6),
                "-" if b.mean is None else f"{b.mean:.2f}",
                _who(found, b.carried_by),
                _who(found, b.opposed_by),
            )
            for b in bundled[:_SHOWN]
        ),
    )
    together = [r for r in rows if found.weight[_at(found, r)] > 0]
    apart = [r for r in reversed(rows) if found.weight[_at(found, r)] < 0]
    neither = [r for r in rows if found.weight[_at(found, r)] == 0]
    shown = [*together[:_SHOWN], *apart[: _SHOWN // 2]]
    sure = _beyond_chance(rows)
    if any(r not in shown for r in sure):
        yield _pairs_table(found, "Beyond chance, the surest first", sure[: _SHOWN // 2])
    yield _pairs_table(found, "Most together", together[:_SHOWN])
    yield _pairs_table(found, "Opposite ways", apart[: _SHOWN // 2])
    if not together and not apart:
        yield _pairs_table(
            found, "Neither together nor apart, as one of both does not vary", neither[:_SHOWN]
        )


def _beyond_chance(rows: Sequence[Pairing]) -> list[Pairing]:
    """Return the pairs that stand out, the surest first."""
    return sorted((r for r in rows if r.stands_out), key=lambda r: r.p)


def _at(found: Compared, row: Pairing) -> tuple[int, int]:
    return found.options.index(row.a), found.options.index(row.b)


def _who(found: Compared, actors: Sequence[str]) -> str:
    names = some([found.graph.actors[a].name for a in actors], 3)
    return f"{len(actors)}: {names}" if len(actors) > 1 else names or "nobody"


def _pairs_table(found: Compared, title: str, rows: Sequence[Pairing]) -> Table:
    return Table(
        title,
        ("Option", "and option", "Same side", "Phi", "For both", "p", "Bundle"),
        tuple(
            (
                label_of(found.graph, r.a),
                label_of(found.graph, r.b),
                f"{r.same} of {r.shared} ({r.low:.0%} to {r.high:.0%})",
                "-" if r.phi is None else f"{r.phi:.2f}",
                str(r.together),
                "<.001" if r.p < 0.001 else f"{r.p:.3f}",
                str(r.bundle or ""),
            )
            for r in rows
        ),
    )


def _notes(
    found: Compared, rows: Sequence[Pairing], bundling: Bundling, *, is_exact: bool
) -> Iterator[str]:
    if not rows:
        yield from _combined(found)
        return
    yield from _left_out(found, rows, bundling)
    undefined = sum(r.phi is None for r in rows)
    if undefined and bundling.by == "phi" and undefined < len(rows):
        yield (
            f"Of {count(undefined, 'pair')} phi is not defined, as all shared holders stand alike "
            "on one of the options: --by net counts who is on one side."
        )
    if not is_exact:
        yield "That no other bundles fit better is not proven; --seconds gives the proof more time."
    told = int((found.held.tier > RULES.last_own_tier).sum())
    if told:
        yield (
            f"By others' word only: {told} of {len(found.held)} positions; --own-words leaves them "
            "out."
        )
    yield from _how_to_read(rows)


def _left_out(found: Compared, rows: Sequence[Pairing], bundling: Bundling) -> Iterator[str]:
    """Say which pairs are not shown, and which options are not compared."""
    shown = _SHOWN + _SHOWN // 2
    if len(rows) > shown:
        yield f"Of {len(rows)} pairs the first and the last are shown: --format csv has all."
    if found.left_out:
        yield (
            f"Left out as dividing less: {count(found.left_out, 'option')}; --most takes more, "
            "--filter chooses."
        )
    if found.too_few:
        few = count(bundling.min_shared, "actor")
        yield f"Left out as held by fewer than {few}: {count(found.too_few, 'option')}."


def _how_to_read(rows: Sequence[Pairing]) -> Iterator[str]:
    yield (
        "Phi is of those who hold both options; p asks whether more, or fewer, back both than "
        "chance has it, where the silent count as not backing. So the two can part."
    )
    if any(r.bundle for r in rows):
        yield (
            "Who carries a bundle is for all of its options on which it is on record, and on "
            "record on half of them at least."
        )
    yield "That options travel together says nothing of why."


def _combined(found: Compared) -> Iterator[str]:
    """Say of each actor with several positions, of whatever kind, what it combines."""
    several = _several(_taken(found))
    for actor, stances in list(several.items())[:_TOLD]:
        yield sentence(f"{named(found.graph.actors[actor])} {_stances(stances)}.")
    if len(several) > _TOLD:
        yield f"{len(several) - _TOLD} more have positions on several options."


def _several(taken: _Taken) -> dict[str, dict[str, tuple[int, bool]]]:
    """Return the stances of actors with positions on several options, those with most first."""
    found: dict[str, dict[str, tuple[int, bool]]] = {}
    for actor, option, level, told in taken:
        found.setdefault(actor, {})[option] = (level, told)
    several = [(actor, stances) for actor, stances in found.items() if len(stances) > 1]
    return dict(sorted(several, key=lambda item: -len(item[1])))


_OF_LEVEL = {p.level: p for p in Polarity}


def _stances(stances: Mapping[str, tuple[int, bool]]) -> str:
    by_level: dict[int, list[str]] = {}
    for option, (level, told) in stances.items():
        by_level.setdefault(level, []).append(f"{option} (as others tell)" if told else option)
    parts = (
        stands_on(_OF_LEVEL[level], some(sorted(names), 6))
        for level, names in sorted(by_level.items(), reverse=True)
    )
    return "; ".join(parts)


def _evidence(found: Compared, rows: Sequence[Pairing]) -> tuple[Citation, ...]:
    """Cite two shared holders of the pair most together, and of that most apart."""
    from stancegraph.answer.ties import positions_at

    if rows:
        keys = [key for row in dict.fromkeys((rows[0], rows[-1])) for key in _telling(found, row)]
    else:
        several = list(_several(_taken(found)).items())[:_TOLD]
        keys = [(actor, option) for actor, stances in several for option in stances]
    positions = positions_at(found.graph, found.scope, keys)
    return first_records(cite_positions(found.graph, positions.values()))


def _telling(found: Compared, row: Pairing) -> list[tuple[str, str]]:
    import numpy as np

    i, j = _at(found, row)
    x, y = found.level[i], found.level[j]
    want = x * y > 0 if found.weight[i, j] >= 0 else x * y < 0
    holders = [found.held.actors[n] for n in np.flatnonzero(want)[:2].tolist()]
    return [(holder, option) for holder in holders for option in (row.a, row.b)]


def _figures(found: Compared, bundled: Sequence[Bundle]) -> tuple[Grid, ...]:
    """Show how any two options travel, bundle by bundle."""
    inside = [o for b in bundled for o in b.options]
    tied = [o for n, o in enumerate(found.options) if found.weight[n].any() and o not in inside]
    options = [*inside, *tied]
    if not options:
        return ()
    number = {o: n for n, o in enumerate(found.options)}
    ends = [sum(len(b.options) for b in bundled[: n + 1]) for n in range(len(bundled))]
    breaks = tuple(n for n in ends if 0 < n < len(options))
    names = tuple(found.graph.options[o].name for o in options)
    return (
        Grid(
            title="Which options travel together",
            says=f"{len(options)} options against each other: {_travel(found, bundled)}.",
            rows=names,
            columns=names,
            cells=tuple(_cells(found, options, number)),
            is_signed=True,
            ends=("opposite ways", "together"),
            row_breaks=breaks,
            column_breaks=breaks,
            note="Options of one bundle stand together; what is empty shares too few holders.",
        ),
    )


def _cells(found: Compared, options: Sequence[str], number: dict[str, int]) -> Iterator[Cell]:
    for row, a in enumerate(options):
        for column, b in enumerate(options):
            i, j = number[a], number[b]
            value = float(found.weight[i, j])
            if i == j or value == 0:
                continue
            same, shared = int(found.met.same[i, j]), int(found.met.shared[i, j])
            note = f"{a} and {b}: on one side {same} of {shared} shared holders, tie {value:.2f}."
            text = f"{value:.2f}".replace("0.", ".") if len(options) <= 12 else ""
            yield Cell(row=row, column=column, value=value, text=text, note=note)


def _known_figure(found: Compared) -> tuple[Grid, ...]:
    """Show, where all is thin, what actors with several positions combine."""
    several = dict(list(_several(_taken(found)).items())[:_DRAWN])
    if not several:
        return ()
    graph = found.graph
    options = sorted({option for stances in several.values() for option in stances})[:_DRAWN]
    column_of = {option: column for column, option in enumerate(options)}
    cells = tuple(
        Cell(
            row=row,
            column=column_of[option],
            value=level / 2,
            text=marks(level, is_hearsay=told, is_wide=len(options) <= _WIDE),
            note=sentence(f"{named(graph.actors[actor])} {stands_on(_OF_LEVEL[level], option)}."),
        )
        for row, (actor, stances) in enumerate(several.items())
        for option, (level, told) in stances.items()
        if option in column_of
    )
    return (
        Grid(
            title="What single actors combine",
            says="Too few options share holders; these are the actors with several positions.",
            rows=tuple(graph.actors[actor].name for actor in several),
            columns=tuple(graph.options[option].name for option in options),
            cells=cells,
            is_signed=True,
            ends=("opposes", "supports"),
            note="Told: by others' word only; ?: undecided; what is empty is not known.",
        ),
    )
