"""Pictures of places: a line with its intervals, or a plane with the ways of options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot
from typing import TYPE_CHECKING

from stancegraph.answer.figure import Direction, Dot, Dots, Map
from stancegraph.answer.figure import Place as Spot
from stancegraph.answer.placing import sharpness
from stancegraph.answer.short import shortened
from stancegraph.answer.words import count, listed, sentence

if TYPE_CHECKING:
    from stancegraph.answer.places import Axis, Place
    from stancegraph.answer.placing import Found

MEANING = 5
"""So many options are named for each end of an axis."""

_DOTS = 60
_PLACES = 250
_LONGEST = 56
"""Names in sentences are no longer than this."""


def meaning_of(found: Found, *, dimension: int, is_right: bool) -> list[Axis]:
    """Return the options that most give one end of an axis its meaning."""
    of = [a for a in found.axes if a.dimension == dimension and a.toward and sharpness(a)]
    return [a for a in of if (a.toward > 0) == is_right][:MEANING]


def meaning_in_words(found: Found) -> Iterator[str]:
    """Say what each end of an axis means: of a line by two options, of a plane by one."""
    most = 1 if any(a.dimension > 1 for a in found.axes) else 2
    for dimension, sides in ((1, ("to the right", "to the left")), (2, ("up", "down"))):
        ends = (meaning_of(found, dimension=dimension, is_right=right) for right in (True, False))
        told = [
            f"{side}: support of {listed([shortened(a.name, _LONGEST) for a in end[:most]])}"
            for side, end in zip(sides, ends, strict=True)
            if end
        ]
        if told:
            yield f"{sentence('; '.join(told))}."


def figure_of(found: Found, rows: Sequence[Place], anchor: str) -> Dots | Map:
    """Return a line, or a plane where there are two dimensions, of whoever is located."""
    located = [r for r in rows if r.located]
    if located[0].second is not None:
        return _plane(found, located)
    shown = _spread(located, anchor)
    low = min(r.low if r.low is not None else r.place or 0 for r in shown)
    high = max(r.high if r.high is not None else r.place or 0 for r in shown)
    return Dots(
        title="Where everybody stands",
        says=f"{count(len(located), 'actor')} on a line, from {shown[0].name} on the right to "
        f"{shown[-1].name} on the left.",
        rows=tuple(
            Dot(
                label=r.name,
                value=r.place,
                low=r.low,
                high=r.high,
                group=0 if r.actor == anchor else None,
                text="anchor" if r.actor == anchor else "",
                note=f"{r.name}: {r.place:.2f}, by {count(r.stances, 'stance')}",
            )
            for r in shown
        ),
        axis="place",
        low=min(low, 0.0),
        high=max(high, 0.0),
        middle=0.0,
        groups=("anchor",),
        note=" ".join(_reading(found, len(located) - len(shown))),
    )


def _reading(found: Found, left_out: int) -> Iterator[str]:
    """Say how to read the line."""
    yield from meaning_in_words(found)
    if left_out:
        yield f"Shown are both ends and, evenly by rank, others between: {left_out} are left out."
    yield (
        "A bar is a place's 95% interval; whose bars overlap much may be in another order."
        if found.by == "irt"
        else "How sure a place is, this map does not say."
    )


def _spread(located: Sequence[Place], anchor: str) -> list[Place]:
    """Return places evenly chosen by rank, both ends and the anchor among them."""
    most = _DOTS - 1
    if len(located) <= _DOTS:
        return list(located)
    ranks = {round(n * (len(located) - 1) / (most - 1)) for n in range(most)}
    return [r for n, r in enumerate(located) if n in ranks or r.actor == anchor]


def _plane(found: Found, located: Sequence[Place]) -> Map:
    shown = sorted(located, key=lambda r: -abs(r.place or 0))[:_PLACES]
    reach = max((abs(x or 0) for r in shown for x in (r.place, r.second)), default=1.0)
    shares = [f"{x:.0%}" for x in found.inertia]
    ways = _directions(found, reach)
    return Map(
        title="Where everybody stands",
        says=f"{count(len(shown), 'actor')} on a plane; the first axis shows {shares[0]} of what "
        f"divides them, the second {shares[1]}.",
        places=tuple(
            Spot(
                label=r.name,
                x=r.place or 0.0,
                y=r.second or 0.0,
                note=f"{r.name}: {r.place:.2f} across, {r.second:.2f} up, by "
                f"{count(r.stances, 'stance')}",
            )
            for r in shown
        ),
        across=f"first axis, {shares[0]}",
        up=f"second axis, {shares[1]}",
        directions=ways,
        note="Near each other are actors with like stances, in so far as two axes show it. Arrows "
        "point to whoever is for an option; their length is the same for all.",
    )


def _directions(found: Found, reach: float) -> tuple[Direction, ...]:
    """Return the ways of the options that mean most, as long as the farthest place."""
    at = {(a.option, a.dimension): a.toward for a in found.axes}
    ends = (meaning_of(found, dimension=d, is_right=r)[:2] for d in (1, 2) for r in (True, False))
    chosen = {a.option: a for end in ends for a in end}
    ways = []
    for option, axis in chosen.items():
        x, y = at[option, 1], at.get((option, 2), 0.0)
        length = hypot(x, y) or 1.0
        ways.append(
            Direction(
                label=shortened(axis.name, _LONGEST),
                x=reach * x / length,
                y=reach * y / length,
                note=f"{axis.name}: {axis.supporters} for, {axis.opponents} against",
            )
        )
    return tuple(ways)
