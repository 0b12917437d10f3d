"""SPARQL over a debate: questions only, nothing is changed and nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeAlias

from pyparsing import ParseException, ParseResults
from rdflib import BNode, Dataset, Graph, Literal
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Identifier, Node

from stancegraph.errors import StanceError, UnknownName
from stancegraph.rdf.jsonld import to_jsonld
from stancegraph.rdf.text import as_turtle
from stancegraph.rdf.vocabulary import prefixes
from stancegraph.suggest import did_you_mean

Cell: TypeAlias = str | int | float | Decimal | bool | date | None
"""One value of an answer: an IRI or a text, a number, a day, or None where nothing is bound."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a SELECT."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to a CONSTRUCT or a DESCRIBE."""

    graph: Graph

    @property
    def turtle(self) -> str:
        """The triples as Turtle."""
        return as_turtle(self.graph)


def query(
    dataset: Dataset, text: str, bindings: Mapping[str, Identifier] | None = None
) -> Table | Triples | bool:
    """Answer a SPARQL query over all graphs of a dataset; an ASK is answered by a bool.

    The prefixes of our context need no PREFIX line. A value that comes from outside goes into
    `bindings`, never into the text. StanceError for what is no query, and for whatever would
    change the dataset or reach out of it.
    """
    found = _run(dataset, text, bindings or {})
    if found.type == "ASK":
        return bool(found.askAnswer)
    if found.graph is not None:
        return Triples(found.graph)
    columns = found.vars or []
    rows = tuple(tuple(_cell(row.get(c)) for c in columns) for row in found.bindings)
    return Table(tuple(map(str, columns)), rows)


def results_text(dataset: Dataset, text: str, form: str) -> str:
    """Answer a query in a format of the W3C: SPARQL 1.1 Query Results JSON or CSV.

    A CONSTRUCT or DESCRIBE gives its triples as JSON-LD for "json"; as CSV it has no form, and an
    ASK has none either: StanceError.
    """
    found = _run(dataset, text, {})
    if found.graph is not None and form == "json":
        return to_jsonld(_default_graph_of(found.graph))
    if found.type != "SELECT" and form == "csv":
        raise StanceError(f"{found.type} has no answer in CSV; ask for json")
    written = (found.serialize(format=form) or b"").decode()
    if form == "csv":
        return written
    # rdflib leaves the order of the keys to chance
    return json.dumps(json.loads(written), ensure_ascii=False, sort_keys=True)


def _run(dataset: Dataset, text: str, bindings: Mapping[str, Identifier]) -> Result:
    asked = _prepared(text)
    _refuse_unknown_graphs(dataset, asked)
    return dataset.query(asked, initBindings=dict(bindings))


def _default_graph_of(triples: Graph) -> Dataset:
    dataset = Dataset()
    for triple in triples:
        dataset.add(triple)
    return dataset


def _prepared(text: str) -> Query:
    try:
        parsed = parseQuery(text)
    except ParseException as error:
        raise StanceError(_why_not(text, error)) from None
    except RecursionError:
        raise StanceError("the query is nested too deeply") from None
    if any(part.name == "ServiceGraphPattern" for part in _parts(parsed)):
        raise StanceError("SERVICE would ask another machine; leave it out")
    try:
        return translateQuery(parsed, initNs=dict(prefixes()))
    except Exception as error:  # rdflib raises bare Exception, as for an unknown prefix
        raise StanceError(f"the query cannot be understood: {error}") from None


def _why_not(text: str, error: ParseException) -> str:
    """Say why a text is no query: because it is an update, or where it goes wrong."""
    line = error.line.strip()
    near = f", at {line[:_SHOWN]!r}" if line else ""
    wrong = f"the query goes wrong in line {error.lineno}, column {error.column}{near}"
    try:
        is_update = "request" in parseUpdate(text)
    except ParseException:
        return wrong
    return _UPDATE if is_update else wrong


_SHOWN = 80
_UPDATE = "this is an update; ask with SELECT, ASK, CONSTRUCT or DESCRIBE, nothing is changed here"


def _parts(parsed: Any) -> Iterator[CompValue]:
    """Yield every part of a parsed query."""
    if isinstance(parsed, CompValue):
        yield parsed
        parsed = list(parsed.values())
    if isinstance(parsed, list | tuple | ParseResults):
        for part in parsed:
            yield from _parts(part)


def _refuse_unknown_graphs(dataset: Dataset, asked: Query) -> None:
    """Refuse FROM with a graph that is not here, for rdflib would try to load it from the net."""
    known = {graph.identifier for graph in dataset.graphs() if len(graph)}
    for clause in asked.algebra.datasetClause or ():
        name = clause.default or clause.named
        if name not in known:
            raise StanceError(f"there is no graph {name} in the dataset, and none is fetched")


def _cell(value: Node | None) -> Cell:
    if isinstance(value, BNode):
        return value.n3()
    if not isinstance(value, Literal):
        return None if value is None else str(value)
    python = value.toPython()
    return python if isinstance(python, int | float | Decimal | date) else str(value)


@cache
def shipped_queries() -> Mapping[str, str]:
    """Return the questions that come with the package, by name."""
    found = {
        file.name.removesuffix(".rq"): file.read_text(encoding="utf-8").splitlines()[0]
        for file in (files("stancegraph.ontology") / "queries").iterdir()
        if file.name.endswith(".rq")
    }
    return MappingProxyType({name: found[name].removeprefix("# ") for name in sorted(found)})


def query_text(name: str) -> str:
    """Return the SPARQL of a shipped query; UnknownName, with suggestions, otherwise."""
    if name not in shipped_queries():
        hint = did_you_mean(name, shipped_queries())
        raise UnknownName(f"no shipped query is called {name!r}{hint}")
    file = files("stancegraph.ontology") / "queries" / f"{name}.rq"
    return file.read_text(encoding="utf-8")
