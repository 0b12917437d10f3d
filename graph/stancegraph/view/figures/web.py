"""A signed network as SVG: its groups apart, friends by whole lines, foes by broken ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import dist, sqrt
from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Node, Tie, Web
from stancegraph.view.figures.dots import group_key
from stancegraph.view.figures.drawn import Drawn, Paper, keyed, mark, told
from stancegraph.view.figures.palette import FOE, FOE_DASHES, FRIEND, colour_of, shape_of
from stancegraph.view.figures.sides import (
    HEAD_LINE,
    HEAD_SIZE,
    MOST_RADIUS,
    Seating,
    Spot,
    seating_of,
)
from stancegraph.view.pictures.svg import INK, draw, stroke, write
from stancegraph.view.pictures.symbols import KeyItem
from stancegraph.view.pictures.text_width import cut, wrapped

_LEAST = 5.0
"""The radius of the smallest node."""
_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along a tie its sign may stand, best first."""
_ODD_AT_MOST = 14
"""Of more ties that contradict the camps none has a sign, or they would cover each other."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """How strong ties are, up to 1: less where they are many."""

    plain: float
    odd: float
    has_signs: bool
    """Whether ties that contradict the camps have a sign."""

    @property
    def odd_width(self) -> float:
        """How thick ties that contradict the camps are."""
        return 1.2 + 2 * self.odd


def draw_web(figure: Web, paper: Paper, like: Sequence[Web] = ()) -> Drawn:
    """Draw a network, its nodes where they stand in all those that it is to be compared with."""
    likes = like or (figure,)
    seating = seating_of(likes, paper)
    known = {n.id: n for n in figure.nodes}
    ties = [t for t in figure.ties if t.a in known and t.b in known and t.a != t.b]
    ties.sort(key=_loudness)
    odd = max(sum(t.mark == "odd" for t in f.ties) for f in likes)
    ink = _Ink(
        plain=min(1.0, max(0.45, 120 / max(1, *(len(f.ties) for f in likes)))),
        odd=min(1.0, 40 / max(1, odd)),
        has_signs=odd <= _ODD_AT_MOST,
    )
    signs = _signs(ties, seating) if ink.has_signs else {}
    parts = [
        *_heads(figure, seating),
        *(part for t in ties for part in _tie(t, known, seating, ink, signs.get(t))),
        *(_node(n, seating) for n in figure.nodes),
    ]
    key = tuple(_key(figure, ties, paper, ink))
    return Drawn(tuple(parts), paper.width, seating.height, key)


def _loudness(tie: Tie) -> tuple[int, float, str, str]:
    order = ("faint", "plain", "kept", "odd")
    return (order.index(tie.mark), abs(tie.weight), tie.a, tie.b)


def _heads(figure: Web, seating: Seating) -> Iterator[Element]:
    for spot, group in seating.heads:
        lines = wrapped(figure.groups[group], spot.room - 16, HEAD_SIZE, bold=True, most=2)
        x, anchor = (spot.x - 14, "end") if spot.is_left else (spot.x + 14, None)
        for n, line in enumerate(lines):
            y = spot.y + 4.5 + HEAD_LINE * (n - (len(lines) - 1) / 2)
            yield write(x, y, line, HEAD_SIZE, bold=True, fill=colour_of(group), anchor=anchor)


def _course(tie: Tie, seating: Seating) -> tuple[Spot, tuple[float, float], Spot]:
    """Return where a tie begins, what it is drawn towards, and where it ends.

    Straight to the other side; on one side in a bow inwards, past those between.
    """
    one, two = seating.spots[tie.a], seating.spots[tie.b]
    x, y = (one.x + two.x) / 2, (one.y + two.y) / 2
    if one.is_left == two.is_left:
        room = abs(seating.middle - x)
        bow = min(room, 14 + 0.4 * abs(one.y - two.y))
        x += bow if one.is_left else -bow
    return one, (x, y), two


def _signs(ties: Iterable[Tie], seating: Seating) -> dict[Tie, tuple[float, float]]:
    """Return where the signs of ties stand that contradict the camps: none on another."""
    found: dict[Tie, tuple[float, float]] = {}
    for tie in ties:
        if tie.mark == "odd":
            course = _course(tie, seating)
            tried = [_along(course, share) for share in _ALONG]
            free = (p for p in tried if all(dist(p, other) > 19 for other in found.values()))
            found[tie] = next(free, tried[0])
    return found


def _along(course: tuple[Spot, tuple[float, float], Spot], share: float) -> tuple[float, float]:
    """Return the point at a share of a course, which is a quadratic curve."""
    one, (x, y), two = course
    a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
    return a * one.x + b * x + c * two.x, a * one.y + b * y + c * two.y


def _tie(
    tie: Tie,
    nodes: Mapping[str, Node],
    seating: Seating,
    ink: _Ink,
    sign: tuple[float, float] | None,
) -> Iterator[Element]:
    one, (x, y), two = _course(tie, seating)
    is_friend = tie.weight >= 0
    colour, dashes = (FRIEND, None) if is_friend else (FOE, FOE_DASHES)
    strength = min(1.0, abs(tie.weight))
    thick = {"plain": 0.8 + 1.6 * strength, "kept": 2.0, "odd": ink.odd_width}
    opacity = {
        "faint": 0.3 * ink.plain,
        "plain": (0.3 + 0.4 * strength) * ink.plain,
        "odd": 0.3 + 0.7 * ink.odd,
    }
    bow = f"Q{x:.1f} {y:.1f} " if one.is_left == two.is_left else "L"
    path = f"M{one.x:.1f} {one.y:.1f}{bow}{two.x:.1f} {two.y:.1f}"
    line = stroke(path, colour, thick.get(tie.mark, 0.8), dashes=dashes)
    line.set("stroke-opacity", f"{opacity.get(tie.mark, 1.0):.2f}")
    parts = [line, *(_odd(*sign, colour) if sign else ())]
    names = (nodes[tie.a].label, nodes[tie.b].label)
    between = f"{names[0]} and {names[1]}"
    yield mark(*parts, says=told(between, tie.note), names=names, records=tie.records)


def _odd(x: float, y: float, colour: str) -> Iterator[Element]:
    """Draw the sign of a tie that contradicts the camps."""
    yield draw("circle", cx=x, cy=y, r=8, fill="#fff", stroke=colour, stroke_width=2)
    yield stroke(f"M{x:.1f} {y - 4.5:.1f}v5.5M{x:.1f} {y + 3:.1f}v2", colour, 2.2)


def _node(node: Node, seating: Seating) -> Element:
    spot, size = seating.spots[node.id], seating.name_size
    x, y = spot.x, spot.y
    share = min(1.0, max(0.0, node.size))
    radius = sqrt(_LEAST**2 + share * (MOST_RADIUS**2 - _LEAST**2)) * 0.8
    hit = draw("circle", cx=x, cy=y, r=12, fill="#fff", fill_opacity="0")
    text = cut(node.label, spot.room - radius - 7, size)
    at, anchor = (x - radius - 5, "end") if spot.is_left else (x + radius + 5, None)
    label = write(at, y + 0.35 * size, text, size, anchor=anchor)
    shape = keyed(shape_of(node.group, x, y, radius, hollow=node.is_fringe), node.label)
    return mark(hit, shape, label, says=told(node.label, node.note), names=(node.label,))


def _key(figure: Web, ties: Sequence[Tie], paper: Paper, ink: _Ink) -> Iterator[KeyItem]:
    """Say what shapes and lines mean, of those that occur."""
    for group in sorted({n.group for n in figure.nodes if n.group is not None}):
        if group < len(figure.groups):
            yield group_key(group, figure.groups[group])
    if any(n.is_fringe for n in figure.nodes):
        yield KeyItem(
            14, lambda x, y: shape_of(None, x + 7, y, 6, hollow=True), paper.say("fringe")
        )
    if any(t.weight >= 0 for t in ties):
        yield KeyItem(34, lambda x, y: stroke(f"M{x} {y}h34", FRIEND, 2.2), paper.say("friend"))
    if any(t.weight < 0 for t in ties):
        yield KeyItem(
            34, lambda x, y: stroke(f"M{x} {y}h34", FOE, 2.2, dashes=FOE_DASHES), paper.say("foe")
        )
    odd = any(t.mark == "odd" for t in ties)
    if odd and ink.has_signs:
        yield KeyItem(18, lambda x, y: draw("g", *_odd(x + 9, y, INK)), paper.say("odd"))
    elif odd:
        yield KeyItem(34, lambda x, y: stroke(f"M{x} {y}h34", INK, ink.odd_width), paper.say("odd"))
    if any(t.mark == "kept" for t in ties):
        yield KeyItem(34, lambda x, y: stroke(f"M{x} {y}h34", INK, 2.0), paper.say("kept"))
    if any(t.mark == "faint" for t in ties):
        yield KeyItem(34, lambda x, y: stroke(f"M{x} {y}h34", INK, 0.8), paper.say("faint"))
