"""The shapes of actors and records, the lines and signs of stances, and marks, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from stancegraph.model import Polarity
from stancegraph.view.looks import LOOKS, MARKS, marks_of
from stancegraph.view.pictures.svg import INK, Block, draw, frame, moved, stroke, write
from stancegraph.view.pictures.text_width import cut, width_of

if TYPE_CHECKING:
    from stancegraph.view.records import Row
    from stancegraph.view.words import Words

GREY = "#3a4149"
LINE_WIDTH = 58.0
_HEX = "2,11 6.5,3.2 15.5,3.2 20,11 15.5,18.8 6.5,18.8"
_QUESTION = "M8.3 8.9a2.7 2.5 0 1 1 4 2.1c-1 .6-1.3 1-1.3 2M11 15.1V15.5"
_RECORDS = {
    "statement": "M11 3a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z",
    "action": "M11 1.5L20.5 11L11 20.5L1.5 11Z",
    "vote": "M11 2.5L20.5 19H1.5Z",
}


def actor_shape(kind: str, x: float, y: float, *, own: bool, colour: str = GREY) -> Element:
    """Return the shape of a kind of actor around a point: filled for own words, else hollow."""
    inner = "#fff" if own else colour
    parts = [_painted(_outline(kind), own, colour, 2)]
    if kind == "institution":
        parts.append(draw("circle", cx=11, cy=11, r=2.6, fill=inner))
    if kind == "unnamed":
        parts.append(stroke(_QUESTION, inner, 1.9, cap="round"))
    return moved(x - 11, y - 11, *parts)


def _outline(kind: str) -> Element:
    if kind == "country":
        return draw("circle", cx=11, cy=11, r=8)
    if kind in ("alliance", "institution"):
        return draw("polygon", points=_HEX)
    if kind == "group":
        return draw("ellipse", cx=11, cy=11, rx=9.5, ry=6)
    return draw("rect", x=3.5, y=3.5, width=15, height=15)


def _painted(shape: Element, own: bool, colour: str, thick: float) -> Element:
    """Return a group in which a shape is filled for own words, else hollow and dashed."""
    fill, dashes = (colour, None) if own else ("#fff", "3 2.4")
    return draw("g", shape, fill=fill, stroke=colour, stroke_width=thick, stroke_dasharray=dashes)


def record_shape(kind: str, x: float, y: float, *, own: bool, colour: str = GREY) -> Element:
    """Return the shape of a kind of record around a point."""
    return moved(x - 11, y - 11, _painted(draw("path", d=_RECORDS[kind]), own, colour, 2.4))


def signed_record(kind: str, polarity: Polarity, x: float, y: float, *, own: bool) -> Element:
    """Return the shape of a record with the sign of the stance that it conveys."""
    colour = LOOKS[polarity].colour
    shape = record_shape(kind, x, y, own=own, colour=colour)
    # A triangle has its room below the middle.
    middle = y + 2.5 if kind == "vote" else y
    return draw("g", shape, stance_sign(polarity, x, middle, "#fff" if own else colour, scale=0.6))


def dashes_of(polarity: Polarity) -> str | None:
    """Return a stance's dashes as SVG has them."""
    return " ".join(map(str, LOOKS[polarity].dashes)) or None


def stance_line(polarity: Polarity, x: float, y: float) -> Element:
    """Return a stance's line and arrowhead to the right of a point."""
    look = LOOKS[polarity]
    line = stroke("M2 0H46", look.colour, 2.6, dashes=dashes_of(polarity))
    return moved(x, y, line, *head_of(look.head, look.colour))


def head_of(head: str, colour: str) -> tuple[Element, ...]:
    """Return the head of a line that comes from the left and ends 56 to the right of (0, 0)."""
    if head == "arrow":
        return (draw("path", d="M44 -5.5L56 0L44 5.5Z", fill=colour),)
    if head == "bar":
        return (stroke("M50 -6.5V6.5", colour, 4),)
    if head == "circle":
        return (draw("circle", cx=50, cy=0, r=4.6, fill=colour),)
    return ()


_SIGNS = {
    Polarity.SUPPORTS: "M-9 0H-1M-5 -4V4M1 0H9M5 -4V4",
    Polarity.LEANS_SUPPORT: "M-4.5 0H4.5M0 -4.5V4.5",
    Polarity.UNDECIDED: "M-4 0a4 4 0 1 1 8 0a4 4 0 1 1 -8 0Z",
    Polarity.NOT_DISCLOSED: "M-1 0H1",
    Polarity.LEANS_OPPOSE: "M-4.5 0H4.5",
    Polarity.OPPOSES: "M-9 0H-1.5M1.5 0H9",
}


def stance_sign(
    polarity: Polarity, x: float, y: float, colour: str, *, scale: float = 1
) -> Element:
    """Return a stance's sign, such as two pluses, around a point."""
    line = stroke(_SIGNS[polarity], colour, 1.9)
    return draw("g", line, transform=f"translate({x:.1f} {y:.1f}) scale({scale:g})")


def sign_width(polarity: Polarity) -> float:
    """Return how wide a stance's sign is."""
    return 18 if polarity in (Polarity.SUPPORTS, Polarity.OPPOSES) else 9


