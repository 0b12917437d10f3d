"""What counting all pairs costs, against other ways to count them: CPU seconds, medians, one run.

Run: python benchmarks/pairs.py [VOTES], VOTES being unga_votes.csv.gz (rcid, country, ..., vote);
without it the same number of votes is drawn at random.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import resource
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from stancegraph.measure.levels import (
    MISSING,
    LevelMatrix,
    SparseLevels,
    density,
    sparse_levels,
    to_matrix,
)
from stancegraph.measure.pairs import Kernel, count_against, count_blocks, count_pairs

VOTES = {"yes": 1, "abstain": 0, "no": -1}
KERNELS: list[Kernel] = ["bits", "products"]
COMPILED: list[Kernel] = ["compiled bits", "compiled lists"]


def cpu(work: Callable[[], object], runs: int) -> float:
    """Return the median CPU seconds, of all threads, of some runs after a first."""
    times = []
    for _ in range(runs + 1 if runs > 1 else 1):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times[1:] or times)


def real_votes(path: Path) -> LevelMatrix:
    """Read the votes, a row a country, a column a roll call."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [(r["country"], r["rcid"], VOTES[r["vote"]]) for r in csv.DictReader(file)]
    actors, options = ({x: i for i, x in enumerate(sorted({r[k] for r in rows}))} for k in (0, 1))
    columns = ([actors[r[0]] for r in rows], [options[r[1]] for r in rows], [r[2] for r in rows])
    return to_matrix(sparse_levels(*columns, shape=(len(actors), len(options))))


def drawn(actors: int, options: int, filled: float) -> SparseLevels:
    """Draw which cells are filled, and with what."""
    rng = np.random.default_rng(1)
    cells = np.flatnonzero(rng.random(actors * options, dtype=np.float32) < filled)
    who, what = np.divmod(cells, options)
    return sparse_levels(who, what, rng.integers(-1, 2, len(cells)), shape=(actors, options))


def by_networkx(levels: LevelMatrix) -> object:
    """Project actors on the options that they hold alike and that they hold at all."""
    agree = nx.bipartite.weighted_projected_graph(*_bipartite(levels, by_level=True))
    return agree, nx.bipartite.weighted_projected_graph(*_bipartite(levels, by_level=False))


def _bipartite(levels: LevelMatrix, *, by_level: bool) -> tuple[nx.Graph, list[int]]:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(levels)))
    for actor, option in np.argwhere(levels != MISSING).tolist():
        graph.add_edge(actor, ("option", option, int(levels[actor, option]) if by_level else 0))
    return graph, list(range(len(levels)))


def by_blas(levels: LevelMatrix) -> object:
    """Multiply zeros and ones in 32 bits: a column for each level of an option, and presence."""
    one_hot = np.concatenate([levels == k for k in (-1, 0, 1)], axis=1).astype(np.float32)
    present = (levels != MISSING).astype(np.float32)
    agree, shared = one_hot @ one_hot.T, present @ present.T
    return agree, shared - agree


def by_bit_sets(levels: LevelMatrix) -> object:
    """Compare packed rows, one against all."""
    packed = [_words(levels == k) for k in (-1, 0, 1)]
    present = _words(levels != MISSING)
    agree, shared = np.empty((2, len(levels), len(levels)), dtype=np.int32)
    for i in range(len(levels)):
        same = packed[0][i] & packed[0] | packed[1][i] & packed[1] | packed[2][i] & packed[2]
        agree[i] = np.bitwise_count(same).sum(axis=1)
        shared[i] = np.bitwise_count(present[i] & present).sum(axis=1)
    return agree, shared - agree


def _words(cells: np.ndarray) -> np.ndarray:
    padded = np.pad(cells, ((0, 0), (0, -cells.shape[1] % 64)))
    return np.packbits(padded, axis=1).view(np.uint64)


def by_scipy(levels: SparseLevels) -> object:
    """Multiply sparse matrices of zeros and ones."""
    actors, options = levels.shape
    ones = np.ones(len(levels.levels), dtype=np.int32)
    columns = levels.options.astype(np.int64) * 3 + levels.levels + 1
    one_hot = csr_array((ones, columns, levels.starts), shape=(actors, 3 * options))
    present = csr_array((ones, levels.options, levels.starts), shape=levels.shape)
    agree, shared = one_hot @ one_hot.T, present @ present.T
    return agree, shared


