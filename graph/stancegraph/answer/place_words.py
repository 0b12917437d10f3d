"""The answer on places: told, tabled, or too thin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np

from stancegraph.answer.answer import Answer, Citation, Table, cite_positions
from stancegraph.answer.known import known
from stancegraph.answer.place_figures import figure_of, meaning_in_words, meaning_of
from stancegraph.answer.places import BY, FEWEST_STANCES, Mapping, Place
from stancegraph.answer.placing import (
    APART,
    ENOUGH,
    LEAST_LOCATED,
    LEAST_OPTIONS,
    Found,
)
from stancegraph.answer.resting import hearsay_of, left_out_of
from stancegraph.answer.shared import left_out, method, scoped
from stancegraph.answer.ties import Network, positions_at
from stancegraph.answer.words import count, listed, named, sentence, some
from stancegraph.measure.scaling import LEAST_MINORITY

if TYPE_CHECKING:
    from stancegraph.graph import Graph

LONG = 10
"""From so many years on a map warns that actors move."""

_SHOWN = 25
_FEW_UNLOCATED = 12
_FARTHEST = 3


def answered(graph: Graph, network: Network, found: Found, asked: Mapping) -> Answer[Place]:
    """Answer where everybody stands, or why that cannot be said."""
    scope, tying = network.scope, network.tying
    rows = _rows(graph, network, found)
    bare = Answer(
        question="Where does everybody stand, and what does the axis mean?",
        verdict="",
        as_of=scope.as_of,
        method=method(
            roll_up=scope.roll_up, own_words=scope.own_words, extra=_in_words(found, asked)
        ),
        row_class=Place,
        rows=rows,
        evidence=(),
        flags=(),
        more=_more(network, found, asked, rows),
        tables=(),
        notes=(),
        reproduce=scoped("map", *asked.as_words, *tying.as_words, graph=graph, scope=scope),
    )
    told = _thin if found.anchor is None else _located
    answer = told(graph, network, found, asked, bare)
    if graph.is_large:
        return answer
    left = left_out(graph, scope.as_of, own_words=scope.own_words)
    return replace(answer, notes=(*answer.notes, *left))


def _thin(
    graph: Graph, network: Network, found: Found, asked: Mapping, bare: Answer[Place]
) -> Answer[Place]:
    """Say why nobody is located, and what is known."""
    sides = known(graph, network)
    return replace(
        bare,
        verdict=f"Too thin to say: {_how_thin(graph, network, found, asked.fewest)}.",
        evidence=sides.evidence,
        flags=("insufficient", *sides.flags),
        notes=(*sides.notes, _needed(asked.fewest)),
        figures=sides.figures,
    )


def _located(
    graph: Graph, network: Network, found: Found, asked: Mapping, bare: Answer[Place]
) -> Answer[Place]:
    anchor = network.actors[found.anchor or 0]
    return replace(
        bare,
        verdict=" ".join(_verdict(graph, found, bare.rows, anchor)),
        evidence=_cited(graph, network, found),
        flags=("thin",) if asked.fewest < FEWEST_STANCES else (),
        tables=tuple(_tables(found, bare.rows, anchor)),
        notes=tuple(_notes(graph, network, found, bare.rows)),
        figures=(figure_of(found, bare.rows, anchor),),
    )


def _more(network: Network, found: Found, asked: Mapping, rows: Sequence[Place]) -> dict[str, Any]:
    return {
        "by": found.by,
        "dimensions": asked.dimensions,
        "anchor": None if found.anchor is None else network.actors[found.anchor],
        "fewest": asked.fewest,
        "abstaining": asked.abstaining,
        "options": found.axes,
        "inertia": found.inertia,
        "pairs_apart": found.apart[0] if found.apart else None,
        "pairs": found.apart[1] if found.apart else None,
        "unlocated": tuple(r.actor for r in rows if not r.located),
        "actors": network.tying.actors,
        "kinds": network.tying.kinds,
        "roll_up": network.scope.roll_up,
    }


def _rows(graph: Graph, network: Network, found: Found) -> tuple[Place, ...]:
    """Return the located from right to left, then the others by their stances."""
    rows = [
        Place(
            actor=actor,
            name=graph.actors[actor].name,
            place=place,
            error=error,
            low=place - APART * error if place is not None and error is not None else None,
            high=place + APART * error if place is not None and error is not None else None,
            second=second,
            stances=stances,
            located=place is not None,
        )
        for actor, place, error, second, stances in zip(
            network.actors,
            map(_known_number, found.place.tolist()),
            map(_known_number, found.error.tolist()),
            map(_known_number, found.second.tolist()),
            found.stances.tolist(),
            strict=True,
        )
    ]
    order = sorted(
        rows, key=lambda r: (not r.located, -round(r.place or 0, 9), -r.stances, r.name, r.actor)
    )
    return tuple(order)


def _known_number(value: float) -> float | None:
    return None if np.isnan(value) else value


def _how_thin(graph: Graph, network: Network, found: Found, fewest: int) -> str:
    """Say why nobody is located."""
    actors = len(network.actors)
    if not actors:
        return "no actor has a position"
    at = int(found.stances.argmax())
    most = int(found.stances[at])
    if not most:
        return "nobody can be located, as no option divides the actors"
    enough = int((found.stances >= fewest).sum())
    stances = count(fewest, "stance")
    if enough:
        have = "has" if enough == 1 else "have"
        return (
            f"{enough} of {count(actors, 'actor')} {have} {stances} or more on options that divide "
            f"all, but with the others left out fewer than {LEAST_LOCATED} actors or "
            f"{LEAST_OPTIONS} options that divide them remain"
        )
    name = named(graph.actors[network.actors[at]])
    return (
        f"none of {count(actors, 'actor')} has {stances} on options that divide them; "
        f"{name} has most, {most}"
    )


def _needed(fewest: int) -> str:
    return (
        f"A place needs {count(fewest, 'stance')} on options that divide the actors (--fewest), "
        f"and a map {LEAST_LOCATED} located actors and {LEAST_OPTIONS} such options; from {ENOUGH} "
        "of both on, ideal points with their errors are fitted."
    )


def _verdict(graph: Graph, found: Found, rows: Sequence[Place], anchor: str) -> Iterator[str]:
    located = [r for r in rows if r.located]
    right, left = ([named(graph.actors[r.actor]) for r in end] for end in _ends(located))
    where = "on a plane" if located[0].second is not None else "on a line"
    yield (
        f"{len(located)} of {count(len(rows), 'actor')} are located {where}: farthest right "
        f"{'is' if len(right) == 1 else 'are'} {listed(right)}, farthest left {listed(left)}; "
        f"{named(graph.actors[anchor])}, the anchor, is right of the middle by choice."
    )
    yield from meaning_in_words(found)
    yield _how_clear(found, located)


def _ends(located: Sequence[Place]) -> tuple[list[Place], list[Place]]:
    """Return who is farthest right and left, at most three of each, and each in its own half."""
    middle = ((located[0].place or 0) + (located[-1].place or 0)) / 2
    right = [r for r in located[:_FARTHEST] if (r.place or 0) > middle]
    left = [r for r in located[: -_FARTHEST - 1 : -1] if (r.place or 0) < middle]
    return right, left


def _how_clear(found: Found, located: Sequence[Place]) -> str:
    """Say how many orders are clear, or that it is not known."""
    if found.apart is None:
        return (
            f"The first axis shows {found.inertia[0]:.0%} of what divides them; how sure a place "
            "is, this map does not say."
        )
    clear, pairs = found.apart
    near = sum(
        (a.place or 0) - (b.place or 0) > APART * hypot(a.error or 0, b.error or 0)
        for a, b in pairwise(located)
    )
    return (
        f"Of {count(pairs, 'pair')} of actors {clear} ({clear / pairs:.0%}) stand clearly apart, "
        f"and of the {len(located) - 1} next to each other {near or 'none'}."
    )


def _in_words(found: Found, asked: Mapping) -> str:
    votes = "not for" if asked.abstaining == "against" else "no stance"
    middle = (
        f"abstentions from recorded votes count as {votes} (--abstaining), undecided as no stance"
        if found.by == "irt"
        else "stances in the middle count half for, half against"
    )
    return (
        f"{BY[found.by]}; {middle}; options with under {LEAST_MINORITY:.1%} on their smaller side "
        f"and actors with under {count(asked.fewest, 'stance')} left out; the anchor fixes the "
        "sign only"
    )


def _cited(graph: Graph, network: Network, found: Found) -> tuple[Citation, ...]:
    """Cite where the two ends stand on the options that mean most."""
    held = network.held
    located = np.flatnonzero(found.located)
    order = located[np.argsort(-found.place[located], kind="stable")]
    number_of = {option: n for n, option in enumerate(held.options)}
    telling = [
        a.option for r in (True, False) for a in meaning_of(found, dimension=1, is_right=r)[:2]
    ]
    keys: list[tuple[str, str]] = []
    for option in telling:
        here = set(held.actor[held.option == number_of[option]].tolist())
        heard = [int(n) for n in order if int(n) in here]
        keys += [(network.actors[n], option) for n in (*heard[:1], *heard[-1:])]
    found_there = positions_at(graph, network.scope, keys)
    return cite_positions(graph, (found_there[key] for key in keys if key in found_there))


def _tables(found: Found, rows: Sequence[Place], anchor: str) -> Iterator[Table]:
    located = [r for r in rows if r.located]
    ranked = [
        (n, r) for n, r in enumerate(located) if _is_shown(n, len(located)) or r.actor == anchor
    ]
    left = len(located) - len(ranked)
    yield _filled(
        "Places, from right to left"
        + (f"; {left} between are left out: --format csv has all" if left else ""),
        ("Rank", "Name", "Place", "95%", "Second axis", "Stances", ""),
        tuple(
            (
                str(n + 1),
                r.name,
                _number(r.place),
                f"{_number(r.low)} to {_number(r.high)}" if r.low is not None else "",
                _number(r.second),
                str(r.stances),
                "anchor" if r.actor == anchor else "",
            )
            for n, r in ranked
        ),
    )
    yield from _meaning_table(found)


def _meaning_table(found: Found) -> Iterator[Table]:
    meaning = [
        (end, axis)
        for dimension, ends in ((1, ("right", "left")), (2, ("up", "down")))
        for end, is_right in zip(ends, (True, False), strict=True)
        for axis in meaning_of(found, dimension=dimension, is_right=is_right)
    ]
    if not meaning:
        return
    yield _filled(
        "What the axes mean" if meaning[-1][1].dimension > 1 else "What the axis means",
        ("Support lies", "Option", "Discrimination", "Share", "For", "Against"),
        tuple(
            (
                end,
                a.name,
                _number(abs(a.toward)) if a.share is None else "",
                f"{a.share:.1%}" if a.share is not None else "",
                str(a.supporters),
                str(a.opponents),
            )
            for end, a in meaning
        ),
    )


def _filled(title: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    """Return a table without the columns in which nothing stands."""
    kept = [n for n in range(len(columns)) if any(row[n] for row in rows)]
    return Table(
        title,
        tuple(columns[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in rows),
    )


def _is_shown(n: int, of: int) -> bool:
    """Tell whether a rank is among those shown: the ends where there are many."""
    return of <= _SHOWN or n < _SHOWN // 2 or n >= of - _SHOWN // 2


def _number(value: float | None) -> str:
    return "" if value is None else f"{value + 0:.2f}"


def _notes(graph: Graph, network: Network, found: Found, rows: Sequence[Place]) -> Iterator[str]:
    unlocated = [r.name for r in rows if not r.located]
    if unlocated:
        yield (
            "Unlocated, for too few stances on options that divide or none shared with the "
            f"others: {some(unlocated, _FEW_UNLOCATED)}."
        )
    for dimension, actor, share in found.alone:
        name = sentence(named(graph.actors[network.actors[actor]]))
        axis = ("first", "second")[dimension - 1]
        yield (
            f"{name} alone makes {share:.0%} of the {axis} axis, which so tells how one actor "
            "differs rather than what divides the others."
        )
    yield from hearsay_of(network)
    yield from left_out_of(network)
    years = _years(network)
    if years >= LONG:
        yield (
            f"The positions span {years} years, and whoever moved has one place all the same: "
            "--from and --to make the map of a time."
        )
    if not any(meaning_of(found, dimension=1, is_right=right) for right in (True, False)):
        yield "No option divides them evenly enough to give the axis a meaning."


def _years(network: Network) -> int:
    """Return how many years lie between the first and the last position."""
    days = network.held.day[~np.isnat(network.held.day)]
    return int((days.max() - days.min()) / np.timedelta64(365, "D")) if len(days) else 0
