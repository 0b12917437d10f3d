"""What is other in an index after changes that the log of its graph's file tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rdflib import RDF, URIRef

from stancegraph.change.edits import HEADER, Edit, applied
from stancegraph.model import Evidence
from stancegraph.rdf.quads import NQuads, of_registers
from stancegraph.rdf.vocabulary import inside, term
from stancegraph.rdf.write import Writer
from stancegraph.store.quads import StoredQuads

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad, Store

    from stancegraph.store.since import Edits
    from stancegraph.stored import StoredGraph

MANY = 20_000
"""From so many records on, an index is built again."""
_OTHERS_REST_ON = {HEADER: ("id", "language"), "actors": ("kind",), "sources": ("when",)}
"""The fields of registers on which records and positions rest that no edit names."""
_GIVE_NAMES = ("actors", "options")
"""The registers of whose names the words are made of records that have none of their own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Quads that an index loses, and those that it has then, to be what its graph is now."""

    gone: frozenset[Quad] = frozenset()
    new: frozenset[Quad] = frozenset()

    def __or__(self, other: Difference) -> Difference:
        return Difference(self.gone | other.gone, self.new | other.new)


def difference(
    index: Store, graph: StoredGraph, day: date | None, changes: Sequence[Edits]
) -> Difference | None:
    """Compare an index with its graph after some changes, there where they bear on it.

    That is on the records that were changed, on the registers, and on the positions of those who
    hold a stance in one of the records. None where it may be on more.
    """
    edits = [edit for change in changes for edit in change]
    told = [r for e in edits for r in (e.before, e.after) if isinstance(r, Evidence)]
    ids = {record.id for record in told}
    if len(ids) >= MANY or any(_bears_on_others(edit, graph) for edit in edits):
        return None
    compared = _Compared(index, graph, day, changes)
    parts = [
        compared.records(ids),
        compared.positions({(s.holder, s.option) for record in told for s in record.stances}),
    ]
    if any(edit.register != "evidence" for edit in edits):
        parts.append(compared.registers())
    whole = Difference()
    for part in parts:
        if part is None:
            return None
        whole |= part
    return whole


def _bears_on_others(edit: Edit, graph: StoredGraph) -> bool:
    """Tell whether by an edit records are other, or count otherwise, that no edit names."""
    if edit.register == "actors" and _is_renaming(edit) and _is_shipped(edit, graph):
        return True  # by its slug alone, the shipped one is meant now, or no longer
    if not edit.is_in_place:
        return False
    if edit.register in _GIVE_NAMES and edit.before.name != edit.after.name:
        return bool(graph.store.rows("SELECT 1 FROM evidence WHERE gist IS NULL LIMIT 1"))
    fields = _OTHERS_REST_ON.get(edit.register, ())
    return any(getattr(edit.before, f) != getattr(edit.after, f) for f in fields)


def _is_renaming(edit: Edit) -> bool:
    return getattr(edit.before, "id", None) != getattr(edit.after, "id", None)


def _is_shipped(edit: Edit, graph: StoredGraph) -> bool:
    shipped = {actor.id for actor in graph.reference.actors}
    return any(record.id in shipped for record in (edit.before, edit.after) if record)


class _Compared:
    """An index, and the graph that it was made of as it is now."""

    def __init__(
        self, index: Store, graph: StoredGraph, day: date | None, changes: Sequence[Edits]
    ) -> None:
        self._index, self._graph = index, graph
        self._quads = StoredQuads(graph, day, NQuads())
        self._now = self._then = graph.store.registers(is_reference=False)
        for change in reversed(changes):
            back = [e.inverse for e in reversed(change) if e.register != "evidence"]
            self._then = applied(self._then, back)
        self._writer_then = Writer.of(self._then, graph.reference.id)
        self._home = self._writer_then.home
        self._name = inside(self._home, "positions")

    def records(self, ids: Collection[str]) -> Difference | None:
        """Compare records of evidence; None where others have another place in their order."""
        iris = {str(inside(self._home, "evidence", id)) for id in ids}
        gone = {quad for iri in iris for quad in self._below(iri, self._home)}
        new = _read(self._quads.records(ids))
        then, now = _places(gone, iris), _places(new, iris)
        ((count,),) = self._graph.store.rows("SELECT count(*) FROM evidence")
        ends = sorted((count, count - len(now) + len(then)))
        if then ^ now != set(range(ends[0] + 1, ends[1] + 1)):
            return None
        return Difference(frozenset(gone), frozenset(new))

    def positions(self, pairs: Collection[tuple[str, str]]) -> Difference:
        """Compare the positions of some holders on some options."""
        gone = {quad for pair in pairs for quad in self._position(*pair)}
        new = _read(self._quads.positions(pairs))
        of_all = _read([self._quads.position_set()])
        if new:
            new |= of_all
        elif all(quad in gone for quad in self._said(None, RDF.type, term("Position"))):
            gone |= of_all
        return Difference(frozenset(gone), frozenset(new))

    def _position(self, holder: str, option: str) -> Iterator[Quad]:
        yield from self._below(inside(self._name, holder, option), self._name)
        who, what = (
            self._writer_then.named(register, slug)
            for register, slug in (("actors", holder), ("options", option))
        )
        yield from self._said(who, None, what)

    def _said(self, s: URIRef | None, p: URIRef | None, o: URIRef | None) -> Iterator[Quad]:
        """Yield what the graph of positions says by some of three terms."""
        subject, predicate, object = (None if t is None else _node(t) for t in (s, p, o))
        yield from self._index.quads_for_pattern(subject, predicate, object, _node(self._name))

    def registers(self) -> Difference | None:
        """Compare the registers; None where the index has others than those before the changes."""
        writer = Writer.of(self._now, self._graph.reference.id)
        then = _read(of_registers(self._writer_then, self._then, NQuads()))
        now = _read(of_registers(writer, self._now, NQuads()))
        if any(quad not in self._index for quad in then):
            return None
        return Difference(frozenset(then - now), frozenset(now - then))

    def _below(self, iri: str, graph: str) -> Iterator[Quad]:
        """Yield what the index says of something, and of its parts."""
        known, waiting = set[str](), [iri]
        while waiting:
            part = waiting.pop()
            known.add(part)
            for quad in self._index.quads_for_pattern(_node(part), None, None, _node(graph)):
                yield quad
                there = getattr(quad.object, "value", "")
                if there.startswith(f"{iri}/") and there not in known:
                    waiting.append(there)


def _node(iri: str) -> NamedNode:
    import pyoxigraph

    return pyoxigraph.NamedNode(iri)


def _read(texts: Iterable[str]) -> set[Quad]:
    """Read N-Quads of ours as Oxigraph has them."""
    import pyoxigraph

    form = pyoxigraph.RdfFormat.N_QUADS
    return set(pyoxigraph.parse("".join(texts), format=form, lenient=True))


def _places(quads: Iterable[Quad], records: Collection[str]) -> set[int]:
    """Return the places of records in their order, from 1."""
    place = _node(term("position"))
    return {
        int(getattr(quad.object, "value", 0))
        for quad in quads
        if quad.predicate == place and getattr(quad.subject, "value", None) in records
    }
