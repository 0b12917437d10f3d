"""What RDF costs: rdflib against Oxigraph by size, writing against parsing, the index of a file.

Run: python benchmarks/sparql.py FILE..., the files being those that `import unvotes` takes. With
--index the index of the whole graph is built too, which takes minutes and 15 GB of the disk.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph
from rdflib import Literal

from imports import STANCEGRAPH, cost
from stancegraph.graph import Graph
from stancegraph.rdf import query, query_text
from stancegraph.rdf.kept import folder_of, kept
from stancegraph.rdf.oxigraph import embedded
from stancegraph.rdf.quads import nquads
from stancegraph.store.lock import tell
from stancegraph.store.read import Condition
from stancegraph.stored import StoredGraph

T = TypeVar("T")

SIZES = (100, 300, 1_000, 3_000, 10_000)
ASKED = {"who": {"option": "unga-3"}, "position": {"actor": "usa"}, "align": {"actor": "usa"}}
_PATIENCE = 3_000
"""rdflib's queries are not waited for above so many stances."""
PARSED = 300
"""So many parts, of a megabyte each, are parsed."""


def timed(make: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds that something takes, and what it makes."""
    start = time.process_time()
    made = make()
    return time.process_time() - start, made


def first(graph: StoredGraph, count: int) -> Graph:
    """Return a graph of the first so many records, with what they need."""
    registers = graph.store.registers(is_reference=False)
    evidence = graph.store.evidence(Condition("n < ?", (count,)))
    named = {stance.option for e in evidence for stance in e.stances}
    options = tuple(o for o in registers.options if o.id in named)
    return Graph(replace(registers, options=options, evidence=evidence), graph.reference)


def ask(asked: Any, name: str) -> Any:
    """Put one of the parametrised queries."""
    return query(asked, query_text(name), {k: Literal(v) for k, v in ASKED[name].items()})


def by_size(graph: StoredGraph) -> None:
    """Print what loading and asking cost in both engines; rdflib's queries up to 3,000."""
    print(f"{'CPU seconds':24}{'loading':>18}{'who':>18}{'align':>18}")
    print(f"{'stances':>10}{'quads':>12}{'':2}{('rdflib  Oxigraph' + '  ') * 3}")
    for size in SIZES:
        part = first(graph, size)
        in_rdflib, dataset = timed(part.to_rdf)
        in_oxigraph, store = timed(partial(embedded, part))
        cells: list[tuple[float | None, float]] = [(in_rdflib, in_oxigraph)]
        for name in ("who", "align"):
            theirs = timed(partial(ask, dataset, name))[0] if size <= _PATIENCE else None
            cells.append((theirs, timed(partial(ask, store, name))[0]))
        told = "".join(f"{_shown(a):>9}{_shown(b):>9}" for a, b in cells)
        print(f"{size:>10,}{len(store):>12,}  {told}", flush=True)


def _shown(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.3f}"


def streaming(graph: StoredGraph, path: str) -> None:
    """Print how writing compares with parsing what was written."""
    _, cpu, peak = cost([STANCEGRAPH, "export", "nquads", "--stream", "-g", path])
    whole = int(subprocess.run([*COUNT, path], capture_output=True, check=True).stdout)
    data = b"".join(islice(nquads(graph), PARSED))
    data = data[: data.rindex(b"\n") + 1]
    form = pyoxigraph.RdfFormat.N_QUADS
    parsing, count = timed(lambda: sum(1 for _ in pyoxigraph.parse(data, format=form)))
    writes, parses = whole / cpu, count / parsing
    print(f"export nquads --stream: {whole:,} quads, {cpu:.1f} s of CPU")
    print(f"  most memory, MB              {peak:12,.0f}  at most 500")
    print(f"  written a second of CPU      {writes:12,.0f}")
    print(f"  parsed by pyoxigraph         {parses:12,.0f}")
    print(f"  writing, times parsing       {writes / parses:12.2f}  at least 1")


COUNT = [
    sys.executable,
    "-c",
    "import sys, stancegraph\nfrom stancegraph.rdf.quads import nquads\n"
    "print(sum(part.count(b'\\n') for part in nquads(stancegraph.load(sys.argv[1]))))",
]


def index(graph: StoredGraph) -> None:
    """Print what the index of the whole graph costs, and questions to it."""
    tell.set(lambda message: print(message, file=sys.stderr, flush=True))
    start = time.perf_counter()
    seconds, store = timed(partial(kept, graph))
    wall = time.perf_counter() - start
    size = sum(f.stat().st_size for f in folder_of(graph.store.path).rglob("*") if f.is_file())
    print(f"the index of {len(store):,} quads: {size / 1e9:.1f} GB")
    print(f"  built in {wall:.0f} s, {seconds:.0f} s of CPU")
    for name in ASKED:
        taken, found = timed(partial(ask, store, name))
        print(f"  {name:10} {len(found.rows):>6,} rows {taken:8.2f} s of CPU", flush=True)


def main() -> None:
    """Print the three comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--index", action="store_true", help="build the whole graph's index too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "un.duckdb")
        cost([STANCEGRAPH, "import", "unvotes", *map(str, options.files), "-o", path])
        graph = StoredGraph(Path(path))
        streaming(graph, path)  # first: a process is counted the memory of the one that starts it
        by_size(graph)
        if options.index:
            index(graph)


if __name__ == "__main__":
    main()