_MARKS = {
    "contested": "M-4 -1.8H4M-4 1.8H4M2.3 -4.5L-2.3 4.5",
    "limited": "M3.6 -4.6L-3.2 -1.4L3.6 1.8M-3.6 4.4H3.6",
}


def mark_sign(name: str, x: float, y: float, colour: str = INK) -> Element:
    """Return a mark's sign around a point: a drawing, for not all letters have it, or a word."""
    if name in _MARKS:
        return moved(x, y, stroke(_MARKS[name], colour, 1.3))
    return write(x, y + 3.8, MARKS[name], 10.5, bold=True, fill=colour, anchor="middle")


MARK_WIDTH = 22.0
_SIGN_WIDTH = 13.0


def mark(name: str, x: float, y: float) -> Element:
    """Return a mark in its frame, to the right of a point."""
    pill = frame(0, -7.5, 19, 15, fill="#fff", stroke=INK, thick=1.3, radius=7)
    return moved(x, y, pill, mark_sign(name, 9.5, 0))


def cell(
    polarity: Polarity,
    width: float,
    height: float,
    *,
    own: bool,
    number: str = "",
    marks: Sequence[str] = (),
) -> tuple[Element, ...]:
    """Return a cell of a matrix: filled for own words, hollow and dashed for hearsay."""
    look = LOOKS[polarity]
    is_small = width < 26
    colour = look.on if own else look.ink
    box = frame(
        0,
        0,
        width,
        height,
        fill=look.fill if own else "#fff",
        stroke=look.colour if own else colour,
        thick=1.2 if is_small else 2,
        dashes=None if own else "2.4 1.8" if is_small else "5 3",
        radius=3,
    )
    marks = marks if width >= 34 else marks[:1]
    room = sign_width(polarity) + _SIGN_WIDTH * len(marks)
    label = cut(number, width / 3, 12) if width >= 34 else ""
    beside = width_of(label, 12) + 4 if label else 0.0
    if width - 7 - beside < 0.8 * room:
        beside = 0.0
    scale = min(1.0, (width - 5 - beside) / room, height / 18)
    signs = draw(
        "g",
        *_signs(polarity, colour, marks),
        transform=f"translate({(width - beside) / 2:.1f} {height / 2:.1f}) scale({scale:.2f})",
    )
    if not beside:
        return (box, signs)
    x = (width - beside + scale * room) / 2 + 4
    return (box, signs, write(x, height / 2 + 4.3, label, 12, fill=colour))


def _signs(polarity: Polarity, colour: str, marks: Sequence[str]) -> Iterator[Element]:
    """Draw a stance's sign and beside it those of marks, all of them around (0, 0)."""
    shift = _SIGN_WIDTH * len(marks) / 2
    yield stance_sign(polarity, -shift, 0, colour)
    for i, name in enumerate(marks):
        yield mark_sign(name, sign_width(polarity) / 2 - shift + 9 + _SIGN_WIDTH * i, 0, colour)


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A symbol and what it stands for."""

    width: float
    """How wide the symbol is."""
    symbol: Callable[[float, float], Element]
    """Draws it to the right of a point."""
    label: str


def key_block(items: Iterable[KeyItem], width: float) -> Block:
    """Return symbols with their meaning, row below row."""
    parts: list[Element] = []
    x, y = 0.0, 11.0
    for item in items:
        label = cut(item.label, width - item.width - 8, 12)
        taken = item.width + 7 + width_of(label, 12)
        if x and x + taken > width:
            x, y = 0.0, y + 25
        parts += [item.symbol(x, y), write(x + item.width + 7, y + 4.3, label, 12)]
        x += taken + 22
    return Block(tuple(parts), y + 11 if parts else 0)


def stances_in(rows: Iterable[Row]) -> list[Polarity]:
    """Return the stances that occur, from support to opposition."""
    present = {row.stance for row in rows}
    return [p for p in LOOKS if p.value in present]


def line_keys(rows: Iterable[Row], words: Words) -> list[KeyItem]:
    """Return the stances that occur as lines with their arrowheads."""
    return [_line_key(p, words) for p in stances_in(rows)]


def _line_key(polarity: Polarity, words: Words) -> KeyItem:
    return KeyItem(LINE_WIDTH, lambda x, y: stance_line(polarity, x, y), words.level(polarity))


def kind_keys(kinds: Iterable[str], words: Words) -> list[KeyItem]:
    """Return kinds of actors with their shapes."""
    return [_shape_key(kind, True, words["kinds"][kind]) for kind in kinds]


def _shape_key(kind: str, own: bool, label: str) -> KeyItem:
    return KeyItem(22, lambda x, y: actor_shape(kind, x + 11, y, own=own), label)


def word_keys(rows: Iterable[Row], words: Words) -> list[KeyItem]:
    """Return what filled and hollow shapes mean, as far as they occur."""
    present = {not row.is_hearsay for row in rows}
    meanings = {True: words["own"], False: words["hearsay"]}
    return [_shape_key("country", own, text) for own, text in meanings.items() if own in present]


def mark_keys(rows: Iterable[Row], words: Words) -> list[KeyItem]:
    """Return the marks that occur."""
    present = {m for row in rows for m in marks_of(row.flags)}
    return [_mark_key(m, words) for m in MARKS if m in present]


def _mark_key(name: str, words: Words) -> KeyItem:
    return KeyItem(19, lambda x, y: mark(name, x, y), words[f"mark_{name}"])
