"""What changed between two days, and what only became known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Unpack

from stancegraph.answer.answer import Answer, Citation
from stancegraph.answer.diff_figures import LISTED, figures, pair_told, tables
from stancegraph.answer.differences import (
    KINDS,
    LEAST_SHARED,
    Difference,
    Found,
    PairDifference,
    of_all,
    of_large,
    pairs_of,
)
from stancegraph.answer.shared import method, scoped
from stancegraph.answer.tying import Tying
from stancegraph.answer.words import STANDS, count, day, listed, named, sentence, some
from stancegraph.errors import StanceError
from stancegraph.scope import Scope, Which

if TYPE_CHECKING:
    from stancegraph.graph import Graph


def diff(
    graph: Graph,
    first: date,
    second: date,
    *,
    actor: str | None = None,
    **which: Unpack[Which],
) -> Answer[Difference]:
    """Say what is other at the second day than at the first, and what of it surely happened then.

    An alliance or institution that is asked about stands for its members too.
    """
    from stancegraph.answer.ties import actors_called

    if which.get("as_of"):
        raise StanceError("diff answers for its two days: leave out --as-of and --to")
    if first >= second:
        raise StanceError(f"{first} is not before {second}: name the earlier day first")
    asked = graph.scope(**which)
    then, now = (replace(asked, as_of=d) for d in (first, second))
    who = actors_called(graph, [actor], second) if actor else None
    found = of_large(graph, then, now, who) if graph.is_large else of_all(graph, then, now, who)
    pairs = pairs_of(graph, then, now, who)
    rows = tuple(found.rows)
    return Answer(
        question=f"What changed between {day(first)} and {day(second)}?",
        verdict=_verdict(graph, found, pairs, (first, second)),
        as_of=second,
        method=method(
            roll_up=now.roll_up,
            own_words=now.own_words,
            extra="positions as of both days, compared one by one; a change of side is claimed "
            "where the later record surely is the later",
        ),
        row_class=Difference,
        rows=rows,
        evidence=(*found.evidence, *_cite_pairs(graph, now, pairs, first)),
        flags=_flags(found),
        more={
            "first": first,
            "second": second,
            "actor": graph.actor(actor).id if actor else None,
            "positions_before": found.before,
            "positions": found.after,
            "counts": {kind: found.counts.get(kind, 0) for kind in KINDS},
            "new_options": found.new_options,
            "new_actors": found.new_actors,
            "new_by_actor": dict(found.new_by_actor),
            "pairs": pairs,
            "roll_up": now.roll_up,
        },
        tables=tuple(tables(graph, found, pairs)),
        notes=tuple(_notes(graph, found, pairs, first)),
        reproduce=scoped(
            "diff",
            first.isoformat(),
            second.isoformat(),
            *(("--actor", graph.actor(actor).id) if actor else ()),
            graph=graph,
            scope=replace(now, as_of=None),
        ),
        figures=tuple(figures(graph, found, pairs, (first, second))),
    )


def _cite_pairs(
    graph: Graph, now: Scope, pairs: Sequence[PairDifference], first: date
) -> tuple[Citation, ...]:
    """Cite of a large graph what ties the pair that moved most, after the first day."""
    from stancegraph.answer.ties import cite_ties, network_of

    if not graph.is_large or not pairs:
        return ()
    pair = (pairs[0].a, pairs[0].b)
    later = replace(now, since=max(first, now.since or first))
    return cite_ties(graph, network_of(graph, Tying(actors=pair), later), [pair])


def _flags(found: Found) -> tuple[str, ...]:
    return found.flags if found.after else ("insufficient",)


def _verdict(
    graph: Graph, found: Found, pairs: Sequence[PairDifference], days: tuple[date, date]
) -> str:
    start = f"Between {day(days[0])} and {day(days[1])}"
    if not found.after and not found.before:
        return f"Too thin to say: no position is on record by {day(days[1])}."
    told = [
        count(found.counts[kind], *words) for kind, words in KINDS.items() if found.counts[kind]
    ]
    if not told:
        return f"{start} nothing changed: {count(found.after, 'position')} before and after."
    before = count(found.before, "position")
    parts = [f"{start}: {listed(told)}; {before} before, {found.after} after."]
    parts += _sides_told(graph, found)
    if found.is_whole and found.counts["new"]:
        parts.append(_new_told(found))
    parts += [pair_told(graph, pairs[0])] if graph.is_large and pairs else []
    return " ".join(parts)


_TOLD = 3
"""Up to so many changes of side are named, of more the option with most of them."""


def _sides_told(graph: Graph, found: Found) -> list[str]:
    sides = [r for r in found.rows if r.kind == "side"]
    if len(sides) <= _TOLD:
        return [f"{sentence(_moved(graph, r))}." for r in sides]
    option, most = min(Counter(r.option for r in sides).items(), key=lambda n: (-n[1], n[0]))
    return [f"Most changes of side were on {option}: {most} of {found.counts['side']}."]


def _new_told(found: Found) -> str:
    """Say how much of what is new surely came about, and how much only became known."""
    new = [r.is_surely_after for r in found.rows if r.kind == "new"]
    sure, older = sum(new), len(new) - sum(new)
    if not older:
        return "All that is new surely came about in between."
    if not sure:
        return "All that is new became known then and may be older."
    return (
        f"Of the new, {sure} surely came about in between; {older} became known then and may be "
        "older."
    )


def _moved(graph: Graph, row: Difference) -> str:
    if row.polarity_before is None or row.polarity is None:
        return row.name
    hearsay = " by others' word" if row.is_hearsay else ""
    return (
        f"{named(graph.actors[row.actor])} moved on {row.option} from "
        f"{STANDS[row.polarity_before]!r} to {STANDS[row.polarity]!r}{hearsay}"
    )


def _notes(
    graph: Graph, found: Found, pairs: Sequence[PairDifference], first: date
) -> Iterator[str]:
    if found.after and not found.before:
        yield f"No position is on record by {day(first)}: all there is, is new."
    if found.before and found.new_options:
        yield f"New options: {some(found.new_options, 6)}."
    if found.before and found.new_actors:
        yield f"First heard of: {some([graph.actors[a].name for a in found.new_actors])}."
    if found.rows[LISTED:]:
        yield f"The first {LISTED} of {len(found.rows)} are shown: --format csv has all."
    if found.counts["unordered"]:
        yield "Where records have no known order, no change of side is claimed."
    if not found.is_whole:
        yield (
            "Of this many records new positions are counted, not listed, and changed terms and "
            "what became contested or stale are not looked for."
        )
        yield (
            f"Pairs are compared that share {LEAST_SHARED} options before and {LEAST_SHARED} on "
            "which both took a position in between only"
            + (
                "; other questions may have been put then, so that agreement changes though nobody "
                "moved."
                if pairs
                else ": no pair does."
            )
        )
    elif pairs:
        yield (
            f"The verdict on how far two actors agree is another for {count(len(pairs), 'pair')}: "
            "'stancegraph compare ACTOR ACTOR' says more."
        )
