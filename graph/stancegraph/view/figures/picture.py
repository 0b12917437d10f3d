"""A figure of an answer as a picture: with its title, what it shows, and where it comes from."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from stancegraph.answer.answer import Answer
from stancegraph.answer.figure import Figure, Film
from stancegraph.errors import StanceError
from stancegraph.view.figures.drawing import draw_still
from stancegraph.view.figures.drawn import Drawn, Paper, with_key
from stancegraph.view.figures.film import draw_strip
from stancegraph.view.pictures.picture import Picture
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
    to_svg,
)
from stancegraph.view.words import legible, words_of

WIDTH = 920.0
"""How wide a figure is drawn."""

_MARGIN = 28.0
_DESCRIPTION_AT_MOST = 2_000


def picture_of(answer: Answer[Any], n: int = 0, *, language: str = "en") -> Picture:
    """Draw one figure of an answer; StanceError where it has none of that number."""
    if not answer.figures:
        raise StanceError(
            "this answer has no picture, for there is nothing that could be drawn: "
            "name a .html file for its page"
        )
    if not 0 <= n < len(answer.figures):
        raise StanceError(f"no picture {n!r}: there are {len(answer.figures)}, counted from 0")
    paper = Paper(width=WIDTH, words=words_of(language))
    figure = answer.figures[n]
    title = legible(figure.title or answer.question)
    svg, width, height = _sheet(answer, figure, drawn_of(figure, paper), paper)
    return Picture(to_svg(svg), title, width, height)


def drawn_of(figure: Figure, paper: Paper) -> Drawn:
    """Draw a figure, a film as a strip of its frames."""
    return draw_strip(figure, paper) if isinstance(figure, Film) else draw_still(figure, paper)


def _sheet(
    answer: Answer[Any], figure: Figure, drawn: Drawn, paper: Paper
) -> tuple[Element, float, float]:
    """Return the sheet, its width and its height."""
    inner = max(WIDTH, drawn.width)
    head = _column(
        (paragraph(figure.title or answer.question, inner, 21, bold=True, most=2), 7),
        (paragraph(figure.says, inner, 14, most=6), 0),
    )
    parts, high = with_key(drawn)
    foot = _foot(answer, figure, drawn, paper, inner)
    top = _MARGIN + head.height + 18
    low = top + high + 18
    width, height = round(inner + 2 * _MARGIN), round(low + foot.height + _MARGIN)
    svg = draw(
        "svg",
        draw("title", text=clean(figure.title or answer.question)[:300]),
        draw("desc", text=clean(figure.says)[:_DESCRIPTION_AT_MOST]),
        frame(0, 0, width, height, fill="#fff"),
        moved(_MARGIN, _MARGIN, *head.parts),
        moved(_MARGIN + (inner - drawn.width) / 2, top, *parts),
        moved(_MARGIN, low, *foot.parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        lang="en",
        font_family=FONT,
    )
    return svg, width, height


def _foot(answer: Answer[Any], figure: Figure, drawn: Drawn, paper: Paper, width: float) -> Block:
    line = Block((rule(0, 0, width, LINE),), 1)
    again = f"{paper.say('again')} {again_of(answer)}"
    as_of = paper.say("as_of", day=paper.words.day(answer.as_of)) if answer.as_of else ""
    return _column(
        (paragraph(unnamed_line(drawn, paper), width, 12, most=6), 8),
        (line, 8),
        (paragraph(figure.note, width, 12, fill=SOFT, most=5), 4),
        (paragraph(f"{as_of} {answer.method}".strip(), width, 12, fill=SOFT, most=4), 4),
        (paragraph(again, width, 12, fill=SOFT, most=3), 0),
    )


def again_of(answer: Answer[Any]) -> str:
    """Return the command that gives an answer again; of paths the names only, for it is mailed."""
    words = shlex.split(answer.reproduce)
    return shlex.join(Path(w).name if Path(w).is_absolute() else w for w in words)


def unnamed_line(drawn: Drawn, paper: Paper) -> str:
    """Name those for whose names there was no room."""
    if not drawn.unnamed:
        return ""
    return paper.say("unnamed", names=", ".join(drawn.unnamed), n=len(drawn.unnamed))


def _column(*blocks: tuple[Block, float]) -> Block:
    """Return blocks below each other, each with a gap of its own below."""
    return _stacked((b, gap) for b, gap in blocks if b.parts)


def _stacked(blocks: Iterable[tuple[Block, float]]) -> Block:
    parts: list[Element] = []
    y = last = 0.0
    for block, gap in blocks:
        parts.append(moved(0, y, *block.parts))
        last = y + block.height
        y = last + gap
    return Block(tuple(parts), last)
