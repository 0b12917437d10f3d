"""Places in two dimensions as SVG, with the directions that give them a meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Map, Place
from stancegraph.view.figures.axis import Axis, round_ticks
from stancegraph.view.figures.dots import group_key
from stancegraph.view.figures.drawn import Drawn, Paper, haloed, keyed, mark, told
from stancegraph.view.figures.palette import shape_of
from stancegraph.view.pictures.svg import SOFT, draw, rule, stroke, write
from stancegraph.view.pictures.symbols import KeyItem
from stancegraph.view.pictures.text_width import cut, width_of

_SIZE = 12.0
_RADIUS = 5.0
_LABEL_AT_MOST = 170.0
_EDGE = 34.0
"""Room between the places and the frame."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, the same for all frames of a film."""

    across: Axis
    up: Axis
    left: float
    right: float
    top: float
    bottom: float
    width: float


def draw_map(figure: Map, paper: Paper, like: Sequence[Map] = ()) -> Drawn:
    """Draw places, on the axes of all the maps that it is to be compared with."""
    plan = _plan(like or (figure,), paper)
    spots = [(plan.across.at(p.x), plan.up.at(p.y)) for p in figure.places]
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    nameless: list[str] = []
    arrows = list(_directions(figure, plan, taken, nameless))
    labels, unnamed = _labels(figure.places, spots, plan, taken)
    parts = [*_frame(figure, plan), *arrows]
    for n, place in enumerate(figure.places):
        x, y = spots[n]
        hit = draw("circle", cx=x, cy=y, r=9, fill="#fff", fill_opacity="0")
        shape = keyed(shape_of(place.group, x, y, _RADIUS), place.label)
        own = (labels[n],) if n in labels else ()
        says = told(place.label, place.note)
        parts.append(mark(hit, shape, *own, says=says, names=(place.label,)))
    return Drawn(
        tuple(parts),
        plan.width,
        plan.bottom + 26,
        tuple(_key(figure, paper)),
        (*nameless, *unnamed),
    )


def _plan(figures: Sequence[Map], paper: Paper) -> _Plan:
    places = [p for f in figures for p in f.places]
    xs = [p.x for p in places] or [0.0]
    ys = [p.y for p in places] or [0.0]
    low_x, high_x, low_y, high_y = min(xs), max(xs), min(ys), max(ys)
    width = (high_x - low_x) or (high_y - low_y) or 1.0
    height = (high_y - low_y) or 0.05 * width
    left, right = 8.0, paper.width - 8
    room = right - left - 2 * _EDGE
    most = paper.width * (1.25 if paper.is_narrow else 0.72)
    high = min(most, max(220.0, room * height / width))
    # One unit is as long across as up, or angles and distances would mean nothing.
    unit = min(room / width, high / height)
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    half_x, half_y = room / unit / 2, high / unit / 2
    top, bottom = 26.0, 26.0 + high + 2 * _EDGE
    return _Plan(
        Axis(middle_x - half_x, middle_x + half_x, left + _EDGE, right - _EDGE),
        Axis(middle_y - half_y, middle_y + half_y, bottom - _EDGE, top + _EDGE),
        *(left, right, top, bottom, paper.width),
    )


def _frame(figure: Map, plan: _Plan) -> Iterator[Element]:
    yield draw(
        "rect",
        x=plan.left,
        y=plan.top,
        width=plan.right - plan.left,
        height=plan.bottom - plan.top,
        fill="none",
        stroke="#d3d9e0",
    )
    for value, _ in round_ticks(plan.across.low, plan.across.high, 7):
        x = plan.across.at(value)
        yield rule(x - 0.5, plan.top, plan.bottom - plan.top, _grid(value), down=True)
    for value, _ in round_ticks(plan.up.low, plan.up.high, 7):
        y = plan.up.at(value)
        yield rule(plan.left, y - 0.5, plan.right - plan.left, _grid(value))
    half = (plan.right - plan.left) / 2
    up = cut(f"↑ {figure.up}", 2 * half, _SIZE) if figure.up else ""
    across = cut(f"{figure.across} →", 2 * half, _SIZE) if figure.across else ""
    yield write(plan.left, 16, up, _SIZE, fill=SOFT)
    yield write(plan.right, plan.bottom + 18, across, _SIZE, fill=SOFT, anchor="end")


def _grid(value: float) -> str:
    return "#b8c1cb" if value == 0 else "#eef1f4"


