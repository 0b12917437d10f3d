"""Rows by columns as SVG, a colour a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin
from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Cell, Grid
from stancegraph.view.figures.drawn import Drawn, Paper, joined, told
from stancegraph.view.figures.palette import ink_on, shade_of
from stancegraph.view.pictures.svg import SOFT, draw, moved, stroke, write
from stancegraph.view.pictures.symbols import KeyItem
from stancegraph.view.pictures.text_width import cut, width_of, wrapped

_SIZE = 12.0
_EMPTY = "#ffffff"
_SLANT, _UPRIGHT = 50.0, 90.0
_ROOMY = 84.0
"""Names of columns that are as wide as this are wrapped."""

_TIGHT = 17.0
"""Names of columns that are narrower than this stand upright."""
_GAP = 7.0
_LONGEST = 190.0
"""Names of columns that are turned are no longer."""
_TEXTS_FROM = 36.0
"""On a phone, columns that can be as wide as this have room for the texts of cells."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, the same for all frames of a film."""

    left: float
    """Where the cells begin, below whose names."""
    top: float
    column: float
    """How wide a cell is, and how high."""
    row: float
    slant: float
    """By how many degrees the columns' names are turned."""
    name: float
    """How long they may be where they are turned."""
    width: float
    row_breaks: tuple[int, ...]
    column_breaks: tuple[int, ...]

    def x(self, column: int) -> float:
        """Return where a column begins."""
        gaps = sum(1 for b in self.column_breaks if 0 < b <= column)
        return self.left + column * self.column + gaps * _GAP

    def y(self, row: int) -> float:
        """Return where a row begins."""
        gaps = sum(1 for b in self.row_breaks if 0 < b <= row)
        return self.top + row * self.row + gaps * _GAP


def draw_grid(figure: Grid, paper: Paper, like: Sequence[Grid] = ()) -> Drawn:
    """Draw a grid, in cells of the size of all the figures that it is to be compared with."""
    plan = _plan(figure, like or (figure,), paper)
    bottom = plan.y(len(figure.rows))
    parts = [
        *_grounds(figure, plan),
        *_row_labels(figure, plan),
        *_column_labels(figure, plan),
        *_cells(figure, plan),
        *_signs(figure, plan),
    ]
    return Drawn(
        tuple(parts),
        plan.width,
        bottom + 2,
        tuple(_key(figure, paper)),
        rows=figure.rows,
        columns=figure.columns,
    )


def _plan(figure: Grid, figures: Sequence[Grid], paper: Paper) -> _Plan:
    rows, columns = len(figure.rows), len(figure.columns)
    names = [name for f in figures for name in f.rows]
    left = min(
        (0.36 if paper.is_narrow else 0.28) * paper.width,
        max((width_of(n, _SIZE) for n in names), default=0.0) + 10,
    )
    gaps = _GAP * len(figure.column_breaks)
    room = paper.width - left - gaps - 4
    widest = max((width_of(n, _SIZE) for f in figures for n in f.columns), default=0.0)
    column = min(112.0, max(12.0, room / max(1, columns)))
    texts = max((width_of(c.text, 11) for f in figures for c in f.cells), default=0.0)
    # Cells of a square are squares, but where they have room for their texts.
    is_wrapped = _ROOMY <= column < widest + 6
    if not is_wrapped and column > 34 and texts + 8 < 34 and widest + 8 > column:
        column = max(30.0, min(column, 44.0))
    slant = 0.0 if is_wrapped or widest + 6 <= column else _SLANT
    if slant and paper.is_narrow and texts and room / columns > _TEXTS_FROM:
        slant, column = _UPRIGHT, min(64.0, room / columns)
    over = min(widest, 130.0 if slant == _UPRIGHT else _LONGEST)
    lean = over * cos(radians(_SLANT)) if slant == _SLANT else 0.0
    if slant == _SLANT:
        column = min(column, max(12.0, (room - lean) / max(1, columns)))
    if slant and column < _TIGHT:
        slant, lean = _UPRIGHT, 0.0
    lines = max((len(_wrapped(n, column)) for f in figures for n in f.columns), default=1)
    top = 8 + (over * sin(radians(slant)) + 10 if slant else 4 + 14.5 * lines)
    high = 26.0 if rows <= 40 else 18.0 if rows <= 70 else 13.0
    if column < 26:
        high = min(high, max(13.0, column))
    width = max(paper.width, left + gaps + column * columns + lean + 4)
    breaks = (figure.row_breaks, figure.column_breaks)
    return _Plan(left, top, column, high, slant, over, width, *breaks)


def _grounds(figure: Grid, plan: _Plan) -> Iterator[Element]:
    """Draw where cells may be: what is not filled is not known."""
    rows, columns = len(figure.rows), len(figure.columns)
    for top, end in _spans(rows, plan.row_breaks):
        for left, right in _spans(columns, plan.column_breaks):
            x, y = plan.x(left), plan.y(top)
            yield draw(
                "rect",
                x=x,
                y=y,
                width=plan.x(right - 1) + plan.column - x,
                height=plan.y(end - 1) + plan.row - y,
                fill=_EMPTY,
                stroke="#dfe4e9",
                stroke_width=1,
            )


def _spans(n: int, breaks: Iterable[int]) -> list[tuple[int, int]]:
    ends = [0, *sorted({b for b in breaks if 0 < b < n}), n]
    return [(a, b) for a, b in pairwise(ends) if b > a]


def _row_labels(figure: Grid, plan: _Plan) -> Iterator[Element]:
    size = min(_SIZE, plan.row - 1.5)
    for i, name in enumerate(figure.rows):
        y = plan.y(i) + plan.row / 2 + size * 0.36
        label = cut(name, plan.left - 10, size)
        yield _name(write(plan.left - 7, y, label, size, anchor="end"), name)


