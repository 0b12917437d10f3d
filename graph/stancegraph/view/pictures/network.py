"""The network of one option as a picture: its camps, and a line for each kind of record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, ceil, degrees, hypot
from xml.etree.ElementTree import Element

from stancegraph.model import Polarity
from stancegraph.positions import Position, Reading
from stancegraph.view import crowded, layout
from stancegraph.view.content import Content, OptionText
from stancegraph.view.layout import Band, Block, Layout, Spot, Zone
from stancegraph.view.looks import LOOKS, marks_of
from stancegraph.view.pictures.sheet import WIDTH, Drawing, nothing
from stancegraph.view.pictures.svg import INK, SOFT, draw, frame, moved, rule, stroke, write
from stancegraph.view.pictures.symbols import (
    LINE_WIDTH,
    MARK_WIDTH,
    KeyItem,
    actor_shape,
    dashes_of,
    head_of,
    kind_keys,
    line_keys,
    mark,
    mark_keys,
    word_keys,
)
from stancegraph.view.pictures.text_width import cut, width_of, wrapped
from stancegraph.view.records import Row

_NAME, _TOLD, _OPTION, _CROWD = 14.0, 11.5, 14.0, 12.5
_LINE, _SMALL, _RADIUS = 17.0, 14.0, 13.0
_ROOM, _MIDDLE_ROOM, _CROWD_ROOM = 118.0, 102.0, WIDTH / 6 - 36
_BLOCK, _OTHERWISE, _LINES_AT_MOST, _SIDE_AT_MOST = "#eef0f2", "3 6", 14, 10
_TIP = {"arrow": 57.0, "bar": 53.0, "circle": 55.6, "none": 57.0}


@dataclass(frozen=True, slots=True)
class _Holder:
    """One holder: as a row, as a position, and the lines of its label."""

    row: Row
    position: Position
    name: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def groups(self) -> list[list[Reading]]:
        """Its records by role and stance, the deciding first: a line for each."""
        groups: dict[tuple[str, Polarity], list[Reading]] = {}
        for r in self.position.readings:
            key = (self.position.role_of(r), r.stance.polarity)
            groups.setdefault(key, []).append(r)
        return list(groups.values())

    @property
    def block(self) -> Block:
        """Its size for the layout."""
        return Block(self.row.id, len(self.name), len(self.told), len(self.groups))


def network_drawing(content: Content) -> Drawing:
    """Draw the camps of the option that is asked about, and of those below it."""
    words, chosen = content.words, content.shown.opens_on
    texts = {o.id: o for o in content.options}
    if chosen is None:
        return nothing(words["nothing_here"])
    below = [texts[o.id] for o in content.shown.narrower(chosen) if texts[o.id].rows]
    options = [texts[chosen], *below]
    rows = [row for option in options for row in option.rows]
    parts, width, height = _picture(content, options)
    return Drawing(
        parts,
        height,
        width,
        heading=texts[chosen].name,
        says=texts[chosen].verdict,
        more=texts[chosen].voices,
        honest=words["honest_positions"],
        key=_key(content, rows),
    )


def _key(content: Content, rows: Sequence[Row]) -> list[KeyItem]:
    words, kinds = content.words, {row.kind for row in rows}
    otherwise = KeyItem(
        LINE_WIDTH,
        lambda x, y: moved(x, y, stroke("M2 0H54", SOFT, 1.6, dashes=_OTHERWISE)),
        words["line_dissent"],
    )
    return [
        *line_keys(rows, words),
        *([otherwise] if any(row.dissent for row in rows) else []),
        *kind_keys([k for k in words["kinds"] if k in kinds], words),
        *word_keys(rows, words),
        *mark_keys(rows, words),
    ]


def _picture(
    content: Content, options: Sequence[OptionText]
) -> tuple[tuple[Element, ...], float, float]:
    """Return what is drawn, its width and its height."""
    holders = {row.id: _holder(content, row) for option in options for row in option.rows}
    boxes = {
        f"@{o.id}": wrapped(o.name, layout.BOX_WIDTH - 20, _OPTION, bold=True, most=4)
        for o in options
    }
    bands = [_band(option, boxes, holders, i == 0) for i, option in enumerate(options)]
    is_crowd = crowded.is_crowd(bands) or any(map(_crosses, bands))
    drawn = bands if is_crowd else [*map(_heightened, bands)]
    shape = _widened(bands) if is_crowd else layout.wide(drawn)
    parts = [
        *(part for zone in shape.zones for part in _zone(content, zone, shape)),
        *(part for ends in shape.hubs.items() for part in _hub(*ends)),
        *(part for holder in holders.values() for part in _lines(holder, shape)),
        *(_box(boxes[b.box.id], shape.spots[b.box.id], b) for b in drawn),
        *(
            part
            for i, holder in holders.items()
            for part in (_in_crowd if is_crowd else _beside)(holder, shape.spots[i])
        ),
    ]
    whole = moved(shape.width / 2 - shape.centre, 0, *parts)
    return (whole,), shape.width, shape.height


def _crosses(band: Band) -> bool:
    """Tell whether lines of one column would cross names of the next, as they do on a long side."""
    sides = (band.columns[:2], band.columns[3:])
    return any(all(side) and sum(map(len, side)) > _SIDE_AT_MOST for side in sides)


def _holder(content: Content, row: Row) -> _Holder:
    position = content.shown.positions[row.holder, row.option]
    is_middle = layout.COLUMN[position.polarity] == layout.MIDDLE
    room = (_MIDDLE_ROOM if is_middle else _ROOM) - MARK_WIDTH * len(marks_of(row.flags))
    return _Holder(
        row,
        position,
        wrapped(row.name, room, _NAME),
        wrapped(row.told, _MIDDLE_ROOM if is_middle else _ROOM, _TOLD, most=2),
    )


def _band(
    option: OptionText,
    boxes: Mapping[str, Sequence[str]],
    holders: Mapping[str, _Holder],
    is_main: bool,
) -> Band:
    columns: list[list[Block]] = [[] for _ in range(5)]
    for row in option.rows:
        holder = holders[row.id]
        columns[layout.COLUMN[holder.position.polarity]].append(holder.block)
    box = Block(f"@{option.id}", len(boxes[f"@{option.id}"]) or 1)
    return Band(box, tuple(map(tuple, columns)), is_main=is_main)


def _heightened(band: Band) -> Band:
    """Return a band whose box is so high that every arrowhead on its fuller side has its place."""
    sides = (band.columns[:2], band.columns[3:])
    n = max(sum(b.edges for column in side for b in column) for side in sides)
    lines = min(_LINES_AT_MOST, ceil(((n - 1) * 15 - 12) / _LINE))
    return replace(band, box=replace(band.box, lines=max(band.box.lines, lines)))


def _widened(bands: Sequence[Band]) -> Layout:
    """Lay crowded camps out over the whole width, so that names have more room."""
    shape = crowded.wide(bands)
    by, boxes = WIDTH / shape.width, {b.box.id for b in bands}
    return replace(
        shape,
        width=WIDTH,
        spots={i: s if i in boxes else replace(s, x=s.x * by) for i, s in shape.spots.items()},
        zones=[replace(z, x=z.x * by, width=z.width * by) for z in shape.zones],
        hubs={i: ((x * by, y), port) for i, ((x, y), port) in shape.hubs.items()},
    )


def _zone(content: Content, zone: Zone, shape: Layout) -> Iterator[Element]:
    """Draw a tinted column or camp with its heading, or the line above a narrower option."""
    words = content.words
    if zone.column is None:
        yield rule(zone.x, zone.y, zone.width, "#aab3bd")
        if zone.kind == "band":
            text = cut(words["narrower_band"], zone.width - 20, 12.5)
            yield write(shape.centre, zone.y + 19, text, 12.5, fill=SOFT, anchor="middle")
        return
    polarity = layout.HEADINGS[zone.column]
    look = LOOKS[polarity]
    tint = look.tint if polarity.side else _BLOCK
    if polarity.side or zone.kind == "block":
        yield frame(zone.x, zone.y, zone.width, zone.height, fill=tint)
    level = words.level(polarity)
    label = cut(
        f"{level} ({words.number(zone.n)})" if zone.n else level, zone.width - 10, 14, bold=True
    )
    x, y = zone.x + zone.width / 2, zone.y + 21
    yield write(x, y, label, 14, bold=True, fill=look.ink, anchor="middle")


def _hub(name: str, ends: tuple[tuple[float, float], tuple[float, float]]) -> Iterator[Element]:
    """Draw the one line of a whole camp."""
    polarity = layout.HEADINGS[int(name.rpartition("#")[2])]
    yield from _line(*ends, polarity, 3.4, dashes_of(polarity))


def _lines(holder: _Holder, shape: Layout) -> Iterator[Element]:
    """Draw what decides a position as its line, and what else is on record beside it."""
    spot, ports = shape.spots[holder.row.id], shape.ports.get(holder.row.id, [])
    for readings, port in zip(holder.groups, ports, strict=False):
        polarity = readings[0].stance.polarity
        role = holder.position.role_of(readings[0])
        width = (1.9 if holder.position.is_hearsay else 3.2) if role == "decides" else 1.6
        is_other = role in ("dissents", "superseded")
        dashes = _OTHERWISE if is_other else dashes_of(polarity)
        yield from _line((spot.x, spot.y), port, polarity, width, dashes)


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    polarity: Polarity,
    width: float,
    dashes: str | None,
) -> Iterator[Element]:
    """Draw a line that stops short of its end, where its arrowhead stands."""
    look = LOOKS[polarity]
    length = hypot(end[0] - start[0], end[1] - start[1])
    angle = degrees(atan2(end[1] - start[1], end[0] - start[0]))
    path = f"M0 0H{max(0.0, length - 9):.1f}"
    head = moved(length - _TIP[look.head], 0, *head_of(look.head, look.colour))
    yield draw(
        "g",
        stroke(path, look.colour, width, dashes=dashes),
        head,
        transform=f"translate({start[0]:.1f} {start[1]:.1f}) rotate({angle:.2f})",
    )


def _box(lines: Sequence[str], spot: Spot, band: Band) -> Element:
    """Draw an option's box around its centre."""
    height = band.box_height
    fill, thick = ("#fff6d6", 2.0) if band.is_main else ("#fff", 1.2)
    box = frame(
        -layout.BOX_WIDTH / 2,
        -height / 2,
        layout.BOX_WIDTH,
        height,
        fill=fill,
        stroke=INK,
        thick=thick,
        radius=7,
    )
    top = -(len(lines) - 1) * _LINE / 2 + _OPTION * 0.35
    texts = [
        write(0, top + i * _LINE, line, _OPTION, bold=band.is_main, anchor="middle")
        for i, line in enumerate(lines)
    ]
    return moved(spot.x, spot.y, box, *texts)


