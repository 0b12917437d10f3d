"""Everything that reads what others made, each as a function of a file: what fuzzing is done to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

import stancegraph
from stancegraph.change.log import entries_in, gaps_in
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.rdf import serialize
from stancegraph.rdf.sparql import _prepared
from stancegraph.read.coded_table import read_coded_table
from stancegraph.read.debate import load_reference
from stancegraph.read.dna import read_dna
from stancegraph.read.events import read_events
from stancegraph.read.imported import Imported
from stancegraph.read.naming import Naming
from stancegraph.read.popolo import read_popolo
from stancegraph.read.rdf_file import read_rdf
from stancegraph.read.spells import read_memberships, read_offices
from stancegraph.read.votes import read_votes
from stancegraph.remote.results import rows_of, term_of
from stancegraph.store.numbers import blaming
from stancegraph.store.parquet import TABLE_NAMES, Manifest
from stancegraph.store.write import Origin, add
from stancegraph.stored import StoredGraph
from stancegraph.view.content import Content
from stancegraph.view.kinds import KINDS
from stancegraph.view.pages import content_for
from stancegraph.view.story import check_story, load_story
from stancegraph.write.debate import debate_yaml

CORPUS = Path(__file__).parent / "corpus"
"""By reader, seeds and every input that once found a fault."""

TOLD: tuple[type[BaseException], ...] = (StanceError, click.ClickException)
"""What a reader may raise: the user is told, without a traceback."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format that others hand us."""

    ending: str
    """How the file's name ends."""
    read: Callable[[Path], object]
    """Read a file, and use what was read as a command would."""


def _debate(path: Path) -> None:
    graph = stancegraph.load(path)
    _ask(graph)
    assert debate_yaml(graph.debate)
    assert serialize(graph.to_rdf(), "nquads")


def _ask(graph: Graph) -> None:
    graph.tally()
    for option in list(graph.options)[:1]:
        graph.who(option)


def _story(path: Path) -> None:
    check_story(load_story(path), _skies(), KINDS)


@cache
def _skies() -> Content:
    return content_for(stancegraph.load("ukraine-skies"))


def _importing(read: Callable[[Path, Naming], Imported]) -> Callable[[Path], None]:
    """Return what reads a file, puts it into a graph's file, and asks that."""

    def run(path: Path) -> None:
        imported = read(path, Naming([load_reference()]))
        target = path.with_name("graph.duckdb")
        try:
            add(target, [imported], load_reference(), Origin("fuzz", path.name, "0", ""))
            _stored(target)
        finally:
            target.unlink(missing_ok=True)

    return run


def _stored(path: Path) -> None:
    with closing(StoredGraph(path)) as graph, blaming(graph):
        _ask(graph)
        assert graph.debate.id


def _results(path: Path) -> None:
    for cells in rows_of([path.read_bytes()], ("s", "p", "o")):
        for cell in cells:
            term_of(cell)


def _log(path: Path) -> None:
    for entry in entries_in(path.read_bytes(), path):
        list(gaps_in([entry]))


def _manifest(path: Path) -> None:
    manifest = Manifest.of(path.read_bytes().decode(errors="replace"), str(path))
    for table in TABLE_NAMES:
        manifest.count(table)


def _sparql(path: Path) -> None:
    _prepared(path.read_bytes().decode(errors="surrogateescape"))


READERS: Mapping[str, Reader] = {
    "debate": Reader(".yaml", _debate),
    "story": Reader(".yaml", _story),
    "markdown": Reader(".md", _story),
    "dna": Reader(".dna", _importing(read_dna)),
    "table": Reader(".csv", _importing(read_coded_table)),
    "excel": Reader(".xlsx", _importing(read_coded_table)),
    "parquet": Reader(".parquet", _importing(read_coded_table)),
    "unvotes": Reader(".csv", _importing(lambda path, naming: read_votes([path], naming))),
    "events": Reader(".csv", _importing(read_events)),
    "memberships": Reader(".csv", _importing(read_memberships)),
    "offices": Reader(".csv", _importing(read_offices)),
    "popolo": Reader(".json", _importing(read_popolo)),
    "turtle": Reader(".ttl", _importing(read_rdf)),
    "trig": Reader(".trig", _importing(read_rdf)),
    "nquads": Reader(".nq", _importing(read_rdf)),
    "jsonld": Reader(".jsonld", _importing(read_rdf)),
    "graph": Reader(".duckdb", _stored),
    "results": Reader(".tsv", _results),
    "log": Reader(".jsonl", _log),
    "manifest": Reader(".json", _manifest),
    "sparql": Reader(".rq", _sparql),
}
