"""RDF as text, the same bytes for the same graph: Turtle, TriG, N-Quads and JSON-LD."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from rdflib import XSD, Dataset, Graph, Literal, URIRef
from rdflib.plugins.serializers.trig import TrigSerializer
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node

from stancegraph.errors import StanceError, UnknownName
from stancegraph.rdf.jsonld import in_reading_order, to_jsonld
from stancegraph.rdf.vocabulary import base, prefixes
from stancegraph.suggest import did_you_mean


def serialize(dataset: Dataset, form: str) -> str:
    """Write a dataset as "turtle" (all graphs in one), "trig", "nquads" or "jsonld"."""
    _, write = _FORMS[_known(form)]
    return write(dataset)


def parse(text: str, form: str) -> Dataset:
    """Read what `serialize` writes, or anybody else does; nothing is fetched."""
    name, _ = _FORMS[_known(form)]
    dataset = Dataset(default_union=True)
    try:
        if form == "jsonld":
            _refuse_remote(json.loads(text))
        with _without_log():
            dataset.parse(data=text, format=name)
    except StanceError:
        raise
    except Exception as error:  # rdflib's parsers raise anything for text that is not theirs
        why = str(error) or error.__class__.__name__
        raise StanceError(f"this cannot be read as {form}: {why[:_SHOWN]}") from None
    return dataset


_SHOWN = 300


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep rdflib from logging, traceback and all, of each literal that is not what it says."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _known(form: str) -> str:
    if form not in _FORMS:
        hint = did_you_mean(form, _FORMS) or f"; there are {', '.join(_FORMS)}"
        raise UnknownName(f"no RDF format is called {form!r}{hint}")
    return form


def _refuse_remote(value: Any) -> None:
    """Refuse a JSON-LD document that names a context instead of holding it, however deep."""
    if not isinstance(value, dict | list):
        raise ValueError("it is no object and no list")
    parts = [(value, False)]
    while parts:
        part, is_context = parts.pop()
        if is_context and (isinstance(part, str) or (isinstance(part, dict) and "@import" in part)):
            raise StanceError(f"the context {part!r} is not fetched; put it into the document")
        if isinstance(part, list):
            parts += [(inner, is_context) for inner in part]
        elif isinstance(part, dict):
            parts += [(inner, key == "@context") for key, inner in part.items()]


class _InOrder(TurtleSerializer):
    """Turtle with the subjects in the order of their IRIs, so that a record's parts follow it."""

    def orderSubjects(self) -> list[Node]:  # noqa: N802  (rdflib's name)
        return sorted(self._subjects, key=in_reading_order)

    def label(self, node: Node, position: int) -> str:
        """Write a decimal with its datatype, for rdflib would make "46.0" of "46"."""
        if isinstance(node, Literal) and node.datatype == XSD.decimal:
            return node.n3(self.store.namespace_manager)
        return super().label(node, position)

    def relativize(self, uri: Any) -> Any:
        """Shorten every IRI below the base; rdflib's own stops at the first slash."""
        is_below = isinstance(uri, URIRef) and uri.startswith(base())
        return URIRef(uri.removeprefix(base())) if is_below else uri


class _GraphsInOrder(_InOrder, TrigSerializer):
    """TriG with the graphs in the order of their names, and each as above."""

    def __init__(self, store: Dataset) -> None:
        super().__init__(store)
        self.contexts = sorted(store.graphs(), key=lambda g: g.identifier)


def as_turtle(triples: Iterable[tuple[Node, Node, Node]]) -> str:
    """Write triples as Turtle, with our prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes().items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add(triple)
    return _written(_InOrder(graph))


def _turtle(dataset: Dataset) -> str:
    return as_turtle((s, p, o) for s, p, o, _ in dataset.quads((None, None, None, None)))


def _trig(dataset: Dataset) -> str:
    return _written(_GraphsInOrder(dataset))


def _written(serializer: TurtleSerializer) -> str:
    stream = BytesIO()
    serializer.serialize(stream, base=base())
    return stream.getvalue().decode().strip() + "\n"


def _nquads(dataset: Dataset) -> str:
    # not splitlines(), for a text may hold other line ends than the one between quads
    lines = dataset.serialize(format="nquads").split("\n")
    return "".join(f"{line}\n" for line in sorted(lines) if line)


_FORMS: Mapping[str, tuple[str, Callable[[Dataset], str]]] = {
    "turtle": ("turtle", _turtle),
    "trig": ("trig", _trig),
    "nquads": ("nquads", _nquads),
    "jsonld": ("json-ld", to_jsonld),
}
"""Each format's name with rdflib, and its writer."""
