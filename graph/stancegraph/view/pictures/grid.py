"""Matrix and agreement as pictures: cells in an order in which camps stand together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Polarity
from stancegraph.view.content import Content
from stancegraph.view.looks import LOOKS, MARKS, SHARES, marks_of, steps_of_agreement
from stancegraph.view.pictures.sheet import WIDTH, Drawing, nothing
from stancegraph.view.pictures.svg import WASH, draw, frame, moved, write
from stancegraph.view.pictures.symbols import (
    KeyItem,
    actor_shape,
    cell,
    kind_keys,
    mark_sign,
    stance_sign,
    stances_in,
)
from stancegraph.view.pictures.text_width import cut, width_of, wrapped
from stancegraph.view.records import Row

ROWS_AT_MOST = 200
"""More actors than these are not drawn in a matrix."""

COLUMNS_AT_MOST = 60
"""More columns than these are not drawn: their names could not be read."""

_GAP, _NAME_AT_MOST, _HEAD_AT_MOST = 2.0, 200.0, 190.0
_FRAME, _TO = "#8b95a1", "\N{EN DASH}"

Drawn = Callable[[int, int, float, float], Iterable[Element]]
"""Draws the cell of a row and a column in a width and a height."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Names and shapes of rows, names of columns, and how large all is."""

    rows: Sequence[tuple[str, str]]
    """Name and kind of actor."""
    columns: Sequence[str]
    asked: int | None
    """The column whose name is bold."""

    @property
    def cell_width(self) -> float:
        room = (WIDTH - self.name_width) / max(1, len(self.columns))
        return max(14.0, min(room, 118.0 if self.is_flat else 46.0))

    @property
    def cell_height(self) -> float:
        high = 30.0 if self.cell_width >= 34 else 22.0 if self.cell_width >= 22 else 16.0
        most = 30.0 if len(self.rows) <= 40 else 20.0 if len(self.rows) <= 100 else 16.0
        return min(high, most)

    @property
    def is_flat(self) -> bool:
        """Whether columns are so few that their names need not read upwards."""
        return len(self.columns) <= 8

    @property
    def size(self) -> float:
        """The size of names."""
        return 13.5 if len(self.columns) <= 36 else 11.5

    @property
    def name_width(self) -> float:
        cells = len(self.columns) * (118 if self.is_flat else 46)
        room = min(340.0, max(_NAME_AT_MOST, WIDTH - cells - 32))
        widest = max((width_of(name, self.size) for name, _ in self.rows), default=0)
        return min(room, widest + 1) + 32


def matrix_drawing(content: Content) -> Drawing:
    """Draw actors by options; of many those that have most positions."""
    words = content.words
    found = [row for option in content.options for row in option.rows]
    if not found:
        return nothing(words["nothing_here"])
    at = {(row.holder, row.option): row for row in found}
    actors = _fullest(content.matrix[0], [r.holder for r in found], ROWS_AT_MOST)
    options = _fullest(content.matrix[1], [r.option for r in found], COLUMNS_AT_MOST)
    names = {o.id: o.name for o in content.options}
    chosen = content.shown.opens_on
    grid = _Grid(
        [_named(content, a) for a in actors],
        [names[o] for o in options],
        options.index(chosen) if chosen in options else None,
    )

    def drawn(i: int, j: int, width: float, height: float) -> Iterable[Element]:
        row = at.get((actors[i], options[j]))
        return _blank(width, height) if row is None else _stance(row, width, height)

    parts, height, width = _drawn(grid, drawn)
    return Drawing(
        parts,
        height,
        width,
        says=content.summaries["matrix"],
        left_out=_left_out(content, len(actors), len(options)),
        honest=words["honest_matrix"],
        key=_matrix_key(content, grid, [r for r in found if r.holder in actors]),
    )


def _fullest(order: Sequence[str], held: Iterable[str], most: int) -> list[str]:
    """Return those with most positions in their order; all where they are few."""
    counts = dict.fromkeys(order, 0)
    for name in held:
        if name in counts:
            counts[name] += 1
    kept = set(sorted(order, key=lambda a: (-counts[a], a))[:most])
    return [a for a in order if a in kept]


def _named(content: Content, actor: str) -> tuple[str, str]:
    return content.say.label(actor), content.shown.graph.actors[actor].kind.value


def _blank(width: float, height: float) -> Iterable[Element]:
    return (frame(0, 0, width, height, fill=WASH, radius=2),)


