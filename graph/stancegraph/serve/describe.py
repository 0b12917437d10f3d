"""What the endpoint says of itself: its service description, and VoID with counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from stancegraph.rdf.vocabulary import base, prefixes
from stancegraph.serve.forms import format_of_triples
from stancegraph.serve.question import Counted

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

    Node: TypeAlias = NamedNode | BlankNode

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_OFFERED = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)


def service_description(endpoint: str, counts: Counted) -> Iterator[Triple]:
    """Yield what SPARQL 1.1 Service Description has terms for."""
    from pyoxigraph import BlankNode, Literal

    service, dataset, union = _node(endpoint), BlankNode("dataset"), BlankNode("union")
    yield from _about(
        service,
        ("rdf:type", _sd("Service")),
        ("sd:endpoint", service),
        ("sd:supportedLanguage", _sd("SPARQL11Query")),
        ("sd:feature", _sd("UnionDefaultGraph")),
        *(("sd:resultFormat", _node(_FORMATS + form)) for form in _OFFERED),
        ("sd:defaultDataset", dataset),
    )
    yield from _about(
        dataset,
        ("rdf:type", _sd("Dataset")),
        ("dcterms:title", Literal(counts.title)),
        ("sd:defaultGraph", union),
    )
    yield from _about(union, ("rdf:type", _sd("Graph")), ("void:triples", Literal(counts.triples)))
    for n, (name, triples) in enumerate(counts.graphs, 1):
        entry, graph = BlankNode(f"named{n}"), BlankNode(f"graph{n}")
        yield from _about(dataset, ("sd:namedGraph", entry))
        yield from _about(
            entry, ("rdf:type", _sd("NamedGraph")), ("sd:name", _node(name)), ("sd:graph", graph)
        )
        yield from _about(graph, ("rdf:type", _sd("Graph")), ("void:triples", Literal(triples)))


def void(address: str, endpoint: str, counts: Counted) -> Iterator[Triple]:
    """Yield what VoID has terms for: how much there is, by graph, class and property."""
    from pyoxigraph import Literal

    document, dataset = _node(address), _node(f"{address}#dataset")
    yield from _about(
        document,
        ("rdf:type", _void("DatasetDescription")),
        ("foaf:primaryTopic", dataset),
    )
    yield from _about(
        dataset,
        ("rdf:type", _void("Dataset")),
        ("dcterms:title", Literal(counts.title)),
        ("void:uriSpace", Literal(base())),
        ("void:vocabulary", _node(prefixes()["sg"].removesuffix("#"))),
        ("void:sparqlEndpoint", _node(endpoint)),
        *(("void:feature", _node(_FORMATS + form)) for form in _OFFERED[4:]),
        ("void:triples", Literal(counts.triples)),
        ("void:entities", Literal(counts.entities)),
        ("void:classes", Literal(len(counts.classes))),
        ("void:properties", Literal(len(counts.properties))),
        ("void:distinctSubjects", Literal(counts.subjects)),
        ("void:distinctObjects", Literal(counts.objects)),
    )
    yield from _parts(address, counts)


def _parts(address: str, counts: Counted) -> Iterator[Triple]:
    from pyoxigraph import Literal

    dataset = _node(f"{address}#dataset")
    for n, (name, triples) in enumerate(counts.graphs, 1):
        part = _node(f"{address}#graph{n}")
        yield from _about(dataset, ("void:subset", part))
        yield from _about(
            part,
            ("rdf:type", _void("Dataset")),
            ("sd:name", _node(name)),
            ("void:triples", Literal(triples)),
        )
    for n, (name, entities) in enumerate(counts.classes, 1):
        part = _node(f"{address}#class{n}")
        yield from _about(dataset, ("void:classPartition", part))
        yield from _about(part, ("void:class", _node(name)), ("void:entities", Literal(entities)))
    for n, (name, triples) in enumerate(counts.properties, 1):
        part = _node(f"{address}#property{n}")
        yield from _about(dataset, ("void:propertyPartition", part))
        yield from _about(part, ("void:property", _node(name)), ("void:triples", Literal(triples)))


def written(triples: Iterable[Triple], media: str) -> bytes:
    """Write triples in a form."""
    from pyoxigraph import serialize

    used = ("dcterms", "foaf", "rdf", "sg")
    names = {"sd": _SD, "void": _VOID, **{prefix: prefixes()[prefix] for prefix in used}}
    return serialize(triples, format=format_of_triples(media), prefixes=names) or b""


def _about(subject: Node, *said: tuple[str, Node | Literal]) -> Iterator[Triple]:
    from pyoxigraph import Triple

    for name, value in said:
        yield Triple(subject, _term(name), value)


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return _node({"sd": _SD, "void": _VOID, **prefixes()}[prefix] + local)


def _sd(name: str) -> NamedNode:
    return _node(_SD + name)


def _void(name: str) -> NamedNode:
    return _node(_VOID + name)


def _node(iri: str) -> NamedNode:
    from pyoxigraph import NamedNode

    return NamedNode(iri)
