"""Where the nodes of a network stand: on an oval, names outside, so that no tie crosses a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from stancegraph.answer.figure import Node, Web
from stancegraph.view.figures.drawn import Paper
from stancegraph.view.pictures.text_width import width_of

_NAME_SIZE, _LARGE_NAME_SIZE = 12.5, 14.5
_FEW = 16
"""Up to so many nodes have large names where the paper is wide."""
MOST_RADIUS = 12.0
"""The radius of the largest node."""

_STEPS = ((4, 70.0), (6, 56.0), (10, 40.0), (16, 29.0), (25, 24.0))
"""Up to so many below each other, nodes are so far apart; else as near as they can be read."""
_LEAST_STEP = 20.0
HEAD_SIZE = 13.0
HEAD_LINE = 16.0
_HEAD_MARGIN, _GAP = 10.0, 16.0
_EDGE = 8.0
_STRETCHED = 1.6
"""So many times further apart than on the fuller side nodes may be on the other."""
_WRAPPED = 0.75
"""A group with a larger share of all nodes goes round the lower end to the other side."""
_SETTLED = 24
"""In groups of up to so many every place is tried for every node."""

Weights = Mapping[tuple[str, str], float]
_Group = tuple[int | None, list[str]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands, and how much room there is for its name."""

    x: float
    y: float
    is_left: bool
    room: float


@dataclass(slots=True)
class Seating:
    """Where the nodes stand and the headings of groups, the same for all frames of a film."""

    spots: dict[str, Spot] = field(default_factory=dict)
    heads: list[tuple[Spot, int]] = field(default_factory=list)
    """The headings of groups, and of which."""
    middle: float = 0.0
    """What ties on one side bow towards."""
    height: float = 40.0
    name_size: float = _NAME_SIZE
    """How large names are."""


@dataclass(frozen=True, slots=True)
class _Stack:
    """A group, or a part of one, from top to bottom."""

    group: int | None
    ids: tuple[str, ...]
    lines: int = 0
    """How many lines its heading has."""

    @property
    def head(self) -> float:
        """How high its heading is."""
        return self.lines * HEAD_LINE + _HEAD_MARGIN if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class _Side:
    """What stands below each other on the left, or on the right."""

    stacks: tuple[_Stack, ...]

    @property
    def count(self) -> int:
        """How many nodes it has."""
        return sum(len(s.ids) for s in self.stacks)

    @property
    def extra(self) -> float:
        """How high headings and gaps are together."""
        return sum(s.head for s in self.stacks) + _GAP * max(0, len(self.stacks) - 1)

    def rows(self, step: float) -> Iterator[tuple[str | int, float]]:
        """Yield nodes by id and headings by group, with how far from the top each stands."""
        y = 0.0
        for n, stack in enumerate(self.stacks):
            y += _GAP if n else 0
            if stack.lines and stack.group is not None:
                yield stack.group, y + stack.head / 2
            y += stack.head
            for node in stack.ids:
                yield node, y + step / 2
                y += step


def seating_of(figures: Sequence[Web], paper: Paper) -> Seating:
    """Seat the nodes of networks: like beside like, each group on one side where it fits."""
    nodes = {n.id: n for f in reversed(figures) for n in f.nodes}
    if not nodes:
        return Seating()
    most = 100.0 if paper.is_narrow else 190.0
    heads = [_lines(name, most) for name in min((f.groups for f in figures), key=len)]
    left, right = _sides(_groups(nodes), _weights(figures), heads)
    rows = max(left.count, right.count)
    step = next((step for n, step in _STEPS if rows <= n), _LEAST_STEP)
    height = max(side.extra + step * side.count for side in (left, right))
    is_large = len(nodes) <= _FEW and not paper.is_narrow
    size = _LARGE_NAME_SIZE if is_large else _NAME_SIZE
    oval = _oval(height, [_label(side, nodes, most, size) for side in (left, right)], paper.width)
    seating = Seating(middle=oval.x, height=height + 2 * _EDGE, name_size=size)
    for side, is_left in ((left, True), (right, False)):
        _seat(seating, side, oval, step, paper.width, is_left=is_left)
    return seating


def _oval(height: float, labels: Sequence[float], width: float) -> _Oval:
    """Return what nodes stand on, between the names on the left and on the right."""
    room = (width - sum(labels)) / 2 - MOST_RADIUS
    middle = (labels[0] + width - labels[1]) / 2
    return _Oval(middle, height / 2 + _EDGE, min(room, 90 + 0.62 * height), height / 2 + 2)


def _seat(
    seating: Seating, side: _Side, oval: _Oval, step: float, width: float, *, is_left: bool
) -> None:
    """Seat a side: the nodes further apart than a step where it has fewer than the other."""
    free = 2 * (oval.half_height - 2) - side.extra
    wide = min(_STRETCHED * step, free / max(1, side.count))
    top = oval.y - (side.extra + wide * side.count) / 2
    for row, down in side.rows(wide):
        spot = oval.spot(top + down, width, is_left=is_left)
        if isinstance(row, str):
            seating.spots[row] = spot
        else:
            seating.heads.append((spot, row))


