"""The timeline as a picture: a lane for each position, marks for records, bars for their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element

from stancegraph.model import Polarity
from stancegraph.positions import RULES, Position, Reading
from stancegraph.view.content import Content, kinds_of
from stancegraph.view.looks import LOOKS
from stancegraph.view.pictures.sheet import WIDTH, Drawing, nothing
from stancegraph.view.pictures.svg import (
    INK,
    SOFT,
    Block,
    draw,
    frame,
    moved,
    paragraph,
    rule,
    stacked,
    stroke,
    write,
    write_lines,
)
from stancegraph.view.pictures.symbols import (
    KeyItem,
    actor_shape,
    dashes_of,
    kind_keys,
    line_keys,
    record_shape,
    signed_record,
)
from stancegraph.view.pictures.text_width import cut, width_of, wrapped
from stancegraph.view.records import Row
from stancegraph.view.shown import FEW_DAYS

LANES_AT_MOST = 60
"""More positions than these are not drawn."""

EVENTS_AT_MOST = 12
"""More events than these are not drawn: the latest are."""

_NAME, _UNDATED, _PITCH = 224.0, 96.0, 22.0
_BAR, _FADE = "#62676e", 62.0


_ROWS_AT_MOST = 5
_ORDER = {"decides": 0, "dissents": 1, "superseded": 1, "agrees": 2}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days are, from the left edge of a lane's track."""

    first: int
    last: int
    width: float
    undated: float | None
    """Where that is drawn of which no day is known; None where there is nothing such."""

    def at(self, day: date | None) -> float:
        """Return where a day is, on the edge where it is outside."""
        if day is None:
            return self.width if self.undated is None else self.undated
        share = (day.toordinal() - self.first) / (self.last - self.first)
        return max(0.0, min(1.0, share)) * self.width


@dataclass(frozen=True, slots=True)
class _Lane:
    """One position: as a row, and with what became of it."""

    row: Row
    position: Position


def timeline_drawing(content: Content) -> Drawing:
    """Draw when records were made, and the positions that they add up to, day by day."""
    words, lanes = content.words, _lanes(content)
    if not lanes:
        return nothing(words["nothing_here"])
    kept = _kept(content, lanes)
    scale = _scale(content, kept)
    body = stacked([_axis(content, scale), _events(content, scale), *_groups(content, kept, scale)])
    parts = (_fades(), *_grid_lines(content, scale, body.height), *body.parts)
    return Drawing(
        parts,
        body.height,
        says=content.summaries["timeline"],
        left_out=_left_out(content, len(kept), len(lanes)),
        honest=words["honest_timeline"],
        key=_key(content, kept),
    )


def _lanes(content: Content) -> list[_Lane]:
    """Return all positions, option by option, supporters first."""
    positions = content.shown.positions
    texts = {o.id: o for o in content.options}
    return [
        _Lane(row, positions[row.holder, row.option])
        for _, options in content.issues
        for option in options
        for row in texts[option].rows
    ]


def _kept(content: Content, lanes: Sequence[_Lane]) -> list[_Lane]:
    """Return the lanes that are drawn: of too many those that moved, then a cross-section."""
    asked = content.shown.opens_on
    groups: list[list[int]] = [[], [], []]
    for i, lane in enumerate(lanes):
        place = 0 if lane.position.change else 1 if lane.row.option == asked else 2
        groups[place].append(i)
    kept: list[int] = []
    for group in groups:
        kept += _thinned(group, LANES_AT_MOST - len(kept))
    return [lanes[i] for i in sorted(kept)]