def _beside(holder: _Holder, spot: Spot) -> Iterator[Element]:
    """Draw a holder's shape with its name, and whose word it is, on one side of it."""
    yield _glyph(holder, spot.x, spot.y, 1.45)
    height = len(holder.name) * _LINE + len(holder.told) * _SMALL
    anchor = {"left": "end", "right": None}.get(spot.label, "middle")
    shift = {"left": -_RADIUS - 9, "right": _RADIUS + 9}.get(spot.label, 0.0)
    top = {"below": _RADIUS + 5, "above": -_RADIUS - 5 - height}.get(spot.label, -height / 2)
    last = spot.y + top + (len(holder.name) - 0.5) * _LINE
    for line in holder.name:
        yield _haloed(spot.x + shift, spot.y + top + 13.2, line, _NAME, INK, anchor)
        top += _LINE
    for line in holder.told:
        yield _haloed(spot.x + shift, spot.y + top + 10.8, line, _TOLD, SOFT, anchor)
        top += _SMALL
    yield from _marks(holder, spot.x + shift, last, anchor)


def _marks(holder: _Holder, x: float, y: float, anchor: str | None) -> Iterator[Element]:
    """Draw marks beside the last line of a name, away from where the lines are."""
    width = width_of(holder.name[-1] if holder.name else "", _NAME)
    names = marks_of(holder.row.flags)
    start = {"end": x - width - MARK_WIDTH * len(names), "middle": x + width / 2 + 4}
    for i, name in enumerate(names):
        yield mark(name, start.get(anchor or "", x + width + 4) + MARK_WIDTH * i, y)