@dataclass(frozen=True, slots=True)
class _Oval:
    """What the nodes stand on."""

    x: float
    y: float
    half_width: float
    half_height: float

    def spot(self, y: float, width: float, *, is_left: bool) -> Spot:
        """Return the place at a height on one side of it."""
        out = self.half_width * sqrt(max(0.01, 1 - ((y - self.y) / self.half_height) ** 2))
        x = self.x - out if is_left else self.x + out
        return Spot(x, y, is_left, x if is_left else width - x)


def _weights(figures: Sequence[Web]) -> Weights:
    found: dict[tuple[str, str], float] = {}
    for figure in figures:
        for t in figure.ties:
            for pair in ((t.a, t.b), (t.b, t.a)):
                found[pair] = found.get(pair, 0.0) + t.weight / len(figures)
    return found


def _lines(name: str, most: float) -> int:
    """Return how many lines a heading is given."""
    return 1 if width_of(name, HEAD_SIZE, bold=True) <= most else 2


def _label(side: _Side, nodes: Mapping[str, Node], most: float, size: float) -> float:
    """Return the room that the names of a side are given."""
    widths = [width_of(nodes[i].label, size) for s in side.stacks for i in s.ids]
    return min(most, max(widths, default=0.0) + 10)


def _groups(nodes: Mapping[str, Node]) -> list[_Group]:
    found: dict[int | None, list[str]] = {}
    for node in nodes.values():
        found.setdefault(node.group, []).append(node.id)
    last = len(nodes) + max((g for g in found if g is not None), default=0)
    return sorted(found.items(), key=lambda item: last if item[0] is None else item[0])


def _sides(groups: Sequence[_Group], weights: Weights, heads: Sequence[int]) -> tuple[_Side, _Side]:
    """Put each group on the side that has less, the first one on the left."""
    largest = max(groups, key=lambda item: len(item[1]))
    if len(largest[1]) > max(2, _WRAPPED * sum(len(ids) for _, ids in groups)):
        return _wrapped(largest, [g for g in groups if g is not largest], weights, heads)
    sides: tuple[list[_Stack], list[_Stack]] = ([], [])
    for group, ids in sorted(groups, key=lambda item: -len(item[1])):
        left, right = (sum(len(s.ids) for s in side) for side in sides)
        order = tuple(_ordered(ids, weights, is_ring=False))
        sides[right < left].append(_Stack(group, order, _lines_of(group, heads)))
    number = {group: n for n, (group, _) in enumerate(groups)}
    one, two = (_Side(tuple(sorted(side, key=lambda s: number[s.group]))) for side in sides)
    is_swapped = any(number[s.group] == 0 for s in two.stacks)
    return (two, one) if is_swapped else (one, two)


def _wrapped(
    largest: _Group, others: Iterable[_Group], weights: Weights, heads: Sequence[int]
) -> tuple[_Side, _Side]:
    """Put a group on the left and round the lower end, the others on the right above its end."""
    group, ids = largest
    order = _ordered(ids, weights, is_ring=True)
    right = [
        _Stack(g, tuple(_ordered(rest, weights, is_ring=False)), _lines_of(g, heads))
        for g, rest in others
    ]
    half = ceil((len(ids) + sum(len(s.ids) for s in right)) / 2)
    left = _Stack(group, tuple(order[:half]), _lines_of(group, heads))
    return _Side((left,)), _Side((*right, _Stack(group, tuple(reversed(order[half:])))))


def _lines_of(group: int | None, heads: Sequence[int]) -> int:
    return heads[group] if group is not None and group < len(heads) else 0


def _ordered(ids: Sequence[str], weights: Weights, *, is_ring: bool) -> list[str]:
    """Order nodes below each other, or in a ring, so that friends stand near each other.

    Each is put where it lengthens its ties to those already there least, the best tied first.
    """

    def weight(a: str, b: str) -> float:
        return max(0.0, weights.get((a, b), 0.0))

    strength = {i: sum(weight(i, j) for j in ids) for i in ids}
    order: list[str] = []
    for new in sorted(ids, key=lambda i: (-round(strength[i], 9), i)):
        n = len(order) + 1
        pulls = [(at, weight(new, other)) for at, other in enumerate(order) if weight(new, other)]
        costs = [
            (round(sum(w * _steps(place, at + (at >= place), n, is_ring) for at, w in pulls), 9))
            for place in range(n)
        ]
        order.insert(costs.index(min(costs)), new)
    return _settled(order, weights, is_ring) if len(order) <= _SETTLED else order


def _settled(order: list[str], weights: Weights, is_ring: bool) -> list[str]:
    """Move nodes one by one as long as that shortens the ties of friends."""
    inside = {*order}
    pairs = [(a, b, w) for (a, b), w in weights.items() if w > 0 and a < b and {a, b} <= inside]

    def length(tried: Sequence[str]) -> float:
        at = {node: n for n, node in enumerate(tried)}
        return round(sum(w * _steps(at[a], at[b], len(tried), is_ring) for a, b, w in pairs), 9)

    best = length(order)
    for node in [*order, *order]:
        rest = [n for n in order if n != node]
        tried = [[*rest[:n], node, *rest[n:]] for n in range(len(order))]
        found = min(tried, key=length)
        if length(found) < best:
            order, best = found, length(found)
    return order


def _steps(one: int, other: int, n: int, is_ring: bool) -> int:
    """Return how many steps two places are apart, in a ring the shorter way round."""
    apart = abs(one - other)
    return min(apart, n - apart) if is_ring else apart
