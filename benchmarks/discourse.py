"""What discourse networks cost, against going through the pairs one by one, in one run.

Run: python benchmarks/discourse.py
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations, islice

import numpy as np

from stancegraph.measure.discourse import (
    Aggregation,
    Design,
    Network,
    Normalization,
    one_mode,
    two_mode,
)
from stancegraph.measure.discourse_statements import (
    Duplicates,
    Statements,
    boolean,
    integer,
    statements,
    text,
    without_duplicates,
)
from stancegraph.measure.discourse_windows import Unit, windows

DNA_SECONDS = 6.5
"""What DNA 3.0.11.5 took for congruence of 200 actors, 1,000 concepts and 100,000 statements."""
SAMPLED_PAIRS = 1_000
CONGRUENCE = Design("who", "what", "agrees", Aggregation.CONGRUENCE)


def debate(actors: int, concepts: int, count: int, *, seed: int = 1) -> Statements:
    """Make statements of random actors on random concepts over ten years, five to a document."""
    random = np.random.default_rng(seed)
    days = random.integers(0, 3_650, count // 5 + 1)
    document = np.arange(count) // 5
    return statements(
        {
            "who": text([f"actor {n}" for n in random.integers(0, actors, count).tolist()]),
            "what": text([f"concept {n}" for n in random.integers(0, concepts, count).tolist()]),
            "agrees": boolean(random.integers(0, 2, count).tolist()),
            "scale": integer(random.integers(-2, 3, count).tolist(), span=(-2, 2)),
        },
        time=np.datetime64("2010-01-01", "s") + (days[document] * 86_400).astype("timedelta64[s]"),
        document=document,
    )


def seconds(job: Callable[[], object], runs: int) -> float:
    """Return the median time of a job by the clock, after one run that does not count."""
    job()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def pair_by_pair(table: Statements, network: Network) -> float:
    """Compute congruence of some pairs plainly, compare, and return the seconds for all pairs."""
    who, what, agrees = (table.columns[name].codes.tolist() for name in ("who", "what", "agrees"))
    said: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    start = time.perf_counter()
    for actor, concept, side in zip(who, what, agrees, strict=True):
        said[actor][concept, side] += 1
    counted = time.perf_counter()
    pairs = list(islice(combinations(sorted(said), 2), SAMPLED_PAIRS))
    found = [
        sum(n * said[b][key] for key, n in said[a].items() if key in said[b]) for a, b in pairs
    ]
    stop = time.perf_counter()
    if found != [network.matrix[a, b] for a, b in pairs]:
        raise SystemExit("the two ways disagree")
    scale = len(said) * (len(said) - 1) / 2 / len(pairs)
    return counted - start + (stop - counted) * scale


def main() -> None:
    """Print one line for each job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each (default 9)")
    runs = parser.parse_args().runs
    table = debate(200, 1_000, 100_000)
    by = ["who", "what", "agrees"]
    cosine = Design("who", "what", "agrees", Aggregation.SUBTRACT, Normalization.COSINE)
    jaccard = Design("who", "what", "agrees", Aggregation.SUBTRACT, Normalization.JACCARD)
    scale = Design("who", "what", "scale", Aggregation.CONGRUENCE, Normalization.AVERAGE)
    activity = Design("who", "what", "agrees", Aggregation.SUBTRACT, Normalization.ACTIVITY)
    wide = debate(5_000, 5_000, 100_000)
    jobs: dict[str, Callable[[], object]] = {
        "make the table": lambda: debate(200, 1_000, 100_000),
        "duplicates document": lambda: without_duplicates(table, Duplicates.DOCUMENT, by),
        "duplicates week": lambda: without_duplicates(table, Duplicates.WEEK, by),
        "one-mode congruence": lambda: one_mode(table, CONGRUENCE),
        "one-mode subtract, cosine": lambda: one_mode(table, cosine),
        "one-mode subtract, jaccard": lambda: one_mode(table, jaccard),
        "one-mode congruence, 5 levels": lambda: one_mode(table, scale),
        "two-mode subtract, activity": lambda: two_mode(table, activity),
        "120 windows of a year, by months": lambda: [
            one_mode(window.statements, CONGRUENCE) for window in windows(table, 12, Unit.MONTHS)
        ],
        "congruence of 5,000 x 5,000": lambda: one_mode(wide, CONGRUENCE),
    }
    print("100,000 statements, 200 actors, 1,000 concepts unless said otherwise")
    took = {}
    for title, job in jobs.items():
        took[title] = seconds(job, runs)
        print(f"{title:36} {took[title]:9.4f} s")
    mine = took["one-mode congruence"]
    plain = pair_by_pair(table, one_mode(table, CONGRUENCE))
    for title, other in (
        ("congruence pair by pair, scaled up", plain),
        ("congruence in DNA, not in this run", DNA_SECONDS),
    ):
        print(f"{title:36} {other:9.4f} s, {other / mine:6.0f} times")


if __name__ == "__main__":
    main()
