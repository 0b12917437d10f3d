"""Rows of values on one axis as SVG: rankings, intervals, moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Dot, Dots
from stancegraph.view.figures.axis import Axis, Tick, round_ticks
from stancegraph.view.figures.drawn import Drawn, Paper, haloed, keyed, mark, told
from stancegraph.view.figures.palette import colour_of, shape_of
from stancegraph.view.pictures.svg import SOFT, Block, draw, rule, stroke, write, write_lines
from stancegraph.view.pictures.symbols import GREY, KeyItem
from stancegraph.view.pictures.text_width import cut, width_of, wrapped

_SIZE, _SMALL = 13.0, 12.0
_ROW, _TALL_ROW = 26.0, 44.0
_RADIUS = 5.5
_MIDDLE = "#6b7480"


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, the same for all frames of a film."""

    axis: Axis
    row: float
    """How high a row is."""
    label: float
    """Where the names end; 0 where they stand above their rows."""
    text: float
    """Where the words at the ends of rows begin."""
    width: float


def draw_dots(figure: Dots, paper: Paper, like: Sequence[Dots] = ()) -> Drawn:
    """Draw rows of values, on the axis of all the figures that it is to be compared with."""
    plan = _plan(like or (figure,), paper)
    ticks = figure.ticks or round_ticks(
        plan.axis.low, plan.axis.high, int((plan.axis.end - plan.axis.start) / 64)
    )
    head = _head(figure, plan)
    labels, label_height = _tick_labels(ticks, plan.axis, plan.width)
    top = head.height + 3 + label_height + 6
    bottom = top + plan.row * len(figure.rows)
    parts = [
        *head.parts,
        *(_down(part, top - 6 - label_height) for part in labels),
        *_lines(figure, ticks, plan, top, bottom),
    ]
    for i, row in enumerate(figure.rows):
        parts += _row(row, plan, top + plan.row * i)
    return Drawn(tuple(parts), plan.width, bottom + 4, tuple(_key(figure, paper)))


def _plan(figures: Sequence[Dots], paper: Paper) -> _Plan:
    rows = [row for figure in figures for row in figure.rows]
    low, high = min(f.low for f in figures), max(f.high for f in figures)
    text = max((width_of(r.text, _SMALL) for r in rows), default=0.0)
    if paper.is_narrow:
        return _Plan(Axis(low, high, 12, paper.width - 12), _TALL_ROW, 0, 0, paper.width)
    label = min(0.32 * paper.width, max((width_of(r.label, _SIZE) for r in rows), default=0.0))
    room = min(0.34 * paper.width, text + 1)
    end = paper.width - (room + 14 if room else 0) - 10
    return _Plan(Axis(low, high, label + 22, end), _ROW, label, paper.width - room, paper.width)


def _head(figure: Dots, plan: _Plan) -> Block:
    """Say what the values are."""
    x = plan.axis.start - 6
    lines = wrapped(figure.axis, plan.width - x, _SMALL, most=2)
    return write_lines(lines, _SMALL, x=x, fill=SOFT)


def _tick_labels(ticks: Sequence[Tick], axis: Axis, width: float) -> tuple[list[Element], float]:
    """Write what the ticks are called, each within its share of the axis; none over another."""
    shown = sorted((axis.at(value), label) for value, label in ticks if axis.has(value))
    parts: list[Element] = []
    height, taken = 0.0, float("-inf")
    for i, (x, label) in enumerate(shown):
        before = x - shown[i - 1][0] if i else 2 * (x - axis.start + 40)
        after = shown[i + 1][0] - x if i + 1 < len(shown) else 2 * (axis.end - x + 40)
        room = max(20.0, min(before, after) - 8)
        lines = wrapped(label, room, _SMALL, most=2)
        half = max((width_of(line, _SMALL) for line in lines), default=0.0) / 2
        x = min(max(x, half), width - half)
        if x - half < taken + 4:
            continue
        taken = x + half
        for n, line in enumerate(lines):
            parts.append(write(x, 12 + 14 * n, line, _SMALL, fill=SOFT, anchor="middle"))
        height = max(height, 14.0 * len(lines) + 2)
    return parts, height


def _down(part: Element, by: float) -> Element:
    return draw("g", part, transform=f"translate(0 {by:g})")


def _lines(
    figure: Dots, ticks: Iterable[Tick], plan: _Plan, top: float, bottom: float
) -> Iterator[Element]:
    height = bottom - top
    for value, _ in ticks:
        if plan.axis.has(value):
            yield rule(plan.axis.at(value) - 0.5, top - 3, height + 3, down=True)
    for i in range(len(figure.rows) + 1):
        yield rule(0, top + plan.row * i, plan.width, "#edf0f3")
    if figure.middle is not None and plan.axis.has(figure.middle):
        x = plan.axis.at(figure.middle)
        yield stroke(f"M{x:.1f} {top - 6:g}V{bottom:g}", _MIDDLE, 1.6)


