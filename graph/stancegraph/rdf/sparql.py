"""SPARQL over a graph: questions only, nothing is changed and nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from pyparsing import ParseException, ParseResults
from rdflib import XSD, BNode, Dataset, Graph, Literal, Variable
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

if TYPE_CHECKING:
    from pyoxigraph import Store

    from stancegraph.graph import Graph as StanceGraph

Queryable: TypeAlias = "Dataset | Store"
"""What can be asked: a dataset in rdflib, or a store of Oxigraph."""

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


COMFORTABLE = 300
"""Up to so many stances rdflib loads and answers within a second; `benchmarks/sparql.py` tells."""


def queryable(graph: StanceGraph, as_of: date | None = None) -> Queryable:
    """Return a graph, its positions derived for a day, in rdflib while that is comfortable."""
    from stancegraph.rdf.oxigraph import embedded, size_of

    if size_of(graph) <= COMFORTABLE:
        return graph.to_rdf(as_of)
    return embedded(graph, as_of)


def query(
    asked: Queryable, text: str, bindings: Mapping[str, Identifier] | None = None
) -> Table | Triples | bool:
    """Answer a SPARQL query over all graphs of a dataset or store; an ASK by a bool.

    The prefixes of our context need no PREFIX line. A value that comes from outside goes into
    `bindings`, never into the text. StanceError for what is no query, and for whatever would
    change the dataset or reach out of it.
    """
    found = _run(asked, text, bindings or {})
    if found.type == "ASK":
        return bool(found.askAnswer)
    if found.graph is not None:
        return Triples(found.graph)
    columns = found.vars or []
    rows = tuple(tuple(_cell(row.get(c)) for c in columns) for row in found.bindings)
    return Table(tuple(map(str, columns)), rows)


def results_text(
    asked: Queryable, text: str, form: str, bindings: Mapping[str, Identifier] | None = None
) -> str:
    """Answer a query in a format of the W3C: SPARQL 1.1 Query Results JSON or CSV.

    A CONSTRUCT or DESCRIBE gives its triples as JSON-LD for "json"; as CSV it has no form, and an
    ASK has none either: StanceError.
    """
    found = _run(asked, text, bindings or {})
    if found.graph is not None and form == "json":
        return to_jsonld(_default_graph_of(found.graph))
    if found.type != "SELECT" and form == "csv":
        raise StanceError(f"{found.type} has no answer in CSV; ask for json")
    written = (found.serialize(format=form) or b"").decode()
    if form == "csv":
        return written
    # rdflib leaves the order of the keys to chance
    return json.dumps(json.loads(written), ensure_ascii=False, sort_keys=True)


def _run(asked: Queryable, text: str, bindings: Mapping[str, Identifier]) -> Result:
    """Have an engine answer; both write the same values in the same columns."""
    question = _prepared(text)
    if isinstance(asked, Dataset):
        _refuse_unknown_graphs(question, {str(g.identifier) for g in asked.graphs() if len(g)})
        found = asked.query(question.query, initBindings=dict(bindings))
        if question.is_grouped:  # of nothing, rdflib makes one group
            found.bindings = [row for row in found.bindings if row]
    else:
        from stancegraph.rdf.oxigraph import answered, graph_names

        _refuse_unknown_graphs(question, graph_names(asked))
        found = answered(
            asked,
            filled(text, bindings, question.columns),
            {name: value for name, value in bindings.items() if name in question.columns},
            has_dataset=bool(question.query.algebra.datasetClause),
        )
    return _alike(found, question.columns)


def _alike(found: Result, columns: tuple[str, ...]) -> Result:
    """Return an answer with its columns in one order and its values in one form."""
    alike = Result(found.type)
    alike.askAnswer, alike.graph = found.askAnswer, None
    if found.graph is not None:
        alike.graph = Graph(bind_namespaces="none")
        for s, p, o in found.graph:
            alike.graph.add((s, p, _canonical(o)))
    elif found.type == "SELECT":
        alike.vars = [Variable(name) for name in columns]
        alike.bindings = [
            {name: _canonical(value) for name, value in row.items()} for row in found.bindings
        ]
    return alike


def _canonical(value: Any) -> Any:
    """Return a decimal without needless digits, and a text without its datatype.

    Oxigraph keeps numbers, not how they were written.
    """
    if not isinstance(value, Literal) or value.datatype not in (XSD.decimal, XSD.string):
        return value
    if value.datatype == XSD.string:
        return Literal(str(value))
    text = format(Decimal(value), "f") if _DECIMAL.fullmatch(value) else str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Literal("0" if text == "-0" else text, datatype=XSD.decimal, normalize=False)


_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def filled(text: str, bindings: Mapping[str, Identifier], columns: Collection[str] = ()) -> str:
    """Write values in the place of a query's variables, but of those that are columns.

    For engines that bind columns only, or nothing. A value is written as a term whatever is in it.
    """

    def word(found: re.Match[str]) -> str:
        name = (found["variable"] or "")[1:]
        return bindings[name].n3() if name in bindings and name not in columns else found[0]

    return _WORDS.sub(word, text)


_WORDS = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r"|\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*'"
    r"|\#[^\n\r]*"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<service>(?<![\w:@-])SERVICE(?![\w:-]))",
    re.DOTALL | re.IGNORECASE,
)
"""What must be told apart in a query's text: IRIs, texts and comments, in which no word counts."""


