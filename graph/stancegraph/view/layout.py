"""Where everything is drawn: supporters left and opponents right, computed and never simulated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from stancegraph.model import Polarity

FAR_LEFT, LEFT, MIDDLE, RIGHT, FAR_RIGHT = range(5)
"""The five columns, from support to opposition."""

COLUMN = {
    Polarity.SUPPORTS: FAR_LEFT,
    Polarity.LEANS_SUPPORT: LEFT,
    Polarity.UNDECIDED: MIDDLE,
    Polarity.NOT_DISCLOSED: MIDDLE,
    Polarity.LEANS_OPPOSE: RIGHT,
    Polarity.OPPOSES: FAR_RIGHT,
}
"""The column of each stance; a position is placed by its own polarity and nothing else."""

HEADINGS = tuple(p for p in COLUMN if p is not Polarity.NOT_DISCLOSED)
"""The stance after which each column is called."""

LABEL_SIDES = ("below", "above", "left", "right", "inside")
"""Where a label stands as seen from its glyph."""

BOX_WIDTH = 204
_LINE, _SMALL_LINE, _GLYPH = 17, 14, 34
_COLUMN_WIDTH, _CELL, _MIDDLE, _GAP = 172, 132, 316, 14
_LEAD = 40
_FAN_LIMIT, _ROWS = 10, 18
_HEAD, _BAND_HEAD = 44, 30
_TALL_WIDTH, _TALL_PER_ROW, _THIRD = 384, 3, 128


@dataclass(frozen=True, slots=True)
class Block:
    """What is to be placed: one node, the lines of its label, and how many edges it has."""

    id: str
    lines: int
    small_lines: int = 0
    edges: int = 1

    @property
    def beside(self) -> float:
        """Height with the label beside the glyph."""
        return max(_GLYPH, self.lines * _LINE + self.small_lines * _SMALL_LINE) + _GAP

    @property
    def stacked(self) -> float:
        """Height with the label above or below the glyph."""
        return _GLYPH + self.lines * _LINE + self.small_lines * _SMALL_LINE + _GAP


@dataclass(frozen=True, slots=True)
class Band:
    """One option with its holders by column, each column in reading order."""

    box: Block
    columns: tuple[tuple[Block, ...], ...]
    speakers: tuple[Block, ...] = ()
    """Those who speak about or for its holders and stand nowhere in it themselves."""
    is_main: bool = True

    @property
    def box_height(self) -> float:
        """Height of the option's own box."""
        return self.box.lines * _LINE + 24


@dataclass(frozen=True, slots=True)
class Spot:
    """The centre of a glyph, the side on which its label stands, and that from which it comes."""

    x: float
    y: float
    label: str = "below"
    side: str = "below"
    """Where it lies as seen from the option."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A tinted area; `stance` names its heading, `n` how many stand in it."""

    x: float
    y: float
    width: float
    height: float
    column: int | None
    kind: str
    n: int = 0


@dataclass(slots=True)
class Layout:
    """Spots by node, ports by holder (where its edges meet the option), and tinted areas."""

    width: float
    centre: float = 0
    """Its middle, from left to right; the option stands at 0."""
    height: float = 0
    spots: dict[str, Spot] = field(default_factory=dict)
    ports: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    zones: list[Zone] = field(default_factory=list)
    hubs: dict[str, tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=dict)
    """Where one line stands for a whole camp: from where to where."""


def wide(bands: Sequence[Band]) -> Layout:
    """Lay bands out in five columns, for screens wider than they are high."""
    subcolumns = [max(1, *(ceil(len(b.columns[c]) / _ROWS) for b in bands)) for c in range(5)]
    per_row = 2 * max(1, *(ceil(len(b.columns[MIDDLE]) / 12) for b in bands))
    edges = _edges(_MIDDLE / 2 if per_row == 2 else per_row * _CELL / 2 + 20, subcolumns)
    layout = Layout(width=edges[5] - edges[0], centre=(edges[5] + edges[0]) / 2)
    y = float(_HEAD)
    for band in bands:
        y = _wide_band(layout, band, y, edges, per_row)
        y = _speaker_rows(layout, band.speakers, y, per_row=5)
    layout.zones[:0] = _columns(bands[0], edges, y)
    layout.height = y
    return layout


