"""JSON-LD for people: short names, languages as maps, parts inside the record they belong to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from rdflib import RDF, XSD, BNode, Dataset, Graph, Literal
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import Node

from stancegraph.rdf.vocabulary import Property, base, context, prefixes, property_called, term

_About = Mapping[Node, Mapping[Node, list[Node]]]

_WHOLES = ("conveys", "hasPart", "order")
"""The properties that link a record to its parts."""

_LOCAL = re.compile(r"\w[\w-]*", re.ASCII)


def to_jsonld(dataset: Dataset) -> str:
    """Write a dataset as JSON-LD 1.1 with our context in it."""
    written: list[dict[str, Any]] = []
    for graph in sorted(dataset.graphs(), key=lambda g: g.identifier):
        nodes = _nodes(graph)
        if graph.identifier == DATASET_DEFAULT_GRAPH_ID:
            written += nodes
        elif nodes:
            written.append({"@id": _iri(graph.identifier), "@graph": nodes})
    whole = {"@context": dict(context()), "@graph": written}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def in_reading_order(node: Node) -> str:
    """Return a key that sorts 2 before 10 within names that are otherwise alike."""
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(9), str(node))


def _nodes(graph: Graph) -> list[dict[str, Any]]:
    about: dict[Node, dict[Node, list[Node]]] = {}
    for s, p, o in graph:
        about.setdefault(s, {}).setdefault(p, []).append(o)
    parts = {part for whole in about for part in _parts(about, whole)}
    tops = sorted((s for s in about if s not in parts), key=in_reading_order)
    return [_node(about, s) for s in tops]


def _parts(about: _About, whole: Node) -> Iterator[Node]:
    """Yield the parts of a record: they are linked from it, and their IRIs begin with its own."""
    for name in _WHOLES:
        for part in about[whole].get(term(name), ()):
            if part in about and str(part).startswith(f"{whole}/"):
                yield part


def _node(about: _About, subject: Node) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _iri(subject)}
    for kind in sorted(about[subject].get(RDF.type, ()), key=str):
        _put(node, "@type", _short().get(kind, _iri(kind)))
    parts = set(_parts(about, subject))
    for predicate in sorted(about[subject], key=str):
        if predicate == RDF.type:
            continue
        for value in sorted(about[subject][predicate], key=in_reading_order):
            if value in parts:
                _put(node, _short()[predicate], _node(about, value))
            else:
                _put_value(node, predicate, value)
    return node


def _put_value(node: dict[str, Any], predicate: Node, value: Node) -> None:
    """Put a value under the short name that the context gives its kind, or else written out."""
    name = _short().get(predicate)
    known = property_called(name) if name else None
    if name and known and isinstance(value, Literal) and known.is_tagged and value.language:
        _put(node.setdefault(name, {}), value.language, str(value))
    elif name and known and _is_as_expected(known, value):
        _put(node, name, _plain(value))
    else:
        _put(node, _iri(predicate), _written_out(value))


def _is_as_expected(known: Property, value: Node) -> bool:
    """Tell whether the context says of a value all that there is to say."""
    if not isinstance(value, Literal):
        return known.is_link
    has_no_type = value.datatype in (None, XSD.string) and not value.language
    is_text = not (known.is_link or known.is_tagged or known.datatype)
    return (
        has_no_type if is_text else known.datatype is not None and value.datatype == known.datatype
    )


def _plain(value: Node) -> str | int | bool:
    if isinstance(value, Literal) and value.datatype in (XSD.integer, XSD.boolean):
        python = value.toPython()
        return python if isinstance(python, int) else str(value)
    return str(value) if isinstance(value, Literal) else _iri(value)


def _written_out(value: Node) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": _iri(value)}
    if value.language:
        return {"@value": str(value), "@language": value.language}
    return {"@value": str(value)} | ({"@type": str(value.datatype)} if value.datatype else {})


def _put(node: dict[str, Any], key: str, value: Any) -> None:
    """Add a value under a key; several make a list."""
    if key not in node:
        node[key] = value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]


@cache
def _short() -> Mapping[Node, str]:
    """Map each term's IRI to its short name."""
    names = (k for k in context() if k[0] != "@" and k not in prefixes())
    return MappingProxyType({term(name): name for name in names})


def _iri(node: Node) -> str:
    """Return an IRI as short as the context allows: relative to the base, or prefixed."""
    if isinstance(node, BNode):
        return f"_:{node}"
    iri = str(node)
    if iri.startswith(base()) and iri[len(base())] not in "/?#":
        return iri.removeprefix(base())
    for prefix, namespace in prefixes().items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
