"""How much a graph holds, counted for its description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stancegraph.model import Debate
from stancegraph.rdf.vocabulary import base, class_of, property_of
from stancegraph.serve.question import Counted

if TYPE_CHECKING:
    from pyoxigraph import Store


def counted(store: Store) -> Counted:
    """Count what a graph holds, as VoID asks."""
    return Counted(
        title=_title(store),
        graphs=_pairs(store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
        classes=_pairs(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"),
        properties=_pairs(store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"),
        triples=_number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        entities=_number(store, _entities()),
        subjects=_number(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        objects=_number(store, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
    )


def _title(store: Store) -> str:
    """Return what the debate is called; nothing where it has no title."""
    titles = sorted(str(title.value) for (title,) in _rows(store, _titles()))
    return titles[0] if titles else ""


def _titles() -> str:
    known = property_of(Debate, "title").iri
    return f"SELECT ?title {{ ?debate a {class_of(Debate).n3()} ; {known.n3()} ?title }}"


def _entities() -> str:
    """Return the query that counts what is described under an IRI of ours."""
    from pyoxigraph import Literal

    ours = f"STRSTARTS(STR(?s), {Literal(base())})"
    return f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER({ours}) }}"


def _pairs(store: Store, text: str) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((key.value, int(n.value)) for key, n in _rows(store, text)))


def _number(store: Store, text: str) -> int:
    ((n,),) = _rows(store, text)
    return int(n.value)


def _rows(store: Store, text: str) -> Iterator[Any]:
    from pyoxigraph import QuerySolutions

    found = store.query(text, use_default_graph_as_union=True)
    if isinstance(found, QuerySolutions):
        yield from found
