"""What importing a million votes and asking the graph cost: whole processes, medians, one run.

Run: python benchmarks/imports.py FILE..., the files being those that `import unvotes` takes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STANCEGRAPH = str(Path(sys.executable).with_name("stancegraph"))
BASE = [sys.executable, "-c", "import numpy, duckdb, click"]


def cost(command: list[str]) -> tuple[float, float, float]:
    """Return the seconds by the clock, the CPU seconds and the peak MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"failed: {' '.join(command)}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print the import, then each question as a multiple of importing what it needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each (default 7)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graph = str(Path(folder) / "un.duckdb")
        files = [str(file) for file in options.files]
        wall, cpu, peak = cost([STANCEGRAPH, "import", "unvotes", *files, "-o", graph])
        print(
            f"import unvotes: {wall:.1f} s, {cpu:.1f} s of CPU (at most 20), {peak:.0f} MB (1500)"
        )
        print(f"the file: {Path(graph).stat().st_size / 1e6:.1f} MB")
        print(f"{'question, in a fresh process':44} {'seconds':>8} {'imports':>8} {'ratio':>6}")
        for words in (["align", "usa"], ["compare", "usa", "gbr"], ["position", "usa"]):
            ask(words, graph, options.runs)


def ask(words: list[str], graph: str, runs: int) -> None:
    """Print what a question costs, run in turn with the imports."""
    command = [STANCEGRAPH, *words, "-g", graph]
    pairs = [(cost(command)[0], cost(BASE)[0]) for _ in range(runs + 1)][1:]
    mine, base = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    bound = "at most 3" if words[0] == "align" else ""
    print(f"{'stancegraph ' + ' '.join(words):44} {mine:8.2f} {base:8.2f} {ratio:6.2f}  {bound}")


if __name__ == "__main__":
    main()
