"""A signed network that somebody already has: a table of who is friend or foe of whom."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stancegraph.read.imported import InvalidFile
from stancegraph.read.tabular import Table, open_table
from stancegraph.suggest import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLUMNS = ("from", "to", "sign")
"""What the table has; other columns can choose rows."""

MOST_ACTORS = 5_000
"""A network of more is not held as a matrix."""

LARGEST = 1e100
"""Sums of larger weights are no numbers any more."""

STDIN = "standard input"
_SHOWN = 12


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SignedEdges:
    """A signed network and where it comes from."""

    path: str
    """As it was given; "-" is standard input."""
    where: Mapping[str, Collection[str]]
    """By column, the values that rows were chosen by."""
    actors: tuple[str, ...]
    """Names as they stand in the file, in their order."""
    network: NDArray[np.float64]
    """Symmetric: above 0 friends, below 0 foes, 0 no tie."""
    repeated: int
    """Rows that say again what another says."""
    told: tuple[str, ...] = ()
    """What had to be supposed to read the file, as its encoding."""


def load_signed_edges(
    path: str | Path, where: Mapping[str, Collection[str]] | None = None
) -> SignedEdges:
    """Read a signed network from a table with columns from, to and sign.

    The columns may come in any order and beside others. A sign is 1 or +1 for friends, -1 for foes,
    or another number whose size is the weight of the tie. Ties have no direction. `where` names
    columns and the values that count. Raises InvalidFile for what is no such network: nothing is
    left out or mended in silence.
    """
    with _opened(str(path)) as table:
        ties, repeated = _ties(table, where or {})
        told = tuple(table.told)
    actors = tuple(sorted({name for pair in ties for name in pair}))
    if len(actors) > MOST_ACTORS:
        raise InvalidFile(
            f"{path}: {len(actors):,} actors, and balance is measured of up to {MOST_ACTORS:,}; "
            "choose rows with --where"
        )
    return SignedEdges(
        path=str(path),
        where=where or {},
        actors=actors,
        network=_matrix(actors, ties),
        repeated=repeated,
        told=told,
    )


@contextmanager
def _opened(path: str) -> Iterator[Table]:
    """Open a table; what comes on standard input is CSV, and errors call it so."""
    with TemporaryDirectory() as folder:
        file = Path(path)
        if path == "-":
            file = Path(folder) / "edges.csv"
            file.write_bytes(sys.stdin.buffer.read())
        try:
            yield open_table(file)
        except InvalidFile as error:
            said = str(error).replace(str(file), STDIN if path == "-" else path)
            remedy = said.replace("state the file's encoding with --encoding", "save it as UTF-8")
            raise InvalidFile(remedy) from None


def _ties(
    table: Table, where: Mapping[str, Collection[str]]
) -> tuple[dict[tuple[str, str], float], int]:
    """Return the weights of ties by the rows that are chosen, and how many rows say one again."""
    header = {name.casefold(): n for n, name in enumerate(table.header)}
    at = [_column(table, header, name) for name in COLUMNS]
    chosen = {_column(table, header, name): values for name, values in where.items()}
    ties: dict[tuple[str, str], tuple[float, int]] = {}
    repeated = 0
    for row, cells in _chosen(table, chosen):
        first, second, weight = _tie(table, row, [cells[n].strip() for n in at])
        pair = (min(first, second), max(first, second))
        if pair in ties:
            _check_same(table, row, pair, weight, *ties[pair])
            repeated += 1
        ties.setdefault(pair, (weight, row))
    return {pair: weight for pair, (weight, _) in ties.items()}, repeated


def _column(table: Table, header: Mapping[str, int], name: str) -> int:
    if name.casefold() in header:
        return header[name.casefold()]
    hint = did_you_mean(name, table.header) or f"; there are {_listed(table.header)}"
    wanted = f"; a signed network has {', '.join(COLUMNS)}" if name in COLUMNS else ""
    raise InvalidFile(f"{table.path}, row 1: no column is called {name!r}{hint}{wanted}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", ..." if names[_SHOWN:] else "")


def _chosen(table: Table, chosen: Mapping[int, Collection[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows whose cells have the values asked for; there must be some."""
    seen: dict[int, dict[str, None]] = {column: {} for column in chosen}
    found = False
    for row, cells in table.rows():
        if len(cells) < len(table.header):
            what = f"{len(cells)} cells where the header has {len(table.header)}; fill the row"
            raise InvalidFile(table.error(row, what))
        for column, values in seen.items():
            values.setdefault(cells[column].strip())
        if all(cells[column].strip() in values for column, values in chosen.items()):
            found = True
            yield row, cells
    if not found:
        column, wanted = next(iter(chosen.items()))
        known = sorted(seen[column])
        value = next((w for w in sorted(wanted) if w not in known), sorted(wanted)[0])
        hint = did_you_mean(value, known) or f"; there are {_listed(known)}"
        name = table.header[column]
        raise InvalidFile(f"{table.path}: no row has {name}={value!r} beside the others{hint}")


def _tie(table: Table, row: int, cells: list[str]) -> tuple[str, str, float]:
    """Read who is tied to whom, and how."""
    first, second, sign = cells
    for name, text in zip(COLUMNS, cells, strict=True):
        if not text:
            raise InvalidFile(table.error(row, f"{name!r} is empty; fill it or leave the row out"))
    if first == second:
        raise InvalidFile(table.error(row, f"{first!r} is tied to itself; leave the row out"))
    weight = _number(sign)
    if weight is None:
        what = f"sign {sign!r} is no number; give 1 for friends, -1 for foes, or a weight"
        raise InvalidFile(table.error(row, what))
    if abs(weight) > LARGEST:
        what = (
            f"sign {sign!r} is too large; give weights in a unit that keeps them below {LARGEST:g}"
        )
        raise InvalidFile(table.error(row, what))
    if weight == 0:
        what = f"sign {sign!r} is neither friend nor foe; leave the row out, which means no tie"
        raise InvalidFile(table.error(row, what))
    return first, second, weight


def _number(text: str) -> float | None:
    """Return a finite number; "+" and "-" alone are signs too, and so is a typeset minus."""
    try:
        number = float({"+": "1", "-": "-1"}.get(text, text.replace("\u2212", "-")))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _check_same(
    table: Table, row: int, pair: tuple[str, str], weight: float, before: float, earlier: int
) -> None:
    if weight != before:
        what = (
            f"{pair[0]!r} and {pair[1]!r} have {weight:g} here and {before:g} in row {earlier}; "
            "keep one, or choose rows with --where"
        )
        raise InvalidFile(table.error(row, what))


def _matrix(actors: Collection[str], ties: Mapping[tuple[str, str], float]) -> NDArray[np.float64]:
    import numpy as np

    at = {name: n for n, name in enumerate(actors)}
    network = np.zeros((len(at), len(at)))
    for (first, second), weight in ties.items():
        network[at[first], at[second]] = network[at[second], at[first]] = weight
    return network
