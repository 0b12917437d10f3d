"""The camps of one option where they are many: names in close columns, a line for each camp."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from stancegraph.view.layout import BOX_WIDTH, Band, Block, Layout, Spot, Zone

CELL_WIDTH, CELL_HEIGHT = 143, 24
"""The place of one name on one line."""

_FROM = 48
_WIDE, _TALL = 6, 2
_TALL_WIDTH = 384
_HEADING, _LEAD, _GAP = 30, 58, 16


def is_crowd(bands: Sequence[Band]) -> bool:
    """Return whether so many stand here that a line for each could not be followed."""
    return sum(len(c) for band in bands for c in band.columns) > _FROM


def wide(bands: Sequence[Band]) -> Layout:
    """Lay camps out side by side below their option, each as broad as it is many."""
    layout = Layout(width=_WIDE * CELL_WIDTH)
    for band in bands:
        top = _box(layout, band)
        layout.height = _side_by_side(layout, band, top + _LEAD) + _GAP
    return layout


def tall(bands: Sequence[Band]) -> Layout:
    """Lay camps out one below the other, for a phone."""
    layout = Layout(width=_TALL_WIDTH)
    for band in bands:
        layout.height = _box(layout, band) + _GAP
        for column, blocks in enumerate(band.columns):
            if blocks:
                box = (-_TALL_WIDTH / 2, layout.height, _TALL_WIDTH)
                layout.height = _camp(layout, blocks, column, box, _TALL)
    return layout


def _box(layout: Layout, band: Band) -> float:
    """Place an option's box below what there is and return where it ends."""
    top = layout.height + _GAP
    if not band.is_main:
        layout.zones.append(
            Zone(-layout.width / 2, layout.height, layout.width, 0, None, _divider(layout))
        )
        top += _GAP
    layout.spots[band.box.id] = Spot(0, top + band.box_height / 2, "inside")
    return top + band.box_height


def _divider(layout: Layout) -> str:
    return "rule" if any(z.kind in ("band", "rule") for z in layout.zones) else "band"


def _side_by_side(layout: Layout, band: Band, top: float) -> float:
    breadths = shared_out([len(c) for c in band.columns], _WIDE)
    x, bottom, end = -layout.width / 2, top, top
    ports = _ports(layout, band, breadths)
    for column, blocks in enumerate(band.columns):
        if not blocks:
            continue
        width = breadths[column] * CELL_WIDTH
        box = (x + 2, top, width - 4)
        end = _camp(layout, blocks, column, box, breadths[column])
        layout.hubs[f"{band.box.id}#{column}"] = ((x + width / 2, top), ports[column])
        x, bottom = x + width, max(bottom, end)
    return bottom


def _ports(layout: Layout, band: Band, breadths: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Return where the line of each camp meets the option's box, in the order of the camps."""
    spot, camps = layout.spots[band.box.id], [c for c, n in enumerate(breadths) if n]
    step = (BOX_WIDTH - 60) / max(1, len(camps) - 1)
    start = -step * (len(camps) - 1) / 2
    y = spot.y + band.box_height / 2
    return {c: (start + i * step, y) for i, c in enumerate(camps)}


def shared_out(sizes: Sequence[int], places: int) -> list[int]:
    """Share places out by size: one for each that is there, the others to the most crowded.

    >>> shared_out([120, 0, 60, 3, 8], 6)
    [3, 0, 1, 1, 1]
    """
    given = [int(n > 0) for n in sizes]
    while sum(given) < places and any(sizes):
        given[max(range(len(sizes)), key=lambda i: sizes[i] / max(1, given[i]))] += 1
    return given


def _camp(
    layout: Layout,
    blocks: Sequence[Block],
    column: int,
    box: tuple[float, float, float],
    breadth: int,
) -> float:
    """Place one camp's names column by column and return where it ends."""
    x, top, width = box
    rows, cell = ceil(len(blocks) / breadth), width / breadth
    for i, block in enumerate(blocks):
        place = x + i // rows * cell + 14, top + _HEADING + (i % rows + 0.5) * CELL_HEIGHT
        layout.spots[block.id] = Spot(*place, "right")
    bottom = top + _HEADING + rows * CELL_HEIGHT + 4
    layout.zones.append(Zone(x, top, width, bottom - top, column, "block", len(blocks)))
    return bottom + 6
