"""What a command costs to start, against what its parts cost: whole processes, medians, one run.

Run: python benchmarks/start.py
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

STANCEGRAPH = str(Path(sys.executable).with_name("stancegraph"))
PAIRS = [
    ("stancegraph --help", [STANCEGRAPH, "--help"], "click", 1.5),
    (
        "stancegraph who allied-interception",
        [STANCEGRAPH, "who", "allied-interception"],
        "rdflib",
        3,
    ),
    ("stancegraph align pol", [STANCEGRAPH, "align", "pol"], "rdflib", 3),
    ("stancegraph compare pol deu", [STANCEGRAPH, "compare", "pol", "deu"], "rdflib", 3),
    ("stancegraph sparql same-side", [STANCEGRAPH, "sparql", "same-side"], "rdflib", None),
]


def ratio(command: list[str], module: str, runs: int) -> tuple[float, float, float]:
    """Return the medians of a command and of importing a module, run in turn, and their ratio."""
    other = [sys.executable, "-c", f"import {module}"]
    pairs = [(wall(command), wall(other)) for _ in range(runs + 1)][1:]
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    return mine, theirs, statistics.median(a / b for a, b in pairs)


def wall(command: list[str]) -> float:
    """Return the seconds that one run of a command takes by the clock."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print one line for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each (default 15)")
    runs = parser.parse_args().runs
    print(f"{'command':38} {'seconds':>8} {'import':>8} {'seconds':>8} {'ratio':>6} {'at most':>8}")
    for title, command, module, most in PAIRS:
        mine, theirs, times = ratio(command, module, runs)
        limit = f"{most:8.1f}" if most else f"{'none':>8}"
        print(f"{title:38} {mine:8.3f} {module:>8} {theirs:8.3f} {times:6.2f} {limit}")


if __name__ == "__main__":
    main()
