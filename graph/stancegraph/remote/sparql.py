"""A user's own SPARQL, answered by the endpoint over the graphs of one debate."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote, urlsplit

from rdflib import BNode, Dataset, Graph, Literal
from rdflib.exceptions import ParserError
from rdflib.query import Result
from rdflib.term import Node

from stancegraph.errors import StanceError
from stancegraph.rdf.jsonld import to_jsonld
from stancegraph.rdf.sparql import Cell, Table, Triples
from stancegraph.rdf.vocabulary import inside, prefixes, term
from stancegraph.remote.asking import few, inside_graph
from stancegraph.remote.debate import RemoteDebate
from stancegraph.remote.endpoint import Request
from stancegraph.remote.results import unescaped, written_iri

_JSON, _TRIPLES = "application/sparql-results+json", "application/n-triples"
# what may hold a keyword that is none: SPARQL 1.1 grammar, IRIREF, strings, comments; and escapes,
# for a name's \# begins no comment
_NO_WORDS = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>|\"\"\".*?\"\"\"|'''.*?'''"
    r"|\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*'|#[^\n\r]*|\\.",
    re.DOTALL,
)
_WORD = re.compile(r"(?<![\w?$:@-])(SERVICE|FROM)(?![\w:-])", re.I)


def query(there: RemoteDebate, text: str, as_of: date | None = None) -> Table | Triples | bool:
    """Have a query answered by the endpoint, as `rdf.query` answers it here.

    It sees the debate, its reference registers and the positions that are stored there; `as_of`
    must be the day that those are of.
    """
    kind, data = _answered(there, text, as_of)
    if kind != _JSON:
        return Triples(_graph(there, data))
    found = _results(there, data)
    if found.type == "ASK":
        return bool(found.askAnswer)
    columns = found.vars or []
    read = tuple(tuple(_cell(row.get(c)) for c in columns) for row in found.bindings)
    return Table(tuple(map(str, columns)), read)


def results_text(there: RemoteDebate, text: str, form: str, as_of: date | None = None) -> str:
    """Have a query answered, in a format of the W3C, as `rdf.results_text` does."""
    kind, data = _answered(there, text, as_of)
    if kind != _JSON and form == "json":
        return to_jsonld(_dataset(_graph(there, data)))
    found = _results(there, data) if kind == _JSON else None
    if form == "json":
        return json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True)
    if found is None or found.type != "SELECT":
        raise StanceError("only a SELECT has an answer in CSV; ask for json")
    return (found.serialize(format=form) or b"").decode()


def _answered(there: RemoteDebate, text: str, as_of: date | None) -> tuple[str, bytes]:
    # an engine may undo \u0053 first, SPARQL 1.1 section 19.2, or leave it to be an error
    words = {
        w.upper() for t in (text, unescaped(text)) for w in _WORD.findall(_NO_WORDS.sub(" ", t))
    }
    if "SERVICE" in words:
        raise StanceError("SERVICE would ask another machine; leave it out")
    _check_day(there, as_of)
    body = (_prologue(text) + text).encode("utf-8", "replace")
    request = Request("POST", body, "application/sparql-query", f"{_JSON}, {_TRIPLES};q=0.9")
    kind, data = there.endpoint.whole(request, "" if "FROM" in words else _target(there))
    there.check_unchanged()
    if kind not in (_JSON, _TRIPLES):
        raise there.endpoint.error(f"answers with {kind} and not with {_JSON} or {_TRIPLES}")
    return kind, data


def _prologue(text: str) -> str:
    """Declare our prefixes, so far as a query uses them, on the line that it begins with."""
    used = (name for name in prefixes() if f"{name}:" in text)
    return "".join(f"PREFIX {name}: {written_iri(prefixes()[name])} " for name in used)


def _target(there: RemoteDebate) -> str:
    """Name the debate's graphs as those that the query is about, SPARQL 1.1 Protocol 2.1.4."""
    parts = urlsplit(there.endpoint.url)
    named = [
        f"{what}-graph-uri={quote(graph, safe='')}"
        for graph in there.graphs
        for what in ("default", "named")
    ]
    if not there.home.graph:
        return ""
    return f"{parts.path or '/'}?{'&'.join([*filter(None, [parts.query]), *named])}"


def _check_day(there: RemoteDebate, as_of: date | None) -> None:
    """Refuse a day that the positions at the endpoint are not derived for."""
    if as_of is None:
        return
    name = written_iri(inside(there.home.iri, "positions"))
    pattern = inside_graph(there.positions_graph, f"{name} {written_iri(term('asOf'))} ?day")
    found = [day for (day,) in few(there.endpoint, f"SELECT ?day {{ {pattern} }}", ["day"])]
    if found != [as_of.isoformat()]:
        has = f"are of {found[0]}" if found else "are not there"
        raise there.endpoint.error(
            f"answers from positions that are stored there, and they {has}, not of {as_of}; "
            "publish them for that day, or leave --as-of out"
        )


def _results(there: RemoteDebate, data: bytes) -> Result:
    try:
        return Result.parse(BytesIO(data), format="json")
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
        raise there.endpoint.error(f"answers with what is no {_JSON}: {error}") from None


def _graph(there: RemoteDebate, data: bytes) -> Graph:
    try:
        return Graph().parse(data=data, format="nt")
    except (SyntaxError, ValueError, ParserError) as error:
        raise there.endpoint.error(f"answers with what is no {_TRIPLES}: {error}") from None


def _dataset(triples: Graph) -> Dataset:
    dataset = Dataset()
    for triple in triples:
        dataset.add(triple)
    return dataset


def _cell(value: Node | None) -> Cell:
    if isinstance(value, BNode):
        return value.n3()
    if not isinstance(value, Literal):
        return None if value is None else str(value)
    python = value.toPython()
    return python if isinstance(python, int | float | Decimal | date) else str(value)
