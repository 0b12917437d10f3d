"""SVG by construction: elements whose texts and numbers are escaped and rounded on the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from stancegraph.view.pictures.text_width import wrapped
from stancegraph.view.words import legible

FONT = "Roboto, Arial, 'Helvetica Neue', 'Liberation Sans', sans-serif"
INK, SOFT, LINE, WASH = "#16191d", "#4d5560", "#d3d9e0", "#f4f6f8"


@dataclass(frozen=True, slots=True)
class Block:
    """Elements drawn from (0, 0) downwards, and how high they are together."""

    parts: tuple[Element, ...]
    height: float


def draw(tag: str, *children: Element, text: str = "", **attributes: float | str | None) -> Element:
    """Return an element; an underscore in an attribute's name is a hyphen, None leaves it out."""
    named = {k.replace("_", "-"): _value(v) for k, v in attributes.items() if v is not None}
    element = Element(tag, named)
    element.text = clean(text) or None
    element.extend(children)
    return element


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return clean(value)
    return str(round(value, 1) + 0.0).removesuffix(".0")


def clean(text: str) -> str:
    """Drop what XML forbids or what turns round the text it stands in."""
    return legible(text).encode("utf-8", "ignore").decode()


def to_svg(element: Element) -> str:
    """Return an element as a file's text."""
    body: str = tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def moved(x: float, y: float, *parts: Element) -> Element:
    """Return elements moved to the right and down."""
    return draw("g", *parts, transform=f"translate({_value(x)} {_value(y)})")


def write(
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    bold: bool = False,
    fill: str = INK,
    anchor: str | None = None,
) -> Element:
    """Return one line of text on a baseline."""
    return draw(
        "text",
        text=text,
        x=x,
        y=y,
        font_size=size,
        font_weight="700" if bold else None,
        fill=fill,
        text_anchor=anchor,
    )


def write_lines(
    lines: Iterable[str],
    size: float,
    *,
    x: float = 0,
    bold: bool = False,
    fill: str = INK,
    anchor: str | None = None,
) -> Block:
    """Return lines of text below each other, the first one's top at 0."""
    step = size * 1.25
    parts = tuple(
        write(x, i * step + size * 0.98, line, size, bold=bold, fill=fill, anchor=anchor)
        for i, line in enumerate(lines)
    )
    return Block(parts, len(parts) * step)


def paragraph(
    text: str, width: float, size: float, *, bold: bool = False, fill: str = INK, most: int = 3
) -> Block:
    """Return a text wrapped to a width."""
    lines = wrapped(text, width, size, bold=bold, most=most)
    return write_lines(lines, size, bold=bold, fill=fill)


def stacked(blocks: Sequence[Block], *, x: float = 0, gap: float = 0) -> Block:
    """Return blocks below each other as one."""
    parts: list[Element] = []
    y = 0.0
    for block in blocks:
        if block.parts:
            parts.append(moved(x, y, *block.parts))
            y += block.height + gap
    return Block(tuple(parts), max(0.0, y - gap))


def frame(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = "none",
    stroke: str | None = None,
    dashes: str | None = None,
    thick: float | None = None,
    radius: float | None = None,
) -> Element:
    """Return a rectangle; its outline lies within it."""
    inset = (thick or 1.5) / 2 if stroke else 0
    return draw(
        "rect",
        x=x + inset,
        y=y + inset,
        width=max(0.0, width - 2 * inset),
        height=max(0.0, height - 2 * inset),
        rx=radius,
        fill=fill,
        stroke=stroke,
        stroke_width=(thick or 1.5) if stroke else None,
        stroke_dasharray=dashes,
    )


def stroke(
    path: str, colour: str, thick: float, *, dashes: str | None = None, cap: str | None = None
) -> Element:
    """Return a line along a path."""
    return draw(
        "path",
        d=path,
        fill="none",
        stroke=colour,
        stroke_width=thick,
        stroke_dasharray=dashes,
        stroke_linecap=cap,
    )


def rule(x: float, y: float, length: float, colour: str = LINE, *, down: bool = False) -> Element:
    """Return a thin line to the right, or downwards."""
    return draw(
        "rect",
        x=x,
        y=y,
        width=1.0 if down else length,
        height=length if down else 1.0,
        fill=colour,
    )