def line(what: str, seconds: float, ours: float | None = None, at_least: str = "") -> None:
    """Print one row: what, its CPU seconds, how many times ours."""
    times = "" if ours is None else f"{seconds / ours:9.1f}"
    print(f"{what:58} {seconds:10.4f} {times:>9}  {at_least}", flush=True)


def un_votes(levels: LevelMatrix, runs: int) -> None:
    """Count all pairs of a well-filled matrix."""
    filled = f"{levels.shape[0]} x {levels.shape[1]}, {density(levels):.0%} filled"
    kernels = [*KERNELS, *(COMPILED if find_spec("numba") else [])]
    ours = cpu(lambda: count_pairs(levels), runs)
    line(f"all pairs, {filled}", ours)
    for kernel in kernels:
        line(f"  kernel {kernel}", cpu(lambda k=kernel: count_pairs(levels, kernel=k), runs), ours)
    line("  bit sets, row by row", cpu(lambda: by_bit_sets(levels), runs), ours, "at least 0.5")
    line("  BLAS, one-hot float32", cpu(lambda: by_blas(levels), runs), ours, "at least 0.5")
    line("  networkx projections", cpu(lambda: by_networkx(levels), 1), ours, "at least 500")
    line("one against all", cpu(lambda: count_against(levels, 0), runs))


def wide_and_sparse(runs: int) -> None:
    """Count all pairs of 10,000 actors on 10,000 options."""
    for filled, least in ((0.01, "at least 3"), (0.05, "at least 2")):
        levels = drawn(10_000, 10_000, filled)
        # In turn, so that both have the same machine.
        count_pairs(levels)
        pairs = [
            (cpu(lambda x=levels: count_pairs(x), 1), cpu(lambda x=levels: by_scipy(x), 1))
            for _ in range(runs)
        ]
        ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
        line(f"all pairs, 10,000 x 10,000, {filled:.0%} filled", ours)
        line("  scipy.sparse products", theirs, ours, least)


def large(runs: int) -> None:
    """Count ten million positions, and one actor among fifty thousand."""
    for options in (5_000, 20_000, 100_000):
        levels = drawn(2_000, options, 10_000_000 / (2_000 * options))
        title = f"10 million positions, 2,000 x {options:,}"
        line(title, cpu(lambda x=levels: count_pairs(x), runs), None, "at most 5 s")
    many = drawn(50_000, 2_000, 0.01)
    line("one against 50,000", cpu(lambda: count_against(many, 7), runs))
    line("a block of them", cpu(lambda: next(count_blocks(many)), runs))
    print(f"{'peak memory of the process so far, MB':58} {_peak():10.0f}")


def switch(runs: int) -> None:
    """Show from which density on which kernel is quickest."""
    kernels = [*KERNELS, *(COMPILED if find_spec("numba") else [])]
    print(f"{'where the kernel changes':42}" + "".join(f"{kernel:>16}" for kernel in kernels))
    shapes = [(200, 6_000), (2_000, 5_000)]
    for (actors, options), filled in itertools.product(shapes, (0.01, 0.03, 0.1, 0.2, 0.3, 0.5)):
        levels = to_matrix(drawn(actors, options, filled))
        found = [cpu(lambda k=k, x=levels: count_pairs(x, kernel=k), runs) for k in kernels]
        title = f"  {actors:,} x {options:,}, {filled:.0%} filled"
        print(f"{title:42}" + "".join(f"{seconds:16.4f}" for seconds in found), flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print one line for each way of counting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("votes", nargs="?", type=Path, help="unga_votes.csv.gz")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (default 5)")
    options = parser.parse_args()
    print(f"{'':58} {'CPU s':>10} {'of ours':>9}")
    large(max(1, options.runs // 2))
    levels = real_votes(options.votes) if options.votes else to_matrix(drawn(200, 6_203, 0.7))
    un_votes(levels, 3 * options.runs)
    switch(options.runs)
    wide_and_sparse(max(1, options.runs // 2))


if __name__ == "__main__":
    main()