def _default_graph_of(triples: Graph) -> Dataset:
    dataset = Dataset()
    for triple in triples:
        dataset.add(triple)
    return dataset


@dataclass(frozen=True, slots=True)
class _Question:
    """A query that is one, and reaches nowhere out."""

    query: Query
    columns: tuple[str, ...]
    """The columns of a SELECT's answer, in alphabetical order where it asks for all."""
    is_grouped: bool


def _prepared(text: str) -> _Question:
    try:
        parsed = parseQuery(text)
    except ParseException as error:
        raise StanceError(_why_not(text, error)) from None
    except RecursionError:
        raise StanceError("the query is nested too deeply") from None
    # twice, for two engines might not read a text alike
    has_service = any(found["service"] for found in _WORDS.finditer(text))
    if has_service or any(part.name == "ServiceGraphPattern" for part in _parts(parsed)):
        raise StanceError("SERVICE would ask another machine; leave it out")
    try:
        query = translateQuery(parsed, initNs=dict(prefixes()))
    except Exception as error:  # rdflib raises bare Exception, as for an unknown prefix
        raise StanceError(f"the query cannot be understood: {error}") from None
    columns = [str(name) for name in query.algebra.PV or ()]
    asked: Any = parsed[1]
    is_all = asked.name == "SelectQuery" and not asked.projection
    is_grouped = "groupby" in asked
    return _Question(query, tuple(sorted(columns) if is_all else columns), is_grouped)


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


def _refuse_unknown_graphs(question: _Question, known: Collection[str]) -> None:
    """Refuse FROM with a graph that is not here, for rdflib would try to load it from the net."""
    for clause in question.query.algebra.datasetClause or ():
        name = clause.default or clause.named
        if str(name) not in known:
            raise StanceError(f"there is no graph {name} in the dataset, and none is fetched")


def _cell(value: Node | None) -> Cell:
    if isinstance(value, BNode):
        return value.n3()
    if not isinstance(value, Literal):
        return None if value is None else str(value)
    python = value.toPython()
    return python if isinstance(python, int | float | Decimal | date) else str(value)


def parameters_of(text: str) -> tuple[str, ...]:
    """Return the variables that a query wants values for, by its lines "# With ?name: ..."."""
    return tuple(_PARAMETER.findall(text))


_PARAMETER = re.compile(r"^# With \?(\w+):", re.MULTILINE | re.ASCII)


def has_variable(text: str, name: str) -> bool:
    """Tell whether a variable occurs in a query."""
    return any((found["variable"] or "")[1:] == name for found in _WORDS.finditer(text))


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
        hint = did_you_mean(name, shipped_queries()) or "; 'stancegraph sparql --list' shows all"
        raise UnknownName(f"no shipped query is called {name!r}{hint}")
    file = files("stancegraph.ontology") / "queries" / f"{name}.rq"
    return file.read_text(encoding="utf-8")
