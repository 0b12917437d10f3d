"""A graph of some real roll calls of the United Nations, from the data beside the project."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from click.testing import CliRunner

import stancegraph
from stancegraph.cli import main
from stancegraph.stored import StoredGraph


def graph_of_session(shared: Path, folder: Path, session: int, count: int) -> StoredGraph:
    """Import the first so many roll calls of a session into a graph's file."""
    source = shared / "data" / "unga_votes_voeten"
    votes, calls = (source / f"unga_{n}.csv.gz" for n in ("votes", "roll_calls"))
    rows = [row for row in _rows(calls) if row["session"] == str(session)][:count]
    wanted = {row["rcid"] for row in rows}
    _write(folder / "calls.csv", rows)
    _write(folder / "votes.csv", [row for row in _rows(votes) if row["rcid"] in wanted])
    path = folder / "votes.duckdb"
    words = ["import", "unvotes", folder / "votes.csv", folder / "calls.csv", "-o", path]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)
    return graph


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