def _stance(row: Row, width: float, height: float) -> Iterable[Element]:
    n = len(row.readings)
    number = str(n) if n > 1 else ""
    polarity, marks = Polarity(row.stance), marks_of(row.flags)
    return cell(polarity, width, height, own=not row.is_hearsay, number=number, marks=marks)


def _left_out(content: Content, actors: int, options: int) -> str:
    words = content.words
    parts = []
    if actors < len(content.shown.actors):
        total = words.number(len(content.shown.actors))
        parts.append(words.say("agreement_only", n=words.number(actors), total=total))
    if options < len(content.options):
        total = words.number(len(content.options))
        parts.append(words.say("picture_options", n=words.number(options), total=total))
    return " ".join(parts)


def _matrix_key(content: Content, grid: _Grid, rows: Sequence[Row]) -> list[KeyItem]:
    words = content.words
    keys = [_cell_key(p, True, words.level(p)) for p in stances_in(rows)]
    if any(row.is_hearsay for row in rows):
        keys.append(_cell_key(Polarity.UNDECIDED, False, words["hearsay"]))
    marks = {flag for row in rows for flag in marks_of(row.flags)}
    keys += [_mark_key(flag, words[f"mark_{flag}"]) for flag in MARKS if flag in marks]
    if grid.cell_width >= 34 and any(len(row.readings) > 1 for row in rows):
        keys.append(KeyItem(8, lambda x, y: write(x, y + 4.3, "2", 12), words["key_number"]))
    return [*keys, *_kinds(content, grid)]


def _mark_key(flag: str, label: str) -> KeyItem:
    return KeyItem(10, lambda x, y: mark_sign(flag, x + 5, y), label)


def _cell_key(polarity: Polarity, own: bool, label: str) -> KeyItem:
    return KeyItem(34, lambda x, y: moved(x, y - 10, *cell(polarity, 34, 20, own=own)), label)


def _kinds(content: Content, grid: _Grid) -> list[KeyItem]:
    present = {kind for _, kind in grid.rows}
    return kind_keys([k for k in content.words["kinds"] if k in present], content.words)


def _drawn(grid: _Grid, drawn: Drawn) -> tuple[tuple[Element, ...], float, float]:
    """Draw names and cells; return them with their height and width."""
    wide, high, left = grid.cell_width, grid.cell_height, grid.name_width
    heads, top = _heads(grid)
    parts = list(heads)
    for i, (name, kind) in enumerate(grid.rows):
        y = top + i * high
        parts += _row_name(name, kind, y, grid)
        for j in range(len(grid.columns)):
            box = drawn(i, j, wide - _GAP, high - _GAP)
            parts.append(moved(left + j * wide, y, *box))
    return tuple(parts), top + len(grid.rows) * high, left + len(grid.columns) * wide


def _row_name(name: str, kind: str, y: float, grid: _Grid) -> list[Element]:
    size = min(grid.size, grid.cell_height - 3)
    text = cut(name, grid.name_width - 30, size)
    middle = y + (grid.cell_height - _GAP) / 2
    shape = actor_shape(kind, 11, 11, own=True, colour="#7b848f")
    scale = min(0.7, (grid.cell_height - 4) / 22)
    at = f"translate(0 {middle - 11 * scale:.1f}) scale({scale:.2f})"
    return [draw("g", shape, transform=at), write(21, middle + size * 0.35, text, size)]


def _heads(grid: _Grid) -> tuple[list[Element], float]:
    """Return the names of the columns, and how much room they take above the cells."""
    size = 12.5 if grid.cell_width >= 34 else min(11.5, grid.cell_width - 3)
    across = 4 if grid.is_flat else max(1, int((grid.cell_width - _GAP) / (size * 1.2)))
    length = grid.cell_width - 8 if grid.is_flat else _HEAD_AT_MOST
    names = [
        wrapped(name, length, size, bold=j == grid.asked, most=min(across, 4))
        for j, name in enumerate(grid.columns)
    ]
    step = size * 1.2
    if grid.is_flat:
        top = step * max(map(len, names), default=0) + 8
    else:
        lengths = [width_of(t, size, bold=j == grid.asked) for j, n in enumerate(names) for t in n]
        top = max(lengths, default=0) + 10
    draws = _head_flat if grid.is_flat else _head_up
    return [
        draws(grid, j, k, len(lines), text, size, top)
        for j, lines in enumerate(names)
        for k, text in enumerate(lines)
    ], top