def _edges(half: float, subcolumns: Sequence[int]) -> list[float]:
    """Return the x of the six lines between and around the five columns."""
    far_left, left, _, right, far_right = (n * _COLUMN_WIDTH for n in subcolumns)
    return [
        -half - left - far_left,
        -half - left,
        -half,
        half,
        half + right,
        half + right + far_right,
    ]


def _columns(band: Band, edges: Sequence[float], bottom: float) -> list[Zone]:
    return [
        Zone(edges[c], 0, edges[c + 1] - edges[c], bottom, c, "column", len(band.columns[c]))
        for c in range(5)
    ]


def _wide_band(
    layout: Layout, band: Band, top: float, edges: Sequence[float], per_row: int
) -> float:
    """Place one band below `top` and return where it ends."""
    if not band.is_main:
        top = _divider(layout, top, edges[0], edges[5] - edges[0])
    above, below = _middle_rows(band.columns[MIDDLE], per_row)
    up = band.box_height / 2 + sum(_row_height(r) for r in above)
    down = band.box_height / 2 + sum(_row_height(r) for r in below)
    sides = [_stack_height(band, outer, inner) for outer, inner in ((0, 1), (4, 3))]
    centre = top + max(up, *(s / 2 for s in sides)) + 8
    layout.spots[band.box.id] = Spot(0, centre, "inside")
    _side(layout, band, centre, (FAR_LEFT, LEFT), edges[1], edges[2], -1)
    _side(layout, band, centre, (FAR_RIGHT, RIGHT), edges[4], edges[3], 1)
    _middle(layout, above, centre - band.box_height / 2, -1)
    _middle(layout, below, centre + band.box_height / 2, 1)
    _ports(layout, band, centre)
    return centre + max(down, *(s / 2 for s in sides)) + 18


def _divider(layout: Layout, top: float, x: float, width: float) -> float:
    """Draw a line above a narrower option, with a heading above the first of them."""
    is_first = all(z.kind not in ("band", "rule") for z in layout.zones)
    layout.zones.append(Zone(x, top, width, 0, None, "band" if is_first else "rule"))
    return top + (_BAND_HEAD if is_first else 8)


def _stack_height(band: Band, outer: int, inner: int) -> float:
    return max((sum(b.beside for b in s) for s in _stacks(band, outer, inner)), default=0)


def _stacks(band: Band, outer: int, inner: int) -> list[Sequence[Block]]:
    """Return the stacks of one side.

    A short side is one fan: leaning holders above and below, outright ones between them, so that
    no line crosses a name. A long one is two independent columns.
    """
    far, lean = band.columns[outer], band.columns[inner]
    if len(far) + len(lean) <= _FAN_LIMIT:
        half = (len(lean) + 1) // 2 if far else len(lean)
        return [(*lean[:half], *far, *lean[half:])]
    return [stack for blocks in (far, lean) for stack in _rows(blocks, _stack_size(blocks))]


def _stack_size(blocks: Sequence[Block]) -> int:
    """Return how many blocks each stack of a column holds: as few stacks as fit, of one height."""
    return ceil(len(blocks) / max(1, ceil(len(blocks) / _ROWS)))


