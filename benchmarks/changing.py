"""What one statement more costs in a graph of a million votes: adding it, and asking again.

Run: python benchmarks/changing.py FILE..., the files being those that `import unvotes` takes.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import stancegraph
from stancegraph.change.home import home_of
from stancegraph.change.operations import added
from stancegraph.model import (
    Bounds,
    Capacity,
    Certainty,
    Evidence,
    EvidenceKind,
    Mode,
    Polarity,
    Source,
    Stance,
)
from stancegraph.stored import StoredGraph

STANCEGRAPH = str(Path(sys.executable).with_name("stancegraph"))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACTOR = "usa"


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(*words: str) -> None:
    subprocess.run([STANCEGRAPH, *words], stdout=subprocess.DEVNULL, check=True)


def report(graph: StoredGraph, n: int) -> tuple[Source, Evidence]:
    """Return a source of a day later than all others, and what an actor says there of an option."""
    day = (graph.last_day or NOON.date()) + timedelta(1)
    when = Bounds(not_before=day, not_after=day)
    source = Source(id=f"report-{n}", title=f"Report {n}", when=when)
    option = list(graph.options)[n % len(graph.options)]
    statement = Evidence(
        id=f"said-{n}",
        kind=EvidenceKind.STATEMENT,
        source=source.id,
        paragraph=1,
        speaker=ACTOR,
        capacity=Capacity.GOVERNMENT,
        principal=ACTOR,
        mode=Mode.DIRECT,
        gist="It is for it.",
        when=when,
        stances=(
            Stance(
                holder=ACTOR,
                option=option,
                polarity=Polarity.SUPPORTS,
                certainty=Certainty.CERTAIN,
            ),
        ),
    )
    return source, statement


def add(path: Path, source: Source, statement: Evidence) -> None:
    change = added({"sources": [source], "evidence": [statement]})
    home_of(path).make(change, who="benchmark", time=NOON)


class Course:
    """A graph and what was measured of it."""

    def __init__(self, path: Path, files: list[str]) -> None:
        self.path = path
        self.rebuilt = seconds(lambda: run("import", "unvotes", *files, "-o", str(path)))
        self.first = seconds(self._ask_first)
        self.taken: dict[str, list[float]] = {}

    def _ask_first(self) -> None:
        graph = stancegraph.load(self.path)
        assert isinstance(graph, StoredGraph)
        self.graph = graph
        self.graph.align(ACTOR)

    def once(self, n: int) -> None:
        """Add a statement and ask, and ask a graph that is opened anew, each by the clock."""
        self._note("add", lambda: add(self.path, *report(self.graph.current(), n)))
        self._note("positions", self._positions)
        self._note("align", lambda: self.graph.align(ACTOR))
        self._note("align, nothing changed", lambda: self.graph.align(ACTOR))
        self._note("all positions", self._all_positions)
        self._note("load and align", lambda: stancegraph.load(self.path).align(ACTOR))
        self._note("process", lambda: run("align", ACTOR, "-g", str(self.path)))

    def _positions(self) -> None:
        now = self.graph.current()
        now.held(now.scope())

    def _all_positions(self) -> None:
        fresh = StoredGraph(self.path)
        fresh.held(fresh.scope())
        fresh.close()

    def _note(self, name: str, work: Callable[[], object]) -> None:
        self.taken.setdefault(name, []).append(seconds(work))

    def median(self, name: str) -> float:
        """Return the median of what was measured, the first left out."""
        return statistics.median(self.taken[name][1:])


def main() -> None:
    """Print what each costs, and how often it goes into making the graph anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=9, help="statements that count (default 9)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder) / "un.duckdb", [str(f) for f in options.files])
        for n in range(options.runs + 1):
            course.once(n)
        told = course.graph.align(ACTOR).to_dict()
        assert told == stancegraph.load(course.path).align(ACTOR).to_dict()
        size, stances = course.path.stat().st_size / 1e6, course.graph.current().store.size
    print(f"{stances:,} stances in a file of {size:.1f} MB; seconds by the clock, medians")
    print(f"{'':46} {'seconds':>8} {'of a rebuild':>13}")
    for title, value in rows(course):
        print(f"{title:46} {value:8.3f} {value / course.rebuilt:12.1%}")


def rows(course: Course) -> list[tuple[str, float]]:
    """Return what is shown."""
    median = course.median
    return [
        ("import all of it again", course.rebuilt),
        ("load and align, the first in a process", course.first),
        ("load and align, later in a process", median("load and align")),
        ("all positions, from the file", median("all positions")),
        ("add one statement", median("add")),
        ("positions again after it", median("positions")),
        ("align again after it", median("align")),
        ("add one, and align again", sum(map(median, ("add", "positions", "align")))),
        ("align, nothing changed", median("align, nothing changed")),
        ("align in a process of its own", median("process")),
    ]


if __name__ == "__main__":
    main()
