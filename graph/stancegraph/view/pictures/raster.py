"""PNG from SVG without a browser: resvg draws it, in Roboto, so it looks the same everywhere."""

from __future__ import annotations

import unicodedata
from functools import cache
from math import sqrt
from pathlib import Path

from stancegraph.errors import StanceError

SIDE_AT_MOST = 16_000
"""Pixels on either side of a PNG: more than these few programs open."""

_PIXELS_AT_MOST = 100_000_000
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER", "FEMININE", "MASCULINE", "MICRO")
_FACES = ("Roboto-Regular.ttf", "Roboto-Bold.ttf")


def png_of(svg: str, width: float, height: float, zoom: float) -> bytes:
    """Draw an SVG so many times as large, or as large as can be; StanceError beyond that."""
    import resvg_py

    fitting = min(zoom, SIDE_AT_MOST / max(width, height), sqrt(_PIXELS_AT_MOST / (width * height)))
    if fitting < min(zoom, 1):
        raise StanceError(
            f"a PNG of {width:.0f} by {height:.0f} pixels is too large to be opened; "
            "save it as .svg, or choose fewer actors or options"
        )
    faces = [str(face) for face in _faces()]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=fitting,
            font_files=faces,
            font_family="Roboto",
            sans_serif_family="Roboto",
            skip_system_fonts=_is_covered(svg),
        )
    )


@cache
def _faces() -> tuple[Path, ...]:
    import font_roboto

    return tuple(Path(font_roboto.font_directory) / name for name in _FACES)


def _is_covered(text: str) -> bool:
    """Tell whether Roboto has all of a text; other fonts are asked only where it may lack some."""
    return all(ord(c) < 0x2100 and (not c.isalpha() or _script(c) in _SCRIPTS) for c in set(text))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