def _thinned(found: Sequence[int], most: int) -> list[int]:
    """Return as many, evenly spread over all.

    >>> _thinned(range(10), 4)
    [0, 2, 5, 7]
    """
    n = len(found)
    return list(found) if n <= most else [found[i * n // most] for i in range(most)]


def _left_out(content: Content, drawn: int, total: int) -> str:
    words = content.words
    if drawn == total:
        return ""
    return words.say("picture_lanes", n=words.number(drawn), total=words.number(total))


def _scale(content: Content, lanes: Sequence[_Lane]) -> _Scale:
    """Reach from the earliest day by which something was known to the last, with room around."""
    readings = [r for lane in lanes for r in lane.position.readings]
    days = [d for r in readings if (d := r.when.not_after or r.when.not_before)]
    if content.shown.as_of:
        days.append(content.shown.as_of)
    ends = [d.toordinal() for d in days] or [date.min.toordinal()]
    room = max(2, round((max(ends) - min(ends)) * 0.07))
    first, last = max(1, min(ends) - room), max(ends) + room
    track = WIDTH - _NAME
    if any(_day(r) is None for r in readings):
        return _Scale(first, last, track - _UNDATED, track - _UNDATED / 2)
    return _Scale(first, last, track, None)


def _day(reading: Reading) -> date | None:
    """Return the latest day a record can be of, or the earliest where that is all we know."""
    return reading.when.not_after or reading.when.not_before


_STRIDES = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000)


def _ticks(content: Content, scale: _Scale) -> list[tuple[date, str]]:
    """Return at most about eight days of the axis with their labels."""
    months, span = content.words["months_short"], scale.last - scale.first
    for stride in (1, 2, 7, 14):
        if span / stride <= 8:
            first = -(-scale.first // stride) * stride
            days = [date.fromordinal(d) for d in range(first, scale.last + 1, stride)]
            return [(d, f"{d.day} {months[d.month - 1]}") for d in days]
    stride = next((s for s in _STRIDES if span / (s * 30.4) <= 8), _STRIDES[-1])
    start, end = date.fromordinal(scale.first), date.fromordinal(scale.last)
    found = range(
        -(-(start.year * 12 + start.month) // stride) * stride, end.year * 12 + 12, stride
    )
    days = [date(m // 12, m % 12 + 1, 1) for m in found if 1 <= m // 12 <= 9999]
    return [
        (d, str(d.year) if stride >= 12 else f"{months[d.month - 1]} {d.year}")
        for d in days
        if start <= d <= end
    ]


def _axis(content: Content, scale: _Scale) -> Block:
    """Return the labels of the axis; those that would touch the one before are left out."""
    parts, free = [], 0.0
    for day, label in _ticks(content, scale) if _is_dated(content) else ():
        half = width_of(label, 12) / 2
        x = scale.at(day)
        if x - half >= free and x + half <= scale.width:
            parts.append(write(_NAME + x, 16, label, 12, fill=SOFT, anchor="middle"))
            free = x + half + 8
    if scale.undated is not None:
        lines = wrapped(content.words["timeline_undated"], _UNDATED - 8, 12, most=1)
        block = write_lines(lines, 12, x=_NAME + scale.undated, fill=SOFT, anchor="middle")
        parts.append(moved(0, 4.2, *block.parts))
    parts.append(frame(0, 24, WIDTH, 1.5, fill="#aab3bd"))
    return Block(tuple(parts), 26)


def _is_dated(content: Content) -> bool:
    return content.shown.as_of is not None


def _grid_lines(content: Content, scale: _Scale, height: float) -> Iterator[Element]:
    """Draw a faint line for every label of the axis, and a dark one for the day asked about."""
    if _is_dated(content):
        for day, _ in _ticks(content, scale):
            yield rule(_NAME + scale.at(day), 25, height - 25, "#e6eaee", down=True)
        x = _NAME + scale.at(content.shown.as_of)
        yield stroke(f"M{x:.1f} 25V{height:.1f}", INK, 1.2, dashes="1.5 3")
    if scale.undated is not None:
        yield rule(_NAME + scale.width, 0, height, "#aab3bd", down=True)
    yield rule(_NAME - 6, 0, height, "#d3d9e0", down=True)


def _events(content: Content, scale: _Scale) -> Block:
    """Return the events, the latest of many, each on a row of its own."""
    events = content.shown.events.values()
    dated = [(day, e) for e in events if (day := e.when.not_after or e.when.not_before)]
    found = sorted(dated, key=lambda pair: (pair[0], pair[1].id))[-EVENTS_AT_MOST:]
    if not found or not _is_dated(content):
        return Block((), 0)
    words = content.words
    rows = [_event(f"{event.name} ({words.when(event.when)})", day, scale) for day, event in found]
    label = words["timeline_events"]
    if len(dated) > len(found):
        label = f"{label} ({words.say('more', n=words.number(len(dated) - len(found)))})"
    name = paragraph(label, _NAME - 20, 13, most=2)
    body = stacked(rows, gap=3)
    height = max(name.height, body.height) + 12
    return Block((moved(8, 5, *name.parts), moved(_NAME, 6, *body.parts)), height)


def _event(text: str, day: date, scale: _Scale) -> Block:
    """Return an event's star on its day, with its name where there is more room."""
    x = scale.at(day)
    is_left = x > scale.width * 0.55
    room = (x if is_left else scale.width - x) - 26
    lines = wrapped(text, room, 12.5, most=2)
    anchor = "end" if is_left else None
    label = write_lines(lines, 12.5, x=x + (-12 if is_left else 12), anchor=anchor)
    widest = max((width_of(line, 12.5) for line in lines), default=0)
    left = x - 14 - widest if is_left else x + 10
    behind = frame(left, 0, widest + 4, label.height, fill="#fff")
    shape = "M-4 0L4 -6V6Z" if day.toordinal() < scale.first else _STAR
    star = moved(max(x, 6), 8, draw("path", d=shape, fill="#7a5c00"))
    return Block((behind, star, *label.parts), max(16, label.height))


_STAR = "M0 -7L1.9 -2.4L6.7 -2.2L2.9 0.9L4.1 5.7L0 3L-4.1 5.7L-2.9 0.9L-6.7 -2.2L-1.9 -2.4Z"


def _groups(content: Content, lanes: Sequence[_Lane], scale: _Scale) -> Iterator[Block]:
    """Yield each option's name and below it its lanes."""
    names = {o.id: o.name for o in content.options}
    for option in dict.fromkeys(lane.row.option for lane in lanes):
        yield _heading(names[option], option == content.shown.opens_on)
        for lane in lanes:
            if lane.row.option == option:
                yield _lane(content, lane, scale)


def _heading(name: str, asked: bool) -> Block:
    text = cut(name, WIDTH - 16, 13, bold=True)
    parts = [frame(0, 0, WIDTH, 25, fill="#eef1f4"), write(8, 17, text, 13, bold=True)]
    if asked:
        parts.append(frame(-4, 0, 4, 25, fill=INK))
    return Block(tuple(parts), 25)


def _lane(content: Content, lane: _Lane, scale: _Scale) -> Block:
    """Return one position: who, where they stand, and on the track how it came about."""
    marks = _placed(lane.position, scale)
    rows = 1 + max(row for _, _, row in marks)
    name = _lane_name(content, lane.row, len(lane.position.readings) - len(marks))
    height = max(name.height + 9, rows * _PITCH + 13)
    top = (height - (rows - 1) * _PITCH) / 2
    track = [*_stretches(content, lane, scale, top)]
    bars = [bar for r, x, row in marks for bar in _bounds(r, x, top + row * _PITCH, scale)]
    shapes = [
        signed_record(
            r.evidence.kind.value,
            r.stance.polarity,
            x,
            top + row * _PITCH,
            own=not RULES.is_hearsay(r.tier),
        )
        for r, x, row in marks
    ]
    line = stroke(f"M0 {height:.1f}H{WIDTH:.0f}", "#d3d9e0", 1, dashes="1 3")
    body = moved(_NAME, 0, *bars, *track, *shapes)
    return Block((line, moved(8, (height - name.height) / 2, *name.parts), body), height)


def _lane_name(content: Content, row: Row, more: int) -> Block:
    """Return who holds a position, with their shape, where they stand, and what is not drawn."""
    polarity = Polarity(row.stance)
    level = content.words.level(polarity)
    lines = wrapped(row.name, _NAME - 46, 13, most=2)
    name = write_lines(lines, 13, x=24)
    stands = write_lines(
        [cut(level, _NAME - 46, 12, bold=True)], 12, x=24, bold=True, fill=LOOKS[polarity].ink
    )
    rest = [content.words.count("n_more_records", more)] if more else []
    blocks = stacked([name, stands, write_lines(rest, 12, x=24, fill=SOFT)])
    shape = actor_shape(row.kind, 10, 9, own=not row.is_hearsay, colour=LOOKS[polarity].colour)
    return Block((shape, *blocks.parts), blocks.height)


def _placed(position: Position, scale: _Scale) -> list[tuple[Reading, float, int]]:
    """Place records on their days, those that would touch on rows of their own.

    Of too many the deciding ones, those that differ and the latest are placed.
    """
    rows: list[list[float]] = [[] for _ in range(_ROWS_AT_MOST)]
    placed = []
    for reading in sorted(position.readings, key=lambda r: _ORDER[position.role_of(r)]):
        x = scale.at(_day(reading))
        free = (i for i, row in enumerate(rows) if all(abs(x - other) >= _PITCH for other in row))
        if (row := next(free, None)) is not None:
            rows[row].append(x)
            placed.append((reading, x, row))
    return placed


def _bounds(reading: Reading, x: float, y: float, scale: _Scale) -> Iterator[Element]:
    """Draw the days on which it can have happened; it fades where they have no end."""
    first, last = reading.when.not_before, reading.when.not_after
    if first == last:
        return
    if last is None:
        yield _faded(x, y, min(_FADE, scale.width - x), "to-right")
    elif first is None or first.toordinal() < scale.first:
        width = min(_FADE, x)
        yield _faded(x - width, y, width, "to-left")
    else:
        start = scale.at(first)
        yield frame(start, y - 8, x - start, 16, fill="#62676e24", stroke=_BAR, radius=3)


def _faded(x: float, y: float, width: float, direction: str) -> Element:
    """Return a bar that fades out."""
    return draw("rect", x=x, y=y - 8, width=width, height=16, fill=f"url(#{direction})")


def _fades() -> Element:
    """Return how bars fade out to either side."""
    stops = [
        draw("stop", offset=offset, stop_color=_BAR, stop_opacity=opacity)
        for offset, opacity in (("0", "0"), ("1", "0.45"))
    ]
    left = draw("linearGradient", *stops, id="to-left")
    right = draw("linearGradient", *stops, id="to-right", x1="1", x2="0")
    return draw("defs", left, right)


def _stretches(content: Content, lane: _Lane, scale: _Scale, y: float) -> Iterator[Element]:
    """Draw the position as it stood from each day to the next on which it changed, up to the last.

    On a few days nothing is shown to have moved or stayed: there are only records.
    """
    if len(content.shown.days) < FEW_DAYS:
        return
    spans: list[tuple[float, Position]] = []
    for step in content.shown.steps:
        now = step.positions.get((lane.row.holder, lane.row.option))
        if now and step.day and (not spans or spans[-1][1].polarity is not now.polarity):
            spans.append((scale.at(step.day), now))
    ends = [x for x, _ in spans[1:]] + [scale.at(content.shown.as_of)]
    for (x, position), end in zip(spans, ends, strict=True):
        if end <= x:
            continue
        yield stroke(
            f"M{x:.1f} {y:.1f}H{end:.1f}",
            LOOKS[position.polarity].colour,
            2.6 if position.is_hearsay else 5,
            dashes=dashes_of(position.polarity),
        )


def _key(content: Content, lanes: Sequence[_Lane]) -> list[KeyItem]:
    words = content.words
    readings = [r for lane in lanes for r in lane.position.readings]
    kinds = {r.evidence.kind.value for r in readings}
    told = any(RULES.is_hearsay(r.tier) for r in readings)
    shapes = [
        _record_key(kind, True, label)
        for kind, label in words["evidence_kinds"].items()
        if kind in kinds
    ]
    hollow = _record_key("statement", False, words["hearsay"])
    return [
        *line_keys([lane.row for lane in lanes], words),
        *shapes,
        *([hollow] if told else []),
        *kind_keys(kinds_of(content), words),
    ]


def _record_key(kind: str, own: bool, label: str) -> KeyItem:
    return KeyItem(22, lambda x, y: record_shape(kind, x + 11, y, own=own), label)