def _in_crowd(holder: _Holder, spot: Spot) -> Iterator[Element]:
    """Draw a holder on one line."""
    yield _glyph(holder, spot.x, spot.y, 0.85)
    marks = marks_of(holder.row.flags)
    text = cut(holder.row.name, _CROWD_ROOM - 22 * len(marks), _CROWD)
    yield write(spot.x + 13, spot.y + 4.4, text, _CROWD)
    x = spot.x + 17 + width_of(text, _CROWD)
    for i, name in enumerate(marks):
        yield mark(name, x + 22 * i, spot.y)


def _glyph(holder: _Holder, x: float, y: float, scale: float) -> Element:
    colour = LOOKS[holder.position.polarity].colour
    shape = actor_shape(holder.row.kind, 0, 0, own=not holder.row.is_hearsay, colour=colour)
    return draw("g", shape, transform=f"translate({x:.1f} {y:.1f}) scale({scale:g})")


def _haloed(x: float, y: float, text: str, size: float, fill: str, anchor: str | None) -> Element:
    """Return a text that stays legible where a line passes below it."""
    element = write(x, y, text, size, fill=fill, anchor=anchor)
    halo = {"stroke": "#fff", "stroke-width": "3", "stroke-opacity": "0.8"}
    element.attrib |= {**halo, "stroke-linejoin": "round", "paint-order": "stroke"}
    return element
