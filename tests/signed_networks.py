"""Signed networks that several test files read or draw."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Values = NDArray[np.float64]
Edge = tuple[str, str, float]


def network_of(edges: list[Edge]) -> tuple[list[str], Values]:
    names = sorted({name for edge in edges for name in edge[:2]})
    at = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for first, second, sign in edges:
        matrix[at[first], at[second]] = matrix[at[second], at[first]] = sign
    return names, matrix


def tribes_of(shared: Path) -> tuple[list[str], Values]:
    with (shared / "reference/tribes_edges.csv").open(encoding="utf-8", newline="") as file:
        return network_of([(r["X1"], r["X2"], float(r["sign"])) for r in csv.DictReader(file)])


def windows_of(shared: Path) -> dict[str, Values]:
    """The networks of states, by window."""
    edges = defaultdict[str, list[Edge]](list)
    with (shared / "data/cow_signed/cow_windows.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            edges[row["window"]].append((row["from"], row["to"], float(row["sign"])))
    return {window: network_of(rows)[1] for window, rows in edges.items()}


def karate_of(shared: Path) -> Values:
    with (shared / "reference/karate_weighted.csv").open(encoding="utf-8", newline="") as file:
        return np.array([[float(x) for x in row[1:]] for row in list(csv.reader(file))[1:]])


def signed(draw: st.DrawFn, actors: int) -> Values:
    pairs = actors * (actors - 1) // 2
    weights = draw(st.lists(st.integers(-4, 4), min_size=pairs, max_size=pairs))
    matrix = np.zeros((actors, actors))
    matrix[np.triu_indices(actors, 1)] = weights
    return matrix + matrix.T


@st.composite
def networks(draw: st.DrawFn) -> Values:
    return signed(draw, draw(st.integers(0, 7)))
