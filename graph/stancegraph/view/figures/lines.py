"""Series over time or over a number as SVG, with the bands in which they may lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Line, Lines, Point
from stancegraph.view.figures.axis import Axis, Tick, day_number, day_ticks, round_ticks, spread
from stancegraph.view.figures.drawn import Drawn, Paper, haloed, mark, told
from stancegraph.view.figures.palette import colour_of, shape_of
from stancegraph.view.pictures.svg import INK, SOFT, draw, rule, stroke, write
from stancegraph.view.pictures.symbols import KeyItem
from stancegraph.view.pictures.text_width import cut, width_of

_SIZE = 12.0
_DASHES = (None, "7 4", "2 3", "10 3 2 3")
_BREAK_ROWS = 4
_DIRECT = 9
"""More lines than so many have their names in the key instead of at their ends."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, the same for all frames of a film."""

    across: Axis
    up: Axis
    has_days: bool
    first: date | float
    last: date | float
    width: float
    is_direct: bool
    """Whether names stand at the ends of lines."""


def draw_lines(figure: Lines, paper: Paper, like: Sequence[Lines] = ()) -> Drawn:
    """Draw series, on the axes of all the figures that it is to be compared with."""
    plan = _plan(figure, like or (figure,), paper)
    parts = [
        *_frame(figure, plan, paper),
        *_breaks(figure, plan),
        *(part for i, line in enumerate(figure.lines) for part in _band(line, i, plan)),
        *(part for i, line in enumerate(figure.lines) for part in _line(line, i, plan)),
        *(part for i, line in enumerate(figure.lines) for part in _points(line, i, plan)),
    ]
    if plan.is_direct:
        parts += _names(figure, plan)
    bottom = plan.up.start + (40 if figure.across else 24)
    return Drawn(tuple(parts), plan.width, bottom, tuple(_key(figure, plan, paper)))


def _plan(figure: Lines, figures: Sequence[Lines], paper: Paper) -> _Plan:
    found = [p.at for f in figures for line in f.lines for p in line.points]
    found += [at for f in figures for at, _ in f.breaks]
    has_days = any(isinstance(at, date) for at in found)
    first = min(found, key=day_number, default=0.0)
    last = max(found, key=day_number, default=1.0)
    low, high = min(f.low for f in figures), max(f.high for f in figures)
    ticks = figure.ticks or round_ticks(low, high, 6)
    left = min(0.3 * paper.width, max((width_of(t, _SIZE) for _, t in ticks), default=0) + 12)
    names = [line.label for f in figures for line in f.lines]
    is_direct = not paper.is_narrow and 1 < len(figure.lines) <= _DIRECT
    longest = max((_width(n, bold=True) for n in names), default=0.0)
    right = min(0.24 * paper.width, longest + 14) if is_direct else 14.0
    across = Axis(day_number(first), day_number(last), left, paper.width - right)
    rows = [b.row for f in figures for b in _break_places(f, across, paper.width)]
    top = 26.0 + 15 * (1 + max(filter(None, rows), default=0) if rows else 0)
    height = 240.0 if paper.is_narrow else 330.0
    return _Plan(
        across,
        Axis(low, high, top + height, top),
        has_days,
        first,
        last,
        paper.width,
        is_direct,
    )


def _width(text: str, *, bold: bool = False) -> float:
    return width_of(text, _SIZE, bold=bold)


@dataclass(frozen=True, slots=True)
class _Break:
    """A marked place, and where its label stands."""

    label: str
    text: str
    x: float
    start: float
    row: int | None
    """How far up; None where there is no room for the label."""


def _break_places(figure: Lines, across: Axis, width: float) -> list[_Break]:
    """Place the labels of marked places in rows, so that none stands on another."""
    found: list[_Break] = []
    ends = [float("-inf")] * _BREAK_ROWS
    for at, label in sorted(figure.breaks, key=lambda b: (day_number(b[0]), b[1])):
        x, text = across.at(day_number(at)), cut(label, 0.45 * width, _SIZE)
        start = min(max(0.0, x - _width(text) / 2), width - _width(text))
        row = next((n for n, end in enumerate(ends) if start > end + 8), None)
        if row is not None:
            ends[row] = start + _width(text)
        found.append(_Break(label, text, x, start, row))
    return found


def _frame(figure: Lines, plan: _Plan, paper: Paper) -> Iterator[Element]:
    """Draw the axes with their ticks."""
    left, right = plan.across.start, plan.across.end
    text = cut(figure.axis, plan.width, _SIZE)
    yield write(0, 12, text, _SIZE, fill=SOFT)
    for value, label in figure.ticks or round_ticks(plan.up.low, plan.up.high, 6):
        if plan.up.has(value):
            y = plan.up.at(value)
            yield rule(left, y - 0.5, right - left, "#e4e8ec")
            yield write(left - 7, y + 4.2, cut(label, left - 8, _SIZE), _SIZE, anchor="end")
    bottom = plan.up.start
    yield rule(left, bottom, right - left, "#6b7480")
    yield from _ticks_across(plan, paper, bottom)
    if figure.across:
        text = cut(figure.across, right - left, _SIZE)
        yield write((left + right) / 2, bottom + 36, text, _SIZE, fill=SOFT, anchor="middle")


def _ticks_across(plan: _Plan, paper: Paper, bottom: float) -> Iterator[Element]:
    most = max(2, int((plan.across.end - plan.across.start) / 80))
    taken = float("-inf")
    for value, label in _across(plan, most, paper):
        x = plan.across.at(value)
        half = _width(label) / 2
        yield rule(x - 0.5, bottom, 5, "#6b7480", down=True)
        at = min(max(x, half), plan.width - half)
        if at - half > taken + 8:
            yield write(at, bottom + 19, label, _SIZE, anchor="middle")
            taken = at + half