def _row(row: Dot, plan: _Plan, top: float) -> Iterator[Element]:
    y = top + (plan.row / 2 if plan.label else plan.row - 13)
    says = told(row.label, row.note)
    hit = draw("rect", x=0, y=top, width=plan.width, height=plan.row, fill="#fff", fill_opacity="0")
    parts = (hit, *_words(row, plan, top, y), *_values(row, plan.axis, y))
    yield mark(*parts, says=says, names=(_actor(row.label),), records=row.records)


def _actor(label: str) -> str:
    """Return whose row it is: a label may name an actor, then an option after a colon.

    >>> _actor("Denmark: f16-in-russia"), _actor("Denmark")
    ('Denmark', 'Denmark')
    """
    return label.partition(": ")[0]


def _words(row: Dot, plan: _Plan, top: float, y: float) -> Iterator[Element]:
    if plan.label:
        label = cut(row.label, plan.label, _SIZE)
        yield write(plan.label, y + 4.5, label, _SIZE, anchor="end")
        if row.text:
            text = cut(row.text, plan.width - plan.text, _SMALL)
            yield write(plan.text, y + 4.3, text, _SMALL, fill=SOFT)
        return
    text = cut(row.text, plan.width * 0.5, _SMALL)
    room = plan.width - width_of(text, _SMALL) - 10
    yield haloed(write(0, top + 17, cut(row.label, room, _SIZE), _SIZE, bold=True))
    yield haloed(write(plan.width, top + 17, text, _SMALL, fill=SOFT, anchor="end"))


def _values(row: Dot, axis: Axis, y: float) -> Iterator[Element]:
    colour = colour_of(row.group)
    if row.low is not None and row.high is not None:
        yield _interval(axis.at(row.low), axis.at(row.high), y, colour)
    if row.expected is not None:
        yield _expected(axis.at(row.expected), y)
    if row.value is None:
        return
    x = axis.at(row.value)
    if row.before is not None:
        yield from _move(axis.at(row.before), x, y, colour)
    yield keyed(shape_of(row.group, x, y, _RADIUS, hollow=row.is_hollow), row.label)
    if not axis.has(row.value):
        yield _beyond(x, y, colour, to_right=row.value > axis.high)


def _interval(start: float, end: float, y: float, colour: str) -> Element:
    path = f"M{start:.1f} {y:g}H{end:.1f}M{start:.1f} {y - 4:g}v8M{end:.1f} {y - 4:g}v8"
    return stroke(path, colour, 1.8)


def _expected(x: float, y: float) -> Element:
    return stroke(f"M{x:.1f} {y - 8:g}v16", GREY, 2.4, dashes="3 2")


def _move(start: float, end: float, y: float, colour: str) -> Iterator[Element]:
    """Draw where a value was, and an arrow from there to where it is."""
    yield draw("circle", cx=start, cy=y, r=3.2, fill="#fff", stroke=colour, stroke_width=1.4)
    way = 1 if end >= start else -1
    tip = end - way * (_RADIUS + 1.5)
    if (tip - start) * way > 12:
        path = f"M{start + way * 3.4:.1f} {y:g}H{tip - way * 6:.1f}"
        yield stroke(path, colour, 1.6)
        head = f"M{tip:.1f} {y:g}l{-7 * way} -4v8Z"
        yield draw("path", d=head, fill=colour)


def _beyond(x: float, y: float, colour: str, *, to_right: bool) -> Element:
    """Draw the sign that a value lies beyond the end of the axis."""
    way = 1 if to_right else -1
    return stroke(f"M{x + way * 7:.1f} {y - 4:g}l{4 * way} 4l{-4 * way} 4", colour, 1.8)


def _key(figure: Dots, paper: Paper) -> Iterator[KeyItem]:
    """Say what shapes and lines mean, of those that occur."""
    rows = figure.rows
    for number in sorted({r.group for r in rows if r.group is not None}):
        if number < len(figure.groups):
            yield group_key(number, figure.groups[number])
    hollow = next((r for r in rows if r.is_hollow), None)
    if hollow:
        group = hollow.group
        yield KeyItem(14, lambda x, y: _hollow(group, x + 7, y), paper.say("hollow"))
    if any(r.low is not None and r.high is not None for r in rows):
        yield KeyItem(30, lambda x, y: _interval(x + 2, x + 28, y, GREY), paper.say("interval"))
    if any(r.before is not None for r in rows):
        yield KeyItem(
            34, lambda x, y: draw("g", *_move(x + 4, x + 36, y, GREY)), paper.say("before")
        )
    if any(r.expected is not None for r in rows):
        yield KeyItem(
            8, lambda x, y: _expected(x + 4, y), figure.expected_means or paper.say("expected")
        )


def _hollow(group: int | None, x: float, y: float) -> Element:
    return shape_of(group, x, y, _RADIUS, hollow=True)


def group_key(group: int, name: str) -> KeyItem:
    """Return the entry of a key for a group."""
    return KeyItem(14, lambda x, y: shape_of(group, x + 7, y, _RADIUS), name)
