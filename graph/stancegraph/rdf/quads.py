"""A graph as N-Quads or Turtle in small parts, however large it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from rdflib import XSD, Literal, URIRef

from stancegraph.errors import StanceError
from stancegraph.model import REGISTERS, Debate
from stancegraph.rdf.vocabulary import base, class_of, inside, prefixes, term
from stancegraph.rdf.write import TAKEN, Triple, Writer

if TYPE_CHECKING:
    from stancegraph.graph import Graph

PART = 1 << 20
"""About so many bytes are in a part."""


def nquads(graph: Graph, as_of: date | None = None) -> Iterator[bytes]:
    """Yield the quads of `graph.to_rdf`, record by record, in parts of about a megabyte.

    Of a graph's file, only some thousand records are in memory at a time.
    """
    return _parts(_blocks(graph, as_of, NQuads()))


def turtle(graph: Graph, as_of: date | None = None) -> Iterator[bytes]:
    """Yield the triples of all graphs in one as Turtle, as `nquads` does."""
    return _parts(_blocks(graph, as_of, Turtle()))


def _parts(blocks: Iterable[str]) -> Iterator[bytes]:
    kept: list[str] = []
    size = 0
    for block in blocks:
        kept.append(block)
        size += len(block)
        if size >= PART:
            yield "".join(kept).encode()
            kept, size = [], 0
    if kept:
        yield "".join(kept).encode()


class NQuads:
    """How N-Quads are written: one line a quad."""

    start = ""

    def iri(self, node: URIRef) -> str:
        """Return what stands between the angle brackets; our IRIs need no escapes."""
        return str(node)

    def term(self, node: URIRef | Literal) -> str:
        """Write an IRI or a literal."""
        if isinstance(node, Literal):
            return self._literal(node)
        return f"<{node}>"

    def _literal(self, node: Literal) -> str:
        text = f'"{escaped(node)}"'
        if node.language:
            return f"{text}@{node.language}"
        if node.datatype in (None, XSD.string):
            return text
        return f"{text}^^{self.term(node.datatype)}"

    def block(self, triples: Iterable[tuple[str, str, str]], graph: URIRef) -> str:
        """Write triples of one graph."""
        name = self.term(graph)
        return "".join(f"{s} {p} {o} {name} .\n" for s, p, o in triples)


class Turtle(NQuads):
    """How Turtle is written: short names, and a subject once for all that is said of it."""

    def __init__(self) -> None:
        lines = (f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes().items())
        self.start = "".join([f"@base <{base()}> .\n", *lines, "\n"])

    def iri(self, node: URIRef) -> str:
        """Return an IRI without the base, so far as it begins with it."""
        return str(node).removeprefix(base())

    def term(self, node: URIRef | Literal) -> str:
        """Write an IRI, by a short name where it has one, or a literal."""
        if isinstance(node, Literal):
            return self._literal(node)
        for prefix, namespace in prefixes().items():
            if node.startswith(namespace) and _LOCAL.fullmatch(node, len(namespace)):
                return f"{prefix}:{node.removeprefix(namespace)}"
        return f"<{self.iri(node)}>"

    def block(self, triples: Iterable[tuple[str, str, str]], graph: URIRef) -> str:
        """Write triples, those of one subject that follow each other together."""
        written = []
        for subject, said in groupby(triples, key=lambda triple: triple[0]):
            about = " ;\n  ".join(f"{_A.get(p, p)} {o}" for _, p, o in said)
            written.append(f"{subject} {about} .\n")
        return "".join(written)


_A = {"rdf:type": "a"}
_LOCAL = re.compile(r"\w[\w-]*", re.ASCII)


def escaped(text: str) -> str:
    r"""Escape what must not stand in a quoted text of N-Quads or Turtle.

    >>> escaped('"')
    '\\"'
    """
    found = text.replace("\\", "\\\\").replace('"', '\\"')
    return found.replace("\n", "\\n").replace("\r", "\\r")


def written(form: NQuads, triples: Iterable[Triple], graph: URIRef) -> str:
    """Write triples as they are."""
    said = dict.fromkeys(triples)
    return form.block(((form.term(s), form.term(p), form.term(o)) for s, p, o in said), graph)


def _blocks(graph: Graph, as_of: date | None, form: NQuads) -> Iterator[str]:
    day = as_of or graph.last_day
    from stancegraph.stored import StoredGraph

    yield form.start
    if isinstance(graph, StoredGraph):
        from stancegraph.store.quads import StoredQuads

        yield from StoredQuads(graph, day, form).blocks()
    else:
        yield from _in_memory(graph, day, form)


def _in_memory(graph: Graph, day: date | None, form: NQuads) -> Iterator[str]:
    writer = Writer.of(graph.debate, graph.reference.id)
    yield from of_registers(writer, graph.debate, form)
    for n, record in enumerate(graph.debate.evidence, 1):
        yield written(form, writer.member("evidence", record, n), writer.home)
    yield from of_reference(writer, graph.reference, form)
    name = inside(writer.home, "positions")
    found = graph.positions(day)
    if found:
        yield written(form, writer.position_set(name, day), name)
    for pair in sorted(found):
        yield written(form, writer.position(name, found[pair]), name)


def of_registers(writer: Writer, debate: Debate, form: NQuads) -> Iterator[str]:
    """Yield a debate but for its evidence."""
    yield from _registers(writer, debate, class_of(Debate), form)


def of_reference(writer: Writer, reference: Debate, form: NQuads) -> Iterator[str]:
    """Yield the reference registers that a debate refers to."""
    referred = Writer.of(reference, reference.id)
    if referred.home == writer.home:
        raise StanceError(TAKEN.format(writer.home))
    yield from _registers(referred, reference, term("Reference"), form)


def _registers(writer: Writer, debate: Debate, kind: URIRef, form: NQuads) -> Iterator[str]:
    yield written(form, writer.header(debate, kind), writer.home)
    for register in REGISTERS:
        if register != "evidence":
            for n, record in enumerate(getattr(debate, register), 1):
                yield written(form, writer.member(register, record, n), writer.home)
