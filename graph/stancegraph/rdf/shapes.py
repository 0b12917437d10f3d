"""A dataset against the SHACL shapes."""

from __future__ import annotations

from importlib.resources import files

from rdflib import SH, Dataset, Graph, Literal
from rdflib.term import Node

from stancegraph.errors import StanceError
from stancegraph.rdf.vocabulary import base


def check_shapes(dataset: Dataset) -> list[str]:
    """Return what in a dataset is not as the shapes say, one line each; empty when all is well."""
    from pyshacl import validate

    data = Graph(bind_namespaces="none")
    for s, p, o, _ in dataset.quads((None, None, None, None)):
        data.add((s, p, o))
    shapes = Graph().parse(
        data=(files("stancegraph.ontology") / "shapes.ttl").read_text(encoding="utf-8")
    )
    _, report, text = validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)
    if not isinstance(report, Graph):
        raise StanceError(f"the shapes cannot be applied: {text}")
    results = report.subjects(SH.resultSeverity, SH.Violation)
    return sorted({_line(report, result) for result in results})


def _line(report: Graph, result: Node) -> str:
    """Say which record it is, and what is wrong with it."""
    is_cross_check = report.value(result, SH.sourceConstraintComponent) in _CROSS_CHECKS
    focus = report.value(result, SH.value if is_cross_check else SH.focusNode)
    value = None if is_cross_check else report.value(result, SH.value)
    found = f" (found: {_name(value)})" if value is not None else ""
    return f"{_name(focus)}: {report.value(result, SH.resultMessage)}{found}"


_CROSS_CHECKS = (SH.SPARQLConstraintComponent,)


def _name(node: Node | None) -> str:
    """Return the part of an IRI that tells records apart, or a text in quotes."""
    return repr(str(node)) if isinstance(node, Literal) else str(node).removeprefix(base())
