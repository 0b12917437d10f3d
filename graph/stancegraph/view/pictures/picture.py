"""The static pictures: each kind of view as one SVG or PNG, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stancegraph.errors import StanceError, UnknownName
from stancegraph.suggest import did_you_mean
from stancegraph.view.content import Content
from stancegraph.view.pictures.sheet import Drawing, sheet_of
from stancegraph.view.pictures.svg import to_svg
from stancegraph.view.words import legible
from stancegraph.write.files import write_file

PICTURES = ("positions", "matrix", "agreement", "network", "timeline")
"""The kinds of view that there are as pictures."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture, which needs neither network nor browser."""

    svg: str
    title: str
    width: float
    """In pixels, as is the height."""
    height: float

    def png(self, zoom: float = 2) -> bytes:
        """Return the picture as a PNG, so many times as large, or as large as programs open."""
        from stancegraph.view.pictures.raster import png_of

        return png_of(self.svg, self.width, self.height, zoom)

    def save(self, path: str | Path) -> Path:
        """Write an .svg or .png, all of it or nothing, and return the file's path."""
        ending = Path(path).suffix.lower()
        if ending not in (".svg", ".png"):
            raise StanceError(f"cannot tell what picture {path} is to be; name it .svg or .png")
        write_file(path, self.svg if ending == ".svg" else self.png())
        return Path(path)

    def _repr_svg_(self) -> str:
        """Show the picture in a notebook."""
        return self.svg


def picture(content: Content, kind: str, *, title: str | None = None) -> Picture:
    """Draw one kind of view; UnknownName for a kind of which there is no picture."""
    if kind not in PICTURES:
        hint = did_you_mean(kind, PICTURES)
        raise UnknownName(f"no picture of {kind!r}{hint}; there are {', '.join(PICTURES)}")
    heading = legible(title or content.asks(kind))
    svg, width, height = sheet_of(content, _drawing_of(kind)(content), heading)
    return Picture(to_svg(svg), heading, width, height)


def _drawing_of(kind: str) -> Callable[[Content], Drawing]:
    from stancegraph.view.pictures.grid import agreement_drawing, matrix_drawing
    from stancegraph.view.pictures.network import network_drawing
    from stancegraph.view.pictures.positions import positions_drawing
    from stancegraph.view.pictures.timeline import timeline_drawing

    return {
        "positions": positions_drawing,
        "matrix": matrix_drawing,
        "agreement": agreement_drawing,
        "network": network_drawing,
        "timeline": timeline_drawing,
    }[kind]
