"""Each kind of figure by what draws it; a film as its frames, all on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from stancegraph.answer.figure import Dots, Film, Frame, Grid, Lines, Map, Still, Web
from stancegraph.view.figures.dots import draw_dots
from stancegraph.view.figures.drawn import Drawn, Paper
from stancegraph.view.figures.grid import draw_grid
from stancegraph.view.figures.lines import draw_lines
from stancegraph.view.figures.map import draw_map
from stancegraph.view.figures.web import draw_web

StillT = TypeVar("StillT", bound=Still)


def draw_still(figure: Still, paper: Paper, like: Sequence[Still] = ()) -> Drawn:
    """Draw a figure, on the axes of all those of its kind that it is to be compared with."""
    match figure:
        case Web():
            return draw_web(figure, paper, _akin(Web, like))
        case Grid():
            return draw_grid(figure, paper, _akin(Grid, like))
        case Dots():
            return draw_dots(figure, paper, _akin(Dots, like))
        case Lines():
            return draw_lines(figure, paper, _akin(Lines, like))
        case Map():
            return draw_map(figure, paper, _akin(Map, like))


def _akin(kind: type[StillT], figures: Sequence[Still]) -> tuple[StillT, ...]:
    return tuple(f for f in figures if isinstance(f, kind))


def draw_frames(film: Film, paper: Paper, most: int | None = None) -> list[tuple[Frame, Drawn]]:
    """Draw the frames of a film on the same axes; at most so many, evenly from first to last."""
    stills = [frame.shows for frame in film.frames]
    frames = film.frames if most is None else _evenly(film.frames, most)
    return [(frame, draw_still(frame.shows, paper, stills)) for frame in frames]


def _evenly(frames: Sequence[Frame], most: int) -> Sequence[Frame]:
    """Return so many frames, the first and the last among them."""
    if len(frames) <= most:
        return frames
    last = len(frames) - 1
    return [frames[round(n * last / (most - 1))] for n in range(most)]
