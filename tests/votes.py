"""Real votes as matrices of levels, read from the data beside the project."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stancegraph.measure.levels import LevelMatrix, sparse_levels, to_matrix


def general_assembly_since(folder: Path, date: str) -> tuple[dict[str, int], LevelMatrix]:
    """Return the countries' rows and their votes from a day on: -1 no, 0 abstain, 1 yes."""
    levels = {"Y": 1, "A": 0, "N": -1}
    votes = [
        (row["country_code"], row["undl_id"], levels[row["vote"]])
        for row in _rows(folder / "undl_votes_2025/undl_votes.csv.gz")
        if row["body"] == "GA" and row["date"] >= date and row["vote"] in levels
    ]
    return _matrix(votes)


def all_roll_calls(folder: Path) -> tuple[dict[str, int], LevelMatrix]:
    """Return the countries' rows and all their votes of 1946 to 2020."""
    levels = {"yes": 1, "abstain": 0, "no": -1}
    votes = [
        (row["country"], row["rcid"], levels[row["vote"]])
        for row in _rows(folder / "unga_votes_voeten/unga_votes.csv.gz")
    ]
    return _matrix(votes)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _matrix(votes: list[tuple[str, str, int]]) -> tuple[dict[str, int], LevelMatrix]:
    actors = {name: row for row, name in enumerate(sorted({vote[0] for vote in votes}))}
    options = {name: column for column, name in enumerate(sorted({vote[1] for vote in votes}))}
    cells = np.array([(actors[a], options[o], level) for a, o, level in votes])
    sparse = sparse_levels(*cells.T, shape=(len(actors), len(options)))
    return actors, to_matrix(sparse)