def _column_labels(figure: Grid, plan: _Plan) -> Iterator[Element]:
    size = min(_SIZE, plan.column - 1)
    for i, name in enumerate(figure.columns):
        x = plan.x(i) + plan.column / 2
        if not plan.slant:
            lines = _wrapped(name, plan.column)
            high = 14.5 * (len(lines) - 1)
            parts = [
                write(x, plan.top - 8 - high + 14.5 * n, line, size, anchor="middle")
                for n, line in enumerate(lines)
            ]
            yield _name(draw("g", *parts), name)
            continue
        most = max(1, int(plan.column / (size + 1.5))) if plan.slant == _UPRIGHT else 1
        lines = wrapped(name, plan.name + 1, size, most=most)
        by = 3.0 if plan.slant == _SLANT else size * 0.36 - (size + 1) * (len(lines) - 1) / 2
        turn = f"translate({x + by:.1f} {plan.top - 6:.1f}) rotate({-plan.slant:g})"
        parts = [write(0, (size + 1) * n, line, size) for n, line in enumerate(lines)]
        yield _name(draw("g", *parts, transform=turn), name)


def _wrapped(name: str, column: float) -> tuple[str, ...]:
    return wrapped(name, column - 6, min(_SIZE, column - 1), most=4)


def _name(part: Element, name: str) -> Element:
    """Return a label that a page knows as somebody's name."""
    return draw("g", part, **{"data-names": joined([name])})


def _cells(figure: Grid, plan: _Plan) -> Iterator[Element]:
    """Draw the cells row by row: small ones as bare as can be, for there may be thousands."""
    for cell in sorted(figure.cells, key=lambda c: (c.row, c.column)):
        x, y = plan.x(cell.column), plan.y(cell.row)
        width, height = plan.column - 1, plan.row - 1
        fill = shade_of(cell.value, is_signed=figure.is_signed)
        attributes = {"class": "mark", "data-at": f"{cell.row} {cell.column}"}
        if cell.records:
            attributes["data-records"] = " ".join(cell.records)
        element = draw(
            "g",
            draw("title", text=_says(figure, cell)),
            draw("path", d=f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z", fill=fill),
            **attributes,
        )
        lines, size = _text(cell, plan)
        for n, line in enumerate(lines):
            middle = y + height / 2 + size * 0.36 + (size + 1) * (n - (len(lines) - 1) / 2)
            ink = ink_on(fill)
            element.append(write(x + width / 2, middle, line, size, fill=ink, anchor="middle"))
        yield element


def _text(cell: Cell, plan: _Plan) -> tuple[tuple[str, ...], float]:
    """Return the lines of a cell's text and their size: none where it does not fit whole."""
    width = plan.column - 3
    if not cell.text or plan.row < 13:
        return (), 11
    if width_of(cell.text, 11) <= width:
        return (cell.text,), 11
    lines = wrapped(cell.text, width, 9, most=2)
    is_whole = " ".join(lines) == cell.text and plan.row >= 24
    return (lines if is_whole else ()), 9


def _says(figure: Grid, cell: Cell) -> str:
    row, column = figure.rows[cell.row], figure.columns[cell.column]
    if cell.note:
        return cell.note
    return told(f"{row}, {column}", cell.text or f"{cell.value:.2f}")


def _signs(figure: Grid, plan: _Plan) -> Iterator[Element]:
    """Draw a bar into each cell below zero that has no text: not all see its colour."""
    if not figure.is_signed:
        return
    inks: dict[str, list[str]] = {}
    for cell in sorted(figure.cells, key=lambda c: (c.row, c.column)):
        if cell.value >= -0.025 or _text(cell, plan)[0]:
            continue
        ink = ink_on(shade_of(cell.value, is_signed=True))
        length = min(8.0, plan.column * 0.5)
        x = plan.x(cell.column) + (plan.column - 1 - length) / 2
        y = plan.y(cell.row) + (plan.row - 1) / 2
        inks.setdefault(ink, []).append(f"M{x:.1f} {y:.1f}h{length:.1f}")
    for ink, paths in sorted(inks.items()):
        part = stroke("".join(paths), ink, 1.4)
        part.set("pointer-events", "none")
        yield part


def _key(figure: Grid, paper: Paper) -> Iterator[KeyItem]:
    low, high = figure.ends
    yield KeyItem(0, lambda x, y: draw("g"), low)
    values = (-1, -0.5, 0, 0.5, 1) if figure.is_signed else (0, 0.25, 0.5, 0.75, 1)
    width = 24.0 * len(values)
    yield KeyItem(width, lambda x, y: _scale(values, figure, x, y), high)
    yield KeyItem(20, lambda x, y: moved(x, y - 8, _blank()), paper.say("unknown"))


def _scale(values: Sequence[float], figure: Grid, x: float, y: float) -> Element:
    parts: list[Element] = []
    for n, value in enumerate(values):
        fill = shade_of(value, is_signed=figure.is_signed)
        parts.append(draw("rect", x=24 * n, y=-8, width=24, height=16, fill=fill))
        if figure.is_signed and value < 0:
            parts.append(stroke(f"M{24 * n + 8} 0h8", ink_on(fill), 1.4))
    edge = draw("rect", x=0, y=-8, width=24 * len(values), height=16, fill="none", stroke=SOFT)
    return moved(x, y, *parts, edge)


def _blank() -> Element:
    return draw("rect", x=0, y=0, width=20, height=16, fill=_EMPTY, stroke="#c3cad2")