def _side(
    layout: Layout,
    band: Band,
    centre: float,
    columns: tuple[int, int],
    outer_x: float,
    inner_x: float,
    sign: int,
) -> None:
    start = {}
    for column, x in zip(columns, (outer_x, inner_x), strict=True):
        size = max(1, _stack_size(band.columns[column]))
        for i, block in enumerate(band.columns[column]):
            start[block.id] = x + sign * (26 + i // size * _COLUMN_WIDTH)
    label = "left" if sign < 0 else "right"
    for stack in _stacks(band, *columns):
        y = centre - sum(b.beside for b in stack) / 2
        for block in stack:
            layout.spots[block.id] = Spot(start[block.id], y + block.beside / 2, label, label)
            y += block.beside


def _middle_rows(
    blocks: Sequence[Block], per_row: int
) -> tuple[list[tuple[Block, ...]], list[tuple[Block, ...]]]:
    """Share the undecided out into rows below the option, above, below and so on."""
    below: list[tuple[Block, ...]] = []
    above: list[tuple[Block, ...]] = []
    rest = list(blocks)
    while rest:
        side = below if len(below) <= len(above) else above
        n = 1 if len(blocks) <= 6 and len(side) % 2 else per_row
        side.append(tuple(rest[:n]))
        rest = rest[n:]
    return above, below


def _row_height(row: Sequence[Block]) -> float:
    return _LEAD + (max(b.beside for b in row) if len(row) <= 2 else max(b.stacked for b in row))


def _middle(layout: Layout, rows: Iterable[Sequence[Block]], edge: float, sign: int) -> None:
    """Place rows of the undecided away from the option: one or two with names beside them."""
    y, side = edge, "below" if sign > 0 else "above"
    for row in rows:
        is_short = len(row) <= 2
        height = _row_height(row) - _LEAD
        glyph = y + sign * (_LEAD + (height / 2 if is_short else _GLYPH / 2))
        for x, block in zip(_spread(len(row), 56 if is_short else _CELL), row, strict=True):
            label = ("left" if x < 0 else "right") if is_short else side
            layout.spots[block.id] = Spot(x, glyph, label, side)
        y += sign * _row_height(row)


def _spread(n: int, step: float) -> list[float]:
    """Return n places around 0.

    >>> _spread(3, 10)
    [-10.0, 0.0, 10.0]
    """
    return [(i - (n - 1) / 2) * step for i in range(n)]


def _ports(layout: Layout, band: Band, centre: float) -> None:
    """Give every edge its own point on the border of the option's box."""
    blocks = [b for column in band.columns for b in column]
    half = band.box_height / 2
    for side, at in (("left", -BOX_WIDTH / 2), ("right", BOX_WIDTH / 2)):
        for holder, y in _shares(layout, blocks, side, band.box_height - 12, 18):
            layout.ports.setdefault(holder, []).append((at, centre + y))
    for side, at in (("above", centre - half), ("below", centre + half)):
        for holder, x in _shares(layout, blocks, side, BOX_WIDTH - 40, 44):
            layout.ports.setdefault(holder, []).append((x, at))


def _shares(
    layout: Layout, blocks: Iterable[Block], side: str, length: float, step: float
) -> Iterator[tuple[str, float]]:
    """Share one side of a box out to the edges that come from there, so that none cross."""
    here = [(layout.spots[b.id], b) for b in blocks if layout.spots[b.id].side == side]
    here.sort(key=lambda sb: sb[0].y if side in ("left", "right") else sb[0].x)
    ends = [b.id for _, b in here for _ in range(b.edges)]
    places = _spread(len(ends), min(step, length / max(1, len(ends) - 1)))
    return zip(ends, places, strict=True)


def _speaker_rows(layout: Layout, speakers: Sequence[Block], top: float, per_row: int) -> float:
    """Place those who only speak about others below their band, near whom they speak about."""
    if not speakers:
        return top
    y = top + 4
    for row in _rows(speakers, per_row):
        for x, block in zip(_spread(len(row), layout.width / per_row), row, strict=True):
            layout.spots[block.id] = Spot(layout.centre + x, y + _GLYPH / 2, "below")
        y += max(b.stacked for b in row)
    return y


def tall(bands: Sequence[Band]) -> Layout:
    """Lay bands out as rows from support above to opposition below, for a phone."""
    layout = Layout(width=_TALL_WIDTH)
    for band in bands:
        layout.height = _tall_band(layout, band, layout.height)
        layout.height = _speaker_rows(layout, band.speakers, layout.height, _TALL_PER_ROW)
    return layout


def _tall_band(layout: Layout, band: Band, top: float) -> float:
    y = top
    if not band.is_main:
        y = _divider(layout, y, -_TALL_WIDTH / 2, _TALL_WIDTH)
    above = [c for c in (LEFT, FAR_LEFT) if band.columns[c]]
    below = [c for c in (MIDDLE, RIGHT, FAR_RIGHT) if band.columns[c]]
    for column in reversed(above):
        slots = _slots(above.index(column), len(above))
        y = _tall_section(layout, band.columns[column], column, y, "above", slots)
    y += 18
    centre = y + band.box_height / 2
    layout.spots[band.box.id] = Spot(0, centre, "inside")
    y += band.box_height + 18
    for column in below:
        slots = _slots(below.index(column), len(below))
        y = _tall_section(layout, band.columns[column], column, y, "below", slots)
    _ports(layout, band, centre)
    return y + 6


def _slots(distance: int, sections: int) -> tuple[float, ...]:
    """Return the places in a row: near rows keep to the outside, so that far ones' lines pass."""
    if sections == 1:
        return (0, -_THIRD, _THIRD)
    if distance == sections - 1:
        return (0, -_THIRD / 2, _THIRD / 2)
    return (-_THIRD, _THIRD) if distance == 0 else (0.8 * _THIRD, -0.8 * _THIRD)


def _tall_section(
    layout: Layout,
    blocks: Sequence[Block],
    column: int,
    top: float,
    side: str,
    slots: tuple[float, ...],
) -> float:
    y = top + 26
    per_row = _TALL_PER_ROW if len(blocks) > 4 else 2
    for row in _rows(blocks, per_row):
        height = max(b.stacked for b in row)
        for x, block in zip(_row_slots(len(row), slots), row, strict=True):
            glyph = y + _GLYPH / 2 if side == "below" else y + height - _GAP - _GLYPH / 2
            layout.spots[block.id] = Spot(x, glyph, side, side)
        y += height
    layout.zones.append(
        Zone(-_TALL_WIDTH / 2, top, _TALL_WIDTH, y - top, column, "section", len(blocks))
    )
    return y


def _row_slots(n: int, slots: tuple[float, ...]) -> Sequence[float]:
    if n > 2:
        return _spread(n, _THIRD)
    if len(slots) == 3:
        return slots[:1] if n == 1 else slots[1:]
    return slots[:n] if n == 1 else sorted(slots)


def _rows(blocks: Sequence[Block], n: int) -> Iterator[Sequence[Block]]:
    for i in range(0, len(blocks), max(1, n)):
        yield blocks[i : i + n]


def to_data(layout: Layout, ids: Sequence[str]) -> dict[str, object]:
    """Return a layout as the page's script reads it: places and ports in the order of `ids`."""
    here = [i for i in ids if i in layout.spots]
    ports = [[n for end in layout.ports.get(i, ()) for n in _rounded(end)] for i in here]
    hubs = {i: [_rounded(end) for end in ends] for i, ends in layout.hubs.items()}
    return {
        "size": [round(layout.width), round(layout.centre), round(layout.height)],
        "at": [_spot(layout.spots[i]) for i in here],
        "zones": [
            [*map(round, (z.x, z.y, z.width, z.height)), z.column, z.kind] for z in layout.zones
        ],
        **({"ports": ports} if any(ports) else {}),
        **({"hubs": hubs} if hubs else {}),
    }


def _spot(spot: Spot) -> list[object]:
    return [*_rounded((spot.x, spot.y)), LABEL_SIDES.index(spot.label)]


def _rounded(place: tuple[float, float]) -> list[int]:
    return [round(place[0]), round(place[1])]
