"""A film as one picture: its frames as a strip, each with what happens in it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from stancegraph.answer.figure import Film
from stancegraph.view.figures.drawing import draw_frames
from stancegraph.view.figures.drawn import Drawn, Paper
from stancegraph.view.pictures.svg import SOFT, moved, paragraph

FRAMES_AT_MOST = 8
_GAP = 28.0


def draw_strip(film: Film, paper: Paper) -> Drawn:
    """Draw at most eight frames of a film beside and below each other."""
    columns = 1 if paper.is_narrow else 2
    width = (paper.width - _GAP * (columns - 1)) / columns
    small = Paper(width=width, words=paper.words)
    frames = draw_frames(film, small, FRAMES_AT_MOST)
    parts: list[Element] = []
    y = 0.0
    for start in range(0, len(frames), columns):
        row = frames[start : start + columns]
        heads = [
            (
                paragraph(frame.label, width, 14, bold=True, most=2),
                paragraph(frame.says, width, 12, fill=SOFT, most=3),
            )
            for frame, _ in row
        ]
        head = max(label.height + says.height for label, says in heads) + 8
        for n, (_, drawn) in enumerate(row):
            label, says = heads[n]
            x = n * (width + _GAP)
            parts.append(moved(x, y, *label.parts))
            parts.append(moved(x, y + label.height + 2, *says.parts))
            parts.append(moved(x, y + head, *drawn.parts))
        y += head + max(drawn.height for _, drawn in row) + _GAP
    key = frames[0][1].key if frames else ()
    return Drawn(tuple(parts), paper.width, max(0.0, y - _GAP), key)
