"""Measure one question at growing sizes, by the embedded engine, local Spark and SPARQL.

Run: python benchmarks/scale.py FOLDER [--sizes 1e5 1e6] [--sparql-up-to 1e6] [--write]

Graphs are made by benchmarks/generate.py in FOLDER where they are not there yet, of about 15 MB a
million stances; Spark's shuffle goes to SPARK_LOCAL_DIRS, by default /tmp. What was measured is
kept in FOLDER, so that sizes can be measured on different days; `--write` puts all of it into
docs/scale.md.

The question is who stands with one actor of 2,000 (`stancegraph align a0001`), from the start of
the program to its end. Memory is the peak of the sum over all its processes. SPARQL is the shipped
query `align` over Oxigraph: the first time with making its index, the second time without.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generate import generate

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PROGRAM = (sys.executable, "-m", "stancegraph")
ALIGN = ("align", "a0001", "-f", "csv")
SPARQL = ("sparql", "align", "--with", "actor=a0001", "-f", "csv")
MEGABYTE = 1_000_000


def main() -> None:
    """Measure what the command line asks for, print all that is known, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=float, nargs="*", default=[1e5, 1e6])
    parser.add_argument("--sparql-up-to", type=float, default=1e6)
    parser.add_argument("--spark-memory", default="8g", help="of Spark's driver")
    parser.add_argument("--limit", type=float, default=3_600, help="seconds for each run")
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    kept = asked.folder / "measured.json"
    known: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    for size in map(int, asked.sizes):
        graph = asked.folder / f"g{size}"
        known[str(size)] = _measured(size, graph, asked, has_sparql=size <= asked.sparql_up_to)
        kept.write_text(json.dumps(known, indent=1))
    told = _told(known)
    print(told, end="")
    if asked.write:
        _write(told)


def _measured(
    size: int, graph: Path, asked: argparse.Namespace, *, has_sparql: bool
) -> dict[str, Any]:
    if not graph.exists():
        generate(size, graph)
    manifest = json.loads((graph / "manifest.json").read_text())
    stances = sum(n for name, n in manifest["rows"].items() if name.startswith("stance/"))
    found: dict[str, Any] = {"stances": stances, "parquet": _size(graph)}
    conf = ("--spark-conf", f"spark.driver.memory={asked.spark_memory}")
    at = ("-g", str(graph))
    found["embedded"] = _run([*ALIGN, *at], asked.limit)
    found["spark"] = _run([*ALIGN, *at, "--engine", "spark", *conf], asked.limit)
    if has_sparql:
        found["sparql first"] = _run([*SPARQL, *at], asked.limit)
        found["sparql"] = _run([*SPARQL, *at], asked.limit)
        found["index"] = _size(graph.with_name(f"{graph.name}.rdf"))
    return found


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _run(words: Sequence[str], limit: float) -> dict[str, Any]:
    """Run the program; return seconds, the peak of its memory, and how it ended where not well."""
    started = time.perf_counter()
    is_late = False
    with subprocess.Popen(
        [*PROGRAM, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory_of(process.pid))
            is_late = time.perf_counter() - started > limit
            if is_late:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.1)
        said = process.stderr.read().decode() if process.stderr else ""
    found: dict[str, Any] = {"seconds": time.perf_counter() - started, "peak": peak}
    if is_late:
        found["ended"] = "not done"
    elif process.returncode:
        found["ended"] = "out of memory" if process.returncode < 0 else said.strip()[-200:]
    return found


def _memory_of(session: int) -> int:
    """Return the memory of all processes of a session, in bytes."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:  # it has ended meanwhile
            continue
    return total


def _told(known: dict[str, Any]) -> str:
    """Return what was measured as a table."""
    lines = [
        "| stances | Parquet | embedded | local Spark | SPARQL, index made | SPARQL | its index |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for found in sorted(known.values(), key=lambda f: f["stances"]):
        cells = [
            f"{found['stances']:,}",
            _megabytes(found["parquet"]),
            *(_cell(found.get(n)) for n in ("embedded", "spark", "sparql first", "sparql")),
            _megabytes(found.get("index")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(run: dict[str, Any] | None) -> str:
    if run is None:
        return ""
    if "ended" in run:
        return f"{run['ended']} after {run['seconds']:.0f} s"
    return f"{run['seconds']:.1f} s, {_megabytes(run['peak'])}"


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / MEGABYTE:,.0f} MB"


def _write(told: str) -> None:
    """Put the table in its place on the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    machine = f"On a machine with {os.cpu_count()} cores:\n\n"
    PAGE.write_text(f"{before}{BEGIN}{machine}{told}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