def _head_flat(grid: _Grid, j: int, k: int, n: int, text: str, size: float, top: float) -> Element:
    x = grid.name_width + j * grid.cell_width + (grid.cell_width - _GAP) / 2
    y = top - 8 - (n - 1 - k) * size * 1.2
    return write(x, y, text, size, bold=j == grid.asked, anchor="middle")


def _head_up(grid: _Grid, j: int, k: int, n: int, text: str, size: float, top: float) -> Element:
    step = size * 1.2
    middle = grid.name_width + j * grid.cell_width + (grid.cell_width - _GAP) / 2
    x = middle + (k - (n - 1) / 2) * step + size * 0.35
    line = write(0, 0, text, size, bold=j == grid.asked)
    return draw("g", line, transform=f"translate({x:.1f} {top - 6:.1f}) rotate(-90)")


def agreement_drawing(content: Content) -> Drawing:
    """Draw actors by actors; of many those that have most positions."""
    words, pairs = content.words, content.pairs
    if not pairs.actors:
        return nothing(words["nothing_here"])
    at = _compared(content)
    actors = [pairs.actors[i] for i in at]
    names = [_named(content, a) for a in actors]
    grid = _Grid(names, [name for name, _ in names], None)

    def drawn(i: int, j: int, width: float, height: float) -> Iterable[Element]:
        if i == j:
            return (frame(0, 0, width, height, fill="#dfe4ea", radius=2),)
        return _pair(content, at[i], at[j], width, height)

    parts, height, width = _drawn(grid, drawn)
    total = words.number(pairs.of_actors)
    is_part = len(actors) < pairs.of_actors
    left_out = words.say("agreement_only", n=words.number(len(actors)), total=total)
    return Drawing(
        parts,
        height,
        width,
        says=content.summaries["agreement"],
        left_out=left_out if is_part else "",
        honest=words.say("honest_agreement", n=MINIMUM_SHARED),
        key=[*_share_keys(content), *_kinds(content, grid)],
    )


def _compared(content: Content) -> list[int]:
    """Return the places of the actors that are drawn, those with most positions, in their order."""
    pairs, held = content.pairs, content.shown.held
    n = np.bincount(held.actor, minlength=len(held.actors))
    counts = dict(zip(held.actors, n.tolist(), strict=True))
    order = sorted(range(len(pairs.actors)), key=lambda i: (-counts.get(pairs.actors[i], 0), i))
    return sorted(order[:COLUMNS_AT_MOST])


def _pair(content: Content, i: int, j: int, width: float, height: float) -> Iterable[Element]:
    """Draw what two actors have in common: empty below the least that says anything."""
    words, pairs = content.words, content.pairs
    shared, same = int(pairs.shared[i, j]), int(pairs.same[i, j])
    if not shared:
        return _blank(width, height)
    if shared < MINIMUM_SHARED:
        return (_thin(width, height),)
    shade = _shade(same / shared)
    look = LOOKS[shade]
    box = frame(0, 0, width, height, fill=look.fill, stroke=look.colour, thick=1.2, radius=2)
    middle = height / 2
    counted = f"{words.number(same)}/{words.number(shared)}"
    for text in (counted, f"{100 * same / shared:.0f}%"):
        if width >= 30 and width_of(text, 12) <= width - 6:
            return (box, write(width / 2, middle + 4.3, text, 12, fill=look.on, anchor="middle"))
    scale = min(0.8, width / 26)
    return (box, stance_sign(shade, width / 2, middle, look.on, scale=scale))


def _shade(share: float) -> Polarity:
    return next(p for end, p in SHARES if share < end)


def _thin(width: float, height: float) -> Element:
    return frame(
        0, 0, width, height, fill="#fff", stroke=_FRAME, thick=1.2, dashes="1.6 2", radius=2
    )


def _share_keys(content: Content) -> list[KeyItem]:
    """Return the shares of agreement with their shades, and the frame of too few shared options."""
    words = content.words
    shares = [
        _cell_key(p, True, f"{words['agreement_scale']}: {start}{_TO}{end} %")
        for start, end, p in steps_of_agreement()
    ]
    below = content.pairs.shared < MINIMUM_SHARED
    if not (below & (content.pairs.shared > 0)).any():
        return shares
    label = words.say("picture_thin_pair", n=MINIMUM_SHARED)
    return [*shares, KeyItem(34, lambda x, y: moved(x, y - 10, _thin(34, 20)), label)]
