"""Who listens to whom, as somebody wrote it in a table: from, to, weight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from stancegraph.read.imported import InvalidFile
from stancegraph.read.tabular import Table, open_table

COLUMNS = ("from", "to", "weight")
"""`from` listens to `to`; where both are the same, it holds on to its own view."""


@dataclass(frozen=True, slots=True)
class Listens:
    """One row: how much one listens to another, compared with its other rows."""

    row: int
    """As a spreadsheet numbers it."""
    listener: str
    """As written."""
    heard: str
    weight: float


def load_influence(path: Path) -> tuple[Listens, ...]:
    """Read who listens to whom from a table with the columns from, to and weight.

    Further columns are left alone. Raises InvalidFile for a missing column, a missing name and a
    weight that is no number of 0 or more.
    """
    table = open_table(path)
    header = [name.casefold() for name in table.header]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise InvalidFile(
            f"{path}: there is no column {missing[0]!r} but {', '.join(table.header)}; "
            "it needs from, to and weight, one row for each whom 'from' listens to"
        )
    places = [header.index(name) for name in COLUMNS]
    return tuple(_listens(table, row, cells, places) for row, cells in table.rows())


def _listens(table: Table, row: int, cells: list[str], places: list[int]) -> Listens:
    listener, heard, weight = (cells[n].strip() if n < len(cells) else "" for n in places)
    for name, value in zip(COLUMNS, (listener, heard, weight), strict=True):
        if not value:
            raise InvalidFile(table.error(row, f"{name!r} is empty; write 'pol,usa,0.5'"))
    return Listens(row, listener, heard, _weight(table, row, weight))


def _weight(table: Table, row: int, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if math.isfinite(weight) and weight >= 0:
        return weight
    remedy = "write a number of 0 or more, with a point, as in 0.25"
    raise InvalidFile(table.error(row, f"weight {text!r}: {remedy}"))
