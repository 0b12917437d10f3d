"""Everything at once: all actors and all options, placed so that nothing overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.positions import Position
from stancegraph.view.content import Content
from stancegraph.view.drawing import NARROW_WIDTH, name_lines, option_id, option_lines

Floats = NDArray[np.float64]

READABLE = 150
"""More nodes than these are not read at once."""

_CELL_WIDTH, _CELL_HEIGHT = 150, 58
_ROUNDS = 40


def whole_of(content: Content) -> dict[str, Any]:
    """Return where every actor and option stands, and how much that is."""
    actors, options = _nodes(content)
    edges = len(content.shown.positions)
    size = {"nodes": len(actors) + len(options), "edges": edges}
    if size["nodes"] <= READABLE:
        return size | {"isCrowd": False} | _columns(content, actors, options)
    return size | {"isCrowd": True} | _crowd(content, actors, options)


def _nodes(content: Content) -> tuple[list[str], list[str]]:
    """Return who ever has a position, and on what: those of the matrix first, in its order."""
    ever = [key for step in content.shown.steps for key in sorted(step.positions)]
    first, second = content.matrix
    on = {option for _, option in ever}
    actors = [*dict.fromkeys((*first, *(holder for holder, _ in ever)))]
    return actors, [o for o in dict.fromkeys((*second, *sorted(on))) if o in on]


def _columns(content: Content, actors: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """Place actors in one column and options in another, for a wide screen and a phone."""
    names = [len(name_lines(content.say.label(a))) or 1 for a in actors]
    register = content.shown.graph.options
    wide = [len(option_lines(register[o])) or 1 for o in options]
    narrow = [len(option_lines(register[o], NARROW_WIDTH)) or 1 for o in options]
    return {
        "wide": _two_columns(actors, options, names, wide, -216, 264, 780),
        "tall": _two_columns(actors, options, names, narrow, -48, 122, 384),
    }


def _two_columns(
    actors: Sequence[str],
    options: Sequence[str],
    names: Sequence[int],
    lines: Sequence[int],
    left: int,
    right: int,
    width: int,
) -> dict[str, Any]:
    name_heights = [max(34, n * 17) + 14 for n in names]
    box_heights = [n * 17 + 24 + 14 for n in lines]
    height = max(sum(name_heights), sum(box_heights), 1)
    spots = {
        **_column([f"{a}@" for a in actors], name_heights, left, height, "left"),
        **_column([*map(option_id, options)], box_heights, right, height, "inside"),
    }
    return {"width": width, "centre": 0, "height": height + 8, "spots": spots, "zones": []}


def _column(
    ids: Sequence[str], heights: Sequence[int], x: int, whole: int, side: str
) -> dict[str, list[Any]]:
    """Spread a column over the whole height."""
    gap = (whole - sum(heights)) / max(1, len(ids))
    spots: dict[str, list[Any]] = {}
    y = 4.0
    for node, height in zip(ids, heights, strict=True):
        spots[node] = [x, round(y + (height + gap) / 2), side]
        y += height + gap
    return spots


def _crowd(content: Content, actors: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """Place all on a grid: from left to right and from top to bottom like stands near like."""
    ids = [*(f"{a}@" for a in actors), *map(option_id, options)]
    x, y = _drawn_together(content.shown.positions, actors, options)
    cells, columns = _gridded(x, y)
    spots = {
        i: [int(c) * _CELL_WIDTH, int(r) * _CELL_HEIGHT]
        for i, (c, r) in zip(ids, cells, strict=True)
    }
    rows = -(-len(ids) // columns)
    width, height = columns * _CELL_WIDTH, rows * _CELL_HEIGHT
    return {"crowd": {"width": width, "height": height, "spots": spots}}


def _drawn_together(
    positions: Mapping[tuple[str, str], Position], actors: Sequence[str], options: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return two coordinates of all nodes: the leading singular vectors of who stands where.

    Found by multiplying in turn, as dense solvers would not end where nodes are thousands. Rows
    and columns are weighed by how many positions they have.
    """
    number = {a: i for i, a in enumerate(actors)}, {o: j for j, o in enumerate(options)}
    keys = sorted(positions)
    row = np.array([number[0][a] for a, _ in keys], dtype=np.intp)
    column = np.array([number[1][o] for _, o in keys], dtype=np.intp)
    levels = np.array([positions[k].polarity.level or 0 for k in keys], dtype=float)
    degrees = np.bincount(row, minlength=len(actors)), np.bincount(column, minlength=len(options))
    value = levels / np.sqrt(np.maximum(1, degrees[0][row] * degrees[1][column]))
    first = _singular(row, column, value, (len(actors), len(options)), None)
    second = _singular(row, column, value, (len(actors), len(options)), first)
    return np.concatenate(first), np.concatenate(second)


def _singular(
    row: NDArray[np.intp],
    column: NDArray[np.intp],
    value: Floats,
    shape: tuple[int, int],
    besides: tuple[Floats, Floats] | None,
) -> tuple[Floats, Floats]:
    """Return the leading pair of singular vectors, or the next one besides a known pair."""
    right: Floats = np.cos(np.arange(shape[1]) * 0.7) + 1.1
    left: Floats = np.zeros(shape[0])
    for _ in range(_ROUNDS):
        left = _sums(row, value * right[column], shape[0])
        right = _sums(column, value * left[row], shape[1])
        if besides is not None:
            right = right - besides[1] * (right @ besides[1])
        right = right / (np.linalg.norm(right) or 1.0)
    left = left / (np.linalg.norm(left) or 1.0)
    return left.round(9), right.round(9)


def _sums(place: NDArray[np.intp], value: Floats, size: int) -> Floats:
    return np.bincount(place, value, minlength=size).astype(np.float64)


def _gridded(x: Floats, y: Floats) -> tuple[NDArray[np.intp], int]:
    """Return a cell of a grid for each node: columns by x, within each column rows by y."""
    n = len(x)
    columns = max(1, round((n * 1.5 * _CELL_HEIGHT / _CELL_WIDTH) ** 0.5))
    rows = -(-n // columns)
    cells = np.zeros((n, 2), dtype=np.intp)
    by_x = np.lexsort((np.arange(n), y, x))
    for c in range(columns):
        part = by_x[c * rows : (c + 1) * rows]
        ordered = part[np.lexsort((part, y[part]))]
        cells[ordered, 0] = c
        cells[ordered, 1] = np.arange(len(ordered))
    return cells, columns
