"""A picture's sheet: heading, what it shows in words, the drawing, the key, day and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from stancegraph.view.content import Content
from stancegraph.view.pictures.svg import (
    FONT,
    LINE,
    SOFT,
    Block,
    clean,
    draw,
    frame,
    moved,
    paragraph,
    rule,
    write,
)
from stancegraph.view.pictures.symbols import KeyItem, key_block

WIDTH = 1064.0
"""How wide a drawing is that has no width of its own."""

MARGIN = 28.0
_TITLE_AT_MOST, _DESCRIPTION_AT_MOST = 300, 4_000


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one kind of picture draws, and what has to be said with it."""

    parts: tuple[Element, ...]
    height: float
    width: float = WIDTH
    heading: str = ""
    """What stands above the sentence, where the title does not say it."""
    says: str = ""
    """What the picture shows, in a sentence or two."""
    more: str = ""
    """What else there is to say of it, less loudly."""
    left_out: str = ""
    """What there is and is not drawn."""
    honest: str = ""
    """How to read it, and how not to."""
    key: Sequence[KeyItem] = ()


def sheet_of(content: Content, drawing: Drawing, title: str) -> tuple[Element, float, float]:
    """Return the sheet, its width and its height."""
    inner = max(WIDTH, drawing.width)
    head = _head(drawing, title, inner)
    top = MARGIN + head.height + 20
    foot = _foot(content, drawing, inner)
    foot_top = top + drawing.height + 22
    width, height = inner + 2 * MARGIN, foot_top + foot.height + MARGIN
    svg = draw(
        "svg",
        draw("title", text=_shortened(title, _TITLE_AT_MOST)),
        draw("desc", text=_shortened(_description(drawing), _DESCRIPTION_AT_MOST)),
        frame(0, 0, width, height, fill="#fff"),
        moved(MARGIN, MARGIN, *head.parts),
        moved(MARGIN + (inner - drawing.width) / 2, top, *drawing.parts),
        moved(MARGIN, foot_top, *foot.parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {round(width)} {round(height)}",
        width=round(width),
        height=round(height),
        role="img",
        lang=content.words.language,
        font_family=FONT,
    )
    return svg, round(width), round(height)


def _head(drawing: Drawing, title: str, width: float) -> Block:
    return _column(
        (paragraph(title, width, 23, bold=True, most=2), 8),
        (paragraph(drawing.heading, width, 16, bold=True, most=2), 4),
        (paragraph(drawing.says, width, 14.5, most=6), 4),
        (paragraph(drawing.more, width, 13, fill=SOFT, most=4), 0),
    )


def _foot(content: Content, drawing: Drawing, width: float) -> Block:
    line = Block((rule(0, 0, width, LINE),), 1)
    return _column(
        (paragraph(drawing.left_out, width, 13, bold=True, most=3), 12),
        (line, 10),
        (key_block(drawing.key, width), 10),
        (paragraph(drawing.honest, width, 12, fill=SOFT, most=4), 5),
        (paragraph(" ".join(content.note), width, 12, fill=SOFT, most=4), 0),
    )


def _column(*blocks: tuple[Block, float]) -> Block:
    """Return blocks below each other, each with a gap of its own below."""
    parts: list[Element] = []
    y = last = 0.0
    for block, gap in blocks:
        if not block.parts:
            continue
        parts.append(moved(0, y, *block.parts))
        last = y + block.height
        y = last + gap
    return Block(tuple(parts), last)


def _description(drawing: Drawing) -> str:
    parts = (
        drawing.heading and f"{drawing.heading}:",
        drawing.says,
        drawing.more,
        drawing.left_out,
    )
    return " ".join(p for p in parts if p)


def _shortened(text: str, most: int) -> str:
    text = clean(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def nothing(words: str) -> Drawing:
    """Return the drawing of what has nothing to be drawn."""
    box = frame(0, 0, WIDTH, 90, fill="#f5f7f9", radius=6)
    return Drawing((box, write(WIDTH / 2, 50, words, 15, anchor="middle")), 90)
