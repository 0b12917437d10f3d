"""How figures look: groups by colour and shape, ties by colour and dash, values by shade."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element

from stancegraph.model import Polarity
from stancegraph.view.looks import LOOKS
from stancegraph.view.pictures.svg import draw
from stancegraph.view.pictures.symbols import GREY

FRIEND, FOE = LOOKS[Polarity.SUPPORTS].colour, LOOKS[Polarity.OPPOSES].colour
"""Of ties."""

FOE_DASHES = "6 4"

COLOURS = (
    *("#5b2a86", "#00857a", "#c2185b", "#6f6400"),
    *("#37474f", "#3f51b5", "#4f7f2a", "#6d4c41"),
)
"""Of groups, in their order; they come again where there are more groups."""

SHAPES = ("circle", "square", "triangle", "diamond", "down", "hexagon", "plus", "pentagon")
"""Of groups: no two of the first eight look alike without their colour."""

_POINTS = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "triangle": ((0, -1.15), (1.08, 0.8), (-1.08, 0.8)),
    "diamond": ((0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)),
    "down": ((0, 1.15), (1.08, -0.8), (-1.08, -0.8)),
    "hexagon": ((-1.1, 0), (-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95)),
    "plus": (
        *((-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)),
        *((0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)),
    ),
    "pentagon": ((0, -1.12), (1.06, -0.35), (0.66, 0.9), (-0.66, 0.9), (-1.06, -0.35)),
}

_NOTHING = LOOKS[Polarity.UNDECIDED].fill
_SIGNED = (
    (-1.0, LOOKS[Polarity.OPPOSES].fill),
    (-0.5, "#e59a54"),
    (0.0, _NOTHING),
    (0.5, "#7db0da"),
    (1.0, LOOKS[Polarity.SUPPORTS].fill),
)
_RISING = ((0.0, _NOTHING), (0.5, "#8fa9b8"), (1.0, "#1d3b4c"))
_STEPS = 20


def colour_of(group: int | None) -> str:
    """Return the colour of a group; grey for none."""
    return GREY if group is None else COLOURS[group % len(COLOURS)]


def shape_of(
    group: int | None, x: float, y: float, radius: float, *, hollow: bool = False
) -> Element:
    """Draw the shape of a group around a point: filled, or hollow for what is less sure."""
    colour = colour_of(group)
    fill, thick = ("#fff" if hollow else colour), (2.0 if hollow else 1.2)
    edge = colour if hollow else "#fff"
    name = "circle" if group is None else SHAPES[group % len(SHAPES)]
    if name == "circle":
        return draw("circle", cx=x, cy=y, r=radius, fill=fill, stroke=edge, stroke_width=thick)
    points = " ".join(f"{x + dx * radius:.1f},{y + dy * radius:.1f}" for dx, dy in _POINTS[name])
    return draw("polygon", points=points, fill=fill, stroke=edge, stroke_width=thick)


def shade_of(value: float, *, is_signed: bool) -> str:
    """Return the colour of a value in [-1, 1], or in [0, 1]; of one outside, that of the end.

    >>> shade_of(0, is_signed=True), shade_of(7, is_signed=True) == LOOKS["supports"].fill
    ('#e2e5e8', True)
    """
    stops = _SIGNED if is_signed else _RISING
    held = min(stops[-1][0], max(stops[0][0], round(value * _STEPS) / _STEPS))
    for (low, start), (high, end) in pairwise(stops):
        if held <= high:
            return _between(start, end, (held - low) / (high - low))
    return stops[-1][1]


def _between(start: str, end: str, share: float) -> str:
    mixed = (
        round(a + (b - a) * share) for a, b in zip(_channels(start), _channels(end), strict=True)
    )
    return "#" + "".join(f"{c:02x}" for c in mixed)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def ink_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour.

    >>> ink_on("#dddddd"), ink_on("#000080")
    ('#000', '#fff')
    """
    parts = (c / 255 for c in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    # Relative luminance of WCAG 2.2; at .179 black and white contrast alike.
    return "#000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#fff"
