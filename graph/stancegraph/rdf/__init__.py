"""The RDF face of a debate: to RDF and back, as text, asked in SPARQL, checked by shapes."""

from __future__ import annotations

from stancegraph.rdf.read import from_rdf, reference_from_rdf
from stancegraph.rdf.shapes import check_shapes
from stancegraph.rdf.sparql import (
    Table,
    Triples,
    query,
    query_text,
    queryable,
    results_text,
    shipped_queries,
)
from stancegraph.rdf.text import parse, serialize
from stancegraph.rdf.write import to_rdf

__all__ = [
    "Table",
    "Triples",
    "check_shapes",
    "from_rdf",
    "parse",
    "query",
    "query_text",
    "queryable",
    "reference_from_rdf",
    "results_text",
    "serialize",
    "shipped_queries",
    "to_rdf",
]