def _directions(
    figure: Map, plan: _Plan, taken: list[Box], nameless: list[str]
) -> Iterator[Element]:
    """Draw an arrow an option from the middle, the longest as long as there is room for.

    What there is no room to name is added to the nameless.
    """
    longest = max((hypot(d.x, d.y) for d in figure.directions), default=0.0)
    if not longest:
        return
    x0 = plan.across.at(0.0)
    y0 = plan.up.at(0.0)
    half = min(plan.right - plan.left, plan.bottom - plan.top) / 2 - _EDGE
    for direction in figure.directions:
        length = half * (0.35 + 0.65 * hypot(direction.x, direction.y) / longest)
        far = hypot(direction.x, direction.y) or 1.0
        dx, dy = direction.x / far, -direction.y / far
        x = min(plan.right - 10, max(plan.left + 10, x0 + length * dx))
        y = min(plan.bottom - 10, max(plan.top + 10, y0 + length * dy))
        parts = [stroke(f"M{x0:.1f} {y0:.1f}L{x:.1f} {y:.1f}", SOFT, 1.4), _head(x, y, dx, dy)]
        text = cut(direction.label, _LABEL_AT_MOST, _SIZE)
        box = _free(x, y, width_of(text, _SIZE), plan, taken)
        if box:
            taken.append(box)
            parts.append(haloed(write(box[0], box[3] - 3, text, _SIZE, fill=SOFT)))
        else:
            nameless.append(direction.label)
        yield mark(*parts, says=told(direction.label, direction.note))


def _head(x: float, y: float, dx: float, dy: float) -> Element:
    back_x, back_y = x - 9 * dx, y - 9 * dy
    path = (
        f"M{x:.1f} {y:.1f}L{back_x - 4 * dy:.1f} {back_y + 4 * dx:.1f}"
        f"L{back_x + 4 * dy:.1f} {back_y - 4 * dx:.1f}Z"
    )
    return draw("path", d=path, fill=SOFT)


def _free(x: float, y: float, width: float, plan: _Plan, taken: Iterable[Box]) -> Box | None:
    """Return where beside a point a text touches nothing, or None."""
    for left, top in (
        (x + 8, y - 7),
        (x - 8 - width, y - 7),
        (x - width / 2, y - 22),
        (x - width / 2, y + 8),
        (x + 6, y - 19),
        (x + 6, y + 5),
        (x - 6 - width, y - 19),
        (x - 6 - width, y + 5),
    ):
        box = (left, top, left + width, top + 14)
        is_within = (
            plan.left < box[0] and box[2] < plan.right and plan.top < box[1] < plan.bottom - 14
        )
        if is_within and not any(_touch(box, other) for other in taken):
            return box
    return None


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _labels(
    places: Sequence[Place], spots: Sequence[tuple[float, float]], plan: _Plan, taken: list[Box]
) -> tuple[dict[int, Element], tuple[str, ...]]:
    """Name whom there is room to name, those farthest out first; return the others' names too."""
    middle = (
        sum(x for x, _ in spots) / max(1, len(spots)),
        sum(y for _, y in spots) / max(1, len(spots)),
    )

    def farthest(n: int) -> tuple[float, int]:
        x, y = spots[n]
        return (-round(hypot(x - middle[0], y - middle[1]), 3), n)

    labels: dict[int, Element] = {}
    for n in sorted(range(len(places)), key=farthest):
        text = cut(places[n].label, _LABEL_AT_MOST, _SIZE)
        own = (spots[n][0] - 6, spots[n][1] - 6, spots[n][0] + 6, spots[n][1] + 6)
        others = [box for box in taken if box != own]
        box = _free(*spots[n], width_of(text, _SIZE), plan, others)
        if box:
            taken.append(box)
            labels[n] = haloed(write(box[0], box[3] - 3, text, _SIZE))
    return labels, tuple(p.label for n, p in enumerate(places) if n not in labels)


def _key(figure: Map, paper: Paper) -> Iterator[KeyItem]:
    for group in sorted({p.group for p in figure.places if p.group is not None}):
        if group < len(figure.groups):
            yield group_key(group, figure.groups[group])
    if figure.directions:
        yield KeyItem(
            34,
            lambda x, y: draw("g", stroke(f"M{x} {y}h24", SOFT, 1.4), _head(x + 32, y, 1, 0)),
            paper.say("direction"),
        )
