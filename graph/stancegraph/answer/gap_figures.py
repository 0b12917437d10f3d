"""The picture of who stands between an option and unanimity."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from stancegraph.answer.figure import Cell, Grid
from stancegraph.answer.short import marks
from stancegraph.answer.unanimity import Asked, word_of
from stancegraph.answer.words import count, named, sentence, stands_on
from stancegraph.positions import Position

_DRAWN = 60
"""So many actors are in the figure: of more, some of each side."""


def figures_of(asked: Asked, says: str) -> tuple[Grid, ...]:
    """Show who stands where on the option and on those next to it."""
    graph, groups = asked.graph, _groups(asked)
    most = _DRAWN if sum(map(len, groups)) <= _DRAWN else _DRAWN // len(groups)
    drawn = [group[:most] for group in groups]
    actors = [actor for group in drawn for actor in group]
    if not actors:
        return ()
    options = [o for o in asked.near if any(p.option == o for p in asked.positions.values())]
    ends = [sum(map(len, drawn[:n])) for n in range(1, len(drawn))]
    left = sum(map(len, groups)) - len(actors)
    more = f" {count(left, 'actor')} more of these groups {'is' if left == 1 else 'are'} left out."
    return (
        Grid(
            title=f"{graph.options[asked.option].name}: who stands where",
            says=says,
            rows=tuple(graph.actors[a].name for a in actors),
            columns=tuple(graph.options[o].name for o in options),
            cells=_cells(asked, actors, options),
            is_signed=True,
            ends=("opposes", "supports"),
            row_breaks=tuple(sorted({n for n in ends if 0 < n < len(actors)})),
            column_breaks=(1,) if len(options) > 1 and options[0] == asked.option else (),
            note="Opposition first; told: by others' word only; what is empty is not known, and "
            f"silence is no consent.{more if left else ''}",
        ),
    )


def _groups(asked: Asked) -> list[list[str]]:
    """Return those who are asked, side by side, then those beside, then those on near options."""
    sides = groupby(asked.needed, key=lambda p: p.polarity.side)
    groups = [[p.holder for p in held] for _, held in sides]
    beside = [p.holder for p in asked.beside]
    known = {*beside, *(a for group in groups for a in group)}
    near = {p.holder for p in asked.positions.values()} - known
    rest = sorted(near, key=lambda a: (asked.graph.actors[a].name, a))
    return [group for group in (*groups, beside, rest) if group]


def _cells(asked: Asked, actors: Sequence[str], options: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(
        _cell(asked, p, row, column)
        for row, actor in enumerate(actors)
        for column, option in enumerate(options)
        if (p := asked.positions.get((actor, option))) and p.polarity.scaled is not None
    )


def _cell(asked: Asked, p: Position, row: int, column: int) -> Cell:
    name = named(asked.graph.actors[p.holder])
    return Cell(
        row=row,
        column=column,
        value=p.polarity.scaled or 0.0,
        text=marks(p.polarity.level or 0, is_hearsay=p.is_hearsay, is_wide=True),
        note=f"{sentence(name)} {stands_on(p.polarity, p.option)}{word_of(p)}.",
        records=p.decided_by,
    )
