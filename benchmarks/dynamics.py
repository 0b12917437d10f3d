"""What the measures of an alliance's dynamics cost, and how they agree with other programs.

CPU seconds of all threads, one run each. Run: python benchmarks/dynamics.py SHARED, SHARED being
the folder with data/cow_signed, data/unga_votes_voeten and reference. With leidenalg and igraph
installed the search for coalitions is compared with theirs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from stancegraph.measure.backbone import encounters
from stancegraph.measure.brokerage import betweenness
from stancegraph.measure.change_points import change_points
from stancegraph.measure.frustration import frustration
from stancegraph.measure.partition import exact_partition, gained, searched_partition
from stancegraph.measure.scaling import correspondence_map, ideal_points
from stancegraph.measure.tables import pair_tables

Values = NDArray[np.float64]
T = TypeVar("T")
CHAINS, DRAWS = 4, 4_000


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what was found and the CPU seconds that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def line(what: str, seconds: float, found: str = "") -> None:
    """Print one row: what, its CPU seconds, what was found."""
    print(f"{what:62} {seconds:9.3f}  {found}", flush=True)


def leiden(network: Values, seeds: int) -> float:
    """Return the most that leidenalg gains over so many seeds: friends one layer, foes another."""
    igraph, leidenalg = import_module("igraph"), import_module("leidenalg")
    first, second = np.nonzero(np.triu(network, 1))
    layers = []
    for sign in (1, -1):
        of_sign = sign * network[first, second] > 0
        ties = list(zip(first[of_sign].tolist(), second[of_sign].tolist(), strict=True))
        graph = igraph.Graph(len(network), ties)
        graph.es["weight"] = np.abs(network[first, second])[of_sign].tolist()
        layers.append(graph)
    best = -np.inf
    for seed in range(seeds):
        optimiser = leidenalg.Optimiser()
        optimiser.set_rng_seed(seed)
        parts = [
            leidenalg.CPMVertexPartition(layer, weights="weight", resolution_parameter=0)
            for layer in layers
        ]
        optimiser.optimise_partition_multiplex(parts, layer_weights=[1, -1], n_iterations=-1)
        best = max(best, gained(network, parts[0].membership))
    return best


def balance(networks: dict[str, Values]) -> None:
    """Find the frustration index of every window."""
    found = {name: timed(lambda n=n: frustration(n)) for name, n in networks.items()}
    exact = sum(result.is_exact for result, _ in found.values())
    slowest, (_, seconds) = max(found.items(), key=lambda item: item[1][1])
    total = sum(spent for _, spent in found.values())
    line(f"frustration index, {len(found)} windows of states", total, f"{exact} exact")
    line(f"  the slowest of them, {slowest}", seconds)


def plainly(network: Values) -> tuple[float, float]:
    """Find the frustration index by the plain program, without conditions on triangles.

    A side for each actor, an odd tie for each tie, and two conditions a tie (Aref and Neal 2020).
    Returns the index and its bound.
    """
    first, second = np.nonzero(np.triu(network, 1))
    friends = network[first, second] > 0
    actors, ties = len(network), len(first)
    odd = actors + np.arange(ties)
    # Of friends f >= y_i - y_j and f >= y_j - y_i,
    # of foes f >= y_i + y_j - 1 and f >= 1 - y_i - y_j.
    sign = np.where(friends, -1.0, 1.0)
    one, other = np.ones(ties), np.full(ties, -1.0)
    rows = np.concatenate([np.arange(ties)] * 3 + [ties + np.arange(ties)] * 3)
    columns = np.concatenate([first, second, odd] * 2)
    factors = np.concatenate([one, sign, other, other, -sign, other])
    matrix = csr_array((factors, (rows, columns)), shape=(2 * ties, actors + ties))
    most = np.concatenate([np.where(friends, 0.0, 1.0), np.where(friends, 0.0, -1.0)])
    low = np.zeros(actors + ties)
    low[np.abs(network).sum(axis=0).argmax()] = 1
    found = milp(
        np.concatenate([np.zeros(actors), one]),
        integrality=np.arange(actors + ties) < actors,
        bounds=Bounds(low, 1),
        constraints=LinearConstraint(matrix, -np.inf, most),
        options={"time_limit": 600.0, "mip_rel_gap": 0.0},
    )
    return round(float(found.fun), 6), float(found.mip_dual_bound)


def largest(networks: dict[str, Values]) -> None:
    """Find the frustration index of the window with most ties in two ways."""
    name = max(networks, key=lambda n: np.count_nonzero(networks[n]))
    network = np.sign(networks[name])
    ours, seconds = timed(lambda: frustration(network))
    what = f"frustration index, {name}, {np.count_nonzero(network) // 2:,} ties"
    line(what, seconds, f"{ours.value:g}, exact: {ours.is_exact}")
    (value, bound), plain = timed(lambda: plainly(network))
    found = f"{value:g}, at least {bound:.3f}; {plain / seconds:.1f} times ours"
    line("  without conditions on triangles", plain, found)


def coalitions(networks: dict[str, Values]) -> None:
    """Divide every window by proof and by search, and by leidenalg."""
    proofs = {
        name: timed(lambda n=n: exact_partition(n, seconds=60)) for name, n in networks.items()
    }
    best = {name: result.value for name, (result, _) in proofs.items() if result.is_exact}
    spent = [seconds for _, seconds in proofs.values()]
    line("coalitions, the same windows, proven", sum(spent), f"{len(best)} proven")
    line("  the slowest of them", max(spent))
    searches: dict[str, Callable[[Values], float]] = {
        "searched": lambda n: searched_partition(n).value
    }
    if find_spec("leidenalg"):
        searches["by leidenalg, best of 30 seeds"] = lambda n: leiden(n, 30)
    for how, search in searches.items():
        found = {name: timed(lambda n=n, s=search: s(n)) for name, n in networks.items()}
        equal = sum(abs(found[name][0] - value) < 1e-6 for name, value in best.items())
        seconds = sum(spent for _, spent in found.values())
        line(f"coalitions, the same windows, {how}", seconds, f"{equal} of {len(best)} equal")


def hard(actors: int, trials: int) -> None:
    """Divide networks without any structure, where searches differ."""
    rng = np.random.default_rng(5)
    networks = []
    for _ in range(trials):
        upper = np.triu(rng.normal(size=(actors, actors)), 1)
        networks.append(upper + upper.T)
    ours, seconds = timed(lambda: [searched_partition(n).value for n in networks])
    line(f"{trials} networks of {actors} drawn at random, searched", seconds)
    if find_spec("leidenalg"):
        theirs, seconds = timed(lambda: [leiden(n, 100) for n in networks])
        better = sum(a > b + 1e-6 for a, b in zip(ours, theirs, strict=True))
        worse = sum(a < b - 1e-6 for a, b in zip(ours, theirs, strict=True))
        found = f"ours gains more in {better}, less in {worse}"
        line("  by leidenalg, best of 100 seeds", seconds, found)


def large(actors: int) -> None:
    """Divide a large network of four noisy camps, from three beginnings."""
    rng = np.random.default_rng(3)
    camp = rng.integers(0, 4, actors)
    signs = np.where(camp[:, None] == camp, 1.0, -1.0)
    turned = np.where(rng.random(signs.shape) < 0.2, -signs, signs)
    upper = np.triu(turned * rng.random(signs.shape), 1)
    found, seconds = timed(lambda: searched_partition(upper + upper.T, starts=3))
    line(
        f"four noisy camps of {actors} in all, searched, 3 starts", seconds, f"{found.count} camps"
    )


def united_nations(shared: Path) -> None:
    """Place, tie and cut what a session of the UN voted."""
    scaling = import_module("test_scaling")
    countries, levels = scaling.session_of(shared, "73")
    sides = np.where(levels == 0, -1, levels).astype(np.int8)
    anchor = countries.index("United States")
    what = f"{len(countries)} states, {levels.shape[1]} roll calls"
    quick, seconds = timed(lambda: correspondence_map(sides, anchor=anchor))
    line(f"correspondence map, {what}", seconds)
    found, seconds = timed(lambda: ideal_points(sides, anchor=anchor))
    line(f"ideal points, {what}", seconds, f"{len(found.options)} roll calls count")
    voted = sides[:, found.options]
    chains, seconds = timed(
        lambda: [scaling.gibbs(voted, draws=DRAWS, burned=500, seed=s)[0] for s in range(CHAINS)]
    )
    # The sign of a chain is free: all turned as the first.
    places = np.mean([x * np.sign(x @ chains[0]) for x in chains], axis=0)
    line(f"  {CHAINS} x {DRAWS:,} draws of a probit model's posterior", seconds)
    for name, place in (("ideal points", found.place), ("correspondence map", quick.place)):
        line(f"  {name}: correlation with them", 0, f"{abs(np.corrcoef(place, places)[0, 1]):.4f}")
    _, seconds = timed(lambda: encounters((levels == 1).astype(np.int64)))
    line(f"encounters of yes, {what}", seconds)
    tables = pair_tables(levels)
    with np.errstate(invalid="ignore"):
        agreed = np.nan_to_num(np.trace(tables) / tables.sum(axis=(0, 1)))
    np.fill_diagonal(agreed, 0)
    ours, seconds = timed(lambda: betweenness(agreed))
    line(f"betweenness, {len(countries)} states, all tied", seconds)
    graph = nx.from_numpy_array(agreed)
    for _, _, tie in graph.edges(data=True):
        tie["length"] = 1 / tie["weight"]
    theirs, seconds = timed(
        lambda: nx.betweenness_centrality(graph, weight="length", normalized=False)
    )
    apart = float(np.abs(ours - list(theirs.values())).max())
    line("  by networkx, to which ways of equal length may differ", seconds, f"off by {apart:.3g}")


QUESTIONS: dict[str, tuple[str, ...]] = {
    "blocs": ("blocs", "--ties", "chance"),
    "outliers": ("outliers", "--ties", "chance"),
    "balance": ("balance",),
    "brokers": ("brokers",),
    "backbone": ("backbone",),
    "polarization": ("polarization", "--ties", "chance"),
    "map": ("map",),
    "map --by irt": ("map", "--by", "irt"),
    "change-points": ("change-points", "rus", "--with", "usa"),
}
"""What is asked of a session, and of all votes where that is not too much."""


def asked(shared: Path) -> None:
    """Ask a graph's file of all votes, each question by the command line in this process."""
    main_command = import_module("stancegraph.cli").main
    folder = shared / "data/unga_votes_voeten"
    files = [str(folder / f"unga_{n}.csv.gz") for n in ("votes", "roll_calls", "issues")]
    with tempfile.TemporaryDirectory() as place:
        graph = str(Path(place) / "un.duckdb")
        with redirect_stdout(sys.stderr):
            main_command(["import", "unvotes", *files, "-o", graph], standalone_mode=False)
        for which, narrowed in (("session 73", ("--filter", "session=73")), ("all votes", ())):
            for name, words in QUESTIONS.items():
                if name != "map --by irt" or narrowed:
                    given = [*words, *narrowed, "-g", graph, "-f", "json", "-o", os.devnull]
                    _, seconds = timed(lambda g=given: main_command(g, standalone_mode=False))
                    line(f"{name}, {which}", seconds)
        layouts(graph)