def _across(plan: _Plan, most: int, paper: Paper) -> tuple[Tick, ...]:
    if isinstance(plan.first, date) and isinstance(plan.last, date):
        found = day_ticks(plan.first, plan.last, most, paper.words)
        return found or ((day_number(plan.first), paper.words.day(plan.first)),)
    return round_ticks(plan.across.low, plan.across.high, most)


def _breaks(figure: Lines, plan: _Plan) -> Iterator[Element]:
    """Draw the marked places."""
    for place in _break_places(figure, plan.across, plan.width):
        y = plan.up.end - 8 - 15 * (place.row or 0)
        line = f"M{place.x:.1f} {y + 4:.1f}V{plan.up.start:g}"
        parts = [stroke(line, INK, 1.2, dashes="4 3")]
        if place.row is not None:
            parts.append(haloed(write(place.start, y, place.text, _SIZE)))
        yield mark(*parts, says=place.label)


def _band(line: Line, i: int, plan: _Plan) -> Iterator[Element]:
    for stretch in _stretches(line.points, has_band=True):
        top = [(_x(p, plan), plan.up.at(p.high)) for p in stretch if p.high is not None]
        low = [(_x(p, plan), plan.up.at(p.low)) for p in stretch if p.low is not None]
        if len(stretch) == 1:
            (x, high), (_, bottom) = top[0], low[0]
            yield stroke(f"M{x:.1f} {high:.1f}V{bottom:.1f}", colour_of(i), 1.4)
            continue
        way = f"M{_way(_stepped(top, line))}L" + _way([*reversed(_stepped(low, line))]) + "Z"
        yield draw("path", d=way, fill=colour_of(i), fill_opacity="0.16")


def _stretches(points: Iterable[Point], *, has_band: bool = False) -> Iterator[list[Point]]:
    """Yield runs of points between those of which too little is known."""
    run: list[Point] = []
    for p in sorted(points, key=lambda p: day_number(p.at)):
        if p.value is None or (has_band and (p.low is None or p.high is None)):
            if run:
                yield run
            run = []
        else:
            run.append(p)
    if run:
        yield run


def _x(point: Point, plan: _Plan) -> float:
    return plan.across.at(day_number(point.at))


def _stepped(places: list[tuple[float, float]], line: Line) -> list[tuple[float, float]]:
    if not line.is_steps:
        return places
    found = places[:1]
    for (_, before), (x, y) in pairwise(places):
        found += [(x, before), (x, y)]
    return found


def _way(places: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _line(line: Line, i: int, plan: _Plan) -> Iterator[Element]:
    if line.is_scatter:
        return
    colour, dashes = colour_of(i), _DASHES[i // 2 % len(_DASHES)]
    for stretch in _stretches(line.points):
        places = [(_x(p, plan), plan.up.at(p.value or 0.0)) for p in stretch]
        if len(places) > 1:
            yield stroke(f"M{_way(_stepped(places, line))}", colour, 2.2, dashes=dashes)


def _points(line: Line, i: int, plan: _Plan) -> Iterator[Element]:
    """Draw the points: small ones where they are many."""
    known = [p for p in line.points if p.value is not None]
    radius = 4.5 if line.is_scatter else 3.6 if len(known) <= 60 else 2.0
    for p in known:
        x, y = _x(p, plan), plan.up.at(p.value or 0.0)
        hit = draw("circle", cx=x, cy=y, r=9, fill="#fff", fill_opacity="0")
        says = told(line.label, p.note) if p.note else f"{line.label}: {p.at}, {p.value:.3g}"
        yield mark(hit, shape_of(i, x, y, radius), says=says, names=(line.label,))


def _names(figure: Lines, plan: _Plan) -> Iterator[Element]:
    ends: list[tuple[int, str, float]] = []
    for i, line in enumerate(figure.lines):
        known = [p for p in line.points if p.value is not None]
        if known:
            last = max(known, key=lambda p: day_number(p.at))
            ends.append((i, line.label, plan.up.at(last.value or 0.0)))
    places = spread([y for _, _, y in ends], 15, plan.up.end, plan.up.start)
    for (i, label, _), y in zip(ends, places, strict=True):
        x = plan.across.end + 9
        text = cut(label, plan.width - x, _SIZE, bold=True)
        yield write(x, y + 4, text, _SIZE, fill=colour_of(i), bold=True)


def _key(figure: Lines, plan: _Plan, paper: Paper) -> Iterator[KeyItem]:
    if not plan.is_direct:
        for i, line in enumerate(figure.lines):
            yield _line_key(i, line)
    if any(p.low is not None for line in figure.lines for p in line.points):
        yield KeyItem(
            26,
            lambda x, y: draw(
                "rect", x=x, y=y - 7, width=26, height=14, fill=colour_of(0), fill_opacity="0.2"
            ),
            paper.say("band"),
        )
    if any(p.value is None for line in figure.lines for p in line.points):
        yield KeyItem(
            26, lambda x, y: stroke(f"M{x} {y}h8M{x + 18} {y}h8", SOFT, 2), paper.say("gap")
        )


def _line_key(i: int, line: Line) -> KeyItem:
    dashes = _DASHES[i // 2 % len(_DASHES)]

    def symbol(x: float, y: float) -> Element:
        dot = shape_of(i, x + 13, y, 3.6)
        if line.is_scatter:
            return dot
        return draw("g", stroke(f"M{x} {y}h26", colour_of(i), 2.2, dashes=dashes), dot)

    return KeyItem(26, symbol, line.label)
