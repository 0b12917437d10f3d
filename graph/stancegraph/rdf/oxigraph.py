"""A graph in Oxigraph: the engine that SPARQL runs in where rdflib would be slow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.query import Result
from rdflib.term import Identifier

from stancegraph.errors import StanceError
from stancegraph.rdf.quads import PART, nquads
from stancegraph.rdf.vocabulary import prefixes

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store
    from pyoxigraph import Literal as OxLiteral

    from stancegraph.graph import Graph as StanceGraph


def embedded(graph: StanceGraph, as_of: date | None = None) -> Store:
    """Return a graph as a store to be asked, its positions derived for a day.

    A small one is in memory. Of the file of a large one an index is kept beside it, which is built
    at the first question and whenever the file has changed.
    """
    from pyoxigraph import Store

    from stancegraph.stored import StoredGraph

    if isinstance(graph, StoredGraph) and graph.is_large:
        from stancegraph.rdf.kept import kept

        return kept(graph, as_of)
    store = Store()
    load(store, nquads(graph, as_of))
    return store


def size_of(graph: StanceGraph) -> int:
    """Return how many stances a graph has."""
    from stancegraph.stored import StoredGraph

    if isinstance(graph, StoredGraph):
        return graph.store.size
    return sum(len(e.stances) for e in graph.debate.evidence)


def load(store: Store, parts: Iterable[bytes]) -> None:
    """Load N-Quads of ours into a store; they are well-formed and are not checked again."""
    from pyoxigraph import RdfFormat

    with BufferedReader(_Parts(parts), PART) as file:
        store.bulk_load(file, format=RdfFormat.N_QUADS, lenient=True)


class _Parts(RawIOBase):
    """Parts of a text as a file to be read."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts, self._left = iter(parts), memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Read what fits."""
        if not self._left:
            self._left = memoryview(next(self._parts, b""))
        size = min(len(into), len(self._left))
        into[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def graph_names(store: Store) -> frozenset[str]:
    """Return the names of the graphs of a store."""
    return frozenset(str(_node(name)) for name in store.named_graphs())


def answered(
    store: Store, text: str, bindings: Mapping[str, Identifier], *, has_dataset: bool
) -> Result:
    """Answer a query as rdflib does, over all graphs unless it names those that it is about."""
    import pyoxigraph as ox

    try:
        found = store.query(
            text,
            prefixes=dict(prefixes()),
            # with FROM it would put all graphs in the place of those that are named
            use_default_graph_as_union=not has_dataset,
            substitutions={ox.Variable(name): _term(v) for name, v in bindings.items()},
        )
        if isinstance(found, ox.QueryBoolean):
            return _yes_or_no(found)
        return _rows(found) if isinstance(found, ox.QuerySolutions) else _triples(found)
    except (SyntaxError, RuntimeError, OSError) as error:
        raise StanceError(f"the query cannot be answered: {error}") from None


def _yes_or_no(found: QueryBoolean) -> Result:
    result = Result("ASK")
    result.askAnswer = bool(found)
    return result


def _rows(found: QuerySolutions) -> Result:
    result = Result("SELECT")
    columns = [(variable.value, Variable(variable.value)) for variable in found.variables]
    result.vars = [variable for _, variable in columns]
    result.bindings = [
        {variable: _node(row[name]) for name, variable in columns if row[name] is not None}
        for row in found
    ]
    return result


def _triples(found: QueryTriples) -> Result:
    result = Result("CONSTRUCT")
    result.graph = Graph(bind_namespaces="none")
    for triple in found:
        s, p, o = (_node(part) for part in triple)
        result.graph.add((s, p, o))
    return result


def _node(value: Any) -> Identifier:
    """Return a term of Oxigraph as rdflib has it."""
    import pyoxigraph as ox

    if isinstance(value, ox.NamedNode):
        return URIRef(value.value)
    if isinstance(value, ox.BlankNode):
        return BNode(value.value)
    if isinstance(value, ox.Literal):
        if value.language:
            return Literal(value.value, lang=value.language)
        return Literal(value.value, datatype=URIRef(value.datatype.value), normalize=False)
    raise StanceError(f"the answer has {value}, which is no term of RDF 1.1; ask for its parts")


def _term(node: Identifier) -> NamedNode | BlankNode | OxLiteral:
    """Return a term of rdflib as Oxigraph has it."""
    import pyoxigraph as ox

    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if not isinstance(node, Literal):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
    return ox.Literal(str(node), datatype=datatype)