def layouts(graph: str) -> None:
    """Place the network of a session's blocs, and by the springs of networkx."""
    drawn_of = import_module("stancegraph.view.figures.picture").drawn_of
    paper = import_module("stancegraph.view.figures.drawn").Paper
    words = import_module("stancegraph.view.words").words_of("en")
    load = import_module("stancegraph.graph").load
    answer = load(graph).balance(filters={"session": ["73"]}, seconds=5)
    (web,) = [figure for figure in answer.figures if type(figure).__name__ == "Web"]
    _, seconds = timed(lambda: drawn_of(web, paper(width=920, words=words)))
    line(f"network of {len(web.nodes)} states and {len(web.ties)} ties, drawn", seconds)
    network = nx.Graph((tie.a, tie.b) for tie in web.ties)
    _, springs = timed(lambda: nx.spring_layout(network, seed=1))
    line("  its places alone by the springs of networkx", springs, f"{springs / seconds:.2f} times")


def noise() -> None:
    """Count breaks where there are none."""
    rng = np.random.default_rng(0)
    for shortest in (2, 4):
        for points in (8, 20, 60):
            series = rng.normal(size=(500, points))
            found, seconds = timed(
                lambda s=series, k=shortest: [change_points(x, shortest=k) for x in s]
            )
            share = np.mean([changes is not None and bool(changes.breaks) for changes in found])
            what = f"breaks in 500 x {points} points of noise, stretches of {shortest}"
            line(what, seconds, f"{share:.0%} of series")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="the folder of data and reference values")
    shared = parser.parse_args().shared
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    windows = import_module("signed_networks").windows_of(shared)
    networks = dict(list(windows.items())[::2])
    balance(networks)
    largest(windows)
    coalitions(networks)
    hard(60, 12)
    large(1500)
    united_nations(shared)
    asked(shared)
    noise()


if __name__ == "__main__":
    main()
