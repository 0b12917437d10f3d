"""Two standard ways to write to a SPARQL server: Update, and the Graph Store Protocol."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol
from urllib.parse import quote, urlsplit

from stancegraph.remote.endpoint import Endpoint, Request
from stancegraph.remote.publication import Publication
from stancegraph.remote.results import written_iri


class Writer(Protocol):
    """What can write to a server; a triple is a line of N-Triples."""

    endpoint: Endpoint
    removes: bool
    """Whether it can take single triples out."""

    def tell(self, publications: Iterable[Publication]) -> None:
        """Say of graphs how far they are written."""

    def empty(self, graph: str) -> None:
        """Take all triples out of a graph."""

    def remove(self, graph: str, triples: Collection[str]) -> None:
        """Take triples out of a graph."""

    def add(self, triples: Collection[str], then: Publication) -> None:
        """Put triples into a graph, and say how far it is written then."""


class Update:
    """Writing by SPARQL Update; a request is one change, so what it tells is as it is."""

    removes = True

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def tell(self, publications: Iterable[Publication]) -> None:
        """Say of graphs how far they are written, of all of them at once."""
        self._do(*(_telling(p) for p in publications))

    def empty(self, graph: str) -> None:
        """Take all triples out of a graph."""
        self._do(f"DROP SILENT GRAPH {written_iri(graph)}")

    def remove(self, graph: str, triples: Collection[str]) -> None:
        """Take triples out of a graph."""
        self._do(f"DELETE DATA {{ {_in(graph, triples)} }}")

    def add(self, triples: Collection[str], then: Publication) -> None:
        """Put triples into a graph, and say how far it is written then."""
        self._do(f"INSERT DATA {{ {_in(then.graph, triples)} }}", _telling(then))

    def _do(self, *operations: str) -> None:
        body = " ;\n".join(operations).encode()
        self.endpoint.whole(Request("POST", body, "application/sparql-update"))


def _in(graph: str, triples: Iterable[str]) -> str:
    return f"GRAPH {written_iri(graph)} {{\n{''.join(triples)}}}"


def _telling(publication: Publication) -> str:
    name = written_iri(publication.name)
    return (
        f"DELETE WHERE {{ GRAPH {name} {{ {name} ?p ?o }} }} ;\n"
        f"INSERT DATA {{ {_in(publication.name, [publication.triples()])} }}"
    )


class GraphStore:
    """Writing by the Graph Store Protocol, graph by graph."""

    removes = False

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def tell(self, publications: Iterable[Publication]) -> None:
        """Say of graphs how far they are written, one after the other."""
        for p in publications:
            self._send("PUT", p.name, p.triples())

    def empty(self, graph: str) -> None:
        """Take all triples out of a graph."""
        self._send("PUT", graph, "")

    def remove(self, graph: str, triples: Collection[str]) -> None:
        """Refuse: the protocol knows whole graphs only."""
        raise NotImplementedError

    def add(self, triples: Collection[str], then: Publication) -> None:
        """Put triples into a graph, and then say how far it is written."""
        self._send("POST", then.graph, "".join(triples))
        self.tell([then])

    def _send(self, method: str, graph: str, triples: str) -> None:
        parts = urlsplit(self.endpoint.url)
        joint = "&" if parts.query else "?"
        query = f"?{parts.query}" if parts.query else ""
        target = f"{parts.path or '/'}{query}{joint}graph={quote(graph, safe='')}"
        # a triple of N-Triples is one of Turtle, and our numbers are Turtle
        self.endpoint.whole(Request(method, triples.encode(), "text/turtle"), target)
